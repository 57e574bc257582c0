//! What was in force is there for whoever shares the database.

use crate::Place;

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_kept_once_and_whole() {
    for place in Place::both() {
        let store = place.open().await.unwrap();
        let large: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        assert!(!store.has_pack("a").await.unwrap());
        assert_eq!(store.pack("a").await.unwrap(), None);
        store.put_pack("a", b"damaged".to_vec()).await.unwrap();
        store.put_pack("a", large.clone()).await.unwrap();
        store.close().await;
        drop(store);
        let next = place.open().await.unwrap();
        assert!(next.has_pack("a").await.unwrap());
        assert_eq!(next.pack("a").await.unwrap(), Some(large));
    }
}
