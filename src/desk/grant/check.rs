//! What speaks against a grant, before Seam would say it.

use super::{Asked, GrantAsk, KeyAsk, Reservation, Who};
use crate::desk::Refusal;
use crate::desk::facts::{live_grants, names, when, who as whom};
use crate::desk::places::{overlaps, place_names, reach, reserved, taken};
use crate::order::Arrange as _;
use crate::property::{Doors, Grant, Property, Stay};
use crate::seam::id::EntranceId;
use crate::text::Text;

/// The name of the guest, if access can be given to them.
pub(super) fn who(p: &Property, who: &Who) -> Result<Text, Refusal> {
    let (name, email, phone) = match who {
        Who::Known(id) => {
            let guest = p.identity(id).ok_or_else(|| {
                Refusal::new(
                    "This guest is no longer there: choose another, or enter the name as a new guest.",
                )
            })?;
            return Ok(guest.name.clone());
        }
        Who::New { name, email, phone } => (name, email, phone),
    };
    if name.trim().is_empty() {
        return Err(Refusal::new("The guest has no name: enter one, or choose a guest Seam knows."));
    }
    if let Some(email) = email {
        let parts: Vec<&str> = email.split('@').collect();
        let fits = matches!(parts[..], [name, host] if !name.is_empty() && host.contains('.'));
        if !fits || email.contains(char::is_whitespace) {
            return Err(Refusal::new(format!("“{email}” is no e-mail address: write name@example.com.")));
        }
    }
    if let Some(phone) = phone {
        let digits = phone.strip_prefix('+').unwrap_or_default();
        if !(7..=15).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Refusal::new(format!(
                "“{phone}” is no phone number as Seam takes it: write + and the country first, +46701234567."
            )));
        }
    }
    // Both are unique at Seam.
    let known = p.identities().find(|g| {
        let same = |a: Option<&Text>, b: &Option<Text>| b.is_some() && a == b.as_ref();
        same(g.email(), email) || same(g.phone(), phone)
    });
    match known {
        Some(guest) => Err(Refusal::new(format!(
            "Seam knows a guest with this e-mail address or phone number, {}: choose that guest, or leave it out.",
            guest.name
        ))),
        None => Ok(name.clone()),
    }
}

pub(super) fn dates(asked: &Asked<'_>) -> Result<(), Refusal> {
    let Some(end) = asked.ask.ends_at else { return Ok(()) };
    let zone = asked.p.zone();
    if end <= asked.now {
        return Err(Refusal::new(format!(
            "The end, {} {}, is not in the future, which Seam refuses: choose a later one.",
            when(end, zone),
            zone.short(end)
        )));
    }
    match asked.ask.starts_at {
        Some(start) if end <= start => Err(Refusal::new(format!(
            "The end, {}, would not be after the start, {}: choose a later end or an earlier start.",
            when(end, zone),
            when(start, zone)
        ))),
        _ => Ok(()),
    }
}

pub(super) fn keys(asked: &Asked<'_>) -> Result<(), Refusal> {
    let keys = &asked.ask.keys;
    if keys.is_empty() {
        return Err(Refusal::new("No key is chosen: choose a PIN, a card, a mobile key or a cloud key."));
    }
    for (i, key) in keys.iter().enumerate() {
        if keys.iter().take(i).any(|other| other.mode() == key.mode()) {
            return Err(Refusal::new(format!("The {} is chosen twice: once is enough.", key.mode())));
        }
        one_key(key)?;
        let reach = reach(asked.p, &asked.doors, &key.mode());
        if reach.opens == 0 {
            let GrantAsk { spaces, entrances, devices, .. } = asked.ask;
            return Err(Refusal::new(format!(
                "No door of {} takes a {}, so Seam could not make it: choose another key.",
                place_names(asked.p, spaces, entrances, devices),
                key.mode()
            )));
        }
    }
    Ok(())
}

pub(in crate::desk) fn one_key(key: &KeyAsk) -> Result<(), Refusal> {
    match key {
        KeyAsk::Code { pin: Some(pin) } => {
            let pin = pin.reveal();
            if (4..=9).contains(&pin.len()) && pin.bytes().all(|b| b.is_ascii_digit()) {
                return Ok(());
            }
            Err(Refusal::new("A PIN has four to nine digits: write another, or leave it to Seam."))
        }
        KeyAsk::Card { count } if !(1..=10).contains(count) => {
            Err(Refusal::new("One to ten cards can be asked for at a time."))
        }
        KeyAsk::MobileKey { max_uses: Some(0) } => {
            Err(Refusal::new("An Instant Key for no phone opens nothing: it is for one phone at least."))
        }
        _ => Ok(()),
    }
}

