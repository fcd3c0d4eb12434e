//! How old what is on the screen is, and why.

use chrono::{DateTime, TimeDelta, Utc};

use crate::property::{FaultKind, Property, Resource, Stage};
use crate::text::Text;

/// Without a good poll for this long the screen is stale.
pub const STALE_AFTER: TimeDelta = TimeDelta::minutes(2);

/// What the header says of the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Nothing has come in yet.
    Starting,
    /// Something came in a moment ago.
    Live,
    /// Nothing new for too long.
    Stale {
        /// The last good poll.
        since: DateTime<Utc>,
        /// The last trouble, in words.
        why: Option<Text>,
    },
    /// No connection, or the key is refused.
    Offline {
        /// Since when.
        since: DateTime<Utc>,
        /// The trouble, in words.
        why: Text,
    },
}

/// When anything was last read or checked.
pub fn as_of(p: &Property) -> Option<DateTime<Utc>> {
    Resource::ALL.into_iter().filter_map(|r| p.source(r).as_of).max()
}

/// Whether everything has been read at least once, or will not be, and what that means has been looked at.
pub fn is_all_read(p: &Property) -> bool {
    let is_read = |what| {
        let source = p.source(what);
        source.as_of.is_some() || matches!(source.stage, Stage::Failed { .. })
    };
    Resource::ALL.into_iter().all(is_read) && !p.is_behind()
}

/// How the data as a whole is.
pub fn health(p: &Property, now: DateTime<Utc>) -> Health {
    let fault = Resource::ALL
        .into_iter()
        .filter_map(|r| match &p.source(r).stage {
            Stage::Failed { since, why, .. } => Some((*since, why)),
            _ => None,
        })
        .min_by_key(|(since, _)| *since);
    let fresh = as_of(p);
    if let Some((since, why)) = fault
        && matches!(why.kind, FaultKind::Offline | FaultKind::Auth)
        && fresh.is_none_or(|at| at <= since)
    {
        return Health::Offline { since, why: why.words.clone() };
    }
    match fresh {
        None if fault.is_none() => Health::Starting,
        Some(at) if now - at <= STALE_AFTER => Health::Live,
        at => Health::Stale {
            since: at.or(fault.as_ref().map(|(since, _)| *since)).unwrap_or(now),
            why: fault.map(|(_, why)| why.words.clone()),
        },
    }
}

impl Health {
    /// Whether what is on the screen may be acted on without a second look.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Live)
    }
}
