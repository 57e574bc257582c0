//! Enrolled logos: seen once, and made ready to be looked for beside the calls, which meanwhile look for those that are
//! ready.

use std::sync::{Arc, PoisonError};

use sha2::{Digest, Sha256};
use touchstone_banks::{Bank, BankError, Item, NewItem, pictures};
use touchstone_sight::Eyes;
use touchstone_sight::logo::{Found, LogoSet, Shown};
use touchstone_vision::PixelBox;
use touchstone_vision::decode::{Limits, decode};

use super::Shelf;
use super::put::Unfit;
use crate::active::hex;

/// A box on a photo, in its pixels, upright; half open.
pub(crate) type LogoBox = [u32; 4];

/// A photo with logos of one brand.
#[derive(Debug, Clone)]
pub(crate) struct Enrolment {
    pub(crate) brand: String,
    /// Where they are; empty where the picture shows a logo and nothing else.
    pub(crate) boxes: Vec<LogoBox>,
    /// Logos of others on it, which are not enrolled, and are no examples of what is no logo.
    pub(crate) others: Vec<LogoBox>,
    pub(crate) source: Option<String>,
}

impl Shelf {
    /// The models; why there are none, in words.
    pub(crate) fn eyes(&self) -> Result<Arc<Eyes>, String> {
        self.eyes.clone().ok_or_else(|| "this server has no models, without which no logo is seen".to_owned())
    }

    /// The logos that are looked for now, and what names them.
    pub(crate) fn logos_now(&self) -> (Arc<LogoSet>, String) {
        self.logos.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes ready what the banks hold; whether there was something new. Who comes meanwhile waits, and finds it done.
    pub(crate) fn ready_logos(&self) -> Result<bool, BankError> {
        let mut coming = self.coming.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.with(|library| coming.index(library.banks()))? {
            return Ok(false);
        }
        if let Some(eyes) = &self.eyes {
            coming.set().prepare(eyes).map_err(|error| BankError::Refused(error.to_string()))?;
        }
        let ready = (Arc::clone(coming.set()), coming.version().to_owned());
        *self.logos.write().unwrap_or_else(PoisonError::into_inner) = ready;
        Ok(true)
    }

    /// Logos on a picture, best first.
    pub(crate) fn find_logos(&self, bytes: &[u8]) -> Result<Vec<Found>, String> {
        let eyes = self.eyes()?;
        let picture = decode(bytes, &Limits::default()).map_err(|refusal| refusal.to_string())?;
        self.logos_now().0.find(&picture, &eyes).map_err(|error| error.to_string())
    }

    /// Sees the logos of a photo or a drawing, and keeps its file.
    pub(crate) fn logo_items(&self, name: &str, bytes: &[u8], enrolment: &Enrolment) -> Result<Vec<NewItem>, Unfit> {
        let unreadable = Unfit::Unreadable;
        let eyes = self.eyes().map_err(|why| Unfit::Bank(BankError::Refused(why)))?;
        let shown = Shown::read(bytes, &Limits::default()).map_err(|why| unreadable(why.to_string()))?;
        let within = |[x1, y1, x2, y2]: &LogoBox| shown.within(PixelBox { x1: *x1, y1: *y1, x2: *x2, y2: *y2 });
        let places = enrolment.boxes.iter().map(within).collect::<Result<Vec<_>, _>>();
        let places = places.map_err(|why| unreadable(why.to_string()))?;
        let others = enrolment.others.iter().filter_map(|other| within(other).ok());
        let all: Vec<PixelBox> = places.iter().copied().chain(others).collect();
        let sha256 = hex(&Sha256::digest(bytes));
        pictures::keep(&self.data, &sha256, bytes).map_err(Unfit::Bank)?;
        let item = |place: Option<PixelBox>| {
            let seen = shown.enrol(&enrolment.brand, place, &all, &eyes);
            let seen = seen.map_err(|error| unreadable(error.to_string()))?;
            let item = Item {
                brand: Some(enrolment.brand.clone()),
                source: enrolment.source.clone(),
                sha256: Some(sha256.clone()),
                size: shown.size(),
                place: place.map(|place| [place.x1, place.y1, place.x2, place.y2]),
                ..Item::new(Bank::Logos, name)
            };
            Ok(NewItem { item, features: seen.to_bytes(), like: None })
        };
        if places.is_empty() { Ok(vec![item(None)?]) } else { places.into_iter().map(|p| item(Some(p))).collect() }
    }
}
