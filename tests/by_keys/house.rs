//! The hotel of a test, what is true in it, and how the program is started on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::journal::IntentId;
use nightdesk::sandbox::{Control, Incident, Options, Sandbox};
use nightdesk::seam::client::{EncodersOf, GrantRef, ListEncoders, ListSystems, UpdateAccessGrant};
use nightdesk::seam::id::{EncoderId, GrantId};
use nightdesk::seam::{Client, Settings};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::pty::{self, Start, Terminal};

/// A hotel in which nothing happens by itself, and a state directory that goes with the test.
pub struct Hotel {
    sandbox: Option<Sandbox>,
    pub runtime: Runtime,
    pub state: PathBuf,
    pub client: Client,
}

/// A guest of the hotel, and the only grant of the stay.
#[derive(Debug)]
pub struct Guest {
    pub name: String,
    pub grant: String,
    pub identity: String,
    pub reservation: Option<String>,
    pub ends_at: DateTime<Utc>,
}

impl Guest {
    pub fn of(grant: &Value) -> Self {
        let text = |field: &str| grant[field].as_str().unwrap_or_default().to_owned();
        Self {
            name: text("display_name"),
            grant: text("access_grant_id"),
            identity: text("user_identity_id"),
            reservation: grant["reservation_key"].as_str().map(str::to_owned),
            ends_at: text("ends_at").parse().unwrap(),
        }
    }

    pub fn id(&self) -> GrantId {
        GrantId::new(&self.grant)
    }
}

/// Twenty times as fast as time: a change reaches its lock in a moment.
pub fn small() -> Options {
    Options { rooms: 40, grants: 24, seed: 5, speed: 20.0, ..Options::default() }
}

/// Faster than time, but not so fast that the screen gets too old to act on while a busy machine polls.
pub fn steady() -> Options {
    Options { rooms: 48, grants: 40, seed: 7, speed: 6.0, ..Options::default() }
}

/// An empty directory of its own.
pub fn state_dir() -> PathBuf {
    let dir = std::env::temp_dir().join(format!("nightdesk-keys-{}", IntentId::fresh()));
    fs::create_dir_all(&dir).unwrap();
    dir
}

/// The program with a home of its own and nothing of the surroundings.
pub fn program(state: &Path, args: &[&str]) -> Start {
    Start::new(env!("CARGO_BIN_EXE_nightdesk"))
        .args(args.iter().copied())
        .env("NIGHTDESK_STATE_DIR", state)
        .env("NIGHTDESK_CONFIG", "")
        .env("XDG_CONFIG_HOME", state)
        .env("SEAM_API_KEY", "")
        .env("SEAM_ENDPOINT", "")
        .env("NO_COLOR", "")
        .size(120, 40)
}

/// Waits for something that no screen shows.
pub fn until(what: &str, met: impl Fn() -> bool) {
    let deadline = Instant::now() + pty::patience();
    while !met() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        thread::park_timeout(Duration::from_millis(5));
    }
}

impl Hotel {
    pub fn open() -> Self {
        Self::with(small())
    }

    pub fn with(options: Options) -> Self {
        let runtime = Runtime::new().unwrap();
        let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
        sandbox.control().incident(&Incident::Restless { on: false }).unwrap();
        let client = Client::new(Settings::new(sandbox.endpoint(), sandbox.api_key())).unwrap();
        Self { sandbox: Some(sandbox), runtime, state: state_dir(), client }
    }

