//! Lists of hashes, as others write them and as we do.

use touchstone_banks::exchange::{Format, List, read, write};
use touchstone_banks::{Added, Bank, Item, NewItem};

use crate::{act, open};

const A: &str = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";
const B: &str = "e64cc9d91c623882f8d1f1d9a398e78c9f199b3bd83924f2b7e11e0bf861b064";

fn hashes(list: &List) -> Vec<String> {
    list.signals.iter().map(|signal| signal.pdq.to_string()).collect()
}

fn only(text: &str) -> String {
    let list = read(text.as_bytes());
    assert!(list.signals.is_empty() && list.bad.len() == 1, "{list:?}");
    list.bad[0].to_string()
}

#[test]
fn every_form_is_read() {
    let forms = [
        format!("pdq {A}\n\n# of the exchange\npdq {B}\n"),
        format!("{A}\n{}\n", B.to_uppercase()),
        format!(
            "signal_type,signal_str,collab,category,tags\npdq,{A},ours,POSITIVE_CLASS,x\npdq,{B},ours,POSITIVE_CLASS,\n"
        ),
        format!("{A},100,one.jpg\n{B},87,two.jpg\n"),
        format!("\u{feff}source;hash;quality\r\nshop;{A};99\r\n\"a; b\";{B};50\r\n"),
        format!(r#"{{"data":[{{"type":"HASH_PDQ","indicator":"{A}","tags":["x","y"]}},{{"indicator":"{B}"}}]}}"#),
        format!(
            r#"{{"count":2,"hashRecords":[{{"signalType":"ImagePDQ","hashValue":"{A}","status":"Active"}},{{"hashValue":"{B}"}}]}}"#
        ),
        format!(r#"[{{"pdq":"{A}","quality":80}},{{"pdq":"{B}","quality":80}}]"#),
        format!("{{\"signal_str\":\"{A}\"}}\n{{\"signal_str\":\"{B}\"}}\n"),
    ];
    for form in forms {
        let list = read(form.as_bytes());
        assert_eq!((hashes(&list), &list.bad), (vec![A.to_owned(), B.to_owned()], &Vec::new()), "{form}");
    }
}

#[test]
fn what_a_list_says_of_a_hash_is_kept() {
    let list = read(format!("hash,quality,source,brand,product,tags\n{A},90,Shop,velatta,bag,x y\n").as_bytes());
    let signal = &list.signals[0];
    let said = [&signal.source, &signal.brand, &signal.product, &signal.tags].map(|text| text.as_deref().unwrap());
    assert_eq!((said, signal.quality, signal.row), (["Shop", "velatta", "bag", "x y"], Some(90), 2));
}

/// Hashes of videos, and what somebody says is nothing bad, are not what was asked for, and no mistakes.
#[test]
fn other_kinds_and_doubts_are_counted() {
    let rows = format!("video_md5,0a,c,POSITIVE_CLASS\npdq,{A},c,NEGATIVE_CLASS\npdq,{B},c,POSITIVE_CLASS\n");
    let list = read(format!("signal_type,signal_str,collab,category\n{rows}").as_bytes());
    assert_eq!((hashes(&list), list.others, list.disputed, list.bad.len()), (vec![B.to_owned()], 1, 1, 0));
}

#[test]
fn a_bad_row_is_named_and_the_others_count() {
    let zeros = "0".repeat(64);
    let rows = format!("{A},high\nxyz,90\n{zeros},90\n{A},12\n,90\n{B},90\n");
    let list = read(format!("hash,quality\n{rows}").as_bytes());
    assert_eq!(hashes(&list), [B]);
    let bad: Vec<String> = list.bad.iter().map(ToString::to_string).collect();
    assert_eq!(
        bad,
        [
            "row 2, quality: no number from 0 to 100",
            "row 3, hash: 3 bytes, a PDQ hash is 64 hexadecimal digits",
            "row 4, hash: 0 of 256 bits are set: the hash of nothing",
            "row 5, quality: 12: a hash under 50 matches anything plain",
            "row 6, hash: there is none",
        ]
    );
}

#[test]
fn hostile_files_are_refused_with_a_reason() {
    assert!(only("name,size\na,1\n").starts_with("row 1, header: no column of hashes"));
    assert!(read(b"").signals.is_empty() && read(b" \n\n").bad.is_empty());
    let list = read(b"\xff\xfe\x00");
    assert!(list.bad[0].why.contains("no UTF-8 text at byte 0"), "{list:?}");
    assert!(only("{\"data\":[").contains("EOF"));
    assert!(only("[1]").contains("no object"));
    assert!(only(&format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000))).contains("recursion"));
    assert!(only(&format!("hash,source\n{A},{}\n", "x".repeat(5_000))).contains("source: more than 4096 bytes"));
    let list = read(format!("hash,a\n{A},\"{}", "never closed ".repeat(10_000)).as_bytes());
    assert_eq!(list.signals.len() + list.bad.len(), 1);
}

#[test]
fn more_rows_than_the_limit_are_not_read() {
    let text = format!("pdq {A}\n").repeat(2_000_001);
    let list = read(text.as_bytes());
    assert_eq!((list.signals.len(), list.bad.len()), (2_000_000, 1));
    assert!(list.bad[0].to_string().contains("split the file"));
}

/// What is written is read again as the same, in every form, by every field that the form has.
#[test]
fn what_is_exported_is_imported_as_the_same() {
    let data = tempfile::tempdir().unwrap();
    let mut banks = open(data.path());
    let text = |text: &str| Some(text.to_owned());
    let item = |pdq: &str, quality| Item {
        pdq: text(pdq),
        quality,
        brand: text("velatta, \"of\" Milan"),
        source: text("Shop\nof two lines"),
        tags: text("x y"),
        ..Item::new(Bank::Counterfeit, "list.csv:2")
    };
    let new = |item| NewItem { item, features: Vec::new(), like: None };
    let waits = NewItem { like: text("another"), ..new(item(&B.replace('e', "d"), None)) };
    let own = Item { sha256: text("00"), ..item(B, Some(49)) };
    let added = banks.add(vec![new(item(A, Some(80))), new(item(B, None)), waits, new(own)], &act("Ann", "")).unwrap();
    assert!(matches!(added[..], [Added::Active(_), Added::Active(_), Added::Pending(_), Added::Active(_)]));
    for format in [Format::Csv, Format::Text, Format::Json] {
        let mut out = Vec::new();
        let count = write(banks.contents().entries().iter(), format, &mut out).unwrap();
        assert_eq!(count, 2, "what waits does not count, and a hash of too little is of no use");
        let list = read(&out);
        assert_eq!((hashes(&list), list.bad.len()), (vec![A.to_owned(), B.to_owned()], 0));
        if format != Format::Text {
            let signal = &list.signals[0];
            assert_eq!((&signal.brand, &signal.tags, signal.quality), (&item(A, None).brand, &text("x y"), Some(80)));
            assert_eq!(signal.source, item(A, None).source);
        }
    }
}

/// The same hash in two lists is one entry.
#[test]
fn a_hash_is_one_entry_wherever_it_comes_from() {
    let item = |path: &str| Item { pdq: Some(A.to_owned()), ..Item::new(Bank::Negative, path) };
    assert_eq!(item("a.csv:1").id(), item("b.csv:7").id());
    assert_ne!(item("a.csv:1").id(), Item { bank: Bank::Genuine, ..item("a.csv:1") }.id());
}
