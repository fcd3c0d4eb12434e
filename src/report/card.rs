//! Cards that are out: cut, and nobody has brought them back.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::journal::Record;
use crate::order::Arrange as _;
use crate::property::{CardCut, Method, Property, Stay, StayClass};
use crate::seam::id::MethodId;
use crate::seam::model::Mode;
use crate::text::{Text, natural};

/// Where a card that is out stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CardState {
    /// The access it was cut for is over or was taken away, and nothing has closed the card since: an
    /// offline lock may still let it in.
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

/// Cards of one guest that are out: cut, and closed neither by their end, nor by a later key, nor by the
/// desk; and those of the shift's check-outs. Seam does not know of a card that was handed back.
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
    /// The end that is written on them, UTC.
    pub until: Option<DateTime<Utc>>,
    /// Where they stand.
    pub state: CardState,
    /// Their methods; empty where only the journal knows of them.
    pub methods: Vec<MethodId>,
}

/// The cards that are out: ghosts first, then by room. `records` are those of the shift.
pub(super) fn out(p: &Property, records: &[Record]) -> Vec<CardOut> {
    let mut out: Vec<CardOut> = Vec::new();
    for card in cut(p) {
        let one = of_card(p, card);
        let same = |c: &&mut CardOut| (&c.room, &c.guest, c.state) == (&one.room, &one.guest, one.state);
        match out.iter_mut().find(same) {
            Some(group) => {
                group.cards += 1;
                group.cut_at = group.cut_at.max(one.cut_at);
                group.methods.extend(one.methods);
            }
            None => out.push(one),
        }
    }
    for record in records {
        out.extend(of_check_out(p, record, &out));
    }
    for card in &mut out {
        card.methods.arrange();
    }
    out.arrange_by(|a, b| {
        let by_room = || natural(&a.room, &b.room).then_with(|| a.guest.cmp(&b.guest));
        a.state.cmp(&b.state).then_with(by_room).then_with(|| a.cut_at.cmp(&b.cut_at))
    });
    out
}

/// Every card that nothing has closed: those the hotel has on record, and those of which it does not know
/// what was written on them, because their dates had changed before anybody looked.
fn cut(p: &Property) -> Vec<CardCut> {
    let mut cards: BTreeMap<MethodId, CardCut> =
        p.cards_out().into_iter().map(|card| (card.method.clone(), card)).collect();
    for stay in p.stays() {
        let methods = p.methods_of(&stay.id);
        let unknown = methods.into_iter().filter(|m| m.mode() == Mode::Card && !cards.contains_key(&m.id));
        let found: Vec<CardCut> = unknown.filter_map(|m| describe(p, stay, m)).collect();
        let open = found.into_iter().filter(|card| p.closed(card).is_none());
        cards.extend(open.map(|card| (card.method.clone(), card)));
    }
    cards.into_values().collect()
}

fn describe(p: &Property, stay: &Stay, method: &Method) -> Option<CardCut> {
    let pending = stay.grants.iter().filter_map(|id| p.grant(id)).flat_map(|g| g.pending());
    let old_end = pending.chain(method.pending()).filter_map(|m| m.from.ends_at).min();
    let doors = p.guest_doors(&stay.id).entrances;
    Some(CardCut {
        method: method.id.clone(),
        guest: stay.guest().clone(),
        name: stay.name.clone(),
        room: stay.room.clone(),
        doors: doors
            .into_iter()
            .filter(|id| p.entrance(id).is_some_and(|e| e.can_belong_to_reservation))
            .collect(),
        reservation_key: stay.reservation_key().clone(),
        cut_at: method.issued_at()?,
        ends_at: if method.is_issued { stay.ends_at() } else { old_end.or(stay.ends_at()) },
    })
}

fn of_card(p: &Property, card: CardCut) -> CardOut {
    let grants = p.grants_of_method(&card.method);
    let stay = grants.iter().find_map(|grant| p.stay(p.stay_of_grant(&grant.id)?));
    let is_over =
        grants.iter().all(|g| g.is_being_deleted() || g.ends_at().is_some_and(|end| end <= p.now()));
    let state = match p.method(&card.method) {
        Some(method) if !method.is_being_deleted() && !is_over => {
            if method.is_issued {
                CardState::InUse
            } else {
                CardState::OldDates
            }
        }
        _ => CardState::Ghost,
    };
    CardOut {
        room: card.room,
        guest: stay.map_or(card.name, |stay| stay.name.clone()),
        class: stay.map(|stay| stay.class),
        cards: 1,
        cut_at: Some(card.cut_at),
        until: card.ends_at,
        state,
        methods: vec![card.method],
    }
}

/// Cards the preview of a check-out of the shift named as still out, where nothing else tells of them.
fn of_check_out(p: &Property, record: &Record, known: &[CardOut]) -> Option<CardOut> {
    let intent = &record.intent;
    if intent.action != "check_out" || !matches!(record.outcome(), "done" | "pending" | "unknown") {
        return None;
    }
    let is_known = |card: &CardOut| card.room == intent.room && card.guest == intent.guest;
    if known.iter().any(is_known) {
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
        .any(|m| m.mode() == Mode::Card && m.issued_at().is_some_and(|at| at > intent.at));
    (!is_replaced).then(|| CardOut {
        room: intent.room.clone(),
        guest: intent.guest.clone(),
        class: None,
        cards,
        cut_at: None,
        until: None,
        state: CardState::Ghost,
        methods: Vec::new(),
    })
}
