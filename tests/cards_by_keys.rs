//! Everything with a card in the hand, by keys: the real program in a pseudo-terminal, on the embedded hotel.

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
    EncodersOf, GrantInclude, GrantRef, ListEncoders, ListSystems, MethodRequest, UpdateAccessGrant,
};
use nightdesk::seam::id::{EncoderId, GrantId, MethodId};
use nightdesk::seam::model::{Entrance, Mode};
use nightdesk::seam::{Client, Settings};
use pty::{Shown, Start, Terminal};
use serde_json::Value;
use tokio::runtime::Runtime;

const ENCODE: &str = "/access_methods/encode";

struct Hotel {
    sandbox: Option<Sandbox>,
    runtime: Runtime,
    state: PathBuf,
    client: Client,
}

struct Guest {
    name: String,
    grant: GrantId,
}

impl Hotel {
    /// A hotel twenty times as fast as time, in which nothing happens by itself.
    fn open(name: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let options = Options { rooms: 40, grants: 24, seed: 5, speed: 20.0, ..Options::default() };
        let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
        sandbox.control().incident(&Incident::Restless { on: false }).unwrap();
        let state = std::env::temp_dir().join(format!("nightdesk-cards-{}-{name}", std::process::id()));
        fs::create_dir_all(&state).unwrap();
        let client = Client::new(Settings::new(sandbox.endpoint(), sandbox.api_key())).unwrap();
        Self { sandbox: Some(sandbox), runtime, state, client }
    }

    fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().unwrap()
    }

    fn applied(&self, path: &str) -> u64 {
        self.sandbox().control().applied(path)
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

    fn cards(&self, grant: &GrantId) -> Vec<Value> {
        let grants = self.list("grants");
        let grant = grants.iter().find(|g| g["grant"]["access_grant_id"] == grant.to_string().as_str());
        let ids = grant.map(|g| g["grant"]["access_method_ids"].clone()).unwrap_or_default();
        let mine = |m: &&Value| ids.as_array().is_some_and(|ids| ids.contains(&m["access_method_id"]));
        let methods = self.list("methods");
        methods.iter().map(|m| &m["method"]).filter(|m| m["mode"] == "card").filter(mine).cloned().collect()
    }

    /// Waits, with the sandbox's clock running, until something is so.
    fn until(&self, what: &str, so: impl Fn() -> bool) {
        let deadline = std::time::Instant::now() + pty::patience();
        while !so() {
            assert!(std::time::Instant::now() < deadline, "waited in vain: {what}");
            std::thread::park_timeout(std::time::Duration::from_millis(10));
        }
    }

    /// A guest alone in the reservation, here beyond the night, with nothing wrong, whose card is cut where
    /// `carded`, and who has none where not.
    fn guest(&self, carded: bool) -> Guest {
        let now = self.sandbox().control().now().to_rfc3339();
        let grants = self.list("grants");
        let alone = |key: &Value| {
            key.is_null() || grants.iter().filter(|g| g["grant"]["reservation_key"] == *key).count() == 1
        };
        let fits = |g: &&Value| {
            let quiet =
                ["warnings", "pending_mutations"].iter().all(|l| g[*l].as_array().unwrap().is_empty());
            let begun = g["starts_at"].as_str().is_some_and(|start| start < now.as_str());
            let late = g["ends_at"].as_str().is_some_and(|end| end > now.as_str());
            let cards = self.cards(&GrantId::new(g["access_grant_id"].as_str().unwrap()));
            let has = if carded { cards.iter().any(|c| c["is_issued"] == true) } else { cards.is_empty() };
            quiet
                && begun
                && late
                && has
                && g["reservation_key"].is_string() == carded
                && alone(&g["reservation_key"])
        };
        let found = grants.iter().map(|g| &g["grant"]).filter(fits).find(|g| carded || self.is_online(g));
        let found = found.expect("no such guest");
        let text = |field: &str| found[field].as_str().unwrap().to_owned();
        Guest { name: text("display_name"), grant: GrantId::new(&text("access_grant_id")) }
    }

    /// Whether the room's door takes tags and hears: it belongs to an access system, and every door of the
    /// grant is online.
    fn is_online(&self, grant: &Value) -> bool {
        let id = GrantId::new(grant["access_grant_id"].as_str().unwrap());
        let include = [GrantInclude::AcsEntrances];
        let related = self.runtime.block_on(self.client.related_to_grants(&[id], &include)).unwrap();
        let hears = |e: &Entrance| e.online != Some(false) && !e.privacy_mode;
        !related.entrances.is_empty() && related.entrances.iter().all(hears)
    }

    fn request_cards(&self, grant: &GrantId, n: usize) {
        let before = self.cards(grant).len();
        for _ in 0..n {
            let card = [MethodRequest::of(Mode::Card)];
            self.runtime.block_on(self.client.request_access_methods(grant, &card)).unwrap();
        }
        let ready = |c: &Value| c["is_ready_for_encoding"] == true || c["is_ready_for_assignment"] == true;
        self.until("cards that are ready", || {
            let cards = self.cards(grant);
            cards.len() == before + n && cards.iter().filter(|c| ready(c)).count() == n
        });
    }

    fn encoder(&self, name: &str) -> EncoderId {
        let systems = self.runtime.block_on(self.client.list_systems(&ListSystems::default())).unwrap().items;
        let of = EncodersOf::Systems(systems.into_iter().map(|s| s.id).collect());
        let params = ListEncoders { of, limit: None };
        let encoders = self.runtime.block_on(self.client.list_encoders(&params)).unwrap().items;
        encoders.into_iter().find(|e| e.display_name == name).expect("no such encoder").id
    }

    fn put(&self, encoder: &EncoderId, card: Option<&MethodId>) {
        let id = encoder.to_string().parse().unwrap();
        let card = card.map(|c| c.to_string().parse().unwrap());
        self.sandbox().control().incident(&Incident::PutCard { id, card }).unwrap();
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

/// Puts the cursor on a guest by what a person would type.
fn find(t: &mut Terminal, guest: &Guest) {
    t.keys("1/");
    t.keys(&guest.name);
    t.wait_for("1 of 1");
    t.keys("<Enter>");
}

/// Waits until the desk has read which encoders there are.
fn knows_encoders(t: &mut Terminal) {
    t.keys(":");
    t.wait_for("type what you want to do");
    t.keys("read-card<Enter>");
    t.wait_for("● Back office");
    t.keys("<Esc>");
    t.wait_gone("● Back office");
}

/// Confirms a preview as a person does who was told to read first.
fn confirm(t: &mut Terminal, begun: &'static str) {
    loop {
        t.keys("y");
        let shown = t.wait_for(move |s: &Shown| {
            let text = s.text();
            text.contains("read it first") || text.contains(begun) || text.contains("something changed")
        });
        if shown.contains(begun) {
            return;
        }
        // The next key takes the remark away, so that the next answer is a new one.
        t.keys("<Left>");
        t.wait_gone("read it first");
        t.wait_gone("something changed");
    }
}

/// Esc and a letter sent at once would be Alt and the letter.
fn leave(t: &mut Terminal) {
    t.keys("<Esc>");
    t.wait_for("q quit");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
}

/// What an encoder of the queue wants: what stands behind its name.
fn lane(text: &str, name: &str) -> String {
    let behind = text.lines().find_map(|line| Some(line.split_once(name)?.1));
    behind.unwrap_or_default().to_owned()
}

#[test]
fn three_cards_go_over_two_encoders_to_the_end() {
    let hotel = Hotel::open("queue");
    let guest = hotel.guest(true);
    hotel.request_cards(&guest.grant, 3);
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
    confirm(&mut t, "of 3 cut");
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
    assert!(hotel.cards(&guest.grant).iter().all(|c| c["is_issued"] == true));
    assert_eq!(hotel.applied(ENCODE), 3, "each card once");
    leave(&mut t);
}

#[test]
fn a_tag_is_assigned_by_its_number() {
    let hotel = Hotel::open("tag");
    let guest = hotel.guest(false);
    hotel.request_cards(&guest.grant, 1);
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
    confirm(&mut t, "hides this");
    t.wait_for("the tag is the guest's card");
    assert!(hotel.cards(&guest.grant).iter().all(|c| c["is_issued"] == true));
    assert_eq!(hotel.applied("/access_methods/assign_card"), 1);
    leave(&mut t);
}

#[test]
fn a_card_is_read_and_leads_to_its_guest() {
    let hotel = Hotel::open("read");
    let guest = hotel.guest(true);
    let cards = hotel.cards(&guest.grant);
    let card = cards.iter().find(|c| c["is_issued"] == true).unwrap()["access_method_id"].as_str().unwrap();
    hotel.put(&hotel.encoder("Back office"), Some(&MethodId::new(card)));
    // The stay is made longer: the card in the hand knows nothing of it.
    let grants = hotel.list("grants");
    let grant = grants.iter().find(|g| g["grant"]["access_grant_id"] == guest.grant.to_string().as_str());
    let end: chrono::DateTime<chrono::Utc> =
        grant.unwrap()["grant"]["ends_at"].as_str().unwrap().parse().unwrap();
    let update = UpdateAccessGrant {
        grant: GrantRef::Id(guest.grant.clone()),
        starts_at: None,
        ends_at: Some(end + chrono::TimeDelta::hours(1)),
        name: None,
    };
    hotel.runtime.block_on(hotel.client.update_access_grant(&update)).unwrap();
    let mut t = hotel.desk();
    t.wait_for("1 of ");
    t.keys(":");
    t.wait_for("type what you want to do");
    t.keys("read-card<Enter>");
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
    let hotel = Hotel::open("test");
    let at = hotel.encoder("Back office");
    hotel.put(&at, None);
    let mut t = hotel.desk();
    t.wait_for("1 of ");
    t.keys(":");
    t.wait_for("type what you want to do");
    t.keys("test-encoder<Enter>");
    t.wait_for("● Back office");
    t.keys("<Enter>");
    t.wait_for("Back office answers (");
    t.keys("<Tab>");
    t.wait_for("which one");
    let id = at.to_string().parse().unwrap();
    hotel.sandbox().control().incident(&Incident::Encoder { id, online: false }).unwrap();
    t.keys("<Enter>");
    t.wait_for("“Back office” is not online");
    t.wait_for("check its power");
    leave(&mut t);
}
