//! Looks at the seats of all properties of this program at once: one question every two seconds, however many
//! there are.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use chrono::Utc;
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::election::Term;
use super::follow::Head;
use super::table::ahead;
use crate::seam::chance;
use crate::store::{Store, StoreError, sql};
use crate::text::Text;

/// How often the seats are looked at, less up to a tenth.
const LOOK: Duration = Duration::from_secs(2);
/// How long an answer of the store is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

const SEATS: &str = "SELECT s.hotel AS hotel, s.term AS term, s.desk AS desk, s.who AS who,
        s.until - now_ms() AS ms, s.number AS number, s.pruned AS pruned, s.told AS told,
        CASE WHEN s.told > k.told THEN s.sources END AS sources, now_ms() AS now
    FROM json_to_recordset(CAST($1 AS JSON)) AS k (hotel TEXT, told BIGINT)
    JOIN relay_seat AS s ON s.hotel = k.hotel";

/// A seat as the store shows it.
#[derive(Clone, Debug, Default)]
pub(super) struct Seat {
    pub(super) term: Term,
    pub(super) desk: String,
    pub(super) who: String,
    /// For how long it is held; none where nobody holds it.
    pub(super) left: Option<Duration>,
    pub(super) head: Head,
    /// By how many milliseconds the store's clock is ahead of this desk's; none where nobody ever sat.
    pub(super) ahead: Option<i64>,
}

/// What is told to who asked.
#[derive(Debug)]
pub(super) enum Seen {
    Seat(Seat),
    /// The store does not answer, or not as it should.
    Away(Arc<StoreError>),
}

/// One question for all properties of a program. A clone is the same.
#[derive(Clone, Debug)]
pub struct Station(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    desk: String,
    who: Text,
    places: Mutex<BTreeMap<String, Place>>,
}

#[derive(Debug)]
struct Place {
    told: i64,
    out: mpsc::UnboundedSender<Seen>,
}

impl Station {
    /// A station of a desk on this store; `who` is at it. Nothing is asked before a property is followed.
    /// Inside a tokio runtime.
    pub fn new(store: &Store, who: Text) -> Self {
        let desk = uuid::Uuid::now_v7().to_string();
        let inner = Arc::new(Inner { store: store.waiting(PATIENCE), desk, who, places: Mutex::default() });
        crate::task::spawn(look(Arc::downgrade(&inner)));
        Self(inner)
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    pub(super) fn desk(&self) -> &str {
        &self.0.desk
    }

    pub(super) fn who(&self) -> &Text {
        &self.0.who
    }

    /// Looks at the seat of a property from now on.
    pub(super) fn watch(&self, hotel: &str) -> mpsc::UnboundedReceiver<Seen> {
        let (out, seen) = mpsc::unbounded_channel();
        self.0.places().insert(hotel.to_owned(), Place { told: 0, out });
        seen
    }

    /// It is known at this desk where the readings of a property stand, as it was told the `told`th time.
    pub(super) fn knows(&self, hotel: &str, told: i64) {
        if let Some(place) = self.0.places().get_mut(hotel) {
            place.told = told;
        }
    }
}

impl Inner {
    fn places(&self) -> MutexGuard<'_, BTreeMap<String, Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks once, and tells everybody.
    async fn look(&self) {
        let asked: Vec<_> = {
            let mut places = self.places();
            places.retain(|_, place| !place.out.is_closed());
            let one = |(hotel, place): (&String, &Place)| json!({"hotel": hotel, "told": place.told});
            places.iter().map(one).collect()
        };
        if asked.is_empty() {
            return;
        }
        match self.seats(&json!(asked).to_string()).await {
            Ok(mut seats) => {
                for (hotel, place) in self.places().iter() {
                    let seat = seats.remove(hotel).unwrap_or_default();
                    let _ = place.out.send(Seen::Seat(seat));
                }
            }
            Err(error) => {
                let error = Arc::new(error);
                for place in self.places().values() {
                    let _ = place.out.send(Seen::Away(Arc::clone(&error)));
                }
            }
        }
    }

    async fn seats(&self, asked: &str) -> Result<BTreeMap<String, Seat>, StoreError> {
        let before = Utc::now();
        let rows = self.store.all(sql(SEATS).bind(asked)).await?;
        let mut seats = BTreeMap::new();
        for row in rows {
            let left = u64::try_from(row.number("ms")?).ok().filter(|ms| *ms > 0);
            let head = Head {
                number: row.number("number")?,
                pruned: row.number("pruned")?,
                told: row.number("told")?,
                sources: row.maybe_text("sources")?,
            };
            let seat = Seat {
                term: row.number("term")?,
                desk: row.text("desk")?,
                who: row.text("who")?,
                left: left.map(Duration::from_millis),
                head,
                ahead: Some(ahead(row.number("now")?, before)),
            };
            seats.insert(row.text("hotel")?, seat);
        }
        Ok(seats)
    }
}

/// Looks again and again, as long as anybody has the station.
async fn look(inner: Weak<Inner>) {
    loop {
        let Some(station) = inner.upgrade() else { return };
        station.look().await;
        let is_idle = station.places().is_empty();
        drop(station);
        // Whoever begins to follow is not kept waiting.
        let wait = if is_idle { LOOK / 10 } else { LOOK };
        sleep(wait.mul_f64(1.0 - 0.1 * chance())).await;
    }
}
