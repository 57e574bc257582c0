//! Compares two states of the knowledge by slugs and words, never by numbers that a snapshot gave them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use touchstone_knowledge::{Band, Brand, Condition, KindId, Knowledge};

use super::changes::{BandChange, BandValue, Changes, Count, RateChange, Sets};

type Words = BTreeMap<String, BTreeSet<String>>;

/// What is different in `b`.
pub(super) fn changes(a: &Knowledge, b: &Knowledge) -> Changes {
    let both: BTreeSet<&str> = slugs(a).intersection(&slugs(b)).copied().collect();
    Changes {
        brands: Sets::of(&owned(slugs(a)), &owned(slugs(b))),
        kinds: Sets::of(&kinds(a), &kinds(b)),
        names: sets(&names(a, &both), &names(b, &both)),
        bands: bands(&band_values(a, &both), &band_values(b, &both)),
        terms: sets(&terms(a), &terms(b)),
        kind_words: sets(&kind_words(a), &kind_words(b)),
        rates: rates(&a.rates.micros_per_usd, &b.rates.micros_per_usd),
        counts: counts(&counted(a, &both), &counted(b, &both)),
    }
}

fn slugs(knowledge: &Knowledge) -> BTreeSet<&str> {
    knowledge.brands.iter().map(|b| b.id.as_str()).collect()
}

fn owned(texts: BTreeSet<&str>) -> BTreeSet<String> {
    texts.into_iter().map(str::to_owned).collect()
}

/// Every key of either side whose words differ.
fn sets(a: &Words, b: &Words) -> BTreeMap<String, Sets> {
    let none = BTreeSet::new();
    let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let changed = keys.into_iter().map(|k| (k.clone(), Sets::of(a.get(k).unwrap_or(&none), b.get(k).unwrap_or(&none))));
    changed.filter(|(_, sets)| !sets.is_empty()).collect()
}

/// A kind with a new role, harm or device goes and comes.
fn kinds(knowledge: &Knowledge) -> BTreeSet<String> {
    knowledge
        .kinds
        .iter()
        .map(|k| {
            let fits: Vec<&str> = k.fits.iter().map(|f| kind(knowledge, *f)).collect();
            let fits = if fits.is_empty() { String::new() } else { format!(", fits {}", fits.join(" ")) };
            let most = k.max_capacity_gb.map_or(String::new(), |gb| format!(", at most {gb} GB"));
            let lot = k.trade_lot.map_or(String::new(), |n| format!(", a lot from {n}"));
            format!("{} ({}, {}{fits}{most}{lot})", k.id, slug(&k.role), slug(&k.harm))
        })
        .collect()
}

/// The word that the files use for a value.
fn slug(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default().trim_matches('"').to_owned()
}

fn kind(knowledge: &Knowledge, id: KindId) -> &str {
    knowledge.kinds.get(id.index()).map_or("", |k| k.id.as_str())
}

fn common<'k>(knowledge: &'k Knowledge, both: &BTreeSet<&str>) -> impl Iterator<Item = &'k Brand> {
    knowledge.brands.iter().filter(move |b| both.contains(b.id.as_str()))
}

fn names(knowledge: &Knowledge, both: &BTreeSet<&str>) -> Words {
    let mut words = Words::new();
    for brand in common(knowledge, both) {
        let n = &brand.names;
        let sorts = [
            ("distinct", &n.distinct),
            ("ambiguous", &n.ambiguous),
            ("common", &n.common),
            ("native", &n.native),
            ("nickname", &n.nicknames),
            ("context", &n.context),
        ];
        for (strength, names) in sorts {
            words.insert(format!("{} · {strength}", brand.id), names.iter().cloned().collect());
        }
        let lines =
            |get: fn(&touchstone_knowledge::Line) -> &Vec<String>| brand.lines.iter().flat_map(get).cloned().collect();
        words.insert(format!("{} · line", brand.id), lines(|l| &l.names));
        words.insert(format!("{} · line, ambiguous", brand.id), lines(|l| &l.ambiguous));
    }
    words
}

