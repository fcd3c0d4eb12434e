//! Filtering as you type: every word must match, fuzzily, in any order; `!word` must not.

use std::borrow::Cow;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// What is typed after `/`, and the matcher it makes.
#[derive(Clone, Default)]
pub struct Filter {
    text: String,
    pattern: Option<Pattern>,
    matcher: Option<Box<Matcher>>,
    buffer: Vec<char>,
}

impl std::fmt::Debug for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Filter").field(&self.text).finish()
    }
}

impl Filter {
    /// The text as typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        self.pattern.is_none()
    }

    /// Whether `text` can match nothing that this does not match: it goes on where this ends. Words that leave
    /// out, or say where in the text they must stand, are none of that.
    pub fn is_narrowed_by(&self, text: &str) -> bool {
        let is_plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ');
        !self.is_empty() && text.starts_with(&self.text) && is_plain(text)
    }

    /// New text; only blanks let everything through.
    pub fn set(&mut self, text: &str) {
        if text != self.text {
            self.text = text.to_owned();
        }
        self.pattern = (!text.trim().is_empty())
            .then(|| Pattern::parse(text.trim(), CaseMatching::Ignore, Normalization::Smart));
        if self.pattern.is_some() && self.matcher.is_none() {
            self.matcher = Some(Box::new(Matcher::new(Config::DEFAULT)));
        }
    }

    /// As [`Filter::set`], but every word must be there letter by letter: for lists that are too long for
    /// what is merely alike.
    pub fn set_literally(&mut self, text: &str) {
        self.set(text);
        for atom in self.pattern.iter_mut().flat_map(|p| &mut p.atoms) {
            if atom.kind == AtomKind::Fuzzy {
                atom.kind = AtomKind::Substring;
            }
        }
    }

    /// How well `haystack` matches; nothing where it does not.
    pub fn score(&mut self, haystack: &str) -> Option<u32> {
        let (Some(pattern), Some(matcher)) = (&self.pattern, self.matcher.as_mut()) else { return Some(0) };
        pattern.score(Utf32Str::new(&padded(haystack), &mut self.buffer), matcher)
    }

    /// Which characters of `cell` the filter matches, for highlighting: char indices, ascending.
    /// Only the words that match inside this one cell count.
    pub fn marks(&self, cell: &str) -> Vec<u32> {
        let Some(pattern) = &self.pattern else { return Vec::new() };
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let mut marks = Vec::new();
        let cell = &*padded(cell);
        for atom in pattern.atoms.iter().filter(|a| !a.negative) {
            let mut found = Vec::new();
            if atom.indices(Utf32Str::new(cell, &mut buffer), &mut matcher, &mut found).is_some() {
                marks.extend(found);
            }
        }
        marks.sort_unstable();
        marks.dedup();
        marks
    }
}

/// The matcher does not see a whole word at the very end of a text that is not plain ASCII.
fn padded(haystack: &str) -> Cow<'_, str> {
    if haystack.is_ascii() { Cow::Borrowed(haystack) } else { Cow::Owned(format!("{haystack} ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("", "anything", true)]
    #[case("   ", "anything", true)]
    #[case("okf", "412 Okafor, Ada", true)]
    #[case("412 ada", "412 Okafor, Ada", true)]
    #[case("ada 412", "412 Okafor, Ada", true)]
    #[case("!ada", "412 Okafor, Ada", false)]
    #[case("xyz", "412 Okafor, Ada", false)]
    #[case("dabrowska", "105 Dąbrowska, Zofia", true)]
    fn matching(#[case] typed: &str, #[case] row: &str, #[case] matches: bool) {
        let mut f = Filter::default();
        f.set(typed);
        assert_eq!(f.score(row).is_some(), matches);
    }

    #[rstest]
    #[case("ad", "ada", true)]
    #[case("ad", "ad 41", true)]
    #[case("", "a", false)]
    #[case("ada", "ad", false)]
    #[case("!a", "!ad", false)]
    #[case("ad", "ad !x", false)]
    #[case("ad", "ad$", false)]
    fn narrowing(#[case] before: &str, #[case] typed: &str, #[case] narrows: bool) {
        let mut f = Filter::default();
        f.set(before);
        assert_eq!(f.is_narrowed_by(typed), narrows);
    }

    #[rstest]
    #[case("dabr 105", true)]
    #[case("dbr", false)]
    #[case("!zofia", false)]
    #[case("ZOFIA", true)]
    fn matching_literally(#[case] typed: &str, #[case] matches: bool) {
        let mut f = Filter::default();
        f.set_literally(typed);
        assert_eq!(f.score("105 Dąbrowska, Zofia").is_some(), matches);
    }

    #[test]
    fn marks_are_where_the_letters_are() {
        let mut f = Filter::default();
        f.set("ada");
        assert_eq!(f.marks("Okafor, Ada"), [8, 9, 10]);
    }
}
