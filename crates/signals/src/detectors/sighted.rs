//! What several detectors of pictures do alike.

use touchstone_knowledge::{Brand, BrandId, Standing, TermClass, TermStrength};

use super::shared::unrelated;
use crate::findings::Findings;
use crate::pictures::{Copy, PictureFacts, Place};
use crate::view::{MentionContext, View};

/// The protected brand that a slug, or a name that a logo is enrolled under, means: letters and digits are compared.
pub(super) fn protected(view: &View<'_, '_>, name: &str) -> Option<BrandId> {
    let snapshot = view.snapshot;
    let is_protected = |id: &BrandId| snapshot.brand(*id).is_some_and(|b| b.standing == Standing::Protected);
    if let Some(id) = snapshot.brand_by_slug(name) {
        return Some(id).filter(is_protected);
    }
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let wanted: String = plain(name);
    let same =
        |b: &&Brand| b.standing == Standing::Protected && [&b.id, &b.name].into_iter().any(|n| plain(n) == wanted);
    let found = snapshot.knowledge.brands.iter().find(same).filter(|_| !wanted.is_empty());
    found.and_then(|brand| snapshot.brand_by_slug(&brand.id))
}

/// A brand that a picture shows.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    pub(super) brand: BrandId,
    pub(super) picture: u16,
    pub(super) place: Place,
}

/// Permille from which a logo speaks against the words. What is shown to people as a logo may be weaker: of 200 photos
/// without one, 7 show something that is taken for one at 500, and 4 at 520.
const LOGO_SURE: u16 = 520;

/// Protected brands whose logo is on a picture.
pub(super) fn logos(view: &View<'_, '_>) -> Vec<Shown> {
    let of = |(picture, facts): (u16, &PictureFacts)| {
        let shown = |place, brand| Shown { brand, picture, place };
        let sure = facts.logos.iter().filter(|l| l.score >= LOGO_SURE);
        sure.filter_map(|l| Some(shown(l.place, protected(view, &l.brand)?))).collect::<Vec<_>>()
    };
    pictures(view).flat_map(of).collect()
}

/// Protected brands that words on a picture claim.
pub(super) fn read(view: &View<'_, '_>) -> Vec<Shown> {
    let mut found = Vec::new();
    for (picture, (_, sight)) in (0..).zip(view.sights()) {
        // What only the title denies is claimed by the picture.
        let denied =
            [TermClass::Negation, TermClass::Comparison].iter().any(|class| sight.terms(*class).next().is_some());
        let claims = |c: MentionContext| c == MentionContext::Claimed || (denies(c) && !denied);
        // An address names a shop, of which a word may sound like a brand's.
        for mention in sight.mentions().filter(|m| claims(m.context) && !sight.is_address(m.source)) {
            found.push(Shown { brand: mention.brand, picture, place: sight.place(mention.source) });
        }
    }
    found
}

/// The pictures with their numbers.
pub(super) fn pictures<'a>(view: &View<'a, '_>) -> impl Iterator<Item = (u16, &'a PictureFacts)> {
    (0..).zip(view.context.pictures)
}

/// A whole picture.
pub(super) fn frame(facts: &PictureFacts) -> Place {
    [0, 0, facts.width, facts.height]
}

/// Copies of entries of one bank, with the picture and the number of the copy. A place that also is a copy of what is
/// the brand's own, or of what never matches, is no copy of a fake.
pub(super) fn copies<'a>(view: &View<'a, '_>, bank: &'static str) -> impl Iterator<Item = (u16, u16, &'a Copy)> {
    let above = |bank: &str| match bank {
        "negative" => 2,
        "genuine" => 1,
        _ => 0,
    };
    let open = move |all: &'a [Copy], copy: &Copy| {
        !all.iter().any(|other| above(&other.bank) > above(bank) && meet(other.place, copy.place))
    };
    pictures(view).flat_map(move |(picture, facts)| {
        let all = facts.copies.as_slice();
        let numbered = (0..).zip(all).filter(move |(_, copy)| copy.bank == bank && open(all, copy));
        numbered.map(move |(at, copy)| (picture, at, copy))
    })
}

