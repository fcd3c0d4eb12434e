//! The pollers on the simulated hotel, over a real socket.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::property::{Delta, Records, Resource};
use crate::sandbox::{Options, Sandbox};
use crate::seam::{Client, Settings};
use crate::sync::{Cadence, start};

/// What has come so far.
#[derive(Default)]
struct Board {
    grants: BTreeSet<String>,
    methods: BTreeSet<String>,
    listed: BTreeSet<String>,
    failed: Vec<String>,
    bad: usize,
    swept: BTreeSet<Resource>,
}

impl Board {
    fn take(&mut self, delta: Delta) {
        match delta {
            Delta::Read { records: Records::Grants(grants), .. } => {
                let methods = grants.iter().flat_map(|g| &g.access_method_ids);
                self.listed.extend(methods.map(ToString::to_string));
                self.grants.extend(grants.iter().map(|g| g.id.to_string()));
            }
            Delta::Read { records: Records::Methods(methods), .. } => {
                self.methods.extend(methods.iter().map(|m| m.id.to_string()));
            }
            Delta::Failed { what, why, .. } => self.failed.push(format!("{what:?} {why:?}")),
            Delta::Bad { .. } => self.bad += 1,
            Delta::SweepEnded { what, .. } => {
                self.swept.insert(what);
            }
            Delta::Checked { what, .. } => {
                self.swept.insert(what);
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn a_simulated_hotel_is_read_without_a_fault() {
    let now = "2026-11-23T02:14:00Z".parse().unwrap();
    let options = Options { rooms: 60, grants: 700, speed: 0.0, now: Some(now), ..Options::default() };
    let sandbox = Sandbox::start(options).await.unwrap();
    let settings = Settings {
        requests_per_second: 10_000.0,
        burst: 10_000,
        ..Settings::new(sandbox.endpoint(), sandbox.api_key())
    };
    let client = Client::new(settings).unwrap();
    let control = sandbox.control();
    let clock: crate::sync::Clock = Arc::new(move || control.now());
    let (out, mut deltas) = mpsc::channel(64);
    let _polling = start(&client, Cadence::default(), clock, out);
    let mut board = Board::default();
    while board.swept.len() < Resource::ALL.len() {
        let next = tokio::time::timeout(Duration::from_secs(60), deltas.recv()).await;
        board.take(next.expect("nothing came for a minute").unwrap());
    }
    assert_eq!((board.failed, board.bad), (Vec::new(), 0));
    assert_eq!(board.grants.len(), 700);
    assert!(!board.listed.is_empty());
    assert_eq!(board.methods, board.listed);
}
