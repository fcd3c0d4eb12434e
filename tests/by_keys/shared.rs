//! Two desks with a store in common and nothing else: each sees at once what the other is at, and takes over
//! what it left; and nothing secret is in what they share.

use std::fs;
use std::process::Command;

use regex::Regex;
use rustix::process::Signal;

use crate::cluster::{self, Database};
use crate::house::{Hotel, state_dir, until};
use crate::person::{ask, end, find};
use crate::pty::Terminal;
use crate::record::{ENCODE, card_on_the_encoder, guest, issued};

/// A store with its schema, made as an administrator does.
fn store() -> Option<Database> {
    let database = cluster::database()?;
    let mut migrate = Command::new(env!("CARGO_BIN_EXE_nightdesk"));
    migrate
        .args(["store", "migrate"])
        .env("NIGHTDESK_SHARED_URL", database.url())
        .env("NIGHTDESK_CONFIG", "");
    let migrated = migrate.env("XDG_CONFIG_HOME", "/nowhere").output().unwrap();
    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    Some(database)
}

/// A desk with a state directory of its own.
fn desk(hotel: &Hotel, database: &Database, operator: &str) -> (Terminal, std::path::PathBuf) {
    let state = state_dir();
    let program = hotel.program(&["--operator", operator]).env("NIGHTDESK_SHARED_URL", database.url());
    (hotel.started(program.env("NIGHTDESK_STATE_DIR", &state)), state)
}

/// Every PIN and link the hotel has given out, and the key of its API.
fn secrets(hotel: &Hotel) -> Vec<String> {
    let methods = hotel.list("methods");
    let of = |name: &'static str| {
        methods.iter().filter_map(move |m| m["method"][name].as_str()).filter(|text| !text.is_empty())
    };
    let mut all: Vec<String> = of("instant_key_url").map(str::to_owned).collect();
    // A PIN is short: what stands between quotes or words is no accident.
    all.extend(of("code").filter(|code| code.len() > 3).map(|code| format!("\"{code}\"")));
    let [.., (_, key)] = hotel.environment();
    all.push(key);
    all.push("tests@".to_owned());
    all
}

#[test]
fn two_desks_of_one_store_see_who_is_at_what_and_take_over_from_one_that_sleeps() {
    let Some(database) = store() else { return };
    let hotel = Hotel::open();
    let guest = guest(&hotel);
    let (mut first, first_state) = desk(&hotel, &database, "Maria");
    let (mut second, second_state) = desk(&hotel, &database, "Jonas");
    find(&mut second, &guest);
    card_on_the_encoder(&hotel, &mut first, &guest);
    until("the card to be sent", || hotel.applied(ENCODE) == 1);
    second.wait_for(Regex::new(r"Maria on pts/\d+ is cutting cards for \d+").unwrap());
    second.keys("x");
    second.wait_for(Regex::new(r"Maria on pts/\d+ is cutting cards for \d+: wait until").unwrap());
    second.keys("J");
    second.wait_for(Regex::new(r"Maria.*Cut cards\s+running").unwrap());
    second.keys("<Esc>");
    second.wait_gone("newest first");
    // Its machine sleeps, with the lease in its hand.
    first.signal(Signal::STOP);
    hotel.control().freeze(false);
    until("the card to be cut", || issued(&hotel, &guest) == [true]);
    // The lease runs out at the server.
    second.wait_for("was being cut on");
    second.wait_for("it may have");
    ask(&mut second, "<Enter>", "hides this");
    second.wait_gone("hides this");
    second.wait_for("every card is cut");
    first.signal(Signal::CONT);
    first.wait_for("taken this over");
    assert_eq!(hotel.applied(ENCODE), 1, "it was cut once");
    second.keys("<Esc>");
    second.wait_gone("every card is cut");
    second.keys("J");
    second.wait_for("Maria, Jonas");
    end(&mut second);
    for state in [first_state, second_state] {
        assert!(!state.join("journal.db").exists(), "nothing is recorded beside the store");
        for file in fs::read_dir(state).unwrap().flatten() {
            let text = String::from_utf8_lossy(&fs::read(file.path()).unwrap_or_default()).into_owned();
            assert!(!text.contains("tests@"), "{:?} has the password", file.path());
        }
    }
    let dump = database.dump();
    assert!(dump.contains(&guest.name), "the journal is there");
    for secret in secrets(&hotel) {
        assert!(!dump.contains(&secret), "{secret} is in the store");
    }
}
