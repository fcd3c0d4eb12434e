//! Granting access and moving rooms by keys, in the real program, to the end, and the sandbox's own truth
//! about it afterwards.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod pty;

use std::fs;
use std::path::PathBuf;

use chrono::TimeDelta;
use nightdesk::property::{Delta, Property, Records, Settings as Thresholds, Stay};
use nightdesk::sandbox::{Fault, FaultKind, Incident, Options, Sandbox};
use nightdesk::seam::client::{
    EncodersOf, GrantInclude, ListAccessGrants, ListDevices, ListEncoders, ListEntrances, ListSpaces,
    ListSystems, ListUserIdentities,
};
use nightdesk::seam::id::{GrantId, SpaceId};
use nightdesk::seam::model::Mode;
use nightdesk::seam::{Client, Settings};
use pty::{Shown, Start, Terminal};
use regex::Regex;
use serde_json::Value;
use tokio::runtime::Runtime;

const CREATE: &str = "/access_grants/create";
const DELETE: &str = "/access_grants/delete";
const ENCODE: &str = "/access_methods/encode";

/// A hotel of a test, and how to start the program on it.
struct Hotel {
    sandbox: Option<Sandbox>,
    runtime: Runtime,
    state: PathBuf,
}

impl Hotel {
    fn open(name: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        // Faster than time, so that a change reaches its lock in a moment; but not so fast that the screen
        // gets too old to act on while a busy machine polls.
        let options = Options { rooms: 48, grants: 40, seed: 7, speed: 6.0, ..Options::default() };
        let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
        // Nothing happens by itself: what the test sees is what the test did.
        sandbox.control().incident(&Incident::Restless { on: false }).unwrap();
        let state = std::env::temp_dir().join(format!("nightdesk-people-{}-{name}", std::process::id()));
        fs::create_dir_all(&state).unwrap();
        Self { sandbox: Some(sandbox), runtime, state }
    }

    fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().unwrap()
    }

    fn applied(&self, path: &str) -> u64 {
        self.sandbox().control().applied(path)
    }

    fn desk(&self, cols: u16, rows: u16) -> Terminal {
        let t = Start::new(env!("CARGO_BIN_EXE_nightdesk"))
            .env("NIGHTDESK_STATE_DIR", &self.state)
            .env("NIGHTDESK_CONFIG", "")
            .env("XDG_CONFIG_HOME", &self.state)
            .env("SEAM_ENDPOINT", self.sandbox().endpoint())
            .env("SEAM_API_KEY", self.sandbox().api_key().reveal())
            .env("NO_COLOR", "")
            .size(cols, rows)
            .spawn();
        t.wait_for("Harbour Hotel");
        t.wait_for("as of");
        // Rooms are known by their doors, which are read after the guests.
        t.wait_for(Regex::new(r"▌ +\d{3} +\p{L}").unwrap());
        t
    }

    /// The hotel as a desk reads it.
    fn look(&self) -> Property {
        let now = self.sandbox().control().now();
        let settings = Settings::new(self.sandbox().endpoint(), self.sandbox().api_key());
        let client = Client::new(settings).unwrap();
        let all = self.runtime.block_on(async {
            let systems = client.list_systems(&ListSystems::default()).await.unwrap().items;
            let of = EncodersOf::Systems(systems.iter().map(|s| s.id.clone()).collect());
            let grants = client.list_access_grants(&ListAccessGrants::default()).await.unwrap().items;
            let ids: Vec<GrantId> = grants.iter().map(|g| g.id.clone()).collect();
            let related = client.related_to_grants(&ids, &[GrantInclude::AccessMethods]).await.unwrap();
            let encoders = client.list_encoders(&ListEncoders { of, limit: None }).await.unwrap().items;
            let people = client.list_user_identities(&ListUserIdentities::default()).await.unwrap().items;
            [
                Records::Systems(systems),
                Records::Spaces(client.list_spaces(&ListSpaces::default()).await.unwrap().items),
                Records::Entrances(client.list_entrances(&ListEntrances::default()).await.unwrap().items),
                Records::Devices(client.list_devices(&ListDevices::default()).await.unwrap().items),
                Records::Encoders(encoders),
                Records::Identities(people),
                Records::Grants(grants),
                Records::Methods(related.access_methods),
            ]
        });
        let mut property = Property::new(Thresholds::default(), now);
        for records in all {
            property.apply(Delta::Read { records, as_of: now, sweep: None }, now);
        }
        property
    }

    /// A free room behind doors that know reservations or not, by name.
    fn free_room(&self, p: &Property, wanted: bool) -> (SpaceId, String) {
        let fits = |s: &&nightdesk::seam::model::Space| {
            p.is_room(&s.id)
                && p.stays_in_room(&s.id).is_empty()
                && is_reserved(p, &s.id) == wanted
                && !p.doors_in_space(&s.id).entrances.is_empty()
        };
        let room = p.spaces().filter(fits).min_by_key(|s| s.name.clone()).expect("no free room");
        (room.id.clone(), room.name.to_string())
    }

    fn grants(&self) -> Vec<Value> {
        self.sandbox().control().truth()["grants"].as_array().unwrap().clone()
    }

    /// The grants of a guest by name, as the sandbox knows them.
    fn grants_of(&self, name: &str) -> Vec<Value> {
        let mut grants = self.grants();
        let p = self.look();
        let id = |g: &Value| g["grant"]["user_identity_id"].as_str().unwrap().to_owned();
        grants.retain(|g| p.identities().any(|i| i.name == name && i.id.to_string() == id(g)));
        grants
    }

    fn methods(&self, grant: &Value) -> Vec<Value> {
        let truth = self.sandbox().control().truth();
        let ids = grant["grant"]["access_method_ids"].as_array().unwrap();
        let all = truth["methods"].as_array().unwrap();
        all.iter().map(|m| &m["method"]).filter(|m| ids.contains(&m["access_method_id"])).cloned().collect()
    }
}

