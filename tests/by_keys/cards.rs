//! Everything with a card in the hand.

use chrono::TimeDelta;
use nightdesk::sandbox::Incident;
use nightdesk::seam::client::{GrantInclude, MethodRequest};
use nightdesk::seam::id::GrantId;
use nightdesk::seam::model::{Entrance, Mode};
use serde_json::Value;

use crate::house::{Guest, Hotel, cut, is_issued, until};
use crate::person::{command, confirm, find, leave};
use crate::pty::{Shown, Terminal};

const ENCODE: &str = "/access_methods/encode";

/// Whether every door of a grant without a reservation and without cards takes tags and hears.
fn online(hotel: &Hotel, grant: &Value) -> bool {
    let id = GrantId::new(grant["access_grant_id"].as_str().unwrap());
    let include = [GrantInclude::AcsEntrances];
    let related = hotel.runtime.block_on(hotel.client.related_to_grants(&[id], &include)).unwrap();
    let hears = |e: &Entrance| e.online != Some(false) && !e.privacy_mode;
    let doors = &related.entrances;
    let bare = grant["reservation_key"].is_null() && hotel.keys(grant, "card").is_empty();
    bare && !doors.is_empty() && doors.iter().all(hears)
}

/// Asks Seam for cards, and waits until they can be cut or assigned.
fn request_cards(hotel: &Hotel, guest: &Guest, n: usize) {
    let before = hotel.cards(&guest.grant).len();
    for _ in 0..n {
        let card = [MethodRequest::of(Mode::Card)];
        hotel.runtime.block_on(hotel.client.request_access_methods(&guest.id(), &card)).unwrap();
    }
    let ready = |c: &Value| c["is_ready_for_encoding"] == true || c["is_ready_for_assignment"] == true;
    until("cards that are ready", || {
        let cards = hotel.cards(&guest.grant);
        cards.len() == before + n && cards.iter().filter(|c| ready(c)).count() == n
    });
}

/// Waits until the desk has read which encoders there are.
fn knows_encoders(t: &mut Terminal) {
    command(t, "read-card");
    t.wait_for("● Back office");
    t.keys("<Esc>");
    t.wait_gone("● Back office");
}

/// What an encoder of the queue wants: what stands behind its name.
fn lane(text: &str, name: &str) -> String {
    let behind = text.lines().find_map(|line| Some(line.split_once(name)?.1));
    behind.unwrap_or_default().to_owned()
}

#[test]
fn three_cards_go_over_two_encoders_to_the_end() {
    let hotel = Hotel::open();
    let guest = hotel.carded();
    request_cards(&hotel, &guest, 3);
    let mut t = hotel.desk();
    knows_encoders(&mut t);
    find(&mut t, &guest);
    t.wait_for("3 cards to cut");
    t.keys("c");
    t.wait_for("do it");
    // To the encoders: the back office comes first by name, and is ticked.
    t.keys("<Tab>");
    t.wait_for("cut what waits");
    t.keys("<Tab>");
    t.wait_for("Front desk 2");
    t.keys("a");
    // All but the back office.
    t.keys("<Space><Enter>");
    t.wait_for("do it");
    confirm(&mut t);
    t.wait_for("of 3 cut");
    for at in 0..3 {
        // Whichever encoder asks next gets its card: two at first, then the one that is through.
        let asks = move |s: &Shown| {
            let text = s.text();
            ["Front desk 1", "Front desk 2"].iter().any(|name| lane(&text, name).contains("next card"))
                || text.contains("3 of 3 cut")
        };
        let text = t.wait_for(asks);
        let first = lane(&text, "Front desk 1").contains("next card");
        assert!(at > 0 || text.contains("Enter when the card lies there"), "{text}");
        let key = if first { "1" } else { "2" };
        t.keys(key);
        t.wait_for("go on");
        t.keys("<Enter>");
        let done = format!("{} of 3 cut", at + 1);
        t.wait_for(done.as_str());
    }
    t.wait_for("3 of 3 cut");
    assert!(hotel.cards(&guest.grant).iter().all(is_issued));
    assert_eq!(hotel.applied(ENCODE), 3, "each card once");
    leave(&mut t);
}

#[test]
fn a_tag_is_assigned_by_its_number() {
    let hotel = Hotel::open();
    let guest = hotel.guest(online);
    request_cards(&hotel, &guest, 1);
    let mut t = hotel.desk();
    find(&mut t, &guest);
    t.wait_for(" assign ");
    t.keys("c");
    t.wait_for("as it is printed on the tag");
    t.keys("<Tab>");
    t.keys("04A1B2C3");
    t.wait_for("04A1B2C3");
    t.keys("<Enter>");
    t.wait_for("compare it");
    confirm(&mut t);
    t.wait_for("the tag is the guest's card");
    assert!(hotel.cards(&guest.grant).iter().all(is_issued));
    assert_eq!(hotel.applied("/access_methods/assign_card"), 1);
    leave(&mut t);
}

#[test]
fn a_card_is_read_and_leads_to_its_guest() {
    let hotel = Hotel::open();
    let guest = hotel.carded();
    hotel.put(&hotel.encoder("Back office"), Some(cut(&hotel.cards(&guest.grant))));
    // The stay is made longer: the card in the hand knows nothing of it.
    hotel.extend(&guest, TimeDelta::hours(1));
    let mut t = hotel.desk();
    t.wait_for("1 of ");
    command(&mut t, "read-card");
    t.wait_for("read on");
    // Comes first by name.
    t.wait_for("● Back office");
    t.keys("<Enter>");
    t.wait_for("go to the guest");
    let text = t.text();
    assert!(text.contains("the card of") && text.contains(&guest.name), "{text}");
    assert!(text.contains("the end on the card is not the end Seam knows"), "{text}");
    t.keys("<Enter>");
    t.wait_gone("go to the guest");
    t.wait_for("Keys");
    assert!(t.text().contains(&guest.name));
    leave(&mut t);
}

#[test]
fn an_encoder_is_tested() {
    let hotel = Hotel::open();
    let at = hotel.encoder("Back office");
    hotel.put(&at, None);
    let mut t = hotel.desk();
    t.wait_for("1 of ");
    command(&mut t, "test-encoder");
    t.wait_for("● Back office");
    t.keys("<Enter>");
    t.wait_for("Back office answers (");
    t.keys("<Tab>");
    t.wait_for("which one");
    let id = at.to_string().parse().unwrap();
    hotel.happen(&Incident::Encoder { id, online: false });
    t.keys("<Enter>");
    t.wait_for("“Back office” is not online");
    t.wait_for("check its power");
    leave(&mut t);
}
