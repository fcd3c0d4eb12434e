//! Replace a lost card.
//!
//! One access method is one card: a new one is requested on the same grant, cut, and only then is the
//! lost one deleted, so that the guest is never without a key. Where a guest can have only one card the
//! lost one goes first. Under the same reservation a new card is a joiner: it does not by itself silence
//! the lost one at an offline door, and the preview says so.

use chrono::{DateTime, Utc};

use super::brand::Brand;
use super::facts::{
    also_served, brand, encoder, encoder_line, encoder_trouble, is_encoded, live_methods, names, of_mode,
    stay, waits_for_encoder, when, who,
};
use super::{Action, Line, MethodRef, Plan, Refusal, Step, Tone};
use crate::order::Arrange as _;
use crate::property::{Grant, Method, Property, Stay, StayId, Zone};
use crate::seam::id::{EncoderId, MethodId};
use crate::seam::model::{Encoder, Mode};
use crate::text::Text;

/// A card of the stay, to choose which one was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardChoice {
    /// Its access method.
    pub method: MethodId,
    /// "card 1, cut Sun 22 Nov 16:12".
    pub words: Text,
    /// Whether it was cut and opens doors.
    pub issued: bool,
}

/// An encoder that can cut the stay's cards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncoderChoice {
    /// Which.
    pub encoder: EncoderId,
    /// Its name.
    pub name: Text,
    /// The lock system it belongs to.
    pub system: Text,
    /// What speaks against it.
    pub trouble: Option<Text>,
}

/// Which card is lost, and where the new one is cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReissueAsk {
    /// Whose.
    pub stay: StayId,
    /// The lost card.
    pub lost: MethodId,
    /// Where the new one is cut.
    pub encoder: EncoderId,
}

/// The cards of a stay, those that open doors first; of those the one cut last.
pub fn cards(p: &Property, id: &StayId) -> Vec<CardChoice> {
    let Some(stay) = p.stay(id) else { return Vec::new() };
    let methods = live_methods(p, &[stay]);
    let mut cards = of_mode(&methods, &Mode::Card);
    cards.arrange_by_key(|c| (!c.is_issued, std::cmp::Reverse(c.issued_at())));
    let choice = |(i, card): (usize, &Method)| CardChoice {
        method: card.id.clone(),
        words: Text::new(format!("card {}, {}", i + 1, state(card, p.zone()))),
        issued: card.is_issued,
    };
    cards.into_iter().enumerate().map(choice).collect()
}

fn state(card: &Method, zone: Zone) -> String {
    match card.issued_at() {
        Some(at) if card.is_issued => format!("cut {}", when(at, zone)),
        Some(at) => format!("cut {}, to be re-cut", when(at, zone)),
        None if card.is_issued => "cut".to_owned(),
        None if waits_for_encoder(card) => "not cut yet".to_owned(),
        None => "being prepared".to_owned(),
    }
}

/// The encoders that can cut a stay's cards, those without trouble first.
pub fn encoders(p: &Property, id: &StayId) -> Vec<EncoderChoice> {
    let choice = |e: &Encoder| EncoderChoice {
        encoder: e.id.clone(),
        name: e.display_name.clone(),
        system: p.system(&e.acs_system_id).map(|s| s.name.clone()).unwrap_or_default(),
        trouble: encoder_trouble(p, e),
    };
    let mut choices: Vec<EncoderChoice> = p.encoders_for(id).into_iter().map(choice).collect();
    choices.arrange_by_key(|c| c.trouble.is_some());
    choices
}

/// What the lost card of a stay can still do at the door once it is replaced; nothing where the lock's brand
/// is not known.
pub fn still_opens(p: &Property, id: &StayId) -> Option<&'static str> {
    brand(p, p.stay(id)?).map(Brand::lost_card)
}

/// Plans the replacement at the instant `now`.
///
/// # Errors
/// One sentence, where the card cannot be replaced this way.
pub fn plan(p: &Property, ask: &ReissueAsk, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let stay = stay(p, &ask.stay)?;
    let lost = lost_card(p, stay, &ask.lost)?;
    check_brand(p, stay, lost)?;
    if let Some(end) = stay.ends_at().filter(|end| *end <= now) {
        return Err(Refusal::new(format!(
            "The access of {} ended {}: extend the stay first (e), then replace the card.",
            who(stay),
            when(end, p.zone())
        )));
    }
    let grant = grant_of(p, stay, lost)?;
    let encoder = encoder(p, stay, &ask.encoder)?;
    let delete_first = brand(p, stay).is_some_and(Brand::one_card_a_guest);
    let steps = steps(p, (stay, grant), lost, encoder, delete_first);
    Ok(Plan {
        cards: Vec::new(),
        action: Action::Reissue,
        stay: stay.id.clone(),
        guest: stay.name.clone(),
        room: stay.room.clone(),
        takes_away: lost.is_issued,
        preview: preview(p, stay, lost, encoder, delete_first),
        commands: steps.iter().filter_map(Step::command).collect(),
        steps,
    })
}

fn lost_card<'a>(p: &'a Property, stay: &Stay, id: &MethodId) -> Result<&'a Method, Refusal> {
    let found = p.methods_of(&stay.id).into_iter().find(|m| m.id == *id);
    let Some(card) = found else {
        return Err(Refusal::new(format!(
            "That card no longer belongs to {}: choose again from the cards that are there.",
            who(stay)
        )));
    };
    if card.mode() != Mode::Card {
        return Err(Refusal::new(format!(
            "That is a {}, not a card: a lost phone or a PIN that got about needs a new key of its kind.",
            card.mode()
        )));
    }
    if card.is_being_deleted() {
        return Err(Refusal::new(format!(
            "That card of {} is being retired already: cut the one that waits (c), or request another.",
            who(stay)
        )));
    }
    Ok(card)
}

