//! Writes decisions as canonical JSON (RFC 8785) straight into a buffer.
//!
//! Names stand in sorted order, numbers are integers, and strings are escaped by `serde_json`, whose
//! escapes are those of the RFC. [`Decision`](crate::Decision) is the slow twin: reading a line into
//! it and writing it again gives the same bytes, which a test holds to.

use std::io::Write;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};
use touchstone_catalog::Listing;
use touchstone_policy::{Reason, Row};
use touchstone_signals::pictures::Place;
use touchstone_signals::{Evidence, Field, REGISTRY, Value};

use crate::context::RowContext;
use crate::engine::engine;

/// Shape of a decision.
pub(crate) const SCHEMA: u32 = 1;

/// What evidence on a picture names as its field.
pub const PICTURES: &str = "pictures";

/// The largest number that every reader of JSON keeps exactly; RFC 8785 writes numbers as doubles: 2^53 - 1.
pub(crate) const NUMBER_MAX: i64 = (1 << 53) - 1;

/// Registry positions in alphabetical order of their ids.
static SORTED: LazyLock<Vec<usize>> = LazyLock::new(|| {
    let mut order: Vec<usize> = (0..REGISTRY.len()).collect();
    order.sort_by_key(|at| REGISTRY[*at].id);
    order
});

/// What is the same for every decision of one screener.
pub(crate) struct Constants {
    knowledge: String,
    policy: String,
    empty_context: String,
}

impl Constants {
    pub(crate) fn new(knowledge: &[u8], policy: &[u8]) -> Self {
        Self { knowledge: hex(knowledge), policy: hex(policy), empty_context: hex(&RowContext::default().hash()) }
    }
}

/// One row, ready to be written.
pub(crate) struct RowParts<'r> {
    pub(crate) listing: Listing<'r>,
    pub(crate) context: &'r RowContext,
    pub(crate) values: &'r [Value<'r>],
    pub(crate) evidence: &'r [(u16, Evidence)],
    pub(crate) result: Option<Row<'r>>,
    pub(crate) counterfactual: Option<&'r [usize]>,
}

/// Appends JSON to a buffer; the first error would be one of memory, so none is reported.
pub(crate) struct Canonical<'w> {
    pub(crate) out: &'w mut Vec<u8>,
}

