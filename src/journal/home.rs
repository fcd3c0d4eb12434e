//! Where the record is kept, for those who open it now and then: a directory of this host, or a server that is
//! reached once and for all of the program.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{Mutex, OnceCell};

use super::{FILE, Journal, JournalError};
use crate::store::Server;

/// Where the record is kept. A clone is the same place.
#[derive(Clone, Debug)]
pub struct Home {
    dir: PathBuf,
    shared: Option<Shared>,
    /// The file as it was opened to be read: all who read share one connection.
    file: Arc<Mutex<Option<(FileId, Journal)>>>,
}

/// Device and number of a file: another file of the same name has others.
type FileId = (u64, u64);

#[derive(Clone, Debug)]
struct Shared {
    server: Server,
    journal: Arc<OnceCell<Journal>>,
}

impl Home {
    /// The state directory `dir`; the journal is on the server instead where one is named.
    pub fn new(dir: PathBuf, server: Option<Server>) -> Self {
        let shared = server.map(|server| Shared { server, journal: Arc::default() });
        Self { dir, shared, file: Arc::default() }
    }

    /// The state directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The server, where several desks share one.
    pub fn server(&self) -> Option<&Server> {
        self.shared.as_ref().map(|shared| &shared.server)
    }

    /// Opens the journal to write it; all who ask get the same one where it is on a server. Inside a tokio
    /// runtime.
    ///
    /// # Errors
    /// [`JournalError`]; the desk then changes nothing.
    pub async fn open(&self) -> Result<Journal, JournalError> {
        match &self.shared {
            Some(shared) => shared.open().await,
            None => Journal::open(&self.dir).await,
        }
    }

    /// The same also where a server does not answer now: it is asked by whoever writes, and may be back by then.
    /// Inside a tokio runtime.
    ///
    /// # Errors
    /// As [`Home::open`], but for a server that is away.
    pub async fn open_though_away(&self) -> Result<Journal, JournalError> {
        match (self.open().await, &self.shared) {
            (Err(error), Some(shared)) if error.is_away() => Ok(shared.unasked().await),
            (opened, _) => opened,
        }
    }

    /// The journal on a server, where it has been opened.
    pub fn opened(&self) -> Option<Journal> {
        self.shared.as_ref()?.journal.get().cloned()
    }

    /// Opens the journal to read it, and changes nothing; none where there is none yet. Inside a tokio runtime.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn open_to_read(&self) -> Result<Option<Journal>, JournalError> {
        match &self.shared {
            Some(shared) => shared.open().await.map(Some),
            None => self.file_to_read().await,
        }
    }

    async fn file_to_read(&self) -> Result<Option<Journal>, JournalError> {
        let there = fs::metadata(self.dir.join(FILE)).map(|file| (file.dev(), file.ino())).ok();
        let mut file = self.file.lock().await;
        if let Some((_, journal)) = file.as_ref().filter(|(id, _)| Some(*id) == there) {
            return Ok(Some(journal.clone()));
        }
        let journal = Journal::open_to_read(&self.dir).await?;
        *file = there.zip(journal.clone());
        Ok(journal)
    }
}

impl Shared {
    async fn unasked(&self) -> Journal {
        self.journal.get_or_init(async || Journal::unasked(&self.server)).await.clone()
    }

    async fn open(&self) -> Result<Journal, JournalError> {
        self.journal.get_or_try_init(|| Journal::connect(&self.server)).await.cloned()
    }
}
