//! Two programs on one machine, each in a terminal of its own, at one guest.

use nightdesk::sandbox::{Fault, FaultKind};
use regex::Regex;

use crate::house::{Guest, Hotel};
use crate::person::{ask, confirm, find, leave};
use crate::pty::{Shown, Terminal};

const UPDATE: &str = "/access_grants/update";

/// A desk that has the preview of an extension on its screen.
fn about_to_extend(hotel: &Hotel, guest: &Guest) -> Terminal {
    let mut t = hotel.desk();
    find(&mut t, guest);
    ask(&mut t, "e", "until");
    t.keys("<Enter>");
    t.wait_for("do it");
    t
}

#[test]
fn of_two_programs_one_works_and_the_other_is_told_who() {
    let hotel = Hotel::open();
    let guest = hotel.carded();
    let mut first = about_to_extend(&hotel, &guest);
    let mut second = about_to_extend(&hotel, &guest);

    // The first asks, and hears nothing for as long as it is willing to wait.
    let control = hotel.control();
    control.fault(Fault { path: UPDATE.into(), skip: 0, count: 1, kind: FaultKind::Hang });
    confirm(&mut first);
    let asked = control.clone();
    first.wait_for(move |_: &Shown| asked.pending_faults() == 0);
    confirm(&mut second);
    second.wait_for(Regex::new(r"still[\s│]+going[\s│]+on").unwrap());
    assert_eq!(control.applied(UPDATE), 0);

    // It never arrived, so the first may send it again.
    first.wait_for(Regex::new(r"it[\s│]+did[\s│]+not[\s│]+happen").unwrap());
    first.keys("<Enter>");
    first.wait_for(Regex::new(r"encode the \w+ ?cards?|encode the card|Esc close").unwrap());
    assert_eq!(control.applied(UPDATE), 1);
    for desk in [&mut first, &mut second] {
        leave(desk);
    }
}
