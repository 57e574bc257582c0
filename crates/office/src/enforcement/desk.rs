//! All actions on a seller, or on goods of a marketplace, as one record; and of each action, on which desk it lies.

use serde::{Deserialize, Serialize};
use touchstone_cases::enforcement::{Scope, Standing};
use touchstone_cases::id::{ActionId, PersonId, Seller};
use touchstone_cases::moment::Moment;
use touchstone_store::Found;

use crate::record::{Record, by, seller_id};

/// Whose desk.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// A seller with all its goods.
    Seller(Seller),
    /// Goods of a marketplace, whoever offers them.
    Marketplace(String),
}

impl Of {
    /// Where an action of this scope lies.
    pub fn scope(scope: &Scope) -> Self {
        match scope {
            Scope::Listing(listing) => Self::Seller(listing.seller.clone()),
            Scope::Goods { seller, .. } | Scope::Seller(seller) => Self::Seller(seller.clone()),
            Scope::Marketplace { marketplace, .. } => Self::Marketplace(marketplace.clone()),
        }
    }

    /// In one text: no two are written alike, since a seller's begins with a number.
    pub fn id(&self) -> String {
        match self {
            Self::Seller(seller) => seller_id(seller),
            Self::Marketplace(name) => format!("market:{name}"),
        }
    }

    /// The seller, if it is one's.
    pub fn seller(&self) -> Option<&Seller> {
        match self {
            Self::Seller(seller) => Some(seller),
            Self::Marketplace(_) => None,
        }
    }
}

/// All actions there ever were on a seller or on a marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// Whose.
    pub of: Of,
    /// The actions.
    pub standing: Standing,
    /// When something ends by itself next.
    pub next: Option<Moment>,
}

impl Desk {
    /// A desk on which nothing lies.
    pub fn empty(of: Of) -> Self {
        Self { of, standing: Standing::default(), next: None }
    }
}

impl Record for Desk {
    const KIND: &'static str = "standing";

    fn id(&self) -> String {
        self.of.id()
    }

    fn owner(&self) -> Option<&Seller> {
        self.of.seller()
    }

    fn found(&self) -> Vec<Found> {
        let due = self.next.map(|next| by("due", "", next.0));
        let seller = self.of.seller().map(|seller| by("seller", seller_id(seller), 0));
        [due, seller].into_iter().flatten().collect()
    }
}

/// Where an action lies. It is written once, so that a desk with many actions is not found by each of them anew at every
/// change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// Which action.
    pub id: ActionId,
    /// On whose desk.
    pub of: Of,
    /// Who agreed to it, if somebody had to.
    pub approved_by: Option<PersonId>,
}

impl Record for Filed {
    const KIND: &'static str = "action";

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn owner(&self) -> Option<&Seller> {
        self.of.seller()
    }

    fn found(&self) -> Vec<Found> {
        Vec::new()
    }
}
