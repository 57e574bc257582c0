//! A server of the test run's own that answers as S3 does. It ends with the run.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

static SERVER: LazyLock<String> = LazyLock::new(|| {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.setup/s3-venv");
    let mut command = Command::new("setpriv");
    // It writes its address to standard error, which stays open as long as it runs.
    command.arg("--pdeathsig=KILL").arg(venv.join("bin/python")).args(["-u", "-m", "moto.server", "-p", "0"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).env("NO_COLOR", "1");
    let (started, wait) = std::sync::mpsc::channel();
    // The system ties the process to the thread that starts it, so that one stays.
    std::thread::spawn(move || {
        let mut process = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}; run `make setup`"));
        for line in BufReader::new(process.stderr.take().unwrap()).lines().map_while(Result::ok) {
            if let Some((_, address)) = line.split_once("Running on http://") {
                let _ = started.send(address.trim().to_owned());
            }
        }
        let _ = process.wait();
    });
    wait.recv().unwrap_or_else(|_| panic!("the S3 server does not start: TOUCHSTONE_TESTS=1 make setup"))
});

/// The address of a new bucket, which is entered with the keys of a file.
pub(crate) fn bucket(name: &str, keys: &Path) -> String {
    let server = SERVER.as_str();
    let mut stream = TcpStream::connect(server).unwrap();
    write!(stream, "PUT /{name} HTTP/1.1\r\nhost: {server}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    format!("s3://{name}/of/tests?endpoint=http://{server}&region=us-east-1&keys={}", keys.display())
}
