//! What reviewers say of an item, and who else is asked.
//!
//! ```text
//!  first ──┬─► settled
//!          ├─ drawn for a second, who sees neither score nor first verdict ──┬─ they agree ─► settled
//!          └─ cannot tell ───────────────────────────────────────────────────┴─► a lead ─► settled
//! ```
//!
//! Nobody judges an item twice. Golden items, whose answers are known, wait among the others; what was said of them
//! changes no listing. Golden items and samples are [blind](Review::blind): they show what second reviews show, so that
//! nobody can tell which of the three an item is.

use serde::{Deserialize, Serialize};

use crate::estimate::Golden;
use crate::id::{JudgementId, PersonId};
use crate::moment::Moment;
use crate::proportion::{Interval, Tally};

/// Longest note, in characters.
pub const NOTE_CHARS_MAX: usize = 5_000;

/// What a person found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Not what it says it is.
    Fake,
    /// What it says it is.
    Genuine,
    /// It cannot be told from what is there.
    Unsure,
}

/// What a person says of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// Its id.
    pub id: JudgementId,
    /// Who.
    pub by: PersonId,
    /// What was found.
    pub verdict: Verdict,
    /// Of what class, as in decisions; `none` if there is nothing to say.
    pub class: String,
    /// How sure, in per cent.
    pub confidence: u8,
    /// Why, as a code of the house's list.
    pub reason: String,
    /// For colleagues.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// When it was said.
    pub at: Moment,
}

/// Where the judging of an item stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The known answer of a golden item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub golden: Option<Verdict>,
    /// Also the first reviewer sees nothing of what screening said: golden items and samples.
    #[serde(default)]
    pub blind: bool,
    /// It was drawn for a second review.
    #[serde(default)]
    pub second: bool,
    /// What was said, in order.
    #[serde(default)]
    pub judgements: Vec<Judgement>,
    /// What came out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Settled>,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The verdict.
    pub verdict: Verdict,
    /// The class.
    pub class: String,
    /// By whose word.
    pub how: How,
}

/// By whose word an item was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// One person's.
    First,
    /// Two persons', apart from each other.
    Agreed,
    /// A lead's, after two disagreed or one could not tell.
    Lead,
    /// It was golden: what was said is for the reviewer's record only.
    Golden,
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// Anybody's.
    First,
    /// Somebody else's, who sees neither score nor verdicts.
    Second,
    /// A lead's, who sees all.
    Lead,
    /// Nobody's.
    Over,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A person judged.
    Judged {
        /// What was said.
        judgement: Judgement,
    },
    /// There is a verdict.
    Settled {
        /// Which.
        settled: Settled,
    },
    /// The verdict was taken back, and judging begins anew, by anybody.
    Reopened,
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is a verdict.
    #[error("the item is settled")]
    Settled,
    /// There is none yet.
    #[error("the item is not settled, so that nothing can be taken back")]
    NotSettled,
    /// They judged before.
    #[error("nobody judges an item twice; somebody else must")]
    SamePerson,
    /// Two disagree, or one could not tell.
    #[error("a lead must settle this item")]
    NeedsLead,
    /// More than 100.
    #[error("confidence is in per cent, at most 100")]
    Confidence,
    /// No reason code or class.
    #[error("a judgement needs a reason and a class")]
    Incomplete,
    /// A note that is too long.
    #[error("a note has at most {NOTE_CHARS_MAX} characters")]
    Note,
}

impl Review {
    /// Whose turn it is.
    pub fn turn(&self) -> Turn {
        match &self.judgements[..] {
            _ if self.settled.is_some() => Turn::Over,
            [] => Turn::First,
            [first] if self.second && first.verdict != Verdict::Unsure => Turn::Second,
            _ => Turn::Lead,
        }
    }

    /// Whether this person may judge now.
    ///
    /// # Errors
    /// [`Refusal::Settled`], [`Refusal::SamePerson`] or [`Refusal::NeedsLead`].
    pub fn may_judge(&self, by: PersonId, lead: bool) -> Result<(), Refusal> {
        match self.turn() {
            Turn::Over => Err(Refusal::Settled),
            _ if self.judgements.iter().any(|judgement| judgement.by == by) => Err(Refusal::SamePerson),
            Turn::Lead if !lead => Err(Refusal::NeedsLead),
            Turn::First | Turn::Second | Turn::Lead => Ok(()),
        }
    }

    /// What a person may see of the item now.
    pub fn shows(&self, to: PersonId) -> Shown {
        let blind = Shown { screening: false, judgements: false };
        let judged = self.judgements.iter().any(|judgement| judgement.by == to);
        match self.turn() {
            Turn::First if self.blind => blind,
            Turn::First => Shown { screening: true, judgements: false },
            Turn::Second => Shown { screening: judged, judgements: false },
            Turn::Lead => Shown { screening: true, judgements: !judged },
            Turn::Over => Shown { screening: true, judgements: self.golden.is_none() },
        }
    }
}

