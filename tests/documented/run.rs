//! Commands of the documentation, typed by somebody who has just arrived: an empty home, and a hotel.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use clap::CommandFactory;
use nightdesk::cli::Cli;
use nightdesk::sandbox::{Options, Sandbox};
use regex::Regex;
use rustix::process::{Pid, Signal, kill_process};
use tokio::runtime::Runtime;

use crate::pages::root;
use crate::pty::{Start, patience};
use crate::shelf::Shelf;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_nightdesk");

/// Whether it went as the documentation says, else why not.
pub type Outcome = Result<(), String>;

/// Somebody with an empty home, at a hotel.
pub struct Visitor {
    home: Shelf,
    runtime: Runtime,
    hotel: Option<Sandbox>,
}

impl Visitor {
    pub fn arrive() -> Self {
        let home = Shelf::new();
        for dir in ["cwd", "root/secure"] {
            fs::create_dir_all(home.path(dir)).unwrap();
        }
        fs::write(home.path("cwd/export.csv"), "room,guest,departure\n101,Lindqvist,2026-11-24\n").unwrap();
        let runtime = Runtime::new().unwrap();
        let options = Options { rooms: 30, grants: 24, seed: 7, ..Options::default() };
        let hotel = runtime.block_on(Sandbox::start(options)).unwrap();
        Self { home, runtime, hotel: Some(hotel) }
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let hotel = self.hotel.as_ref().unwrap();
        let programs = std::path::Path::new(PROGRAM).parent().unwrap().display().to_string();
        vec![
            ("PATH", format!("{programs}:/usr/bin:/bin")),
            ("HOME", self.home.path("home").display().to_string()),
            ("TERM", "xterm-256color".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("SEAM_ENDPOINT", hotel.endpoint()),
            ("SEAM_API_KEY", hotel.api_key().reveal().to_owned()),
        ]
    }

    /// Types it, or looks it up where it would change the host.
    pub fn carry_out(&self, line: &str) -> Outcome {
        let words = words(line)?;
        // What is set for one command alone changes nothing about which command it is.
        let is_setting = |word: &&String| Regex::new("^[A-Z_]+=").unwrap().is_match(word);
        let command: Vec<&str> = words.iter().skip_while(is_setting).map(String::as_str).collect();
        match *command.as_slice() {
            ["export", setting] if setting.contains('=') => Ok(()),
            ["nightdesk"] | ["nightdesk", "demo", ..] => self.dashboard(&command),
            ["nightdesk", "sandbox", ..] => self.served(&command),
            ["nightdesk", "list", ..] if command.contains(&"--watch") => self.watched(&command),
            // They need a server: tests/shared_store types them.
            ["nightdesk", "store", ..] => parsed(&command),
            ["nightdesk", ..] => self.typed(line, &command),
            ["cargo", ..] => cargo(&command),
            ["sudo", ref rest @ ..] => administrator(rest),
            ["systemctl" | "journalctl" | "rustup" | "ssh", ..] => administrator(&command),
            [script] if script.ends_with(".sh") || script == ".ci/run" => there(script),
            _ => Err("nobody knows what to make of it".to_owned()),
        }
    }

    /// Opened, seen, and left.
    fn dashboard(&self, command: &[&str]) -> Outcome {
        parsed(command)?;
        let mut start = Start::new(PROGRAM).args(&command[1..]).size(100, 30);
        for (name, value) in self.environment() {
            start = start.env(name, value);
        }
        let mut t = start.spawn();
        t.wait_for("Harbour Hotel");
        t.wait_for("as of");
        t.keys("q");
        match t.exit_code() {
            0 => Ok(()),
            code => Err(format!("ended with {code}")),
        }
    }

    fn spawned(&self, command: &[&str]) -> Child {
        let mut program = Command::new(PROGRAM);
        program.args(&command[1..]).env_clear().envs(self.environment());
        program.current_dir(self.home.path("cwd")).stdin(Stdio::null());
        program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The hotel it serves says where it is; another port than a busy one of this host may be taken.
    fn served(&self, command: &[&str]) -> Outcome {
        parsed(command)?;
        let free: Vec<String> = command
            .iter()
            .map(|word| Regex::new(r":\d+$").unwrap().replace(word, ":0").into_owned())
            .collect();
        let first = self.first_line(&free.iter().map(String::as_str).collect::<Vec<_>>())?;
        let told: serde_json::Value = serde_json::from_str(&first).map_err(|e| format!("{e}: {first}"))?;
        let is_told = told["endpoint"].is_string() && told["api_key"].is_string();
        is_told.then_some(()).ok_or(first)
    }

    /// What is there is told, and then it goes on.
    fn watched(&self, command: &[&str]) -> Outcome {
        parsed(command)?;
        self.first_line(command).map(drop)
    }

    /// The first line of something that goes on until it is interrupted.
    fn first_line(&self, command: &[&str]) -> Result<String, String> {
        let mut child = self.spawned(command);
        let mut line = String::new();
        let read = BufReader::new(child.stdout.take().unwrap()).read_line(&mut line);
        let pid = Pid::from_child(&child);
        let _ = kill_process(pid, Signal::INT);
        let output = child.wait_with_output().map_err(|e| e.to_string())?;
        read.map_err(|e| e.to_string())?;
        match output.status.code() {
            // Whoever watches may find its reader gone before it finds the signal.
            Some(130 | 0) if !line.is_empty() => Ok(line),
            code => Err(format!("ended with {code:?}: {}", String::from_utf8_lossy(&output.stderr))),
        }
    }

    /// Typed into a shell, to its end.
    fn typed(&self, line: &str, command: &[&str]) -> Outcome {
        let upto = command.iter().position(|word| matches!(*word, ">" | "|")).unwrap_or(command.len());
        parsed(&command[..upto])?;
        // Files of the host stand under the home here.
        let inside = format!(" {}/", self.home.path("root").display());
        let line = line.replace(" /", &inside);
        let mut shell = Command::new("sh");
        shell.args(["-c", &line]).env_clear().envs(self.environment());
        let mut child = shell
            .current_dir(self.home.path("cwd"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + patience();
        while child.try_wait().unwrap().is_none() {
            if Instant::now() > deadline {
                let _ = child.kill();
                let _ = child.wait();
                return Err("does not end".to_owned());
            }
            thread::park_timeout(Duration::from_millis(10));
        }
        let output = child.wait_with_output().unwrap();
        // An audit with something open and an examination that found something are answers too.
        let is_answer = matches!(command.get(1), Some(&"audit" | &"doctor"));
        match output.status.code() {
            Some(0) => Ok(()),
            Some(1) if is_answer => Ok(()),
            code => Err(format!("ended with {code:?}: {}", String::from_utf8_lossy(&output.stderr))),
        }
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        if let Some(hotel) = self.hotel.take() {
            self.runtime.block_on(hotel.shutdown());
        }
    }
}

/// The words of a line, as a shell would part them; quotes hold words together.
pub fn words(line: &str) -> Result<Vec<String>, String> {
    let part = Regex::new(r#"'[^']*'|"[^"]*"|[^\s'"]+"#).unwrap();
    let quotes = line.chars().filter(|c| matches!(c, '"' | '\'')).count();
    if quotes % 2 == 1 {
        return Err("a quote is never closed".to_owned());
    }
    Ok(part.find_iter(line).map(|found| found.as_str().trim_matches(['"', '\'']).to_owned()).collect())
}

/// Whether the program's command line takes it.
pub fn parsed(command: &[&str]) -> Outcome {
    match Cli::command().try_get_matches_from(command) {
        // Help and the version are answers.
        Err(error) if error.use_stderr() => {
            Err(error.to_string().lines().next().unwrap_or_default().to_owned())
        }
        _ => Ok(()),
    }
}

/// Whether a file of the repository is there.
fn there(path: &str) -> Outcome {
    if root().join(path).is_file() { Ok(()) } else { Err(format!("there is no {path}")) }
}

/// What is asked of cargo exists: tests, benches, targets, the program's own arguments.
pub fn cargo(command: &[&str]) -> Outcome {
    let words: Vec<&str> = command.iter().skip(1).filter(|word| !word.starts_with('+')).copied().collect();
    let target = |flag: &str| words.iter().position(|w| *w == flag).and_then(|n| words.get(n + 1)).copied();
    let is_there = |dir: &str, name: &str| {
        let (file, own) = (format!("{dir}/{name}.rs"), format!("{dir}/{name}/main.rs"));
        there(&file).or_else(|_| there(&own))
    };
    match words.as_slice() {
        ["run", ..] => {
            let own = words.iter().skip_while(|word| **word != "--").skip(1).copied();
            parsed(&std::iter::once("nightdesk").chain(own).collect::<Vec<_>>())
        }
        ["test", ..] => target("--test").map_or(Ok(()), |name| is_there("tests", name)),
        ["bench", ..] => target("--bench").map_or(Ok(()), |name| is_there("benches", name)),
        ["fuzz", "run", name] => there(&format!("fuzz/fuzz_targets/{name}.rs")),
        ["deny", "check"] => there("deny.toml"),
        ["install", "--path", "."] | ["install", "cargo-deb"] | ["build" | "fmt" | "clippy", ..] => Ok(()),
        _ => Err("nobody knows what to make of it".to_owned()),
    }
}

/// What would change the host is looked at: files of the repository are there, and nightdesk takes its arguments.
fn administrator(words: &[&str]) -> Outcome {
    let known = [
        "apt",
        "cp",
        "install",
        "systemctl",
        "systemd-sysusers",
        "sshd",
        "journalctl",
        "rustup",
        "ssh",
        "-u",
        "sqlite3",
    ];
    match words {
        ["-u", "nightdesk", rest @ ..] => match rest {
            ["nightdesk", ..] => parsed(rest),
            ["sqlite3", database, _] if database.ends_with("/journal.db") => Ok(()),
            _ => Err("nobody knows what to make of it".to_owned()),
        },
        [first, rest @ ..] if known.contains(first) => {
            rest.iter().filter(|word| word.starts_with("packaging/")).try_for_each(|word| there(word))?;
            let unit = Regex::new(r"nightdesk-[a-z-]+(\.timer|\.service)?$").unwrap();
            let is_unit = |word: &&&str| unit.is_match(word) && !word.contains('/');
            rest.iter().filter(is_unit).try_for_each(|word| {
                let name = if word.contains('.') { (*word).to_owned() } else { format!("{word}.service") };
                there(&format!("packaging/{name}"))
            })
        }
        _ => Err("nobody knows what to make of it".to_owned()),
    }
}
