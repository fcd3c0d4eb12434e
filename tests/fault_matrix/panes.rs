//! The pollers and the hotel they fill, while one of their endpoints answers wrongly: rows stay, the trouble
//! is told with its time, and everything comes right by itself.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use nightdesk::app::health::{Health, health};
use nightdesk::property::{Delta, Property, Resource, Settings as Hotel, Stage};
use nightdesk::seam::{Client, Settings};
use nightdesk::sync::{self, Cadence, Clock, Handle};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::house::{House, all};
use crate::wrong::{Read, Wrong, all as wrongs};

/// No case takes longer, however busy the machine.
const LONGEST: Duration = Duration::from_secs(40);

/// What each poller reads, and where.
const POLLED: &[(Resource, &str)] = &[
    (Resource::Grants, "/access_grants/list"),
    (Resource::Grants, "/access_grants/get_related"),
    (Resource::Systems, "/acs/systems/list"),
    (Resource::Spaces, "/spaces/list"),
    (Resource::Entrances, "/acs/entrances/list"),
    (Resource::Devices, "/devices/list"),
    (Resource::Encoders, "/acs/encoders/list"),
    (Resource::Identities, "/user_identities/list"),
    (Resource::InstantKeys, "/instant_keys/list"),
    (Resource::Events, "/events/list"),
];

pub fn brisk() -> Cadence {
    let soon = Duration::from_millis(40);
    Cadence {
        events: soon * 2,
        hot: soon * 4,
        watched: soon,
        systems: soon,
        devices: soon,
        entrances: soon,
        encoders: soon,
        instant_keys: soon,
        spaces: soon,
        identities: soon,
        grants: soon,
        page: Duration::from_millis(1),
        doors: Duration::from_millis(5),
        retry_first: Duration::from_millis(15),
        retry_cap: Duration::from_millis(40),
        ..Cadence::default()
    }
}

pub struct Desk {
    pub house: House,
    pub property: Property,
    clock: Clock,
    deltas: mpsc::Receiver<Delta>,
    _polling: Handle,
}

impl Desk {
    /// A desk that goes by the hotel's clock.
    async fn open() -> Self {
        Self::open_by(|house, _| {
            let control = house.control.clone();
            Arc::new(move || control.now())
        })
        .await
    }

    /// A desk that goes by a clock of its own.
    pub async fn open_by(clock: impl FnOnce(&House, &Client) -> Clock) -> Self {
        let house = House::open().await;
        // What is under way in the hotel stays so: every row is there to the end.
        house.control.freeze(true);
        let settings = Settings { read_retries: 0, max_pages: 20, ..house.settings() };
        let settings = Settings { read_timeout: Duration::from_millis(400), ..settings };
        let settings = Settings { total_timeout: Duration::from_millis(800), ..settings };
        let client = Client::new(settings).unwrap();
        let (out, deltas) = mpsc::channel(256);
        let clock = clock(&house, &client);
        client.get_workspace().await.unwrap();
        let _polling = sync::start(&client, brisk(), Arc::clone(&clock), out);
        let property = Property::new(Hotel::default(), clock());
        let mut desk = Self { house, property, clock, deltas, _polling };
        let all = |p: &Property| Resource::ALL.into_iter().all(|what| p.source(what).as_of.is_some());
        desk.until(|p, _| all(p), "at the start").await;
        desk.settle().await;
        desk
    }

    /// Waits until reading everything once more brings nothing new: doors are asked for one by one.
    async fn settle(&mut self) {
        let mut before = BTreeSet::new();
        for turn in 0..50 {
            for _ in 0..2 {
                self.until(|_, d| is_news(d, Resource::Grants), "reading on").await;
            }
            let now: BTreeSet<String> = Resource::ALL.into_iter().flat_map(|what| self.rows(what)).collect();
            if now == before && turn > 2 {
                return;
            }
            before = now;
        }
        panic!("the rows are never the same");
    }

    /// Takes in what comes until `is` says that it is enough.
    pub async fn until(&mut self, mut is: impl FnMut(&Property, &Delta) -> bool, case: &str) {
        let waited = timeout(LONGEST, async {
            loop {
                let delta = self.deltas.recv().await.unwrap();
                self.property.apply(delta.clone(), (self.clock)());
                if is(&self.property, &delta) {
                    return;
                }
            }
        });
        assert!(waited.await.is_ok(), "{case}: waited in vain");
    }

