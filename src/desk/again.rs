//! Access that is taken away and given again as it was, elsewhere or under another reservation.

use chrono::{DateTime, Utc};

use super::brand::Brand;
use super::facts::{count, live_grants, names, when, who};
use super::places::{doors, overlaps, systems_of};
use super::wish::{GrantName, GuestName, Moved, NewGrant, Pins, Wish, key_of};
use super::{MethodRef, Plan, Refusal, Step};
use crate::order::Arrange as _;
use crate::property::{Doors, Grant, Method, Property, Stay, StayId};
use crate::seam::id::SpaceId;
use crate::seam::model::{Encoder, Mode};
use crate::text::Text;

/// A grant and the stay it belongs to.
pub(super) type Owned<'a> = (&'a Grant, &'a Stay);

/// The grants of stays, those that open most guest doors first, then the oldest: a reservation's doors are
/// those of its first grant.
pub(super) fn grants_of<'a>(p: &'a Property, stays: &[&'a Stay]) -> Vec<Owned<'a>> {
    let mut all: Vec<Owned<'a>> =
        stays.iter().flat_map(|s| live_grants(p, s).into_iter().map(move |g| (g, *s))).collect();
    all.arrange_by_key(|(g, _)| {
        let doors = p.guest_doors(&g.id);
        let number = doors.entrances.len() + doors.devices.len();
        (std::cmp::Reverse(number), g.created_at(), g.id.clone())
    });
    all
}

/// Refuses where a grant is on its way out already, or where its keys have not been read.
pub(super) fn all_known(p: &Property, stays: &[&Stay]) -> Result<(), Refusal> {
    for stay in stays {
        for grant in stay.grants.iter().filter_map(|id| p.grant(id)) {
            if grant.is_being_deleted() {
                return Err(Refusal::new(format!(
                    "Some access of {} is being revoked already: wait until it is gone (Pending mutations).",
                    who(stay)
                )));
            }
            if p.method_ids_of(grant).any(|id| p.method(id).is_none()) {
                return Err(Refusal::new(format!(
                    "Not all keys of {} have been read yet, and those would be lost: poll now (Ctrl-R) and try \
                     again.",
                    who(stay)
                )));
            }
        }
    }
    Ok(())
}

/// The keys of a grant that nobody is taking away.
pub(super) fn keys_of<'a>(p: &'a Property, grant: &Grant) -> Vec<&'a Method> {
    p.methods_of(&grant.id).into_iter().filter(|m| !m.is_being_deleted()).collect()
}

/// The same grant once more: everything it had, but for the rooms and the reservation.
pub(super) fn again(
    p: &Property,
    (grant, stay): Owned<'_>,
    reservation_key: Option<Text>,
    moved: Option<&Moved>,
) -> NewGrant {
    let at = p.doors_of(&grant.id);
    let (mut spaces, mut entrances, mut devices) =
        (p.spaces_of(grant).cloned().collect::<Vec<_>>(), Vec::new(), Vec::new());
    if spaces.is_empty() {
        (entrances, devices) = (at.entrances, at.devices);
    }
    if let Some(Moved { from, to }) = moved {
        let old = p.doors_in_space(from);
        let had = spaces.len() + entrances.len() + devices.len();
        spaces.retain(|id| id != from);
        entrances.retain(|id| !old.entrances.contains(id));
        devices.retain(|id| !old.devices.contains(id));
        let left = had > spaces.len() + entrances.len() + devices.len();
        if left && !spaces.contains(to) {
            spaces.insert(0, to.clone());
        }
    }
    let max_uses =
        grant.requested().iter().filter(|r| r.mode == Mode::MobileKey).filter_map(|r| r.max_uses).max();
    let wish = |m: &Method| Wish {
        mode: m.mode().clone(),
        max_uses: max_uses.filter(|_| m.mode() == Mode::MobileKey),
        own_pin: m.mode() == Mode::Code && m.code().is_some(),
    };
    NewGrant {
        key: next_key(grant, reservation_key.as_ref(), moved),
        who: who(stay),
        guest: GuestName::Id(grant.guest().clone()),
        reservation_key,
        name: grant.name().cloned(),
        spaces,
        entrances,
        devices,
        starts_at: grant.starts_at(),
        ends_at: grant.ends_at(),
        methods: keys_of(p, grant).into_iter().map(wish).collect(),
        replaces: Some(grant.id.clone()),
        moved: moved.cloned(),
    }
}

