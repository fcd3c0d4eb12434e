//! What nobody may see is nowhere until somebody asks to see it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{StatusCode, header};
use nightdesk::sandbox::Incident;
use nightdesk::seam::Settings;
use nightdesk::seam::model::AccessMethod;
use nightdesk::secret::Secret;
use regex::Regex;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::hands::{leave, open, press};
use crate::house::{House, KEY, place, until};
use crate::proxy::{each_text, serve};
use crate::pty::{Shown, Start, Terminal};

/// What marks every secret that is no PIN.
const MARK: &str = "NDMARKED";

type Pins = Arc<Mutex<BTreeSet<String>>>;

/// Every PIN becomes one that nothing else can be by chance, every link and token a marked one.
fn mark(said: &mut Value, pins: &Pins) {
    each_text(said, &mut |name, text| match name {
        "code" | "original_code" | "new_code" if text.bytes().all(|b| b.is_ascii_digit()) => {
            *text = format!("771{text}9911077");
            pins.lock().unwrap().insert(text.clone());
        }
        "instant_key_url" => *text = format!("https://ik.example/{MARK}/{}", text.len()),
        "client_session_token" | "token" => *text = format!("seam_cst_{MARK}_{text}"),
        _ => {}
    });
}

struct Night {
    house: House,
    pins: Pins,
}

impl Night {
    fn open() -> Self {
        let pins = Pins::default();
        let seen = Arc::clone(&pins);
        Self { house: House::with(move |said| mark(said, &seen)), pins }
    }

    /// Which secret is in these bytes.
    fn found(&self, bytes: &[u8]) -> Option<String> {
        let text = String::from_utf8_lossy(bytes);
        let pins = self.pins.lock().unwrap();
        assert!(pins.len() > 3, "the hotel has PINs");
        [KEY, MARK, "ik.example"]
            .into_iter()
            .chain(pins.iter().map(String::as_str))
            .find(|s| text.contains(*s))
            .map(str::to_owned)
    }

    fn assert_clean(&self, bytes: &[u8], place: &str) {
        assert_eq!(self.found(bytes), None, "in {place}");
    }
}

/// The keys of everything that shows something.
const SCREENS: [&str; 11] = ["?", "a", "A", "J", "d", "T", ":", "w", "O", "<Enter>", "i"];

/// Looks at every screen and leaves it again.
fn look_around(t: &mut Terminal) {
    for key in SCREENS.into_iter().chain(["c", "e", "x", "n", "K", "b"]) {
        open(t, key);
        leave(t);
    }
    for key in ["2", "z", "z", "3", "4", "1", "s", "S"] {
        press(t, key);
    }
}

#[test]
fn no_secret_is_anywhere_before_somebody_asks_for_it() {
    let night = Night::open();
    let house = &night.house;
    let home = house.home.display();
    let script = "(cat; env; tr '\\\\0' ' ' < /proc/$$/cmdline) > told.new; mv told.new told";
    house.configure(&format!("[notify]\ncommand = [\"/bin/sh\", \"-c\", \"cd '{home}'; {script}\"]"));
    let mut t = house.program(&["--log-level", "trace"]).spawn();
    t.wait_for("Harbour Hotel");
    t.wait_gone("reading");
    t.wait_for(|s: &Shown| s.extras().title.contains("P1"));
    house.control().incident(&Incident::BridgeDown).unwrap();
    t.keys("<C-r>");
    let told = house.home.join("told");
    until("the command", || told.exists());
    leave(&mut t);
    look_around(&mut t);

    night.assert_clean(&t.look(|s| s.raw.clone()), "what the terminal was sent");
    t.look(|s| assert!(s.extras().clipboard.is_empty(), "nobody copied anything"));
    night.assert_clean(&fs::read(&told).unwrap(), "what the command of [notify] was given");
    let process = format!("/proc/{}", t.pid().as_raw_nonzero());
    night.assert_clean(&fs::read(format!("{process}/cmdline")).unwrap(), "the arguments");
    // Where the system keeps it to itself, so much the better.
    night.assert_clean(&fs::read(format!("{process}/environ")).unwrap_or_default(), "the environment");
    let limits = fs::read_to_string(format!("{process}/limits")).unwrap();
    assert!(Regex::new(r"Max core file size +0 +0").unwrap().is_match(&limits), "{limits}");

    unmask(&night, &mut t);
    t.signal(Signal::TERM);
    assert_eq!(t.exit_code(), 143);
    t.assert_clean();
    let kept = house.files();
    for file in &kept {
        night.assert_clean(&fs::read(file).unwrap(), &file.display().to_string());
        let mode = fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} is for its owner only: {mode:o}", file.display());
    }
    let log = kept.iter().find(|f| f.ends_with("nightdesk.log")).unwrap();
    let log = fs::read_to_string(log).unwrap();
    assert!(log.contains("/access_grants/") && log.contains("TRACE"), "the log says all it can: {log:.2000}");
    assert_eq!(fs::metadata(&house.state).unwrap().permissions().mode() & 0o077, 0);
}

