//! Why the store cannot be used. Whoever meets one of these changes nothing at the property: an action that
//! leaves no record is not done.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::text::Text;

/// Where the store is, as errors name it: never with a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file of this host.
    File(Arc<Path>),
    /// A server: `postgres://desk@db.example/nightdesk`.
    Server(Text),
}

impl From<PathBuf> for Place {
    fn from(path: PathBuf) -> Self {
        Self::File(path.into())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Server(url) => url.fmt(f),
        }
    }
}

impl Place {
    /// What is to be done where it cannot be written.
    fn unlock(&self) -> &'static str {
        match self {
            Self::File(_) => "check its owner and mode",
            Self::Server(_) => "this server only follows another one: write that one's address",
        }
    }

    /// What is to be done where it does not fit this program.
    fn newer(&self) -> &'static str {
        "use the newer nightdesk"
    }
}

/// What is wrong with the store, one sentence each, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file or its directory cannot be made or opened.
    #[error("{place}: the journal cannot be opened: {words}")]
    Unopened {
        /// Which.
        place: Place,
        /// Why.
        words: Text,
    },
    /// The server does not answer, or the connection was lost. What was being written may be there or not.
    #[error("{place}: the shared store does not answer: {words}")]
    Unreachable {
        /// Which.
        place: Place,
        /// Why.
        words: Text,
    },
    /// It did not answer in time. What was being written may be there or not.
    #[error("{place}: the shared store took too long to answer")]
    TimedOut {
        /// Which.
        place: Place,
    },
    /// The server does not let this desk in, or not do this.
    #[error("{place}: the shared store refuses this: {words}: look at its role and password, docs/shared.md")]
    Denied {
        /// Which.
        place: Place,
        /// What it says.
        words: Text,
    },
    /// The schema is older than this program needs, or there is none.
    #[error(
        "{place}: the shared store has schema {found} and this nightdesk needs {known}: run `nightdesk store migrate`"
    )]
    Older {
        /// Which.
        place: Place,
        /// The schema that is there; 0 where there is none.
        found: i64,
        /// The schema this program needs.
        known: i64,
    },
    /// It was written by a newer program.
    #[error("{place}: the journal has schema {found} and this nightdesk knows {known}: {}", place.newer())]
    Newer {
        /// Which.
        place: Place,
        /// The schema that is there.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// No room is left for another entry.
    #[error("{place}: the disk is full, nothing more can be recorded: make room")]
    Full {
        /// Which.
        place: Place,
    },
    /// Somebody else holds it for longer than is waited.
    #[error("{place}: another program keeps the journal locked: end it, or try again")]
    Locked {
        /// Which.
        place: Place,
    },
    /// It can be read, but not written.
    #[error("{place}: the journal cannot be written, only read: {}", place.unlock())]
    ReadOnly {
        /// Which.
        place: Place,
    },
    /// It is not what was written to it.
    #[error("{place}: the journal is damaged ({words}): put it aside and keep it")]
    Damaged {
        /// Which.
        place: Place,
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
    #[error("{place}: the journal does not work: {words}")]
    Other {
        /// Which.
        place: Place,
        /// What it says.
        words: Text,
    },
}

impl StoreError {
    /// What an engine says, by what it means to the desk.
    pub(crate) fn of(place: &Place, error: &sqlx::Error) -> Self {
        let (place, words) = (place.clone(), Text::new(error.to_string()));
        match (error, &place) {
            (sqlx::Error::Database(e), Place::File(_)) => Self::of_file(place, words, e.as_ref()),
            (sqlx::Error::Database(e), Place::Server(_)) => Self::of_server(place, e.as_ref()),
            (sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_), _) => Self::Damaged { place, words },
            (sqlx::Error::PoolTimedOut, Place::File(_)) => Self::Locked { place },
            (sqlx::Error::Io(_), Place::File(_)) => Self::Unopened { place, words },
            (sqlx::Error::PoolTimedOut, Place::Server(_)) => {
                Self::Unreachable { place, words: "there is no connection to it".into() }
            }
            (
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed,
                Place::Server(_),
            ) => Self::Unreachable { place, words },
            _ => Self::Other { place, words },
        }
    }

    fn of_file(place: Place, words: Text, e: &dyn sqlx::error::DatabaseError) -> Self {
        let code = e.code().and_then(|c| c.parse::<i32>().ok());
        // The low byte of an SQLite result code is the kind; what is above it is detail.
        match code.map(|c| c & 0xff) {
            Some(5 | 6) => Self::Locked { place },
            Some(8) => Self::ReadOnly { place },
            Some(11 | 26) => Self::Damaged { place, words: Text::new(e.message()) },
            Some(13) => Self::Full { place },
            Some(14) => Self::Unopened { place, words: Text::new(e.message()) },
            _ => Self::Other { place, words },
        }
    }

    /// By the SQLSTATE: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
    fn of_server(place: Place, e: &dyn sqlx::error::DatabaseError) -> Self {
        let words = Text::new(e.message());
        let code = e.code().unwrap_or_default();
        match code.as_ref() {
            "53100" => Self::Full { place },
            "25006" => Self::ReadOnly { place },
            "42501" | "28000" | "28P01" => Self::Denied { place, words },
            "55P03" | "40001" | "40P01" => Self::Locked { place },
            "57014" => Self::TimedOut { place },
            "XX001" | "XX002" => Self::Damaged { place, words },
            "3D000" | "53300" | "25P03" => Self::Unreachable { place, words },
            code if code.starts_with("08") || code.starts_with("57P") => Self::Unreachable { place, words },
            _ => Self::Other { place, words },
        }
    }

    /// Whether the store is away, rather than there and refusing: it may be back any moment.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::TimedOut { .. })
    }
}
