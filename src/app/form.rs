//! Fields of a dialog: what a person types or chooses before anything is planned.

use tui_input::{Input, InputRequest};

use super::key::{Code, Key};
use crate::text::Text;

/// A field and what it is for.
#[derive(Clone, Debug)]
pub struct Field {
    /// What stands before it.
    pub label: &'static str,
    /// What is in it.
    pub value: Value,
    /// What the program makes of it, as it is typed.
    pub note: Note,
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
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// In words.
    pub words: Text,
    /// Why it is a doubtful choice.
    pub trouble: Option<Text>,
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
    /// A line of text, filled in with a proposal.
    pub fn line(label: &'static str, proposal: &str) -> Self {
        let input = Box::new(Input::new(proposal.to_owned()));
        Self { label, value: Value::Line { input, untouched: true }, note: Note::None }
    }

    /// A choice, standing on `at`.
    pub fn choice(label: &'static str, options: Vec<Choice>, at: usize) -> Self {
        let at = at.min(options.len().saturating_sub(1));
        Self { label, value: Value::Choice { options, at }, note: Note::None }
    }

    /// The text of a line; empty for a choice.
    pub fn text(&self) -> &str {
        match &self.value {
            Value::Line { input, .. } => input.value(),
            Value::Choice { .. } => "",
        }
    }

    /// Which option is chosen; zero for a line.
    pub fn chosen(&self) -> usize {
        match &self.value {
            Value::Choice { at, .. } => *at,
            Value::Line { .. } => 0,
        }
    }

    /// A key into the field. Says whether the value may have changed.
    pub fn key(&mut self, key: Key) -> bool {
        match &mut self.value {
            Value::Line { input, untouched } => type_key(input, untouched, key),
            Value::Choice { options, at } => {
                let last = options.len().saturating_sub(1);
                let was = *at;
                match key.code {
                    Code::Up | Code::Left | Code::Char('k') => *at = at.saturating_sub(1),
                    Code::Down | Code::Right | Code::Char('j' | ' ') => *at = (*at + 1).min(last),
                    Code::Home => *at = 0,
                    Code::End => *at = last,
                    Code::Char(c) => {
                        // 1 chooses the first, and so on.
                        if let Some(n) = c.to_digit(10).and_then(|n| usize::try_from(n).ok())
                            && (1..=options.len()).contains(&n)
                        {
                            *at = n - 1;
                        }
                    }
                    _ => {}
                }
                was != *at
            }
        }
    }

    /// Pasted text goes into a line, cleaned, and nowhere else.
    pub fn paste(&mut self, text: &str) {
        if let Value::Line { input, untouched } = &mut self.value {
            if std::mem::take(untouched) {
                input.reset();
            }
            for c in Text::new(text).chars().take(MAX_LINE) {
                input.handle(InputRequest::InsertChar(c));
            }
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

/// The fields of a dialog and which one has the keys.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// In order.
    pub fields: Vec<Field>,
    /// Index of the field that has the keys.
    pub focus: usize,
}

impl Form {
    /// A form; the first field has the keys.
    pub fn new(fields: Vec<Field>) -> Self {
        Self { fields, focus: 0 }
    }

    /// The field with the keys.
    pub fn focused(&mut self) -> Option<&mut Field> {
        self.fields.get_mut(self.focus)
    }

    /// To the next field (`1`) or the previous (`-1`), round and round.
    pub fn turn(&mut self, by: isize) {
        let n = self.fields.len().max(1);
        self.focus = (self.focus + n).saturating_add_signed(by) % n;
    }

    /// Takes over what there is to choose from in `fresh`, the same form made again from newer data.
    /// What is typed stays, and so does a choice that is still there. Says whether anything changed.
    pub fn adopt(&mut self, fresh: Self) -> bool {
        let mut changed = false;
        for new in fresh.fields {
            let Some(field) = self.fields.iter_mut().find(|f| f.label == new.label) else { continue };
            if let (Value::Choice { options, at }, Value::Choice { options: choices, at: usual }) =
                (&mut field.value, new.value)
                && *options != choices
            {
                let chosen = options.get(*at).map(|option| option.words.clone());
                let kept = choices.iter().position(|option| Some(&option.words) == chosen.as_ref());
                *at = kept.unwrap_or(usual);
                *options = choices;
                changed = true;
            }
        }
        changed
    }

    /// The text of the field with this label.
    pub fn text(&self, label: &str) -> &str {
        self.fields.iter().find(|f| f.label == label).map(Field::text).unwrap_or_default()
    }

    /// The choice in the field with this label; nothing where there is no such field.
    pub fn chosen(&self, label: &str) -> Option<usize> {
        self.fields.iter().find(|f| f.label == label).map(Field::chosen)
    }

    /// Says something to the field with this label.
    pub fn note(&mut self, label: &str, note: Note) {
        if let Some(f) = self.fields.iter_mut().find(|f| f.label == label) {
            f.note = note;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(field: &mut Field, text: &str) {
        for c in text.chars() {
            field.key(Key::char(c));
        }
    }

    #[test]
    fn the_first_key_replaces_a_proposal_and_the_next_ones_do_not() {
        let mut f = Field::line("until", "+1d");
        typed(&mut f, "14:00");
        assert_eq!(f.text(), "14:00");
    }

    #[test]
    fn an_arrow_keeps_the_proposal_for_editing() {
        let mut f = Field::line("until", "+1d");
        f.key(Key::plain(Code::Left));
        f.key(Key::plain(Code::Backspace));
        typed(&mut f, "2");
        assert_eq!(f.text(), "+2d");
    }

    #[test]
    fn a_choice_moves_and_stops_at_its_ends() {
        let option = |w: &str| Choice { words: w.into(), trouble: None };
        let mut f = Field::choice("card", vec![option("a"), option("b")], 0);
        assert!(f.key(Key::char('j')));
        assert!(!f.key(Key::char('j')));
        assert!(f.key(Key::char('1')));
        assert!(!f.key(Key::char('9')));
        assert_eq!(f.chosen(), 0);
    }

    #[test]
    fn newer_data_brings_new_choices_and_keeps_the_old_choice() {
        let option = |w: &str| Choice { words: w.into(), trouble: None };
        let mut form = Form::new(vec![Field::choice("encoder", vec![option("a"), option("b")], 1)]);
        let fresh = |names: &[&str]| {
            Form::new(vec![Field::choice("encoder", names.iter().map(|n| option(n)).collect(), 0)])
        };
        assert!(!form.adopt(fresh(&["a", "b"])));
        assert!(form.adopt(fresh(&["x", "a", "b"])));
        assert_eq!(form.chosen("encoder"), Some(2));
        assert!(form.adopt(fresh(&["x"])), "the choice is gone");
        assert_eq!(form.chosen("encoder"), Some(0));
    }

    #[test]
    fn a_paste_is_one_clean_line() {
        let mut f = Field::line("until", "+1d");
        f.paste("14:00\ny\u{1b}[2J");
        assert_eq!(f.text(), "14:00 y[2J");
    }
}
