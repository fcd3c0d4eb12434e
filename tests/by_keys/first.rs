//! Somebody who has never been here: the first start, and the walk through the desk.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use regex::Regex;

use crate::house::{Hotel, program, state_dir};
use crate::person::{ask, close, confirm, leave, press_until, to_the_end};
use crate::pty::Shown;

#[test]
fn the_first_start_asks_tries_writes_and_opens() {
    let hotel = Hotel::open();
    let environment = hotel.environment();
    let [_, _, _, (_, endpoint), (_, key)] = &environment;
    let mut t = program(&hotel.state, &[]).spawn();
    t.wait_for("Welcome to nightdesk");
    t.keys("<S-Tab>");
    // The proposal is replaced by what is typed or pasted.
    t.paste(endpoint);
    t.wait_for(endpoint.as_str());
    t.keys("<Tab>");
    t.paste("seam_test_wrong");
    t.wait_for("••••");
    t.keys("<Tab>");
    t.keys("hill");
    t.wait_for("hill");
    t.keys("<Enter>");
    t.wait_for("Esc leave");
    t.wait_for("does not accept the API key");
    let config = hotel.state.join("nightdesk/config.toml");
    assert!(!config.exists(), "nothing is written before it has answered");
    t.keys("<S-Tab>");
    t.keys("<C-u>");
    t.paste(key);
    t.keys("<Enter>");
    t.wait_for("It answers: Harbour Hotel");
    assert!(!t.text().contains("seam_test"), "{}", t.text());
    t.keys("<Enter>");
    t.wait_for("as of");
    t.wait_for("Guests");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let secret = hotel.state.join("nightdesk/hill.key");
    assert_eq!((mode(&config), mode(&secret)), (0o600, 0o600));
    assert_eq!(fs::read_to_string(secret).unwrap().trim(), key);
    assert!(!fs::read_to_string(&config).unwrap().contains("seam_test"));
    assert!(t.look(|s| !String::from_utf8_lossy(&s.raw).contains(key.as_str())), "the key was never shown");
    // From now on it opens by itself.
    let mut t = program(&hotel.state, &[]).spawn();
    t.wait_for("Harbour Hotel");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
}

#[test]
fn who_leaves_the_first_start_leaves_nothing_behind() {
    let state = state_dir();
    let mut t = program(&state, &[]).spawn();
    t.wait_for("Welcome to nightdesk");
    t.paste("seam_test_x");
    t.wait_for("••••");
    t.keys("<Esc>");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
    assert_eq!(fs::read_dir(&state).unwrap().count(), 0, "nothing is written");
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn where_nobody_can_be_asked_it_is_one_sentence() {
    let state = state_dir();
    let mut command = Command::new(env!("CARGO_BIN_EXE_nightdesk"));
    command.env_remove("SEAM_API_KEY").env_remove("NIGHTDESK_CONFIG").env("XDG_CONFIG_HOME", &state);
    let output = command.env("NIGHTDESK_STATE_DIR", &state).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("no API key: set SEAM_API_KEY"), "{said}");
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn the_walk_is_gone_to_its_end() {
    let state = state_dir();
    let args = ["demo", "--tour", "--rooms", "48", "--grants", "40", "--seed", "7", "--speed", "20"];
    let mut t = program(&state, &args).spawn();
    t.wait_for("Choose a guest whose card column says");
    t.wait_gone("reading");
    t.wait_for(Regex::new(r"▌ +\w?\d+ +\w").unwrap());
    // Down the list until somebody has a card in the hand.
    t.keys("1");
    while !t.text().contains("2 of 6") {
        t.keys("<Enter>");
        let shown =
            t.wait_for(|s: &Shown| ["2 of 6", "Esc goes back"].iter().any(|words| s.text().contains(words)));
        if !shown.contains("2 of 6") {
            t.keys("<Esc>");
            t.wait_for("Choose a guest whose");
            t.keys("j");
        }
    }
    ask(&mut t, "e", "+1d is proposed");
    ask(&mut t, "<Enter>", "Read what becomes");
    confirm(&mut t);
    t.wait_for("4 of 6");
    close(&mut t);
    t.wait_for("Press r");
    let shown = press_until(&mut t, "r", |text| {
        text.contains("Choose which card") || text.contains("It says whether")
    });
    if shown.contains("Choose which card") {
        ask(&mut t, "<Enter>", "It says whether the lost card");
    }
    confirm(&mut t);
    t.wait_for("5 of 6");
    to_the_end(&mut t);
    t.wait_for("6 of 6");
    t.wait_for("That is the desk");
    t.keys("<C-t>");
    t.wait_gone("That is the desk");
    leave(&mut t);
    fs::remove_dir_all(state).unwrap();
}
