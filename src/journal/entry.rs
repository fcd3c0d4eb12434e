//! What is written: an intent when a person confirms, facts while it is carried out.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Who;
use crate::text::Text;

/// The id of an intent, unique among all machines; later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IntentId(Uuid);

impl IntentId {
    /// An id nobody has used.
    pub fn fresh() -> Self {
        Self(Uuid::now_v7())
    }

    /// An id of two others: the same two have the same one, whoever asks.
    pub(super) fn of_two(one: Self, other: Self) -> Self {
        let (one, other) = (one.0.as_u128(), other.0.as_u128());
        // When the first was made stays in front, and so its place among the others.
        Self(Uuid::from_u128(one ^ (other & u128::from(u64::MAX) & !(0b11 << 62))))
    }

    /// Reads what an id displays as; none where it is no id.
    pub fn parse(raw: &str) -> Option<Self> {
        Uuid::try_parse(raw).ok().map(Self)
    }
}

impl fmt::Display for IntentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.hyphenated(), f)
    }
}

/// What a person decided, before any of it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Intent {
    /// Its id.
    pub id: IntentId,
    /// When, UTC; in a simulated hotel the hotel's time.
    pub at: DateTime<Utc>,
    /// Which property; runs of one are never taken up at another.
    pub hotel: Text,
    /// What is done: "extend".
    pub action: Text,
    /// The stay it is done to.
    pub stay: Text,
    /// The guest's name.
    pub guest: Text,
    /// The rooms, "118" or "118+119".
    pub room: Text,
    /// The whole plan, with every step, as the desk reads and writes it.
    pub plan: serde_json::Value,
    /// Who decided it.
    pub who: Who,
}

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// Another process has taken the run up.
    Taken,
    /// A step begins.
    Before,
    /// A change is about to be sent: from here on it may have happened.
    Sending,
    /// What became of sending it.
    Answered,
    /// How a step came out, as read back.
    After,
    /// The run is over; nothing follows.
    Ended,
    /// Something this program has no name for.
    Other,
}

impl FactKind {
    /// The word it is stored by.
    pub fn word(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Before => "before",
            Self::Sending => "sending",
            Self::Answered => "answered",
            Self::After => "after",
            Self::Ended => "ended",
            Self::Other => "other",
        }
    }

    pub(super) fn parse(word: &str) -> Self {
        let all = [Self::Taken, Self::Before, Self::Sending, Self::Answered, Self::After, Self::Ended];
        all.into_iter().find(|kind| kind.word() == word).unwrap_or(Self::Other)
    }
}

/// The ids a fact speaks of, by the name Seam gives such an id: `access_method_id`, `acs_encoder_id`,
/// `action_attempt_id`. Never a PIN, a link or a key.
pub type Ids = BTreeMap<Text, Text>;

/// Something that happened while an intent was carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// When, UTC; in a simulated hotel the hotel's time.
    pub at: DateTime<Utc>,
    /// What it is about.
    pub kind: FactKind,
    /// Which step of the plan, from 0.
    pub step: Option<usize>,
    /// How it stands, in one word: "done", "failed", "lost".
    pub state: Text,
    /// The same for a person.
    pub words: Text,
    /// Seam's `seam-request-id` of the answer, for Seam's support.
    pub request_id: Option<Text>,
    /// What it speaks of.
    pub ids: Ids,
}

impl Fact {
    /// A fact with nothing but its kind.
    pub fn new(at: DateTime<Utc>, kind: FactKind) -> Self {
        Self {
            at,
            kind,
            step: None,
            state: Text::default(),
            words: Text::default(),
            request_id: None,
            ids: Ids::new(),
        }
    }

    /// The same about a step of the plan.
    pub fn step(mut self, index: usize) -> Self {
        self.step = Some(index);
        self
    }

    /// The same with a state, and words for a person.
    pub fn says(mut self, state: impl AsRef<str>, words: impl AsRef<str>) -> Self {
        self.state = Text::new(state);
        self.words = Text::new(words);
        self
    }

    /// The same with an id.
    pub fn id(mut self, name: &str, id: impl fmt::Display) -> Self {
        self.ids.insert(name.into(), Text::new(id.to_string()));
        self
    }
}

/// An intent and all that came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Record {
    /// What was decided.
    pub intent: Intent,
    /// What happened, in order.
    pub facts: Vec<Fact>,
    /// Whether a process was at it when it was read.
    pub running: bool,
}

impl Record {
    /// The fact that ended it; none while it is under way, and where its process is gone.
    pub fn ended(&self) -> Option<&Fact> {
        self.facts.iter().rfind(|fact| fact.kind == FactKind::Ended)
    }

    /// How it ended, in one word: the outcome's, "running", or "interrupted" where its process is gone.
    pub fn outcome(&self) -> &str {
        match self.ended() {
            Some(fact) => &fact.state,
            None if self.running => "running",
            None => "interrupted",
        }
    }
}
