//! Pages of text: lines that scroll, wrapped where they must be.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;

use super::Drawn;
use crate::text;
use crate::tui::links;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::footer::Hint;
use crate::tui::widgets::pane::Pane;

/// Lines as they are made.
pub struct Page<'l> {
    look: Look<'l>,
    width: usize,
    /// The lines so far.
    pub lines: Vec<Line<'static>>,
}

impl<'l> Page<'l> {
    /// An empty page whose lines are `width` cells wide.
    pub fn new(look: Look<'l>, width: u16) -> Self {
        Self { look, width: usize::from(width), lines: Vec::new() }
    }

    /// A heading, with a blank line before it where it is not the first.
    pub fn heading(&mut self, words: &str) -> &mut Self {
        if !self.lines.is_empty() {
            self.blank();
        }
        self.line(&[(words, Meaning::Title)])
    }

    /// An empty line.
    pub fn blank(&mut self) -> &mut Self {
        self.lines.push(Line::default());
        self
    }

    /// One line of pieces, cut where the page ends.
    pub fn line(&mut self, pieces: &[(&str, Meaning)]) -> &mut Self {
        let mut left = self.width;
        let mut spans = Vec::new();
        for (words, meaning) in pieces {
            let fitted = self.look.glyphs.fit(words, left).into_owned();
            left = left.saturating_sub(text::width(&fitted));
            spans.push(Span::styled(fitted, self.look.style(*meaning)));
        }
        self.lines.push(Line::from(spans));
        self
    }

