//! What the store knows of listings before they are read: their sellers, and the last version of each that was allowed.

use std::collections::{HashMap, HashSet};

use touchstone_cases::enforcement::{Access, Offer, Visibility};
use touchstone_cases::id::{Listing as Offered, Seller};
use touchstone_catalog::{Listing, SellerRecord, Sellers};
use touchstone_office::enforcement;
use touchstone_office::vault::{self, Proven, Shelves};
use touchstone_store::Name;

use crate::app::App;
use crate::desk::Decided;
use crate::past::name;
use crate::problem::Problem;
use crate::view::Held;

/// The records of the listings' sellers, and all proof of theirs.
pub(crate) async fn sellers(app: &App, listings: &[Listing<'_>]) -> Result<(Sellers, Shelves), Problem> {
    let named = listings.iter().filter(|row| !row.seller_id.is_empty());
    let names: HashSet<(&str, &str)> = named.map(|row| (row.marketplace, row.seller_id)).collect();
    let mut sellers = Sellers::default();
    if names.is_empty() {
        return Ok((sellers, Shelves::default()));
    }
    let names: Vec<(String, String)> = names.into_iter().map(|(m, s)| (m.to_owned(), s.to_owned())).collect();
    for stored in app.store.sellers(&names).await? {
        let record: SellerRecord = serde_json::from_str(&stored.record)
            .map_err(|error| Problem::internal("a seller's record can't be read", error))?;
        sellers.insert(SellerRecord { marketplace: stored.marketplace, seller_id: stored.seller_id, ..record });
    }
    let named = |(marketplace, seller_id)| Seller { marketplace, seller_id };
    let all: Vec<Seller> = names.into_iter().map(named).collect();
    Ok((sellers, vault::look_up(&app.store, &all).await?))
}

/// For what accepted proof of its seller speaks in one offer.
pub(crate) fn proven(shelves: &Shelves, listing: &Listing<'_>, day: time::Date) -> Proven {
    let (marketplace, seller_id) = (listing.marketplace.to_owned(), listing.seller_id.to_owned());
    let offered = Offered { seller: Seller { marketplace, seller_id }, listing_id: listing.id.to_owned() };
    shelves.of(&offered, (listing.gtin, listing.market), day)
}

/// What people decided about the offers and their sellers, where something holds.
pub(crate) async fn held(app: &App, decided: &Decided) -> Result<Vec<Option<Held>>, Problem> {
    let offer = |row: usize| {
        let listing = decided.listing(row)?;
        let (marketplace, seller_id) = (listing.marketplace.to_owned(), listing.seller_id.to_owned());
        let listing = Offered { seller: Seller { marketplace, seller_id }, listing_id: listing.id.to_owned() };
        Some(Offer { listing, goods: None })
    };
    let offers: Vec<Offer> = (0..decided.len()).filter_map(offer).collect();
    if offers.len() != decided.len() || offers.iter().all(|offer| offer.listing.seller.seller_id.is_empty()) {
        return Ok(Vec::new());
    }
    let book = app.rulebook();
    let states = enforcement::look_up(&app.store, &book, &offers, app.moment()).await?;
    let telling = |(listing, account): enforcement::Held| {
        let held = Held { listing: listing.visibility, seller: account.access };
        Some(held).filter(|held| held.listing != Visibility::Shown || held.seller != Access::Full)
    };
    Ok(states.into_iter().map(telling).collect())
}

/// What the last allowed version of each listing said, where it said something else. Asked whatever the event is: who
/// names none may edit all the same.
pub(crate) async fn allowed(app: &App, listings: &[Listing<'_>]) -> Result<Vec<Option<Vec<u8>>>, Problem> {
    let names: Vec<Name> = listings.iter().map(name).collect();
    let states = app.store.states(&names).await?;
    if states.is_empty() {
        return Ok(vec![None; names.len()]);
    }
    let approved: HashMap<Name, Vec<u8>> =
        states.into_iter().filter_map(|state| Some((state.name, state.approved_hash?))).collect();
    let other = |(listing, name): (&Listing<'_>, &Name)| {
        approved.get(name).filter(|hash| listing.content_hash()[..] != hash[..]).cloned()
    };
    let wanted: Vec<Option<Vec<u8>>> = listings.iter().zip(&names).map(other).collect();
    let contents = app.store.contents(wanted.iter().flatten().cloned().collect()).await?;
    Ok(wanted.into_iter().map(|hash| contents.get(&hash?).cloned()).collect())
}
