//! One line of text being typed.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use tui_input::Input;
use unicode_segmentation::UnicodeSegmentation;

use super::Look;
use super::pen::Pen;
use crate::text;
use crate::tui::theme::Meaning;

/// A label, and what is typed after it.
#[derive(Debug, Clone)]
pub struct InputLine<'a> {
    /// What is asked for.
    pub label: Cow<'a, str>,
    /// What has been typed, and where the cursor is in it.
    pub input: &'a Input,
    /// Shown while nothing has been typed.
    pub placeholder: Cow<'a, str>,
    /// Whether keys go here.
    pub focused: bool,
    /// Whether what has been typed cannot be used.
    pub invalid: bool,
}

impl InputLine<'_> {
    /// Draws it in the first line of `area`. Returns where the terminal's cursor belongs, if keys go
    /// here and there is room.
    pub fn render(&self, area: Rect, buf: &mut Buffer, look: Look<'_>) -> Option<Position> {
        let mut pen = Pen::new(area, buf, look);
        if !self.label.is_empty() {
            pen.put(&self.label, if self.focused { Meaning::Title } else { Meaning::Muted }).skip(1);
        }
        let room = usize::from(pen.left());
        let start = pen.position();
        if self.input.value().is_empty() {
            pen.put(&self.placeholder, Meaning::Disabled);
        } else {
            let meaning = if self.invalid { Meaning::Error } else { Meaning::Input };
            pen.put(&window(self.input, room), meaning);
        }
        let before = self.input.visual_cursor().saturating_sub(hidden(self.input, room));
        let x = u16::try_from(before).ok().and_then(|before| start.x.checked_add(before))?;
        (self.focused && before < room).then_some(Position { x, ..start })
    }
}

/// How many cells of the text are scrolled out so that the cursor, which needs a cell of its own, is
/// seen.
fn hidden(input: &Input, room: usize) -> usize {
    (input.visual_cursor() + 1).saturating_sub(room)
}

/// The part of the text that is seen in `room` cells. A wide character that is half out is a blank.
fn window(input: &Input, room: usize) -> String {
    let hidden = hidden(input, room);
    let mut out = String::new();
    let mut at = 0;
    for g in input.value().graphemes(true) {
        let width = text::width(g);
        if at >= hidden {
            if at + width > hidden + room {
                break;
            }
            out.push_str(g);
        } else if at + width > hidden {
            out.push_str(&" ".repeat(at + width - hidden));
        }
        at += width;
    }
    out
}
