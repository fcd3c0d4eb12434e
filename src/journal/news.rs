//! What was written since somebody looked last: for those who follow the journal of a property and want
//! each thing once.

use chrono::{DateTime, Utc};

use super::{Journal, JournalError, Record};
use crate::text::Text;

/// How far somebody has read: the number of the last fact. Good for as long as the program runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(i64);

/// The store numbers what is written in the order in which it is written; the newest is never taken away.
const LAST: &str = "SELECT COALESCE(MAX(rowid), 0) FROM fact";

const NEWER: &str = "SELECT id, at, hotel, action, stay, guest, room, plan, who,
        (SELECT COUNT(*) FROM lease WHERE lease.run = run.id AND lease.until > $1) AS leases
    FROM run
    WHERE hotel = $2 AND at >= $3
        AND id IN (SELECT run FROM fact WHERE rowid > $4 AND rowid <= $5)
    ORDER BY at, id";

impl Journal {
    /// The runs at a property, decided at `since` or later, of which something was written after `mark`,
    /// oldest first, each with all its facts; and the mark to ask from the next time.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn news(
        &self,
        hotel: &Text,
        since: DateTime<Utc>,
        mark: Mark,
    ) -> Result<(Vec<Record>, Mark), JournalError> {
        let last: i64 = sqlx::query_scalar(LAST).fetch_one(&self.pool).await.map_err(|e| self.error(&e))?;
        if last <= mark.0 {
            return Ok((Vec::new(), mark));
        }
        let rows = sqlx::query(NEWER)
            .bind(self.now())
            .bind(hotel.as_str())
            .bind(since.timestamp_millis())
            .bind(mark.0)
            .bind(last)
            .fetch_all(&self.pool)
            .await
            .map_err(|e| self.error(&e))?;
        let mut records = rows.iter().map(|row| self.record(row)).collect::<Result<Vec<_>, _>>()?;
        self.with_facts(&mut records).await?;
        Ok((records, Mark(last)))
    }
}
