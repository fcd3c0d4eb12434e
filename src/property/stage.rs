//! How old what is on the screen is, and why it is not newer.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Fault;

/// Where the reading of one resource stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Being read for the first time.
    Loading {
        /// Records read.
        done: usize,
        /// Records expected, about, where that can be told.
        of: Option<usize>,
    },
    /// Read.
    Fresh,
    /// The last attempt failed; the rows are those of the attempt before.
    Failed {
        /// When it first failed since it last succeeded.
        since: DateTime<Utc>,
        /// Why it failed last.
        why: Fault,
        /// When it is tried again.
        retry_at: Option<DateTime<Utc>>,
    },
}

/// The state of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where its reading stands.
    pub stage: Stage,
    /// When it was last read in full, or asked and nothing was new; none before the first time.
    pub as_of: Option<DateTime<Utc>>,
}

impl Source {
    /// How old it is; none while it has never been read.
    pub fn age(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        self.as_of.map(|t| now.signed_duration_since(t).max(TimeDelta::zero()))
    }

    /// Whether it is older than `limit`. What was never read is loading or failed, not stale.
    pub fn is_stale(&self, now: DateTime<Utc>, limit: TimeDelta) -> bool {
        self.age(now).is_some_and(|age| age > limit)
    }
}

impl Default for Source {
    fn default() -> Self {
        Self { stage: Stage::Loading { done: 0, of: None }, as_of: None }
    }
}
