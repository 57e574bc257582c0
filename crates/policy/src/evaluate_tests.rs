//! What batches come to, through the public interface.

use crate::fixture::{line, listings, policy, review, rule};
use crate::{Blown, Class, Policy, RULE_FUSE, Row, Rule, Verdict};

fn check(policy: &Policy, cases: &[(&str, &str)]) {
    let rows: Vec<&str> = cases.iter().map(|(listing, _)| *listing).collect();
    let together = policy.evaluate(&listings(&rows));
    for (index, (listing, expected)) in cases.iter().enumerate() {
        assert_eq!(line(&together, index), *expected, "{listing}");
        let alone = policy.evaluate(&listings(&[listing]));
        assert_eq!(line(&alone, 0), *expected, "alone: {listing}");
    }
}

fn fires(when: &str, rows: &[(&str, bool)]) {
    let policy = policy(&[("r", &review(when))]);
    let expected = |fires: &bool| if *fires { "review [r] hold 24h" } else { "allow []" };
    let cases: Vec<_> = rows.iter().map(|(row, fires)| (*row, expected(fires))).collect();
    check(&policy, &cases);
}

#[test]
fn conditions_fire_as_sql_says() {
    fires("price_vs_brand < 250", &[("price_vs_brand = 120", true), ("price_vs_brand = 250", false), ("", false)]);
    fires("NOT (price_vs_brand < 250)", &[("price_vs_brand = 300", true), ("", false)]);
    fires(
        "price_vs_brand IS DISTINCT FROM 5",
        &[("price_vs_brand = 5", false), ("price_vs_brand = 6", true), ("", true)],
    );
    fires(
        "stock = 1 AND picture_copied IS DISTINCT FROM true AND replica_word OR stock = 9",
        &[
            ("stock = 1, replica_word = true", true),
            ("stock = 1", false),
            ("replica_word = true", false),
            ("stock = 9", true),
        ],
    );
    fires(
        "price_vs_brand IS NOT DISTINCT FROM 5 OR stock = 1",
        &[("price_vs_brand = 5", true), ("stock = 1", true), ("price_vs_brand = 1", false)],
    );
    fires("brand_claimed IN ('gucci', 'prada', 'dior', 'fendi')", &[("brand_claimed = \"dior\"", true), ("", false)]);
    fires(
        "condition_said LIKE '%mirror%'",
        &[("condition_said = \"a mirror copy\"", true), ("condition_said = \"\"", false)],
    );
    fires(
        "starts_with(condition_said, 'new')",
        &[("condition_said = \"new bag\"", true), ("condition_said = \"a new\"", false)],
    );
    fires(
        "ends_with(condition_said, 'bag') AND contains(condition_said, 'w b')",
        &[("condition_said = \"new bag\"", true)],
    );
    fires("length(condition_said) > 2", &[("condition_said = \"größe\"", true), ("condition_said = \"ab\"", false)]);
    fires("strpos(condition_said, 'b') = 2", &[("condition_said = \"ab\"", true), ("condition_said = \"ba\"", false)]);
    fires(
        "coalesce(price_vs_brand, price_drop, 1000) < 100",
        &[("", false), ("price_drop = 5", true), ("price_vs_brand = 200, price_drop = 5", false)],
    );
    fires(
        "greatest(price_vs_brand, price_drop) > 10",
        &[("price_drop = 11", true), ("price_vs_brand = 9, price_drop = 8", false)],
    );
    fires("abs(price_drop) > 10", &[("price_drop = -11", true), ("price_drop = 3", false), ("", false)]);
    fires(
        "nullif(price_drop, 0) IS NULL AND stock > 0",
        &[("price_drop = 0, stock = 1", true), ("price_drop = 1, stock = 1", false)],
    );
    fires("price_drop BETWEEN 1 AND 3", &[("price_drop = 1", true), ("price_drop = 4", false)]);
    fires("price_drop NOT BETWEEN 1 AND 3", &[("price_drop = 1", false), ("price_drop = 4", true)]);
    fires(
        "CASE WHEN country = 'cn' THEN price_drop > 5 WHEN country = 'us' THEN price_drop > 50 ELSE false END",
        &[
            ("country = \"cn\", price_drop = 6", true),
            ("country = \"us\", price_drop = 6", false),
            ("price_drop = 6", false),
        ],
    );
    fires(
        "CASE country WHEN 'cn' THEN 1 WHEN 'us' THEN 2 END = 2",
        &[("country = \"us\"", true), ("country = \"de\"", false)],
    );
    fires(
        "picture_copied IS NOT TRUE AND stock = 1",
        &[("stock = 1", true), ("stock = 1, picture_copied = true", false)],
    );
    fires(
        "replica_word OR picture_copied",
        &[("replica_word = true", true), ("picture_copied = true", true), ("picture_copied = false", false)],
    );
    fires("stock % 3 = 1 AND -stock < 0", &[("stock = 4", true), ("stock = 3", false), ("stock = -2", false)]);
    fires("\"stock\" = 1 -- a comment", &[("stock = 1", true)]);
    fires(
        "STOCK > -9223372036854775808 AND stock < -9223372036854775807 + 1",
        &[("stock = -9223372036854775807", true), ("stock = 0", false)],
    );
}

