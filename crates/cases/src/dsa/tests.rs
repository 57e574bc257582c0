//! Statements that may leave, and a table of those that may not, each with its reason.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::enforcement::{Actor, Order, Scope, Severity};
use crate::id::{ActionId, Hash, Seller};
use crate::moment::{DAY, Moment};

fn good() -> Value {
    json!({
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        "decision_facts": "The offer says that it is a copy.",
        "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
        "illegal_content_legal_ground": "Regulation (EU) 2017/1001, art. 9",
        "illegal_content_explanation": "The sign is used for goods that do not come from its owner.",
        "content_type": ["CONTENT_TYPE_PRODUCT"],
        "category": "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        "category_specification": ["KEYWORD_TRADEMARK_INFRINGEMENT"],
        "content_id": { "EAN-13": "4006381333931" },
        "territorial_scope": ["DE", "FR"],
        "content_language": "EN",
        "content_date": "2026-11-01",
        "application_date": "2026-11-02",
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": "Yes",
        "automated_decision": "AUTOMATED_DECISION_PARTIALLY",
        "puid": "a1-B2_c3",
    })
}

#[test]
fn a_good_one_leaves_as_it_came() {
    let record = read(&good().to_string()).expect("it is good");
    assert_eq!(serde_json::to_value(&record).ok(), Some(good()));
}

/// Field, what it is instead (null: missing), the field that is named, and a part of the reason.
fn wrong() -> Vec<(&'static str, Value, &'static str, &'static str)> {
    vec![
        ("decision_visibility", json!([]), "decision_visibility", "nothing was decided"),
        ("decision_visibility", json!(["DECISION_VISIBILITY_GONE"]), "statement", "unknown variant"),
        ("decision_visibility", json!(["DECISION_VISIBILITY_OTHER"]), "decision_visibility_other", "is needed"),
        ("decision_visibility_other", json!("x"), "decision_visibility_other", "not for this decision"),
        ("decision_monetary", json!("DECISION_MONETARY_OTHER"), "decision_monetary_other", "is needed"),
        ("decision_account", json!("DECISION_ACCOUNT_BANNED"), "statement", "unknown variant"),
        ("decision_provision", json!("DECISION_PROVISION_NONE"), "statement", "unknown variant"),
        ("decision_facts", Value::Null, "statement", "null"),
        ("decision_facts", json!("  "), "decision_facts", "is needed"),
        ("decision_facts", json!("ö".repeat(5_001)), "decision_facts", "5001 characters, 5000 at most"),
        ("decision_facts", json!("ask jane@example.org"), "decision_facts", "personal data"),
        ("decision_ground", json!("DECISION_GROUND_TASTE"), "statement", "unknown variant"),
        ("decision_ground", json!("DECISION_GROUND_INCOMPATIBLE_CONTENT"), "incompatible_content_ground", "is needed"),
        ("illegal_content_legal_ground", json!("x".repeat(501)), "illegal_content_legal_ground", "500 at most"),
        ("illegal_content_legal_ground", json!(""), "illegal_content_legal_ground", "is needed"),
        ("illegal_content_explanation", json!("x".repeat(2_001)), "illegal_content_explanation", "2000 at most"),
        ("incompatible_content_ground", json!("terms"), "incompatible_content_ground", "not for this decision"),
        ("incompatible_content_illegal", json!("Yes"), "incompatible_content_illegal", "only for incompatible"),
        ("decision_ground_reference_url", json!("terms 3"), "decision_ground_reference_url", "no address"),
        ("content_type", json!([]), "content_type", "is needed"),
        ("content_type", json!("CONTENT_TYPE_PRODUCT"), "statement", "invalid type"),
        ("content_type", json!(["CONTENT_TYPE_OTHER"]), "content_type_other", "is needed"),
        ("category", json!("STATEMENT_CATEGORY_COUNTERFEIT"), "statement", "unknown variant"),
        ("category_addition", json!([good()["category"]]), "category_addition", "repeats"),
        ("category_specification", json!(["KEYWORD_FAKE"]), "statement", "unknown variant"),
        ("category_specification_other", json!("x"), "category_specification_other", "not for this decision"),
        ("content_id", json!({ "EAN-13": "4006381333930" }), "content_id", "is no EAN-13"),
        ("content_id", json!({ "EAN-13": "400638133393" }), "content_id", "is no EAN-13"),
        ("content_id", json!({ "EAN-13": "400638133393é" }), "content_id", "is no EAN-13"),
        ("content_id", json!({ "ASIN": "B000000000" }), "content_id", "is the only one"),
        ("territorial_scope", json!([]), "territorial_scope", "is needed"),
        ("territorial_scope", json!(["GB"]), "territorial_scope", "no country of the EU"),
        ("content_language", json!("en"), "content_language", "two capital letters"),
        ("content_date", json!("2026-11-1"), "content_date", "no date"),
        ("content_date", json!("1999-12-31"), "content_date", "before 2000-01-01"),
        ("application_date", json!("2019-12-31"), "application_date", "before 2020-01-01"),
        ("end_date_visibility_restriction", json!("2026-11-01"), "end_date_visibility_restriction", "is before"),
        ("end_date_account_restriction", json!("2026-12-01"), "end_date_account_restriction", "not decided"),
        ("source_type", json!("SOURCE_POLICE"), "statement", "unknown variant"),
        ("source_identity", json!("a neighbour"), "source_identity", "not for this decision"),
        ("automated_detection", json!(true), "statement", "expected"),
        ("automated_decision", json!("Yes"), "statement", "unknown variant"),
        ("puid", json!("a b"), "puid", "other characters"),
        ("puid", json!("x".repeat(501)), "puid", "500 at most"),
        ("puid", json!(""), "puid", "is needed"),
        ("url", json!("https://example.org"), "statement", "unknown field"),
    ]
}

