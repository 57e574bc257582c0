//! One listing read once: what every detector looks at.
//!
//! Texts are read field by field; from the hits come terms (with innocent phrases taken out), the
//! kind of goods, the mentions of protected brands with their context, the condition and the price
//! in US cents. Detectors only combine what stands here.

mod composition;
mod context;
mod dialogue;
mod disclosure;
mod kinds;
mod mentions;
mod price;
mod quantity;
mod recognised;
mod sights;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use touchstone_catalog::{Listing, SellerRecord};
use touchstone_knowledge::{BrandId, KindId, Meaning, Role, Snapshot, Strength, TermClass, TermStrength};
use touchstone_text::{How, Reading};

pub use context::MentionContext;
pub(crate) use dialogue::Dialogue;
pub(crate) use kinds::{KindMention, is_trapping};
pub use mentions::Mention;
pub(crate) use quantity::Lot;
pub use recognised::{Recognised, What};
pub(crate) use sights::Sight;
pub use sights::Sights;
pub use text::statements;
pub(crate) use text::{Term, Text, words_between};

use crate::findings::Field;
use crate::history::{Previous, Resemblance};
use crate::pictures::PictureFacts;

/// What was looked up about a listing before it is screened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// What the marketplace knows about the seller.
    pub seller: Option<&'a SellerRecord>,
    /// A brand's own shop on which the listing stands, by the word of the marketplace.
    pub shop: Option<&'a str>,
    /// Day for which authorisations count, `YYYY-MM-DD`.
    pub day: Option<&'a str>,
    /// Brands for whose goods in this listing accepted proof of the seller speaks, each with the kinds; none: all.
    pub proven: Option<&'a BTreeMap<String, BTreeSet<String>>>,
    /// The last version of the listing that was allowed.
    pub previous: Option<&'a Previous>,
    /// What was stopped and is like the listing.
    pub resembles: Option<&'a Resemblance>,
    /// What was seen on its pictures.
    pub pictures: &'a [PictureFacts],
}

/// Buffers for reading listings; one a thread.
#[derive(Default)]
pub struct Scratch {
    texts: Vec<Text>,
    used: usize,
    mentions: Vec<Mention>,
    kinds: Vec<KindMention>,
    terms: Vec<(Field, Term)>,
    dialogue: Dialogue,
}

/// One listing, read.
pub struct View<'a, 's> {
    /// Brands, words and prices.
    pub snapshot: &'a Snapshot,
    /// The listing.
    pub listing: Listing<'s>,
    /// What was looked up.
    pub context: Context<'a>,
    /// Mentions of protected brands, title first.
    pub mentions: &'s [Mention],
    /// The kind of goods on offer, as far as it can be told.
    pub kind: Option<KindId>,
    /// Every kind that the title names as on offer.
    pub(crate) kinds: &'s [KindMention],
    /// Where the kind on offer is named.
    pub(crate) kind_mention: Option<KindMention>,
    /// Price in US cents; none for placeholders, deposits, "from" prices and unknown currencies.
    pub usd_cents: Option<i64>,
    /// The offer says that it is used.
    pub used: bool,
    /// What is asked and answered beside the offer.
    pub(crate) dialogue: &'s Dialogue,
    texts: &'s [Text],
    terms: &'s [(Field, Term)],
    sights: &'s [Sight],
}

impl Scratch {
    /// Reads a listing; the view borrows the buffers.
    pub fn view<'a, 's>(
        &'s mut self,
        snapshot: &'a Snapshot,
        listing: Listing<'s>,
        context: Context<'a>,
    ) -> View<'a, 's> {
        self.used = 0;
        self.read(snapshot, Field::Title, listing.title);
        self.read(snapshot, Field::Description, listing.description);
        self.read(snapshot, Field::Brand, listing.brand);
        self.read(
            snapshot,
            Field::ProductType,
            if listing.product_type.is_empty() { listing.google_product_category } else { listing.product_type },
        );
        self.read_list(snapshot, Field::Variant, listing.variants);
        self.read_list(snapshot, Field::Detail, listing.details);
        self.read_list(snapshot, Field::Review, listing.reviews);
        self.read_list(snapshot, Field::Question, listing.questions);
        self.collect_terms(snapshot);
        self.dialogue.read(listing.questions);
        let texts = &self.texts[..self.used];
        let kind_mention = kinds::principal(snapshot, texts, &self.terms, &mut self.kinds);
        mentions::collect(snapshot, texts, &self.terms, &self.kinds, kind_mention, &mut self.mentions);
        context::settle(snapshot, texts, &self.terms, kind_mention, &mut self.mentions);
        let kind_mention = kinds::by_line(snapshot, kind_mention, &self.mentions);
        disclosure::settle(snapshot, texts, kind_mention.map(|k| k.kind), &self.mentions, &mut self.terms);
        let mut view = View {
            snapshot,
            listing,
            context,
            mentions: &self.mentions,
            kind: kind_mention.map(|k| k.kind),
            kinds: &self.kinds,
            kind_mention,
            usd_cents: None,
            used: false,
            texts: &self.texts[..self.used],
            terms: &self.terms,
            dialogue: &self.dialogue,
            sights: &[],
        };
        view.used = price::is_used(&view);
        view.usd_cents = price::usd_cents(&view);
        view
    }

