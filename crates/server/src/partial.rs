//! Events that tell what changed and no more. A price or an order without the listing's text says nothing that could be
//! judged: what it leaves out is taken from the version that was screened last, so that the whole is decided on.

use std::collections::HashMap;

use touchstone_catalog::feed::Objects;
use touchstone_catalog::{Limits, Listing, ListingBatch, ListingKey};
use touchstone_store::Name;

use crate::app::App;
use crate::past::name;
use crate::problem::{Code, Fault, Problem};
use crate::screening::Item;
use crate::view::Event;

/// The batch with what prices and orders left out. An item without a title of which no version is known gets a problem
/// and loses its row.
pub(crate) async fn complete(app: &App, sent: ListingBatch, items: &mut [Item]) -> Result<ListingBatch, Problem> {
    let partial = items.iter().filter(|item| is_partial(item.event)).filter_map(|item| item.row.as_ref().ok());
    let names: Vec<Name> = partial.map(|row| name(&sent.row(*row))).collect();
    if names.is_empty() {
        return Ok(sent);
    }
    let screened = last_versions(app, &names).await?;
    let mut known: HashMap<ListingKey<'_>, Listing<'_>> = screened.rows().map(|row| (row.key(), row)).collect();
    let mut rows = Vec::with_capacity(sent.len());
    for item in items {
        let Ok(row) = &item.row else { continue };
        let listing = sent.row(*row);
        let before = known.get(&listing.key()).filter(|_| is_partial(item.event));
        if is_partial(item.event) && before.is_none() && listing.title.is_empty() {
            item.row = Err(no_version());
            continue;
        }
        let shows = !listing.image_link.is_empty() || listing.additional_image_link.into_iter().next().is_some();
        item.same_pictures = before.is_some() && !shows;
        let listing = before.map_or(listing, |before| listing.or(*before));
        item.row = Ok(rows.len());
        rows.push(listing);
        known.insert(listing.key(), listing);
    }
    ListingBatch::from_listings(rows).map_err(|error| Problem::new(Code::TooLarge, error.to_string()))
}

fn is_partial(event: Event) -> bool {
    matches!(event, Event::Price | Event::Order)
}

/// What these listings said when they were screened last; those that are not known, or were erased, are left out.
async fn last_versions(app: &App, names: &[Name]) -> Result<ListingBatch, Problem> {
    let states = app.store.states(names).await?;
    let contents = app.store.contents(states.into_iter().map(|state| state.listing_hash).collect()).await?;
    // They were within the limits of their time.
    let mut objects = Objects::new(Limits::default(), contents.len());
    contents.values().for_each(|content| drop(objects.push(content)));
    objects.finish().map_err(|error| Problem::internal("versions can't be read", error))
}

fn no_version() -> Problem {
    let detail = "a price or an order without a title, and no version of the listing is known";
    let fault = Fault {
        field: Some("title".to_owned()),
        reason: Some("no_version".to_owned()),
        detail: detail.to_owned(),
        hint: Some("send the whole listing, with the marketplace and seller_id that it was created with".to_owned()),
    };
    Problem { errors: vec![fault], ..Problem::new(Code::BadListing, detail) }
}