#[test]
fn wrong_ones_are_refused_with_their_reason() {
    for (field, value, names, why) in wrong() {
        let mut statement = good();
        statement[field] = value;
        let faults = read(&statement.to_string()).expect_err(field);
        let found = faults.iter().any(|fault| fault.field == names && fault.why.contains(why));
        assert!(found, "{field}: {faults:?}");
    }
    for field in ["category", "content_date", "application_date", "source_type", "automated_decision", "puid"] {
        let mut statement = good();
        statement.as_object_mut().map(|object| object.remove(field));
        assert!(read(&statement.to_string()).is_err(), "without {field}");
    }
}

#[test]
fn a_call_has_a_hundred_and_no_puid_twice() {
    let record = read(&good().to_string()).expect("good");
    let numbered = |id: usize| Record { puid: format!("p{id}"), ..record.clone() };
    let records: Vec<Record> = (0..250).chain([7, 300]).map(numbered).collect();
    let (calls, refused) = calls(records, &BTreeSet::from(["p300".to_owned()]), &[]);
    assert_eq!(calls.iter().map(|call| call.statements.len()).collect::<Vec<_>>(), [100, 100, 50]);
    assert_eq!(refused.iter().map(|refused| refused.at).collect::<Vec<_>>(), [250, 251]);
    let (_, refused) = super::calls(vec![record], &BTreeSet::new(), &["is a copy"]);
    assert_eq!(refused[0].faults, [Fault::new("decision_facts", "holds personal data")]);
}

#[test]
fn actions_are_said_in_the_databases_words() {
    let seller = Seller { marketplace: "m".into(), seller_id: "s".into() };
    let action = |measure, end| {
        let order = Order {
            id: ActionId(Uuid::nil()),
            measure,
            scope: Scope::Seller(seller.clone()),
            goods: None,
            markets: BTreeSet::new(),
            start: None,
            end,
            reason: "counterfeit".into(),
            severity: Severity::High,
            policy: "terms".into(),
            evidence: BTreeSet::from([Hash([1; 32])]),
            exception: None,
        };
        let (at, incident, actor) = (Moment(20_000 * DAY), Uuid::nil(), Actor::Ladder);
        Action { order, incident, imposed_at: at, from: at, actor, draw: 0, cause: None }
    };
    let until = Some(Moment(20_007 * DAY));
    let (hidden, banned, closed) =
        (action(Measure::Hide, None), action(Measure::ListingBan, until), action(Measure::Close, None));
    let empty = Record { decision_visibility: vec![], ..read(&good().to_string()).expect("good") };
    let record = empty.with_actions(&[&hidden, &banned, &closed]);
    assert_eq!(record.decision_visibility, [Visibility::Disabled]);
    assert_eq!(record.decision_provision, Some(Provision::PartialSuspension));
    assert_eq!(record.end_date_service_restriction.as_deref(), Some("2024-10-11"));
    assert_eq!(record.decision_account, Some(Account::Terminated));
    assert_eq!(record.application_date, "2024-10-04");
}
