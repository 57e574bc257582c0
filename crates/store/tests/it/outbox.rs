//! What is told outside, and what becomes of it.

use std::sync::Arc;

use touchstone_store::{
    Again, Attempt, DeliveryFilter, DeliveryState, Message, NewWebhook, Next, Store, WebhookChange,
};
use uuid::Uuid;

use crate::{Place, logged};

/// A day in microseconds.
const DAY: i64 = 86_400_000_000;

fn message(kind: &str, at: i64, seller: Option<&str>) -> Message {
    let about = seller.map(|seller| ("plaza".to_owned(), seller.to_owned()));
    let payload = br#"{"note":"wolkenstein"}"#.to_vec();
    Message { message_id: Uuid::now_v7(), kind: kind.to_owned(), at, payload, about }
}

async fn webhook(store: &Store, kinds: &[&str]) -> Uuid {
    let webhook_id = Uuid::now_v7();
    let new = NewWebhook {
        webhook_id,
        address: "https://hooks.example/zibellino".to_owned(),
        secret: b"quittenbaum quittenbaum quitten".to_vec(),
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        created_at: 1,
    };
    assert!(store.put_webhook(new, 10, logged(0)).await.unwrap());
    webhook_id
}

async fn states(store: &Store, webhook: Uuid) -> Vec<(i64, DeliveryState, u32)> {
    let all = store.deliveries(webhook, &DeliveryFilter::default(), 100).await.unwrap();
    all.into_iter().rev().map(|delivery| (delivery.seq, delivery.state, delivery.tries)).collect()
}

fn failed(at: i64, next: Next) -> Attempt {
    Attempt { at, status: Some(500), error: "refused_by_host".to_owned(), next }
}

