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

/// More steps than this are told as a fraction.
const MOST_SIGNS: usize = 12;

impl ProgressLine<'_> {
    /// Draws it in the first line of `area`.
    pub fn render(&self, area: Rect, buf: &mut Buffer, look: Look<'_>) {
        let mut pen = Pen::new(Rect { height: area.height.min(1), ..area }, buf, look);
        pen.skip(1);
        // The end of the line first: what is wanted of the person may be long.
        let far = self.far(look);
        let right = u16::try_from(crate::text::width(&self.right)).unwrap_or(u16::MAX).saturating_add(2);
        let keep = if !self.right.is_empty() && right < pen.left() / 2 { right } else { 0 };
        let signs = u16::try_from(crate::text::width(&far)).unwrap_or(u16::MAX).saturating_add(1);
        let room = pen.left().saturating_sub(keep);
        if signs < room / 2 {
            pen.reserve(keep + signs);
        } else {
            pen.reserve(keep);
        }
        pen.put(&self.label, Meaning::Strong);
        if !self.step.is_empty() {
            pen.put(" ", Meaning::Text).put(look.glyphs.separator, Meaning::Muted).put(" ", Meaning::Text);
            pen.put(&self.step, self.meaning.unwrap_or(Meaning::Pending));
        }
        let at = pen.position();
        let rest = Rect { x: at.x, y: at.y, width: area.right().saturating_sub(at.x), height: 1 };
        let mut pen = Pen::new(rest.intersection(area), buf, look);
        if signs < room / 2 && !far.is_empty() {
            pen.skip(1).put(&far, self.meaning.unwrap_or(Meaning::Pending));
        }
        if keep > 0 {
            pen.reserve(1);
            pen.right(&self.right, Meaning::Muted);
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
