//! One poller a property: of the desks that share a store one polls, and the others follow what it tells.
//!
//! So the API is asked as often as one desk asks it, however many there are. Who polls is elected, for a term
//! that runs out within seconds unless it is renewed; whoever dies, sleeps or is cut off is replaced, and
//! whatever it still writes then is refused by the store. What is told is the newest state of each record,
//! without PINs, links and keys, each with a number; whoever follows reads what is above its own number, and
//! whoever begins reads all.
//!
//! | part | what it does |
//! |---|---|
//! | [`election`] | who polls: pure, what happened in, what is to be done out |
//! | [`memory`], [`veil`], [`body`] | what the poller told already; what must not be told; how it is written |
//! | [`follow`] | what is new above a number, as news of the hotel: pure |
//! | [`handover`] | how a new poller goes on where the last one stopped: pure |
//! | [`table`], [`station`] | the statements; one look at all seats |
//! | [`desk`], [`poll`] | one desk and one property: all of this together |

mod body;
mod desk;
mod election;
mod follow;
mod handover;
mod kind;
mod memory;
mod poll;
mod source;
mod station;
mod table;
mod veil;
mod wake;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

pub use station::Station;
pub use table::{hotel_of, tell_hotel};

use crate::property::Delta;
use crate::seam::Client;
use crate::seam::id::GrantId;
use crate::secret::Marker;
use crate::sync::{Cadence, Clock};
use crate::text::Text;
use desk::{Order, Place};
use poll::Needs;
use table::Table;

/// How long the end of a program waits until the other desks know.
const GOODBYE: Duration = Duration::from_secs(1);

/// How a desk stands to a property.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Who polls is not known, or being settled.
    #[default]
    Looking,
    /// This desk polls, for all.
    Polling,
    /// Another desk does.
    Following {
        /// Whose: "maria on desk-2".
        whom: Text,
    },
    /// The store does not answer; what is on the screen grows old.
    Away {
        /// Since when, by the hotel's clock.
        since: DateTime<Utc>,
        /// Why.
        why: Text,
    },
}

/// Sets a clock by the API's, which is so far ahead of this desk's.
pub type SetClock = Arc<dyn Fn(TimeDelta) + Send + Sync>;

/// What the relay of one property is started with.
pub struct Setup {
    /// Where the seats are looked at.
    pub station: Station,
    /// The property, as the journal names it.
    pub hotel: Text,
    /// The client of its API, for polling alone: what it asks for need not wait for anything else.
    pub client: Client,
    /// How often is asked.
    pub cadence: Cadence,
    /// The hotel's time.
    pub clock: Clock,
    /// Is told the API's clock less this desk's, whoever asked the API: whoever follows does not.
    pub set_clock: SetClock,
    /// Makes marks of what must not be told.
    pub marker: Marker,
    /// How many events are kept for those who follow.
    pub events_kept: usize,
    /// Where news of the hotel goes, whoever read it.
    pub out: mpsc::Sender<Delta>,
}

/// The running relay of one property; it ends when this is dropped.
#[derive(Debug)]
pub struct Handle {
    orders: mpsc::UnboundedSender<Order>,
    standing: watch::Receiver<Standing>,
}

/// Starts polling or following a property, as it is settled with the other desks. Must be called inside a
/// tokio runtime.
pub fn start(setup: Setup) -> Handle {
    let Setup { station, hotel, client, cadence, clock, set_clock, marker, events_kept, out } = setup;
    let hotel = hotel.to_string();
    let table = Table {
        store: station.store().clone(),
        hotel: hotel.clone(),
        desk: station.desk().to_owned(),
        who: station.who().to_string(),
    };
    let (standing, told) = watch::channel(Standing::default());
    let needs = Needs { client, cadence, clock, marker };
    let (orders, waiting) = mpsc::unbounded_channel();
    let place = Place { table, station, needs, set_clock, events_kept, out, standing };
    crate::task::spawn(desk::run(place, waiting));
    Handle { orders, standing: told }
}

impl Handle {
    /// Has everything read now, by whoever polls. Waits for nothing; what several desks ask for at once is read
    /// once.
    pub fn poll_now(&self) {
        self.order(Order::PollNow);
    }

    /// Whether nobody looks at the property at this desk.
    pub fn set_calm(&self, calm: bool) {
        self.order(Order::Look(!calm));
    }

    /// Has these grants read every second or so for a minute: an action waits for them.
    pub fn watch(&self, grants: impl IntoIterator<Item = GrantId>) {
        self.order(Order::Watch(grants.into_iter().collect()));
    }

    /// How this desk stands, now and whenever that changes.
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.clone()
    }

    /// Has everything that was told read again when called: what is on the screen is something else by then.
    pub fn anew(&self) -> impl Fn() + Send + 'static {
        let orders = self.orders.clone();
        move || drop(orders.send(Order::Anew))
    }

    /// Ends it in good order: if this desk polls, another takes over at once.
    pub async fn leave(self) {
        let (done, told) = oneshot::channel();
        self.order(Order::Leave(done));
        let _ = timeout(GOODBYE, told).await;
    }

    fn order(&self, order: Order) {
        // Nobody to take it means that the program is ending.
        let _ = self.orders.send(order);
    }
}

#[cfg(test)]
mod tests;
