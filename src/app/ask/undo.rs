//! The reverse of what the desk did last.

use chrono::{DateTime, Utc};

use crate::app::form::Form;
use crate::desk::{Pins, Plan, Refusal, room_move, undo};
use crate::property::{Property, StayId};

/// What is undone.
#[derive(Clone, Debug)]
pub struct UndoAsk {
    /// What was done.
    pub done: Box<Plan>,
    /// The stay the reverse is for: a stay that was moved is another one by now.
    pub stay: StayId,
}

impl UndoAsk {
    /// The question, if what was done can be undone now.
    ///
    /// # Errors
    /// "Cannot be undone: …", with what to do instead.
    pub fn of(done: &Plan, p: &Property, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let plan = reverse(done, p, now)?;
        Ok(Self { done: Box::new(done.clone()), stay: plan.stay })
    }

    pub(super) fn form(&self) -> Form {
        Form::default()
    }

    pub(super) fn plan(&self, p: &Property, now: DateTime<Utc>) -> Result<Plan, Refusal> {
        reverse(&self.done, p, now)
    }

    /// A guest who moves back keeps the PIN.
    pub(super) fn pins(&self, p: &Property, plan: &Plan) -> Pins {
        room_move::pins(p, plan)
    }
}

fn reverse(done: &Plan, p: &Property, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    undo::plan(p, done, now).map_err(|why| Refusal::new(format!("Cannot be undone: {}", inner(&why.words))))
}

/// A sentence after a colon: it goes on with a small letter, but for names.
fn inner(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) if !sentence.starts_with("Seam") => first.to_lowercase().chain(letters).collect(),
        _ => sentence.to_owned(),
    }
}
