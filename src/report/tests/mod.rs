//! The reports of a simulated hotel whose clock stands still, so that every byte of them is known.

mod formats;
mod nights;
mod pms;
mod standings;
mod watching;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use crate::journal::{Fact, FactKind, Intent, IntentId, Record, Who};
use crate::property::{Property, Resource, Settings, Stage};
use crate::sandbox::{Options, Sandbox};
use crate::seam::{self, Client};
use crate::sync::{self, Cadence};

/// 03:14 at the hotel.
pub(super) fn now() -> DateTime<Utc> {
    "2026-11-23T02:14:00Z".parse().unwrap()
}

/// A hotel of seed 7, read once.
pub(super) async fn hotel() -> Property {
    let options =
        Options { rooms: 40, grants: 44, seed: 7, speed: 0.0, now: Some(now()), ..Options::default() };
    let sandbox = Sandbox::start(options).await.unwrap();
    let settings = seam::Settings {
        requests_per_second: 10_000.0,
        burst: 10_000,
        ..seam::Settings::new(sandbox.endpoint(), sandbox.api_key())
    };
    let client = Client::new(settings).unwrap();
    let (out, mut deltas) = mpsc::channel(64);
    let _polling = sync::start(&client, Cadence::default(), Arc::new(now), out);
    let mut p = Property::new(Settings::default(), now());
    let is_read = |p: &Property, what| p.source(what).as_of.is_some() && p.source(what).stage == Stage::Fresh;
    while !Resource::ALL.into_iter().all(|what| is_read(&p, what)) {
        let delta = tokio::time::timeout(Duration::from_secs(60), deltas.recv()).await;
        p.apply(delta.expect("nothing came for a minute").unwrap(), now());
    }
    p
}

/// An entry of the journal: done, or without an end.
pub(super) fn record(n: u8, action: &str, of: (&str, &str, &str), ended: Option<&str>) -> Record {
    let (stay, room, guest) = of;
    let at: DateTime<Utc> = format!("2026-11-23T01:{:02}:00Z", n % 60).parse().unwrap();
    let id: IntentId =
        serde_json::from_str(&format!("\"019a0000-0000-7000-8000-0000000000{n:02}\"")).unwrap();
    let intent = Intent {
        id,
        at,
        hotel: "workspace w".into(),
        action: action.into(),
        stay: stay.into(),
        guest: guest.into(),
        room: room.into(),
        plan: serde_json::json!({"preview": [{"label": "2 cards", "text": "still out: collect them", "tone": "caution"}]}),
        who: Who { user: "maria".into(), origin: Some("192.0.2.7".into()), ..Who::default() },
    };
    let facts = ended.map(|words| Fact::new(at, FactKind::Ended).says("done", words));
    Record { intent, facts: facts.into_iter().collect(), running: false }
}