/// Somebody asks, guest by guest, until one has a PIN.
fn unmask(night: &Night, t: &mut Terminal) {
    let pins = Arc::clone(&night.pins);
    t.keys("g");
    for _ in 0..20 {
        press(t, "u");
        let text = t.text();
        if pins.lock().unwrap().iter().any(|pin| text.contains(pin.as_str())) {
            return;
        }
        t.keys("j");
    }
    panic!("no PIN is shown to who asks:\n{}", t.text());
}

#[test]
fn no_command_prints_a_secret() {
    let night = Night::open();
    let mut calls: Vec<Vec<&str>> = Vec::new();
    for format in ["text", "json", "csv", "markdown"] {
        calls.push(vec!["audit", "--downtime", "--format", format]);
    }
    for format in ["json", "csv"] {
        calls.extend(
            ["guests", "grants", "mutations", "warnings"].map(|pane| vec!["list", pane, "--format", format]),
        );
    }
    calls.push(vec!["journal"]);
    for call in calls {
        let output = night.house.run(&[&call[..], &["--log-level", "trace"]].concat());
        assert!(matches!(output.status.code(), Some(0 | 1)), "{call:?}: {output:?}");
        night.assert_clean(&output.stdout, &call.join(" "));
        night.assert_clean(&output.stderr, &call.join(" "));
    }
    let shown = night.house.run(&["audit", "--downtime", "--with-pins"]);
    assert!(night.found(&shown.stdout).is_some(), "who asks for PINs gets them");
}

#[test]
fn a_redirect_takes_the_key_nowhere() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let reached = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&reached);
    let other = serve(
        &runtime,
        Router::new().fallback(move || async move {
            count.fetch_add(1, Ordering::SeqCst);
            "{}"
        }),
    );
    let first = serve(
        &runtime,
        Router::new().fallback(move |request: axum::extract::Request| async move {
            let to = format!("{other}{}", request.uri());
            (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, to)])
        }),
    );
    let home = place();
    let mut t = Start::new(env!("CARGO_BIN_EXE_nightdesk"))
        .args(["--endpoint", &first])
        .env("SEAM_API_KEY", KEY)
        .env("NIGHTDESK_STATE_DIR", &home)
        .env("XDG_CONFIG_HOME", &home)
        .size(120, 40)
        .spawn();
    t.wait_for(Regex::new("(?i)redirect|elsewhere|another host|sends").unwrap());
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    assert_eq!(reached.load(Ordering::SeqCst), 0, "nobody else was asked");
    fs::remove_dir_all(home).unwrap();
}

#[test]
fn what_is_printed_for_a_programmer_holds_dots() {
    let method: AccessMethod = serde_json::from_value(json!({
        "access_method_id": "m", "mode": "code", "code": "77155559911", "is_issued": true,
        "instant_key_url": "https://ik.example/NDMARKED", "client_session_token": "seam_cst_NDMARKED",
    }))
    .unwrap();
    let settings = Settings::new("https://connect.getseam.com", Secret::new(KEY));
    let printed = format!("{method:#?}{settings:#?}");
    assert!(!printed.contains("77155559911") && !printed.contains("NDMARKED"), "{printed}");
    assert!(printed.contains("••••"), "{printed}");
}
