//! Instant Keys: the links that put a mobile key on a phone.
//!
//! A link belongs to the guest, not to the stay: it loads every mobile key the guest has, in other rooms
//! too. Whoever has it has the key. The API tells neither how often it was used nor how often it still can
//! be.

use chrono::{DateTime, TimeDelta, Utc};

use super::facts::{count, live_methods, names, of_mode, stay, when, who};
use super::{Action, Line, Plan, Refusal, Step, Tone};
use crate::order::Arrange as _;
use crate::property::{Property, Stay, StayId};
use crate::seam::id::InstantKeyId;
use crate::seam::model::{InstantKey, Mode};
use crate::secret::Secret;
use crate::text::Text;

/// A link, as a share view shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Which.
    pub key: InstantKeyId,
    /// The link; a bearer secret. None where the API keeps it to itself.
    pub url: Option<Secret>,
    /// When it can no longer be redeemed, UTC.
    pub expires_at: Option<DateTime<Utc>>,
    /// "expires Mon 23 Nov 12:00, an hour after checkout", and how that should strike the eye.
    pub expiry: Line,
    /// Whether it can be shared now.
    pub is_good: bool,
}

/// What there is to share, and what to know before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The links, the one that lasts longest first.
    pub links: Vec<Link>,
    /// How many phones were asked for with the mobile key of this stay; none where it has no mobile key.
    pub phones: Option<u32>,
    /// The doors of this stay that take a mobile key, by name.
    pub opens: Vec<Text>,
    /// The other rooms the link opens, by name.
    pub also_opens: Vec<Text>,
    /// All of it as lines, the worst first.
    pub lines: Vec<Line>,
}

/// What a share view of a stay shows at the instant `now`; none where the stay is gone.
pub fn share(p: &Property, id: &StayId, now: DateTime<Utc>) -> Option<Share> {
    let stay = p.stay(id)?;
    let mut links: Vec<Link> =
        p.instant_keys(stay.guest()).into_iter().map(|k| link(p, stay, k, now)).collect();
    links.arrange_by_key(|l| (std::cmp::Reverse(l.expires_at), l.key.clone()));
    let has_key = !of_mode(&live_methods(p, &[stay]), &Mode::MobileKey).is_empty();
    let phones = has_key.then(|| phones(p, stay));
    let (opens, also_opens) = (opens(p, stay), also_opens(p, stay));
    let mut lines = Vec::new();
    if !has_key {
        lines.push(Line::new("mobile key", "this stay has none: add one first", Tone::Bad));
    } else if !links.iter().any(|l| l.is_good) {
        lines.push(Line::new("link", "none can be shared: make a new Instant Key", Tone::Bad));
    }
    if !also_opens.is_empty() {
        let text = format!("the same link opens {} too", names(&also_opens));
        lines.push(Line::new("also opens", text, Tone::Bad));
    }
    lines.extend(links.iter().map(|l| l.expiry.clone()));
    lines.extend(phones.map(phones_line));
    Some(Share { links, phones, opens, also_opens, lines })
}

fn link(p: &Property, stay: &Stay, key: &InstantKey, now: DateTime<Utc>) -> Link {
    let zone = p.zone();
    let (text, tone, is_good) = match (key.expires_at, stay.ends_at()) {
        (Some(at), _) if at <= now => (format!("expired {}", when(at, zone)), Tone::Bad, false),
        (Some(at), Some(end)) if at < end => {
            let text = format!("expires {}, {} BEFORE checkout", when(at, zone), span(end - at));
            (text, Tone::Caution, true)
        }
        (Some(at), Some(end)) if at == end => {
            (format!("expires {}, with the checkout", when(at, zone)), Tone::Good, true)
        }
        (Some(at), Some(end)) => {
            (format!("expires {}, {} after checkout", when(at, zone), span(at - end)), Tone::Good, true)
        }
        (Some(at), None) => (format!("expires {}; the stay has no end", when(at, zone)), Tone::Caution, true),
        (None, _) => ("no expiry is known".to_owned(), Tone::Plain, true),
    };
    Link {
        key: key.id.clone(),
        url: key.instant_key_url.clone(),
        expires_at: key.expires_at,
        expiry: Line::new("link", text, tone),
        is_good,
    }
}

/// A span as a person at the desk says it: "40 min", "an hour", "21 h", "3 days".
fn span(span: TimeDelta) -> String {
    match span.num_minutes() {
        minutes @ ..=59 => format!("{} min", minutes.max(1)),
        60 => "an hour".to_owned(),
        minutes @ ..=2_879 => format!("{} h", (minutes + 30) / 60),
        minutes => count(usize::try_from(minutes / 1_440).unwrap_or(usize::MAX), "day"),
    }
}

/// The doors of a stay that take a mobile key, or may: the API does not always say.
fn opens(p: &Property, stay: &Stay) -> Vec<Text> {
    let doors = p.doors_of(&stay.id).entrances;
    let able = doors.iter().filter_map(|id| p.entrance(id));
    let able = able.filter(|e| e.can_unlock_with_mobile_key != Some(false));
    let mut names: Vec<Text> = able.map(|e| e.display_name.clone()).collect();
    names.arrange();
    names.dedup();
    names
}

