//! Why the door refuses, by keys: the real program in a pseudo-terminal, on the embedded hotel.

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

use nightdesk::sandbox::{Incident, Options, Sandbox};
use nightdesk::seam::client::{
    EncodersOf, GrantInclude, GrantRef, ListEncoders, ListSystems, UpdateAccessGrant,
};
use nightdesk::seam::id::GrantId;
use nightdesk::seam::model::Entrance;
use nightdesk::seam::{Client, Settings};
use pty::{Start, Terminal};
use serde_json::Value;
use tokio::runtime::Runtime;

struct Hotel {
    sandbox: Option<Sandbox>,
    runtime: Runtime,
    state: PathBuf,
    client: Client,
}

struct Guest {
    name: String,
    grant: GrantId,
    ends_at: chrono::DateTime<chrono::Utc>,
    /// A card of theirs that is cut.
    card: Option<String>,
}

impl Hotel {
    /// A hotel twenty times as fast as time, in which nothing happens by itself.
    fn open(name: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let options = Options { rooms: 40, grants: 24, seed: 5, speed: 20.0, ..Options::default() };
        let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
        sandbox.control().incident(&Incident::Restless { on: false }).unwrap();
        let state = std::env::temp_dir().join(format!("nightdesk-why-{}-{name}", std::process::id()));
        fs::create_dir_all(&state).unwrap();
        let client = Client::new(Settings::new(sandbox.endpoint(), sandbox.api_key())).unwrap();
        Self { sandbox: Some(sandbox), runtime, state, client }
    }

    fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().unwrap()
    }

    fn happen(&self, incident: &Incident) {
        self.sandbox().control().incident(incident).unwrap();
    }

    fn desk(&self) -> Terminal {
        let t = Start::new(env!("CARGO_BIN_EXE_nightdesk"))
            .env("NIGHTDESK_STATE_DIR", &self.state)
            .env("NIGHTDESK_CONFIG", "")
            .env("XDG_CONFIG_HOME", &self.state)
            .env("SEAM_ENDPOINT", self.sandbox().endpoint())
            .env("SEAM_API_KEY", self.sandbox().api_key().reveal())
            .env("NO_COLOR", "")
            .size(120, 40)
            .spawn();
        t.wait_for("Harbour Hotel");
        t.wait_for("as of");
        t
    }

    fn list(&self, name: &str) -> Vec<Value> {
        self.sandbox().control().truth()[name].as_array().unwrap().clone()
    }

    fn card_of(&self, grant: &Value) -> Option<String> {
        let methods = self.list("methods");
        let mut cards = methods.iter().map(|m| &m["method"]).filter(|m| {
            let ids = grant["access_method_ids"].as_array();
            m["mode"] == "card"
                && m["is_issued"] == true
                && ids.is_some_and(|ids| ids.contains(&m["access_method_id"]))
        });
        Some(cards.next()?["access_method_id"].as_str()?.to_owned())
    }

    /// The door of a guest's room, where it tells of its use, hears, and is not bolted.
    fn lock(&self, guest: &Guest) -> Option<Entrance> {
        let include = [GrantInclude::AcsEntrances];
        let related = self
            .runtime
            .block_on(self.client.related_to_grants(std::slice::from_ref(&guest.grant), &include));
        let fits = |e: &Entrance| {
            !e.can_belong_to_reservation
                && e.online != Some(false)
                && !e.privacy_mode
                && e.display_name.chars().any(|c| c.is_ascii_digit())
        };
        related.unwrap().entrances.into_iter().find(fits)
    }

    /// A guest who is here beyond the night with nothing wrong, alone under their name.
    fn guest(&self, fits: impl Fn(&Self, &Guest) -> bool) -> Guest {
        let now = self.sandbox().control().now().to_rfc3339();
        let grants = self.list("grants");
        let all = grants.iter().map(|g| &g["grant"]).filter(|g| {
            let quiet =
                ["warnings", "pending_mutations"].iter().all(|l| g[*l].as_array().unwrap().is_empty());
            let begun = g["starts_at"].as_str().is_some_and(|start| start < now.as_str());
            let late = g["ends_at"].as_str().is_some_and(|end| end > now.as_str());
            let name = |other: &&Value| other["grant"]["display_name"] == g["display_name"];
            quiet && begun && late && grants.iter().filter(name).count() == 1
        });
        let mut guests = all.map(|g| Guest {
            name: g["display_name"].as_str().unwrap().to_owned(),
            grant: GrantId::new(g["access_grant_id"].as_str().unwrap()),
            ends_at: g["ends_at"].as_str().unwrap().parse().unwrap(),
            card: self.card_of(g),
        });
        guests.find(|guest| fits(self, guest)).expect("no such guest")
    }

    /// Puts a card on the encoder that comes first by name.
    fn put(&self, card: &str) {
        let systems = self.runtime.block_on(self.client.list_systems(&ListSystems::default())).unwrap().items;
        let of = EncodersOf::Systems(systems.into_iter().map(|s| s.id).collect());
        let params = ListEncoders { of, limit: None };
        let encoders = self.runtime.block_on(self.client.list_encoders(&params)).unwrap().items;
        let at = encoders.into_iter().find(|e| e.display_name == "Back office").expect("no such encoder").id;
        let (id, card) = (at.to_string().parse().unwrap(), Some(card.parse().unwrap()));
        self.happen(&Incident::PutCard { id, card });
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

/// Asks why the door of a guest refuses.
fn ask(t: &mut Terminal, guest: &Guest) {
    t.keys("1/");
    t.keys(&guest.name);
    t.wait_for("1 of 1");
    t.keys("<Enter>");
    t.wait_for("q quit");
    t.keys("w");
    t.wait_for("Why does the door refuse?");
}

/// Esc and a letter sent at once would be Alt and the letter.
fn leave(t: &mut Terminal) {
    t.keys("<Esc>");
    t.wait_gone("Why does the door refuse?");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
}

#[test]
fn a_card_with_old_dates_is_found_read_and_cut_again() {
    let hotel = Hotel::open("stale");
    let guest = hotel.guest(|_, guest| guest.card.is_some());
    hotel.put(guest.card.as_ref().unwrap());
    // The stay is made longer: the card in the hand knows nothing of it.
    let update = UpdateAccessGrant {
        grant: GrantRef::Id(guest.grant.clone()),
        starts_at: None,
        ends_at: Some(guest.ends_at + chrono::TimeDelta::hours(1)),
        name: None,
    };
    hotel.runtime.block_on(hotel.client.update_access_grant(&update)).unwrap();
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
    t.keys("<Esc>");
    t.wait_gone("carry out");
    leave(&mut t);
}

#[test]
fn a_bolted_door_that_refused_is_certain() {
    let hotel = Hotel::open("bolted");
    let guest = hotel.guest(|hotel, guest| hotel.lock(guest).is_some());
    let door = hotel.lock(&guest).unwrap().id.to_string().parse().unwrap();
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
