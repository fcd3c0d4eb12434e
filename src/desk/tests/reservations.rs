//! Seam's rules of reservations, played step by step against whatever the plans propose.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::desk::{GrantAsk, KeyAsk, LockOutAsk, MoveAsk, Step, Who, grant, lock_out, room_move};
use crate::seam::id::{EncoderId, MethodId, SpaceId};
use crate::secret::Secret;

/// Rooms whose doors know reservations.
const RESERVED: [&str; 2] = ["room118", "room119"];

/// What Seam knows of a grant, as far as its rules go.
#[derive(Clone, Debug)]
struct Known {
    key: Option<String>,
    rooms: BTreeSet<String>,
    start: DateTime<Utc>,
    end: Option<DateTime<Utc>>,
    made: usize,
}

impl Known {
    fn overlaps(&self, other: &Self) -> bool {
        self.end.is_none_or(|end| other.start < end) && other.end.is_none_or(|end| self.start < end)
    }
}

/// Refuses what Seam refuses.
#[derive(Debug, Default)]
struct Seam(BTreeMap<String, Known>);

impl Seam {
    fn create(&mut self, id: &str, new: Known, guest_keys: bool) -> Result<(), String> {
        let party: Vec<&Known> = self.0.values().filter(|g| new.key.is_some() && g.key == new.key).collect();
        if new.end.is_some_and(|end| end <= now() || end <= new.start) {
            return Err(format!("dates: {new:?}"));
        }
        if new.key.is_some() && new.rooms.is_empty() {
            return Err("reservation_key not supported".into());
        }
        if new.key.is_none() && !new.rooms.is_empty() && guest_keys {
            return Err("required for guest cards".into());
        }
        if let Some(first) = party.iter().min_by_key(|g| g.made)
            && !new.rooms.is_subset(&first.rooms)
        {
            return Err(format!("entrance change requires cleanup: {new:?} {first:?}"));
        }
        if let Some(apart) = party.iter().find(|g| !g.overlaps(&new)) {
            return Err(format!("apart: {new:?} {apart:?}"));
        }
        let overridden = self.0.values().find(|g| {
            let over = g.end.is_some_and(|end| end <= now());
            !over
                && g.key != new.key
                && new.key.is_some()
                && g.overlaps(&new)
                && !g.rooms.is_disjoint(&new.rooms)
        });
        if let Some(other) = overridden {
            return Err(format!("overrides {other:?}"));
        }
        self.0.insert(id.to_owned(), new);
        Ok(())
    }