impl Drop for Hotel {
    fn drop(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            self.runtime.block_on(sandbox.shutdown());
        }
        let _ = fs::remove_dir_all(&self.state);
    }
}

fn is_reserved(p: &Property, room: &SpaceId) -> bool {
    let doors = p.doors_in_space(room);
    doors.entrances.iter().filter_map(|id| p.entrance(id)).any(|e| e.can_belong_to_reservation)
}

/// The first stay by room that has begun, has time left, is all issued and is what `wants` says.
fn stay(p: &Property, wants: impl Fn(&Stay) -> bool) -> Stay {
    let soon = p.now() + TimeDelta::hours(2);
    let quiet = |s: &Stay| {
        s.grants
            .iter()
            .filter_map(|id| p.grant(id))
            .all(|g| g.pending().is_empty() && g.warnings().is_empty() && g.errors().is_empty())
            && p.methods_of(&s.id).iter().all(|m| m.is_issued)
    };
    let fits = |s: &&Stay| {
        s.starts_at.is_some_and(|start| start < p.now())
            && s.ends_at.is_some_and(|end| end > soon)
            && s.class.is_tonight()
            && s.rooms.len() == 1
            && quiet(s)
            && wants(s)
    };
    let mut stays: Vec<&Stay> = p.stays().filter(fits).collect();
    stays.sort_by_key(|s| s.room.clone());
    (*stays.first().expect("no such stay tonight")).clone()
}

fn modes(methods: &[Value]) -> Vec<&str> {
    let mut modes: Vec<&str> = methods.iter().map(|m| m["mode"].as_str().unwrap()).collect();
    modes.sort_unstable();
    modes
}

fn all_issued(methods: &[Value]) -> bool {
    methods.iter().all(|m| m["is_issued"] == true)
}

/// Every label a form can have.
const LABELS: [&str; 16] = [
    "guest",
    "name",
    "e-mail",
    "phone",
    "where",
    "from",
    "until",
    "PIN",
    "digits",
    "cards",
    "mobile keys",
    "cloud key",
    "reservation",
    "number",
    "to",
    "encoder",
];

/// The field that has the keys.
fn focus(shown: &Shown) -> Option<&'static str> {
    let text = shown.text();
    LABELS.into_iter().find(|label| text.contains(&format!("┃▌ {label} ")))
}

/// Goes to a field by Tab.
fn go(t: &mut Terminal, label: &'static str) {
    for _ in 0..LABELS.len() {
        let at = t.look(focus);
        if at == Some(label) {
            return;
        }
        t.keys("<Tab>");
        t.wait_for(move |s: &Shown| focus(s) != at);
    }
    panic!("no field {label}:\n{}", t.text());
}

