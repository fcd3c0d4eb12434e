//! A virtual hotel behind Seam's HTTP surface: the rules of the real API, a clock that can run fast, faults
//! on demand.
//!
//! It answers every endpoint of Seam's public OpenAPI document that a front desk needs, with JSON of its own
//! making, so that a client's reading of Seam never vouches for its own errors. Everything that happens is
//! drawn from a seed: the same seed and the same requests at the same virtual times give the same answers,
//! ids included.
//!
//! | part | what it knows |
//! |---|---|
//! | `clock`, `dice`, `names` | virtual time, chance that can be replayed, guests |
//! | `house`, `keys`, `hotel` | the state: what stands still, what moves, indexes and agenda |
//! | `build` | the hotel and its night, generated |
//! | `access`, `asking`, `life`, `desk` | what changes set in motion, keys asked for, how it ends, encoders |
//! | `night`, `breakage`, `said` | what a night brings, what breaks and is mended, what records are made to say |
//! | `show` | the state as Seam's JSON |
//! | `params`, `answer`, `calls` | parameters, errors, one function an endpoint |
//! | `http`, `wire`, `spoil`, [`faults`] | requests, connections that break, answers that are wrong |
//! | [`control`], `incident` | driving it from a test |
//!
//! Where Seam's documents leave a behaviour open, the sandbox chose: an encoder that is busy lets further jobs
//! wait; a grant stays listed after its end, its PIN and mobile key no longer issued; deleting one card
//! silences that card once the bridge has passed it on; a new Instant Key leaves the older ones valid and is
//! valid for 72 hours; a card that was cut keeps its `updating_access_times` mutation until it is cut again.

mod access;
mod answer;
mod asking;
mod breakage;
mod build;
mod calls;
mod clock;
pub mod control;
mod desk;
mod dice;
pub mod faults;
mod hotel;
mod house;
mod http;
mod incident;
mod keys;
mod life;
mod names;
mod night;
mod params;
mod said;
mod show;
mod spoil;
#[cfg(test)]
mod tests;
mod wire;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use chrono::{DateTime, Utc};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use control::Control;
pub use faults::{Fault, FaultKind, RetryAfter};
pub use incident::Incident;

use crate::secret::Secret;
use http::Shared;

/// How a sandbox starts.
#[derive(Clone, Debug)]
pub struct Options {
    /// Rooms that can be let.
    pub rooms: usize,
    /// Access grants when it opens. More than tonight's rooms can hold become stays before and after.
    pub grants: usize,
    /// What everything is drawn from.
    pub seed: u64,
    /// Virtual seconds a second; 0 lets the clock stand still from the start.
    pub speed: f64,
    /// Virtual time at the start; None is the most recent 03:14 at the hotel (Europe/Berlin).
    pub now: Option<DateTime<Utc>>,
    /// Where it listens; port 0 chooses one.
    pub listen: SocketAddr,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rooms: 190,
            grants: 181,
            seed: 1,
            speed: 1.0,
            now: None,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        }
    }
}

impl Options {
    /// The instant the hotel's clock starts at when the real one shows `real_now`, UTC.
    pub fn tonight(&self, real_now: DateTime<Utc>) -> DateTime<Utc> {
        self.now.unwrap_or_else(|| clock::last_night(real_now, build::zone()))
    }
}

/// Why a sandbox could not start or be driven.
#[derive(Debug, Error)]
pub enum SandboxError {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// An incident named something that is not there.
    #[error("no such incident: {message}")]
    Incident {
        /// What was not there.
        message: String,
    },
}

/// A running sandbox. Dropping it ends it; [`Sandbox::shutdown`] also waits until it has ended.
pub struct Sandbox {
    shared: Arc<Shared>,
    address: SocketAddr,
    server: JoinHandle<()>,
    ticker: JoinHandle<()>,
}

/// How long open requests may take to end when the sandbox closes.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often the hotel lives on when nobody asks.
const TICK: Duration = Duration::from_secs(5);

impl Sandbox {
    /// Builds the hotel and returns once it listens. Errors: the address cannot be listened on.
    pub async fn start(options: Options) -> Result<Self, SandboxError> {
        let refused = |source| SandboxError::Listen { address: options.listen, source };
        let listener = TcpListener::bind(options.listen).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let plan = build::Plan {
            rooms: options.rooms,
            grants: options.grants,
            seed: options.seed,
            speed: options.speed,
            now: options.now,
        };
        let shared = Arc::new(Shared::new(build::build(&plan, Utc::now())));
        let router = Router::new().fallback(http::serve).with_state(shared.clone());
        let service = router.into_make_service_with_connect_info::<wire::Wire>();
        let mut closing = shared.closing.subscribe();
        let closed = async move {
            let _ = closing.wait_for(|closing| *closing).await;
        };
        let server = crate::task::spawn(async move {
            let serve = axum::serve(wire::Doorman(listener), service).with_graceful_shutdown(closed);
            // Serving ends only when it is told to.
            let _ = serve.await;
        });
        let living = shared.clone();
        let ticker = crate::task::spawn(async move {
            loop {
                tokio::time::sleep(TICK).await;
                drop(living.hotel());
            }
        });
        Ok(Self { shared, address, server, ticker })
    }

    /// `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The key every request needs; it follows from the seed.
    pub fn api_key(&self) -> Secret {
        self.shared.key.clone()
    }

    /// The handle with which a test drives this hotel.
    pub fn control(&self) -> Control {
        Control::new(self.shared.clone())
    }

    /// Ends the sandbox and waits until its connections are closed, for two seconds at most.
    pub async fn shutdown(mut self) {
        self.shared.closing.send_replace(true);
        let _ = tokio::time::timeout(PATIENCE, &mut self.server).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.shared.closing.send_replace(true);
        self.ticker.abort();
        self.server.abort();
    }
}
