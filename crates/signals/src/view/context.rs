//! What a seller says about a brand: that the offer is of it, fits it, is like it, is not of it.
//!
//! Words before or after a name say it ("for", 同款, "not a"), within a few words and one clause. In
//! a list ("for iPhone, Samsung, Huawei") names share the word before the first. The kind of goods
//! has its say: nobody makes a bag "for" a maker of bags, a book is about whom it names, and a case
//! that names a phone is for that phone.

use touchstone_knowledge::{BrandId, Role, Snapshot, TermClass};
use touchstone_text::Span;

use super::kinds::KindMention;
use super::mentions::Mention;
use super::text::{Term, Text, gap, words_between};
use super::{terms_of, text_of};
use crate::findings::Field;

/// What the seller says about a brand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MentionContext {
    /// The offer is of this brand.
    #[default]
    Claimed,
    /// It fits this brand's devices.
    Compatible,
    /// It is like this brand's.
    Compared,
    /// It is a work about the brand.
    About,
    /// It is not of this brand.
    Negated,
}

impl MentionContext {
    /// The word for it in the signal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Compatible => "compatible",
            Self::Compared => "compared",
            Self::About => "about",
            Self::Negated => "negated",
        }
    }
}

/// Words between a marker and the name it governs.
const MAX_GAP: usize = 2;
/// Words between two names of one list.
const MAX_LIST_GAP: usize = 8;
/// "compatible with" is firm; "for" may say whom goods are for.
const MIN_FIRM_LETTERS: usize = 6;
const MIN_FIRM_DENSE: usize = 2;
/// A firm word opens a list of which we may know the last name only.
const MAX_FIRM_GAP: usize = 6;

/// Sets the context of every mention.
pub(crate) fn settle(
    snapshot: &Snapshot,
    texts: &[Text],
    terms: &[(Field, Term)],
    kind: Option<KindMention>,
    mentions: &mut [Mention],
) {
    for at in 0..mentions.len() {
        let (before, rest) = mentions.split_at_mut(at);
        let Some((mention, after)) = rest.split_first_mut() else { continue };
        let Some(text) = text_of(texts, mention.field) else { continue };
        let goods = Goods { many: opens_list(text, mention, after), ..Goods::of(snapshot, kind, mention) };
        let marked = marker(text, terms, mention).or_else(|| inherited(text, before, mention));
        mention.context = goods.context(marked);
    }
    follow_title(snapshot, kind, mentions);
    follow_denial(snapshot, kind, mentions);
}

/// "Strap for AE1200 … not made by Casio": what is made to fit and denied to be of a brand fits it.
fn follow_denial(snapshot: &Snapshot, kind: Option<KindMention>, mentions: &mut [Mention]) {
    let role = kind.and_then(|k| snapshot.knowledge.kinds.get(k.kind.index())).map_or(Role::Goods, |k| k.role);
    let denied: Vec<BrandId> =
        mentions.iter().filter(|m| m.context == MentionContext::Negated).map(|m| m.brand).collect();
    let claims = mentions.iter_mut().filter(|m| m.context == MentionContext::Claimed && m.field != Field::Brand);
    for mention in claims.filter(|m| role == Role::Fits && denied.contains(&m.brand)) {
        mention.context = MentionContext::Compatible;
    }
}

/// A description elaborates on its title: what the title says fits a brand, fits it there too.
fn follow_title(snapshot: &Snapshot, kind: Option<KindMention>, mentions: &mut [Mention]) {
    let claimed_in_title = |mentions: &[Mention], brand| {
        mentions.iter().any(|m| m.field == Field::Title && m.brand == brand && m.context == MentionContext::Claimed)
    };
    let role = kind.and_then(|k| snapshot.knowledge.kinds.get(k.kind.index())).map_or(Role::Goods, |k| k.role);
    for at in 0..mentions.len() {
        let mention = mentions[at];
        if !matches!(mention.field, Field::Description | Field::Detail(_))
            || mention.context != MentionContext::Claimed
            || claimed_in_title(mentions, mention.brand)
        {
            continue;
        }
        let in_title = mentions.iter().find(|m| m.field == Field::Title).map(|m| m.context);
        match in_title {
            Some(context) if context != MentionContext::Claimed => mentions[at].context = context,
            _ if role == Role::Fits => mentions[at].context = MentionContext::Compatible,
            _ => {}
        }
    }
}

/// Another brand follows in the same list: goods for many makers are made by none of them.
fn opens_list(text: &Text, mention: &Mention, after: &[Mention]) -> bool {
    let next = after.iter().find(|m| m.field == mention.field && m.span.start >= mention.span.end);
    next.is_some_and(|n| {
        n.brand != mention.brand
            && words_between(text, Span { start: mention.span.end, end: n.span.start })
                .is_some_and(|w| w <= MAX_LIST_GAP)
    })
}

/// What governs a mention: the class of the nearest marker, and whether it is firm.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Mark {
    class: TermClass,
    firm: bool,
    /// It stands before the name.
    before: bool,
}

