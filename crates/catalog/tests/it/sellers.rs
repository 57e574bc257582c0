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