/// Types into a field what was not there.
fn fill(t: &mut Terminal, label: &'static str, text: &str) {
    go(t, label);
    t.keys("<C-u>");
    t.keys(text);
    let (label, typed) = (label.to_owned(), text.to_owned());
    t.wait_for(Regex::new(&format!("▌ {} +{}", regex::escape(&label), regex::escape(&typed))).unwrap());
}

/// Chooses the nth option of a field.
fn choose(t: &mut Terminal, label: &'static str, nth: &str, words: &'static str) {
    go(t, label);
    t.keys(nth);
    t.wait_for(Regex::new(&format!("● {}", regex::escape(words))).unwrap());
}

/// Puts the cursor on a stay by what a person would type.
fn find(t: &mut Terminal, stay: &Stay) {
    t.keys("1/<C-u>");
    t.keys(&format!("{} {}", stay.room, stay.name));
    // The guests may still be being read.
    let first = stay.name.split([' ', ',']).next().unwrap();
    t.wait_for(Regex::new(&format!("▌ +{} +{}", regex::escape(&stay.room), regex::escape(first))).unwrap());
    t.keys("<Enter>");
    t.wait_for("q quit");
}

/// Confirms a preview as a person does who was told to read first.
fn confirm(t: &mut Terminal) {
    loop {
        t.keys("y");
        let begun = |text: &str| text.contains(" began ");
        let shown = t.wait_for(move |s: &Shown| {
            let text = s.text();
            text.contains("read it first") || text.contains("something changed") || begun(&text)
        });
        if begun(&shown) {
            return;
        }
        // The next key takes the remark away, so that the next answer is a new one.
        t.keys("<Left>");
        t.wait_gone("read it first");
        t.wait_gone("something changed");
    }
}

/// Follows a run to its end, pressing Enter wherever it asks for a hand.
fn follow(t: &mut Terminal) -> String {
    let asks = Regex::new("Enter +go on").unwrap();
    loop {
        let shown = t.wait_for(|s: &Shown| {
            let text = s.text();
            !text.contains("hides this") || text.contains("Enter go on") || text.contains("Enter  go on")
        });
        if !shown.contains("hides this") {
            return said(&shown);
        }
        t.keys("<Enter>");
        t.wait_gone(asks.clone());
    }
}

