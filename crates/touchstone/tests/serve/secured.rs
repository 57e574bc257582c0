//! TLS by certificate files.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::process::{Server, run};

/// Certificate and key for `localhost` as files; gives the roots that trust it.
fn certificate(folder: &Path) -> RootCertStore {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    fs::write(folder.join("chain.pem"), made.cert.pem()).unwrap();
    fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    roots
}

fn health(address: &str, roots: RootCertStore) -> std::io::Result<String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let connection = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap()).unwrap();
    let mut stream = StreamOwned::new(connection, TcpStream::connect(address)?);
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn with_a_certificate_it_speaks_tls_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let roots = certificate(folder.path());
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let tls = ["--tls-certificates", &path("chain.pem"), "--tls-key", &path("key.pem")];
    let server = Server::start(&folder.path().join("data"), &[], &tls);
    let answer = health(&server.address, roots).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("ok"), "{answer}");
    assert!(server.call("GET", "/healthz", "", "", "").is_none(), "it answers in the clear");
    let strangers = health(&server.address, certificate(tempfile::tempdir().unwrap().path()));
    assert!(strangers.is_err(), "another certificate would have been believed");
}

#[test]
fn files_that_are_no_certificate_are_named() {
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path());
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("key.pem"), "no key").unwrap();
    let pack = crate::process::pack();
    let pack = |name: &str| pack.join(name).to_str().unwrap().to_owned();
    let refused = run(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data",
        &path("data"),
        "--knowledge",
        &pack("knowledge"),
        "--policy",
        &pack("policy"),
        "--tls-certificates",
        &path("chain.pem"),
        "--tls-key",
        &path("key.pem"),
    ]);
    let said = refused.unwrap_err();
    assert!(said.contains("key.pem"), "{said}");
    let half = run(&["serve", "--tls-key", &path("key.pem")]).unwrap_err();
    assert!(half.contains("--tls-certificates"), "{half}");
}

/// Asks until the server shows a certificate that these roots trust.
fn shows(server: &Server, roots: &RootCertStore) {
    let patience = Instant::now() + Duration::from_secs(60);
    while health(&server.address, roots.clone()).is_err() {
        assert!(Instant::now() < patience, "the old certificate is still shown: {}", server.log());
    }
}

#[test]
fn a_renewed_certificate_is_taken_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = certificate(folder.path());
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let tls = |watch| {
        ["--watch", watch, "--tls-certificates", &path("chain.pem"), "--tls-key", &path("key.pem")].map(str::to_owned)
    };
    let start = |data: &str, watch| {
        let arguments = tls(watch);
        Server::start(&folder.path().join(data), &[], &arguments.each_ref().map(String::as_str))
    };
    let (told, watching) = (start("told", "0"), start("watching", "1"));
    // Both have read the files before they change.
    shows(&told, &first);
    shows(&watching, &first);
    let second = certificate(folder.path());
    shows(&watching, &second);
    told.signal("HUP");
    shows(&told, &second);
    fs::write(path("key.pem"), "no key").unwrap();
    told.signal("HUP");
    while !told.log().contains("those in use stay") {}
    shows(&told, &second);
}
