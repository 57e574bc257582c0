//! The fast ways and their slow twins: they must agree on any policy and any listing.

use arrow::array::RecordBatch;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use crate::fixture::{columns, line, load, review, rule};
use crate::load::{Given, TestCase};
use crate::{Columns, Policy, Verdict};

/// A listing: for each column a value or the neutral one.
type Listing = Vec<(usize, Given)>;

fn listing() -> impl Strategy<Value = Listing> {
    let number = || of((-2_i64..6).prop_map(Given::Int));
    let flag = || of(any::<bool>().prop_map(Given::Bool));
    let text = || of(prop::sample::select(vec!["gucci", "gucci bag", "prada", ""]).prop_map(|t| Given::Text(t.into())));
    let values = (text(), number(), number(), flag(), flag(), text(), number(), number(), text(), number());
    values.prop_map(|(a, b, c, d, e, f, g, h, i, j)| {
        let all = [a, b, c, d, e, f, g, h, i, j].into_iter().enumerate();
        all.filter_map(|(index, given)| Some((index, given?))).collect()
    })
}

fn batch(columns: &Columns, listings: &[Listing]) -> RecordBatch {
    let case = |given: &Listing| TestCase { name: String::new(), line: 0, given: given.clone(), fires: true };
    let cases: Vec<TestCase> = listings.iter().map(case).collect();
    crate::testing::batch(columns, &cases.iter().map(|case| (0, case)).collect::<Vec<_>>())
}

/// Conditions of every shape, also such as fail, over values that listings have.
fn condition() -> impl Strategy<Value = String> {
    let number = || prop::sample::select(vec!["price_vs_brand", "price_drop", "seller_age_days", "copies", "stock"]);
    let text = || prop::sample::select(vec!["brand_claimed", "condition_said", "country"]);
    let compare = || prop::sample::select(vec!["<", "<=", "=", "<>", ">", ">="]);
    let atom = prop_oneof![
        (number(), compare(), -2_i64..6).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        (number(), compare(), number()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        (number(), number(), -2_i64..6).prop_map(|(a, b, c)| format!("{a} / {b} > {c}")),
        (number(), number(), -2_i64..6).prop_map(|(a, b, c)| format!("coalesce({a}, {b}, 1) < {c}")),
        (number(), -2_i64..6, 0_i64..4).prop_map(|(a, b, c)| format!("{a} BETWEEN {b} AND {}", b + c)),
        (number(), -2_i64..6).prop_map(|(a, b)| format!("{a} NOT IN ({b}, 3)")),
        (text(), compare()).prop_map(|(a, op)| format!("{a} {op} 'gucci'")),
        text().prop_map(|a| format!("{a} LIKE '%ucc%'")),
        text().prop_map(|a| format!("{a} IN ('gucci', 'prada', 'dior', 'fendi')")),
        text().prop_map(|a| format!("length({a}) > 5")),
        number().prop_map(|a| format!("{a} IS NULL")),
        number().prop_map(|a| format!("{a} IS DISTINCT FROM 2")),
        (0_i64..30).prop_map(|a| format!("score > {a}00000")),
        Just("replica_word".to_owned()),
        Just("picture_copied".to_owned()),
        Just("picture_copied IS NOT TRUE".to_owned()),
    ];
    atom.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..4).prop_map(|terms| format!("({})", terms.join(" AND "))),
            vec(inner.clone(), 2..4).prop_map(|terms| format!("({})", terms.join(" OR "))),
            inner.clone().prop_map(|term| format!("NOT ({term})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("CASE WHEN {a} THEN {b} ELSE replica_word END")),
        ]
    })
}

const SCORE: &str = "schema = 1\nprior = 1.0\ncalibration = \"uncalibrated\"\n\
    [[share]]\nsignal = \"price_vs_brand\"\nwhen = \"price_vs_brand < 2\"\nlogit = 0.5\n\
    [[share]]\nsignal = \"price_vs_brand\"\nwhen = \"price_vs_brand < 4\"\nlogit = 0.2\n\
    [[share]]\nsignal = \"replica_word\"\nwhen = \"replica_word\"\nlogit = 1.0\n\
    [[share]]\nsignal = \"copies\"\nwhen = \"12 / copies > 5\"\nlogit = -0.5\n";

/// A policy of these conditions: some allow or escalate, most review, some in shadow. Those that are refused (because
/// they are constant, for example) are left out.
fn policy(conditions: &[String]) -> Policy {
    let outcome = |index: usize, when: &str| match index % 5 {
        0 => rule("allow", &[], when),
        1 => review(when).replace("enforce", "shadow"),
        2 => rule("escalate", &[], when),
        _ => review(when),
    };
    let text = |(index, when): (usize, &String)| (format!("rule_{index}"), outcome(index, when));
    let files: Vec<(String, String)> = conditions.iter().enumerate().map(text).collect();
    let good = files.iter().filter(|(name, text)| load(&[("score", SCORE), (name, text)]).is_ok());
    let mut files: Vec<(&str, &str)> = good.map(|(name, text)| (name.as_str(), text.as_str())).collect();
    files.push(("score", SCORE));
    crate::fixture::policy(&files)
}

