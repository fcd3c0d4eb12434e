//! Where everything durable is kept: in a file of this host, which needs nothing, or on a PostgreSQL that
//! several desks share. Whoever reads and writes says the same SQL to both.
//!
//! | part | what it does |
//! |---|---|
//! | [`Server`] | the address of a PostgreSQL, and whether it may be spoken to |
//! | [`Sql`], [`Row`], [`Tx`] | one statement for both, what it brings back, and what belongs together |
//! | [`schema`] | the tables, and how older ones become newer ones |
//! | [`Hearing`] | is told when somebody else has written |
//!
//! Time that several desks must agree on, until when something is held, is the server's, never a desk's; in a
//! file it is this machine's, which all who write it share.

mod error;
mod feed;
mod file;
mod look;
pub mod schema;
mod server;
mod sql;
mod tx;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::Connection;
use sqlx::postgres::{PgConnection, PgPool, PgPoolOptions};
use sqlx::sqlite::SqlitePool;
use tokio::time::timeout;

pub use error::{Place, StoreError};
pub use feed::{DESK, Hearing};
pub use look::Found;
pub use server::{Privacy, Server, ServerError};
pub use sql::{Row, Sql, Value, sql};
pub use tx::Tx;

use feed::Feed;
use sql::RawRow;
use tx::{RawTx, Session};

/// How long another program may keep what is wanted to itself before that is an error.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How long an answer of a server is waited for.
const WAIT: Duration = Duration::from_secs(10);

/// How many connections a program has to a server at most, but for the one that listens.
const CONNECTIONS: u32 = 4;

/// After how long without use a connection is closed.
const IDLE: Duration = Duration::from_secs(300);

/// Tells the time by which what is held in a file runs out: this machine's clock, which all processes on it
/// share.
pub type StoreClock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// An open store. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
    place: Place,
    clock: StoreClock,
}

#[derive(Clone)]
enum Engine {
    File(SqlitePool),
    Server(Shared),
}

#[derive(Clone)]
struct Shared {
    pool: PgPool,
    feed: Arc<Feed>,
    wait: Duration,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("place", &self.place).finish_non_exhaustive()
    }
}

/// What every connection to a server is told first. A desk that sleeps, or is cut off, in the midst of
/// something lets go of it soon; what is written is on the server's disk before the next thing is sent.
const MANNERS: &str = "SET search_path TO pg_catalog, nightdesk, pg_temp;
    SET lock_timeout TO '6s';
    SET idle_in_transaction_session_timeout TO '3s';
    SET tcp_keepalives_idle TO 10;
    SET tcp_keepalives_interval TO 5;
    SET tcp_keepalives_count TO 3;
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

fn pool_of(server: &Server) -> PgPool {
    let wait = server.wait;
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE.min(wait))
        .idle_timeout(IDLE)
        .after_connect(move |conn, _| {
            Box::pin(async move {
                sqlx::raw_sql(MANNERS).execute(&mut *conn).await?;
                let limit = format!("SET statement_timeout TO {}", wait.as_millis());
                sqlx::raw_sql(sqlx::AssertSqlSafe(limit)).execute(&mut *conn).await?;
                Ok(())
            })
        })
        .connect_lazy_with(server.options.clone())
}

impl Store {
    /// A server, whatever is in it and whether it answers or not: nothing has been asked yet. Inside a tokio
    /// runtime.
    pub fn server(server: &Server) -> Self {
        let pool = pool_of(server);
        let feed = Arc::new(Feed::new(server.clone()));
        let shared = Shared { pool, feed, wait: server.wait };
        let place = Place::Server(server.place().clone());
        Self { engine: Engine::Server(shared), place, clock: Arc::new(Utc::now) }
    }

    /// A server with the schema this program needs. Inside a tokio runtime.
    ///
    /// # Errors
    /// [`StoreError`]: `Older` and `Newer` where the schema is another.
    pub async fn connect(server: &Server) -> Result<Self, StoreError> {
        let store = Self::server(server);
        // By itself first: a pool tries again and again, and does not say why it could not.
        let alone = timeout(PATIENCE, PgConnection::connect_with(&server.options)).await;
        let alone = alone.map_err(|_| StoreError::TimedOut { place: store.place.clone() })?;
        let _ = alone.map_err(|e| store.error(&e))?.close().await;
        schema::fits(&store).await?;
        Ok(store)
    }

