//! For what accepted proof speaks, and for what it does not.

use time::macros::date;

use super::*;

fn seller(id: &str) -> Seller {
    Seller { marketplace: "m".into(), seller_id: id.into() }
}

fn goods(brand: &str, kind: &str) -> Goods {
    Goods { brand: brand.into(), kind: Some(kind.into()) }
}

fn set<const N: usize>(words: [&str; N]) -> BTreeSet<String> {
    words.map(str::to_owned).into()
}

fn accepted() -> Authorisation {
    Authorisation {
        id: Uuid::from_u128(1),
        seller: seller("s"),
        brand: "gucci".into(),
        kinds: set(["bag"]),
        markets: set(["DE"]),
        goods: set([]),
        from: date!(2026 - 01 - 01),
        until: date!(2026 - 12 - 31),
        proof: Proof::Invoice,
        documents: BTreeSet::from([Hash([1; 32])]),
        by: PersonId(Uuid::from_u128(2)),
        revoked: None,
    }
}

fn run(vault: Vault, command: Command) -> Result<Vault, Refusal> {
    let events = decide(&vault, command, Moment(7))?;
    Ok(events.iter().fold(vault, apply))
}

#[test]
fn proof_speaks_for_its_scope_and_its_days() {
    let vault = run(Vault::default(), Command::Accept(Box::new(accepted()))).expect("accepted");
    let check = |whose: &str, brand: &str, kind: &str, market: &str, day| {
        let listing = Listing { seller: seller(whose), listing_id: "l1".into() };
        let goods = goods(brand, kind);
        vault.authorised(Question { listing: &listing, gtin: None, goods: &goods, market, day }).is_some()
    };
    let day = date!(2026 - 12 - 31);
    assert!(check("s", "gucci", "bag", "DE", day), "the last day counts");
    assert!(!check("t", "gucci", "bag", "DE", day), "another seller");
    assert!(!check("s", "prada", "bag", "DE", day), "another brand");
    assert!(!check("s", "gucci", "shoe", "DE", day), "another kind");
    assert!(!check("s", "gucci", "bag", "FR", day), "another country");
    assert!(!check("s", "gucci", "bag", "DE", date!(2027 - 01 - 01)), "too late");
}

#[test]
fn single_goods_are_named_by_listing_or_number() {
    let vault = run(
        Vault::default(),
        Command::Accept(Box::new(Authorisation { goods: set(["l1", "4006381333931"]), ..accepted() })),
    );
    let vault = vault.expect("accepted");
    let check = |id: &str, gtin| {
        let listing = Listing { seller: seller("s"), listing_id: id.into() };
        let (goods, day) = (goods("gucci", "bag"), date!(2026 - 06 - 01));
        vault.authorised(Question { listing: &listing, gtin, goods: &goods, market: "DE", day }).is_some()
    };
    assert!(check("l1", None) && check("l2", Some("4006381333931")));
    assert!(!check("l2", None));
}

#[test]
fn proof_is_a_document_and_is_taken_back_with_a_word() {
    let no = |change: Authorisation| run(Vault::default(), Command::Accept(Box::new(change))).map(drop);
    assert_eq!(no(Authorisation { documents: BTreeSet::new(), ..accepted() }), Err(Refusal::NoDocument));
    assert_eq!(no(Authorisation { until: date!(2025 - 01 - 01), ..accepted() }), Err(Refusal::Backwards));
    let vault = run(Vault::default(), Command::Accept(Box::new(accepted()))).expect("accepted");
    let revoke = |reason: &str| Command::Revoke { id: Uuid::from_u128(1), reason: reason.into() };
    assert_eq!(run(vault.clone(), revoke(" ")).map(drop), Err(Refusal::NoReason));
    let vault = run(vault, revoke("the invoice was forged")).expect("revoked");
    assert_eq!(run(vault.clone(), revoke("again")).map(drop), Err(Refusal::Unknown));
    let listing = Listing { seller: seller("s"), listing_id: "l1".into() };
    let (goods, day) = (goods("gucci", "bag"), date!(2026 - 06 - 01));
    assert_eq!(vault.authorised(Question { listing: &listing, gtin: None, goods: &goods, market: "DE", day }), None);
}
