//! Encodings and readings of cards as the desk that sent them has seen them. The API lists no attempts:
//! those of other programs are not known here.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::agenda::About;
use super::hotel::Property;
use super::{Changed, StayId};
use crate::seam::id::EncoderId;
use crate::text::Text;

/// Where an attempt stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptState {
    /// `action_attempt.status` is `pending`.
    Pending,
    /// It succeeded, or failed in a way that proves the encoder alive: no card on it, a wrong card.
    Answered,
    /// It failed: `action_attempt.error.type`.
    Failed(Text),
    /// Its answer was lost.
    Lost,
    /// It never reached the encoder, or was given up without harm: it says nothing.
    Unheard,
}

/// The last attempt on an encoder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The encoder.
    pub encoder: EncoderId,
    /// The stay whose card it is, where it is one's.
    pub stay: Option<StayId>,
    /// When it was sent, UTC.
    pub began: DateTime<Utc>,
    /// When it came to stand where it stands, UTC.
    pub at: DateTime<Utc>,
    /// Where it stands.
    pub state: AttemptState,
    /// Whether a card is only read, so that nothing can have been written.
    pub reads: bool,
}

/// The last attempt of every encoder.
#[derive(Debug, Default)]
pub(super) struct Attempts(BTreeMap<EncoderId, Attempt>);

impl Attempts {
    pub(super) fn of(&self, encoder: &EncoderId) -> Option<&Attempt> {
        self.0.get(encoder)
    }
}

impl Property {
    /// Takes in how an encoding or a reading of the desk stands. What is older than what is known of
    /// the encoder is not taken.
    pub fn note_attempt(&mut self, attempt: Attempt) -> Changed {
        self.attempt_told(attempt);
        self.settle()
    }

    pub(super) fn attempt_told(&mut self, attempt: Attempt) {
        let id = attempt.encoder.clone();
        let known = self.attempts.of(&id).map(|known| (known.began, known.at));
        if known.is_none_or(|known| known <= (attempt.began, attempt.at)) {
            self.attempts.0.insert(id.clone(), attempt);
            self.dirty.things.extend(self.store.encoders.key(&id).map(About::Encoder));
        }
    }
}