/// What may be shown of an item beside the listing itself. That it is golden or a sample is never shown in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Verdict, score, signals and reasons of screening, and what follows from them: priority, queue by score.
    pub screening: bool,
    /// What other persons said.
    pub judgements: bool,
}

/// What a judgement brings about. `lead` says whether the person is one.
///
/// # Errors
/// A [`Refusal`] that says why not, and changes nothing.
pub fn judge(review: &Review, judgement: Judgement, lead: bool) -> Result<Vec<Event>, Refusal> {
    review.may_judge(judgement.by, lead)?;
    check(&judgement)?;
    let settled = |how| {
        let (verdict, class) = (judgement.verdict, judgement.class.clone());
        Some(Event::Settled { settled: Settled { verdict, class, how } })
    };
    let outcome = match (review.turn(), &review.judgements[..]) {
        (Turn::First, _) if review.golden.is_some() => settled(How::Golden),
        (Turn::First, _) if review.second || judgement.verdict == Verdict::Unsure => None,
        (Turn::First, _) => settled(How::First),
        (Turn::Second, [first, ..]) if first.verdict == judgement.verdict => settled(How::Agreed),
        (Turn::Second, _) => None,
        (Turn::Lead | Turn::Over, _) => settled(How::Lead),
    };
    Ok([Event::Judged { judgement }].into_iter().chain(outcome).collect())
}

/// What taking the verdict back brings about.
///
/// # Errors
/// [`Refusal::NotSettled`].
pub fn reopen(review: &Review) -> Result<Event, Refusal> {
    if review.settled.is_some() { Ok(Event::Reopened) } else { Err(Refusal::NotSettled) }
}

fn check(judgement: &Judgement) -> Result<(), Refusal> {
    if judgement.confidence > 100 {
        return Err(Refusal::Confidence);
    }
    if judgement.reason.trim().is_empty() || judgement.class.trim().is_empty() {
        return Err(Refusal::Incomplete);
    }
    if judgement.note.chars().count() > NOTE_CHARS_MAX { Err(Refusal::Note) } else { Ok(()) }
}

/// What an event changes.
pub fn apply(review: &mut Review, event: &Event) {
    match event {
        Event::Judged { judgement } => review.judgements.push(judgement.clone()),
        Event::Settled { settled } => review.settled = Some(settled.clone()),
        Event::Reopened => {
            review.judgements.clear();
            review.settled = None;
        }
    }
}

/// How often a reviewer was right, as far as that can be known; what they are shown of themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Golden fakes, and how many of them were found.
    pub found: Tally,
    /// Golden genuine listings, and how many of them were called fakes.
    pub accused: Tally,
    /// Golden items, and how many answers were the known ones; one who cannot tell has not answered rightly.
    pub golden: Tally,
    /// Items that somebody else judged too, and how often both said the same.
    pub seconds: Tally,
    /// Verdicts that were appealed, and how many of them stood.
    pub upheld: Tally,
}

impl Record {
    /// Share and interval on golden items and with second reviewers; no share of nothing.
    pub fn agreement(&self) -> [(Tally, Interval); 2] {
        [self.golden, self.seconds].map(|tally| (tally, tally.wilson()))
    }

    /// A verdict of theirs was appealed, and stood or fell.
    pub fn appealed(&mut self, stood: bool) {
        self.upheld.count(stood);
    }

    /// Adds what a settled review says about a person.
    pub fn learn(&mut self, review: &Review, person: PersonId) {
        let Some(said) = review.judgements.iter().find(|judgement| judgement.by == person) else { return };
        if let Some(known) = review.golden {
            self.golden.count(said.verdict == known);
            match known {
                _ if said.verdict == Verdict::Unsure => {}
                Verdict::Fake => self.found.count(said.verdict == Verdict::Fake),
                Verdict::Genuine => self.accused.count(said.verdict == Verdict::Fake),
                Verdict::Unsure => {}
            }
        } else if let ([first, second, ..], true) = (&review.judgements[..], review.second) {
            let both = [first, second].iter().any(|each| each.by == person) && first.verdict != Verdict::Unsure;
            if both {
                self.seconds.count(first.verdict == second.verdict);
            }
        }
    }
}

