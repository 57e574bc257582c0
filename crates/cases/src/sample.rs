//! What is drawn by chance, so that errors can be counted: of what was allowed, of what was blocked, and of the reviews
//! that nobody got to.
//!
//! Who is drawn follows from a secret and the decision's id, by a keyed hash: it cannot be foreseen from outside, does
//! not depend on the order of calls, and can be said again. Each listing belongs to the first stratum of its side whose
//! condition holds; the stratum's probability is stored with the item, so that it may change from day to day.
//!
//! ```toml
//! schema = 1
//!
//! [[stratum]]
//! id = "new_sellers"
//! of = "allowed"             # allowed, reviewed (and skipped), blocked
//! per_million = 20_000
//! when = { seller_days_below = 30 }
//!
//! [[stratum]]
//! id = "others"              # the last of each side has no condition
//! of = "allowed"
//! per_million = 2_000
//! ```

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use toml::Spanned;
use touchstone_diagnostic::{Issue, Source};
use uuid::Uuid;

use crate::estimate::{Cell, Side};
use crate::facts::{Condition, Facts, Known};
use crate::file::{Loaded, check_schema, check_slug, load};
use crate::id::DecisionId;
use crate::share::Ppb;

/// A secret of the house; who knows it can foresee what is drawn.
#[derive(Clone, Copy)]
pub struct Secret(pub [u8; 32]);

/// What a draw is for. Draws for different purposes are independent of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Whether a decision is looked at by chance.
    Sample,
    /// Whether a second person judges.
    Second,
    /// Where among the others a sampled item waits.
    Place,
    /// Whether a golden item is put beside this one, in its place.
    Golden,
}

impl Secret {
    /// A number for an id and a purpose, each of the 2⁶⁴ as likely as any other.
    ///
    /// SHA-256 with the key in front: all messages have one length, so that none continues another.
    fn number(&self, purpose: Purpose, id: Uuid) -> u64 {
        let label = match purpose {
            Purpose::Sample => 1,
            Purpose::Second => 2,
            Purpose::Place => 3,
            Purpose::Golden => 4,
        };
        let hash = Sha256::new().chain_update(self.0).chain_update([label]).chain_update(id.as_bytes()).finalize();
        hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// Whether this id is drawn, with the given probability.
    pub fn draws(&self, purpose: Purpose, id: Uuid, share: Ppb) -> bool {
        let end = (u128::from(share.parts()) << 64) / u128::from(Ppb::ALL.parts());
        u128::from(self.number(purpose, id)) < end
    }

    /// One of the given harms: where a sampled item waits, so that its place tells nothing. None of none.
    ///
    /// What was allowed is thought harmless; in its own place it would come last, and be known by it.
    pub fn place<'h, H>(&self, id: DecisionId, waiting: &'h [H]) -> Option<&'h H> {
        let number = u128::from(self.number(Purpose::Place, id.0));
        let at = (number * waiting.len() as u128) >> 64;
        waiting.get(usize::try_from(at).unwrap_or(usize::MAX))
    }
}

/// The stratum a listing belongs to, and how likely it was drawn.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stratum {
    /// What screening said of it.
    pub side: Side,
    /// The stratum's name.
    pub id: String,
    /// The probability.
    pub share: Ppb,
}

impl Stratum {
    /// Where reviews are counted that people got to in the ordinary course: all of them, so with certainty.
    pub fn ordinary() -> Self {
        Self { side: Side::Reviewed, id: "ordinary".to_owned(), share: Ppb::ALL }
    }
}

/// Strata that were read.
#[derive(Debug, Clone)]
pub struct Plan {
    strata: Vec<(Condition, Stratum)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: Spanned<i64>,
    #[serde(default)]
    stratum: Vec<Table>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    id: Spanned<String>,
    of: Side,
    per_million: Spanned<u32>,
    when: Option<Spanned<Condition>>,
}

impl Plan {
    /// Reads a file; what is wrong has its line and column.
    pub fn read(source: Source<'_>, known: Known<'_>) -> Loaded<Self> {
        load(source, |file: File, issues| make(file, known, issues))
    }

