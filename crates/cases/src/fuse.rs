//! A rule that blocks wrongly too often drops to review by itself, and comes back only by a person.
//!
//! Blocks are audited by chance (see [`sample`](crate::sample)), and by appeals. After each audit the rule's precision is
//! known to be not below some bound, with 95 % on that side (Clopper and Pearson). If that bound is below the rule's floor
//! after at least `audits_min` audits, the fuse blows: the rule asks for a review instead of blocking, and its owner is
//! told. Looking after every audit blows good fuses a little more often than one in twenty times; that errs to the side of
//! sellers, and of a person looking.

use serde::{Deserialize, Serialize};

use crate::id::{DecisionId, PersonId};
use crate::moment::Moment;
use crate::proportion::Tally;
use crate::share::Ppb;

/// Longest reason, in characters.
const REASON_CHARS_MAX: usize = 500;

/// What a rule must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Its precision must not be lower, as far as audits can tell.
    pub floor: Ppb,
    /// Before so many audits nothing is concluded.
    pub audits_min: u64,
}

/// The fuse of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fuse {
    /// The rule.
    pub rule: String,
    /// Who is told.
    pub owner: PersonId,
    /// What it must hold.
    pub limits: Limits,
    /// Blocks that were right, of those audited since it was put in or reset.
    pub audits: Tally,
    /// Since when it is blown, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blown: Option<Blown>,
}

/// When and on what grounds a fuse blew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blown {
    /// When.
    pub at: Moment,
    /// Blocks that were right, of those audited.
    pub audits: Tally,
    /// The precision was known to be not below this.
    pub bound: Ppb,
    /// It had to be not below this.
    pub floor: Ppb,
}

/// What a rule may do that wants to block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Block.
    Block,
    /// Ask for a review.
    Review,
}

/// What can be asked of a fuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A block of the rule was looked at.
    Audit {
        /// The decision that blocked.
        decision: DecisionId,
        /// It was a fake.
        right: bool,
        /// What an earlier audit of the same block counted: an appeal may correct it.
        before: Option<bool>,
    },
    /// Put it in again, counting from nothing.
    Reset {
        /// Who.
        by: PersonId,
        /// Why it will not blow again.
        reason: String,
    },
    /// Other limits.
    Limit {
        /// Who.
        by: PersonId,
        /// Which.
        limits: Limits,
    },
}

/// What happened to a fuse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A block was looked at.
    Audited {
        /// The decision that blocked.
        decision: DecisionId,
        /// It was a fake.
        right: bool,
        /// What counted before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<bool>,
    },
    /// The rule drops to review. `owner` is to be told.
    Blew {
        /// Who is to be told.
        owner: PersonId,
        /// When and why.
        blown: Blown,
    },
    /// A person put it in again.
    Reset {
        /// Who.
        by: PersonId,
        /// Why.
        reason: String,
    },
    /// Other limits hold.
    Limited {
        /// Who said so.
        by: PersonId,
        /// Which.
        limits: Limits,
    },
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is in.
    #[error("the fuse has not blown")]
    NotBlown,
    /// A reason is missing or too long.
    #[error("a reason is needed, of at most {REASON_CHARS_MAX} characters")]
    Reason,
    /// A rule without a single mistake would blow.
    #[error("{audits} audits cannot show a precision of {floor}, even if all are right; at least {needed} can")]
    Limits {
        /// As given.
        audits: u64,
        /// As given.
        floor: Ppb,
        /// The least that can.
        needed: u64,
    },
    /// Nothing, or all: that cannot be shown by counting.
    #[error("a floor is above nothing and below all")]
    Floor,
    /// An earlier audit is corrected that was not counted.
    #[error("no audit of that outcome is counted since the fuse was put in")]
    NotCounted,
}

impl Limits {
    /// # Errors
    /// [`Refusal::Floor`] and [`Refusal::Limits`].
    pub fn check(&self) -> Result<(), Refusal> {
        if self.floor == Ppb::NONE || self.floor == Ppb::ALL {
            return Err(Refusal::Floor);
        }
        let shown = |audits| Tally { hits: audits, of: audits }.not_below() >= self.floor;
        if shown(self.audits_min) {
            return Ok(());
        }
        // With all right the bound is the root of 0.05 to their number.
        let least = libm::ceil(libm::log(0.05) / libm::log(self.floor.as_f64())) as u64;
        let needed = (least..=least.saturating_add(1)).find(|audits| shown(*audits)).unwrap_or(u64::MAX);
        Err(Refusal::Limits { audits: self.audits_min, floor: self.floor, needed })
    }