    /// Nobody answers at its address any more.
    pub fn close(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            self.runtime.block_on(sandbox.shutdown());
        }
    }

    pub fn control(&self) -> Control {
        self.sandbox.as_ref().unwrap().control()
    }

    pub fn happen(&self, incident: &Incident) {
        self.control().incident(incident).unwrap();
    }

    /// How often requests to a path were carried out.
    pub fn applied(&self, path: &str) -> u64 {
        self.control().applied(path)
    }

    /// What tells a program of this hotel.
    pub fn environment(&self) -> [(&'static str, String); 5] {
        let sandbox = self.sandbox.as_ref().unwrap();
        let state = self.state.display().to_string();
        [
            ("NIGHTDESK_STATE_DIR", state.clone()),
            ("NIGHTDESK_CONFIG", String::new()),
            ("XDG_CONFIG_HOME", state),
            ("SEAM_ENDPOINT", sandbox.endpoint()),
            ("SEAM_API_KEY", sandbox.api_key().reveal().to_owned()),
        ]
    }

    /// The program on this hotel, not started yet.
    pub fn program(&self, args: &[&str]) -> Start {
        let start = program(&self.state, args);
        self.environment().iter().fold(start, |start, (name, value)| start.env(name, value))
    }

    /// The program, of which all panes are filled.
    pub fn desk(&self) -> Terminal {
        self.started(self.program(&[]))
    }

    /// The program with somebody at the desk.
    pub fn desk_of(&self, operator: &str) -> Terminal {
        self.started(self.program(&["--operator", operator]))
    }

    /// Starts it and waits until all panes are filled.
    pub fn started(&self, program: Start) -> Terminal {
        let t = program.spawn();
        t.wait_for("Harbour Hotel");
        t.wait_for("as of");
        t.wait_gone("reading");
        // Rooms are known by their doors, which are read after the guests.
        t.wait_for(regex::Regex::new(r"(▌|\d:) +\w?\d+ +\w").unwrap());
        t
    }

    /// All records of a list, as the sandbox keeps them.
    pub fn list(&self, list: &str) -> Vec<Value> {
        self.control().truth()[list].as_array().unwrap().clone()
    }

    /// All access grants, as Seam would show them.
    pub fn grants(&self) -> Vec<Value> {
        self.list("grants").into_iter().map(|mut g| g["grant"].take()).collect()
    }

    pub fn grant(&self, id: &str) -> Option<Value> {
        self.grants().into_iter().find(|g| g["access_grant_id"] == id)
    }

    /// The doors a grant opens, by their ids.
    pub fn doors(&self, grant: &Value) -> Vec<String> {
        let all = self.list("grants");
        let of = |g: &&Value| g["grant"]["access_grant_id"] == grant["access_grant_id"];
        let doors = all.iter().find(of).expect("the grant")["door_ids"].as_array().unwrap();
        doors.iter().map(|id| id.as_str().unwrap().to_owned()).collect()
    }

    /// The living access methods of a grant.
    pub fn methods(&self, grant: &Value) -> Vec<Value> {
        let ids = grant["access_method_ids"].as_array().unwrap();
        let going = |m: &Value| {
            let warnings = m["warnings"].as_array();
            warnings.is_some_and(|all| all.iter().any(|w| w["warning_code"] == "being_deleted"))
        };
        let all = self.list("methods").into_iter().map(|mut m| m["method"].take());
        all.filter(|m| ids.contains(&m["access_method_id"]) && !going(m)).collect()
    }

    /// Those of one mode.
    pub fn keys(&self, grant: &Value, mode: &str) -> Vec<Value> {
        self.methods(grant).into_iter().filter(|m| m["mode"] == mode).collect()
    }

    /// The cards of a grant; none where it is gone.
    pub fn cards(&self, grant: &str) -> Vec<Value> {
        self.grant(grant).map(|grant| self.keys(&grant, "card")).unwrap_or_default()
    }

    /// The first guest alone in the stay and under the name, here for hours, with nothing going on and all keys
    /// issued, who is what `wants` says.
    pub fn guest(&self, wants: impl Fn(&Self, &Value) -> bool) -> Guest {
        let now = self.control().now();
        let (now, soon) = (now.to_rfc3339(), (now + TimeDelta::hours(5)).to_rfc3339());
        let grants = self.grants();
        let count = |field: &str, value: &Value| grants.iter().filter(|g| g[field] == *value).count();
        let fits = |g: &&Value| {
            let late = g["ends_at"].as_str().is_some_and(|end| end > soon.as_str());
            let begun = g["starts_at"].as_str().is_some_and(|start| start < now.as_str());
            let empty = |field: &str| g[field].as_array().is_none_or(Vec::is_empty);
            let alone = count("user_identity_id", &g["user_identity_id"]) == 1
                && (g["reservation_key"].is_null() || count("reservation_key", &g["reservation_key"]) == 1)
                && count("display_name", &g["display_name"]) == 1;
            late && begun && alone && empty("warnings") && empty("errors") && empty("pending_mutations")
        };
        let found = grants.iter().filter(fits).find(|g| wants(self, g)).expect("no such guest tonight");
        Guest::of(found)
    }

    /// A guest whose cards are cut and whose door knows reservations.
    pub fn carded(&self) -> Guest {
        self.guest(|hotel, g| {
            let cards = hotel.keys(g, "card");
            let issued = cards.iter().chain(&hotel.keys(g, "mobile_key")).all(is_issued);
            g["reservation_key"].is_string() && !cards.is_empty() && issued
        })
    }

    /// Makes a stay longer, as another program would: the cards in the hand know nothing of it.
    pub fn extend(&self, guest: &Guest, by: TimeDelta) {
        let update = UpdateAccessGrant {
            grant: GrantRef::Id(guest.id()),
            starts_at: None,
            ends_at: Some(guest.ends_at + by),
            name: None,
        };
        self.runtime.block_on(self.client.update_access_grant(&update)).unwrap();
    }

    pub fn encoder(&self, name: &str) -> EncoderId {
        let systems = self.runtime.block_on(self.client.list_systems(&ListSystems::default())).unwrap().items;
        let of = EncodersOf::Systems(systems.into_iter().map(|s| s.id).collect());
        let params = ListEncoders { of, limit: None };
        let encoders = self.runtime.block_on(self.client.list_encoders(&params)).unwrap().items;
        encoders.into_iter().find(|e| e.display_name == name).expect("no such encoder").id
    }

    /// Puts a card on an encoder, or takes what lies there away.
    pub fn put(&self, encoder: &EncoderId, card: Option<&str>) {
        let id = encoder.to_string().parse().unwrap();
        self.happen(&Incident::PutCard { id, card: card.map(|c| c.parse().unwrap()) });
    }
}

impl Drop for Hotel {
    fn drop(&mut self) {
        self.close();
        let _ = fs::remove_dir_all(&self.state);
    }
}

pub fn is_issued(method: &Value) -> bool {
    method["is_issued"] == true
}

/// The id of the first card that is cut.
pub fn cut(cards: &[Value]) -> &str {
    let card = cards.iter().find(|c| is_issued(c)).expect("a card that is cut");
    card["access_method_id"].as_str().unwrap()
}
