//! A secret a person asked to see, for a few seconds.

use chrono::{DateTime, TimeDelta, Utc};

use crate::secret::Secret;
use crate::text::Text;

/// How long a secret stays on the screen.
pub const SHOWN_FOR: TimeDelta = TimeDelta::seconds(10);

/// A secret on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reveal {
    /// Whose it is and what: "PIN of 118 Lindqvist, Per".
    pub label: Text,
    /// The secret.
    pub secret: Secret,
    /// When it is masked again.
    pub until: DateTime<Utc>,
}
