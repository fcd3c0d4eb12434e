//! Moving rooms: a party, between online rooms, and a move that is stopped half way.

use nightdesk::property::Stay;
use nightdesk::sandbox::{Fault, FaultKind};
use nightdesk::seam::id::SpaceId;
use nightdesk::seam::model::Mode;
use regex::Regex;

use crate::form::{choose, fill};
use crate::house::{Hotel, is_issued, steady};
use crate::person::{close, confirm, find_by, leave, to_the_end};
use crate::pty::Terminal;
use crate::stays::{all_issued, free_room, is_reserved, look, modes, stay};

const CREATE: &str = "/access_grants/create";
const DELETE: &str = "/access_grants/delete";
const ENCODE: &str = "/access_methods/encode";

/// A guest behind a door that knows reservations, with a joiner who is made here, and a card each.
fn party(hotel: &Hotel, t: &mut Terminal) -> (Stay, Vec<String>) {
    let p = look(hotel);
    let host = stay(&p, |s| {
        is_reserved(&p, &s.rooms[0])
            && s.reservation_key().is_some()
            && s.grants.len() == 1
            && p.party(&s.id).is_empty()
            && p.methods_of(&s.id).iter().filter(|m| m.mode() == Mode::Card).count() == 1
    });
    find_by(t, &format!("{} {}", host.room, host.name), &host.name);
    t.keys("n");
    t.wait_for(Regex::new(&format!("where +{}", host.room)).unwrap());
    fill(t, "guest", "Xylander, Yui");
    fill(t, "cards", "1");
    t.keys("<Enter>");
    t.wait_for("whose keys stay");
    confirm(t);
    to_the_end(t);
    t.wait_for("encode the 1 card that wait");
    t.keys("c");
    t.wait_for("do it");
    confirm(t);
    to_the_end(t);
    close(t);
    let old = hotel
        .grants()
        .into_iter()
        .filter(|g| g["reservation_key"].as_str() == host.reservation_key().as_deref());
    let old = old.map(|g| g["access_grant_id"].as_str().unwrap().to_owned()).collect();
    (host, old)
}

/// Everybody of a reservation has the new room's doors and issued keys; the old grants are gone.
fn assert_moved(hotel: &Hotel, host: &Stay, old: &[String], to: &SpaceId, cards: usize) {
    let all = hotel.grants();
    assert!(all.iter().all(|g| !old.iter().any(|id| g["access_grant_id"] == id.as_str())));
    let mut now = all;
    now.retain(|g| g["reservation_key"].as_str() == host.reservation_key().as_deref());
    assert_eq!(now.len(), old.len(), "{now:?}");
    let doors = look(hotel).doors_in_space(to).entrances;
    let mut cut = 0;
    for grant in &now {
        let has = hotel.doors(grant);
        assert!(doors.iter().all(|d| has.contains(&d.to_string())), "{grant}");
        let methods = hotel.methods(grant);
        cut += methods.iter().filter(|m| m["mode"] == "card" && is_issued(m)).count();
    }
    assert_eq!(cut, cards);
}

/// Opens the move of the selected guest to a room.
fn move_to(t: &mut Terminal, name: &str) {
    t.keys("m");
    t.wait_for("Move room ─");
    t.keys(name);
    t.wait_for(Regex::new(&format!("● {name}")).unwrap());
}

#[test]
fn a_party_of_two_moves_and_its_cards_are_cut_on_the_way() {
    let hotel = Hotel::with(steady());
    let mut t = hotel.desk();
    let (host, old) = party(&hotel, &mut t);
    assert_eq!(old.len(), 2);
    let (room, name) = free_room(&look(&hotel), true);
    let cut = hotel.applied(ENCODE);
    find_by(&mut t, &format!("{} {}", host.room, host.name), &host.name);
    move_to(&mut t, &name);
    t.wait_for("Xylander, Yui moves with it");
    t.keys("<Enter>");
    t.wait_for("the old access goes first");
    confirm(&mut t);
    let ended = to_the_end(&mut t);
    assert!(ended.contains("the access is moved"), "{ended}");
    assert_moved(&hotel, &host, &old, &room, 2);
    assert_eq!((hotel.applied(DELETE), hotel.applied(ENCODE) - cut), (2, 2));
    leave(&mut t);
}

