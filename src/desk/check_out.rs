//! Check out: revoke all access of a stay, or of its whole reservation.
//!
//! `/access_grants/delete` removes a grant and its methods, which takes its time; what is still on a lock
//! is followed until it is gone. A card in a pocket is another matter: an offline door learns of a
//! revocation only from the next key.

use chrono::{DateTime, Utc};

use super::facts::{
    also_served, brand, count, is_encoded, live_grants, live_methods, names, of_mode, offline_doors, stay,
    system_trouble, systems, when, who,
};
use super::{Action, Line, Plan, Refusal, Step, Tone};
use crate::property::{Evidence, Method, Property, Stay, StayClass, StayId};
use crate::seam::model::Mode;
use crate::text::Text;

/// Whom to check out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckOutAsk {
    /// Whose access.
    pub stay: StayId,
    /// Whether the whole reservation goes, joiners too.
    pub whole_party: bool,
}

impl CheckOutAsk {
    /// The whole reservation of a stay.
    pub fn all(stay: StayId) -> Self {
        Self { stay, whole_party: true }
    }
}

/// A guest whose time is up, to be checked out with the others or left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaver {
    /// Whose stay.
    pub stay: StayId,
    /// The room.
    pub room: Text,
    /// "102 Berg, Astrid".
    pub who: Text,
    /// "due out Mon 23 Nov 11:00, 1 card still out".
    pub words: Text,
    /// The lock that keeps the PIN whatever is revoked, by name.
    pub fixed_pin: Option<Text>,
}

/// Everybody who is due out or overstays and still has access, in no order.
pub fn due(p: &Property) -> Vec<Leaver> {
    leaving(p).map(|s| leaver(p, s)).collect()
}

/// The stays that are due out or over, with access that can be taken away.
pub fn leaving(p: &Property) -> impl Iterator<Item = &Stay> {
    let leaves = |s: &&Stay| matches!(s.class, StayClass::DueOut | StayClass::Overstay);
    let counts = p.counts();
    // Where there is none, nobody need be looked at.
    let most = if counts.due_out + counts.overstay == 0 { 0 } else { usize::MAX };
    p.stays().take(most).filter(leaves).filter(|s| !live_grants(p, s).is_empty())
}

fn leaver(p: &Property, stay: &Stay) -> Leaver {
    let mut words = stay.class.word().to_owned();
    if let Some(end) = stay.ends_at() {
        words.push_str(&format!(" {}", when(end, p.zone())));
    }
    let cards = cards_out(&live_methods(p, &[stay])).len();
    if cards > 0 {
        words.push_str(&format!(", {} still out", count(cards, "card")));
    }
    Leaver {
        stay: stay.id.clone(),
        room: stay.room.clone(),
        who: who(stay),
        words: Text::new(words),
        fixed_pin: fixed_pin(p, &[stay]),
    }
}

/// What several check-outs leave to be done by hand: the PINs no revocation reaches, and the cards to
/// collect. Nothing where there is nothing.
pub fn left_over(p: &Property, stays: &[StayId]) -> Vec<Line> {
    let stays: Vec<&Stay> = stays.iter().filter_map(|id| p.stay(id)).collect();
    let mut lines = Vec::new();
    let fixed: Vec<Text> = stays.iter().filter(|s| fixed_pin(p, &[s]).is_some()).map(|s| who(s)).collect();
    if !fixed.is_empty() {
        let text = format!("cannot be taken off the lock before its own end: {}", names(&fixed));
        lines.push(Line::new("PIN", text, Tone::Bad));
    }
    let cards = |s: &&Stay| cards_out(&live_methods(p, &[s])).len();
    let out: Vec<(&Stay, usize)> = stays.iter().map(|s| (*s, cards(s))).filter(|(_, n)| *n > 0).collect();
    let total = out.iter().map(|(_, n)| n).sum::<usize>();
    if total > 0 {
        let of = |(s, n): &(&Stay, usize)| {
            let room = if s.room.is_empty() { &s.name } else { &s.room };
            Text::new(if *n == 1 { room.to_string() } else { format!("{room} ({n})") })
        };
        let text = format!("still out, collect them: {}", names(&out.iter().map(of).collect::<Vec<_>>()));
        lines.push(Line::new(count(total, "card"), text, Tone::Caution));
    }
    lines
}

fn cards_out<'a>(methods: &[&'a Method]) -> Vec<&'a Method> {
    of_mode(methods, &Mode::Card).into_iter().filter(|c| c.is_issued || c.issued_at().is_some()).collect()
}

/// The lock that keeps a PIN until its own end, by name.
fn fixed_pin(p: &Property, stays: &[&Stay]) -> Option<Text> {
    let mut notices = stays.iter().flat_map(|s| live_grants(p, s)).flat_map(|g| g.warnings());
    let failed = notices.find_map(|w| {
        w.failed_devices.iter().find(|d| d.error_code == "offline_access_code_not_revocable")
    })?;
    Some(p.device(&failed.device_id).map(|d| d.display_name.clone()).unwrap_or_else(|| "a lock".into()))
}

