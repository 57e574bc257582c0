//! Several processes, one of which is killed. Each is this test's own program, started again for one part.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use touchstone_banks::Banks;

use crate::{add, open, paths};

const DATA: &str = "TOUCHSTONE_TEST_BANKS";
/// How often a process looks for what others added.
const LOOK: Duration = Duration::from_millis(50);

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
    let mut banks = open(data.as_ref());
    say("ready");
    let mut seen = 0;
    while seen < usize::MAX {
        banks.refresh().unwrap();
        for path in &paths(&banks)[seen..] {
            say(&format!("{path} {}", now()));
        }
        seen = banks.contents().entries().len();
        std::thread::sleep(LOOK);
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

/// A new entry is known in every process within a second.
#[test]
fn every_process_knows_within_a_second() {
    let data = tempfile::tempdir().unwrap();
    let mut children = [start("tells_what_it_sees", data.path()), start("tells_what_it_sees", data.path())];
    let said = children.each_mut().map(lines);
    for said in &said {
        assert_eq!(said.recv().unwrap(), "ready");
    }
    let mut banks: Banks = open(data.path());
    let mut delays: Vec<u128> = Vec::new();
    let begun = Instant::now();
    for number in 0..40 {
        add(&mut banks, &format!("{number}"));
        let answered = now();
        if number == 20 {
            banks.compact().unwrap();
        }
        for said in &said {
            let line = said.recv_timeout(Duration::from_secs(10)).unwrap();
            let (path, at) = line.split_once(' ').unwrap();
            assert_eq!(path, format!("{number}"));
            delays.push(at.parse::<u128>().unwrap().saturating_sub(answered));
        }
    }
    for mut child in children {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    delays.sort_unstable();
    let (half, most) = (delays[delays.len() / 2] / 1000, delays[delays.len() - 1] / 1000);
    eprintln!("known elsewhere after {half} ms (half), {most} ms (at most); {} ms in all", begun.elapsed().as_millis());
    assert!(most < 1000, "{most} ms");
}
