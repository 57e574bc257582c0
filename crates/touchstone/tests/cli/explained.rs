//! One decision, as staff and as the seller read it, in both languages.

use insta::assert_snapshot;

use crate::{DAY, Folder, pack, seen, stdout, touchstone};

/// What `explain` shows of a listing of the small pack's feed.
fn explained(id: &str, more: &[&str]) -> String {
    let arguments = [&["explain", id, "--from", "feed.jsonl"], &DAY[..], more].concat();
    seen(&touchstone(&pack(), &arguments), &Folder::new())
}

#[test]
fn staff() {
    assert_snapshot!("staff_block", explained("v-6", &[]));
    assert_snapshot!("staff_review", explained("v-3", &[]));
    assert_snapshot!("staff_review_zh", explained("v-3", &["--lang", "zh"]));
    assert_snapshot!("staff_hostile", explained("v-7\u{1b}[8m", &[]));
}

#[test]
fn seller() {
    for (name, id) in
        [("block", "v-1"), ("hold", "v-2"), ("live", "v-3"), ("allow", "v-4"), ("hostile", "v-7\u{1b}[8m")]
    {
        assert_snapshot!(format!("seller_{name}"), explained(id, &["--seller"]));
        assert_snapshot!(format!("seller_{name}_zh"), explained(id, &["--seller", "--lang", "zh"]));
    }
}

#[test]
fn an_id_that_means_several_none_or_a_bad_row() {
    assert_snapshot!("ambiguous", explained("v-5", &[]));
    assert!(explained("bazaar:attic:v-5", &[]).contains("Canvas belt"));
    assert_snapshot!("set_aside", explained("v-9", &[]));
    assert_snapshot!("missing", explained("v-99", &[]));
}

/// A rule that cannot be computed puts the listing under review; its seller is told that, and not that it is up.
#[test]
fn a_rule_that_fails() {
    let folder = Folder::new();
    let rule = |name: &str| std::fs::read_to_string(pack().join("policy").join(name)).unwrap();
    ["score.toml", "resale.toml"].iter().for_each(|name| drop(folder.with(&format!("policy/{name}"), &rule(name))));
    let cheap = rule("cheap.toml");
    let when = "brand_claimed IS NOT NULL AND price_vs_brand < 500";
    folder.with("policy/cheap.toml", &cheap.replace(when, "price_vs_brand < 500 OR stock + 9223372036854775807 > 5"));
    let feed = folder.with(
        "feed.jsonl",
        "{\"id\":\"1\",\"title\":\"Canvas bag\",\"stock\":7}\n\
         {\"id\":\"2\",\"title\":\"Velatta bag, second hand, with receipt\",\"stock\":7}\n",
    );
    let policy = folder.path("policy");
    let explain = |id, more: &[&str]| {
        let arguments = [&["explain", id, "--from", &feed, "--policy", &policy], more].concat();
        seen(&touchstone(&pack(), &arguments), &folder)
    };
    for id in ["1", "2"] {
        assert_snapshot!(format!("failed_rule_{id}_staff"), explain(id, &[]));
        assert_snapshot!(format!("failed_rule_{id}_seller"), explain(id, &["--seller"]));
    }
    assert_snapshot!("failed_rule_staff_zh", explain("1", &["--lang", "zh"]));
    assert_snapshot!("failed_rule_seller_zh", explain("1", &["--seller", "--lang", "zh"]));
}

/// A block on one kind of evidence is a review; its seller is told the ground, and that a person decides.
#[test]
fn a_block_that_was_lowered() {
    let folder = Folder::new();
    let rule = std::fs::read_to_string(pack().join("policy/admitted.toml")).unwrap();
    let rule = rule.replace("admission = true\n", "").replace("evidence = [", "evidence = [\"price_vs_brand\", ");
    let rule =
        rule.replace("replica_vocabulary = 'explicit'\"", "(replica_vocabulary = 'explicit' OR price_vs_brand < 9)\"");
    folder.with("policy/admitted.toml", &rule);
    let (policy, feed) =
        (folder.path("policy"), folder.with("feed.jsonl", r#"{"id":"1","title":"Velatta bag replica"}"#));
    let arguments = ["explain", "1", "--from", &feed, "--policy", &policy, "--seller"];
    assert_snapshot!("lowered_seller", seen(&touchstone(&pack(), &arguments), &folder));
}

/// Weights, thresholds and the spelling that was caught are none of the seller's.
#[test]
fn the_seller_never_sees_a_number() {
    for id in ["v-1", "v-2", "v-3", "v-6"] {
        for lang in ["en", "zh"] {
            let arguments = ["explain", id, "--from", "feed.jsonl", "--seller", "--lang", lang];
            let output = stdout(&touchstone(&pack(), &arguments));
            let said = output.split_once('\n').unwrap().1;
            assert!(!said.contains(|c: char| c.is_ascii_digit() || c == '%' || c == '_'), "{said}");
        }
    }
}