/// A key of its own for the new grant: nobody says whether Seam gives the key of a deleted grant away
/// again at once, and a grant that cannot be made would leave the guest outside.
fn next_key(grant: &Grant, reservation: Option<&Text>, moved: Option<&Moved>) -> Text {
    let stem = grant.key().as_ref().map_or("desk", |key| stem(key));
    key_of(stem, &format!("{}|{reservation:?}|{moved:?}", grant.id))
}

/// A key without what an earlier change has added.
fn stem(key: &str) -> &str {
    match key.rsplit_once('-') {
        Some((stem, hash)) if hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => stem,
        _ => key,
    }
}

/// The PINs the guests have, so that they keep them: to be given to the engine beside a plan that makes
/// grants again.
pub fn pins(p: &Property, plan: &Plan) -> Pins {
    let mut pins = Pins::new();
    for step in &plan.steps {
        let Step::CreateGrant(new) = step else { continue };
        let Some(old) = new.replaces.as_ref().and_then(|id| p.grant(id)) else { continue };
        for (i, method) in keys_of(p, old).into_iter().enumerate() {
            if let (Mode::Code, Some(pin)) = (method.mode(), method.code()) {
                pins.keep(&GrantName::Key(new.key.clone()), i, pin.clone());
            }
        }
    }
    pins
}

/// The stay a plan has led to: its own where that is still there, else the one its new grants belong to. A
/// grant made again elsewhere, or under another reservation, makes another stay of the same guest.
pub fn stay_after(p: &Property, plan: &Plan) -> Option<StayId> {
    if p.stay(&plan.stay).is_some() {
        return Some(plan.stay.clone());
    }
    let before = plan.stay.to_string();
    let ours = |new: &NewGrant| {
        let guest = match &new.guest {
            GuestName::Id(id) => before.starts_with(&format!("{id}/")),
            GuestName::Key(_) => true,
        };
        guest
            || before == new.key.as_str()
            || new.replaces.as_ref().is_some_and(|id| before == id.to_string())
    };
    let made = plan.steps.iter().filter_map(|step| match step {
        Step::CreateGrant(new) if ours(new) => Some(new),
        _ => None,
    });
    let there = |new: &NewGrant| p.grants().find(|g| g.key() == Some(&new.key) && !g.is_being_deleted());
    made.filter_map(|new| there(new)).find_map(|g| p.stay_of_grant(&g.id).cloned())
}

/// Whether a grant has time left; one that has ended would be refused.
pub(super) fn has_time(grant: &Grant, now: DateTime<Utc>) -> bool {
    grant.ends_at().is_none_or(|end| end > now)
}

/// The doors of a grant to be made.
pub(super) fn doors_of(p: &Property, new: &NewGrant) -> Doors {
    doors(p, &new.spaces, &new.entrances, &new.devices)
}

/// Refuses where two grants of a reservation, living both, are apart in time: Seam would take the second
/// for a mistake, with the old access gone already.
pub(super) fn check_together(p: &Property, new: &[NewGrant]) -> Result<(), Refusal> {
    for (i, one) in new.iter().enumerate() {
        let apart = |other: &&NewGrant| {
            one.reservation_key.is_some()
                && one.reservation_key == other.reservation_key
                && !overlaps((one.starts_at, one.ends_at), (other.starts_at, other.ends_at))
        };
        if let Some(other) = new.iter().skip(i + 1).find(apart) {
            let dates = |new: &NewGrant| {
                let date = |at: Option<DateTime<Utc>>| at.map_or("open".into(), |at| when(at, p.zone()));
                format!("{} to {}", date(new.starts_at), date(new.ends_at))
            };
            return Err(Refusal::new(format!(
                "The dates of {} ({}) and {} ({}) are apart, and Seam would not make both again under one \
                 reservation: change the dates first (e), or check one of them out.",
                one.who,
                dates(one),
                other.who,
                dates(other)
            )));
        }
    }
    Ok(())
}

