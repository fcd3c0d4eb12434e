//! The first start: three questions, a try, and what will be written.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use tui_input::Input;

use super::page::wrap;
use crate::app::first::{First, Stage};
use crate::app::form::{Field, Value};
use crate::text::Text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::footer::{self, Hint};
use crate::tui::widgets::input::InputLine;
use crate::tui::widgets::modal::Modal;
use crate::tui::widgets::pen::Pen;

/// Cells of the labels.
const LABEL: u16 = 11;
/// Dots that are shown at most: how long the key is is nobody's business.
const DOTS: usize = 24;

/// Draws it; `places` says what is written where. Returns where the terminal's cursor belongs.
pub fn render(
    first: &First,
    places: &[Text],
    look: Look<'_>,
    area: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    buf.set_style(area, look.style(Meaning::Text));
    let wants = Size { width: 74, height: 15 };
    let modal = Modal { title: "Welcome to nightdesk".into(), wants, ..Modal::default() };
    let inside = modal.render(area, buf, look);
    let inside = Rect { x: inside.x + inside.width.min(2), width: inside.width.saturating_sub(4), ..inside };
    let mut rows = inside.rows();
    said(
        "Which property is this desk for? Nothing is written before it has answered. `nightdesk demo` needs no key.",
        Meaning::Text,
        look,
        &mut rows,
        buf,
    );
    rows.next();
    let mut cursor = None;
    for (i, one) in first.form.fields.iter().enumerate() {
        let Some(row) = rows.next() else { break };
        let focused = i == first.form.focus && matches!(first.stage, Stage::Form(_));
        cursor = field(one, First::is_key(i), focused, look, row, buf).or(cursor);
    }
    rows.next();
    let hints = match &first.stage {
        Stage::Form(refused) => {
            if let Some(why) = refused {
                said(why, Meaning::Error, look, &mut rows, buf);
            }
            [("Enter", "go on"), ("Tab", "next field"), ("Esc", "leave, nothing is written")]
        }
        Stage::Trying => {
            said("asking Seam which property this is", Meaning::Pending, look, &mut rows, buf);
            [("", ""), ("", ""), ("Esc", "leave, nothing is written")]
        }
        Stage::Works { workspace, sandbox } => {
            let kind = if *sandbox { ", a sandbox: nothing in it is real" } else { "" };
            let words = format!("{} It answers: {workspace}{kind}.", look.glyphs.ok);
            said(&words, Meaning::Ok, look, &mut rows, buf);
            for place in places {
                said(place, Meaning::Muted, look, &mut rows, buf);
            }
            [("Enter", "write and open"), ("Tab", "change"), ("Esc", "leave, nothing is written")]
        }
    };
    let hints: Vec<_> =
        hints.into_iter().filter(|(key, _)| !key.is_empty()).map(|(k, l)| Hint::new(k, l)).collect();
    let foot = Rect { y: inside.bottom().saturating_sub(1), height: inside.height.min(1), ..inside };
    footer::render(&hints, &[], foot, buf, look);
    cursor
}

fn said(
    words: &str,
    meaning: Meaning,
    look: Look<'_>,
    rows: &mut impl Iterator<Item = Rect>,
    buf: &mut Buffer,
) {
    let mut lines: Vec<String> = Vec::new();
    let mut row = rows.next();
    if let Some(first) = row {
        lines = wrap(words, usize::from(first.width));
    }
    for (i, line) in lines.iter().enumerate() {
        if i > 0 {
            row = rows.next();
        }
        if let Some(row) = row {
            Pen::new(row, buf, look).put(line, meaning);
        }
    }
}

fn field(
    field: &Field,
    is_key: bool,
    focused: bool,
    look: Look<'_>,
    row: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    let Value::Line { input, .. } = &field.value else { return None };
    let label = Rect { width: LABEL.min(row.width), ..row };
    Pen::new(label, buf, look).put(field.label, if focused { Meaning::Title } else { Meaning::Muted });
    let rest = Rect { x: row.x + label.width, width: row.width - label.width, ..row };
    let dots = look.glyphs.masked.repeat(input.value().chars().count().min(DOTS));
    let masked = Input::new(dots);
    let line = InputLine {
        label: "".into(),
        input: if is_key { &masked } else { input },
        placeholder: field.hint.into(),
        focused,
        invalid: false,
    };
    line.render(rest, buf, look)
}