    /// The stratum of a listing. There is one for each, drawn or not, so that strata can be counted.
    pub fn stratum(&self, side: Side, facts: &Facts<'_>) -> Option<&Stratum> {
        let mut of_side = self.strata.iter().filter(|(_, stratum)| stratum.side == side);
        of_side.find(|(condition, _)| condition.holds(facts)).map(|(_, stratum)| stratum)
    }
}

fn make(file: File, known: Known<'_>, issues: &mut Vec<Issue>) -> Option<Plan> {
    check_schema(&file.schema, issues);
    let mut ids = BTreeSet::new();
    for table in &file.stratum {
        check_slug(&table.id, issues);
        if !ids.insert((table.of, table.id.get_ref())) {
            issues.push(Issue::error(table.id.span().start, "a stratum of this side and name is given above"));
        }
        table.when.iter().for_each(|when| when.get_ref().check(when.span().start, known, issues));
    }
    [Side::Allowed, Side::Reviewed, Side::Blocked].iter().for_each(|side| check_last(*side, &file.stratum, issues));
    let strata = file.stratum.into_iter().filter_map(|table| stratum(table, issues)).collect();
    Some(Plan { strata })
}

fn stratum(table: Table, issues: &mut Vec<Issue>) -> Option<(Condition, Stratum)> {
    let share = Ppb::per_million(*table.per_million.get_ref()).ok().filter(|share| *share > Ppb::NONE);
    if share.is_none() {
        let message = "of a stratum at least one and at most a million of a million are drawn";
        issues.push(Issue::error(table.per_million.span().start, message).help("what is never drawn is never known"));
    }
    let when = table.when.map(Spanned::into_inner).unwrap_or_default();
    Some((when, Stratum { side: table.of, id: table.id.into_inner(), share: share? }))
}

/// Every listing of a side belongs to a stratum: the last one, and only that, has no condition.
fn check_last(side: Side, tables: &[Table], issues: &mut Vec<Issue>) {
    let mut open = tables.iter().filter(|table| table.of == side).skip_while(|table| table.when.is_some());
    if open.next().is_none() {
        let message = format!("of the {side:?} some are in no stratum").to_lowercase();
        issues.push(Issue::error(0, message).help("add a last [[stratum]] of them without `when`"));
    }
    let never = open.map(|table| Issue::error(table.id.span().start, "the stratum above takes all that come here"));
    issues.extend(never);
}

/// What is counted of a period, cell by cell: all that share side, stratum and probability.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    cells: Vec<(Stratum, Cell)>,
}

impl Counts {
    /// So many listings were screened, drawn or not.
    pub fn screened(&mut self, stratum: &Stratum, listings: u64) {
        let cell = self.cell(stratum);
        cell.population = Some(cell.population.unwrap_or(0).saturating_add(listings));
    }

    /// One was drawn; `fake` is what was found, none as long as nobody could tell.
    pub fn drawn(&mut self, stratum: &Stratum, fake: Option<bool>) {
        let cell = self.cell(stratum);
        cell.drawn = cell.drawn.saturating_add(1);
        cell.judged = cell.judged.saturating_add(u64::from(fake.is_some()));
        cell.fakes = cell.fakes.saturating_add(u64::from(fake == Some(true)));
    }

    /// For [`estimates`](crate::estimate::estimates).
    pub fn cells(&self) -> Vec<Cell> {
        self.cells.iter().map(|(_, cell)| *cell).collect()
    }

