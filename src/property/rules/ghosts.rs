//! Cards that still open a room though their access has ended.

use super::doors::DoorView;
use super::{Alert, Fix, Rule, Severity, Text, Timer, many};
use crate::order::Arrange as _;
use crate::property::CardCut;
use crate::property::agenda::About;
use crate::property::hotel::Property;

/// When a card's access ended, as far as the records say.
fn ended(hotel: &Property, card: &CardCut) -> Option<chrono::DateTime<chrono::Utc>> {
    let kinds = ["access_method.deleted", "access_method.revoked"];
    let told = hotel.last_event_of_method(&card.method, &kinds).map(|(at, _)| at);
    let grants = hotel.grants_of_method(&card.method);
    let warned = grants.iter().flat_map(|g| g.warnings()).filter(|w| w.code == "being_deleted");
    let warned = warned.filter_map(|w| w.created_at).min();
    let over = grants.iter().filter_map(|g| g.ends_at()).max().filter(|end| *end <= hotel.now);
    told.or(warned).or(over)
}

/// A card of somebody who has no access any more opens this door, and nothing has closed it.
pub(super) fn ghost_card(view: &DoorView<'_>, timer: &mut Timer) -> Option<Alert> {
    let hotel = view.hotel;
    if !hotel.ledger.has(view.door) || !hotel.is_guest_door(view.door) {
        return None;
    }
    let mut cards: Vec<&CardCut> =
        hotel.ledger.at(view.door).filter(|card| hotel.is_ghost(card, view.door, timer)).collect();
    cards.arrange_by_key(|card| &card.method);
    let first = cards.first()?;
    let own = |stay: &crate::property::Stay| {
        *stay.guest() == first.guest
            || (first.reservation_key.is_some() && *stay.reservation_key() == first.reservation_key)
    };
    let stays = hotel.stays_behind(view.door);
    let inside = stays.iter().filter_map(|key| hotel.stay_at(*key)).filter(|stay| {
        !own(stay)
            && stay.starts_at().is_none_or(|at| timer.reached(at))
            && stay.ends_at().is_none_or(|at| !timer.reached(at))
    });
    let until = first.ends_at.map_or("without an end".to_owned(), |end| {
        format!("until {}", hotel.zone.local(end).format("%a %H:%M"))
    });
    // A journal names whose card was asked for; the card may be of somebody else of the party.
    let guest = hotel.identity(&first.guest).map(|guest| &guest.name).filter(|name| !name.is_empty());
    let of = match guest.unwrap_or(&first.name).as_str() {
        "" => "an earlier guest",
        name => name,
    };
    let (severity, whom) = match inside.min_by(|a, b| (a.starts_at(), &a.id).cmp(&(b.starts_at(), &b.id))) {
        Some(stay) => (Severity::P1, format!("{} has the room now", stay.name)),
        None => (Severity::P2, "collect it, or cut and use a key of the next guest".to_owned()),
    };
    let verb = if cards.len() == 1 { "opens" } else { "open" };
    let why = format!("{} of {of} still {verb} this door {until}; {whom}", many(cards.len(), "card"));
    let known = || hotel.known_since(About::Door(view.door), &Rule::GhostCard);
    let told = cards.iter().filter_map(|card| ended(hotel, card)).min();
    let since = told.or_else(known).unwrap_or(hotel.now);
    let alert = view.alert(Rule::GhostCard, severity, since, Text::new(why));
    Some(alert.fix(&[Fix::Cards, Fix::Why]).undated(told.is_none()))
}
