//! The line of something that runs: what, how far, what is wanted of the person.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Look;
use super::pen::Pen;
use crate::tui::theme::Meaning;

/// ` desk: reissuing card for 118 · place the card on “Front desk 1” ▪▪▪▫▫          1 running`.
#[derive(Debug, Clone, Default)]
pub struct ProgressLine<'a> {
    /// What runs.
    pub label: Cow<'a, str>,
    /// What it does at the moment, or wants.
    pub step: Cow<'a, str>,
    /// Steps done.
    pub done: usize,
    /// Steps in all.
    pub steps: usize,
    /// At the end of the line.
    pub right: Cow<'a, str>,
    /// How it goes.
    pub meaning: Option<Meaning>,
}

/// The width of `s` and of `beside` blanks, none for nothing.
fn cells(s: &str, beside: u16) -> u16 {
    if s.is_empty() {
        return 0;
    }
    u16::try_from(crate::text::width(s)).unwrap_or(u16::MAX).saturating_add(beside)
}

/// More steps than this are told as a fraction.
const MOST_SIGNS: usize = 12;

impl ProgressLine<'_> {
    /// Draws it in the first line of `area`.
    pub fn render(&self, area: Rect, buf: &mut Buffer, look: Look<'_>) {
        let line = Rect { height: area.height.min(1), ..area };
        let far = self.far(look);
        let (signs, right) = (cells(&far, 1), cells(&self.right, 2));
        let said = cells(&self.label, 1).saturating_add(cells(&self.step, 3));
        // Who runs how many is the first to go, then how far: what is wanted of the person stays.
        let keep = if said.saturating_add(signs).saturating_add(right) < line.width { right } else { 0 };
        let room = line.width.saturating_sub(keep);
        let signs = if signs < room / 2 { signs } else { 0 };

        let mut pen = Pen::new(line, buf, look);
        pen.reserve(keep.saturating_add(signs)).skip(1).put(&self.label, Meaning::Strong);
        if !self.step.is_empty() {
            pen.put(" ", Meaning::Text).put(look.glyphs.separator, Meaning::Muted).put(" ", Meaning::Text);
            pen.put(&self.step, self.meaning.unwrap_or(Meaning::Pending));
        }
        let x = pen.position().x;
        let rest = Rect { x, width: line.right().saturating_sub(x), ..line };
        let mut pen = Pen::new(rest, buf, look);
        if signs > 0 {
            pen.skip(1).put(&far, self.meaning.unwrap_or(Meaning::Pending));
        }
        if keep > 0 {
            pen.reserve(1).right(&self.right, Meaning::Muted);
        }
    }

    fn far(&self, look: Look<'_>) -> String {
        let done = self.done.min(self.steps);
        match self.steps {
            0 => String::new(),
            1..=MOST_SIGNS => look.glyphs.full.repeat(done) + &look.glyphs.empty.repeat(self.steps - done),
            steps => format!("{done}/{steps}"),
        }
    }
}
