//! Accounts, sessions, failed logins, and who read whose personal data.

use std::sync::Arc;

use touchstone_store::{Access, AccessFilter, AccountChange, Factor, NewAccount, NewSession};
use uuid::Uuid;

use crate::{Place, logged};

fn account(login: &str) -> NewAccount {
    NewAccount {
        account_id: Uuid::now_v7(),
        found_by: login.to_owned(),
        login: login.to_owned(),
        name: "Hieronymus Quittenbaum".to_owned(),
        roles: vec!["reviewer".to_owned(), "lead".to_owned()],
        seller: (String::new(), String::new()),
        holder: String::new(),
        password: Some("$argon2id$wolkenstein".to_owned()),
        created_at: 7,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_kept_changed_and_erased() {
    for place in Place::both() {
        let store = place.open().await.unwrap();
        let new = account("anna");
        assert!(store.put_account(new.clone(), logged(0)).await.unwrap());
        assert!(!store.put_account(account("anna"), logged(0)).await.unwrap(), "no two have one login");
        let found = store.account_found_by("anna").await.unwrap().unwrap();
        assert_eq!(found.account_id, new.account_id);
        assert_eq!((found.login, found.name, found.password), (new.login, new.name, new.password));
        assert!(store.account_found_by("bert").await.unwrap().is_none());
        let change = AccountChange {
            name: Some("Anna".to_owned()),
            roles: Some(vec!["auditor".to_owned()]),
            disabled_at: Some(Some(9)),
            factor: Some(Some(Factor { secret: vec![1, 2], confirmed: false, step: 0 })),
            ..AccountChange::default()
        };
        assert!(store.change_account(new.account_id, change, logged(0)).await.unwrap());
        let found = store.account(new.account_id).await.unwrap().unwrap();
        assert_eq!(
            (found.name.as_str(), found.roles, found.disabled_at),
            ("Anna", vec!["auditor".to_owned()], Some(9))
        );
        assert!(found.password.is_some() && found.factor.unwrap().secret == [1, 2]);
        assert!(store.erase_account(new.account_id, logged(11)).await.unwrap());
        assert!(!store.erase_account(new.account_id, logged(12)).await.unwrap());
        let erased = store.account(new.account_id).await.unwrap().unwrap();
        assert!(erased.erased && erased.name.is_empty() && erased.login.is_empty() && erased.password.is_none());
        assert!(!store.change_account(new.account_id, AccountChange::default(), logged(0)).await.unwrap());
        assert!(store.put_account(account("anna"), logged(0)).await.unwrap(), "the login is free again");
        assert_eq!(store.accounts(None, 10).await.unwrap().len(), 2);
        assert_eq!(store.accounts(Some(new.account_id), 10).await.unwrap().len(), 1);
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_person_stands_in_clear() {
    let place = Place::sqlite();
    let store = place.open().await.unwrap();
    store.put_account(account("zibellino@example.com"), logged(0)).await.unwrap();
    store.close().await;
    let mut found = 0;
    for file in std::fs::read_dir(place.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        found += usize::from(holds("reviewer,lead"));
        assert!(!holds("zibellino") && !holds("Quittenbaum") && !holds("wolkenstein"));
    }
    assert_eq!(found, 1, "what stands in clear is found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_used_once() {
    for place in Place::both() {
        let store = Arc::new(place.open().await.unwrap());
        let id = account("anna").account_id;
        store.put_account(NewAccount { account_id: id, ..account("anna") }, logged(0)).await.unwrap();
        let at_once = (0..8).map(|_| {
            let store = Arc::clone(&store);
            async move { store.use_factor_step(id, 5).await.unwrap() }
        });
        let taken = futures_util::future::join_all(at_once).await;
        assert_eq!(taken.iter().filter(|taken| **taken).count(), 1);
        assert!(!store.use_factor_step(id, 4).await.unwrap() && store.use_factor_step(id, 6).await.unwrap());
        store.put_recovery_codes(id, vec![[1; 32], [2; 32]]).await.unwrap();
        assert!(store.use_recovery_code(id, [1; 32]).await.unwrap());
        assert!(!store.use_recovery_code(id, [1; 32]).await.unwrap());
        store.put_recovery_codes(id, vec![[3; 32]]).await.unwrap();
        assert!(!store.use_recovery_code(id, [2; 32]).await.unwrap());
        assert!(!store.use_recovery_code(Uuid::now_v7(), [3; 32]).await.unwrap());
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end() {
    for place in Place::both() {
        let store = place.open().await.unwrap();
        let id = account("anna").account_id;
        store.put_account(NewAccount { account_id: id, ..account("anna") }, logged(0)).await.unwrap();
        let mut sessions = Vec::new();
        for n in 1..=3 {
            let session_id = Uuid::now_v7();
            let new = NewSession { token_hash: [n; 32], session_id, account_id: id, opened_at: i64::from(n) };
            store.put_session(new).await.unwrap();
            sessions.push(session_id);
        }
        store.touch_session(sessions[0], 50).await.unwrap();
        assert_eq!(store.session([1; 32]).await.unwrap().unwrap().seen_at, 50);
        assert!(store.end_session(sessions[1]).await.unwrap() && !store.end_session(sessions[1]).await.unwrap());
        assert!(store.session([2; 32]).await.unwrap().is_none());
        store.forget_sessions(0, 20).await.unwrap();
        assert!(
            store.session([3; 32]).await.unwrap().is_none()
                && store.session_named(sessions[0]).await.unwrap().is_some()
        );
        let change = AccountChange { end_sessions: Some(None), ..AccountChange::default() };
        store.change_account(id, change, logged(0)).await.unwrap();
        assert!(store.sessions_of(id).await.unwrap().is_empty());
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_once_are_counted_one_by_one() {
    for place in Place::both() {
        let store = Arc::new(place.open().await.unwrap());
        let guess = || {
            let store = Arc::clone(&store);
            async move {
                let next = |_, (failures, _)| if failures < 5 { Ok((failures + 1, 100)) } else { Err(15) };
                store.try_login(vec!["account anna".to_owned(), "address ::1".to_owned()], next).await.unwrap()
            }
        };
        let answers = futures_util::future::join_all((0..20).map(|_| guess())).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 5);
        assert_eq!(guess().await, Err(15));
        // The account starts anew, the address has one less.
        store.forgive_login(vec!["account anna".to_owned(), "address ::1".to_owned()]).await.unwrap();
        assert_eq!((guess().await, guess().await), (Ok(()), Err(15)));
        store.forget_attempts(101).await.unwrap();
        assert_eq!(guess().await, Ok(()));
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn readings_are_kept_together_and_found() {
    for place in Place::both() {
        let store = Arc::new(place.open().await.unwrap());
        let reading = |n: i64| Access {
            access_id: Uuid::now_v7(),
            read_at: n,
            reader: format!("key {}", n % 2),
            resource: "decision".to_owned(),
            about: ("plaza".to_owned(), format!("s{}", n % 3)),
            object: n.to_string(),
            request_id: "r".to_owned(),
        };
        let at_once = (0..60).map(|n| {
            let (store, readings) = (Arc::clone(&store), vec![reading(n), reading(n)]);
            async move { store.note_access(readings).await.unwrap() }
        });
        futures_util::future::join_all(at_once).await;
        let count = async |filter: AccessFilter| store.accesses(&filter, 1_000).await.unwrap().len();
        assert_eq!(count(AccessFilter::default()).await, 120);
        assert_eq!(count(AccessFilter { reader: Some("key 1".to_owned()), ..AccessFilter::default() }).await, 60);
        assert_eq!(count(AccessFilter { seller_id: Some("s2".to_owned()), ..AccessFilter::default() }).await, 40);
        let latest = store.accesses(&AccessFilter::default(), 1).await.unwrap().remove(0);
        assert_eq!(count(AccessFilter { before: Some(latest.access_id), ..AccessFilter::default() }).await, 119);
        while store.forget_accesses(1_000).await.unwrap() {}
        assert_eq!(count(AccessFilter::default()).await, 0);
        store.close().await;
    }
}
