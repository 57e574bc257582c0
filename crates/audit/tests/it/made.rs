//! A trail to try things on.

use std::sync::LazyLock;

use serde_json::json;
use touchstone_audit::event::{Party, SCHEMA, Sealed};
use touchstone_audit::record::RecordLine;
use touchstone_audit::{Anchor, Event, Keys, Moment, Record, Report, SecretKey, StoredEvent, Trail, verify};

/// Name of the trail.
pub(crate) const ORIGIN: &str = "audit.example/trail";

/// Events of a trail made once, and where its heads are.
pub(crate) const SIZE: u64 = 24;
pub(crate) const HEADS: &[u64] = &[5, 12, 13, 20, SIZE];
static MADE: LazyLock<Made> = LazyLock::new(|| Made::salted(SIZE, HEADS, "a"));
static OTHER: LazyLock<Made> = LazyLock::new(|| Made::salted(SIZE + 1, HEADS, "b"));

/// A key that is the same in every run.
pub(crate) fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(ORIGIN, [seed; 32]).expect("a key")
}

/// Exactly these keys, for everything.
pub(crate) fn ring(keys: &[&SecretKey]) -> Keys {
    let lines: Vec<String> = keys.iter().map(|key| key.public().to_string()).collect();
    lines.join("\n").parse().expect("keys")
}

pub(crate) fn moment(us: i64) -> Moment {
    Moment::from_unix_us(1_795_768_200_000_000 + us).expect("a moment")
}

pub(crate) fn party(kind: &str, id: &str) -> Party {
    Party { kind: kind.to_owned(), id: id.to_owned() }
}

/// The event of a place; another `salt` gives another one.
pub(crate) fn event(seq: u64, salt: &str) -> Event {
    let person = Sealed {
        field: "/after/email".to_owned(),
        key: format!("person-{}", seq % 3),
        nonce: "bm9uY2U=".to_owned(),
        ciphertext: "Y2lwaGVy".to_owned(),
    };
    Event {
        schema: SCHEMA,
        seq,
        at: moment(i64::try_from(seq).expect("small") * 1_000),
        actor: party("user", "staff-7"),
        kind: "action.taken".to_owned(),
        subject: party("listing", &format!("m:{salt}:{seq}")),
        reason: "replica_sold — \u{4eff}\u{54c1}".to_owned(),
        before: json!({"state": "live"}),
        after: json!({"state": "blocked", "until": null, "share_micrologits": -1_250_000}),
        sealed: if seq.is_multiple_of(4) { vec![person] } else { vec![] },
    }
}

/// Events, heads and the lines of the anchor.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) events: Vec<StoredEvent>,
    pub(crate) heads: Vec<Record>,
    pub(crate) anchor: Vec<Record>,
    pub(crate) keys: Keys,
}

impl Made {
    /// So many events, with a head behind each of these sizes.
    pub(crate) fn new(events: u64, heads: &[u64]) -> Self {
        Self::salted(events, heads, "a")
    }

    /// A trail of [`SIZE`] events.
    pub(crate) fn usual() -> Self {
        MADE.clone()
    }

    /// One like it of other events, one longer.
    pub(crate) fn other() -> Self {
        OTHER.clone()
    }

    pub(crate) fn salted(events: u64, heads: &[u64], salt: &str) -> Self {
        let key = key(1);
        let (mut trail, mut stored, mut anchor) = (Trail::default(), Vec::new(), Vec::new());
        for seq in 0..events {
            stored.push(trail.append(&event(seq, salt)).expect("an event"));
            if heads.contains(&trail.size()) {
                anchor.push(trail.sign(&key));
            }
        }
        let heads = anchor.iter().map(Record::without_leaves).collect();
        Self { events: stored, heads, anchor, keys: ring(&[&key]) }
    }

    /// Without the hashes beside the events.
    pub(crate) fn without_leaves(mut self) -> Self {
        self.events.iter_mut().for_each(|event| event.leaf = None);
        self
    }

    /// Without the frontiers beside the heads.
    pub(crate) fn without_peaks(mut self) -> Self {
        self.heads.iter_mut().chain(&mut self.anchor).for_each(|record| record.peaks.clear());
        self
    }

    /// Checked with the list of heads alone.
    pub(crate) fn inside(&self) -> Report {
        self.verify(None)
    }

    /// Checked with heads and anchor.
    pub(crate) fn anchored(&self) -> Report {
        let mut anchor = Anchor::default();
        anchor.add("outside", lines(&self.anchor), &self.keys).expect("memory");
        self.verify(Some(&anchor))
    }

    pub(crate) fn verify(&self, anchor: Option<&Anchor>) -> Report {
        verify(self.events.iter().cloned().map(Ok), lines(&self.heads), anchor, &self.keys).expect("memory")
    }
}

/// Records as lines.
pub(crate) fn lines(records: &[Record]) -> impl Iterator<Item = std::io::Result<RecordLine>> {
    (1..).zip(records).map(|(line, record)| Ok(RecordLine { line, record: Ok(record.clone()) }))
}
