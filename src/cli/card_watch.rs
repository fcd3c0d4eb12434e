//! Follows the journal of this host for those who have no desk: which cards were cut, and how the encoders
//! answered.

use std::path::PathBuf;

use chrono::{DateTime, Utc};

use crate::desk::CardReader;
use crate::journal::{Journal, JournalError, Stamp};
use crate::property::CardNews;
use crate::text::Text;

/// Whoever looks at the journal in a directory; it may not be there yet.
pub(super) struct CardWatch {
    dir: PathBuf,
    journal: Option<Journal>,
    stamp: Stamp,
    reader: CardReader,
}

impl CardWatch {
    /// Nothing has been read yet of what happened at `hotel`.
    pub(super) fn new(dir: PathBuf, hotel: Text) -> Self {
        Self { dir, journal: None, stamp: Stamp::default(), reader: CardReader::new(hotel) }
    }

    /// What is new at the instant `now`. Where nobody has written, two time stamps are all that is read.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub(super) async fn look(&mut self, now: DateTime<Utc>) -> Result<Vec<CardNews>, JournalError> {
        if self.journal.is_none() {
            self.journal = Journal::open_to_read(&self.dir).await?;
        }
        let Some(journal) = &self.journal else { return Ok(Vec::new()) };
        let stamp = journal.stamp();
        if stamp == self.stamp {
            return Ok(Vec::new());
        }
        let news = self.reader.read(journal, now).await?;
        self.stamp = stamp;
        Ok(news)
    }
}
