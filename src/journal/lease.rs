//! Who may work on what at the moment, across processes.
//!
//! A claim takes all its names or none. It runs out by itself unless it is renewed, and whoever claims a
//! name that has run out takes it over. Each claim has a token greater than every one before it; what is
//! written under a token that no longer holds its names is refused, so that a process that slept cannot
//! go on where another has taken over.

use std::time::Duration;

use sqlx::Row;

use super::{IntentId, Journal, JournalError};
use crate::text::Text;

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Names of what is claimed, stays, grants and encoders, each with its property.
    pub names: Vec<Text>,
    /// For which run.
    pub run: IntentId,
    /// Who and what for, as others read it: "maria: Extend 118 Lindqvist, Per".
    pub whom: Text,
    /// For how long, unless renewed.
    pub lasts: Duration,
}

/// A claim's number, and how many names it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub(super) number: i64,
    pub(super) names: i64,
    pub(super) lasts: Duration,
}

impl Token {
    /// A token of a journal that keeps no leases.
    pub const NONE: Self = Self { number: 0, names: 0, lasts: Duration::from_secs(3_600) };

    /// For how long it holds after each renewal.
    pub fn lasts(&self) -> Duration {
        self.lasts
    }
}

/// What became of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// All names are held.
    Held {
        /// The right to write under it.
        token: Token,
        /// How long ago any of the names was last used by somebody, where that was told.
        used: Option<Duration>,
    },
    /// One of the names is held by another run.
    Busy {
        /// Who and what for.
        whom: Text,
        /// How long until it runs out, unless it is renewed.
        left: Duration,
    },
}

impl Journal {
    /// Claims everything `wanted`, or nothing.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn claim(&self, wanted: &Wanted) -> Result<Claim, JournalError> {
        self.try_claim(wanted).await.map_err(|e| self.error(&e))
    }

    async fn try_claim(&self, wanted: &Wanted) -> Result<Claim, sqlx::Error> {
        // The lock first: nobody may come between looking and taking.
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let now = self.now();
        let run = wanted.run.to_string();
        let mut used: Option<i64> = None;
        for name in &wanted.names {
            let row = sqlx::query("SELECT whom, until, used_at FROM lease WHERE name = $1")
                .bind(name.as_str())
                .fetch_optional(&mut *tx)
                .await?;
            let Some(row) = row else { continue };
            let until: i64 = row.try_get("until")?;
            // Also where it is the same run's: two may want to take it up at once.
            if until > now {
                let whom = Text::new(row.try_get::<String, _>("whom")?);
                return Ok(Claim::Busy { whom, left: millis(until - now) });
            }
            used = used.max(row.try_get("used_at")?);
        }
        let number: i64 =
            sqlx::query_scalar("SELECT COALESCE(MAX(token), 0) + 1 FROM lease").fetch_one(&mut *tx).await?;
        for name in &wanted.names {
            sqlx::query(
                "INSERT INTO lease (name, token, run, whom, until) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (name) DO UPDATE
                 SET token = excluded.token, run = excluded.run, whom = excluded.whom, until = excluded.until",
            )
            .bind(name.as_str())
            .bind(number)
            .bind(&run)
            .bind(wanted.whom.as_str())
            .bind(now + whole(wanted.lasts))
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        let names = i64::try_from(wanted.names.len()).unwrap_or(i64::MAX);
        let token = Token { number, names, lasts: wanted.lasts };
        Ok(Claim::Held { token, used: used.map(|at| millis(now - at)) })
    }

    /// Holds a claim for longer. False where another has taken it, or part of it, since.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn renew(&self, token: Token) -> Result<bool, JournalError> {
        let held = sqlx::query("UPDATE lease SET until = $1 WHERE token = $2")
            .bind(self.now() + whole(token.lasts))
            .bind(token.number)
            .execute(&self.pool)
            .await
            .map_err(|e| self.error(&e))?;
        Ok(i64::try_from(held.rows_affected()) == Ok(token.names))
    }

    /// Gives a claim back. `used` says that what it names was put to use: that a card lies on an
    /// encoder. What another has taken since is left alone.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn release(&self, token: Token, used: bool) -> Result<(), JournalError> {
        let used_at = used.then(|| self.now());
        sqlx::query("UPDATE lease SET until = 0, used_at = COALESCE($1, used_at) WHERE token = $2")
            .bind(used_at)
            .bind(token.number)
            .execute(&self.pool)
            .await
            .map_err(|e| self.error(&e))?;
        Ok(())
    }
}

fn whole(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX / 4)
}

fn millis(span: i64) -> Duration {
    Duration::from_millis(u64::try_from(span).unwrap_or(0))
}