fn marker(text: &Text, terms: &[(Field, Term)], mention: &Mention) -> Option<Mark> {
    if denied(text, mention) {
        return Some(Mark { class: TermClass::Negation, firm: true, before: true });
    }
    let mark = |term: &Term| Mark {
        class: term.class,
        firm: is_firm(text.reading.normal.slice(term.span)),
        before: term.span.end <= mention.span.start,
    };
    let near = terms_of(terms, mention.field)
        .iter()
        .filter(|(_, term)| is_marker(term.class))
        .filter_map(|(_, term)| Some((gap(text, term, mention.span)?, mark(term))));
    near.filter(|(gap, mark)| *gap <= max_gap(*mark)).min().map(|(_, mark)| mark)
}

fn max_gap(mark: Mark) -> usize {
    match mark.class {
        TermClass::Negation => 0,
        TermClass::Comparison => usize::from(mark.before),
        TermClass::Compatibility if mark.firm => MAX_FIRM_GAP,
        _ => MAX_GAP,
    }
}

fn is_firm(word: &str) -> bool {
    let enough = if word.chars().all(|c| c.is_ascii() || c < '\u{E00}') { MIN_FIRM_LETTERS } else { MIN_FIRM_DENSE };
    word.chars().count() >= enough
}

/// "Not a copy of Chanel": a denied comparison denies the brand too.
fn denied(text: &Text, mention: &Mention) -> bool {
    text.denied_terms().any(|span| {
        span.end <= mention.span.start
            && words_between(text, Span { start: span.end, end: mention.span.start }).is_some_and(|words| words <= 1)
    })
}

fn is_marker(class: TermClass) -> bool {
    matches!(class, TermClass::Compatibility | TermClass::Comparison | TermClass::Negation | TermClass::About)
}

/// A name close behind another one in a list shares its context, unless that one is claimed.
fn inherited(text: &Text, before: &[Mention], mention: &Mention) -> Option<Mark> {
    let previous = before.iter().rev().find(|m| m.field == mention.field && m.span.end <= mention.span.start)?;
    let close = words_between(text, Span { start: previous.span.end, end: mention.span.start })? <= MAX_LIST_GAP;
    match previous.context {
        MentionContext::Compatible if close => Some(Mark { class: TermClass::Compatibility, firm: true, before: true }),
        MentionContext::About if close => Some(Mark { class: TermClass::About, firm: true, before: true }),
        _ => None,
    }
}

/// What the kind of goods says about a brand that is named.
#[derive(Clone, Copy)]
struct Goods {
    role: Role,
    /// The brand makes goods of this kind.
    made: bool,
    /// The kind is made to fit something that the brand makes.
    fits: bool,
    /// A line of another kind is named: the device, not the offer.
    device: bool,
    /// A word says what the goods are, not just a line's name.
    known: bool,
    /// Other brands follow in the same list.
    many: bool,
}

impl Goods {
    fn of(snapshot: &Snapshot, kind: Option<KindMention>, mention: &Mention) -> Self {
        let goods = kind.and_then(|k| snapshot.knowledge.kinds.get(k.kind.index()));
        let brand = snapshot.brand(mention.brand);
        let made = kind.zip(brand).is_some_and(|(k, b)| b.makes.contains(&k.kind));
        let fits = goods.zip(brand).is_some_and(|(g, b)| g.fits.iter().any(|k| b.makes.contains(k)));
        let line_kind = brand.zip(mention.line).and_then(|(b, l)| b.lines.get(l as usize)).and_then(|l| l.kind);
        let device = line_kind.zip(goods).is_some_and(|(k, g)| g.fits.contains(&k));
        Self {
            role: goods.map_or(Role::Goods, |g| g.role),
            made,
            fits,
            device,
            known: kind.is_some_and(|k| !k.by_line),
            many: false,
        }
    }

    fn context(self, marked: Option<Mark>) -> MentionContext {
        let firm = marked.is_some_and(|m| m.firm);
        match marked.map(|m| m.class) {
            Some(TermClass::Negation) => MentionContext::Negated,
            // Whoever offers a service for many makers made none of them: "eye test, Oakley, Persol".
            _ if self.role == Role::Service && self.many => MentionContext::About,
            Some(TermClass::Compatibility)
                if firm || self.fits || self.role == Role::Fits || self.many || !self.known || !self.made =>
            {
                MentionContext::Compatible
            }
            Some(TermClass::Comparison) if !self.known || self.made => MentionContext::Compared,
            Some(TermClass::Comparison) => MentionContext::About,
            Some(TermClass::About) if !self.made || self.role == Role::About => MentionContext::About,
            _ if self.device => MentionContext::Compatible,
            _ if self.role == Role::Fits && self.fits && !self.made => MentionContext::Compatible,
            _ if self.role == Role::About && !self.made => MentionContext::About,
            _ => MentionContext::Claimed,
        }
    }
}
