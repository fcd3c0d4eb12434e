//! The durable record of what the desk did, shared by every nightdesk on the host.
//!
//! An [`Intent`] is written when a person confirms a plan, [`Fact`]s before and after each step, all of it
//! on the disk before the next thing is sent. Nothing written is ever changed: the store itself refuses.
//! What is over and older than is kept goes ([`Retention`]); what is unfinished never does.
//! Leases say which run works on which stay and encoder, so that two processes do not, and so that what
//! a dead one left behind can be taken up.
//!
//! The store is SQLite, `journal.db` in the state directory, 0600, in WAL mode with every commit synced.

mod entry;
mod error;
mod hold;
mod leaf;
mod lease;
mod news;
mod night;
mod read;
mod remark;
mod retention;
mod schema;
#[cfg(test)]
mod tests;
mod who;
mod write;

use std::fmt;
use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, Utc};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

pub use entry::{Fact, FactKind, Ids, Intent, IntentId, Record};
pub use error::JournalError;
pub use hold::{Hold, Holds};
pub use leaf::{Entry, From, Leaf, Place};
pub use lease::{Claim, Token, Wanted};
pub use news::Mark;
pub use night::{NightLog, Page, PageKind};
pub use read::Filter;
pub use remark::{Remark, Remarks};
pub use retention::Retention;
pub use who::Who;

use crate::text::Text;

/// Name of the file in the state directory.
pub const FILE: &str = "journal.db";

/// How long another process may keep the file to itself before that is an error.
const PATIENCE: Duration = Duration::from_secs(5);

/// The pause before a file that is being made is tried again.
const ANOTHER_TRY: Duration = Duration::from_millis(10);

/// When the file and its log were last written, and how long they were then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp([Option<(SystemTime, u64)>; 2]);

