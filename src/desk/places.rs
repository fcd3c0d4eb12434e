//! Where access is given: doors, what opens them, and who has them.

use chrono::{DateTime, Utc};

use super::Refusal;
use super::facts::{encoder_trouble, names};
use crate::order::Arrange as _;
use crate::property::{Doors, Property, Stay};
use crate::seam::id::{DeviceId, EncoderId, EntranceId, SpaceId, SystemId};
use crate::seam::model::{Encoder, Entrance, Mode};
use crate::text::Text;

/// A span of time; what is none reaches for ever.
pub(super) type Span = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// Whether two spans have an instant in common.
pub(super) fn overlaps(a: Span, b: Span) -> bool {
    let before = |end: Option<DateTime<Utc>>, start: Option<DateTime<Utc>>| matches!((end, start), (Some(end), Some(start)) if end <= start);
    !before(a.1, b.0) && !before(b.1, a.0)
}

/// All doors that spaces, entrances and devices come to, each once.
pub(super) fn doors(
    p: &Property,
    spaces: &[SpaceId],
    entrances: &[EntranceId],
    devices: &[DeviceId],
) -> Doors {
    let mut all = Doors { entrances: entrances.to_vec(), devices: devices.to_vec() };
    for space in spaces {
        let inside = p.doors_in_space(space);
        all.entrances.extend(inside.entrances);
        all.devices.extend(inside.devices);
    }
    all.entrances.arrange();
    all.entrances.dedup();
    all.devices.arrange();
    all.devices.dedup();
    all
}

/// Whether there is no door at all.
pub(super) fn is_empty(doors: &Doors) -> bool {
    doors.entrances.is_empty() && doors.devices.is_empty()
}

/// The doors at which a new reservation ends the one before: `can_belong_to_reservation`.
pub(super) fn reserved<'a>(p: &'a Property, doors: &Doors) -> Vec<&'a Entrance> {
    let all = doors.entrances.iter().filter_map(|id| p.entrance(id));
    all.filter(|e| e.can_belong_to_reservation).collect()
}

/// Which of some doors a kind of key opens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reach {
    /// How many it opens, or may open: the API does not always say.
    pub(super) opens: usize,
    /// Those it certainly does not open, by name.
    pub(super) closed: Vec<Text>,
}

/// What a kind of key opens: `can_unlock_with_…`.
pub(super) fn reach(p: &Property, doors: &Doors, mode: &Mode) -> Reach {
    let mut reach = Reach::default();
    let mut count = |can: Option<bool>, name: &Text| match can {
        Some(false) => reach.closed.push(name.clone()),
        _ => reach.opens += 1,
    };
    for e in doors.entrances.iter().filter_map(|id| p.entrance(id)) {
        let can = match mode {
            Mode::Code => e.can_unlock_with_code,
            Mode::Card => e.can_unlock_with_card,
            Mode::MobileKey => e.can_unlock_with_mobile_key,
            Mode::CloudKey => e.can_unlock_with_cloud_key,
            Mode::Other(_) => None,
        };
        count(can, &e.display_name);
    }
    for d in doors.devices.iter().filter_map(|id| p.device(id)) {
        let can = match mode {
            Mode::Code => d.can_unlock_with_code,
            Mode::Card | Mode::MobileKey | Mode::CloudKey => Some(false),
            Mode::Other(_) => None,
        };
        count(can, &d.display_name);
    }
    reach
}

/// The lock systems of doors.
pub(super) fn systems_of(p: &Property, doors: &Doors) -> Vec<SystemId> {
    let mut found: Vec<SystemId> = Vec::new();
    for door in doors.entrances.iter().filter_map(|id| p.entrance(id)) {
        if !found.contains(&door.acs_system_id) {
            found.push(door.acs_system_id.clone());
        }
    }
    found
}

/// The names of spaces and doors, rooms first as they come.
pub(super) fn place_names(
    p: &Property,
    spaces: &[SpaceId],
    entrances: &[EntranceId],
    devices: &[DeviceId],
) -> String {
    let spaces = spaces.iter().filter_map(|id| p.space(id)).map(|s| &s.name);
    let doors = entrances.iter().filter_map(|id| p.entrance(id)).map(|e| &e.display_name);
    let locks = devices.iter().filter_map(|id| p.device(id)).map(|d| &d.display_name);
    names(spaces.chain(doors).chain(locks))
}

/// The encoders that cut cards for these doors: those of the systems of the guest doors, or of all where
/// no guest door has a system; those without trouble first.
pub(super) fn encoders_at<'a>(p: &'a Property, doors: &Doors) -> Vec<&'a Encoder> {
    let mut systems = systems_of(p, &p.guest_doors_among(doors));
    if systems.is_empty() {
        systems = systems_of(p, doors);
    }
    let mut found: Vec<&Encoder> = p.encoders().filter(|e| systems.contains(&e.acs_system_id)).collect();
    found.arrange_by(|a, b| (&a.display_name, &a.id).cmp(&(&b.display_name, &b.id)));
    found.arrange_by_key(|e| encoder_trouble(p, e).is_some());
    found
}

/// The encoder, if it cuts cards for these doors.
pub(super) fn encoder_at<'a>(p: &'a Property, doors: &Doors, id: &EncoderId) -> Result<&'a Encoder, Refusal> {
    let able = encoders_at(p, doors);
    if let Some(encoder) = able.iter().find(|e| e.id == *id) {
        if encoder.errors.iter().any(|e| e.code == "acs_encoder_removed") {
            let name = &encoder.display_name;
            return Err(Refusal::new(format!(
                "“{name}” was removed from the lock system: choose another encoder."
            )));
        }
        return Ok(encoder);
    }
    let name = p.encoder(id).map_or_else(|| Text::new(id.short()), |e| e.display_name.clone());
    let instead = match able.first() {
        Some(other) => format!("choose “{}”", other.display_name),
        None => "this lock system has no encoder at Seam; cut the card in its own program".to_owned(),
    };
    Err(Refusal::new(format!("“{name}” does not cut cards for these doors: {instead}.")))
}

/// The stays of other reservations that have one of these guest doors in a span of time, by start.
pub(super) fn taken<'a>(p: &'a Property, doors: &Doors, span: Span, ours: &[&Stay]) -> Vec<&'a Stay> {
    let guest_doors = p.guest_doors_among(doors);
    let mut found = p.stays_at(&guest_doors);
    found.retain(|stay| {
        let has = |d: &Doors| {
            d.entrances.iter().any(|e| guest_doors.entrances.contains(e))
                || d.devices.iter().any(|e| guest_doors.devices.contains(e))
        };
        !ours.iter().any(|ours| ours.id == stay.id)
            && stay.grants.iter().filter_map(|id| p.grant(id)).any(|g| {
                !g.is_being_deleted()
                    && overlaps((g.starts_at(), g.ends_at()), span)
                    && has(&p.guest_doors(&g.id))
            })
    });
    found
}
