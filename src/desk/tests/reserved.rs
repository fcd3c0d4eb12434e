//! Plans that make access, played step by step against Seam's rules of reservations.

use std::cell::Cell;
use std::collections::BTreeSet;

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestCaseError, TestRng, TestRunner};

use super::*;
use crate::desk::{
    GrantAsk, GuestName, KeyAsk, LockOutAsk, MoveAsk, NewGrant, Step, Who, grant, lock_out, room_move,
};
use crate::seam::id::{EncoderId, EntranceId, MethodId, SpaceId};
use crate::seam::model::Mode;
use crate::text::Text;

type Span = (DateTime<Utc>, DateTime<Utc>);
type Ruling = Result<(), TestCaseError>;

fn hours(n: i64) -> DateTime<Utc> {
    now() + TimeDelta::hours(n)
}

fn overlap(a: Span, b: Span) -> bool {
    a.0 < b.1 && b.0 < a.1
}

/// A grant as Seam keeps it.
#[derive(Clone, Debug)]
struct Held {
    id: Option<GrantId>,
    guest: IdentityId,
    reservation: Option<Text>,
    /// Its doors that can belong to a reservation.
    doors: BTreeSet<EntranceId>,
    span: Span,
    modes: Vec<String>,
}

impl Held {
    /// Whether the key of one ends the other's at a door that both open from now on. Access without a
    /// reservation ends nobody's and is ended by nobody.
    fn fights(&self, other: &Self) -> bool {
        let from_now = |span: Span| (span.0.max(now()), span.1);
        let differ = |(a, b)| a != b;
        self.reservation.as_ref().zip(other.reservation.as_ref()).is_some_and(differ)
            && !self.doors.is_disjoint(&other.doors)
            && self.span.1 > now()
            && other.span.1 > now()
            && overlap(from_now(self.span), from_now(other.span))
    }
}

fn modes<'a>(modes: impl Iterator<Item = &'a Mode>) -> Vec<String> {
    let mut modes: Vec<String> = modes.map(|m| m.as_str().to_owned()).collect();
    modes.sort();
    modes
}

fn reserved(p: &Property, ids: impl IntoIterator<Item = EntranceId>) -> BTreeSet<EntranceId> {
    let can = |id: &EntranceId| p.entrance(id).is_some_and(|e| e.can_belong_to_reservation);
    ids.into_iter().filter(can).collect()
}

/// Seam, as strict as its documents say, with the oldest grant first.
struct Seam<'a> {
    p: &'a Property,
    grants: Vec<Held>,
    /// Whose keys fought before, which is no plan's doing.
    fought: BTreeSet<(IdentityId, IdentityId)>,
}

impl<'a> Seam<'a> {
    fn of(p: &'a Property) -> Self {
        let held = |g: &crate::property::Grant| Held {
            id: Some(g.id.clone()),
            guest: g.guest().clone(),
            reservation: g.reservation_key().clone(),
            doors: reserved(p, p.doors_of(&g.id).entrances),
            span: (g.starts_at().unwrap(), g.ends_at().unwrap()),
            modes: modes(p.listed_by(g).map(|m| m.mode()).collect::<Vec<_>>().iter()),
        };
        let grants: Vec<Held> = p.grants().map(held).collect();
        let mut fought = BTreeSet::new();
        for a in &grants {
            fought.extend(grants.iter().filter(|b| a.fights(b)).map(|b| (a.guest.clone(), b.guest.clone())));
        }
        Self { p, grants, fought }
    }

