//! The audit as a document of headings, sentences and tables.

use super::audit::{Audit, Verdict};
use super::downtime::{Downtime, Hidden};
use super::item::{About, Cleared, Item, Section};
use super::page::{Block, Column, Page, Row};
use super::pms::Compared;
use super::words::{count, fix_word, keys, stamp, stamp_or};
use crate::secret::Secret;
use crate::text::Text;

/// The document.
pub(super) fn of(audit: &Audit) -> Page {
    let mut blocks = Vec::new();
    blocks.extend(unread(audit));
    blocks.extend(Section::ALL.iter().filter_map(|section| of_section(audit, *section)));
    blocks.extend(audit.pms.as_ref().map(pms));
    blocks.push(actions(audit));
    blocks.push(cards(audit));
    blocks.extend(notes(audit));
    blocks.extend(audit.downtime.as_ref().map(|(hidden, rows)| downtime(audit, *hidden, rows)));
    Page { title: title(audit), lines: lines(audit), blocks }
}

fn title(audit: &Audit) -> String {
    let sandbox = if audit.is_sandbox { " (SANDBOX)" } else { "" };
    let name = if audit.property.is_empty() { "property without a name" } else { audit.property.as_str() };
    format!("Night audit: {name}{sandbox}")
}

fn lines(audit: &Audit) -> Vec<String> {
    let zone = audit.zone;
    let date = audit.business_date.date().format("%a %-d %b %Y");
    let sum = audit.night.summary();
    let mut lines = vec![
        format!("Night of {date}, as of {} {}", stamp(audit.now, zone), zone.short(audit.now)),
        format!("Shift since {}. All times are those of {}.", stamp(audit.since, zone), zone.name()),
        format!("{} open ({} P1, {} P2, {} P3), {} cleared", sum.open, sum.p1, sum.p2, sum.p3, sum.cleared),
    ];
    if sum.acknowledged + sum.snoozed > 0 {
        let said = format!("{} acknowledged, {} snoozed", sum.acknowledged, sum.snoozed);
        lines.push(format!("Of the open ones {said}: they are still to be done."));
    }
    if sum.hygiene > 0 {
        let warnings = count(sum.hygiene, "warning");
        lines.push(format!("{warnings} of severity P3 can wait for the day: nightdesk list warnings"));
    }
    match audit.verdict() {
        Verdict::Clear => lines.push("Nothing is open.".to_owned()),
        Verdict::Open => {}
        Verdict::Unknown => lines.push("NOT COMPLETE: not everything could be read, see below.".to_owned()),
    }
    lines
}

fn unread(audit: &Audit) -> Option<Block> {
    let says = audit.unread.iter().map(|u| format!("{}: {}", u.what, u.why)).collect::<Vec<_>>();
    (!says.is_empty()).then(|| Block { heading: "Could not be read".to_owned(), says, ..Block::default() })
}

const ITEMS: [Column; 6] = [
    Column("", 3),
    Column("severity", 2),
    Column("room", 12),
    Column("guest", 24),
    Column("class", 9),
    Column("until", 17),
];

fn of_section(audit: &Audit, section: Section) -> Option<Block> {
    let (open, cleared) = (audit.night.open(section), audit.night.cleared(section));
    if open.is_empty() && cleared.is_empty() {
        return None;
    }
    let heading = format!("{}: {} open, {} cleared", section.title(), open.len(), cleared.len());
    let rows = open.into_iter().map(|item| open_row(audit, item));
    let rows = rows.chain(cleared.into_iter().map(|c| cleared_row(audit, c))).collect();
    Some(Block { heading, says: Vec::new(), columns: ITEMS.to_vec(), rows })
}

fn open_row(audit: &Audit, item: &Item) -> Row {
    let zone = audit.zone;
    let class = item.class.map(|class| class.word().to_owned()).unwrap_or_default();
    let until = item.until.map(|at| stamp(at, zone)).unwrap_or_default();
    let cells = vec![
        "[ ]".to_owned(),
        item.severity.to_string(),
        or_dash(&item.room),
        item.who.to_string(),
        class,
        until,
    ];
    // What a stay itself says names the moment.
    let since = item.since.filter(|_| !matches!(item.id.about, About::Stay(_)));
    let since = since.map(|at| format!(", since {}", stamp(at, zone))).unwrap_or_default();
    let mut below = vec![format!("{}{since}", item.why.words(zone))];
    below.extend(item.cause.as_ref().map(|cause| format!("because of {}", cause.words)));
    below.extend(item.standing.as_ref().map(|standing| standing.on_paper(zone)));
    let mut state = Vec::new();
    state.extend(item.keys.as_ref().map(keys));
    state.extend(item.door.map(|at| format!("last door {}", stamp(at, zone))));
    let fixes: Vec<String> = item
        .fixes
        .iter()
        .filter_map(|fix| {
            let word = fix_word(*fix);
            let key = audit.keys.get(fix).map(|key| format!("{key} ")).unwrap_or_default();
            (!word.is_empty()).then(|| format!("{key}{word}"))
        })
        .collect();
    below.push(state.join(", "));
    if !fixes.is_empty() {
        below.push(format!("do: {}", fixes.join(", ")));
    }
    Row { cells, below }
}

