//! What the desk did, the newest first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tui_input::Input;

use super::{Drawn, words};
use crate::app::App;
use crate::app::journal::{Window, action_word, operators};
use crate::journal::Entry;
use crate::secret;
use crate::text::Text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::columns::Column;
use crate::tui::widgets::input::InputLine;
use crate::tui::widgets::pane::Pane;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::table::{Cell, Row, Table, page, scroll};

const COLUMNS: [Column; 7] = [
    Column::new("when", 12, 12, 0),
    Column::new("who", 6, 16, 0),
    Column::new("room", 4, 7, 0).right(),
    Column::new("guest", 10, 24, 0),
    Column::new("action", 9, 19, 0),
    Column::new("ended", 11, 11, 0),
    Column::new("in words", 24, 120, 3),
];

/// Draws the page.
pub(super) fn render(app: &App, window: &Window, look: Look<'_>, area: Rect, buf: &mut Buffer) -> Drawn {
    let rows = window.rows();
    let inside = frame(window).render(area, buf, look);
    let (inside, cursor) = filter(window, look, inside, buf);
    if let Some(why) = &window.failed {
        failed(why, look, inside, buf);
        return Drawn { cursor, ..Drawn::rows(0) };
    }
    let room = page(inside.height, true);
    if rows.is_empty() {
        nothing(window, look, inside, buf);
        return Drawn { cursor, ..Drawn::rows(u16::try_from(room).unwrap_or(u16::MAX)) };
    }
    let table = Table {
        columns: &COLUMNS,
        len: rows.len(),
        offset: scroll(0, Some(window.cursor()), room, rows.len()),
        cursor: Some(window.cursor()),
        focused: true,
        stale: window.is_reading(),
        sorted: None,
        header: true,
        row: |i| rows.get(i).map(|entry| row(app, window, entry)).unwrap_or_default(),
    };
    table.render(inside, buf, look);
    Drawn { cursor, ..Drawn::rows(u16::try_from(room).unwrap_or(u16::MAX)) }
}

fn frame(window: &Window) -> Pane<'static> {
    let mut notes = Vec::new();
    let typed = window.filter.text();
    if !typed.is_empty() && !window.typing {
        notes.push((format!("/{}", Text::new(typed)).into(), Meaning::Match));
    }
    if window.is_reading() {
        notes.push(("reading".into(), Meaning::Pending));
    }
    let (newer, older) = window.is_cut();
    let count = window.rows().len();
    // Positions are counted from the newest; far from it nobody has counted.
    let position = match (count, newer) {
        (0, _) => String::new(),
        (_, true) => format!("…{}", if older { "…" } else { " the oldest" }),
        (_, false) => format!("{} of {count}{}", window.cursor() + 1, if older { " and more" } else { "" }),
    };
    Pane {
        title: "Journal".into(),
        notes,
        position: position.into(),
        focused: true,
        right: "newest first".into(),
    }
}

/// The line in which the filter is typed, where it is. Returns what is left of the page.
fn filter(
    window: &Window,
    look: Look<'_>,
    inside: Rect,
    buf: &mut Buffer,
) -> (Rect, Option<ratatui::layout::Position>) {
    if !window.typing || inside.height < 2 {
        return (inside, None);
    }
    let input = Input::new(window.filter.text().to_owned());
    let line = InputLine {
        label: "filter:".into(),
        input: &input,
        placeholder: "guest, room, action, who, how it ended; !word leaves out".into(),
        focused: true,
        invalid: false,
    };
    let at = Rect { x: inside.x + 2, width: inside.width.saturating_sub(3), height: 1, ..inside };
    let cursor = line.render(at.intersection(inside), buf, look);
    (Rect { y: inside.y + 1, height: inside.height - 1, ..inside }, cursor)
}

fn failed(why: &Text, look: Look<'_>, area: Rect, buf: &mut Buffer) {
    let room = usize::from(area.width.saturating_sub(4)).max(1);
    let said = [
        (format!("The journal cannot be read: {why}"), Meaning::Error),
        (String::new(), Meaning::Text),
        (
            "It is tried again by itself. Where it cannot be written either, nothing is changed.".to_owned(),
            Meaning::Text,
        ),
    ];
    let lines = said.iter().flat_map(|(words, meaning)| {
        super::page::wrap(words, room).into_iter().map(|line| (line, *meaning)).collect::<Vec<_>>()
    });
    for ((line, meaning), row) in lines.zip(area.rows().skip(1)) {
        Pen::new(row, buf, look).skip(2).put(&line, meaning);
    }
}

fn nothing(window: &Window, look: Look<'_>, area: Rect, buf: &mut Buffer) {
    let typed = window.filter.text();
    let (said, meaning) = if window.is_reading() {
        ("reading the journal".to_owned(), Meaning::Pending)
    } else if typed.is_empty() {
        ("nothing has been done yet: what any desk of this host does stands here".to_owned(), Meaning::Muted)
    } else {
        (format!("nothing has “{}” in it: Esc clears it", Text::new(typed)), Meaning::Muted)
    };
    let line = Rect { y: area.y + area.height.min(2) / 2, height: area.height.min(1), ..area };
    Pen::new(line, buf, look).skip(2).put(&said, meaning);
}

fn row<'a>(app: &App, window: &Window, entry: &'a Entry) -> Row<'a> {
    let marks = |cell: &str| window.filter.marks(cell);
    let (who, action) = (operators(entry), action_word(&entry.action));
    let meaning = of_outcome(&entry.outcome);
    Row {
        cells: vec![
            Cell::of(Meaning::Muted, words::dated(app, entry.at, "%-d %b %H:%M")),
            Cell::new(who.clone()).matched(marks(&who)),
            Cell::new(entry.room.as_str()).matched(marks(&entry.room)),
            Cell::new(entry.guest.as_str()).matched(marks(&entry.guest)),
            Cell::new(action.clone()).matched(marks(&action)),
            Cell::of(meaning, entry.outcome.as_str()).matched(marks(&entry.outcome)),
            Cell::of(Meaning::Muted, secret::without_links(&entry.words)),
        ],
        ..Row::default()
    }
}

/// How an outcome of the journal is meant.
pub(super) fn of_outcome(outcome: &str) -> Meaning {
    match outcome {
        "done" => Meaning::Ok,
        "pending" | "running" => Meaning::Pending,
        "failed" => Meaning::Critical,
        _ => Meaning::Warning,
    }
}
