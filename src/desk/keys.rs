//! Add one key to a grant, or take one away.

use chrono::{DateTime, Utc};

use super::again::assigns;
use super::brand::Brand;
use super::facts::{
    also_served, brand, count, encoder_line, encoder_trouble, is_encoded, live_grants, live_methods, names,
    of_mode, offline_doors, stay, system_trouble, when, who,
};
use super::grant::{KeyAsk, one_key};
use super::places::{encoder_at, encoders_at, place_names, reach, reserved, systems_of};
use super::reissue::EncoderChoice;
use super::wish::{GrantName, Pins, Wish};
use super::{Action, Line, MethodRef, Plan, Refusal, Step, Tone};
use crate::order::Arrange as _;
use crate::property::{Grant, Method, Property, Stay, StayId};
use crate::seam::id::{EncoderId, GrantId, MethodId, SpaceId};
use crate::seam::model::{Encoder, Mode};
use crate::text::Text;

/// A key of a stay, to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChoice {
    /// Its access method.
    pub method: MethodId,
    /// Its kind.
    pub mode: Mode,
    /// "card, cut Sun 22 Nov 16:12", numbered where there are several of the kind.
    pub words: Text,
    /// The other stays it serves, which would lose it too.
    pub also: Vec<Text>,
}

/// Which key to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddKeyAsk {
    /// Whose.
    pub stay: StayId,
    /// On which grant; without one on the grant of the room.
    pub grant: Option<GrantId>,
    /// The key; one card at a time.
    pub key: KeyAsk,
    /// Where a card is cut at once; without one it waits and is offered afterwards.
    pub encoder: Option<EncoderId>,
}

/// Which key to take away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokeKeyAsk {
    /// Whose.
    pub stay: StayId,
    /// The key.
    pub method: MethodId,
}

/// The keys of a stay that nobody is taking away.
pub fn keys(p: &Property, id: &StayId) -> Vec<KeyChoice> {
    let Some(stay) = p.stay(id) else { return Vec::new() };
    let all = live_methods(p, &[stay]);
    let number = |m: &Method| {
        let alike = of_mode(&all, &m.mode());
        let at = alike.iter().position(|other| other.id == m.id)?;
        (alike.len() > 1).then(|| format!(" {} of {}", at + 1, alike.len()))
    };
    let choice = |m: &&Method| KeyChoice {
        method: m.id.clone(),
        mode: m.mode().clone(),
        words: Text::new(format!("{}{}, {}", m.mode(), number(m).unwrap_or_default(), state(p, m))),
        also: also_served(p, &m.id, &[stay]).into_iter().map(who).collect(),
    };
    all.iter().map(choice).collect()
}

/// A grant of a stay that a key can be added to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantChoice {
    /// Which.
    pub grant: GrantId,
    /// What it opens: "118, lobby".
    pub words: Text,
}

/// The grants of a stay that nobody is taking away, that of the room first.
pub fn grants(p: &Property, id: &StayId) -> Vec<GrantChoice> {
    let Some(stay) = p.stay(id) else { return Vec::new() };
    let choice = |g: &Grant| {
        let doors = p.doors_of(&g.id);
        let spaces: Vec<SpaceId> = p.spaces_of(g).cloned().collect();
        let places = if spaces.is_empty() {
            place_names(p, &[], &doors.entrances, &doors.devices)
        } else {
            place_names(p, &spaces, &[], &[])
        };
        GrantChoice { grant: g.id.clone(), words: Text::new(places) }
    };
    by_room(p, live_grants(p, stay)).into_iter().map(choice).collect()
}

/// Grants of a room before those of common doors alone.
fn by_room<'a>(p: &Property, mut grants: Vec<&'a Grant>) -> Vec<&'a Grant> {
    grants.arrange_by_key(|g| {
        let doors = p.guest_doors(&g.id);
        (doors.entrances.is_empty() && doors.devices.is_empty(), g.id.clone())
    });
    grants
}

fn state(p: &Property, m: &Method) -> String {
    let at = m.issued_at().map(|at| when(at, p.zone()));
    let done = if m.mode() == Mode::Card { "cut" } else { "issued" };
    match (m.is_issued, at) {
        (true, Some(at)) => format!("{done} {at}"),
        (true, None) => done.to_owned(),
        (false, Some(at)) => format!("{done} {at}, not valid now"),
        (false, None) => format!("not {done} yet"),
    }
}

