//! A rule as it is used: what it does when it fires, and what it says to whom.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::message::Texts;

/// Declares an enum of slugs with its spelling in files and decisions.
macro_rules! slugs {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $slug:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $slug)] $variant,)+ }

        impl $name {
            /// Its slug, as in files and decisions.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $slug,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

slugs! {
    /// What a rule asks for. Ordered from mildest to strictest; what is above `allow` stops a listing.
    Outcome {
        /// Stops nothing and gives no class; makes what stops the listing graver and its review sooner.
        Escalate = "escalate",
        /// Gives a class to what stays up; never weakens another rule.
        Allow = "allow",
        /// A person looks.
        Review = "review",
        /// The listing does not go up.
        Block = "block",
    }
}

slugs! {
    /// What a listing is held to be.
    Class {
        /// Pretends to be made by the brand.
        Counterfeit = "counterfeit",
        /// Shows somebody else's picture.
        StolenPicture = "stolen_picture",
        /// A name made to be mistaken for the brand's.
        LookalikeBrand = "lookalike_brand",
        /// Genuine, but not for this market.
        ParallelImport = "parallel_import",
        /// Used, sold as new.
        RefurbishedAsNew = "refurbished_as_new",
        /// Labels, boxes, receipts that make counterfeits look genuine.
        CounterfeitingAccessory = "counterfeiting_accessory",
        /// Genuine and second-hand.
        GenuineResale = "genuine_resale",
        /// Nothing to say.
        None = "none",
    }
}

slugs! {
    /// How much harm the rule is about; orders the reviewers' queue.
    Severity {
        /// Least.
        Low = "low",
        /// Some.
        Medium = "medium",
        /// Much.
        High = "high",
        /// Danger to health or safety.
        Critical = "critical",
    }
}

slugs! {
    /// Whether a rule counts.
    Mode {
        /// Compiled and tested, never evaluated on listings.
        Off = "off",
        /// Evaluated and recorded, without effect.
        Shadow = "shadow",
        /// Has effect.
        Enforce = "enforce",
    }
}

slugs! {
    /// What happens to a listing while it is under review. Ordered from mild to strict.
    Listing {
        /// It stays up.
        Live = "live",
        /// It waits.
        Hold = "hold",
    }
}

slugs! {
    /// The honest way out that a seller is offered.
    Cure {
        /// Show a receipt.
        ProvePurchase = "prove_purchase",
        /// Show the brand's authorisation.
        ProveAuthorisation = "prove_authorisation",
        /// Name the right brand.
        CorrectBrand = "correct_brand",
        /// State the right condition.
        CorrectCondition = "correct_condition",
        /// State the right price.
        CorrectPrice = "correct_price",
        /// Show the item itself.
        CorrectPicture = "correct_picture",
        /// Describe the item as it is.
        CorrectText = "correct_text",
    }
}

/// What a review means for the listing, and by when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// Whether it waits or stays up.
    pub listing: Listing,
    /// Deadline in hours.
    pub hours: u32,
}

impl Review {
    /// Longest deadline that a file may give: a year.
    pub(crate) const HOURS_MAX: u32 = 366 * 24;

    /// When nothing is said: wait, at most a day.
    pub(crate) const DEFAULT: Self = Self { listing: Listing::Hold, hours: 24 };

    /// When a rule could not be computed: our fault, so the listing stays up.
    pub(crate) const RULE_ERROR: Self = Self { listing: Listing::Live, hours: 24 };

    /// The stricter of each part.
    pub(crate) fn stricter(self, other: Self) -> Self {
        Self { listing: self.listing.max(other.listing), hours: self.hours.min(other.hours) }
    }
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Immutable slug: the file's stem, and the reason code of decisions.
    pub id: String,
    /// What it asks for.
    pub outcome: Outcome,
    /// What it holds the listing to be.
    pub class: Class,
    /// How much harm it is about.
    pub severity: Severity,
    /// Whether it counts.
    pub mode: Mode,
    /// Whether it is about an explicit admission, which alone is enough for a block.
    pub admission: bool,
    /// The condition in canonical spelling.
    pub when: String,
    /// Positions of the signals whose evidence the reason shows, as written.
    pub evidence: Vec<usize>,
    /// What its review means; for a block rule, if the block is lowered to a review.
    pub review: Review,
    /// The honest way out, if the seller has one.
    pub cure: Option<Cure>,
    pub(crate) message: Texts,
    pub(crate) seller: Texts,
}

impl Rule {
    /// What staff reads. `value` gives the value of a column (or of `score`) by name. The language falls
    /// back from `zh-tw` to `zh` to `en` to the first there is; empty only for an allow rule without a message.
    pub fn message(&self, language: &str, value: impl Fn(&str) -> String) -> String {
        self.message.render(language, value)
    }

    /// What the seller is told: only sayable columns are ever asked for.
    pub fn seller_text(&self, language: &str, value: impl Fn(&str) -> String) -> String {
        self.seller.render(language, value)
    }

    /// The names that the two faces ask values for, staff's first.
    pub fn placeholders(&self) -> impl Iterator<Item = &str> {
        self.message.placeholders().chain(self.seller.placeholders())
    }
}