#[test]
fn the_strictest_verdict_wins_then_the_lowest_id() {
    let block = rule("block", &["brand_claimed", "price_vs_brand"], "brand_claimed = 'gucci' AND price_vs_brand < 250");
    let allow = rule("allow", &[], "country = 'it'").replace("counterfeit", "genuine_resale");
    let live =
        review("price_drop > 5").replace("hold", "live").replace("24", "8").replace("counterfeit", "parallel_import");
    let policy = policy(&[
        ("a_review", &review("stock > 5")),
        ("b_review", &live),
        ("c_block", &block),
        ("d_allow", &allow),
        ("e_shadow", &review("stock > 0").replace("enforce", "shadow")),
        ("f_off", &review("stock > 0").replace("enforce", "off")),
    ]);
    check(
        &policy,
        &[
            ("", "allow []"),
            ("stock = 6", "review [a_review] shadow [e_shadow] hold 24h"),
            ("price_drop = 6", "review [b_review] live 8h"),
            ("stock = 6, price_drop = 6", "review [a_review b_review] shadow [e_shadow] hold 8h"),
            ("brand_claimed = \"gucci\", price_vs_brand = 10, price_drop = 6", "block [c_block b_review]"),
            ("country = \"it\"", "allow [d_allow]"),
            ("country = \"it\", price_drop = 6", "review [b_review d_allow] live 8h"),
        ],
    );
    let evaluation = policy.evaluate(&listings(&["country = \"it\"", "price_drop = 6, stock = 6", ""]));
    let classes: Vec<Class> = evaluation.rows().map(|row| row.class()).collect();
    assert_eq!(classes, [Class::GenuineResale, Class::Counterfeit, Class::None]);
}

#[test]
fn a_block_needs_two_kinds_of_evidence_that_is_there() {
    let either = rule("block", &["price_vs_brand", "replica_word"], "price_vs_brand < 100 OR replica_word");
    let price = rule("block", &["price_drop", "seller_age_days"], "price_drop > 900 OR seller_age_days < 2");
    let admission = rule("block", &["condition_said"], "condition_said LIKE '%not original%'");
    let policy = policy(&[
        ("either", &either),
        ("price", &price),
        ("said", &admission.replace("mode =", "admission = true\nmode =")),
    ]);
    check(
        &policy,
        &[
            ("price_vs_brand = 5", "review [either] lowered hold 24h"),
            ("replica_word = true", "review [either] lowered hold 24h"),
            ("replica_word = true, price_vs_brand = 5", "block [either]"),
            // Two rules, one kind each, are two kinds; two rules of the same kind are one.
            ("replica_word = true, price_drop = 1000", "block [either price]"),
            ("price_vs_brand = 5, price_drop = 1000", "review [either price] lowered hold 24h"),
            ("condition_said = \"is not original\"", "block [said]"),
        ],
    );
}