/// Plans one more key at the instant `now`.
///
/// # Errors
/// One sentence, where Seam or the lock could not make it.
pub fn add(p: &Property, ask: &AddKeyAsk, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let stay = stay(p, &ask.stay)?;
    let grant = grant(p, stay, ask.grant.as_ref())?;
    let mode = ask.key.mode();
    check_add(p, stay, grant, &ask.key, now)?;
    let doors = p.doors_of(&grant.id);
    let cut = mode == Mode::Card && !assigns(p, &doors);
    let encoder = match &ask.encoder {
        Some(id) if cut => Some(encoder_at(p, &doors, id)?),
        _ => None,
    };
    let steps = add_steps(p, grant, &ask.key, encoder);
    Ok(Plan {
        cards: Vec::new(),
        action: Action::AddKey,
        stay: stay.id.clone(),
        guest: stay.name.clone(),
        room: stay.room.clone(),
        takes_away: false,
        preview: preview_add(p, grant, ask, encoder),
        commands: steps.iter().filter_map(Step::command).collect(),
        steps,
    })
}

/// The encoders on which a card for a grant can be cut at once, those without trouble first; none where cards
/// are tags that are assigned.
pub fn encoders(p: &Property, grant: &GrantId) -> Vec<EncoderChoice> {
    let doors = p.doors_of(grant);
    if assigns(p, &doors) {
        return Vec::new();
    }
    let choice = |e: &Encoder| EncoderChoice {
        encoder: e.id.clone(),
        name: e.display_name.clone(),
        system: p.system(&e.acs_system_id).map(|s| s.name.clone()).unwrap_or_default(),
        trouble: encoder_trouble(p, e),
    };
    encoders_at(p, &doors).into_iter().map(choice).collect()
}

/// The PIN somebody chose for the new key, to be given to the engine beside the plan.
pub fn pins(ask: &AddKeyAsk, plan: &Plan) -> Pins {
    let mut pins = Pins::new();
    if let KeyAsk::Code { pin: Some(pin) } = &ask.key {
        for step in &plan.steps {
            if let Step::RequestMethod { grant, .. } = step {
                pins.keep(&GrantName::Id(grant.clone()), 0, pin.clone());
            }
        }
    }
    pins
}

fn grant<'a>(p: &'a Property, stay: &Stay, wanted: Option<&GrantId>) -> Result<&'a Grant, Refusal> {
    let mut grants = live_grants(p, stay);
    if let Some(wanted) = wanted {
        grants.retain(|g| g.id == *wanted);
    }
    by_room(p, grants).into_iter().next().ok_or_else(|| {
        Refusal::new(format!("The access of {} is being revoked: grant access anew (n).", who(stay)))
    })
}

fn check_add(
    p: &Property,
    stay: &Stay,
    grant: &Grant,
    key: &KeyAsk,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    one_key(key)?;
    let mode = key.mode();
    if matches!(key, KeyAsk::Card { count } if *count != 1) {
        return Err(Refusal::new("Cards are added one at a time: ask for one, then for the next."));
    }
    if let Some(end) = grant.ends_at().filter(|end| *end <= now) {
        return Err(Refusal::new(format!(
            "The access of {} ended {}: extend the stay first (e).",
            who(stay),
            when(end, p.zone())
        )));
    }
    let doors = p.doors_of(&grant.id);
    let reach = reach(p, &doors, &mode);
    if reach.opens == 0 {
        return Err(Refusal::new(format!(
            "No door of {} takes a {mode}, so Seam could not make it: choose another key.",
            who(stay)
        )));
    }
    let guest_key = matches!(mode, Mode::Card | Mode::MobileKey);
    if guest_key && grant.reservation_key().is_none() && !reserved(p, &doors).is_empty() {
        return Err(Refusal::new(format!(
            "The lock of {} needs a reservation number for a {mode}, and this grant has none: grant access anew \
             with one (n), then revoke this.",
            who(stay)
        )));
    }
    let has = of_mode(&live_methods(p, &[stay]), &mode).len();
    if guest_key && has > 0 && brand(p, stay).is_some_and(Brand::one_card_a_guest) {
        return Err(Refusal::new(format!(
            "This lock system gives a guest one {mode}, and {} has it: replace that one (r), or grant access to a \
             second guest.",
            who(stay)
        )));
    }
    Ok(())
}

