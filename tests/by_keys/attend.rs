//! Warnings acknowledged and snoozed: two programs on one hotel and one journal agree, so do a program started
//! later and the commands without a screen.

use std::process::Command;

use nightdesk::sandbox::Options;
use regex::Regex;
use serde_json::Value;

use crate::house::{Hotel, small};
use crate::person::ask;
use crate::pty::Terminal;

fn open() -> Hotel {
    Hotel::with(Options { grants: 44, seed: 7, speed: 1.0, ..small() })
}

/// A program whose Warnings have the screen to themselves, all of them read.
fn warnings(hotel: &Hotel, args: &[&str]) -> Terminal {
    let mut t = hotel.started(hotel.program(args).size(140, 40));
    t.keys("4z");
    t.wait_for(Regex::new(r"\[4 Warnings 1 of \d+").unwrap());
    t
}

/// What a command prints, as JSON.
fn json(hotel: &Hotel, args: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nightdesk"));
    let output = command.args(args).env_remove("NO_COLOR").envs(hotel.environment()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).expect(&errors)
}

#[test]
fn two_programs_a_third_and_the_commands_agree_on_what_was_said() {
    let hotel = open();
    let mut maria = warnings(&hotel, &["--operator", "maria"]);
    let mut jonas = warnings(&hotel, &["--operator", "jonas"]);
    // Said at one, seen at both.
    ask(&mut maria, "b", "Acknowledge or snooze");
    maria.keys("<Tab>");
    maria.keys("the porter is on his way<Enter>");
    maria.wait_for("seen by maria: the porter is on his way");
    jonas.wait_for("seen by maria: the porter is on his way");
    // Another one is out of the way, and out of the counts of both.
    maria.keys("j");
    ask(&mut maria, "b", "Acknowledge or snooze");
    maria.keys("2<Tab>");
    maria.keys("after the round<Enter>");
    for desk in [&mut maria, &mut jonas] {
        desk.wait_for("maria: after the round");
        desk.keys("z");
        desk.wait_for("· 1 snoozed ━");
    }
    // A program that is started now knows at once; one that only looks says nothing of its own.
    let mut looks = warnings(&hotel, &["--read-only"]);
    looks.wait_for("seen by maria: the porter is on his way");
    looks.wait_for("maria: after the round");
    looks.keys("b");
    looks.wait_for("this desk is read-only");
    // So do the commands without a screen.
    let listed = json(&hotel, &["list", "warnings", "--format", "json"]);
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
    let audit = json(&hotel, &["audit", "--format", "json"]);
    let open = audit["open"].as_array().unwrap();
    let by_maria = open.iter().filter(|item| item["attention"]["by"] == "maria").count();
    assert_eq!(by_maria, 2, "{open:#?}");
    assert_eq!((&audit["summary"]["acknowledged"], &audit["summary"]["snoozed"]), (&1.into(), &1.into()));
    assert_eq!(audit["summary"]["open"], open.len(), "both are open all the same");
}

#[test]
fn taken_back_at_one_it_is_open_at_the_other() {
    let hotel = open();
    let mut maria = warnings(&hotel, &["--operator", "maria"]);
    let mut jonas = warnings(&hotel, &["--operator", "jonas"]);
    ask(&mut maria, "b", "Acknowledge or snooze");
    maria.keys("<Tab>");
    maria.keys("seen<Enter>");
    jonas.wait_for("seen by maria: seen");
    // The filter finds it, whatever row it is in.
    jonas.keys("/");
    jonas.keys("acknowledged");
    jonas.wait_for("Warnings 1 of ");
    // The only one that is left is opened at once.
    jonas.keys("<Enter>");
    jonas.wait_for("Esc back");
    jonas.keys("<Esc>");
    jonas.wait_for("[4 Warnings 1 of ");
    jonas.keys("b");
    jonas.wait_for("take it back");
    jonas.keys("5<Enter>");
    jonas.wait_for("Taken back");
    jonas.wait_for("nothing matches");
    maria.wait_gone("seen by maria: seen");
}
