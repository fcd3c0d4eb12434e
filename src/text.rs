//! Text from outside is data, never terminal control.
//!
//! Every string that comes from the API, a file or a person passes through [`Text`] once, when it is
//! read. From then on it is safe to draw, to log and to print: one line, no control characters, no
//! bidirectional overrides, of bounded length. Widths are those of a terminal cell grid.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;

use compact_str::CompactString;
use serde::{Deserialize, Deserializer, Serialize};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The longest text that is kept, in bytes. Nothing on a front desk is longer; an API message that is
/// longer ends in an ellipsis.
pub const MAX_BYTES: usize = 2_048;

/// The most combining marks kept on one base character; more only smear over the neighbouring cells.
const MAX_MARKS: usize = 4;

/// One line of printable text, cleaned when it was made.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Text(CompactString);

impl Text {
    /// Cleans `raw`: line breaks and tabs become one space, every other control character and every
    /// bidirectional formatting character disappears, floods of combining marks are thinned, and what
    /// is over [`MAX_BYTES`] is cut at a character boundary with an ellipsis.
    pub fn new(raw: impl AsRef<str>) -> Self {
        let raw = raw.as_ref();
        if is_plain_ascii(raw) {
            return Self(CompactString::new(raw));
        }
        Self(clean(raw))
    }

    /// The cleaned text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Width in terminal cells.
    pub fn width(&self) -> usize {
        width(&self.0)
    }
}

fn is_plain_ascii(raw: &str) -> bool {
    raw.len() <= MAX_BYTES && raw.bytes().all(|b| (0x20..0x7f).contains(&b))
}

fn clean(raw: &str) -> CompactString {
    let mut out = CompactString::default();
    let mut marks = 0;
    for c in raw.chars() {
        let c = match c {
            '\t' | '\n' | '\r' | '\u{0b}' | '\u{0c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
            c if is_unsafe(c) => continue,
            c => c,
        };
        // A space for a run of line breaks, and none at the start.
        if c == ' ' && (out.is_empty() || out.ends_with(' ')) {
            continue;
        }
        marks = if c.width() == Some(0) { marks + 1 } else { 0 };
        // A mark with nothing to stand on would stand on whatever is printed before it.
        if marks > MAX_MARKS || marks > 0 && out.is_empty() {
            continue;
        }
        if out.len() + c.len_utf8() > MAX_BYTES - '…'.len_utf8() {
            out.push('…');
            break;
        }
        out.push(c);
    }
    out
}

/// Characters that steer a terminal or the direction of the text around them, and those that are nothing to
/// be seen. The zero-width joiner and non-joiner stay: Persian, Hindi and emoji families need them.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{ad}'
            | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{3164}'
            | '\u{ffa0}' | '\u{13430}'..='\u{1345f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Whether `c` is a sign of one cell that never joins the one beside it: what nearly all names and words are made
/// of. Such text is measured and cut without a look at its graphemes.
fn is_even(c: char) -> bool {
    matches!(c,
        ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{391}'..='\u{3a1}' | '\u{3a3}'..='\u{3ff}'
        | '\u{400}'..='\u{482}' | '\u{48a}'..='\u{52f}' | '\u{2010}'..='\u{2015}' | '\u{2018}'..='\u{2027}'
        | '\u{2190}'..='\u{2199}' | '\u{2500}'..='\u{25fc}' | '\u{2713}' | '\u{2717}')
}

/// Whether every sign of `s` is as wide as a cell, so that it has as many cells as signs.
pub fn has_even_signs(s: &str) -> bool {
    s.chars().all(is_even)
}

/// Width of `s` in terminal cells: that of its graphemes one by one, for each is drawn into cells of its own,
/// also where a font would join two of them into one sign.
pub fn width(s: &str) -> usize {
    if s.is_ascii() {
        return s.len();
    }
    let even = s.chars().try_fold(0, |cells, c| is_even(c).then_some(cells + 1));
    even.unwrap_or_else(|| s.graphemes(true).map(UnicodeWidthStr::width).sum())
}

