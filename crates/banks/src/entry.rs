//! What stands in a bank: a picture, a logo on one, or a hash from somebody's list, and who wanted it there and why.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a match means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bank {
    /// The brand's own pictures: a copy is at most a stolen picture.
    Genuine,
    /// Pictures that only the counterfeiter made.
    Counterfeit,
    /// Size charts, placeholders, shipping notices: what is a copy of these says nothing, and hides other matches there.
    Negative,
    /// Enrolled logos.
    Logos,
}

impl Bank {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Genuine, Self::Counterfeit, Self::Negative, Self::Logos];

    /// Its name on the command line, in files and over HTTP.
    pub fn name(self) -> &'static str {
        match self {
            Self::Genuine => "genuine",
            Self::Counterfeit => "counterfeit",
            Self::Negative => "negative",
            Self::Logos => "logos",
        }
    }
}

impl fmt::Display for Bank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Who did something, why and when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The person's name; empty if nobody said it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// The reason; empty if nobody said it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// Milliseconds since 1970, UTC.
    pub at: i64,
}

impl Act {
    /// Whether two acts are known to be of two persons.
    pub fn by_another_than(&self, first: &Self) -> bool {
        let name = |act: &Self| act.by.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let (one, other) = (name(first), name(self));
        !one.is_empty() && !other.is_empty() && one != other
    }
}

/// Whether an entry counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It matches.
    Active,
    /// It waits for a second person.
    Pending,
    /// It was taken out, and can be brought back.
    Removed,
}

impl State {
    /// Its name in listings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Removed => "removed",
        }
    }
}

/// What was done to an entry or a bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Taken out.
    Removed,
    /// Brought back.
    Restored,
    /// A second person agreed.
    Confirmed,
    /// Another PDQ distance up to which it matches; none: that of the bank, or the usual one.
    Distance(Option<u16>),
    /// Another share of queries that it answers, in permille; none: that of the bank, or all.
    Ratio(Option<u16>),
    /// The breaker stopped it: so many of so many queries matched.
    Stopped {
        /// Queries that matched within the window.
        matched: u64,
        /// Queries within the window.
        queries: u64,
    },
    /// Somebody started it again.
    Rearmed,
}

/// A change, and whose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What was done.
    pub change: Change,
    /// By whom and why.
    #[serde(flatten)]
    pub act: Act,
}

/// What both an entry and a bank can be set to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// PDQ distance up to which it matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance: Option<u16>,
    /// Share of queries that it answers, in permille.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<u16>,
    /// Stopped by the breaker: its matches are withheld.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
    /// What was done to it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Line>,
}

impl Settings {
    /// Takes a change in, if it is one of settings.
    fn apply(&mut self, line: &Line) {
        match line.change {
            Change::Distance(distance) => self.distance = distance,
            Change::Ratio(ratio) => self.ratio = ratio,
            Change::Stopped { .. } => self.stopped = true,
            Change::Rearmed => self.stopped = false,
            Change::Removed | Change::Restored | Change::Confirmed => (),
        }
        self.history.push(line.clone());
    }
}

/// What is put into a bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Where it belongs.
    pub bank: Bank,
    /// Slug or name of the brand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// The product that it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Whose it is: a catalogue, a test purchase, an exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The path or name that it was added from.
    pub path: String,
    /// SHA-256 of the file, in lower-case hexadecimal; none where only a hash was given to us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Width and height in pixels; zeros where only a hash was given to us.
    #[serde(default)]
    pub size: [u32; 2],
    /// Where on the picture it is, `[x1, y1, x2, y2]` in pixels, half open; none: all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<[u32; 4]>,
    /// `pdq_full` in hexadecimal: what is exchanged with others, and all that there is of an imported hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pdq: Option<String>,
    /// How much there is in the picture, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<u8>,
    /// Words that an imported list gives it, parted by blanks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<String>,
}

impl Item {
    /// Nothing but where it belongs and where it comes from.
    pub fn new(bank: Bank, path: impl Into<String>) -> Self {
        Self {
            bank,
            brand: None,
            product: None,
            source: None,
            path: path.into(),
            sha256: None,
            size: [0; 2],
            place: None,
            pdq: None,
            quality: None,
            tags: None,
        }
    }

    /// Whether only a hash was given to us.
    pub fn is_hash(&self) -> bool {
        self.sha256.is_none() && self.pdq.is_some()
    }