    /// The ids of the rows of a pane.
    fn rows(&self, what: Resource) -> BTreeSet<String> {
        let p = &self.property;
        match what {
            Resource::Grants => p
                .grants()
                .flat_map(|g| {
                    p.methods_of(&g.id).into_iter().map(|m| m.id.to_string()).chain([g.id.to_string()])
                })
                .collect(),
            Resource::Systems => p.systems().map(|r| r.id.to_string()).collect(),
            Resource::Spaces => p.spaces().map(|r| r.id.to_string()).collect(),
            Resource::Encoders => p.encoders().map(|r| r.id.to_string()).collect(),
            Resource::Identities => p.identities().map(|r| r.id.to_string()).collect(),
            Resource::Entrances | Resource::Devices => p
                .grants()
                .flat_map(|g| {
                    let doors = p.doors_of(&g.id);
                    let known = doors.entrances.iter().filter(|id| p.entrance(id).is_some());
                    let locks = doors.devices.iter().filter(|id| p.device(id).is_some());
                    known.map(ToString::to_string).chain(locks.map(ToString::to_string)).collect::<Vec<_>>()
                })
                .collect(),
            Resource::InstantKeys => p
                .identities()
                .flat_map(|g| p.instant_keys(&g.id).into_iter().map(|k| k.id.to_string()).collect::<Vec<_>>())
                .collect(),
            Resource::Workspace | Resource::Events => BTreeSet::new(),
        }
    }
}

fn is_failed(p: &Property, what: Resource) -> bool {
    matches!(p.source(what).stage, Stage::Failed { .. })
}

/// What tells that a wrong answer has arrived, and whether it was heard of.
async fn befalls(desk: &mut Desk, (what, path): (Resource, &str), wrong: &Wrong, case: &str) {
    let rows = desk.rows(what);
    let before = desk.house.control.asked(path).len();
    desk.house.spoil(path, wrong);
    let control = desk.house.control.clone();
    let must_fail = match wrong.read {
        Read::Fails(_) => true,
        Read::Bad => what != Resource::Events && path != "/access_grants/get_related",
        Read::Cut => what != Resource::Events && path != "/access_grants/get_related",
        Read::Fine => false,
    };
    if must_fail {
        let mut since = None;
        let mut failures = 0;
        let told = |p: &Property, d: &Delta| {
            let Stage::Failed { since: first, why, .. } = &p.source(what).stage else { return false };
            failures += u32::from(matches!(d, Delta::Failed { what: of, .. } if *of == what));
            assert!(why.words.len() > 20, "{case}: {why:?}");
            let since = *since.get_or_insert(*first);
            assert_eq!(since, *first, "{case}: since when does not move");
            failures >= 2
        };
        // Where a resource has two sources the other may be well in between.
        if path == "/access_grants/get_related" || path == "/access_grants/list" {
            desk.until(|p, _| is_failed(p, what), case).await;
        } else {
            desk.until(told, case).await;
        }
    } else {
        desk.until(|_, d| control.asked(path).len() >= before + 4 && is_news(d, what), case).await;
    }
    if wrong.name.starts_with("gone") {
        assert!(desk.rows(what).is_subset(&rows), "{case}");
    } else {
        assert_eq!(desk.rows(what), rows, "{case}: the rows stay");
    }
    desk.house.control.clear_faults();
    let mut read = 0;
    let recovered = |p: &Property, d: &Delta| {
        read += u32::from(!is_failed(p, what) && is_news(d, what));
        read >= 2
    };
    desk.until(recovered, &format!("{case}, afterwards")).await;
    assert_eq!(desk.rows(what), rows, "{case}: afterwards");
    let now = desk.house.control.now();
    assert!(!matches!(health(&desk.property, now), Health::Offline { .. }), "{case}: still offline");
}

/// Whether a pane was read to its end.
fn is_news(delta: &Delta, what: Resource) -> bool {
    match delta {
        Delta::SweepEnded { what: of, .. } => *of == what,
        Delta::Checked { what: of, .. } => *of == what && what == Resource::Events,
        _ => false,
    }
}

async fn pane(((what, path), wrongs): ((Resource, &'static str), Vec<Wrong>)) {
    let mut desk = Desk::open().await;
    assert!(matches!(what, Resource::Events) || !desk.rows(what).is_empty(), "{path}: no rows");
    for wrong in wrongs {
        let case = format!("{what:?} at {path}: {}", wrong.name);
        befalls(&mut desk, (what, path), &wrong, &case).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_pane_keeps_its_rows_and_comes_right_by_itself() {
    // Grants are read in several steps, and take longest.
    let at_once = |what| if what == Resource::Grants { 6 } else { usize::MAX };
    let cases = POLLED.iter().flat_map(|(what, path)| {
        let some: Vec<_> = wrongs().chunks(at_once(*what)).map(<[_]>::to_vec).collect();
        some.into_iter().map(|some| ((*what, *path), some))
    });
    all(cases.map(pane)).await;
}
