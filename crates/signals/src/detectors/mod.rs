//! One detector, one file: what it sees, its examples, its code.

mod shared;

pub(crate) mod authenticity_unregistered;
pub(crate) mod brand_claimed;
pub(crate) mod brand_compared;
pub(crate) mod brand_context;
pub(crate) mod brand_mentioned;
pub(crate) mod brand_obfuscated;
pub(crate) mod brands_stacked;
pub(crate) mod buyers_say_fake;
pub(crate) mod counterfeit_kit;
pub(crate) mod description_contradicts;
pub(crate) mod designs_offered;
pub(crate) mod evasion_talk;
pub(crate) mod gtin_foreign;
pub(crate) mod gtin_invalid;
pub(crate) mod harm;
pub(crate) mod hidden_link;
pub(crate) mod impossible_product;
pub(crate) mod kind;
pub(crate) mod language;
pub(crate) mod lookalike_name;
pub(crate) mod off_platform_contact;
pub(crate) mod parallel_import;
pub(crate) mod price_vs_brand;
pub(crate) mod price_vs_kind;
pub(crate) mod provenance;
pub(crate) mod refurbished_as_new;
pub(crate) mod replica_vocabulary;
pub(crate) mod second_hand;
pub(crate) mod seller_age_days;
pub(crate) mod seller_authorised;
pub(crate) mod seller_identity;
pub(crate) mod seller_reversed;
pub(crate) mod seller_upheld;
pub(crate) mod used_implausible;
pub(crate) mod wholesale_branded;
