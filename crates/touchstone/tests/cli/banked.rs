//! Banks of pictures as a user fills and asks them. The pictures are drawn here.

use std::path::Path;
use std::process::Output;

use image::{Rgb, RgbImage};
use insta::assert_snapshot;
use serde_json::Value;

use crate::{Folder, command, models, seen, stderr, stdout, touchstone};

/// A picture of many patches, another one for another seed, the same for the same.
fn draw(seed: u32) -> RgbImage {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut next = move |below: u32| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state % below
    };
    let mut picture = RgbImage::from_pixel(360, 300, Rgb([next(256), next(256), next(256)].map(|v| v as u8)));
    for _ in 0..140 {
        let colour = Rgb([next(256), next(256), next(256)].map(|v| v as u8));
        let (x, y, w, h) = (next(350), next(290), 5 + next(60), 5 + next(50));
        for (px, py) in (x..(x + w).min(360)).flat_map(|px| (y..(y + h).min(300)).map(move |py| (px, py))) {
            picture.put_pixel(px, py, colour);
        }
    }
    picture
}

/// A folder with drawn pictures `1.png`, `2.png` and so on.
fn pictures(count: u32) -> Folder {
    let folder = Folder::new();
    for seed in 1..=count {
        save(&folder, &format!("{seed}.png"), &draw(seed));
    }
    folder
}

fn save(folder: &Folder, name: &str, picture: &RgbImage) {
    let path = folder.path(name);
    std::fs::create_dir_all(Path::new(&path).parent().unwrap()).unwrap();
    picture.save(path).unwrap();
}

/// Runs a verb in the folder, on the banks there and without models.
fn run(folder: &Folder, arguments: &[&str]) -> Output {
    let looks =
        ["add", "query", "refresh", "inspect", "enrol", "find"].iter().any(|verb| arguments.get(1) == Some(verb));
    let models = if looks { &["--models", "no-models"][..] } else { &[] };
    command(folder.0.path(), &[arguments, models].concat()).env_remove("TOUCHSTONE_BY").output().unwrap()
}

/// What is seen, without when it was and without what is said about models.
fn shown(folder: &Folder, arguments: &[&str]) -> String {
    let seen = seen(&run(folder, arguments), folder);
    let lines = seen.lines().filter(|line| !line.contains("no models in"));
    let lines: Vec<String> = lines.map(without_time).collect();
    lines.join("\n").trim_end_matches("\n--- stderr").to_owned()
}

/// A line with `DAY TIME` for a moment.
fn without_time(line: &str) -> String {
    let is_moment = |at: &usize| {
        let form = b"dddd-dd-dd dd:dd";
        let bytes = &line.as_bytes()[*at..];
        bytes.len() >= form.len()
            && form.iter().zip(bytes).all(|(f, b)| if *f == b'd' { b.is_ascii_digit() } else { f == b })
    };
    match (0..line.len()).find(is_moment) {
        Some(at) => format!("{}DAY TIME{}", &line[..at], without_time(&line[at + 16..])),
        None => line.to_owned(),
    }
}

