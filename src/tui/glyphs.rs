//! Signs by name, in Unicode or in ASCII.

use std::borrow::Cow;

use ratatui::symbols::border;

use crate::text;

/// Every sign that the views draw. All are one cell wide, except the arrow in ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// In order, done.
    pub ok: &'static str,
    /// Under way.
    pub pending: &'static str,
    /// The step that is running.
    pub current: &'static str,
    /// Wants attention.
    pub alert: &'static str,
    /// Failed.
    pub failed: &'static str,
    /// Has none.
    pub none: &'static str,
    /// Nothing known.
    pub unknown: &'static str,
    /// In front of the row under the cursor.
    pub cursor: &'static str,
    /// A marked row.
    pub marked: &'static str,
    /// A row that could be marked.
    pub unmarked: &'static str,
    /// From the old to the new.
    pub arrow: &'static str,
    /// Leads to something else.
    pub link: &'static str,
    /// An open group.
    pub expanded: &'static str,
    /// A closed group.
    pub collapsed: &'static str,
    /// Sorted from the least on.
    pub ascending: &'static str,
    /// Sorted from the greatest on.
    pub descending: &'static str,
    /// Between two items of a line.
    pub separator: &'static str,
    /// A step that is done.
    pub full: &'static str,
    /// A step that is to come.
    pub empty: &'static str,
    /// Something was cut off.
    pub ellipsis: &'static str,
    /// A character of a secret.
    pub masked: &'static str,
    /// Borders of a pane.
    pub border: border::Set<'static>,
    /// Borders of the pane that has the focus, and of dialogs.
    pub border_focused: border::Set<'static>,
}

impl Glyphs {
    /// For every terminal of this century.
    pub const UNICODE: Self = Self {
        ok: "✓",
        pending: "…",
        current: "▸",
        alert: "!",
        failed: "✗",
        none: "–",
        unknown: "?",
        cursor: "▌",
        marked: "●",
        unmarked: "○",
        arrow: "→",
        link: "▸",
        expanded: "▾",
        collapsed: "▸",
        ascending: "▲",
        descending: "▼",
        separator: "·",
        full: "▪",
        empty: "▫",
        ellipsis: "…",
        masked: "•",
        border: border::ROUNDED,
        border_focused: border::THICK,
    };

    /// For terminals and fonts that have nothing else, and for braille displays.
    pub const ASCII: Self = Self {
        ok: "+",
        pending: "~",
        current: ">",
        alert: "!",
        failed: "x",
        none: "-",
        unknown: "?",
        cursor: ">",
        marked: "*",
        unmarked: ".",
        arrow: "->",
        link: ">",
        expanded: "v",
        collapsed: ">",
        ascending: "^",
        descending: "v",
        separator: "|",
        full: "#",
        empty: ".",
        ellipsis: "~",
        masked: "*",
        border: ASCII_BORDER,
        border_focused: ASCII_BORDER_FOCUSED,
    };

    /// The table to use.
    pub fn new(ascii: bool) -> &'static Self {
        if ascii { &Self::ASCII } else { &Self::UNICODE }
    }

    /// `s` in at most `cells` cells, as [`text::fit`], with the ellipsis of this table.
    pub fn fit<'a>(&self, s: &'a str, cells: usize) -> Cow<'a, str> {
        self.with_ellipsis(text::fit(s, cells))
    }

    /// `s` in at most `cells` cells, as [`text::fit_middle`], with the ellipsis of this table.
    pub fn fit_middle<'a>(&self, s: &'a str, cells: usize) -> Cow<'a, str> {
        self.with_ellipsis(text::fit_middle(s, cells))
    }

    fn with_ellipsis<'a>(&self, fitted: Cow<'a, str>) -> Cow<'a, str> {
        match fitted {
            Cow::Owned(cut) if self.ellipsis != "…" => Cow::Owned(cut.replace('…', self.ellipsis)),
            fitted => fitted,
        }
    }
}

const ASCII_BORDER: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

const ASCII_BORDER_FOCUSED: border::Set<'static> =
    border::Set { horizontal_top: "=", horizontal_bottom: "=", ..ASCII_BORDER };

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(g: &Glyphs) -> Vec<&'static str> {
        let borders = |b: border::Set<'static>| {
            [b.top_left, b.top_right, b.bottom_left, b.bottom_right, b.vertical_left, b.horizontal_top]
        };
        let mut all = vec![
            g.ok,
            g.pending,
            g.current,
            g.alert,
            g.failed,
            g.none,
            g.unknown,
            g.cursor,
            g.marked,
            g.unmarked,
            g.link,
            g.expanded,
            g.collapsed,
            g.ascending,
            g.descending,
            g.separator,
            g.full,
            g.empty,
            g.ellipsis,
            g.masked,
        ];
        all.extend(borders(g.border));
        all.extend(borders(g.border_focused));
        all
    }

    #[test]
    fn signs_are_one_cell_wide() {
        for g in [Glyphs::UNICODE, Glyphs::ASCII] {
            for sign in signs(&g) {
                assert_eq!(text::width(sign), 1, "{sign}");
            }
        }
    }

    #[test]
    fn ascii_is_ascii() {
        assert!(signs(&Glyphs::ASCII).iter().all(|s| s.is_ascii()));
        assert!(Glyphs::ASCII.arrow.is_ascii());
        assert_eq!(Glyphs::ASCII.fit("Castellanos", 6), "Caste~");
        assert_eq!(Glyphs::UNICODE.fit("Castellanos", 6), "Caste…");
    }
}
