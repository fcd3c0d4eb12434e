//! A night of trouble leaves nothing behind: no bytes, no tasks.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may stop")]

use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use allocation_counter::measure;
use nightdesk::property::{Delta, Property, Settings as Hotel};
use nightdesk::sandbox::{Control, Fault, FaultKind, Incident, Options, Sandbox};
use nightdesk::seam::{Client, Settings};
use nightdesk::sync::{self, Cadence};
use tokio::sync::mpsc;

/// What the tables of the pollers may differ by from one moment to the next, in bytes.
const BREATH: i64 = 48 << 10;

/// A hotel on a thread of its own, so that its memory is not counted.
fn hotel() -> (Control, Settings) {
    let (tell, told) = sync_channel(1);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let options = Options { rooms: 24, grants: 14, seed: 7, ..Options::default() };
            let sandbox = Sandbox::start(options).await.unwrap();
            let control = sandbox.control();
            control.incident(&Incident::Restless { on: false }).unwrap();
            tell.send((control, Settings::new(sandbox.endpoint(), sandbox.api_key()))).unwrap();
            std::future::pending::<()>().await;
        });
    });
    told.recv().unwrap()
}

fn status(status: u16) -> FaultKind {
    FaultKind::Status { status, body: None, content_type: None, retry_after: None }
}

/// Wrong answers, one after the other.
fn trouble(control: &Control) {
    let kinds = [
        status(500),
        FaultKind::NotJson,
        FaultKind::WrongTypes,
        FaultKind::Nulls,
        FaultKind::Truncated,
        FaultKind::Reset,
        FaultKind::Flood { bytes: 400_000, announced: false },
        FaultKind::Endless { same: false },
        FaultKind::Pages { size: 4, again: 2, gone: true },
        FaultKind::Deep { levels: 1_000 },
        FaultKind::Html,
        FaultKind::Empty,
        status(403),
        FaultKind::LostPages,
    ];
    for kind in kinds {
        control.fault(Fault { path: String::new(), skip: 1, count: 2, kind });
    }
}

fn brisk() -> Cadence {
    let soon = Duration::from_millis(5);
    Cadence {
        events: soon,
        hot: soon,
        systems: soon,
        devices: soon,
        entrances: soon,
        encoders: soon,
        instant_keys: soon,
        spaces: soon,
        identities: soon,
        grants: soon,
        page: soon,
        doors: soon,
        retry_first: soon,
        retry_cap: soon,
        ..Cadence::default()
    }
}

struct Desk {
    control: Control,
    property: Property,
    deltas: mpsc::Receiver<Delta>,
}

impl Desk {
    /// Takes in news until so many readings have failed or brought what cannot be read.
    async fn suffers(&mut self, troubles: u32) {
        let mut had = 0;
        while had < troubles {
            if self.control.pending_faults() == 0 {
                self.control.clear_faults();
                trouble(&self.control);
            }
            let delta = self.deltas.recv().await.unwrap();
            had += u32::from(matches!(delta, Delta::Failed { .. } | Delta::Bad { .. }));
            self.property.apply(delta, self.control.now());
        }
    }

    /// Takes in news until everything is well again.
    async fn recovers(&mut self) {
        self.control.clear_faults();
        let mut quiet = 0;
        while quiet < 400 {
            let delta = self.deltas.recv().await.unwrap();
            let is_trouble = matches!(delta, Delta::Failed { .. } | Delta::Bad { .. });
            quiet = if is_trouble { 0 } else { quiet + 1 };
            self.property.apply(delta, self.control.now());
        }
    }
}

#[test]
fn a_thousand_faulty_polls_leave_no_more_behind_than_ten() {
    let (control, settings) = hotel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let settings = Settings {
        requests_per_second: 100_000.0,
        burst: 100_000,
        read_retries: 0,
        patience: Duration::ZERO,
        max_body_bytes: 200_000,
        max_pages: 6,
        ..settings
    };
    let mut desk = runtime.block_on(async {
        let client = Client::new(settings).unwrap();
        let (out, deltas) = mpsc::channel(64);
        let hotel = control.clone();
        // The pollers are never told to stop: they end with the runtime.
        std::mem::forget(sync::start(&client, brisk(), Arc::new(move || hotel.now()), out));
        let property = Property::new(Hotel::default(), control.now());
        Desk { control, property, deltas }
    });
    let tasks = || runtime.metrics().num_alive_tasks();
    runtime.block_on(async {
        desk.recovers().await;
        desk.suffers(10).await;
        desk.recovers().await;
    });
    let before = tasks();
    let counted = measure(|| {
        runtime.block_on(async {
            desk.suffers(1_000).await;
            desk.recovers().await;
        });
    });
    assert!(counted.count_total > 100_000, "something was done: {}", counted.count_total);
    assert!(counted.bytes_current < BREATH, "{} bytes were left behind", counted.bytes_current);
    assert!(tasks() <= before + 4, "{} tasks, and {before} before", tasks());
}
