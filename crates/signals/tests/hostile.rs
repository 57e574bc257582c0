//! A listing at the limits costs in proportion to its length, whatever it repeats.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use touchstone_catalog::{Listing, Texts};
use touchstone_knowledge::{Snapshot, load};
use touchstone_signals::{Context, Findings, Scratch, detect};

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let (knowledge, _) = load(&dir).unwrap_or_else(|found| panic!("{}", found[0]));
    Snapshot::compile(knowledge).unwrap()
});

/// Bytes of an item of a list; enough that quadratic work shows.
const ITEM: usize = 4_000;
/// Bytes of a title, at most.
const TITLE: usize = 10_000;
/// Bytes of the smaller description.
const DESCRIPTION: usize = 12_000;
/// What the larger listing has more of.
const LARGER: usize = 8;
/// Linear work takes [`LARGER`] times as long, quadratic work its square.
const MOST: u32 = 32;

/// The texts of a listing.
#[derive(Default)]
struct Texted {
    title: String,
    description: String,
    variants: Vec<String>,
    reviews: Vec<String>,
    questions: Vec<String>,
}

impl Texted {
    /// How long it takes to read and judge it.
    fn time(&self) -> Duration {
        let lists = [&self.variants, &self.reviews, &self.questions]
            .map(|list| list.iter().map(String::as_str).collect::<Vec<_>>());
        let [variants, reviews, questions] = lists.each_ref().map(|list| Texts::from(&list[..]));
        let (title, description) = (self.title.as_str(), self.description.as_str());
        let listing = Listing { title, description, variants, reviews, questions, ..Listing::default() };
        let (mut scratch, mut findings) = (Scratch::default(), Findings::default());
        let start = Instant::now();
        detect(&scratch.view(&SNAPSHOT, listing, Context::default()), &mut findings);
        start.elapsed()
    }
}

/// The phrase until so many bytes are full.
fn filled(phrase: &str, bytes: usize) -> String {
    phrase.repeat(bytes / phrase.len())
}

/// Compares sizes, never with a clock on the wall; tried again, since a machine has other things to do.
fn check(what: &str, listing: impl Fn(usize) -> Texted) {
    let (small, large) = (listing(1), listing(LARGER));
    let least = (0..3).map(|_| small.time()).min().unwrap();
    let mut times = (0..4).map(|_| large.time());
    assert!(times.any(|time| time < least * MOST), "{what}: {LARGER} times as much takes over {MOST} times {least:?}");
}

/// What sellers and buyers could repeat: words of each class, names, kinds.
const PHRASES: [&str; 12] = [
    "fake ",
    "no fake ",
    "replica 1:1 mirror ",
    "not a copy of gucci ",
    "gucci bag with box ",
    "for iphone not apple ",
    "authentic? yes\n",
    "whatsapp 12345 ",
    "wholesale lot of 50 ",
    "eu plug label ",
    "guccl g u c c i ",
    "new refurbished used ",
];

#[test]
fn questions_and_answers_in_turn() {
    check("in turn", |times| {
        let said = |at: usize| filled("fake ", ITEM) + if at % 2 == 0 { "?" } else { "" };
        Texted { title: "Gucci belt".into(), questions: (0..2 * times).map(said).collect(), ..Texted::default() }
    });
}

#[test]
fn many_lines_of_one_question() {
    for phrase in ["fake?\nyes\n", "\nfake", "why fake? ", "fake \n\n\n\n"] {
        check(phrase, |times| {
            let questions = vec![filled(phrase, 2_500 * times)];
            Texted { title: "Gucci belt".into(), questions, ..Texted::default() }
        });
    }
}

#[test]
fn a_phrase_over_and_over() {
    for phrase in PHRASES {
        let title = || "Gucci leather bag".to_owned();
        check(&format!("title {phrase}"), |times| Texted {
            title: filled(phrase, TITLE / LARGER * times),
            ..Texted::default()
        });
        check(&format!("description {phrase}"), |times| Texted {
            title: title(),
            description: filled(phrase, DESCRIPTION * times),
            ..Texted::default()
        });
        let items = |times: usize| vec![filled(phrase, ITEM); times];
        check(&format!("variants {phrase}"), |times| Texted {
            title: title(),
            variants: items(times),
            ..Texted::default()
        });
        check(&format!("reviews {phrase}"), |times| Texted {
            title: title(),
            reviews: items(times),
            ..Texted::default()
        });
    }
}
