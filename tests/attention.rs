//! Who does not look at the screen is told: the real program in a real pseudo-terminal, a hotel whose bridge
//! fails, and what of that reaches the terminal, the title of its window and a command.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod pty;

use std::fs;
use std::path::PathBuf;

use nightdesk::journal::IntentId;
use nightdesk::sandbox::{Incident, Options, Sandbox};
use pty::{Shown, Start, Terminal};
use regex::Regex;
use serde_json::Value;
use tokio::runtime::Runtime;

/// A hotel in which nothing happens by itself, and a home that goes with the test.
struct House {
    sandbox: Option<Sandbox>,
    runtime: Runtime,
    home: PathBuf,
}

impl House {
    fn open() -> Self {
        let runtime = Runtime::new().unwrap();
        let options = Options { rooms: 24, grants: 20, seed: 5, speed: 1.0, ..Options::default() };
        let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
        sandbox.control().incident(&Incident::Restless { on: false }).unwrap();
        let home = std::env::temp_dir().join(format!("nightdesk-attention-{}", IntentId::fresh()));
        fs::create_dir_all(home.join("nightdesk")).unwrap();
        Self { sandbox: Some(sandbox), runtime, home }
    }

    fn incident(&self, incident: &Incident) {
        self.sandbox.as_ref().unwrap().control().incident(incident).unwrap();
    }

    /// The program, with this `[notify]`, on this hotel.
    fn program(&self, notify: &str, args: &[&str]) -> Start {
        let sandbox = self.sandbox.as_ref().unwrap();
        fs::write(self.home.join("nightdesk/config.toml"), format!("[notify]\n{notify}\n")).unwrap();
        Start::new(env!("CARGO_BIN_EXE_nightdesk"))
            .args(args.iter().copied())
            .env("NIGHTDESK_STATE_DIR", &self.home)
            .env("NIGHTDESK_CONFIG", "")
            .env("XDG_CONFIG_HOME", &self.home)
            .env("HOME", &self.home)
            .env("LANG", "C.UTF-8")
            .env("SEAM_ENDPOINT", sandbox.endpoint())
            .env("SEAM_API_KEY", sandbox.api_key().reveal())
            .size(120, 40)
    }

    /// Started, and everything that was wrong before is known.
    fn desk(&self, notify: &str, args: &[&str]) -> Terminal {
        let t = self.program(notify, args).spawn();
        t.wait_for(|shown: &Shown| open_p1(shown) > 0);
        t
    }

    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.home.join(name)).ok()
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

/// How many P1 the title of the window counts.
fn open_p1(shown: &Shown) -> usize {
    let title = Regex::new(r"^\((\d+) P1\) nightdesk - Harbour Hotel$").unwrap();
    title.captures(&shown.extras().title).map_or(0, |found| found[1].parse().unwrap())
}

/// The bridge fails, and the title says so.
fn fail(house: &House, t: &mut Terminal) {
    let before = t.look(open_p1);
    house.incident(&Incident::BridgeDown);
    t.keys("<C-r>");
    t.wait_for(move |shown: &Shown| open_p1(shown) > before);
}

/// How often a terminal was written something.
fn times(t: &Terminal, bytes: &[u8]) -> usize {
    t.look(|shown| shown.raw.windows(bytes.len()).filter(|window| *window == bytes).count())
}

fn leave(t: &mut Terminal) {
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
}