fn cleared_row(audit: &Audit, cleared: &Cleared) -> Row {
    let mut cells = vec!["[x]".to_owned(), String::new(), or_dash(&cleared.room), cleared.who.to_string()];
    cells.extend([String::new(), String::new()]);
    let at = cleared.at.map(|at| format!(" {}", stamp(at, audit.zone))).unwrap_or_default();
    let by = cleared.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    Row { cells, below: vec![format!("{}; cleared{at}{by}", cleared.why.words(audit.zone))] }
}

fn or_dash(text: &Text) -> String {
    if text.is_empty() { "-".to_owned() } else { text.to_string() }
}

fn pms(pms: &Compared) -> Block {
    let rows = count(pms.rows, "row");
    let mut says = vec![format!("{} of {rows} skipped. {}", pms.skipped.len(), pms.file)];
    says.extend(pms.notes.iter().map(Text::to_string));
    says.extend(pms.skipped.iter().map(|s| format!("line {}: {}: skipped", s.line, s.why)));
    let rows = pms.findings.iter().map(|f| Row {
        cells: vec!["[ ]".to_owned(), f.severity.to_string(), or_dash(&f.room), f.guest.to_string()],
        below: vec![format!(
            "{}: {}{}",
            f.kind.words(),
            f.why,
            f.line.map(|n| format!(" (line {n})")).unwrap_or_default()
        )],
    });
    let columns = vec![Column("", 3), Column("severity", 2), Column("room", 12), Column("guest", 50)];
    let heading = format!("Compared with the property management system: {} open", pms.findings.len());
    Block { heading, says, columns, rows: rows.collect() }
}

fn actions(audit: &Audit) -> Block {
    let rows = audit.actions.iter().map(|action| Row {
        cells: vec![
            stamp(action.at, audit.zone),
            action.what.to_string(),
            or_dash(&action.room),
            action.guest.to_string(),
            action.outcome.to_string(),
        ],
        below: vec![
            action.words.to_string(),
            match &action.origin {
                Some(origin) => format!("by {} from {origin}", action.who),
                None => format!("by {}", action.who),
            },
        ],
    });
    let columns = vec![
        Column("when", 17),
        Column("action", 12),
        Column("room", 12),
        Column("guest", 20),
        Column("outcome", 11),
    ];
    let rows: Vec<Row> = rows.collect();
    let says = if rows.is_empty() { vec!["The desk did nothing.".to_owned()] } else { Vec::new() };
    Block { heading: format!("Actions of the shift: {}", rows.len()), says, columns, rows }
}

fn cards(audit: &Audit) -> Block {
    let rows = audit.cards.iter().map(|card| {
        let class = card.class.map_or("gone", |class| class.word());
        Row {
            cells: vec![
                card.state.word().to_owned(),
                card.cards.to_string(),
                or_dash(&card.room),
                card.guest.to_string(),
                class.to_owned(),
                stamp_or(card.until, audit.zone),
            ],
            below: Vec::new(),
        }
    });
    let columns = vec![
        Column("state", 9),
        Column("cards", 3),
        Column("room", 12),
        Column("guest", 20),
        Column("class", 9),
        Column("until", 17),
    ];
    let total: usize = audit.cards.iter().map(|card| card.cards).sum();
    let ghosts: usize =
        audit.cards.iter().filter(|c| c.state == super::CardState::Ghost).map(|c| c.cards).sum();
    let says =
        vec!["Cards that were cut and not retired. A ghost may still open an offline door.".to_owned()];
    Block {
        heading: format!("Cards out: {total}, ghost candidates: {ghosts}"),
        says,
        columns,
        rows: rows.collect(),
    }
}

fn notes(audit: &Audit) -> Option<Block> {
    let say = |note: &super::Note| format!("{} {}: {}", stamp(note.at, audit.zone), note.who, note.text);
    let says: Vec<String> = audit.notes.iter().map(say).collect();
    (!says.is_empty()).then(|| Block { heading: "Hand-over notes".to_owned(), says, ..Block::default() })
}

fn downtime(audit: &Audit, hidden: Hidden, rows: &[Downtime]) -> Block {
    let columns = vec![Column("room", 12), Column("guest", 26), Column("class", 9), Column("until", 17)];
    let mut says = vec!["Who may be where, and how they get in, while nothing works.".to_owned()];
    if hidden == Hidden::No {
        says.push("THE PINS STAND HERE IN THE CLEAR: lock this list away, destroy it after use.".to_owned());
    }
    let rows = rows.iter().map(|row| {
        let cells = vec![
            row.room.to_string(),
            row.guest.to_string(),
            row.class.word().to_owned(),
            stamp_or(row.until, audit.zone),
        ];
        // Not in a column: a PIN that is cut short opens nothing.
        let pins = if row.pins.is_empty() { String::new() } else { format!("PIN {}", pins(&row.pins)) };
        Row { cells, below: vec![pins, keys(&row.keys)] }
    });
    let rows: Vec<Row> = rows.collect();
    let with = if hidden == Hidden::No { " WITH PINS" } else { "" };
    Block { heading: format!("Downtime list{with}: {}", count(rows.len(), "guest")), says, columns, rows }
}

/// PINs in the clear; only for a list on which they were asked for.
pub(super) fn pins(pins: &[Secret]) -> String {
    pins.iter().map(|pin| Text::new(pin.reveal()).to_string()).collect::<Vec<_>>().join(" ")
}
