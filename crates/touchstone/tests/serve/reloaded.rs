//! Knowledge and policy are read again on SIGHUP and when their files change.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::process::{Server, pack};

/// Longer than any machine takes; a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).map(drop).unwrap();
        }
    }
}

fn in_force(server: &Server) -> String {
    let (status, body) = server.call("GET", "/readyz", "", "", "").unwrap();
    assert_eq!(status, 200, "{body}");
    body
}

/// Waits until something holds.
fn until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A server on a pack of its own.
fn server(folder: &Path, watch: &str) -> Server {
    copy(&pack(), &folder.join("pack"));
    Server::start_with(&folder.join("pack"), &folder.join("data"), &[], &["--watch", watch])
}

#[test]
fn a_hangup_reloads_and_a_mistake_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path(), "0");
    let before = in_force(&server);
    let rule = folder.path().join("pack/policy/cheap.toml");
    let text = fs::read_to_string(&rule).unwrap();
    fs::write(&rule, text.replace("price_vs_brand", "price_vs_band")).unwrap();
    server.signal("HUP");
    until("the mistake is in the log", || server.log().contains("the pack is refused"));
    let log = server.log();
    assert!(log.contains("cheap.toml:") && log.contains("price_vs_band"), "{log}");
    assert_eq!(in_force(&server), before);
    fs::write(&rule, text.replace("mode = \"enforce\"", "mode = \"shadow\"")).unwrap();
    assert_eq!(in_force(&server), before, "nobody asked for it yet");
    server.signal("HUP");
    until("the new policy is in force", || in_force(&server) != before);
}

#[test]
fn changed_files_are_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path(), "1");
    let before = in_force(&server);
    let brand = folder.path().join("pack/knowledge/brands/velatta.toml");
    let text = fs::read_to_string(&brand).unwrap();
    fs::write(&brand, format!("{text}\n# looked at again\n")).unwrap();
    fs::write(
        folder.path().join("pack/policy/cheap.toml"),
        fs::read_to_string(folder.path().join("pack/policy/cheap.toml")).unwrap().replace("enforce", "shadow"),
    )
    .unwrap();
    until("the change is in force", || in_force(&server) != before);
}
