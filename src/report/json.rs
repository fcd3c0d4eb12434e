//! The audit for programs. `docs/audit.schema.json` describes it; all instants are UTC.

mod group;

use serde::Serialize;

use super::Action;
use super::audit::{Audit, Note, Unread};
use super::card::CardOut;
use super::downtime::{Downtime, Hidden};
use super::item::{Cleared, Item, Section};
use super::pms::{Compared, Finding};
use super::standing::Standing;
use super::table::utc;
use super::words::fix_name;
use crate::property::{KeyState, Keys};
use crate::text::Text;

pub(super) use group::group;

/// The version of the form: raised when something is taken away or means something else.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Root<'a> {
    version: u32,
    property: &'a Text,
    sandbox: bool,
    time_zone: &'a str,
    business_date: String,
    as_of: String,
    since: String,
    verdict: &'a str,
    complete: bool,
    unread: Vec<UnreadRow<'a>>,
    summary: Sums,
    open: Vec<Open<'a>>,
    cleared: Vec<Gone<'a>>,
    actions: Vec<Did<'a>>,
    cards_out: Vec<Out<'a>>,
    notes: Vec<Said<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pms: Option<Pms<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    downtime: Option<Down<'a>>,
}

#[derive(Serialize)]
struct UnreadRow<'a> {
    what: &'a Text,
    why: &'a Text,
}

#[derive(Serialize)]
struct Sums {
    open: usize,
    cleared: usize,
    p1: usize,
    p2: usize,
    p3: usize,
    hygiene: usize,
    acknowledged: usize,
    snoozed: usize,
    sections: Vec<SectionSum>,
}

#[derive(Serialize)]
struct SectionSum {
    section: &'static str,
    open: usize,
    cleared: usize,
}

#[derive(Serialize)]
struct Open<'a> {
    id: String,
    section: &'static str,
    severity: &'static str,
    room: &'a Text,
    guest: &'a Text,
    class: Option<&'static str>,
    since: Option<String>,
    until: Option<String>,
    why: Text,
    cause: Option<CausedBy<'a>>,
    fixes: Vec<String>,
    stay: Option<String>,
    keys: Option<Modes>,
    last_door: Option<String>,
    attention: Option<Attention<'a>>,
}

#[derive(Serialize)]
struct Attention<'a> {
    state: &'static str,
    by: &'a Text,
    at: String,
    until: Option<String>,
    reason: &'a Text,
    back: Option<&'static str>,
}

#[derive(Serialize)]
struct CausedBy<'a> {
    id: String,
    why: &'a Text,
}

#[derive(Serialize)]
struct Modes {
    pin: Mode,
    card: Mode,
    mobile: Mode,
    cloud: Mode,
}

#[derive(Serialize)]
struct Mode {
    opens: bool,
    state: String,
}

#[derive(Serialize)]
struct Gone<'a> {
    id: String,
    section: &'static str,
    room: &'a Text,
    guest: &'a Text,
    why: Text,
    at: Option<String>,
    by: Option<&'a Text>,
}

#[derive(Serialize)]
struct Did<'a> {
    id: String,
    at: String,
    ended_at: Option<String>,
    action: &'a Text,
    room: &'a Text,
    guest: &'a Text,
    who: &'a Text,
    origin: Option<&'a Text>,
    outcome: &'a Text,
    words: &'a Text,
}

#[derive(Serialize)]
struct Out<'a> {
    state: &'static str,
    cards: usize,
    room: &'a Text,
    guest: &'a Text,
    class: Option<&'static str>,
    cut_at: Option<String>,
    until: Option<String>,
    methods: Vec<String>,
}

#[derive(Serialize)]
struct Said<'a> {
    at: String,
    who: &'a Text,
    text: &'a Text,
}

#[derive(Serialize)]
struct Pms<'a> {
    file: &'a Text,
    rows: usize,
    notes: &'a [Text],
    skipped: Vec<Skip<'a>>,
    findings: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Skip<'a> {
    line: u64,
    why: &'a Text,
}

#[derive(Serialize)]
struct Found<'a> {
    kind: &'static str,
    severity: &'static str,
    room: &'a Text,
    guest: &'a Text,
    line: Option<u64>,
    stay: Option<String>,
    why: &'a Text,
}

#[derive(Serialize)]
struct Down<'a> {
    with_pins: bool,
    guests: Vec<DownRow<'a>>,
}

#[derive(Serialize)]
struct DownRow<'a> {
    room: &'a Text,
    guest: &'a Text,
    class: &'static str,
    until: Option<String>,
    keys: Modes,
    #[serde(skip_serializing_if = "Option::is_none")]
    pins: Option<Vec<Text>>,
}

/// The audit as one object and a line break.
pub(super) fn audit(audit: &Audit) -> String {
    // Nothing in it can fail to be written.
    serde_json::to_string_pretty(&root(audit)).map(|json| json + "\n").unwrap_or_default()
}

