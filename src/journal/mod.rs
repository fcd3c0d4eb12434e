//! The durable record of what the desk did, shared by every nightdesk that has the same store: of one host, or of
//! several.
//!
//! An [`Intent`] is written when a person confirms a plan, [`Fact`]s before and after each step, all of it
//! on the disk before the next thing is sent. Nothing written is ever changed: the store itself refuses.
//! What is over and older than is kept goes ([`Retention`]); what is unfinished never does.
//! Leases say which run works on which stay and encoder, so that two processes do not, and so that what
//! a dead one left behind can be taken up.
//!
//! It is kept in a [`Store`]: `journal.db` in the state directory, 0600, in WAL mode with every commit synced; or
//! a PostgreSQL. Facts are numbered by property without gaps, in the order in which they were written: whoever
//! has read number n has everything below it.

mod check;
mod clash;
mod copy;
mod duty;
mod entry;
mod hold;
mod home;
mod leaf;
mod lease;
mod merge;
mod news;
mod night;
mod read;
mod remark;
mod retention;
mod stand_in;
#[cfg(test)]
mod tests;
mod who;
mod write;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chrono::Utc;

pub use crate::store::StoreClock as LeaseClock;
pub use crate::store::StoreError as JournalError;
pub use clash::{Clash, Met};
pub use copy::Copied;
pub use duty::{Colleague, ON_DUTY};
pub use entry::{Fact, FactKind, Ids, Intent, IntentId, Record};
pub use hold::{Hold, Holds};
pub use home::Home;
pub use leaf::{Entry, From, Leaf, Place};
pub use lease::{Claim, Token, Wanted};
pub use merge::Merged;
pub use news::Mark;
pub use night::{NightLog, Page, PageKind};
pub use read::Filter;
pub use remark::{Remark, Remarks};
pub use retention::Retention;
pub use stand_in::STAND_IN;
pub use who::Who;

use crate::store::{DESK, Hearing, PATIENCE, Server, Store, sql};
use crate::text::Text;
use stand_in::StandIn;

/// Name of the file in the state directory.
pub const FILE: &str = "journal.db";

/// What tells whether anybody has written since: equal as long as nobody has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stamp {
    /// Nobody has looked yet.
    #[default]
    Never,
    /// When a file and its log were last written, and how long they were then.
    File([Option<(SystemTime, u64)>; 2]),
    /// How often was written of a property on a server.
    Server(i64),
}

/// An open journal. A clone is another handle on the same one.
#[derive(Clone, Debug)]
pub struct Journal {
    store: Store,
    stand_in: StandIn,
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
        Ok(Self::of(Store::file(&dir.join(FILE), patience, clock).await?))
    }

    /// Opens the journal in the state directory `dir` to read it, and changes nothing; none where there
    /// is none yet. Inside a tokio runtime.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn open_to_read(dir: &Path) -> Result<Option<Self>, JournalError> {
        Ok(Store::file_to_read(&dir.join(FILE)).await?.map(Self::of))
    }

    /// The journal on a server that several desks share. Inside a tokio runtime.
    ///
    /// # Errors
    /// [`JournalError`]; the desk then changes nothing.
    pub async fn connect(server: &Server) -> Result<Self, JournalError> {
        Ok(Self::of(Store::connect(server).await?))
    }

    /// The same, whether it answers or not: nothing has been asked yet. Inside a tokio runtime.
    pub fn unasked(server: &Server) -> Self {
        Self::of(Store::server(server))
    }

    /// A journal that is forgotten with its last handle, for tests. Inside a tokio runtime.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn in_memory() -> Result<Self, JournalError> {
        Ok(Self::of(Store::in_memory().await?))
    }

    fn of(store: Store) -> Self {
        Self { store, stand_in: StandIn::default() }
    }

    /// What it is kept in, whatever stands in for it.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What tells whether anybody has written of `hotel` since. For a file looking costs nothing that another
    /// program would notice; a server is asked for one number.
    ///
    /// # Errors
    /// [`JournalError`] where a server cannot be asked.
    pub async fn stamp(&self, hotel: &Text) -> Result<Stamp, JournalError> {
        let store = self.at();
        let Some(path) = store.path() else {
            let row = store.first(sql("SELECT writes FROM head WHERE hotel = $1").bind(hotel)).await?;
            return Ok(Stamp::Server(row.map_or(Ok(0), |row| row.number("writes"))?));
        };
        let of = |path: &Path| std::fs::metadata(path).ok().and_then(|m| Some((m.modified().ok()?, m.len())));
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        Ok(Stamp::File([of(path), of(Path::new(&log))]))
    }

    /// Is told from now on when somebody writes of `hotel`; never where it is kept in a file.
    pub fn hear(&self, hotel: &Text) -> Hearing {
        self.store.hear(DESK, hotel)
    }

    /// Closes it. What was written stays written without that.
    pub async fn close(&self) {
        self.store.close().await;
    }

    fn damaged(&self, words: &str) -> JournalError {
        self.store.damaged(words)
    }
}
