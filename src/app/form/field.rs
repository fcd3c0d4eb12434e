//! A field of a dialog.

use std::collections::BTreeSet;
use std::fmt;

use tui_input::{Input, InputRequest};

use crate::app::key::{Code, Key};
use crate::secret::DOTS;
use crate::text::Text;

/// A field and what it is for.
#[derive(Clone)]
pub struct Field {
    /// What stands before it.
    pub label: &'static str,
    /// What is in it.
    pub value: Value,
    /// Said where a line is empty: "4 to 9 digits".
    pub hint: &'static str,
    /// What the program makes of it, as it is typed.
    pub note: Note,
    /// Whether the other answers leave nothing to ask here.
    pub hidden: bool,
    /// Whether what is typed is a secret: shown while the field has the keys, dots otherwise.
    pub masked: bool,
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value: &dyn fmt::Debug = if self.masked { &DOTS } else { &self.value };
        f.debug_struct("Field").field("label", &self.label).field("value", value).finish_non_exhaustive()
    }
}

/// What a field holds.
#[derive(Clone, Debug)]
pub enum Value {
    /// A line of text. The first key replaces what the program put there.
    Line {
        /// The text and the cursor in it.
        input: Box<Input>,
        /// Whether it is still as the program filled it in.
        untouched: bool,
    },
    /// One of several.
    Choice {
        /// What there is to choose from.
        options: Vec<Choice>,
        /// Which one is chosen.
        at: usize,
    },
    /// One of very many: a line that is typed, and what it finds.
    Search {
        /// The text and the cursor in it.
        input: Box<Input>,
        /// What was found, best first.
        found: Vec<Choice>,
        /// Which one is chosen.
        at: usize,
        /// Whether the person went to it, so that it stays chosen when more is found.
        held: bool,
        /// Whether the text is as the program filled it in.
        untouched: bool,
    },
    /// Any number of several.
    Ticks {
        /// What there is to tick.
        options: Vec<Choice>,
        /// What is ticked, by id.
        ticked: BTreeSet<Text>,
        /// Where the cursor is.
        at: usize,
    },
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What tells it from the others, whatever they are called.
    pub id: Text,
    /// In words.
    pub words: Text,
    /// Why it is a doubtful choice.
    pub trouble: Option<Text>,
}

impl Choice {
    /// A choice that nothing speaks against.
    pub fn new(id: impl std::fmt::Display, words: impl AsRef<str>) -> Self {
        Self { id: Text::new(id.to_string()), words: Text::new(words), trouble: None }
    }

    /// A choice that is told by its words.
    pub fn plain(words: impl AsRef<str>) -> Self {
        Self::new(words.as_ref(), words.as_ref())
    }

    /// The same with what speaks against it.
    pub fn but(self, trouble: Option<Text>) -> Self {
        Self { trouble, ..self }
    }
}

/// What the program says to the value of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Note {
    /// Nothing.
    #[default]
    None,
    /// How it understood it.
    Understood(String),
    /// What is wrong with it.
    Wrong(String),
}

impl Field {
    fn of(label: &'static str, value: Value) -> Self {
        Self { label, value, hint: "", note: Note::None, hidden: false, masked: false }
    }

    /// A line of text, filled in with a proposal.
    pub fn line(label: &'static str, proposal: &str) -> Self {
        let input = Box::new(Input::new(proposal.to_owned()));
        Self::of(label, Value::Line { input, untouched: true })
    }

    /// A choice, standing on `at`.
    pub fn choice(label: &'static str, options: Vec<Choice>, at: usize) -> Self {
        let at = at.min(options.len().saturating_sub(1));
        Self::of(label, Value::Choice { options, at })
    }

    /// A search, nothing typed and nothing found yet.
    pub fn search(label: &'static str) -> Self {
        let input = Box::new(Input::default());
        Self::of(label, Value::Search { input, found: Vec::new(), at: 0, held: false, untouched: true })
    }

    /// Options of which those with the given ids are ticked.
    pub fn ticks(label: &'static str, options: Vec<Choice>, ticked: BTreeSet<Text>) -> Self {
        Self::of(label, Value::Ticks { options, ticked, at: 0 })
    }

    /// A line for a secret: shown while it has the keys, and never printed.
    pub fn secret(label: &'static str) -> Self {
        Self { masked: true, ..Self::line(label, "") }
    }

    /// The same, not asked until [`Form::show`](super::Form::show) asks it. What there is to choose from
    /// depends on the other answers.
    pub fn later(self) -> Self {
        Self { hidden: true, ..self }
    }

    /// Another proposal for a line nobody has typed in.
    pub fn propose(&mut self, proposal: &str) {
        if let Value::Line { input, untouched: true } | Value::Search { input, untouched: true, .. } =
            &mut self.value
            && input.value() != proposal
        {
            **input = Input::new(proposal.to_owned());
        }
    }

    /// Whether a person has typed in it, or gone to something it found.
    pub fn is_touched(&self) -> bool {
        match &self.value {
            Value::Line { untouched, .. } => !untouched,
            Value::Search { untouched, held, .. } => *held || !untouched,
            Value::Choice { .. } | Value::Ticks { .. } => true,
        }
    }

    /// Puts text into a line or a search as if it had been typed.
    pub fn fill(&mut self, text: &str) {
        match &mut self.value {
            Value::Line { input, untouched } => {
                **input = Input::new(text.to_owned());
                *untouched = false;
            }
            Value::Search { input, held, untouched, .. } => {
                **input = Input::new(text.to_owned());
                *held = false;
                *untouched = false;
            }
            Value::Choice { .. } | Value::Ticks { .. } => {}
        }
    }