    fn cell(&mut self, stratum: &Stratum) -> &mut Cell {
        let at = self.cells.binary_search_by(|(each, _)| each.cmp(stratum)).unwrap_or_else(|at| {
            let (side, share) = (stratum.side, stratum.share);
            let cell = Cell { side, share, population: None, drawn: 0, judged: 0, fakes: 0 };
            self.cells.insert(at, (stratum.clone(), cell));
            at
        });
        &mut self.cells[at].1
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const SECRET: Secret = Secret([7; 32]);

    fn read(text: &str) -> (Option<Plan>, String) {
        let (plan, found) = Plan::read(Source { name: "sampling.toml", text }, Known::default());
        (plan, found.iter().map(|d| format!("{d}\n")).collect())
    }

    const FILE: &str = r#"schema = 1
[[stratum]]
id = "new_sellers"
of = "allowed"
per_million = 20_000
when = { seller_days_below = 30 }
[[stratum]]
id = "others"
of = "allowed"
per_million = 2_000
[[stratum]]
id = "all"
of = "reviewed"
per_million = 100_000
[[stratum]]
id = "all"
of = "blocked"
per_million = 1_000_000
"#;

    #[test]
    fn as_many_are_drawn_as_were_to_be() {
        let share = Ppb::per_million(50_000).unwrap();
        let drawn = |purpose| (0..100_000).filter(|id| SECRET.draws(purpose, Uuid::from_u128(*id), share)).count();
        // Five standard errors: 5 · √(100,000 · 0.05 · 0.95) = 345.
        assert!(drawn(Purpose::Sample).abs_diff(5_000) < 345 && drawn(Purpose::Second).abs_diff(5_000) < 345);
        let both = |id: &u128| {
            [Purpose::Sample, Purpose::Second].iter().all(|p| SECRET.draws(*p, Uuid::from_u128(*id), share))
        };
        // Independent: 0.05² of them, within five of √250.
        assert!((0..100_000).filter(both).count().abs_diff(250) < 79);
        assert!(SECRET.draws(Purpose::Sample, Uuid::nil(), Ppb::ALL));
        assert!(!SECRET.draws(Purpose::Sample, Uuid::nil(), Ppb::NONE));
    }

    #[test]
    fn each_listing_has_a_stratum() {
        let (plan, found) = read(FILE);
        let plan = plan.unwrap();
        assert_eq!(found, "");
        let young = Facts { seller_days: Some(3), ..Facts::default() };
        assert_eq!(plan.stratum(Side::Allowed, &young).unwrap().id, "new_sellers");
        assert_eq!(plan.stratum(Side::Allowed, &Facts::default()).unwrap().id, "others");
        assert_eq!(plan.stratum(Side::Blocked, &young).unwrap().share, Ppb::ALL);
    }

    #[test]
    fn mistakes_have_their_place() {
        let check = |from: &str, to: &str, expected: &str| {
            let (plan, found) = read(&FILE.replacen(from, to, 1));
            assert!(plan.is_none() && found.contains(expected), "{found}");
        };
        check(
            "2_000\n[",
            "2_000\nwhen = { market = [\"DE\"] }\n[",
            "sampling.toml:1:1: error: of the allowed some are in no stratum",
        );
        check("per_million = 2_000", "per_million = 0", "sampling.toml:10:15: error: of a stratum at least one");
        check("when = { seller_days_below = 30 }\n", "", "sampling.toml:7:6: error: the stratum above takes all");
        check("of = \"blocked\"", "of = \"reviewed\"", "sampling.toml:16:6: error: a stratum of this side and name");
    }

    #[test]
    fn a_sampled_item_waits_where_others_do() {
        let places: BTreeSet<_> =
            (0..200).filter_map(|id| SECRET.place(DecisionId(Uuid::from_u128(id)), &["a", "b", "c"])).collect();
        assert_eq!(places.len(), 3);
        assert_eq!(SECRET.place::<u8>(DecisionId(Uuid::nil()), &[]), None);
    }

    #[test]
    fn cells_are_counted_by_stratum_and_probability() {
        let stratum = |parts| Stratum { side: Side::Allowed, id: "x".into(), share: Ppb::per_million(parts).unwrap() };
        let mut counts = Counts::default();
        counts.screened(&stratum(2), 100);
        counts.screened(&stratum(1), 50);
        [Some(true), Some(false), None].into_iter().for_each(|fake| counts.drawn(&stratum(2), fake));
        let cells = counts.cells();
        assert_eq!((cells[0].population, cells[0].drawn), (Some(50), 0));
        assert_eq!((cells[1].population, cells[1].drawn, cells[1].judged, cells[1].fakes), (Some(100), 3, 2, 1));
    }
}
