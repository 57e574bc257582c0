//! One small feed in every format and compression gives the same batch.

use std::path::PathBuf;
use std::sync::Arc;

use crate::common::{Outcome, collect, compressions, read, read_as};
use arrow::array::{
    ArrayRef, DictionaryArray, Int32Array, LargeStringArray, RecordBatch, StringArray, StringViewArray,
    TimestampMillisecondArray,
};
use arrow::datatypes::Int32Type;
use parquet::arrow::ArrowWriter;
use touchstone_catalog::feed::{self, Format, Options};
use touchstone_catalog::{Listing, ListingBatch, Texts, listing_schema};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// The batch that every version of the feed must give.
pub(crate) fn expected() -> ListingBatch {
    let links = ["https://shop.example/2.jpg", "https://shop.example/3.jpg"];
    let bag = Listing {
        marketplace: "shop",
        seller_id: "s1",
        id: "1",
        title: "Canvas bag \"Été\", 27\"",
        description: "Plain & <b>simple</b>",
        price_minor: Some(99_950),
        price_currency: "USD",
        brand: "Own",
        gtin: "4006381333931",
        condition: "new",
        product_type: "Bags > Totes",
        link: "https://shop.example/1",
        image_link: "https://shop.example/1.jpg",
        additional_image_link: Texts::from(&links[..]),
        listed_at: Some(1_793_491_200_000_000),
        ships_from: "DE",
        market: "FR",
        stock: Some(3),
        variants: Texts::from(&["black"][..]),
        seller: r#"{"age_days":12,"country":"DE","sales":7}"#,
        ..Listing::default()
    };
    let shoes = Listing {
        marketplace: "shop",
        seller_id: "s1",
        id: "2",
        title: "Schuhe 鞋",
        price_minor: Some(12),
        price_currency: "JPY",
        stock: Some(0),
        reviews: Texts::from(&["Fake!"][..]),
        questions: Texts::from(&["Is it real?\nYes"][..]),
        ..Listing::default()
    };
    let bare = Listing {
        id: "3",
        price_minor: Some(1_200),
        price_currency: "EUR",
        listed_at: Some(1_793_521_800_000_000),
        ..Listing::default()
    };
    ListingBatch::from_listings([bag, shoes, bare]).unwrap_or_else(|error| unreachable!("{error}"))
}

fn check(outcome: &Outcome, what: &str) {
    assert_eq!(outcome.summary(), "read 1 2 3", "{what}");
    for (found, expected) in outcome.batches[0].rows().zip(expected().rows()) {
        assert_eq!(found, expected, "{what}");
        assert_eq!(found.content_hash(), expected.content_hash(), "{what}");
    }
    assert_eq!(outcome.batches, [expected()], "{what}");
}

/// Reads the feed as a named file and as a nameless stream.
fn check_everywhere(name: &str, bytes: &[u8]) -> Tested {
    let folder = tempfile::tempdir()?;
    for (extension, bytes) in compressions(bytes) {
        let path = folder.path().join(format!("{name}{extension}"));
        std::fs::write(&path, &bytes)?;
        let mut counted = feed::open([path.clone()], Options::default(), Vec::new());
        assert_eq!((counted.bytes_read(), counted.bytes_total()), (0, Some(bytes.len() as u64)));
        assert_eq!(counted.by_ref().count(), 1);
        assert_eq!(counted.bytes_read(), bytes.len() as u64, "{name}{extension}");
        check(&collect(feed::open([path.clone()], Options::default(), Vec::new())), &format!("{name}{extension}"));
        check(&read(&bytes, Options::default()), &format!("stream of {name}{extension}"));
        let nameless = folder.path().join("nameless");
        std::fs::rename(path, &nameless)?;
        check(&collect(feed::open([nameless], Options::default(), Vec::new())), &format!("nameless {name}{extension}"));
    }
    Ok(())
}

#[test]
fn jsonl() -> Tested {
    check_everywhere("feed.jsonl", include_bytes!("feeds/feed.jsonl"))
}

#[test]
fn csv() -> Tested {
    check_everywhere("feed.csv", include_bytes!("feeds/feed.csv"))
}

#[test]
fn tsv() -> Tested {
    check_everywhere("feed.tsv", include_bytes!("feeds/feed.tsv"))
}

#[test]
fn rss() -> Tested {
    check_everywhere("feed.xml", include_bytes!("feeds/feed.rss.xml"))
}

#[test]
fn atom() -> Tested {
    check_everywhere("feed.atom", include_bytes!("feeds/feed.atom.xml"))
}

#[test]
fn parquet_of_our_own_schema() -> Tested {
    check_everywhere("feed.parquet", &parquet(expected().as_record_batch())?)
}

