//! Cards that are out: cut, and nobody has brought them back.

use chrono::{DateTime, Utc};

use crate::journal::Record;
use crate::property::{Property, Stay, StayClass, Subject};
use crate::seam::id::MethodId;
use crate::seam::model::Mode;
use crate::text::{Text, natural};

/// Where a card that is out stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CardState {
    /// The stay it was cut for is over, or its access was taken away, and no new key was cut for the room
    /// since: an offline lock may still let it in.
    Ghost,
    /// The dates changed since it was cut.
    OldDates,
    /// It opens what it should.
    InUse,
}

impl CardState {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ghost => "ghost?",
            Self::OldDates => "old dates",
            Self::InUse => "in use",
        }
    }

    /// The name for scripts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ghost => "ghost_candidate",
            Self::OldDates => "old_dates",
            Self::InUse => "in_use",
        }
    }
}

/// Cards of one guest that are out. Seam does not know of a card that was handed back; this is every card
/// that was cut and whose method is still there, and those of the shift's check-outs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardOut {
    /// The rooms.
    pub room: Text,
    /// The guest.
    pub guest: Text,
    /// What the stay is tonight; none where it is no longer listed.
    pub class: Option<StayClass>,
    /// How many.
    pub cards: usize,
    /// The last one cut, UTC.
    pub cut_at: Option<DateTime<Utc>>,
    /// When the stay ends, UTC.
    pub until: Option<DateTime<Utc>>,
    /// Where they stand.
    pub state: CardState,
    /// Their methods; empty where only the journal knows of them.
    pub methods: Vec<MethodId>,
}

/// The cards that are out: ghosts first, then by room. `records` are those of the shift.
pub(super) fn out(p: &Property, records: &[Record]) -> Vec<CardOut> {
    let mut out: Vec<CardOut> = p.stays().flat_map(|stay| of_stay(p, stay)).collect();
    for record in records {
        out.extend(of_check_out(p, record));
    }
    out.sort_by(|a, b| {
        let by_room = || natural(&a.room, &b.room).then_with(|| a.guest.cmp(&b.guest));
        a.state.cmp(&b.state).then_with(by_room).then_with(|| a.cut_at.cmp(&b.cut_at))
    });
    out
}

fn of_stay(p: &Property, stay: &Stay) -> Vec<CardOut> {
    // One that is over without a ghost among its alerts was followed by a new key, or had no card.
    let mut by_state: Vec<CardOut> = Vec::new();
    for method in p.methods_of(&stay.id).into_iter().filter(|m| m.mode == Mode::Card) {
        let Some(cut) = method.issued_at else { continue };
        let is_over = stay.class == StayClass::Departed || method.is_being_deleted();
        let state = match (is_over, method.is_issued) {
            (true, _) if was_cut_since(p, stay, cut) => continue,
            (true, _) => CardState::Ghost,
            (false, true) => CardState::InUse,
            (false, false) => CardState::OldDates,
        };
        match by_state.iter_mut().find(|c| c.state == state) {
            Some(same) => {
                same.cards += 1;
                same.cut_at = same.cut_at.max(Some(cut));
                same.methods.push(method.id.clone());
            }
            None => by_state.push(CardOut {
                room: stay.room.clone(),
                guest: stay.name.clone(),
                class: Some(stay.class),
                cards: 1,
                cut_at: Some(cut),
                until: stay.ends_at,
                state,
                methods: vec![method.id.clone()],
            }),
        }
    }
    by_state
}

/// Whether another stay of one of the rooms had a card cut after `cut`: its first use kills the older one.
fn was_cut_since(p: &Property, stay: &Stay, cut: DateTime<Utc>) -> bool {
    let others = stay.rooms.iter().flat_map(|room| p.stays_in_room(room)).filter(|other| other.id != stay.id);
    let mut cards = others.flat_map(|other| p.methods_of(&other.id)).filter(|m| m.mode == Mode::Card);
    cards.any(|m| m.issued_at.is_some_and(|at| at > cut))
}

/// Cards the preview of a check-out of the shift named as still out, where Seam lists them no longer.
fn of_check_out(p: &Property, record: &Record) -> Option<CardOut> {
    let intent = &record.intent;
    if intent.action != "check_out" || !matches!(record.outcome(), "done" | "pending" | "unknown") {
        return None;
    }
    if p.stays().any(|stay| stay.id.to_string() == *intent.stay) || has_ghost_alert(p, &intent.room) {
        return None;
    }
    let preview = intent.plan.get("preview").and_then(|lines| lines.as_array());
    let cards = preview.into_iter().flatten().find_map(|line| {
        let said = line.get("text")?.as_str()?.starts_with("still out");
        let count = line.get("label")?.as_str()?.split(' ').next()?.parse::<usize>().ok()?;
        said.then_some(count)
    })?;
    // A card that was cut for the room later makes an end of it.
    let rooms: Vec<&str> = intent.room.split('+').collect();
    let since = p.stays().filter(|s| s.room.split('+').any(|room| rooms.contains(&room)));
    let is_replaced = since
        .flat_map(|s| p.methods_of(&s.id))
        .any(|m| m.mode == Mode::Card && m.issued_at.is_some_and(|at| at > intent.at));
    (!is_replaced).then(|| CardOut {
        room: intent.room.clone(),
        guest: intent.guest.clone(),
        class: None,
        cards,
        cut_at: None,
        until: Some(intent.at),
        state: CardState::Ghost,
        methods: Vec::new(),
    })
}

fn has_ghost_alert(p: &Property, room: &Text) -> bool {
    let is_it = |a: &&crate::property::Alert| {
        a.id.rule.name() == "ghost-card"
            && a.room.as_ref() == Some(room)
            && !matches!(a.id.subject, Subject::Stay(_))
    };
    p.alerts().any(|a| is_it(&a))
}