/// Two places share more than half of the smaller one.
fn meet(a: Place, b: Place) -> bool {
    let area = |p: Place| u64::from(p[2].saturating_sub(p[0])) * u64::from(p[3].saturating_sub(p[1]));
    let both = [a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])];
    area(both) * 2 > area(a).min(area(b))
}

/// What the listing's own words say of a brand that a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// They name it, or a house that has to do with it.
    Named,
    /// They say that it is not of it, or only like it.
    Denied,
    /// They claim another brand.
    Other,
    /// They name none.
    Nothing,
}

/// What the words say of a brand.
pub(super) fn said(view: &View<'_, '_>, brand: BrandId) -> Said {
    let Some(shown) = view.snapshot.brand(brand) else { return Said::Named };
    let akin = |id: BrandId| id == brand || view.snapshot.brand(id).is_some_and(|other| !unrelated(other, shown));
    let mut akin_to = view.mentions.iter().filter(|m| akin(m.brand)).peekable();
    if akin_to.peek().is_some() {
        return if akin_to.all(|m| denies(m.context)) { Said::Denied } else { Said::Named };
    }
    if is_in_title(view.listing.title, &shown.name) {
        return Said::Named;
    }
    if view.claimed().is_some() { Said::Other } else { Said::Nothing }
}

/// Whether a title holds a name as words of its own. A name that also is a word, "Ford", is no mention without a witness;
/// beside its logo it has one.
fn is_in_title(title: &str, name: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let (title, name) = (words(title), words(name));
    !name.is_empty() && title.windows(name.len()).any(|window| window == name)
}

fn denies(context: MentionContext) -> bool {
    matches!(context, MentionContext::Negated | MentionContext::Compared)
}

/// Notes the places of a brand that is shown.
pub(super) fn see(findings: &mut Findings<'_>, shown: &[Shown], brand: BrandId) {
    for each in shown.iter().filter(|s| s.brand == brand) {
        findings.see_on(each.picture, each.place, None);
    }
}

/// A picture of so many brands shows a shelf, a wall of posters, or ways to pay.
const MANY_BRANDS: usize = 4;

/// Protected brands that words or logos on pictures show, but for pictures that show many.
pub(super) fn shown(view: &View<'_, '_>) -> Vec<Shown> {
    let mut shown = read(view);
    shown.extend(logos(view));
    let brands_on = |picture: u16| {
        let mut brands: Vec<BrandId> = shown.iter().filter(|s| s.picture == picture).map(|s| s.brand).collect();
        brands.sort_unstable();
        brands.dedup();
        brands.len()
    };
    let few: Vec<bool> = shown.iter().map(|s| brands_on(s.picture) < MANY_BRANDS).collect();
    let mut few = few.into_iter();
    shown.retain(|_| few.next().unwrap_or(false));
    shown
}

/// The strongest term of these classes in words on pictures, with every place of that strength.
pub(super) fn read_terms(
    view: &View<'_, '_>,
    classes: &[TermClass],
    findings: &mut Findings<'_>,
) -> Option<&'static str> {
    let terms = || {
        (0..).zip(view.sights()).flat_map(move |(picture, (_, sight))| {
            let terms = classes.iter().flat_map(|class| sight.terms(*class));
            terms.map(move |term| (picture, sight, term))
        })
    };
    let strength = terms().map(|(.., term)| term.strength).max()?;
    for (picture, sight, term) in terms().filter(|(.., term)| term.strength == strength) {
        findings.see_on(picture, sight.place(term.source), None);
    }
    Some(match strength {
        TermStrength::Explicit => "explicit",
        TermStrength::Strong => "strong",
        TermStrength::Weak => "weak",
    })
}
