//! What new dates cost the guest, line by line.

use chrono::{DateTime, Utc};

use super::{Asked, joiners, others_in_rooms};
use crate::desk::brand::Brand;
use crate::desk::facts::{
    also_served, brand, count, difference, is_encoded, live_methods, names, of_mode, offline_doors,
    system_trouble, systems, when, who,
};
use crate::desk::{Line, Tone};
use crate::property::{Method, Stay};
use crate::seam::model::Mode;

/// All lines, the dates first.
pub(super) fn lines(asked: &Asked<'_>) -> Vec<Line> {
    let stays = asked.stays();
    let methods = live_methods(asked.p, &stays);
    let mut lines = dates(asked);
    lines.extend(pins(asked, &stays, &methods));
    lines.extend(cards(asked, &methods));
    lines.extend(mobile(asked, &stays, &methods));
    if !of_mode(&methods, &Mode::CloudKey).is_empty() {
        lines.push(Line::new("cloud key", "follows by itself", Tone::Good));
    }
    lines.extend(next_guest(asked));
    lines.extend(party(asked));
    lines.extend(shared(asked, &stays, &methods));
    for id in systems(asked.p, asked.stay) {
        if let Some(why) = system_trouble(asked.p, &id) {
            let text = format!("{why}: keys stay dead until it works again");
            lines.push(Line::new("lock system", text, Tone::Bad));
        }
    }
    lines
}

fn dates(asked: &Asked<'_>) -> Vec<Line> {
    let zone = asked.zone();
    let line = |label: &str, old: Option<DateTime<Utc>>, new: DateTime<Utc>, bad: bool| {
        let tone = if bad { Tone::Caution } else { Tone::Plain };
        let text = match old {
            Some(old) => {
                // On the night the clocks change the two abbreviations differ.
                let (was, is) = (zone.short(old), zone.short(new));
                let was = if was == is { String::new() } else { format!(" {was}") };
                let difference = difference(old, new, zone);
                format!("{}{was} → {} {is} ({difference})", when(old, zone), when(new, zone))
            }
            None => format!("{} {}", when(new, zone), zone.short(new)),
        };
        Line::new(label, text, tone)
    };
    let stay = asked.stay;
    let mut lines = Vec::new();
    if let Some(new) = asked.starts_at {
        lines.push(line("from", stay.starts_at(), new, stay.starts_at().is_some_and(|old| new > old)));
    }
    if let Some(new) = asked.ends_at {
        lines.push(line("until", stay.ends_at(), new, stay.ends_at().is_some_and(|old| new < old)));
    }
    lines
}

fn pins(asked: &Asked<'_>, stays: &[&Stay], methods: &[&Method]) -> Option<Line> {
    let pins = of_mode(methods, &Mode::Code).len();
    if pins == 0 {
        return None;
    }
    let label = if pins == 1 { "PIN".to_owned() } else { format!("{pins} PINs") };
    let offline = offline_doors(asked.p, stays);
    if !offline.is_empty() {
        let text = format!("keeps its digits, but {} is offline: dead until it is back", names(&offline));
        return Some(Line::new(label, text, Tone::Bad));
    }
    let begun = asked.stay.starts_at().is_none_or(|start| start <= asked.now);
    let tone = if begun { Tone::Caution } else { Tone::Plain };
    Some(Line::new(label, "keeps its digits, dead for about a minute", tone))
}

