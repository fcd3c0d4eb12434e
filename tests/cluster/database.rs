//! A database of one test, and the programs that come with the server to look at it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What the server's own administrator is called, and how it proves that over TCP.
const ADMINISTRATOR: (&str, &str) = ("postgres", "tests");

/// A database; it goes with the test.
pub struct Database {
    bin: PathBuf,
    dir: PathBuf,
    port: u16,
    name: String,
}

impl Database {
    pub(super) fn new(bin: &Path, dir: &Path, port: u16, name: &str) -> Self {
        let of = |name: &str| Self { bin: bin.into(), dir: dir.into(), port, name: name.to_owned() };
        let everybodys = std::mem::ManuallyDrop::new(of("postgres"));
        everybodys.sql(&format!("CREATE DATABASE {name}"));
        of(name)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its address for the administrator, over TCP.
    pub fn url(&self) -> String {
        self.url_of(ADMINISTRATOR.0, ADMINISTRATOR.1)
    }

    /// Its address for a role with a password, over TCP.
    pub fn url_of(&self, role: &str, password: &str) -> String {
        self.url_at(self.port, role, password)
    }

    /// The same through another port: a proxy's.
    pub fn url_at(&self, port: u16, role: &str, password: &str) -> String {
        format!("postgres://{role}:{password}@127.0.0.1:{port}/{}", self.name)
    }

    /// Its address through the Unix socket, where everybody is who they say.
    pub fn socket_url(&self, role: &str) -> String {
        let dir = self.dir.to_str().unwrap().replace('/', "%2F");
        format!("postgres://{role}@{dir}:{}/{}", self.port, self.name)
    }

    fn program(&self, name: &str) -> Command {
        let beside = self.bin.join(name);
        let mut command = Command::new(if beside.exists() { beside } else { PathBuf::from(name) });
        command.arg("-h").arg(&self.dir).args(["-p", &self.port.to_string(), "-U", ADMINISTRATOR.0]);
        command.args(["-d", &self.name]);
        command
    }

    /// What the administrator is told who says this to the server: rows of cells with | between them.
    pub fn try_sql(&self, sql: &str) -> Result<String, String> {
        let mut psql = self.program("psql");
        let done = psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]).output();
        let Output { status, stdout, stderr } = done.expect("psql");
        match status.success() {
            true => Ok(String::from_utf8_lossy(&stdout).trim().to_owned()),
            false => Err(String::from_utf8_lossy(&stderr).trim().to_owned()),
        }
    }

    /// The same where it cannot fail.
    pub fn sql(&self, sql: &str) -> String {
        self.try_sql(sql).unwrap_or_else(|why| panic!("{sql}: {why}"))
    }

    /// Everything in it, as `pg_dump` writes it.
    pub fn dump(&self) -> String {
        let done = self.program("pg_dump").arg("--inserts").output().expect("pg_dump");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    /// Cuts every connection to it but the one that says so.
    pub fn cut_all(&self) {
        self.sql(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let mut psql = self.program("psql");
        psql.args(["-X", "-q", "-d", "postgres", "-c", &format!("DROP DATABASE {} WITH (FORCE)", self.name)]);
        // Where the server has been stopped there is nothing to be dropped from.
        let _ = psql.env("PGCONNECT_TIMEOUT", "5").output();
    }
}
