//! What the guest's access and keys explain.

use chrono::{DateTime, TimeDelta, Utc};

use super::CauseKind::{
    Ended, InstantKeyExpired, NotEncoded, NotIssued, NotStarted, OldKey, Overridden, PinReplaced, ReissueGap,
    StaleCard, TakenAway, WrongRoom,
};
use super::Certainty::{Likely, Possible, Sure};
use super::{Case, Proof};
use crate::property::key::is_leaving;
use crate::property::store::Door;
use crate::property::{Fix, Method, Rule, Stay};
use crate::seam::model::{Mode, MutationCode, Notice};

/// For so long somebody may still come with a key that was deleted.
const OLD_KEY: TimeDelta = TimeDelta::hours(24);

/// Notices that say that a key will not come by itself.
const NEVER_MADE: [&str; 2] = ["cannot_create_requested_access_methods", "failed_to_issue"];

/// Looks at dates first: outside them, the state of the keys explains nothing.
pub(super) fn look(case: &mut Case<'_>) {
    let Some(stay) = case.stay else { return };
    if dates(case, stay) {
        cards(case, stay);
        sent_keys(case);
        pins(case);
        phones(case, stay);
        others(case, stay);
    }
    old_keys(case, stay);
    elsewhere(case, stay);
}

/// Whether the stay is on now; if not, that is the cause.
fn dates(case: &mut Case<'_>, stay: &Stay) -> bool {
    let leaving = case.grants.iter().all(|g| g.is_being_deleted()) && !case.grants.is_empty();
    if leaving {
        let notices = case.grants.iter().flat_map(|g| g.warnings()).filter(|w| w.code == "being_deleted");
        let at = notices.filter_map(|w| w.created_at).min();
        let proof = Proof::new("Seam is taking the access away", at);
        case.add(
            TakenAway,
            Sure,
            "the access is being taken away: the guest is checked out",
            vec![proof],
            &[Fix::Grant],
        );
        return false;
    }
    if let Some(start) = stay.starts_at().filter(|start| *start > case.now) {
        let says = format!("the stay has not begun: no key opens before {}", case.short(start));
        case.add(NotStarted, Sure, says, vec![Proof::new("the access begins", start)], &[Fix::Extend]);
        return false;
    }
    if let Some(end) = stay.ends_at().filter(|end| *end <= case.now) {
        let says = format!("the stay is over: it ended {}", case.short(end));
        case.add(Ended, Sure, says, vec![Proof::new("the access ended", end)], &[Fix::Extend]);
        return false;
    }
    let until = case.until(stay.ends_at());
    case.fine(format!("the access is on, {until}"), stay.starts_at());
    true
}

fn cards(case: &mut Case<'_>, stay: &Stay) {
    let only_cards = case.methods.iter().all(|m| m.mode() == Mode::Card);
    let usual = if only_cards { Sure } else { Likely };
    let cards: Vec<Method> =
        case.of_mode(&Mode::Card).into_iter().filter(|m| !is_leaving(m)).cloned().collect();
    for m in cards {
        if m.is_assignment_required && !m.is_issued {
            let proof = Proof::new("a tag was asked for", m.created_at());
            let says = "the tag is not assigned: no lock knows its number";
            case.add(NotEncoded, usual, says, vec![proof], &[Fix::Cards]);
        } else if m.is_encoding_required && m.issued_at().is_none() {
            let proof = Proof::new("a card was asked for and never cut", m.created_at());
            let says = "the card was never cut: what the guest holds opens nothing";
            case.add(NotEncoded, usual, says, vec![proof], &[Fix::Cards]);
        } else if m.is_encoding_required {
            stale(case, stay, &m);
        } else if m.is_issued {
            let cut = cut_of(case, &m);
            match cut.and_then(|(_, end)| end).filter(|end| *end <= case.now) {
                Some(end) => {
                    let says = format!(
                        "the end on the card has come ({}), the stay is {}",
                        case.short(end),
                        case.until(stay.ends_at())
                    );
                    let proofs = vec![Proof::new("the card was cut", cut.map(|(at, _)| at))];
                    case.add(StaleCard, Sure, says, proofs, &[Fix::Cards, Fix::ReadCard]);
                }
                None => case.fine("a card is cut for these dates", m.issued_at()),
            }
        }
    }
}

/// What was on a card when it was cut: when, and the end it carries where that is known.
fn cut_of(case: &Case<'_>, m: &Method) -> Option<(DateTime<Utc>, Option<DateTime<Utc>>)> {
    let methods = &case.hotel.store.methods;
    let cut = methods.row(methods.key(&m.id)?)?.links.cut()?;
    Some((cut.at, cut.ends_at))
}

