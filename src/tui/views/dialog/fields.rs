//! The fields of a form. All of them are seen where there is room; where there is not, those without the
//! keys shrink to a line each, and the first ones make room for the one that is being filled in.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::LABEL;
use crate::app::form::{Choice, Field, Form, Note, Value};
use crate::text::Text;
use crate::tui::theme::Meaning;
use crate::tui::views::page;
use crate::tui::widgets::Look;
use crate::tui::widgets::input::InputLine;
use crate::tui::widgets::pen::Pen;

/// Options that are listed at once.
const LISTED: usize = 8;

/// Dots for a secret, however long it is.
const MASK: usize = 4;

/// A field and how much of it is shown.
pub(in crate::tui::views) struct Laid<'a> {
    field: &'a Field,
    focused: bool,
    whole: bool,
    /// What the program says to it, in lines.
    note: Vec<String>,
    /// Lines it takes.
    pub(in crate::tui::views) height: usize,
}

/// The fields of a form that fit into `room` lines of `width` cells, the one with the keys always among them.
pub(in crate::tui::views) fn laid_out(form: &Form, room: usize, width: usize) -> Vec<Laid<'_>> {
    let shown = || form.fields.iter().enumerate().filter(|(_, field)| !field.hidden);
    let lay = |i: usize, field, all_whole: bool| {
        let focused = i == form.focus;
        let whole = all_whole || focused;
        let note = note(field, whole, width.saturating_sub(LABEL));
        let height = height(field, focused, whole) + note.len();
        Laid { field, focused, whole, note, height }
    };
    let sum = |fields: &[Laid<'_>]| fields.iter().map(|field| field.height).sum::<usize>();
    let mut fields: Vec<_> = shown().map(|(i, field)| lay(i, field, true)).collect();
    if sum(&fields) > room {
        fields = shown().map(|(i, field)| lay(i, field, false)).collect();
    }
    while sum(&fields) > room && fields.first().is_some_and(|first| !first.focused) {
        fields.remove(0);
    }
    fields
}

fn height(field: &Field, focused: bool, whole: bool) -> usize {
    match &field.value {
        Value::Line { .. } => 1,
        Value::Choice { options, .. } | Value::Ticks { options, .. } if whole => listed(options).max(1),
        Value::Choice { .. } | Value::Ticks { .. } => 1,
        // What is found matters while it is being looked for.
        Value::Search { found, .. } if focused => 1 + listed(found),
        Value::Search { .. } => 1,
    }
}

/// What is said to a field: what is wrong always, how it was understood where there is room.
fn note(field: &Field, whole: bool, width: usize) -> Vec<String> {
    match &field.note {
        Note::Understood(words) if whole => page::wrap(&Text::new(words), width),
        Note::Wrong(words) => page::wrap(&Text::new(words), width),
        Note::None | Note::Understood(_) => Vec::new(),
    }
}

/// Lines a list of options takes, the line that says how many more there are among them.
fn listed(options: &[Choice]) -> usize {
    options.len().min(LISTED + 1)
}

