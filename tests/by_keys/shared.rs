//! Two desks with a store in common and nothing else: each sees at once what the other is at, and takes over
//! what it left; and nothing secret is in what they share.

use std::fs;
use std::process::Command;

use regex::Regex;
use rustix::process::Signal;
use serde_json::Value;

use crate::cluster::{self, Database};
use crate::house::{Hotel, state_dir, steady, until};
use crate::person::{ask, end, find, press_until};
use crate::pty::Terminal;
use crate::record::{ENCODE, card_on_the_encoder, guest, issued};

/// A store with its schema, made as an administrator does.
fn store() -> Option<Database> {
    let database = cluster::database()?;
    migrate(&database);
    Some(database)
}

/// Makes the schema of a store.
pub fn migrate(database: &Database) {
    let mut migrate = Command::new(env!("CARGO_BIN_EXE_nightdesk"));
    migrate
        .args(["store", "migrate"])
        .env("NIGHTDESK_SHARED_URL", database.url())
        .env("NIGHTDESK_CONFIG", "");
    let migrated = migrate.env("XDG_CONFIG_HOME", "/nowhere").output().unwrap();
    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
}

/// A desk with a state directory of its own.
pub fn desk(hotel: &Hotel, database: &Database, operator: &str) -> (Terminal, std::path::PathBuf) {
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

/// Whether a key was refused because the other desk is at the stay: not for the age of the screen, which a busy
/// machine lets get old, nor is that said beforehand.
fn waits_for_maria(text: &str) -> bool {
    Regex::new(r"Maria on pts/\d+ is cutting cards for \d+: wait until").unwrap().is_match(text)
}

#[test]
fn two_desks_of_one_store_see_who_is_at_what_and_take_over_from_one_that_sleeps() {
    let Some(database) = store() else { return };
    // Slow enough that what a desk hears of another's reading is not too old to act on.
    let hotel = Hotel::with(steady());
    let guest = guest(&hotel);
    let (mut first, first_state) = desk(&hotel, &database, "Maria");
    let (mut second, second_state) = desk(&hotel, &database, "Jonas");
    find(&mut second, &guest);
    card_on_the_encoder(&hotel, &mut first, &guest);
    until("the card to be sent", || hotel.applied(ENCODE) == 1);
    second.wait_for(Regex::new(r"Maria on pts/\d+ is cutting cards for \d+").unwrap());
    press_until(&mut second, "x", waits_for_maria);
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

/// The PINs of a grant that anybody would take for one.
fn pins(hotel: &Hotel, grant: &Value) -> Vec<String> {
    let codes = hotel.keys(grant, "code");
    let pins = codes.iter().filter_map(|m| m["method"]["code"].as_str().or(m["code"].as_str()));
    pins.filter(|pin| pin.len() > 3).map(str::to_owned).collect()
}

#[test]
fn the_second_desk_follows_the_first_and_asks_for_a_pin_only_when_somebody_wants_to_see_it() {
    let Some(database) = store() else { return };
    let hotel = Hotel::open();
    let (mut first, _) = desk(&hotel, &database, "Maria");
    let (mut second, _) = desk(&hotel, &database, "Jonas");
    let follows = Regex::new("from (Maria|Jonas)@").unwrap();
    until("one of them to follow", || [&first, &second].iter().any(|desk| follows.is_match(&desk.text())));
    let is_first = follows.is_match(&first.text());
    let (follower, poller) = if is_first { (&mut first, &mut second) } else { (&mut second, &mut first) };
    assert!(!follows.is_match(&poller.text()), "one polls");
    let guest = hotel.guest(|hotel, grant| pins(hotel, grant).len() == 1);
    let pin = pins(&hotel, &hotel.grant(&guest.grant).unwrap()).remove(0);
    find(follower, &guest);
    let asked = hotel.control().asked("/access_methods/get").len();
    follower.keys("u");
    follower.wait_for(pin.as_str());
    assert_eq!(hotel.control().asked("/access_methods/get").len(), asked + 1);
    // When the poller ends the other goes on, at once.
    end(poller);
    follower.wait_gone(follows);
    end(follower);
    assert!(!database.dump().contains(&format!("\"{pin}\"")));
}
