//! What a seller reads, in every language, and what no seller may read.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::*;
use crate::enforcement::{Actor, Cause, Order, Severity};
use crate::id::{Hash, Listing};
use crate::money::Currency;
use crate::presets::preset;

fn action(measure: Measure, end: Option<Moment>) -> Action {
    let seller = Seller { marketplace: "m".into(), seller_id: "s".into() };
    let scope = match measure.is_about_goods() {
        true => Scope::Listing(Listing { seller, listing_id: "L-77".into() }),
        false => Scope::Seller(seller),
    };
    let order = Order {
        id: ActionId(Uuid::from_u128(1)),
        measure,
        scope,
        goods: None,
        markets: BTreeSet::new(),
        start: None,
        end,
        reason: "disguised_brand".into(),
        severity: Severity::High,
        policy: "terms 7".into(),
        evidence: BTreeSet::from([Hash([1; 32])]),
        exception: None,
    };
    let (from, incident, actor) = (Moment(0), Uuid::from_u128(2), Actor::Ladder);
    let cause = (!measure.is_about_goods()).then_some(Cause { incident, points: Some(4711) });
    Action { order, incident, imposed_at: from, from, actor, draw: 0, cause }
}

fn measures() -> Vec<Measure> {
    let money = Currency::try_from("EUR".to_owned()).map(|currency| Money { minor: 12_305, currency });
    vec![
        Measure::Warn,
        Measure::Points(4711),
        Measure::Demote,
        Measure::Hold,
        Measure::Hide,
        Measure::Remove,
        Measure::ListingBan,
        Measure::Suspend,
        Measure::Close,
        Measure::Freeze(money.expect("euros")),
    ]
}

fn statement(actions: &[&Action], language: &str, facts: &[String], withheld: &[String]) -> Result<Statement, Refusal> {
    let regimes = preset("eu").expect("a preset");
    let grounds = Grounds {
        id: StatementId(Uuid::from_u128(3)),
        actions,
        language,
        facts,
        basis: Basis::Contractual("terms 3".into()),
        detection: Detection::Automated,
        decision: Decision::Partly,
        cure: Some("prove_purchase"),
        appeal_until: Moment(86_400_000_000),
        withheld,
    };
    Statement::of(&grounds, &regimes.all()[0], Moment(0))
}

#[test]
fn every_measure_is_told_in_every_language_without_points_or_rules() {
    let facts = ["Gucci.".to_owned()];
    for language in Catalogue::languages() {
        for measure in measures() {
            let action = action(measure, Some(Moment(1_000_000)));
            let told = statement(&[&action], language, &facts, &[]).expect("a statement").text();
            assert!(!told.contains(['{', '}']) && !told.contains("\n\n"), "{language} {told}");
            assert!(!told.contains("4711") && !told.contains("disguised_brand"), "{language} {told}");
            assert!(told.contains("1970-01-02"), "until when an appeal is possible: {told}");
            assert_eq!(told.contains("123.05 EUR"), matches!(measure, Measure::Freeze(_)), "{told}");
        }
    }
}

#[test]
fn a_statement_reads_as_a_person_would_say_it() {
    let removed = action(Measure::Remove, None);
    let told = statement(&[&removed], "en", &["The brand's name is not as its owner writes it.".into()], &[]);
    let expected = "Statement of reasons
What you offer was taken down. This is about your listing L-77. It holds everywhere on this marketplace. It begins at \
                    1970-01-01T00:00:00Z. It lasts until it is lifted.
What we found: The brand's name is not as its owner writes it.
This is against our terms: terms 3.
It was found by automated means.
It was decided by a person with the help of automated means.
What you can do: send us the receipt or invoice of your purchase.
You can appeal to us free of charge until 1970-01-02T00:00:00Z. Another person than the first will decide.
You can turn to a certified body for out-of-court dispute settlement.
You can turn to one of the mediators named in our terms.
You can go to court.";
    assert_eq!(told.map(|statement| statement.text()), Ok(expected.to_owned()));
}

#[test]
fn what_is_withheld_is_not_told() {
    let removed = action(Measure::Remove, None);
    let told = statement(&[&removed], "en", &["You wrote G.U.C.C.I".into()], &["g.u.c.c.i".into()]);
    assert_eq!(told, Err(Refusal::Tells));
    assert_eq!(statement(&[&removed], "en", &[], &[]), Err(Refusal::NoFacts));
    assert_eq!(statement(&[], "en", &["x".into()], &[]), Err(Refusal::Seller));
}