/// Parquet as others write it: text in every Arrow type, prices as text, times in milliseconds.
#[test]
fn parquet_of_others() -> Tested {
    let text = |values: [&'static str; 3]| {
        StringArray::from(values.map(|value| (!value.is_empty()).then_some(value)).to_vec())
    };
    let dictionary: DictionaryArray<Int32Type> = [Some("shop"), Some("shop"), None].into_iter().collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("Sale Price", Arc::new(text(["999.5 USD", "", ""]))),
        ("price", Arc::new(LargeStringArray::from(vec![Some("1,299.00 USD"), Some("12 JPY"), Some("12.00 EUR")]))),
        ("marketplace", Arc::new(dictionary)),
        ("seller_id", Arc::new(StringViewArray::from(vec![Some("s1"), Some("s1"), None]))),
        ("id", Arc::new(Int32Array::from(vec![1, 2, 3]))),
        ("title", Arc::new(text(["Canvas bag \"Été\", 27\"", "Schuhe 鞋", ""]))),
        ("description", Arc::new(text(["Plain & <b>simple</b>", "", ""]))),
        ("brand", Arc::new(text(["Own", "", ""]))),
        ("gtin", Arc::new(arrow::array::Int64Array::from(vec![Some(4_006_381_333_931), None, None]))),
        ("condition", Arc::new(text(["New", "like new", ""]))),
        ("product_type", Arc::new(text(["Bags > Totes", "", ""]))),
        ("link", Arc::new(text(["https://shop.example/1", "", ""]))),
        ("image_link", Arc::new(text(["https://shop.example/1.jpg", "", ""]))),
        ("additional_image_link", Arc::new(text(["https://shop.example/2.jpg, https://shop.example/3.jpg", "", ""]))),
        (
            "listed_at",
            Arc::new(TimestampMillisecondArray::from(vec![Some(1_793_491_200_000), None, Some(1_793_521_800_000)])),
        ),
        ("ships_from", Arc::new(text(["de", "", ""]))),
        ("market", Arc::new(text(["FR", "", ""]))),
        ("stock", Arc::new(Int32Array::from(vec![Some(3), Some(0), None]))),
        ("variants", Arc::new(text(["black", "", ""]))),
        ("reviews", Arc::new(text(["", "Fake!", ""]))),
        ("questions", Arc::new(text(["", "Is it real?\nYes", ""]))),
        ("seller", Arc::new(text([r#"{"sales": 7, "age_days": 12, "country": "DE"}"#, "", ""]))),
        ("unknown", Arc::new(Int32Array::from(vec![1, 2, 3]))),
    ];
    check_everywhere("others.parquet", &parquet(&RecordBatch::try_from_iter(columns)?)?)
}

pub(crate) fn parquet(batch: &RecordBatch) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None)?;
    writer.write(batch)?;
    writer.close()?;
    Ok(bytes)
}

#[test]
fn a_column_of_the_wrong_type_stops_the_file() -> Tested {
    let batch = RecordBatch::try_from_iter([
        ("id", Arc::new(StringArray::from(vec!["1"])) as ArrayRef),
        ("price", Arc::new(arrow::array::Float64Array::from(vec![1.5]))),
    ])?;
    let outcome = read_as(&parquet(&batch)?, Format::Parquet);
    let expected = "read \nfeed: after row 0: column price can't be read: it is Float64; \
         write prices as text with their currency (129.00 USD), or as price_minor and price_currency";
    assert_eq!(outcome.summary(), expected);
    Ok(())
}

#[test]
fn batches_hold_as_many_rows_as_asked_in_order() {
    let feed: String = (0..10).map(|id| format!("{{\"id\": {id}}}\n")).collect();
    let outcome = read(feed.as_bytes(), Options { batch_rows: 4, ..Options::of(Format::Jsonl) });
    assert_eq!(outcome.batches.iter().map(ListingBatch::len).collect::<Vec<_>>(), [4, 4, 2]);
    assert_eq!(outcome.ids(), ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    let small = read(feed.as_bytes(), Options { batch_bytes: 1, ..Options::of(Format::Jsonl) });
    assert_eq!(small.batches.len(), 10);
}

#[test]
fn folders_are_read_in_order_of_names() -> Tested {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir_all(folder.path().join("b/c"))?;
    for (name, feed) in [
        ("c.tsv", "id\tprice\n5\t1 USD\n"),
        ("a.jsonl", "{\"id\": 1}\n"),
        ("b/z.csv", "id\n4\n"),
        ("b/c/1.ndjson", "{\"id\": 2}"),
        ("b/x.txt", "title\tid\n\t3\n"),
        ("notes.md", "no feed"),
        (".hidden.jsonl", "{\"id\": 9}"),
    ] {
        std::fs::write(folder.path().join(name), feed)?;
    }
    let missing = folder.path().join("missing.csv");
    let outcome = collect(feed::open([folder.path().to_owned(), missing.clone()], Options::default(), Vec::new()));
    assert_eq!(outcome.ids(), ["1", "2", "3", "4", "5"]);
    assert_eq!(outcome.errors, [format!("{}: No such file or directory (os error 2)", missing.display())]);
    std::fs::create_dir(folder.path().join("empty"))?;
    let empty = collect(feed::open([folder.path().join("empty")], Options::default(), Vec::new()));
    assert_eq!(empty.errors.len(), 1);
    Ok(())
}

#[test]
fn stored_batches_come_back() -> Tested {
    let batch = expected();
    assert_eq!(ListingBatch::try_new(batch.clone().into_record_batch())?, batch);
    assert_eq!(batch.as_record_batch().schema(), listing_schema());
    let fewer = batch.as_record_batch().project(&[0, 1])?;
    assert!(ListingBatch::try_new(fewer).is_err());
    let others = batch.as_record_batch().project(&(0..24).rev().collect::<Vec<_>>())?;
    assert!(ListingBatch::try_new(others).is_err());
    Ok(())
}

#[test]
fn an_unreadable_path_is_an_error_in_its_place() {
    let paths = ["/nonexistent/a.jsonl", "/nonexistent/b.jsonl"].map(PathBuf::from);
    let outcome = collect(feed::open(paths, Options::default(), Vec::new()));
    assert_eq!(outcome.errors.len(), 2);
}

#[test]
fn what_buyers_read_beside_title_and_description_is_read_in_every_format() -> Tested {
    let check = |format: Format, text: &str, expected: &[&str]| {
        let outcome = read_as(text.as_bytes(), format);
        assert_eq!(outcome.summary(), "read 1", "{format:?}");
        let row = outcome.batches[0].row(0);
        assert_eq!(row.details.iter().collect::<Vec<_>>(), expected, "{format:?}");
        assert_eq!((row.title, row.multipack), ("Canvas bag", Some(6)), "{format:?}");
    };
    let json = r#"{"id":"1","structured_title":{"digital_source_type":"default","content":"Canvas bag"},"multipack":6,
        "color":"navy","size":["L","XL"],"product_detail":[{"attribute_name":"Lining","attribute_value":"silk"}],"material":true}"#;
    check(Format::Jsonl, &json.replace('\n', ""), &["Canvas bag", "navy", "L", "XL", "Lining\nsilk"]);
    check(Format::Csv, "id,title,multipack,color,product highlight\n1,Canvas bag,6,navy,Soft\n", &["navy", "Soft"]);
    check(Format::Tsv, "id\ttitle\tmultipack\tg:size\tshort_title\n1\tCanvas bag\t6\tL\tBag\n", &["L", "Bag"]);
    let xml = "<rss><channel><item><g:id>1</g:id><g:multipack>6</g:multipack><g:material>silk</g:material>
        <g:structured_title><g:digital_source_type>default</g:digital_source_type><g:content>Canvas bag</g:content>
        </g:structured_title><g:product_highlight>Soft</g:product_highlight></item></channel></rss>";
    check(Format::Xml, xml, &["silk", "Canvas bag", "Soft"]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(StringArray::from(vec!["1"]))),
        ("title", Arc::new(StringArray::from(vec!["Canvas bag"]))),
        ("multipack", Arc::new(Int32Array::from(vec![6]))),
        ("color", Arc::new(StringArray::from(vec!["navy"]))),
        ("size", Arc::new(arrow::array::BooleanArray::from(vec![true]))),
    ];
    let outcome = read_as(&parquet(&RecordBatch::try_from_iter(columns)?)?, Format::Parquet);
    let row = outcome.batches[0].row(0);
    assert_eq!((row.details.iter().collect::<Vec<_>>(), row.multipack), (vec!["navy"], Some(6)));
    Ok(())
}

#[test]
fn a_feed_that_would_be_read_as_nothing_is_an_error() {
    let check = |format: Format, text: &str, expected: &str| {
        let outcome = read_as(text.as_bytes(), format);
        assert!(outcome.errors.iter().any(|error| error.contains(expected)), "{text}: {:?}", outcome.errors);
    };
    check(Format::Csv, "id,title\r1,Bag\r2,Belt\r", "CR alone");
    check(Format::Tsv, "id\ttitle\r1\tBag\r", "CR alone");
    check(Format::Xml, "<rss><channel><Item><id>1</id></Item></channel></rss>", "only <Item>");
    check(Format::Xml, "<rss><channel><x:item><id>1</id></x:item></channel></rss>", "only <x:item>");
    check(Format::Xml, "<feed><ENTRY/></feed>", "only <ENTRY>");
    assert_eq!(read_as(b"<rss><channel></channel></rss>", Format::Xml).summary(), "read ");
    assert_eq!(read_as(b"id,title\r\n1,Bag\r\n", Format::Csv).summary(), "read 1");
}
