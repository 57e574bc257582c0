//! Whatever the bytes are: no panic, no row lost, and the same answer however they are cut.

use std::io::{self, Read};
use std::sync::LazyLock;

use proptest::prelude::*;
use touchstone_catalog::feed::{Format, Options};
use touchstone_catalog::{FeedReader, Limits};

use crate::common::{Outcome, collect, gzip, read, read_as};
use crate::formats::{expected, parquet};

const FORMATS: [Format; 5] = [Format::Jsonl, Format::Csv, Format::Tsv, Format::Xml, Format::Parquet];

static PARQUET: LazyLock<Vec<u8>> = LazyLock::new(|| parquet(expected().as_record_batch()).unwrap_or_default());

/// Gives its bytes a few at a time.
struct Drops {
    bytes: io::Cursor<Vec<u8>>,
    size: usize,
}

impl Read for Drops {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.size.min(buffer.len());
        self.bytes.read(&mut buffer[..size])
    }
}

fn read_in_drops(bytes: &[u8], size: usize, options: Options) -> Outcome {
    collect(FeedReader::from_reader(
        "feed",
        Drops { bytes: io::Cursor::new(bytes.to_vec()), size },
        options,
        Vec::new(),
    ))
}

fn blank(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
}

/// Pieces from which feeds are made, so that arbitrary input gets past the first byte.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "{\"id\":1}",
        "{\"id\":\"",
        "\",\"title\":\"",
        "\"}",
        "\n",
        "\r\n",
        "[",
        "]",
        "{",
        "}",
        "\\u0000",
        "\\ud800",
        "\"",
        ",",
        "\t",
        "id",
        "price",
        "1 USD",
        "\0",
        "<item>",
        "</item>",
        "<g:id>",
        "</g:id>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "&amp;",
        "&",
        "<rss>",
        "</rss>",
        "<?xml encoding=\"",
        "?>",
        "é",
        "鞋",
        "\u{feff}",
        "null",
        "\"seller\":{",
    ]);
    let piece = prop_oneof![8 => known.prop_map(|text| text.as_bytes().to_vec()), 1 => prop::collection::vec(any::<u8>(), 0..8)];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_bytes_panic_and_every_row_is_counted(bytes in pieces(), format in prop::sample::select(&FORMATS[..])) {
        let outcome = read_as(&bytes, format);
        prop_assert_eq!(outcome.counts.rows, outcome.ids().len() as u64);
        prop_assert_eq!(outcome.counts.rejected, outcome.rejects.len() as u64);
        prop_assert!(outcome.errors.len() <= 1);
    }

    #[test]
    fn every_line_is_a_row_or_a_reject(lines in prop::collection::vec(pieces(), 0..6)) {
        let feed = lines.join(&b'\n');
        let unmarked = feed.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&feed);
        prop_assume!(!matches!(feed[..], [0x1f, 0x8b, ..] | [0x28, 0xb5, ..] | [0xff, 0xfe, ..] | [0xfe, 0xff, ..]));
        let expected = unmarked.split(|b| *b == b'\n').filter(|line| !blank(line)).count();
        let outcome = read_as(&feed, Format::Jsonl);
        prop_assert_eq!(outcome.counts.rows + outcome.counts.rejected, expected as u64);

        let tsv = [b"id\tx\n", unmarked].concat();
        let outcome = read_as(&tsv, Format::Tsv);
        prop_assert_eq!(outcome.counts.rows + outcome.counts.rejected, expected as u64);
    }

    #[test]
    fn the_size_of_reads_changes_nothing(
        bytes in pieces(),
        size in 1..40_usize,
        row_bytes in 10..80_usize,
        format in prop::sample::select(&FORMATS[..4]),
    ) {
        let limits = Limits { row_bytes, ..Limits::default() };
        let options = || Options { limits, ..Options::of(format) };
        prop_assert_eq!(read(&bytes, options()).summary(), read_in_drops(&bytes, size, options()).summary());
    }

    #[test]
    fn compression_changes_nothing(bytes in pieces(), format in prop::sample::select(&FORMATS[..4])) {
        prop_assume!(bytes.len() > 4 && !matches!(bytes[..], [0x1f, 0x8b, ..] | [0x28, 0xb5, ..]));
        prop_assert_eq!(read_as(&bytes, format).summary(), read_as(&gzip(&bytes), format).summary());
    }

    #[test]
    fn the_order_of_names_changes_nothing(order in Just((0..8).collect::<Vec<usize>>()).prop_shuffle()) {
        let pairs = [
            r#""id":1"#, r#""title":"a""#, r#""price":"5 USD""#, r#""sale_price":"4 USD""#,
            r#""reviews":["x","y"]"#, r#""seller":{"sales":1}"#, r#""stock":2"#, r#""market":"de""#,
        ];
        let line = |order: &[usize]| format!("{{{}}}", order.iter().map(|n| pairs[*n]).collect::<Vec<_>>().join(","));
        let expected = read_as(line(&[0, 1, 2, 3, 4, 5, 6, 7]).as_bytes(), Format::Jsonl);
        let found = read_as(line(&order).as_bytes(), Format::Jsonl);
        prop_assert_eq!(found.batches, expected.batches);
    }

    #[test]
    fn a_damaged_archive_is_an_error_at_most(cut in 0..400_usize, at in 0..400_usize, byte in any::<u8>()) {
        let lines: String = (0..500).map(|id| format!("{{\"id\": {id}}}\n")).collect();
        for mut archive in [gzip(lines.as_bytes()), zstd::encode_all(lines.as_bytes(), 1).unwrap_or_default()] {
            let len = archive.len();
            archive[at % len] = byte;
            archive.truncate(len - cut % len);
            prop_assert!(read_as(&archive, Format::Jsonl).errors.len() <= 1);
        }
    }

    #[test]
    fn a_damaged_parquet_file_is_an_error_at_most(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = PARQUET.clone();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        prop_assert!(read_as(&bytes, Format::Parquet).errors.len() <= 1);
    }
}

