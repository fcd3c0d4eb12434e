//! The store that two desks share is stopped and started: nothing is changed meanwhile but on purpose, and what was
//! done on purpose is merged.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::cluster::{self, Database};
use crate::house::{Guest, Hotel, until};
use crate::person::{ask, close, command, confirm, end, find};
use crate::pty::Terminal;
use crate::shared::{desk, migrate};

const UPDATE: &str = "/access_grants/update";

/// Takes the emergency path.
fn go_alone(t: &mut Terminal) {
    command(t, "emergency");
    t.wait_for("Work without the shared store?");
    t.keys("alone");
    t.wait_for("“alone”: alone");
    t.keys("<Enter>");
    t.wait_for("EMERGENCY");
    close(t);
}

/// Makes the stay of a guest so many days longer, as far as this desk knows when it ends.
fn extend(t: &mut Terminal, guest: &Guest, days: u8) {
    find(t, guest);
    ask(t, "e", "Enter preview");
    t.keys(&format!("+{days}d<Enter>"));
    confirm(t);
    t.wait_for("the new dates are set");
    close(t);
}

/// What is in the shared journal.
fn journal(hotel: &Hotel, database: &Database, state: &Path) -> Vec<Value> {
    let mut show = Command::new(env!("CARGO_BIN_EXE_nightdesk"));
    show.args(["journal", "--format", "json"]).envs(hotel.environment());
    let shown =
        show.env("NIGHTDESK_SHARED_URL", database.url()).env("NIGHTDESK_STATE_DIR", state).output().unwrap();
    assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
    serde_json::from_slice(&shown.stdout).unwrap()
}

fn count(journal: &[Value], action: &str) -> usize {
    journal.iter().filter(|entry| entry["action"] == action).count()
}

#[test]
fn while_the_store_is_away_nothing_is_changed_but_on_purpose_and_that_is_merged_with_its_conflicts() {
    let Some(server) = cluster::own() else { return };
    let database = server.database();
    migrate(&database);
    let hotel = Hotel::open();
    let guest = hotel.guest(|_, grant| grant["reservation_key"].is_string());
    let (mut first, first_state) = desk(&hotel, &database, "Maria");
    let (mut second, _) = desk(&hotel, &database, "Jonas");
    server.stop();
    for t in [&mut first, &mut second] {
        t.wait_for("STORE AWAY");
        t.keys("e");
        t.wait_for("has not answered since");
        assert!(t.text().contains("Guests"), "the screen stays");
    }
    assert_eq!(hotel.applied(UPDATE), 0);
    let asked = || hotel.control().asked("/events/list").len();
    let before = asked();
    until("the desks to poll for themselves", || asked() > before + 2);
    // Each for itself: neither can know of the other.
    for t in [&mut first, &mut second] {
        go_alone(t);
        extend(t, &guest, 1);
    }
    assert_eq!(hotel.applied(UPDATE), 1, "the second looked first, and found it done");
    assert!(first_state.join("emergency/journal.db").exists());
    server.start();
    for t in [&mut first, &mut second] {
        t.wait_gone("EMERGENCY");
        t.wait_gone("MERGING");
        t.wait_gone("STORE AWAY");
    }
    let merged = |journal: &[Value]| (count(journal, "extend"), count(journal, "emergency"));
    until("both to be merged", || merged(&journal(&hotel, &database, &first_state)) == (2, 4));
    let all = journal(&hotel, &database, &first_state);
    assert_eq!(count(&all, "conflict"), 1, "whoever came second was told: {all:#?}");
    assert!(all.iter().all(|entry| entry["outcome"] != "interrupted"), "{all:#?}");
    // On the screen, too, and the desk goes on.
    first.keys("J");
    first.wait_for("conflict");
    close(&mut first);
    extend(&mut first, &guest, 5);
    until("it to be written in the store", || {
        count(&journal(&hotel, &database, &first_state), "extend") == 3
    });
    assert_eq!(hotel.applied(UPDATE), 2, "nothing was done twice");
    end(&mut first);
    end(&mut second);
}

#[test]
fn a_desk_that_is_started_while_the_store_is_away_shows_the_hotel_and_records_when_it_is_back() {
    let Some(server) = cluster::own() else { return };
    let database = server.database();
    migrate(&database);
    server.stop();
    let hotel = Hotel::open();
    let guest = hotel.guest(|_, grant| grant["reservation_key"].is_string());
    let (mut t, state) = desk(&hotel, &database, "Maria");
    t.wait_for("STORE AWAY");
    t.keys("e");
    t.wait_for("has not answered since");
    assert_eq!(hotel.applied(UPDATE), 0);
    server.start();
    t.wait_gone("STORE AWAY");
    close(&mut t);
    extend(&mut t, &guest, 1);
    until("it to be written in the store", || count(&journal(&hotel, &database, &state), "extend") == 1);
    end(&mut t);
}
