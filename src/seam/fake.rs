//! A wire for tests: a closure that answers, and a log of what was asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::client::{Client, Settings};
use super::transport::World;
use super::transport::wire::{Exchange, Reply, Wire, WireError};
use crate::secret::Secret;
use tokio::time::Instant;

/// What the closure answers.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// 200 with this body.
    Ok(Value),
    /// Another status with this body.
    Status(u16, Value),
    /// 429 with this `Retry-After`.
    Limited(&'static str),
    /// The connection broke.
    Lost,
    /// No connection.
    Unreachable,
    /// No answer in time.
    TimedOut,
}

/// A request as it was sent, and when by the runtime's clock.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) body: Value,
    pub(crate) at: Instant,
}

/// Everything that was asked so far.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<Asked>>>);

impl Log {
    pub(crate) fn all(&self) -> Vec<Asked> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn of(&self, path: &str) -> Vec<Asked> {
        self.all().into_iter().filter(|a| a.path == path).collect()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap().clear();
    }
}

type Handler = Box<dyn FnMut(&str, &Value) -> Answer + Send>;

struct FakeWire {
    handler: Mutex<Handler>,
    log: Log,
}

impl Wire for FakeWire {
    fn post<'a>(&'a self, path: &'a str, body: Vec<u8>) -> Exchange<'a> {
        Box::pin(async move {
            let body: Value = serde_json::from_slice(&body).unwrap();
            self.log.0.lock().unwrap().push(Asked {
                path: path.into(),
                body: body.clone(),
                at: Instant::now(),
            });
            let answer = (self.handler.lock().unwrap())(path, &body);
            // An answer takes time, so that things that run side by side really do.
            tokio::time::sleep(Duration::from_millis(20)).await;
            let reply = |status, body: Value| Reply {
                status,
                request_id: Some("req_1".into()),
                body: body.to_string().into_bytes(),
                ..Reply::default()
            };
            match answer {
                Answer::Ok(body) => Ok(reply(200, body)),
                Answer::Status(status, body) => Ok(reply(status, body)),
                Answer::Limited(after) => {
                    Ok(Reply { retry_after: Some(after.into()), ..reply(429, Value::Null) })
                }
                Answer::Lost => Err(WireError::Lost { why: "reset by peer".into() }),
                Answer::Unreachable => Err(WireError::Unreachable { why: "connection refused".into() }),
                Answer::TimedOut => Err(WireError::TimedOut { sent: true }),
            }
        })
    }
}

/// A fixed instant on the wall; the runtime's clock is the one that runs.
pub(crate) fn noon() -> DateTime<Utc> {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

pub(crate) fn settings() -> Settings {
    Settings {
        requests_per_second: 1_000.0,
        burst: 1_000,
        ..Settings::new("http://localhost", Secret::new("seam_test_1"))
    }
}

/// A client over `handler`, with the wall clock tied to the runtime's.
pub(crate) fn client(
    settings: Settings,
    handler: impl FnMut(&str, &Value) -> Answer + Send + 'static,
) -> (Client, Log) {
    let log = Log::default();
    let wire = FakeWire { handler: Mutex::new(Box::new(handler)), log: log.clone() };
    let start = Instant::now();
    let world = World {
        now: Arc::new(move || noon() + chrono::Duration::from_std(start.elapsed()).unwrap()),
        random: Arc::new(|| 0.5),
    };
    (Client::over("http://localhost".into(), settings, Box::new(wire), world), log)
}