/// Tells the time by which leases run out: this machine's clock, which all processes on it share.
pub type LeaseClock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// An open journal. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Journal {
    pool: SqlitePool,
    path: Arc<Path>,
    clock: LeaseClock,
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Journal {
    /// Opens the journal in the state directory `dir` to write it, making both where they are not there
    /// (0700 and 0600), and brings an older schema up to date. Inside a tokio runtime.
    ///
    /// # Errors
    /// [`JournalError`]; the desk then changes nothing.
    pub async fn open(dir: &Path) -> Result<Self, JournalError> {
        Self::open_with(dir, PATIENCE, Arc::new(Utc::now)).await
    }

    /// The same with another patience for a file that somebody else keeps locked, and another clock for
    /// the leases.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub async fn open_with(dir: &Path, patience: Duration, clock: LeaseClock) -> Result<Self, JournalError> {
        let path = dir.join(FILE);
        let unopened =
            |e: io::Error| JournalError::Unopened { path: path.clone(), words: Text::new(e.to_string()) };
        DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(unopened)?;
        // Made here, not by the store, so that it is never open to others for a moment.
        match OpenOptions::new().append(true).create(true).mode(0o600).open(&path) {
            Ok(file) if file.metadata().map_err(unopened)?.permissions().mode() & 0o077 != 0 => {
                file.set_permissions(Permissions::from_mode(0o600)).map_err(unopened)?;
            }
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::PermissionDenied && path.exists() => {
                return Err(JournalError::ReadOnly { path });
            }
            Err(e) => return Err(unopened(e)),
        }
        let options = connect(&path, patience)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true);
        let began = Instant::now();
        loop {
            let pool = pool(patience).max_connections(2);
            match Self::ready(options.clone(), pool, path.clone(), Arc::clone(&clock)).await {
                // The store does not wait by itself where two programs turn a new file to WAL at once.
                Err(JournalError::Locked { .. }) if began.elapsed() < patience => {
                    tokio::time::sleep(ANOTHER_TRY).await;
                }
                opened => return opened,
            }
        }
    }

    /// Opens the journal in the state directory `dir` to read it, and changes nothing; none where there
    /// is none yet. Inside a tokio runtime.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn open_to_read(dir: &Path) -> Result<Option<Self>, JournalError> {
        let path = dir.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let options = connect(&path, PATIENCE).read_only(true);
        let journal =
            Self::connected(options, pool(PATIENCE).max_connections(1), path, Arc::new(Utc::now)).await?;
        let mut db = journal.pool.acquire().await.map_err(|e| journal.error(&e))?;
        let found = schema::version(&mut db).await.map_err(|e| journal.error(&e))?;
        drop(db);
        journal.known(found)?;
        // A file of which only the name is there, because its first writer was cut off, holds nothing.
        Ok((found > 0).then_some(journal))
    }

    /// A journal that is forgotten with its last handle, for tests. Inside a tokio runtime.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn in_memory() -> Result<Self, JournalError> {
        let options = SqliteConnectOptions::new().in_memory(true).foreign_keys(true);
        // The store is its one connection.
        let pool = pool(PATIENCE).max_connections(1).idle_timeout(None).max_lifetime(None);
        Self::ready(options, pool, PathBuf::from(":memory:"), Arc::new(Utc::now)).await
    }

    /// Connected, with the tables this program knows.
    async fn ready(
        options: SqliteConnectOptions,
        pool: SqlitePoolOptions,
        path: PathBuf,
        clock: LeaseClock,
    ) -> Result<Self, JournalError> {
        let journal = Self::connected(options, pool, path, clock).await?;
        journal.migrate().await?;
        Ok(journal)
    }

    async fn connected(
        options: SqliteConnectOptions,
        pool: SqlitePoolOptions,
        path: PathBuf,
        clock: LeaseClock,
    ) -> Result<Self, JournalError> {
        let pool = pool.connect_with(options).await.map_err(|e| JournalError::of(&path, &e))?;
        Ok(Self { pool, path: path.into(), clock })
    }

    async fn migrate(&self) -> Result<(), JournalError> {
        let mut db = self.pool.acquire().await.map_err(|e| self.error(&e))?;
        let now = (self.clock)().timestamp_millis();
        let found = schema::migrate(&mut db, now).await.map_err(|e| self.error(&e))?;
        self.known(found)
    }

    fn known(&self, found: i64) -> Result<(), JournalError> {
        let known = schema::KNOWN;
        if found > known {
            return Err(JournalError::Newer { path: self.path.to_path_buf(), found, known });
        }
        Ok(())
    }

    /// Reads the whole file and says whether it is sound.
    ///
    /// # Errors
    /// `Damaged` where it is not.
    pub async fn check(&self) -> Result<(), JournalError> {
        let said: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&self.pool)
            .await
            .map_err(|e| self.error(&e))?;
        if said == "ok" {
            return Ok(());
        }
        Err(JournalError::Damaged { path: self.path.to_path_buf(), words: Text::new(said) })
    }

    /// What tells whether anybody has written since: equal as long as nobody has. Looking costs nothing
    /// that another program would notice.
    pub fn stamp(&self) -> Stamp {
        let of = |path: &Path| std::fs::metadata(path).ok().and_then(|m| Some((m.modified().ok()?, m.len())));
        let mut log = self.path.as_os_str().to_owned();
        log.push("-wal");
        Stamp([of(&self.path), of(Path::new(&log))])
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Closes the file. What was written stays written without it.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    fn now(&self) -> i64 {
        (self.clock)().timestamp_millis()
    }

    fn error(&self, e: &sqlx::Error) -> JournalError {
        JournalError::of(&self.path, e)
    }

    fn damaged(&self, words: &str) -> JournalError {
        JournalError::Damaged { path: self.path.to_path_buf(), words: Text::new(words) }
    }
}

fn connect(path: &Path, patience: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).create_if_missing(false).busy_timeout(patience)
}

fn pool(patience: Duration) -> SqlitePoolOptions {
    SqlitePoolOptions::new().acquire_timeout(patience * 2)
}
