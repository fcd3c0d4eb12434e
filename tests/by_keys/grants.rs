//! Granting access: to somebody new, to a joiner, to a guest who is known.

use nightdesk::property::Stay;
use nightdesk::seam::model::Mode;
use regex::Regex;

use crate::form::{choose, fill, go};
use crate::house::{Hotel, steady};
use crate::person::{confirm, find_by, leave, to_the_end};
use crate::stays::{all_issued, free_room, grants_of, is_reserved, look, modes, stay};

const CREATE: &str = "/access_grants/create";
const ENCODE: &str = "/access_methods/encode";

#[test]
fn a_new_guest_gets_a_room_a_pin_of_their_own_and_two_cards() {
    let hotel = Hotel::with(steady());
    let (room, name) = free_room(&look(&hotel), true);
    let mut t = hotel.started(hotel.program(&[]).size(80, 24));
    t.keys("n");
    t.wait_for("Grant access");
    fill(&mut t, "guest", "Xylander, Yui");
    fill(&mut t, "e-mail", "yui@example.com");
    fill(&mut t, "where", &format!("{name}, lobby"));
    choose(&mut t, "PIN", "2", "a PIN of the guest's choice");
    fill(&mut t, "digits", "739146");
    go(&mut t, "cards");
    assert!(!t.text().contains("739146"), "{}", t.text());
    fill(&mut t, "cards", "2");
    t.keys("<Enter>");
    t.wait_for("need the reservation");
    fill(&mut t, "number", "WALK-1");
    t.keys("<Enter>");
    t.wait_for("do it");
    confirm(&mut t);
    to_the_end(&mut t);
    t.wait_for("encode the 2 cards that wait");
    let grants = grants_of(&hotel, "Xylander, Yui");
    let [grant] = grants.as_slice() else { panic!("{grants:?}") };
    assert_eq!(grant["reservation_key"], "WALK-1");
    let doors = look(&hotel).doors_in_space(&room).entrances;
    let opened = hotel.doors(grant);
    assert!(doors.iter().all(|d| opened.contains(&d.to_string())));
    let methods = hotel.methods(grant);
    assert_eq!(modes(&methods), ["card", "card", "code"]);
    assert_eq!(methods.iter().find(|m| m["mode"] == "code").unwrap()["code"], "739146");
    assert_eq!((hotel.applied("/user_identities/create"), hotel.applied(CREATE)), (1, 1));
    t.keys("c");
    t.wait_for("do it");
    confirm(&mut t);
    to_the_end(&mut t);
    assert!(all_issued(&hotel.methods(grant)), "{:?}", hotel.methods(grant));
    assert_eq!(hotel.applied(ENCODE), 2);
    let seen = t.look(|shown| String::from_utf8_lossy(&shown.raw).matches("739146").count());
    assert_eq!(seen, 1, "on the screen only while it was typed");
    leave(&mut t);
}

#[test]
fn a_joiner_gets_a_card_beside_the_guest_whose_card_stays() {
    let hotel = Hotel::with(steady());
    let p = look(&hotel);
    let host = stay(&p, |s| {
        is_reserved(&p, &s.rooms[0])
            && s.reservation_key().is_some()
            && p.methods_of(&s.id).iter().any(|m| m.mode() == Mode::Card)
    });
    let before = hotel.methods(&grants_of(&hotel, &host.name)[0]);
    let mut t = hotel.desk();
    find_by(&mut t, &format!("{} {}", host.room, host.name), &host.name);
    t.keys("n");
    t.wait_for(Regex::new(&format!("where +{}", host.room)).unwrap());
    fill(&mut t, "guest", "Xylander, Yui");
    fill(&mut t, "cards", "1");
    t.wait_for(Regex::new("● joins the reservation of").unwrap());
    t.keys("<Enter>");
    t.wait_for("whose keys stay");
    confirm(&mut t);
    to_the_end(&mut t);
    t.wait_for("encode the 1 card that wait");
    let grants = grants_of(&hotel, "Xylander, Yui");
    assert_eq!(grants.len(), 1);
    let new = &grants[0];
    assert_eq!(new["reservation_key"].as_str(), host.reservation_key().as_deref());
    let end: chrono::DateTime<chrono::Utc> = new["ends_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(Some(end), host.ends_at());
    t.keys("c");
    t.wait_for("do it");
    confirm(&mut t);
    to_the_end(&mut t);
    assert!(all_issued(&hotel.methods(&grants[0])));
    assert_eq!(hotel.methods(&grants_of(&hotel, &host.name)[0]), before, "nothing of the host has changed");
    leave(&mut t);
}

#[test]
fn a_known_guest_gets_a_mobile_key_for_an_online_door() {
    let hotel = Hotel::with(steady());
    let p = look(&hotel);
    let (room, name) = free_room(&p, false);
    let once = |s: &Stay| p.identities().filter(|g| g.name == s.name).count() == 1;
    let guest = stay(&p, |s| once(s) && p.stays().filter(|other| other.guest() == s.guest()).count() == 1);
    let mut t = hotel.desk();
    t.keys("n");
    t.wait_for("Grant access");
    fill(&mut t, "guest", &guest.name);
    t.wait_for(Regex::new(&format!("● {} .{}", regex::escape(&guest.name), guest.room)).unwrap());
    fill(&mut t, "where", &name);
    choose(&mut t, "PIN", "3", "no PIN");
    fill(&mut t, "mobile keys", "2");
    t.keys("<Enter>");
    t.wait_for("by a link for 2 phones");
    confirm(&mut t);
    to_the_end(&mut t);
    let door = look(&hotel).doors_in_space(&room).entrances[0].to_string();
    let mut grants = grants_of(&hotel, &guest.name);
    grants.retain(|g| hotel.doors(g).contains(&door));
    let [grant] = grants.as_slice() else { panic!("{grants:?}") };
    assert_eq!(grant["user_identity_id"], guest.guest().to_string());
    let methods = hotel.methods(grant);
    assert_eq!(modes(&methods), ["mobile_key"]);
    assert!(all_issued(&methods));
    assert_eq!(hotel.applied("/user_identities/create"), 0);
    leave(&mut t);
}