fn terms(knowledge: &Knowledge) -> Words {
    let mut words = Words::new();
    for group in &knowledge.groups {
        let position = match slug(&group.position) {
            anywhere if anywhere == "anywhere" => String::new(),
            position => format!(" · {position}"),
        };
        let key = format!("{} · {} · {}{position}", group.language, slug(&group.class), slug(&group.strength));
        words.entry(key).or_default().extend(group.terms.iter().cloned());
    }
    words
}

fn kind_words(knowledge: &Knowledge) -> Words {
    let mut words = Words::new();
    for (id, language, word) in &knowledge.kind_words {
        words.entry(format!("{language} · {}", kind(knowledge, *id))).or_default().insert(word.clone());
    }
    words
}

/// Bands by what they are for. A second band for the same goods gets a number.
fn band_values(knowledge: &Knowledge, both: &BTreeSet<&str>) -> BTreeMap<String, BandValue> {
    let mut values = BTreeMap::new();
    for brand in common(knowledge, both) {
        for band in &brand.bands {
            let name = band_name(knowledge, brand, band);
            let again = (2..).map(|n| format!("{name} · {n}"));
            let free = std::iter::once(name.clone()).chain(again).find(|n| !values.contains_key(n)).unwrap_or(name);
            values.insert(
                free,
                BandValue { low_cents: band.low_cents, typical_cents: band.typical_cents, source: band.source.clone() },
            );
        }
    }
    values
}