/// All reviewers' golden answers together, for the [estimates](crate::estimate); none without any.
pub fn golden<'r>(records: impl IntoIterator<Item = &'r Record>) -> Option<Golden> {
    let add =
        |sum: Tally, one: Tally| Tally { hits: sum.hits.saturating_add(one.hits), of: sum.of.saturating_add(one.of) };
    let zero = Golden { found: Tally::default(), accused: Tally::default() };
    let sum = records.into_iter().fold(zero, |sum, record| Golden {
        found: add(sum.found, record.found),
        accused: add(sum.accused, record.accused),
    });
    (sum.found.of > 0 && sum.accused.of > 0).then_some(sum)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn person(id: u128) -> PersonId {
        PersonId(Uuid::from_u128(id))
    }

    fn says(by: u128, verdict: Verdict) -> Judgement {
        let (class, reason, note) = ("counterfeit".to_owned(), "logo".to_owned(), String::new());
        Judgement {
            id: JudgementId(Uuid::nil()),
            by: person(by),
            verdict,
            class,
            confidence: 90,
            reason,
            note,
            at: Moment(0),
        }
    }

    fn judged(review: &mut Review, by: u128, verdict: Verdict, lead: bool) -> Result<(), Refusal> {
        judge(review, says(by, verdict), lead)?.iter().for_each(|event| apply(review, event));
        Ok(())
    }

    fn how(review: &Review) -> Option<How> {
        review.settled.as_ref().map(|settled| settled.how)
    }

    #[test]
    fn one_is_enough_unless_it_was_drawn() {
        let mut review = Review::default();
        judged(&mut review, 1, Verdict::Fake, false).unwrap();
        assert_eq!(how(&review), Some(How::First));
        assert_eq!(judged(&mut review, 2, Verdict::Fake, false), Err(Refusal::Settled));
    }

    #[test]
    fn a_second_is_somebody_else_and_blind() {
        let mut review = Review { second: true, ..Review::default() };
        assert!(review.shows(person(1)).screening);
        judged(&mut review, 1, Verdict::Fake, false).unwrap();
        assert_eq!(review.shows(person(2)), Shown { screening: false, judgements: false });
        assert_eq!(judged(&mut review, 1, Verdict::Fake, true), Err(Refusal::SamePerson));
        judged(&mut review, 2, Verdict::Fake, false).unwrap();
        assert_eq!(how(&review), Some(How::Agreed));
    }

    #[test]
    fn who_disagrees_or_cannot_tell_calls_a_lead() {
        let mut review = Review { second: true, ..Review::default() };
        judged(&mut review, 1, Verdict::Fake, false).unwrap();
        judged(&mut review, 2, Verdict::Genuine, false).unwrap();
        assert_eq!(judged(&mut review, 3, Verdict::Fake, false), Err(Refusal::NeedsLead));
        assert_eq!(judged(&mut review, 2, Verdict::Fake, true), Err(Refusal::SamePerson));
        assert!(review.shows(person(3)).judgements);
        judged(&mut review, 3, Verdict::Genuine, true).unwrap();
        assert_eq!(how(&review), Some(How::Lead));
        let mut review = Review { second: true, ..Review::default() };
        judged(&mut review, 1, Verdict::Unsure, false).unwrap();
        assert_eq!(review.turn(), Turn::Lead);
    }

    #[test]
    fn golden_and_sampled_items_show_what_seconds_show() {
        let golden = Review { golden: Some(Verdict::Fake), blind: true, ..Review::default() };
        let sampled = Review { blind: true, ..Review::default() };
        let mut second = Review { second: true, ..Review::default() };
        judged(&mut second, 1, Verdict::Fake, false).unwrap();
        assert_eq!(golden.shows(person(2)), second.shows(person(2)));
        assert_eq!(sampled.shows(person(2)), second.shows(person(2)));
    }

    #[test]
    fn a_record_counts_golden_items_and_seconds() {
        let mut record = Record::default();
        for (known, said) in
            [(Verdict::Fake, Verdict::Fake), (Verdict::Genuine, Verdict::Fake), (Verdict::Fake, Verdict::Unsure)]
        {
            let mut review = Review { golden: Some(known), blind: true, ..Review::default() };
            judged(&mut review, 1, said, false).unwrap();
            assert_eq!(how(&review), Some(How::Golden));
            record.learn(&review, person(1));
        }
        let mut review = Review { second: true, ..Review::default() };
        judged(&mut review, 1, Verdict::Fake, false).unwrap();
        judged(&mut review, 2, Verdict::Genuine, false).unwrap();
        judged(&mut review, 3, Verdict::Genuine, true).unwrap();
        record.learn(&review, person(1));
        let tally = |hits, of| Tally { hits, of };
        assert_eq!((record.golden, record.found, record.accused), (tally(1, 3), tally(1, 1), tally(1, 1)));
        assert_eq!(record.seconds, tally(0, 1));
        let mut lead = Record::default();
        lead.learn(&review, person(3));
        assert_eq!(lead, Record::default());
        assert_eq!(golden([&record, &record]).unwrap().found, tally(2, 2));
        assert_eq!(golden([&lead]), None);
    }

    #[test]
    fn a_judgement_is_complete() {
        let check = |change: fn(&mut Judgement), refusal| {
            let mut judgement = says(1, Verdict::Fake);
            change(&mut judgement);
            assert_eq!(judge(&Review::default(), judgement, false), Err(refusal));
        };
        check(|j| j.confidence = 101, Refusal::Confidence);
        check(|j| j.reason = " ".into(), Refusal::Incomplete);
        check(|j| j.class = String::new(), Refusal::Incomplete);
        check(|j| j.note = "é".repeat(NOTE_CHARS_MAX + 1), Refusal::Note);
    }
}
