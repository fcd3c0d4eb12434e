//! Writing: an intent once, facts one after the other, each on the disk before the call returns.

use super::{Fact, Intent, IntentId, Journal, JournalError, Token};
use crate::text::Text;

impl Journal {
    /// Writes down what a person decided. Nothing of it may be sent before this has returned.
    ///
    /// # Errors
    /// [`JournalError`]; then nothing may be sent at all.
    pub async fn begin(&self, intent: &Intent) -> Result<(), JournalError> {
        let who = serde_json::to_string(&intent.who).map_err(|e| self.damaged(&e.to_string()))?;
        sqlx::query(
            "INSERT INTO run (id, at, hotel, action, stay, guest, room, plan, who)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(intent.id.to_string())
        .bind(intent.at.timestamp_millis())
        .bind(intent.hotel.as_str())
        .bind(intent.action.as_str())
        .bind(intent.stay.as_str())
        .bind(intent.guest.as_str())
        .bind(intent.room.as_str())
        .bind(intent.plan.to_string())
        .bind(who)
        .execute(&self.pool)
        .await
        .map_err(|e| self.error(&e))?;
        Ok(())
    }

    /// Writes down a fact about an intent.
    ///
    /// # Errors
    /// `Fenced` where the run has ended, or `token` has run out or was taken by another since: the writer
    /// must stop. Any other [`JournalError`].
    pub async fn append(&self, run: IntentId, token: Token, fact: &Fact) -> Result<(), JournalError> {
        self.insert(run, token, fact, None).await
    }

    /// Writes down that a run is taken up by somebody who has read `seen` facts of it.
    ///
    /// # Errors
    /// `Fenced` also where more has been written since: what was read is no longer how it stands.
    pub async fn take_up(
        &self,
        run: IntentId,
        token: Token,
        fact: &Fact,
        seen: usize,
    ) -> Result<(), JournalError> {
        self.insert(run, token, fact, Some(i64::try_from(seen).unwrap_or(i64::MAX))).await
    }

    async fn insert(
        &self,
        run: IntentId,
        token: Token,
        fact: &Fact,
        seen: Option<i64>,
    ) -> Result<(), JournalError> {
        let ids = serde_json::to_string(&fact.ids).map_err(|e| self.damaged(&e.to_string()))?;
        let step = fact.step.and_then(|step| i64::try_from(step).ok());
        // One statement, so that nobody can take over between the look at the lease and the writing.
        let written = sqlx::query(
            "INSERT INTO fact (run, seq, at, kind, step, state, words, request_id, ids)
             SELECT CAST($1 AS TEXT), (SELECT COALESCE(MAX(seq), 0) + 1 FROM fact WHERE run = $1),
                    CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS TEXT),
                    CAST($6 AS TEXT), CAST($7 AS TEXT), CAST($8 AS TEXT)
             WHERE (SELECT COUNT(*) FROM lease WHERE token = $9 AND until > $10) = $11
                 AND NOT EXISTS (SELECT 1 FROM fact WHERE run = $1 AND kind = 'ended')
                 AND (SELECT COUNT(*) FROM fact WHERE run = $1) = COALESCE(
                     CAST($12 AS BIGINT), (SELECT COUNT(*) FROM fact WHERE run = $1))",
        )
        .bind(run.to_string())
        .bind(fact.at.timestamp_millis())
        .bind(fact.kind.word())
        .bind(step)
        .bind(fact.state.as_str())
        .bind(fact.words.as_str())
        .bind(fact.request_id.as_ref().map(Text::as_str))
        .bind(ids)
        .bind(token.number)
        .bind(self.now())
        .bind(token.names)
        .bind(seen)
        .execute(&self.pool)
        .await
        .map_err(|e| self.error(&e))?;
        if written.rows_affected() == 1 { Ok(()) } else { Err(JournalError::Fenced) }
    }
}