#[test]
fn a_guest_moves_between_online_rooms_and_no_card_is_asked_for() {
    let hotel = Hotel::with(steady());
    let p = look(&hotel);
    let guest = stay(&p, |s| {
        let modes: Vec<Mode> = p.methods_of(&s.id).into_iter().map(|m| m.mode()).collect();
        !is_reserved(&p, &s.rooms[0])
            && !p.doors_in_space(&s.rooms[0]).entrances.is_empty()
            && modes.contains(&Mode::Code)
            && !modes.contains(&Mode::Card)
    });
    let (room, name) = free_room(&p, false);
    let old = guest.grants[0].to_string();
    let mut t = hotel.started(hotel.program(&[]).size(80, 24));
    find_by(&mut t, &format!("{} {}", guest.room, guest.name), &guest.name);
    move_to(&mut t, &name);
    t.keys("<Enter>");
    t.wait_for("the new access is made before the old one goes");
    confirm(&mut t);
    let ended = to_the_end(&mut t);
    assert!(ended.contains("the access is moved"), "{ended}");
    let door = look(&hotel).doors_in_space(&room).entrances[0].to_string();
    let grants = hotel.grants();
    assert!(grants.iter().all(|g| g["access_grant_id"] != old.as_str()));
    let new = grants.iter().find(|g| hotel.doors(g).contains(&door));
    let methods = hotel.methods(new.unwrap());
    assert!(all_issued(&methods) && modes(&methods).contains(&"code"), "{methods:?}");
    assert_eq!(hotel.applied(ENCODE), 0);
    leave(&mut t);
}

#[test]
fn a_move_that_is_stopped_half_way_says_what_is_open_and_goes_on() {
    let hotel = Hotel::with(steady());
    let mut t = hotel.desk();
    let (host, old) = party(&hotel, &mut t);
    let (room, name) = free_room(&look(&hotel), true);
    find_by(&mut t, &format!("{} {}", host.room, host.name), &host.name);
    move_to(&mut t, &name);
    choose(&mut t, "encoder", "<End>", "later");
    t.keys("<Enter>");
    t.wait_for("must be cut anew afterwards");
    let body = Some(serde_json::json!({"error": {"type": "invalid_input", "message": "not now"}}));
    let kind = FaultKind::Status { status: 400, body, content_type: None, retry_after: None };
    let fault = Fault { path: CREATE.into(), skip: 0, count: 1_000, kind };
    hotel.control().fault(fault);
    let made = hotel.applied(CREATE);
    confirm(&mut t);
    let between = format!("{} is cleared; {name} is not made yet: nobody", host.room);
    t.wait_for(between.as_str());
    t.wait_for("try again");
    t.keys("x");
    t.wait_for("g go on from there");
    let shown = t.text();
    assert!(shown.contains(&between) && shown.contains("stopped ("), "{shown}");
    assert_eq!((hotel.applied(CREATE), hotel.applied(DELETE)), (made, 2));
    // Closed and found again. A poll that met a grant on its way out may have failed meanwhile.
    close(&mut t);
    t.keys("<C-r>");
    t.wait_gone("STALE");
    t.keys("d");
    t.wait_for("Move room");
    t.keys("<Enter>");
    t.wait_for("g go on from there");
    hotel.control().clear_faults();
    t.keys("g");
    t.wait_for("hides this");
    to_the_end(&mut t);
    t.wait_for("encode the 2 cards that wait");
    assert_eq!((hotel.applied(CREATE), hotel.applied(DELETE)), (made + 2, 2), "each exactly once");
    assert_moved(&hotel, &host, &old, &room, 0);
    leave(&mut t);
}
