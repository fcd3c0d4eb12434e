//! Who: a guest Seam knows, found as the name is typed, or a new one.

use std::collections::HashMap;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::{EMAIL, GUEST, NAME, PHONE};
use crate::app::form::{Choice, Form};
use crate::desk::{Refusal, Who};
use crate::order::Arrange as _;
use crate::property::{Guest, Property, StayClass};
use crate::seam::id::IdentityId;
use crate::text::Text;

/// The id of the entry that makes a new guest; Seam's ids have no blank.
const NEW: &str = "new guest";

/// How many are found; who looks further types more.
const FOUND: usize = 50;

/// Finds guests for what is typed, and asks a new one for more.
pub(super) fn search(form: &mut Form, p: &Property) {
    let typed = Text::new(form.text(GUEST).trim());
    form.found(GUEST, find(p, &typed));
    let is_new = form.chosen_id(GUEST).is_some_and(|id| id.as_str() == NEW);
    for label in [NAME, EMAIL, PHONE] {
        form.show(label, is_new);
    }
    form.propose(NAME, &typed);
}

/// Guests by how well they match, with their rooms. A new guest comes first where nobody's name, room or
/// address holds all that is typed, and last where somebody's does.
fn find(p: &Property, typed: &Text) -> Vec<Choice> {
    if typed.is_empty() {
        return Vec::new();
    }
    let pattern = |kind| Pattern::new(typed, CaseMatching::Ignore, Normalization::Smart, kind);
    let (fuzzy, whole) = (pattern(AtomKind::Fuzzy), pattern(AtomKind::Substring));
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let rooms = rooms(p);
    let mut found: Vec<(bool, u32, &Guest, String)> = Vec::new();
    for guest in p.identities() {
        let rooms = rooms.get(&guest.id).map(|rooms| rooms.join(", ")).unwrap_or_default();
        let email = guest.email().map(Text::as_str).unwrap_or_default();
        let words = format!("{} {rooms} {email}", guest.name);
        let Some(score) = fuzzy.score(Utf32Str::new(&words, &mut buffer), &mut matcher) else { continue };
        let fits = whole.score(Utf32Str::new(&words, &mut buffer), &mut matcher).is_some();
        found.push((fits, score, guest, rooms));
    }
    found.arrange_by(|(fits, score, guest, _), (others_fit, other_score, other, _)| {
        let by_match = (others_fit, other_score).cmp(&(fits, score));
        by_match.then_with(|| (&guest.name, &guest.id).cmp(&(&other.name, &other.id)))
    });
    let anybody = found.first().is_some_and(|(fits, ..)| *fits);
    let mut choices: Vec<Choice> = found.iter().take(FOUND).map(|(_, _, g, rooms)| known(g, rooms)).collect();
    let new = Choice::new(NEW, format!("new guest “{typed}”"));
    choices.insert(if anybody { choices.len() } else { 0 }, new);
    choices
}

/// The rooms of every guest who has not left.
fn rooms(p: &Property) -> HashMap<&IdentityId, Vec<&str>> {
    let mut rooms: HashMap<&IdentityId, Vec<&str>> = HashMap::new();
    for stay in p.stays().filter(|s| s.class != StayClass::Departed && !s.room.is_empty()) {
        let of_guest = rooms.entry(stay.guest()).or_default();
        if !of_guest.contains(&stay.room.as_str()) {
            of_guest.push(&stay.room);
        }
    }
    rooms.values_mut().for_each(|rooms| rooms.arrange());
    rooms
}

/// "Lindqvist, Per (118)": with what tells a guest from another of the same name.
fn known(guest: &Guest, rooms: &str) -> Choice {
    let words = match (rooms.is_empty(), guest.email().or_else(|| guest.phone())) {
        (false, _) => format!("{} ({rooms})", guest.name),
        (true, Some(reached)) => format!("{} ({reached})", guest.name),
        (true, None) => guest.name.to_string(),
    };
    Choice::new(&guest.id, words)
}

/// Who is chosen.
pub(super) fn chosen(form: &Form) -> Result<Who, Refusal> {
    let Some(id) = form.chosen_id(GUEST) else {
        return Err(Refusal::new("Say who gets access: type the name of the guest."));
    };
    if id.as_str() != NEW {
        return Ok(Who::Known(IdentityId::new(id)));
    }
    let given = |label| Some(form.text(label).trim()).filter(|text| !text.is_empty()).map(Text::new);
    Ok(Who::New { name: given(NAME).unwrap_or_default(), email: given(EMAIL), phone: given(PHONE) })
}
