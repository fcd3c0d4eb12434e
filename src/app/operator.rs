//! Who is at the desk: a name the person gives, where several share a user of the computer.

use super::App;
use super::event::{Effect, Effects};
use super::form::Field;
use super::key::{Code, Key};
use super::layer::Layer;
use super::message::Weight;
use crate::text::{self, Text};

/// The longest name that is taken, in cells.
const LONGEST: usize = 40;

/// A name as it is typed: blanks around it go; none where nothing is left.
pub fn name(typed: &str) -> Option<Text> {
    let name = Text::new(text::fit(typed.trim(), LONGEST));
    (!name.is_empty()).then_some(name)
}

impl App {
    /// Asks who is at the desk.
    pub(super) fn ask_operator(&mut self) {
        let known = self.settings.operator.as_ref().map(Text::as_str).unwrap_or_default();
        self.layers.push(Layer::Operator(Box::new(Field::line("name", known))));
    }

    /// A key on the question.
    pub(super) fn operator_key(&mut self, key: Key) -> Effects {
        let Some(Layer::Operator(field)) = self.layers.last_mut() else { return Effects::default() };
        match key.code {
            Code::Enter => {
                let name = name(field.text());
                self.layers.pop();
                let words = match &name {
                    Some(name) => format!("At the desk: {name}."),
                    None => "At the desk: nobody by name.".to_owned(),
                };
                self.settings.operator.clone_from(&name);
                self.messages.say(self.now, Weight::Good, words);
                self.list_unfinished();
                Effects::and(Effect::Operator(name))
            }
            Code::Esc => {
                self.layers.pop();
                self.list_unfinished();
                Effects::draw()
            }
            Code::Char('c') if key.ctrl => {
                self.layers.pop();
                self.command(super::command::CommandId::Quit)
            }
            _ => Effects { list: Vec::new(), draw: field.key(key) },
        }
    }
}
