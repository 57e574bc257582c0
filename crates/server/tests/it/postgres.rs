//! A PostgreSQL server of the test run's own, in a temporary folder, without a port. It ends with the run.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const BIN: &str = "/usr/lib/postgresql/15/bin";

pub(crate) struct Server {
    pub(crate) folder: TempDir,
}

/// PostgreSQL refuses to run as root; the package made a user for it.
fn command(program: &str) -> Command {
    let mut command = Command::new("setpriv");
    let root = uid() == 0;
    if root {
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=KILL"]);
    } else {
        command.args(["--pdeathsig=KILL"]);
    }
    command.arg(Path::new(BIN).join(program)).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Who runs this: the owner of our own entry in /proc.
fn uid() -> u32 {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").map_or(0, |about| about.uid())
}

fn done(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}; run `make setup`"));
    assert!(status.success(), "{command:?}: {status}");
}

/// Starts a process that ends with this one. The system ties it to the thread that starts it, so that one stays.
fn start(command: &mut Command) {
    let mut command = std::mem::replace(command, Command::new("false"));
    let (started, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut process = command.spawn().unwrap();
        started.send(()).unwrap();
        let _ = process.wait();
    });
    wait.recv().unwrap();
}

pub(crate) static SERVER: LazyLock<Server> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    if uid() == 0 {
        done(Command::new("chown").arg("postgres:postgres").arg(folder.path()));
    }
    let data = folder.path().join("data");
    done(
        command("initdb")
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data),
    );
    // A sync would only prove the disk's patience here; that commits ask for it is tested elsewhere.
    let mut postgres = command("postgres");
    postgres
        .args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=400", "-k"])
        .arg(folder.path())
        .arg("-D")
        .arg(&data);
    start(postgres.process_group(0));
    let server = Server { folder };
    let patience = Instant::now() + Duration::from_secs(60);
    while !command("pg_isready")
        .args(["-q", "-U", "postgres", "-h"])
        .arg(server.folder.path())
        .status()
        .unwrap()
        .success()
    {
        assert!(Instant::now() < patience, "PostgreSQL does not start");
        std::thread::yield_now();
    }
    server
});

static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The address of a new, empty database.
pub(crate) fn database() -> String {
    let folder: PathBuf = SERVER.folder.path().to_owned();
    let name = format!("test{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    done(command("createdb").args(["-U", "postgres", "-h"]).arg(&folder).args(["-T", "template0"]).arg(&name));
    format!("postgres://postgres@localhost/{name}?host={}", folder.display())
}

/// Does something in the database beside whoever uses it.
#[allow(dead_code, reason = "the tests of the store have this file too, and do not need it")]
pub(crate) fn execute(address: &str, sql: &str) {
    let name = address.split(['/', '?']).nth(3).unwrap();
    let psql = ["-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", name, "-c", sql, "-h"];
    done(command("psql").args(psql).arg(SERVER.folder.path()));
}

/// Takes the database away from whoever uses it.
#[allow(dead_code, reason = "the tests of the store have this file too, and do not need it")]
pub(crate) fn drop_database(address: &str) {
    let name = address.split(['/', '?']).nth(3).unwrap();
    done(command("dropdb").args(["--force", "-U", "postgres", "-h"]).arg(SERVER.folder.path()).arg(name));
}
