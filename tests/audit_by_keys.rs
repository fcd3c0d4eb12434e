//! The night audit by keys: a due out is checked out from the list, the audit is signed, the journal and a
//! second program say so; a report is never written over, and the date rolls only when its day is typed.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop at the first surprise")]

mod pty;

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use nightdesk::journal::IntentId;
use nightdesk::sandbox::{Incident, Options, Sandbox};
use pty::{Shown, Start, Terminal};
use regex::Regex;
use rustix::process::Signal;
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
        let options = Options { rooms: 40, grants: 60, seed: 7, speed: 20.0, ..Options::default() };
        let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
        sandbox.control().incident(&Incident::Restless { on: false }).unwrap();
        let state = std::env::temp_dir().join(format!("nightdesk-audit-keys-{}", IntentId::fresh()));
        std::fs::create_dir_all(&state).unwrap();
        Self { sandbox: Some(sandbox), runtime, state }
    }

    fn program(&self, operator: &str) -> Terminal {
        let sandbox = self.sandbox.as_ref().unwrap();
        let t = Start::new(env!("CARGO_BIN_EXE_nightdesk"))
            .args(["--operator", operator])
            .env("NIGHTDESK_STATE_DIR", &self.state)
            .env("NIGHTDESK_CONFIG", "")
            .env("XDG_CONFIG_HOME", &self.state)
            .env("SEAM_ENDPOINT", sandbox.endpoint())
            .env("SEAM_API_KEY", sandbox.api_key().reveal())
            .size(120, 40)
            .spawn();
        t.wait_for("as of");
        t
    }

    fn journal(&self, format: &str) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_nightdesk"))
            .args(["journal", "--format", format])
            .env_clear()
            .env("NIGHTDESK_STATE_DIR", &self.state)
            .env("XDG_CONFIG_HOME", &self.state)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
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

/// Opens the audit and waits until its beginning is remembered.
fn audit(t: &mut Terminal) {
    // What opens first is where something is open, so that has to be read.
    t.wait_for(Regex::new(r"overstay [1-9]").unwrap());
    t.keys("A");
    t.wait_for("Night audit");
    let shown = t.wait_for(Regex::new(r"\d+ of \d+ cleared").unwrap());
    // The first section in which anything was open is unfolded; while it is still read that may be another.
    if !shown.contains("▾ Departures") {
        t.keys("g<Enter>");
        t.wait_for("▾ Departures");
    }
}

/// Presses `y` until what is confirmed was on the screen for long enough.
fn confirm(t: &mut Terminal, then: &'static str) {
    confirm_until(t, move |screen| screen.contains(then));
}

fn confirm_until(t: &mut Terminal, is_over: impl Fn(&str) -> bool + Copy + 'static) {
    loop {
        t.keys("y");
        let said = ["read it first", "something changed"];
        let shown = t.wait_for(move |s: &Shown| {
            let text = s.text();
            is_over(&text) || said.iter().any(|words| text.contains(words))
        });
        if is_over(&shown) {
            return;
        }
        t.keys("<Left>");
        t.wait_gone("read it first");
        t.wait_gone("something changed");
    }
}

/// How many departures are open.
fn departures(screen: &str) -> usize {
    let of = Regex::new(r"Departures not checked out[ ·]+(\d+)(?: of \d+)? open").unwrap();
    of.captures(screen).expect(screen)[1].parse().unwrap()
}

/// How much of the beginning is cleared, and how much that was.
fn progress(screen: &str) -> (usize, usize) {
    let of = Regex::new(r"(\d+) of (\d+) cleared").unwrap();
    let found = of.captures(screen).expect(screen);
    (found[1].parse().unwrap(), found[2].parse().unwrap())
}

fn end(t: &mut Terminal) {
    t.signal(Signal::TERM);
    assert_eq!(t.exit_code(), 143);
    t.assert_clean();
}

