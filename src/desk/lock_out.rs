//! A card that was lost or stolen, replaced and locked out.
//!
//! Under the same reservation a new card is a joiner and does not silence the lost one. So all grants of
//! the reservation are deleted and made again under a new reservation key, and every card of the party is
//! cut anew. The lost card dies when one of the new ones is used at the door, not before.

use chrono::{DateTime, Utc};

use super::again::{
    Owned, again, all_known, check_together, clear_and_make, cut_all, grants_of, has_time, holders, keys_of,
};
use super::facts::{
    brand, count, encoder, encoder_line, is_encoded, names, of_mode, stay, system_trouble, systems, when, who,
};
use super::places::reserved;
use super::wish::NewGrant;
use super::{Action, Line, Plan, Refusal, Step, Tone};
use crate::property::{Method, Property, Stay, StayId};
use crate::seam::id::{EncoderId, MethodId};
use crate::seam::model::{Encoder, Mode};
use crate::text::Text;

pub use super::again::pins;

/// Which card is lost, and where all cards of the party are cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockOutAsk {
    /// Whose.
    pub stay: StayId,
    /// The lost card.
    pub lost: MethodId,
    /// Where the new ones are cut.
    pub encoder: EncoderId,
}

/// Plans the lock-out at the instant `now`.
///
/// # Errors
/// One sentence, where it is not needed or cannot be done.
pub fn plan(p: &Property, ask: &LockOutAsk, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let stay = stay(p, &ask.stay)?;
    let lost = p.methods_of(&stay.id).into_iter().find(|m| m.id == ask.lost && m.mode() == Mode::Card);
    let Some(lost) = lost else {
        return Err(Refusal::new(format!(
            "That card no longer belongs to {}: choose again from the cards that are there.",
            who(stay)
        )));
    };
    let old_key = check_doors(p, stay, lost)?;
    if let Some(end) = stay.ends_at().filter(|end| *end <= now) {
        return Err(Refusal::new(format!(
            "The access of {} ended {}: the next guest's key ends the lost card at the door.",
            who(stay),
            when(end, p.zone())
        )));
    }
    let everybody: Vec<&Stay> = std::iter::once(stay).chain(p.party(&stay.id)).collect();
    all_known(p, &everybody)?;
    let encoder = encoder(p, stay, &ask.encoder)?;
    for id in everybody.iter().flat_map(|s| systems(p, s)) {
        if let Some(why) = system_trouble(p, &id) {
            return Err(Refusal::new(format!(
                "{why}: it would stop half-way, with no key for anybody; wait until it works again, or block the \
                 card in the lock system's own program."
            )));
        }
    }
    let key = next_reservation(p, &old_key);
    let old = grants_of(p, &everybody);
    let living = old.iter().filter(|(g, _)| has_time(g, now));
    let new: Vec<NewGrant> = living.map(|owned| again(p, *owned, Some(key.clone()), None)).collect();
    check_together(p, &new)?;
    let mut steps = clear_and_make(&old, &new);
    steps.extend(cut_all(p, &new, encoder));
    Ok(Plan {
        cards: Vec::new(),
        action: Action::LockOut,
        stay: stay.id.clone(),
        guest: stay.name.clone(),
        room: stay.room.clone(),
        takes_away: true,
        preview: preview(p, stay, &everybody, &old, &new, (&old_key, &key), encoder),
        commands: steps.iter().filter_map(Step::command).collect(),
        steps,
    })
}

/// What locking out costs the party of a stay: "3 cards of Lindqvist, Ada; Lindqvist, Eva". Nothing where
/// the stay is gone.
pub fn recut(p: &Property, id: &StayId) -> Option<Text> {
    let stay = p.stay(id)?;
    let everybody: Vec<&Stay> = std::iter::once(stay).chain(p.party(id)).collect();
    Some(Text::new(holders(&grants_of(p, &everybody), p)))
}

/// The reservation key; only doors that know reservations have to be told by a key.
fn check_doors(p: &Property, stay: &Stay, lost: &Method) -> Result<Text, Refusal> {
    if !is_encoded(brand(p, stay), lost) || reserved(p, &p.guest_doors(&stay.id)).is_empty() {
        return Err(Refusal::new(format!(
            "The doors of {} learn at once when a card is retired: replace the lost card (r), nothing more is \
             needed.",
            who(stay)
        )));
    }
    stay.reservation_key().clone().ok_or_else(|| {
        Refusal::new(format!(
            "{} has no reservation number, so there is nothing a new one could end: check the guest out and grant \
             access anew with one.",
            who(stay)
        ))
    })
}

/// The next free name of a reservation: `HH-17-2` after `HH-17`. A number at its end is never counted up,
/// for it may be the books' own.
fn next_reservation(p: &Property, key: &Text) -> Text {
    let free = |name: &Text| !p.grants().any(|g| g.reservation_key().as_ref() == Some(name));
    (2..1000).map(|n| Text::new(format!("{key}-{n}"))).find(free).unwrap_or_else(|| key.clone())
}

fn preview(
    p: &Property,
    stay: &Stay,
    everybody: &[&Stay],
    old: &[Owned<'_>],
    new: &[NewGrant],
    (from, to): (&Text, &Text),
    encoder: &Encoder,
) -> Vec<Line> {
    let methods: Vec<&Method> = old.iter().flat_map(|(g, _)| keys_of(p, g)).collect();
    let room = if stay.room.is_empty() { "the room" } else { stay.room.as_str() };
    let mut lines = vec![
        Line::new(
            "lost card",
            format!("opens {room} until a new card is used there: have the guest open the door at once"),
            Tone::Bad,
        ),
        Line::new(
            "order",
            "all access of the reservation goes first; until it is made again nobody has a key, and if it stops \
             there it must be taken up again",
            Tone::Bad,
        ),
        Line::new("every card", format!("cut anew: {}", holders(old, p)), Tone::Caution),
        encoder_line(p, encoder),
    ];
    let joiners: Vec<&Text> = everybody.iter().skip(1).map(|s| &s.name).collect();
    if !joiners.is_empty() {
        let text = format!("{}, {}: call them to the desk", count(joiners.len(), "joiner"), names(joiners));
        lines.push(Line::new("party", text, Tone::Caution));
    }
    if !of_mode(&methods, &Mode::Code).is_empty() {
        lines.push(Line::new(
            "PIN",
            "the same digits are asked for; read it before telling it",
            Tone::Caution,
        ));
    }
    if !of_mode(&methods, &Mode::MobileKey).is_empty() {
        let text = "made anew: an Instant Key that was sent may have to be sent again (i)";
        lines.push(Line::new("mobile key", text, Tone::Caution));
    }
    for (_, gone) in old.iter().filter(|(g, _)| !new.iter().any(|n| n.replaces.as_ref() == Some(&g.id))) {
        let text = format!("{} has left: that access is not made again", gone.name);
        lines.push(Line::new("party", text, Tone::Plain));
    }
    lines.push(Line::new("reservation", format!("{from} → {to}: tell the books"), Tone::Caution));
    lines
}
