//! Between the typed client and the socket: budget, retries, the meaning of answers.

pub(super) mod decode;
mod judge;
pub(super) mod wire;

use std::collections::VecDeque;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::budget::{Budget, Priority};
use super::client::{Gate, Settings};
use super::error::{ErrorKind, SeamError};
use crate::order::Arrange as _;
use crate::secret::Secret;
use judge::{http_date, judge, pause, to_chrono};
use wire::{Reply, Wire};

/// After a 429 that does not say how long, nobody asks for at least this long.
const UNTOLD_PAUSE: Duration = Duration::from_secs(1);
/// How many answers the clock is compared with.
const CLOCK_SAMPLES: usize = 5;
/// No retry waits longer, whatever its number.
const LONGEST_BACKOFF: Duration = Duration::from_secs(8);

/// What the transport takes from the world, so that a test can give it another.
#[derive(Clone)]
pub(super) struct World {
    /// This machine's clock.
    pub(super) now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// From 0 up to 1, uniformly.
    pub(super) random: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl Default for World {
    fn default() -> Self {
        Self { now: Arc::new(Utc::now), random: Arc::new(chance) }
    }
}

/// From 0 up to 1, uniformly. Good enough to spread retries: each `RandomState` of the standard library has keys of its own.
pub(crate) fn chance() -> f64 {
    let bits = RandomState::new().build_hasher().finish() >> 32;
    f64::from(u32::try_from(bits).unwrap_or(0)) / (f64::from(u32::MAX) + 1.0)
}

/// One request.
pub(super) struct Call<'a> {
    pub(super) path: &'static str,
    pub(super) body: Vec<u8>,
    /// Whether it changes something; then it is sent at most once.
    pub(super) changes: bool,
    /// What must not come back in an error's words.
    pub(super) secrets: Vec<&'a Secret>,
    /// Whether it may be sent.
    pub(super) gate: Option<&'a Gate>,
}

/// Sends requests, one budget and one clock for all.
pub(super) struct Transport {
    base: String,
    settings: Settings,
    wire: Box<dyn Wire>,
    budget: Budget,
    world: World,
    skews: Mutex<VecDeque<chrono::Duration>>,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Transport({})", self.base)
    }
}

/// An attempt that failed, and how long to wait before another.
struct Failed {
    error: SeamError,
    wait: Duration,
}

impl Transport {
    pub(super) fn new(base: String, settings: Settings, wire: Box<dyn Wire>, world: World) -> Self {
        let budget = Budget::new(settings.requests_per_second, settings.burst);
        Self { base, settings, wire, budget, world, skews: Mutex::default() }
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Sends `call` when its turn comes. Reads are tried again where that may help; changes never.
    ///
    /// # Errors
    /// Everything [`ErrorKind`] knows up to the decoding of a 2xx answer.
    pub(super) async fn send(&self, call: &Call<'_>, priority: Priority) -> Result<Reply, SeamError> {
        let retries = if call.changes { 0 } else { self.settings.read_retries };
        let mut attempt = 0;
        loop {
            if let Err(left) = self.budget.take(priority, self.settings.patience).await {
                let until = (self.world.now)() + to_chrono(left);
                let error = SeamError::new(call.path, ErrorKind::RateLimited { until });
                return Err(error.with_retry_after(left));
            }
            if call.gate.is_some_and(|gate| !gate.is_open()) {
                // Somebody else asks now; whoever waits here is about to be ended.
                std::future::pending::<()>().await;
            }
            let failed = match self.attempt(call, attempt).await {
                Ok(reply) => return Ok(reply),
                Err(failed) => failed,
            };
            let wait = failed.wait;
            let limited = matches!(failed.error.kind(), ErrorKind::RateLimited { .. });
            if limited {
                self.budget.close_for(wait);
            }
            if attempt >= retries || !failed.error.is_transient() || wait > self.settings.patience {
                return Err(failed.error);
            }
            // After a 429 the closed budget does the waiting, for everybody.
            if !limited {
                tokio::time::sleep(wait).await;
            }
            attempt += 1;
        }
    }

    async fn attempt(&self, call: &Call<'_>, attempt: u32) -> Result<Reply, Failed> {
        let sent_at = (self.world.now)();
        let result = self.wire.post(call.path, call.body.clone()).await;
        let now = (self.world.now)();
        let ms = (now - sent_at).num_milliseconds();
        let path = call.path;
        match result {
            Ok(reply) => {
                let request_id = reply.request_id.as_ref().map_or("-", |id| id.as_str());
                tracing::debug!(path, attempt, status = reply.status, ms, request_id, "answered");
                // A page from something in between says nothing of Seam's clock.
                if (200..300).contains(&reply.status) {
                    self.compare_clocks(&reply, sent_at, now);
                }
                self.judged(call, reply, now, self.backoff(attempt))
            }
            Err(e) => {
                let kind = ErrorKind::from((e, self.settings.max_body_bytes));
                tracing::debug!(path, attempt, ms, error = %kind, "no answer");
                Err(Failed { error: SeamError::new(path, kind), wait: self.backoff(attempt) })
            }
        }
    }

    fn judged(
        &self,
        call: &Call<'_>,
        reply: Reply,
        now: DateTime<Utc>,
        backoff: Duration,
    ) -> Result<Reply, Failed> {
        if (200..300).contains(&reply.status) {
            return Ok(reply);
        }
        let mut secrets = call.secrets.clone();
        secrets.push(&self.settings.api_key);
        let asked = pause(&reply, now);
        let least = if reply.status == 429 { UNTOLD_PAUSE } else { Duration::ZERO };
        let wait = asked.unwrap_or(least).max(backoff);
        let kind = judge(&reply, &self.base, now + to_chrono(wait), &secrets);
        let mut error = SeamError::new(call.path, kind).with_answer(reply.status, reply.request_id);
        if let Some(asked) = asked {
            error = error.with_retry_after(asked);
        }
        Err(Failed { error, wait })
    }

    /// Full jitter: anything up to a limit that doubles.
    fn backoff(&self, attempt: u32) -> Duration {
        let limit = self.settings.retry_base.saturating_mul(1 << attempt.min(10)).min(LONGEST_BACKOFF);
        limit.mul_f64((self.world.random)().clamp(0.0, 1.0))
    }

    fn compare_clocks(&self, reply: &Reply, sent_at: DateTime<Utc>, now: DateTime<Utc>) {
        let Some(theirs) = reply.date.as_deref().and_then(http_date) else { return };
        let ours = sent_at + (now - sent_at) / 2;
        let mut skews = self.skews.lock().unwrap_or_else(PoisonError::into_inner);
        if skews.len() == CLOCK_SAMPLES {
            skews.pop_front();
        }
        skews.push_back(theirs - ours);
    }

    /// The server's clock less ours: the median of the last answers, good to about a second.
    pub(super) fn clock_skew(&self) -> Option<chrono::Duration> {
        let skews = self.skews.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sorted: Vec<_> = skews.iter().copied().collect();
        sorted.arrange();
        sorted.get(sorted.len() / 2).copied()
    }
}