/// The definition of a counterfactual, tried set by set on a batch of one.
fn brute_force(policy: &Policy, listing: &Listing) -> Option<Vec<usize>> {
    let allows = |without: &[usize]| {
        let kept = listing.iter().filter(|(index, _)| !without.contains(index)).cloned().collect();
        policy.evaluate(&batch(policy.columns(), &[kept])).verdicts() == [Verdict::Allow]
    };
    if allows(&[]) {
        return None;
    }
    let signals: Vec<usize> =
        (0..policy.columns().len()).filter(|i| policy.columns().get(*i).unwrap().evidence).collect();
    let ones = signals.iter().map(|a| vec![*a]);
    let after = |last: usize| signals.iter().copied().filter(move |next| *next > last);
    let twos: Vec<Vec<usize>> = signals.iter().flat_map(|a| after(*a).map(|b| vec![*a, b])).collect();
    let threes = twos.iter().flat_map(|two| after(two[1]).map(|c| vec![two[0], two[1], c]));
    ones.chain(twos.iter().cloned()).chain(threes).find(|set| allows(set))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_batch_says_what_its_rows_say_alone(
        conditions in vec(condition(), 1..6),
        listings in vec(listing(), 1..40),
    ) {
        let policy = policy(&conditions);
        let together = policy.evaluate(&batch(policy.columns(), &listings));
        for (index, listing) in listings.iter().enumerate() {
            let alone = policy.evaluate(&batch(policy.columns(), std::slice::from_ref(listing)));
            prop_assert_eq!(line(&together, index), line(&alone, 0), "{:?}", conditions);
            prop_assert_eq!(together.scores()[index], alone.scores()[0]);
            let shares = |evaluation: &crate::Evaluation, row| evaluation.row(row).unwrap().shares().collect::<Vec<_>>();
            prop_assert_eq!(shares(&together, index), shares(&alone, 0));
            let errors = |evaluation: &crate::Evaluation, row| {
                evaluation.row(row).unwrap().errors().iter().map(|error| error.rule).collect::<Vec<_>>()
            };
            prop_assert_eq!(errors(&together, index), errors(&alone, 0));
        }
    }

    #[test]
    fn counterfactuals_are_what_brute_force_finds(
        conditions in vec(condition(), 1..6),
        listings in vec(listing(), 1..5),
    ) {
        let policy = policy(&conditions);
        let batch = batch(policy.columns(), &listings);
        let found = policy.counterfactuals(&batch, &policy.evaluate(&batch));
        for (listing, found) in listings.iter().zip(found) {
            prop_assert_eq!(found, brute_force(&policy, listing), "{:?} {:?}", conditions, listing);
        }
    }

    #[test]
    fn what_reasoning_says_of_conditions_holds(a in condition(), b in condition(), listings in vec(listing(), 60)) {
        let constant = |when: &str, what: &str| load(&[("r", &review(when))])
            .is_err_and(|found| found.iter().any(|each| each.message == what));
        let batch = batch(&columns(), &listings);
        let fires = |when: &str| -> Vec<bool> {
            // The other half keeps the condition from being refused as constant.
            let whole = format!("CASE WHEN seller_age_days = 77 THEN stock = 77 ELSE {when} END");
            let policy = crate::fixture::policy(&[("r", &review(&whole))]);
            policy.evaluate(&batch).rows().map(|row| row.fired().next().is_some()).collect()
        };
        if constant(&a, "condition is never true") {
            prop_assert!(!fires(&a).contains(&true), "{}", a);
        } else if constant(&a, "condition is always true") {
            prop_assert!(!fires(&a).contains(&false), "{}", a);
        }
        let (wide, narrow) = (review(&a), review(&b));
        let sources = [("a.toml".to_owned(), wide), ("b.toml".to_owned(), narrow)];
        let needless = Policy::check_sources(sources.to_vec(), &columns());
        if needless.iter().any(|each| each.message.starts_with("whenever \"b\"")) {
            for (a_fires, b_fires) in fires(&a).into_iter().zip(fires(&b)) {
                prop_assert!(a_fires || !b_fires, "{} / {}", a, b);
            }
        }
    }

    #[test]
    fn any_text_is_answered(text in "[a-z_'\"()<>=!~%,.;*/+0-9 \\n-]{0,60}|\\PC{0,40}") {
        let _ = load(&[("r", &text), ("score", &text)]);
        let when = text.replace('\'', "");
        let _ = load(&[("r", &review(&when))]);
        let words = text.replace(|c: char| c.is_ascii_lowercase(), " stock ").replace('\'', "");
        let _ = load(&[("r", &review(&words))]);
    }
}