    /// How likely a rule of this true precision blows as soon as there are enough audits.
    ///
    /// With few audits the bound lies far below the precision, so that good rules blow too: choose `audits_min` by this.
    pub fn blows_at_once(&self, precision: Ppb) -> Ppb {
        let of = self.audits_min;
        let holds = |hits: &u64| Tally { hits: *hits, of }.not_below() >= self.floor;
        // The fewest hits with which it holds; the bound grows with them.
        let (mut low, mut high) = (0, of.saturating_add(1));
        while low < high {
            let middle = low + (high - low) / 2;
            if holds(&middle) { high = middle } else { low = middle + 1 }
        }
        Tally { hits: low, of }.as_likely(precision).rest()
    }
}

impl Fuse {
    /// A fuse that is in.
    ///
    /// # Errors
    /// As [`Limits::check`].
    pub fn new(rule: String, owner: PersonId, limits: Limits) -> Result<Self, Refusal> {
        limits.check()?;
        Ok(Self { rule, owner, limits, audits: Tally::default(), blown: None })
    }

    /// What the rule may do.
    pub fn effect(&self) -> Effect {
        if self.blown.is_some() { Effect::Review } else { Effect::Block }
    }

    /// Why it would blow now.
    fn blows(&self, now: Moment) -> Option<Blown> {
        let (Limits { floor, audits_min }, audits) = (&self.limits, self.audits);
        let bound = audits.not_below();
        let blows = self.blown.is_none() && audits.of >= *audits_min && bound < *floor;
        blows.then_some(Blown { at: now, audits, bound, floor: *floor })
    }

    /// The audits after one more, or one corrected.
    fn counted(&self, right: bool, before: Option<bool>) -> Result<Tally, Refusal> {
        let mut audits = self.audits;
        if let Some(before) = before {
            let counted = if before { audits.hits } else { audits.of - audits.hits };
            if counted == 0 {
                return Err(Refusal::NotCounted);
            }
            audits = Tally { hits: audits.hits - u64::from(before), of: audits.of - 1 };
        }
        audits.count(right);
        Ok(audits)
    }
}

/// What a command brings about.
///
/// # Errors
/// A [`Refusal`] that says why not, and changes nothing.
pub fn decide(fuse: &Fuse, command: Command, now: Moment) -> Result<Vec<Event>, Refusal> {
    let event = match command {
        Command::Audit { decision, right, before } => {
            fuse.counted(right, before)?;
            Event::Audited { decision, right, before }
        }
        Command::Reset { .. } if fuse.blown.is_none() => return Err(Refusal::NotBlown),
        Command::Reset { reason, .. } if reason.trim().is_empty() || reason.chars().count() > REASON_CHARS_MAX => {
            return Err(Refusal::Reason);
        }
        Command::Reset { by, reason } => Event::Reset { by, reason },
        Command::Limit { by, limits } => {
            limits.check()?;
            Event::Limited { by, limits }
        }
    };
    let mut after = fuse.clone();
    apply(&mut after, &event);
    let blew = after.blows(now).map(|blown| Event::Blew { owner: fuse.owner, blown });
    Ok([event].into_iter().chain(blew).collect())
}