    /// Reads the words on a picture as one more detail of the listing: its title, brand and kind settle what they mean.
    fn read_detail(&mut self, snapshot: &Snapshot, listing: &Listing<'_>, kind: Option<KindMention>, words: &str) {
        self.used = 0;
        self.read(snapshot, Field::Title, listing.title);
        self.read(snapshot, Field::Brand, listing.brand);
        self.read(snapshot, sights::FIELD, words);
        self.collect_terms(snapshot);
        let texts = &self.texts[..self.used];
        let named = kinds::principal(snapshot, texts, &self.terms, &mut self.kinds);
        let kind = kind.or(named);
        mentions::collect(snapshot, texts, &self.terms, &self.kinds, kind, &mut self.mentions);
        context::settle(snapshot, texts, &self.terms, kind, &mut self.mentions);
        disclosure::settle(snapshot, texts, kind.map(|k| k.kind), &self.mentions, &mut self.terms);
    }

    fn read(&mut self, snapshot: &Snapshot, field: Field, source: &str) {
        if source.is_empty() {
            return;
        }
        if self.texts.len() == self.used {
            self.texts.push(Text::default());
        }
        self.texts[self.used].read(snapshot, field, source);
        self.used += 1;
    }

    fn read_list(&mut self, snapshot: &Snapshot, field: impl Fn(u16) -> Field, items: touchstone_catalog::Texts<'_>) {
        for (i, item) in items.iter().enumerate().take(MAX_ITEMS) {
            self.read(snapshot, field(i as u16), item);
        }
    }

    fn collect_terms(&mut self, snapshot: &Snapshot) {
        self.terms.clear();
        for text in &self.texts[..self.used] {
            text.terms(snapshot, |term| self.terms.push((text.field, term)));
        }
    }
}

/// Reviews and questions beyond this are not read.
const MAX_ITEMS: usize = 200;