/// Seam's rules of reservations.
pub(super) fn reservation(asked: &Asked<'_>) -> Result<(), Refusal> {
    let needs = super::reservation(asked.p, asked.ask);
    let Some(key) = &asked.ask.reservation_key else {
        if needs == Reservation::Required {
            return Err(Refusal::new(
                "Cards and mobile keys for these doors need the reservation number: enter it; the number of \
                 the guests who are in the room joins them.",
            ));
        }
        return Ok(());
    };
    if key.trim().is_empty() {
        return Err(Refusal::new("The reservation number is empty: enter it, or leave it out."));
    }
    if needs == Reservation::Hidden {
        return Err(Refusal::new(
            "None of these doors knows reservations, so Seam takes no reservation number here: leave it out.",
        ));
    }
    let party: Vec<&Stay> = asked.p.stays().filter(|s| s.reservation_key().as_ref() == Some(key)).collect();
    let mut grants: Vec<(&Grant, &Stay)> = party
        .iter()
        .flat_map(|s| s.grants.iter().filter_map(|id| asked.p.grant(id)).map(move |g| (g, *s)))
        .filter(|(g, _)| g.reservation_key().as_ref() == Some(key))
        .collect();
    grants.arrange_by_key(|(g, _)| (g.created_at(), g.id.clone()));
    // A grant that is being revoked still counts at Seam until it is gone.
    if let Some((_, stay)) = grants.iter().find(|(g, _)| g.is_being_deleted()) {
        return Err(Refusal::new(format!(
            "The access of {} under this reservation is being revoked: wait until it is gone (Pending \
             mutations), then grant access again.",
            whom(stay)
        )));
    }
    if let Some((first, stay)) = grants.first() {
        joins(asked, &asked.p.doors_of(&first.id), stay)?;
    }
    if let Some((_, other)) =
        grants.iter().find(|(g, _)| !overlaps((g.starts_at(), g.ends_at()), asked.span()))
    {
        return Err(Refusal::new(format!(
            "All keys of a reservation must overlap in time, and these dates are apart from those of {}: change \
             the dates, or use a number of its own, {key}-2.",
            whom(other)
        )));
    }
    nobody_overridden(asked, &party)
}

/// A joiner opens the reservation's doors or some of them.
fn joins(asked: &Asked<'_>, of_first: &Doors, first: &Stay) -> Result<(), Refusal> {
    let ids = |doors: &Doors| -> Vec<EntranceId> {
        reserved(asked.p, doors).iter().map(|e| e.id.clone()).collect()
    };
    let (ours, fixed) = (ids(&asked.doors), ids(of_first));
    let more: Vec<&Text> = ours
        .iter()
        .filter(|id| !fixed.contains(id))
        .filter_map(|id| asked.p.entrance(id))
        .map(|e| &e.display_name)
        .collect();
    if more.is_empty() {
        return Ok(());
    }
    Err(Refusal::new(format!(
        "Who joins a reservation can open its doors or some of them, and {} is none of {}: leave it out, or \
         move the reservation to other rooms first (m).",
        names(more),
        whom(first)
    )))
}

/// A new reservation would end the key of whoever has the room.
fn nobody_overridden(asked: &Asked<'_>, party: &[&Stay]) -> Result<(), Refusal> {
    let doors = Doors {
        entrances: reserved(asked.p, &asked.doors).iter().map(|e| e.id.clone()).collect(),
        devices: Vec::new(),
    };
    let others = taken(asked.p, &doors, asked.to_come(), party);
    let Some(other) = others.into_iter().find(|s| !live_grants(asked.p, s).is_empty()) else { return Ok(()) };
    let until = match other.ends_at() {
        Some(end) => format!(" until {}", when(end, asked.p.zone())),
        None => String::new(),
    };
    let join = match &other.reservation_key() {
        Some(key) => format!("use their number, {key}, to join them"),
        None => "give their grant a reservation number first".to_owned(),
    };
    Err(Refusal::new(format!(
        "The room is taken by {}{until}, whose key this one would end at the door: {join}, check them out, or \
         choose another room.",
        whom(other)
    )))
}