#[test]
fn only_the_branch_that_holds_is_evidence() {
    let evidence = ["price_vs_brand", "replica_word", "seller_age_days"];
    let block = |when: &str| rule("block", &evidence, when);
    let expect = |when: &str, listing: &str, lowered: bool| {
        let expected = if lowered { "review [r] lowered hold 24h" } else { "block [r]" };
        check(&policy(&[("r", &block(when))]), &[(listing, expected)]);
    };
    let either = "(price_vs_brand < 100 OR replica_word) AND seller_age_days IS DISTINCT FROM 999";
    expect(either, "price_vs_brand = 5000, replica_word = true", true);
    expect(either, "price_vs_brand = 5, replica_word = true", false);
    expect(either, "price_vs_brand = 5000, replica_word = true, seller_age_days = 3", false);
    let nested = "replica_word AND (stock > 3 OR country = 'cn' AND (price_vs_brand < 100 OR seller_age_days < 5))";
    let known = "replica_word = true, price_vs_brand = 5000, seller_age_days = 400";
    expect(nested, &format!("{known}, stock = 4"), true);
    expect(nested, &format!("{}, stock = 4, country = \"cn\"", known.replace("5000", "50")), false);
    expect(nested, &format!("{}, stock = 4", known.replace("5000", "50")), true);
    let denied = "NOT ((price_vs_brand >= 100 AND seller_age_days > 5) OR NOT replica_word)";
    expect(denied, &known.replace("400", "4"), false);
    expect(denied, "replica_word = true, price_vs_brand = 50", false);
    expect(&format!("({either}) IS TRUE"), "price_vs_brand = 5000, replica_word = true", true);
    let score = "schema = 1\nprior = 0.0\ncalibration = \"uncalibrated\"\n\
        [[share]]\nsignal = \"price_vs_brand\"\nwhen = \"price_vs_brand < 100\"\nlogit = 2.0\n";
    let either = rule("block", &["price_vs_brand", "replica_word"], "replica_word AND (stock > 3 OR score >= 2000000)");
    check(
        &policy(&[("score", score), ("r", &either)]),
        &[
            ("replica_word = true, price_vs_brand = 50", "block [r]"),
            ("replica_word = true, price_vs_brand = 500, stock = 4", "review [r] lowered hold 24h"),
        ],
    );
}

#[test]
fn an_escalation_hurries_what_is_stopped_and_stops_nothing() {
    let live = review("price_drop > 5").replace("hold", "live").replace("high", "low");
    let grave = rule("escalate", &[], "condition_said = 'brakes'").replace("high", "critical");
    let serious = rule("escalate", &[], "condition_said IS NOT NULL").replace("hours = 4", "hours = 12");
    let allow = rule("allow", &[], "country = 'it'").replace("high", "low");
    let policy = policy(&[
        ("cheap", &live),
        ("grave", &grave),
        ("known", &allow),
        ("said", &rule("block", &["replica_word"], "replica_word").replace("mode =", "admission = true\nmode =")),
        ("serious", &serious),
        ("trial", &rule("escalate", &[], "stock > 3").replace("enforce", "shadow")),
    ]);
    check(
        &policy,
        &[
            ("condition_said = \"brakes\"", "allow []"),
            ("stock = 4", "allow []"),
            ("price_drop = 6", "review [cheap] live 24h"),
            ("price_drop = 6, stock = 4", "review [cheap] shadow [trial] live 24h"),
            ("price_drop = 6, condition_said = \"soap\"", "review [cheap] raised [serious] hold 12h"),
            ("price_drop = 6, condition_said = \"brakes\"", "review [cheap] raised [grave serious] hold 4h"),
            ("replica_word = true, condition_said = \"brakes\"", "block [said] raised [grave serious]"),
        ],
    );
    let listing = "price_drop = 6, condition_said = \"brakes\", country = \"it\"";
    let evaluation = policy.evaluate(&listings(&[listing]));
    let row = evaluation.row(0).unwrap();
    let reasons: Vec<_> = row.reasons().map(|reason| (reason.rule.id.as_str(), reason.severity.as_str())).collect();
    assert_eq!(reasons, [("cheap", "critical"), ("known", "low"), ("grave", "critical"), ("serious", "high")]);
    assert_eq!((row.class(), row.deciding().unwrap().id.as_str()), (Class::Counterfeit, "cheap"));
    let set = policy.counterfactuals(&listings(&[listing]), &evaluation);
    assert_eq!(set, [Some(vec![2])], "without the escalation it would be stopped all the same");
}

