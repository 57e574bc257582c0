//! What documents tell people to type is typed.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::process::{PROGRAM, pack};

/// The first block of shell commands under a heading.
fn block<'t>(text: &'t str, heading: &str) -> &'t str {
    let (_, section) = text.split_once(heading).unwrap();
    let (_, code) = section.split_once("```sh\n").unwrap();
    code.split_once("```").unwrap().0
}

/// A port that nobody listens on just now.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

#[test]
fn the_quick_start_screens_a_listing() {
    let root = root();
    let [service, readme] =
        ["docs/service.md", "README.md"].map(|path| std::fs::read_to_string(root.join(path)).unwrap());
    let code = block(&service, "## Quick start");
    assert_eq!(block(&readme, "## As a service"), code);
    let code = code.replace(":8080", &format!(":{}", free_port()));
    let folder = tempfile::tempdir().unwrap();
    let path = format!("{}:{}", Path::new(PROGRAM).parent().unwrap().display(), std::env::var("PATH").unwrap());
    // As in a terminal that is closed at the end: what was started behind it stops.
    let script = format!("set -eu; trap 'kill $(jobs -p); wait' EXIT\n{code}");
    let output = Command::new("bash")
        .arg("-c")
        .arg(script)
        .current_dir(folder.path())
        .env("PATH", path)
        .env("TOUCHSTONE_KNOWLEDGE", root.join("knowledge"))
        .env("TOUCHSTONE_POLICY", root.join("policy"))
        .output()
        .unwrap();
    let (said, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{log}");
    assert!(said.contains(r#""verdict":"review""#) && said.contains(r#""review":{"listing":"hold""#), "{said}{log}");
}

/// With the small pack, so that it takes seconds; without a terminal it ends by itself.
#[test]
fn the_demo_ends_with_a_service_and_a_stream() {
    let output = Command::new("bash")
        .arg(root().join("scripts/demo.sh"))
        .env("BIN", PROGRAM)
        .env("DEMO_SECONDS", "1")
        .env("TOUCHSTONE_KNOWLEDGE", pack().join("knowledge"))
        .env("TOUCHSTONE_POLICY", pack().join("policy"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (said, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{log}");
    let (_, service) = said.split_once(". The service, with").unwrap_or_else(|| panic!("{said}{log}"));
    assert!(service.contains("http://127.0.0.1:") && service.contains("/#key=ts_"), "{service}{log}");
    assert!(service.contains("All of it is invented"), "{service}{log}");
    let counted = service.lines().last().unwrap();
    assert!(counted.contains("synthetic listings: allow ") && !counted.contains(" 0 synthetic"), "{service}{log}");
    // What served is gone, and with it what it kept.
    let address = service.split("http://").nth(1).unwrap().split('/').next().unwrap();
    assert!(TcpStream::connect(address).is_err(), "{address} still answers");
}