/// The dates changed after the card was cut.
fn stale(case: &mut Case<'_>, stay: &Stay, m: &Method) {
    let of_grants = case.grants.iter().filter(|g| case.hotel.lists(g, &m.id)).flat_map(|g| g.pending());
    let changes: Vec<_> =
        m.pending().iter().chain(of_grants).filter(|p| p.code == MutationCode::UpdatingTimes).collect();
    let told = changes.iter().filter_map(|p| p.from.ends_at).min();
    let changed = changes.iter().filter_map(|p| p.created_at).min();
    let changed = changed.or(case.grants.iter().filter_map(|g| case.hotel.last_change_of_dates(&g.id)).max());
    let old_end = told.or(cut_of(case, m).and_then(|(_, end)| end));
    let until = case.until(stay.ends_at());
    let mut proofs = vec![Proof::new("the card was cut", m.issued_at())];
    proofs.extend(changed.map(|at| Proof::new("the dates were changed", at)));
    let (certainty, says) = match old_end {
        Some(end) if end <= case.now => {
            (Sure, format!("the card in the hand ended {}, the stay is {until}", case.short(end)))
        }
        Some(end) => (
            Likely,
            format!("the card in the hand has old dates: until {}, the stay is {until}", case.short(end)),
        ),
        None => (Likely, format!("the card in the hand has old dates; the stay is {until}")),
    };
    case.add(StaleCard, certainty, says, proofs, &[Fix::Cards, Fix::ReadCard]);
}

fn named<'a>(notices: impl Iterator<Item = &'a Notice>, codes: &[&str]) -> Option<&'a Notice> {
    notices.filter(|n| codes.contains(&n.code.as_str())).min_by_key(|n| n.created_at)
}

/// PINs and mobile keys: never there, or gone for a change.
fn sent_keys(case: &mut Case<'_>) {
    let opens = case.methods.iter().any(|m| m.is_issued);
    let usual = if opens { Likely } else { Sure };
    let asked = case.grants.iter().any(|g| !g.requested().is_empty());
    if case.methods.is_empty() {
        let says = if asked {
            "no key was made of what was asked for"
        } else {
            "no key was ever asked for: the guest has nothing that opens"
        };
        let made = case.grants.iter().filter_map(|g| g.created_at()).max();
        let proof = Proof::new("the access was granted", made);
        case.add(NotIssued, Sure, says, vec![proof], &[Fix::Keys, Fix::Grant]);
    }
    let sent = case.methods.iter().filter(|m| m.mode() != Mode::Card && !is_leaving(m));
    let sent: Vec<Method> = sent.map(|m| (*m).clone()).collect();
    for m in sent {
        let mode = m.mode();
        let what = mode.word();
        if m.is_issued {
            case.fine(format!("the {what} is on the lock"), m.issued_at());
        } else if m.issued_at().is_some() && !m.is_encoding_required {
            gap(case, &m, usual);
        } else {
            let of_grants = case.grants.iter().filter(|g| case.hotel.lists(g, &m.id));
            let of_grants = of_grants.flat_map(|g| g.errors());
            let failed = named(m.errors().iter().chain(of_grants), &NEVER_MADE);
            let mut proofs = vec![Proof::new(format!("the {what} was asked for"), m.created_at())];
            proofs.extend(failed.map(|n| Proof::new(&n.message, n.created_at)));
            let says = match failed {
                Some(_) => format!("the {what} could not be made for the lock"),
                None => format!("the {what} has not reached the lock yet"),
            };
            case.add(NotIssued, usual, says, proofs, &[Fix::Keys, Fix::Move]);
        }
    }
}

/// A key was taken off the lock for a change and has not come back.
fn gap(case: &mut Case<'_>, m: &Method, usual: super::Certainty) {
    let of_grants = case.grants.iter().filter(|g| case.hotel.lists(g, &m.id)).flat_map(|g| g.pending());
    let pending = m.pending().iter().chain(of_grants).filter_map(|p| p.created_at).min();
    let kinds = ["access_method.revoked", "access_method.reissued"];
    let told = case.hotel.last_event_of_method(&m.id, &kinds);
    let revoked = told.filter(|(_, kind)| kind == "access_method.revoked").map(|(at, _)| at);
    let mode = m.mode();
    let what = mode.word();
    let mut proofs = vec![Proof::new(format!("the {what} was last issued"), m.issued_at())];
    proofs.extend(pending.map(|at| Proof::new("the change began", at)));
    proofs.extend(revoked.map(|at| Proof::new(format!("the {what} was revoked"), at)));
    let says = format!("the {what} was taken off the lock for a change and has not come back");
    case.add(ReissueGap, usual, says, proofs, &[Fix::PollNow, Fix::Keys, Fix::InstantKey]);
}

