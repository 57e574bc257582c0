//! The database's enumerations, as far as a marketplace for goods uses them.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $first:ident = $word:literal, $($variant:ident = $other:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[allow(missing_docs, reason = "the words are the schema's")]
        pub enum $name {
            #[default]
            #[serde(rename = $word)]
            $first,
            $(#[serde(rename = $other)] $variant,)*
        }
    )*};
}

words! {
    /// `decision_visibility`
    Visibility {
        Removed = "DECISION_VISIBILITY_CONTENT_REMOVED",
        Disabled = "DECISION_VISIBILITY_CONTENT_DISABLED",
        Demoted = "DECISION_VISIBILITY_CONTENT_DEMOTED",
        AgeRestricted = "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED",
        InteractionRestricted = "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",
        Labelled = "DECISION_VISIBILITY_CONTENT_LABELLED",
        Other = "DECISION_VISIBILITY_OTHER",
    }
    /// `decision_monetary`
    Monetary {
        Suspension = "DECISION_MONETARY_SUSPENSION",
        Termination = "DECISION_MONETARY_TERMINATION",
        Other = "DECISION_MONETARY_OTHER",
    }
    /// `decision_provision`
    Provision {
        PartialSuspension = "DECISION_PROVISION_PARTIAL_SUSPENSION",
        TotalSuspension = "DECISION_PROVISION_TOTAL_SUSPENSION",
        PartialTermination = "DECISION_PROVISION_PARTIAL_TERMINATION",
        TotalTermination = "DECISION_PROVISION_TOTAL_TERMINATION",
    }
    /// `decision_account`
    Account {
        Suspended = "DECISION_ACCOUNT_SUSPENDED",
        Terminated = "DECISION_ACCOUNT_TERMINATED",
    }
    /// `account_type`
    AccountType {
        Business = "ACCOUNT_TYPE_BUSINESS",
        Private = "ACCOUNT_TYPE_PRIVATE",
    }
    /// `decision_ground`
    Ground {
        Illegal = "DECISION_GROUND_ILLEGAL_CONTENT",
        Incompatible = "DECISION_GROUND_INCOMPATIBLE_CONTENT",
    }
    /// `content_type`
    ContentType {
        Product = "CONTENT_TYPE_PRODUCT",
        Image = "CONTENT_TYPE_IMAGE",
        Text = "CONTENT_TYPE_TEXT",
        Video = "CONTENT_TYPE_VIDEO",
        Audio = "CONTENT_TYPE_AUDIO",
        App = "CONTENT_TYPE_APP",
        SyntheticMedia = "CONTENT_TYPE_SYNTHETIC_MEDIA",
        Other = "CONTENT_TYPE_OTHER",
    }
    /// `category`
    Category {
        IntellectualProperty = "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        ConsumerInformation = "STATEMENT_CATEGORY_CONSUMER_INFORMATION",
        OtherViolation = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
        ScamsAndFraud = "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        UnsafeProducts = "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
    }
    /// `category_specification`
    Keyword {
        Trademark = "KEYWORD_TRADEMARK_INFRINGEMENT",
        Design = "KEYWORD_DESIGN_INFRINGEMENT",
        Copyright = "KEYWORD_COPYRIGHT_INFRINGEMENT",
        Patent = "KEYWORD_PATENT_INFRINGEMENT",
        GeographicIndication = "KEYWORD_GEOGRAPHIC_INDICATIONS_INFRINGEMENT",
        TradeSecret = "KEYWORD_TRADE_SECRET_INFRINGEMENT",
        InauthenticListings = "KEYWORD_INAUTHENTIC_LISTINGS",
        MisleadingGoods = "KEYWORD_MISLEADING_INFO_GOODS_SERVICES",
        ProhibitedProducts = "KEYWORD_PROHIBITED_PRODUCTS",
        UnsafeProducts = "KEYWORD_UNSAFE_PRODUCTS",
        Other = "KEYWORD_OTHER",
    }
    /// `source_type`
    SourceType {
        Voluntary = "SOURCE_VOLUNTARY",
        Article16 = "SOURCE_ARTICLE_16",
        TrustedFlagger = "SOURCE_TRUSTED_FLAGGER",
        OtherNotification = "SOURCE_TYPE_OTHER_NOTIFICATION",
    }
    /// `automated_decision`
    AutomatedDecision {
        Not = "AUTOMATED_DECISION_NOT_AUTOMATED",
        Partially = "AUTOMATED_DECISION_PARTIALLY",
        Fully = "AUTOMATED_DECISION_FULLY",
    }
    /// `automated_detection` and others that are yes or no.
    YesNo {
        No = "No",
        Yes = "Yes",
    }
}

/// Countries of the European Union.
const UNION: &[&str] = &[
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];
/// Countries of the European Economic Area beside them.
const AREA: &[&str] = &["IS", "LI", "NO"];

/// Whether the database knows a country.
pub(super) fn is_country(code: &str) -> bool {
    UNION.contains(&code) || AREA.contains(&code)
}
