//! The load test against a real server: everything that was due is accounted for.

use std::path::Path;

use serde_json::Value;

use crate::process::{Server, key, run};

fn fixtures() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").to_str().unwrap().to_owned()
}

/// Runs the load test against a server; gives its result.
fn load(server: &Server, key: &str, arguments: &[&str]) -> Value {
    let url = format!("http://{}", server.address);
    let common = ["loadtest", "--quiet", "--format", "json", "--warm-up", "0", "--seconds", "1", "--connections", "4"];
    let given = ["--url", &url, "--key", key, "--fixtures", &fixtures()];
    let text = run(&[&common[..], &given, arguments].concat()).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_call_is_answered_and_every_listing_decided_on() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = Server::start(&data, &[], &[]);
    let key = key(&data, "screen,read");
    let result = load(&server, &key, &["--rate", "20", "--batch", "3", "--seed", "7"]);
    assert_eq!((&result["calls"]["due"], &result["calls"]["answered"]["200"]), (&20.into(), &20.into()), "{result}");
    let decisions = &result["decisions"];
    let verdicts = ["allow", "review", "block"].map(|verdict| decisions[verdict].as_u64().unwrap());
    assert_eq!((verdicts.iter().sum::<u64>(), &decisions["failed"]), (60, &0.into()), "{result}");
    let latency = &result["latency_us"];
    assert!(latency["p50"].as_u64().unwrap() > 0 && latency["max"].as_u64() >= latency["p99"].as_u64(), "{result}");
    // The bodies are other listings each, and the server has them all.
    let kept = server.call("GET", "/v1/listings?limit=200", &key, "", "").unwrap().1;
    assert_eq!(kept.matches("\"listing_id\":\"load-7-").count(), 60, "{kept}");
}

#[test]
fn what_a_server_refuses_is_counted_and_is_no_latency() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = Server::start(&data, &[], &["--rate", "1", "--burst", "5"]);
    let key = key(&data, "screen");
    let result = load(&server, &key, &["--rate", "40", "--idempotency", "off"]);
    let answered = |status: &str| result["calls"]["answered"][status].as_u64().unwrap_or_default();
    assert_eq!(answered("200") + answered("429"), 40, "{result}");
    assert!(answered("200") > 0 && answered("429") > 20, "{result}");
    let verdicts = ["allow", "review", "block"].map(|verdict| result["decisions"][verdict].as_u64().unwrap());
    assert_eq!(verdicts.iter().sum::<u64>(), answered("200"), "{result}");
    // Only what was decided on counts as achieved.
    assert!(result["achieved"]["calls_per_s"].as_f64() < result["offered"]["calls_per_s"].as_f64(), "{result}");
}

#[test]
fn what_is_not_there_is_told_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = Server::start(&data, &[], &[]);
    let url = format!("http://{}", server.address);
    for (url, told) in
        [(url.as_str(), "key is not accepted"), ("http://127.0.0.1:1", "no connection"), ("ftp://x", "give http://")]
    {
        let given = ["--url", url, "--key", "ts_no_key", "--fixtures", &fixtures(), "--seconds", "1"];
        let refused = run(&[&["loadtest"][..], &given].concat()).unwrap_err();
        assert!(refused.contains(told), "{url}: {refused}");
    }
}
