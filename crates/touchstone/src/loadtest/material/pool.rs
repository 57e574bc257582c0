//! Real listings by source, and how often each source is drawn.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::listing::Listing;

/// Listings of one source.
pub(crate) struct Source {
    pub(crate) name: &'static str,
    /// Chance of being drawn, in thousandths; all sources together have 1,000.
    pub(crate) weight: usize,
    /// Titles that are cut to a marketplace's length, and whose words may change places and be exchanged. The words of
    /// a fixture are its point, so they stay.
    pub(crate) loose: bool,
    /// Listings without a price get one: honest, and not below these US dollars.
    pub(crate) price_from: Option<usize>,
    pub(crate) listings: Vec<Listing>,
}

/// All sources, and sentences that descriptions are stitched from.
pub(crate) struct Pools {
    sources: Vec<Source>,
    pub(crate) sentences: Vec<Vec<String>>,
}

/// Name, file, weight with and without real data, loose, price.
const DATA: [(&str, usize, Option<usize>); 4] = [
    ("market_shein", 280, None),
    ("market_lazada", 230, None),
    ("shop_titles", 370, Some(180)),
    ("replica_sheets", 20, None),
];
const FIXTURES: [(&str, usize, usize); 2] = [("honest", 85, 960), ("evasions", 15, 40)];

/// Shorter pieces say nothing, longer ones would be the whole description.
const SENTENCE_CHARS: std::ops::RangeInclusive<usize> = 12..=160;

impl Pools {
    /// Reads the fixtures and, where there are any, the real listings: a folder with those of each source, or one
    /// JSON-lines file, which then stands alone.
    pub(crate) fn read(data: Option<&Path>, fixtures: &Path) -> Result<Self> {
        if let Some(file) = data.filter(|data| !data.is_dir()) {
            let listings = read(file)?;
            return Ok(Self::of(vec![Source { name: "own", weight: 1_000, loose: true, price_from: None, listings }]));
        }
        let mut sources = Vec::new();
        for (name, weight, price_from) in DATA {
            let Some(data) = data else { break };
            let listings = read(&data.join(format!("{name}.jsonl")))?;
            sources.push(Source { name, weight, loose: true, price_from, listings });
        }
        for (name, with_data, alone) in FIXTURES {
            let listings = read(&fixtures.join(format!("{name}.jsonl")))?;
            sources.push(Source {
                name,
                weight: if data.is_some() { with_data } else { alone },
                loose: false,
                price_from: None,
                listings,
            });
        }
        Ok(Self::of(sources))
    }

    fn of(sources: Vec<Source>) -> Self {
        let sentences = sentences(&sources);
        Self { sources, sentences }
    }

    /// The sources, in a fixed order.
    pub(crate) fn sources(&self) -> &[Source] {
        &self.sources
    }
}

fn read(path: &Path) -> Result<Vec<Listing>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let listings: Result<Vec<_>> = text.lines().filter(|line| !line.trim().is_empty()).map(Listing::parse).collect();
    let listings = listings.with_context(|| format!("cannot use {}", path.display()))?;
    ensure!(!listings.is_empty(), "{} holds no listing", path.display());
    Ok(listings)
}

/// What honest sellers write, by source: sentences of marketplace descriptions; without those, all but the evasions.
fn sentences(sources: &[Source]) -> Vec<Vec<String>> {
    let of = |wanted: fn(&&Source) -> bool| -> Vec<_> {
        sources.iter().filter(wanted).map(distinct).filter(|sentences| !sentences.is_empty()).collect()
    };
    let market = of(|source| source.name.starts_with("market_"));
    if market.is_empty() { of(|source| source.name != "evasions") } else { market }
}

/// The sentences of a source, each once: what every description says would drown the rest.
fn distinct(source: &Source) -> Vec<String> {
    let texts = source.listings.iter().flat_map(|listing| [&listing.description, &listing.title]);
    let pieces = texts.flat_map(|text| text.split(". ")).map(str::trim);
    let mut found: Vec<&str> = pieces.filter(|s| SENTENCE_CHARS.contains(&s.chars().count())).collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(str::to_owned).collect()
}