impl Canonical<'_> {
    /// The whole decision, without a line end. `say` renders a signal's value for people.
    pub(crate) fn decision(&mut self, row: &RowParts<'_>, constants: &Constants, say: impl Fn(&str) -> String) {
        self.raw("{\"class\":");
        self.text(row.result.map_or("none", |r| r.class().as_str()));
        let context = self.context(row.context);
        self.raw(",\"counterfactual\":");
        self.counterfactual(row.counterfactual);
        self.hashes(row, context, constants);
        self.field("listing_id", row.listing.id);
        self.optional("marketplace", row.listing.marketplace);
        self.reasons(row, say);
        self.review(row.result);
        let _ = write!(self.out, ",\"schema\":{SCHEMA},\"score\":{}", row.result.map_or(0, Row::score));
        self.optional("seller_id", row.listing.seller_id);
        self.shadow(row.result);
        self.shares(row.result);
        self.signals(row.values);
        self.field("verdict", row.result.map_or("allow", |r| r.verdict().as_str()));
        self.raw("}");
    }

    fn raw(&mut self, json: &str) {
        self.out.extend_from_slice(json.as_bytes());
    }

    fn json<T: serde::Serialize + ?Sized>(&mut self, value: &T) {
        let _ = serde_json::to_writer(&mut *self.out, value);
    }

    fn text(&mut self, text: &str) {
        self.json(text);
    }

    /// `,"name":"text"`
    fn field(&mut self, name: &str, text: &str) {
        self.raw(",\"");
        self.raw(name);
        self.raw("\":");
        self.text(text);
    }

    fn optional(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.field(name, text);
        }
    }

    /// What was looked up, if anything was; gives its hash.
    fn context(&mut self, context: &RowContext) -> Option<[u8; 32]> {
        if context.is_empty() {
            return None;
        }
        self.raw(",\"context\":");
        let from = self.out.len();
        self.json(context);
        self.out.get(from..).map(|json| Sha256::digest(json).into())
    }

    /// Items with commas between them.
    fn each<T>(&mut self, items: impl Iterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        for (i, item) in items.enumerate() {
            if i > 0 {
                self.raw(",");
            }
            write(self, item);
        }
    }

    fn counterfactual(&mut self, signals: Option<&[usize]>) {
        let Some(signals) = signals else { return self.raw("null") };
        self.raw("[");
        self.each(signals.iter(), |w, at| w.text(signal_id(*at)));
        self.raw("]");
    }

    fn hashes(&mut self, row: &RowParts<'_>, context: Option<[u8; 32]>, constants: &Constants) {
        self.raw(",\"hashes\":{");
        let eyes = row.context.eyes.as_ref();
        if let Some(banks) = eyes.map(|e| &e.banks).filter(|version| !version.is_empty()) {
            self.raw("\"banks\":");
            self.text(banks);
            self.raw(",");
        }
        self.raw("\"context\":\"");
        match context {
            None => self.raw(&constants.empty_context),
            Some(hash) => self.hex(&hash),
        }
        self.raw("\"");
        self.field("engine", engine());
        self.field("knowledge", &constants.knowledge);
        self.raw(",\"listing\":\"");
        self.hex(&row.listing.content_hash());
        self.raw("\"");
        self.optional("models", eyes.map_or("", |e| &e.models));
        self.field("policy", &constants.policy);
        self.raw("}");
    }

    fn hex(&mut self, bytes: &[u8]) {
        self.out.extend(bytes.iter().flat_map(|b| [DIGITS[(b >> 4) as usize], DIGITS[(b & 15) as usize]]));
    }

    fn reasons(&mut self, row: &RowParts<'_>, say: impl Fn(&str) -> String) {
        self.raw(",\"reasons\":[");
        if let Some(result) = row.result {
            self.each(result.reasons(), |w, reason| w.reason(&reason, row, &say));
        }
        self.raw("]");
    }

    fn reason(&mut self, reason: &Reason<'_>, row: &RowParts<'_>, say: &impl Fn(&str) -> String) {
        let rule = reason.rule;
        self.raw("{\"code\":");
        self.text(&rule.id);
        self.raw(",\"evidence\":[");
        let places = row.evidence.iter().filter(|(signal, _)| rule.evidence.contains(&(*signal as usize)));
        self.each(places, |w, (signal, place)| w.place(*signal, place, row.context));
        self.raw("]");
        self.field("message", &rule.message("en", say));
        self.field("severity", reason.severity.as_str());
        self.raw("}");
    }

    fn place(&mut self, signal: u16, place: &Evidence, context: &RowContext) {
        match place {
            Evidence::Words { field, span } => self.words(signal, *field, (span.start, span.end)),
            Evidence::Picture { picture, place, copy } => self.on_picture(signal, (*picture, place, *copy), context),
        }
    }

    fn words(&mut self, signal: u16, field: Field, (start, end): (u32, u32)) {
        let (field, item) = field.name();
        let _ = write!(self.out, "{{\"end\":{end},\"field\":\"{field}\"");
        if let Some(item) = item {
            let _ = write!(self.out, ",\"item\":{item}");
        }
        let _ = write!(self.out, ",\"signal\":\"{}\",\"start\":{start}}}", signal_id(signal as usize));
    }

    fn on_picture(&mut self, signal: u16, (item, place, copy): (u16, &Place, Option<u16>), context: &RowContext) {
        let facts = context.pictures.get(usize::from(item));
        self.raw("{\"box\":");
        self.json(place);
        self.raw(",\"end\":0");
        if let Some(copy) = copy.zip(facts).and_then(|(copy, facts)| facts.copies.get(usize::from(copy))) {
            self.field("entry", &copy.entry);
            self.raw(",\"entry_box\":");
            self.json(&copy.reference);
        }
        let _ = write!(self.out, ",\"field\":\"{PICTURES}\",\"item\":{item}");
        self.field("picture", facts.map_or("", |facts| &facts.hash));
        let _ = write!(self.out, ",\"signal\":\"{}\",\"start\":0}}", signal_id(signal as usize));
    }

    fn review(&mut self, result: Option<Row<'_>>) {
        if let Some(review) = result.and_then(Row::review) {
            let _ = write!(
                self.out,
                ",\"review\":{{\"hours\":{},\"listing\":\"{}\"}}",
                review.hours,
                review.listing.as_str()
            );
        }
    }

    fn shadow(&mut self, result: Option<Row<'_>>) {
        let Some(result) = result.filter(|r| r.shadow().next().is_some()) else { return };
        self.raw(",\"shadow\":[");
        self.each(result.shadow(), |w, rule| w.text(&rule.id));
        self.raw("]");
    }

    fn shares(&mut self, result: Option<Row<'_>>) {
        self.raw(",\"shares\":{");
        let mut shares: Vec<(&str, i64)> = result
            .map(|r| r.shares().filter(|(_, share)| *share != 0).map(|(at, share)| (signal_id(at), share)).collect())
            .unwrap_or_default();
        shares.sort_unstable();
        self.each(shares.into_iter(), |w, (name, share)| {
            let _ = write!(w.out, "\"{name}\":{share}");
        });
        self.raw("}");
    }

    fn signals(&mut self, values: &[Value<'_>]) {
        self.raw(",\"signals\":{");
        let seen = SORTED.iter().filter_map(|at| values.get(*at).filter(|v| **v != Value::Null).map(|v| (*at, *v)));
        self.each(seen, |w, (at, value)| {
            w.raw("\"");
            w.raw(signal_id(at));
            w.raw("\":");
            match value {
                Value::Null => w.raw("null"),
                Value::True => w.raw("true"),
                Value::Int(number) => drop(write!(w.out, "{number}")),
                Value::Text(text) => w.text(text),
            }
        });
        self.raw("}");
    }
}

fn signal_id(at: usize) -> &'static str {
    REGISTRY.get(at).map_or("", |spec| spec.id)
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|b| [DIGITS[(b >> 4) as usize] as char, DIGITS[(b & 15) as usize] as char]).collect()
}
