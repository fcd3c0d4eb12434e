//! What holds for every plan, whatever the hotel.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::desk::{CheckOutAsk, ExtendAsk, Step, check_out, extend};

type Span = (DateTime<Utc>, DateTime<Utc>);

fn hours(n: i64) -> DateTime<Utc> {
    now() + TimeDelta::hours(n)
}

/// Three grants in 118: a party of two and somebody else, each with a start and a length in hours.
fn hotel(spans: &[(i64, i64)]) -> (Property, BTreeMap<String, Span>) {
    let mut hotel = Hotel::new();
    let mut dates = BTreeMap::new();
    for ((id, guest, key), (start, length)) in
        [("g-ada", ADA, "R1"), ("g-eva", EVA, "R1"), ("g-ola", OLA, "R2")].iter().zip(spans)
    {
        let (start, end) = (hours(*start), hours(start + length));
        hotel = hotel.grant(id, guest, Some(key), "118", Some(end)).with(id, "starts_at", json!(start));
        dates.insert((*id).to_owned(), (start, end));
    }
    (hotel.open(), dates)
}

fn overlap(a: Span, b: Span) -> bool {
    a.0 < b.1 && b.0 < a.1
}

proptest! {
    /// Played step by step against Seam's rules: every end lies in the future and after the start, the
    /// party overlaps after every step, and nobody's room is taken who had it to himself.
    #[test]
    fn no_extension_breaks_a_rule(
        spans in proptest::array::uniform3((-60i64..60, 1i64..80)),
        start in proptest::option::of(-70i64..90),
        end in proptest::option::of(-20i64..120),
        party: bool,
    ) {
        let (p, mut dates) = hotel(&spans);
        let ask = ExtendAsk { stay: ada(), starts_at: start.map(hours), ends_at: end.map(hours), party };
        let (a, e, o) = (dates["g-ada"], dates["g-eva"], dates["g-ola"]);
        let Ok(plan) = extend::plan(&p, &ask, now()) else { return Ok(()) };
        prop_assert!(plan.steps.iter().any(Step::changes));
        for step in &plan.steps {
            let Step::UpdateGrant { grant, starts_at, ends_at, .. } = step else { continue };
            let span = dates.get_mut(&grant.to_string()).unwrap();
            if let Some(change) = starts_at {
                prop_assert_eq!(change.from, Some(span.0));
                span.0 = change.to;
            }
            if let Some(change) = ends_at {
                prop_assert_eq!(change.from, Some(span.1));
                prop_assert!(change.to > now(), "an end that is not in the future");
                span.1 = change.to;
            }
            prop_assert!(span.0 < span.1, "an end before its start");
            // What was apart already, as after an early departure, is not this plan's doing.
            if overlap(a, e) {
                prop_assert!(overlap(dates["g-ada"], dates["g-eva"]), "the party fell apart");
            }
        }
        let later = |span: Span| (span.0.max(now()), span.1);
        for (before, after) in [(a, dates["g-ada"]), (e, dates["g-eva"])] {
            if !overlap(before, o) && after.1 > now() && o.1 > now() {
                prop_assert!(!overlap(later(after), later(o)), "the room was given away twice");
            }
        }
        let json = serde_json::to_string(&plan).unwrap();
        prop_assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), plan, "a plan survives the journal");
    }

    /// A check-out names every grant of the reservation once, and nobody else's.
    #[test]
    fn a_check_out_takes_the_reservation_and_nothing_else(spans in proptest::array::uniform3((-60i64..60, 1i64..80))) {
        let (p, _) = hotel(&spans);
        let Ok(plan) = check_out::plan(&p, &CheckOutAsk::all(ada()), now()) else { return Ok(()) };
        let mut deleted: Vec<String> = plan.steps.iter().filter_map(|s| match s {
            Step::DeleteGrant { grant, .. } => Some(grant.to_string()),
            _ => None,
        }).collect();
        deleted.sort();
        prop_assert_eq!(deleted, ["g-ada", "g-eva"]);
    }
}
