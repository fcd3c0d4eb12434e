//! The three things a desk does all night, from the board: extend, replace a lost card, check out; and what it
//! does not do unasked.

use regex::Regex;

use crate::house::{Hotel, is_issued};
use crate::person::{ask, close, confirm, find, leave, to_the_end};

#[test]
fn extending_a_stay_goes_through_to_its_end() {
    let hotel = Hotel::open();
    let guest = hotel.carded();
    let before = hotel.grant(&guest.grant).unwrap()["ends_at"].clone();
    let mut t = hotel.desk();
    find(&mut t, &guest);
    ask(&mut t, "e", "until");
    t.keys("<Enter>");
    t.wait_for("do it");
    confirm(&mut t);
    // The card has to be cut again, and that is offered.
    t.wait_for(Regex::new(r"encode the \w+ ?cards?|encode the card").unwrap());
    let after = hotel.grant(&guest.grant).unwrap()["ends_at"].clone();
    assert_ne!(before, after);
    assert_eq!(hotel.applied("/access_grants/update"), 1);
    t.keys("c");
    t.wait_for("do it");
    confirm(&mut t);
    t.wait_for(Regex::new(r"(?s)✓.*Esc close|Enter close|Esc closes").unwrap());
    assert!(hotel.cards(&guest.grant).iter().all(is_issued), "{:?}", hotel.cards(&guest.grant));
    assert_eq!(hotel.applied("/access_methods/encode"), 1);
    leave(&mut t);
}

#[test]
fn a_lost_card_is_replaced_and_retired() {
    let hotel = Hotel::open();
    let guest = hotel.carded();
    let before = hotel.cards(&guest.grant);
    let mut t = hotel.desk();
    find(&mut t, &guest);
    ask(&mut t, "r", "Lost card ─");
    // The form is there before the encoders are read; then it goes on to the preview by itself.
    confirm(&mut t);
    to_the_end(&mut t);
    let after = hotel.cards(&guest.grant);
    assert_eq!(after.len(), before.len());
    assert!(after.iter().all(is_issued), "{after:?}");
    assert_eq!(before.iter().filter(|card| !after.contains(card)).count(), 1, "one is gone");
    assert_eq!(hotel.applied("/access_methods/encode"), 1);
    assert_eq!(hotel.applied("/access_methods/delete"), 1);
    leave(&mut t);
}

#[test]
fn checking_out_takes_the_guest_off_the_locks_and_off_the_board() {
    let hotel = Hotel::open();
    let guest = hotel.carded();
    let mut t = hotel.desk();
    find(&mut t, &guest);
    ask(&mut t, "x", "Cancel");
    confirm(&mut t);
    to_the_end(&mut t);
    assert!(hotel.grant(&guest.grant).is_none());
    close(&mut t);
    t.wait_for("nothing matches");
    leave(&mut t);
}

#[test]
fn a_check_out_that_is_only_looked_at_changes_nothing() {
    let hotel = Hotel::open();
    let guest = hotel.carded();
    let mut t = hotel.desk();
    find(&mut t, &guest);
    ask(&mut t, "x", "Cancel");
    t.keys("<Enter>");
    t.wait_for("Left without doing anything.");
    assert_eq!(hotel.applied("/access_grants/delete"), 0);
    leave(&mut t);
    assert!(hotel.grant(&guest.grant).is_some());
}

#[test]
fn a_read_only_desk_says_so_and_changes_nothing() {
    let hotel = Hotel::open();
    let mut t = hotel.started(hotel.program(&["--read-only"]));
    t.wait_for("READ-ONLY");
    t.wait_for("1 of ");
    t.keys("x");
    t.wait_for("this desk is read-only");
    leave(&mut t);
}

#[test]
fn a_date_that_is_none_is_said_in_place_and_loses_nothing() {
    let hotel = Hotel::open();
    let guest = hotel.carded();
    let mut t = hotel.started(hotel.program(&[]).size(80, 24));
    find(&mut t, &guest);
    ask(&mut t, "e", "until");
    t.keys("someday");
    t.wait_for("is no date");
    t.keys("<Enter>");
    t.wait_for("someday");
    leave(&mut t);
}