fn add_steps(p: &Property, grant: &Grant, key: &KeyAsk, encoder: Option<&Encoder>) -> Vec<Step> {
    let wish = match key {
        KeyAsk::Code { pin } => Wish { own_pin: pin.is_some(), ..Wish::of(Mode::Code) },
        KeyAsk::MobileKey { max_uses } => Wish { max_uses: *max_uses, ..Wish::of(Mode::MobileKey) },
        other => Wish::of(other.mode()),
    };
    request_steps(p, grant, wish, encoder)
}

/// Requests one key and waits for it; a card is cut where there is an encoder.
pub(super) fn request_steps(p: &Property, grant: &Grant, wish: Wish, encoder: Option<&Encoder>) -> Vec<Step> {
    let method = MethodRef::MadeBy(0);
    let known = p.method_ids_of(grant).cloned().collect();
    let request = Step::RequestMethod { grant: grant.id.clone(), wish, known };
    let wait = Step::AwaitMethod { grant: grant.id.clone(), method: method.clone() };
    let mut steps = vec![request, wait];
    if let Some(encoder) = encoder {
        steps.push(Step::Encode {
            method,
            encoder: encoder.id.clone(),
            encoder_name: encoder.display_name.clone(),
            card: "the new card".into(),
            grants: vec![grant.id.clone()],
        });
    }
    steps
}

fn preview_add(p: &Property, grant: &Grant, ask: &AddKeyAsk, encoder: Option<&Encoder>) -> Vec<Line> {
    let doors = p.doors_of(&grant.id);
    let mode = ask.key.mode();
    let text = match &ask.key {
        KeyAsk::Code { pin: Some(_) } => "as chosen, if it can be had: read it before telling it".to_owned(),
        KeyAsk::Code { pin: None } => "chosen by Seam".to_owned(),
        KeyAsk::MobileKey { max_uses } => {
            let phones = usize::try_from(max_uses.unwrap_or(1)).unwrap_or(1);
            format!("by a link for {}; whoever has the link has the key", count(phones, "phone"))
        }
        KeyAsk::CloudKey => "the desk can open the door from afar".to_owned(),
        KeyAsk::Card { .. } if assigns(p, &doors) => "a tag must be assigned by its number (c)".to_owned(),
        KeyAsk::Card { .. } if encoder.is_some() => "cut at once; the cards there are stay valid".to_owned(),
        KeyAsk::Card { .. } => "to be cut afterwards (c); the cards there are stay valid".to_owned(),
    };
    let mut lines = vec![Line::new(mode.word(), text, Tone::Plain)];
    let brand = |id| p.system(id).map(|s| Brand::of(&s.external_type));
    if mode == Mode::Code && systems_of(p, &doors).iter().any(|id| brand(id) == Some(Brand::SaltoKs)) {
        lines.push(Line::new("PIN", "Salto KS may choose another one", Tone::Caution));
    }
    let closed = reach(p, &p.guest_doors(&grant.id), &mode).closed;
    if !closed.is_empty() {
        lines.push(Line::new(mode.word(), format!("does not open {}", names(&closed)), Tone::Bad));
    }
    lines.extend(encoder.map(|e| encoder_line(p, e)));
    if let Some(end) = grant.ends_at() {
        lines.push(Line::new(
            "until",
            format!("{} {}", when(end, p.zone()), p.zone().short(end)),
            Tone::Plain,
        ));
    }
    lines.push(Line::new("other keys", "untouched", Tone::Good));
    for id in systems_of(p, &doors) {
        if let Some(why) = system_trouble(p, &id) {
            let text = format!("{why}: no key is issued until it works again");
            lines.push(Line::new("lock system", text, Tone::Bad));
        }
    }
    lines
}