fn phones(p: &Property, stay: &Stay) -> u32 {
    let requested = stay.grants.iter().filter_map(|id| p.grant(id)).flat_map(|g| g.requested().iter());
    requested.filter(|r| r.mode == Mode::MobileKey).filter_map(|r| r.max_uses).max().unwrap_or(1)
}

fn phones_line(phones: u32) -> Line {
    match phones {
        1 => Line::new(
            "phones",
            "the first link was for one phone: a second one needs a new link",
            Tone::Caution,
        ),
        n => Line::new(
            "phones",
            format!("the first link was for {n} phones; Seam does not tell how many used it"),
            Tone::Plain,
        ),
    }
}

/// The rooms of the guest's other stays with a mobile key.
fn also_opens(p: &Property, stay: &Stay) -> Vec<Text> {
    let mut rooms: Vec<Text> = Vec::new();
    for other in p.stays_of_guest(stay.guest()).filter(|s| s.id != stay.id) {
        let keys = live_methods(p, &[other]);
        if !of_mode(&keys, &Mode::MobileKey).is_empty() && !rooms.contains(&other.room) {
            rooms.push(if other.room.is_empty() { other.name.clone() } else { other.room.clone() });
        }
    }
    rooms.arrange();
    rooms
}

/// A further Instant Key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLinkAsk {
    /// Whose.
    pub stay: StayId,
    /// For how many phones.
    pub max_uses: u32,
}

/// An Instant Key to delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteLinkAsk {
    /// Whose.
    pub stay: StayId,
    /// Which.
    pub key: InstantKeyId,
}

/// Plans a further Instant Key at the instant `now`.
///
/// # Errors
/// One sentence, where there is no mobile key it could load.
pub fn new_link(p: &Property, ask: &NewLinkAsk, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let stay = stay(p, &ask.stay)?;
    if ask.max_uses == 0 {
        return Err(Refusal::new("An Instant Key for no phone opens nothing: it is for one phone at least."));
    }
    if of_mode(&live_methods(p, &[stay]), &Mode::MobileKey).is_empty() {
        return Err(Refusal::new(format!(
            "{} has no mobile key that a link could load: add a mobile key first.",
            who(stay)
        )));
    }
    if let Some(end) = stay.ends_at().filter(|end| *end <= now) {
        return Err(Refusal::new(format!(
            "The access of {} ended {}: extend the stay first (e).",
            who(stay),
            when(end, p.zone())
        )));
    }
    let known: Vec<InstantKeyId> = p.instant_keys(stay.guest()).into_iter().map(|k| k.id.clone()).collect();
    let mut preview = Vec::new();
    let also = also_opens(p, stay);
    if !also.is_empty() {
        let text = format!("the link opens {} too", names(&also));
        preview.push(Line::new("also opens", text, Tone::Bad));
    }
    let phones = match ask.max_uses {
        1 => "one phone can use it".to_owned(),
        n => format!("{n} phones can use it"),
    };
    preview.push(Line::new("phones", phones, Tone::Plain));
    if !known.is_empty() {
        let text = format!("the older ones stay good ({}): delete those that got about", known.len());
        preview.push(Line::new("older links", text, Tone::Caution));
    }
    let text = "may end before the stay does: Seam says when only once the link is there";
    preview.push(Line::new("expiry", text, Tone::Plain));
    let step = Step::NewInstantKey { guest: stay.guest().clone(), max_uses: ask.max_uses, known };
    Ok(plan_of(stay, Action::NewLink, preview, step))
}

/// Plans the deletion of an Instant Key at the instant `now`.
///
/// # Errors
/// One sentence, where it is gone already.
pub fn delete_link(p: &Property, ask: &DeleteLinkAsk, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let stay = stay(p, &ask.stay)?;
    let all = p.instant_keys(stay.guest());
    let Some(key) = all.iter().find(|k| k.id == ask.key) else {
        return Err(Refusal::new("That Instant Key is no longer there: nothing opens by it any more."));
    };
    let mut preview = Vec::new();
    let others = all.iter().filter(|k| k.id != ask.key && k.expires_at.is_none_or(|at| at > now)).count();
    if others == 0 {
        let text = "it is the last one: phones that have not used it need a new link";
        preview.push(Line::new("left", text, Tone::Caution));
    }
    let also = also_opens(p, stay);
    if !also.is_empty() {
        let text = format!("the link opened {} too: not any more", names(&also));
        preview.push(Line::new("also opens", text, Tone::Caution));
    }
    preview.push(link(p, stay, key, now).expiry);
    let text = "a phone that has the key already may keep it: revoke the mobile key to be sure";
    preview.push(Line::new("phones", text, Tone::Caution));
    let step = Step::DeleteInstantKey { key: ask.key.clone() };
    Ok(plan_of(stay, Action::DeleteLink, preview, step))
}

fn plan_of(stay: &Stay, action: Action, preview: Vec<Line>, step: Step) -> Plan {
    Plan {
        cards: Vec::new(),
        action,
        stay: stay.id.clone(),
        guest: stay.name.clone(),
        room: stay.room.clone(),
        takes_away: action == Action::DeleteLink,
        preview,
        commands: step.command().into_iter().collect(),
        steps: vec![step],
    }
}
