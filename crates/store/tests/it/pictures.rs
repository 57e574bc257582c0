//! Files of pictures in a folder and on S3; who shows them; what is still to be fetched.

use touchstone_store::{
    Features, Others, PicturePlace, PictureWork, Pictures, Screened, Settled, ShownPicture, Store, StoreError,
};
use uuid::Uuid;

use crate::retention::decision;
use crate::s3;
use crate::{Place, logged};

fn shown(seller: &str, listing: &str, hash: u8, seen_at: i64) -> ShownPicture {
    let mut name = decision(listing, "", "allow", 0).stored.name;
    name.seller_id = seller.to_owned();
    let features = Some(Features { version: "v1".to_owned(), bytes: format!("seen {hash}").into_bytes() });
    ShownPicture { name, hash: [hash; 32], size: 7, seen_at, features, print: Some([hash; 32]) }
}

async fn show(store: &Store, shown: Vec<ShownPicture>) {
    store.record(Screened { shown, ..Screened::default() }).await.unwrap();
}

async fn a_file_is_kept_once(pictures: &Pictures) {
    let (hash, other) = ([1; 32], [2; 32]);
    assert_eq!(pictures.get(&hash).await.unwrap(), None);
    pictures.put(&hash, b"a picture").await.unwrap();
    pictures.put(&hash, b"a picture").await.unwrap();
    pictures.put(&other, b"").await.unwrap();
    assert_eq!(pictures.get(&hash).await.unwrap().unwrap(), b"a picture");
    assert_eq!(pictures.get(&other).await.unwrap().unwrap(), b"");
    pictures.delete(&hash).await.unwrap();
    pictures.delete(&hash).await.unwrap();
    assert_eq!(pictures.get(&hash).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_lie_sealed_in_a_folder() {
    let place = Place::sqlite();
    let store = place.open().await.unwrap();
    let folder = place.folder.path().join("pictures");
    let pictures = Pictures::open(&PicturePlace::Folder(folder.clone()), &store).unwrap();
    a_file_is_kept_once(&pictures).await;
    pictures.put(&[0xab; 32], b"a picture").await.unwrap();
    let file = folder.join("ab").join("ab".repeat(32));
    let mut bytes = std::fs::read(&file).unwrap();
    assert!(!bytes.windows(9).any(|window| window == b"a picture"));
    bytes[20] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    assert!(matches!(pictures.get(&[0xab; 32]).await, Err(StoreError::Damaged("pictures"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_lie_on_s3() {
    let place = Place::sqlite();
    let store = place.open().await.unwrap();
    let keys = place.folder.path().join("keys");
    std::fs::write(&keys, "an-id\na-secret\n").unwrap();
    let address = tokio::task::spawn_blocking(move || s3::bucket("pictures-of-tests", &keys)).await.unwrap();
    let pictures = Pictures::open(&PicturePlace::parse(&address).unwrap(), &store).unwrap();
    a_file_is_kept_once(&pictures).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_else_shows_a_picture_is_known() {
    for place in Place::both() {
        let store = place.open().await.unwrap();
        show(&store, vec![shown("a", "1", 1, 50), shown("a", "2", 1, 40), shown("b", "3", 1, 30)]).await;
        show(&store, vec![shown("b", "3", 1, 90), shown("", "4", 1, 10), shown("c", "5", 2, 60)]).await;
        let others = async |hash: u8, seller: &str| store.others(&[[hash; 32]], ("m", seller)).await.unwrap();
        assert_eq!(others(1, "a").await, Some(Others { sellers: 1, since: 30 }));
        assert_eq!(others(1, "b").await, Some(Others { sellers: 1, since: 40 }));
        assert_eq!(others(1, "x").await, Some(Others { sellers: 2, since: 30 }));
        assert_eq!((others(2, "c").await, others(3, "c").await), (None, None));
        let features = async |version: &str| store.features(&[[1; 32], [3; 32]], version).await.unwrap();
        assert_eq!(features("v1").await, [([1; 32], b"seen 1".to_vec())].into());
        assert!(features("v2").await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_nobody_shows_is_deleted() {
    for place in Place::both() {
        let store = place.open().await.unwrap();
        let pictures = PicturePlace::Folder(place.folder.path().join("pictures"));
        let pictures = Pictures::open(&pictures, &store).unwrap();
        let listing = decision("1", "{}", "allow", 1);
        let (s, other) = (shown("s", "1", 1, 1), shown("other", "9", 2, 1));
        for one in [&s, &other] {
            pictures.put(&one.hash, b"a picture").await.unwrap();
        }
        let screened = Screened { decisions: vec![listing], shown: vec![s.clone(), other], ..Screened::default() };
        store.record(screened).await.unwrap();
        store.forget_pictures(&pictures, 100).await.unwrap();
        assert!(pictures.get(&[1; 32]).await.unwrap().is_some(), "somebody shows it");
        store.erase("m", "s", logged(5)).await.unwrap();
        store.forget_pictures(&pictures, 1).await.unwrap();
        assert!(pictures.get(&[1; 32]).await.unwrap().is_some(), "it is not old enough");
        assert_eq!(store.forget_pictures(&pictures, 2).await.unwrap(), [[1; 32]]);
        assert_eq!(pictures.get(&[1; 32]).await.unwrap(), None);
        assert!(store.features(&[[1; 32]], "v1").await.unwrap().is_empty());
        assert!(pictures.get(&[2; 32]).await.unwrap().is_some());
        // With the listing itself.
        let listing = decision("1", "{}", "allow", 10);
        store.record(Screened { decisions: vec![listing], shown: vec![s], ..Screened::default() }).await.unwrap();
        store.forget_before(20).await.unwrap();
        assert_eq!(store.others(&[[1; 32]], ("", "")).await.unwrap(), None);
    }
}

fn work(decision_id: Uuid, due_at: i64) -> PictureWork {
    let name = decision("1", "", "allow", 0).stored.name;
    PictureWork { name, decision_id, due_at, tries: 0, seen: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_done_once_for_the_latest_decision() {
    for place in Place::both() {
        let store = place.open().await.unwrap();
        let first = decision("1", "{}", "allow", 1);
        let waits = work(first.stored.decision_id, 10);
        let screened = Screened { decisions: vec![first], work: vec![waits.clone()], ..Screened::default() };
        store.record(screened).await.unwrap();
        assert!(store.due_pictures(9, 10).await.unwrap().is_empty());
        assert_eq!(store.due_pictures(10, 10).await.unwrap(), std::slice::from_ref(&waits));
        // One takes it, and who dies with it loses it.
        assert!(store.take_pictures(&waits, 100).await.unwrap());
        assert!(!store.take_pictures(&waits, 100).await.unwrap());
        assert!(store.due_pictures(99, 10).await.unwrap().is_empty());
        assert_eq!(store.due_pictures(100, 10).await.unwrap(), [PictureWork { due_at: 100, ..waits.clone() }]);
        // Another decision comes before.
        let second = decision("1", "{}", "review", 2);
        let latest = work(second.stored.decision_id, 20);
        let screened = Screened { decisions: vec![second], work: vec![latest.clone()], ..Screened::default() };
        store.record(screened).await.unwrap();
        let successor = decision("1", "{}", "block", 3);
        let settle = async |work: &PictureWork, next: Option<PictureWork>| {
            let mut successor = successor.clone();
            successor.stored.decision_id = Uuid::now_v7();
            let next = next.map(|next| PictureWork { decision_id: successor.stored.decision_id, ..next });
            let screened = Screened { decisions: vec![successor], ..Screened::default() };
            store.settle_pictures(work, Some(screened), next).await.unwrap()
        };
        assert_eq!(settle(&waits, None).await, Settled::Overtaken);
        assert_eq!(store.due_pictures(50, 10).await.unwrap(), std::slice::from_ref(&latest));
        let again = PictureWork { due_at: 500, tries: 1, seen: Some(vec![[1; 32], [2; 32]]), ..latest.clone() };
        assert_eq!(settle(&latest, Some(again.clone())).await, Settled::Kept);
        let due = store.due_pictures(500, 10).await.unwrap();
        assert_eq!((due.len(), &due[0].seen, due[0].tries), (1, &again.seen, 1));
        let state = store.listing(&latest.name).await.unwrap().unwrap();
        assert_eq!((state.verdict.as_str(), state.decision_id), ("block", due[0].decision_id));
        // A decision that waits for nothing leaves the row behind, which then finds out.
        store
            .record(Screened { decisions: vec![decision("1", "{}", "allow", 4)], ..Screened::default() })
            .await
            .unwrap();
        assert_eq!(settle(&due[0], Some(again)).await, Settled::Overtaken);
        assert_eq!(store.pictures_waiting(i64::MAX).await.unwrap(), 0);
    }
}
