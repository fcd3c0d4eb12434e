//! What the desk did during the shift.

use chrono::{DateTime, Utc};

use crate::journal::{IntentId, Record};
use crate::text::Text;

/// One action, from the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its id in the journal.
    pub id: IntentId,
    /// When it was confirmed, UTC.
    pub at: DateTime<Utc>,
    /// When it ended, UTC; none while it is under way, and where its process is gone.
    pub ended_at: Option<DateTime<Utc>>,
    /// What: "check out".
    pub what: Text,
    /// The rooms.
    pub room: Text,
    /// The guest.
    pub guest: Text,
    /// Who.
    pub who: Text,
    /// From where, over SSH.
    pub origin: Option<Text>,
    /// How it ended, in one word.
    pub outcome: Text,
    /// How it ended, in a sentence.
    pub words: Text,
}

impl From<&Record> for Action {
    fn from(record: &Record) -> Self {
        let intent = &record.intent;
        let ended = record.ended();
        Self {
            id: intent.id,
            at: intent.at,
            ended_at: ended.map(|fact| fact.at),
            what: Text::new(intent.action.replace('_', " ")),
            room: intent.room.clone(),
            guest: intent.guest.clone(),
            who: intent.who.name().clone(),
            origin: intent.who.origin.clone(),
            outcome: Text::new(record.outcome()),
            words: ended.map(|fact| fact.words.clone()).unwrap_or_default(),
        }
    }
}
