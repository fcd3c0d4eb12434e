//! Why the journal cannot be used. Whoever meets one of these changes nothing at the property: an
//! action that leaves no record is not done.

use std::path::{Path, PathBuf};

use crate::text::Text;

/// What is wrong with the journal, one sentence each, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file or its directory cannot be made or opened.
    #[error("{}: the journal cannot be opened: {words}", path.display())]
    Unopened {
        /// Which file.
        path: PathBuf,
        /// Why.
        words: Text,
    },
    /// The file was written by a newer program.
    #[error(
        "{}: the journal has schema {found} and this nightdesk knows {known}: use the newer nightdesk",
        path.display()
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// The schema of the file.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// No room is left for another entry.
    #[error("{}: the disk is full, nothing more can be recorded: make room", path.display())]
    Full {
        /// Which file.
        path: PathBuf,
    },
    /// Somebody else holds the file for longer than is waited.
    #[error("{}: another program keeps the journal locked: end it, or try again", path.display())]
    Locked {
        /// Which file.
        path: PathBuf,
    },
    /// The file can be read, but not written.
    #[error("{}: the journal cannot be written, only read: check its owner and mode", path.display())]
    ReadOnly {
        /// Which file.
        path: PathBuf,
    },
    /// The file is not what was written to it.
    #[error("{}: the journal is damaged ({words}): put it aside and keep it", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// How it shows.
        words: Text,
    },
    /// The right to go on was lost: it ran out, or somebody else has taken it since.
    #[error(
        "another nightdesk has taken this over, or this one was asleep for too long: look again and decide"
    )]
    Fenced,
    /// Nothing is recorded here, on purpose.
    #[error("{words}")]
    Closed {
        /// Why.
        words: Text,
    },
    /// Anything else the store says.
    #[error("{}: the journal does not work: {words}", path.display())]
    Other {
        /// Which file.
        path: PathBuf,
        /// What it says.
        words: Text,
    },
}

impl JournalError {
    /// What the store says, by what it means to the desk.
    pub(super) fn of(path: &Path, error: &sqlx::Error) -> Self {
        let path = path.to_owned();
        let words = Text::new(error.to_string());
        match error {
            sqlx::Error::Database(e) => {
                let code = e.code().and_then(|c| c.parse::<i32>().ok());
                // The low byte of an SQLite result code is the kind; what is above it is detail.
                match code.map(|c| c & 0xff) {
                    Some(5 | 6) => Self::Locked { path },
                    Some(8) => Self::ReadOnly { path },
                    Some(11 | 26) => Self::Damaged { path, words: Text::new(e.message()) },
                    Some(13) => Self::Full { path },
                    Some(14) => Self::Unopened { path, words: Text::new(e.message()) },
                    _ => Self::Other { path, words },
                }
            }
            sqlx::Error::PoolTimedOut => Self::Locked { path },
            sqlx::Error::Io(_) => Self::Unopened { path, words },
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Damaged { path, words },
            _ => Self::Other { path, words },
        }
    }
}