    /// Keys and what they do, as many on a line as fit.
    pub fn hints(&mut self, hints: &[Hint<'_>]) -> &mut Self {
        let mut lines: Vec<Vec<(&str, Meaning)>> = vec![Vec::new()];
        let mut used = 0;
        for hint in hints {
            let label = if hint.enabled { Meaning::Text } else { Meaning::Disabled };
            let width = text::width(&hint.key) + 1 + text::width(&hint.label);
            if used > 0 && used + width > self.width {
                lines.push(Vec::new());
                used = 0;
            }
            used += width + 3;
            if let Some(line) = lines.last_mut() {
                line.extend([
                    (&*hint.key, Meaning::KeyHint),
                    (" ", label),
                    (&*hint.label, label),
                    ("   ", label),
                ]);
            }
        }
        for line in lines {
            self.line(&line);
        }
        self
    }

    /// A link: what it leads to, and the address, which terminals that have links open by themselves.
    pub fn link(&mut self, label: &str, indent: usize, address: &str) -> &mut Self {
        self.labelled(label, indent, address, Meaning::Text, Meaning::Muted);
        if let Some(span) = self.lines.last_mut().and_then(|line| line.spans.last_mut()) {
            // An address over several lines, or cut, is only read.
            if span.content == address {
                span.style = span.style.underline_color(links::tag(address));
            }
        }
        self
    }

    /// A label and what belongs to it, wrapped beside the label.
    pub fn entry(&mut self, label: &str, words: &str, meaning: Meaning) -> &mut Self {
        self.labelled(label, LABEL, words, Meaning::Muted, meaning)
    }

    /// As [`Page::entry`], on one line: what does not fit is cut out of the middle, as of an id.
    pub fn whole(&mut self, label: &str, words: &str, meaning: Meaning) -> &mut Self {
        let room = self.width.saturating_sub(LABEL).max(1);
        let fitted = self.look.glyphs.fit_middle(words, room).into_owned();
        self.entry(label, &fitted, meaning)
    }

    /// As [`Page::entry`], with a label of at most `indent` cells.
    pub fn labelled(
        &mut self,
        label: &str,
        indent: usize,
        words: &str,
        label_meaning: Meaning,
        meaning: Meaning,
    ) -> &mut Self {
        let room = self.width.saturating_sub(indent).max(1);
        for (i, part) in wrap(words, room).into_iter().enumerate() {
            let lead = if i == 0 { self.look.glyphs.fit(label, indent.saturating_sub(1)) } else { "".into() };
            let blanks = indent.saturating_sub(text::width(&lead));
            let lead = format!("{lead}{}", " ".repeat(blanks));
            self.line(&[(&lead, label_meaning), (&part, meaning)]);
        }
        self
    }
}

/// Cells of the labels of a page.
const LABEL: usize = 13;

/// Breaks `words` into lines of at most `width` cells, at blanks where that is possible. There is
/// always at least one line.
pub fn wrap(words: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let is_even = text::has_even_signs(words);
    // Another text can be wider or narrower than the sum of its letters: whole lines are measured.
    let fits = |line: &str, more: &str| match is_even {
        _ if line.is_empty() => true,
        true => line.chars().count() + more.chars().count() <= width,
        false => text::width(&format!("{line}{more}")) <= width,
    };
    for word in words.split_inclusive(' ') {
        if !fits(&line, word.trim_end()) {
            lines.push(std::mem::take(&mut line));
        }
        for letter in word.graphemes(true) {
            if !fits(&line, letter) {
                if letter == " " {
                    continue;
                }
                lines.push(std::mem::take(&mut line));
            }
            if !(line.is_empty() && letter == " " && !lines.is_empty()) {
                line.push_str(letter);
            }
        }
    }
    lines.push(line);
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}

/// Draws lines from `scroll` on, never beyond the last full page.
pub fn text(lines: &[Line<'_>], scroll: usize, area: Rect, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    let from = scroll.min(lines.len().saturating_sub(usize::from(area.height)));
    let inside = Rect { x: area.x + area.width.min(1), width: area.width.saturating_sub(2), ..area };
    for (line, row) in lines.iter().skip(from).zip(inside.rows()) {
        buf.set_line(row.x, row.y, line, row.width);
    }
}

/// Draws a page over the whole of `area`. `made` makes the lines for a width. Returns how many rows it
/// had room for, and how far it can be scrolled.
pub(super) fn render(
    title: &str,
    scroll: usize,
    look: Look<'_>,
    area: Rect,
    buf: &mut Buffer,
    made: impl FnOnce(u16) -> Vec<Line<'static>>,
) -> Drawn {
    let room = area.height.saturating_sub(2);
    let lines = made(area.width.saturating_sub(4));
    let total = lines.len();
    let last = total.min(scroll.min(total.saturating_sub(usize::from(room))) + usize::from(room));
    let position = if total > usize::from(room) { format!("{last} of {total}") } else { String::new() };
    let pane =
        Pane { title: title.to_owned().into(), position: position.into(), focused: true, ..Pane::default() };
    let inside = pane.render(area, buf, look);
    text(&lines, scroll, inside, buf);
    Drawn { end: Some(furthest(total, room)), ..Drawn::rows(room) }
}

/// How far `total` lines can be scrolled in a room of `rows`.
pub fn furthest(total: usize, rows: u16) -> u16 {
    u16::try_from(total.saturating_sub(usize::from(rows))).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sentences_break_between_words() {
        let broken = wrap("no usable key: stay began 15:00, PIN never reached the lock", 20);
        assert_eq!(broken, ["no usable key: stay", "began 15:00, PIN", "never reached the", "lock"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("until 11:00, room 7", 9), ["until", "11:00,", "room 7"]);
        assert_eq!(wrap("ef83cca9-5fdf-4ac2", 8), ["ef83cca9", "-5fdf-4a", "c2"]);
    }

    proptest! {
        #[test]
        fn wrapping_keeps_to_the_width_and_loses_nothing(words in "\\PC{0,120}", width in 2usize..40) {
            let words = crate::text::Text::new(words);
            let lines = wrap(&words, width);
            // A single letter can be wider than the page.
            let fits = |l: &String| text::width(l) <= width || l.graphemes(true).count() == 1;
            prop_assert!(lines.iter().all(fits), "{:?}", lines);
            let strip = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(strip(&lines.concat()), strip(&words));
        }
    }
}
