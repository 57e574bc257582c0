//! Files of seller records.

use std::path::PathBuf;

use touchstone_catalog::{IdentityLevel, Limits, SellerRecord, Sellers};

use crate::common::compressions;

type Tested = Result<(), Box<dyn std::error::Error>>;

const JSONL: &str = r#"{"marketplace": "m", "seller_id": "1", "age_days": 5, "sales": 7, "identity_level": "document", "country": "CN", "authorisations": ["own", "other"], "also_sells": ["bags"], "upheld_findings": 1, "reversed_findings": 0, "unknown": {}}
{"marketplace": "m", "seller_id": "2", "sales": 1}
{"sales": 1}
{"seller_id": "3", "country": "x"}
nothing

{"marketplace": "m", "seller_id": "2", "sales": 2}
"#;

const CSV: &str = "Seller_ID,marketplace,age_days,sales,identity_level,country,authorisations,also_sells,upheld_findings,reversed_findings,x
1,m,5,7,document,CN,own; other,bags,1,0,
2,m,,1,,,,,,,
,,,1,,,,,,,
3,,,,,x,,,,,
4

2,m,,2,,,,,,,
";

fn check(name: &str, text: &str) -> Tested {
    let folder = tempfile::tempdir()?;
    for (extension, bytes) in compressions(text.as_bytes()) {
        let path = folder.path().join(format!("{name}{extension}"));
        std::fs::write(&path, bytes)?;
        let mut rejects = Vec::new();
        let sellers = Sellers::read(&path, &Limits::default(), &mut rejects)?;
        assert_eq!(sellers.len(), 2, "{name}{extension}");
        assert_eq!(sellers.get("m", "1"), Some(&full()));
        assert_eq!(sellers.get("m", "2").and_then(|seller| seller.sales), Some(2));
        assert_eq!(sellers.get("", "3"), None);
        assert_eq!(rejects.iter().map(|reject| reject.row).collect::<Vec<_>>(), [3, 4, 5]);
        assert_eq!(sellers.rejected(), 3);
    }
    Ok(())
}

fn full() -> SellerRecord {
    SellerRecord {
        marketplace: "m".into(),
        seller_id: "1".into(),
        age_days: Some(5),
        sales: Some(7),
        identity_level: Some(IdentityLevel::Document),
        country: Some("CN".into()),
        authorisations: vec!["own".into(), "other".into()],
        also_sells: vec!["bags".into()],
        upheld_findings: Some(1),
        reversed_findings: Some(0),
    }
}

#[test]
fn jsonl() -> Tested {
    check("sellers.jsonl", JSONL)
}

#[test]
fn csv() -> Tested {
    check("sellers.csv", CSV)
}

#[test]
fn canonical_json_has_sorted_names() {
    let json = r#"{"age_days":5,"also_sells":["bags"],"authorisations":["own","other"],"country":"CN","identity_level":"document","marketplace":"m","reversed_findings":0,"sales":7,"seller_id":"1","upheld_findings":1}"#;
    assert_eq!(full().to_canonical_json(), json);
    assert_eq!(SellerRecord::default().to_canonical_json(), "{}");
}

#[test]
fn a_missing_file_is_named() {
    let error = Sellers::read(&PathBuf::from("/nonexistent.jsonl"), &Limits::default(), ());
    assert_eq!(
        error.map_err(|error| error.to_string()),
        Err("/nonexistent.jsonl: No such file or directory (os error 2)".into())
    );
}

#[test]
fn a_record_is_limited_as_a_whole() -> Tested {
    let record = |brands: usize| {
        let brands: Vec<String> = (0..brands).map(|n| format!("\"{n:0>98}\"")).collect();
        format!("{{\"seller_id\":\"1\",\"authorisations\":[{}]}}\n", brands.join(","))
    };
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), format!("{}{}", record(80), record(90)))?;
    let mut rejects = Vec::new();
    let sellers = Sellers::read(file.path(), &Limits::default(), &mut rejects)?;
    assert_eq!(sellers.get("", "1").map(|seller| seller.authorisations.len()), Some(80));
    assert_eq!(rejects[0].detail, "the record has 9126 bytes as JSON, at most 8192 are kept");
    Ok(())
}

#[test]
fn a_file_of_sellers_that_would_fill_the_memory_is_an_error() -> Tested {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), JSONL)?;
    let read = Sellers::read(file.path(), &Limits { held_bytes: 300, ..Limits::default() }, ());
    assert!(read.is_err_and(|error| error.to_string().contains("more than 300 bytes")));
    Ok(())
}

#[test]
fn a_record_leaves_open_what_it_does_not_say() {
    let own = SellerRecord { sales: Some(0), also_sells: vec!["toys".into()], ..SellerRecord::default() };
    let both = own.clone().or(full());
    assert_eq!((both.sales, both.age_days, both.also_sells), (Some(0), Some(5), vec!["toys".to_owned()]));
    assert!(both.authorisations.is_empty(), "who is authorised, the own record alone says");
    assert_eq!(own.clone().or(SellerRecord::default()), own);
}
