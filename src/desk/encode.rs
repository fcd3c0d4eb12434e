//! Cut cards that wait for the encoder: before an arrival, or again after dates have changed.

use chrono::{DateTime, Utc};

use super::facts::{
    brand, count, encoder, encoder_line, is_encoded, live_methods, of_mode, stay, waits_for_encoder, when,
    who,
};
use super::{Action, Line, MethodRef, Plan, Refusal, Step, Tone};
use crate::order::Arrange as _;
use crate::property::{Method, Property, Stay, StayId};
use crate::seam::id::{EncoderId, MethodId};
use crate::seam::model::{Encoder, Mode};
use crate::text::Text;

/// Which cards to cut, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeAsk {
    /// Whose.
    pub stay: StayId,
    /// Which; empty for all of the stay that wait. May name cards of its joiners.
    pub methods: Vec<MethodId>,
    /// Where.
    pub encoder: EncoderId,
}

/// The cards of a stay that wait for the encoder.
pub fn waiting(p: &Property, id: &StayId) -> Vec<MethodId> {
    let Some(stay) = p.stay(id) else { return Vec::new() };
    let methods = live_methods(p, &[stay]);
    methods.iter().filter(|m| waits_for_encoder(m)).map(|m| m.id.clone()).collect()
}

/// Plans the cutting at the instant `now`.
///
/// # Errors
/// One sentence, where no card can be cut.
pub fn plan(p: &Property, ask: &EncodeAsk, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let stay = stay(p, &ask.stay)?;
    let cards = chosen(p, stay, ask)?;
    let encoder = encoder(p, stay, &ask.encoder)?;
    if let Some(end) = stay.ends_at().filter(|end| *end <= now) {
        return Err(Refusal::new(format!(
            "The access of {} ended {}, and so would the card: extend the stay first (e).",
            who(stay),
            when(end, p.zone())
        )));
    }
    let steps = steps(p, &cards, encoder);
    Ok(Plan {
        cards: Vec::new(),
        action: Action::Encode,
        stay: stay.id.clone(),
        guest: stay.name.clone(),
        room: stay.room.clone(),
        takes_away: false,
        preview: preview(p, stay, &cards, encoder, now),
        commands: steps.iter().filter_map(Step::command).collect(),
        steps,
    })
}

/// Plans the cutting of one card of a queue. Where `place` says which card of the queue it is, the desk asks
/// for it first and waits until somebody says that it lies there.
///
/// # Errors
/// As [`plan`].
pub fn queued(
    p: &Property,
    ask: &EncodeAsk,
    place: Option<Text>,
    now: DateTime<Utc>,
) -> Result<Plan, Refusal> {
    let mut plan = plan(p, ask, now)?;
    if let Some(card) = place
        && let Some(Step::Encode { encoder, encoder_name, .. }) = plan.steps.last().cloned()
    {
        plan.steps.insert(0, Step::PlaceCard { encoder, encoder_name, card });
    }
    Ok(plan)
}

/// Which stays a queue is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Those that are in the house on this business date, or still arrive on it.
    Tonight,
    /// Those that arrive on the next business date.
    Tomorrow,
}

/// The stays of a night with cards that wait for the encoder and an end that has not come, by room.
pub fn stays_waiting(p: &Property, wanted: Wanted, now: DateTime<Utc>) -> Vec<StayId> {
    let today = p.business_date().date();
    let tomorrow = p.business_date().next().date();
    let fits = |stay: &&Stay| {
        let begins = stay.starts_at().map(|at| p.zone().date(at));
        let night = match wanted {
            Wanted::Tonight => begins.is_none_or(|date| date <= today),
            Wanted::Tomorrow => begins == Some(tomorrow),
        };
        night && stay.ends_at().is_none_or(|end| end > now) && !waiting(p, &stay.id).is_empty()
    };
    let mut stays: Vec<&Stay> = p.stays().filter(fits).collect();
    stays.arrange_by(|a, b| (&a.room, &a.name, &a.id).cmp(&(&b.room, &b.name, &b.id)));
    stays.into_iter().map(|stay| stay.id.clone()).collect()
}

/// A card to cut and whose it is.
type Card<'a> = (&'a Method, &'a Stay);

