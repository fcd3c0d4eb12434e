//! What a key means: by itself, as one of a sequence, or by its place on another keyboard.

use super::App;
use super::attend::Stage as Attend;
use super::audit::compare::Stage as Compare;
use super::audit::paper::Stage as Paper;
use super::chord::Chord;
use super::command::CommandId;
use super::dialog::Stage;
use super::key::{Code, Key};
use super::keymap::Asked;
use super::layer::Layer;
use super::layout::at_same_place;
use super::message::Weight;

use crate::order::Arrange as _;

impl App {
    /// The keys of a sequence that is not over; none where nothing was begun.
    pub fn prefix(&self) -> &[Key] {
        &self.prefix
    }

    /// What can follow them, and what it asks for, the shortest first.
    pub fn continuations(&self) -> Vec<(Chord, CommandId)> {
        let mut all: Vec<_> = self.settings.keymap.after(&self.prefix).collect();
        all.arrange_by_key(|(rest, _)| rest.keys().len());
        all
    }

    /// The key that is meant by one that was pressed; nothing while a sequence is not over, or where it came
    /// to nothing.
    pub(super) fn meant(&mut self, key: Key) -> Option<Key> {
        if self.prefix.is_empty()
            && let Some(own) = self.own(key)
        {
            return Some(Key::plain(Code::Own(own)));
        }
        if self.is_typing() {
            self.prefix.clear();
            return Some(key);
        }
        let key = self.at_its_place(key);
        if self.prefix.is_empty() {
            if let Some(own) = self.own(key) {
                return Some(Key::plain(Code::Own(own)));
            }
            if !self.takes_sequences() {
                return Some(key);
            }
        }
        if !self.prefix.is_empty() && key.code == Code::Esc {
            self.prefix.clear();
            return None;
        }
        self.prefix.push(key);
        match self.settings.keymap.asked(&self.prefix) {
            Asked::More => None,
            Asked::Command(id) if self.prefix.len() > 1 => {
                self.prefix.clear();
                Some(Key::plain(Code::Command(id)))
            }
            _ => {
                let pressed = std::mem::take(&mut self.prefix);
                if pressed.len() == 1 {
                    return Some(key);
                }
                let words: Vec<String> = pressed.iter().map(Key::to_string).collect();
                let words = format!("{} asks for nothing.", words.join(" "));
                self.messages.say(self.now, Weight::Caution, words);
                None
            }
        }
    }

    /// A key that has no meaning here is the one at its place on a keyboard with Latin letters and digits.
    fn at_its_place(&self, key: Key) -> Key {
        let mut keys = self.prefix.clone();
        keys.push(key);
        if self.settings.keymap.asked(&keys) != Asked::Nothing {
            return key;
        }
        at_same_place(key).unwrap_or(key)
    }

    /// Whether keys are text now.
    fn is_typing(&self) -> bool {
        self.board.typing
            || match self.top() {
                Some(Layer::Palette(_) | Layer::Operator(_) | Layer::Emergency(_)) => true,
                Some(Layer::Dialog(dialog)) => matches!(dialog.stage, Stage::Form { .. }),
                Some(Layer::Attend(attend)) => matches!(attend.stage, Attend::Form(_)),
                Some(Layer::Paper(paper)) => matches!(paper.stage, Paper::Form(_)),
                Some(Layer::Compare(page)) => matches!(page.stage, Compare::Path(_)),
                Some(Layer::Journal(window)) => window.typing,
                _ => false,
            }
    }

    /// Whether the commands of the table are asked for here; elsewhere every key is answered by itself.
    fn takes_sequences(&self) -> bool {
        match self.top() {
            None
            | Some(
                Layer::Details(_)
                | Layer::Alert { .. }
                | Layer::Help { .. }
                | Layer::Menu(_)
                | Layer::Why(_)
                | Layer::Link(_)
                | Layer::Desk { .. }
                | Layer::Journal(_)
                | Layer::Entry(_)
                | Layer::Audit,
            ) => true,
            Some(Layer::Compare(page)) => matches!(page.stage, Compare::Shown(_)),
            _ => false,
        }
    }
}