    fn play(&mut self, plan: &Plan) -> Result<(), String> {
        for step in &plan.steps {
            match step {
                Step::DeleteGrant { grant, .. } => drop(self.0.remove(&grant.to_string())),
                Step::ConfirmGone { grants, .. } => {
                    assert!(grants.iter().all(|id| !self.0.contains_key(&id.to_string())));
                }
                Step::CreateGrant(new) => {
                    let rooms = new.spaces.iter().map(ToString::to_string);
                    let known = Known {
                        key: new.reservation_key.as_ref().map(ToString::to_string),
                        rooms: rooms.filter(|r| RESERVED.contains(&r.as_str())).collect(),
                        start: new.starts_at.unwrap_or(now()),
                        end: new.ends_at,
                        made: self.0.len() + 100,
                    };
                    let guest_keys =
                        new.methods.iter().any(|w| matches!(w.mode.as_str(), "card" | "mobile_key"));
                    self.create(&new.key, known, guest_keys)?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn hours(n: i64) -> DateTime<Utc> {
    now() + TimeDelta::hours(n)
}

/// Ada and Eva share R1 in 118; Ola has R2 in another room.
fn hotel(spans: [(i64, i64); 3], other: &str) -> (Property, Seam) {
    let mut hotel = Hotel::new();
    let mut seam = Seam::default();
    let who = [("g-ada", ADA, "R1", "118"), ("g-eva", EVA, "R1", "118"), ("g-ola", OLA, "R2", other)];
    for (made, ((id, guest, key, room), (start, length))) in who.into_iter().zip(spans).enumerate() {
        let (start, end) = (hours(start), hours(start + length));
        let key = (RESERVED.contains(&format!("room{room}").as_str())).then_some(key);
        hotel = hotel
            .grant(id, guest, key, room, Some(end))
            .with(id, "starts_at", json!(start))
            .method(&format!("card-{id}"), &[id], "card", json!({}))
            .method(&format!("pin-{id}"), &[id], "code", json!({"code": "4417"}));
        let rooms = BTreeSet::from([format!("room{room}")]);
        let rooms = if key.is_some() { rooms } else { BTreeSet::new() };
        let known = Known { key: key.map(str::to_owned), rooms, start, end: Some(end), made };
        seam.0.insert(id.to_owned(), known);
    }
    (hotel.open(), seam)
}

fn spans() -> impl Strategy<Value = [(i64, i64); 3]> {
    [(-40i64..0, 45i64..80), (-40i64..0, 45i64..80), (-60i64..60, 1i64..80)]
}

fn room() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec!["118", "119", "201", "301"])
}

proptest! {
    #[test]
    fn no_grant_breaks_a_rule(
        spans in spans(),
        other in proptest::sample::select(vec!["119", "201"]),
        rooms in proptest::collection::btree_set(room(), 1..3),
        start in proptest::option::of(-50i64..90),
        end in proptest::option::of(-20i64..120),
        key in proptest::option::of(proptest::sample::select(vec!["R1", "R2", "R3"])),
        card: bool,
    ) {
        let (p, mut seam) = hotel(spans, other);
        let keys = if card {
            vec![KeyAsk::Card { count: 2 }]
        } else {
            vec![KeyAsk::Code { pin: Some(Secret::new("739146")) }]
        };
        let ask = GrantAsk {
            who: Who::New { name: "Sato, Ken".into(), email: None, phone: None },
            spaces: rooms.iter().map(|r| SpaceId::new(&format!("room{r}"))).collect(),
            entrances: Vec::new(),
            devices: Vec::new(),
            starts_at: start.map(hours),
            ends_at: end.map(hours),
            keys,
            reservation_key: key.map(Into::into),
        };
        let Ok(plan) = grant::plan(&p, &ask, now()) else { return Ok(()) };
        seam.play(&plan).map_err(TestCaseError::fail)?;
        let json = serde_json::to_string(&plan).unwrap();
        prop_assert!(!json.contains("739146"), "a PIN in the plan");
        prop_assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), plan, "a plan survives the journal");
    }

    #[test]
    fn no_move_and_no_lock_out_breaks_a_rule(
        spans in spans(),
        other in proptest::sample::select(vec!["119", "201"]),
        to in room(),
        out: bool,
    ) {
        let (p, mut seam) = hotel(spans, other);
        let plan = if out {
            let ask = LockOutAsk { stay: ada(), lost: MethodId::new("card-g-ada"), encoder: EncoderId::new("desk1") };
            lock_out::plan(&p, &ask, now())
        } else {
            let to = SpaceId::new(&format!("room{to}"));
            room_move::plan(&p, &MoveAsk { stay: ada(), from: None, to, encoder: None, reservation_key: None }, now())
        };
        let Ok(plan) = plan else { return Ok(()) };
        seam.play(&plan).map_err(TestCaseError::fail)?;
        let made = plan.steps.iter().filter(|s| matches!(s, Step::CreateGrant(_))).count();
        let deleted = plan.steps.iter().filter(|s| matches!(s, Step::DeleteGrant { .. })).count();
        prop_assert_eq!((made, deleted), (2, 2), "everybody goes, everybody comes");
        let json = serde_json::to_string(&plan).unwrap();
        prop_assert!(!json.contains("4417"), "a PIN in the plan");
        prop_assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), plan);
    }
}
