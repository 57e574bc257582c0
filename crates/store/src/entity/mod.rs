//! The tables. Names of listings stand in three columns, absent parts empty, as in the catalogue.

pub(crate) mod access;
pub(crate) mod account;
pub(crate) mod api_key;
pub(crate) mod blocked;
pub(crate) mod data_key;
pub(crate) mod decision;
pub(crate) mod decision_picture;
pub(crate) mod idempotency;
pub(crate) mod listing;
pub(crate) mod listing_version;
pub(crate) mod login_attempt;
pub(crate) mod master_key;
pub(crate) mod outcome;
pub(crate) mod pack;
pub(crate) mod picture;
pub(crate) mod picture_feature;
pub(crate) mod picture_print;
pub(crate) mod picture_use;
pub(crate) mod picture_work;
pub(crate) mod recovery_code;
pub(crate) mod seller;
pub(crate) mod session;
pub(crate) mod step;