fn delivered(at: i64) -> Attempt {
    Attempt { at, status: Some(204), error: String::new(), next: Next::Delivered }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_goes_to_those_who_want_it() {
    for place in Place::both() {
        let store = place.open().await.unwrap();
        let (all, actions) = (webhook(&store, &[]).await, webhook(&store, &["action.*"]).await);
        let closed = webhook(&store, &[]).await;
        let change = WebhookChange { disabled: Some(Some((2, "by_hand".to_owned()))), ..WebhookChange::default() };
        assert!(store.change_webhook(closed, change, logged(0)).await.unwrap());
        let told = vec![message("action.taken", 3, Some("s1")), message("audit.head", 4, None)];
        store.tell(told.clone()).await.unwrap();
        let count = async |webhook| states(&store, webhook).await.len();
        assert_eq!((count(all).await, count(actions).await, count(closed).await), (2, 1, 0));
        let feed = store.told(0, 10).await.unwrap();
        assert_eq!(feed.iter().map(|message| message.seq).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(feed[0].payload.as_deref(), Some(&told[0].payload[..]));
        assert_eq!((feed[1].message_id, feed[1].at), (told[1].message_id, 4));
        assert_eq!(store.told(1, 10).await.unwrap().len(), 1);
        // What a seller's key sealed goes with the seller; that it was told stays.
        assert!(store.erase("plaza", "s1", logged(5)).await.unwrap());
        let feed = store.told(0, 10).await.unwrap();
        assert!(feed[0].payload.is_none() && feed[1].payload.is_some());
        assert!(
            store.remove_webhook(all, logged(0)).await.unwrap() && !store.remove_webhook(all, logged(0)).await.unwrap()
        );
        assert_eq!(count(all).await, 0);
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_is_in_one_hand_at_a_time() {
    for place in Place::both() {
        let store = Arc::new(place.open().await.unwrap());
        let id = webhook(&store, &[]).await;
        store.tell((0..20).map(|n| message("a.b", n, None)).collect()).await.unwrap();
        let takers = (0..8).map(|_| {
            let store = Arc::clone(&store);
            async move { store.take_deliveries(id, 100, 200, 20).await.unwrap() }
        });
        let taken = futures_util::future::join_all(takers).await.concat();
        let mut seqs: Vec<i64> = taken.iter().map(|taken| taken.seq).collect();
        seqs.sort_unstable();
        assert_eq!(seqs, (1..=20).collect::<Vec<_>>());
        assert!(store.take_deliveries(id, 199, 300, 20).await.unwrap().is_empty());
        // Whoever was too slow loses it: a failure does not count any more, a delivery does.
        let late = taken.iter().find(|taken| taken.seq == 1).unwrap().clone();
        assert_eq!(store.take_deliveries(id, 200, 300, 20).await.unwrap().len(), 20);
        store.end_delivery(late.clone(), failed(201, Next::Dead)).await.unwrap();
        assert_eq!(states(&store, id).await[0], (1, DeliveryState::Waiting, 0));
        store.end_delivery(late, delivered(202)).await.unwrap();
        assert_eq!(states(&store, id).await[0], (1, DeliveryState::Delivered, 0));
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_comes_again_and_what_is_dead_is_sent_again_on_demand() {
    for place in Place::both() {
        let store = place.open().await.unwrap();
        let id = webhook(&store, &["a.*"]).await;
        let told: Vec<Message> = (1..=3).map(|n| message("a.b", n, None)).collect();
        store.tell(told.clone()).await.unwrap();
        store.tell(vec![message("c.d", 4, None)]).await.unwrap();
        let taken = store.take_deliveries(id, 10, 20, 10).await.unwrap();
        let next = [Next::Again(50), Next::Dead, Next::Delivered];
        for (taken, next) in taken.into_iter().zip(next) {
            let attempt = if next == Next::Delivered { delivered(11) } else { failed(11, next) };
            store.end_delivery(taken, attempt).await.unwrap();
        }
        use DeliveryState::{Dead, Delivered, Waiting};
        assert_eq!(states(&store, id).await, [(1, Waiting, 1), (2, Dead, 1), (3, Delivered, 0)]);
        let dead = DeliveryFilter { state: Some(Dead), before: None };
        let dead = store.deliveries(id, &dead, 10).await.unwrap().remove(0);
        assert_eq!(
            (dead.message_id, dead.status, dead.error.as_str()),
            (told[1].message_id, Some(500), "refused_by_host")
        );
        assert!(store.take_deliveries(id, 49, 60, 10).await.unwrap().is_empty());
        assert_eq!(store.take_deliveries(id, 50, 60, 10).await.unwrap()[0].tries, 1);
        let kept = store.webhook(id).await.unwrap().unwrap();
        assert_eq!(store.deliver_again(&kept, Again::Dead, 70).await.unwrap(), 1);
        assert_eq!(states(&store, id).await[1], (2, Waiting, 0));
        assert_eq!(store.deliver_again(&kept, Again::One(told[2].message_id), 70).await.unwrap(), 1);
        assert_eq!(store.deliver_again(&kept, Again::One(Uuid::now_v7()), 70).await.unwrap(), 0);
        assert_eq!(states(&store, id).await[2], (3, Waiting, 0));
        // Also what it was not sent when it happened, as far as it wants it.
        let late = webhook(&store, &["a.b"]).await;
        let late = store.webhook(late).await.unwrap().unwrap();
        assert_eq!(store.deliver_again(&late, Again::Since(2), 80).await.unwrap(), 2);
        assert_eq!(states(&store, late.webhook_id).await, [(2, Waiting, 0), (3, Waiting, 0)]);
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_is_changed_disabled_and_opened_again() {
    for place in Place::both() {
        let store = place.open().await.unwrap();
        let (id, other) = (webhook(&store, &[]).await, webhook(&store, &["webhook.*"]).await);
        let find = async || store.webhook(id).await.unwrap().unwrap();
        assert_eq!((find().await.old.is_none(), find().await.secret.len()), (true, 31));
        let rotate = WebhookChange { secret: Some((b"next".to_vec(), 9)), ..WebhookChange::default() };
        store.change_webhook(id, rotate, logged(0)).await.unwrap();
        let rotated = find().await;
        assert_eq!((rotated.secret.as_slice(), rotated.old.map(|old| old.until)), (&b"next"[..], Some(9)));
        store.tell(vec![message("a.b", 10, None)]).await.unwrap();
        let taken = store.take_deliveries(id, 10, 20, 10).await.unwrap().remove(0);
        store.end_delivery(taken, failed(11, Next::Again(12))).await.unwrap();
        assert_eq!(find().await.failing_since, Some(11));
        let taken = store.take_deliveries(id, 12, 20, 10).await.unwrap().remove(0);
        store.end_delivery(taken, failed(13, Next::Again(14))).await.unwrap();
        assert_eq!(find().await.failing_since, Some(11), "the first counts");
        assert!(store.disable_webhook(id, "failing", message("webhook.disabled", 15, None), logged(0)).await.unwrap());
        assert!(!store.disable_webhook(id, "failing", message("webhook.disabled", 16, None), logged(0)).await.unwrap());
        assert_eq!(find().await.disabled, Some((15, "failing".to_owned())));
        assert_eq!(states(&store, id).await, [(1, DeliveryState::Dead, 2)]);
        assert_eq!(states(&store, other).await, [(2, DeliveryState::Waiting, 0)], "the others learn it");
        let open = WebhookChange { disabled: Some(None), ..WebhookChange::default() };
        store.change_webhook(id, open, logged(0)).await.unwrap();
        assert_eq!((find().await.disabled, find().await.failing_since), (None, None));
        store.deliver_again(&find().await, Again::Dead, 20).await.unwrap();
        let taken = store.take_deliveries(id, 20, 30, 10).await.unwrap().remove(0);
        store.end_delivery(taken, delivered(21)).await.unwrap();
        assert_eq!(find().await.failing_since, None);
        assert_eq!(store.webhooks().await.unwrap().len(), 2);
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn old_messages_go_once_nobody_waits_for_them() {
    for place in Place::both() {
        let store = place.open().await.unwrap();
        let id = webhook(&store, &[]).await;
        store.tell((0..400).map(|_| message("a.b", DAY, None)).collect()).await.unwrap();
        store.tell(vec![message("a.b", 3 * DAY, None)]).await.unwrap();
        for taken in store.take_deliveries(id, 4 * DAY, 5 * DAY, 399).await.unwrap() {
            store.end_delivery(taken, delivered(4 * DAY)).await.unwrap();
        }
        while store.forget_messages(2 * DAY).await.unwrap() {}
        let left: Vec<i64> = store.told(0, 500).await.unwrap().into_iter().map(|message| message.seq).collect();
        assert_eq!(left, [400, 401]);
        assert_eq!(states(&store, id).await.len(), 2);
        assert_eq!(store.last_told().await.unwrap(), 401);
        store.tell(vec![message("a.b", 3 * DAY, None)]).await.unwrap();
        assert_eq!(store.told(401, 10).await.unwrap()[0].seq, 402, "numbers go on");
        store.close().await;
    }
}

/// Two processes on one database: whoever reads behind a number misses none that came before it.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_committed_in_their_order() {
    let place = Place::postgres();
    let stores = [Arc::new(place.open().await.unwrap()), Arc::new(place.open().await.unwrap())];
    let telling = stores.iter().map(|store| {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            for n in 0..100 {
                store.tell(vec![message("a.b", n, None), message("a.b", n, Some("s1"))]).await.unwrap();
            }
        })
    });
    let telling: Vec<_> = telling.collect();
    let (mut after, mut seen) = (0, Vec::new());
    while seen.len() < 400 {
        let page = stores[0].told(after, 7).await.unwrap();
        after = page.last().map_or(after, |message| message.seq);
        seen.extend(page.into_iter().map(|message| message.seq));
    }
    assert_eq!(seen, (1..=400).collect::<Vec<_>>());
    for task in telling {
        task.await.unwrap();
    }
    for store in stores {
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_receiver_or_a_message_stands_in_clear() {
    let place = Place::sqlite();
    let store = place.open().await.unwrap();
    webhook(&store, &["action.taken"]).await;
    store.tell(vec![message("action.taken", 1, None), message("action.taken", 1, Some("s1"))]).await.unwrap();
    store.close().await;
    let mut found = 0;
    for file in std::fs::read_dir(place.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        found += usize::from(holds("action.taken"));
        assert!(!holds("zibellino") && !holds("quittenbaum") && !holds("wolkenstein"));
    }
    assert_eq!(found, 1, "what stands in clear is found");
}
