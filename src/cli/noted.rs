//! What people said about warnings, for the commands without a screen.

use anyhow::Result;

use crate::app::attend;
use crate::journal::{Home, Journal, Stamp};
use crate::property::Note;
use crate::text::Text;

/// Reads on in the journal of a state directory, and only where somebody has written.
pub(super) struct Noted {
    home: Home,
    hotel: Text,
    journal: Option<Journal>,
    stamp: Stamp,
    seq: i64,
    /// Whether somebody has been told that the journal cannot be read.
    pub(super) complained: bool,
}

impl Noted {
    /// Nothing has been read yet.
    pub(super) fn new(home: Home, hotel: Text) -> Self {
        Self { home, hotel, journal: None, stamp: Stamp::default(), seq: 0, complained: false }
    }

    /// What was said since the last time.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub(super) async fn news(&mut self) -> Result<Vec<Note>> {
        if self.journal.is_none() {
            self.journal = self.home.open_to_read().await?;
        }
        let Some(journal) = &self.journal else { return Ok(Vec::new()) };
        let stamp = journal.stamp(&self.hotel).await?;
        if stamp == self.stamp {
            return Ok(Vec::new());
        }
        let remarks = journal.remarks(&self.hotel, self.seq).await?;
        (self.stamp, self.seq) = (stamp, remarks.seq);
        Ok(attend::notes(&remarks.list))
    }
}
