//! Make a tag that the lock system knows already the guest's card, by the number that is printed on it.

use chrono::{DateTime, Utc};

use super::facts::{live_methods, of_mode, stay, system_trouble, systems, when, who};
use super::{Action, Line, Plan, Refusal, Step, Tone};
use crate::order::Arrange as _;
use crate::property::{Method, Property, Stay, StayId};
use crate::seam::id::MethodId;
use crate::seam::model::Mode;
use crate::text::Text;

/// The longest number that is taken, in characters.
const LONGEST: usize = 64;

/// Which tag becomes which card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignAsk {
    /// Whose.
    pub stay: StayId,
    /// Which of the cards that wait for a tag; without one the first of them.
    pub method: Option<MethodId>,
    /// The number on the tag. No secret, but data: it is sent as it is.
    pub number: Text,
}

/// A card that waits for its tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagChoice {
    /// Its access method.
    pub method: MethodId,
    /// "card 1, requested Sun 22 Nov 16:12".
    pub words: Text,
    /// Whether a tag can be assigned now.
    pub ready: bool,
}

/// The cards of a stay that wait for a tag, those that can take one first, then the oldest.
pub fn waiting(p: &Property, id: &StayId) -> Vec<TagChoice> {
    let Some(stay) = p.stay(id) else { return Vec::new() };
    let choice = |(i, card): (usize, &Method)| {
        let asked = card.created_at().map(|at| format!(", requested {}", when(at, p.zone())));
        let words = format!("card {}{}", i + 1, asked.unwrap_or_default());
        TagChoice { method: card.id.clone(), words: words.into(), ready: card.is_ready_for_assignment }
    };
    cards(p, stay).into_iter().enumerate().map(choice).collect()
}

fn cards<'a>(p: &'a Property, stay: &Stay) -> Vec<&'a Method> {
    let methods = live_methods(p, &[stay]);
    let mut cards = of_mode(&methods, &Mode::Card);
    cards.retain(|m| !m.is_issued && (m.is_assignment_required || m.is_ready_for_assignment));
    cards.arrange_by_key(|m| (!m.is_ready_for_assignment, m.created_at(), m.id.clone()));
    cards
}

/// Plans the assignment at the instant `now`.
///
/// # Errors
/// One sentence, where no tag can be assigned, or the number is none.
pub fn plan(p: &Property, ask: &AssignAsk, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let stay = stay(p, &ask.stay)?;
    let card = chosen(p, stay, ask.method.as_ref())?;
    let number = number(&ask.number)?;
    if let Some(end) = stay.ends_at().filter(|end| *end <= now) {
        return Err(Refusal::new(format!(
            "The access of {} ended {}, and so would the tag: extend the stay first (e).",
            who(stay),
            when(end, p.zone())
        )));
    }
    let grants = p.grants_of_method(&card.id).iter().map(|g| g.id.clone()).collect();
    let step = Step::AssignCard { method: card.id.clone(), number: number.clone(), grants };
    Ok(Plan {
        cards: Vec::new(),
        action: Action::Assign,
        stay: stay.id.clone(),
        guest: stay.name.clone(),
        room: stay.room.clone(),
        takes_away: false,
        preview: preview(p, stay, card, &number),
        commands: step.command().into_iter().collect(),
        steps: vec![step],
    })
}

fn chosen<'a>(p: &'a Property, stay: &Stay, wanted: Option<&MethodId>) -> Result<&'a Method, Refusal> {
    let cards = cards(p, stay);
    match wanted {
        Some(id) => cards.into_iter().find(|m| m.id == *id).ok_or_else(|| {
            Refusal::new(format!(
                "That card of {} no longer waits for a tag: choose again from those that do.",
                who(stay)
            ))
        }),
        None => cards.into_iter().next().ok_or_else(|| Refusal::new(nothing(p, stay))),
    }
}

/// Why no card of a stay waits for a tag.
fn nothing(p: &Property, stay: &Stay) -> String {
    let methods = live_methods(p, &[stay]);
    let encoded =
        of_mode(&methods, &Mode::Card).iter().any(|m| m.is_encoding_required || m.is_ready_for_encoding);
    if encoded {
        format!("The cards of {} are cut on an encoder, not assigned: choose “cut what waits”.", who(stay))
    } else {
        format!("No card of {} waits for a tag: request one first (“more cards”).", who(stay))
    }
}

/// The number as it is sent, without what was typed around it.
fn number(typed: &str) -> Result<Text, Refusal> {
    let number = Text::new(typed.trim());
    if number.is_empty() {
        return Err(Refusal::new("Type the number that is printed on the tag: it tells which tag it is."));
    }
    let fits = |c: char| c.is_alphanumeric() || "-:. ".contains(c);
    if number.chars().count() > LONGEST || !number.chars().all(fits) {
        return Err(Refusal::new(format!(
            "“{number}” is no number of a tag: letters and digits, as they are printed on it."
        )));
    }
    Ok(number)
}

fn preview(p: &Property, stay: &Stay, card: &Method, number: &Text) -> Vec<Line> {
    let mut lines = vec![
        Line::new("tag", number, Tone::Plain),
        Line::new(
            "check it",
            "whoever has the tag with this number gets in: compare it once more",
            Tone::Caution,
        ),
    ];
    if !card.is_ready_for_assignment {
        let text = "the lock system still prepares the card: the desk waits for it";
        lines.push(Line::new("not ready", text, Tone::Caution));
    }
    if let Some(end) = stay.ends_at() {
        let text = format!("{} {}; it follows the stay by itself", when(end, p.zone()), p.zone().short(end));
        lines.push(Line::new("until", text, Tone::Plain));
    }
    for id in systems(p, stay) {
        if let Some(why) = system_trouble(p, &id) {
            lines.push(Line::new("lock system", format!("{why}: it may not be assigned"), Tone::Bad));
        }
    }
    lines
}
