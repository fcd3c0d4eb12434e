//! `nightdesk journal`, and the dashboard that writes what it prints.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod pty;

use std::path::PathBuf;
use std::process::{Command, Output};

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::journal::{Claim, Fact, FactKind, Intent, IntentId, Journal, Wanted, Who};
use nightdesk::sandbox::{Incident, Options, Sandbox};
use pty::Start;
use serde_json::{Value, json};

/// A state directory of its own that goes with the test.
struct State(PathBuf);

impl State {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("nightdesk-command-{}", IntentId::fresh())))
    }

    fn journal(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nightdesk"));
        command.arg("journal").args(args).env_clear().env("NIGHTDESK_STATE_DIR", &self.0);
        command.env("XDG_CONFIG_HOME", &self.0).env("TZ", "Europe/Stockholm").output().unwrap()
    }

    fn dashboard(&self, args: &[&str], hotel: &Sandbox) -> Start {
        Start::new(env!("CARGO_BIN_EXE_nightdesk"))
            .args(args.iter().copied())
            .env("NIGHTDESK_STATE_DIR", &self.0)
            .env("NIGHTDESK_CONFIG", "")
            .env("XDG_CONFIG_HOME", &self.0)
            .env("SEAM_ENDPOINT", hotel.endpoint())
            .env("SEAM_API_KEY", hotel.api_key().reveal())
            .env("SSH_CONNECTION", "192.0.2.7 50112 192.0.2.1 22")
            .size(120, 40)
    }
}

impl Drop for State {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// One extension that is done, an hour ago, and one whose process is gone.
async fn a_night(state: &State) -> Journal {
    let journal = Journal::open(&state.0).await.unwrap();
    let now = Utc::now();
    for (n, (guest, room)) in [("Lindqvist, Ada", "118"), ("=HYPERLINK(1)", "102")].into_iter().enumerate() {
        let at: DateTime<Utc> = now - TimeDelta::hours(30 - 29 * i64::try_from(n).unwrap());
        let run = IntentId::fresh();
        let wanted = Wanted {
            names: vec!["x".into()],
            run,
            whom: "x".into(),
            lasts: std::time::Duration::from_secs(9),
        };
        let Claim::Held { token, .. } = journal.claim(&wanted).await.unwrap() else { continue };
        let who = Who {
            user: "maria".into(),
            origin: Some("192.0.2.7".into()),
            host: "desk".into(),
            ..Who::default()
        };
        let intent = Intent {
            id: run,
            at,
            hotel: "harbour".into(),
            action: "check_out".into(),
            stay: "s".into(),
            guest: guest.into(),
            room: room.into(),
            plan: json!({}),
            who,
        };
        journal.begin(&intent).await.unwrap();
        let mut answered = Fact::new(at, FactKind::Answered).step(0).says("accepted", "");
        answered.request_id = Some("req_42".into());
        journal.append(run, token, &answered).await.unwrap();
        journal
            .append(run, token, &Fact::new(at, FactKind::After).step(0).says("done", "it is gone"))
            .await
            .unwrap();
        if n == 0 {
            let ended =
                Fact::new(at, FactKind::Ended).says("done", "118 Lindqvist, Ada: the access is revoked");
            journal.append(run, token, &ended).await.unwrap();
        }
        journal.release(token, false).await.unwrap();
    }
    journal
}

#[tokio::test]
async fn what_was_done_is_printed_in_three_formats() {
    let state = State::new();
    assert_eq!(said(&state.journal(&[])), "The journal has no such entries.\n");
    assert_eq!(said(&state.journal(&["--format", "json"])), "[]\n");
    assert!(!state.0.exists(), "looking makes nothing");
    let _open = a_night(&state).await;

    let text = said(&state.journal(&[]));
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].contains("check out  118 Lindqvist, Ada  done  by maria from 192.0.2.7"), "{text}");
    assert!(lines[0].contains("CE"), "in the zone of TZ: {text}");
    assert!(lines[2].contains("done: 118 Lindqvist, Ada: the access is revoked"), "{text}");
    assert!(lines[3].contains("102 =HYPERLINK(1)  interrupted"), "{text}");

    let all: Value = serde_json::from_str(&said(&state.journal(&["--format", "json"]))).unwrap();
    assert_eq!(all[0]["guest"], "Lindqvist, Ada");
    assert_eq!((&all[0]["outcome"], &all[1]["outcome"]), (&json!("done"), &json!("interrupted")));
    assert_eq!(all[0]["request_ids"], json!(["req_42"]));

    let csv = said(&state.journal(&["--format", "csv"]));
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert!(lines[0].starts_with("at,ended_at,property,action,"));
    assert!(lines[1].contains(",118,\"Lindqvist, Ada\",maria,,192.0.2.7,desk,done,"), "{csv}");
    assert!(lines[2].contains(",'=HYPERLINK(1),"), "{csv}");

    let count = |args: &[&str]| {
        let all: Value = serde_json::from_str(&said(&state.journal(args))).unwrap();
        all.as_array().unwrap().len()
    };
    assert_eq!(count(&["--format", "json", "--since", "2h"]), 1);
    assert_eq!(count(&["--format", "json", "--since", "-3d"]), 2);
    assert_eq!(count(&["--format", "json", "--guest", "lindq"]), 1);
    assert_eq!(count(&["--format", "json", "--guest", "nobody"]), 0);
}

