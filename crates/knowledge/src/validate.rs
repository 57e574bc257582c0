//! What holds of knowledge from a folder must hold of knowledge from a file, too.
//!
//! A snapshot's hash says that it was not changed by accident; it does not say that it was ever sound.

use std::collections::BTreeSet;

use crate::band::Band;
use crate::codes;
use crate::concept::{Composition, ConceptSet, MAX_CONCEPTS};
use crate::ids::KindId;
use crate::load::MAX_BRANDS;
use crate::model::{Authorisation, Brand, Knowledge};

/// Kinds, groups, lines and facts are numbered with 16 bits.
const MAX_NUMBERED: usize = u16::MAX as usize;
/// Languages of common words are kept in 16 bits.
const MAX_LANGUAGES: usize = 16;

/// The first thing that does not hold.
type Sound = Result<(), String>;

fn require(holds: bool, what: impl FnOnce() -> String) -> Sound {
    if holds { Ok(()) } else { Err(what()) }
}

impl Knowledge {
    /// Whether every number is in its range and every reference leads somewhere.
    pub(crate) fn validate(&self) -> Sound {
        let counts = [
            (self.kinds.len(), MAX_NUMBERED, "kinds"),
            (self.brands.len(), MAX_BRANDS, "brands"),
            (self.groups.len(), MAX_NUMBERED, "groups"),
            (self.languages.len(), MAX_LANGUAGES, "languages"),
            (self.concepts.len(), MAX_CONCEPTS, "concepts"),
            (self.compositions.len(), MAX_NUMBERED, "compositions"),
        ];
        for (n, most, what) in counts {
            require(n <= most, || format!("{n} {what}, more than {most}"))?;
        }
        let ids: BTreeSet<&str> = self.brands.iter().map(|brand| brand.id.as_str()).collect();
        require(ids.len() == self.brands.len(), || "a brand is there twice".to_owned())?;
        self.kinds.iter().try_for_each(|kind| self.kinds_exist(&kind.fits, &kind.id))?;
        self.kind_words.iter().try_for_each(|(kind, _, word)| self.kinds_exist(&[*kind], word))?;
        self.brands.iter().try_for_each(|brand| self.brand_is_sound(brand))?;
        self.authorisations.iter().try_for_each(|each| self.authorisation_is_sound(each))?;
        self.compositions.iter().try_for_each(|each| self.composition_is_sound(each))?;
        let hosts = self.links.messengers.iter().chain(&self.links.albums);
        for host in hosts {
            require(codes::is_host(host), || format!("`{host}` is no host"))?;
        }
        for (code, rate) in &self.rates.micros_per_usd {
            require(*rate > 0, || format!("the rate of {code} is {rate}"))?;
        }
        for (code, permille) in &self.rates.price_levels {
            require(*permille > 0, || format!("the price level of {code} is {permille}"))?;
        }
        for (word, languages) in &self.words {
            require(within(u64::from(*languages), self.languages.len()), || format!("`{word}` has no language"))?;
        }
        Ok(())
    }

    fn kinds_exist(&self, kinds: &[KindId], of: &str) -> Sound {
        let all = kinds.iter().all(|kind| kind.index() < self.kinds.len());
        require(all, || format!("{of} names a kind that is not there"))
    }

    fn brand_is_sound(&self, brand: &Brand) -> Sound {
        let id = &brand.id;
        require(codes::is_slug(id), || format!("`{id}` is no brand id"))?;
        let most = brand.lines.len().max(brand.facts.len());
        require(most <= MAX_NUMBERED, || format!("{id} has more than {MAX_NUMBERED} lines or facts"))?;
        let (lines, facts) = (brand.lines.iter(), brand.facts.iter());
        let kinds = lines.filter_map(|line| line.kind).chain(facts.clone().filter_map(|fact| fact.kind));
        let kinds = kinds.chain(brand.bands.iter().filter_map(|band| band.kind));
        let kinds: Vec<KindId> = kinds.chain(brand.makes.iter().copied()).chain(brand.never_makes.clone()).collect();
        self.kinds_exist(&kinds, id)?;
        let mut named = facts.filter_map(|fact| fact.line).chain(brand.bands.iter().filter_map(|band| band.line));
        let there = named.all(|line| usize::from(line) < brand.lines.len());
        require(there, || format!("{id} names a line that is not there"))?;
        let band = brand.bands.iter().find(|band| !is_sound(band));
        require(band.is_none(), || format!("{id} has a price band that cannot be: {band:?}"))
    }

    fn composition_is_sound(&self, each: &Composition) -> Sound {
        let there = |part: &ConceptSet| part.0 != 0 && within(part.0, self.concepts.len());
        let whole = each.parts.len() > 1 && each.parts.iter().all(there);
        require(whole, || format!("composition `{}` has a part that is not there", each.id))
    }

    fn authorisation_is_sound(&self, each: &Authorisation) -> Sound {
        require(each.brand.index() < self.brands.len(), || format!("{} is authorised for no brand", each.seller))?;
        self.kinds_exist(&each.kinds, &each.seller)
    }
}

/// Whether no bit is set beyond so many.
fn within(bits: u64, many: usize) -> bool {
    u32::try_from(many).is_ok_and(|many| bits.checked_shr(many).unwrap_or(0) == 0)
}

fn is_sound(band: &Band) -> bool {
    let prices = Band::CENTS.contains(&band.low_cents) && Band::CENTS.contains(&band.typical_cents);
    prices && band.low_cents <= band.typical_cents && band.per.as_ref().is_none_or(|per| per.is_sound())
}
