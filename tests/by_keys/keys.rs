//! Keys, doors, checking out many and undoing, to the end.

use std::fs;

use nightdesk::sandbox::Options;
use regex::Regex;
use serde_json::Value;

use crate::house::{Guest, Hotel, is_issued, steady};
use crate::person::{ask, close, confirm, find, leave, to_the_end};
use crate::pty::Shown;

#[test]
fn a_pin_is_added_as_it_was_chosen() {
    let hotel = Hotel::with(steady());
    // A door that knows reservations and takes PINs.
    let guest = hotel.guest(|hotel, g| g["reservation_key"].is_string() && !hotel.keys(g, "code").is_empty());
    let had = hotel.keys(&hotel.grant(&guest.grant).unwrap(), "code").len();
    let mut t = hotel.desk();
    find(&mut t, &guest);
    ask(&mut t, "K", "add a PIN");
    t.keys("<Tab>739146");
    t.wait_for("6 digits");
    t.keys("<Enter>");
    t.wait_for("as chosen");
    confirm(&mut t);
    let text = to_the_end(&mut t);
    assert!(!text.contains("739146"));
    let codes = hotel.keys(&hotel.grant(&guest.grant).unwrap(), "code");
    assert_eq!(codes.len(), had + 1);
    assert!(codes.iter().any(|m| m["code"] == "739146" && m["is_issued"] == true), "{codes:?}");
    leave(&mut t);
    let journal = fs::read(hotel.state.join("journal.db")).unwrap();
    assert!(!journal.windows(6).any(|w| w == b"739146"), "the PIN is in no record");
}

#[test]
fn a_card_is_revoked_and_that_is_undone() {
    let hotel = Hotel::with(steady());
    let guest = hotel.carded();
    let before = hotel.keys(&hotel.grant(&guest.grant).unwrap(), "card");
    let mut t = hotel.desk();
    find(&mut t, &guest);
    ask(&mut t, "K", "add a PIN");
    t.keys("5<Tab>");
    t.wait_for("▌ key");
    // Down to a card that is cut.
    let marked = |text: &str| text.lines().rfind(|line| line.contains('●')).unwrap_or_default().to_owned();
    for _ in 0..6 {
        let now = marked(&t.text());
        if now.contains("card") && now.contains("cut") {
            break;
        }
        t.keys("j");
        t.wait_for(move |s: &Shown| marked(&s.text()) != now);
    }
    t.keys("<Enter>");
    t.wait_for("Cancel");
    confirm(&mut t);
    to_the_end(&mut t);
    let after = hotel.keys(&hotel.grant(&guest.grant).unwrap(), "card");
    assert_eq!((after.len(), hotel.applied("/access_methods/delete")), (before.len() - 1, 1));
    t.wait_for("z undo");
    ask(&mut t, "z", "a new one, to be cut");
    confirm(&mut t);
    to_the_end(&mut t);
    let again = hotel.keys(&hotel.grant(&guest.grant).unwrap(), "card");
    assert_eq!((again.len(), hotel.applied("/access_grants/request_access_methods")), (before.len(), 1));
    leave(&mut t);
}

#[test]
fn a_lost_card_is_locked_out_with_the_whole_party() {
    let hotel = Hotel::with(steady());
    let grants = hotel.grants();
    let now = hotel.control().now().to_rfc3339();
    let party = |key: &Value| -> Vec<Value> {
        grants.iter().filter(|g| key.is_string() && g["reservation_key"] == *key).cloned().collect()
    };
    let fits = |g: &Value| {
        let begun = g["starts_at"].as_str().is_some_and(|s| s < now.as_str());
        let late = g["ends_at"].as_str().is_some_and(|e| e > now.as_str());
        begun && late && g["warnings"].as_array().unwrap().is_empty()
    };
    let lost = grants.iter().find(|g| {
        let all = party(&g["reservation_key"]);
        let named = |other: &&Value| {
            let name = g["display_name"].as_str().unwrap();
            other["display_name"].as_str().is_some_and(|other| other.contains(name))
        };
        all.len() > 1
            && all.iter().all(fits)
            && grants.iter().filter(named).count() == 1
            && hotel.keys(g, "card").iter().any(is_issued)
    });
    let lost = lost.expect("a party with a card");
    let guest = Guest::of(lost);
    let all = party(&lost["reservation_key"]);
    let cards: usize = all.iter().map(|g| hotel.keys(g, "card").len()).sum();
    let codes: Vec<Value> = hotel.keys(lost, "code").iter().map(|m| m["code"].clone()).collect();
    let mut t = hotel.desk();
    find(&mut t, &guest);
    t.keys("r");
    let first =
        t.wait_for(|s: &Shown| s.text().contains("Cancel") || s.text().contains("replace and lock out"));
    if first.contains("Cancel") {
        t.keys("<Tab>");
        t.wait_for("replace and lock out");
    }
    t.keys("<Tab>2");
    t.wait_for("a new reservation");
    t.keys("<Enter>");
    t.wait_for("every card");
    confirm(&mut t);
    to_the_end(&mut t);
    let old = guest.reservation.as_deref().unwrap();
    let key = format!("{old}-2");
    let made: Vec<Value> =
        hotel.grants().into_iter().filter(|g| g["reservation_key"] == key.as_str()).collect();
    assert_eq!(made.len(), all.len());
    let cut: Vec<Value> = made.iter().flat_map(|g| hotel.keys(g, "card")).collect();
    assert_eq!(cut.len(), cards);
    assert!(cut.iter().all(is_issued), "{cut:?}");
    assert!(!hotel.grants().iter().any(|g| g["reservation_key"] == old));
    let kept: Vec<Value> =
        made.iter().flat_map(|g| hotel.keys(g, "code")).map(|m| m["code"].clone()).collect();
    assert!(codes.iter().all(|code| kept.contains(code)), "PINs are kept");
    leave(&mut t);
}

