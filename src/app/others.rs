//! Who is at what at other desks, of this host or of all that share a store: seen before anything is planned, not only when it is sent.

use super::App;
use super::message::Weight;
use crate::desk::Action;
use crate::journal::Hold;
use crate::property::{Stay, StayId};
use crate::text::Text;

/// What other processes are at.
#[derive(Clone, Debug, Default)]
pub struct Others(Vec<Hold>);

impl Others {
    /// All of them.
    pub fn all(&self) -> &[Hold] {
        &self.0
    }

    /// Who is at a stay, or at one of its grants.
    pub fn at(&self, stay: &Stay) -> Option<&Hold> {
        if self.0.is_empty() {
            return None;
        }
        let id = stay.id.to_string();
        let claims = |hold: &Hold, what: &str| hold.names.iter().any(|name| name.ends_with(what));
        self.0.iter().find(|hold| {
            hold.stay == id.as_str()
                || claims(hold, &format!(" stay {id}"))
                || stay.grants.iter().any(|grant| claims(hold, &format!(" grant {grant}")))
        })
    }
}

/// "maria on pts/3 is extending 118", "maria@desk-2 is extending 118".
pub fn words(hold: &Hold) -> Text {
    let whom = if hold.room.is_empty() { &hold.guest } else { &hold.room };
    let verb = Action::named(&hold.action).map_or("working on", Action::verb);
    Text::new(format!("{} is {verb} {whom}", hold.place))
}

impl App {
    /// Takes in what other desks are at now. Says whether that is another thing than before.
    pub(super) fn others_changed(&mut self, holds: Vec<Hold>) -> bool {
        let changed = self.others.0 != holds;
        self.others = Others(holds);
        changed
    }

    /// Who else is at one of these stays, in words; the person is told.
    pub(super) fn refuse_for_others(&mut self, stays: &[StayId]) -> bool {
        let found = stays.iter().filter_map(|id| self.property.stay(id)).find_map(|s| self.others.at(s));
        let Some(words) = found.map(words) else { return false };
        let words = format!("{words}: wait until that is over.");
        self.messages.say(self.now, Weight::Caution, words);
        true
    }
}
