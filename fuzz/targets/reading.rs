//! Arbitrary text against names and terms of every script: every hit is a slice of the source, and
//! reading with used buffers says what reading with fresh ones says.

#![no_main]

use std::cell::RefCell;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use touchstone_text::{LanguageSet, Matcher, MatcherBuilder, Name, NameForm, Reading, WordList};

static MATCHER: LazyLock<Matcher> = LazyLock::new(|| {
    let mut builder = MatcherBuilder::default();
    let names = ["Gucci", "Louis Vuitton", "LV", "L'Oréal", "彪马", "路易威登", "Гуччи", "구찌", "グッチ", "นิกี้", "غوتشي", "D&G"];
    for (i, text) in names.iter().enumerate() {
        let form = if text.len() < 4 { NameForm::Initials } else { NameForm::Full };
        builder.name(Name { text: (*text).to_owned(), meaning: i as u32, form, fuzzy: true }).expect("a name");
    }
    for (i, text) in ["高仿", "реплик*", "1:1", "replica", "aaa+"].iter().enumerate() {
        builder.term(text, 100 + i as u32).expect("a term");
    }
    builder.disguise(Name { text: "replica".to_owned(), meaning: 103, form: NameForm::Term, fuzzy: false });
    builder.split('仿', "亻方");
    let mut words = WordList::default();
    ["bag", "for", "the"].iter().for_each(|w| words.add(w, LanguageSet::only(0)));
    builder.words(words);
    builder.build().expect("a matcher")
});

thread_local! {
    static USED: RefCell<Reading> = RefCell::new(Reading::default());
}

fuzz_target!(|source: &str| {
    let mut fresh = Reading::default();
    MATCHER.read(source, &mut fresh);
    for hit in &fresh.hits {
        assert!(source.get(fresh.normal.source_span(hit.span).range()).is_some(), "{hit:?}");
    }
    USED.with_borrow_mut(|used| {
        MATCHER.read(source, used);
        assert_eq!(used.hits, fresh.hits);
    });
});
