//! The load test against a real server: everything that was due is accounted for.

use std::path::Path;
use std::sync::Barrier;

use serde_json::{Value, json};

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

/// More than the server can do, from hundreds of connections: what it refuses is told so with the time to come again, what
/// it takes is decided on, and all is as before once the surge is over.
#[test]
fn what_is_too_much_is_refused_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = Server::start(&data, &[], &["--items-max", "100", "--listings-max", "100"]);
    let key = key(&data, "screen,read");
    let url = format!("http://{}", server.address);
    let plan = ["--rate", "1", "--surge", "100", "--seconds", "9", "--warm-up", "0", "--batch", "100"];
    let given = ["--url", &url, "--key", &key, "--fixtures", &fixtures(), "--connections", "300", "--format", "json"];
    let result: Value =
        serde_json::from_str(&run(&[&["loadtest", "--quiet"][..], &plan, &given].concat()).unwrap()).unwrap();
    let answered = |status: &str| result["calls"]["answered"][status].as_u64().unwrap_or_default();
    assert_eq!(answered("200") + answered("503"), 306, "{result}");
    assert_eq!(result["refused"]["without_retry_after"], 0, "{result}");
    let part = |name: &str| result["parts"].as_array().unwrap().iter().find(|part| part["part"] == name).unwrap();
    assert!(part("surge")["refused"]["calls"].as_u64() > Some(0), "{result}");
    assert!(part("surge")["answered_per_s"].as_f64() > Some(0.0), "{result}");
    let verdicts = ["allow", "review", "block"].map(|verdict| result["decisions"][verdict].as_u64().unwrap());
    assert_eq!(verdicts.iter().sum::<u64>(), answered("200") * 100, "{result}");
    assert_eq!(server.call("POST", "/v1/screen", &key, "", r#"{"id":"1"}"#).unwrap().0, 200);
}

/// Refused until there is room, every caller gets through in the end, and nothing is decided on twice.
#[test]
fn who_comes_again_is_taken_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = Server::start(&data, &[], &["--items-max", "16", "--listings-max", "16"]);
    let key = key(&data, "screen,read");
    let begin = Barrier::new(12);
    let until_taken = |caller: usize| {
        let listings: Vec<Value> =
            (0..16).map(|n| json!({"id": format!("{caller}-{n}"), "title": "Velatta bag"})).collect();
        let (body, once) = (Value::from(listings).to_string(), format!("idempotency-key: {caller}\r\n"));
        begin.wait();
        let answers = std::iter::repeat_with(|| server.call("POST", "/v1/screen", &key, &once, &body).unwrap());
        let refused: Vec<(u16, String)> = answers.take_while(|(status, _)| *status != 200).collect();
        for (status, problem) in &refused {
            assert!(*status == 503 && problem.contains(r#""code":"overloaded""#), "{problem}");
            assert!(problem.contains(r#""retry_after":"#), "{problem}");
        }
        refused.len()
    };
    let refused: usize = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..12)
            .map(|caller| {
                scope.spawn({
                    let until_taken = &until_taken;
                    move || until_taken(caller)
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).sum()
    });
    assert!(refused > 0, "nobody was refused");
    let kept = server.call("GET", "/v1/decisions?limit=200", &key, "", "").unwrap().1;
    assert_eq!(kept.matches(r#""decision_id":"#).count(), 12 * 16);
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
