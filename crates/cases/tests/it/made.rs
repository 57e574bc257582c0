//! Items and people for tests.

use touchstone_cases::id::{Hash, ItemId, JudgementId, Listing, PersonId, Seller, Subject, Version};
use touchstone_cases::moment::Moment;
use touchstone_cases::queue::{Ageing, Entry, Item, Reviewer, Risk};
use touchstone_cases::review::{Judgement, Review, Verdict};
use touchstone_cases::routing::Route;
use uuid::Uuid;

pub(crate) fn person(id: u128) -> PersonId {
    PersonId(Uuid::from_u128(id))
}

pub(crate) fn reviewer(id: u128, lead: bool) -> Reviewer {
    Reviewer { id: person(id), lead, skills: [].into() }
}

/// The listing of that number, as it was when its content had this hash.
pub(crate) fn version(id: u128, seller: &str, content: u8) -> Version {
    let seller = Seller { marketplace: String::new(), seller_id: seller.to_owned() };
    Version { listing: Listing { seller, listing_id: id.to_string() }, content: Hash([content; 32]) }
}

pub(crate) fn item(id: u128, at_risk_minor: u64, review: Review, now: i64) -> Item {
    let risk = Risk { probability_micro: 500_000, at_risk_minor, severity_minor: 0, exposure_daily: 10 };
    let entry = Entry {
        id: ItemId(Uuid::from_u128(id)),
        subject: Subject::Listing(version(id, "s", 0)),
        decision: None,
        drawn: None,
        stratum: None,
        decided_at: None,
        risk,
        place: None,
        route: Route { queue: "general".into(), skill: None },
        review,
    };
    Item::enter(entry, Ageing::default(), Moment(now))
}

pub(crate) fn judgement(verdict: Verdict) -> Judgement {
    Judgement {
        id: JudgementId(Uuid::nil()),
        by: person(0),
        verdict,
        class: "counterfeit".into(),
        confidence: 80,
        reason: "logo".into(),
        note: String::new(),
        at: Moment(0),
    }
}