/// Clears a reservation, makes sure, and makes it again.
pub(super) fn clear_and_make(old: &[Owned<'_>], new: &[NewGrant]) -> Vec<Step> {
    let grants = old.iter().map(|(g, _)| g.id.clone()).collect();
    let mut steps: Vec<Step> = old.iter().map(delete).collect();
    steps.push(Step::ConfirmGone {
        grants,
        reservation_key: old.first().and_then(|(g, _)| g.reservation_key().clone()),
        made: new.iter().map(|n| n.key.clone()).collect(),
    });
    steps.extend(make(new));
    steps
}

/// Makes the new access before the old one goes: nobody is without a key.
pub(super) fn make_and_clear(p: &Property, old: &[Owned<'_>], new: &[NewGrant]) -> Vec<Step> {
    let mut steps = make(new);
    steps.extend(old.iter().map(delete));
    let methods = old.iter().flat_map(|(g, _)| keys_of(p, g)).map(|m| m.id.clone()).collect();
    steps.push(Step::AwaitGone { grants: old.iter().map(|(g, _)| g.id.clone()).collect(), methods });
    steps
}

fn delete((grant, stay): &Owned<'_>) -> Step {
    Step::DeleteGrant { grant: grant.id.clone(), who: who(stay) }
}

fn make(new: &[NewGrant]) -> Vec<Step> {
    let mut steps: Vec<Step> = new.iter().map(|n| Step::CreateGrant(Box::new(n.clone()))).collect();
    steps.push(Step::AwaitGranted { grants: new.iter().map(|n| n.key.clone()).collect() });
    steps
}

/// How many cards of a grant to be made meet the encoder: none where tags are assigned.
fn cards_to_cut(p: &Property, new: &NewGrant) -> usize {
    if assigns(p, &doors_of(p, new)) {
        return 0;
    }
    new.methods.iter().filter(|w| w.mode == Mode::Card).count()
}

/// Whether cards for these doors are tags that are assigned.
pub(super) fn assigns(p: &Property, doors: &Doors) -> bool {
    let guest_doors = systems_of(p, &p.guest_doors_among(doors));
    let first = guest_doors.into_iter().chain(systems_of(p, doors)).next();
    first.and_then(|id| p.system(&id)).is_some_and(|s| Brand::of(&s.external_type).assigns_cards())
}

/// Cuts every card of the new grants, one after the other.
pub(super) fn cut_all(p: &Property, new: &[NewGrant], encoder: &Encoder) -> Vec<Step> {
    let all: Vec<(&NewGrant, usize)> =
        new.iter().flat_map(|n| (0..cards_to_cut(p, n)).map(move |nth| (n, nth))).collect();
    let card = |(i, (new, nth)): (usize, &(&NewGrant, usize))| {
        let method = MethodRef::CardOf { grant: new.key.clone(), nth: *nth };
        let encode = Step::Encode {
            method: method.clone(),
            encoder: encoder.id.clone(),
            encoder_name: encoder.display_name.clone(),
            card: Text::new(format!("card {} of {} for {}", i + 1, all.len(), new.who)),
            grants: Vec::new(),
        };
        [Step::AwaitReady { method }, encode]
    };
    all.iter().enumerate().flat_map(card).collect()
}

/// How many cards new grants have, and how many of them meet the encoder.
pub(super) fn cards(p: &Property, new: &[NewGrant]) -> (usize, usize) {
    let all = new.iter().flat_map(|n| &n.methods).filter(|w| w.mode == Mode::Card).count();
    (all, new.iter().map(|n| cards_to_cut(p, n)).sum())
}

/// "2 cards of Lindqvist, Ada; Lindqvist, Eva", whoever has one.
pub(super) fn holders(old: &[Owned<'_>], p: &Property) -> String {
    let mut whose: Vec<&Text> = Vec::new();
    let mut n = 0;
    for (grant, stay) in old {
        let cards = keys_of(p, grant).into_iter().filter(|m| m.mode() == Mode::Card).count();
        n += cards;
        if cards > 0 && !whose.contains(&&stay.name) {
            whose.push(&stay.name);
        }
    }
    format!("{} of {}", count(n, "card"), names(whose))
}

/// The spaces of rooms among these.
pub(super) fn rooms_in<'a>(p: &'a Property, stay: &'a Stay) -> Vec<&'a SpaceId> {
    stay.rooms.iter().filter(|id| p.space(id).is_some()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_does_not_grow_with_every_change() {
        assert_eq!(stem("stay-4711"), "stay-4711");
        assert_eq!(stem("stay-4711-0123456789abcdef"), "stay-4711");
    }
}