impl<'a, 's> View<'a, 's> {
    /// What was read of a field.
    pub(crate) fn text(&self, field: Field) -> Option<&'s Text> {
        text_of(self.texts, field)
    }

    /// Every field that was read.
    pub(crate) fn texts(&self) -> &'s [Text] {
        self.texts
    }

    /// Terms of one class in what the seller wrote: title, description, variants, details.
    pub(crate) fn terms(&self, class: TermClass) -> impl Iterator<Item = &'s (Field, Term)> {
        self.terms.iter().filter(move |(field, term)| term.class == class && is_sellers(*field))
    }

    /// Terms of one class in what buyers wrote.
    pub(crate) fn buyers_terms(&self, class: TermClass) -> impl Iterator<Item = &'s (Field, Term)> {
        self.terms
            .iter()
            .filter(move |(field, term)| term.class == class && matches!(field, Field::Review(_) | Field::Question(_)))
    }

    /// Reads the words on the listing's pictures; without it no detector sees them.
    pub fn look(&mut self, sights: &'s mut Sights) {
        self.sights = sights.read(self.snapshot, &self.listing, self.kind_mention, self.context.pictures);
    }

    /// What was seen on the pictures, and what the words on them mean.
    pub(crate) fn sights(&self) -> impl Iterator<Item = (&'a PictureFacts, &'s Sight)> {
        self.context.pictures.iter().zip(self.sights)
    }

    /// Terms of one field.
    pub(crate) fn terms_of(&self, field: Field) -> &'s [(Field, Term)] {
        terms_of(self.terms, field)
    }

    /// The strongest term of one class in what the seller wrote.
    pub(crate) fn strongest(&self, class: TermClass) -> Option<TermStrength> {
        self.terms(class).map(|(_, t)| t.strength).max()
    }

    /// The protected brand that the offer claims to be of: the first claimed mention.
    pub fn claimed(&self) -> Option<&'s Mention> {
        self.mentions.iter().find(|m| m.context == MentionContext::Claimed)
    }

    /// The first mention in a field that claims a brand by an undisguised, unmistakable name.
    pub(crate) fn plain_claim(&self, field: Field) -> Option<&'s Mention> {
        let plain = |m: &&Mention| m.how == How::Plain && m.strength <= Strength::Native;
        self.mentions.iter().filter(|m| m.field == field && m.context == MentionContext::Claimed).find(plain)
    }

    /// The one brand that the listing names, which only its description claims, for goods that the brand makes.
    pub(crate) fn hidden_claim(&self) -> Option<&'s Mention> {
        let claim = self.plain_claim(Field::Description)?;
        let alone = self.mentions.iter().all(|m| m.brand == claim.brand && m.field == Field::Description);
        let makes = || self.kind.zip(self.snapshot.brand(claim.brand)).is_some_and(|(k, b)| b.makes.contains(&k));
        (alone && self.role() == Role::Goods && makes()).then_some(claim)
    }

    /// How many pieces the title counts.
    pub(crate) fn counted(&self) -> Option<Lot> {
        quantity::counted(self)
    }

    /// As many pieces at once as traders buy of this kind; none of what is sold in packs.
    pub(crate) fn trade_lot(&self) -> Option<Lot> {
        let least = self.kind.and_then(|k| self.snapshot.knowledge.kinds.get(k.index())?.trade_lot)?;
        let counted = self.counted().filter(|lot| lot.pieces >= least.into());
        counted.max(quantity::traded(self, TermStrength::Weak))
    }

    /// How many pieces the price is for: those of a trade lot, what a word of the trade says, or what the seller has
    /// bundled.
    pub(crate) fn pieces(&self) -> i64 {
        let lot = self.trade_lot().or_else(|| quantity::traded(self, TermStrength::Strong));
        let bundled = || self.listing.multipack.filter(|pieces| (1..=quantity::MAX_PIECES).contains(pieces));
        lot.map(|lot| lot.pieces).or_else(bundled).unwrap_or(1)
    }

    /// What was read of the seller's own title and description: normal form, hits and what each of them means.
    pub fn readings(&self) -> impl Iterator<Item = (Field, &'s Reading, &'s [Meaning])> {
        let own = self.texts.iter().filter(|text| matches!(text.field, Field::Title | Field::Description));
        own.map(|text| (text.field, &text.reading, text.meanings.as_slice()))
    }

    /// A kind's slug.
    pub fn kind_slug(&self) -> Option<&'a str> {
        self.kind.and_then(|kind| self.snapshot.knowledge.kinds.get(kind.index())).map(|kind| kind.id.as_str())
    }

    /// A brand's slug.
    pub fn slug(&self, brand: BrandId) -> Option<&'a str> {
        self.snapshot.brand(brand).map(|b| b.id.as_str())
    }

    /// What goods of the offered kind are to a brand they name.
    pub fn role(&self) -> Role {
        self.kind.and_then(|k| self.snapshot.knowledge.kinds.get(k.index())).map_or(Role::Goods, |k| k.role)
    }

    /// Is the seller authorised for this brand: by the seller's record, by proof that was accepted, by the knowledge folder,
    /// or because the marketplace is the brand's own shop?
    pub fn authorised(&self, brand: BrandId) -> bool {
        let Some(slug) = self.slug(brand) else { return false };
        let by_record = self.context.seller.is_some_and(|s| s.authorisations.iter().any(|a| a == slug));
        by_record
            || self.proven(slug)
            || self.own_shop(brand)
            || self.snapshot.knowledge.authorisations.iter().any(|a| a.brand == brand && self.holds(a))
    }

    /// Does accepted proof of the seller speak for goods of this brand and the offered kind?
    fn proven(&self, slug: &str) -> bool {
        let kinds = self.context.proven.and_then(|proven| proven.get(slug));
        kinds.is_some_and(|kinds| kinds.is_empty() || self.kind_slug().is_some_and(|kind| kinds.contains(kind)))
    }

    fn holds(&self, authorisation: &touchstone_knowledge::Authorisation) -> bool {
        let seller = authorisation.seller.split_once(':') == Some((self.listing.marketplace, self.listing.seller_id));
        let market = authorisation.markets.is_empty() || authorisation.markets.iter().any(|m| m == self.listing.market);
        let kind = authorisation.kinds.is_empty() || self.kind.is_some_and(|k| authorisation.kinds.contains(&k));
        let day =
            self.context.day.is_some_and(|d| authorisation.from.as_str() <= d && d <= authorisation.until.as_str());
        seller && market && kind && day
    }

    /// Is the marketplace one of the brand's own shops? Neither its name in a row nor a link proves it: sellers write
    /// both.
    fn own_shop(&self, brand: BrandId) -> bool {
        let own = self.snapshot.brand(brand).map_or(&[][..], |b| &b.own_shops);
        self.context.shop.is_some_and(|name| own.iter().any(|shop| name.eq_ignore_ascii_case(shop)))
    }
}

/// What was read of a field. Fields are read in the order of [`Field`].
fn text_of(texts: &[Text], field: Field) -> Option<&Text> {
    texts.binary_search_by_key(&field, |text| text.field).ok().and_then(|at| texts.get(at))
}

/// Terms of one field, of all in the order of [`Field`].
fn terms_of(terms: &[(Field, Term)], field: Field) -> &[(Field, Term)] {
    let from = terms.partition_point(|(f, _)| *f < field);
    let to = terms.partition_point(|(f, _)| *f <= field);
    terms.get(from..to).unwrap_or_default()
}

fn is_sellers(field: Field) -> bool {
    matches!(field, Field::Title | Field::Description | Field::Variant(_) | Field::Detail(_) | Field::Brand)
}
