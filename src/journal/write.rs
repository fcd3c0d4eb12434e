//! Writing: an intent once, facts one after the other, each on the disk before the call returns.

use super::{Fact, Intent, IntentId, Journal, JournalError, Token};
use crate::store::{Sql, sql};

const RUN: &str = "INSERT INTO run (id, at, hotel, action, stay, guest, room, plan, who)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// Nothing where the run has ended, or more has been written than was seen.
const FACT: &str = "INSERT INTO fact (run, seq, at, kind, step, state, words, request_id, ids, hotel, num)
    SELECT CAST($1 AS TEXT), (SELECT COALESCE(MAX(seq), 0) + 1 FROM fact WHERE run = $1),
        CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS TEXT), CAST($6 AS TEXT),
        CAST($7 AS TEXT), CAST($8 AS TEXT), CAST($9 AS TEXT), CAST($10 AS BIGINT)
    WHERE NOT EXISTS (SELECT 1 FROM fact WHERE run = $1 AND kind = 'ended')
        AND (SELECT COUNT(*) FROM fact WHERE run = $1) = COALESCE(
            CAST($11 AS BIGINT), (SELECT COUNT(*) FROM fact WHERE run = $1))";

impl Journal {
    /// Writes down what a person decided. Nothing of it may be sent before this has returned.
    ///
    /// # Errors
    /// [`JournalError`]; then nothing may be sent at all.
    pub async fn begin(&self, intent: &Intent) -> Result<(), JournalError> {
        let mut tx = self.of_run(intent.id).begin().await?;
        tx.hold(&intent.hotel, 0).await?;
        tx.run(self.opening(intent)?).await?;
        tx.commit().await
    }

    fn opening(&self, intent: &Intent) -> Result<Sql, JournalError> {
        let who = serde_json::to_string(&intent.who).map_err(|e| self.damaged(&e.to_string()))?;
        let opening = sql(RUN)
            .bind(intent.id.to_string())
            .bind(intent.at.timestamp_millis())
            .bind(&intent.hotel)
            .bind(&intent.action)
            .bind(&intent.stay)
            .bind(&intent.guest)
            .bind(&intent.room)
            .bind(intent.plan.to_string())
            .bind(who);
        Ok(opening)
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
        let mut tx = self.of_token(token).begin().await?;
        let hotel = tx.first(sql("SELECT hotel FROM run WHERE id = $1").bind(run.to_string())).await?;
        let hotel = hotel.map(|row| row.text("hotel")).transpose()?;
        let hotel = hotel.ok_or_else(|| self.damaged(&format!("there is no entry {run}")))?;
        // From here on nobody else writes of this property, and nobody takes over what the token holds.
        let num = tx.hold(&hotel, 1).await?;
        let held = tx.all(sql("SELECT until FROM lease WHERE token = $1 {lock}").bind(token.number)).await?;
        let now = tx.now().await?;
        let mut holds = 0;
        for lease in &held {
            holds += i64::from(lease.number("until")? > now);
        }
        if holds != token.names {
            tx.roll_back().await?;
            return Err(JournalError::Fenced);
        }
        let fact = sql(FACT)
            .bind(run.to_string())
            .bind(fact.at.timestamp_millis())
            .bind(fact.kind.word())
            .bind(step)
            .bind(&fact.state)
            .bind(&fact.words)
            .bind(fact.request_id.as_ref())
            .bind(ids)
            .bind(hotel)
            .bind(num)
            .bind(seen);
        if tx.run(fact).await? != 1 {
            tx.roll_back().await?;
            return Err(JournalError::Fenced);
        }
        tx.commit().await
    }
}
