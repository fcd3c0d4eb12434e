//! A night whose clock the test turns: the sandbox, what happens in it, and what the hotel must say of it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::property::{Alert, Attempt, AttemptState, Property, Resource, Subject};
use nightdesk::sandbox::{Control, Incident, Options, Sandbox};
use nightdesk::seam::id::Id;
use serde_json::{Value, json};

use crate::reading::Reading;

/// Eight in the evening of Sunday 22 November 2026 in Hamburg.
const EVENING: &str = "2026-11-22T19:00:00Z";
/// Minutes of the night between two readings: as often as the locks are read.
const STEP: i64 = 2;
/// The same where nothing happens any more.
const QUIET_STEP: i64 = 10;

/// What an alert is about, by the API's ids.
#[derive(Clone, Debug)]
pub enum Of {
    Grant(String),
    Door(String),
    Lock(String),
    System(String),
    Encoder(String),
    Guest(String),
    Screen(Resource),
}

/// A room with one door.
#[derive(Clone, Debug)]
pub struct Place {
    pub space: String,
    pub door: String,
}

/// Somebody with access.
#[derive(Clone, Debug)]
pub struct Guest {
    pub grant: String,
    pub person: String,
    pub methods: Vec<String>,
}

impl Guest {
    pub fn of(&self) -> Of {
        Of::Grant(self.grant.clone())
    }
}

