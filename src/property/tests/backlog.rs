//! What a first reading leaves over is looked at in slices, and the hotel is the same as if it had been at once.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::equal::{Told, seen, sorted};
use super::equal_news::{Known, News, forget, news, record_of, tell};
use super::kit::*;
use crate::property::*;
use crate::seam::id::Id;

/// So many records one slice may look at, and with its last step: a stay may take a door along.
const SLICE: u64 = 1_024;
const MOST: u64 = SLICE + 2 * 64;

/// Records that only a first reading makes something of, `n` of each: guests without access, access without
/// a guest, and doors with the card of somebody of whom nothing is known.
fn house(n: usize) -> Vec<Delta> {
    let as_of = tonight();
    let read = |records| Delta::Read { records, as_of, sweep: None };
    let each = |make: fn(usize) -> Value| Value::Array((0..n).map(make).collect());
    let guests = each(|i| json!({"user_identity_id": format!("u{i}"), "created_at": at("2026-11-22 21:00")}));
    let grants = each(|i| {
        let whose = json!({"user_identity_id": format!("nobody{i}"), "access_method_ids": [format!("m{i}")]});
        grant(&format!("g{i}"), &format!("{i}"), "2026-11-22 15:00", "2026-11-25 11:00", whose)
    });
    let doors = each(|i| override_door(&format!("e{i}"), &format!("{i}")));
    vec![
        read(Records::Entrances(made(doors))),
        read(Records::Devices(made(each(|i| lock(&format!("d{i}"), "lobby", json!({})))))),
        read(Records::Identities(made(guests))),
        read(Records::Grants(made(grants))),
        read(Records::Methods(made(each(|i| method(&format!("m{i}"), "code", true, json!({})))))),
        Delta::Cards((0..n).map(|i| cut(i, "2026-11-25 11:00")).collect()),
    ]
}

fn made<T: serde::de::DeserializeOwned>(all: Value) -> Vec<T> {
    serde_json::from_value(all).unwrap()
}

/// A card of which only the journal knows.
fn cut(i: usize, until: &str) -> CardNews {
    CardNews::Cut(CardCut {
        method: Id::new(&format!("lost{i}")),
        guest: Id::new("somebody"),
        name: "Somebody".into(),
        room: "".into(),
        doors: vec![Id::new(&format!("e{i}"))],
        reservation_key: Some("gone".into()),
        cut_at: at("2026-11-20 15:00"),
        ends_at: Some(at(until)),
    })
}

fn checked(what: Resource) -> Delta {
    Delta::Checked { what, as_of: tonight() }
}

fn alerts(hotel: &Property) -> BTreeSet<String> {
    hotel.alerts().map(|alert| alert.id.to_string()).collect()
}

#[test]
fn no_slice_looks_at_more_than_it_may_and_all_of_them_at_everything() {
    let (mut at_once, mut sliced) = (Kit::empty().hotel, Kit::empty().hotel);
    for delta in house(1_200) {
        at_once.apply(delta.clone(), tonight());
        sliced.apply_in_slices(delta, tonight());
    }
    assert!(!sliced.is_behind());
    let silent = alerts(&sliced).len();
    let before = (at_once.work(), sliced.work());
    let alerts_told = sorted(sliced.alerts().map(|a| a.id.to_string()));
    let mut told = Told { alerts: alerts_told, ..Told::default() };
    let mut longest = 0;
    let screens = Resource::ALL.len() as u64;
    for what in [Resource::Grants, Resource::Identities] {
        at_once.apply(checked(what), tonight());
        let from = sliced.work();
        told.take(&sliced.apply_in_slices(checked(what), tonight()));
        assert!(sliced.is_behind());
        longest = longest.max(sliced.work() - from);
    }
    assert!(longest <= MOST + screens, "{longest} with the ages of the resources");
    let mut slices = 0;
    while sliced.is_behind() {
        let (from, known) = (sliced.work(), alerts(&sliced));
        let changed = sliced.catch_up();
        told.take(&changed);
        assert!(sliced.work() - from <= MOST, "{} in one slice", sliced.work() - from);
        assert_eq!(changed.sources, !sliced.is_behind(), "the last one is news of the resources");
        assert!(alerts(&sliced).is_superset(&known), "none of them was wrong");
        slices += 1;
    }
    // Doors, locks, stays, guests, those who are only named, and the doors of stays once more.
    let rows = 6 * 1_200_u64;
    assert!(slices <= rows.div_ceil(SLICE), "{slices} slices");
    let (all, apart) = (at_once.work() - before.0, sliced.work() - before.1);
    assert!(all <= apart && apart <= all + 1_200, "{all} at once, {apart} in slices");
    assert!(alerts(&sliced).len() >= silent + 3 * 1_200, "{} and {silent}", alerts(&sliced).len());
    assert_eq!(seen(&sliced), seen(&at_once));
    assert_eq!(told.alerts, sorted(sliced.alerts().map(|a| a.id.to_string())));
    assert!(sliced.catch_up().is_empty(), "nothing is left");
}

