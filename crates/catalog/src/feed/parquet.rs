//! Apache Parquet: columns by the names of the fields, the listing schema's own among them.
//!
//! Text is read as views into the file's pages, so that a column that repeats one long value takes no more room than
//! the page it stands in, and row by row through the same checks as every other format: there is no second set of
//! rules for files that look trustworthy. Columns that are no fields are not even decompressed.

mod column;

use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field as ArrowField, Schema};
use arrow::error::ArrowError;
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::ChunkReader;

use super::error::Halt;
use super::input::Meter;
use super::{RowSource, Step};
use crate::draft::Draft;
use crate::field::Field;
use crate::limits::Limits;
use column::Column;

/// Rows decoded at a time.
const BATCH_ROWS: usize = 1_024;

/// Rows of a Parquet file.
pub(super) struct Rows {
    batches: ParquetRecordBatchReader,
    fields: Vec<Field>,
    columns: Vec<Column>,
    len: usize,
    next: usize,
    rows_total: u64,
    /// Of a file: its bytes, and where they are counted.
    file: Option<(u64, Meter)>,
}

impl Rows {
    /// Rows of a file, read in place.
    pub(super) fn of_file(file: File, limits: &Limits, meter: Meter) -> Result<Self, Halt> {
        let bytes = file.metadata()?.len();
        Ok(Self { file: Some((bytes, meter)), ..Self::open(file, limits)? })
    }

    /// Rows of a stream, which must be held as a whole: Parquet is read from its end.
    pub(super) fn of_stream(stream: Box<dyn Read + Send>, limits: &Limits) -> Result<Self, Halt> {
        let mut bytes = Vec::new();
        stream.take(limits.parquet_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limits.parquet_bytes {
            let detail = format!("more than {} bytes of Parquet in a stream", limits.parquet_bytes);
            return Err(Halt::content(None, detail, "give it as a file of its own; Parquet is compressed inside"));
        }
        Self::open(Bytes::from(bytes), limits)
    }

    fn open<R: ChunkReader + 'static>(input: R, limits: &Limits) -> Result<Self, Halt> {
        let metadata = guarded(|| metadata(&input))?;
        let wanted: Vec<_> = metadata
            .schema()
            .fields()
            .iter()
            .enumerate()
            .filter_map(|(position, column)| Some((position, Field::from_header(column.name())?)))
            .collect();
        check_columns(&wanted, metadata.schema())?;
        let mask = ProjectionMask::roots(metadata.parquet_schema(), wanted.iter().map(|(position, _)| *position));
        check_sizes(metadata.metadata(), &mask, limits)?;
        let rows_total = u64::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(0);
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(input, metadata);
        let batches = guarded(|| builder.with_projection(mask).with_batch_size(BATCH_ROWS).build())?;
        let fields = wanted.into_iter().map(|(_, field)| field).collect();
        Ok(Self { batches, fields, columns: Vec::new(), len: 0, next: 0, rows_total, file: None })
    }

    /// Decodes the next batch; false at the end.
    fn load(&mut self) -> Result<bool, Halt> {
        let Some(batch) = guarded(|| self.batches.next().transpose())? else { return Ok(false) };
        self.columns = columns(&self.fields, &batch)?;
        self.len = batch.num_rows();
        self.next = 0;
        if let Some((bytes, meter)) = &self.file {
            meter.add(bytes.saturating_mul(self.len as u64) / self.rows_total.max(1));
        }
        Ok(true)
    }
}

impl RowSource for Rows {
    fn next_row(&mut self, draft: &mut Draft) -> Result<Step, Halt> {
        while self.next == self.len {
            if !self.load()? {
                return Ok(Step::End);
            }
        }
        for (field, column) in self.fields.iter().zip(&self.columns) {
            column.add_to(draft, *field, self.next);
        }
        self.next += 1;
        Ok(Step::Row { line: None })
    }
}

/// Metadata of the file, with text columns asked for as views. What the writer said about Arrow is not needed.
fn metadata<R: ChunkReader>(input: &R) -> Result<ArrowReaderMetadata, ParquetError> {
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let found = ArrowReaderMetadata::load(input, options.clone())?;
    let columns: Vec<_> = found.schema().fields().iter().map(|column| as_views(column)).collect();
    let options = options.with_schema(Arc::new(Schema::new(columns)));
    ArrowReaderMetadata::try_new(found.metadata().clone(), options)
}

/// A field's column with its text, or the items of its list, as views.
fn as_views(column: &ArrowField) -> ArrowField {
    let data_type = match column.data_type() {
        _ if Field::from_header(column.name()).is_none() => column.data_type().clone(),
        DataType::Utf8 | DataType::Binary => DataType::Utf8View,
        DataType::List(item) if matches!(item.data_type(), DataType::Utf8 | DataType::Binary) => {
            DataType::List(Arc::new(item.as_ref().clone().with_data_type(DataType::Utf8View)))
        }
        other => other.clone(),
    };
    column.clone().with_data_type(data_type)
}

fn check_columns(wanted: &[(usize, Field)], schema: &Schema) -> Result<(), Halt> {
    if wanted.iter().any(|(_, field)| *field == Field::Id) {
        return Ok(());
    }
    let names: Vec<&str> = schema.fields().iter().map(|column| column.name().as_str()).collect();
    let names: String = names.join(", ").chars().take(200).collect();
    Err(Halt::content(None, format!("no column is named id, only: {names}"), "name the columns id, title, price, ..."))
}

/// Refuses row groups whose columns would not fit in memory.
fn check_sizes(metadata: &ParquetMetaData, mask: &ProjectionMask, limits: &Limits) -> Result<(), Halt> {
    let columns = metadata.row_groups().iter().flat_map(|group| group.columns().iter().enumerate());
    let too_large = |(leaf, column): (usize, &parquet::file::metadata::ColumnChunkMetaData)| {
        mask.leaf_included(leaf) && u64::try_from(column.uncompressed_size()).unwrap_or(u64::MAX) > limits.parquet_bytes
    };
    if columns.into_iter().any(too_large) {
        let detail = format!("a column of a row group has more than {} bytes", limits.parquet_bytes);
        return Err(Halt::content(None, detail, "write the file with smaller row groups"));
    }
    Ok(())
}

fn columns(fields: &[Field], batch: &RecordBatch) -> Result<Vec<Column>, Halt> {
    // Fields may stand in any order in the file, but the projection keeps that order.
    fields.iter().zip(batch.columns()).map(|(field, array)| Column::new(*field, array)).collect()
}

/// Runs the decoder. A damaged file can make it panic, which must cost that file only.
fn guarded<T, E: Into<Damage>>(decode: impl FnOnce() -> Result<T, E>) -> Result<T, Halt> {
    let damage = match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => error.into().0,
        Err(_) => "the decoder gave up".into(),
    };
    let detail: String = damage.chars().take(300).collect();
    Err(Halt::content(None, detail, "the file is damaged or no Parquet: write it again"))
}

/// What the decoder says about a file.
struct Damage(String);

impl From<ParquetError> for Damage {
    fn from(error: ParquetError) -> Self {
        Self(error.to_string())
    }
}

impl From<ArrowError> for Damage {
    fn from(error: ArrowError) -> Self {
        Self(error.to_string())
    }
}
