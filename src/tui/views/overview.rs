//! All properties at a glance: how many of what, and how old; never who.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::page::wrap;
use super::{badge, words};
use crate::app::Room;
use crate::app::command::CommandId;
use crate::app::estate::{Estate, Overview, Row, State};
use crate::property::{self, Severity};
use crate::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::columns::{Column, widths};
use crate::tui::widgets::footer::{self, Hint};
use crate::tui::widgets::modal::Modal;
use crate::tui::widgets::pane::Pane;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::table::{Cell, MARGIN, Row as Line, Table, page, scroll};

const COLUMNS: [Column; 12] = [
    Column::new("property", 12, 32, 0),
    Column::new("due in", 6, 6, 0).right(),
    Column::new("in", 4, 5, 2).right(),
    Column::new("out", 4, 5, 0).right(),
    Column::new("over", 4, 4, 0).right(),
    Column::new("P1", 3, 3, 0).right(),
    Column::new("P2", 3, 3, 0).right(),
    Column::new("oldest", 6, 6, 0).right(),
    Column::new("data", 20, 26, 1),
    Column::new("on duty", 12, 34, 3),
    Column::new("running", 9, 17, 2),
    Column::new("", 7, 7, 4),
];

/// Lines for what is wrong with one property.
const WORDS: u16 = 3;

/// Draws it. Returns how many rows it had room for.
pub fn render(estate: &Estate, overview: &Overview, look: Look<'_>, area: Rect, buf: &mut Buffer) -> Room {
    let line = |y: u16| Rect { y, height: 1, ..area };
    header(overview, look, line(area.y), buf);
    foot(estate, look, line(area.bottom().saturating_sub(1)), buf);
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area };
    let said = said(overview, body.width);
    let below = u16::try_from(said.len()).unwrap_or(0).min(WORDS);
    let upper = Rect { height: body.height - below, ..body };
    for (words, y) in said.iter().zip(upper.bottom()..body.bottom()) {
        Pen::new(line(y), buf, look).skip(1).put(words, Meaning::Warning);
    }
    let room = table(overview, look, upper, buf);
    if overview.leaving {
        leave(overview, look, body, buf);
    }
    Room { overlay: u16::try_from(room).unwrap_or(u16::MAX), ..Room::default() }
}

fn header(overview: &Overview, look: Look<'_>, line: Rect, buf: &mut Buffer) {
    let sum = |of: fn(&Row) -> usize| overview.rows.iter().map(of).sum::<usize>();
    let mut pen = Pen::new(line, buf, look);
    pen.skip(1).put("nightdesk", Meaning::Header).skip(2);
    pen.put(&format!("{} properties", overview.rows.len()), Meaning::Text);
    let (p1, p2) = (sum(|row| row.p1), sum(|row| row.p2));
    let p1_meaning = if p1 > 0 { Meaning::Critical } else { Meaning::Muted };
    pen.skip(2).put(&format!("{p1} P1"), p1_meaning).skip(2).put(&format!("{p2} P2"), Meaning::Text);
    let running = sum(|row| row.running);
    if running > 0 {
        pen.skip(2).put(&format!("{} running", words::count(running, "action")), Meaning::Pending);
    }
}

fn foot(estate: &Estate, look: Look<'_>, line: Rect, buf: &mut Buffer) {
    let keymap = &estate.open().settings.keymap;
    let of = |id: CommandId, label: &'static str| Hint::new(keymap.key_hint(id), label);
    let hints = [
        Hint::new("Enter", "go there"),
        Hint { enabled: estate.can_go_back(), ..Hint::new("Esc", "back") },
        Hint::new(keymap.pair_hint(CommandId::Down, CommandId::Up), "move"),
        of(CommandId::PollNow, "poll all now"),
    ];
    let shown: Vec<_> = hints.into_iter().filter(|hint| !hint.key.is_empty()).collect();
    footer::render(&shown, &[of(CommandId::Quit, "quit")], line, buf, look);
}

/// What is wrong with the property under the cursor, else with the worst with which something is, wrapped.
fn said(overview: &Overview, width: u16) -> Vec<String> {
    let is_wrong = |row: &&Row| !row.words().is_empty();
    let found = overview.row().filter(is_wrong).or_else(|| overview.rows.iter().find(is_wrong));
    let Some(row) = found else { return Vec::new() };
    let words: Vec<String> = row.words().iter().map(ToString::to_string).collect();
    wrap(&format!("{}: {}", row.name, words.join(" · ")), usize::from(width.saturating_sub(2)))
}

