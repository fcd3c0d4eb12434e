//! However the news came, the hotel is the same as one that was told only how it ended.

use proptest::prelude::*;

use super::equal_news::{Known, News, forget, news, record_of, tell};
use super::kit::*;
use crate::property::*;

/// Hands over what records do not tell: what was on cards when they were cut, which are put down as
/// still out, and when doors were left.
fn hand_over(from: &Property, to: &mut Kit) {
    let now = to.now;
    to.last = to.hotel.advance(now);
    for (key, method) in from.store.methods.iter() {
        let cut = from.store.methods.row(key).and_then(|row| row.links.cut());
        let key = to.hotel.store.methods.intern(&method.id);
        if let Some(cut) = cut {
            to.hotel.store.methods.links(key).unwrap().set_cut(cut);
        }
    }
    for (key, device) in from.store.devices.iter() {
        let vacated = from.store.devices.row(key).unwrap().links.vacated;
        let key = to.hotel.store.devices.intern(&device.id);
        to.hotel.store.devices.links(key).unwrap().vacated = vacated;
    }
    for (key, entrance) in from.store.entrances.iter() {
        let door = from.store.entrances.row(key).unwrap();
        let key = to.hotel.store.entrances.intern(&entrance.id);
        to.hotel.store.entrances.links(key).unwrap().vacated = door.links.vacated;
        for card in from
            .ledger
            .at(super::super::store::Door::Entrance(from.store.entrances.key(&entrance.id).unwrap()))
        {
            to.hotel.put_down(CardCut { doors: vec![entrance.id.clone()], ..card.clone() });
        }
    }
}

/// Everything a person can see, in an order of its own.
pub(super) fn seen(hotel: &Property) -> Vec<String> {
    let mut all: Vec<String> = hotel.stays().map(|s| format!("{s:?}")).collect();
    all.extend(hotel.mutations().map(|m| format!("{m:?}")));
    all.extend(hotel.grants().map(|g| hotel.in_full(g)));
    all.extend(hotel.alerts().cloned().map(|mut alert| {
        // Of these the records tell no time; the two hotels have read them at different times.
        if matches!(alert.id.rule, Rule::DoorOffline | Rule::Battery | Rule::Privacy | Rule::GhostCard) {
            alert.since = tonight();
        }
        format!("{alert:?}")
    }));
    all.sort();
    all.push(format!("{:?} {:?}", hotel.counts(), hotel.next_instant()));
    all
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_way_to_the_same_records_ends_in_the_same_hotel(all in prop::collection::vec(news(), 1..60)) {
        let mut kit = Kit::empty();
        kit.all_read();
        let mut known = Known::new();
        let mut told = Told::default();
        for news in &all {
            kit.now += minutes(0) + chrono::TimeDelta::seconds(1);
            match news {
                News::Wait(n) => {
                    kit.now += minutes(i64::from(*n));
                    let now = kit.now;
                    kit.last = kit.hotel.advance(now);
                }
                News::Gone(kind, id) => {
                    if let Some(gone) = forget(&mut known, *kind, *id) {
                        kit.apply(Delta::Gone(gone));
                    }
                }
                news => {
                    let (kind, id, record) = record_of(news).unwrap();
                    tell(&mut kit, kind, &record);
                    let key = (kind, id);
                    if kind != "event" || !known.contains_key(&key) {
                        known.insert(key, record);
                    }
                }
            }
            told.take(&kit.last);
            prop_assert_eq!(&told.stays, &sorted(kit.hotel.stays().map(|s| s.id.to_string())));
            prop_assert_eq!(&told.alerts, &sorted(kit.hotel.alerts().map(|a| a.id.to_string())));
            prop_assert_eq!(&told.grants, &sorted(kit.hotel.grants().map(|g| g.id.to_string())));
        }
        let mut fresh = Kit::empty();
        fresh.now = kit.now;
        hand_over(&kit.hotel, &mut fresh);
        for ((kind, _), record) in &known {
            tell(&mut fresh, kind, record);
        }
        fresh.all_read();
        for kit in [&mut kit, &mut fresh] {
            let as_of = kit.now;
            kit.apply(Delta::Checked { what: Resource::Events, as_of });
        }
        prop_assert_eq!(seen(&kit.hotel), seen(&fresh.hotel));
        // Told again, nothing is news.
        kit.now += chrono::TimeDelta::milliseconds(1);
        for ((kind, _), record) in &known {
            tell(&mut kit, kind, record);
            let mut changed = kit.last.clone();
            changed.sources = false;
            prop_assert!(changed.is_empty(), "{kind} {changed:?}");
        }
    }
}

/// What somebody holds who believes every [`Changed`].
#[derive(Default)]
pub(super) struct Told {
    pub(super) stays: Vec<String>,
    pub(super) alerts: Vec<String>,
    pub(super) grants: Vec<String>,
}

impl Told {
    pub(super) fn take(&mut self, changed: &Changed) {
        follow(&mut self.stays, &changed.stays);
        follow(&mut self.alerts, &changed.alerts);
        follow(&mut self.grants, &changed.grants);
    }
}

pub(super) fn sorted(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = all.collect();
    all.sort();
    all
}

fn follow<T: ToString>(held: &mut Vec<String>, touched: &Touched<T>) {
    for id in &touched.removed {
        let place = held.iter().position(|h| *h == id.to_string()).expect("removed what was there");
        held.remove(place);
    }
    for id in &touched.updated {
        assert!(held.contains(&id.to_string()), "updated what was there");
    }
    for id in &touched.added {
        assert!(!held.contains(&id.to_string()), "added what was not there");
        held.push(id.to_string());
    }
    held.sort();
}
