//! A resolved plan: what will happen, to whom, and what it costs.

use serde::{Deserialize, Serialize};

use super::Step;
use crate::property::{CardCut, StayId};
use crate::seam::id::GrantId;
use crate::text::Text;

/// What the desk can do for a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Change the dates of a stay: extend, shorten, early check-in.
    Extend,
    /// Replace a lost card.
    Reissue,
    /// Revoke all access of a stay.
    CheckOut,
    /// Cut cards that wait for the encoder.
    Encode,
    /// Give somebody access.
    Grant,
    /// Move a stay to another room.
    Move,
    /// Replace a lost card and lock it out.
    LockOut,
    /// Add a key to a grant.
    AddKey,
    /// Take one key away.
    RevokeKey,
    /// Make another Instant Key.
    NewLink,
    /// Delete an Instant Key.
    DeleteLink,
    /// Open a door from afar.
    Unlock,
    /// Further cards for the same grant.
    MoreCards,
    /// Make a tag that is registered already the guest's card.
    Assign,
}

impl Action {
    /// The action that a journal names so, "check_out"; none for one this program does not know.
    pub fn named(name: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
    }

    /// The name of the action, as a title.
    pub fn word(self) -> &'static str {
        match self {
            Self::Extend => "Extend",
            Self::Reissue => "Lost card",
            Self::CheckOut => "Check out",
            Self::Encode => "Cut cards",
            Self::Grant => "Grant access",
            Self::Move => "Move room",
            Self::LockOut => "Lost card, lock out",
            Self::AddKey => "Add a key",
            Self::RevokeKey => "Revoke a key",
            Self::NewLink => "New Instant Key",
            Self::DeleteLink => "Delete Instant Key",
            Self::Unlock => "Unlock",
            Self::MoreCards => "More cards",
            Self::Assign => "Assign a tag",
        }
    }

    /// What is being done while it runs: "extending", followed by the room.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Extend => "extending",
            Self::Reissue => "reissuing card for",
            Self::CheckOut => "checking out",
            Self::Encode => "cutting cards for",
            Self::Grant => "granting access to",
            Self::Move => "moving",
            Self::LockOut => "locking out the lost card of",
            Self::AddKey => "adding a key for",
            Self::RevokeKey => "revoking a key of",
            Self::NewLink => "making an Instant Key for",
            Self::DeleteLink => "deleting an Instant Key of",
            Self::Unlock => "unlocking",
            Self::MoreCards => "making more cards for",
            Self::Assign => "assigning a tag to",
        }
    }
}

/// An action made definite. Two plans that are equal do the same; a dialog plans again at the moment
/// of confirming and compares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What is done.
    pub action: Action,
    /// To which stay.
    #[serde(with = "stay_id")]
    pub stay: StayId,
    /// The guest's name.
    pub guest: Text,
    /// The rooms, "118" or "118+119".
    pub room: Text,
    /// Whether somebody loses access by it; the dialog then starts on Cancel.
    pub takes_away: bool,
    /// What the dialog shows before anything happens.
    pub preview: Vec<Line>,
    /// The command of Seam's CLI for each step that changes something, ids whole, never a secret.
    pub commands: Vec<Text>,
    /// What the engine carries out, in this order.
    pub steps: Vec<Step>,
    /// The cards of the stay that are out when the plan is carried out: the API forgets what is on them as
    /// soon as their access changes, so that the journal must keep it. Put in by whoever begins the run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<CardCut>,
}

impl Plan {
    /// The line that says what is running: "extending 118".
    pub fn doing(&self) -> Text {
        let whom = if self.room.is_empty() { &self.guest } else { &self.room };
        Text::new(format!("{} {whom}", self.action.verb()))
    }

    /// The grants it changes.
    pub fn grants(&self) -> Vec<GrantId> {
        super::run::watched(&self.steps)
    }
}

/// One line of a preview: a short label and a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// "until", "PIN", "2 cards", "next guest".
    pub label: Text,
    /// What becomes of it.
    pub text: Text,
    /// How it should strike the eye.
    pub tone: Tone,
}

impl Line {
    /// A line in the given tone.
    pub fn new(label: impl AsRef<str>, text: impl AsRef<str>, tone: Tone) -> Self {
        Self { label: Text::new(label), text: Text::new(text), tone }
    }
}

/// What a line of a preview is to the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Neither here nor there.
    Plain,
    /// Nothing to do about it.
    Good,
    /// Needs a hand or a word to the guest.
    Caution,
    /// Somebody may stand before a closed door, or get through one that should be closed.
    Bad,
}

/// Why there is no plan: one sentence that says what, why, and what to do instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct Refusal {
    /// The sentence.
    pub words: Text,
}

impl Refusal {
    /// A refusal in these words.
    pub fn new(words: impl AsRef<str>) -> Self {
        Self { words: Text::new(words) }
    }
}

/// A stay's id as text: the guest and the reservation key with a slash between, or the grant. Seam's ids
/// hold no slash; a reservation key may.
mod stay_id {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::property::StayId;
    use crate::seam::id::{GrantId, IdentityId};
    use crate::text::Text;

    pub(super) fn serialize<S: Serializer>(id: &StayId, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(id)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<StayId, D::Error> {
        let raw = Text::deserialize(d)?;
        Ok(match raw.split_once('/') {
            Some((guest, key)) => StayId::reserved(IdentityId::new(guest), Text::new(key)),
            None => StayId::single(GrantId::new(&raw)),
        })
    }
}
