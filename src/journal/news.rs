//! What was written since somebody looked last: for those who follow the journal of a property and want
//! each thing once.

use chrono::{DateTime, Utc};

use super::{Journal, JournalError, Record};
use crate::store::{schema, sql};
use crate::text::Text;

/// How far somebody has read of a property: the number of the last fact. There are no gaps below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(i64);

const LAST: &str = "SELECT COALESCE(MAX(num), 0) AS last FROM fact WHERE hotel = $1";

const NEWER: &str = "SELECT id, at, hotel, action, stay, guest, room, plan, who,
        (SELECT COUNT(*) FROM lease WHERE lease.run = run.id AND lease.until > {now}) AS leases
    FROM run
    WHERE hotel = $1 AND at >= $2
        AND id IN (SELECT run FROM fact WHERE fact.hotel = $1 AND num > $3 AND num <= $4)
    ORDER BY at, id";

/// The same in a file whose facts have no numbers yet: all of them.
const UNNUMBERED: &str = "SELECT id, at, hotel, action, stay, guest, room, plan, who,
        (SELECT COUNT(*) FROM lease WHERE lease.run = run.id AND lease.until > {now}) AS leases
    FROM run
    WHERE hotel = $1 AND at >= $2 AND id IN (SELECT run FROM fact)
    ORDER BY at, id";

impl Journal {
    /// The runs at a property, decided at `since` or later, of which something was written after `mark`,
    /// oldest first, each with all its facts; and the mark to ask from the next time. A file that only older
    /// programs have written is told whole each time.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn news(
        &self,
        hotel: &Text,
        since: DateTime<Utc>,
        mark: Mark,
    ) -> Result<(Vec<Record>, Mark), JournalError> {
        let since = since.timestamp_millis();
        let (newer, last) = match schema::has(&self.at(), schema::NUMBERS_SINCE).await? {
            true => {
                let last = self.at().first(sql(LAST).bind(hotel)).await?;
                let last = last.map_or(Ok(0), |row| row.number("last"))?;
                if last <= mark.0 {
                    return Ok((Vec::new(), mark));
                }
                (sql(NEWER).bind(hotel).bind(since).bind(mark.0).bind(last), Mark(last))
            }
            false => (sql(UNNUMBERED).bind(hotel).bind(since), mark),
        };
        let rows = self.at().all(newer).await?;
        let mut records = rows.iter().map(|row| self.record(row)).collect::<Result<Vec<_>, _>>()?;
        self.with_facts(&mut records, Some(hotel)).await?;
        Ok((records, last))
    }
}
