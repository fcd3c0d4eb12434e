//! The night audit: a due out is checked out from the list, the audit is signed, the journal and a second
//! program say so; a report is never written over, and the date rolls only when its day is typed.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use nightdesk::sandbox::Options;
use regex::Regex;
use serde_json::Value;

use crate::house::{Hotel, small};
use crate::person::{ask, confirm, end, press_until};
use crate::pty::{Shown, Terminal};

/// A hotel with a night behind it.
fn hotel() -> Hotel {
    Hotel::with(Options { grants: 60, seed: 7, ..small() })
}

/// The journal as the command prints it.
fn journal(hotel: &Hotel, format: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_nightdesk"))
        .args(["journal", "--format", format])
        .env_clear()
        .env("NIGHTDESK_STATE_DIR", &hotel.state)
        .env("XDG_CONFIG_HOME", &hotel.state)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Confirms until the screen says something.
fn confirm_until(t: &mut Terminal, then: &'static str) {
    press_until(t, "y", move |text| text.contains(then));
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

#[test]
fn a_due_out_is_checked_out_and_the_night_is_signed_for_everybody() {
    let hotel = hotel();
    let mut first = hotel.desk_of("Maria");
    audit(&mut first);
    let before = first.text();
    let (open, (cleared, of)) = (departures(&before), progress(&before));
    first.keys("j");
    ask(&mut first, "x", "Check out");
    let form = first.wait_for(|s: &Shown| ["Enter  preview", "Cancel"].iter().any(|w| s.text().contains(w)));
    if form.contains("Enter  preview") {
        first.keys("<Enter>");
    }
    first.wait_for("Cancel");
    // What becomes of it is shown over the list, which goes on under it.
    confirm(&mut first);
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
    confirm_until(&mut first, "The audit is signed");
    first.wait_for(Regex::new(r"signed \d\d:\d\d by Maria").unwrap());

    let mut second = hotel.desk_of("Jonas");
    audit(&mut second);
    second.wait_for(Regex::new(r"signed \d\d:\d\d by Maria").unwrap());
    let other = second.wait_for(Regex::new(r"\d+ of \d+ cleared").unwrap());
    assert_eq!(progress(&other).1, of, "two desks count from the same beginning");
    second.wait_for(Regex::new(r"cleared \d\d:\d\d by Maria").unwrap());

    let text = journal(&hotel, "text");
    assert!(text.contains("audit signed  night of"), "{text}");
    assert!(text.contains("by Maria") && text.contains("412 still has no key"), "{text}");
    let json: Value = serde_json::from_str(&journal(&hotel, "json")).unwrap();
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
    let hotel = hotel();
    let mut t = hotel.desk_of("Maria");
    audit(&mut t);
    for asks in [false, true] {
        t.keys("E");
        t.wait_for("Report of");
        t.keys("<Enter>");
        t.wait_for("file");
        if asks {
            confirm_until(&mut t, "is there already");
            std::fs::write(report(&hotel), "another").unwrap();
            confirm_until(&mut t, "Report written");
        } else {
            confirm_until(&mut t, "Report written");
        }
        t.wait_gone("Report of");
        let path = report(&hotel);
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(written.contains("DEPARTURES NOT CHECKED OUT"), "{written}");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        t.keys("<Left>");
        t.wait_gone("Report written");
    }
    end(&mut t);
}

/// The report in the state directory.
fn report(hotel: &Hotel) -> PathBuf {
    let mut files = std::fs::read_dir(&hotel.state).unwrap().map(|entry| entry.unwrap().path());
    files.find(|path| path.extension().is_some_and(|end| end == "txt")).expect("a report")
}

#[test]
fn the_date_rolls_when_its_day_is_typed_and_the_next_program_knows() {
    let hotel = hotel();
    let mut first = hotel.desk_of("Maria");
    let mut second = hotel.desk_of("Jonas");
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
    confirm_until(&mut first, "The business date is");
    first.wait_for(Regex::new(&format!(r"Night audit . {to} → ")).unwrap());
    // The other desk hears of it, and a program that is started now goes by it.
    second.wait_for("Maria rolled the business date");
    let mut third = hotel.desk_of("Kim");
    third.keys("A");
    third.wait_for(Regex::new(&format!(r"Night audit . {to} → ")).unwrap());
    let text = journal(&hotel, "text");
    assert!(text.contains("date rolled  night of") && text.contains(&format!(" {from} ")), "{text}");
    for t in [&mut first, &mut second, &mut third] {
        end(t);
    }
}
