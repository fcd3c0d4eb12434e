//! What a move means, line by line.

use super::Asked;
use crate::desk::again::{cards, has_time, holders, keys_of};
use crate::desk::facts::{brand, count, encoder_line, names, of_mode, when};
use crate::desk::places::{encoders_at, place_names, reach, systems_of};
use crate::desk::{Line, Tone};
use crate::property::Method;
use crate::seam::model::{Encoder, Mode};
use crate::text::Text;

/// All lines, the gap first.
pub(super) fn lines(asked: &Asked<'_>, encoder: Option<&Encoder>) -> Vec<Line> {
    let p = asked.p;
    let name = |id| p.space(id).map(|s| s.name.clone()).unwrap_or_default();
    let (from, to) = (name(&asked.moved.from), name(&asked.moved.to));
    let mut lines = vec![Line::new("room", format!("{from} → {to}"), Tone::Plain)];
    lines.push(if asked.clear_first {
        let text = "the old access goes first, as these locks want it: until the new keys are made nobody of the \
                    reservation has one, and if it stops there it must be taken up again";
        Line::new("order", text, Tone::Bad)
    } else {
        Line::new("order", "the new access is made before the old one goes", Tone::Good)
    });
    lines.extend(dates(asked));
    lines.extend(party(asked));
    lines.extend(kept(asked));
    lines.extend(keys(asked, &to));
    lines.extend(card_lines(asked, encoder));
    lines.extend(reservation(asked));
    lines
}

fn dates(asked: &Asked<'_>) -> Option<Line> {
    let zone = asked.p.zone();
    let end = asked.stay.ends_at()?;
    Some(Line::new("until", format!("{} {}, as before", when(end, zone), zone.short(end)), Tone::Plain))
}

fn party(asked: &Asked<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    let joiners = asked.joiners();
    if !joiners.is_empty() {
        let text = format!("{}, {}: moved with it", count(joiners.len(), "joiner"), names(joiners));
        lines.push(Line::new("party", text, Tone::Caution));
    }
    for (_, gone) in asked.old.iter().filter(|(g, _)| !has_time(g, asked.now)) {
        let text = format!("{} has left: that access is not made again", gone.name);
        lines.push(Line::new("party", text, Tone::Plain));
    }
    lines
}

/// The doors that are kept beside the room.
fn kept(asked: &Asked<'_>) -> Option<Line> {
    let new = asked.new.first()?;
    let others: Vec<_> = new.spaces.iter().filter(|id| **id != asked.moved.to).cloned().collect();
    let names = place_names(asked.p, &others, &new.entrances, &new.devices);
    (!names.is_empty()).then(|| Line::new("kept", names, Tone::Good))
}

fn keys(asked: &Asked<'_>, to: &Text) -> Vec<Line> {
    let p = asked.p;
    let methods: Vec<&Method> = asked.old.iter().flat_map(|(g, _)| keys_of(p, g)).collect();
    let mut lines = Vec::new();
    let pins = of_mode(&methods, &Mode::Code).len();
    if pins > 0 {
        let label = if pins == 1 { "PIN".to_owned() } else { count(pins, "PIN") };
        let text = "the same digits are asked for; read it before telling it";
        lines.push(Line::new(label, text, Tone::Caution));
    }
    if !of_mode(&methods, &Mode::MobileKey).is_empty() {
        let text = "made anew: an Instant Key that was sent may have to be sent again (i)";
        lines.push(Line::new("mobile key", text, Tone::Caution));
    }
    for mode in [Mode::Code, Mode::MobileKey, Mode::CloudKey, Mode::Card] {
        if !of_mode(&methods, &mode).is_empty() && reach(p, &asked.target, &mode).opens == 0 {
            lines.push(Line::new(mode.word(), format!("does not open {to}"), Tone::Bad));
        }
    }
    lines
}

fn card_lines(asked: &Asked<'_>, encoder: Option<&Encoder>) -> Vec<Line> {
    let p = asked.p;
    let (all, to_cut) = cards(p, &asked.new);
    if all == 0 {
        return Vec::new();
    }
    let mut lines = Vec::new();
    let label = count(all, "card");
    match encoder {
        Some(encoder) => {
            lines.push(Line::new(label, "cut anew, one after the other", Tone::Caution));
            lines.push(encoder_line(p, encoder));
        }
        None if to_cut == 0 => {
            lines.push(Line::new(label, "tags must be assigned again by their number (c)", Tone::Caution));
        }
        None => {
            let able = encoders_at(p, &asked.target);
            let at = names(able.iter().map(|e| &e.display_name));
            lines.push(Line::new(label, format!("must be cut anew afterwards (c): {at}"), Tone::Caution));
        }
    }
    let old = asked.old.iter().any(|(g, _)| keys_of(p, g).iter().any(|m| m.issued_at().is_some()));
    if let Some(brand) = brand(p, asked.stay).filter(|b| old && !b.cards_follow()) {
        let text = format!("{}: collect them; an old one {}", holders(&asked.old, p), brand.revoked_card());
        lines.push(Line::new("old cards", text, Tone::Bad));
    }
    let before = super::super::facts::systems(p, asked.stay);
    if systems_of(p, &asked.target).iter().any(|id| !before.contains(id)) {
        lines.push(Line::new(
            "lock system",
            "the new room has another one: old cards cannot be used",
            Tone::Caution,
        ));
    }
    lines
}

fn reservation(asked: &Asked<'_>) -> Option<Line> {
    let old = asked.stay.reservation_key().as_ref();
    let new = asked.new.first().and_then(|n| n.reservation_key.as_ref());
    match (old, new) {
        (Some(old), None) => {
            let text = format!("the locks of the new room know no reservations: {old} is left out");
            Some(Line::new("reservation", text, Tone::Caution))
        }
        (Some(old), Some(_)) => Some(Line::new("reservation", format!("{old}, as before"), Tone::Plain)),
        (None, Some(new)) => Some(Line::new("reservation", new, Tone::Plain)),
        (None, None) => None,
    }
}
