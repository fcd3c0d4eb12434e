//! Access codes: the PINs as the locks have them.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{Notice, lenient};
use crate::seam::id::DeviceId;
use crate::secret::Secret;
use crate::text::Text;

/// `access_code`: a PIN on one lock.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AccessCode {
    /// `access_code_id`, verbatim.
    #[serde(rename = "access_code_id")]
    pub id: Text,
    /// The lock.
    pub device_id: DeviceId,
    /// A name given by people.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<Text>,
    /// The PIN; none while the lock has not chosen one.
    #[serde(default, deserialize_with = "lenient::secret")]
    pub code: Option<Secret>,
    /// `setting`, `set`, `unset`, `removing`, `unknown`, verbatim.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub status: Text,
    /// From when it opens.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when it opens; none where it is open-ended.
    #[serde(default, deserialize_with = "lenient::instant")]
    pub ends_at: Option<DateTime<Utc>>,
    /// Whether it waits in the lock as a reserve.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub is_backup: bool,
    /// `errors[]`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub errors: Vec<Notice>,
    /// `warnings[]`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub warnings: Vec<Notice>,
}
