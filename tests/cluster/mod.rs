//! A throw-away PostgreSQL for tests: one server a test program, one database a test.
//!
//! Where there is no PostgreSQL the test says on standard error that it was left out, and passes, unless
//! `NIGHTDESK_TESTS_NEED_POSTGRES` is set: then it fails. The server is never run as root. It ends, and
//! its directory goes, when the test program ends, also when that is killed: see `guard.sh`.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "each test file uses a part of it, and a test may stop at the first surprise"
)]

mod database;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

pub use database::Database;

/// With it set, a test that needs PostgreSQL fails where there is none.
pub const NEEDED: &str = "NIGHTDESK_TESTS_NEED_POSTGRES";

const GUARD: &str = include_str!("guard.sh");

/// The server that the tests of this program share; it is started by the first that asks.
static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();

/// A server.
pub struct Cluster {
    /// Holds its directory as long as its standard input is open.
    guard: Child,
    bin: PathBuf,
    dir: PathBuf,
    port: u16,
    made: AtomicU32,
}

/// The server that the tests of this program share: nobody stops it. None where there is no PostgreSQL; that has
/// been said then.
pub fn shared() -> Option<&'static Cluster> {
    let cluster = SHARED.get_or_init(|| bin().map(|bin| Cluster::start_new(&bin)));
    if cluster.is_none() {
        leave_out();
    }
    cluster.as_ref()
}

/// A server of the test's own, to be stopped, paused and killed.
pub fn own() -> Option<Cluster> {
    match bin() {
        Some(bin) => Some(Cluster::start_new(&bin)),
        None => {
            leave_out();
            None
        }
    }
}

/// A fresh, empty database of the shared server.
pub fn database() -> Option<Database> {
    shared().map(Cluster::database)
}

/// Says that a test is left out, also where the output of tests that pass is not shown.
fn leave_out() {
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    assert!(std::env::var_os(NEEDED).is_none(), "no PostgreSQL is installed, and {NEEDED} is set");
    let _ = writeln!(std::io::stderr(), "left out: no PostgreSQL (initdb, postgres) is installed: {name}");
}

/// Where the server's programs are: on the path, or where Debian has them, the newest first.
fn bin() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|entry| entry.path()).collect();
    versions.sort_by_key(|dir| dir.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()));
    places.extend(versions.into_iter().rev().map(|dir| dir.join("bin")));
    places.into_iter().find(|dir| ["initdb", "postgres", "pg_ctl"].iter().all(|name| dir.join(name).exists()))
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A command that is run as who owns the server: PostgreSQL refuses to be run as root.
fn as_owner(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let user = if passwd.lines().any(|line| line.starts_with("postgres:")) { "postgres" } else { "nobody" };
    let mut command = Command::new("setpriv");
    command.args(["--reuid", user, "--regid"]).arg(group(&passwd, user)).arg("--clear-groups").arg(program);
    command
}

/// The number of a user's group.
fn group(passwd: &str, user: &str) -> String {
    let line = passwd.lines().find(|line| line.starts_with(&format!("{user}:")));
    line.and_then(|line| line.split(':').nth(3)).unwrap_or("65534").to_owned()
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

impl Cluster {
    fn start_new(bin: &Path) -> Self {
        // The port may be taken between the look and the start.
        (0..5).find_map(|_| Self::try_start(bin)).expect("a PostgreSQL that starts")
    }

    fn try_start(bin: &Path) -> Option<Self> {
        let port = free_port();
        let mut guard = as_owner(Path::new("/bin/sh"));
        // In a group of its own: who interrupts the tests does not interrupt the clearing away.
        guard.args(["-c", GUARD, "guard.sh"]).arg(bin).arg(port.to_string()).process_group(0);
        guard.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut guard = guard.spawn().expect("a shell");
        let mut said = String::new();
        let _ = BufReader::new(guard.stdout.take().unwrap()).read_line(&mut said);
        if said.trim().is_empty() {
            let mut why = String::new();
            let _ = guard.stderr.take().unwrap().read_to_string(&mut why);
            let _ = guard.wait();
            let _ = writeln!(std::io::stderr(), "PostgreSQL did not start: {why}");
            return None;
        }
        let (bin, dir) = (bin.to_owned(), PathBuf::from(said.trim()));
        Some(Self { guard, bin, dir, port, made: AtomicU32::new(0) })
    }

    /// The port it listens on at 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its directory: the Unix socket is in it, and `log`.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Its log so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.join("log")).unwrap_or_default()
    }

    /// A fresh, empty database.
    pub fn database(&self) -> Database {
        let number = self.made.fetch_add(1, Ordering::SeqCst);
        Database::new(&self.bin, &self.dir, self.port, &format!("t{number}"))
    }

    fn control(&self, arguments: &[&str]) {
        let mut command = as_owner(&self.bin.join("pg_ctl"));
        let data = self.dir.join("data");
        let done = command.current_dir("/").arg("-D").arg(data).args(["-w", "-s"]).args(arguments).output();
        let done = done.expect("pg_ctl");
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// Stops it as an administrator does: whoever is connected is put out.
    pub fn stop(&self) {
        self.control(&["-m", "fast", "stop"]);
    }

    /// Stops it as a power cut does; it recovers when it starts.
    pub fn crash(&self) {
        self.control(&["-m", "immediate", "stop"]);
    }

    /// Starts it again, on the same port.
    pub fn start(&self) {
        let log = self.dir.join("log");
        self.control(&["-l", log.to_str().unwrap(), "start"]);
    }

    /// Stops it and starts it again.
    pub fn restart(&self) {
        self.stop();
        self.start();
    }

    /// Speaks TLS from here on, with this certificate.
    pub fn with_tls(&self, certificate: &Path, key: &Path) {
        // As its own: it uses no key that is somebody else's or that others can read.
        for (from, to) in [(certificate, "server.crt"), (key, "server.key")] {
            let mut put = as_owner(Path::new("/bin/sh"));
            let to = self.dir.join("data").join(to);
            let mut put =
                put.args(["-c", "umask 077; cat >\"$0\""]).arg(to).stdin(Stdio::piped()).spawn().unwrap();
            put.stdin.take().unwrap().write_all(&std::fs::read(from).unwrap()).unwrap();
            assert!(put.wait().unwrap().success());
        }
        self.database().sql("ALTER SYSTEM SET ssl = on");
        self.restart();
    }

    /// The process ids of the server and all its children.
    fn processes(&self) -> Vec<i32> {
        let pid = std::fs::read_to_string(self.dir.join("data/postmaster.pid")).unwrap_or_default();
        let Some(pid) = pid.lines().next().and_then(|line| line.trim().parse::<i32>().ok()) else {
            return Vec::new();
        };
        let children =
            std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        std::iter::once(pid).chain(children.split_whitespace().filter_map(|id| id.parse().ok())).collect()
    }

    fn signal(&self, signal: rustix::process::Signal) {
        for pid in self.processes() {
            let _ = rustix::process::kill_process(rustix::process::Pid::from_raw(pid).unwrap(), signal);
        }
    }

    /// Stands still, connections and all, as a machine that hangs does.
    pub fn pause(&self) {
        self.signal(rustix::process::Signal::STOP);
    }

    /// Goes on after [`Cluster::pause`].
    pub fn resume(&self) {
        self.signal(rustix::process::Signal::CONT);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}
