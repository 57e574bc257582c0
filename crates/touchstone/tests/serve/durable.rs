//! *Durable*: what was answered is on the disk before it was answered.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::process::{Server, key};

/// The order of system calls: between the request and its answer, the write-ahead log is written and then synced.
#[test]
fn the_disk_has_it_before_the_caller() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let key = key(&data, "screen");
    let trace = folder.path().join("trace");
    let calls = "trace=fsync,fdatasync,pwrite64,write,writev,sendto,sendmsg,recvfrom,read,readv";
    let strace = ["strace", "-f", "-y", "-s", "60", "-e", calls, "-o", trace.to_str().unwrap()];
    let server = Server::start(&data, &strace, &[]);
    for number in 0..5 {
        let body = format!(r#"{{"id":"marked-{number}","title":"Velatta bag"}}"#);
        assert_eq!(server.call("POST", "/v1/screen", &key, "", &body).unwrap().0, 200);
    }
    drop(server);
    let text = fs::read_to_string(&trace).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let answers: Vec<usize> = (0..lines.len()).filter(|at| is_answer(lines[*at])).collect();
    assert_eq!(answers.len(), 5, "{text}");
    let mut from = 0;
    for answer in answers {
        // Others write too, a picture's work or a key's last use: what counts is a write after the request, and a sync
        // that returned after it.
        let asked = lines[from..answer].iter().rposition(|line| line.contains("POST /v1/screen"));
        let between = &lines[from + asked.unwrap_or_else(|| panic!("no request before an answer:\n{text}"))..answer];
        let written = between.iter().position(|line| line.contains("touchstone.db-wal>") && line.contains("pwrite64("));
        let written =
            written.unwrap_or_else(|| panic!("nothing was written before an answer:\n{}", between.join("\n")));
        let synced = between[written..].iter().any(|line| is_synced(line));
        assert!(synced, "the answer went out before the log was synced:\n{}", between[written..].join("\n"));
        from = answer + 1;
    }
}

fn is_answer(line: &str) -> bool {
    line.contains("HTTP/1.1 200") && ["write(", "writev(", "sendto(", "sendmsg("].iter().any(|call| line.contains(call))
}

/// A sync of the log that has returned, perhaps on a line of its own.
fn is_synced(line: &str) -> bool {
    let of_log = line.contains("touchstone.db-wal>") && (line.contains("fdatasync(") || line.contains("fsync("));
    let resumed = line.contains("<... fdatasync resumed>") || line.contains("<... fsync resumed>");
    (of_log && !line.contains("unfinished")) || resumed
}

/// How often the server is killed; the issue's fifty take a minute or two.
pub(crate) fn kills() -> usize {
    std::env::var("KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(8)
}

/// Killed under load, again and again: every acknowledged decision is there once, and retries get their answer. What
/// the kill cut off is there once after its retry, whether it had reached the disk or not.
#[test]
fn nothing_acknowledged_is_lost_or_doubled() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let key = key(&data, "screen,read");
    // Of every idempotency key, the answer that somebody has seen.
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut cut_off = Vec::new();
    let mut retried = 0;
    for round in 0..kills() {
        let mut server = Server::start(&data, &[], &[]);
        check(&server, &key, &seen, round);
        retried += cut_off.len();
        retry(&server, &key, &mut seen, std::mem::take(&mut cut_off));
        for (name, answer) in under_load(&mut server, &key, round) {
            match answer {
                Some(answer) => drop(seen.insert(name, answer)),
                None => cut_off.push(name),
            }
        }
    }
    let server = Server::start(&data, &[], &[]);
    retried += cut_off.len();
    retry(&server, &key, &mut seen, cut_off);
    assert!(retried > 0, "no kill cut off a call");
    assert!(seen.len() > kills(), "hardly anything was answered: {}", seen.len());
    seen.keys().for_each(|name| check_one(&server, &key, &seen, name));
    let ids: BTreeSet<&str> = seen.values().map(|answer| decision_id(answer)).collect();
    assert_eq!(ids.len(), seen.len());
}

/// Sends again what was cut off, and looks that it is there once.
fn retry(server: &Server, key: &str, seen: &mut BTreeMap<String, String>, cut_off: Vec<String>) {
    for name in cut_off {
        let (status, answer) = screen(server, key, &name).unwrap();
        assert_eq!(status, 200, "{name}: {answer}");
        seen.insert(name.clone(), answer);
        check_one(server, key, seen, &name);
    }
}

/// Four callers, a kill in the midst of it; gives what was asked, and what was answered if something was.
fn under_load(server: &mut Server, key: &str, round: usize) -> Vec<(String, Option<String>)> {
    let stop = AtomicBool::new(false);
    let enough = std::sync::Barrier::new(2);
    let answered = std::thread::scope(|scope| {
        let (server, stop, enough) = (&*server, &stop, &enough);
        let callers: Vec<_> = (0..4)
            .map(|caller| {
                scope.spawn(move || {
                    let mut answered = Vec::new();
                    for number in 0.. {
                        let name = format!("{round}-{caller}-{number}");
                        match screen(server, key, &name) {
                            Some((200, answer)) => answered.push((name, Some(answer))),
                            Some(other) => panic!("{other:?}"),
                            None => answered.push((name, None)),
                        }
                        // The first caller says when there was some load; how much differs from round to round.
                        if caller == 0 && number == 3 + round % 7 {
                            enough.wait();
                        }
                        if stop.load(Ordering::SeqCst) {
                            return answered;
                        }
                    }
                    answered
                })
            })
            .collect();
        enough.wait();
        server.signal("KILL");
        stop.store(true, Ordering::SeqCst);
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
    });
    server.process.wait().unwrap();
    answered
}

fn screen(server: &Server, key: &str, name: &str) -> Option<(u16, String)> {
    let body = format!(r#"{{"id":"{name}","title":"Velatta bag {name}"}}"#);
    server.call("POST", "/v1/screen", key, &format!("idempotency-key: {name}\r\n"), &body)
}

/// Some of what was seen before, so that a round does not get longer and longer.
fn check(server: &Server, key: &str, seen: &BTreeMap<String, String>, round: usize) {
    seen.keys().skip(round % 5).step_by(7).for_each(|name| check_one(server, key, seen, name));
}

fn check_one(server: &Server, key: &str, seen: &BTreeMap<String, String>, name: &str) {
    let answer = &seen[name];
    assert_eq!(screen(server, key, name).as_ref(), Some(&(200, answer.clone())), "a retry of {name}");
    let path = format!("/v1/decisions?listing_id={name}");
    let (_, kept) = server.call("GET", &path, key, "", "").unwrap();
    assert_eq!(kept.matches("\"decision_id\"").count(), 1, "{name}: {kept}");
    assert_eq!(decision_id(&kept), decision_id(answer));
}

fn decision_id(answer: &str) -> &str {
    let (_, rest) = answer.split_once("\"decision_id\":\"").unwrap();
    &rest[..36]
}