/// Plans the revocation at the instant `now`.
///
/// # Errors
/// One sentence, where there is nothing to revoke any more.
pub fn plan(p: &Property, ask: &CheckOutAsk, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let stay = stay(p, &ask.stay)?;
    let party = p.party(&stay.id);
    let mut stays = vec![stay];
    if ask.whole_party {
        stays.extend(party.iter().copied());
    }
    let steps = steps(p, &stays);
    if !steps.iter().any(Step::changes) {
        return Err(Refusal::new(format!(
            "The access of {} is being revoked already: follow it under Pending mutations.",
            who(stay)
        )));
    }
    let mut preview = whom(p, stay, &party, ask.whole_party, now);
    preview.extend(keys(p, stay, &stays));
    preview.extend(doors(p, stay, &stays));
    Ok(Plan {
        cards: Vec::new(),
        action: Action::CheckOut,
        stay: stay.id.clone(),
        guest: stay.name.clone(),
        room: stay.room.clone(),
        takes_away: true,
        preview,
        commands: steps.iter().filter_map(Step::command).collect(),
        steps,
    })
}

fn steps(p: &Property, stays: &[&Stay]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut grants = Vec::new();
    for stay in stays {
        for grant in live_grants(p, stay) {
            grants.push(grant.id.clone());
            steps.push(Step::DeleteGrant { grant: grant.id.clone(), who: who(stay) });
        }
    }
    let methods = live_methods(p, stays).iter().map(|m| m.id.clone()).collect();
    steps.push(Step::AwaitGone { grants, methods });
    steps
}

fn whom(p: &Property, stay: &Stay, party: &[&Stay], whole: bool, now: DateTime<Utc>) -> Vec<Line> {
    let zone = p.zone();
    let mut lines = Vec::new();
    let until = |text: String, tone| Line::new("stay", text, tone);
    match (stay.starts_at(), stay.ends_at()) {
        (Some(start), _) if start > now => {
            lines.push(until(format!("begins only {}: this cancels it", when(start, zone)), Tone::Caution));
        }
        (_, Some(end)) if end > now => {
            lines.push(until(format!("runs until {}", when(end, zone)), Tone::Caution));
        }
        (_, Some(end)) => lines.push(until(format!("ended {}", when(end, zone)), Tone::Plain)),
        (_, None) => lines.push(until("has no end".to_owned(), Tone::Caution)),
    }
    let opened = stay.evidence().into_iter().filter_map(|e| match e {
        Evidence::DoorOpened { at, .. } => Some(at),
        _ => None,
    });
    if let Some(at) = opened.max() {
        lines.push(Line::new("last seen", format!("the room's door opened {}", when(at, zone)), Tone::Plain));
    }
    if !party.is_empty() {
        let joiners = format!("{}, {}", count(party.len(), "joiner"), names(party.iter().map(|s| &s.name)));
        lines.push(if whole {
            Line::new("party", format!("{joiners}: checked out too"), Tone::Caution)
        } else {
            Line::new("party", format!("{joiners}: keeps access"), Tone::Caution)
        });
    }
    lines
}

fn keys(p: &Property, stay: &Stay, stays: &[&Stay]) -> Vec<Line> {
    let methods = live_methods(p, stays);
    let mut lines = Vec::new();
    for (mode, word) in [(Mode::Code, "PIN"), (Mode::MobileKey, "mobile key"), (Mode::CloudKey, "cloud key")]
    {
        match of_mode(&methods, &mode).len() {
            0 => {}
            1 => lines.push(Line::new(word, "stops opening", Tone::Plain)),
            n => lines.push(Line::new(format!("{n} {word}s"), "stop opening", Tone::Plain)),
        }
    }
    let brand = brand(p, stay);
    let out = cards_out(&methods);
    if !out.is_empty() {
        let label = count(out.len(), "card");
        lines.push(Line::new(&label, "still out: collect them", Tone::Caution));
        let offline = out.iter().any(|c| is_encoded(brand, c));
        if let Some(brand) = brand.filter(|b| offline && !b.cards_follow()) {
            let it = if out.len() == 1 { "it" } else { "each" };
            lines.push(Line::new(label, format!("{it} {}", brand.revoked_card()), Tone::Bad));
        }
    }
    for method in &methods {
        for other in also_served(p, &method.id, stays) {
            let text = format!("is also the {} of {}: it may stop there too", method.mode(), who(other));
            let line = Line::new(method.mode().word(), text, Tone::Bad);
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}

fn doors(p: &Property, stay: &Stay, stays: &[&Stay]) -> Vec<Line> {
    let mut lines = Vec::new();
    let offline = offline_doors(p, stays);
    if !offline.is_empty() {
        let text = format!("{} is offline: what it knows keeps opening until it is back", names(&offline));
        lines.push(Line::new("offline", text, Tone::Bad));
    }
    if let Some(name) = fixed_pin(p, stays) {
        let text = format!("the PIN cannot be taken off {name}: it opens until its own end");
        lines.push(Line::new("PIN", text, Tone::Bad));
    }
    for id in systems(p, stay) {
        if let Some(why) = system_trouble(p, &id) {
            let text = format!("{why}: the revocation waits until it works again");
            lines.push(Line::new("lock system", text, Tone::Bad));
        }
    }
    lines
}
