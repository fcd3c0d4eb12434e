//! What is kept, and for how long. A file that only grows fills the disk one night, and then nothing can be
//! recorded, so nothing may be changed.

use chrono::TimeDelta;

use super::{Journal, JournalError};
use crate::store::schema::{FACT_REMAINS, REMARK_REMAINS, RUN_REMAINS};
use crate::store::{Sql, sql};

/// Runs that go in one transaction: others wait for it.
const AT_ONCE: i64 = 500;

/// What the journal keeps. Whatever has not ended, or is being worked on, is kept for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Runs that began, and remarks that were made, before this long ago are not kept.
    pub age: TimeDelta,
    /// Nor are the oldest of a property over so many.
    pub runs: u32,
    /// A lease that ran out this long ago is forgotten.
    pub leases: TimeDelta,
}

impl Default for Retention {
    /// Thirteen months, so that last year's night can be compared with this one; at most 100,000 runs of a
    /// property, some 250 a night; leases for a day.
    fn default() -> Self {
        Self { age: TimeDelta::days(400), runs: 100_000, leases: TimeDelta::days(1) }
    }
}

/// The properties of which something may be due: of most nothing is.
const HOTELS: &str = "SELECT hotel FROM head
    WHERE facts > $2 OR EXISTS (SELECT 1 FROM run WHERE run.hotel = head.hotel AND run.at < $1)
    ORDER BY hotel";

/// What is over and not kept of a property. The newest fact keeps its run: whoever follows the property goes by
/// its number.
const DUE: &str = "SELECT id FROM run
    WHERE hotel = $1
        AND (at < $2 OR at < (SELECT at FROM run WHERE hotel = $1 ORDER BY at DESC LIMIT 1 OFFSET $3 - 1))
        AND EXISTS (SELECT 1 FROM fact WHERE fact.run = run.id AND fact.kind = 'ended')
        AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.run = run.id AND lease.until > {now})
        AND id <> (SELECT run FROM fact WHERE hotel = $1 ORDER BY num DESC LIMIT 1)
    ORDER BY at LIMIT $4";

/// The newest claim's number stays, so that no number is ever given out twice; and so does when an encoder
/// was last used, for as long as that matters.
const OLD_LEASES: &str = "DELETE FROM lease
    WHERE until < {now} - $1 AND COALESCE(used_at, 0) < {now} - $1 AND token < (SELECT MAX(token) FROM lease)";

/// Remarks that are over. The newest of a property stays, so that no number is given out twice.
const OLD_REMARKS: &str = "remark
    WHERE at < $1 AND seq < (SELECT MAX(newest.seq) FROM remark AS newest WHERE newest.hotel = remark.hotel)";

impl Journal {
    /// Takes out what need not be kept any longer and says how many runs went. Others may write meanwhile. On a
    /// server the server itself does so: a desk may not delete.
    ///
    /// # Errors
    /// [`JournalError`]; then nothing, or a part of what is over, has gone.
    pub async fn retire(&self, keep: Retention) -> Result<u64, JournalError> {
        let mut gone = 0;
        let now = self.store.first(sql("SELECT CAST({now} AS BIGINT) AS now")).await?;
        let until = now.map_or(Ok(0), |row| row.number("now"))? - keep.age.num_milliseconds();
        let hotels = self.store.all(sql(HOTELS).bind(until).bind(i64::from(keep.runs))).await?;
        for hotel in &hotels {
            let hotel = hotel.text("hotel")?;
            loop {
                let limits = |text: &'static str| {
                    let limits = sql(text).bind(hotel.as_str()).bind(until);
                    limits.bind(i64::from(keep.runs)).bind(AT_ONCE)
                };
                let some = match self.store.is_shared() {
                    true => self.count("gone", limits("SELECT retire($1, $2, $3, $4) AS gone")).await?,
                    false => self.retire_some(limits(DUE)).await?,
                };
                gone += u64::try_from(some).unwrap_or_default();
                if some == 0 {
                    break;
                }
            }
        }
        match self.store.is_shared() {
            true => drop(self.store.run(sql("SELECT retire_remarks($1)").bind(until)).await?),
            false => self.retire_remarks(until).await?,
        }
        self.store.run(sql(OLD_LEASES).bind(keep.leases.num_milliseconds())).await?;
        Ok(gone)
    }

    async fn count(&self, column: &str, count: Sql) -> Result<i64, JournalError> {
        self.store.first(count).await?.map_or(Ok(0), |row| row.number(column))
    }

    async fn retire_remarks(&self, until: i64) -> Result<(), JournalError> {
        let due = sql(format!("SELECT COUNT(*) AS due FROM {OLD_REMARKS}")).bind(until);
        if self.count("due", due).await? == 0 {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        tx.run(sql("DROP TRIGGER remark_remains")).await?;
        tx.run(sql(format!("DELETE FROM {OLD_REMARKS}")).bind(until)).await?;
        tx.run(sql(REMARK_REMAINS)).await?;
        tx.commit().await
    }

    async fn retire_some(&self, due: Sql) -> Result<i64, JournalError> {
        // Reading first: on most nights nothing is due, and nobody need wait.
        if self.store.all(due.clone()).await?.is_empty() {
            return Ok(0);
        }
        let mut tx = self.store.begin().await?;
        let due = tx.all(due).await?;
        // Nobody else sees the journal without its guards: they are back before the transaction ends, or the
        // transaction never was.
        tx.run(sql("DROP TRIGGER fact_remains")).await?;
        tx.run(sql("DROP TRIGGER run_remains")).await?;
        for run in &due {
            let run = run.text("id")?;
            tx.run(sql("DELETE FROM fact WHERE run = $1").bind(run.as_str())).await?;
            tx.run(sql("DELETE FROM run WHERE id = $1").bind(run)).await?;
        }
        tx.run(sql(RUN_REMAINS)).await?;
        tx.run(sql(FACT_REMAINS)).await?;
        tx.commit().await?;
        Ok(i64::try_from(due.len()).unwrap_or(i64::MAX))
    }
}
