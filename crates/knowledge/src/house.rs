//! What can be judged only of brands as a whole, and of all of them together.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;
use touchstone_diagnostic::{Issue, Level};
use touchstone_text::fold;

use crate::load::{Loader, Parsed};
use crate::model::Brand;
use crate::source::{BrandFile, NamesSource};

type File = Parsed<BrandFile>;

/// Reports what contradicts itself, is said twice, or names nothing. Brands and files stand in one order.
pub(crate) fn check(loader: &mut Loader, brands: &[Brand], files: &[File]) {
    let mut owners = BTreeMap::new();
    for (brand, file) in brands.iter().zip(files) {
        goods(loader, file);
        partners(loader, &brand.id, file);
        bands(loader, file);
        names(loader, &brand.id, file, &mut owners);
    }
}

/// A kind that the brand both makes and never made.
fn goods(loader: &mut Loader, file: &File) {
    let makes: BTreeSet<&String> = file.value.makes.iter().map(Spanned::get_ref).collect();
    for kind in file.value.never_makes.iter().filter(|kind| makes.contains(kind.get_ref())) {
        let message = format!("`{}` stands in `makes` too", kind.get_ref());
        loader.issue(file, Issue::error(kind.span().start, message));
    }
}

/// A partner that is no brand here is never found beside the brand, so naming it does nothing.
fn partners(loader: &mut Loader, id: &str, file: &File) {
    for partner in &file.value.partners {
        if partner.get_ref() == id {
            let issue = Issue::warning(partner.span().start, "the brand is named as its own partner");
            loader.issue(file, issue);
        } else if loader.find_brand(partner.get_ref()).is_err() {
            loader.no_brand(file, partner, Level::Warning);
        }
    }
}

/// Two bands for the same goods: only one of them would ever be looked at.
fn bands(loader: &mut Loader, file: &File) {
    let mut seen = BTreeSet::new();
    for band in &file.value.bands {
        let folded = |text: &Option<Spanned<String>>| text.as_ref().map(|text| fold(text.get_ref()));
        let used = band.condition == crate::band::Condition::Used;
        let goods = (band.kind.get_ref(), folded(&band.line), used, folded(&band.per), folded(&band.market));
        if !seen.insert(goods) {
            let issue = Issue::warning(band.kind.span().start, "there is a band for the same goods above");
            loader.issue(file, issue.help("keep the one with the better source"));
        }
    }
}

/// A name that is given twice, here or by another brand.
fn names(loader: &mut Loader, id: &str, file: &File, owners: &mut BTreeMap<String, String>) {
    let NamesSource { distinct, ambiguous, common, native, nicknames, .. } = &file.value.names;
    let sure: Vec<_> = distinct.iter().chain(native).chain(nicknames).collect();
    let mut own = BTreeSet::new();
    for name in sure.iter().copied().chain(ambiguous).chain(common) {
        if !own.insert(fold(name.get_ref())) {
            let issue = Issue::warning(name.span().start, format!("`{}` is given twice", name.get_ref()));
            loader.issue(file, issue.help("case, accents and marks are dropped: write each spelling once"));
        }
    }
    // Initials and everyday words belong to many; what is sure to mean one brand cannot mean another.
    for name in sure {
        let owner = owners.entry(fold(name.get_ref())).or_insert_with(|| id.to_owned());
        if owner != id {
            let message = format!("`{}` is a name of `{owner}` too", name.get_ref());
            let issue = Issue::warning(name.span().start, message);
            loader.issue(file, issue.help("a name that two brands bear is `ambiguous`"));
        }
    }
}
