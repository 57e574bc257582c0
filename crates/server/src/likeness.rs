//! Which items of the queue are near-identical to one: what their listings say is sketched, as for relistings, and
//! compared with it alone.

use touchstone_cases::group::Member;
use touchstone_cases::id::{ItemId, Subject};
use touchstone_cases::queue::{Item, State};
use touchstone_cases::share::Ppb;
use touchstone_office::items::{listing_id, stage};
use touchstone_office::record::seller_id;
use touchstone_store::{Page, Search};

use crate::app::App;
use crate::govern::{one, open};
use crate::past;
use crate::problem::{Code, Problem};

/// Items of the same seller that are compared, and of the same queue: the newest.
const OF_SELLER_MAX: u64 = 1_000;
const OF_QUEUE_MAX: u64 = 1_000;
/// Near-identical items of one group: what a decision for them touches and leaves out has room in one audit event.
const NEAR_MAX: usize = 300;
/// From which likeness on items are near-identical, in permille.
pub(crate) const NEAR_PERMILLE: u32 = 800;

/// How near other items that wait are to this one; itself left out.
pub(crate) async fn near(app: &App, id: ItemId) -> Result<Vec<(Member, Ppb)>, Problem> {
    let first: Item = one(app, &id.to_string()).await?;
    let Subject::Listing(version) = &first.subject else {
        return Err(Problem::new(Code::BadCommand, "only items about listings are grouped"));
    };
    let mut items = search(app, "seller", seller_id(&version.listing.seller), OF_SELLER_MAX).await?;
    items.extend(search(app, "stage", stage(&first).to_owned(), OF_QUEUE_MAX).await?);
    items.sort_by_key(|item| item.id);
    items.dedup_by_key(|item| item.id);
    let now = app.moment();
    let waits = |item: &Item| matches!(item.state(now), State::Open | State::Locked);
    items.retain(|item| item.id != id && waits(item) && item.route.queue == first.route.queue);
    let members: Vec<Member> = items.iter().filter_map(member).collect();
    let own = version.content.0.to_vec();
    let hashes = members.iter().map(|member| member.version.content.0.to_vec()).chain([own.clone()]);
    let contents = app.store.contents(hashes.collect()).await?;
    let active = app.in_force.current();
    let compare = move |worker: &mut crate::pool::Worker| {
        let mut sketch = |hash: &[u8]| past::sketch_of(&mut worker.scratch, &active, contents.get(hash)?);
        let own = sketch(&own)?;
        let near = |member: Member| {
            let likeness = sketch(&member.version.content.0)?.similarity(&own);
            let share = Ppb::per_million(u32::from(likeness).min(1_000) * 1_000).ok()?;
            Some((member, share))
        };
        Some(members.into_iter().filter_map(near).collect::<Vec<_>>())
    };
    let gone = || Problem::new(Code::NotFound, format!("the listing {} was erased", listing_id(&version.listing)));
    let mut near = app.pool.run(compare).await?.ok_or_else(gone)?;
    near.sort_by(|(a, near_a), (b, near_b)| near_b.cmp(near_a).then_with(|| a.cmp(b)));
    near.truncate(NEAR_MAX);
    Ok(near)
}

async fn search(app: &App, name: &'static str, value: String, limit: u64) -> Result<Vec<Item>, Problem> {
    let page = Page { descending: true, limit, ..Page::default() };
    let found = app.store.search(&Search { kind: "item", name, value, page }).await?;
    found.iter().filter(|(kept, _)| kept.body.is_some()).map(|(kept, _)| open(kept)).collect()
}

fn member(item: &Item) -> Option<Member> {
    match &item.subject {
        Subject::Listing(version) => Some(Member { item: item.id, version: version.clone() }),
        Subject::Seller(_) | Subject::Group { .. } => None,
    }
}

/// What is near-identical, as a share.
pub(crate) fn near_enough() -> Ppb {
    Ppb::per_million(NEAR_PERMILLE * 1_000).unwrap_or(Ppb::ALL)
}
