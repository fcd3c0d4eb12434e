//! Holding the screen still: what comes in waits, bounded, and nothing is lost.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};

use crate::property::Delta;

/// How much may wait. A full store ends the freeze by itself.
const LIMIT: usize = 2_000;

/// Whether the screen holds still, and what waits meanwhile.
#[derive(Debug, Default)]
pub struct Freeze {
    since: Option<DateTime<Utc>>,
    waiting: VecDeque<Delta>,
}

impl Freeze {
    /// Since when the screen holds still.
    pub fn since(&self) -> Option<DateTime<Utc>> {
        self.since
    }

    /// How much waits.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn begin(&mut self, now: DateTime<Utc>) {
        self.since = Some(now);
    }

    /// Keeps a delta for later; gives it back where nothing is frozen, or where no more can wait.
    pub(super) fn keep(&mut self, delta: Delta) -> Result<(), Delta> {
        if self.since.is_none() || self.waiting.len() >= LIMIT {
            return Err(delta);
        }
        self.waiting.push_back(delta);
        Ok(())
    }

    pub(super) fn end(&mut self) -> VecDeque<Delta> {
        self.since = None;
        std::mem::take(&mut self.waiting)
    }
}
