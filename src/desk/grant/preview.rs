//! What a grant means, line by line.

use super::{Asked, GrantAsk, KeyAsk, Who};
use crate::desk::brand::Brand;
use crate::desk::facts::{count, names, system_trouble, when};
use crate::desk::places::{encoders_at, place_names, reach, reserved, systems_of, taken};
use crate::desk::wish::NewGrant;
use crate::desk::{Line, Tone};
use crate::order::Arrange as _;
use crate::property::{Doors, Stay, StayClass, said};
use crate::seam::id::IdentityId;
use crate::seam::model::Mode;
use crate::text::Text;

/// All lines: what it does to others first.
pub(super) fn lines(asked: &Asked<'_>, new: &NewGrant) -> Vec<Line> {
    let mut lines = others(asked);
    lines.push(who(asked));
    let GrantAsk { spaces, entrances, devices, .. } = asked.ask;
    lines.push(Line::new("where", place_names(asked.p, spaces, entrances, devices), Tone::Plain));
    lines.extend(dates(asked));
    for key in &asked.ask.keys {
        lines.extend(key_lines(asked, key));
    }
    lines.extend(trouble(asked, &asked.doors));
    lines.push(Line::new(
        "grant key",
        format!("{}: the same request makes one grant only", new.key),
        Tone::Plain,
    ));
    lines
}

/// Who has the room already, or will be joined.
fn others(asked: &Asked<'_>) -> Vec<Line> {
    let p = asked.p;
    let key = asked.ask.reservation_key.as_ref();
    let party: Vec<&Stay> =
        p.stays().filter(|s| key.is_some() && s.reservation_key().as_ref() == key).collect();
    let mut lines = Vec::new();
    if let Some(key) = key {
        lines.push(if party.is_empty() {
            let text = format!("{key} begins: its first use at the door ends every key before it");
            Line::new("reservation", text, Tone::Caution)
        } else {
            let text = format!("{key}: joins {}, whose keys stay", names(party.iter().map(|s| &s.name)));
            Line::new("reservation", text, Tone::Good)
        });
    }
    for other in taken(p, &asked.doors, asked.to_come(), &party) {
        let until = match other.ends_at() {
            Some(end) => format!(" until {}", when(end, p.zone())),
            None => String::new(),
        };
        let text = format!("{} has the room{until}: both will open it", other.name);
        lines.push(Line::new("also there", text, Tone::Bad));
    }
    lines
}

fn who(asked: &Asked<'_>) -> Line {
    match &asked.ask.who {
        Who::Known(id) => {
            let trouble = asked.p.identity(id).and_then(|g| g.errors().first());
            match trouble {
                Some(e) => {
                    let why = said(&e.code, &e.message);
                    Line::new("who", format!("{}: {why}", asked.name), Tone::Bad)
                }
                None => Line::new("who", known(asked, id), Tone::Plain),
            }
        }
        Who::New { email, phone, .. } => {
            let reached: Vec<&str> = [email, phone].into_iter().flatten().map(Text::as_str).collect();
            let reached = if reached.is_empty() {
                "no e-mail, no phone: links must be shown at the desk".to_owned()
            } else {
                reached.join(", ")
            };
            Line::new("who", format!("{}, a new guest ({reached})", asked.name), Tone::Plain)
        }
    }
}

/// A guest Seam knows, with what tells them from another of the same name.
fn known(asked: &Asked<'_>, id: &IdentityId) -> String {
    let stays = asked.p.stays().filter(|s| s.guest() == id && !s.room.is_empty());
    let mut rooms: Vec<&Text> = stays.filter(|s| s.class != StayClass::Departed).map(|s| &s.room).collect();
    rooms.arrange();
    rooms.dedup();
    let guest = asked.p.identity(id);
    let reached = guest.and_then(|g| g.email().or_else(|| g.phone()));
    match (rooms.is_empty(), reached) {
        (false, _) => format!("{}, who has {}", asked.name, names(rooms)),
        (true, Some(reached)) => format!("{} ({reached})", asked.name),
        (true, None) => asked.name.to_string(),
    }
}

fn dates(asked: &Asked<'_>) -> Vec<Line> {
    let zone = asked.p.zone();
    let from = match asked.ask.starts_at {
        Some(at) => format!("{} {}", when(at, zone), zone.short(at)),
        None => "now".to_owned(),
    };
    let until = match asked.ask.ends_at {
        Some(at) => Line::new("until", format!("{} {}", when(at, zone), zone.short(at)), Tone::Plain),
        None => Line::new("until", "no end: it opens until somebody revokes it", Tone::Caution),
    };
    vec![Line::new("from", from, Tone::Plain), until]
}

