//! Every verb as it is seen.

use insta::assert_snapshot;

use crate::{DAY, Folder, command, pack, seen, touchstone};

/// What a verb shows, on the small pack.
fn shown(folder: &Folder, arguments: &[&str]) -> String {
    seen(&touchstone(&pack(), arguments), folder)
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => assert!(std::fs::copy(entry.path(), target).is_ok()),
        }
    }
}

#[test]
fn screen() {
    let folder = Folder::new();
    let rejects = folder.path("rejects.jsonl");
    let table = ["screen", "feed.jsonl", "--format", "table", DAY[0], DAY[1]];
    assert_snapshot!("screen_table", shown(&folder, &table));
    let strict = ["screen", "feed.jsonl", "--out", "/dev/null", "--rejects", &rejects, "--strict"];
    assert_snapshot!("screen_strict", shown(&folder, &strict));
    assert_snapshot!("screen_rejects", folder.read("rejects.jsonl"));
    let one = folder.with("one.jsonl", r#"{"id":"1","title":"Velatta bag replica","price":"9.00 USD"}"#);
    assert_snapshot!("screen_jsonl", shown(&folder, &["screen", &one, "--quiet"]));
}

/// With colour the evidence is highlighted, and nothing of the feed reaches the terminal as a command.
#[test]
fn screen_in_colour() {
    let arguments = ["screen", "feed.jsonl", "--format", "table", "--quiet", DAY[0], DAY[1]];
    let output = command(&pack(), &arguments).env_remove("NO_COLOR").env("CLICOLOR_FORCE", "1").output().unwrap();
    let shown = seen(&output, &Folder::new());
    assert_snapshot!("screen_in_colour", shown.replace('\u{1b}', "␛"));
    assert!(!shown.replace("\u{1b}[", "").contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
}

#[test]
fn help() {
    let folder = Folder::new();
    assert_snapshot!("help", shown(&folder, &["--help"]));
    assert_snapshot!("help_screen", shown(&folder, &["screen", "--help"]));
    assert_snapshot!("help_explain", shown(&folder, &["explain", "--help"]));
    assert_snapshot!("help_serve", shown(&folder, &["serve", "--help"]));
    assert_snapshot!("help_loadtest", shown(&folder, &["loadtest", "--help"]));
}

#[test]
fn wrong_usage() {
    let folder = Folder::new();
    assert_snapshot!("usage_no_feed", shown(&folder, &["screen"]));
    assert_snapshot!("usage_parquet", shown(&folder, &["screen", "feed.jsonl", "--format", "parquet"]));
    assert_snapshot!("usage_today", shown(&folder, &["screen", "feed.jsonl", "--today", "1 May"]));
    assert_snapshot!("usage_jobs", shown(&folder, &["screen", "feed.jsonl", "--jobs", "0"]));
    assert_snapshot!("usage_lang", shown(&folder, &["explain", "v-1", "--from", "feed.jsonl", "--lang", "fr"]));
    assert_snapshot!("missing_feed", shown(&folder, &["screen", "no/such/feed.jsonl"]));
    assert_snapshot!("missing_policy", shown(&folder, &["screen", "feed.jsonl", "--policy", "no-policy"]));
    assert_snapshot!("missing_knowledge", shown(&folder, &["screen", "feed.jsonl", "--knowledge", "no-knowledge"]));
}

#[test]
fn replay() {
    let folder = Folder::new();
    let decisions = folder.path("decisions.jsonl");
    touchstone(&pack(), &["screen", "feed.jsonl", "--quiet", "--out", &decisions, DAY[0], DAY[1]]);
    let replay = ["replay", &decisions, "--listings", "feed.jsonl"];
    assert_snapshot!("replay_same", shown(&folder, &replay));
    let tampered = folder.read("decisions.jsonl").replace(r#""verdict":"block""#, r#""verdict":"allow""#);
    folder.with("decisions.jsonl", &tampered);
    assert_snapshot!("replay_tampered", shown(&folder, &replay));
}

#[test]
fn attack() {
    let folder = Folder::new();
    assert_snapshot!("attack_refused", shown(&folder, &["attack", "feed.jsonl"]));
    let fake = folder.with("fake.jsonl", r#"{"id":"1","title":"Velatta bag replica","price":"700.00 USD"}"#);
    let arguments = ["attack", &fake, "--known-fakes", "--budget", "40", DAY[0], DAY[1]];
    assert_snapshot!("attack", shown(&folder, &arguments));
}

#[test]
fn knowledge() {
    let folder = Folder::new();
    assert_snapshot!("knowledge_check", shown(&folder, &["knowledge", "check"]));
    assert_snapshot!("knowledge_build", shown(&folder, &["knowledge", "build", "--out", &folder.path("built")]));
    let trusted = folder.with("trusted.txt", "bazaar:corner\nbazaar:attic\n");
    let learn = ["knowledge", "learn", "feed.jsonl", "--trusted", &trusted, DAY[0], DAY[1]];
    assert_snapshot!("knowledge_learn", shown(&folder, &learn));

    copy(&pack().join("knowledge"), folder.0.path().join("after").as_path());
    let brand = folder.read("after/brands/velatta.toml");
    folder.with("after/brands/velatta.toml", &brand.replace("low = 600", "low = 660").replace("\"维拉塔\"", ""));
    let diff = ["knowledge", "diff", "knowledge", &folder.path("after")];
    assert_snapshot!("knowledge_diff", shown(&folder, &diff));
    folder.with("after/brands/velatta.toml", &brand.replace("kind = \"bags\"", "kind = \"bag\""));
    assert_snapshot!("knowledge_mistake", shown(&folder, &["knowledge", "check", &folder.path("after")]));
}

/// A rule that another one makes needless is found on the command line, and a policy with it can be used.
#[test]
fn policy() {
    let folder = Folder::new();
    assert_snapshot!("policy_check", shown(&folder, &["policy", "check"]));
    assert_snapshot!("policy_test", shown(&folder, &["policy", "test"]));

    let copied = folder.path("policy");
    copy(&pack().join("policy"), copied.as_ref());
    let cheap = folder.read("policy/cheap.toml");
    folder.with("policy/cheaper.toml", &cheap.replace("price_vs_brand < 500", "price_vs_brand < 300"));
    assert_snapshot!("policy_needless_rule", shown(&folder, &["policy", "check", &copied]));
    folder.with("policy/cheaper.toml", &cheap.replace("fires = false", "fires = true"));
    assert_snapshot!("policy_failed_test", shown(&folder, &["policy", "test", &copied]));
    folder.with("policy/cheaper.toml", &cheap.replace("price_vs_brand < 500", "prise_vs_brand < 500"));
    assert_snapshot!("policy_unknown_column", shown(&folder, &["policy", "check", &copied]));
}
