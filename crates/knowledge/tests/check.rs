//! What the check finds in files that people edit, and where; and that a snapshot cannot bring in what it refuses.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;

use touchstone_knowledge::{Snapshot, check, load, read_bundle, write_bundle};
use touchstone_text::{How, Reading};

const TODAY: &str = "2026-11-01";

/// A sound folder, as small as can be.
const FILES: [(&str, &str); 6] = [
    ("kinds.toml", "schema = 1\n[kinds.bags]\n[kinds.shoes]\ntaxonomy = [\"Shoes\"]\n"),
    ("rates.toml", "schema = 1\ndate = \"2026-10-30\"\n[ecb]\nEUR = \"0.86\"\n"),
    ("lexicons/en.toml", "schema = 1\nlanguage = \"en\"\n[[groups]]\nclass = \"replica\"\nterms = [\"replica\"]\n"),
    ("brands/gucci.toml", GUCCI),
    (
        "brands/off-white.toml",
        "schema = 1\nname = \"Off-White\"\nstanding = \"protected\"\n[names]\ndistinct = [\"Off-White\"]\n",
    ),
    (
        "authorisations/shops.toml",
        "schema = 1\n[[authorisations]]\nseller = \"m:shop:1\"\nbrand = \"gucci\"\nmarkets = [\"FR\"]\nfrom = \"2026-01-01\"\nuntil = \"2027-12-31\"\n",
    ),
];

const GUCCI: &str = r#"schema = 1
name = "Gucci"
standing = "protected"
owner = "kering"
makes = ["bags"]
never_makes = ["shoes"]
partners = ["off-white"]
own_shops = ["gucci.com"]
[names]
distinct = ["Gucci"]
ambiguous = ["GG"]
native = ["古驰"]
[[lines]]
names = ["Ophidia"]
[[bands]]
kind = "bags"
line = "Ophidia"
condition = "new"
currency = "USD"
low = 900
typical = 1500
per = "1 pieces"
market = "US"
source = "estimate"
date = "2026-11-01"
"#;

/// Writes the folder, with one text of one file replaced.
fn folder(file: &str, from: &str, to: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in FILES {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = if name == file { text.replacen(from, to, 1) } else { text.to_owned() };
        assert!(name != file || from.is_empty() || text.contains(to), "{from} is not in {file}");
        std::fs::write(path, text).unwrap();
    }
    let imported = folder.path().join("imported");
    std::fs::create_dir_all(&imported).unwrap();
    std::fs::write(imported.join("words.tsv"), "en\tbag\n").unwrap();
    std::fs::write(imported.join("names.txt"), "Some Shop\n").unwrap();
    std::fs::write(imported.join("splits.tsv"), "仿\t亻方\n").unwrap();
    folder
}

/// What is said of a folder, paths from it on.
fn findings(folder: &Path) -> Vec<String> {
    let found = check(folder, TODAY).map_or_else(|found| found, |(_, warnings)| warnings);
    let prefix = format!("{}/", folder.display());
    found.iter().map(|each| each.to_string().replace(&prefix, "")).collect()
}

#[test]
fn a_sound_folder_has_no_findings() {
    assert_eq!(findings(folder("", "", "").path()), Vec::<String>::new());
}

#[test]
fn common_words_a_letter_off_are_known() {
    let folder = folder("brands/gucci.toml", "native = [", "native = [\"シャネル\", ");
    std::fs::write(folder.path().join("imported/words.tsv"), "en\tgucchi\nen\tgucco\nen\tguccis\nen\tgrucci\n")
        .unwrap();
    std::fs::write(folder.path().join("imported/names.txt"), "Gucco\n").unwrap();
    let (knowledge, _) = load(folder.path()).unwrap();
    let snapshot = Snapshot::compile(knowledge).unwrap();
    let seen = |text: &str| {
        let mut reading = Reading::default();
        snapshot.matcher.read(text, &mut reading);
        reading.hits.first().map(|hit| hit.how)
    };
    for word in ["gucchi", "grucci"] {
        assert_eq!(seen(word), Some(How::Neighbour), "{word}");
    }
    // Somebody else's name, and a form of the name.
    for word in ["gucco", "guccis"] {
        assert_eq!(seen(word), None, "{word}");
    }
    assert_eq!(seen("シャネール"), Some(How::Typo));
}

