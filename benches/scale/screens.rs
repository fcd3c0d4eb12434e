//! The desks without terminals, and when each of them shows what.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::app::{App, Event};
use nightdesk::property::{Grant, Property as Hotel, Resource, Settings as HotelSettings};
use nightdesk::relay::{Handle, Setup, Station, start};
use nightdesk::seam::id::GrantId;
use nightdesk::secret::Marker;
use nightdesk::store::{Server, Store};
use nightdesk::sync::{Cadence, Clock};
use tokio::sync::mpsc;

use crate::{Property, house};

/// A change at the API.
#[derive(Clone, Debug)]
pub struct Change {
    pub grant: GrantId,
    pub end: DateTime<Utc>,
    pub at: Instant,
}

/// A property as one desk shows it.
struct Screen {
    app: App,
    handle: Handle,
    /// What happened and is not on it yet.
    expected: Vec<Change>,
    /// What was shown, and how long after it had happened.
    shown: Vec<(Change, Duration)>,
}

impl Screen {
    fn update(&mut self, event: Event) {
        self.app.update(Utc::now(), event);
        let Self { app, expected, shown, .. } = self;
        expected.retain(|change| {
            let is_there = app.property.grant(&change.grant).is_some_and(|g| g.ends_at() >= Some(change.end));
            if is_there {
                shown.push((change.clone(), change.at.elapsed()));
            }
            !is_there
        });
    }

    fn is_read(&self) -> bool {
        Resource::ALL.iter().all(|what| self.app.property.source(*what).as_of.is_some())
    }
}

/// All screens: by property, by desk.
pub struct Screens {
    by_property: Vec<Vec<Arc<Mutex<Screen>>>>,
}

impl Screens {
    pub async fn open(desks: usize, server: &Server, properties: &[Property]) -> Self {
        let mut by_property: Vec<Vec<Arc<Mutex<Screen>>>> = properties.iter().map(|_| Vec::new()).collect();
        for desk in 0..desks {
            let store = Store::connect(server).await.expect("the store");
            let station = Station::new(&store, format!("desk {desk}").into());
            for (n, property) in properties.iter().enumerate() {
                by_property[n].push(open(&station, property));
            }
        }
        Self { by_property }
    }

    fn all(&self) -> impl Iterator<Item = &Arc<Mutex<Screen>>> {
        self.by_property.iter().flatten()
    }

    /// Waits until everything is on every screen.
    pub async fn read(&self) {
        while !self.all().all(|screen| screen.lock().unwrap().is_read()) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// A grant of a property that runs, the `nth` of those there are, and its end.
    pub fn running(&self, property: usize, nth: usize) -> Option<(GrantId, DateTime<Utc>)> {
        let screen = self.by_property[property].first()?.lock().unwrap();
        let now = Utc::now();
        let runs = |g: &&Grant| {
            g.starts_at() < Some(now)
                && g.ends_at() > Some(now + TimeDelta::hours(2))
                && !g.is_being_deleted()
                && g.pending().is_empty()
        };
        let mut running: Vec<&Grant> = screen.app.property.grants().filter(runs).collect();
        running.sort_by(|a, b| a.id.cmp(&b.id));
        let grant = running.get(nth % running.len().max(1))?;
        Some((grant.id.clone(), grant.ends_at()?))
    }

    /// Waits for a change on every screen of a property.
    pub fn expect(&self, property: usize, change: Change) {
        for screen in &self.by_property[property] {
            screen.lock().unwrap().expected.push(change.clone());
        }
    }

    /// It was not made after all.
    pub fn forget(&self, property: usize, grant: &GrantId, end: DateTime<Utc>) {
        for screen in &self.by_property[property] {
            screen.lock().unwrap().expected.retain(|c| c.grant != *grant || c.end != end);
        }
    }

    /// Waits until every change is on every screen, for a while.
    pub async fn settle(&self) {
        let began = Instant::now();
        let is_open = |screen: &Arc<Mutex<Screen>>| !screen.lock().unwrap().expected.is_empty();
        while self.all().any(is_open) && began.elapsed() < Duration::from_secs(60) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// How long changes took to the screens, and from the first screen, which is the poller's, to the others.
    pub fn latencies(&self) -> String {
        let mut all = Vec::new();
        let mut first: HashMap<(GrantId, Instant), Duration> = HashMap::new();
        for screen in self.all() {
            for (change, took) in &screen.lock().unwrap().shown {
                all.push(((change.grant.clone(), change.at), *took));
                let first = first.entry((change.grant.clone(), change.at)).or_insert(*took);
                *first = (*first).min(*took);
            }
        }
        let missing: usize = self.all().map(|screen| screen.lock().unwrap().expected.len()).sum();
        let later = all.iter().map(|(change, took)| *took - first[change]).filter(|later| !later.is_zero());
        format!(
            "from a change to a screen: {}; {} times, {missing} never\nfrom the first screen to another: {}",
            spread(all.iter().map(|(_, took)| *took).collect()),
            all.len(),
            spread(later.collect()),
        )
    }
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    let at =
        |part: f64| times.get(((times.len().max(1) - 1) as f64 * part) as usize).copied().unwrap_or_default();
    format!("p50 {:.2?}, p99 {:.2?}, longest {:.2?}", at(0.5), at(0.99), at(1.0))
}

fn open(station: &Station, property: &Property) -> Arc<Mutex<Screen>> {
    let clock: Clock = Arc::new(Utc::now);
    let (out, mut deltas) = mpsc::channel(256);
    let handle = start(Setup {
        station: station.clone(),
        hotel: property.name.as_str().into(),
        client: property.client(),
        cadence: Cadence::default(),
        clock,
        set_clock: Arc::new(|_| ()),
        marker: Marker::new(&property.sandbox.api_key()),
        events_kept: HotelSettings::default().events_kept,
        out,
    });
    // As if somebody looked at each: what nobody looks at is asked for less often.
    handle.set_calm(false);
    let hotel = Hotel::new(HotelSettings::default(), Utc::now());
    let app = App::new(hotel, house::settings());
    let screen = Arc::new(Mutex::new(Screen { app, handle, expected: Vec::new(), shown: Vec::new() }));
    let shown = Arc::clone(&screen);
    tokio::spawn(async move {
        while let Some(delta) = deltas.recv().await {
            let mut screen = shown.lock().unwrap();
            screen.update(Event::Data(delta));
        }
        let _ = &shown.lock().unwrap().handle;
    });
    screen
}
