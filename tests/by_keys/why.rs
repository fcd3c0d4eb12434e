//! Why the door refuses.

use chrono::TimeDelta;
use nightdesk::sandbox::Incident;
use nightdesk::seam::client::GrantInclude;
use nightdesk::seam::id::GrantId;
use nightdesk::seam::model::Entrance;

use crate::house::{Guest, Hotel, cut, is_issued};
use crate::person::{self, find, leave};
use crate::pty::Terminal;
use serde_json::Value;

/// The door of a guest's room, where it tells of its use, hears, and is not bolted.
fn lock(hotel: &Hotel, grant: &Value) -> Option<Entrance> {
    let id = [GrantId::new(grant["access_grant_id"].as_str().unwrap())];
    let related = hotel.runtime.block_on(hotel.client.related_to_grants(&id, &[GrantInclude::AcsEntrances]));
    let fits = |e: &Entrance| {
        !e.can_belong_to_reservation
            && e.online != Some(false)
            && !e.privacy_mode
            && e.display_name.chars().any(|c| c.is_ascii_digit())
    };
    related.unwrap().entrances.into_iter().find(fits)
}

/// Asks why the door of a guest refuses.
fn ask(t: &mut Terminal, guest: &Guest) {
    find(t, guest);
    person::ask(t, "w", "Why does the door refuse?");
}

#[test]
fn a_card_with_old_dates_is_found_read_and_cut_again() {
    let hotel = Hotel::open();
    let guest = hotel.guest(|hotel, g| hotel.keys(g, "card").iter().any(is_issued));
    hotel.put(&hotel.encoder("Back office"), Some(cut(&hotel.cards(&guest.grant))));
    // The stay is made longer: the card in the hand knows nothing of it.
    hotel.extend(&guest, TimeDelta::hours(1));
    let mut t = hotel.desk();
    ask(&mut t, &guest);
    t.wait_for("the card in the hand has old dates");
    t.wait_for("the card was cut");
    t.keys("R");
    t.wait_for("● Back office");
    t.keys("<Enter>");
    let text = t.wait_for("Enter why the door refuses");
    assert!(text.contains("the card of"), "{text}");
    t.keys("<Enter>");
    t.wait_gone("Enter why the door refuses");
    let text = t.wait_for("the card was read: it is until");
    assert!(text.contains("the card has other dates than the access"), "{text}");
    // The PIN comes back by itself; then the card is what there is to do.
    t.wait_gone("the PIN was taken off the lock");
    t.keys("g<Enter>");
    let text = t.wait_for("carry out");
    assert!(text.contains("Cards"), "{text}");
    leave(&mut t);
}

#[test]
fn a_bolted_door_that_refused_is_certain() {
    let hotel = Hotel::open();
    let guest = hotel.guest(|hotel, g| lock(hotel, g).is_some());
    let door = lock(&hotel, &hotel.grant(&guest.grant).unwrap()).unwrap().id.to_string().parse().unwrap();
    let mut t = hotel.desk();
    ask(&mut t, &guest);
    assert!(!t.text().contains("privacy or office mode is on"), "{}", t.text());
    hotel.happen(&Incident::Privacy { id: door, on: true });
    hotel.happen(&Incident::Deny { id: door, reason: Some("privacy_mode".into()), times: Some(3) });
    t.keys("<C-r>");
    t.wait_for("privacy or office mode is on");
    let text = t.wait_for("the door refused 3 times: privacy mode");
    let line = text.lines().find(|line| line.contains("privacy or office mode is on")).unwrap();
    assert!(line.contains("certain"), "{line}");
    leave(&mut t);
}