/// The PIN is not what the guest was told.
fn pins(case: &mut Case<'_>) {
    let alerts = case.own_alerts();
    for alert in alerts.iter().filter(|a| a.id.rule == Rule::PinDiffers) {
        let says = "the PIN on the lock is not the one the guest was told";
        case.add(PinReplaced, Likely, says, vec![Proof::of(alert)], &[Fix::Unmask]);
    }
}

/// A link that expired before the phone opened it.
fn phones(case: &mut Case<'_>, stay: &Stay) {
    let mobile = case.of_mode(&Mode::MobileKey).len();
    if mobile == 0 {
        return;
    }
    let last = case.hotel.instant_keys(stay.guest()).into_iter().filter_map(|key| key.expires_at).max();
    let Some(end) = last.filter(|end| *end <= case.now) else { return };
    let certainty = if mobile == case.methods.len() { Likely } else { Possible };
    let says = "the Instant Key has expired: a phone that did not open the link before has no key";
    case.add(InstantKeyExpired, certainty, says, vec![Proof::new("it expired", end)], &[Fix::InstantKey]);
}

/// A key of another reservation was issued for the door later: its first use there silences this guest's.
fn others(case: &mut Case<'_>, stay: &Stay) {
    let issued = case.methods.iter().filter_map(|m| m.issued_at()).max();
    for door in case.doors.clone() {
        let Door::Entrance(key) = door else { continue };
        let overrides = case.hotel.store.entrances.get(key).is_some_and(|e| e.can_belong_to_reservation);
        let Some(own) = issued.filter(|_| overrides) else { continue };
        for other in case.hotel.stays_behind(door) {
            let Some(row) = case.hotel.stays.row(other) else { continue };
            let is_same = row.stay.id == stay.id
                || (stay.reservation_key().is_some() && row.stay.reservation_key() == stay.reservation_key());
            let begun = row.stay.starts_at().is_none_or(|at| at <= case.now);
            let later = case.hotel.methods_at(&row.grants).into_iter().filter_map(|m| m.issued_at()).max();
            let Some(at) = later.filter(|at| *at > own && begun && !is_same) else { continue };
            let who = &row.stay.name;
            let used = used_by(case, door, &row.stay, at);
            let mut proofs = vec![Proof::new(format!("a key of {who} was issued for this door"), at)];
            proofs.extend(used.map(|at| Proof::new(format!("{who} opened the door"), at)));
            let certainty = if used.is_some() { Sure } else { Likely };
            let says = format!("a later key of another reservation took the door over: {who}");
            case.add(Overridden, certainty, says, proofs, &[Fix::Move, Fix::Reissue]);
        }
    }
    for alert in case.own_alerts().iter().filter(|a| a.id.rule == Rule::TwoReservations) {
        let says = "two reservations have this door at once: whoever's key is used later keeps it";
        case.add(Overridden, Possible, says, vec![Proof::of(alert)], &[Fix::Move]);
    }
}

fn used_by(case: &Case<'_>, door: Door, other: &Stay, since: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let topic = case.hotel.topic_of(door)?;
    let mut log = case.hotel.log.of(&topic);
    let theirs = log.find(|(at, e)| {
        *at >= since && e.event_type == "lock.unlocked" && e.user_identity_id.as_ref() == Some(other.guest())
    });
    theirs.map(|(at, _)| at)
}

/// A card that was replaced, or a PIN that was withdrawn: somebody may still try it.
fn old_keys(case: &mut Case<'_>, stay: &Stay) {
    let events = case.hotel.events_of(&stay.id);
    let deleted = events.into_iter().filter(|e| e.event_type == "access_method.deleted");
    let last = deleted.filter_map(|e| e.occurred_at.or(e.created_at)).max();
    let Some(at) = last.filter(|at| case.now.signed_duration_since(*at) < OLD_KEY) else { return };
    let says = "a key of this guest was deleted: whoever still uses that card or PIN is refused";
    case.add(OldKey, Possible, says, vec![Proof::new("a key was deleted", at)], &[Fix::ReadCard]);
}

/// A card of the same guest for another room is still out.
fn elsewhere(case: &mut Case<'_>, stay: &Stay) {
    let own = case.hotel.name_doors(case.doors.iter().copied()).entrances;
    let cards = case.hotel.cards_out().into_iter().filter(|card| card.guest == *stay.guest());
    let cards: Vec<_> = cards.filter(|card| !card.doors.iter().any(|door| own.contains(door))).collect();
    for card in cards.iter().filter(|_| !own.is_empty()) {
        let room = if card.room.is_empty() { "another room" } else { card.room.as_str() };
        let says =
            format!("the guest also has a card for {room}: it may be the wrong one, or the wrong door");
        let proof = Proof::new(format!("a card for {room} was cut"), card.cut_at);
        case.add(WrongRoom, Possible, says, vec![proof], &[Fix::ReadCard]);
    }
}
