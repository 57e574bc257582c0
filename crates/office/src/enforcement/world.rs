//! What decisions about actions stand on beside the actions themselves, as it is kept.

use std::collections::BTreeMap;

use serde::Deserialize;
use touchstone_cases::approval::Granted;
use touchstone_cases::enforcement::switch::Switch;
use touchstone_cases::enforcement::{Command, Event, Goods, Offer, Order, Refusal, Rules, Scope, Standing, decide};
use touchstone_cases::id::{Listing, PersonId, Seller};
use touchstone_cases::vault::Vault;
use touchstone_store::{ListingFilter, ListingState};

use super::{Desk, Of};
use crate::act::{Act, ActError, no};
use crate::approvals;
use crate::rulebook::Rulebook;
use crate::vault;

/// Offers that one command is shown to reach, at most; far above where a second person is needed.
const OFFERS_MAX: u64 = 10_000;

/// Switch, proof, and the offers that a command reaches.
pub(super) struct World {
    switch: Switch,
    vault: Vault,
    offers: Vec<Offer>,
}

impl World {
    pub(super) async fn of(act: &Act<'_>, desk: &Desk, command: &Command) -> Result<Self, ActError> {
        let vault = match desk.of.seller() {
            Some(seller) => vault::of(act, seller).await?.vault,
            None => Vault::default(),
        };
        let offers = match command {
            Command::Tick => Vec::new(),
            _ => offers(act, desk, command).await?,
        };
        Ok(Self { switch: super::switch(act).await?, vault, offers })
    }

    pub(super) fn rules<'a>(&'a self, book: &'a Rulebook, granted: Option<&'a Granted>) -> Rules<'a> {
        let Self { switch, vault, offers } = self;
        Rules { regimes: &book.regimes, switch, vault, offers, granted }
    }

    /// What a command brings about, and who agreed to it if somebody had to.
    pub(super) async fn decide(
        &self,
        act: &Act<'_>,
        book: &Rulebook,
        standing: &Standing,
        command: &Command,
    ) -> Result<(Vec<Event>, Option<PersonId>), ActError> {
        let first = decide(standing, command, self.rules(book, None), act.now());
        let Err(Refusal::Approval { sees, .. }) = first else { return Ok((first.map_err(no)?, None)) };
        let granted = approvals::granted(act, sees).await?;
        let events = decide(standing, command, self.rules(book, granted.as_ref()), act.now()).map_err(no)?;
        Ok((events, granted.map(|granted| granted.second())))
    }
}

/// The listings of the seller or marketplace, with what they offer where a scope of goods asks for it.
async fn offers(act: &Act<'_>, desk: &Desk, command: &Command) -> Result<Vec<Offer>, ActError> {
    let (marketplace, seller_id) = match &desk.of {
        Of::Seller(seller) => (seller.marketplace.clone(), Some(seller.seller_id.clone())),
        Of::Marketplace(name) => (name.clone(), None),
    };
    let filter = ListingFilter { marketplace: Some(marketplace), seller_id, ..ListingFilter::default() };
    let states = act.change.listings(&filter, OFFERS_MAX).await?;
    let orders: &[Order] = match command {
        Command::Impose { orders, .. } => orders,
        _ => &[],
    };
    let of_goods = |scope: &Scope| matches!(scope, Scope::Goods { .. } | Scope::Marketplace { .. });
    let kept = desk.standing.stands().map(|action| &action.order.scope);
    let goods = match kept.chain(orders.iter().map(|order| &order.scope)).any(of_goods) {
        true => goods(act, &states).await?,
        false => BTreeMap::new(),
    };
    let mut offers: BTreeMap<Listing, Option<Goods>> = states
        .into_iter()
        .map(|state| {
            let goods = goods.get(&state.decision_id).cloned();
            let seller = Seller { marketplace: state.name.marketplace, seller_id: state.name.seller_id };
            (Listing { seller, listing_id: state.name.listing_id }, goods)
        })
        .collect();
    // What an order is about is reached, whether it was screened or not.
    for order in orders {
        if let Scope::Listing(listing) = &order.scope {
            let known = offers.entry(listing.clone()).or_default();
            *known = known.take().or_else(|| order.goods.clone());
        }
    }
    Ok(offers.into_iter().map(|(listing, goods)| Offer { listing, goods }).collect())
}

#[derive(Deserialize)]
struct Body {
    signals: Signals,
}

#[derive(Deserialize)]
struct Signals {
    brand_claimed: Option<String>,
    kind: Option<String>,
}

/// What decisions say of goods, by decision.
async fn goods(act: &Act<'_>, states: &[ListingState]) -> Result<BTreeMap<uuid::Uuid, Goods>, ActError> {
    let ids: Vec<uuid::Uuid> = states.iter().map(|state| state.decision_id).collect();
    let bodies = act.change.bodies(&ids).await?;
    let read = |body: Vec<u8>| {
        let Signals { brand_claimed, kind } = serde_json::from_slice::<Body>(&body).ok()?.signals;
        Some(Goods { brand: brand_claimed?, kind })
    };
    Ok(bodies.into_iter().filter_map(|(id, body)| Some((id, read(body)?))).collect())
}
