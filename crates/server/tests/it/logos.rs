//! Logos over HTTP: enrolled, looked for on the pictures of listings at once, taken out.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::banks::drawn;
use crate::world::{Backend, World, models};

/// A mark that is nothing but itself.
fn mark(hue: u8) -> image::RgbImage {
    image::RgbImage::from_fn(160, 160, |x, y| {
        let (dx, dy) = (i64::from(x) - 80, i64::from(y) - 80);
        let ring = (dx * dx + dy * dy) / 900;
        let beam = (dx * 3 + dy * i64::from(hue % 7)) / 40 % 2 == 0;
        if ring % 2 == 0 && beam { image::Rgb([hue, 255 - hue, 40]) } else { image::Rgb([250, 250, 245]) }
    })
}

fn png(picture: &image::RgbImage) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

/// A photo with a mark at 60, 40.
fn photo(mark: &image::RgbImage) -> Vec<u8> {
    let mut photo =
        image::load_from_memory(&drawn(9)).unwrap().resize_exact(480, 400, image::imageops::Triangle).to_rgb8();
    image::imageops::overlay(&mut photo, mark, 60, 40);
    png(&photo)
}

impl World {
    async fn found(&self, picture: &[u8]) -> Vec<String> {
        let answer = self.form(&self.key, "/v1/logos/find", &[("picture", "a.png", picture)]).await.ok();
        let logos = answer["items"][0]["logos"].as_array().unwrap().clone();
        logos.iter().map(|logo| logo["brand"].as_str().unwrap().to_owned()).collect()
    }

    async fn seen(&self, picture: &[u8]) -> Value {
        let answer = self.form(&self.key, "/v1/images", &[("picture", "a.png", picture)]).await.ok();
        answer["items"][0].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_enrolled_is_found_and_can_be_taken_out() {
    let world = World::with_banks(Backend::Sqlite, |config| config.pictures.models = Some(models())).await;
    let (ours, theirs) = (mark(200), mark(30));
    let photo = photo(&ours);
    assert!(world.found(&png(&ours)).await.is_empty());
    let before = world.seen(&png(&ours)).await;
    let enrol = async |brand: &str, picture: &[u8], places: &[&str]| {
        let mut parts: Vec<(&str, &str, &[u8])> =
            vec![("brand", "", brand.as_bytes()), ("picture", "shop/a.png", picture)];
        parts.extend(places.iter().map(|place| ("box", "", place.as_bytes())));
        world.form(&world.key, "/v1/logos", &parts).await
    };
    let added = enrol("velatta", &photo, &["60,40,220,200"]).await.ok();
    let id = added["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!((&added["items"][0]["state"], added["items"].as_array().unwrap().len()), (&json!("active"), 1));
    enrol("orsini", &png(&theirs), &[]).await.ok();
    assert_eq!(world.found(&png(&ours)).await, ["velatta"]);
    assert_eq!(world.found(&png(&theirs)).await, ["orsini"]);
    let after = world.seen(&png(&ours)).await;
    assert_eq!(after["logos"][0]["brand"], "velatta", "{after}");
    assert_eq!((before.get("logos"), &before["hash"], &before["masks"]), (None, &after["hash"], &after["masks"]));
    let list = world.get("/v1/logos?brand=velatta").await.ok();
    assert_eq!((&list["items"][0]["id"], &list["items"][0]["place"]), (&json!(id), &json!([60, 40, 220, 200])));
    assert_eq!(world.get("/v1/banks/logos").await.ok()["active"], 2);
    let remove = Request::builder().method("DELETE").uri(format!("/v1/logos/{id}?why=wrong"));
    let remove = remove.header("authorization", format!("Bearer {}", world.key)).body(Body::empty()).unwrap();
    assert_eq!(world.send(remove).await.ok()["state"], "removed");
    assert_ne!(world.found(&png(&ours)).await, ["velatta"]);
    assert_eq!(world.post(&format!("/v1/banks/entries/{id}/restore"), "{}").await.ok()["state"], "active");
    assert_eq!(world.found(&png(&ours)).await, ["velatta"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn logos_are_changed_by_those_who_may_and_as_they_should() {
    let world = World::with_banks(Backend::Sqlite, |config| config.pictures.models = Some(models())).await;
    let reads = world.app.make_key("reads", &["read"]).await.unwrap();
    let picture = png(&mark(200));
    let send = async |key: &str, parts: &[(&str, &str, &[u8])]| world.form(key, "/v1/logos", parts).await.problem();
    let whole: &[(&str, &str, &[u8])] = &[("brand", "", b"velatta"), ("picture", "a.png", &picture)];
    assert_eq!(send(&reads, whole).await, (403, "forbidden".to_owned()));
    world.form(&reads, "/v1/logos/find", &[("picture", "a.png", &picture)]).await.ok();
    for (wrong, status, code) in [
        (&[("picture", "a.png", &picture[..])][..], 400, "bad_form"),
        (&[("brand", "", b"velatta")], 400, "bad_form"),
        (&[("brand", "", b"velatta"), ("box", "", b"1,2,3"), ("picture", "a.png", &picture)], 400, "bad_form"),
        (&[("brand", "", b"velatta"), ("box", "", b"9,9,1,1"), ("picture", "a.png", &picture)], 400, "bad_form"),
        (&[("brand", "", b"velatta"), ("box", "", b"400,0,500,9"), ("picture", "a.png", &picture)], 422, "bad_picture"),
        (&[("brand", "", b"velatta"), ("picture", "a.png", &picture[..40])], 422, "bad_picture"),
    ] {
        assert_eq!(send(&world.key, wrong).await, (status, code.to_owned()), "{wrong:?}");
    }
    let request = Request::builder().method("DELETE").uri("/v1/logos/none");
    let request = request.header("authorization", format!("Bearer {}", world.key)).body(Body::empty()).unwrap();
    assert_eq!(world.send(request).await.problem(), (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_models_logos_are_refused_in_words() {
    let world = World::with_banks(Backend::Sqlite, |_| {}).await;
    let picture = png(&mark(200));
    let parts: &[(&str, &str, &[u8])] = &[("brand", "", b"velatta"), ("picture", "a.png", &picture)];
    let refused = world.form(&world.key, "/v1/logos", parts).await;
    assert_eq!(refused.problem(), (409, "bank_refused".to_owned()));
    assert!(refused.json()["detail"].as_str().unwrap().contains("models"));
}
