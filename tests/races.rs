//! Two programs on one machine, each in a terminal of its own, at one guest.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod pty;

use std::fs;
use std::path::PathBuf;

use nightdesk::sandbox::{Control, Fault, FaultKind, Incident, Options, Sandbox};
use pty::{Start, Terminal};
use regex::Regex;
use serde_json::Value;
use tokio::runtime::Runtime;

const UPDATE: &str = "/access_grants/update";

/// The name of a guest who stays beyond the night, has a card that is cut, and of whom there is one grant.
fn guest(control: &Control) -> String {
    let truth = control.truth();
    let tomorrow = (control.now() + chrono::TimeDelta::hours(6)).to_rfc3339();
    let grants = truth["grants"].as_array().unwrap();
    let count = |field: &str, value: &Value| grants.iter().filter(|g| g["grant"][field] == *value).count();
    let methods = truth["methods"].as_array().unwrap();
    let cut = |id: &Value| {
        let cut = |m: &Value| m["access_method_id"] == *id && m["mode"] == "card" && m["is_issued"] == true;
        methods.iter().any(|m| cut(&m["method"]))
    };
    let quiet = |g: &Value, list: &str| g[list].as_array().unwrap().is_empty();
    let grant = grants.iter().map(|g| &g["grant"]).find(|g| {
        g["reservation_key"].is_string()
            && count("reservation_key", &g["reservation_key"]) == 1
            && count("display_name", &g["display_name"]) == 1
            && g["access_method_ids"].as_array().unwrap().iter().any(cut)
            && g["starts_at"].as_str() < Some(control.now().to_rfc3339().as_str())
            && g["ends_at"].as_str() > Some(tomorrow.as_str())
            && quiet(g, "warnings")
            && quiet(g, "pending_mutations")
    });
    grant.expect("such a guest")["display_name"].as_str().unwrap().to_owned()
}

/// A desk that has the preview of an extension on its screen.
fn about_to_extend(state: &PathBuf, sandbox: &Sandbox, guest: &str) -> Terminal {
    let mut t = Start::new(env!("CARGO_BIN_EXE_nightdesk"))
        .env("NIGHTDESK_STATE_DIR", state)
        .env("NIGHTDESK_CONFIG", "")
        .env("XDG_CONFIG_HOME", state)
        .env("NO_COLOR", "")
        .env("SEAM_ENDPOINT", sandbox.endpoint())
        .env("SEAM_API_KEY", sandbox.api_key().reveal())
        .size(120, 40)
        .spawn();
    t.wait_for("as of");
    t.keys("1/");
    t.keys(guest);
    t.wait_for("1 of 1");
    t.keys("<Enter>");
    t.keys("e");
    t.wait_for("until");
    t.keys("<Enter>");
    t.wait_for("do it");
    t
}

/// Confirms as a person does who was told to read first.
fn confirm(t: &mut Terminal) {
    loop {
        t.keys("y");
        let shown = t.wait_for(|s: &pty::Shown| {
            let text = s.text();
            ["read it first", "something changed", "hides this", "Esc close"].iter().any(|w| text.contains(w))
        });
        if !shown.contains("read it first") && !shown.contains("something changed") {
            return;
        }
        t.keys("<Left>");
        t.wait_gone("read it first");
        t.wait_gone("something changed");
    }
}

#[test]
fn of_two_programs_one_works_and_the_other_is_told_who() {
    let runtime = Runtime::new().unwrap();
    let options = Options { rooms: 40, grants: 24, seed: 5, speed: 20.0, ..Options::default() };
    let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
    let control = sandbox.control();
    control.incident(&Incident::Restless { on: false }).unwrap();
    let state = std::env::temp_dir().join(format!("nightdesk-{}-races", std::process::id()));
    fs::create_dir_all(&state).unwrap();
    let guest = guest(&control);
    let mut first = about_to_extend(&state, &sandbox, &guest);
    let mut second = about_to_extend(&state, &sandbox, &guest);

    // The first asks, and hears nothing for as long as it is willing to wait.
    control.fault(Fault { path: UPDATE.into(), skip: 0, count: 1, kind: FaultKind::Hang });
    confirm(&mut first);
    let asked = control.clone();
    first.wait_for(move |_: &pty::Shown| asked.pending_faults() == 0);
    confirm(&mut second);
    second.wait_for(Regex::new(r"still[\s│]+going[\s│]+on").unwrap());
    assert_eq!(control.applied(UPDATE), 0);

    // It never arrived, so the first may send it again.
    first.wait_for(Regex::new(r"it[\s│]+did[\s│]+not[\s│]+happen").unwrap());
    first.keys("<Enter>");
    first.wait_for(Regex::new(r"encode the \w+ ?cards?|encode the card|Esc close").unwrap());
    assert_eq!(control.applied(UPDATE), 1);

    for desk in [&mut first, &mut second] {
        desk.keys("<Esc>");
        desk.wait_for("q quit");
        desk.keys("q");
        assert_eq!(desk.exit_code(), 0);
    }
    runtime.block_on(sandbox.shutdown());
    let _ = fs::remove_dir_all(&state);
}
