//! Warnings acknowledged and snoozed by keys: two programs on one hotel and one journal agree, so do a program
//! started later and the commands without a screen.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod pty;

use std::path::PathBuf;
use std::process::{Command, Output};

use nightdesk::journal::IntentId;
use nightdesk::sandbox::{Incident, Options, Sandbox};
use pty::{Start, Terminal};
use serde_json::Value;
use tokio::runtime::Runtime;

/// A hotel in which nothing happens by itself, and a state directory that goes with the test.
struct House {
    sandbox: Option<Sandbox>,
    runtime: Runtime,
    state: PathBuf,
}

impl House {
    fn open() -> Self {
        let runtime = Runtime::new().unwrap();
        let options = Options { rooms: 40, grants: 44, seed: 7, speed: 1.0, ..Options::default() };
        let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
        sandbox.control().incident(&Incident::Restless { on: false }).unwrap();
        let state = std::env::temp_dir().join(format!("nightdesk-attend-{}", IntentId::fresh()));
        std::fs::create_dir_all(&state).unwrap();
        Self { sandbox: Some(sandbox), runtime, state }
    }

    fn environment(&self) -> [(&'static str, String); 5] {
        let sandbox = self.sandbox.as_ref().unwrap();
        [
            ("NIGHTDESK_STATE_DIR", self.state.display().to_string()),
            ("NIGHTDESK_CONFIG", String::new()),
            ("XDG_CONFIG_HOME", self.state.display().to_string()),
            ("SEAM_ENDPOINT", sandbox.endpoint()),
            ("SEAM_API_KEY", sandbox.api_key().reveal().to_owned()),
        ]
    }

    /// A program whose Warnings have the screen to themselves, all of them read.
    fn warnings(&self, args: &[&str]) -> Terminal {
        let start = Start::new(env!("CARGO_BIN_EXE_nightdesk")).args(args.iter().copied()).size(140, 40);
        let mut t =
            self.environment().iter().fold(start, |start, (name, value)| start.env(name, value)).spawn();
        t.wait_for("as of");
        t.keys("4z");
        // The last rows are there when everything has been read.
        t.wait_for(regex::Regex::new(r"\[4 Warnings 1 of 2\d[\s\S]*\n  P3 ").unwrap());
        t
    }

    fn command(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nightdesk"));
        command.args(args).env_remove("NO_COLOR").envs(self.environment()).output().unwrap()
    }

    fn json(&self, args: &[&str]) -> Value {
        let output = self.command(args);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {errors}"))
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            self.runtime.block_on(sandbox.shutdown());
        }
        let _ = std::fs::remove_dir_all(&self.state);
    }
}

#[test]
fn two_programs_a_third_and_the_commands_agree_on_what_was_said() {
    let house = House::open();
    let mut maria = house.warnings(&["--operator", "maria"]);
    let mut jonas = house.warnings(&["--operator", "jonas"]);
    // Said at one, seen at both.
    maria.keys("b");
    maria.wait_for("Acknowledge or snooze");
    maria.keys("<Tab>");
    maria.keys("the porter is on his way<Enter>");
    maria.wait_for("seen by maria: the porter is on his way");
    jonas.wait_for("seen by maria: the porter is on his way");
    // Another one is out of the way, and out of the counts of both.
    maria.keys("j");
    maria.keys("b");
    maria.wait_for("Acknowledge or snooze");
    maria.keys("2<Tab>");
    maria.keys("after the round<Enter>");
    for desk in [&mut maria, &mut jonas] {
        desk.wait_for("maria: after the round");
        desk.keys("z");
        desk.wait_for("· 1 snoozed ━");
    }
    // A program that is started now knows at once; one that only looks says nothing of its own.
    let mut looks = house.warnings(&["--read-only"]);
    looks.wait_for("seen by maria: the porter is on his way");
    looks.wait_for("maria: after the round");
    looks.keys("b");
    looks.wait_for("this desk is read-only");
    // So do the commands without a screen.
    let listed = house.json(&["list", "warnings", "--format", "json"]);
    let said: Vec<&str> =
        listed.as_array().unwrap().iter().filter_map(|row| row["attention"].as_str()).collect();
    assert!(
        said.iter().any(|s| s.contains("acknowledged by maria") && s.ends_with("on his way")),
        "{said:?}"
    );
    assert!(
        said.iter().any(|s| s.starts_with("snoozed until") && s.ends_with("after the round")),
        "{said:?}"
    );
    let audit = house.json(&["audit", "--format", "json"]);
    let open = audit["open"].as_array().unwrap();
    let by_maria = open.iter().filter(|item| item["attention"]["by"] == "maria").count();
    assert_eq!(by_maria, 2, "{open:#?}");
    assert_eq!((&audit["summary"]["acknowledged"], &audit["summary"]["snoozed"]), (&1.into(), &1.into()));
    assert_eq!(audit["summary"]["open"], open.len(), "both are open all the same");
}

#[test]
fn taken_back_at_one_it_is_open_at_the_other() {
    let house = House::open();
    let mut maria = house.warnings(&["--operator", "maria"]);
    let mut jonas = house.warnings(&["--operator", "jonas"]);
    maria.keys("b");
    maria.wait_for("Acknowledge or snooze");
    maria.keys("<Tab>");
    maria.keys("seen<Enter>");
    jonas.wait_for("seen by maria: seen");
    // The filter finds it, whatever row it is in.
    jonas.keys("/");
    jonas.keys("acknowledged<Enter>");
    jonas.wait_for("[4 Warnings 1 of 1 ");
    jonas.keys("b");
    jonas.wait_for("take it back");
    jonas.keys("5<Enter>");
    jonas.wait_for("Taken back");
    jonas.wait_for("nothing matches");
    maria.wait_gone("seen by maria: seen");
}