#[test]
fn every_stopped_row_has_reasons_with_both_faces() {
    let either = rule("block", &["price_vs_brand", "replica_word"], "price_vs_brand < 100 OR replica_word");
    let policy = policy(&[("either", &either), ("divide", &review("price_drop / stock > 3"))]);
    let codes = |listing: &str| -> Vec<String> {
        let evaluation = policy.evaluate(&listings(&[listing]));
        let reasons = evaluation.row(0).unwrap().reasons();
        let told = |code: &str| {
            let rule = policy.rule(code).unwrap();
            let faces = ["en", "zh"]
                .map(|language| [rule.message(language, |_| "X".into()), rule.seller_text(language, |_| "X".into())]);
            faces[0] != faces[1] && faces.iter().flatten().all(|text| !text.is_empty())
        };
        reasons.map(|reason| reason.rule.id.clone()).inspect(|code| assert!(told(code), "{code}")).collect()
    };
    assert_eq!(codes("replica_word = true"), ["either", crate::SINGLE_KIND]);
    assert_eq!(codes("replica_word = true, price_vs_brand = 5"), ["either"]);
    assert_eq!(codes("price_drop = 3, stock = 0"), [crate::RULE_ERROR]);
    assert_eq!(
        codes("replica_word = true, price_drop = 3, stock = 0"),
        ["either", crate::SINGLE_KIND, crate::RULE_ERROR]
    );
    assert_eq!(codes(""), Vec::<String>::new());
}

#[test]
fn what_only_the_score_reads_counts_if_it_raised_it() {
    let score = "schema = 1\nprior = -1.0\ncalibration = \"uncalibrated\"\n\
        [[share]]\nsignal = \"price_vs_brand\"\nwhen = \"price_vs_brand < 100\"\nlogit = 2.5\n\
        [[share]]\nsignal = \"price_vs_brand\"\nwhen = \"price_vs_brand < 200\"\nlogit = 0.1\n\
        [[share]]\nsignal = \"seller_age_days\"\nwhen = \"seller_age_days > 999\"\nlogit = -0.3\n\
        [[share]]\nsignal = \"replica_word\"\nwhen = \"replica_word\"\nlogit = 0.2\n";
    let block = rule("block", &["price_vs_brand", "seller_age_days", "replica_word"], "score >= 1200000");
    let policy = policy(&[("score", score), ("high", &block)]);
    check(
        &policy,
        &[
            ("", "allow []"),
            ("price_vs_brand = 50", "review [high] lowered hold 24h"),
            ("price_vs_brand = 50, seller_age_days = 2000", "review [high] lowered hold 24h"),
            ("price_vs_brand = 50, replica_word = true", "block [high]"),
        ],
    );
    let evaluation =
        policy.evaluate(&listings(&["price_vs_brand = 50, seller_age_days = 2000", "price_vs_brand = 150", ""]));
    assert_eq!(evaluation.scores(), [1_200_000, -900_000, -1_000_000]);
    let shares: Vec<Vec<(usize, i64)>> = evaluation.rows().map(|row| row.shares().collect()).collect();
    assert_eq!(shares, [vec![(1, 2_500_000), (6, -300_000)], vec![(1, 100_000)], vec![]]);
}

#[test]
fn an_error_is_a_review_of_that_row_alone() {
    let max = "stock = 9223372036854775807";
    let policy = policy(&[
        ("divide", &review("price_drop / price_vs_brand > 3")),
        ("other", &review("country = 'cn'").replace("24", "3")),
        ("overflow", &review("stock + 1 > 10")),
        ("quiet", &review("1 / stock > 5").replace("enforce", "shadow")),
    ]);
    check(
        &policy,
        &[
            ("price_drop = 8, price_vs_brand = 2", "review [divide] hold 24h"),
            ("price_drop = 8, price_vs_brand = 0", "review [] rule_error live 24h"),
            ("price_drop = 8", "allow []"),
            ("stock = 3", "allow []"),
            ("stock = 0", "allow []"),
            (max, "review [] rule_error live 24h"),
            ("stock = 30, country = \"cn\"", "review [other overflow] hold 3h"),
            ("price_drop = 8, price_vs_brand = 0, country = \"cn\"", "review [other] rule_error hold 3h"),
        ],
    );
    let evaluation = policy.evaluate(&listings(&["", "stock = 0"]));
    let quiet: Vec<usize> = evaluation.rows().map(|row| row.errors().len()).collect();
    assert_eq!(quiet, [0, 1]);
}

