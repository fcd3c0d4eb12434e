//! A store in a file of this host: SQLite in WAL mode, every commit synced, for its owner only.

use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Engine, PATIENCE, Place, Store, StoreClock, StoreError, schema};
use crate::text::Text;

/// The pause before a file that is being made is tried again.
const ANOTHER_TRY: Duration = Duration::from_millis(10);

impl Store {
    /// Opens a file to write it, making it and its directory where they are not there (0600 and 0700), and
    /// brings an older schema up to date. Inside a tokio runtime.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn file(path: &Path, patience: Duration, clock: StoreClock) -> Result<Self, StoreError> {
        let place = Self::of_path(path);
        let unopened =
            |e: io::Error| StoreError::Unopened { place: place.clone(), words: Text::new(e.to_string()) };
        let dir = path.parent().unwrap_or(path);
        DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(unopened)?;
        // Made here, not by the engine, so that it is never open to others for a moment.
        match OpenOptions::new().append(true).create(true).mode(0o600).open(path) {
            Ok(file) if file.metadata().map_err(unopened)?.permissions().mode() & 0o077 != 0 => {
                file.set_permissions(Permissions::from_mode(0o600)).map_err(unopened)?;
            }
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::PermissionDenied && path.exists() => {
                return Err(StoreError::ReadOnly { place });
            }
            Err(e) => return Err(unopened(e)),
        }
        let options = connect(path, patience)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true);
        let began = Instant::now();
        loop {
            // Two that write would wait for each other in the engine, and each takes a thread and its memory.
            let pool = pool(patience).max_connections(1);
            match Self::ready(options.clone(), pool, place.clone(), Arc::clone(&clock)).await {
                // The engine does not wait by itself where two programs turn a new file to WAL at once.
                Err(StoreError::Locked { .. }) if began.elapsed() < patience => {
                    tokio::time::sleep(ANOTHER_TRY).await;
                }
                opened => return opened,
            }
        }
    }

    /// Opens a file to read it, and changes nothing; none where there is none yet. Inside a tokio runtime.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn file_to_read(path: &Path) -> Result<Option<Self>, StoreError> {
        if !path.exists() {
            return Ok(None);
        }
        let options = connect(path, PATIENCE).read_only(true);
        let one = pool(PATIENCE).max_connections(1);
        let store = Self::opened(options, one, Self::of_path(path), Arc::new(Utc::now)).await?;
        // A file of which only the name is there, because its first writer was cut off, holds nothing.
        Ok((schema::of_file(&store).await? > 0).then_some(store))
    }

    /// A store that is forgotten with its last handle, for tests. Inside a tokio runtime.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn in_memory() -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new().in_memory(true).foreign_keys(true);
        // The store is its one connection.
        let pool = pool(PATIENCE).max_connections(1).idle_timeout(None).max_lifetime(None);
        Self::ready(options, pool, Self::of_path(Path::new(":memory:")), Arc::new(Utc::now)).await
    }

    /// Opened, with the tables this program knows.
    async fn ready(
        options: SqliteConnectOptions,
        pool: SqlitePoolOptions,
        place: Place,
        clock: StoreClock,
    ) -> Result<Self, StoreError> {
        let store = Self::opened(options, pool, place, clock).await?;
        schema::migrate_file(&store).await?;
        Ok(store)
    }

    pub(super) async fn opened(
        options: SqliteConnectOptions,
        pool: SqlitePoolOptions,
        place: Place,
        clock: StoreClock,
    ) -> Result<Self, StoreError> {
        let pool = pool.connect_with(options).await.map_err(|e| StoreError::of(&place, &e))?;
        Ok(Self { engine: Engine::File(pool), place, clock })
    }

    /// A file without the tables this program knows, over one connection, for tests.
    ///
    /// # Errors
    /// [`StoreError`].
    #[cfg(test)]
    pub(crate) async fn bare_file(path: &Path) -> Result<Self, StoreError> {
        let one = pool(PATIENCE).max_connections(1);
        Self::opened(connect(path, PATIENCE), one, Self::of_path(path), Arc::new(Utc::now)).await
    }
}

fn connect(path: &Path, patience: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).create_if_missing(false).busy_timeout(patience)
}

fn pool(patience: Duration) -> SqlitePoolOptions {
    SqlitePoolOptions::new().acquire_timeout(patience * 2)
}