#[test]
fn deep_nesting_is_a_reject() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for field in ["unknown", "title", "reviews", "seller"] {
            let nested = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
            let feed = format!("{{\"id\":1,\"{field}\":{nested}}}\n{{\"id\":2}}\n");
            assert_eq!(read_as(feed.as_bytes(), Format::Jsonl).summary(), "read 2\n1:1 row TooDeep", "{field}");
        }
    }
    let feed = format!("<rss>{}<item><id>1</id></item></rss>", "<a>".repeat(10_000));
    assert_eq!(read_as(feed.as_bytes(), Format::Xml).ids(), ["1"]);
}

/// A source of one endless line, and then a good one.
struct LongLine {
    left: usize,
    end: io::Cursor<&'static [u8]>,
}

impl Read for LongLine {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return self.end.read(buffer);
        }
        let count = buffer.len().min(self.left);
        buffer[..count].fill(b'{');
        self.left -= count;
        Ok(count)
    }
}

#[test]
fn a_line_of_a_gigabyte_is_skipped() {
    let input = LongLine { left: 1 << 30, end: io::Cursor::new(b"\n{\"id\":1}\n") };
    let outcome = collect(FeedReader::from_reader("feed", input, Options::of(Format::Jsonl), Vec::new()));
    assert_eq!(outcome.summary(), "read 1\n1:1 row TooLong");
}

/// Looking at each attribute once takes a moment; at each pair of them, the night.
#[test]
fn an_element_of_very_many_attributes_is_read_once() {
    let attributes: String = (0..100_000).map(|n| format!(" a{n}=\"\"")).collect();
    for element in ["item", "link"] {
        let inner = if element == "item" { "<id>1</id></item>" } else { "</link><id>1</id></item>" };
        let outer = if element == "item" { "" } else { "<item>" };
        let feed = format!("<rss{attributes}>{outer}<{element}{attributes}>{inner}</rss>");
        let limits = Limits { row_bytes: 16 << 20, ..Limits::default() };
        let outcome = read(feed.as_bytes(), Options { limits, ..Options::of(Format::Xml) });
        assert_eq!(outcome.summary(), "read 1", "{element}");
    }
}

#[test]
fn a_prefix_declared_again_and_again_leaves_room_for_others() {
    let google = "http://base.google.com/ns/1.0";
    let item =
        |prefix: &str, id: u32| format!("<item xmlns:{prefix}='{google}'><{prefix}:id>{id}</{prefix}:id></item>");
    let items: String = (1..40).map(|id| item("a", id)).chain([item("b", 40)]).collect();
    assert_eq!(read_as(format!("<rss>{items}</rss>").as_bytes(), Format::Xml).counts.rows, 40);
}