    fn create(&mut self, new: &NewGrant) -> Ruling {
        let of_space = new.spaces.iter().flat_map(|id| self.p.doors_in_space(id).entrances);
        let doors = reserved(self.p, of_space.chain(new.entrances.clone()));
        let GuestName::Id(guest) = &new.guest else { panic!("a guest that is known") };
        let span = (new.starts_at.unwrap_or(now()), new.ends_at.unwrap_or(hours(10_000)));
        let asked = modes(new.methods.iter().map(|w| &w.mode));
        let held = Held {
            id: None,
            guest: guest.clone(),
            reservation: new.reservation_key.clone(),
            doors,
            span,
            modes: asked,
        };
        prop_assert!(span.0 < span.1 && span.1 > now(), "dates that Seam refuses: {:?}", span);
        let guest_key = held.modes.iter().any(|m| m == "card" || m == "mobile_key");
        prop_assert!(
            held.doors.is_empty() || !guest_key || held.reservation.is_some(),
            "a guest's key for a door that needs a reservation, without one"
        );
        if let Some(key) = &held.reservation {
            prop_assert!(!held.doors.is_empty(), "a reservation at doors that know none");
            let party: Vec<&Held> =
                self.grants.iter().filter(|g| g.reservation.as_ref() == Some(key)).collect();
            if let Some(first) = party.first() {
                prop_assert!(held.doors.is_subset(&first.doors), "a joiner with other doors: {:?}", held);
            }
            for other in party {
                prop_assert!(overlap(other.span, span), "a reservation that is apart in time: {:?}", held);
            }
        }
        for other in self.grants.iter().filter(|g| held.fights(g)) {
            let pair = (held.guest.clone(), other.guest.clone());
            prop_assert!(self.fought.contains(&pair), "{:?} would end the key of {:?}", held, other);
        }
        self.grants.push(held);
        Ok(())
    }

    fn play(&mut self, plan: &Plan) -> Ruling {
        for step in &plan.steps {
            match step {
                Step::DeleteGrant { grant, .. } => {
                    let there = self.grants.len();
                    self.grants.retain(|g| g.id.as_ref() != Some(grant));
                    prop_assert!(self.grants.len() + 1 == there, "{} is not there", grant);
                }
                Step::CreateGrant(new) => self.create(new)?,
                _ => {}
            }
        }
        let json = serde_json::to_string(plan).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Plan>(&json).unwrap(), plan, "a plan survives the journal");
        Ok(())
    }

    /// Who has what now, doors and reservations aside.
    fn holdings(&self) -> Vec<(IdentityId, Span, Vec<String>)> {
        let live = self.grants.iter().filter(|g| g.span.1 > now());
        let mut all: Vec<_> = live.map(|g| (g.guest.clone(), g.span, g.modes.clone())).collect();
        all.sort();
        all
    }
}

/// A party of two and somebody else: for each the room, the hours from and to, and which keys.
#[derive(Clone, Debug)]
struct Night {
    stays: Vec<(usize, i64, i64, [bool; 3])>,
    /// Whether Ada's access includes a common area.
    gym: bool,
}

const ROOMS: [&str; 4] = ["118", "119", "201", "301"];
const MODES: [&str; 3] = ["card", "mobile_key", "code"];

fn nights() -> impl Strategy<Value = Night> {
    let party = (Just(0usize), -40i64..6, 1i64..60, any::<[bool; 3]>());
    let other = (0usize..3, -40i64..30, 1i64..60, any::<[bool; 3]>());
    (party.clone(), party, other, any::<bool>())
        .prop_map(|(ada, eva, ola, gym)| Night { stays: vec![ada, eva, ola], gym })
}

fn hotel(night: &Night) -> Property {
    let mut hotel = Hotel::new().area("gym", "vision");
    let guests = [("g-ada", ADA, "R1"), ("g-eva", EVA, "R1"), ("g-ola", OLA, "R2")];
    for ((id, guest, key), (room, start, length, keys)) in guests.into_iter().zip(&night.stays) {
        let key = (ROOMS[*room] != "201").then_some(key);
        hotel = hotel.grant(id, guest, key, ROOMS[*room], Some(hours(start + length))).with(
            id,
            "starts_at",
            json!(hours(*start)),
        );
        for (mode, _) in MODES.iter().zip(keys).filter(|(_, has)| **has) {
            hotel = hotel.method(&format!("{mode}-{guest}"), &[id], mode, json!({"code": null}));
        }
    }
    if night.gym {
        hotel = hotel.with("g-ada", "space_ids", json!(["room118", "gym"]));
    }
    for door in ROOMS.map(|room| format!("door{room}")).iter().chain(&["door-gym".to_owned()]) {
        for mode in ["card", "code", "mobile_key"] {
            hotel = hotel.door(door, &format!("can_unlock_with_{mode}"), json!(true));
        }
    }
    hotel.open()
}

