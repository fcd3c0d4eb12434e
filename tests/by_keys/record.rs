//! The record: a program killed in the middle of a card is taken up by another person at the next, the journal
//! shows both halves, and two programs see who is at what.

use regex::Regex;
use rustix::process::Signal;
use serde_json::json;

use crate::house::{Guest, Hotel, is_issued, until};
use crate::person::{ask, confirm, end, find, press_until};
use crate::pty::Terminal;

pub const ENCODE: &str = "/access_methods/encode";

/// A guest with one card, which is cut.
pub fn guest(hotel: &Hotel) -> Guest {
    hotel.guest(|hotel, g| {
        let cards = hotel.keys(g, "card");
        g["reservation_key"].is_string() && cards.len() == 1 && cards.iter().all(is_issued)
    })
}

/// The cards of a guest, and whether each is cut.
pub fn issued(hotel: &Hotel, guest: &Guest) -> Vec<bool> {
    hotel.cards(&guest.grant).iter().map(is_issued).collect()
}

/// Extends the stay and has its card on the encoder, where nothing goes on until the clock does.
pub fn card_on_the_encoder(hotel: &Hotel, t: &mut Terminal, guest: &Guest) {
    find(t, guest);
    ask(t, "e", "until");
    t.keys("<Enter>");
    t.wait_for("do it");
    confirm(t);
    t.wait_for("that wait");
    ask(t, "c", "do it");
    hotel.control().freeze(true);
    confirm(t);
    t.wait_for("place the card");
}

#[test]
fn a_card_whose_program_was_killed_is_cut_once_and_taken_up_by_keys() {
    let hotel = Hotel::open();
    let guest = guest(&hotel);
    let mut first = hotel.desk_of("Maria");
    card_on_the_encoder(&hotel, &mut first, &guest);
    until("the card to be sent", || hotel.applied(ENCODE) == 1);
    first.signal(Signal::KILL);
    first.exit_code();
    // The encoder does not know that nobody waits for it.
    hotel.control().freeze(false);
    until("the card to be cut", || issued(&hotel, &guest) == [true]);

    let config = hotel.state.join("config.toml");
    std::fs::write(&config, "ask_operator = true\n").unwrap();
    let mut second = hotel.program(&["--config", config.to_str().unwrap()]).spawn();
    second.wait_for("Who is at the desk?");
    second.keys("Jonas<Enter>");
    second.wait_for("At the desk: Jonas.");
    // What the dead one held is free once its lease has run out, and not before.
    second.wait_for("was being cut on");
    second.wait_for("it may have");
    ask(&mut second, "<Enter>", "hides this");
    second.wait_gone("hides this");
    let page = second.wait_for("every card is cut");
    assert!(page.contains("it had happened"), "{page}");
    assert_eq!(issued(&hotel, &guest), [true]);
    assert_eq!(hotel.applied(ENCODE), 1, "it was cut once");

    second.keys("<Esc>");
    second.wait_gone("every card is cut");
    second.keys("J");
    second.wait_for("Maria, Jonas");
    second.wait_for(Regex::new(r"Cut cards\s+done").unwrap());
    second.keys("<Enter>");
    second.wait_for("Taken up by Jonas");
    let page = second.wait_for(Regex::new("settled by looking.*it had happened").unwrap());
    assert!(page.contains("by           Maria"), "{page}");
    second.keys("<Esc>");
    second.wait_for("newest first");
    second.keys("/extend");
    second.wait_for(Regex::new(r"Extend\s+(done|pending)").unwrap());
    second.wait_gone(Regex::new(r"Cut cards\s+done").unwrap());
    end(&mut second);
}

#[test]
fn what_was_killed_before_it_happened_can_wait_and_be_left_as_it_is() {
    let hotel = Hotel::open();
    let guest = guest(&hotel);
    let mut first = hotel.desk_of("Maria");
    let hang = serde_json::from_value(json!({"path": ENCODE, "kind": "hang"})).unwrap();
    hotel.control().fault(hang);
    let mut second = hotel.desk_of("Jonas");
    card_on_the_encoder(&hotel, &mut first, &guest);
    until("the card to be sent", || hotel.control().pending_faults() == 0);
    first.signal(Signal::KILL);
    first.exit_code();
    hotel.control().freeze(false);
    // It dies while the other runs, which notices by itself.
    second.wait_for("was being cut on");
    second.keys("<Esc>");
    second.wait_gone("was being cut on");
    second.wait_for("left unfinished: Cut cards");
    second.keys("d");
    second.wait_for("1 unfinished (D)");
    second.keys("D");
    second.wait_for("was being cut on");
    second.keys("l");
    second.wait_for("Leave it as it is?");
    press_until(&mut second, "y", |text| !text.contains("Leave it as it is?"));
    second.wait_gone("unfinished (D)");
    assert_eq!((hotel.applied(ENCODE), issued(&hotel, &guest)), (0, vec![false]));
    second.keys("J");
    second.wait_for(Regex::new(r"Cut cards\s+left").unwrap());
    end(&mut second);
}

#[test]
fn two_programs_on_one_hotel_see_who_is_at_what() {
    let hotel = Hotel::open();
    let guest = guest(&hotel);
    let mut first = hotel.desk_of("Maria");
    let mut second = hotel.desk_of("Jonas");
    find(&mut second, &guest);
    card_on_the_encoder(&hotel, &mut first, &guest);
    until("the card to be sent", || hotel.applied(ENCODE) == 1);
    second.wait_for(Regex::new(r"Maria on pts/\d+ is cutting cards for \d+").unwrap());
    second.keys("x");
    second.wait_for(Regex::new(r"Maria on pts/\d+ is cutting cards for \d+: wait until").unwrap());
    assert!(!second.text().contains("Cancel"), "no dialog is opened");
    second.keys("<Enter>");
    second.wait_for(Regex::new(r"at it now\s+Maria on pts/\d+ is cutting cards").unwrap());
    // The journal is open at the one while the other goes on.
    second.keys("J");
    second.wait_for(Regex::new(r"Maria.*Cut cards\s+running").unwrap());
    hotel.control().freeze(false);
    first.wait_for("every card is cut");
    second.wait_for(Regex::new(r"Maria.*Cut cards\s+done").unwrap());
    second.keys("<Esc>");
    second.wait_gone("newest first");
    second.wait_gone("at it now");
    // The hotel's clock stood still for a while: what was read then is old now.
    second.keys("<C-r>");
    ask(&mut second, "x", "Cancel");
    for t in [&mut first, &mut second] {
        end(t);
    }
}
