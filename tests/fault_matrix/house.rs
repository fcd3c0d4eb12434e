//! The hotel of a case, and the client that asks it.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use nightdesk::sandbox::{Control, Fault, Incident, Options, Sandbox};
use nightdesk::seam::{Client, Settings};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::wrong::Wrong;

/// Cases that run at once: most of their time is waiting.
const AT_ONCE: usize = 40;
/// The largest answer the clients of these tests read.
pub const MAX_BODY: usize = 1 << 20;

/// A hotel in which nothing happens by itself.
pub struct House {
    pub sandbox: Sandbox,
    pub control: Control,
}

impl House {
    pub async fn open() -> Self {
        let now = "2026-11-23T02:14:00Z".parse().ok();
        let options = Options { rooms: 24, grants: 14, seed: 7, speed: 0.0, now, ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let control = sandbox.control();
        control.incident(&Incident::Restless { on: false }).unwrap();
        control.incident(&Incident::Mishaps { chance: 0.0 }).unwrap();
        Self { sandbox, control }
    }

    pub fn settings(&self) -> Settings {
        Settings {
            requests_per_second: 100_000.0,
            burst: 100_000,
            retry_base: Duration::from_millis(1),
            // A pause is told, not waited for.
            patience: Duration::ZERO,
            read_retries: 1,
            max_pages: 6,
            max_body_bytes: MAX_BODY,
            ..Settings::new(self.sandbox.endpoint(), self.sandbox.api_key())
        }
    }

    pub fn client(&self) -> Client {
        Client::new(self.settings()).unwrap()
    }

    /// A client that is not kept waiting for long.
    pub fn hasty(&self) -> Client {
        let soon = Duration::from_millis(300);
        Client::new(Settings { read_timeout: soon, total_timeout: soon, ..self.settings() }).unwrap()
    }

    /// From now on every answer to `path` is wrong.
    pub fn spoil(&self, path: &str, wrong: &Wrong) {
        self.control.fault(Fault { path: path.into(), skip: 0, count: u32::MAX, kind: wrong.kind.clone() });
    }
}

/// Runs cases side by side.
pub async fn all<F: Future<Output = ()> + Send + 'static>(cases: impl IntoIterator<Item = F>) {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for case in cases {
        let turns = Arc::clone(&turns);
        running.spawn(async move {
            let _turn = turns.acquire_owned().await.unwrap();
            case.await;
        });
    }
    let mut failed = 0;
    while let Some(ended) = running.join_next().await {
        failed += u32::from(ended.is_err());
    }
    // To the end, so that one run shows everything that is broken.
    assert_eq!(failed, 0, "cases failed, each as told above");
}
