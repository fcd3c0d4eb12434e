//! What is kept, and for how long. A file that only grows fills the disk one night, and then nothing can be
//! recorded, so nothing may be changed.

use chrono::TimeDelta;
use sqlx::sqlite::SqliteConnection;

use super::schema::{FACT_REMAINS, REMARK_REMAINS, RUN_REMAINS};
use super::{Journal, JournalError};

/// Runs that go in one transaction: others wait for it.
const AT_ONCE: i64 = 500;

/// What the journal keeps. Whatever has not ended, or is being worked on, is kept for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Runs that began, and remarks that were made, before this long ago are not kept.
    pub age: TimeDelta,
    /// Nor are the oldest over so many.
    pub runs: u32,
    /// A lease that ran out this long ago is forgotten.
    pub leases: TimeDelta,
}

impl Default for Retention {
    /// Thirteen months, so that last year's night can be compared with this one; at most 100,000 runs, some
    /// 250 a night; leases for a day.
    fn default() -> Self {
        Self { age: TimeDelta::days(400), runs: 100_000, leases: TimeDelta::days(1) }
    }
}

/// The newest fact keeps its run here: whoever follows the journal goes by its number, and no number may be
/// given out twice.
const DUE: &str = "SELECT id FROM run
    WHERE (at < $1 OR at < (SELECT at FROM run ORDER BY at DESC LIMIT 1 OFFSET $2))
        AND EXISTS (SELECT 1 FROM fact WHERE fact.run = run.id AND fact.kind = 'ended')
        AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.run = run.id AND lease.until > $3)
        AND id <> (SELECT run FROM fact ORDER BY rowid DESC LIMIT 1)
    ORDER BY at LIMIT $4";

/// The newest claim's number stays, so that no number is ever given out twice; and so does when an encoder
/// was last used, for as long as that matters.
const OLD_LEASES: &str = "DELETE FROM lease
    WHERE until < $1 AND COALESCE(used_at, 0) < $1 AND token < (SELECT MAX(token) FROM lease)";

/// Remarks that are over. The newest of a property stays, so that no number is given out twice.
const OLD_REMARKS: &str = "remark
    WHERE at < $1 AND seq < (SELECT MAX(newest.seq) FROM remark AS newest WHERE newest.hotel = remark.hotel)";

impl Journal {
    /// Takes out what need not be kept any longer and says how many runs went. Others may write meanwhile.
    ///
    /// # Errors
    /// [`JournalError`]; then nothing, or a part of what is over, has gone.
    pub async fn retire(&self, keep: Retention) -> Result<u64, JournalError> {
        let mut gone = 0;
        loop {
            let some = self.retire_some(keep).await.map_err(|e| self.error(&e))?;
            gone += some;
            if some == 0 {
                break;
            }
        }
        self.retire_remarks(keep).await.map_err(|e| self.error(&e))?;
        sqlx::query(OLD_LEASES)
            .bind(self.now() - keep.leases.num_milliseconds())
            .execute(&self.pool)
            .await
            .map_err(|e| self.error(&e))?;
        Ok(gone)
    }

    async fn retire_remarks(&self, keep: Retention) -> Result<(), sqlx::Error> {
        let until = self.now() - keep.age.num_milliseconds();
        let is_due: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {OLD_REMARKS}")))
                .bind(until)
                .fetch_one(&self.pool)
                .await?;
        if is_due == 0 {
            return Ok(());
        }
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("DROP TRIGGER remark_remains").execute(&mut *tx).await?;
        let delete = sqlx::AssertSqlSafe(format!("DELETE FROM {OLD_REMARKS}"));
        sqlx::query(delete).bind(until).execute(&mut *tx).await?;
        sqlx::query(REMARK_REMAINS).execute(&mut *tx).await?;
        tx.commit().await
    }

    async fn due(&self, db: &mut SqliteConnection, keep: Retention) -> Result<Vec<String>, sqlx::Error> {
        sqlx::query_scalar(DUE)
            .bind(self.now() - keep.age.num_milliseconds())
            .bind(i64::from(keep.runs.saturating_sub(1)))
            .bind(self.now())
            .bind(AT_ONCE)
            .fetch_all(db)
            .await
    }

    async fn retire_some(&self, keep: Retention) -> Result<u64, sqlx::Error> {
        let mut db = self.pool.acquire().await?;
        // Reading first: on most nights nothing is due, and nobody need wait.
        if self.due(&mut db, keep).await?.is_empty() {
            return Ok(0);
        }
        drop(db);
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let due = self.due(&mut tx, keep).await?;
        // Nobody else sees the journal without its guards: they are back before the transaction ends, or the
        // transaction never was.
        sqlx::query("DROP TRIGGER fact_remains").execute(&mut *tx).await?;
        sqlx::query("DROP TRIGGER run_remains").execute(&mut *tx).await?;
        for run in &due {
            sqlx::query("DELETE FROM fact WHERE run = $1").bind(run).execute(&mut *tx).await?;
            sqlx::query("DELETE FROM run WHERE id = $1").bind(run).execute(&mut *tx).await?;
        }
        sqlx::query(RUN_REMAINS).execute(&mut *tx).await?;
        sqlx::query(FACT_REMAINS).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(u64::try_from(due.len()).unwrap_or(u64::MAX))
    }
}
