//! Open a door from afar with the guest's cloud key, or say why not.

use chrono::{DateTime, Utc};

use super::facts::{names, stay, system_trouble, when, who};
use super::{Action, Line, Plan, Refusal, Step, Tone};
use crate::order::Arrange as _;
use crate::property::{Doors, Method, Property, Stay, StayClass, StayId};
use crate::seam::id::EntranceId;
use crate::seam::model::{Entrance, Mode};
use crate::text::Text;

/// Which door to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlockAsk {
    /// Whose key opens it.
    pub stay: StayId,
    /// Which door; needed only where the key opens several and none of them is the room's.
    pub entrance: Option<EntranceId>,
}

/// A door of a stay that a cloud key could open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorChoice {
    /// Which.
    pub entrance: EntranceId,
    /// Its name.
    pub name: Text,
    /// Why it cannot be opened now.
    pub trouble: Option<Text>,
}

/// The doors of a stay that its cloud keys could open, guest doors first.
pub fn doors(p: &Property, id: &StayId, now: DateTime<Utc>) -> Vec<DoorChoice> {
    let Some(stay) = p.stay(id) else { return Vec::new() };
    let choice = |e: &Entrance| DoorChoice {
        entrance: e.id.clone(),
        name: e.display_name.clone(),
        trouble: match key(p, stay, e, now) {
            Ok(_) => trouble(p, e),
            Err(refusal) => Some(refusal.words),
        },
    };
    able(p, stay).into_iter().map(choice).collect()
}

fn able<'a>(p: &'a Property, stay: &Stay) -> Vec<&'a Entrance> {
    let guest_doors = p.guest_doors(&stay.id).entrances;
    let all = p.doors_of(&stay.id).entrances;
    let mut able: Vec<&Entrance> = all
        .iter()
        .filter_map(|id| p.entrance(id))
        .filter(|e| e.can_unlock_with_cloud_key != Some(false))
        .collect();
    able.arrange_by_key(|e| (!guest_doors.contains(&e.id), e.display_name.clone(), e.id.clone()));
    able
}

/// Plans the opening at the instant `now`.
///
/// # Errors
/// One sentence that says why the door cannot be opened, and what opens it instead.
pub fn plan(p: &Property, ask: &UnlockAsk, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let stay = stay(p, &ask.stay)?;
    let able = able(p, stay);
    if able.is_empty() {
        return Err(Refusal::new(format!(
            "The locks of {} cannot be opened from afar: cut a card, or send somebody with a key.",
            who(stay)
        )));
    }
    let guest_doors = p.guest_doors(&stay.id).entrances;
    let found = match &ask.entrance {
        Some(id) => able.iter().find(|e| e.id == *id),
        None if able.len() == 1 => able.first(),
        None => {
            let mut rooms = able.iter().filter(|e| guest_doors.contains(&e.id));
            rooms.next().filter(|_| rooms.next().is_none())
        }
    };
    let Some(door) = found else {
        return Err(Refusal::new(match &ask.entrance {
            Some(_) => format!("That door cannot be opened from afar for {}: choose another.", who(stay)),
            None => format!("{} has several doors: choose one.", who(stay)),
        }));
    };
    let method = key(p, stay, door, now)?;
    if let Some(why) = trouble(p, door) {
        return Err(Refusal::new(format!("{} cannot be opened from afar: {why}.", door.display_name)));
    }
    let step = Step::Unlock {
        method: method.id.clone(),
        entrance: door.id.clone(),
        door: door.display_name.clone(),
    };
    let mut preview = vec![
        Line::new(
            "door",
            format!("{} opens at once, whoever stands before it", door.display_name),
            Tone::Caution,
        ),
        Line::new(
            "who",
            format!("with the cloud key of {}: make sure it is the guest", stay.name),
            Tone::Caution,
        ),
    ];
    preview.extend(inside(p, door, now));
    preview.push(Line::new("after", "the lock locks again by itself", Tone::Plain));
    Ok(Plan {
        cards: Vec::new(),
        action: Action::Unlock,
        stay: stay.id.clone(),
        guest: stay.name.clone(),
        room: door.display_name.clone(),
        takes_away: false,
        preview,
        commands: step.command().into_iter().collect(),
        steps: vec![step],
    })
}

/// Who has the room behind a guest door now: somebody may be asleep there.
fn inside(p: &Property, door: &Entrance, now: DateTime<Utc>) -> Option<Line> {
    let one = Doors { entrances: vec![door.id.clone()], devices: Vec::new() };
    let guest_door = p.guest_doors_among(&one);
    if guest_door.entrances.is_empty() {
        return None;
    }
    let here = |s: &&&Stay| s.starts_at().is_none_or(|at| at <= now) && s.class != StayClass::Departed;
    let stays = p.stays_at(&guest_door);
    let said: Vec<Text> =
        stays.iter().filter(here).map(|s| Text::new(format!("{} ({})", s.name, s.class))).collect();
    Some(match said.as_slice() {
        [] => Line::new("inside", "nobody is expected to be in there", Tone::Plain),
        said => Line::new("inside", format!("{}: knock first", names(said)), Tone::Caution),
    })
}

/// The cloud key that opens a door now.
fn key<'a>(p: &'a Property, stay: &Stay, door: &Entrance, now: DateTime<Utc>) -> Result<&'a Method, Refusal> {
    let grants = || stay.grants.iter().filter_map(|id| p.grant(id)).filter(|g| !g.is_being_deleted());
    let reaching = || grants().filter(|g| p.doors_of(&g.id).entrances.contains(&door.id));
    let keys = |g: &crate::property::Grant| -> Vec<&'a Method> {
        let all = p.methods_of(&g.id);
        all.into_iter().filter(|m| m.mode() == Mode::CloudKey && !m.is_being_deleted()).collect()
    };
    let holders: Vec<_> = reaching().filter(|g| !keys(g).is_empty()).collect();
    if holders.is_empty() {
        return Err(Refusal::new(format!(
            "{} has no cloud key for {}: add one, it is issued within a minute.",
            who(stay),
            door.display_name
        )));
    }
    let open = |g: &&&crate::property::Grant| {
        g.starts_at().is_none_or(|at| at <= now) && g.ends_at().is_none_or(|at| at > now)
    };
    let Some(grant) = holders.iter().find(open) else {
        let start = holders.iter().filter_map(|g| g.starts_at()).filter(|at| *at > now).min();
        return Err(Refusal::new(match start {
            Some(at) => format!(
                "The cloud key of {} opens from {} on: let the guest in earlier by changing the dates (e).",
                who(stay),
                when(at, p.zone())
            ),
            None => format!("The access of {} has ended: extend the stay first (e).", who(stay)),
        }));
    };
    keys(grant).into_iter().find(|m| m.is_issued).ok_or_else(|| {
        Refusal::new(format!(
            "The cloud key of {} is not issued yet: wait a moment and try again.",
            who(stay)
        ))
    })
}

/// Why a door does not hear.
fn trouble(p: &Property, door: &Entrance) -> Option<Text> {
    if door.online == Some(false) {
        return Some("it is offline".into());
    }
    if door.privacy_mode || door.warnings.iter().any(|w| w.code.contains("privacy_mode")) {
        return Some("it is double-locked from inside".into());
    }
    system_trouble(p, &door.acs_system_id)
}