fn root(audit: &Audit) -> Root<'_> {
    Root {
        version: VERSION,
        property: &audit.property,
        sandbox: audit.is_sandbox,
        time_zone: audit.zone.name(),
        business_date: audit.business_date.date().to_string(),
        as_of: utc(audit.now),
        since: utc(audit.since),
        verdict: audit.verdict().name(),
        complete: audit.unread.is_empty(),
        unread: audit.unread.iter().map(|Unread { what, why }| UnreadRow { what, why }).collect(),
        summary: sums(audit),
        open: Section::ALL.iter().flat_map(|s| audit.night.open(*s)).map(|item| open(audit, item)).collect(),
        cleared: Section::ALL.iter().flat_map(|s| audit.night.cleared(*s)).map(|c| gone(audit, c)).collect(),
        actions: audit.actions.iter().map(did).collect(),
        cards_out: audit.cards.iter().map(out).collect(),
        notes: audit.notes.iter().map(|Note { at, who, text }| Said { at: utc(*at), who, text }).collect(),
        pms: audit.pms.as_ref().map(pms),
        downtime: audit.downtime.as_ref().map(|(hidden, rows)| down(*hidden, rows)),
    }
}

fn sums(audit: &Audit) -> Sums {
    let sum = audit.night.summary();
    let sections = Section::ALL.iter().map(|section| SectionSum {
        section: section.name(),
        open: audit.night.open(*section).len(),
        cleared: audit.night.cleared(*section).len(),
    });
    Sums {
        open: sum.open,
        cleared: sum.cleared,
        p1: sum.p1,
        p2: sum.p2,
        p3: sum.p3,
        hygiene: sum.hygiene,
        acknowledged: sum.acknowledged,
        snoozed: sum.snoozed,
        sections: sections.collect(),
    }
}

fn open<'a>(audit: &Audit, item: &'a Item) -> Open<'a> {
    Open {
        id: item.id.to_string(),
        section: item.id.section.name(),
        severity: item.severity.word(),
        room: &item.room,
        guest: &item.who,
        class: item.class.map(|class| class.word()),
        since: item.since.map(utc),
        until: item.until.map(utc),
        why: item.why.words(audit.zone),
        cause: item.cause.as_ref().map(|c| CausedBy { id: c.alert.to_string(), why: &c.words }),
        fixes: item.fixes.iter().map(|fix| fix_name(*fix)).filter(|name| !name.is_empty()).collect(),
        stay: item.stay.as_ref().map(ToString::to_string),
        keys: item.keys.as_ref().map(modes),
        last_door: item.door.map(utc),
        attention: item.standing.as_ref().map(attention),
    }
}

fn attention(standing: &Standing) -> Attention<'_> {
    Attention {
        state: standing.name(),
        by: standing.by(),
        at: utc(standing.at()),
        until: standing.until().map(utc),
        reason: standing.reason(),
        back: standing.back(),
    }
}

fn modes(keys: &Keys) -> Modes {
    let mode = |state: KeyState| Mode { opens: state.opens(), state: state.word().into_owned() };
    Modes { pin: mode(keys.code), card: mode(keys.card), mobile: mode(keys.mobile), cloud: mode(keys.cloud) }
}

fn gone<'a>(audit: &Audit, cleared: &'a Cleared) -> Gone<'a> {
    Gone {
        id: cleared.id.to_string(),
        section: cleared.id.section.name(),
        room: &cleared.room,
        guest: &cleared.who,
        why: cleared.why.words(audit.zone),
        at: cleared.at.map(utc),
        by: cleared.by.as_ref(),
    }
}

fn did(action: &Action) -> Did<'_> {
    Did {
        id: action.id.to_string(),
        at: utc(action.at),
        ended_at: action.ended_at.map(utc),
        action: &action.what,
        room: &action.room,
        guest: &action.guest,
        who: &action.who,
        origin: action.origin.as_ref(),
        outcome: &action.outcome,
        words: &action.words,
    }
}

fn out(card: &CardOut) -> Out<'_> {
    Out {
        state: card.state.name(),
        cards: card.cards,
        room: &card.room,
        guest: &card.guest,
        class: card.class.map(|class| class.word()),
        cut_at: card.cut_at.map(utc),
        until: card.until.map(utc),
        methods: card.methods.iter().map(ToString::to_string).collect(),
    }
}

fn pms(pms: &Compared) -> Pms<'_> {
    let found = |f: &'_ Finding| f.stay.as_ref().map(ToString::to_string);
    Pms {
        file: &pms.file,
        rows: pms.rows,
        notes: &pms.notes,
        skipped: pms.skipped.iter().map(|s| Skip { line: s.line, why: &s.why }).collect(),
        findings: pms
            .findings
            .iter()
            .map(|f| Found {
                kind: f.kind.name(),
                severity: f.severity.word(),
                room: &f.room,
                guest: &f.guest,
                line: f.line,
                stay: found(f),
                why: &f.why,
            })
            .collect(),
    }
}

fn down(hidden: Hidden, rows: &[Downtime]) -> Down<'_> {
    let pins = |row: &Downtime| row.pins.iter().map(|pin| Text::new(pin.reveal())).collect();
    let guests = rows.iter().map(|row| DownRow {
        room: &row.room,
        guest: &row.guest,
        class: row.class.word(),
        until: row.until.map(utc),
        keys: modes(&row.keys),
        pins: (hidden == Hidden::No).then(|| pins(row)),
    });
    Down { with_pins: hidden == Hidden::No, guests: guests.collect() }
}