/// The beginning of `s` that is at most `cells` wide, cut at a grapheme boundary.
fn beginning(s: &str, cells: usize) -> &str {
    if has_even_signs(s) {
        return s.char_indices().nth(cells).map_or(s, |(end, _)| s.get(..end).unwrap_or_default());
    }
    let (mut used, mut end) = (0, 0);
    for g in s.graphemes(true) {
        used += width(g);
        if used > cells {
            break;
        }
        end += g.len();
    }
    s.get(..end).unwrap_or_default()
}

/// The same of the end.
fn ending(s: &str, cells: usize) -> &str {
    let (mut used, mut begin) = (0, s.len());
    for g in s.graphemes(true).rev() {
        used += width(g);
        if used > cells {
            break;
        }
        begin -= g.len();
    }
    s.get(begin..).unwrap_or_default()
}

/// `s` in at most `cells` cells, cut at a grapheme boundary, with an ellipsis where something is
/// missing.
pub fn fit(s: &str, cells: usize) -> Cow<'_, str> {
    if width(s) <= cells {
        return Cow::Borrowed(s);
    }
    if cells == 0 {
        return Cow::Borrowed("");
    }
    Cow::Owned(format!("{}…", beginning(s, cells - 1)))
}

/// `s` in at most `cells` cells with the ellipsis in the middle, so that both ends of an id or of a
/// long name stay readable.
pub fn fit_middle(s: &str, cells: usize) -> Cow<'_, str> {
    if width(s) <= cells {
        return Cow::Borrowed(s);
    }
    if cells < 5 {
        return fit(s, cells);
    }
    let head_cells = cells / 2;
    Cow::Owned(format!("{}…{}", beginning(s, head_cells), ending(s, cells - 1 - head_cells)))
}

/// Compares as people count: 9 before 10, and 10 before 10A; names after numbers.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut x, mut y) = (a, b);
    loop {
        let (digits_x, digits_y) = (leading_digits(x), leading_digits(y));
        if !digits_x.is_empty() && !digits_y.is_empty() {
            let (n, m) = (digits_x.trim_start_matches('0'), digits_y.trim_start_matches('0'));
            let order = n.len().cmp(&m.len()).then_with(|| n.cmp(m));
            if order != Ordering::Equal {
                return order;
            }
            x = x.get(digits_x.len()..).unwrap_or_default();
            y = y.get(digits_y.len()..).unwrap_or_default();
            continue;
        }
        let (mut cx, mut cy) = (x.chars(), y.chars());
        match (cx.next(), cy.next()) {
            (None, None) => return a.cmp(b),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(p), Some(q)) if p != q => return p.cmp(&q),
            _ => {
                x = cx.as_str();
                y = cy.as_str();
            }
        }
    }
}

