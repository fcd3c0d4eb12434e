//! A hotel whose answers are changed on the way, and a home that goes with the test.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

use nightdesk::journal::IntentId;
use nightdesk::sandbox::{Control, Incident, Options, Sandbox};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::proxy;
use crate::pty::{self, Start};

/// The API key that the program knows. The hotel has another.
pub const KEY: &str = "seam_test_NDMARKEDKEY0123456789";

const PROGRAM: &str = env!("CARGO_BIN_EXE_nightdesk");

pub struct House {
    sandbox: Option<Sandbox>,
    pub runtime: Runtime,
    pub endpoint: String,
    /// Configuration and key; nothing is written here.
    pub home: PathBuf,
    /// The state directory.
    pub state: PathBuf,
}

impl House {
    /// A hotel in which nothing happens by itself, with every answer changed.
    pub fn with(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        let runtime = Runtime::new().unwrap();
        let options = Options { rooms: 24, grants: 20, seed: 5, speed: 1.0, ..Options::default() };
        let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
        sandbox.control().incident(&Incident::Restless { on: false }).unwrap();
        let endpoint = proxy::before(&runtime, &sandbox, KEY, change);
        let home = place();
        let state = home.join("state");
        fs::create_dir_all(home.join("nightdesk")).unwrap();
        let house = Self { sandbox: Some(sandbox), runtime, endpoint, home, state };
        let key = house.home.join("key");
        fs::write(&key, format!("{KEY}\n")).unwrap();
        fs::set_permissions(key, fs::Permissions::from_mode(0o600)).unwrap();
        house.configure("");
        house
    }

    pub fn control(&self) -> Control {
        self.sandbox.as_ref().unwrap().control()
    }

    /// The configuration: this property, with its key in a file, and `more`.
    pub fn configure(&self, more: &str) {
        let key = self.home.join("key");
        let property =
            format!("[properties.harbour]\nendpoint = {:?}\napi_key_file = {key:?}\n", self.endpoint);
        fs::write(self.home.join("nightdesk/config.toml"), format!("{more}\n{property}")).unwrap();
    }

    /// What the program finds around it.
    fn surroundings(&self) -> [(&'static str, &Path); 5] {
        let nothing = Path::new("");
        [
            ("NIGHTDESK_STATE_DIR", &self.state),
            ("XDG_CONFIG_HOME", &self.home),
            ("HOME", &self.home),
            ("NIGHTDESK_CONFIG", nothing),
            ("RUST_LOG", Path::new("trace")),
        ]
    }

    /// The dashboard on this hotel.
    pub fn program(&self, args: &[&str]) -> Start {
        let start = Start::new(PROGRAM).args(args).size(120, 40);
        self.surroundings().into_iter().fold(start, |start, (name, value)| start.env(name, value))
    }

    /// A command on this hotel, to its end.
    pub fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(PROGRAM);
        command.args(args).env_clear().envs(self.surroundings()).current_dir(&self.home);
        command.output().unwrap()
    }

    /// Every file below the state directory.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut dirs = vec![self.state.clone()];
        while let Some(dir) = dirs.pop() {
            for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
                let into = if entry.file_type().unwrap().is_dir() { &mut dirs } else { &mut files };
                into.push(entry.path());
            }
        }
        files
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            self.runtime.block_on(sandbox.shutdown());
        }
        let _ = fs::remove_dir_all(&self.home);
    }
}

/// An empty directory of its own.
pub fn place() -> PathBuf {
    let dir = std::env::temp_dir().join(format!("nightdesk-hostile-{}", IntentId::fresh()));
    fs::create_dir_all(&dir).unwrap();
    dir
}

/// The dashboard on the embedded hotel.
pub fn demo(state: &Path) -> Start {
    Start::new(PROGRAM)
        .args(["demo", "--rooms", "24", "--grants", "20"])
        .env("NIGHTDESK_STATE_DIR", state)
        .env("XDG_CONFIG_HOME", state)
        .size(120, 40)
}

/// Waits for something that no screen shows.
pub fn until(what: &str, met: impl Fn() -> bool) {
    let deadline = Instant::now() + pty::patience();
    while !met() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::park_timeout(std::time::Duration::from_millis(5));
    }
}

impl House {
    /// A line of a shell on this hotel.
    pub fn program_in_a_shell(&self, line: &str) -> Start {
        let start = Start::new("bash").args(["--norc", "--noprofile", "-c", line]).size(120, 40);
        self.surroundings().into_iter().fold(start, |start, (name, value)| start.env(name, value))
    }
}
