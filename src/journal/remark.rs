//! What people say about alerts: that they have seen one, or that it should leave them alone until then.
//! Each remark is a row that is never changed; the last one of an alert holds.
//!
//! Remarks of a property are numbered from 1 without gaps, in the order in which they were written, so that
//! everybody who reads on from a number has what the others have.

use super::{Journal, JournalError, Who};
use crate::store::{Row, schema, sql};
use crate::text::Text;
use chrono::{DateTime, Utc};

/// What one person said about one alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The alert, by its stable name: `rule:kind:id`.
    pub alert: Text,
    /// What was said, in one word: `acknowledged`, `snoozed`, `withdrawn`.
    pub said: Text,
    /// When, UTC; in a simulated hotel the hotel's time.
    pub at: DateTime<Utc>,
    /// Until when, UTC, where that was said.
    pub until: Option<DateTime<Utc>>,
    /// How bad the alert was then: `P1`.
    pub severity: Text,
    /// Since when it was raised then, UTC.
    pub since: DateTime<Utc>,
    /// Why, in the person's words; may be empty.
    pub reason: Text,
    /// Who.
    pub who: Who,
}

/// Remarks that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remarks {
    /// In the order in which they were written; of an alert only the last one.
    pub list: Vec<Remark>,
    /// The number of the last one there is: where to read on.
    pub seq: i64,
}

const WRITE: &str = "INSERT INTO remark (hotel, seq, at, alert, said, until, severity, since, reason, who)
    SELECT CAST($1 AS TEXT), COALESCE(MAX(seq), 0) + 1, CAST($2 AS BIGINT), CAST($3 AS TEXT),
           CAST($4 AS TEXT), CAST($5 AS BIGINT), CAST($6 AS TEXT), CAST($7 AS BIGINT), CAST($8 AS TEXT),
           CAST($9 AS TEXT)
    FROM remark WHERE hotel = $1";

const READ: &str = "SELECT seq, at, alert, said, until, severity, since, reason, who FROM remark
    WHERE hotel = $1 AND seq > $2 AND NOT EXISTS (
        SELECT 1 FROM remark AS later
        WHERE later.hotel = remark.hotel AND later.alert = remark.alert AND later.seq > remark.seq)
    ORDER BY seq";

impl Journal {
    /// Writes down what was said about alerts of `hotel`: all of it or nothing.
    ///
    /// # Errors
    /// [`JournalError`]; nothing of it is written then, and nothing of it may be taken as said.
    pub async fn write_remarks(&self, hotel: &Text, remarks: &[Remark]) -> Result<(), JournalError> {
        let mut tx = self.at().begin().await?;
        tx.hold(hotel, 0).await?;
        for remark in remarks {
            let who = serde_json::to_string(&remark.who).map_err(|e| self.damaged(&e.to_string()))?;
            let write = sql(WRITE)
                .bind(hotel)
                .bind(remark.at.timestamp_millis())
                .bind(&remark.alert)
                .bind(&remark.said)
                .bind(remark.until.map(|until| until.timestamp_millis()))
                .bind(&remark.severity)
                .bind(remark.since.timestamp_millis())
                .bind(&remark.reason)
                .bind(who);
            tx.run(write).await?;
        }
        tx.commit().await
    }

    /// What was said about alerts of `hotel` behind the remark with this number; 0 reads from the first.
    /// A file of an older program that nobody has written with this one has none.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn remarks(&self, hotel: &Text, after: i64) -> Result<Remarks, JournalError> {
        if !schema::has(&self.at(), schema::REMARKS_SINCE).await? {
            return Ok(Remarks { list: Vec::new(), seq: after });
        }
        let rows = self.at().all(sql(READ).bind(hotel).bind(after)).await?;
        let mut remarks = Remarks { list: Vec::with_capacity(rows.len()), seq: after };
        for row in &rows {
            remarks.seq = row.number("seq")?;
            remarks.list.push(self.remark(row)?);
        }
        Ok(remarks)
    }

    fn remark(&self, row: &Row) -> Result<Remark, JournalError> {
        let text = |name: &str| row.text(name);
        let number = |name: &str| row.maybe_number(name);
        let alert = text("alert")?;
        let broken = |words: String| self.damaged(&format!("remark on {alert}: {words}"));
        let instant = |name: &str| {
            let at = number(name)?.and_then(DateTime::from_timestamp_millis);
            at.ok_or_else(|| broken(format!("no instant in “{name}”")))
        };
        Ok(Remark {
            said: text("said")?.into(),
            at: instant("at")?,
            until: number("until")?.and_then(DateTime::from_timestamp_millis),
            severity: text("severity")?.into(),
            since: instant("since")?,
            reason: text("reason")?.into(),
            who: serde_json::from_str(&text("who")?).map_err(|e| broken(e.to_string()))?,
            alert: Text::new(&alert),
        })
    }
}
