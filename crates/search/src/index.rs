//! The index in memory: offers come and go, and become visible with a commit.

use std::sync::{Mutex, PoisonError};

use tantivy::collector::{Count, TopDocs};
use tantivy::indexer::IndexWriterOptions;
use tantivy::query::{BooleanQuery, FuzzyTermQuery, Query, TermQuery};
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value as _,
};
use tantivy::{
    DocAddress, Index as Tantivy, IndexReader, IndexWriter, Order, ReloadPolicy, Searcher, TantivyDocument,
    TantivyError, Term,
};

use crate::words::{typed, words};

/// Bytes that offers may take before they are written into a segment.
const BUFFER_BYTES: usize = 32 << 20;
/// Words that are looked for; more are typed by nobody.
const TYPED_MAX: usize = 16;
/// Words of a text that others are compared by.
const LIKE_MAX: usize = 48;

/// What is known of a listing. All its parts may be looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// What names it: the same key takes the place of what was there.
    pub key: String,
    /// Whose it is: what [`Index::forget`] forgets together.
    pub seller: String,
    /// Exact values that can be asked for, such as the latest verdict.
    pub labels: Vec<String>,
    /// When it was last seen; any unit.
    pub at: u64,
    /// What it says.
    pub text: String,
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked<'a> {
    /// As typed so far. Nothing but signs finds nothing.
    pub text: &'a str,
    /// Labels that all have to be there.
    pub labels: &'a [String],
    /// Listings at most.
    pub limit: usize,
}

/// The index gave up; what was kept before is still found.
#[derive(Debug, thiserror::Error)]
#[error("the index of words: {0}")]
pub struct Error(#[from] TantivyError);

/// Words of listings, in memory.
pub struct Index {
    writer: Mutex<IndexWriter>,
    reader: IndexReader,
    fields: Fields,
}

#[derive(Clone, Copy)]
struct Fields {
    key: Field,
    seller: Field,
    label: Field,
    at: Field,
    text: Field,
}

impl Index {
    /// An empty one.
    ///
    /// # Errors
    /// When threads can't be had.
    pub fn new() -> Result<Self, Error> {
        let mut schema = Schema::builder();
        // Our own words, set with spaces: the index only splits.
        let split = TextFieldIndexing::default().set_tokenizer("whitespace").set_index_option(IndexRecordOption::Basic);
        let fields = Fields {
            key: schema.add_text_field("key", STRING | STORED),
            seller: schema.add_text_field("seller", STRING),
            label: schema.add_text_field("label", STRING),
            at: schema.add_u64_field("at", FAST),
            text: schema
                .add_text_field("text", TextOptions::default().set_indexing_options(split.set_fieldnorms(false))),
        };
        let index = Tantivy::create_in_ram(schema.build());
        let options = IndexWriterOptions::builder().memory_budget_per_thread(BUFFER_BYTES).num_merge_threads(1).build();
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { writer: Mutex::new(index.writer_with_options(options)?), reader, fields })
    }

    /// Takes offers in, each in the place of an earlier one of its key; found once this returns.
    ///
    /// # Errors
    /// When the index gave up.
    pub fn put(&self, offers: &[Offer]) -> Result<(), Error> {
        if offers.is_empty() {
            return Ok(());
        }
        self.change(|writer| {
            for offer in offers {
                writer.delete_term(Term::from_field_text(self.fields.key, &offer.key));
                writer.add_document(self.document(offer))?;
            }
            Ok(())
        })
    }

    /// Forgets all offers of a seller.
    ///
    /// # Errors
    /// When the index gave up.
    pub fn forget(&self, seller: &str) -> Result<(), Error> {
        self.change(|writer| {
            writer.delete_term(Term::from_field_text(self.fields.seller, seller));
            Ok(())
        })
    }

    fn change(&self, change: impl FnOnce(&mut IndexWriter) -> Result<(), TantivyError>) -> Result<(), Error> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut writer)?;
        writer.commit()?;
        Ok(self.reader.reload()?)
    }

    fn document(&self, offer: &Offer) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_text(self.fields.key, &offer.key);
        document.add_text(self.fields.seller, &offer.seller);
        offer.labels.iter().for_each(|label| document.add_text(self.fields.label, label));
        document.add_u64(self.fields.at, offer.at);
        document.add_text(self.fields.text, words(&offer.text).join(" "));
        document
    }

    /// Keys of the listings that hold all typed words, newest first.
    ///
    /// # Errors
    /// When the index gave up.
    pub fn find(&self, asked: &Asked<'_>) -> Result<Vec<String>, Error> {
        let Some(query) = self.query(asked).filter(|_| asked.limit > 0) else { return Ok(Vec::new()) };
        let searcher = self.reader.searcher();
        let newest = TopDocs::with_limit(asked.limit).order_by_fast_field::<u64>("at", Order::Desc);
        let found = searcher.search(&query, &newest)?;
        self.keys(&searcher, found.into_iter().map(|(_, address)| address))
    }

    fn keys(&self, searcher: &Searcher, found: impl Iterator<Item = DocAddress>) -> Result<Vec<String>, Error> {
        let mut keys = Vec::new();
        for address in found {
            let document: TantivyDocument = searcher.doc(address)?;
            keys.extend(document.get_first(self.fields.key).and_then(|key| key.as_str()).map(str::to_owned));
        }
        Ok(keys)
    }

    /// Keys of listings that say something like a text, the likest first: what few listings say counts more.
    ///
    /// # Errors
    /// When the index gave up.
    pub fn like(&self, text: &str, limit: usize) -> Result<Vec<String>, Error> {
        let mut words = words(text);
        words.sort_unstable();
        words.dedup();
        words.truncate(LIKE_MAX);
        if words.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let term = |word: &String| Term::from_field_text(self.fields.text, word);
        let query = BooleanQuery::new_multiterms_query(words.iter().map(term).collect());
        let searcher = self.reader.searcher();
        let found = searcher.search(&query, &TopDocs::with_limit(limit).order_by_score())?;
        self.keys(&searcher, found.into_iter().map(|(_, address)| address))
    }

    /// How many listings can be found.
    pub fn len(&self) -> usize {
        self.reader.searcher().search(&tantivy::query::AllQuery, &Count).unwrap_or_default()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// None when nothing was typed.
    fn query(&self, asked: &Asked<'_>) -> Option<BooleanQuery> {
        let (words, goes_on) = typed(asked.text);
        let last = words.len().checked_sub(1)?;
        let exact = |term| -> Box<dyn Query> { Box::new(TermQuery::new(term, IndexRecordOption::Basic)) };
        let word = |(at, word): (usize, &String)| -> Box<dyn Query> {
            let term = Term::from_field_text(self.fields.text, word);
            if goes_on && at == last { Box::new(FuzzyTermQuery::new_prefix(term, 0, false)) } else { exact(term) }
        };
        // Of too many the last are looked for: that is where somebody types.
        let words = words.iter().enumerate().skip(words.len().saturating_sub(TYPED_MAX)).map(word);
        let labels = asked.labels.iter().map(|label| exact(Term::from_field_text(self.fields.label, label)));
        Some(BooleanQuery::intersection(words.chain(labels).collect()))
    }
}