/// Plans to take one key away, at the instant `now`.
///
/// # Errors
/// One sentence, where the key is not there, or somebody else would lose it too.
pub fn revoke(p: &Property, ask: &RevokeKeyAsk, _now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let stay = stay(p, &ask.stay)?;
    let Some(method) = p.methods_of(&stay.id).into_iter().find(|m| m.id == ask.method) else {
        return Err(Refusal::new(format!(
            "That key no longer belongs to {}: choose again from the keys that are there.",
            who(stay)
        )));
    };
    if method.is_being_deleted() {
        return Err(Refusal::new(format!(
            "That {} of {} is being revoked already: follow it under Pending mutations.",
            method.mode(),
            who(stay)
        )));
    }
    let others: Vec<Text> = also_served(p, &method.id, &[stay]).into_iter().map(who).collect();
    if !others.is_empty() {
        return Err(Refusal::new(format!(
            "This {0} is also the {0} of {1}, who would lose it: add another key there first.",
            method.mode(),
            names(&others)
        )));
    }
    let grants: Vec<GrantId> = p.grants_of_method(&method.id).into_iter().map(|g| g.id.clone()).collect();
    let requested = p.grants_of_method(&method.id).into_iter().flat_map(|g| g.requested().iter());
    let max_uses = requested.filter(|r| r.mode == method.mode()).filter_map(|r| r.max_uses).max();
    let steps = vec![
        Step::RevokeMethod {
            method: method.id.clone(),
            grants,
            mode: method.mode().clone(),
            max_uses,
            what: Text::new(format!("revoke the {} of {}", method.mode(), who(stay))),
        },
        Step::AwaitGone { grants: Vec::new(), methods: vec![method.id.clone()] },
    ];
    Ok(Plan {
        cards: Vec::new(),
        action: Action::RevokeKey,
        stay: stay.id.clone(),
        guest: stay.name.clone(),
        room: stay.room.clone(),
        takes_away: true,
        preview: preview_revoke(p, stay, method),
        commands: steps.iter().filter_map(Step::command).collect(),
        steps,
    })
}

fn preview_revoke(p: &Property, stay: &Stay, method: &Method) -> Vec<Line> {
    let mut lines = Vec::new();
    let methods = live_methods(p, &[stay]);
    let left: Vec<&&Method> = methods.iter().filter(|m| m.id != method.id && m.is_issued).collect();
    lines.push(Line::new(method.mode().word(), state(p, method), Tone::Plain));
    if left.is_empty() {
        let text = format!("it is the last key of {} that opens anything", stay.name);
        lines.push(Line::new("left", text, Tone::Bad));
    } else {
        let text = names(&left.iter().map(|m| Text::new(m.mode().word())).collect::<Vec<_>>());
        lines.push(Line::new("left", text, Tone::Good));
    }
    let brand = brand(p, stay);
    let out = method.mode() == Mode::Card && method.issued_at().is_some() && is_encoded(brand, method);
    if let Some(brand) = brand.filter(|_| out) {
        let tone = if brand.cards_follow() { Tone::Good } else { Tone::Bad };
        lines.push(Line::new("the card", format!("collect it: {}", brand.revoked_card()), tone));
    }
    let offline = offline_doors(p, &[stay]);
    if !offline.is_empty() {
        let text = format!("{} is offline: it keeps opening there until it is back", names(&offline));
        lines.push(Line::new("offline", text, Tone::Bad));
    }
    lines.extend(fixed_pin(p, stay, method));
    if p.grants_of_method(&method.id).len() > 1 {
        let text = "it serves several grants of this stay: all its doors lose it";
        lines.push(Line::new("doors", text, Tone::Caution));
    }
    lines
}

/// A PIN that an offline lock keeps until its own end.
fn fixed_pin(p: &Property, stay: &Stay, method: &Method) -> Option<Line> {
    if method.mode() != Mode::Code {
        return None;
    }
    let grants = live_grants(p, stay);
    let notices = grants.iter().flat_map(|g| g.warnings()).chain(method.warnings());
    let mut failed = notices.flat_map(|w| &w.failed_devices);
    let device = failed.find(|d| d.error_code == "offline_access_code_not_revocable")?;
    let name = p.device(&device.device_id).map(|d| d.display_name.clone()).unwrap_or_default();
    let text = format!("cannot be taken off {name}: it opens until its own end");
    Some(Line::new("PIN", text, Tone::Bad))
}
