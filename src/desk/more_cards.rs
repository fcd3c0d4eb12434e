//! Further cards for the same grant: one for each of a party. The cards there are stay valid.
//!
//! One access method is one card, so each is requested by itself and cut before the next is requested:
//! a run that is stopped leaves at most one card behind that waits.

use chrono::{DateTime, Utc};

use super::again::assigns;
use super::brand::Brand;
use super::facts::{
    brand, count, encoder_line, live_grants, live_methods, of_mode, stay, system_trouble, when, who,
};
use super::places::{encoder_at, reach, reserved, systems_of};
use super::{Action, Line, MethodRef, Plan, Refusal, Step, Tone};
use crate::order::Arrange as _;
use crate::property::{Grant, Property, Stay, StayId};
use crate::seam::id::EncoderId;
use crate::seam::model::{Encoder, Mode};
use crate::text::Text;

/// The most cards that are made at a time.
pub const MOST: usize = 10;

/// How many cards, and where they are cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoreCardsAsk {
    /// Whose.
    pub stay: StayId,
    /// How many.
    pub count: usize,
    /// Where they are cut; needed unless the lock system assigns tags.
    pub encoder: Option<EncoderId>,
}

/// Why a stay cannot have further cards, whatever is asked for; nothing where it can.
pub fn trouble(p: &Property, id: &StayId, now: DateTime<Utc>) -> Option<Refusal> {
    let stay = match stay(p, id) {
        Ok(stay) => stay,
        Err(refusal) => return Some(refusal),
    };
    grant(p, stay).and_then(|grant| check(p, stay, grant, now)).err()
}

/// Plans the cards at the instant `now`.
///
/// # Errors
/// One sentence, where Seam or the lock system would not make them.
pub fn plan(p: &Property, ask: &MoreCardsAsk, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let stay = stay(p, &ask.stay)?;
    if ask.count == 0 || ask.count > MOST {
        return Err(Refusal::new(format!("From 1 to {MOST} cards at a time: type how many.")));
    }
    let grant = grant(p, stay)?;
    check(p, stay, grant, now)?;
    let doors = p.doors_of(&grant.id);
    let encoder = match &ask.encoder {
        _ if assigns(p, &doors) => None,
        Some(id) => Some(encoder_at(p, &doors, id)?),
        None => {
            return Err(Refusal::new("Choose where the cards are cut: without an encoder there are none."));
        }
    };
    let steps = steps(p, stay, grant, ask.count, encoder);
    Ok(Plan {
        cards: Vec::new(),
        action: Action::MoreCards,
        stay: stay.id.clone(),
        guest: stay.name.clone(),
        room: stay.room.clone(),
        takes_away: false,
        preview: preview(p, stay, grant, ask.count, encoder),
        commands: steps.iter().filter_map(Step::command).collect(),
        steps,
    })
}

/// The grant that gets them: one with a guest door.
fn grant<'a>(p: &'a Property, stay: &Stay) -> Result<&'a Grant, Refusal> {
    let mut grants = live_grants(p, stay);
    grants.arrange_by_key(|g| {
        let doors = p.guest_doors(&g.id);
        (doors.entrances.is_empty() && doors.devices.is_empty(), g.id.clone())
    });
    grants.into_iter().next().ok_or_else(|| {
        Refusal::new(format!("The access of {} is being revoked: grant access anew (n).", who(stay)))
    })
}

fn check(p: &Property, stay: &Stay, grant: &Grant, now: DateTime<Utc>) -> Result<(), Refusal> {
    if let Some(end) = grant.ends_at().filter(|end| *end <= now) {
        return Err(Refusal::new(format!(
            "The access of {} ended {}: extend the stay first (e).",
            who(stay),
            when(end, p.zone())
        )));
    }
    let doors = p.doors_of(&grant.id);
    if reach(p, &doors, &Mode::Card).opens == 0 {
        return Err(Refusal::new(format!("No door of {} takes a card: give another key.", who(stay))));
    }
    if grant.reservation_key().is_none() && !reserved(p, &doors).is_empty() {
        return Err(Refusal::new(format!(
            "The lock of {} needs a reservation number for a card, and this grant has none: grant access anew with \
             one (n), then revoke this.",
            who(stay)
        )));
    }
    if brand(p, stay).is_some_and(Brand::one_card_a_guest) {
        return Err(Refusal::new(format!(
            "This lock system gives a guest one card: grant access to the second guest of {}, who then has a card \
             of their own.",
            who(stay)
        )));
    }
    Ok(())
}

fn steps(p: &Property, stay: &Stay, grant: &Grant, count: usize, encoder: Option<&Encoder>) -> Vec<Step> {
    let mut steps = Vec::new();
    for nth in 1..=count {
        let made = steps.len();
        let known = p.method_ids_of(grant).cloned().collect();
        steps.push(Step::RequestCard { grant: grant.id.clone(), known });
        let Some(encoder) = encoder else { continue };
        let method = MethodRef::MadeBy(made);
        steps.push(Step::AwaitReady { method: method.clone() });
        let card = match count {
            1 => Text::new(format!("one more card for {}", stay.name)),
            _ => Text::new(format!("new card {nth} of {count} for {}", stay.name)),
        };
        steps.push(Step::Encode {
            method,
            encoder: encoder.id.clone(),
            encoder_name: encoder.display_name.clone(),
            card,
            grants: vec![grant.id.clone()],
        });
    }
    steps
}

fn preview(p: &Property, stay: &Stay, grant: &Grant, n: usize, encoder: Option<&Encoder>) -> Vec<Line> {
    let methods = live_methods(p, &[stay]);
    let there = of_mode(&methods, &Mode::Card).len();
    let mut lines =
        vec![Line::new("cards", format!("{} more, beside {there}", count(n, "card")), Tone::Plain)];
    lines.push(Line::new("other cards", "stay valid: the new ones join them", Tone::Good));
    match encoder {
        Some(encoder) => {
            lines.push(encoder_line(p, encoder));
            if n > 1 {
                lines.push(Line::new(
                    "one by one",
                    "take each card off before the next is asked for",
                    Tone::Plain,
                ));
            }
        }
        None => {
            lines.push(Line::new("tags", "assign one to each by its number afterwards (c)", Tone::Caution))
        }
    }
    if let Some(end) = grant.ends_at() {
        let text = format!("{} {}", when(end, p.zone()), p.zone().short(end));
        lines.push(Line::new("until", text, Tone::Plain));
    }
    for id in systems_of(p, &p.doors_of(&grant.id)) {
        if let Some(why) = system_trouble(p, &id) {
            let text = format!("{why}: no card can be made until it works again");
            lines.push(Line::new("lock system", text, Tone::Bad));
        }
    }
    lines
}
