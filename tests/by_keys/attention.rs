//! Who does not look at the screen is told: a hotel whose bridge fails, and what of that reaches the terminal,
//! the title of its window and a command.

use std::fs;

use nightdesk::sandbox::{Incident, Options};
use regex::Regex;
use serde_json::Value;

use crate::house::{Hotel, program as bare, small, state_dir, until};
use crate::person::leave;
use crate::pty::{Shown, Start, Terminal};

fn open() -> Hotel {
    Hotel::with(Options { rooms: 24, grants: 20, speed: 1.0, ..small() })
}

/// The program, with this `[notify]`.
fn program(hotel: &Hotel, notify: &str, args: &[&str]) -> Start {
    let home = hotel.state.join("nightdesk");
    fs::create_dir_all(&home).unwrap();
    fs::write(home.join("config.toml"), format!("[notify]\n{notify}\n")).unwrap();
    hotel.program(args).env("HOME", &hotel.state).env("LANG", "C.UTF-8")
}

/// Started, and everything that was wrong before is known.
fn desk(hotel: &Hotel, notify: &str, args: &[&str]) -> Terminal {
    let t = program(hotel, notify, args).spawn();
    t.wait_for(|shown: &Shown| open_p1(shown) > 0);
    t
}

fn read(hotel: &Hotel, name: &str) -> Option<String> {
    fs::read_to_string(hotel.state.join(name)).ok()
}

/// How many P1 the title of the window counts.
fn open_p1(shown: &Shown) -> usize {
    let title = Regex::new(r"^\((\d+) P1\) nightdesk - Harbour Hotel$").unwrap();
    title.captures(&shown.extras().title).map_or(0, |found| found[1].parse().unwrap())
}

/// The bridge fails, and the title says so.
fn fail(hotel: &Hotel, t: &mut Terminal) {
    let before = t.look(open_p1);
    hotel.happen(&Incident::BridgeDown);
    t.keys("<C-r>");
    t.wait_for(move |shown: &Shown| open_p1(shown) > before);
}

/// How often a terminal was written something.
fn times(t: &Terminal, bytes: &[u8]) -> usize {
    t.look(|shown| shown.raw.windows(bytes.len()).filter(|window| *window == bytes).count())
}

#[test]
fn a_bridge_that_fails_rings_once_and_is_told_to_everybody() {
    let hotel = open();
    let script = "cat > told.new; env | cut -d= -f1 > names; mv told.new told";
    let home = hotel.state.display();
    let notify = format!("osc = \"777\"\ncommand = [\"/bin/sh\", \"-c\", \"cd '{home}'; {script}\"]");
    let mut t = desk(&hotel, &notify, &["--read-only"]);
    assert_eq!(times(&t, b"\x07"), 0, "what was there before is known");
    assert_eq!(read(&hotel, "told"), None);
    fail(&hotel, &mut t);
    t.wait_for(|shown: &Shown| shown.raw.contains(&7));
    let waits = hotel.state.join("told");
    t.wait_for(move |_: &Shown| waits.exists());

    let told: Value = serde_json::from_str(&read(&hotel, "told").unwrap()).unwrap();
    assert_eq!((&told["version"], &told["property"]), (&1.into(), &"Harbour Hotel".into()));
    assert_eq!(told["open_p1"], t.look(open_p1));
    let worst = &told["alerts"][0];
    assert!(worst["id"].as_str().unwrap().starts_with("system-down:system:"), "{told:#}");
    assert_eq!(worst["severity"], "P1");
    assert!(worst["since"].as_str().unwrap().ends_with('Z') && worst["sentence"].is_string(), "{told:#}");
    let names = read(&hotel, "names").unwrap();
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
    let hotel = open();
    let mut t = desk(&hotel, "bell = false\ncommand = [\"/nowhere/page\"]", &[]);
    fail(&hotel, &mut t);
    t.wait_for("Nobody was told by the command in [notify]: /nowhere/page cannot be started");
    leave(&mut t);
    assert_eq!(times(&t, b"\x07") + times(&t, b"\x1b]9;") + times(&t, b"\x1b]777;"), 0);
}

#[test]
fn a_command_that_hangs_holds_nothing_up_and_ends_with_the_program() {
    let hotel = open();
    let home = hotel.state.display();
    let hangs = format!("cd '{home}'; echo $$ > pid.new; mv pid.new pid; exec sleep 1000");
    let mut t = desk(&hotel, &format!("command = [\"/bin/sh\", \"-c\", \"{hangs}\"]"), &[]);
    fail(&hotel, &mut t);
    let waits = hotel.state.join("pid");
    t.wait_for(move |_: &Shown| waits.exists());
    let pid = read(&hotel, "pid").unwrap();
    // Keys are answered meanwhile.
    t.keys("?");
    t.wait_for("Esc back  j/k scroll");
    leave(&mut t);
    let stat = format!("/proc/{}/stat", pid.trim());
    let is_over = || !fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z"));
    until("the command to end with the program", is_over);
}

#[test]
fn a_slip_in_notify_names_its_line_and_what_was_probably_meant() {
    let hotel = open();
    let mut t = program(&hotel, "bel = true", &[]).spawn();
    assert_eq!(t.exit_code(), 2);
    let said = t.text().replace('\n', "");
    assert!(said.contains("line 2: there is no setting “bel” here; did you mean “bell”?"), "{said}");
}

#[test]
fn a_demo_calls_nobody_unless_it_is_told_to() {
    let home = state_dir();
    let mut t = bare(&home, &["demo", "--rooms", "12", "--grants", "10"]).spawn();
    t.wait_for("as of");
    t.look(|shown| assert_eq!(shown.extras().title, "nightdesk"));
    leave(&mut t);
    assert_eq!(times(&t, b"\x07"), 0);
    fs::remove_dir_all(home).unwrap();
}