fn check_brand(p: &Property, stay: &Stay, lost: &Method) -> Result<(), Refusal> {
    if is_encoded(brand(p, stay), lost) {
        return Ok(());
    }
    Err(Refusal::new(format!(
        "The cards of {} are tags that are assigned by their number, not cut on an encoder: take a spare tag, \
         assign it to the guest (c), and then delete the lost one in Seam Console.",
        who(stay)
    )))
}

/// The grant the new card is requested on: one with a guest door, if the lost card serves several.
fn grant_of<'a>(p: &'a Property, stay: &Stay, lost: &Method) -> Result<&'a Grant, Refusal> {
    let others = also_served(p, &lost.id, &[stay]);
    if !others.is_empty() {
        let others: Vec<Text> = others.into_iter().map(who).collect();
        return Err(Refusal::new(format!(
            "The lost card is also the card of {}, which would lose it: request a card there first, then delete \
             the lost one in Seam Console.",
            names(&others)
        )));
    }
    let mut grants = p.grants_of_method(&lost.id);
    grants.retain(|g| !g.is_being_deleted() && stay.grants.contains(&g.id));
    grants.arrange_by_key(|g| {
        let doors = p.guest_doors(&g.id);
        doors.entrances.is_empty() && doors.devices.is_empty()
    });
    grants.into_iter().next().ok_or_else(|| {
        Refusal::new(format!("The access of {} is being revoked: make a new grant instead.", who(stay)))
    })
}

fn steps(
    p: &Property,
    (stay, grant): (&Stay, &Grant),
    lost: &Method,
    encoder: &Encoder,
    delete_first: bool,
) -> Vec<Step> {
    let retire = Step::DeleteMethod {
        method: lost.id.clone(),
        grants: stay.grants.to_vec(),
        what: "retire the lost card".into(),
    };
    let gone = Step::AwaitGone { grants: Vec::new(), methods: vec![lost.id.clone()] };
    let known = p.method_ids_of(grant).cloned().collect();
    let request = Step::RequestCard { grant: grant.id.clone(), known };
    let cut = |made_by: usize| {
        let method = MethodRef::MadeBy(made_by);
        let encode = Step::Encode {
            method: method.clone(),
            encoder: encoder.id.clone(),
            encoder_name: encoder.display_name.clone(),
            card: "the new card".into(),
            grants: vec![grant.id.clone()],
        };
        [Step::AwaitReady { method }, encode]
    };
    let mut steps = Vec::with_capacity(5);
    if delete_first {
        steps.extend([retire, gone, request]);
        steps.extend(cut(2));
    } else {
        steps.push(request);
        steps.extend(cut(0));
        steps.extend([retire, gone]);
    }
    steps
}

fn preview(p: &Property, stay: &Stay, lost: &Method, encoder: &Encoder, delete_first: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    let room = if stay.room.is_empty() { "the room" } else { stay.room.as_str() };
    lines.push(Line::new("lost card", state(lost, p.zone()), Tone::Plain));
    if delete_first {
        let text = "this lock system knows one card a guest: the lost one is deleted first, and until the new \
                    one is cut there is none";
        lines.push(Line::new("order", text, Tone::Caution));
    } else {
        lines.push(Line::new("order", "the lost card is retired once the new one is cut", Tone::Good));
    }
    if lost.is_issued || lost.issued_at().is_some() {
        lines.push(at_the_door(p, stay, room));
    }
    lines.push(encoder_line(p, encoder));
    let methods = live_methods(p, &[stay]);
    let cards = of_mode(&methods, &Mode::Card).len().saturating_sub(1);
    let joiners = p.party(&stay.id);
    let joined: usize = joiners.iter().map(|s| of_mode(&live_methods(p, &[s]), &Mode::Card).len()).sum();
    if cards + joined > 0 {
        let text = format!("{} of the party: untouched", super::facts::count(cards + joined, "card"));
        lines.push(Line::new("other cards", text, Tone::Good));
    }
    if methods.iter().any(|m| m.mode() != Mode::Card) {
        lines.push(Line::new("other keys", "PIN and mobile key: untouched", Tone::Good));
    }
    if p.grants_of_method(&lost.id).len() > 1 {
        let text = "the lost card served several grants of this stay: try the new one at each door";
        lines.push(Line::new("doors", text, Tone::Caution));
    }
    lines
}

fn at_the_door(p: &Property, stay: &Stay, room: &str) -> Line {
    let reserved =
        |id: &crate::seam::id::EntranceId| p.entrance(id).is_some_and(|e| e.can_belong_to_reservation);
    let offline = p.guest_doors(&stay.id).entrances.iter().any(reserved);
    match brand(p, stay) {
        Some(brand) if offline || brand != Brand::Other => {
            let tone = if brand.cards_follow() { Tone::Good } else { Tone::Bad };
            Line::new("at the door", format!("the lost card {}", brand.lost_card()), tone)
        }
        _ => Line::new(
            "at the door",
            format!("the lost card stops opening {room} once the lock is told"),
            Tone::Plain,
        ),
    }
}
