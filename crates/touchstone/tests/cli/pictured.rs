//! Listings of the demo whose words are clean: what their pictures say, as a user sees it.

use std::path::Path;

use crate::{DAY, Folder, models, root, stderr, stdout, touchstone};

const FEED: &str = "fixtures/demo/pictured.jsonl";

/// A data folder whose bank holds what the counterfeiter showed.
fn bank(folder: &Folder) -> String {
    let data = folder.path("data");
    let added = touchstone(
        &root(),
        &["bank", "add", "counterfeit", "fixtures/demo/known", "--data", &data, "--by", "Ann", "--models", &models()],
    );
    assert!(added.status.success(), "{}", stderr(&added));
    data
}

fn looked(verb: &[&str], data: &str) -> String {
    let models = models();
    let look = ["--images", "fixtures/demo/images", "--models", &models, "--data", data];
    let output = touchstone(&root(), &[verb, &look, &DAY[..]].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

/// For each decision the verdict and the signals of its reasons' boxes.
fn told(decisions: &str) -> Vec<(String, String, Vec<String>)> {
    let row = |line: &str| {
        let decision: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| decision[name].as_str().unwrap().to_owned();
        let reasons = decision["reasons"].as_array().unwrap().iter();
        let mut boxes: Vec<String> = reasons
            .flat_map(|reason| reason["evidence"].as_array().unwrap())
            .filter(|place| place["box"].is_array())
            .map(|place| place["signal"].as_str().unwrap().to_owned())
            .collect();
        boxes.sort();
        boxes.dedup();
        (text("listing_id"), text("verdict"), boxes)
    };
    decisions.lines().map(row).collect()
}

#[test]
fn words_are_clean_and_pictures_are_not() {
    let folder = Folder::new();
    let data = bank(&folder);
    let decisions = looked(&["screen", "--quiet", FEED], &data);
    let row = |id: &str, verdict: &str, boxes: &[&str]| {
        (id.to_owned(), verdict.to_owned(), boxes.iter().map(|signal| (*signal).to_owned()).collect::<Vec<_>>())
    };
    let expected = [
        row("i-301", "review", &["picture_contact", "picture_replica_words"]),
        row("i-302", "review", &["picture_contact", "picture_link"]),
        row("i-303", "review", &["picture_known_fake"]),
        row("i-304", "allow", &[]),
        row("i-305", "allow", &[]),
    ];
    assert_eq!(told(&decisions), expected);
    let written = folder.with("decisions.jsonl", &decisions);
    let again = touchstone(&root(), &["replay", &written, "--listings", FEED]);
    assert!(again.status.success(), "{}{}", stdout(&again), stderr(&again));
}

#[test]
fn without_pictures_they_all_stay_up() {
    let output = touchstone(&root(), &[&["screen", "--quiet", FEED], &DAY[..]].concat());
    assert!(told(&stdout(&output)).iter().all(|(_, verdict, _)| verdict == "allow"), "{}", stdout(&output));
}

#[test]
fn boxes_are_drawn_and_say_what_is_in_them() {
    let folder = Folder::new();
    let data = bank(&folder);
    let page = |id: &str| {
        let file = folder.path("page.html");
        let said = looked(&["explain", id, "--from", FEED, "--html", &file], &data);
        (said, std::fs::read_to_string(Path::new(&file)).unwrap())
    };
    let (said, drawn) = page("i-301");
    for words in ["LJR BATCH", "WhatsApp +1 202 555 0147"] {
        assert!(said.contains(words) && drawn.contains(words), "{words}: {said}");
    }
    assert_eq!((drawn.matches("class=\"box ").count(), drawn.matches("<img ").count()), (2, 1));
    for outside in ["<script", "src=\"http", "href=", "url("] {
        assert!(!drawn.contains(outside), "the page is to stand alone: {outside}");
    }
    let (said, drawn) = page("i-303");
    assert!(said.contains("picture_known_fake"), "{said}");
    assert!(
        drawn.contains("watch-test-purchase.png") && drawn.matches("<img ").count() == 2,
        "the entry stands beside"
    );
}

/// `image inspect` reads what is painted.
#[test]
fn inspecting_reads() {
    let models = models();
    let picture = "fixtures/demo/images/case.png";
    let folder = Folder::new();
    let inspect = ["image", "inspect", picture, "--models", &models, "--data", &folder.path("data")];
    let seen: serde_json::Value = serde_json::from_str(&stdout(&touchstone(&root(), &inspect))).unwrap();
    assert_eq!(seen["text"][0]["text"].as_str(), Some("for iPhone 15"), "{seen}");
}
