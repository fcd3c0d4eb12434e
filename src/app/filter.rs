//! Filtering as you type: every term must hold, in any order. A word matches fuzzily; `room:12*` asks for what
//! stands in a column; `!` or `-` turns a term round; quotes keep words together.

mod complete;
mod glob;
mod term;
mod tokens;
mod want;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cell::RefCell;

use nucleo_matcher::chars::{graphemes, to_lower_case};
use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

pub use term::{Term, Test};
pub use want::{Day, KeyWord, Op, Want};

pub(super) use super::columns::nearest;

use super::columns::ColumnId;
use super::pane::PaneKind;
use tokens::tokens;

/// What is typed after `/`, and what it makes of it.
#[derive(Clone, Default)]
pub struct Filter {
    /// The pane whose fields can be asked for; none where there are only words.
    kind: Option<PaneKind>,
    text: String,
    pattern: Option<Pattern>,
    terms: Vec<Term>,
    complaint: Option<String>,
    matcher: Option<Box<Matcher>>,
    buffer: Vec<char>,
}

impl std::fmt::Debug for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Filter").field(&self.text).finish()
    }
}

/// What a text of words and terms comes to.
#[derive(Default)]
struct Query {
    atoms: Vec<Atom>,
    terms: Vec<Term>,
    complaint: Option<String>,
}

impl Query {
    fn read(kind: PaneKind, text: &str) -> Self {
        let mut query = Self::default();
        for token in tokens(text) {
            match Term::read(kind, &token) {
                Ok(Some(term)) => query.terms.push(term),
                Ok(None) if token.field.is_none() => query.atoms.extend(atom(&token)),
                Ok(None) => {}
                Err(why) => {
                    query.complaint.get_or_insert(why);
                }
            }
        }
        query
    }
}

/// A word as the matcher has it; none where nothing is left of it.
fn atom(token: &tokens::Token<'_>) -> Option<Atom> {
    let (case, normalization) = (CaseMatching::Ignore, Normalization::Smart);
    let mut atom = if token.is_quoted {
        Atom::new(token.words, case, normalization, AtomKind::Substring, false)
    } else {
        let word = token.words.trim_start_matches('!');
        Atom::parse(&format!("{}{word}", if token.is_not { "!" } else { "" }), case, normalization)
    };
    atom.negative = token.is_not;
    (!atom.needle_text().is_empty()).then_some(atom)
}

impl Filter {
    /// One that knows the fields of a pane.
    pub fn of(kind: PaneKind) -> Self {
        Self { kind: Some(kind), ..Self::default() }
    }