#[test]
fn a_question_that_cannot_be_answered_is_said_in_a_sentence() {
    let state = State::new();
    let output = state.journal(&["--since", "soon"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--since soon: write 8h"), "{output:?}");
    std::fs::create_dir_all(&state.0).unwrap();
    std::fs::write(state.0.join("journal.db"), "no journal at all, but something else, ".repeat(50)).unwrap();
    let output = state.journal(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("damaged"), "{output:?}");
}

#[test]
fn a_dashboard_that_cannot_record_does_not_open_but_to_look() {
    let state = State::new();
    std::fs::create_dir_all(&state.0).unwrap();
    std::fs::write(state.0.join("journal.db"), "no journal at all, but something else, ".repeat(50)).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let hotel =
        runtime.block_on(Sandbox::start(Options { rooms: 12, grants: 8, ..Options::default() })).unwrap();
    let mut t = state.dashboard(&[], &hotel).spawn();
    t.wait_for("the journal is damaged");
    assert_eq!(t.exit_code(), 2);
    let mut t = state.dashboard(&["--read-only"], &hotel).spawn();
    t.wait_for("READ-ONLY");
    t.wait_for("as of");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    runtime.block_on(hotel.shutdown());
}

#[test]
fn what_the_dashboard_does_is_in_the_journal() {
    let state = State::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = Options { rooms: 40, grants: 24, seed: 5, speed: 20.0, ..Options::default() };
    let hotel = runtime.block_on(Sandbox::start(options)).unwrap();
    hotel.control().incident(&Incident::Restless { on: false }).unwrap();
    let mut t = state.dashboard(&[], &hotel).spawn();
    t.wait_for("as of");
    // Who is at the cursor has to be read, and not too long ago on a busy machine.
    t.wait_for(regex::Regex::new(r"▌ +\S+ +\p{L}").unwrap());
    let not_yet = |text: &str| ["been read yet", "too old", "being read"].iter().any(|w| text.contains(w));
    loop {
        t.keys("x");
        let shown = t.wait_for(move |s: &pty::Shown| s.text().contains("Cancel") || not_yet(&s.text()));
        if shown.contains("Cancel") {
            break;
        }
        t.keys("<C-r>");
        t.wait_gone(move |s: &pty::Shown| not_yet(&s.text()));
    }
    loop {
        t.keys("y");
        let shown = t.wait_for(|s: &pty::Shown| {
            ["read it first", "something changed", "hides this"].iter().any(|words| s.text().contains(words))
        });
        if shown.contains("hides this") {
            break;
        }
        t.keys("<Left>");
        t.wait_gone("read it first");
        t.wait_gone("something changed");
    }
    // A run gives back what it holds, with its last entry written, before it says that it is over.
    t.wait_gone("hides this");
    let all: Value = serde_json::from_str(&said(&state.journal(&["--format", "json"]))).unwrap();
    assert_eq!((&all[0]["action"], &all[0]["outcome"]), (&json!("check_out"), &json!("done")));
    assert_eq!(all[0]["who"]["origin"], "192.0.2.7");
    assert!(all[0]["property"].as_str().unwrap().starts_with("workspace "), "{all}");
    assert!(!all[0]["request_ids"].as_array().unwrap().is_empty());
    t.signal(rustix::process::Signal::TERM);
    assert_eq!(t.exit_code(), 143);
    runtime.block_on(hotel.shutdown());
}