/// A screen as running text: frames and line breaks left out.
fn said(shown: &str) -> String {
    shown.split(['┃', '│']).flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Closes what is open and leaves. Esc and a letter sent at once would be Alt and the letter.
fn leave(t: &mut Terminal) {
    t.keys("<Esc>");
    t.wait_for("q quit");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
}

#[test]
fn a_new_guest_gets_a_room_a_pin_of_their_own_and_two_cards() {
    let hotel = Hotel::open("walk-in");
    let (room, name) = hotel.free_room(&hotel.look(), true);
    let mut t = hotel.desk(80, 24);
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
    follow(&mut t);
    t.wait_for("encode the 2 cards that wait");
    let grants = hotel.grants_of("Xylander, Yui");
    let [grant] = grants.as_slice() else { panic!("{grants:?}") };
    assert_eq!(grant["grant"]["reservation_key"], "WALK-1");
    let doors = hotel.look().doors_in_space(&room).entrances;
    assert!(doors.iter().all(|d| grant["door_ids"].as_array().unwrap().contains(&d.to_string().into())));
    let methods = hotel.methods(grant);
    assert_eq!(modes(&methods), ["card", "card", "code"]);
    assert_eq!(methods.iter().find(|m| m["mode"] == "code").unwrap()["code"], "739146");
    assert_eq!((hotel.applied("/user_identities/create"), hotel.applied(CREATE)), (1, 1));
    t.keys("c");
    t.wait_for("do it");
    confirm(&mut t);
    follow(&mut t);
    assert!(all_issued(&hotel.methods(grant)), "{:?}", hotel.methods(grant));
    assert_eq!(hotel.applied(ENCODE), 2);
    let seen = t.look(|shown| String::from_utf8_lossy(&shown.raw).matches("739146").count());
    assert_eq!(seen, 1, "on the screen only while it was typed");
    leave(&mut t);
}

#[test]
fn a_joiner_gets_a_card_beside_the_guest_whose_card_stays() {
    let hotel = Hotel::open("joiner");
    let p = hotel.look();
    let host = stay(&p, |s| {
        is_reserved(&p, &s.rooms[0])
            && s.reservation_key.is_some()
            && p.methods_of(&s.id).iter().any(|m| m.mode == Mode::Card)
    });
    let before = hotel.methods(&hotel.grants_of(&host.name)[0]);
    let mut t = hotel.desk(120, 40);
    find(&mut t, &host);
    t.keys("n");
    t.wait_for(Regex::new(&format!("where +{}", host.room)).unwrap());
    fill(&mut t, "guest", "Xylander, Yui");
    fill(&mut t, "cards", "1");
    t.wait_for(Regex::new("● joins the reservation of").unwrap());
    t.keys("<Enter>");
    t.wait_for("whose keys stay");
    confirm(&mut t);
    follow(&mut t);
    t.wait_for("encode the 1 card that wait");
    let grants = hotel.grants_of("Xylander, Yui");
    assert_eq!(grants.len(), 1);
    let new = &grants[0]["grant"];
    assert_eq!(new["reservation_key"].as_str(), host.reservation_key.as_deref());
    let end: chrono::DateTime<chrono::Utc> = new["ends_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(Some(end), host.ends_at);
    t.keys("c");
    t.wait_for("do it");
    confirm(&mut t);
    follow(&mut t);
    assert!(all_issued(&hotel.methods(&grants[0])));
    assert_eq!(hotel.methods(&hotel.grants_of(&host.name)[0]), before, "nothing of the host has changed");
    leave(&mut t);
}

#[test]
fn a_known_guest_gets_a_mobile_key_for_an_online_door() {
    let hotel = Hotel::open("mobile");
    let p = hotel.look();
    let (room, name) = hotel.free_room(&p, false);
    let once = |s: &Stay| p.identities().filter(|g| g.name == s.name).count() == 1;
    let guest = stay(&p, |s| once(s) && p.stays().filter(|other| other.guest == s.guest).count() == 1);
    let mut t = hotel.desk(120, 40);
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
    follow(&mut t);
    let door = hotel.look().doors_in_space(&room).entrances[0].to_string();
    let mut grants = hotel.grants_of(&guest.name);
    grants.retain(|g| g["door_ids"].as_array().unwrap().contains(&door.as_str().into()));
    let [grant] = grants.as_slice() else { panic!("{grants:?}") };
    assert_eq!(grant["grant"]["user_identity_id"], guest.guest.to_string());
    let methods = hotel.methods(grant);
    assert_eq!(modes(&methods), ["mobile_key"]);
    assert!(all_issued(&methods));
    assert_eq!(hotel.applied("/user_identities/create"), 0);
    leave(&mut t);
}

/// A guest behind a door that knows reservations, with a joiner who is made here, and a card each.
fn party(hotel: &Hotel, t: &mut Terminal) -> (Stay, Vec<String>) {
    let p = hotel.look();
    let host = stay(&p, |s| {
        is_reserved(&p, &s.rooms[0])
            && s.reservation_key.is_some()
            && s.grants.len() == 1
            && p.party(&s.id).is_empty()
            && p.methods_of(&s.id).iter().filter(|m| m.mode == Mode::Card).count() == 1
    });
    find(t, &host);
    t.keys("n");
    t.wait_for(Regex::new(&format!("where +{}", host.room)).unwrap());
    fill(t, "guest", "Xylander, Yui");
    fill(t, "cards", "1");
    t.keys("<Enter>");
    t.wait_for("whose keys stay");
    confirm(t);
    follow(t);
    t.wait_for("encode the 1 card that wait");
    t.keys("c");
    t.wait_for("do it");
    confirm(t);
    follow(t);
    t.keys("<Esc>");
    t.wait_for("q quit");
    let old = hotel
        .grants()
        .into_iter()
        .filter(|g| g["grant"]["reservation_key"].as_str() == host.reservation_key.as_deref());
    let old = old.map(|g| g["grant"]["access_grant_id"].as_str().unwrap().to_owned()).collect();
    (host, old)
}

/// Everybody of a reservation has the new room's doors and issued keys; the old grants are gone.
fn assert_moved(hotel: &Hotel, host: &Stay, old: &[String], to: &SpaceId, cards: usize) {
    let all = hotel.grants();
    assert!(all.iter().all(|g| !old.iter().any(|id| g["grant"]["access_grant_id"] == id.as_str())));
    let mut now = all;
    now.retain(|g| g["grant"]["reservation_key"].as_str() == host.reservation_key.as_deref());
    assert_eq!(now.len(), old.len(), "{now:?}");
    let doors = hotel.look().doors_in_space(to).entrances;
    let mut cut = 0;
    for grant in &now {
        let has = grant["door_ids"].as_array().unwrap();
        assert!(doors.iter().all(|d| has.contains(&d.to_string().into())), "{grant}");
        let methods = hotel.methods(grant);
        cut += methods.iter().filter(|m| m["mode"] == "card" && m["is_issued"] == true).count();
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
    let hotel = Hotel::open("move-party");
    let mut t = hotel.desk(120, 40);
    let (host, old) = party(&hotel, &mut t);
    assert_eq!(old.len(), 2);
    let (room, name) = hotel.free_room(&hotel.look(), true);
    let cut = hotel.applied(ENCODE);
    find(&mut t, &host);
    move_to(&mut t, &name);
    t.wait_for("Xylander, Yui moves with it");
    t.keys("<Enter>");
    t.wait_for("the old access goes first");
    confirm(&mut t);
    let ended = follow(&mut t);
    assert!(ended.contains("the access is moved"), "{ended}");
    assert_moved(&hotel, &host, &old, &room, 2);
    assert_eq!((hotel.applied(DELETE), hotel.applied(ENCODE) - cut), (2, 2));
    leave(&mut t);
}

#[test]
fn a_guest_moves_between_online_rooms_and_no_card_is_asked_for() {
    let hotel = Hotel::open("move-online");
    let p = hotel.look();
    let guest = stay(&p, |s| {
        let modes: Vec<&Mode> = p.methods_of(&s.id).into_iter().map(|m| &m.mode).collect();
        !is_reserved(&p, &s.rooms[0])
            && !p.doors_in_space(&s.rooms[0]).entrances.is_empty()
            && modes.contains(&&Mode::Code)
            && !modes.contains(&&Mode::Card)
    });
    let (room, name) = hotel.free_room(&p, false);
    let old = guest.grants[0].to_string();
    let mut t = hotel.desk(80, 24);
    find(&mut t, &guest);
    move_to(&mut t, &name);
    t.keys("<Enter>");
    t.wait_for("the new access is made before the old one goes");
    confirm(&mut t);
    let ended = follow(&mut t);
    assert!(ended.contains("the access is moved"), "{ended}");
    let door = hotel.look().doors_in_space(&room).entrances[0].to_string();
    let grants = hotel.grants();
    assert!(grants.iter().all(|g| g["grant"]["access_grant_id"] != old.as_str()));
    let new = grants.iter().find(|g| g["door_ids"].as_array().unwrap().contains(&door.as_str().into()));
    let methods = hotel.methods(new.unwrap());
    assert!(all_issued(&methods) && modes(&methods).contains(&"code"), "{methods:?}");
    assert_eq!(hotel.applied(ENCODE), 0);
    leave(&mut t);
}

#[test]
fn a_move_that_is_stopped_half_way_says_what_is_open_and_goes_on() {
    let hotel = Hotel::open("move-stopped");
    let mut t = hotel.desk(120, 40);
    let (host, old) = party(&hotel, &mut t);
    let (room, name) = hotel.free_room(&hotel.look(), true);
    find(&mut t, &host);
    move_to(&mut t, &name);
    choose(&mut t, "encoder", "<End>", "later");
    t.keys("<Enter>");
    t.wait_for("must be cut anew afterwards");
    let body = Some(serde_json::json!({"error": {"type": "invalid_input", "message": "not now"}}));
    let kind = FaultKind::Status { status: 400, body, content_type: None, retry_after: None };
    let fault = Fault { path: CREATE.into(), skip: 0, count: 1_000, kind };
    hotel.sandbox().control().fault(fault);
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
    t.keys("<Esc>");
    t.wait_for("q quit");
    t.keys("<C-r>");
    t.wait_gone("STALE");
    t.keys("d");
    t.wait_for("Move room");
    t.keys("<Enter>");
    t.wait_for("g go on from there");
    hotel.sandbox().control().clear_faults();
    t.keys("g");
    t.wait_for("hides this");
    follow(&mut t);
    t.wait_for("encode the 2 cards that wait");
    assert_eq!((hotel.applied(CREATE), hotel.applied(DELETE)), (made + 2, 2), "each exactly once");
    assert_moved(&hotel, &host, &old, &room, 0);
    t.keys("<Esc>");
    t.wait_gone("encode the 2 cards that wait");
    leave(&mut t);
}