#[test]
fn each_mistake_is_found_in_its_place() {
    // File, what is replaced by what, and the one thing that is then said.
    for (file, from, to, expected) in [
        (
            "brands/gucci.toml",
            "\"off-white\"",
            "\"of-white\"",
            "7:13: warning: no brand `of-white` in brands/\n  help: did you mean `off-white`?",
        ),
        ("brands/gucci.toml", "\"off-white\"", "\"xbox\"", "7:13: warning: no brand `xbox` in brands/"),
        ("brands/gucci.toml", "\"off-white\"", "\"gucci\"", "7:13: warning: the brand is named as its own partner"),
        ("brands/gucci.toml", "\"kering\"", "\"Kering Group\"", "4:9: error: `Kering Group` is no slug"),
        (
            "brands/gucci.toml",
            "\"gucci.com\"",
            "\"https://gucci.com/\"",
            "8:14: error: `https://gucci.com/` is no host",
        ),
        ("brands/gucci.toml", "[\"shoes\"]", "[\"shoes\", \"bags\"]", "6:25: error: `bags` stands in `makes` too"),
        (
            "brands/gucci.toml",
            "[\"bags\"]",
            "[\"bag\"]",
            "5:10: error: no kind `bag` in kinds.toml\n  help: did you mean `bags`?",
        ),
        ("brands/gucci.toml", "[\"GG\"]", "[\"GG\", \"gucci\"]", "11:20: warning: `gucci` is given twice"),
        (
            "brands/gucci.toml",
            "[\"Gucci\"]",
            "[\"Gucci\", \"OFF WHITE\"]",
            "brands/off-white.toml:5:13: warning: `Off-White` is a name of `gucci` too",
        ),
        (
            "brands/gucci.toml",
            "[[bands]]",
            "[[lines]]\nkind = \"bags\"\n[[bands]]",
            "15:1: error: the line has no name",
        ),
        (
            "brands/gucci.toml",
            "[[bands]]",
            "[[facts]]\nattribute = \"color\"\nvalues = [\"red\"]\nsource = \"read\"\n[[bands]]",
            "16:13: error: no attribute `color`",
        ),
        (
            "brands/gucci.toml",
            "[[bands]]",
            "[[facts]]\nattribute = \"capacity_gb\"\nvalues = [\"64\"]\nsource = \"read\"\n[[bands]]",
            "17:10: error: a value cannot be read, or there is none",
        ),
        (
            "brands/gucci.toml",
            "[[bands]]",
            "[[facts]]\nattribute = \"capacity_gb\"\nvalues = [-1]\nsource = \"read\"\n[[bands]]",
            "17:10: error: a value cannot be read, or there is none",
        ),
        (
            "brands/gucci.toml",
            "[[bands]]",
            "[[facts]]\nattribute = \"most\"\nvalues = [\"eight\"]\nsource = \"read\"\n[[bands]]",
            "17:10: error: a value cannot be read, or there is none",
        ),
        (
            "brands/gucci.toml",
            "[[bands]]",
            "[[facts]]\nattribute = \"size\"\nvalues = []\nsource = \"read\"\n[[bands]]",
            "17:10: error: a value cannot be read, or there is none",
        ),
        (
            "brands/gucci.toml",
            "[[bands]]",
            "[[facts]]\nattribute = \"never\"\nvalues = [\" \"]\nsource = \"read\"\n[[bands]]",
            "17:10: error: a value cannot be read, or there is none",
        ),
        ("brands/gucci.toml", "line = \"Ophidia\"", "line = \"Ophidja\"", "17:8: error: no line is called `Ophidja`"),
        ("brands/gucci.toml", "low = 900", "low = 1600", "20:7: error: `low` is above `typical`"),
        ("brands/gucci.toml", "low = 900", "low = 0", "20:7: error: a price is a positive number"),
        ("brands/gucci.toml", "1 pieces", "0 pieces", "22:7: error: `0 pieces` is no amount"),
        ("brands/gucci.toml", "\"US\"", "\"UK\"", "23:10: error: `UK` is no country"),
        ("brands/gucci.toml", "\"estimate\"", "\" \"", "24:10: error: ` ` is no source"),
        ("brands/gucci.toml", "2026-11-01", "2026-11-31", "25:8: error: `2026-11-31` is no day"),
        ("brands/gucci.toml", "2026-11-01", "2026-11-02", "25:8: error: `2026-11-02` has not come yet"),
        ("kinds.toml", "\"Shoes\"", "\"!\"", "4:13: error: `!` is at most one letter in normal form"),
        ("rates.toml", "2026-10-30", "30.10.2026", "2:8: error: `30.10.2026` is no day"),
        ("rates.toml", "2026-10-30", "2027-10-30", "2:8: error: `2027-10-30` has not come yet"),
        ("lexicons/en.toml", "\"en\"", "\"eng\"", "2:12: error: `eng` is not the file's language"),
        ("lexicons/en.toml", "\"en\"", "\"de\"", "2:12: error: `de` is not the file's language"),
        (
            "authorisations/shops.toml",
            "m:shop:1",
            "shop-1",
            "3:10: error: `shop-1` is no seller\n  help: write marketplace:seller_id",
        ),
        (
            "authorisations/shops.toml",
            "\"gucci\"",
            "\"guci\"",
            "4:9: error: no brand `guci` in brands/\n  help: did you mean `gucci`?",
        ),
        ("authorisations/shops.toml", "\"FR\"", "\"France\"", "5:12: error: `France` is no country"),
        ("authorisations/shops.toml", "2026-01-01", "soon", "6:8: error: `soon` is no day"),
        ("authorisations/shops.toml", "2027-12-31", "2025-12-31", "7:9: error: `until` is before `from`"),
    ] {
        let found = findings(folder(file, from, to).path());
        let expected = if expected.contains(".toml:") { expected.to_owned() } else { format!("{file}:{expected}") };
        assert!(found.len() == 1 && found[0].starts_with(&expected), "{to}: {expected}\n{found:#?}");
    }
}