impl Laid<'_> {
    /// Draws it in the next rows. Returns where the cursor belongs, if keys go into it.
    pub(in crate::tui::views) fn draw(
        &self,
        look: Look<'_>,
        rows: &mut impl Iterator<Item = Rect>,
        buf: &mut Buffer,
    ) -> Option<Position> {
        let (field, focused) = (self.field, self.focused);
        let row = rows.next()?;
        let label = if focused { Meaning::Title } else { Meaning::Muted };
        Pen::new(row, buf, look).put(if focused { look.glyphs.cursor } else { " " }, Meaning::BorderFocused);
        Pen::new(beside(row, 2), buf, look).put(field.label, label);
        let at = beside(row, LABEL);
        let mut cursor = None;
        match &field.value {
            Value::Line { input, .. } if field.masked && !focused && !input.value().is_empty() => {
                Pen::new(at, buf, look).put(&look.glyphs.masked.repeat(MASK), Meaning::Strong);
            }
            Value::Line { input, .. } => {
                let invalid = matches!(field.note, Note::Wrong(_));
                let line =
                    InputLine { label: "".into(), input, placeholder: field.hint.into(), focused, invalid };
                cursor = line.render(Rect { width: at.width.saturating_sub(2), ..at }, buf, look);
            }
            Value::Search { input, found, at: chosen, .. } => {
                let line = InputLine {
                    label: "".into(),
                    input,
                    placeholder: field.hint.into(),
                    focused,
                    invalid: false,
                };
                match found.get(*chosen) {
                    // What will be used, not what was typed to find it.
                    Some(option) if !focused => {
                        Pen::new(at, buf, look).put(&option.words, Meaning::Strong);
                    }
                    _ => cursor = line.render(Rect { width: at.width.saturating_sub(2), ..at }, buf, look),
                }
                if focused && !found.is_empty() {
                    let first = rows.next()?;
                    list(found, *chosen, &|i| i == *chosen, true, look, first, rows, buf);
                }
            }
            Value::Choice { options, at: chosen } => {
                if self.whole {
                    list(options, *chosen, &|i| i == *chosen, focused, look, row, rows, buf);
                } else if let Some(option) = options.get(*chosen) {
                    let mut pen = Pen::new(at, buf, look);
                    pen.put(&option.words, Meaning::Strong);
                    if options.len() > 1 {
                        pen.skip(2).put(&format!("{} of {}", chosen + 1, options.len()), Meaning::Muted);
                    }
                }
            }
            Value::Ticks { options, ticked, at: cursor } => {
                if self.whole {
                    let is = |i: usize| options.get(i).is_some_and(|option| ticked.contains(&option.id));
                    list(options, *cursor, &is, focused, look, row, rows, buf);
                } else {
                    let said = format!("{} of {}", ticked.len(), options.len());
                    Pen::new(at, buf, look).put(&said, Meaning::Strong);
                }
            }
        }
        if field.options().is_empty() && matches!(field.value, Value::Choice { .. } | Value::Ticks { .. }) {
            Pen::new(at, buf, look).put("there is none", Meaning::Warning);
        }
        self.note(look, rows, buf);
        cursor
    }

    fn note(&self, look: Look<'_>, rows: &mut impl Iterator<Item = Rect>, buf: &mut Buffer) {
        let wrong = matches!(self.field.note, Note::Wrong(_));
        let meaning = if wrong { Meaning::Warning } else { Meaning::Muted };
        for (words, row) in self.note.iter().zip(rows) {
            Pen::new(beside(row, LABEL), buf, look).put(words, meaning);
        }
    }
}

/// Draws options under one another, from `row` on; of a long list the part around the cursor.
#[expect(clippy::too_many_arguments, reason = "where to draw, with what, and which part of what")]
fn list(
    options: &[Choice],
    cursor: usize,
    marked: &dyn Fn(usize) -> bool,
    focused: bool,
    look: Look<'_>,
    mut row: Rect,
    rows: &mut impl Iterator<Item = Rect>,
    buf: &mut Buffer,
) {
    let cut = options.len() > LISTED + 1;
    let first = if cut { cursor.saturating_sub(LISTED - 1).min(options.len() - LISTED) } else { 0 };
    let shown = if cut { LISTED } else { options.len() };
    for (i, option) in options.iter().enumerate().skip(first).take(shown) {
        choice(option, marked(i), focused && i == cursor, look, beside(row, LABEL), buf);
        if i + 1 < first + shown || cut {
            let Some(next) = rows.next() else { return };
            row = next;
        }
    }
    if cut {
        let said = format!("{} of {}", cursor + 1, options.len());
        Pen::new(beside(row, LABEL + 2), buf, look).put(&said, Meaning::Muted);
    }
}

fn choice(option: &Choice, marked: bool, under: bool, look: Look<'_>, area: Rect, buf: &mut Buffer) {
    let mark = if marked { look.glyphs.marked } else { look.glyphs.unmarked };
    let meaning = match (marked, under) {
        (_, true) => Meaning::Selection,
        (true, false) => Meaning::Strong,
        _ => Meaning::Text,
    };
    let mut pen = Pen::new(area, buf, look);
    pen.put(mark, if marked { Meaning::Mark } else { Meaning::Muted }).skip(1).put(&option.words, meaning);
    if let Some(trouble) = &option.trouble {
        pen.skip(2).put(trouble, Meaning::Warning);
    }
}

fn beside(row: Rect, cells: usize) -> Rect {
    let cells = u16::try_from(cells).unwrap_or(u16::MAX).min(row.width);
    Rect { x: row.x + cells, width: row.width - cells, ..row }
}
