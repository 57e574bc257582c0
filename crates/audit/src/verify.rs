//! Checks a trail: every event against its hash, its place, the signed heads and what was anchored outside.
//!
//! Streams events and heads once, in memory of the logarithm of the trail beside the anchor and what is found.

mod order;
mod ranges;
mod roots;

use std::io;

use serde::Serialize;

use crate::anchor::Anchor;
use crate::finding::{Doubt, Finding};
use crate::hash::Hash;
use crate::keys::Keys;
use crate::record::RecordLine;
use crate::stored::StoredEvent;
use order::{Odd, Order};
use roots::Roots;

/// What a check found, and what it could not exclude.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Events that were read.
    pub events: u64,
    /// Places of the trail that they fill or should.
    pub size: u64,
    /// Root over them; none behind a damage.
    pub root: Option<Hash>,
    /// Heads in the list that were believed.
    pub heads: u64,
    /// Events whose hash an anchor holds; none without an anchor.
    pub anchored: Option<u64>,
    /// What is wrong, in the order of the events.
    pub findings: Vec<Finding>,
    /// What cannot be excluded.
    pub doubts: Vec<Doubt>,
}

impl Report {
    /// Whether nothing is wrong; [doubts](Report::doubts) there may be.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Checks a trail. Events stand in the order of the store, heads in the order of their sizes.
///
/// # Errors
/// If events or heads cannot be read. What they hold is never an error: it is a finding.
pub fn verify(
    events: impl Iterator<Item = io::Result<StoredEvent>>,
    heads: impl Iterator<Item = io::Result<RecordLine>>,
    anchor: Option<&Anchor>,
    keys: &Keys,
) -> io::Result<Report> {
    let none = Anchor::default();
    let held = anchor.unwrap_or(&none);
    let mut order = Order::new(Roots::new(keys, held, heads));
    let (mut read, mut gave_up) = (0, false);
    for event in events {
        read += 1;
        place(&mut order, held, &event?);
        if let Some(error) = order.places.take_error() {
            return Err(error);
        }
        gave_up = order.is_full() || order.places.is_full();
        if gave_up {
            break;
        }
    }
    let largest = if gave_up { None } else { order.places.drain(order.upper()) };
    let logged = if gave_up { None } else { largest.into_iter().chain(anchor.map(Anchor::end)).max() };
    order.finish(logged, held.end());
    report(order, anchor, read, gave_up)
}

/// Says of one event whether it is proved.
fn place<H: Iterator<Item = io::Result<RecordLine>>>(
    order: &mut Order<Roots<'_, H>>,
    held: &Anchor,
    event: &StoredEvent,
) {
    let (hash, claimed) = (event.hash(), event.claimed());
    let intact = event.leaf.is_none_or(|leaf| leaf == hash);
    let as_anchored = |seq: u64| held.leaf(seq).is_none_or(|leaf| leaf == hash);
    match claimed.filter(|seq| intact && as_anchored(*seq)) {
        Some(seq) => {
            let loose = event.leaf.is_none() && held.leaf(seq).is_none() && order.next() < held.end();
            order.proved(seq, hash, loose);
        }
        None => order.odd(Odd { claimed, leaf: event.leaf.unwrap_or(hash) }),
    }
}

fn report<H: Iterator<Item = io::Result<RecordLine>>>(
    order: Order<Roots<'_, H>>,
    anchor: Option<&Anchor>,
    events: u64,
    gave_up: bool,
) -> io::Result<Report> {
    let (mut roots, size, mut findings) = order.into_parts();
    roots.finish();
    if let Some(error) = roots.take_error() {
        return Err(error);
    }
    findings.append(&mut roots.findings);
    findings.extend(anchor.into_iter().flat_map(Anchor::findings).cloned());
    findings.extend(gave_up.then_some(Finding::GaveUp { at: size }));
    findings.sort_by_key(Finding::place);
    let mut doubts = vec![Doubt::Tail { anchored: anchor.map(Anchor::end), size }];
    if anchor.is_none_or(|anchor| anchor.held() == 0) {
        doubts.push(Doubt::Rewritten);
    }
    doubts.extend(anchor.into_iter().flat_map(Anchor::holes).map(Doubt::NotAnchored));
    doubts.append(&mut roots.doubts);
    let (root, heads) = (roots.root(), roots.believed);
    Ok(Report { events, size, root, heads, anchored: anchor.map(Anchor::held), findings, doubts })
}
