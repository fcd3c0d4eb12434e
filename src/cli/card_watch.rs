//! Follows the journal of this host for those who have no desk: which cards were cut, and how the encoders
//! answered.

use chrono::{DateTime, Utc};

use crate::desk::CardReader;
use crate::journal::{Home, Journal, JournalError, Stamp};
use crate::property::CardNews;
use crate::text::Text;

/// Whoever looks at the journal in a directory; it may not be there yet.
pub(super) struct CardWatch {
    home: Home,
    hotel: Text,
    journal: Option<Journal>,
    stamp: Stamp,
    reader: CardReader,
}

impl CardWatch {
    /// Nothing has been read yet of what happened at `hotel`.
    pub(super) fn new(home: Home, hotel: Text) -> Self {
        let reader = CardReader::new(hotel.clone());
        Self { home, hotel, journal: None, stamp: Stamp::default(), reader }
    }

    /// What is new at the instant `now`. Where nobody has written, two time stamps are all that is read.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub(super) async fn look(&mut self, now: DateTime<Utc>) -> Result<Vec<CardNews>, JournalError> {
        if self.journal.is_none() {
            self.journal = self.home.open_to_read().await?;
        }
        let Some(journal) = &self.journal else { return Ok(Vec::new()) };
        let stamp = journal.stamp(&self.hotel).await?;
        if stamp == self.stamp {
            return Ok(Vec::new());
        }
        let news = self.reader.read(journal, now).await?;
        self.stamp = stamp;
        Ok(news)
    }
}