fn lines(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", stderr(output));
    stdout(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ids(folder: &Folder) -> Vec<String> {
    let entries = lines(&run(folder, &["bank", "list", "--json"]));
    entries.iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn help() {
    let folder = Folder::new();
    for arguments in
        [&["bank", "--help"][..], &["bank", "add", "--help"], &["bank", "query", "--help"], &["image", "--help"]]
    {
        let name = format!("help_{}", arguments[..arguments.len() - 1].join("_"));
        assert_snapshot!(name, seen(&touchstone(folder.0.path(), arguments), &folder));
    }
}

/// Files are taken in order, folders are walked, and one that is no picture keeps no other from being added.
#[test]
fn adding() {
    let folder = pictures(2);
    save(&folder, "more/3.png", &draw(3));
    folder.with("more/readme.txt", "no picture, and not taken for one");
    folder.with("broken.jpg", "\u{1b}[2J");
    let add = [
        "bank",
        "add",
        "genuine",
        "--brand",
        "velatta",
        "--by",
        "Ann",
        "2.png",
        "broken.jpg",
        "none.png",
        "more",
        "1.png",
    ];
    assert_snapshot!("bank_add", shown(&folder, &add));
    assert_snapshot!("bank_add_again", shown(&folder, &["bank", "add", "genuine", "--brand", "velatta", "2.png"]));
    let listed = lines(&run(&folder, &["bank", "list", "--json"]));
    let paths: Vec<&str> = listed.iter().map(|entry| entry["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["2.png", "more/3.png", "1.png"]);
    let sha256 = listed[0]["sha256"].as_str().unwrap();
    let kept = folder.path(&format!("data/banks/pictures/{}/{sha256}", &sha256[..2]));
    assert_eq!(std::fs::read(kept).unwrap(), std::fs::read(folder.path("2.png")).unwrap());
    assert_snapshot!("bank_list", shown(&folder, &["bank", "list"]));
}

/// A line a file, in order, best first; what can't be read is told in its place.
#[test]
fn asking() {
    let folder = pictures(6);
    assert_snapshot!("bank_query_empty", shown(&folder, &["bank", "query", "1.png"]));
    run(&folder, &["bank", "add", "genuine", "--brand", "velatta", "--product", "bag", "1.png", "2.png", "3.png"]);
    folder.with("broken.jpg", "no picture");
    let half = image::imageops::thumbnail(&draw(2), 180, 150);
    save(&folder, "half.png", &half);
    let asked = lines(&run(&folder, &["bank", "query", "half.png", "broken.jpg", "4.png", "1.png", "--json"]));
    let file = |n: usize| asked[n]["file"].as_str().unwrap();
    assert_eq!([file(0), file(1), file(2), file(3)], ["half.png", "broken.jpg", "4.png", "1.png"]);
    assert!(
        asked[1]["error"].as_str().unwrap().contains("not a picture") && asked[1]["matches"] == Value::Array(vec![])
    );
    let score = |n: usize| asked[n]["matches"][0]["score"].as_f64().unwrap_or(0.0);
    for (n, entry) in [(0, "2.png"), (3, "1.png")] {
        let best = &asked[n]["matches"][0];
        assert_eq!((best["entry"].as_str(), best["bank"].as_str()), (Some(entry), Some("genuine")), "{best}");
        assert_eq!((best["brand"].as_str(), best["product"].as_str()), (Some("velatta"), Some("bag")));
        assert!(score(n) > score(2), "a copy is more alike than another picture");
        let scores: Vec<f64> =
            asked[n]["matches"].as_array().unwrap().iter().map(|m| m["score"].as_f64().unwrap()).collect();
        assert!(scores.is_sorted_by(|a, b| a >= b) && scores.iter().all(|s| (0.0..=1.0).contains(s)), "{scores:?}");
    }
    let table = run(&folder, &["bank", "query", "broken.jpg", "1.png"]);
    assert_eq!(table.status.code(), Some(1), "who reads a table is told by the exit code");
    assert!(stdout(&table).starts_with("1.png\n") && stderr(&table).contains("error: broken.jpg: not a picture"));
}

/// What looks like a genuine picture becomes a known fake only if two persons say so.
#[test]
fn a_second_person() {
    let folder = pictures(2);
    run(&folder, &["bank", "add", "genuine", "--by", "Ann", "1.png"]);
    save(&folder, "stolen.png", &image::imageops::thumbnail(&draw(1), 300, 250));
    let add = ["bank", "add", "counterfeit", "--by", "Ann", "--why", "bought", "stolen.png", "2.png"];
    assert_snapshot!("bank_pending", shown(&folder, &add));
    let json = lines(&run(&folder, &["bank", "add", "counterfeit", "--brand", "b", "--json", "stolen.png"]));
    assert_eq!(
        (json[0]["state"].as_str(), json[0]["like"].as_str()),
        (Some("pending"), Some(ids(&folder)[0].as_str()))
    );
    let banks = |asked: &[Value]| {
        let matches = asked[0]["matches"].as_array().unwrap();
        matches.iter().filter(|each| each["bank"] == "counterfeit" && each["entry"] == "stolen.png").count()
    };
    let ask = || lines(&run(&folder, &["bank", "query", "stolen.png", "--json"]));
    assert_eq!(banks(&ask()), 0, "what waits matches nothing");
    let id = &ids(&folder)[1];
    for by in [&["--by", "ann"][..], &[]] {
        let refused = run(&folder, &[&["bank", "confirm", id.as_str()], by].concat());
        assert_eq!(refused.status.code(), Some(1));
        assert!(stderr(&refused).contains("a second person has to confirm") || stderr(&refused).contains("--by"));
    }
    assert_snapshot!("bank_confirm", shown(&folder, &["bank", "confirm", id, "--by", "Bo", "--why", "test purchase"]));
    assert_eq!(banks(&ask()), 1);
}

#[test]
fn taking_out_and_bringing_back() {
    let folder = pictures(2);
    run(&folder, &["bank", "add", "genuine", "--by", "Ann", "--why", "catalogue", "1.png", "2.png"]);
    assert_snapshot!("bank_remove", shown(&folder, &["bank", "remove", "1.png", "--by", "Bo", "--why", "not ours"]));
    let asked = lines(&run(&folder, &["bank", "query", "1.png", "--json"]));
    assert!(!stdout(&run(&folder, &["bank", "query", "1.png", "--json"])).contains("\"entry\":\"1.png\""), "{asked:?}");
    assert_snapshot!("bank_remove_again", shown(&folder, &["bank", "remove", "1.png"]));
    assert_snapshot!("bank_remove_unknown", shown(&folder, &["bank", "remove", "3.png"]));
    assert_snapshot!("bank_restore", shown(&folder, &["bank", "restore", "1.png", "--by", "Cy"]));
    run(&folder, &["bank", "set", "negative", "--distance", "20", "--ratio", "0.5", "--by", "Cy"]);
    assert_snapshot!("bank_compact", shown(&folder, &["bank", "compact"]));
    assert_snapshot!("bank_history", shown(&folder, &["bank", "list", "--history"]));
    assert_snapshot!("bank_rearm", shown(&folder, &["bank", "rearm", "genuine"]));
}

/// What shows a size chart says nothing, though another entry holds the same picture.
#[test]
fn a_negative_entry_hides_what_stands_there() {
    let folder = pictures(2);
    run(&folder, &["bank", "add", "genuine", "1.png", "2.png"]);
    run(&folder, &["bank", "add", "negative", "1.png"]);
    let asked = lines(&run(&folder, &["bank", "query", "1.png", "2.png", "--json"]));
    if asked[0]["negative"].is_array() {
        assert!(!asked[0]["matches"].as_array().unwrap().iter().any(|each| each["copy"] == true), "{}", asked[0]);
        assert_eq!(asked[0]["hidden"], 1);
        assert_eq!(asked[1]["matches"][0]["entry"], "2.png");
    }
}

/// Hashes go out and come in as lists, and what came in is found by its hash.
#[test]
fn exchanging() {
    let folder = pictures(3);
    run(&folder, &["bank", "add", "counterfeit", "--brand", "velatta", "1.png", "2.png"]);
    assert_snapshot!("bank_export", shown(&folder, &["bank", "export", "--out", &folder.path("list.csv")]));
    assert!(folder.read("list.csv").starts_with("signal_type,signal_str,collab,category,tags,"));
    let broken = format!("{}pdq,12,counterfeit,POSITIVE_CLASS,,,,,\n", folder.read("list.csv"));
    folder.with("broken.csv", &broken);
    let import = ["bank", "import", "counterfeit", "broken.csv", "--source", "exchange", "--data", "other"];
    assert_snapshot!("bank_import_strict", shown(&folder, &[&import[..], &["--strict"]].concat()));
    assert_snapshot!("bank_import", shown(&folder, &import));
    let asked = lines(&run(&folder, &["bank", "query", "2.png", "3.png", "--data", "other", "--json"]));
    let best = &asked[0]["matches"][0];
    assert_eq!((best["method"].as_str(), best["distance"].as_u64()), (Some("pdq_full"), Some(0)), "{best}");
    assert_eq!((best["entry"].as_str(), best["brand"].as_str()), (Some("broken.csv:3"), Some("velatta")));
    assert!(asked[1]["matches"].as_array().unwrap().iter().all(|each| each["copy"] == false));
    let text = run(&folder, &["bank", "export", "--format", "text", "--data", "other"]);
    assert!(stdout(&text).lines().all(|line| line.starts_with("pdq ")) && stdout(&text).lines().count() == 2);
    // The picture is genuine here: of its hash in somebody's list of fakes two persons must be sure.
    run(&folder, &["bank", "add", "genuine", "1.png", "--data", "third"]);
    assert_snapshot!(
        "bank_import_pending",
        shown(&folder, &["bank", "import", "counterfeit", "list.csv", "--data", "third"])
    );
}

#[test]
fn inspecting() {
    let folder = pictures(1);
    folder.with("broken.png", "\u{89}PNG\r\n");
    let seen = lines(&run(&folder, &["image", "inspect", "1.png", "broken.png"]));
    assert_eq!((seen[0]["width"].as_u64(), seen[0]["height"].as_u64()), (Some(360), Some(300)));
    assert_eq!((seen[0]["format"].as_str(), seen[0]["placeholder"].as_bool()), (Some("png"), Some(false)));
    for hash in ["pdq_full", "pdq_scaled", "sha256"] {
        assert_eq!(seen[0][hash].as_str().map(str::len), Some(64), "{hash}");
    }
    assert!(seen[1]["error"].is_string() && seen[1]["sha256"].is_null());
}

/// Who goes away while lines are written is no failure.
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = pictures(1);
    run(&folder, &["bank", "add", "genuine", "1.png"]);
    for arguments in [
        &["bank", "query", "1.png", "--json"][..],
        &["bank", "query", "1.png"],
        &["bank", "list", "--json"],
        &["bank", "export"],
        &["image", "inspect", "1.png"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let run = command(folder.0.path(), arguments).stdout(writer).output().unwrap();
        assert!(run.status.success() && !stderr(&run).contains("error"), "{arguments:?}: {}", stderr(&run));
    }
}

/// A row that can't be used is named, the others are enrolled, and a picture that can't be read keeps no other waiting.
#[test]
fn enrolling_and_finding_logos() {
    let folder = pictures(2);
    let rows = "1.png,velatta,20,20,120,90\n1.png,orsini,150,40,260,160\n2.png,velatta,9,9,9,90\nnone.png,velatta,1,1,9,9\n\
                2.png,velatta,400,400,500,500\n2.png,velatta,10,10,x,90\n2.png,,10,10,90,90\n\
                mark.svg,orsini,,,,\nmark.svg,orsini,1,1,9,9\nwords.svg,orsini,,,,\n";
    let svg = |inner: &str| format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{inner}</svg>"#);
    folder.with("mark.svg", &svg(r#"<path d="M2 2h20L12 22z"/>"#));
    folder.with("words.svg", &svg("<text>Orsini</text>"));
    folder.with("boxes.csv", &format!("file,brand,x1,y1,x2,y2\n{rows}"));
    let models = models();
    let enrol = |table: &str| {
        let arguments = ["logo", "enrol", table, "--images", ".", "--by", "Ann", "--models", &models];
        seen(&command(folder.0.path(), &arguments).output().unwrap(), &folder)
    };
    assert_snapshot!("logo_enrol", enrol("boxes.csv"));
    folder.with("wrong.csv", "file,brand,left\n");
    assert_snapshot!("logo_enrol_header", enrol("wrong.csv"));
    assert_snapshot!("logo_list", shown(&folder, &["logo", "list"]));
    folder.with("broken.jpg", "no picture");
    let find = ["logo", "find", "1.png", "broken.jpg", "--json", "--models", &models];
    let found = lines(&command(folder.0.path(), &find).output().unwrap());
    assert!(found[0]["logos"].is_array() && found[1]["error"].is_string(), "{found:?}");
    for logo in found[0]["logos"].as_array().unwrap() {
        assert!(["velatta", "orsini"].contains(&logo["brand"].as_str().unwrap()));
        assert!(logo["score"].as_f64().is_some_and(|score| (0.0..=1.0).contains(&score)));
        assert_eq!(logo["box"].as_array().map(Vec::len), Some(4));
    }
    let id = ids(&folder)[0].clone();
    assert!(run(&folder, &["logo", "remove", &id, "--by", "Bo"]).status.success());
    assert!(stdout(&run(&folder, &["logo", "list"])).contains("removed"));
}