fn table(overview: &Overview, look: Look<'_>, area: Rect, buf: &mut Buffer) -> usize {
    let (at, len) = (overview.index(), overview.rows.len());
    let pane = Pane {
        title: "Properties".into(),
        right: "worst first".into(),
        position: format!("{} of {len}", at + 1).into(),
        focused: true,
        ..Pane::default()
    };
    let inside = pane.render(area, buf, look);
    let room = page(inside.height, true);
    let offset = scroll(0, Some(at), room, len);
    let table = Table {
        columns: &COLUMNS,
        len,
        offset,
        cursor: Some(at),
        focused: true,
        stale: false,
        sorted: None,
        header: true,
        row: |i| overview.rows.get(i).map(|row| line(row, look)).unwrap_or_default(),
    };
    table.render(inside, buf, look);
    // A name looks as it does in the header of its property.
    let wide = widths(&COLUMNS, inside.width.saturating_sub(MARGIN)).first().copied().unwrap_or(0);
    for (row, y) in overview.rows.iter().skip(offset).take(room).zip(inside.y + 1..) {
        let width = u16::try_from(text::width(&row.name)).unwrap_or(u16::MAX).min(wide);
        let name = Rect { x: inside.x + MARGIN, y, width, height: 1 };
        if row.colour.is_some() {
            buf.set_style(name.intersection(inside), badge::of(row.colour, look));
        }
    }
    room
}

fn line<'a>(row: &'a Row, look: Look<'_>) -> Line<'a> {
    let count = |n: usize, meaning: Meaning| match (row.is_counted, n) {
        (false, _) => Cell::of(Meaning::Muted, look.glyphs.none),
        (true, 0) => Cell::of(Meaning::Muted, "0"),
        (true, n) => Cell::of(meaning, n.to_string()),
    };
    let oldest = row.oldest.map(|age| match age.num_minutes() {
        0 => "<1m".to_owned(),
        _ => property::age(chrono::DateTime::UNIX_EPOCH, chrono::DateTime::UNIX_EPOCH + age),
    });
    let oldest = match (oldest, row.is_late) {
        (Some(age), true) => Cell::of(Meaning::Critical, format!("{} {age}", look.glyphs.alert)),
        (Some(age), false) => Cell::of(Meaning::Muted, age),
        (None, _) => Cell::of(Meaning::Muted, look.glyphs.none),
    };
    Line {
        cells: vec![
            Cell::of(Meaning::Strong, row.name.as_str()),
            count(row.due_in, Meaning::Text),
            count(row.in_house, Meaning::Text),
            count(row.due_out, Meaning::Text),
            count(row.overstay, Meaning::Warning),
            count(row.p1, words::of_severity(Severity::P1)),
            count(row.p2, words::of_severity(Severity::P2)),
            oldest,
            state(row),
            match &row.on_duty {
                Some(names) => Cell::of(Meaning::Text, names.as_str()),
                None => Cell::of(Meaning::Muted, look.glyphs.none),
            },
            running(row),
            if row.is_sandbox { Cell::of(Meaning::Badge, "SANDBOX") } else { Cell::default() },
        ],
        ..Line::default()
    }
}

fn state(row: &Row) -> Cell<'_> {
    if row.barred.is_some() && row.state.trouble().is_none() {
        return Cell::of(Meaning::Error, "nothing can be recorded");
    }
    match &row.state {
        State::Reading => Cell::of(Meaning::Pending, "reading"),
        State::AsOf(at) => Cell::of(Meaning::Muted, format!("as of {at}")),
        State::Stale(age, None) => Cell::of(Meaning::Warning, format!("STALE {age}")),
        State::Stale(age, Some(why)) => Cell::of(Meaning::Warning, format!("STALE {age}: {why}")),
        State::Offline(since, why) => Cell::of(Meaning::Error, format!("OFFLINE since {since}: {why}")),
    }
}

fn running(row: &Row) -> Cell<'_> {
    match (row.running, row.asking) {
        (0, _) => Cell::default(),
        (n, 0) => Cell::of(Meaning::Pending, format!("{n} running")),
        (_, n) => Cell::of(Meaning::Warning, format!("{n} waiting for you")),
    }
}

/// Leaving while something runs anywhere.
fn leave(overview: &Overview, look: Look<'_>, area: Rect, buf: &mut Buffer) {
    let busy: Vec<&Row> = overview.rows.iter().filter(|row| row.running > 0).collect();
    let running: usize = busy.iter().map(|row| row.running).sum();
    let height = u16::try_from(busy.len().min(6)).unwrap_or(0) + 6;
    let modal = Modal { title: "Leave?".into(), wants: Size { width: 62, height }, ..Modal::default() };
    let inside = modal.render(area, buf, look);
    let said = format!("{} running. What was sent to Seam goes on there;", words::count(running, "action"));
    let mut lines = vec![(said, Meaning::Text)];
    lines.push(("steps that have not begun will not be done:".into(), Meaning::Text));
    for row in busy.iter().take(6) {
        lines.push((format!("  {} at {}", row.running, row.name), Meaning::Pending));
    }
    let rows = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    for ((said, meaning), row) in lines.iter().zip(rows.rows()) {
        Pen::new(row, buf, look).skip(2).put(said, *meaning);
    }
    super::leave::answers(inside, look, buf);
}
