//! What is wrong with a row puts that row aside; what is wrong with a file ends that file, after its good rows.

use touchstone_catalog::feed::{self, Format, Options};
use touchstone_catalog::reject::RejectLines;
use touchstone_catalog::{Counts, FeedReader, Limits, Reason};

use crate::common::{collect, gzip, read, read_as};

/// Reads the feed and compares everything that came out of it.
fn check(format: Format, feed: impl AsRef<[u8]>, expected: &str) {
    check_with(Options::of(format), feed, expected);
}

fn check_with(options: Options, feed: impl AsRef<[u8]>, expected: &str) {
    let shown = String::from_utf8_lossy(feed.as_ref()).chars().take(200).collect::<String>();
    assert_eq!(read(feed.as_ref(), options).summary(), expected, "{shown}");
}

/// One bad JSON line between two good ones.
fn check_line(line: impl AsRef<[u8]>, expected: &str) {
    let feed = [b"{\"id\":1}\n\n", line.as_ref(), b"\n{\"id\":2}"].concat();
    check(Format::Jsonl, feed, &format!("read 1 2\n2:3 {expected}"));
}

#[test]
fn lines_that_are_no_listing() {
    check_line(b"{\"id\": \"a\xff\"}", "row NotUtf8");
    for line in ["nothing", "{", "[]", "[{\"id\":3}]", "\"id\"", "null", "3", "{\"id\":3}}", "{\"id\":3},", "{'id':3}"]
    {
        check_line(line, "row NotJson");
    }
    check_line(r#"{"id": "\ud800"}"#, "row NotJson");
    check_line(r#"{"id": 3, "seller": {"sales": 1}"#, "row NotJson");
    check_line(r#"{"id": "3", "title": "a\u0000b"}"#, "title Nul");
    check_line(b"{\"id\": \"3\", \"title\": \"a\0b\"}", "row NotJson");
}

#[test]
fn values_that_fields_do_not_take() {
    for id in ["{}", r#"{"id": null}"#, r#"{"id": ""}"#, r#"{"id": " \t\u00a0"}"#, r#"{"ID": 3}"#] {
        check_line(id, "id NoId");
    }
    for title in ["true", "1.5", "1e40", "[\"a\"]", "{\"text\": \"a\"}", "[[[]]]"] {
        check_line(format!("{{\"id\": 3, \"title\": {title}}}"), "title WrongType");
    }
    for reviews in ["[[\"a\"]]", "true", "[{\"text\": 5}]"] {
        check_line(format!("{{\"id\": 3, \"reviews\": {reviews}}}"), "reviews WrongType");
    }
    for price in ["129", "129.5", "\"129\"", "\"free\"", "\"-1 USD\"", "\"1.005 USD\"", "\"1,5 USD\""] {
        check_line(format!("{{\"id\": 3, \"price\": {price}}}"), "price BadPrice");
    }
    check_line(r#"{"id": 3, "price": {"value": "1", "currency": "USD"}}"#, "price WrongType");
    check_line(r#"{"id": 3, "price": "1 USD", "sale_price": "5 Euro"}"#, "sale_price UnknownCurrency");
    check_line(r#"{"id": 3, "stock": "many"}"#, "stock BadNumber");
    check_line(r#"{"id": 3, "stock": 1.5}"#, "stock WrongType");
    check_line(r#"{"id": 3, "listed_at": "yesterday"}"#, "listed_at BadTime");
    check_line(r#"{"id": 3, "listed_at": 1700000000}"#, "listed_at BadTime");
    for seller in
        ["{\"sales\": -1}", "{\"sales\": 1.5}", "{\"country\": \"Germany\"}", "{\"identity_level\": \"high\"}", "\"x\""]
    {
        check_line(format!("{{\"id\": 3, \"seller\": {seller}}}"), "seller BadSeller");
    }
}

#[test]
fn what_comes_twice_counts_as_given_last() {
    let feed = r#"{"id":1,"id":2,"title":"a","title":null,"reviews":["a","b"],"reviews":"c"}"#;
    let outcome = read_as(feed.as_bytes(), Format::Jsonl);
    let listing = outcome.batches[0].row(0);
    assert_eq!((listing.id, listing.title), ("2", ""));
    assert_eq!(listing.reviews.iter().collect::<Vec<_>>(), ["c"]);
}

#[test]
fn reviews_and_questions_may_be_objects() {
    let feed = r#"{"id":1,"reviews":{"stars":1,"text":"Fake!"},"questions":[{"answer":"Yes","text":"Real?"},{"text":"Hm"},null,5]}"#;
    let outcome = read_as(feed.as_bytes(), Format::Jsonl);
    let listing = outcome.batches[0].row(0);
    assert_eq!(listing.reviews.iter().collect::<Vec<_>>(), ["Fake!"]);
    assert_eq!(listing.questions.iter().collect::<Vec<_>>(), ["Real?\nYes", "Hm", "5"]);
}

fn small_limits() -> Limits {
    Limits {
        row_bytes: 200,
        id_bytes: 10,
        title_bytes: 20,
        description_bytes: 50,
        item_bytes: 30,
        list_items: 3,
        depth: 4,
        ..Limits::default()
    }
}

#[test]
fn limits() {
    let options = || Options { limits: small_limits(), ..Options::of(Format::Jsonl) };
    let check = |line: String, expected: &str| {
        let feed = format!("{{\"id\":1}}\n{line}\n{{\"id\":2}}\n");
        let rejected = if expected.is_empty() { String::new() } else { format!("\n2:2 {expected}") };
        let ids = if expected.is_empty() { "1 3 2" } else { "1 2" };
        check_with(options(), feed, &format!("read {ids}{rejected}"));
    };
    let field = |name: &str, len: usize| format!("{{\"id\":3,\"{name}\":\"{}\"}}", "x".repeat(len));
    for (name, max) in
        [("seller_id", 10), ("title", 20), ("description", 50), ("brand", 30), ("variants", 30), ("link", 30)]
    {
        check(field(name, max), "");
        check(field(name, max + 1), &format!("{name} TooLong"));
    }
    check(r#"{"id":3,"variants":[1,2,3]}"#.into(), "");
    check(r#"{"id":3,"variants":[1,2,3,4]}"#.into(), "variants TooManyItems");
    check(r#"{"id":3,"x":[[[]]]}"#.into(), "");
    check(r#"{"id":3,"x":[[[[]]]]}"#.into(), "row TooDeep");
    check(r#"{"id":3,"x":"[[[[[[[["}"#.into(), "");
    check(field("unknown", 178), "");
    check(field("unknown", 179), "row TooLong");
    check(field("unknown", 500_000), "row TooLong");
}

#[test]
fn a_row_of_many_values_is_limited_as_a_whole() {
    let limits = Limits { row_bytes: 100, ..Limits::default() };
    let cell = "x".repeat(30);
    let item = format!("<item><id>2</id><title>{cell}</title><brand>{cell}</brand></item>");
    let feed = format!("<rss><item><id>1</id></item>{item}<item><id>3</id></item></rss>");
    check_with(Options { limits, ..Options::of(Format::Xml) }, feed, "read 1 3\n2:1 row TooLong");
}

#[test]
fn cells() {
    check(
        Format::Csv,
        "id,title\n1,a\n2\n3,a,b\n4,\"a\nb\"\n5,c\n",
        "read 1 4 5\n2:3 row WrongCells\n3:4 row WrongCells",
    );
    check(Format::Tsv, "id\ttitle\n1\ta\n2\n3\ta\tb\n5\t\"c\n", "read 1 5\n2:3 row WrongCells\n3:4 row WrongCells");
    check(Format::Csv, b"id,title\n1,\xff\n2,b\n", "read 2\n1:2 row NotUtf8");
    check(Format::Csv, "id,price\n1,5\n2,5 USD", "read 2\n1:2 price BadPrice");
    check(Format::Tsv, "id\tprice\n1\t5 XXY\n2\t5 USD", "read 2\n1:2 price UnknownCurrency");
}

#[test]
fn a_quote_that_never_closes_costs_one_row() {
    check(Format::Csv, "id,title\n1,\"a\n2,b\n3,c\n", "read 2 3\n1:2 row WrongCells");
    let limits = Limits { row_bytes: 1_000, ..Limits::default() };
    let many: String = (2..2_000).map(|id| format!("{id},b\n")).collect();
    let outcome = read(format!("id,title\n1,\"a\n{many}").as_bytes(), Options { limits, ..Options::of(Format::Csv) });
    assert_eq!(outcome.counts.rows, 1_998);
    assert_eq!(outcome.rejects.len(), 1);
    let long = format!("id,title\n1,{}\n2,b\n", "x".repeat(500_000));
    check_with(Options { limits, ..Options::of(Format::Csv) }, long, "read 2\n1:2 row TooLong");
}

#[test]
fn too_many_quotes_that_never_close_stop_the_file() {
    let limits = Limits { row_bytes: 100, broken_records: 3, ..Limits::default() };
    let feed = format!("id,t\n{}", "\",x\"y,\"z\n".repeat(200));
    let outcome = read(feed.as_bytes(), Options { limits, ..Options::of(Format::Csv) });
    assert_eq!(outcome.rejects.len(), 3);
    let stop = "too many rows whose end was not found; check that the file has the format it is read as";
    assert_eq!(outcome.errors, [format!("feed: after row 3, line 5: {stop}")]);
}

#[test]
fn items() {
    let check_item = |item: &str, expected: &str| {
        let feed = format!("<rss><channel><item><id>1</id></item>\n{item}\n<item><id>2</id></item></channel></rss>");
        check(Format::Xml, feed, &format!("read 1 2\n2:2 {expected}"));
    };
    check_item("<item><id>3</id><title>a & b</title></item>", "row NotXml");
    check_item("<item><id>3</id><title>a &nbsp; b</title></item>", "row NotXml");
    check_item("<item><id>3</id><title>a</item>", "row NotXml");
    check_item("<item><id>3</title></item>", "row NotXml");
    check_item("<item><id>3</id><title>&#0;</title></item>", "row NotXml");
    check_item("<item><id>3</id><title>a < b</title></item>", "row NotXml");
    check_item("<item><id>3</id><title><![CDATA[x</title></item>", "row NotXml");
    check_item("<item><id>3</id><!-- </item>", "row NotXml");
    check_item("<item><title>x</title></item>", "id NoId");
    check_item(&format!("<item><id>3</id>{}</item>", "<a>".repeat(40)), "row TooDeep");
}

#[test]
fn bytes_that_are_not_utf8_cost_one_item() {
    let feed = b"<rss><item><id>1</id></item>\n<item><id>\xff</id></item><item><id>2</id></item></rss>";
    check(Format::Xml, feed, "read 1 2\n2:2 row NotUtf8");
}

#[test]
fn files_that_end_too_early() {
    let check_xml = |feed: &str, error: &str| {
        let hint = "the file was cut off: fetch or write it again";
        check(Format::Xml, feed, &format!("read 1\nfeed: after row 1, line {error}; {hint}"));
    };
    let head = "<rss>\n<item><id>1</id></item>\n";
    check_xml(head, "2: the file ends before </rss>");
    check_xml(&format!("{head}<item><id>2</id>"), "2: the file ends inside an item");
    check_xml(&format!("{head}<item><id>2</id></ite"), "2: the file ends inside an item");
    check_xml(&format!("{head}<channel></channel>"), "2: the file ends before </rss>");
    check(Format::Xml, "<rss><channel/></rss>", "read ");

    let lines: String = (0..20_000).map(|id| format!("{{\"id\": {id}}}\n")).collect();
    let mut archive = gzip(lines.as_bytes());
    archive.truncate(archive.len() * 3 / 4);
    let outcome = read_as(&archive, Format::Jsonl);
    assert!(outcome.counts.rows > 10_000, "{}", outcome.counts.rows);
    assert_eq!(outcome.errors.len(), 1);
    assert!(outcome.errors[0].contains("if it is an archive, check it with gzip -t"), "{}", outcome.errors[0]);
}

#[test]
fn files_that_are_no_feeds() {
    let check_error = |format: Format, feed: &[u8], expected: &str| {
        check(format, feed, &format!("read \nfeed: after row 0{expected}"));
    };
    let header = "the first line names the columns: id, title, price, ...";
    check_error(Format::Csv, b"", &format!(": the file is empty; {header}"));
    check_error(Format::Csv, b"a,b\n1,2\n", &format!(", line 1: no column is named id, only: a, b; {header}"));
    let rss = "Merchant Center's XML is RSS 2.0 or Atom 1.0";
    check_error(Format::Xml, b"<html></html>", &format!(", line 1: no <item> or <entry> in <html>; {rss}"));
    check_error(Format::Xml, b"", &format!(", line 1: no XML element; {rss}"));
    let declared = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><rss><item><id>\xe9</id></item></rss>";
    let latin = ": the encoding is ISO-8859-1, only UTF-8 is read; save it as UTF-8 and declare encoding=\"UTF-8\"";
    check_error(Format::Xml, declared, latin);
    let utf16 = ": the file is UTF-16; save it as UTF-8, for example with: iconv -f UTF-16 -t UTF-8";
    check_error(Format::Jsonl, b"\xff\xfe{\0}\0", utf16);
    let outcome = read(b"hello", Options::default());
    assert!(outcome.errors[0].contains("format not recognised"), "{}", outcome.errors[0]);
    assert_eq!(read_as(b"PAR1", Format::Parquet).errors.len(), 1);
    assert_eq!(read_as(&[0x28, 0xb5, 0x2f, 0xfd, 1], Format::Jsonl).errors.len(), 1);
}

#[test]
fn the_next_file_is_read_after_a_bad_one() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    for (name, feed) in
        [("a.xml", "<rss><item><id>1</id></item>"), ("b.jsonl", "{\"id\":2}"), ("c.jsonl", "{\"id\":1}\nx")]
    {
        std::fs::write(folder.path().join(name), feed)?;
    }
    let outcome = collect(feed::open([folder.path().to_owned()], Options::default(), Vec::new()));
    assert_eq!(outcome.ids(), ["1", "2"]);
    assert_eq!(outcome.errors.len(), 1);
    assert_eq!(
        outcome.rejects.iter().map(|reject| reject.reason).collect::<Vec<_>>(),
        [Reason::Duplicate, Reason::NotJson]
    );
    assert!(outcome.rejects[0].file.ends_with("c.jsonl"));
    Ok(())
}

#[test]
fn the_first_of_duplicates_counts() {
    let feed = "{\"id\":1,\"title\":\"first\"}\n{\"id\":2}\n{\"id\":1}\n{\"id\":1,\"seller_id\":\"s\"}\n{\"id\":2}\n";
    let outcome = read_as(feed.as_bytes(), Format::Jsonl);
    assert_eq!(outcome.summary(), "read 1 2 1\n3:3 row Duplicate\n5:5 row Duplicate");
    assert_eq!(outcome.batches[0].row(0).title, "first");
    assert_eq!(outcome.counts, Counts { rows: 3, rejected: 2, duplicates: 2, dedupe_checked: true });
    let few = read(feed.as_bytes(), Options { dedupe_max: 1, ..Options::of(Format::Jsonl) });
    assert_eq!(few.counts, Counts { rows: 4, rejected: 1, duplicates: 1, dedupe_checked: false });
    let none = read(feed.as_bytes(), Options { dedupe_max: 0, ..Options::of(Format::Jsonl) });
    assert_eq!(none.counts, Counts { rows: 5, rejected: 0, duplicates: 0, dedupe_checked: false });
}

#[test]
fn a_rejected_row_does_not_hide_a_good_one() {
    let outcome = read_as(b"{\"id\":1,\"price\":\"x\"}\n{\"id\":1}\n", Format::Jsonl);
    assert_eq!(outcome.summary(), "read 1\n1:1 price BadPrice");
}

#[test]
fn rejects_are_written_as_lines() -> Result<(), Box<dyn std::error::Error>> {
    let feed = &b"{\"id\":1,\"price\":\"129\"}\n"[..];
    let mut reader = FeedReader::from_reader("a.jsonl", feed, Options::of(Format::Jsonl), RejectLines(Vec::new()));
    assert!(reader.next().is_none());
    let expected = concat!(
        r#"{"file":"a.jsonl","row":1,"line":1,"id":"1","field":"price","reason":"bad_price","detail":"no currency in \"129\"","#,
        r#""hint":"write amount and currency with a decimal point: 1299.00 USD"}"#,
        "\n"
    );
    assert_eq!(String::from_utf8(reader.into_rejects().0)?, expected);
    Ok(())
}

#[test]
fn a_file_that_never_ends_is_stopped() {
    let limits = Limits { file_bytes: 100_000, ..Limits::default() };
    let archive = gzip(&vec![b' '; 10_000_000]);
    let outcome = read(&archive, Options { limits, ..Options::of(Format::Jsonl) });
    assert_eq!(outcome.errors.len(), 1);
    assert!(outcome.errors[0].contains("more than 100000 bytes after decompression"), "{}", outcome.errors[0]);
}

#[test]
fn an_archive_that_grows_too_much_is_stopped() {
    let bomb = zstd::encode_all(&vec![b' '; 80_000_000][..], 1).unwrap_or_default();
    assert!(bomb.len() < 20_000);
    let outcome = read_as(&bomb, Format::Jsonl);
    assert!(outcome.errors[0].contains("more than 1000 times as much after decompression"), "{:?}", outcome.errors);
}

#[test]
fn an_archive_may_begin_with_a_frame_to_skip() {
    let archive = zstd::encode_all(&b"{\"id\":1}"[..], 1).unwrap_or_default();
    let feed = [&[0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7][..], &archive].concat();
    check(Format::Jsonl, feed, "read 1");
}

#[test]
fn messages_are_short_whatever_is_quoted() {
    let long = "x".repeat(100_000);
    let json = format!("{{\"id\":1,\"seller\":{{\"identity_level\":\"{long}\"}}}}");
    let xml = format!("<rss><item><id>1</id><{long}></{long}y></item></rss>");
    for (format, feed) in [(Format::Jsonl, json), (Format::Xml, xml)] {
        let outcome = read_as(feed.as_bytes(), format);
        assert_eq!(outcome.rejects.len(), 1);
        assert!(outcome.rejects[0].detail.len() < 1_000, "{format:?}");
    }
    let error = read_as(format!("<{long}></{long}>").as_bytes(), Format::Xml).errors.concat();
    assert!(error.len() < 1_000, "{}", error.len());
}

#[test]
fn hints_say_what_a_user_can_do() {
    use Reason::*;
    let all = [
        NotUtf8,
        NotJson,
        NotXml,
        WrongCells,
        NoId,
        WrongType,
        BadPrice,
        UnknownCurrency,
        BadNumber,
        BadTime,
        BadSeller,
        TooLong,
        TooDeep,
        TooManyItems,
        Nul,
        Duplicate,
    ];
    for reason in all {
        assert!(!reason.hint().contains("limit") && !reason.hint().contains("Record"), "{}", reason.hint());
    }
}

#[test]
fn a_header_of_too_many_columns_is_refused() {
    let header = "x,".repeat(3_000) + "id\n";
    let outcome = read_as(header.as_bytes(), Format::Csv);
    assert!(outcome.errors[0].contains("3001 columns, at most 2000 are read"), "{:?}", outcome.errors);
}
