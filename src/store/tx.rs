//! What belongs together: all of it is written, or nothing.

use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite, Transaction};
use tokio::time::timeout;

use super::sql::RawRow;
use super::{Place, Row, Sql, StoreClock, StoreError, sql};

/// A transaction. One that is dropped has not happened.
///
/// In a file nobody else writes while it lasts. On a server only those wait who want what it holds, so who looks
/// before it writes takes [`Tx::hold`] or [`Tx::lock`] first.
pub struct Tx {
    pub(super) raw: RawTx,
    pub(super) place: Place,
    pub(super) clock: StoreClock,
}

pub(super) enum RawTx {
    File(Transaction<'static, Sqlite>),
    Server(Session),
}

/// A connection to a server with a transaction open on it.
pub(super) struct Session {
    conn: Option<PoolConnection<Postgres>>,
    wait: Duration,
}

impl Session {
    /// Begins a transaction.
    pub(super) async fn begin(
        mut conn: PoolConnection<Postgres>,
        wait: Duration,
        place: &Place,
    ) -> Result<Self, StoreError> {
        let began = timeout(wait, sqlx::raw_sql("BEGIN").execute(&mut *conn)).await;
        let session = Self { conn: Some(conn), wait };
        match began {
            Ok(Ok(_)) => Ok(session),
            Ok(Err(e)) => Err(StoreError::of(place, &e)),
            Err(_) => Err(StoreError::TimedOut { place: place.clone() }),
        }
    }

    async fn say(&mut self, word: &'static str, place: &Place) -> Result<(), StoreError> {
        let away =
            || StoreError::Unreachable { place: place.clone(), words: "the connection is gone".into() };
        let conn = self.conn.as_mut().ok_or_else(away)?;
        match timeout(self.wait, sqlx::raw_sql(word).execute(&mut **conn)).await {
            Ok(Ok(_)) => {
                // Only a connection that is known to be in order is used again.
                self.conn = None;
                Ok(())
            }
            Ok(Err(e)) => Err(StoreError::of(place, &e)),
            Err(_) => Err(StoreError::TimedOut { place: place.clone() }),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // In the midst of something: the server takes it back when the connection ends, however it stands.
        if let Some(conn) = &mut self.conn {
            conn.close_on_drop();
        }
    }
}

impl Tx {
    /// Every row a statement brings back.
    ///
    /// # Errors
    /// [`StoreError`]; the transaction is of no more use then.
    pub async fn all(&mut self, sql: Sql) -> Result<Vec<Row>, StoreError> {
        let place = &self.place;
        let raw: Vec<RawRow> = match &mut self.raw {
            RawTx::File(tx) => {
                let rows = sql.for_file((self.clock)().timestamp_millis()).fetch_all(&mut **tx).await;
                rows.map_err(|e| StoreError::of(place, &e))?.into_iter().map(RawRow::File).collect()
            }
            RawTx::Server(session) => {
                let away = || StoreError::Unreachable {
                    place: place.clone(),
                    words: "the connection is gone".into(),
                };
                let conn = session.conn.as_mut().ok_or_else(away)?;
                let rows = timeout(session.wait, sql.for_server().fetch_all(&mut **conn)).await;
                let rows = rows.map_err(|_| StoreError::TimedOut { place: place.clone() })?;
                rows.map_err(|e| StoreError::of(place, &e))?.into_iter().map(RawRow::Server).collect()
            }
        };
        Ok(raw.into_iter().map(|raw| Row { raw, place: place.clone() }).collect())
    }

    /// The first row, where there is one.
    ///
    /// # Errors
    /// As [`Tx::all`].
    pub async fn first(&mut self, sql: Sql) -> Result<Option<Row>, StoreError> {
        Ok(self.all(sql).await?.into_iter().next())
    }

    /// How many rows a statement changed.
    ///
    /// # Errors
    /// As [`Tx::all`].
    pub async fn run(&mut self, sql: Sql) -> Result<u64, StoreError> {
        let place = &self.place;
        match &mut self.raw {
            RawTx::File(tx) => {
                let done = sql.for_file((self.clock)().timestamp_millis()).execute(&mut **tx).await;
                done.map(|done| done.rows_affected()).map_err(|e| StoreError::of(place, &e))
            }
            RawTx::Server(session) => {
                let away = || StoreError::Unreachable {
                    place: place.clone(),
                    words: "the connection is gone".into(),
                };
                let conn = session.conn.as_mut().ok_or_else(away)?;
                let done = timeout(session.wait, sql.for_server().execute(&mut **conn)).await;
                let done = done.map_err(|_| StoreError::TimedOut { place: place.clone() })?;
                done.map(|done| done.rows_affected()).map_err(|e| StoreError::of(place, &e))
            }
        }
    }

    /// Holds a property: until the end nobody else writes what others follow of it, and whoever did before is
    /// seen from here on. Counts one more writing, and `facts` more facts; says the number of the last fact.
    /// Whoever follows the property on a server is told once this has happened.
    ///
    /// # Errors
    /// As [`Tx::all`].
    pub async fn hold(&mut self, hotel: &str, facts: i64) -> Result<i64, StoreError> {
        const HOLD: &str = "INSERT INTO head (hotel, writes, facts) VALUES ($1, 1, $2)
            ON CONFLICT (hotel) DO UPDATE
            SET writes = head.writes + 1, facts = head.facts + excluded.facts RETURNING facts";
        let row = self.first(sql(HOLD).bind(hotel).bind(facts)).await?;
        row.map_or(Ok(0), |row| row.number("facts"))
    }

    /// The instant by the clock of the store, in milliseconds since 1970, UTC.
    ///
    /// # Errors
    /// As [`Tx::all`].
    pub async fn now(&mut self) -> Result<i64, StoreError> {
        let row = self.first(sql("SELECT CAST({now} AS BIGINT) AS now")).await?;
        row.map_or(Ok(0), |row| row.number("now"))
    }

    /// Keeps a name from everybody else until the end. In a file nobody else writes anyway.
    ///
    /// # Errors
    /// As [`Tx::all`].
    pub async fn lock(&mut self, name: &str) -> Result<(), StoreError> {
        if matches!(self.raw, RawTx::Server(_)) {
            self.run(sql("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))").bind(name)).await?;
        }
        Ok(())
    }

    /// Makes it so, durably.
    ///
    /// # Errors
    /// [`StoreError`]; where the store was away it may have happened all the same.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.raw {
            RawTx::File(tx) => tx.commit().await.map_err(|e| StoreError::of(&self.place, &e)),
            RawTx::Server(mut session) => session.say("COMMIT", &self.place).await,
        }
    }

    /// Takes all of it back.
    ///
    /// # Errors
    /// [`StoreError`]; it has not happened all the same.
    pub async fn roll_back(self) -> Result<(), StoreError> {
        match self.raw {
            RawTx::File(tx) => tx.rollback().await.map_err(|e| StoreError::of(&self.place, &e)),
            RawTx::Server(mut session) => session.say("ROLLBACK", &self.place).await,
        }
    }
}
