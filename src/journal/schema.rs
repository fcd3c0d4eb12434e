//! The tables, and how an older file becomes a newer one.
//!
//! Plain SQL that PostgreSQL takes too, but for the triggers, which are written for each store. Instants
//! are milliseconds since 1970, UTC. Of `run`, `fact` and `remark` nothing is ever changed, and nothing
//! taken away but runs that are over and older than is kept; `lease` is no record, only who may work on what
//! at the moment.

use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, Row};

/// The schema this program writes.
pub(super) const KNOWN: i64 = 2;

/// The first schema with remarks.
pub(super) const REMARKS_SINCE: i64 = 2;

/// Guards remarks against being taken out.
pub(super) const REMARK_REMAINS: &str = "CREATE TRIGGER remark_remains BEFORE DELETE ON remark BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END";

/// Nothing is taken away from `run`, except by [`super::Retention`].
pub(super) const RUN_REMAINS: &str = "CREATE TRIGGER run_remains BEFORE DELETE ON run BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END";
/// Nor from `fact`.
pub(super) const FACT_REMAINS: &str = "CREATE TRIGGER fact_remains BEFORE DELETE ON fact BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END";

/// What makes schema n of schema n-1, in order.
const STEPS: [&[&str]; KNOWN as usize] = [RUNS, REMARKS];

/// What the desk did, and who may work on what.
const RUNS: &[&str] = &[
    "CREATE TABLE run (
        id TEXT NOT NULL PRIMARY KEY,
        at BIGINT NOT NULL,
        hotel TEXT NOT NULL,
        action TEXT NOT NULL,
        stay TEXT NOT NULL,
        guest TEXT NOT NULL,
        room TEXT NOT NULL,
        plan TEXT NOT NULL,
        who TEXT NOT NULL
    )",
    "CREATE INDEX run_at ON run (at)",
    "CREATE TABLE fact (
        run TEXT NOT NULL REFERENCES run (id),
        seq BIGINT NOT NULL,
        at BIGINT NOT NULL,
        kind TEXT NOT NULL,
        step BIGINT,
        state TEXT NOT NULL,
        words TEXT NOT NULL,
        request_id TEXT,
        ids TEXT NOT NULL,
        PRIMARY KEY (run, seq)
    )",
    "CREATE UNIQUE INDEX fact_ended ON fact (run) WHERE kind = 'ended'",
    "CREATE TABLE lease (
        name TEXT NOT NULL PRIMARY KEY,
        token BIGINT NOT NULL,
        run TEXT NOT NULL,
        whom TEXT NOT NULL,
        until BIGINT NOT NULL,
        used_at BIGINT
    )",
    "CREATE INDEX lease_run ON lease (run)",
    "CREATE TRIGGER run_stays BEFORE UPDATE ON run BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    RUN_REMAINS,
    "CREATE TRIGGER fact_stays BEFORE UPDATE ON fact BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    FACT_REMAINS,
];

/// What people said about alerts: acknowledged, snoozed, taken back. Numbered by property without gaps.
const REMARKS: &[&str] = &[
    "CREATE TABLE remark (
        hotel TEXT NOT NULL,
        seq BIGINT NOT NULL,
        at BIGINT NOT NULL,
        alert TEXT NOT NULL,
        said TEXT NOT NULL,
        until BIGINT,
        severity TEXT NOT NULL,
        since BIGINT NOT NULL,
        reason TEXT NOT NULL,
        who TEXT NOT NULL,
        PRIMARY KEY (hotel, seq)
    )",
    "CREATE INDEX remark_alert ON remark (hotel, alert, seq)",
    "CREATE TRIGGER remark_stays BEFORE UPDATE ON remark BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    REMARK_REMAINS,
];

/// The schema of a file; 0 where nothing has been written yet.
pub(super) async fn version(db: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    let there =
        sqlx::query("SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'")
            .fetch_one(&mut *db)
            .await?;
    if there.try_get::<i64, _>(0)? == 0 {
        return Ok(0);
    }
    let row = sqlx::query("SELECT COALESCE(MAX(version), 0) FROM schema_version").fetch_one(db).await?;
    row.try_get(0)
}

/// Brings a file to the schema this program knows and says which it has then: a newer one is left as it
/// is. Of several programs that start at once, one does it and the others wait.
pub(super) async fn migrate(db: &mut SqliteConnection, now: i64) -> Result<i64, sqlx::Error> {
    // Reading first: a file that is up to date needs no lock.
    let found = version(db).await?;
    if found >= KNOWN {
        return Ok(found);
    }
    let mut tx = db.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query(
        "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY, at BIGINT NOT NULL)",
    )
    .execute(&mut *tx)
    .await?;
    let mut at = version(&mut tx).await?;
    for statements in STEPS.iter().skip(usize::try_from(at).unwrap_or(usize::MAX)) {
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
