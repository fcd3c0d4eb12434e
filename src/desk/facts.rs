//! What plans read from the property: a stay with its party, in the desk's words.

use chrono::{DateTime, TimeDelta, Utc};

use super::brand::Brand;
use super::{Line, Refusal, Tone};
use crate::property::{Grant, Method, Property, Stay, StayId, Zone, said};
use crate::seam::id::{EncoderId, MethodId, SystemId};
use crate::seam::model::{Encoder, Mode};
use crate::text::Text;

/// The stay, or the sentence that it is no longer there.
pub(super) fn stay<'a>(p: &'a Property, id: &StayId) -> Result<&'a Stay, Refusal> {
    p.stay(id).ok_or_else(|| {
        Refusal::new(
            "This stay is no longer there: it was checked out, or its reservation has changed. Close this \
             and choose the guest again.",
        )
    })
}

/// "118 Lindqvist, Per", or the name alone where there is no room.
pub(super) fn who(stay: &Stay) -> Text {
    if stay.room.is_empty() { stay.name.clone() } else { Text::new(format!("{} {}", stay.room, stay.name)) }
}

/// The grants of a stay that nobody is taking away already.
pub(super) fn live_grants<'a>(p: &'a Property, stay: &Stay) -> Vec<&'a Grant> {
    stay.grants.iter().filter_map(|id| p.grant(id)).filter(|g| !g.is_being_deleted()).collect()
}

/// The methods of these stays, each once, that nobody is taking away already.
pub(super) fn live_methods<'a>(p: &'a Property, stays: &[&Stay]) -> Vec<&'a Method> {
    let mut found: Vec<&Method> = Vec::new();
    for method in stays.iter().flat_map(|stay| p.methods_of(&stay.id)) {
        if !method.is_being_deleted() && !found.iter().any(|m| m.id == method.id) {
            found.push(method);
        }
    }
    found
}

/// Methods of one mode.
pub(super) fn of_mode<'a>(methods: &[&'a Method], mode: &Mode) -> Vec<&'a Method> {
    methods.iter().copied().filter(|m| m.mode() == *mode).collect()
}

/// The stays that share a method with the given ones but are none of them.
pub(super) fn also_served<'a>(p: &'a Property, method: &MethodId, by: &[&Stay]) -> Vec<&'a Stay> {
    let mut others: Vec<&Stay> = Vec::new();
    for grant in p.grants_of_method(method) {
        let Some(other) = p.stay_of_grant(&grant.id).and_then(|id| p.stay(id)) else { continue };
        let known = by.iter().chain(others.iter()).any(|s| s.id == other.id);
        if !known && !grant.is_being_deleted() {
            others.push(other);
        }
    }
    others
}

/// The systems of a stay's doors, those of the guest doors first.
pub(super) fn systems(p: &Property, stay: &Stay) -> Vec<SystemId> {
    let mut found: Vec<SystemId> = Vec::new();
    let doors = [p.guest_doors(&stay.id), p.doors_of(&stay.id)];
    for id in doors.iter().flat_map(|d| &d.entrances) {
        if let Some(door) = p.entrance(id)
            && !found.contains(&door.acs_system_id)
        {
            found.push(door.acs_system_id.clone());
        }
    }
    found
}

/// The brand of the stay's room, or of its first door; none where it has only plain locks.
pub(super) fn brand(p: &Property, stay: &Stay) -> Option<Brand> {
    let id = systems(p, stay).into_iter().next()?;
    Some(p.system(&id).map_or(Brand::Other, |s| Brand::of(&s.external_type)))
}

/// What is wrong with a system, if it says so itself: its name and the first error.
pub(super) fn system_trouble(p: &Property, id: &SystemId) -> Option<Text> {
    let system = p.system(id)?;
    let error = system.errors.first()?;
    let why = said(&error.code, &error.message);
    Some(Text::new(format!("{}: {why}", system.name)))
}

/// What speaks against an encoder: its own errors, or its system's.
pub(super) fn encoder_trouble(p: &Property, encoder: &Encoder) -> Option<Text> {
    match encoder.errors.first() {
        Some(error) if error.code == "acs_encoder_removed" => {
            Some("it was removed from the lock system".into())
        }
        Some(error) => Some(said(&error.code, &error.message)),
        None => system_trouble(p, &encoder.acs_system_id),
    }
}

