//! The trail of changes: signed, written outside, exported, and checked as an outsider does.

use std::io::Cursor;
use std::path::Path;

use serde_json::{Value, json};
use touchstone_audit::{Anchor, Keys, Receipt, Report, events, records, verify};

use touchstone_server::Location;

use crate::world::{Backend, World, on_both};

on_both!(
    heads_go_to_an_object_store,
    the_trail_is_signed_and_anchored,
    what_a_crash_left_out_is_anchored_later,
    a_receipt_holds_for_a_decision
);

/// Something changes: a listing comes into the queue.
async fn change(world: &World, id: &str) {
    let listing = json!({"marketplace": "plaza", "seller_id": "s1", "id": id, "title": "Velatta bag", "price": "9.00 USD",
        "condition": "new"});
    world.screen(&listing).await.ok();
    world.app.take_in().await.unwrap();
}

async fn house(backend: Backend) -> World {
    let review = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/review");
    let world = World::with(backend, |config| {
        config.plain_cookies = true;
        config.review = Some(review);
    })
    .await;
    checker(&world).await;
    world
}

/// Who checks the trail. That there is somebody is in the trail itself, so it is there before anything is signed.
pub(crate) async fn checker(world: &World) {
    world.account("checker", json!({"roles": ["auditor"]})).await;
}

/// What an auditor gets.
async fn text(world: &World, path: &str) -> Vec<u8> {
    let auditor = world.login("checker").await;
    let answer = world.browse(&auditor, "GET", path, "").await;
    assert!(answer.status.is_success(), "{path}: {}", String::from_utf8_lossy(&answer.bytes));
    answer.bytes
}

async fn keys(world: &World) -> Keys {
    String::from_utf8(text(world, "/v1/audit/keys").await).unwrap().parse().unwrap()
}

/// What an outsider finds, with the anchor of the data folder.
pub(crate) async fn checked(world: &World) -> Report {
    let keys = keys(world).await;
    let logged = text(world, "/v1/audit/export?part=events").await;
    let heads = text(world, "/v1/audit/export?part=heads").await;
    let mut anchor = Anchor::default();
    anchor.add("anchor.jsonl", records(Cursor::new(anchored(world))), &keys).unwrap();
    verify(events(Cursor::new(logged)), records(Cursor::new(heads)), Some(&anchor), &keys).unwrap()
}

fn anchored(world: &World) -> Vec<u8> {
    std::fs::read(world.app.config().data.join("anchor.jsonl")).unwrap()
}

/// Objects that are never written twice hold, in their order, all that an anchor needs.
async fn heads_go_to_an_object_store(backend: Backend) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("anchors");
    let world = World::with(backend, |config| {
        config.plain_cookies = true;
        config.anchors = Some(touchstone_server::PicturePlace::Folder(place.clone()));
    })
    .await;
    checker(&world).await;
    let key = world.app.make_key("second", &["read"]).await.unwrap();
    world.app.sign_trail().await.unwrap();
    world.app.write_outside().await.unwrap();
    world.app.revoke_key(key.split('_').nth(1).unwrap()).await.unwrap();
    world.app.sign_trail().await.unwrap();
    world.app.write_outside().await.unwrap();
    world.app.write_outside().await.unwrap();
    let mut objects: Vec<_> = std::fs::read_dir(&place).unwrap().map(|object| object.unwrap().path()).collect();
    objects.sort();
    assert_eq!(objects.len(), 2);
    let lines: Vec<u8> = objects.iter().flat_map(|object| std::fs::read(object).unwrap()).collect();
    let keys = keys(&world).await;
    let mut anchor = Anchor::default();
    anchor.add("objects", records(Cursor::new(lines)), &keys).unwrap();
    world.app.sign_trail().await.unwrap();
    let logged = text(&world, "/v1/audit/export?part=events").await;
    let heads = text(&world, "/v1/audit/export?part=heads").await;
    let report = verify(events(Cursor::new(logged)), records(Cursor::new(heads)), Some(&anchor), &keys).unwrap();
    assert!(report.is_clean() && report.anchored.is_some_and(|held| held >= 3), "{report:?}");
}