fn key_lines(asked: &Asked<'_>, key: &KeyAsk) -> Vec<Line> {
    let mode = key.mode();
    let mut lines = match key {
        KeyAsk::Code { pin } => pin_lines(asked, pin.as_ref()),
        KeyAsk::Card { count: n } => cards(asked, *n),
        KeyAsk::MobileKey { max_uses } => {
            let phones = count(usize::try_from(max_uses.unwrap_or(1)).unwrap_or(1), "phone");
            let text = format!("by a link for {phones}; whoever has the link has the key");
            vec![Line::new("mobile key", text, Tone::Plain)]
        }
        KeyAsk::CloudKey => vec![Line::new("cloud key", "the desk can open the door from afar", Tone::Plain)],
    };
    let rooms = reach(asked.p, &asked.guest_doors, &mode);
    let all = reach(asked.p, &asked.doors, &mode);
    if rooms.opens == 0 && !rooms.closed.is_empty() {
        lines.push(Line::new(mode.word(), format!("does not open {}", names(&rooms.closed)), Tone::Bad));
    } else if !all.closed.is_empty() {
        lines.push(Line::new(mode.word(), format!("does not open {}", names(&all.closed)), Tone::Caution));
    }
    lines
}

fn pin_lines(asked: &Asked<'_>, pin: Option<&crate::secret::Secret>) -> Vec<Line> {
    let p = asked.p;
    let has_one = match &asked.ask.who {
        Who::Known(id) => p
            .stays()
            .filter(|s| s.guest() == id)
            .any(|s| p.methods_of(&s.id).iter().any(|m| m.mode() == Mode::Code && !m.is_being_deleted())),
        Who::New { .. } => false,
    };
    let Some(pin) = pin else {
        let text = if has_one { "the guest's own, where the lock can have it" } else { "chosen by Seam" };
        return vec![Line::new("PIN", text, Tone::Plain)];
    };
    let mut lines =
        vec![Line::new("PIN", "as chosen, if it can be had: read it before telling it", Tone::Plain)];
    let system = |id| p.system(id).is_some_and(|s| Brand::of(&s.external_type) == Brand::SaltoKs);
    if systems_of(p, &asked.doors).iter().any(system) {
        lines.push(Line::new("PIN", "Salto KS may choose another one", Tone::Caution));
    }
    let used = p
        .stays_at(&asked.guest_doors)
        .into_iter()
        .any(|s| p.methods_of(&s.id).iter().any(|m| m.mode() == Mode::Code && m.code() == Some(pin)));
    if used {
        let text = "the chosen one is in use at this door: Seam will set another";
        lines.push(Line::new("PIN", text, Tone::Caution));
    }
    lines
}

fn cards(asked: &Asked<'_>, n: usize) -> Vec<Line> {
    let p = asked.p;
    let assigned = systems_of(p, &asked.guest_doors)
        .first()
        .and_then(|id| p.system(id))
        .is_some_and(|s| Brand::of(&s.external_type).assigns_cards());
    let encoders = encoders_at(p, &asked.doors);
    let text = match (assigned, encoders.is_empty()) {
        (true, _) => "a tag must be assigned by its number".to_owned(),
        (false, true) => "to be cut in the lock system's own program".to_owned(),
        (false, false) => format!("to be cut: {}", names(encoders.iter().map(|e| &e.display_name))),
    };
    vec![Line::new(count(n, "card"), text, Tone::Plain)]
}

/// Locks that cannot be reached and systems that say that something is wrong.
fn trouble(asked: &Asked<'_>, doors: &Doors) -> Vec<Line> {
    let p = asked.p;
    let locks = doors.devices.iter().filter_map(|id| p.device(id));
    let locks = locks.filter(|d| d.properties.online == Some(false)).map(|d| &d.display_name);
    let entrances = doors.entrances.iter().filter_map(|id| p.entrance(id));
    let offline: Vec<&Text> =
        entrances.filter(|e| e.online == Some(false)).map(|e| &e.display_name).chain(locks).collect();
    let mut lines = Vec::new();
    if !offline.is_empty() {
        let text = format!("{} is offline: it learns of the key once it is back", names(offline));
        lines.push(Line::new("offline", text, Tone::Bad));
    }
    for id in systems_of(p, doors) {
        if let Some(why) = system_trouble(p, &id) {
            let text = format!("{why}: no key is issued until it works again");
            lines.push(Line::new("lock system", text, Tone::Bad));
        }
    }
    if reserved(p, doors).is_empty() && asked.ask.ends_at.is_none() && !asked.guest_doors.devices.is_empty() {
        lines.push(Line::new("room", "a guest room without an end of stay", Tone::Caution));
    }
    lines
}