#[test]
fn a_share_that_fails_is_an_error_of_the_row() {
    let score = "schema = 1\nprior = 0\ncalibration = \"uncalibrated\"\n[[share]]\nsignal = \"copies\"\n\
        when = \"100 / copies > 10 AND stock = 1\"\nlogit = 1.5\n";
    let policy = policy(&[("score", score), ("high", &review("score > 1000000"))]);
    check(
        &policy,
        &[
            ("copies = 5, stock = 1", "review [high] hold 24h"),
            ("copies = 50, stock = 1", "allow []"),
            ("stock = 1", "review [] rule_error live 24h"),
        ],
    );
}

#[test]
fn a_batch_with_other_columns_is_all_errors() {
    let policy = policy(&[("r", &review("stock > 5"))]);
    let batch = listings(&["stock = 1", "stock = 9"]).project(&[0, 1]).unwrap();
    let evaluation = policy.evaluate(&batch);
    assert_eq!(line(&evaluation, 0), "review [] rule_error live 24h");
    assert_eq!(line(&evaluation, 1), "review [] rule_error live 24h");
    assert!(policy.evaluate(&listings(&[])).is_empty());
}

#[test]
fn no_rules_allow_all() {
    let policy = policy(&[]);
    check(&policy, &[("stock = 1", "allow []")]);
    assert!(policy.reads().is_empty());
}

#[test]
fn rules_speak_to_staff_and_to_sellers() {
    let text = review("price_drop > 5")
        .replace("staff", "{brand_claimed} fell by {price_drop}")
        .replace("员工", "{brand_claimed}降价")
        .replace("en = \"seller\"", "en = \"about {brand_claimed}\"\ncure = \"correct_price\"");
    let policy = policy(&[("r", &text)]);
    let rule = policy.rule("r").unwrap();
    let value = |name: &str| format!("<{name}>");
    assert_eq!(rule.message("en", value), "<brand_claimed> fell by <price_drop>");
    assert_eq!(rule.message("zh-tw", value), "<brand_claimed>降价");
    assert_eq!(rule.seller_text("en", value), "about <brand_claimed>");
    assert_eq!(rule.seller_text("zh", value), "卖家");
    assert_eq!(rule.cure.map(crate::Cure::as_str), Some("correct_price"));
    assert!(policy.rule("other").is_none());
}

#[test]
fn tests_in_files_run_whatever_the_mode() {
    let text = review("score > 5 AND price_drop > 5").replace("enforce", "off").replace(
        "fires = true",
        "given = { score = 9, price_drop = 6 }\nfires = true\n[[test]]\nname = \"wrong\"\ngiven = { price_drop = 6 }\nfires = true",
    );
    let results = policy(&[("r", &text)]).test();
    let told: Vec<_> = results.iter().map(|result| (result.name.as_str(), result.line, result.passed())).collect();
    assert_eq!(told, [("t", 16, true), ("wrong", 20, false), ("n", 24, true)]);
}

#[test]
fn the_hash_is_of_what_decides() {
    let score = "schema = 1\nprior = 1.0\ncalibration = \"uncalibrated\"\n[[share]]\nsignal = \"price_drop\"\nwhen = \"price_drop > 1\"\nlogit = 0.5\n";
    let hash = |rule: &str, score: &str| policy(&[("r", rule), ("score", score)]).hash();
    let base = review("stock > 1 AND country = 'cn'");
    let same = |rule: String| assert_eq!(hash(&rule, score), hash(&base, score), "{rule}");
    same(format!("# a comment\n{base}"));
    same(base.replace("stock > 1 AND", "stock   >1 -- why\n and"));
    same(base.replace("name = \"t\"", "name = \"other\""));
    for (from, to) in [("> 1", "> 2"), ("staff", "staff!"), ("high", "low"), ("hold", "live"), ("enforce", "shadow")] {
        assert_ne!(hash(&base.replace(from, to), score), hash(&base, score), "{to}");
    }
    assert_ne!(hash(&base, &score.replace("0.5", "0.6")), hash(&base, score));
    let off = review("stock > 9").replace("enforce", "off");
    assert_eq!(policy(&[("r", &base), ("off", &off), ("score", score)]).hash(), hash(&base, score));
}