async fn the_trail_is_signed_and_anchored(backend: Backend) {
    let world = house(backend).await;
    assert_eq!(world.get("/v1/audit/head").await.ok(), Value::Null);
    // The key of the tests and whoever checks are there already.
    assert_eq!(world.app.sign_trail().await.unwrap(), 1);
    for id in ["1", "2", "3"] {
        change(&world, id).await;
        assert_eq!(world.app.sign_trail().await.unwrap(), 1);
        assert_eq!(world.app.sign_trail().await.unwrap(), 0, "it did not grow");
    }
    let report = checked(&world).await;
    assert!(report.is_clean(), "{:?}", report.findings);
    let size = report.events;
    assert!(size >= 3 && report.heads == 4 && report.anchored == Some(size), "{report:?}");
    assert_eq!(world.get("/v1/audit/head").await.ok()["size"], size);
    let told = world.get("/v1/events").await.ok();
    let kinds: Vec<&Value> = told["items"].as_array().unwrap().iter().map(|item| &item["type"]).collect();
    assert_eq!(kinds, ["audit.head"; 4]);
    // What webhooks get is an anchor too.
    let lines = told["items"].as_array().unwrap().iter().map(|item| format!("{}\n", item["data"])).collect::<String>();
    assert_eq!(lines.lines().count(), anchored(&world).split(|byte| *byte == b'\n').count() - 1);
    let keys = keys(&world).await;
    let mut anchor = Anchor::default();
    anchor.add("webhook", records(Cursor::new(lines)), &keys).unwrap();
    assert_eq!((anchor.held(), anchor.findings()), (size, &[][..]));
    let page = world.get("/v1/audit/events?limit=2").await.ok();
    assert_eq!((&page["items"][0]["seq"], &page["next"]), (&json!(0), &json!(2)));
    let mode = std::os::unix::fs::MetadataExt::mode(
        &std::fs::metadata(world.app.config().master_key.with_file_name("audit.key")).unwrap(),
    );
    assert_eq!(mode & 0o777, 0o600);
}

async fn what_a_crash_left_out_is_anchored_later(backend: Backend) {
    let world = house(backend).await;
    for id in ["1", "2"] {
        change(&world, id).await;
        world.app.sign_trail().await.unwrap();
    }
    let config = world.app.config().clone();
    world.app.close().await;
    // The last line reached the disk in part.
    let path = config.data.join("anchor.jsonl");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 20]).unwrap();
    let world = world.reopened(config).await;
    world.app.sign_trail().await.unwrap();
    assert!(anchored(&world).starts_with(&whole));
    change(&world, "3").await;
    assert_eq!(world.app.sign_trail().await.unwrap(), 1);
    let report = checked(&world).await;
    assert!(report.is_clean() && report.anchored == Some(report.events), "{:?}", report.findings);
}

async fn a_receipt_holds_for_a_decision(backend: Backend) {
    let world = World::new(backend).await;
    checker(&world).await;
    let answer = world.screen(&json!({"id": "1", "title": "Velatta replica"})).await;
    let id = answer.ok()["decision_id"].as_str().unwrap().to_owned();
    let receipt = text(&world, &format!("/v1/decisions/{id}/receipt")).await;
    let receipt = Receipt::read(&receipt).unwrap();
    let shown = text(&world, &format!("/v1/decisions/{id}")).await;
    #[derive(serde::Deserialize)]
    struct Shown<'a> {
        #[serde(borrow)]
        decision: &'a serde_json::value::RawValue,
    }
    let body = serde_json::from_slice::<Shown<'_>>(&shown).unwrap().decision.get().to_owned();
    let keys = keys(&world).await;
    assert!(receipt.verify(body.as_bytes(), &keys).is_ok());
    assert!(receipt.verify(body.replace("block", "allow").as_bytes(), &keys).is_err());
}

/// What somebody with the database in hand may do to it, and what is found then.
const DEEDS: [(&str, &str); 5] = [
    ("UPDATE audit_event SET body = set_byte(body, 30, get_byte(body, 30) # 1) WHERE seq = 1", "Changed"),
    ("DELETE FROM audit_event WHERE seq = 1", "Missing"),
    (
        "UPDATE audit_event SET seq = -1 WHERE seq = 1; UPDATE audit_event SET seq = 1 WHERE seq = 2; \
         UPDATE audit_event SET seq = 2 WHERE seq = -1",
        "Reordered",
    ),
    ("DELETE FROM audit_event WHERE seq >= 2; DELETE FROM audit_head WHERE size > 2", "Cut"),
    (
        "UPDATE audit_head SET line = overlay(line placing 'AAAAAAAA' from position(U&'\\2014 ' in line) + 40) \
         WHERE size = (SELECT min(size) FROM audit_head)",
        "Forged",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_to_the_database_is_found_and_named() {
    let world = house(Backend::Postgres).await;
    for id in ["1", "2", "3", "4"] {
        change(&world, id).await;
        world.app.sign_trail().await.unwrap();
    }
    let Location::Postgres(address) = world.app.config().store.clone() else { panic!("another database") };
    let execute = async |sql: String| {
        let address = address.clone();
        tokio::task::spawn_blocking(move || crate::postgres::execute(&address, &sql)).await.unwrap();
    };
    let copies = ["audit_event", "audit_head"];
    for table in copies {
        execute(format!("CREATE TABLE {table}_copy AS SELECT * FROM {table}")).await;
    }
    for (deed, name) in DEEDS {
        execute(deed.to_owned()).await;
        let found = format!("{:?}", checked(&world).await.findings);
        assert!(found.contains(name), "{deed}: {found}");
        for table in copies {
            execute(format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM {table}_copy")).await;
        }
        assert!(checked(&world).await.is_clean());
    }
    // What is not what was logged gets no signature.
    change(&world, "5").await;
    execute(
        "UPDATE audit_event SET body = set_byte(body, 30, 65) WHERE seq = (SELECT max(seq) FROM audit_event)"
            .to_owned(),
    )
    .await;
    assert!(world.app.sign_trail().await.unwrap_err().to_string().contains("nothing is signed"));
}