#[test]
fn a_small_house_is_looked_through_with_the_news_itself() {
    let mut hotel = Kit::empty().hotel;
    for delta in house(60) {
        hotel.apply_in_slices(delta, tonight());
    }
    for what in [Resource::Grants, Resource::Identities] {
        hotel.apply_in_slices(checked(what), tonight());
        assert!(!hotel.is_behind());
    }
    assert!(alerts(&hotel).len() >= 3 * 60);
}

#[test]
fn whoever_wants_everything_gets_it_with_the_next_news() {
    let mut hotel = Kit::empty().hotel;
    for delta in house(1_200) {
        hotel.apply_in_slices(delta, tonight());
    }
    hotel.apply_in_slices(checked(Resource::Grants), tonight());
    hotel.apply_in_slices(checked(Resource::Identities), tonight());
    assert!(hotel.is_behind());
    let changed = hotel.apply(checked(Resource::Events), tonight());
    assert!(!hotel.is_behind() && changed.sources);
    let mut at_once = Kit::empty().hotel;
    for delta in house(1_200) {
        at_once.apply(delta, tonight());
    }
    for what in [Resource::Grants, Resource::Identities, Resource::Events] {
        at_once.apply(checked(what), tonight());
    }
    assert_eq!(seen(&hotel), seen(&at_once));
}

/// What comes, and when there is time for a slice.
#[derive(Clone, Debug)]
enum Step {
    News(News),
    /// So many rows are looked through.
    Slice(usize),
    Read(Resource),
    /// A card of which only the journal knows.
    Card(u8, u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => news().prop_map(Step::News),
        6 => (1usize..4).prop_map(Step::Slice),
        1 => Just(Step::Read(Resource::Grants)),
        1 => Just(Step::Read(Resource::Identities)),
        2 => (0u8..4, 0u8..4).prop_map(|(a, b)| Step::Card(a, b)),
    ];
    prop::collection::vec(step, 1..80)
}

/// Lets a hotel have a step; `gone` is what it forgets.
fn step(kit: &mut Kit, step: &Step, gone: Option<&Gone>) {
    kit.last = Changed::default();
    kit.now += chrono::TimeDelta::seconds(1);
    match step {
        Step::News(News::Wait(n)) => {
            kit.now += minutes(i64::from(*n));
            kit.last = kit.hotel.advance(kit.now);
        }
        Step::News(News::Gone(..)) => {
            if let Some(gone) = gone {
                kit.apply(Delta::Gone(gone.clone()));
            }
        }
        Step::News(news) => {
            let (kind, _, record) = record_of(news).unwrap();
            tell(kit, kind, &record);
        }
        Step::Slice(most) if kit.is_sliced => {
            kit.hotel.look_again(*most);
            kit.last = kit.hotel.settle();
        }
        Step::Slice(_) => {}
        Step::Read(what) => {
            let as_of = kit.now;
            kit.apply(Delta::Checked { what: *what, as_of });
        }
        Step::Card(card, until) => {
            let ends = ["2026-11-22 23:00", "2026-11-23 11:00", "2026-11-25 11:00"];
            let CardNews::Cut(mut cut) = cut(usize::from(*card), ends[usize::from(*until) % 3]) else {
                return;
            };
            cut.doors = vec![Id::new(&format!("e10{}", 1 + card % 2))];
            kit.apply(Delta::Cards(vec![CardNews::Cut(cut)]));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_between_slices_they_end_where_looking_at_once_does(all in steps()) {
        let (mut at_once, mut sliced) = (Kit::empty(), Kit::empty());
        sliced.is_sliced = true;
        let mut known = Known::new();
        let mut told = Told::default();
        for one in &all {
            let gone = match one {
                Step::News(News::Gone(kind, id)) => forget(&mut known, *kind, *id),
                _ => None,
            };
            if let Step::News(news) = one
                && let Some((kind, id, record)) = record_of(news)
            {
                known.insert((kind, id), record);
            }
            for kit in [&mut at_once, &mut sliced] {
                step(kit, one, gone.as_ref());
            }
            told.take(&sliced.last);
            prop_assert_eq!(&told.alerts, &sorted(sliced.hotel.alerts().map(|a| a.id.to_string())));
            prop_assert_eq!(&told.stays, &sorted(sliced.hotel.stays().map(|s| s.id.to_string())));
            let (some, every) = (alerts(&sliced.hotel), alerts(&at_once.hotel));
            prop_assert!(some.is_subset(&every), "wrong: {:?}", some.difference(&every).collect::<Vec<_>>());
        }
        sliced.hotel.look_again(usize::MAX);
        told.take(&sliced.hotel.settle());
        prop_assert_eq!(&told.alerts, &sorted(sliced.hotel.alerts().map(|a| a.id.to_string())));
        prop_assert_eq!(seen(&sliced.hotel), seen(&at_once.hotel));
    }
}
