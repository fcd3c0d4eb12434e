//! The filter of the board for what has no screen.

use super::columns::kind_of;
use super::filter::Filter;
use super::listing::passes;
use crate::property::{AlertId, MutationId, Property, StayId};
use crate::report::{Of, Pane};
use crate::seam::id::GrantId;

/// Lets through what the board would show.
#[derive(Clone, Debug)]
pub struct Sieve {
    filter: Filter,
    text: String,
}

impl Sieve {
    /// That of a filter as it is typed after `/`.
    ///
    /// # Errors
    /// In words: what cannot be read of it, and what was probably meant.
    pub fn new(pane: Pane, typed: &str) -> Result<Self, String> {
        let mut filter = Filter::of(kind_of(pane));
        filter.set(typed);
        match filter.complaint() {
            Some(why) => Err(why.to_owned()),
            None => Ok(Self { filter, text: String::new() }),
        }
    }

    /// Whether a line is let through: without a filter what is on tonight's board, else whatever matches.
    pub fn lets_through(&mut self, p: &Property, of: Of<'_>) -> bool {
        let Self { filter, text } = self;
        match of {
            Of::Stay(stay) => passes::<StayId>(filter, p, stay, text),
            Of::Grant(grant) => passes::<GrantId>(filter, p, grant, text),
            Of::Mutation(row) => passes::<MutationId>(filter, p, row, text),
            Of::Alert(alert) => passes::<AlertId>(filter, p, alert, text),
        }
    }
}