/// An alert that must be there from one instant to another, and at no other.
struct Expected {
    rule: &'static str,
    of: Of,
    since: DateTime<Utc>,
    from: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    parent: Option<(&'static str, Of)>,
    was_seen: bool,
}

/// Names an expectation.
#[derive(Clone, Copy)]
pub struct Due(usize);

pub struct Night {
    pub sandbox: Sandbox,
    pub control: Control,
    pub desk: Reading,
    http: reqwest::Client,
    expected: Vec<Expected>,
    free: BTreeMap<&'static str, Vec<Place>>,
}

impl Night {
    /// The hotel in the evening, read in full; time stands still and nothing happens by itself.
    pub async fn open() -> Self {
        let now = EVENING.parse().ok();
        let options = Options { rooms: 96, grants: 24, speed: 0.0, now, ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let control = sandbox.control();
        control.freeze(true);
        control.incident(&Incident::Restless { on: false }).unwrap();
        // One provider for the process; the second test to come here finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let desk = Reading::start(&sandbox);
        let mut night = Self { sandbox, control, desk, http, expected: Vec::new(), free: BTreeMap::new() };
        let now = night.now();
        night.desk.read(now).await;
        night.find_free();
        night
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.control.now()
    }

    fn minute(&self) -> i64 {
        self.now().signed_duration_since(EVENING.parse::<DateTime<Utc>>().unwrap()).num_minutes()
    }

    /// Rooms that nobody has or will have: of offline locks, of online locks, of smart locks.
    fn find_free(&mut self) {
        let truth = self.control.truth();
        let strings = |list: &Value| -> Vec<String> {
            list.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
        };
        let taken: BTreeSet<String> =
            truth["grants"].as_array().unwrap().iter().flat_map(|g| strings(&g["door_ids"])).collect();
        let is_free = |id: &str| {
            let all = truth["doors"].as_array().unwrap();
            let fine = all.iter().any(|d| d["id"] == id && d["online"] == true && d["privacy"] == false);
            fine && !taken.contains(id)
        };
        let mut add = |kind, space: Option<String>, door: String| {
            if let (Some(space), true) = (space, is_free(&door)) {
                self.free.entry(kind).or_default().push(Place { space, door });
            }
        };
        for entrance in self.desk.hotel.entrances() {
            let kind = if entrance.can_belong_to_reservation { "offline" } else { "online" };
            let is_room = entrance.display_name.chars().any(|c| c.is_ascii_digit());
            let space = entrance.space_ids.first().map(ToString::to_string).filter(|_| is_room);
            add(kind, space, entrance.id.to_string());
        }
        for device in self.desk.hotel.devices() {
            add("lock", device.space_ids.first().map(ToString::to_string), device.id.to_string());
        }
    }

    /// A room of its own for one trouble.
    pub fn place(&mut self, kind: &'static str) -> Place {
        self.free.get_mut(kind).and_then(Vec::pop).unwrap_or_else(|| panic!("no {kind} room is left"))
    }

    /// The lobby, behind both systems.
    pub fn lobby(&self) -> Place {
        let lobby = self.desk.hotel.spaces().find(|space| space.name == "Lobby").unwrap();
        Place { space: lobby.id.to_string(), door: String::new() }
    }

    /// The id of the access system whose type begins so.
    pub fn system(&self, kind: &str) -> String {
        let mut all = self.desk.hotel.systems();
        all.find(|system| system.external_type.starts_with(kind)).unwrap().id.to_string()
    }

    /// The id of one of the encoders.
    pub fn encoder(&self, n: usize) -> String {
        self.desk.hotel.encoders().nth(n).unwrap().id.to_string()
    }

    /// Whether a stay counts as the second of two that began at once: by its id.
    pub fn is_second(&self, guest: &Guest) -> bool {
        let of = |guest: &Guest| self.desk.hotel.stay_of_grant(&Id::new(&guest.grant)).unwrap().clone();
        let me = of(guest);
        let stay = self.desk.hotel.stays().find(|stay| stay.id == me).unwrap();
        let same = |other: &&nightdesk::property::Stay| other.rooms == stay.rooms && other.id != me;
        self.desk.hotel.stays().filter(same).all(|other| other.id < me)
    }

    pub async fn call(&self, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.sandbox.endpoint());
        let request = self.http.post(url).bearer_auth(self.sandbox.api_key().reveal());
        let request = request.header("content-type", "application/json").body(body.to_string());
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, 200, "{path} {body}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Somebody gets access to a place: from so many minutes from now until so many, by these modes.
    pub async fn stay(
        &self,
        place: &Place,
        reservation: Option<&str>,
        [from, until]: [i64; 2],
        modes: &[&str],
    ) -> Guest {
        let at = |minutes| self.now() + TimeDelta::minutes(minutes);
        let asked: Vec<Value> = modes.iter().map(|mode| json!({"mode": mode})).collect();
        let name = format!("Guest {}", self.control.applied("/access_grants/create"));
        let mut body = json!({
            "user_identity": {"full_name": name}, "space_ids": [place.space], "starts_at": at(from),
            "ends_at": at(until), "requested_access_methods": asked,
        });
        if let Some(reservation) = reservation {
            body["reservation_key"] = json!(reservation);
        }
        let grant = self.call("/access_grants/create", body).await["access_grant"].clone();
        guest(&grant)
    }

    pub async fn ends(&self, guest: &Guest, minutes: i64) {
        let ends = self.now() + TimeDelta::minutes(minutes);
        self.call("/access_grants/update", json!({"access_grant_id": guest.grant, "ends_at": ends})).await;
    }

    pub async fn check_out(&self, guest: &Guest) {
        self.call("/access_grants/delete", json!({"access_grant_id": guest.grant})).await;
    }

    /// Cuts the first card of somebody; the id of the attempt.
    pub async fn cut(&self, guest: &Guest, encoder: &str) -> String {
        let body = json!({"access_method_id": guest.methods[0], "acs_encoder_id": encoder});
        let attempt = self.call("/access_methods/encode", body).await["action_attempt"].clone();
        attempt["action_attempt_id"].as_str().unwrap().to_owned()
    }

    /// How an attempt stands, told to the hotel as the desk that sent it tells it.
    pub async fn look_at(&mut self, attempt: &str, encoder: &str, began: DateTime<Utc>) -> AttemptState {
        let body = json!({"action_attempt_id": attempt});
        let attempt = self.call("/action_attempts/get", body).await["action_attempt"].clone();
        let state = match attempt["status"].as_str().unwrap() {
            "pending" => AttemptState::Pending,
            "success" => AttemptState::Answered,
            _ => AttemptState::Failed(attempt["error"]["type"].as_str().unwrap().into()),
        };
        let encoder = Id::new(encoder);
        let told = Attempt { encoder, stay: None, began, at: self.now(), state: state.clone(), reads: false };
        self.desk.hotel.note_attempt(told);
        state
    }

    pub fn happens(&self, incident: Value) {
        let incident: Incident = serde_json::from_value(incident).unwrap();
        self.control.incident(&incident).unwrap();
    }

    /// From `wait` minutes from now an alert must be there, and not before; `since` minutes from now is
    /// what it must say of itself, to the minute.
    pub fn expect(&mut self, rule: &'static str, of: Of, wait: i64, since: i64) -> Due {
        let (now, minutes) = (self.now(), TimeDelta::minutes);
        let (since, from) = (now + minutes(since), now + minutes(wait));
        let expected = Expected { rule, of, since, from, until: None, parent: None, was_seen: false };
        self.expected.push(expected);
        Due(self.expected.len() - 1)
    }

    /// The same, under what brings it about.
    pub fn expect_under(
        &mut self,
        (rule, of): (&'static str, Of),
        [wait, since]: [i64; 2],
        parent: (&'static str, Of),
    ) -> Due {
        let due = self.expect(rule, of, wait, since);
        self.expected[due.0].parent = Some(parent);
        due
    }

    /// From `wait` minutes from now it must be gone.
    pub fn over(&mut self, due: Due, wait: i64) {
        self.expected[due.0].until = Some(self.now() + TimeDelta::minutes(wait));
    }

    /// Lets the night go on until a minute of it, reading everything every two, and checks every reading.
    pub async fn until(&mut self, minute: i64) {
        self.go_on(minute, STEP).await;
    }

    /// The same with fewer readings.
    pub async fn quietly_until(&mut self, minute: i64) {
        self.go_on(minute, QUIET_STEP).await;
    }

    async fn go_on(&mut self, minute: i64, step: i64) {
        while self.minute() < minute {
            self.control.advance((step * 60) as f64);
            let now = self.now();
            self.desk.ask();
            self.desk.read(now).await;
            self.check();
        }
    }

    fn alert(&self, rule: &str, of: &Of) -> Option<&Alert> {
        let hotel = &self.desk.hotel;
        let subject = match of {
            Of::Grant(id) => Subject::Stay(hotel.stay_of_grant(&Id::new(id))?.clone()),
            Of::Door(id) => Subject::Door(Id::new(id)),
            Of::Lock(id) => Subject::Lock(Id::new(id)),
            Of::System(id) => Subject::System(Id::new(id)),
            Of::Encoder(id) => Subject::Encoder(Id::new(id)),
            Of::Guest(id) => Subject::Guest(Id::new(id)),
            Of::Screen(what) => Subject::Screen(*what),
        };
        hotel.alerts_of(&subject).iter().find(|alert| alert.id.rule.name() == rule)
    }

    fn check(&mut self) {
        let now = self.now();
        let date = self.desk.hotel.business_date().date().to_string();
        assert_eq!(date, "2026-11-22", "the books wait for the audit");
        let mut seen = Vec::new();
        for (n, due) in self.expected.iter().enumerate() {
            let what = format!("minute {}: {} of {:?}", self.minute(), due.rule, due.of);
            let alert = self.alert(due.rule, &due.of);
            let is_over = due.until.is_some_and(|until| now >= until);
            match alert {
                None if now < due.from || is_over => {}
                None => panic!("{what} is not there\n{:#?}", self.raised()),
                Some(alert) if now < due.from => panic!("{what} came too early: {alert:?}"),
                Some(alert) if is_over => panic!("{what} was never cleared: {alert:?}"),
                Some(_) if due.was_seen => {}
                Some(alert) => {
                    self.is_as_told(&what, due, alert);
                    seen.push(n);
                }
            }
        }
        seen.into_iter().for_each(|n| self.expected[n].was_seen = true);
    }

    fn is_as_told(&self, what: &str, due: &Expected, alert: &Alert) {
        let late = alert.since - due.since;
        let minute = TimeDelta::zero()..TimeDelta::minutes(1);
        assert!(minute.contains(&late), "{what} is since {}, not {}", alert.since, due.since);
        assert!(!alert.why.is_empty() && !alert.fixes.is_empty(), "{what}: {alert:?}");
        let has_room = match due.of {
            Of::Grant(_) => due.rule != "no-room-door",
            Of::Door(_) | Of::Lock(_) => true,
            _ => false,
        };
        assert!(!has_room || alert.room.is_some(), "{what}: {alert:?}");
        assert!(alert.who.as_ref().is_some_and(|who| !who.is_empty()), "{what}: {alert:?}");
        let parent = due.parent.as_ref().map(|(rule, of)| self.alert(rule, of).expect("its parent"));
        assert_eq!(alert.parent.as_ref(), parent.map(|parent| &parent.id), "{what}");
        if let Some(parent) = parent {
            let mut children = self.desk.hotel.caused_by(&parent.id);
            assert!(children.any(|child| child.id == alert.id), "{what} is not counted under its cause");
        }
    }

    pub fn raised(&self) -> Vec<String> {
        let all = self.desk.hotel.alerts();
        let mut all: Vec<String> = all.map(|a| format!("{} {} {:?}", a.severity, a.id, a.room)).collect();
        all.sort();
        all
    }

    /// The rules that were raised when they had to be.
    pub fn seen(&self) -> BTreeSet<&'static str> {
        let missed = self.expected.iter().find(|due| !due.was_seen);
        assert!(missed.is_none(), "{:?} was never due", missed.map(|due| due.rule));
        self.expected.iter().map(|due| due.rule).collect()
    }

    /// The hotel as somebody knows it who begins now, with the books on the same date.
    pub async fn fresh(&self) -> Property {
        let mut reading = Reading::start(&self.sandbox);
        reading.hotel.set_business_date(self.desk.hotel.business_date(), self.now());
        reading.read(self.now()).await;
        reading.hotel
    }
}

pub fn guest(grant: &Value) -> Guest {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Guest {
        grant: text(&grant["access_grant_id"]),
        person: text(&grant["user_identity_id"]),
        methods: grant["access_method_ids"].as_array().unwrap().iter().map(text).collect(),
    }
}