/// What an event changes.
pub fn apply(fuse: &mut Fuse, event: &Event) {
    match event {
        Event::Audited { right, before, .. } => fuse.audits = fuse.counted(*right, *before).unwrap_or(fuse.audits),
        Event::Blew { blown, .. } => fuse.blown = Some(blown.clone()),
        Event::Reset { .. } => (fuse.audits, fuse.blown) = (Tally::default(), None),
        Event::Limited { limits, .. } => fuse.limits = limits.clone(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use uuid::Uuid;

    use super::*;

    const OWNER: PersonId = PersonId(Uuid::from_u128(1));

    fn fuse(percent: u32, audits_min: u64) -> Result<Fuse, Refusal> {
        let floor = Ppb::per_million(percent * 10_000).unwrap();
        Fuse::new("disguised_brand".into(), OWNER, Limits { floor, audits_min })
    }

    fn done(fuse: &mut Fuse, command: Command) -> Vec<Event> {
        let events = decide(fuse, command, Moment(7)).unwrap();
        events.iter().for_each(|event| apply(fuse, event));
        events
    }

    fn audit(fuse: &mut Fuse, right: bool) -> Vec<Event> {
        done(fuse, Command::Audit { decision: DecisionId(Uuid::nil()), right, before: None })
    }

    #[test]
    fn it_blows_below_its_floor_and_tells_its_owner() {
        // 58 right: not below 0.05^(1/58) = 0.9497; 59: 0.9505.
        let mut fuse = fuse(95, 59).unwrap();
        (0..58).for_each(|_| assert_eq!(audit(&mut fuse, true).len(), 1));
        let events = audit(&mut fuse, false);
        assert!(
            matches!(&events[1], Event::Blew { owner: OWNER, blown } if blown.audits == Tally { hits: 58, of: 59 })
        );
        assert_eq!(fuse.effect(), Effect::Review);
        // It does not come back by itself, and does not blow twice.
        (0..1_000).for_each(|_| assert_eq!(audit(&mut fuse, true).len(), 1));
        assert_eq!(fuse.effect(), Effect::Review);
        let reset = |reason: &str| Command::Reset { by: OWNER, reason: reason.into() };
        assert_eq!(decide(&fuse, reset(" "), Moment(8)), Err(Refusal::Reason));
        done(&mut fuse, reset("condition narrowed"));
        assert_eq!((fuse.effect(), fuse.audits), (Effect::Block, Tally::default()));
        assert_eq!(decide(&fuse, reset("again"), Moment(8)), Err(Refusal::NotBlown));
    }

    #[test]
    fn a_rule_without_mistakes_does_not_blow() {
        assert_eq!(
            fuse(95, 58).unwrap_err(),
            Refusal::Limits { audits: 58, floor: Ppb::per_million(950_000).unwrap(), needed: 59 }
        );
        let mut fuse = fuse(95, 59).unwrap();
        (0..500).for_each(|_| assert_eq!(audit(&mut fuse, true).len(), 1));
        assert_eq!(fuse.effect(), Effect::Block);
        assert_eq!(super::tests::fuse(100, 10).unwrap_err(), Refusal::Floor);
    }

    #[test]
    fn an_appeal_corrects_what_was_counted() {
        let mut fuse = fuse(50, 5).unwrap();
        (0..5).for_each(|_| drop(audit(&mut fuse, true)));
        let wrong = || Command::Audit { decision: DecisionId(Uuid::nil()), right: false, before: Some(true) };
        done(&mut fuse, wrong());
        assert_eq!(fuse.audits, Tally { hits: 4, of: 5 });
        assert_eq!(fuse.effect(), Effect::Review, "4 of 5: not below 34 %");
        let mut empty = super::tests::fuse(50, 5).unwrap();
        assert_eq!(decide(&empty, wrong(), Moment(0)), Err(Refusal::NotCounted));
        assert_eq!(audit(&mut empty, true).len(), 1);
    }

    #[test]
    fn more_audits_spare_good_rules() {
        let at_once = |audits_min, precision| {
            let floor = Ppb::per_million(900_000).unwrap();
            Limits { floor, audits_min }.blows_at_once(Ppb::per_million(precision).unwrap()).as_f64()
        };
        // With 29 audits all must be right.
        assert!((at_once(29, 980_000) - (1.0 - 0.98_f64.powi(29))).abs() < 1e-6);
        assert!((at_once(28, 980_000) - 1.0).abs() < 1e-9, "no number of hits is enough");
        assert!(at_once(200, 980_000) < 0.01 && at_once(200, 850_000) > 0.999);
    }

    #[test]
    fn stricter_limits_may_blow_it_at_once() {
        let mut fuse = fuse(50, 5).unwrap();
        (0..60).for_each(|at| drop(audit(&mut fuse, at % 10 != 9)));
        assert_eq!(fuse.effect(), Effect::Block);
        let limits = Limits { floor: Ppb::per_million(900_000).unwrap(), audits_min: 30 };
        assert_eq!(done(&mut fuse, Command::Limit { by: OWNER, limits }).len(), 2);
        assert_eq!(fuse.effect(), Effect::Review);
    }
}
