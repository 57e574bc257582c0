//! Starts the program and speaks HTTP with it over plain sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_touchstone");

pub(crate) fn pack() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pack")
}

/// A server that is killed when it goes out of scope.
pub(crate) struct Server {
    /// It runs under another program, which may leave it behind.
    under: bool,
    pub(crate) process: Child,
    pub(crate) address: String,
    log: Arc<Mutex<String>>,
}

impl Server {
    /// Starts a server on a data folder, perhaps under another program.
    pub(crate) fn start(data: &Path, under: &[&str], arguments: &[&str]) -> Self {
        Self::start_with(&pack(), data, under, arguments)
    }

    /// Starts a server with a pack of the test's own.
    pub(crate) fn start_with(pack: &Path, data: &Path, under: &[&str], arguments: &[&str]) -> Self {
        let program = under.iter().copied().chain([PROGRAM]).collect::<Vec<_>>();
        let mut command = Command::new(program[0]);
        command.args(&program[1..]).args(["serve", "--listen", "127.0.0.1:0", "--jobs", "1", "--data"]).arg(data);
        command.arg("--knowledge").arg(pack.join("knowledge")).arg("--policy").arg(pack.join("policy")).args(arguments);
        if !under.is_empty() {
            command.process_group(0);
        }
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let address = loop {
            let line = lines.next().unwrap_or_else(|| panic!("the server ended: {}", log.lock().unwrap())).unwrap();
            *log.lock().unwrap() += &format!("{line}\n");
            if let Some((_, address)) =
                line.split_once("serving on http://").or_else(|| line.split_once("serving on https://"))
            {
                break address.to_owned();
            }
        };
        let rest = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                *rest.lock().unwrap() += &format!("{line}\n");
            }
        });
        Self { under: !under.is_empty(), process, address, log }
    }

    /// What it wrote to standard error so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").arg(format!("-{name}")).arg(self.process.id().to_string()).status();
        assert!(status.unwrap().success());
    }

    /// One call with a key; none if the connection broke.
    pub(crate) fn call(&self, method: &str, path: &str, key: &str, more: &str, body: &str) -> Option<(u16, String)> {
        self.send(method, path, &format!("authorization: Bearer {key}\r\n{more}"), body)
    }

    /// One call with header fields of the caller's, each ended with a line; none if the connection broke.
    pub(crate) fn send(&self, method: &str, path: &str, fields: &str, body: &str) -> Option<(u16, String)> {
        let mut stream = self.sent(method, path, fields, body)?;
        answer(&mut stream)
    }

    fn sent(&self, method: &str, path: &str, fields: &str, body: &str) -> Option<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n{fields}\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body.as_bytes()).ok()?;
        Some(stream)
    }

    /// Logs in; gives the header fields of a page of ours.
    pub(crate) fn log_in(&self, login: &str, password: &str) -> String {
        let order = format!(r#"{{"login":"{login}","password":"{password}"}}"#);
        let mut stream = self.sent("POST", "/v1/login", "", &order).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let after = |from: &str, to: char| answer.split_once(from).and_then(|(_, rest)| rest.split_once(to)).unwrap().0;
        format!("cookie: {}\r\nx-csrf-token: {}\r\n", after("set-cookie: ", ';'), after("\"csrf_token\":\"", '"'))
    }

    /// The most memory that it has held, in KiB.
    pub(crate) fn memory_peak_kib(&self) -> u64 {
        let about = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let peak = about.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

/// Reads an answer to its end; one that broke off is none.
pub(crate) fn answer(stream: &mut TcpStream) -> Option<(u16, String)> {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok())?;
    (body.len() == length).then(|| (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned()))
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.under {
            let group = format!("-{}", self.process.id());
            let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs the program; gives what it wrote to standard output.
pub(crate) fn run(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(PROGRAM).args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

pub(crate) fn key(data: &Path, scope: &str) -> String {
    run(&["keys", "create", "--data", data.to_str().unwrap(), "--name", "test", "--scope", scope])
        .unwrap()
        .trim()
        .to_owned()
}
