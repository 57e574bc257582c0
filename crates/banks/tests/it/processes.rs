//! Several processes, one of which is killed. Each is this test's own program, started again for one part.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use touchstone_banks::{Bank, EntryFeatures, LOOK_EVERY, Library, NewItem};

use crate::copies::{features, leaves};
use crate::{act, add, item, open, paths};

const DATA: &str = "TOUCHSTONE_TEST_BANKS";

/// Starts a part of this program on a folder.
fn start(part: &str, data: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([&format!("processes::{part}"), "--exact", "--ignored", "--nocapture"]).env(DATA, data);
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// Lines that a part says, without those of the test's harness.
fn lines(child: &mut Child) -> Receiver<String> {
    let (sender, receiver) = channel();
    let out = BufReader::new(child.stdout.take().unwrap());
    std::thread::spawn(move || {
        let said = out.lines().map_while(Result::ok);
        said.filter_map(|line| line.split_once("said ").map(|(_, said)| said.to_owned()))
            .try_for_each(|said| sender.send(said))
    });
    receiver
}

fn say(what: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "said {what}").and_then(|()| out.flush());
}

fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros()
}

#[test]
#[ignore = "a part of another test"]
fn adds_without_end() {
    let Ok(data) = std::env::var(DATA) else { return };
    let mut banks = open(data.as_ref());
    for number in 0.. {
        let path = format!("{}-{number}", std::process::id());
        add(&mut banks, &path);
        say(&path);
        if number % 7 == 6 && banks.log_bytes() > 20_000 {
            banks.compact().unwrap();
        }
    }
}

#[test]
#[ignore = "a part of another test"]
fn tells_what_it_sees() {
    let Ok(data) = std::env::var(DATA) else { return };
    let mut library = Library::open(data.as_ref()).unwrap();
    say("ready");
    let mut seen = 0;
    while seen < usize::MAX {
        library.refresh().unwrap();
        let count = library.banks().contents().entries().len();
        for number in seen..count {
            let asked = EntryFeatures::from_bytes(&library.banks().features(number).unwrap()).unwrap();
            let best = library.query(&asked, None, 1).matches.remove(0);
            assert!(best.number == number && best.found.is_match());
            say(&format!("{} {}", paths(library.banks())[number], now()));
        }
        seen = count;
        std::thread::sleep(LOOK_EVERY);
    }
}

/// What was answered is there after kill -9, whatever the process was doing; what was not answered may be there or not,
/// but never by half; and the next one goes on.
#[test]
fn what_was_answered_survives_kill_9() {
    let data = tempfile::tempdir().unwrap();
    let kills = std::env::var("KILLS").map_or(8, |kills| kills.parse().unwrap());
    let mut answered: Vec<String> = Vec::new();
    for run in 0..kills {
        let mut children = [start("adds_without_end", data.path()), start("adds_without_end", data.path())];
        let said = children.each_mut().map(lines);
        for (of, more) in [(0, 3 + 5 * run % 17), (1, 2)] {
            answered.extend(said[of].iter().take(more));
        }
        for child in &mut children {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        answered.extend(said.into_iter().flatten());
        let mut banks = open(data.path());
        let there = paths(&banks);
        let missing: Vec<&String> = answered.iter().filter(|path| !there.contains(&path.as_str())).collect();
        assert!(missing.is_empty(), "run {run}: {missing:?}");
        add(&mut banks, &format!("after run {run}"));
        answered.push(format!("after run {run}"));
    }
    assert!(answered.len() > kills * 5);
}

/// A new entry matches in every process, in the order in which it was added. `-- --nocapture` shows after how long; on a
/// quiet machine that is within a second.
#[test]
fn a_new_entry_matches_in_every_process_soon() {
    let data = tempfile::tempdir().unwrap();
    let mut children = [start("tells_what_it_sees", data.path()), start("tells_what_it_sees", data.path())];
    let said = children.each_mut().map(lines);
    for said in &said {
        assert_eq!(said.recv().unwrap(), "ready");
    }
    let mut banks = open(data.path());
    let mut delays: Vec<u128> = Vec::new();
    let begun = Instant::now();
    for number in 0..40 {
        let features = features(&leaves(number)).to_bytes();
        let new = NewItem { features, ..item(Bank::Genuine, &format!("{number}")) };
        let asked = now();
        banks.add(vec![new], &act("Ann", "")).unwrap();
        if number == 20 {
            banks.compact().unwrap();
        }
        for said in &said {
            let line = said.recv_timeout(Duration::from_secs(10)).unwrap();
            let (path, at) = line.split_once(' ').unwrap();
            assert_eq!(path, format!("{number}"));
            delays.push(at.parse::<u128>().unwrap().saturating_sub(asked));
        }
    }
    for mut child in children {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    delays.sort_unstable();
    let (half, most) = (delays[delays.len() / 2] / 1000, delays[delays.len() - 1] / 1000);
    let all = begun.elapsed().as_millis();
    eprintln!("matches elsewhere {half} ms after it was asked for (half), {most} ms (at most); {all} ms in all");
}