#[test]
fn a_folder_is_loaded() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("b.toml", &review("stock > 1"));
    write("a.toml", &review("price_drop > 1"));
    write(".hidden.toml", "nonsense");
    write("README.md", "nonsense");
    let columns = crate::fixture::columns();
    let policy = Policy::load(dir.path(), &columns).unwrap();
    assert_eq!(policy.rules().iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(policy.reads(), [2, 9]);
    write("c.toml", "nonsense");
    let found = Policy::load(dir.path(), &columns).unwrap_err();
    assert!(found[0].to_string().contains("c.toml:1:9: error"), "{}", found[0]);
    assert_eq!(Policy::check(dir.path(), &columns), found);
}

#[test]
fn a_policy_is_shared_by_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Policy>();
    shared::<crate::Evaluation>();
}

#[test]
fn a_rule_whose_fuse_is_blown_asks_a_person() {
    let said = |evidence: &str, condition: &str| {
        rule("block", &[evidence], condition).replace("when = ", "admission = true\nwhen = ")
    };
    let policy = policy(&[
        ("a_copied", &said("picture_copied", "picture_copied")),
        ("b_word", &said("replica_word", "replica_word")),
        ("c_old", &review("price_drop > 3")),
    ]);
    let rows = ["picture_copied = true", "picture_copied = true, replica_word = true", "price_drop = 4", ""];
    let seen = |blown: &[&str]| -> Vec<(Verdict, Option<String>, Vec<String>)> {
        let blown: Vec<String> = blown.iter().map(ToString::to_string).collect();
        let blown = Blown::of(&policy, &vec![blown; rows.len()]);
        let evaluation = policy.evaluate_with(&listings(&rows), &blown);
        let code = |rule: &Rule| rule.id.clone();
        let reasons = |row: Row<'_>| row.reasons().map(|reason| code(reason.rule)).collect();
        evaluation.rows().map(|row| (row.verdict(), row.deciding().map(code), reasons(row))).collect()
    };
    let (block, review) = (Verdict::Block, Verdict::Review);
    assert_eq!(seen(&[]), seen(&["unheard_of", "c_old"]), "what never blocks has nothing to lose");
    assert_eq!(seen(&[])[1], (block, Some("a_copied".into()), vec!["a_copied".into(), "b_word".into()]));
    let one = seen(&["a_copied"]);
    assert_eq!(one[0], (review, Some("a_copied".into()), vec!["a_copied".into(), RULE_FUSE.into()]));
    assert_eq!(one[1], (block, Some("b_word".into()), vec!["b_word".into(), "a_copied".into()]));
    assert_eq!(one[2..], seen(&[])[2..]);
    assert_eq!(seen(&["a_copied", "b_word"])[1].0, review);
    // Nor does its evidence make another's enough.
    let either = rule("block", &["price_vs_brand", "replica_word"], "replica_word or price_vs_brand < 100");
    let policy =
        crate::fixture::policy(&[("a_copied", &said("picture_copied", "picture_copied")), ("b_either", &either)]);
    let rows = ["picture_copied = true, replica_word = true"];
    let codes = |blown: &[Vec<String>]| -> Vec<String> {
        let evaluation = policy.evaluate_with(&listings(&rows), &Blown::of(&policy, blown));
        evaluation.row(0).unwrap().reasons().map(|reason| reason.rule.id.clone()).collect()
    };
    assert_eq!(codes(&[]), ["a_copied", "b_either"]);
    assert_eq!(codes(&[vec!["a_copied".into()]]), ["b_either", "a_copied", crate::SINGLE_KIND, RULE_FUSE]);
    // Row by row: what was known of one listing touches no other.
    let blown = Blown::of(&policy, &[vec!["a_copied".to_owned()], vec![]]);
    let twice = policy.evaluate_with(&listings(&["picture_copied = true"; 2]), &blown);
    assert_eq!(twice.verdicts(), [review, block]);
}
