//! Two servers on one PostgreSQL database and one data folder: what is put into a bank through one is found by the other.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::postgres;
use crate::process::{PROGRAM, Server, run};

/// It takes a fifth of a second; a machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A picture with enough on it to be told from others, as a file.
fn drawn(folder: &Path, seed: u32) -> String {
    let pixels: Vec<u8> = (0..256 * 256u32)
        .flat_map(|at| {
            let (x, y) = (at % 256 / 16, at / 256 / 16);
            let cell = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77) ^ seed.wrapping_mul(0xc2b2_ae3d);
            let cell = cell.wrapping_mul(0x27d4_eb2f) >> 8;
            [cell as u8, (cell >> 8) as u8, (cell >> 16) as u8]
        })
        .collect();
    let path = folder.join(format!("{seed}.png"));
    image::save_buffer(&path, &pixels, 256, 256, image::ExtendedColorType::Rgb8).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn an_entry_that_one_server_adds_is_found_by_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (database, path) = (postgres::database(), data.to_str().unwrap());
    let arguments = ["--database", &database, "--models", "nowhere", "--no-fetch"];
    let first = Server::start(&data, &[], &arguments);
    let second = Server::start(&data, &[], &arguments);
    let create = ["keys", "create", "--data", path, "--database", &database, "--name", "test", "--scope", "admin"];
    let key = run(&create).unwrap().trim().to_owned();
    let picture = drawn(folder.path(), 1);
    let asked = || form(&second, &key, "/v1/banks/query", &picture, "");
    until(|| asked().contains("\"matches\""), "the key is not known yet");
    assert!(!asked().contains("\"copy\":true"));
    let begin = Instant::now();
    let added = form(&first, &key, "/v1/banks/counterfeit", &picture, "velatta");
    assert!(added.contains("\"state\":\"active\""), "{added}");
    until(|| asked().contains("\"copy\":true"), "the other server does not find it");
    eprintln!("found by the other server {} ms after it was asked for", begin.elapsed().as_millis());
    // And what a command adds beside both.
    let other = drawn(folder.path(), 2);
    run(&["bank", "add", "genuine", &other, "--data", path, "--models", "nowhere", "--by", "Ann"]).unwrap();
    for server in [&first, &second] {
        let found = || form(server, &key, "/v1/banks/query", &other, "").contains("\"copy\":true");
        until(found, "a server does not find what a command added");
    }
}

fn until(mut done: impl FnMut() -> bool, what: &str) {
    let patience = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < patience, "{what}");
        std::thread::yield_now();
    }
}

/// Sends a picture as a form.
fn form(server: &Server, key: &str, path: &str, picture: &str, brand: &str) -> String {
    let mut curl = std::process::Command::new("curl");
    curl.args(["-s", &format!("http://{}{path}", server.address), "-H", &format!("Authorization: Bearer {key}")]);
    curl.args(["-F", &format!("picture=@{picture}")]);
    if !brand.is_empty() {
        curl.args(["-F", &format!("brand={brand}")]);
    }
    let output = curl.output().unwrap_or_else(|error| panic!("{PROGRAM}: curl: {error}"));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
