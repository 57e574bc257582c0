//! The master key: made once, and then the only one that opens the database.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use touchstone_store::StoreError;

use crate::Place;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_database_gets_a_key_that_only_its_owner_reads() {
    for place in Place::both() {
        place.open().await.unwrap().close().await;
        let text = fs::read_to_string(place.master_key()).unwrap();
        assert!(text.len() == 65 && text.trim().bytes().all(|digit| digit.is_ascii_hexdigit()));
        assert_eq!(fs::metadata(place.master_key()).unwrap().permissions().mode() & 0o777, 0o600);
        place.open().await.unwrap().close().await;
        assert_eq!(fs::read_to_string(place.master_key()).unwrap(), text);
        let parts = fs::read_dir(place.folder.path()).unwrap().filter(|file| {
            file.as_ref().is_ok_and(|file| file.path().extension().is_some_and(|extension| extension == "part"))
        });
        assert_eq!(parts.count(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_given_is_taken() {
    for place in Place::both() {
        let given = format!("{}\n", "0aF".repeat(22).split_at(64).0);
        fs::write(place.master_key(), &given).unwrap();
        place.open().await.unwrap().close().await;
        assert_eq!(fs::read_to_string(place.master_key()).unwrap(), given);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_none_and_nonsense_are_refused() {
    for place in Place::both() {
        place.open().await.unwrap().close().await;
        fs::write(place.master_key(), "7".repeat(64)).unwrap();
        let refused = place.open().await.unwrap_err();
        assert!(matches!(refused, StoreError::WrongMasterKey(_)), "{refused}");
        fs::write(place.master_key(), "not a key").unwrap();
        let refused = place.open().await.unwrap_err();
        assert!(refused.to_string().contains("64 hexadecimal digits"), "{refused}");
        fs::remove_file(place.master_key()).unwrap();
        let refused = place.open().await.unwrap_err();
        assert!(refused.to_string().contains("put the master key back"), "{refused}");
        assert!(!place.master_key().exists());
    }
}
