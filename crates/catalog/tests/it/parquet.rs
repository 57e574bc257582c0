//! Parquet: a value that does not fit costs its row, and no file costs more memory than it may.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, Date32Array, Float64Array, Int32Array, ListBuilder, NullArray, RecordBatch, StringArray,
    StringBuilder, TimestampMillisecondArray, TimestampNanosecondArray, UInt64Array,
};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::metadata::{ParquetMetaDataReader, ParquetMetaDataWriter};
use parquet::file::properties::WriterProperties;
use touchstone_catalog::Limits;
use touchstone_catalog::feed::{Format, Options};

use crate::common::{Outcome, read, read_as};
use crate::formats::parquet;

type Tested = Result<(), Box<dyn std::error::Error>>;

fn read_columns(columns: Vec<(&str, ArrayRef)>) -> Result<Outcome, Box<dyn std::error::Error>> {
    Ok(read_as(&parquet(&RecordBatch::try_from_iter(columns)?)?, Format::Parquet))
}

#[test]
fn a_value_that_does_not_fit_costs_its_row() -> Tested {
    let stock = UInt64Array::from(vec![Some(1), Some(u64::MAX), Some(2), Some(3), None]);
    let times = TimestampMillisecondArray::from(vec![Some(0), Some(0), Some(i64::MAX), Some(-1), None]);
    let outcome = read_columns(vec![
        ("id", Arc::new(Int32Array::from(vec![1, 2, 3, 4, 5]))),
        ("title", Arc::new(BinaryArray::from(vec![Some(&b"a"[..]), Some(b"b"), Some(b"c"), Some(b"d\xff"), None]))),
        ("stock", Arc::new(stock)),
        ("listed_at", Arc::new(times)),
        ("brand", Arc::new(NullArray::new(5))),
    ])?;
    let expected = "read 1 5\n2:- stock BadNumber\n3:- listed_at BadTime\n4:- title NotUtf8";
    assert_eq!(outcome.summary(), expected);
    assert_eq!(outcome.rejects[2].detail, "byte 2 of title is not UTF-8");
    Ok(())
}

#[test]
fn whole_numbers_may_be_written_as_floats() -> Tested {
    let outcome = read_columns(vec![
        ("id", Arc::new(Int32Array::from(vec![1, 2, 3, 4, 5]))),
        ("stock", Arc::new(Float64Array::from(vec![Some(3.0), Some(2.5), None, Some(f64::NAN), Some(1e17)]))),
        ("gtin", Arc::new(Float64Array::from(vec![Some(4_006_381_333_931.0), None, None, None, None]))),
    ])?;
    assert_eq!(outcome.summary(), "read 1 3\n2:- stock WrongType\n4:- stock WrongType\n5:- stock WrongType");
    let rows = &outcome.batches[0];
    assert_eq!((rows.row(0).stock, rows.row(0).gtin, rows.row(1).stock), (Some(3), "4006381333931", None));
    assert_eq!(outcome.rejects[0].detail, "stock is 2.5, no whole number");
    Ok(())
}

#[test]
fn items_of_lists_are_checked_one_by_one() -> Tested {
    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value([Some(" black "), None, Some("")]);
    lists.append_null();
    lists.append_value((0..300).map(|n| Some(n.to_string())));
    let outcome = read_columns(vec![
        ("id", Arc::new(StringArray::from(vec!["1", "2", "3"]))),
        ("variants", Arc::new(lists.finish())),
    ])?;
    assert_eq!(outcome.summary(), "read 1 2\n3:- variants TooManyItems");
    assert_eq!(outcome.batches[0].row(0).variants.iter().collect::<Vec<_>>(), ["black"]);
    Ok(())
}

#[test]
fn times_in_every_unit() -> Tested {
    let time = |array: ArrayRef| -> Result<_, Box<dyn std::error::Error>> {
        let outcome = read_columns(vec![("id", Arc::new(Int32Array::from(vec![1]))), ("listed_at", array)])?;
        Ok(outcome.batches.first().and_then(|batch| batch.row(0).listed_at))
    };
    assert_eq!(time(Arc::new(Date32Array::from(vec![1])))?, Some(86_400_000_000));
    assert_eq!(time(Arc::new(Date32Array::from(vec![i32::MAX])))?, None);
    assert_eq!(time(Arc::new(TimestampNanosecondArray::from(vec![-1])))?, Some(-1));
    assert_eq!(time(Arc::new(TimestampMillisecondArray::from(vec![-1]).with_timezone("+02:00")))?, Some(-1_000));
    assert_eq!(time(Arc::new(StringArray::from(vec!["1970-01-02"])))?, Some(86_400_000_000));
    Ok(())
}