fn chosen<'a>(p: &'a Property, stay: &'a Stay, ask: &EncodeAsk) -> Result<Vec<Card<'a>>, Refusal> {
    let mut stays = vec![stay];
    if !ask.methods.is_empty() {
        stays.extend(p.party(&stay.id));
    }
    let mut cards: Vec<Card<'a>> = Vec::new();
    let mut assigned = 0;
    for whose in stays {
        let methods = live_methods(p, &[whose]);
        for card in of_mode(&methods, &Mode::Card) {
            let wanted = ask.methods.is_empty() || ask.methods.contains(&card.id);
            if !wanted || cards.iter().any(|(c, _)| c.id == card.id) {
                continue;
            }
            if waits_for_encoder(card) {
                cards.push((card, whose));
            } else if !card.is_issued && !is_encoded(brand(p, whose), card) {
                assigned += 1;
            }
        }
    }
    if !cards.is_empty() {
        return Ok(cards);
    }
    Err(Refusal::new(if assigned > 0 {
        format!(
            "The cards of {} are tags that are assigned by their number, not cut on an encoder: take a spare tag \
             and choose “assign a tag by its number”.",
            who(stay)
        )
    } else {
        format!(
            "No card of {} waits to be cut: for another card, request one or replace a lost one (r).",
            who(stay)
        )
    }))
}

fn steps(p: &Property, cards: &[Card<'_>], encoder: &Encoder) -> Vec<Step> {
    let mut steps = Vec::new();
    for (i, (card, whose)) in cards.iter().enumerate() {
        let method = MethodRef::Known(card.id.clone());
        if !card.is_ready_for_encoding {
            steps.push(Step::AwaitReady { method: method.clone() });
        }
        steps.push(Step::Encode {
            method,
            encoder: encoder.id.clone(),
            encoder_name: encoder.display_name.clone(),
            card: label(i, cards.len(), whose),
            grants: p.grants_of_method(&card.id).iter().map(|g| g.id.clone()).collect(),
        });
    }
    steps
}

fn label(i: usize, of: usize, whose: &Stay) -> Text {
    match of {
        1 => Text::new(format!("the card of {}", whose.name)),
        _ => Text::new(format!("card {} of {of} for {}", i + 1, whose.name)),
    }
}

fn preview(
    p: &Property,
    stay: &Stay,
    cards: &[Card<'_>],
    encoder: &Encoder,
    now: DateTime<Utc>,
) -> Vec<Line> {
    let zone = p.zone();
    let mut lines = Vec::new();
    let again = cards.iter().filter(|(c, _)| c.issued_at().is_some()).count();
    let new = cards.len() - again;
    if again > 0 {
        let text = "to be cut again: the same card, or a fresh one";
        lines.push(Line::new(count(again, "card"), text, Tone::Plain));
    }
    if new > 0 {
        lines.push(Line::new(count(new, "card"), "to be cut for the first time", Tone::Plain));
    }
    if let Some(end) = stay.ends_at() {
        lines.push(Line::new("until", format!("{} {}", when(end, zone), zone.short(end)), Tone::Plain));
    }
    lines.push(encoder_line(p, encoder));
    if cards.len() > 1 {
        lines.push(Line::new("one by one", "take each card off before the next is asked for", Tone::Plain));
    }
    let slow = cards.iter().filter(|(c, _)| !c.is_ready_for_encoding).count();
    if slow > 0 {
        let text = format!("{} not ready yet: the desk waits for the lock system", count(slow, "card"));
        lines.push(Line::new("not ready", text, Tone::Caution));
    }
    if overrides(p, stay) && new > 0 && again == 0 {
        let text = "its first use at the door ends every key of the reservation before";
        let early = stay.starts_at().is_some_and(|start| start > now);
        lines.push(Line::new("at the door", text, if early { Tone::Caution } else { Tone::Plain }));
    }
    lines
}

/// Whether a card of this stay begins a new reservation at its door.
fn overrides(p: &Property, stay: &Stay) -> bool {
    stay.reservation_key().is_some()
        && p.guest_doors(&stay.id)
            .entrances
            .iter()
            .any(|id| p.entrance(id).is_some_and(|e| e.can_belong_to_reservation))
}
