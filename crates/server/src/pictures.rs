//! Pictures of listings: fetched or sent, kept once, looked at once, and decided on with the words.
//!
//! ```text
//! call with addresses ─► decision by the words, provisional ─┬─► answer
//!                                                            └─► work, in the same transaction
//! work, when due ─ fetch ─► bytes ─ keep ─► look ─► facts ─► successor, final, and when to fetch again
//! call with pictures ────────────────► look ─► facts ─► decision, final ─► answer
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`eyes`] | the few threads that look |
//! | [`seen`] | a picture from its bytes to what is known of it |
//! | [`same`] | pictures of a listing of which only the price was changed |
//! | [`work`] | listings whose pictures are to be fetched, and their successors |
//! | [`when`] | when to try again, and when to fetch again |
//!
//! A picture that can't be had says nothing about a listing: the decision by the words stands, with the reason.

mod eyes;
mod note;
pub(crate) mod same;
mod seen;
mod when;
mod work;

use std::sync::Arc;

use touchstone_catalog::Listing;
use touchstone_store::{Pictures as Files, Store};

pub(crate) use self::eyes::{Eyes, Patience};
pub use self::eyes::{Look, PlainEyes};
pub(crate) use self::note::{PictureNote, written};
pub(crate) use self::same::Known;
pub(crate) use self::seen::{Looked, Seen, look};
use self::when::Calendar;
pub(crate) use self::work::LEASE;
use crate::app::StartError;
use crate::config::Config;
use crate::fetch::{FetchError, Fetched, Fetcher, Names, Networks};
use crate::problem::{Code, Problem};

/// What it takes to have pictures.
pub(crate) struct Pictures {
    pub(crate) files: Files,
    pub(crate) eyes: Eyes,
    fetcher: Option<Fetcher>,
    calendar: Calendar,
    /// Somebody waits for pictures.
    pub(crate) awaited: tokio::sync::Notify,
}

impl Pictures {
    pub(crate) fn open(
        config: &Config,
        store: &Store,
        look: Arc<dyn Look>,
        names: Arc<dyn Names>,
    ) -> Result<Self, StartError> {
        let settings = &config.pictures;
        let networks = Networks::with(&settings.fetch_allow).map_err(StartError::Limits)?;
        let fetcher = Fetcher::new(settings.fetch.clone(), networks, names);
        let fetcher = fetcher.map_err(|error| StartError::Limits(error.to_string()))?;
        let threads = |source| StartError::System { what: "threads".to_owned(), source };
        Ok(Self {
            files: Files::open(&settings.place, store)?,
            eyes: Eyes::start(look, settings.lookers, settings.looks_waiting_max).map_err(threads)?,
            fetcher: Some(fetcher).filter(|_| settings.fetching),
            calendar: Calendar::new(settings.refetch, settings.seed),
            awaited: tokio::sync::Notify::new(),
        })
    }

    /// Fetches a picture for a caller.
    pub(crate) async fn fetch(&self, address: &str) -> Result<Result<Fetched, FetchError>, Problem> {
        let off = || Problem::new(Code::BadPicture, "this server fetches no pictures; send the file");
        Ok(self.fetcher.as_ref().ok_or_else(off)?.fetch(address).await)
    }

    /// Whether a listing has pictures that are to be fetched.
    pub(crate) fn awaits(&self, listing: &Listing<'_>) -> bool {
        self.fetcher.is_some() && addresses(listing).any(is_web)
    }
}

/// The addresses of a listing's pictures, the main one first.
fn addresses<'a>(listing: &Listing<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    let main = Some(listing.image_link).filter(|address| !address.is_empty());
    main.into_iter().chain(listing.additional_image_link)
}

fn is_web(address: &str) -> bool {
    let starts = |scheme: &str| address.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
    starts("http://") || starts("https://")
}