fn leading_digits(s: &str) -> &str {
    let end = s.bytes().take_while(u8::is_ascii_digit).count();
    s.get(..end).unwrap_or_default()
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl std::ops::Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Text {
    fn from(raw: &str) -> Self {
        Self::new(raw)
    }
}

impl From<String> for Text {
    fn from(raw: String) -> Self {
        Self::new(raw)
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let raw: Cow<'de, str> = Cow::deserialize(d)?;
        Ok(Self::new(raw))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("plain", "plain")]
    #[case("\u{1b}[2J\u{1b}]52;c;aGk=\u{7}x", "[2J]52;c;aGk=x")]
    #[case("a\r\nb\tc", "a b c")]
    #[case("\n lead", "lead")]
    #[case("\u{202e}abc\u{202c}", "abc")]
    #[case("\u{9b}31mred", "31mred")]
    #[case("e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}", "e\u{301}\u{301}\u{301}\u{301}")]
    #[case("नमस्ते", "नमस्ते")]
    #[case("\u{301}\u{200d}Berg", "Berg")]
    #[case("Be\u{3164}rg\u{e0100}\u{fffe}", "Berg")]
    fn cleaning(#[case] raw: &str, #[case] clean: &str) {
        assert_eq!(Text::new(raw).as_str(), clean);
    }

    #[rstest]
    #[case("Abara", 5, "Abara")]
    #[case("Castellanos", 6, "Caste…")]
    #[case("大江健三郎", 5, "大江…")]
    #[case("x", 0, "")]
    fn fitting(#[case] s: &str, #[case] cells: usize, #[case] want: &str) {
        assert_eq!(fit(s, cells), want);
    }

    #[test]
    fn rooms_are_counted_as_people_count() {
        let mut rooms = vec!["1001", "Lobby", "99", "101", "101A", "0102", "9"];
        rooms.sort_by(|a, b| natural(a, b));
        assert_eq!(rooms, ["9", "99", "101", "101A", "0102", "1001", "Lobby"]);
    }

    #[rstest]
    #[case("Berg", 4)]
    #[case("大江", 4)]
    #[case("نولاسلام", 8)]
    #[case("👨‍👩‍👧‍👦", 2)]
    fn a_text_is_as_wide_as_it_is_drawn(#[case] s: &str, #[case] cells: usize) {
        assert_eq!(width(s), cells);
        let mut drawn = ratatui::buffer::Buffer::empty(ratatui::layout::Rect::new(0, 0, 40, 1));
        let (end, _) = drawn.set_stringn(0, 0, s, 40, ratatui::style::Style::new());
        assert_eq!(usize::from(end), cells);
    }

    #[test]
    fn the_middle_gives_way_first() {
        assert_eq!(fit_middle("0123456789", 7), "012…789");
    }

    fn even_signs() -> Vec<char> {
        ('\0'..='\u{3000}').filter(|c| is_even(*c)).collect()
    }

    #[test]
    fn an_even_sign_has_a_cell_of_its_own() {
        for c in even_signs() {
            assert_eq!(c.width(), Some(1), "{c:?}");
            assert!(!is_unsafe(c), "{c:?}");
        }
        assert!(['ö', 'Ż', 'Я', '─', '…', '✓'].into_iter().all(is_even));
        assert!(
            !['\u{301}', '\u{ad}', '\u{200d}', '中', '👍', '\u{fe0f}', '\u{600}'].into_iter().any(is_even)
        );
    }

    proptest! {
        #[test]
        fn even_signs_never_join(
            signs in prop::collection::vec(prop::sample::select(even_signs()), 0..40),
            cells in 0usize..50,
        ) {
            let s = String::from_iter(&signs);
            prop_assert!(has_even_signs(&s));
            prop_assert_eq!(s.graphemes(true).count(), signs.len());
            prop_assert_eq!(width(&s), s.graphemes(true).map(UnicodeWidthStr::width).sum::<usize>());
            let graphemes = |s: &str| s.graphemes(true).take(cells).collect::<String>();
            prop_assert_eq!(beginning(&s, cells), graphemes(&s));
        }

        #[test]
        fn natural_order_is_an_order(mut v in prop::collection::vec("[0-9a-c]{0,6}", 0..12)) {
            v.sort_by(|a, b| natural(a, b));
            for pair in v.windows(2) {
                prop_assert_ne!(natural(&pair[0], &pair[1]), Ordering::Greater);
                prop_assert_eq!(natural(&pair[0], &pair[1]), natural(&pair[1], &pair[0]).reverse());
            }
        }

        #[test]
        fn nothing_that_steers_a_terminal_survives(raw in ".{0,400}") {
            let t = Text::new(&raw);
            prop_assert!(t.chars().all(|c| !is_unsafe(c)));
            prop_assert!(t.len() <= MAX_BYTES);
            prop_assert_eq!(Text::new(&t), t.clone(), "cleaning twice changes nothing");
        }

        #[test]
        fn every_text_is_as_wide_as_it_is_drawn(raw in ".{0,60}") {
            let t = Text::new(&raw);
            let mut drawn = ratatui::buffer::Buffer::empty(ratatui::layout::Rect::new(0, 0, 400, 1));
            let (end, _) = drawn.set_stringn(0, 0, &t, 400, ratatui::style::Style::new());
            prop_assert_eq!(usize::from(end), t.width());
        }

        #[test]
        fn a_cut_never_takes_more_cells_than_it_may(raw in ".{0,80}", cells in 0usize..40) {
            let t = Text::new(&raw);
            prop_assert!(width(&fit(&t, cells)) <= cells);
            prop_assert!(width(&fit_middle(&t, cells)) <= cells);
        }
    }
}