    /// The same store for somebody who waits so long for an answer: of a file it is the same.
    #[must_use]
    pub fn waiting(&self, wait: Duration) -> Self {
        let mut store = self.clone();
        if let Engine::Server(shared) = &mut store.engine {
            shared.wait = wait;
        }
        store
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The file it is; none where it is a server.
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::Server(_) => None,
        }
    }

    /// Whether desks of other hosts have it too.
    pub fn is_shared(&self) -> bool {
        matches!(self.engine, Engine::Server(_))
    }

    /// Closes it. What was written stays written without that.
    pub async fn close(&self) {
        match &self.engine {
            Engine::File(pool) => pool.close().await,
            Engine::Server(shared) => {
                shared.feed.close();
                // A server that does not answer does not hear it either.
                let _ = timeout(PATIENCE, shared.pool.close()).await;
            }
        }
    }

    fn now(&self) -> i64 {
        (self.clock)().timestamp_millis()
    }

    fn error(&self, e: &sqlx::Error) -> StoreError {
        StoreError::of(&self.place, e)
    }

    /// That it is not what was written to it.
    pub fn damaged(&self, words: &str) -> StoreError {
        StoreError::Damaged { place: self.place.clone(), words: crate::text::Text::new(words) }
    }

    /// Every row a statement brings back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn all(&self, sql: Sql) -> Result<Vec<Row>, StoreError> {
        let raw: Vec<RawRow> = match &self.engine {
            Engine::File(pool) => {
                let rows = sql.for_file(self.now()).fetch_all(pool).await.map_err(|e| self.error(&e))?;
                rows.into_iter().map(RawRow::File).collect()
            }
            Engine::Server(shared) => {
                let mut conn = shared.pool.acquire().await.map_err(|e| self.error(&e))?;
                let Ok(rows) = timeout(shared.wait, sql.for_server().fetch_all(&mut *conn)).await else {
                    conn.close_on_drop();
                    return Err(StoreError::TimedOut { place: self.place.clone() });
                };
                rows.map_err(|e| self.error(&e))?.into_iter().map(RawRow::Server).collect()
            }
        };
        Ok(raw.into_iter().map(|raw| Row { raw, place: self.place.clone() }).collect())
    }

    /// The first row, where there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn first(&self, sql: Sql) -> Result<Option<Row>, StoreError> {
        Ok(self.all(sql).await?.into_iter().next())
    }

    /// How many rows a statement changed.
    ///
    /// # Errors
    /// [`StoreError`]; where the store was away it may have changed them all the same.
    pub async fn run(&self, sql: Sql) -> Result<u64, StoreError> {
        match &self.engine {
            Engine::File(pool) => {
                let done = sql.for_file(self.now()).execute(pool).await;
                done.map(|done| done.rows_affected()).map_err(|e| self.error(&e))
            }
            Engine::Server(shared) => {
                let mut conn = shared.pool.acquire().await.map_err(|e| self.error(&e))?;
                let Ok(done) = timeout(shared.wait, sql.for_server().execute(&mut *conn)).await else {
                    conn.close_on_drop();
                    return Err(StoreError::TimedOut { place: self.place.clone() });
                };
                done.map(|done| done.rows_affected()).map_err(|e| self.error(&e))
            }
        }
    }

    /// Begins what belongs together.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let raw = match &self.engine {
            Engine::File(pool) => {
                // The lock first: nobody may come between looking and writing.
                let begun = pool.begin_with("BEGIN IMMEDIATE").await;
                RawTx::File(begun.map_err(|e| self.error(&e))?)
            }
            Engine::Server(shared) => {
                let conn = shared.pool.acquire().await.map_err(|e| self.error(&e))?;
                RawTx::Server(Session::begin(conn, shared.wait, &self.place).await?)
            }
        };
        Ok(Tx { raw, place: self.place.clone(), clock: Arc::clone(&self.clock) })
    }

    /// Is told from now on when somebody has written something of a property that is of this `topic`: [`DESK`]
    /// for the journal. In a file nobody tells: look at its time stamps.
    pub fn hear(&self, topic: &'static str, hotel: &str) -> Hearing {
        match &self.engine {
            Engine::File(_) => Hearing::silent(),
            Engine::Server(shared) => shared.feed.hear(topic, hotel),
        }
    }

    /// A path for the errors of those who open files.
    fn of_path(path: &Path) -> Place {
        Place::from(PathBuf::from(path))
    }
}
