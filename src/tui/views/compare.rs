//! What differs between the hotel and an export of the property management system.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::page::wrap;
use super::{Drawn, words};
use crate::app::audit::compare::{ComparePage, Stage};
use crate::app::form::Value;
use crate::report::Compared;
use crate::text::Text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::columns::Column;
use crate::tui::widgets::footer::{self, Hint};
use crate::tui::widgets::input::InputLine;
use crate::tui::widgets::modal::Modal;
use crate::tui::widgets::pane::Pane;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::table::{Cell, Row, Table, page, scroll};

const COLUMNS: [Column; 5] = [
    Column::new("P", 2, 2, 0),
    Column::new("room", 4, 7, 0).right(),
    Column::new("guest", 10, 24, 1),
    Column::new("what", 16, 32, 1),
    Column::new("both sides", 16, 110, 2),
];

/// Draws the page.
pub(super) fn render(shown: &ComparePage, look: Look<'_>, area: Rect, buf: &mut Buffer) -> Drawn {
    match &shown.stage {
        Stage::Path(why) => ask(shown, why.as_ref(), look, area, buf),
        Stage::Busy => ask(shown, Some(&"reading the file".into()), look, area, buf),
        Stage::Shown(compared) => Drawn::rows(differences(compared, shown.at, look, area, buf)),
    }
}

fn ask(shown: &ComparePage, why: Option<&Text>, look: Look<'_>, area: Rect, buf: &mut Buffer) -> Drawn {
    let modal = Modal {
        title: "Compare with the property management system".into(),
        wants: Size { width: 76, height: 8 },
        ..Modal::default()
    };
    let inside = modal.render(area, buf, look);
    let mut rows = inside.rows().skip(1);
    let line = rows.next().unwrap_or_default();
    let line = Rect { x: line.x.saturating_add(2), width: line.width.saturating_sub(4), ..line };
    let cursor = match &shown.path.value {
        Value::Line { input, .. } => {
            let field = InputLine {
                label: "file".into(),
                input,
                placeholder: "the path of a CSV export: room, guest, arrival, departure, status".into(),
                focused: true,
                invalid: why.is_some() && shown.stage != Stage::Busy,
            };
            field.render(line.intersection(inside), buf, look)
        }
        _ => None,
    };
    let meaning = if shown.stage == Stage::Busy { Meaning::Pending } else { Meaning::Error };
    let said = why.map(|why| wrap(why, usize::from(inside.width.saturating_sub(4)))).unwrap_or_default();
    for (row, said) in rows.skip(1).take(3).zip(said) {
        Pen::new(row, buf, look).skip(2).put(&said, meaning);
    }
    let foot = Rect { y: inside.bottom().saturating_sub(1), height: inside.height.min(1), ..inside };
    footer::render(&[Hint::new("Enter", "compare"), Hint::new("Esc", "leave")], &[], foot, buf, look);
    Drawn { cursor, ..Drawn::rows(1) }
}

fn differences(compared: &Compared, at: usize, look: Look<'_>, area: Rect, buf: &mut Buffer) -> u16 {
    let Compared { file, rows, findings, skipped, notes } = compared;
    let len = findings.len() + skipped.len();
    let rule = look.glyphs.border.horizontal_top;
    let differ = match findings.len() {
        0 => ("nothing differs".into(), Meaning::Ok),
        n => (words::count(n, "difference").into(), Meaning::Warning),
    };
    let mut heads = vec![(words::count(*rows, "row").into(), Meaning::Muted), differ];
    if !skipped.is_empty() {
        heads.push((format!("{} skipped", words::count(skipped.len(), "row")).into(), Meaning::Warning));
    }
    let position = if len == 0 { String::new() } else { format!("{} of {len}", at + 1) };
    let pane = Pane {
        title: format!("Property management system {rule} {file}").into(),
        notes: heads,
        position: position.into(),
        focused: true,
        ..Pane::default()
    };
    let inside = pane.render(area, buf, look);
    let wide = usize::from(inside.width.saturating_sub(4));
    let said: Vec<String> = notes.iter().flat_map(|note| wrap(note, wide)).collect();
    let lines = u16::try_from(said.len()).unwrap_or(0).min(inside.height / 3);
    let body = Rect { height: inside.height - lines, ..inside };
    let below = Rect { y: body.bottom(), height: lines, ..inside };
    for (row, said) in below.rows().zip(&said) {
        Pen::new(row, buf, look).skip(2).put(said, Meaning::Muted);
    }
    let room = page(body.height, true);
    if len == 0 {
        Pen::new(body, buf, look).skip(2).put("the file and the locks agree", Meaning::Ok);
        return 0;
    }
    let table = Table {
        columns: &COLUMNS,
        len,
        offset: scroll(0, Some(at), room, len),
        cursor: Some(at),
        focused: true,
        stale: false,
        sorted: None,
        header: true,
        row: |i| row(compared, i),
    };
    table.render(body, buf, look);
    u16::try_from(room).unwrap_or(u16::MAX)
}

fn row<'a>(compared: &'a Compared, i: usize) -> Row<'a> {
    if let Some(found) = compared.findings.get(i) {
        let meaning = words::of_severity(found.severity);
        return Row {
            cells: vec![
                Cell::of(meaning, found.severity.word()),
                Cell::new(found.room.as_str()),
                Cell::new(found.guest.as_str()),
                Cell::new(found.kind.words()),
                Cell::of(Meaning::Muted, found.why.as_str()),
            ],
            ..Row::default()
        };
    }
    let Some(skipped) = compared.skipped.get(i - compared.findings.len()) else { return Row::default() };
    Row {
        cells: vec![
            Cell::new(""),
            Cell::new(""),
            Cell::of(Meaning::Muted, format!("line {}", skipped.line)),
            Cell::of(Meaning::Warning, "skipped"),
            Cell::of(Meaning::Muted, skipped.why.as_str()),
        ],
        ..Row::default()
    }
}
