//! What an operator does with a server.

use crate::process::{Server, key, run};

#[test]
fn the_command_line_goes_through_the_server_that_owns_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data_text = data.to_str().unwrap();
    let server = Server::start(&data, &[], &[]);
    let secret = key(&data, "screen");
    assert_eq!(server.call("POST", "/v1/screen", &secret, "", r#"{"id":"1"}"#).unwrap().0, 200);
    let listed = run(&["keys", "list", "--data", data_text]).unwrap();
    assert!(listed.contains("test") && listed.contains("screen") && listed.contains("last used 20"), "{listed}");
    assert!(!listed.contains(secret.rsplit('_').next().unwrap()));
    let id = secret.split('_').nth(1).unwrap();
    run(&["keys", "revoke", "--data", data_text, id]).unwrap();
    assert_eq!(server.call("POST", "/v1/screen", &secret, "", r#"{"id":"1"}"#).unwrap().0, 401);
    let again = run(&["keys", "revoke", "--data", data_text, id]).unwrap_err();
    assert!(again.contains("no key"), "{again}");
    let wrong = run(&["keys", "create", "--data", data_text, "--name", "x", "--scope", "everything"]).unwrap_err();
    assert!(wrong.contains("scopes are"), "{wrong}");
}

#[test]
fn a_second_server_on_the_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let _first = Server::start(&data, &[], &[]);
    let refused =
        run(&["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap(), "--knowledge", "nowhere"]);
    assert!(refused.unwrap_err().contains("in use by another process"));
}

#[test]
fn another_master_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    key(&data, "screen");
    let other = folder.path().join("other.key");
    std::fs::write(&other, "7".repeat(64)).unwrap();
    let (data, other) = (data.to_str().unwrap(), other.to_str().unwrap());
    let start = || run(&["serve", "--listen", "127.0.0.1:0", "--data", data, "--master-key", other]).unwrap_err();
    let refused = start();
    assert!(refused.contains("other.key is not the master key of this database"), "{refused}");
    std::fs::remove_file(other).unwrap();
    assert!(start().contains("put the master key back"));
}

#[test]
fn the_command_line_erases_a_seller() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let secret = key(&data, "screen,read");
    let erase = ["sellers", "erase", "--data", data.to_str().unwrap(), "plaza", "s1"];
    let server = Server::start(&data, &[], &[]);
    let listing = r#"{"marketplace":"plaza","seller_id":"s1","id":"1","title":"Velatta bag"}"#;
    let read = |server: &Server| server.call("GET", "/v1/listings/plaza/s1/1", &secret, "", "").unwrap().0;
    // Through the server that owns the folder, then without one.
    assert_eq!(server.call("POST", "/v1/screen", &secret, "", listing).unwrap().0, 200);
    run(&erase).unwrap();
    assert_eq!(read(&server), 410);
    assert_eq!(server.call("POST", "/v1/screen", &secret, "", listing).unwrap().0, 200);
    assert_eq!(read(&server), 200);
    drop(server);
    run(&erase).unwrap();
    assert_eq!(read(&Server::start(&data, &[], &[])), 410);
}

#[test]
fn told_to_stop_it_answers_what_it_has_and_ends() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut server = Server::start(&data, &[], &[]);
    let secret = key(&data, "screen");
    let items: Vec<String> =
        (0..1_000).map(|n| format!(r#"{{"id":"{n}","title":"Velatta bag number {n}"}}"#)).collect();
    let body = format!("[{}]", items.join(","));
    let answer = std::thread::scope(|scope| {
        let call = scope.spawn(|| server.call("POST", "/v1/screen", &secret, "", &body));
        // The request is in the server's hands once the log says nothing more of it than its end, so: ask for health,
        // which is answered behind it on the same thread or before it; either way the answer below must be whole.
        server.call("GET", "/healthz", "", "", "").unwrap();
        server.signal("TERM");
        call.join().unwrap()
    });
    let ended = server.process.wait().unwrap();
    assert!(ended.success(), "{ended}: {}", server.log());
    // Refused before it was accepted, or answered whole: nothing between.
    if let Some((status, text)) = answer {
        assert_eq!(status, 200);
        assert_eq!(text.matches("\"decision_id\"").count(), 1_000);
    }
}

#[test]
fn the_log_holds_nothing_that_a_listing_says() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = Server::start(&data, &[], &[]);
    let secret = key(&data, "screen");
    let body =
        r#"{"id":"1","title":"call +86 139 1234 5678 for a Velatta bag","seller_id":"Anna Muster","price":"nonsense"}"#;
    assert_eq!(server.call("POST", "/v1/screen", &secret, "", body).unwrap().0, 422);
    server.call("POST", "/v1/screen", &secret, "", &body.replace("nonsense", "1 USD")).unwrap();
    let log = server.log();
    assert!(log.contains("\"status\":422") && log.contains("bad_listing"), "{log}");
    for said in ["139", "Anna", "Velatta", "nonsense", secret.rsplit('_').next().unwrap()] {
        assert!(!log.contains(said), "{said}: {log}");
    }
}
