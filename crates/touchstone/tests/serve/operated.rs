//! What an operator does with a server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::process::{Server, answer, key, run};

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

/// The first account is made before or beside the server, and logs in over plain HTTP on this machine.
#[test]
fn the_command_line_makes_the_first_account() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data_text = data.to_str().unwrap();
    let create =
        |login: &str, role: &str| run(&["accounts", "create", "--data", data_text, "--login", login, "--role", role]);
    let first = create("anna", "administrator,reviewer").unwrap().trim().to_owned();
    let server = Server::start(&data, &[], &[]);
    let second = create("bert", "auditor").unwrap().trim().to_owned();
    for (login, password, status) in [("anna", &first, 200), ("bert", &second, 200), ("anna", &second, 401)] {
        let order = format!(r#"{{"login":"{login}","password":"{password}"}}"#);
        assert_eq!(server.call("POST", "/v1/login", "", "", &order).unwrap().0, status, "{login}");
    }
    let listed = run(&["accounts", "list", "--data", data_text]).unwrap();
    assert!(
        listed.contains("anna") && listed.contains("reviewer,administrator") && listed.lines().count() == 2,
        "{listed}"
    );
    assert!(create("anna", "auditor").unwrap_err().contains("taken"));
    assert!(create("carl", "emperor").unwrap_err().contains("roles are"));
    for said in ["anna", "bert", first.as_str(), second.as_str()] {
        assert!(!server.log().contains(said), "{said} stands in the log");
    }
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

/// Sends the head of a screening call whose body is to come, or all of `more` headers.
fn begun(server: &Server, secret: &str, more: &str) -> TcpStream {
    let mut stream = TcpStream::connect(&server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let head = format!(
        "POST /v1/screen HTTP/1.1\r\nhost: t\r\nconnection: close\r\nauthorization: Bearer {secret}\r\n\
         content-type: application/json\r\n{more}\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
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
    let length = format!("expect: 100-continue\r\ncontent-length: {}\r\n", body.len());
    let mut stream = begun(&server, &secret, &length);
    // It says to go on once the call is in its hands.
    let goes_on = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut said = vec![0; goes_on.len()];
    stream.read_exact(&mut said).unwrap();
    assert_eq!(said, goes_on);
    server.signal("TERM");
    stream.write_all(body.as_bytes()).unwrap();
    let (status, text) = answer(&mut stream).expect("an answer to what was taken");
    assert_eq!((status, text.matches("\"decision_id\"").count()), (200, 1_000));
    let ended = server.process.wait().unwrap();
    assert!(ended.success(), "{ended}: {}", server.log());
}

/// The limit is 16 MiB: of 100 MiB no more than that is taken, whether the length was said beforehand or not.
#[test]
fn a_body_of_a_hundred_mebibytes_is_not_held() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = Server::start(&data, &[], &[]);
    let secret = key(&data, "screen");
    assert_eq!(server.call("POST", "/v1/screen", &secret, "", r#"{"id":"1","title":"Bag"}"#).unwrap().0, 200);
    let before = server.memory_peak_kib();
    let spaces = [b' '; 1 << 20];
    let chunk = [b"100000\r\n", &spaces[..], b"\r\n"].concat();
    for (length, piece) in [("content-length: 104857600\r\n", &spaces[..]), ("transfer-encoding: chunked\r\n", &chunk)]
    {
        let mut stream = begun(&server, &secret, length);
        let taken = (0..100).take_while(|_| stream.write_all(piece).is_ok()).count();
        let held = server.memory_peak_kib() - before;
        // A buffer that grows is there twice for a moment.
        assert!(taken < 100 && held < 80 << 10, "{length}: {taken} MiB were taken, {held} KiB held");
        // The answer may be lost with the connection.
        assert!(answer(&mut stream).is_none_or(|(status, text)| status == 413 && text.contains("too_large")));
    }
    assert_eq!(server.call("GET", "/healthz", "", "", "").unwrap().0, 200);
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

/// Under another program that limits its files.
fn with_files(data: &std::path::Path, files: &str, arguments: &[&str]) -> Server {
    let limit = format!("ulimit -n {files} && exec \"$@\"");
    Server::start(data, &["sh", "-c", &limit, "sh"], arguments)
}

#[test]
fn there_are_no_more_connections_than_files() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = with_files(&data, "160", &[]);
    let log = server.log();
    assert!(log.contains("\"connections\":32") && log.contains("raise its limit to 2128"), "{log}");
    let secret = key(&data, "screen");
    let screened = || server.call("POST", "/v1/screen", &secret, "", r#"{"id":"1"}"#).map(|(status, _)| status);
    // Those beyond it are closed, and take nothing from those that have their place.
    let silent: Vec<TcpStream> = (0..200).map(|_| TcpStream::connect(&server.address).unwrap()).collect();
    let closed = silent.iter().filter(|stream| is_closed(stream)).count();
    assert!(closed >= 168, "{closed}");
    drop(silent);
    while screened() != Some(200) {}
}

/// Whether the other side has closed it; what is silent for so long is not closed.
fn is_closed(mut stream: &TcpStream) -> bool {
    stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    match stream.read(&mut [0]) {
        Ok(read) => read == 0,
        Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
    }
}

#[test]
fn limits_that_forbid_what_others_allow_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for (given, told) in [
        (["--listings-max", "999"], "1000 listings"),
        (["--memory-max", "8MiB"], "16777216 bytes"),
        (["--wait-max", "1h"], "such as 50ms"),
        (["--wait-max", "10s"], "waited 10s"),
        (["--stop-timeout", "9s"], "the 9s in which"),
        (["--body-max", "16"], "such as 64KiB"),
    ] {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap(), given[0], given[1]];
        let refused = run(&serve).unwrap_err();
        assert!(refused.contains(told), "{given:?}: {refused}");
    }
}
