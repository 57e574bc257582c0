//! Proof that was accepted, one record for each seller: what screening honours, and what bars the same ground from felling
//! the same goods again.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use touchstone_cases::id::{Listing, Seller};
use touchstone_cases::vault::{Authorisation, Command, Event, Proof, Question, Vault, apply, decide};
use touchstone_store::{Found, Store};
use uuid::Uuid;

use crate::act::{Act, ActError, no, open};
use crate::documents;
use crate::record::{Record, by, seller_id};

/// All proof of a seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    /// Whose.
    pub seller: Seller,
    /// What was accepted and cleared.
    pub vault: Vault,
}

impl Record for Shelf {
    const KIND: &'static str = "vault";

    fn id(&self) -> String {
        seller_id(&self.seller)
    }

    fn owner(&self) -> Option<&Seller> {
        Some(&self.seller)
    }

    fn found(&self) -> Vec<Found> {
        let each = self.vault.authorisations.iter();
        each.map(|each| by("authorisation", each.id, 0)).chain([by("all", "", 0)]).collect()
    }
}

/// The proof of a seller; nothing yet of one who showed none.
///
/// # Errors
/// That the store fails.
pub async fn of(act: &Act<'_>, seller: &Seller) -> Result<Shelf, ActError> {
    let there = act.look(&seller_id(seller)).await?;
    Ok(there.unwrap_or_else(|| Shelf { seller: seller.clone(), vault: Vault::default() }))
}

/// Accepts proof, for whom, what, where and how long it says. Who accepts is the person who acts.
///
/// # Errors
/// Whatever the vault refuses, documents that nobody sent, or a machine that accepts.
pub async fn accept(act: &Act<'_>, authorisation: Authorisation) -> Result<Shelf, ActError> {
    let each = Authorisation { by: act.person()?, ..authorisation };
    let seller = each.seller.clone();
    documents::accept(act, &seller, &each.documents).await?;
    command(act, &seller, Command::Accept(Box::new(each))).await
}

/// Takes proof back, saying why.
///
/// # Errors
/// Whatever the vault refuses, or a machine that asks.
pub async fn revoke(act: &Act<'_>, seller: &Seller, id: Uuid, reason: String) -> Result<Shelf, ActError> {
    act.person()?;
    command(act, seller, Command::Revoke { id, reason }).await
}

/// Does something with the proof of a seller.
///
/// # Errors
/// Whatever the vault refuses.
pub async fn command(act: &Act<'_>, seller: &Seller, command: Command) -> Result<Shelf, ActError> {
    let mut shelf = of(act, seller).await?;
    let events: Vec<Event> = decide(&shelf.vault, command, act.now()).map_err(no)?;
    shelf.vault = events.iter().fold(shelf.vault, apply);
    act.happened(&shelf, &events)?;
    act.put(&shelf).await?;
    Ok(shelf)
}

/// Brands, each with the kinds of goods for which proof speaks; none: all.
pub type Proven = BTreeMap<String, BTreeSet<String>>;

/// Proof of some sellers, for who screens their listings.
#[derive(Debug, Clone, Default)]
pub struct Shelves(BTreeMap<Seller, Vault>);

/// The proof of a batch of sellers, in one look-up; who showed none, or was erased, is left out.
///
/// # Errors
/// That the store fails.
pub async fn look_up(store: &Store, sellers: &[Seller]) -> Result<Shelves, ActError> {
    let ids: Vec<String> = sellers.iter().map(seller_id).collect();
    let kept = store.look_up(Shelf::KIND, &ids).await?;
    let shelves = kept.iter().filter(|kept| kept.body.is_some()).map(open::<Shelf>);
    shelves.map(|shelf| shelf.map(|shelf| (shelf.seller, shelf.vault))).collect::<Result<_, _>>().map(Shelves)
}

impl Shelves {
    /// Brands for which proof speaks for a listing on a day, each with the kinds of goods; none: all. Of what kind its goods
    /// are is only known once it is screened.
    pub fn of(&self, listing: &Listing, (gtin, market): (&str, &str), day: time::Date) -> Proven {
        let all = self.0.get(&listing.seller).map(|vault| vault.authorisations.iter());
        let is_one = |set: &BTreeSet<String>, one: &str| set.is_empty() || (!one.is_empty() && set.contains(one));
        let speaks = |each: &&Authorisation| {
            let goods = is_one(&each.goods, &listing.listing_id) || is_one(&each.goods, gtin);
            let holds = each.revoked.is_none() && (each.from..=each.until).contains(&day);
            goods && is_one(&each.markets, market) && holds
        };
        let mut proven = Proven::new();
        for each in all.into_iter().flatten().filter(speaks) {
            match proven.get_mut(&each.brand) {
                None => drop(proven.insert(each.brand.clone(), each.kinds.clone())),
                Some(kinds) if kinds.is_empty() || each.kinds.is_empty() => kinds.clear(),
                Some(kinds) => kinds.extend(each.kinds.iter().cloned()),
            }
        }
        proven
    }

    /// The proof that speaks for an offer.
    pub fn covers(&self, asked: Question<'_>) -> Option<&Authorisation> {
        self.0.get(&asked.listing.seller)?.authorised(asked)
    }
}

/// Accepted proof.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Authorisation)]
pub struct AuthorisationView {
    /// Its id.
    pub authorisation_id: String,
    /// The seller's id.
    pub seller_id: String,
    /// The seller's marketplace; empty where there is only one.
    pub marketplace: String,
    /// The brand's slug.
    pub brand: String,
    /// Kinds; empty: all.
    pub kinds: Vec<String>,
    /// ISO countries; empty: everywhere.
    pub markets: Vec<String>,
    /// Single listings by id, or goods by GTIN; empty: all of that brand and those kinds.
    pub goods: Vec<String>,
    /// First day.
    pub from: String,
    /// Last day.
    pub until: String,
    /// `invoice` or `authorisation`.
    #[schema(value_type = String)]
    pub proof: Proof,
    /// When it was taken back, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<String>,
    /// Staff only: the documents, by content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documents: Option<Vec<String>>,
    /// Staff only: who accepted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Staff only: why it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_reason: Option<String>,
}

/// Accepted proof as staff, or its seller, sees it.
pub fn authorisation_view(each: &Authorisation, staff: bool) -> AuthorisationView {
    let list = |set: &std::collections::BTreeSet<String>| set.iter().cloned().collect();
    AuthorisationView {
        authorisation_id: each.id.to_string(),
        seller_id: each.seller.seller_id.clone(),
        marketplace: each.seller.marketplace.clone(),
        brand: each.brand.clone(),
        kinds: list(&each.kinds),
        markets: list(&each.markets),
        goods: list(&each.goods),
        from: each.from.to_string(),
        until: each.until.to_string(),
        proof: each.proof,
        revoked_at: each.revoked.as_ref().map(|(at, _)| at.to_string()),
        documents: staff.then(|| each.documents.iter().map(ToString::to_string).collect()),
        by: staff.then(|| each.by.to_string()),
        revoked_reason: each.revoked.as_ref().map(|(_, why)| why.clone()).filter(|_| staff),
    }
}
