//! The page that people work on: what a browser is told about it, and that nothing of it comes from elsewhere.

use axum::body::Body;
use axum::http::{Request, header};

use crate::world::{Answer, Backend, World};

/// Whether this program was built with the console: `make setup` makes it.
fn built() -> bool {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../console/dist/index.html").exists()
}

/// As a browser that knows nobody asks.
async fn asked(world: &World, path: &str, accepted: &str) -> Answer {
    let request = Request::get(path).header(header::ACCEPT_ENCODING, accepted);
    world.send(request.body(Body::empty()).unwrap()).await
}

fn header_of(answer: &Answer, name: header::HeaderName) -> String {
    answer.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn every_address_of_the_console_is_its_page_with_a_number_that_counts_once() {
    let world = World::new(Backend::Sqlite).await;
    if !built() {
        assert_eq!(asked(&world, "/console/", "").await.status, 404);
        return;
    }
    let (page, again) = (asked(&world, "/console/", "").await, asked(&world, "/console/cases/7", "").await);
    let policies = [&page, &again].map(|answer| header_of(answer, header::CONTENT_SECURITY_POLICY));
    assert_ne!(policies[0], policies[1], "the number counts once");
    for (answer, policy) in [(&page, &policies[0]), (&again, &policies[1])] {
        assert_eq!(answer.status, 200);
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
        let html = String::from_utf8(answer.bytes.clone()).unwrap();
        assert!(html.contains(&format!("nonce=\"{nonce}\"")) && !html.contains("__NONCE__"), "{html}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(!html.contains("http://") && !html.contains("https://"), "something comes from elsewhere: {html}");
        assert_eq!(header_of(answer, header::CACHE_CONTROL), "no-store");
    }
}

#[tokio::test]
async fn its_files_are_kept_for_ever_and_sent_packed_to_who_takes_that() {
    if !built() {
        return;
    }
    let world = World::new(Backend::Sqlite).await;
    let html = String::from_utf8(asked(&world, "/console/", "").await.bytes).unwrap();
    let script = html.split("src=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let (plain, packed) = (asked(&world, script, "").await, asked(&world, script, "br, gzip").await);
    assert!(header_of(&plain, header::CACHE_CONTROL).contains("immutable"));
    assert_eq!(header_of(&plain, header::CONTENT_TYPE), "text/javascript");
    assert_eq!(header_of(&packed, header::CONTENT_ENCODING), "gzip");
    assert!(packed.bytes.len() * 2 < plain.bytes.len());
}
