//! Whether the journal is sound.

use super::{Journal, JournalError};
use crate::store::sql;

/// Facts of a run that are not numbered without gaps.
const BROKEN_RUNS: &str = "SELECT COUNT(*) AS n FROM (
        SELECT run FROM fact GROUP BY run HAVING MAX(seq) - MIN(seq) + 1 <> COUNT(*)) AS broken";

/// Facts with a number that was never given out.
const BEYOND: &str = "SELECT COUNT(*) AS n FROM fact
    WHERE num > COALESCE((SELECT head.facts FROM head WHERE head.hotel = fact.hotel), 0)";

impl Journal {
    /// Reads all of it and says whether it is sound: a file itself, and on a server whether anything is missing.
    ///
    /// # Errors
    /// `Damaged` where it is not.
    pub async fn check(&self) -> Result<(), JournalError> {
        if self.store.path().is_some() {
            let said = self.store.first(sql("PRAGMA quick_check(1)")).await?;
            let said = said.map_or_else(|| Ok(String::new()), |row| row.text("quick_check"))?;
            return if said == "ok" { Ok(()) } else { Err(self.damaged(&said)) };
        }
        for (count, words) in
            [(BROKEN_RUNS, "facts of a run are missing"), (BEYOND, "facts are numbered beyond the last one")]
        {
            let found = self.store.first(sql(count)).await?.map_or(Ok(0), |row| row.number("n"))?;
            if found > 0 {
                return Err(self.damaged(words));
            }
        }
        Ok(())
    }
}
