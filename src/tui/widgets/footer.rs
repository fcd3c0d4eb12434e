//! Key hints: as many as fit.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Look;
use super::pen::Pen;
use crate::text;
use crate::tui::theme::Meaning;

/// One hint: a key and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint<'a> {
    /// The key, as it is written: `e`, `Ctrl-R`.
    pub key: Cow<'a, str>,
    /// What it does, in a word or two.
    pub label: Cow<'a, str>,
    /// Whether it would do it now.
    pub enabled: bool,
}

impl<'a> Hint<'a> {
    /// A hint that is enabled.
    pub fn new(key: impl Into<Cow<'a, str>>, label: impl Into<Cow<'a, str>>) -> Self {
        Self { key: key.into(), label: label.into(), enabled: true }
    }

    /// Of a key that may have been taken away: then there is no hint.
    pub fn of(key: String, label: impl Into<Cow<'a, str>>) -> Option<Self> {
        (!key.is_empty()).then(|| Self::new(key, label))
    }

    fn width(&self) -> usize {
        text::width(&self.key) + 1 + text::width(&self.label)
    }

    fn put(&self, pen: &mut Pen<'_>) {
        let (key, label) = if self.enabled {
            (Meaning::KeyHint, Meaning::Text)
        } else {
            (Meaning::Disabled, Meaning::Disabled)
        };
        pen.put(&self.key, key).put(" ", label).put(&self.label, label);
    }
}

/// Blanks between two hints.
const GAP: u16 = 2;

/// Draws `hints` in one line. `always` stands at its end whatever else fits: how to get help, how to
/// leave. The first of either are the most important; hints are shown whole or not at all.
pub fn render(hints: &[Hint<'_>], always: &[Hint<'_>], area: Rect, buf: &mut Buffer, look: Look<'_>) {
    let line = area.intersection(buf.area);
    let always = fitting(always, usize::from(line.width.saturating_sub(1)));
    let kept: usize = always.iter().map(|h| h.width() + usize::from(GAP)).sum();
    let mut pen = Pen::new(line, buf, look);
    pen.skip(1);
    let room = usize::from(pen.left()).saturating_sub(kept);
    for hint in fitting(hints, room) {
        hint.put(&mut pen);
        pen.skip(GAP);
    }
    for hint in always {
        hint.put(&mut pen);
        pen.skip(GAP);
    }
}

/// As many of the first hints as fit in `room` cells.
fn fitting<'h, 'a>(hints: &'h [Hint<'a>], room: usize) -> &'h [Hint<'a>] {
    let mut used = 0;
    let count = hints
        .iter()
        .take_while(|hint| {
            used += hint.width() + if used == 0 { 0 } else { usize::from(GAP) };
            used <= room
        })
        .count();
    hints.get(..count).unwrap_or_default()
}
