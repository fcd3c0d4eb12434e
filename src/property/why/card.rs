//! What the card in the hand says: read on an encoder, it is the best evidence there is.

use chrono::{DateTime, TimeDelta, Utc};

use super::CauseKind::{CardDates, DeadCard, NotEncoded, OldKey, OtherCard, StaleCard, WrongRoom};
use super::Certainty::{Likely, Sure};
use super::{Case, Proof};
use crate::property::Fix;
use crate::seam::model::{CardOnEncoder, CredentialOnSeam, ScanResult};

/// Lock systems keep minutes.
fn same(a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < TimeDelta::minutes(1),
        (a, b) => a == b,
    }
}

fn is_blank(card: &CardOnEncoder) -> bool {
    card.is_issued != Some(true) && card.starts_at.is_none() && card.ends_at.is_none()
}

/// Takes a card that was read at `at` as evidence.
pub(super) fn look(case: &mut Case<'_>, read: &ScanResult, at: DateTime<Utc>) {
    let held = read.acs_credential_on_seam.as_ref();
    if other_guest(case, held, at) {
        return;
    }
    let Some(card) = read.acs_credential_on_encoder.as_ref().filter(|card| !is_blank(card)) else {
        let says = "nothing is on the card: it was never cut";
        let proof = Proof::new("the card was read and is blank", at);
        case.add(NotEncoded, Sure, says, vec![proof], &[Fix::Cards]);
        return;
    };
    let known = case.causes.clone();
    flags(case, card, at);
    dates(case, card, at);
    doors(case, card, at);
    if held.is_none() {
        let says = "Seam knows no such card: it was made in the lock system's own program, or is an old one";
        case.add(OtherCard, Likely, says, vec![Proof::new("the card was read", at)], &[Fix::Cards]);
    }
    held.into_iter().for_each(|held| said(case, held, at));
    if case.causes == known {
        // The card in the hand is right, whatever became of others.
        case.causes.retain(|c| !matches!(c.kind, NotEncoded | StaleCard | OldKey));
        let until = case.until(card.ends_at);
        case.fine(format!("the card in the hand is the guest's, {until}"), at);
    }
}

/// Whether the card is somebody else's.
fn other_guest(case: &mut Case<'_>, held: Option<&CredentialOnSeam>, at: DateTime<Utc>) -> bool {
    let Some(guest) = held.and_then(|held| held.user_identity_id.as_ref()) else { return false };
    if case.stay.is_none_or(|stay| stay.guest() == guest) {
        return false;
    }
    let who = case.hotel.identity(guest).map_or("another guest", |guest| guest.name.as_str());
    let says = format!("the card in the hand is not this guest's: it is the card of {who}");
    case.add(OtherCard, Sure, says, vec![Proof::new("the card was read", at)], &[Fix::Cards]);
    true
}

/// What the lock system has done to the card.
fn flags(case: &mut Case<'_>, card: &CardOnEncoder, at: DateTime<Utc>) {
    let Some(more) = &card.visionline_metadata else { return };
    let all = [
        (more.cancelled, "cancelled"),
        (more.discarded, "discarded"),
        (more.overridden, "overridden by a later guest's card"),
        (more.overwritten, "overwritten"),
    ];
    for (_, word) in all.into_iter().filter(|(is_set, _)| *is_set) {
        let says = format!("the lock system has the card as {word}");
        let proof = Proof::new(format!("the card was read: {word}"), at);
        case.add(DeadCard, Sure, says, vec![proof], &[Fix::Cards, Fix::Reissue]);
    }
}

/// The dates on the card against now, and against the access.
fn dates(case: &mut Case<'_>, card: &CardOnEncoder, at: DateTime<Utc>) {
    let proof = |words: String| vec![Proof::new(words, at)];
    let on_card = format!("the card was read: it is {}", case.until(card.ends_at));
    if let Some(end) = card.ends_at.filter(|end| *end <= case.now) {
        let says = format!("the end on the card has come: {}", case.short(end));
        return case.add(CardDates, Sure, says, proof(on_card), &[Fix::Cards]);
    }
    if let Some(start) = card.starts_at.filter(|start| *start > case.now) {
        let says = format!("the card does not open before {}", case.short(start));
        return case.add(CardDates, Sure, says, proof(on_card), &[Fix::Cards]);
    }
    let Some(stay) = case.stay else { return };
    if !same(card.ends_at, stay.ends_at()) {
        let says = format!(
            "the card has other dates than the access: {}, the access is {}",
            case.until(card.ends_at),
            case.until(stay.ends_at())
        );
        case.add(CardDates, Likely, says, proof(on_card), &[Fix::Cards]);
    }
}

/// The doors on the card against the guest's.
fn doors(case: &mut Case<'_>, card: &CardOnEncoder, at: DateTime<Utc>) {
    let Some(more) = &card.visionline_metadata else { return };
    let own = case.hotel.name_doors(case.doors.iter().copied()).entrances;
    let on_card = &more.guest_acs_entrance_ids;
    if on_card.is_empty() || own.is_empty() || on_card.iter().any(|door| own.contains(door)) {
        return;
    }
    let names = on_card.iter().filter_map(|id| case.hotel.entrance(id)).map(|e| e.display_name.as_str());
    let names = names.collect::<Vec<_>>().join(", ");
    let what = if names.is_empty() { "another room".to_owned() } else { names };
    let says = format!("the card is for another door: {what}");
    case.add(WrongRoom, Sure, says, vec![Proof::new("the card was read", at)], &[Fix::Cards]);
}

/// What Seam says of the credential.
fn said(case: &mut Case<'_>, held: &CredentialOnSeam, at: DateTime<Utc>) {
    for notice in held.errors.iter().chain(&held.warnings) {
        let words = crate::property::said(&notice.code, &notice.message);
        let says = "the card must be cut again: Seam reports a fault of it";
        let proof = Proof::new(words, notice.created_at.unwrap_or(at));
        case.add(StaleCard, Likely, says, vec![proof], &[Fix::Cards]);
    }
}
