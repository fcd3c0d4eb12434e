//! Who may work on what at the moment, across processes.
//!
//! A claim takes all its names or none. It runs out by itself unless it is renewed, and whoever claims a
//! name that has run out takes it over. Each claim has a token greater than every one before it; what is
//! written under a token that no longer holds its names is refused, so that a process that slept cannot
//! go on where another has taken over.

use std::time::Duration;

use super::{IntentId, Journal, JournalError};
use crate::order::Arrange as _;
use crate::store::sql;
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
    /// Whether it is of a file that stands in for a server.
    pub(super) is_stand_in: bool,
}

impl Token {
    /// A token of a journal that keeps no leases.
    pub const NONE: Self =
        Self { number: 0, names: 0, lasts: Duration::from_secs(3_600), is_stand_in: false };

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

const LOOK: &str = "SELECT whom, until, used_at FROM lease WHERE name = $1 {lock}";

const TAKE: &str = "INSERT INTO lease (name, token, run, whom, until) VALUES ($1, $2, $3, $4, {now} + $5)
    ON CONFLICT (name) DO UPDATE
    SET token = excluded.token, run = excluded.run, whom = excluded.whom, until = excluded.until";

const OF_TOKEN: &str = "SELECT DISTINCT run.hotel FROM lease JOIN run ON run.id = lease.run WHERE lease.token = $1 ORDER BY run.hotel";

impl Journal {
    /// Claims everything `wanted`, or nothing.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn claim(&self, wanted: &Wanted) -> Result<Claim, JournalError> {
        // The lock first: nobody may come between looking and taking. In one order, so that two who want the
        // same do not wait for each other.
        if let Some(whom) = self.held_in_file(wanted).await? {
            return Ok(Claim::Busy { whom, left: wanted.lasts });
        }
        let (store, is_stand_in) = self.at_now();
        let mut tx = store.begin().await?;
        let mut names: Vec<&str> = wanted.names.iter().map(Text::as_str).collect();
        names.arrange();
        names.dedup();
        for name in &names {
            tx.lock(name).await?;
        }
        let mut rows = Vec::new();
        for name in &names {
            rows.extend(tx.first(sql(LOOK).bind(*name)).await?);
        }
        // After the looking, which may have waited.
        let now = tx.now().await?;
        let mut used: Option<i64> = None;
        for row in &rows {
            let until = row.number("until")?;
            // Also where it is the same run's: two may want to take it up at once.
            if until > now {
                let whom = Text::new(row.text("whom")?);
                tx.roll_back().await?;
                return Ok(Claim::Busy { whom, left: millis(until - now) });
            }
            used = used.max(row.maybe_number("used_at")?);
        }
        let number = tx.first(sql("SELECT {token} AS number")).await?;
        let number = number.map_or(Ok(0), |row| row.number("number"))?;
        for name in &names {
            let take = sql(TAKE).bind(*name).bind(number).bind(wanted.run.to_string());
            tx.run(take.bind(&wanted.whom).bind(whole(wanted.lasts))).await?;
        }
        tx.commit().await?;
        if is_stand_in {
            self.note_run(wanted.run);
        }
        let names = i64::try_from(names.len()).unwrap_or(i64::MAX);
        let token = Token { number, names, lasts: wanted.lasts, is_stand_in };
        Ok(Claim::Held { token, used: used.map(|at| millis(now - at)) })
    }

    /// Holds a claim for longer. False where another has taken it, or part of it, since.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn renew(&self, token: Token) -> Result<bool, JournalError> {
        let renewed = sql("UPDATE lease SET until = {now} + $1 WHERE token = $2");
        let held = self.of_token(token).run(renewed.bind(whole(token.lasts)).bind(token.number)).await?;
        Ok(i64::try_from(held) == Ok(token.names))
    }

    /// Gives a claim back. `used` says that what it names was put to use: that a card lies on an
    /// encoder. What another has taken since is left alone.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn release(&self, token: Token, used: bool) -> Result<(), JournalError> {
        let mut tx = self.of_token(token).begin().await?;
        // Those who follow the property see that nobody is at it any more.
        for row in tx.all(sql(OF_TOKEN).bind(token.number)).await? {
            tx.hold(&row.text("hotel")?, 0).await?;
        }
        let used_at = if used { "{now}" } else { "used_at" };
        let back = format!("UPDATE lease SET until = 0, used_at = {used_at} WHERE token = $1");
        tx.run(sql(back).bind(token.number)).await?;
        tx.commit().await
    }
}

fn whole(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX / 4)
}

fn millis(span: i64) -> Duration {
    Duration::from_millis(u64::try_from(span).unwrap_or(0))
}