    /// The same picture from the same place has the same id, and so has the same hash from anywhere: adding it twice
    /// changes nothing.
    pub fn id(&self) -> String {
        let mut sum = Sha256::new();
        let place = self.place.map(|place| place.map(|p| p.to_string()).join(","));
        let (of_hash, path) = if self.is_hash() { (&self.pdq, None) } else { (&None, Some(&*self.path)) };
        let parts = [&self.brand, &self.product, &self.sha256, of_hash, &place].map(|p| p.as_deref());
        for part in [Some(self.bank.name()), path].into_iter().chain(parts) {
            let part = part.unwrap_or("\0");
            sum.update((part.len() as u64).to_le_bytes());
            sum.update(part);
        }
        hex(&sum.finalize()[..6])
    }
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// One thing in a bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Twelve hexadecimal digits, see [`Item::id`].
    pub id: String,
    /// What it is.
    #[serde(flatten)]
    pub item: Item,
    /// Whether it counts.
    pub state: State,
    /// The genuine entry that it looks like, where it waits or waited for a second person because of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
    /// Who added it.
    pub added: Act,
    /// Its settings and history.
    #[serde(default)]
    pub settings: Settings,
}

impl Entry {
    /// Takes a change in.
    pub(crate) fn apply(&mut self, line: &Line) {
        match line.change {
            Change::Removed => self.state = State::Removed,
            Change::Confirmed => self.state = State::Active,
            Change::Restored => self.state = self.before_removal(),
            _ => (),
        }
        self.settings.apply(line);
    }

    /// An entry that waited when it was taken out waits again.
    fn before_removal(&self) -> State {
        let confirmed = self.settings.history.iter().any(|line| line.change == Change::Confirmed);
        if self.like.is_some() && !confirmed { State::Pending } else { State::Active }
    }

    /// Whether a query is among those that it answers: the same for the same query, everywhere.
    pub fn answers(&self, bank: &Settings, query: &str) -> bool {
        let ratio = self.settings.ratio.or(bank.ratio).unwrap_or(1000);
        ratio >= 1000 || drawn(&self.id, query) < ratio
    }
}

/// A number from 0 to 999 that depends on the two texts alone.
fn drawn(entry: &str, query: &str) -> u16 {
    let sum = Sha256::new().chain_update(entry).chain_update("\0").chain_update(query).finalize();
    let head = sum.first_chunk::<8>().map_or(0, |eight| u64::from_le_bytes(*eight));
    (head % 1000) as u16
}

impl Settings {
    /// Takes a change of a bank in.
    pub(crate) fn apply_to_bank(&mut self, line: &Line) {
        self.apply(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(by: &str) -> Act {
        Act { by: by.into(), ..Act::default() }
    }

    pub(super) fn item(path: &str) -> Item {
        Item { sha256: Some("ab".repeat(32)), size: [1, 1], ..Item::new(Bank::Genuine, path) }
    }

    #[test]
    fn two_persons_have_two_names() {
        assert!(act("Bo").by_another_than(&act("Ann")));
        assert!(!act(" ANN  B").by_another_than(&act("ann b")), "the same person, typed otherwise");
        assert!(
            !act("").by_another_than(&act("Ann")) && !act("Ann").by_another_than(&act("")),
            "nobody is nobody else"
        );
    }

    #[test]
    fn ids_tell_things_apart_and_nothing_else() {
        let one = item("a.jpg");
        assert_eq!(one.id(), item("a.jpg").id());
        assert_eq!(one.id().len(), 12);
        assert_ne!(one.id(), item("b.jpg").id(), "a copy under another name is found under that name too");
        assert_ne!(one.id(), Item { brand: Some("x".into()), ..one.clone() }.id());
        let swapped = Item { product: Some("x".into()), ..one.clone() };
        assert_ne!(swapped.id(), Item { brand: Some("x".into()), ..one }.id());
    }

    #[test]
    fn a_ratio_answers_that_share_of_queries_and_always_the_same() {
        let settings = Settings { ratio: Some(300), ..Settings::default() };
        let item = item("a.jpg");
        let added = Act::default();
        let entry = Entry { id: item.id(), item, state: State::Active, like: None, added, settings };
        let answered = |n: &u32| entry.answers(&Settings::default(), &format!("query {n}"));
        let share = (0..10_000).filter(answered).count();
        assert!((2_800..3_200).contains(&share), "{share}");
        assert!((0..100).all(|n| answered(&n) == answered(&n)));
        let whole = Entry { settings: Settings::default(), ..entry };
        assert!(whole.answers(&Settings::default(), "any"));
        let none = Settings { ratio: Some(0), ..Settings::default() };
        assert!(!whole.answers(&none, "any"), "the bank's own share counts where the entry has none");
    }
}
