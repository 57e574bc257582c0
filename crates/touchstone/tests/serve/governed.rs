//! What people decide survives kills: every acknowledged judgement and action is there once, retries get their answer, and
//! the trail says all of it, in order and signed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::durable::kills;
use crate::process::{PROGRAM, Server, key, run};

const PASSWORD: &str = "correct horse battery";

/// A change that somebody asked for, and what was answered, if something was.
struct Change {
    name: String,
    path: String,
    body: String,
    answer: Option<String>,
}

/// Where a server is, and who works there.
struct House {
    /// Kept for as long as somebody works there.
    _temporary: tempfile::TempDir,
    folder: PathBuf,
    /// Under what the server runs: nothing, or a disk that forgets.
    under: Vec<String>,
    key: String,
    /// Header fields of sessions, which outlive the server.
    lead: String,
    reviewer: String,
}

impl House {
    fn new() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        // What links and names lead to, as the kernel calls it.
        let folder = temporary.path().canonicalize().unwrap();
        let data = folder.join("data");
        let key = key(&data, "screen,read");
        account(&data, "lena", "lead,auditor");
        account(&data, "anna", "reviewer");
        let (lead, reviewer) = (String::new(), String::new());
        let mut house = Self { _temporary: temporary, folder, under: Vec::new(), key, lead, reviewer };
        let server = house.start();
        (house.lead, house.reviewer) = (server.log_in("lena", PASSWORD), server.log_in("anna", PASSWORD));
        house
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// From now on what is not synced is lost with the server.
    fn forgets(&mut self) {
        let (library, source) = (self.folder.join("forgetful.so"), "tests/data/forgetful.c");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl");
        assert!(compiler.status().unwrap().success());
        copied(&self.data(), &self.synced());
        let of = |name: &str, path: PathBuf| format!("{name}={}", path.display());
        let (from, to) = (of("FORGETFUL_FROM", self.data()), of("FORGETFUL_TO", self.synced()));
        self.under = vec!["env".into(), of("LD_PRELOAD", library), from, to];
    }

    fn synced(&self) -> PathBuf {
        self.folder.join("synced")
    }

    /// The power was cut: of the data there is what was synced. How many bytes there were more.
    fn power_cut(&self) -> u64 {
        let before = size(&self.data());
        std::fs::remove_dir_all(self.data()).unwrap();
        copied(&self.synced(), &self.data());
        before.saturating_sub(size(&self.data()))
    }

    fn start(&self) -> Server {
        let review = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/tests/data/review");
        let under: Vec<&str> = self.under.iter().map(String::as_str).collect();
        Server::start(&self.data(), &under, &["--review", review.to_str().unwrap()])
    }

    /// Asks for a change under a key of its own; none if the connection broke, or there was too much to do.
    fn change(&self, server: &Server, who: &str, change: &Change) -> Option<String> {
        let fields = format!("{who}idempotency-key: {}\r\n", change.name);
        let (status, answer) = server.send("POST", &change.path, &fields, &change.body)?;
        assert!([200, 503].contains(&status), "{} {}: {status} {answer}", change.path, change.body);
        Some(answer).filter(|_| status == 200)
    }

    fn who(&self, change: &Change) -> &str {
        if change.path == "/v1/actions" { &self.lead } else { &self.reviewer }
    }

    /// A retry of what was answered gets the same answer; what was cut off is done now, once.
    fn again(&self, server: &Server, changes: &mut [Change]) {
        for change in changes {
            // Who is told that there is too much to do comes again.
            let answer = (0..20).find_map(|_| self.change(server, self.who(change), change)).unwrap();
            assert_eq!(change.answer.get_or_insert_with(|| answer.clone()), &answer, "a retry of {}", change.name);
        }
    }
}

/// Copies the files of a folder; not what SQLite shares between processes, which a machine does not keep.
fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name());
        match path.is_dir() {
            true => copied(&path, &to.join(name)),
            false if !path.is_file() || path.to_string_lossy().ends_with("-shm") => {}
            false => drop(std::fs::copy(&path, to.join(name)).unwrap()),
        }
    }
}

fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|entry| if entry.path().is_dir() { size(&entry.path()) } else { entry.metadata().unwrap().len() }).sum()
}

fn account(data: &Path, login: &str, roles: &str) {
    let arguments = ["accounts", "create", "--login", login, "--role", roles, "--password-stdin", "--data"];
    let mut made = Command::new(PROGRAM).args(arguments).arg(data).stdin(Stdio::piped()).spawn().unwrap();
    made.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(made.wait().unwrap().success());
}

fn remove(name: &str) -> Change {
    let listing = json!({"marketplace": "plaza", "seller_id": "s1", "listing_id": name});
    let order = json!({"measure": "remove", "scope": {"listing": listing}, "reason": "counterfeit", "severity": "high",
        "policy": "Terms 4.2", "evidence": ["ab".repeat(32)]});
    let telling = json!({"language": "en", "facts": ["A copy."], "basis": {"contractual": "Terms 4.2"},
        "detection": "person", "decision": "person", "cure": "prove_purchase"});
    let body = json!({"orders": [order], "telling": telling}).to_string();
    Change { name: name.to_owned(), path: "/v1/actions".into(), body, answer: None }
}

/// Takes the next item; none when there is none, the connection broke, or there was too much to do.
fn take(house: &House, server: &Server) -> Option<Value> {
    let (status, answer) = server.send("POST", "/v1/queues/general/next", &house.reviewer, "{}")?;
    assert!([200, 503].contains(&status), "{status} {answer}");
    let next: Value = serde_json::from_str(&answer).unwrap();
    next["item"].is_object().then(|| next["item"].clone())
}

fn judge(item: &Value) -> Change {
    let id = item["item_id"].as_str().unwrap();
    let judgement = json!({"verdict": "fake", "class": "counterfeit", "confidence": 90, "reason": "logo_wrong"});
    let body = json!({"command": "judge", "token": item["lock"]["token"], "judgement": judgement}).to_string();
    Change { name: format!("judge-{id}"), path: format!("/v1/items/{id}/commands"), body, answer: None }
}

/// One screens what comes into the queue, one judges, two act; killed in the midst of it.
fn under_load(house: &House, server: &mut Server, round: usize) -> Vec<Change> {
    let (stop, enough) = (AtomicBool::new(false), Barrier::new(2));
    let changes = std::thread::scope(|scope| {
        let (server, stop, enough) = (&*server, &stop, &enough);
        let done = move || stop.load(Ordering::SeqCst);
        scope.spawn(move || {
            for number in (0..).take_while(|_| !done()) {
                let id = format!("fake-{round}-{number}");
                let body = json!({"marketplace": "plaza", "seller_id": "s1", "id": id, "title": format!("Velatta bag {id}"),
                    "price": "9.00 USD", "condition": "new"});
                server.call("POST", "/v1/screen", &house.key, "", &body.to_string());
            }
        });
        let reviewer = scope.spawn(move || {
            let mut changes = Vec::new();
            while !done() {
                changes.extend(take(house, server).map(|item| {
                    let change = judge(&item);
                    Change { answer: house.change(server, &house.reviewer, &change), ..change }
                }));
            }
            changes
        });
        let leads: Vec<_> = (0..2)
            .map(|lead| {
                scope.spawn(move || {
                    let mut changes = Vec::new();
                    for number in (0..).take_while(|_| !done()) {
                        let change = remove(&format!("goods-{round}-{lead}-{number}"));
                        changes.push(Change { answer: house.change(server, &house.lead, &change), ..change });
                        // The first says when there was some load; how much differs from round to round.
                        if lead == 0 && number == 2 + round % 5 {
                            enough.wait();
                        }
                    }
                    changes
                })
            })
            .collect();
        enough.wait();
        server.signal("KILL");
        stop.store(true, Ordering::SeqCst);
        leads.into_iter().chain([reviewer]).flat_map(|who| who.join().unwrap()).collect()
    });
    server.process.wait().unwrap();
    changes
}