fn band_name(knowledge: &Knowledge, brand: &Brand, band: &Band) -> String {
    let line =
        band.line.and_then(|l| brand.lines.get(l as usize)).and_then(|l| l.names.first().or(l.ambiguous.first()));
    let condition = if band.condition == Condition::Used { "used" } else { "new" };
    let parts = [
        Some(brand.id.clone()),
        Some(band.kind.map_or("any", |k| kind(knowledge, k)).to_owned()),
        line.cloned(),
        Some(condition.to_owned()),
        band.per.as_ref().map(|p| format!("per {} {}", p.amount, p.unit)),
        band.market.clone(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn bands(a: &BTreeMap<String, BandValue>, b: &BTreeMap<String, BandValue>) -> Vec<BandChange> {
    let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let changed = keys.into_iter().map(|k| (k, a.get(k), b.get(k))).filter(|(_, old, new)| old != new);
    changed
        .map(|(band, old, new)| {
            let moved = |get: fn(&BandValue) -> i64| percent(old.map(get), new.map(get));
            BandChange {
                band: band.clone(),
                old: old.cloned(),
                new: new.cloned(),
                low_percent: moved(|v| v.low_cents),
                typical_percent: moved(|v| v.typical_cents),
            }
        })
        .collect()
}

fn rates(a: &BTreeMap<String, i64>, b: &BTreeMap<String, i64>) -> Vec<RateChange> {
    let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let changed =
        keys.into_iter().map(|k| (k, a.get(k).copied(), b.get(k).copied())).filter(|(_, old, new)| old != new);
    changed
        .map(|(currency, old, new)| RateChange { currency: currency.clone(), old, new, percent: percent(old, new) })
        .collect()
}

/// From old to new, to a tenth of a per cent.
fn percent(old: Option<i64>, new: Option<i64>) -> Option<f64> {
    let (old, new) = (old.filter(|o| *o != 0)? as f64, new? as f64);
    Some(((new - old) / old * 1_000.0).round() / 10.0)
}

fn counted(knowledge: &Knowledge, both: &BTreeSet<&str>) -> BTreeMap<&'static str, BTreeSet<String>> {
    let facts = common(knowledge, both).flat_map(|b| b.facts.iter().map(|f| format!("{}{}", b.id, slug(f))));
    BTreeMap::from([
        ("facts about products", facts.collect()),
        ("authorisations", knowledge.authorisations.iter().map(slug).collect()),
        ("split characters", knowledge.splits.iter().map(|s| slug(&s)).collect()),
        ("common words", knowledge.words.iter().map(slug).collect()),
        ("names that only tell words apart", knowledge.known_names.iter().cloned().collect()),
    ])
}

fn counts(
    a: &BTreeMap<&'static str, BTreeSet<String>>,
    b: &BTreeMap<&'static str, BTreeSet<String>>,
) -> BTreeMap<&'static str, Count> {
    let none = BTreeSet::new();
    let both = a.iter().map(|(k, old)| (*k, old, b.get(k).unwrap_or(&none)));
    let changed = both
        .map(|(k, old, new)| (k, Count { added: new.difference(old).count(), removed: old.difference(new).count() }));
    changed.filter(|(_, c)| c.added + c.removed > 0).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use touchstone_knowledge::{Group, Names, Position, Standing, TermClass, TermStrength};

    use super::*;

    fn band(low: i64) -> Band {
        Band {
            kind: None,
            line: None,
            condition: Condition::New,
            low_cents: low,
            typical_cents: 2 * low,
            per: None,
            market: None,
            source: "estimate".into(),
            date: "2026-01-01".into(),
        }
    }

    fn brand(id: &str, names: &[&str], bands: Vec<Band>) -> Brand {
        let names = Names { distinct: names.iter().map(|n| (*n).to_owned()).collect(), ..Names::default() };
        Brand {
            id: id.into(),
            name: id.into(),
            standing: Standing::Protected,
            owner: None,
            makes: vec![],
            never_makes: vec![],
            partners: vec![],
            own_shops: vec![],
            gtin_prefixes: vec![],
            names,
            lines: vec![],
            facts: vec![],
            bands,
        }
    }

    fn knowledge(brands: Vec<Brand>, terms: &[&str], rate: i64) -> Knowledge {
        let group = Group {
            language: "en".into(),
            class: TermClass::Replica,
            strength: TermStrength::Strong,
            position: Position::Anywhere,
            terms: terms.iter().map(|t| (*t).to_owned()).collect(),
        };
        let mut knowledge = Knowledge { brands, groups: vec![group], ..Knowledge::default() };
        knowledge.rates.micros_per_usd.insert("EUR".into(), rate);
        knowledge
    }

    #[test]
    fn the_same_is_no_change_whatever_the_order() {
        let a = knowledge(
            vec![brand("gucci", &["Gucci", "GG"], vec![band(100)]), brand("dior", &["Dior"], vec![])],
            &["batch", "1:1"],
            900_000,
        );
        let mut b = knowledge(
            vec![brand("dior", &["Dior"], vec![]), brand("gucci", &["GG", "Gucci"], vec![band(100)])],
            &["1:1", "batch"],
            900_000,
        );
        b.groups.extend(a.groups.clone());
        assert!(changes(&a, &b).is_empty());
    }

    #[test]
    fn everything_that_moved_is_named() {
        let a = knowledge(
            vec![brand("gucci", &["Gucci", "GG"], vec![band(1_000)]), brand("dior", &["Dior"], vec![band(5)])],
            &["batch"],
            900_000,
        );
        let b = knowledge(
            vec![brand("gucci", &["Gucci", "古驰"], vec![band(1_120)]), brand("prada", &["Prada"], vec![])],
            &["1:1"],
            990_000,
        );
        let found = changes(&a, &b);
        assert_eq!(found.brands, Sets { added: vec!["prada".into()], removed: vec!["dior".into()] });
        assert_eq!(found.names["gucci · distinct"], Sets { added: vec!["古驰".into()], removed: vec!["GG".into()] });
        assert_eq!(
            found.terms["en · replica · strong"],
            Sets { added: vec!["1:1".into()], removed: vec!["batch".into()] }
        );
        assert_eq!(found.rates[0].percent, Some(10.0));
        let [band] = &found.bands[..] else { unreachable!("one band changed") };
        assert_eq!((band.band.as_str(), band.low_percent), ("gucci · any · new", Some(12.0)));
    }

    #[test]
    fn bands_that_come_and_go_have_one_side() {
        let a = knowledge(vec![brand("gucci", &["Gucci"], vec![band(1_000)])], &[], 1);
        let b = knowledge(vec![brand("gucci", &["Gucci"], vec![])], &[], 1);
        let found = changes(&a, &b);
        assert_eq!((found.bands[0].new.as_ref(), found.bands[0].low_percent), (None, None));
        assert_eq!(changes(&b, &a).bands[0].old, None);
    }
}