#[test]
fn a_bridge_that_fails_rings_once_and_is_told_to_everybody() {
    let house = House::open();
    let script = "cat > told.new; env | cut -d= -f1 > names; mv told.new told";
    let home = house.home.display();
    let notify = format!("osc = \"777\"\ncommand = [\"/bin/sh\", \"-c\", \"cd '{home}'; {script}\"]");
    let mut t = house.desk(&notify, &["--read-only"]);
    assert_eq!(times(&t, b"\x07"), 0, "what was there before is known");
    assert_eq!(house.read("told"), None);
    fail(&house, &mut t);
    t.wait_for(|shown: &Shown| shown.raw.contains(&7));
    let waits = house.home.join("told");
    t.wait_for(move |_: &Shown| waits.exists());

    let told: Value = serde_json::from_str(&house.read("told").unwrap()).unwrap();
    assert_eq!((&told["version"], &told["property"]), (&1.into(), &"Harbour Hotel".into()));
    assert_eq!(told["open_p1"], t.look(open_p1));
    let worst = &told["alerts"][0];
    assert!(worst["id"].as_str().unwrap().starts_with("system-down:system:"), "{told:#}");
    assert_eq!(worst["severity"], "P1");
    assert!(worst["since"].as_str().unwrap().ends_with('Z') && worst["sentence"].is_string(), "{told:#}");
    let names = house.read("names").unwrap();
    assert!(!names.contains("SEAM") && !names.contains("NIGHTDESK"), "{names}");
    assert!(["PATH", "HOME", "LANG"].iter().all(|name| names.lines().any(|given| given == *name)), "{names}");

    // Read again, it stays the same trouble.
    let read = t.bytes();
    t.keys("<C-r>");
    t.wait_for(move |shown: &Shown| shown.raw.len() > read);
    leave(&mut t);
    assert_eq!(times(&t, b"\x07"), 1, "the bell");
    assert_eq!(times(&t, b"\x1b]777;notify;nightdesk: Harbour Hotel;P1"), 1, "the notification");
    assert_eq!(times(&t, b"\x1b]9;"), 0);
    t.look(|shown| assert_eq!(shown.extras().title, "", "the shell has its own title back"));
    assert_eq!(times(&t, b"\x1b[22;2t"), 1);
    assert_eq!(times(&t, b"\x1b]2;\x1b\\\x1b[23;2t"), 1);
}

#[test]
fn a_command_that_is_not_there_is_said_quietly() {
    let house = House::open();
    let mut t = house.desk("bell = false\ncommand = [\"/nowhere/page\"]", &[]);
    fail(&house, &mut t);
    t.wait_for("Nobody was told by the command in [notify]: /nowhere/page cannot be started");
    leave(&mut t);
    assert_eq!(times(&t, b"\x07") + times(&t, b"\x1b]9;") + times(&t, b"\x1b]777;"), 0);
}

#[test]
fn a_command_that_hangs_holds_nothing_up_and_ends_with_the_program() {
    let house = House::open();
    let home = house.home.display();
    let hangs = format!("cd '{home}'; echo $$ > pid.new; mv pid.new pid; exec sleep 1000");
    let mut t = house.desk(&format!("command = [\"/bin/sh\", \"-c\", \"{hangs}\"]"), &[]);
    fail(&house, &mut t);
    let waits = house.home.join("pid");
    t.wait_for(move |_: &Shown| waits.exists());
    let pid = house.read("pid").unwrap();
    // Keys are answered meanwhile.
    t.keys("?");
    t.wait_for("Esc back  j/k scroll");
    t.keys("<Esc>");
    t.wait_for("q quit");
    leave(&mut t);
    let stat = format!("/proc/{}/stat", pid.trim());
    let began = std::time::Instant::now();
    while fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z")) {
        assert!(began.elapsed() < pty::patience(), "the command outlives the program");
        std::thread::yield_now();
    }
}

#[test]
fn a_slip_in_notify_names_its_line_and_what_was_probably_meant() {
    let house = House::open();
    let mut t = house.program("bel = true", &[]).spawn();
    assert_eq!(t.exit_code(), 2);
    let said = t.text().replace('\n', "");
    assert!(said.contains("line 2: there is no setting “bel” here; did you mean “bell”?"), "{said}");
}

#[test]
fn a_demo_calls_nobody_unless_it_is_told_to() {
    let home = std::env::temp_dir().join(format!("nightdesk-attention-{}", IntentId::fresh()));
    fs::create_dir_all(&home).unwrap();
    let mut t = Start::new(env!("CARGO_BIN_EXE_nightdesk"))
        .args(["demo", "--rooms", "12", "--grants", "10"])
        .env("NIGHTDESK_STATE_DIR", &home)
        .env("NIGHTDESK_CONFIG", "")
        .env("XDG_CONFIG_HOME", &home)
        .size(120, 40)
        .spawn();
    t.wait_for("as of");
    t.look(|shown| assert_eq!(shown.extras().title, "nightdesk"));
    leave(&mut t);
    assert_eq!(times(&t, b"\x07"), 0);
    fs::remove_dir_all(home).unwrap();
}