#[test]
fn a_second_band_for_the_same_goods_and_a_bad_file_name_are_found() {
    let twice = GUCCI.split_once("[[bands]]").unwrap().1.replace("Ophidia", "ophidia");
    let twice = folder("brands/gucci.toml", "[[bands]]", &format!("[[bands]]{twice}[[bands]]"));
    assert_eq!(findings(twice.path()).len(), 1);
    assert!(
        findings(twice.path())[0].starts_with("brands/gucci.toml:27:8: warning: there is a band for the same goods")
    );

    let named = folder("", "", "");
    std::fs::rename(named.path().join("brands/off-white.toml"), named.path().join("brands/Off White.toml")).unwrap();
    let found = findings(named.path());
    assert!(found[0].starts_with("brands/Off White.toml:1:1: error: `Off White` is no brand id"), "{found:#?}");
}

#[test]
fn a_day_is_compared_only_when_it_is_known() {
    let future = folder("rates.toml", "2026-10-30", "2027-10-30");
    assert!(load(future.path()).is_ok_and(|(_, warnings)| warnings.is_empty()));
}

#[test]
fn the_shipped_knowledge_has_no_findings_and_makes_a_sound_snapshot() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let (knowledge, warnings) = check(&dir, "9999-12-31").unwrap_or_else(|found| panic!("{found:#?}"));
    // Without the lists that set-up imports there is one warning, about them.
    let own: Vec<_> =
        warnings.iter().filter(|each| !each.file.ends_with("imported")).map(ToString::to_string).collect();
    assert!(own.is_empty(), "{}", own.join("\n"));
    let out = tempfile::tempdir().unwrap();
    let path = write_bundle(&knowledge, out.path()).unwrap();
    assert_eq!(read_bundle(&path).unwrap().brands.len(), knowledge.brands.len());
}

#[test]
fn a_snapshot_is_judged_like_a_folder() {
    let (knowledge, _) = load(folder("", "", "").path()).unwrap();
    let out = tempfile::tempdir().unwrap();
    let path = write_bundle(&knowledge, out.path()).unwrap();
    let json = std::fs::read_to_string(&path).unwrap();
    let read = |json: &str| {
        // A name without a hash: the file may have been written by anything.
        let path = out.path().join("own.json");
        std::fs::write(&path, json).unwrap();
        read_bundle(&path).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(read(&json), Ok(()));
    for (from, to, expected) in [
        ("\"low_cents\":90000", "\"low_cents\":0", "gucci has a price band that cannot be"),
        ("\"low_cents\":90000", "\"low_cents\":-5", "gucci has a price band that cannot be"),
        ("\"low_cents\":90000", "\"low_cents\":900000", "gucci has a price band that cannot be"),
        ("\"typical_cents\":150000", "\"typical_cents\":9223372036854775807", "gucci has a price band that cannot be"),
        ("\"amount\":1", "\"amount\":0", "gucci has a price band that cannot be"),
        ("\"unit\":\"pieces\"", "\"unit\":\"miles\"", "gucci has a price band that cannot be"),
        ("\"line\":0", "\"line\":7", "gucci names a line that is not there"),
        ("\"makes\":[0]", "\"makes\":[9]", "gucci names a kind that is not there"),
        ("\"brand\":0", "\"brand\":9", "m:shop:1 is authorised for no brand"),
        ("\"EUR\":860000", "\"EUR\":0", "the rate of EUR is 0"),
        ("[\"bag\",1]", "[\"bag\",2]", "`bag` has no language"),
        ("\"id\":\"off-white\"", "\"id\":\"gucci\"", "a brand is there twice"),
        ("\"id\":\"off-white\"", "\"id\":\"../x\"", "`../x` is no brand id"),
        ("\"id\":\"off-white\"", "\"ident\":\"off-white\"", "missing field `id`"),
    ] {
        let bent = json.replacen(from, to, 1);
        assert_ne!(bent, json, "{from}");
        let why = read(&bent).unwrap_err();
        assert!(why.contains("not a knowledge snapshot") && why.contains(expected), "{to}: {why}");
    }
}
