//! What the store knows of listings before they are read: their sellers, and the last version of each that was allowed.

use std::collections::{HashMap, HashSet};

use touchstone_cases::id::Seller;
use touchstone_catalog::{Listing, SellerRecord, Sellers};
use touchstone_office::vault;
use touchstone_store::Name;

use crate::app::App;
use crate::past::name;
use crate::problem::Problem;

/// The records of the listings' sellers.
pub(crate) async fn sellers(app: &App, listings: &[Listing<'_>]) -> Result<Sellers, Problem> {
    let named = listings.iter().filter(|row| !row.seller_id.is_empty());
    let names: HashSet<(&str, &str)> = named.map(|row| (row.marketplace, row.seller_id)).collect();
    let mut sellers = Sellers::default();
    if names.is_empty() {
        return Ok(sellers);
    }
    let names: Vec<(String, String)> = names.into_iter().map(|(m, s)| (m.to_owned(), s.to_owned())).collect();
    for stored in app.store.sellers(&names).await? {
        let record: SellerRecord = serde_json::from_str(&stored.record)
            .map_err(|error| Problem::internal("a seller's record can't be read", error))?;
        sellers.insert(SellerRecord { marketplace: stored.marketplace, seller_id: stored.seller_id, ..record });
    }
    proven(app, &names, &mut sellers).await?;
    Ok(sellers)
}

/// Adds the brands for which proof of a seller was accepted.
async fn proven(app: &App, names: &[(String, String)], sellers: &mut Sellers) -> Result<(), Problem> {
    let named = |(marketplace, seller_id): &(String, String)| Seller {
        marketplace: marketplace.clone(),
        seller_id: seller_id.clone(),
    };
    let all: Vec<Seller> = names.iter().map(named).collect();
    let shelves = vault::look_up(&app.store, &all).await?;
    for seller in all {
        let brands = shelves.brands(&seller, app.clock.now().date());
        if brands.is_empty() {
            continue;
        }
        let known = sellers.get(&seller.marketplace, &seller.seller_id).cloned().unwrap_or_default();
        let mut authorisations = known.authorisations;
        authorisations.extend(brands);
        authorisations.sort();
        authorisations.dedup();
        let Seller { marketplace, seller_id } = seller;
        sellers.insert(SellerRecord { authorisations, marketplace, seller_id, ..known });
    }
    Ok(())
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
