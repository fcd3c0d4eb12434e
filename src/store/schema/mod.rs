//! The tables, and how older ones become newer ones.
//!
//! A file is brought up to date by the first program that opens it to write. A server is brought up to date by
//! nobody but `nightdesk store migrate`, under a lock and in the name of who owns the tables; a desk has no right
//! to. Each step is one transaction; what is in a step that has been released is never changed.

mod duty;
mod file;
mod relay;
mod server;

use sqlx::Connection;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;

use super::{Engine, Server, Store, StoreError, sql};
use crate::text::Text;

pub(crate) use file::{FACT_REMAINS, REMARK_REMAINS, RUN_REMAINS};
pub use server::DESK_ROLE;

/// The schema this program writes in a file.
pub const KNOWN_IN_FILE: i64 = file::STEPS.len() as i64;

/// The schema this program needs on a server.
pub const KNOWN_ON_SERVER: i64 = server::STEPS.len() as i64;

/// The first schema of a file with remarks.
pub(crate) const REMARKS_SINCE: i64 = 2;

/// The first schema of a file whose facts are numbered by property.
pub(crate) const NUMBERS_SINCE: i64 = 3;

/// By this number those who migrate at once know each other: no two do.
const MIGRATION_LOCK: i64 = 0x6e69_6768_7464_736b;

/// The schema of a file; 0 where nothing has been written yet.
async fn version(db: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    let there: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'",
    )
    .fetch_one(&mut *db)
    .await?;
    match there {
        0 => Ok(0),
        _ => sqlx::query_scalar("SELECT COALESCE(MAX(version), 0) FROM schema_version").fetch_one(db).await,
    }
}

/// The schema of an open file; 0 where nothing has been written yet.
///
/// # Errors
/// [`StoreError`]: `Newer` where this program does not know it.
pub(super) async fn of_file(store: &Store) -> Result<i64, StoreError> {
    let Engine::File(pool) = &store.engine else { return Ok(KNOWN_IN_FILE) };
    let mut db = pool.acquire().await.map_err(|e| store.error(&e))?;
    let found = version(&mut db).await.map_err(|e| store.error(&e))?;
    known(store, found)
}

/// Whether what came with a schema of a file is there; on a server everything is.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn has(store: &Store, since: i64) -> Result<bool, StoreError> {
    Ok(of_file(store).await? >= since)
}

fn known(store: &Store, found: i64) -> Result<i64, StoreError> {
    match found > KNOWN_IN_FILE {
        true => Err(StoreError::Newer { place: store.place.clone(), found, known: KNOWN_IN_FILE }),
        false => Ok(found),
    }
}

/// Brings a file to the schema this program knows. Of several programs that start at once, one does it and the
/// others wait.
///
/// # Errors
/// [`StoreError`]: `Newer` where a newer program wrote it; it is left as it is.
pub(super) async fn migrate_file(store: &Store) -> Result<(), StoreError> {
    let Engine::File(pool) = &store.engine else { return Ok(()) };
    let mut db = pool.acquire().await.map_err(|e| store.error(&e))?;
    let found = to_newest(&mut db, store.now()).await.map_err(|e| store.error(&e))?;
    known(store, found).map(drop)
}

async fn to_newest(db: &mut SqliteConnection, now: i64) -> Result<i64, sqlx::Error> {
    // Reading first: a file that is up to date needs no lock.
    let found = version(db).await?;
    if found >= KNOWN_IN_FILE {
        return Ok(found);
    }
    let mut tx = db.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query(
        "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY, at BIGINT NOT NULL)",
    )
    .execute(&mut *tx)
    .await?;
    let mut at = version(&mut tx).await?;
    for statements in file::STEPS.iter().skip(usize::try_from(at).unwrap_or(usize::MAX)) {
        for statement in *statements {
            sqlx::query(*statement).execute(&mut *tx).await?;
        }
        at += 1;
        sqlx::query("INSERT INTO schema_version (version, at) VALUES ($1, $2)")
            .bind(at)
            .bind(now)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(at)
}

/// The schema of a server; 0 where there is none.
///
/// # Errors
/// [`StoreError`].
pub async fn of_server(store: &Store) -> Result<i64, StoreError> {
    // By its name alone: who may not look into the schema learns that it may not, not that it is empty.
    const THERE: &str = "SELECT COUNT(*) AS n FROM pg_catalog.pg_namespace AS s
        JOIN pg_catalog.pg_class AS c ON c.relnamespace = s.oid
        WHERE s.nspname = 'nightdesk' AND c.relname = 'schema_version'";
    let there = store.first(sql(THERE)).await?.map_or(Ok(0), |row| row.number("n"))?;
    if there == 0 {
        return Ok(0);
    }
    let row = store.first(sql("SELECT COALESCE(MAX(version), 0) AS v FROM nightdesk.schema_version")).await?;
    row.map_or(Ok(0), |row| row.number("v"))
}

/// Whether a server has the schema this program needs.
///
/// # Errors
/// [`StoreError`]: `Older` or `Newer` where it has another.
pub(crate) async fn fits(store: &Store) -> Result<(), StoreError> {
    let (found, known, place) = (of_server(store).await?, KNOWN_ON_SERVER, store.place.clone());
    match found.cmp(&known) {
        std::cmp::Ordering::Less => Err(StoreError::Older { place, found, known }),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(StoreError::Newer { place, found, known }),
    }
}

/// What migrating a server did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The schema it had; 0 where it had none.
    pub from: i64,
    /// The schema it has.
    pub to: i64,
    /// The role that may do what a desk does from now on; none where there is no role of the usual name.
    pub role: Option<Text>,
}

/// Brings a server to the schema this program knows, and lets `role` do what a desk does, or
/// [`DESK_ROLE`] where there is one. Several that do so at once do it one after the other. As the role that owns
/// the tables, or will.
///
/// # Errors
/// [`StoreError`]: `Newer` where a newer program was here; nothing is done then.
pub async fn migrate_server(server: &Server, role: Option<&str>) -> Result<Migrated, StoreError> {
    let store = Store::server(server);
    let mut db = PgConnection::connect_with(&server.options).await.map_err(|e| store.error(&e))?;
    let migrated = server::migrate(&mut db, role).await.map_err(|e| store.error(&e));
    let _ = db.close().await;
    store.close().await;
    let migrated = migrated?;
    let (found, known, place) = (migrated.to, KNOWN_ON_SERVER, store.place.clone());
    if found > known { Err(StoreError::Newer { place, found, known }) } else { Ok(migrated) }
}