    /// The text as typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        self.pattern.is_none() && self.terms.is_empty()
    }

    /// The terms that are more than words.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether there are words that a text must match.
    pub fn has_words(&self) -> bool {
        self.pattern.is_some()
    }

    /// What is wrong with the first term that cannot be read. Such a term filters nothing away.
    pub fn complaint(&self) -> Option<&str> {
        self.complaint.as_deref()
    }

    /// Whether what it lets through changes with the clock.
    pub fn is_of_time(&self) -> bool {
        self.terms.iter().any(Term::is_of_time)
    }

    /// Whether `text` can match nothing that this does not match: it goes on where this ends. Words that leave
    /// out, say where in the text they must stand, or are more than words, are none of that.
    pub fn is_narrowed_by(&self, text: &str) -> bool {
        let is_plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ');
        let is_plain =
            self.has_words() && self.terms.is_empty() && text.starts_with(&self.text) && is_plain(text);
        is_plain && self.kind.is_none_or(|kind| Query::read(kind, text).terms.is_empty())
    }

    /// New text; only blanks let everything through.
    pub fn set(&mut self, text: &str) {
        if text != self.text {
            self.text = text.to_owned();
        }
        match self.kind {
            Some(kind) => {
                let query = Query::read(kind, text);
                let mut pattern = Pattern::default();
                pattern.atoms = query.atoms;
                self.pattern = (!pattern.atoms.is_empty()).then_some(pattern);
                self.terms = query.terms;
                self.complaint = query.complaint;
            }
            None => {
                self.pattern = (!text.trim().is_empty())
                    .then(|| Pattern::parse(text.trim(), CaseMatching::Ignore, Normalization::Smart));
            }
        }
        if self.pattern.is_some() && self.matcher.is_none() {
            self.matcher = Some(Box::new(Matcher::new(Config::DEFAULT)));
        }
    }

    /// The text with its last term written out, where what is typed of it can only be the beginning of something
    /// known.
    pub fn completed(&self) -> Option<String> {
        complete::completed(self.kind?, &self.text)
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

    /// How well the words match `haystack`; nothing where they do not. Terms ask the record, not the text.
    pub fn score(&mut self, haystack: &str) -> Option<u32> {
        let (Some(pattern), Some(matcher)) = (&self.pattern, self.matcher.as_mut()) else { return Some(0) };
        pattern.score(signs(&padded(haystack), &mut self.buffer), matcher)
    }

    /// What tells where it matches, for the rows of one frame.
    pub fn marker(&self) -> Marker<'_> {
        let tools = self.pattern.as_ref().map(|_| (Matcher::new(Config::DEFAULT), Vec::new()));
        Marker { filter: self, tools: RefCell::new(tools) }
    }

    /// Which signs (graphemes) of `cell` the words match: their places, counted from 0, ascending.
    /// Only the words that match inside this one cell count.
    pub fn marks(&self, cell: &str) -> Vec<u32> {
        self.marker().words(cell)
    }
}

/// `s` as the matcher takes it: by its bytes where each is a sign, else by the first letter of every grapheme. Its
/// own way there goes by bytes also where ASCII letters carry marks, and then points to other signs.
fn signs<'a>(s: &'a str, buffer: &'a mut Vec<char>) -> Utf32Str<'a> {
    if s.is_ascii() && !s.contains("\r\n") {
        return Utf32Str::Ascii(s.as_bytes());
    }
    buffer.clear();
    buffer.extend(graphemes(s));
    Utf32Str::Unicode(buffer)
}

/// Tells where a filter matches; made once a frame, used for every cell that is seen.
pub struct Marker<'f> {
    filter: &'f Filter,
    tools: RefCell<Option<(Matcher, Vec<char>)>>,
}

impl Marker<'_> {
    fn words(&self, cell: &str) -> Vec<u32> {
        let mut marks = Vec::new();
        let mut tools = self.tools.borrow_mut();
        let (Some(pattern), Some((matcher, buffer))) = (&self.filter.pattern, tools.as_mut()) else {
            return marks;
        };
        let cell = &*padded(cell);
        for atom in pattern.atoms.iter().filter(|a| !a.negative) {
            let mut found = Vec::new();
            if atom.indices(signs(cell, buffer), matcher, &mut found).is_some() {
                marks.extend(found);
            }
        }
        tidy(marks)
    }

    /// Which signs (graphemes) of a cell match: the words, and what is asked for in this column.
    pub fn cell(&self, column: ColumnId, cell: &str) -> Vec<u32> {
        if self.filter.is_empty() {
            return Vec::new();
        }
        let mut marks = self.words(cell);
        let asked = self.filter.terms.iter().filter(|term| !term.is_not);
        for term in asked {
            if let Test::Cell(of, Want::Like(glob)) = &term.test
                && *of == column
            {
                marks.extend(glob.marks(cell));
            }
        }
        tidy(marks)
    }
}

fn tidy(mut marks: Vec<u32>) -> Vec<u32> {
    marks.sort_unstable();
    marks.dedup();
    marks
}

/// The matcher does not see a whole word at the very end of a text that is not plain ASCII, and knows the letters
/// behind some accents only where they are small.
fn padded(haystack: &str) -> Cow<'_, str> {
    if haystack.is_ascii() {
        return Cow::Borrowed(haystack);
    }
    let small = |c: char| if c.is_ascii() { c } else { to_lower_case(c) };
    Cow::Owned(haystack.chars().map(small).chain([' ']).collect())
}
