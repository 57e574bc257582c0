//! The same photo in other sellers' listings, also where it was written anew.

use axum::body::Body;
use serde_json::{Value, json};

use crate::banks::drawn;
use crate::pictures::form;
use crate::world::{Backend, World, on_both};

on_both!(near_copies_of_other_sellers_are_counted, near_copies_are_known_after_a_restart);

/// The picture turned upside down, scaled, and written anew.
fn anew(picture: &[u8], side: u32) -> Vec<u8> {
    let picture = image::load_from_memory(picture).unwrap();
    let picture = picture.resize_exact(side, side, image::imageops::FilterType::Triangle).to_rgb8();
    let mut file = std::io::Cursor::new(Vec::new());
    image::imageops::flip_vertical(&picture).write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

impl World {
    async fn elsewhere(&self, seller: &str, picture: &[u8]) -> Value {
        let listing = json!({"id": "1", "seller_id": seller, "title": "Velatta bag"}).to_string();
        let body = form("b", &[("listing", "", listing.as_bytes()), ("picture", "a.png", picture)]);
        let mut request = self.request("POST", "/v1/screen/form").body(Body::from(body)).unwrap();
        request.headers_mut().insert("content-type", "multipart/form-data; boundary=b".parse().unwrap());
        let decision = self.send(request).await.ok();
        decision["decision"]["context"]["pictures"][0]["elsewhere"].clone()
    }
}

async fn near_copies_of_other_sellers_are_counted(backend: Backend) {
    let world = World::with_banks(backend, |_| {}).await;
    let (one, other) = (drawn(1), drawn(2));
    assert_eq!(world.elsewhere("s", &one).await, Value::Null);
    world.clock.forward(2 * 24 * 3_600);
    assert_eq!(world.elsewhere("t", &other).await, Value::Null);
    let near = anew(&one, 200);
    assert_eq!(world.elsewhere("t", &near).await, json!({"days": 2, "sellers": 1, "since": "2026-11-01"}));
    assert_eq!(world.elsewhere("u", &one).await["sellers"], 2, "the same file, and a near copy");
    assert_eq!(world.elsewhere("u", &anew(&one, 333)).await["sellers"], 2, "one's own do not count");
    world.app.erase("", "s").await.unwrap();
    world.app.erase("", "t").await.unwrap();
    world.clock.forward(3_600);
    world.app.tidy().await;
    assert_eq!(world.elsewhere("u", &anew(&one, 150)).await, Value::Null);
}

async fn near_copies_are_known_after_a_restart(backend: Backend) {
    let world = World::with_banks(backend, |_| {}).await;
    let one = drawn(1);
    world.elsewhere("s", &one).await;
    let config = world.app.config().clone();
    if matches!(backend, Backend::Postgres) {
        // Another process on the same database learns it too.
        let second = World::beside(config.clone()).await;
        world.elsewhere("t", &drawn(2)).await;
        second.app.look_for_near().await.unwrap();
        assert_eq!(second.elsewhere("u", &anew(&drawn(2), 200)).await["sellers"], 1);
    }
    world.app.close().await;
    let world = world.reopened_with_banks(config).await;
    assert_eq!(world.elsewhere("v", &anew(&one, 200)).await["sellers"], 1);
}
