//! Changes on their way to the locks, as rows.

use chrono::{DateTime, Utc};

use super::StayId;
use crate::seam::id::{GrantId, MethodId};
use crate::seam::model::MutationCode;
use crate::text::Text;

/// Whose mutation it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MutationOf {
    /// A grant's.
    Grant(GrantId),
    /// A method's.
    Method(MethodId),
}

/// Names a pending mutation, which has no id of its own at Seam.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MutationId {
    /// Whose it is.
    pub of: MutationOf,
    /// What it does.
    pub code: MutationCode,
    /// When it began, UTC.
    pub created_at: Option<DateTime<Utc>>,
}

/// A pending mutation as the pane shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MutationRow {
    /// Which.
    pub id: MutationId,
    /// The stay it belongs to.
    pub stay: Option<StayId>,
    /// The room, empty where there is none.
    pub room: Text,
    /// What it does, in the desk's words: `access times`.
    pub what: Text,
    /// From what to what, property time: `Mon 11:00 → Tue 11:00`, `2 doors`; else Seam's message.
    pub change: Text,
    /// When it began, UTC; by the record, never by when it was read.
    pub since: Option<DateTime<Utc>>,
}