#[test]
fn what_people_decided_is_neither_lost_nor_doubled() {
    nothing_is_lost_or_doubled(&House::new(), kills());
}

#[test]
fn what_was_not_synced_was_not_acknowledged() {
    let mut house = House::new();
    house.forgets();
    // Each sync copies whole files: a round takes several times as long.
    nothing_is_lost_or_doubled(&house, kills().div_ceil(3));
}

fn nothing_is_lost_or_doubled(house: &House, kills: usize) {
    let (mut all, mut cut_off, mut judged) = (Vec::new(), 0, 0);
    for round in 0..kills {
        let mut server = house.start();
        let mut changes = under_load(house, &mut server, round);
        cut_off += changes.iter().filter(|change| change.answer.is_none()).count();
        judged += changes.iter().filter(|change| change.path != "/v1/actions").count();
        drop(server);
        if !house.under.is_empty() {
            assert!(house.power_cut() < 64 << 20, "hardly anything was synced");
        }
        house.again(&house.start(), &mut changes);
        all.append(&mut changes);
        if !house.under.is_empty() {
            house.power_cut();
        }
    }
    assert!(cut_off > 0, "no kill cut off a change");
    assert!(judged > 0 && all.len() > kills, "hardly anything was decided: {judged} of {}", all.len());
    let server = house.start();
    house.again(&server, &mut all);
    let told = trail(house, &server);
    for change in &all {
        assert_eq!(told.get(&change.name), Some(&1), "{} in the trail", change.name);
    }
}

/// The trail as an outsider checks it; how often it says each change.
fn trail(house: &House, server: &Server) -> BTreeMap<String, usize> {
    let part = |name: &str, from: usize| {
        let path = format!("/v1/audit/export?part={name}&from={from}");
        let (status, lines) = server.send("GET", &path, &house.lead, "").unwrap();
        assert_eq!(status, 200, "{lines}");
        lines
    };
    let mut events = part("events", 0);
    loop {
        let more = part("events", events.lines().count());
        events += &more;
        if more.is_empty() {
            break;
        }
    }
    let keys = server.send("GET", "/v1/audit/keys", &house.lead, "").unwrap().1;
    let files = [("events", events.clone()), ("heads", part("heads", 0)), ("keys", keys)];
    let mut arguments = vec!["audit".to_owned(), "verify".to_owned()];
    for (name, text) in files {
        let path = house.folder.join(name);
        std::fs::write(&path, text).unwrap();
        arguments.extend([format!("--{name}"), path.to_str().unwrap().to_owned()]);
    }
    let beside = run(&["audit", "verify", "--data", house.data().to_str().unwrap()]).unwrap();
    assert!(beside.contains("findings: 0"), "{beside}");
    let said = run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
    assert!(said.contains("findings: 0"), "{said}");
    counted(&events)
}

fn counted(events: &str) -> BTreeMap<String, usize> {
    let mut told = BTreeMap::new();
    let mut heard = BTreeSet::new();
    for line in events.lines() {
        let logged: Value = serde_json::from_str(line).unwrap();
        assert!(heard.insert(line.to_owned()), "doubled: {line}");
        let (event, text) = (&logged["event"], logged.to_string());
        let name = match event["kind"].as_str().unwrap() {
            "standing.imposed" => text.split("goods-").nth(1).map(|rest| format!("goods-{}", until(rest))),
            kind if kind.ends_with(".judged") => event["subject"]["id"].as_str().map(|id| format!("judge-{id}")),
            _ => None,
        };
        name.into_iter().for_each(|name| *told.entry(name).or_insert(0) += 1);
    }
    told
}

fn until(rest: &str) -> &str {
    rest.split(|c: char| !(c.is_ascii_digit() || c == '-')).next().unwrap_or_default()
}