/// A file whose footer says that its columns are tiny.
fn lying(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let whole = bytes::Bytes::copy_from_slice(bytes);
    let mut metadata = ParquetMetaDataReader::new().parse_and_finish(&whole)?.into_builder();
    let groups = metadata.take_row_groups().into_iter().map(|group| {
        let columns = group.columns().iter().map(|c| c.clone().into_builder().set_total_uncompressed_size(1).build());
        let columns = columns.collect::<Result<_, _>>()?;
        group.clone().into_builder().set_column_metadata(columns).build()
    });
    let metadata = metadata.set_row_groups(groups.collect::<Result<_, _>>()?).build();
    let footer = u32::from_le_bytes(*bytes[..bytes.len() - 4].last_chunk().ok_or("short")?) as usize;
    let mut forged = bytes[..bytes.len() - 8 - footer].to_vec();
    ParquetMetaDataWriter::new(&mut forged, &metadata).finish()?;
    Ok(forged)
}

fn written(
    columns: Vec<(&str, ArrayRef)>,
    properties: WriterProperties,
) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let batch = RecordBatch::try_from_iter(columns)?;
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties))?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(bytes)
}

/// What a file is refused with that would take more than 4 MB at once.
fn refused(bytes: &[u8]) -> String {
    let limits = Limits { held_bytes: 4 << 20, ..Limits::default() };
    let outcome = read(bytes, Options { limits, ..Options::of(Format::Parquet) });
    assert_eq!(outcome.counts.rows, 0);
    outcome.errors.join("\n")
}

#[test]
fn pages_that_would_fill_the_memory_are_not_unpacked() -> Tested {
    let refusal = "feed: after row 0: a row may take more than 4194304 bytes of memory; \
                   write the file with smaller pages and row groups";
    let ids = |rows: usize| -> ArrayRef { Arc::new(StringArray::from_iter_values((0..rows).map(|n| n.to_string()))) };
    let plain = || WriterProperties::builder().set_compression(Compression::ZSTD(Default::default()));
    let long = StringArray::from(vec!["x".repeat(5 << 20)]);
    let properties = plain().set_dictionary_enabled(false).build();
    let packed = written(vec![("id", ids(1)), ("title", Arc::new(long))], properties)?;
    assert!(packed.len() < 10_000);
    assert_eq!(refused(&packed), refusal);
    assert_eq!(refused(&lying(&packed)?), refusal);

    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value((0..200_000).map(|_| None::<&str>));
    let packed = written(vec![("id", ids(1)), ("reviews", Arc::new(lists.finish()))], plain().build())?;
    assert!(packed.len() < 10_000);
    assert_eq!(refused(&packed), refusal);
    Ok(())
}

/// Each value repeats the one before, so a page unpacks to far more than its bytes.
#[test]
fn values_that_share_their_beginnings_are_decoded_few_at_a_time() -> Tested {
    let title = "x".repeat(9_000);
    let titles: ArrayRef = Arc::new(StringArray::from_iter_values((0..2_000).map(|_| title.as_str())));
    let ids: ArrayRef = Arc::new(Int32Array::from_iter_values(0..2_000));
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_column_encoding("title".into(), Encoding::DELTA_BYTE_ARRAY);
    let packed = written(vec![("title", titles), ("id", ids)], properties.build())?;
    assert!(packed.len() < 100_000);
    let limits = Limits { held_bytes: 1 << 20, ..Limits::default() };
    let outcome = read(&packed, Options { limits, ..Options::of(Format::Parquet) });
    assert_eq!((outcome.counts.rows, outcome.errors.len()), (2_000, 0));
    Ok(())
}

#[test]
fn a_footer_that_would_fill_the_memory_is_not_read() {
    let bytes = [&b"PAR1"[..], &[0; 1 << 20], &(1_u32 << 20).to_le_bytes(), b"PAR1"].concat();
    let refusal = "feed: after row 0: the description of the columns has more than 131072 bytes; \
                   write the file with larger row groups";
    assert_eq!(refused(&bytes), refusal);
}

/// Footers that claim far more than they hold, each a way to stop the program for good.
#[test]
fn a_footer_that_claims_what_it_does_not_hold_is_damaged() {
    let huge = [0xff, 0xff, 0xff, 0xff, 7];
    let row_groups = [&[0x49, 0xfc][..], &huge, &[0]].concat();
    let booleans = [&[0x99, 0xf1][..], &huge, &[0]].concat();
    let children = [&[0x29, 0x1c, 0x55][..], &[0xfe, 0xff, 0xff, 0xff, 0x0f], &[0, 0]].concat();
    let nested = [&[0x29, 0xfc, 0xa0, 0x8d, 6][..], &[0x55, 2, 0].repeat(100_000), &[0]].concat();
    for footer in [row_groups, booleans, children, nested] {
        let len = u32::try_from(footer.len()).unwrap_or_default().to_le_bytes();
        let outcome = read_as(&[b"PAR1", &footer[..], &len, b"PAR1"].concat(), Format::Parquet);
        assert!(outcome.errors[0].contains("the file is damaged"), "{:?}", outcome.errors);
    }
}
