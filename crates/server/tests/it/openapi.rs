//! The document that engineers read.

use std::path::Path;

use crate::world::{Backend, World};

#[test]
fn the_committed_document_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == touchstone_server::openapi::document(), "docs/openapi.json is stale: run `make docs`");
}

#[tokio::test]
async fn pages_need_nothing_from_elsewhere() {
    let world = World::new(Backend::Sqlite).await;
    for page in ["/", "/docs/", "/errors", "/errors/bad_listing", "/home.js", "/style.css", "/v1/openapi.json"] {
        let answer = world.get(page).await;
        assert!(answer.status.is_success(), "{page}: {}", answer.status);
        let text = String::from_utf8_lossy(&answer.bytes).into_owned();
        let outside = ["src=\"http", "href=\"http", "src=\"//", "@import"].into_iter().find(|sign| text.contains(sign));
        assert_eq!(outside, None, "{page}");
    }
}

#[tokio::test]
async fn every_code_has_a_page() {
    let world = World::new(Backend::Sqlite).await;
    for code in touchstone_server::problem::Code::ALL {
        let page = world.get(&format!("/errors/{}", code.as_str())).await;
        assert!(String::from_utf8_lossy(&page.bytes).contains("What to do"), "{}", code.as_str());
    }
}