/// The encoder, if it can cut this stay's cards.
pub(super) fn encoder<'a>(p: &'a Property, stay: &Stay, id: &EncoderId) -> Result<&'a Encoder, Refusal> {
    let able = p.encoders_for(&stay.id);
    let Some(encoder) = able.iter().copied().find(|e| e.id == *id) else {
        let name = p.encoder(id).map_or_else(|| Text::new(id.short()), |e| e.display_name.clone());
        let instead = match able.first() {
            Some(other) => format!("choose “{}”", other.display_name),
            None => "this lock system has no encoder at Seam; cut the card in its own program".to_owned(),
        };
        return Err(Refusal::new(format!(
            "“{name}” does not cut cards for {}: it belongs to another lock system; {instead}.",
            who(stay)
        )));
    };
    if encoder.errors.iter().any(|e| e.code == "acs_encoder_removed") {
        return Err(Refusal::new(format!(
            "“{}” was removed from the lock system: choose another encoder.",
            encoder.display_name
        )));
    }
    Ok(encoder)
}

/// The line about an encoder in a preview.
pub(super) fn encoder_line(p: &Property, encoder: &Encoder) -> Line {
    match encoder_trouble(p, encoder) {
        Some(why) => {
            Line::new("encoder", format!("“{}” may not work: {why}", encoder.display_name), Tone::Bad)
        }
        None => Line::new("encoder", format!("“{}”", encoder.display_name), Tone::Plain),
    }
}

/// The locks of a stay's rooms that Seam does not reach, by name.
pub(super) fn offline_doors(p: &Property, stays: &[&Stay]) -> Vec<Text> {
    let mut names: Vec<Text> = Vec::new();
    for stay in stays {
        let doors = p.guest_doors(&stay.id);
        let devices = doors.devices.iter().filter_map(|id| p.device(id));
        let devices = devices.filter(|d| d.properties.online == Some(false)).map(|d| &d.display_name);
        let entrances = doors.entrances.iter().filter_map(|id| p.entrance(id));
        let entrances = entrances.filter(|e| e.online == Some(false)).map(|e| &e.display_name);
        for name in devices.chain(entrances) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    names
}

/// Whether a card has to meet the encoder: not where tags are assigned and changes arrive live.
pub(super) fn is_encoded(brand: Option<Brand>, card: &Method) -> bool {
    let assigned = card.is_assignment_required || card.is_ready_for_assignment;
    let encoder = card.is_encoding_required || card.is_ready_for_encoding;
    encoder || !(assigned || brand.is_some_and(Brand::assigns_cards))
}

/// Whether a card waits for the encoder, for the first time or again.
pub(super) fn waits_for_encoder(card: &Method) -> bool {
    card.mode() == Mode::Card && !card.is_issued && (card.is_ready_for_encoding || card.is_encoding_required)
}

/// "Mon 23 Nov 11:00", property time.
pub(super) fn when(at: DateTime<Utc>, zone: Zone) -> String {
    zone.local(at).format("%a %-d %b %H:%M").to_string()
}

/// The difference between two instants as a person at the desk says it: "+1d", "-30m", "+1d 2h". Days
/// are those of the wall clock, also over a night on which the clocks change.
pub(super) fn difference(from: DateTime<Utc>, to: DateTime<Utc>, zone: Zone) -> String {
    let wall = zone.local(to).naive_local().signed_duration_since(zone.local(from).naive_local());
    let sign = if wall < TimeDelta::zero() { '-' } else { '+' };
    let minutes = wall.num_minutes().abs();
    let parts = [(minutes / 1440, 'd'), (minutes / 60 % 24, 'h'), (minutes % 60, 'm')];
    let words: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    format!("{sign}{}", if words.is_empty() { "0m".to_owned() } else { words.join(" ") })
}

/// "1 card", "2 cards".
pub(super) fn count(n: usize, what: &str) -> String {
    match n {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}

/// Names with commas between; a guest's own comma makes it a semicolon.
pub(super) fn names<'a>(names: impl IntoIterator<Item = &'a Text>) -> String {
    let names: Vec<&str> = names.into_iter().map(Text::as_str).collect();
    let between = if names.iter().any(|n| n.contains(',')) { "; " } else { ", " };
    names.join(between)
}