fn cards(asked: &Asked<'_>, methods: &[&Method]) -> Vec<Line> {
    let brand = brand(asked.p, asked.stay);
    let all = of_mode(methods, &Mode::Card);
    let (encoded, follow): (Vec<&Method>, Vec<&Method>) = all.into_iter().partition(|c| is_encoded(brand, c));
    let (cut, never): (Vec<&Method>, Vec<&Method>) =
        encoded.into_iter().partition(|c| c.is_issued || c.issued_at().is_some());
    let encoders = asked.p.encoders_for(&asked.stay.id);
    let at = if encoders.is_empty() {
        "in the lock system's own program".to_owned()
    } else {
        names(encoders.iter().map(|e| &e.display_name))
    };
    let mut lines = Vec::new();
    if !cut.is_empty() {
        let wall_reader = match brand {
            Some(Brand::SaltoSpace) => " (or held to a wall reader, where guest key update is licensed)",
            _ => "",
        };
        let text = format!("must be re-cut: {at}{wall_reader}");
        lines.push(Line::new(count(cut.len(), "card"), text, Tone::Caution));
        if asked.takes_away() {
            let text = "cards cut before keep their old dates at offline doors: collect or re-cut them";
            lines.push(Line::new("old cards", text, Tone::Bad));
        }
    }
    if !never.is_empty() {
        lines.push(Line::new(count(never.len(), "card"), format!("still to be cut: {at}"), Tone::Plain));
    }
    if !follow.is_empty() {
        lines.push(Line::new(count(follow.len(), "card"), "follows by itself", Tone::Good));
    }
    lines
}

fn mobile(asked: &Asked<'_>, stays: &[&Stay], methods: &[&Method]) -> Option<Line> {
    if of_mode(methods, &Mode::MobileKey).is_empty() {
        return None;
    }
    let keys = stays.iter().flat_map(|s| asked.p.instant_keys(s.guest()));
    let expires = keys.filter_map(|key| key.expires_at).max();
    let end = asked.ends_at.or(asked.stay.ends_at());
    let line = match expires {
        Some(at) if at <= asked.now => Line::new(
            "mobile key",
            format!("follows by itself; its link expired {} ▸ renew", when(at, asked.zone())),
            Tone::Caution,
        ),
        Some(at) if end.is_some_and(|end| at < end) => Line::new(
            "mobile key",
            format!("follows by itself; its link expires {} ▸ renew", when(at, asked.zone())),
            Tone::Caution,
        ),
        _ => Line::new("mobile key", "follows by itself", Tone::Good),
    };
    Some(line)
}

fn next_guest(asked: &Asked<'_>) -> Option<Line> {
    let zone = asked.zone();
    let end = asked.ends_at.or(asked.stay.ends_at())?;
    if asked.stay.room.is_empty() {
        return None;
    }
    let next = others_in_rooms(asked, asked.stay)
        .into_iter()
        .find(|s| s.starts_at().is_some_and(|start| start >= end));
    let room = &asked.stay.room;
    Some(match next.and_then(|s| s.starts_at().map(|start| (s, start))) {
        Some((next, start)) => {
            let text = format!("{room} is free until {} ({})", when(start, zone), next.name);
            Line::new("next guest", text, Tone::Good)
        }
        None => Line::new("next guest", format!("none is known for {room}"), Tone::Good),
    })
}

fn party(asked: &Asked<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    let with: Vec<&Stay> = asked.stays().into_iter().filter(|s| s.id != asked.stay.id).collect();
    if !with.is_empty() {
        let word = if asked.takes_away() { "changed" } else { "extended" };
        lines.push(Line::new("party", format!("{}: {word} with it", joiners(&with)), Tone::Plain));
        for joiner in with.iter().filter(|s| asked.ends_at.is_some() && s.ends_at() != asked.stay.ends_at()) {
            if let Some(end) = joiner.ends_at() {
                let text = format!("{} had until {}", joiner.name, when(end, asked.zone()));
                lines.push(Line::new("party", text, Tone::Caution));
            }
        }
    }
    for (joiner, why) in &asked.left {
        lines.push(Line::new("party", format!("joiner {} {why}", joiner.name), Tone::Caution));
    }
    lines
}

fn shared(asked: &Asked<'_>, stays: &[&Stay], methods: &[&Method]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for method in methods {
        for other in also_served(asked.p, &method.id, stays) {
            let text = format!("is also the {} of {} and is re-issued there too", method.mode(), who(other));
            let line = Line::new(method.mode().word(), text, Tone::Caution);
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}
