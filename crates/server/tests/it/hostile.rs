//! Bodies that somebody sends to do harm: each a clear answer, none a crash.

use axum::body::Body;
use serde_json::{Value, json};

use crate::world::{Backend, World, on_both};

on_both!(each_is_refused_clearly, nothing_in_a_listing_harms_the_store);

async fn each_is_refused_clearly(backend: Backend) {
    let world = World::new(backend).await;
    let check = async |body: Vec<u8>, status: u16, code: &str| {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let answer = world.post("/v1/screen", body).await;
        assert_eq!(answer.problem(), (status, code.to_owned()), "{shown}");
    };
    check(vec![b' '; 17 << 20], 413, "too_large").await;
    check(format!("[{}]", "1,".repeat(2_000) + "1").into_bytes(), 413, "too_large").await;
    check("[".repeat(10_000).into_bytes(), 400, "not_json").await;
    check(format!("{}{}", r#"{"id":"1","x":"#, "[".repeat(10_000)).into_bytes(), 422, "bad_listing").await;
    check(format!(r#"{{"id":"1","x":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000)).into_bytes(), 422, "bad_listing")
        .await;
    check(json!({"id": "1", "title": "x".repeat(1_000_000)}).to_string().into_bytes(), 422, "bad_listing").await;
    check(br#"{"id":"1","title":"a\u0000b"}"#.to_vec(), 422, "bad_listing").await;
    check(br#"{"id":"1","title":"\ud800"}"#.to_vec(), 422, "bad_listing").await;
    check(br#"{"id":"1","id":"2"}"#.to_vec(), 422, "bad_listing").await;
    check(br#"{"id":"1","event":"create","event":"order"}"#.to_vec(), 422, "bad_listing").await;
    check(b"{\"id\":\"1\",\"title\":\"\xff\"}".to_vec(), 400, "not_json").await;
    check(Vec::new(), 400, "not_json").await;
    check(b"null".to_vec(), 400, "not_json").await;
    assert_eq!(world.decisions().await, 0);
}

async fn nothing_in_a_listing_harms_the_store(backend: Backend) {
    let world = World::new(backend).await;
    let odd = [
        "'; DROP TABLE decision; --",
        "\u{202e}txt",
        "%00",
        "\u{1}\u{7f}",
        "🙂".repeat(50).as_str(),
        "\\",
        "\"",
        "a\nb",
    ]
    .map(str::to_owned);
    for text in &odd {
        let listing = json!({"id": text, "seller_id": text, "marketplace": text, "title": text, "description": text});
        let decided = world.screen(&listing).await.ok();
        let decision: Value =
            world.get(&format!("/v1/decisions/{}", decided["decision_id"].as_str().unwrap())).await.ok();
        assert_eq!(decision["decision"]["listing_id"], text.trim());
    }
    assert_eq!(world.decisions().await, odd.len());
}

#[tokio::test]
async fn what_is_not_said_to_be_json_is_not_read() {
    let world = World::new(Backend::Sqlite).await;
    let mut request = world.request("POST", "/v1/screen").body(Body::from(r#"{"id":"1"}"#)).unwrap();
    request.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    assert_eq!(world.send(request).await.problem(), (415, "not_json_type".to_owned()));
    assert_eq!(world.get("/nowhere").await.problem(), (404, "not_found".to_owned()));
    assert_eq!(world.get("/v1/screen").await.problem(), (405, "method_not_allowed".to_owned()));
    assert_eq!(world.get("/v1/decisions/not-a-uuid").await.problem(), (404, "not_found".to_owned()));
}