#[test]
fn all_who_are_due_out_leave_but_one() {
    let now = "2026-11-23T02:14:00Z".parse().ok();
    let hotel = Hotel::with(Options { speed: 6.0, now, ..Options::default() });
    let mut t = hotel.desk();
    let text = ask(&mut t, "X", "to say that these leave");
    let all: usize = Regex::new(r"type (\d+) to say").unwrap().captures(&text).unwrap()[1].parse().unwrap();
    assert!(all > 2, "{text}");
    let first = Regex::new(r"● (\S+) ([^:\n]*): ").unwrap().captures(&text).unwrap();
    let (room, name) = (first[1].to_owned(), first[2].trim().to_owned());
    let before = hotel.grants();
    assert!(before.iter().any(|g| g["display_name"] == name.as_str()), "{room} {name}");
    t.keys("<Space>");
    t.wait_for(format!("type {} to say", all - 1).as_str());
    t.keys(&format!("<Tab>{}<Enter>", all - 1));
    t.wait_for("Cancel");
    confirm(&mut t);
    t.wait_for("Messages");
    t.wait_gone(Regex::new(r"\d+ (actions? )?running").unwrap());
    let gone = hotel.applied("/access_grants/delete");
    let after = hotel.grants();
    assert!(usize::try_from(gone).unwrap() >= all - 1, "{gone} of {all}");
    // Access that has ended goes by itself, too.
    assert!(before.len() - after.len() >= all - 1);
    assert!(after.iter().any(|g| g["display_name"] == name.as_str()), "{room} {name} was left out");
    leave(&mut t);
}

#[test]
fn a_door_is_opened_from_afar_by_typing_its_room() {
    let hotel = Hotel::with(steady());
    let truth = hotel.control().truth();
    let doors = truth["doors"].as_array().unwrap();
    let door = |id: &Value| doors.iter().find(|d| d["id"] == *id).unwrap();
    let hears = |g: &Value| {
        let full = truth["grants"].as_array().unwrap().iter();
        let full = full.clone().find(|f| f["grant"]["access_grant_id"] == g["access_grant_id"]).unwrap();
        let mut all = full["door_ids"].as_array().unwrap().iter().map(door);
        all.all(|d| d["online"] == true && d["privacy"] == false)
    };
    // A guest of an online lock system.
    let guest = hotel
        .guest(|hotel, g| g["reservation_key"].is_null() && hears(g) && !hotel.keys(g, "code").is_empty());
    let mut t = hotel.desk();
    find(&mut t, &guest);
    if hotel.keys(&hotel.grant(&guest.grant).unwrap(), "cloud_key").is_empty() {
        ask(&mut t, "U", "has no cloud key");
        ask(&mut t, "K", "add a PIN");
        t.keys("4<Enter>");
        t.wait_for("do it");
        confirm(&mut t);
        to_the_end(&mut t);
        close(&mut t);
    }
    let text = ask(&mut t, "U", "the door opens at once");
    let room = Regex::new(r"type (\S+): the door").unwrap().captures(&text).unwrap()[1].to_owned();
    t.keys("<Enter>");
    t.wait_for(format!("Type {room} first").as_str());
    t.keys(&format!("<Tab>{room}"));
    t.wait_for("Enter shows what happens");
    t.keys("<Enter>");
    t.wait_for("knock first");
    confirm(&mut t);
    to_the_end(&mut t);
    assert_eq!(hotel.applied("/access_methods/unlock_door"), 1);
    ask(&mut t, "z", "Cannot be undone: a door that was opened");
    leave(&mut t);
}

#[test]
fn new_dates_are_given_back_and_a_check_out_is_not() {
    let hotel = Hotel::with(steady());
    let guest = hotel
        .guest(|hotel, g| hotel.keys(g, "card").is_empty() && hotel.keys(g, "code").iter().any(is_issued));
    let end = || hotel.grant(&guest.grant).unwrap()["ends_at"].clone();
    let before = end();
    let mut t = hotel.desk();
    find(&mut t, &guest);
    ask(&mut t, "e", "until");
    t.keys("+1h<Enter>");
    t.wait_for("do it");
    confirm(&mut t);
    to_the_end(&mut t);
    assert_ne!(end(), before);
    close(&mut t);
    ask(&mut t, "Z", "Undo ");
    confirm(&mut t);
    to_the_end(&mut t);
    assert_eq!(end(), before);
    assert_eq!(hotel.applied("/access_grants/update"), 2);
    close(&mut t);
    ask(&mut t, "x", "Cancel");
    confirm(&mut t);
    to_the_end(&mut t);
    assert!(hotel.grant(&guest.grant).is_none());
    assert!(!t.text().contains("z undo"));
    ask(&mut t, "z", "Cannot be undone: Seam does not give deleted access back");
    leave(&mut t);
}
