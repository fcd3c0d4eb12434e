//! Tells the other desks of a shared store that this one is open, and who else is: one question for all properties
//! of the program, every ten seconds.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::app::Event;
use crate::app::duty::Duty;
use crate::journal::{Home, Who};
use crate::seam::chance;
use crate::text::Text;

/// How often it is said, less up to a fifth.
const EVERY: Duration = Duration::from_secs(10);
/// How soon after a property was opened.
const SOON: Duration = Duration::from_millis(500);
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The desks that are open. A clone is the same.
#[derive(Clone)]
pub(super) struct Roll(Arc<Inner>);

struct Inner {
    home: Home,
    desk: String,
    who: Mutex<Who>,
    places: Mutex<BTreeMap<Text, Place>>,
}

struct Place {
    news: mpsc::Sender<Event>,
    told: Option<Duty>,
    /// How many desks are open there, this one among them.
    desks: watch::Sender<usize>,
}

fn whole<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Roll {
    /// Begins, where a store is shared. Inside a tokio runtime.
    pub(super) fn new(home: &Home, operator: Option<Text>) -> Option<Self> {
        home.server()?;
        let desk = uuid::Uuid::now_v7().to_string();
        let who = Mutex::new(Who::here(operator));
        let roll = Self(Arc::new(Inner { home: home.clone(), desk, who, places: Mutex::default() }));
        let inner = Arc::downgrade(&roll.0);
        crate::task::spawn(async move {
            loop {
                let Some(roll) = inner.upgrade() else { return };
                let is_idle = whole(&roll.places).is_empty();
                if !is_idle {
                    // A store that is away tells nobody: who was there last is what is known.
                    let _ = timeout(PATIENCE, roll.say()).await;
                }
                drop(roll);
                tokio::time::sleep(if is_idle { SOON } else { EVERY.mul_f64(1.0 - 0.2 * chance()) }).await;
            }
        });
        Some(roll)
    }

    /// This desk is open at a property, whose screen is told who else is. Tells how many desks are, as far as was
    /// last heard.
    pub(super) fn join(&self, hotel: Text, news: mpsc::Sender<Event>) -> watch::Receiver<usize> {
        let (desks, told) = watch::channel(1);
        whole(&self.0.places).insert(hotel, Place { news, told: None, desks });
        let roll = self.clone();
        crate::task::spawn(async move {
            tokio::time::sleep(SOON).await;
            let _ = timeout(PATIENCE, roll.0.say()).await;
        });
        told
    }

    /// Another person is at the desk.
    pub(super) fn set_operator(&self, operator: Option<Text>) {
        whole(&self.0.who).operator = operator;
    }

    /// Who is at the desk.
    pub(super) fn who(&self) -> Who {
        whole(&self.0.who).clone()
    }

    /// The desk is closed.
    pub(super) async fn leave(&self) {
        if let Some(journal) = self.0.home.opened() {
            let _ = timeout(PATIENCE, journal.off_duty(&self.0.desk)).await;
        }
    }
}

impl Inner {
    async fn say(&self) {
        let hotels: Vec<Text> = {
            let mut places = whole(&self.places);
            places.retain(|_, place| !place.news.is_closed());
            places.keys().cloned().collect()
        };
        let who = whole(&self.who).clone();
        let Ok(journal) = self.home.open().await else { return };
        let colleagues = match journal.on_duty(&self.desk, &who, &hotels).await {
            Ok(Some(colleagues)) => colleagues,
            Ok(None) => return,
            Err(error) => {
                tracing::debug!(%error, "who else is on duty cannot be asked");
                return;
            }
        };
        for (hotel, place) in whole(&self.places).iter_mut() {
            let of = colleagues.iter().filter(|colleague| colleague.hotel == *hotel);
            let names: Vec<Text> = of.map(|colleague| colleague.name.clone()).collect();
            place
                .desks
                .send_if_modified(|desks| std::mem::replace(desks, names.len() + 1) != names.len() + 1);
            let now = Duty::Others(names);
            // A screen that is behind is told the next time.
            if place.told.as_ref() != Some(&now) && place.news.try_send(Event::OnDuty(now.clone())).is_ok() {
                place.told = Some(now);
            }
        }
    }
}
