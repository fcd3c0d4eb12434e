//! What comes before anything is polled: the turn of a property, its key, the first answer.
//!
//! Orders are taken meanwhile, and nothing that goes wrong ends anything: it is said, and tried again.

use std::path::PathBuf;
use std::pin::pin;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::TimeDelta;
use tokio::sync::{Notify, mpsc};
use tokio::time::{sleep, timeout};

use super::orders::Order;
use crate::clock::Clock;
use crate::config::PropertySettings;
use crate::property::{Delta, Fault, FaultKind, Resource};
use crate::seam::Settings;
use crate::secret::Secret;
use crate::text::Text;

/// How long until a key that cannot be had is looked for again.
const AGAIN: Duration = Duration::from_secs(30);
/// How long a key may take before that is said.
const SLOW: Duration = Duration::from_secs(10);

/// A property whose key is still to be had.
#[derive(Clone, Debug)]
pub(super) struct Locked {
    /// What the configuration says of it.
    pub(super) property: PropertySettings,
    /// The configuration.
    pub(super) path: PathBuf,
    /// Whether the key may travel to another machine over http.
    pub(super) insecure: bool,
    /// Whether it was asked for by name: then `SEAM_API_KEY` may be meant for it.
    pub(super) by_name: bool,
}

impl Locked {
    /// Whether the key travels to another machine over http, which is told by the address alone.
    pub(super) fn is_in_the_clear(&self) -> bool {
        Settings::new(self.property.endpoint(None), Secret::new("")).is_in_the_clear()
    }

    /// What is needed to open it. May take long: a command may be asked for the key.
    fn settings(&self) -> Result<Settings> {
        let key = match self.by_name {
            true => self.property.api_key(&self.path)?,
            false => self.property.own_api_key()?,
        };
        let mut settings = Settings::new(self.property.endpoint(None), key);
        settings.insecure = self.insecure;
        settings.check()?;
        Ok(settings)
    }
}

/// What is ordered while there is nobody to carry it out.
pub(super) struct Meanwhile<'a> {
    pub(super) orders: &'a mut mpsc::Receiver<Order>,
    /// Who is at the desk.
    pub(super) operator: &'a mut Option<Text>,
    /// Whether the property is on the screen.
    pub(super) is_front: &'a mut bool,
    pub(super) hurry: &'a Notify,
}

impl Meanwhile<'_> {
    /// Waits for `task`, and takes orders. None where the program ends before.
    pub(super) async fn wait<T>(&mut self, task: impl Future<Output = T>) -> Option<T> {
        let mut task = pin!(task);
        loop {
            tokio::select! {
                done = &mut task => return Some(done),
                order = self.orders.recv() => match order? {
                    Order::PollNow => self.hurry.notify_one(),
                    Order::Front(on_screen) => {
                        *self.is_front = on_screen;
                        if on_screen {
                            self.hurry.notify_one();
                        }
                    }
                    Order::Operator(name) => *self.operator = name,
                    // Nothing can be ordered for a hotel of which nothing has been read.
                    _ => {}
                },
            }
        }
    }
}

/// Waits for the turn of a property, so that not all begin at once. Whoever is looked at does not wait.
pub(super) async fn turn(delay: Duration, hurry: &Notify) {
    if !delay.is_zero() {
        tokio::select! {
            () = sleep(delay) => {}
            () = hurry.notified() => {}
        }
    }
}

/// Opens a property, again and again until that is possible. What is in the way is said. None where nobody
/// listens any more.
pub(super) async fn unlock(
    locked: &Locked,
    clock: &Clock,
    deltas: &mpsc::Sender<Delta>,
    hurry: &Notify,
) -> Option<Settings> {
    loop {
        let asked = locked.clone();
        let mut asking = tokio::task::spawn_blocking(move || asked.settings());
        let told = match timeout(SLOW, &mut asking).await {
            Ok(told) => told,
            Err(_) => {
                say(deltas, clock, "the API key has not come yet: see api_key_command", None).await?;
                asking.await
            }
        };
        let why = match told.context("the API key could not be asked for").flatten() {
            Ok(settings) => return Some(settings),
            Err(why) => format!("{why:#}"),
        };
        tracing::warn!(property = ?locked.property.name, why, "a property cannot be opened");
        say(deltas, clock, &why, Some(AGAIN)).await?;
        tokio::select! {
            () = sleep(AGAIN) => {}
            () = hurry.notified() => {}
        }
    }
}

/// Says of everything why there is nothing.
async fn say(deltas: &mpsc::Sender<Delta>, clock: &Clock, why: &str, again: Option<Duration>) -> Option<()> {
    let at = clock.now();
    let retry_at = again.and_then(|wait| TimeDelta::from_std(wait).ok()).map(|wait| at + wait);
    for what in Resource::ALL {
        let why = Fault { kind: FaultKind::Auth, words: Text::new(why), request_id: None };
        deltas.send(Delta::Failed { what, why, at, retry_at }).await.ok()?;
    }
    Some(())
}