#[test]
fn a_due_out_is_checked_out_and_the_night_is_signed_for_everybody() {
    let house = House::open();
    let mut first = house.program("Maria");
    audit(&mut first);
    let before = first.text();
    let (open, (cleared, of)) = (departures(&before), progress(&before));
    first.keys("j");
    first.keys("x");
    first.wait_for("Check out");
    let form = first.wait_for(|s: &Shown| ["Enter  preview", "Cancel"].iter().any(|w| s.text().contains(w)));
    if form.contains("Enter  preview") {
        first.keys("<Enter>");
    }
    first.wait_for("Cancel");
    // What becomes of it is shown over the list, which goes on under it.
    confirm_until(&mut first, |screen| !screen.contains("[ Cancel ]"));
    first.keys("<Esc>");
    let counted = first.wait_for(move |s: &Shown| {
        let text = s.text();
        text.contains("Departures not checked out") && departures(&text) + 1 == open
    });
    assert!(progress(&counted) >= (cleared + 1, of), "{counted}");
    let named = first.wait_for(Regex::new(r"cleared \d\d:\d\d by Maria").unwrap());
    assert_eq!(progress(&named).1, of, "what was open at the beginning stays what it was");

    first.keys("S");
    first.wait_for("Sign the audit");
    first.keys("<Tab>");
    first.keys("412 still has no key");
    first.keys("<Enter>");
    first.wait_for("signed by");
    confirm(&mut first, "The audit is signed");
    first.wait_for(Regex::new(r"signed \d\d:\d\d by Maria").unwrap());

    let mut second = house.program("Jonas");
    audit(&mut second);
    second.wait_for(Regex::new(r"signed \d\d:\d\d by Maria").unwrap());
    let other = second.wait_for(Regex::new(r"\d+ of \d+ cleared").unwrap());
    assert_eq!(progress(&other).1, of, "two desks count from the same beginning");
    second.wait_for(Regex::new(r"cleared \d\d:\d\d by Maria").unwrap());

    let text = house.journal("text");
    assert!(text.contains("audit signed  night of"), "{text}");
    assert!(text.contains("by Maria") && text.contains("412 still has no key"), "{text}");
    let json: Value = serde_json::from_str(&house.journal("json")).unwrap();
    let entries = json.as_array().unwrap();
    let of_kind = |kind: &str| entries.iter().filter(|e| e["action"] == kind).count();
    assert_eq!((of_kind("audit_opened"), of_kind("audit_signed")), (1, 1), "{json:#}");
    first.keys("J");
    first.wait_for(Regex::new(r"audit signed\s+signed").unwrap());
    end(&mut first);
    end(&mut second);
}

#[test]
fn a_report_is_written_whole_for_its_owner_and_never_over_another_unasked() {
    let house = House::open();
    let mut t = house.program("Maria");
    audit(&mut t);
    for asks in [false, true] {
        t.keys("E");
        t.wait_for("Report of");
        t.keys("<Enter>");
        t.wait_for("file");
        if asks {
            confirm(&mut t, "is there already");
            std::fs::write(report(&house), "another").unwrap();
            confirm(&mut t, "Report written");
        } else {
            confirm(&mut t, "Report written");
        }
        t.wait_gone("Report of");
        let path = report(&house);
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(written.contains("DEPARTURES NOT CHECKED OUT"), "{written}");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        t.keys("<Left>");
        t.wait_gone("Report written");
    }
    end(&mut t);
}

/// The report in the state directory.
fn report(house: &House) -> PathBuf {
    let mut files = std::fs::read_dir(&house.state).unwrap().map(|entry| entry.unwrap().path());
    files.find(|path| path.extension().is_some_and(|end| end == "txt")).expect("a report")
}

#[test]
fn the_date_rolls_when_its_day_is_typed_and_the_next_program_knows() {
    let house = House::open();
    let mut first = house.program("Maria");
    let mut second = house.program("Jonas");
    audit(&mut first);
    let night = Regex::new(r"Night audit . (\d+) → (\d+) ").unwrap();
    let text = first.text();
    let found = night.captures(&text).expect(&text);
    let (from, to) = (found[1].to_owned(), found[2].to_owned());
    first.keys(":");
    first.keys("roll");
    first.wait_for("roll the business date");
    first.keys("<Enter>");
    first.wait_for("Roll the business date");
    first.keys("<Enter>");
    first.wait_for(Regex::new("type .* first").unwrap());
    first.keys(&to);
    first.keys("<Enter>");
    first.wait_for("[ Cancel ]");
    confirm(&mut first, "The business date is");
    first.wait_for(Regex::new(&format!(r"Night audit . {to} → ")).unwrap());
    // The other desk hears of it, and a program that is started now goes by it.
    second.wait_for("Maria rolled the business date");
    let mut third = house.program("Kim");
    third.keys("A");
    third.wait_for(Regex::new(&format!(r"Night audit . {to} → ")).unwrap());
    let text = house.journal("text");
    assert!(text.contains("date rolled  night of") && text.contains(&format!(" {from} ")), "{text}");
    for t in [&mut first, &mut second, &mut third] {
        end(t);
    }
}