/// Plays many nights, and makes sure that enough of them came to a plan.
fn play<S: Strategy>(asks: S, plays: impl Fn(&Night, S::Value) -> Result<bool, TestCaseError>) {
    let planned = Cell::new(0);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let played = runner.run(&(nights(), asks), |(night, ask)| {
        planned.set(planned.get() + usize::from(plays(&night, ask)?));
        Ok(())
    });
    played.unwrap();
    assert!(planned.get() >= 15, "only {} plans", planned.get());
}

#[test]
fn no_grant_breaks_a_rule() {
    let asks = (
        proptest::sample::subsequence(ROOMS.to_vec(), 1..=2),
        proptest::option::of(-30i64..50),
        proptest::option::of(-2i64..90),
        proptest::sample::subsequence(MODES.to_vec(), 1..=3),
        proptest::option::of(prop_oneof![Just("R1"), Just("R2"), Just("R9")]),
    );
    play(asks, |night, (rooms, start, end, keys, reservation)| {
        let p = hotel(night);
        let key = |mode: &str| match mode {
            "card" => KeyAsk::Card { count: 1 },
            "mobile_key" => KeyAsk::MobileKey { max_uses: None },
            _ => KeyAsk::Code { pin: None },
        };
        let ask = GrantAsk {
            who: Who::Known(IdentityId::new(OLA)),
            spaces: rooms.iter().map(|r| SpaceId::new(&format!("room{r}"))).collect(),
            entrances: Vec::new(),
            devices: Vec::new(),
            starts_at: start.map(hours),
            ends_at: end.map(hours),
            keys: keys.into_iter().map(key).collect(),
            reservation_key: reservation.map(Into::into),
        };
        let Ok(plan) = grant::plan(&p, &ask, now()) else { return Ok(false) };
        let mut seam = Seam::of(&p);
        let before = seam.grants.len();
        // One's own other key in the room is nobody else's.
        seam.fought.insert((IdentityId::new(OLA), IdentityId::new(OLA)));
        seam.play(&plan)?;
        prop_assert_eq!(seam.grants.len(), before + 1, "one grant more and none less");
        Ok(true)
    });
}

#[test]
fn no_move_breaks_a_rule_and_nobody_loses_a_key() {
    let asks = (0usize..4, any::<bool>(), any::<bool>());
    play(asks, |night, (to, whose, number)| {
        let p = hotel(night);
        let grant = GrantId::new(if whose { "g-ada" } else { "g-ola" });
        let ask = MoveAsk {
            stay: p.stay_of_grant(&grant).unwrap().clone(),
            from: None,
            to: SpaceId::new(&format!("room{}", ROOMS[to])),
            encoder: None,
            reservation_key: number.then(|| "R9".into()),
        };
        let Ok(plan) = room_move::plan(&p, &ask, now()) else { return Ok(false) };
        let mut seam = Seam::of(&p);
        let before = seam.holdings();
        seam.play(&plan)?;
        prop_assert_eq!(seam.holdings(), before);
        Ok(true)
    });
}

#[test]
fn no_lock_out_breaks_a_rule_and_nobody_loses_a_key() {
    play(any::<bool>(), |night, whose| {
        let p = hotel(night);
        let (grant, card) = if whose { ("g-ada", "card-ada") } else { ("g-eva", "card-eva") };
        let ask = LockOutAsk {
            stay: p.stay_of_grant(&GrantId::new(grant)).unwrap().clone(),
            lost: MethodId::new(card),
            encoder: EncoderId::new("desk1"),
        };
        let Ok(plan) = lock_out::plan(&p, &ask, now()) else { return Ok(false) };
        let mut seam = Seam::of(&p);
        let before = seam.holdings();
        let old = Some(Text::new("R1"));
        seam.play(&plan)?;
        prop_assert_eq!(seam.holdings(), before);
        let left = seam.grants.iter().any(|g| g.reservation == old);
        prop_assert!(!left, "a card of the old reservation joins the new one's door");
        let cut = plan.steps.iter().filter(|s| matches!(s, Step::Encode { .. })).count();
        let cards = seam.grants.iter().filter(|g| g.span.1 > now() && g.guest != IdentityId::new(OLA));
        let cards = cards.filter(|g| g.modes.iter().any(|m| m == "card")).count();
        prop_assert_eq!(cut, cards, "every card of the party is cut anew");
        Ok(true)
    });
}