    /// The same with words that stand where nothing is typed.
    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    /// What is typed; empty where nothing can be.
    pub fn text(&self) -> &str {
        match &self.value {
            Value::Line { input, .. } | Value::Search { input, .. } => input.value(),
            Value::Choice { .. } | Value::Ticks { .. } => "",
        }
    }

    /// Index of the chosen option, or of the one under the cursor; zero for a line.
    pub fn chosen(&self) -> usize {
        match &self.value {
            Value::Choice { at, .. } | Value::Search { at, .. } | Value::Ticks { at, .. } => *at,
            Value::Line { .. } => 0,
        }
    }

    /// What there is to choose from; nothing for a line.
    pub fn options(&self) -> &[Choice] {
        match &self.value {
            Value::Choice { options, .. } | Value::Ticks { options, .. } => options,
            Value::Search { found, .. } => found,
            Value::Line { .. } => &[],
        }
    }

    /// A key into the field. Says whether the value may have changed.
    pub fn key(&mut self, key: Key) -> bool {
        match &mut self.value {
            Value::Line { input, untouched } => type_key(input, untouched, key),
            Value::Choice { options, at } => choice_key(options.len(), at, key),
            Value::Search { input, found, at, held, untouched } => {
                let was = *at;
                match key.code {
                    Code::Up => *at = at.saturating_sub(1),
                    Code::Down => *at = (*at + 1).min(found.len().saturating_sub(1)),
                    _ => {
                        let typed = type_key(input, untouched, key);
                        *held &= !typed;
                        return typed;
                    }
                }
                *held = true;
                was != *at
            }
            Value::Ticks { options, ticked, at } => ticks_key(options, ticked, at, key),
        }
    }

    /// Pasted text goes into a line, cleaned, and nowhere else.
    pub fn paste(&mut self, text: &str) {
        let input = match &mut self.value {
            Value::Line { input, untouched } | Value::Search { input, untouched, .. } => {
                if std::mem::take(untouched) {
                    input.reset();
                }
                input
            }
            Value::Choice { .. } | Value::Ticks { .. } => return,
        };
        for c in Text::new(text).chars().take(MAX_LINE) {
            input.handle(InputRequest::InsertChar(c));
        }
    }
}

/// Where a list goes with a key that moves in it.
fn to(at: usize, last: usize, code: Code) -> usize {
    match code {
        Code::Up | Code::Left | Code::Char('k') => at.saturating_sub(1),
        Code::Down | Code::Right | Code::Char('j') => (at + 1).min(last),
        Code::PageUp => at.saturating_sub(PAGE),
        Code::PageDown => (at + PAGE).min(last),
        Code::Home => 0,
        Code::End => last,
        _ => at,
    }
}

/// How far a page goes in a list of options.
const PAGE: usize = 8;

fn choice_key(len: usize, at: &mut usize, key: Key) -> bool {
    let last = len.saturating_sub(1);
    let was = *at;
    *at = match key.code {
        Code::Char(' ') => (was + 1).min(last),
        // 1 chooses the first, and so on.
        Code::Char(c @ '1'..='9') => {
            c.to_digit(10).and_then(|n| usize::try_from(n).ok()).filter(|n| *n <= len).map_or(was, |n| n - 1)
        }
        code => to(was, last, code),
    };
    was != *at
}

fn ticks_key(options: &[Choice], ticked: &mut BTreeSet<Text>, at: &mut usize, key: Key) -> bool {
    match key.code {
        Code::Char(' ') => {
            let Some(option) = options.get(*at) else { return false };
            if !ticked.remove(&option.id) {
                ticked.insert(option.id.clone());
            }
            true
        }
        Code::Char('a') => {
            let all = options.iter().all(|option| ticked.contains(&option.id));
            ticked.clear();
            if !all {
                ticked.extend(options.iter().map(|option| option.id.clone()));
            }
            true
        }
        code => {
            let was = *at;
            *at = to(was, options.len().saturating_sub(1), code);
            was != *at
        }
    }
}

/// The longest line that can be typed, in characters.
const MAX_LINE: usize = 200;

fn type_key(input: &mut Input, untouched: &mut bool, key: Key) -> bool {
    let request = match (key.code, key.ctrl) {
        (Code::Left, false) => InputRequest::GoToPrevChar,
        (Code::Right, false) => InputRequest::GoToNextChar,
        (Code::Left, true) => InputRequest::GoToPrevWord,
        (Code::Right, true) => InputRequest::GoToNextWord,
        (Code::Home, _) | (Code::Char('a'), true) => InputRequest::GoToStart,
        (Code::End, _) | (Code::Char('e'), true) => InputRequest::GoToEnd,
        (Code::Backspace, _) if *untouched => InputRequest::DeleteLine,
        (Code::Backspace, false) => InputRequest::DeletePrevChar,
        (Code::Char('w'), true) | (Code::Backspace, true) => InputRequest::DeletePrevWord,
        (Code::Char('u'), true) => InputRequest::DeleteLine,
        (Code::Delete, _) => InputRequest::DeleteNextChar,
        (Code::Char(c), false) if !key.alt && input.value().chars().count() < MAX_LINE => {
            if *untouched {
                input.reset();
            }
            InputRequest::InsertChar(c)
        }
        _ => return false,
    };
    *untouched = false;
    input.handle(request);
    true
}
