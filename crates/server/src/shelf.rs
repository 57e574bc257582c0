//! The banks of this data folder: asked by calls, changed by people, and read again several times a second, so that what
//! any process adds is found by every process within a second.
//!
//! | module | holds |
//! |---|---|
//! | [`put`] | pictures and lists that become entries |
//! | [`logos`] | the enrolled logos, made ready beside the calls |
//! | [`watch`] | the breaker, fed by traffic |

mod logos;
mod put;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use touchstone_banks::breaker::{Breaker, Limits as BreakerLimits};
use touchstone_banks::{Act, Answer, Bank, BankError, Change, EntryFeatures, Library, Logos, Settings};
use touchstone_gallery::{Compare, featured};
use touchstone_sight::Eyes;
use touchstone_sight::logo::LogoSet;
use touchstone_vision::decode::{Limits, decode};
use touchstone_vision::pdq::{Full, Pdq, full};

pub(crate) use self::logos::{Enrolment, LogoBox};
pub(crate) use self::put::{About, Put, Unfit};
pub(crate) use self::watch::Watched;

/// How often is looked what other processes added.
pub(crate) const REFRESH_EVERY: Duration = Duration::from_millis(200);

/// The banks, and what it takes to ask them.
pub(crate) struct Shelf {
    library: RwLock<Library>,
    /// Logos that are being made ready; one at a time.
    coming: Mutex<Logos>,
    /// Logos that are looked for, and what names them.
    logos: RwLock<(Arc<LogoSet>, String)>,
    breaker: Mutex<Breaker>,
    data: PathBuf,
    eyes: Option<Arc<Eyes>>,
}

impl Shelf {
    /// Opens the banks; with models, where there are some.
    pub(crate) fn open(data: &Path, eyes: Option<Arc<Eyes>>, breaker: BreakerLimits) -> Result<Self, BankError> {
        let shelf = Self {
            library: RwLock::new(Library::open(data)?),
            coming: Mutex::default(),
            logos: RwLock::default(),
            breaker: Mutex::new(Breaker::new(breaker)),
            data: data.to_owned(),
            eyes,
        };
        shelf.ready_logos()?;
        Ok(shelf)
    }

    /// The folder in which banks keep their pictures.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// Learns what other processes added.
    pub(crate) fn refresh(&self) -> Result<bool, BankError> {
        self.library.write().unwrap_or_else(PoisonError::into_inner).refresh()
    }

    pub(crate) fn with<T>(&self, look: impl FnOnce(&Library) -> T) -> T {
        look(&self.library.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What a picture is a copy of, weak candidates too.
    pub(crate) fn query(&self, bytes: &[u8], most: usize) -> Result<Answer, String> {
        let picture = decode(bytes, &Limits::default()).map_err(|refusal| refusal.to_string())?;
        let features = featured::asked(bytes, &picture, self.eyes.as_deref());
        let hashes = self.with(Library::wants_hashes).then(|| full(&picture).hashes());
        Ok(self.with(|library| library.query(&features, hashes.as_ref(), most)))
    }

    /// Changes an entry; what is so already by the same hand, as `again` says, stays so.
    pub(crate) fn set(&self, id: &str, change: &Change, act: &Act, again: bool) -> Result<(), BankError> {
        self.change(|library| match library.banks_mut().change(&[id.to_owned()], change, act) {
            Err(BankError::Refused(_)) if again && is_done(library, id, change, act) => Ok(()),
            done => done.map(drop),
        })
    }

    /// Changes the settings of a bank, or starts it again; `again` as for an entry.
    pub(crate) fn set_bank(&self, bank: Bank, change: &Change, act: &Act, again: bool) -> Result<(), BankError> {
        self.change(|library| match library.banks_mut().change_bank(bank, change, act) {
            Err(BankError::Refused(_)) if again && is_last(library.banks().contents().bank(bank), change, act) => {
                Ok(())
            }
            done => done,
        })
    }

    /// Changes the banks, durably, and finds what was changed from then on.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Library) -> Result<T, BankError>) -> Result<T, BankError> {
        let mut library = self.library.write().unwrap_or_else(PoisonError::into_inner);
        let done = change(&mut library)?;
        library.index()?;
        Ok(done)
    }
}

fn is_done(library: &Library, id: &str, change: &Change, act: &Act) -> bool {
    library.banks().contents().entry(id).is_some_and(|entry| is_last(&entry.settings, change, act))
}

/// Whether this was done last, by the same hand and for the same reason.
fn is_last(settings: &Settings, change: &Change, act: &Act) -> bool {
    let last = settings.history.last();
    last.is_some_and(|line| line.change == *change && line.act.by == act.by && line.act.why == act.why)
}

/// Pictures are compared with what the banks hold at that moment.
pub(crate) struct OnShelf(pub(crate) Arc<Shelf>);

impl Compare for OnShelf {
    fn version(&self) -> String {
        self.0.with(|library| library.banks().version().to_string())
    }

    fn logos(&self) -> (Arc<LogoSet>, String) {
        self.0.logos_now()
    }

    fn wants_hashes(&self) -> bool {
        self.0.with(Library::wants_hashes)
    }

    fn copies(&self, features: &EntryFeatures, hashes: Option<&[Pdq<Full>; 8]>) -> Vec<touchstone_gallery::Match> {
        self.0.with(|library| touchstone_gallery::copies(library, features, hashes))
    }
}
