//! What is known of reviewers: what they have learnt to look at, and how often they were right.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use touchstone_cases::id::{PersonId, Seller};
use touchstone_cases::queue::Reviewer;
use touchstone_cases::review::{self, Review};
use touchstone_store::Found;

use crate::act::{Act, ActError, no};
use crate::record::{Record, by};
use crate::refusal::Refusal;

/// Skills of one person, at most.
const SKILLS_MAX: usize = 50;
/// Characters of a skill, at most.
const SKILL_CHARS_MAX: usize = 50;

/// What is known of somebody who reviews.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Who.
    pub person: PersonId,
    /// What queues may ask for.
    #[serde(default)]
    pub skills: BTreeSet<String>,
    /// How often they were right.
    #[serde(default)]
    pub record: review::Record,
}

impl Record for Known {
    const KIND: &'static str = "reviewer";

    fn id(&self) -> String {
        self.person.to_string()
    }

    fn owner(&self) -> Option<&Seller> {
        None
    }

    fn found(&self) -> Vec<Found> {
        vec![by("all", "", 0)]
    }
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event<'a> {
    Skilled { skills: &'a BTreeSet<String> },
}

/// What is known of a person; nothing yet of one who never reviewed.
///
/// # Errors
/// That the store fails.
pub async fn known(act: &Act<'_>, person: PersonId) -> Result<Known, ActError> {
    let known = act.look(&person.to_string()).await?;
    Ok(known.unwrap_or(Known { person, skills: BTreeSet::new(), record: review::Record::default() }))
}

/// The person who acts, as a reviewer.
///
/// # Errors
/// A machine is none; or that the store fails.
pub async fn reviewer(act: &Act<'_>, lead: bool) -> Result<Reviewer, ActError> {
    let id = act.person()?;
    Ok(Reviewer { id, lead, skills: known(act, id).await?.skills })
}

/// Says what somebody has learnt to look at.
///
/// # Errors
/// Skills that are no slugs, or too many.
pub async fn set_skills(act: &Act<'_>, person: PersonId, skills: BTreeSet<String>) -> Result<Known, ActError> {
    let slug = |skill: &String| {
        let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        (1..=SKILL_CHARS_MAX).contains(&skill.len()) && skill.bytes().all(letters)
    };
    if skills.len() > SKILLS_MAX || !skills.iter().all(slug) {
        let detail = format!("at most {SKILLS_MAX} skills, each a slug of at most {SKILL_CHARS_MAX} letters");
        return Err(no(Refusal::invalid(detail)));
    }
    let known = Known { skills, ..known(act, person).await? };
    act.happened(&known, &[Event::Skilled { skills: &known.skills }])?;
    act.put(&known).await?;
    Ok(known)
}

/// Adds what a settled review says about those who judged.
///
/// # Errors
/// That the store fails.
pub async fn learn(act: &Act<'_>, review: &Review) -> Result<(), ActError> {
    for person in review.judgements.iter().map(|judgement| judgement.by).collect::<BTreeSet<_>>() {
        let before = known(act, person).await?;
        let mut after = before.clone();
        after.record.learn(review, person);
        if after != before {
            act.put(&after).await?;
        }
    }
    Ok(())
}
