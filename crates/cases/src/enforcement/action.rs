//! What may be done about a finding: a measure, how far it reaches, from when until when, and why.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::id::{ActionId, Hash, Listing, PersonId, Seller};
use crate::moment::Moment;
use crate::money::Money;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// The seller is told that this must not happen again.
    Warn,
    /// Penalty points beside those that the ladder gives.
    Points(u32),
    /// Shown later in search.
    Demote,
    /// Waits before it is published.
    Hold,
    /// Not shown; the seller keeps it.
    Hide,
    /// Taken down.
    Remove,
    /// Nothing new may be offered.
    ListingBan,
    /// Nothing may be sold.
    Suspend,
    /// The account ends.
    Close,
    /// Money that is not paid out.
    Freeze(Money),
}

impl Measure {
    /// Its slug, as in files, events and catalogues of texts.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Points(_) => "points",
            Self::Demote => "demote",
            Self::Hold => "hold",
            Self::Hide => "hide",
            Self::Remove => "remove",
            Self::ListingBan => "listing_ban",
            Self::Suspend => "suspend",
            Self::Close => "close",
            Self::Freeze(_) => "freeze",
        }
    }

    /// The measure of a slug, if it needs no amount.
    pub fn of_slug(slug: &str) -> Option<Self> {
        let plain = [Self::Warn, Self::Demote, Self::Hold, Self::Hide, Self::Remove, Self::ListingBan, Self::Suspend];
        plain.into_iter().chain([Self::Close]).find(|measure| measure.slug() == slug)
    }

    /// Whether it is about what is offered, and not about who offers it.
    pub fn is_about_goods(self) -> bool {
        matches!(self, Self::Demote | Self::Hold | Self::Hide | Self::Remove)
    }

    /// Whether it keeps an account from something. Only these may begin after a drawn delay.
    pub fn is_about_account(self) -> bool {
        matches!(self, Self::ListingBan | Self::Suspend | Self::Close)
    }

    /// From mild to strict; a ladder rises in it.
    pub fn strictness(self) -> u8 {
        match self {
            Self::Warn => 0,
            Self::Points(_) => 1,
            Self::Demote => 2,
            Self::Hold => 3,
            Self::Hide => 4,
            Self::Remove => 5,
            Self::Freeze(_) => 6,
            Self::ListingBan => 7,
            Self::Suspend => 8,
            Self::Close => 9,
        }
    }
}

/// Goods of a brand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Goods {
    /// The brand's slug.
    pub brand: String,
    /// The kind's slug; none: every kind of that brand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

impl Goods {
    /// Whether the other goods are among these.
    pub fn cover(&self, other: &Self) -> bool {
        self.brand == other.brand && (self.kind.is_none() || self.kind == other.kind)
    }
}

/// How far an action reaches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// One listing.
    Listing(Listing),
    /// Everything of that brand and kind that a seller offers.
    Goods {
        /// Whose.
        seller: Seller,
        /// Which.
        goods: Goods,
    },
    /// A seller with everything that is offered.
    Seller(Seller),
    /// Those goods on a marketplace, whoever offers them.
    Marketplace {
        /// Where.
        marketplace: String,
        /// Which.
        goods: Goods,
    },
}

impl Scope {
    /// Whom it is about, if it is about one.
    pub fn seller(&self) -> Option<&Seller> {
        match self {
            Self::Listing(listing) => Some(&listing.seller),
            Self::Goods { seller, .. } | Self::Seller(seller) => Some(seller),
            Self::Marketplace { .. } => None,
        }
    }

    /// Its slug.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::Listing(_) => "listing",
            Self::Goods { .. } => "goods",
            Self::Seller(_) => "seller",
            Self::Marketplace { .. } => "marketplace",
        }
    }

    /// Whether it reaches an offer. Of an offer whose goods are not known, scopes of goods know nothing.
    pub fn reaches(&self, offer: &Offer) -> bool {
        let among = |goods: &Goods| offer.goods.as_ref().is_some_and(|offered| goods.cover(offered));
        match self {
            Self::Listing(listing) => *listing == offer.listing,
            Self::Goods { seller, goods } => *seller == offer.listing.seller && among(goods),
            Self::Seller(seller) => *seller == offer.listing.seller,
            Self::Marketplace { marketplace, goods } => {
                *marketplace == offer.listing.seller.marketplace && among(goods)
            }
        }
    }
}

/// A listing and what it offers, as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Offer {
    /// Which listing.
    pub listing: Listing,
    /// What it offers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goods: Option<Goods>,
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Somebody.
    Person(PersonId),
    /// A rule, without anybody.
    Rule(String),
    /// The ladder, following what a person or a rule did.
    Ladder,
}

impl Actor {
    /// The person, if it was one.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Self::Person(person) => Some(*person),
            Self::Rule(_) | Self::Ladder => None,
        }
    }

    /// Whether nobody looked.
    pub fn is_automatic(&self) -> bool {
        self.person().is_none()
    }
}

/// How grave the finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Least.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
    /// Danger to health or safety.
    Critical,
}

/// Why no warning or notice comes first, where the law lets that be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exception {
    /// A law or an authority orders it, and leaves no time.
    LegalDuty,
    /// National law knows an imperative reason.
    ImperativeReason,
    /// It happened again and again, which the history must show.
    RepeatedInfringement,
    /// A suspension for something else than frequent infringement: fraud, an account that was taken over.
    OtherGround,
}

/// What somebody wants done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The id that the action gets.
    pub id: ActionId,
    /// What.
    pub measure: Measure,
    /// How far.
    pub scope: Scope,
    /// What the listing offers, so that proof for those goods is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goods: Option<Goods>,
    /// ISO countries in which it holds; empty: everywhere.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub markets: BTreeSet<String>,
    /// First moment; none: at once, or when the notice is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Moment>,
    /// First moment at which it holds no more; none: until it is undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Moment>,
    /// Reason code.
    pub reason: String,
    /// How grave.
    pub severity: Severity,
    /// The text of the policy or law it stands on, as it was then.
    pub policy: String,
    /// What was seen, by content.
    pub evidence: BTreeSet<Hash>,
    /// Why no warning or notice comes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<Exception>,
}

/// What it follows from: an incident that reached a rung of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cause {
    /// The incident.
    pub incident: Uuid,
    /// Points at which the rung begins, below which the consequence ends; none if it outlasts its points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<u32>,
}

/// An action as it was imposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// What was ordered.
    #[serde(flatten)]
    pub order: Order,
    /// What was decided together: counted once, however many listings it was about.
    pub incident: Uuid,
    /// When it was decided.
    pub imposed_at: Moment,
    /// First moment at which it holds.
    pub from: Moment,
    /// By whom.
    pub actor: Actor,
    /// Chance that was drawn for the delay of account consequences, of 2³².
    #[serde(default)]
    pub draw: u32,
    /// What it follows from; none if somebody or a rule decided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
}

impl Action {
    /// Its id.
    pub fn id(&self) -> ActionId {
        self.order.id
    }

    /// Whether a moment is between its start and its end.
    pub fn spans(&self, at: Moment) -> bool {
        self.from <= at && self.order.end.is_none_or(|end| at < end)
    }

    /// Whether it holds in that country; asked without one, whether it holds anywhere.
    pub fn holds_in(&self, market: Option<&str>) -> bool {
        self.order.markets.is_empty() || market.is_none_or(|market| self.order.markets.contains(market))
    }
}
