//! `nightdesk list`, as scripts use it, against the simulated hotel.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use nightdesk::sandbox::{Fault, Incident, Options, Sandbox};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

struct Desk {
    runtime: Runtime,
    hotel: Option<Sandbox>,
}

impl Desk {
    fn open() -> Self {
        let runtime = Runtime::new().unwrap();
        let now = "2026-11-23T02:14:00Z".parse().ok();
        let options = Options { rooms: 40, grants: 44, seed: 7, speed: 0.0, now, ..Options::default() };
        let hotel = runtime.block_on(Sandbox::start(options)).unwrap();
        Self { runtime, hotel: Some(hotel) }
    }

    fn hotel(&self) -> &Sandbox {
        self.hotel.as_ref().unwrap()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nightdesk"));
        command.arg("list").args(args).env_clear().env("XDG_CONFIG_HOME", "/nowhere");
        command.env("SEAM_ENDPOINT", self.hotel().endpoint());
        command.env("SEAM_API_KEY", self.hotel().api_key().reveal());
        command
    }

    fn list(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(hotel) = self.hotel.take() {
            self.runtime.block_on(hotel.shutdown());
        }
    }
}

fn said(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn every_pane_is_there_in_every_format_with_as_many_rows() {
    let desk = Desk::open();
    for pane in ["guests", "grants", "mutations", "warnings"] {
        let text = said(&desk.list(&[pane]));
        let rows = text.lines().count();
        assert!(rows > 0 && text.lines().all(|line| line.ends_with('.')), "{pane}: sentences: {text}");
        let json: Value = serde_json::from_str(&said(&desk.list(&[pane, "--format", "json"]))).unwrap();
        assert_eq!(json.as_array().unwrap().len(), rows, "{pane}");
        assert!(json.as_array().unwrap().iter().all(|row| row["id"].is_string()), "{pane}");
        for (format, delimiter) in [("csv", ','), ("tsv", '\t')] {
            let table = said(&desk.list(&[pane, "--format", format]));
            assert_eq!(table.lines().count(), rows + 1, "{pane} {format}");
            assert!(table.lines().next().unwrap().contains(delimiter));
        }
    }
    let guests = said(&desk.list(&["guests"]));
    assert!(guests.lines().any(|l| l.starts_with("Room 101, ") && l.contains("until")), "{guests}");
}

#[test]
fn a_filter_is_that_of_the_board() {
    let desk = Desk::open();
    let rows = |filter: &str| {
        let out = said(&desk.list(&["guests", "--format", "json", "--filter", filter]));
        serde_json::from_str::<Vec<Value>>(&out).unwrap()
    };
    let all = rows("").len();
    let due = rows("class:due-out");
    assert!(!due.is_empty() && due.len() < all);
    assert!(due.iter().all(|row| row["class"] == "due out"), "{due:?}");
    let others = rows("-class:due-out room:1*");
    assert!(!others.is_empty() && others.iter().all(|row| row["room"].as_str().unwrap().starts_with('1')));
    let slip = desk.list(&["guests", "--filter", "clas:due-out"]);
    assert_eq!(slip.status.code(), Some(2));
    let words = String::from_utf8(slip.stderr).unwrap();
    assert!(words.contains("did you mean “class”?"), "{words}");
}

#[test]
fn columns_are_those_of_the_board_in_the_order_they_are_named() {
    let desk = Desk::open();
    let all: Vec<Value> = serde_json::from_str(&said(&desk.list(&["guests", "--format", "json"]))).unwrap();
    let asked = ["guests", "--columns", "until,room,Guest", "--format"];
    let list = |format: &str| said(&desk.list(&[asked.as_slice(), &[format]].concat()));
    assert!(list("csv").starts_with("until,room,guest\r\n"));
    assert_eq!(list("tsv").lines().count(), all.len() + 1);
    let json = list("json");
    let first = ["until", "room", "guest"].map(|name| json.find(&format!("\"{name}\"")).unwrap());
    assert!(first.is_sorted(), "in this order: {json}");
    let rows: Vec<Value> = serde_json::from_str(&json).unwrap();
    let (row, whole) = (rows[0].as_object().unwrap(), &all[0]);
    assert_eq!(row.len(), 3);
    assert!(row.iter().all(|(name, value)| whole[name] == *value), "{row:?} {whole}");
    let text = list("text");
    assert!(text.lines().all(|line| line.starts_with("Until ") && line.contains(", room ")), "{text}");
    for (pane, names) in
        [("grants", "grant,where,grant-key"), ("mutations", "age,what"), ("warnings", "do,said,why")]
    {
        let out = said(&desk.list(&[pane, "--columns", names, "--format", "csv"]));
        assert_eq!(out.lines().next(), Some(names));
        assert!(out.lines().nth(1).is_some_and(|line| !line.trim_matches(',').is_empty()), "{pane}: {out}");
    }
}

#[test]
fn a_column_that_is_none_is_refused_with_the_nearest_before_anything_is_read() {
    let desk = Desk::open();
    for (names, words) in [
        ("room,gest", "Guests has no column “gest”: did you mean “guest”?"),
        ("guest:30", "did you mean “guest”?"),
        ("xyz", "there are room, guest,"),
        ("room,guest,room", "the column “room” is there twice"),
        ("", "no column “”"),
    ] {
        let slip = desk.list(&["guests", "--columns", names]);
        let told = String::from_utf8_lossy(&slip.stderr).into_owned();
        assert_eq!(slip.status.code(), Some(2), "{told}");
        assert!(told.contains("--columns: ") && told.contains(words), "{told}");
    }
}

#[test]
fn a_pane_that_could_not_be_read_in_full_says_so() {
    let desk = Desk::open();
    let fault = json!({"path": "/spaces/list", "count": 1000, "kind": "html"});
    desk.hotel().control().fault(serde_json::from_value::<Fault>(fault).unwrap());
    let output = desk.list(&["guests"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("could not be read: rooms:"), "{output:?}");
}

/// A program that does not outlive its test.
struct Leash(Child);

impl Drop for Leash {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A watch, whose lines are read one by one.
struct Watching {
    child: Leash,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Watching {
    fn start(desk: &Desk, args: &[&str]) -> Self {
        let mut child = desk.command(args).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child: Leash(child), lines }
    }

    /// The next line that is as wanted; the test's own time limit is what ends a watch that says nothing.
    fn until(&mut self, is_it: impl Fn(&str) -> bool) -> String {
        self.lines.by_ref().map(Result::unwrap).find(|line| is_it(line)).unwrap()
    }

    fn interrupt(mut self) -> Option<i32> {
        let pid = rustix::process::Pid::from_child(&self.child.0);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        self.child.0.wait().unwrap().code()
    }
}

#[test]
fn a_watch_tells_each_change_in_a_line_until_ctrl_c() {
    let desk = Desk::open();
    let mut json = Watching::start(&desk, &["warnings", "--watch", "--format", "json"]);
    let mut text = Watching::start(&desk, &["warnings", "--watch"]);
    let first: Value = serde_json::from_str(&json.until(|_| true)).unwrap();
    assert_eq!(first["change"], "there");
    assert!(text.until(|_| true).starts_with("P1. "));
    desk.hotel().control().incident(&Incident::BridgeDown).unwrap();
    let told: Value = serde_json::from_str(
        &json.until(|line| line.contains("\"change\":\"new\"") && line.contains("system-down")),
    )
    .unwrap();
    assert_eq!((&told["row"]["severity"], &told["row"]["rule"]), (&json!("P1"), &json!("system-down")));
    let told = text.until(|line| line.contains(" new: P1. "));
    assert!(told.starts_with("03:"), "property time: {told}");
    assert_eq!(json.interrupt(), Some(130));
    assert_eq!(text.interrupt(), Some(130));
}

#[test]
fn a_watch_ends_when_nobody_reads_any_more() {
    let desk = Desk::open();
    let mut watching = Watching::start(&desk, &["guests", "--watch", "--format", "csv"]);
    assert!(watching.until(|_| true).starts_with("at,change,room,guest,"));
    let Watching { mut child, lines } = watching;
    drop(lines);
    desk.hotel().control().incident(&Incident::BridgeDown).unwrap();
    // The next line that is told finds nobody there.
    while child.0.try_wait().unwrap().is_none() {
        desk.hotel().control().advance(3_600.0);
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(child.0.wait().unwrap().code(), Some(0));
}
