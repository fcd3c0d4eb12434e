//! How the export of the property management system is read.

use std::collections::BTreeMap;

use serde::Deserialize;

/// `[pms]`: what `nightdesk audit --pms FILE` cannot guess from the file. All are optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PmsConfig {
    /// The names of the columns in the file: `room`, `guest`, `first_name`, `arrival`, `departure`,
    /// `status`.
    #[serde(default)]
    pub columns: BTreeMap<PmsColumn, String>,
    /// How dates are written, as `strftime` has it: `%d.%m.%Y`. Tried before the usual forms.
    #[serde(default)]
    pub date_formats: Vec<String>,
    /// What stands between two cells.
    pub delimiter: Option<char>,
    /// Whether 03/04/2026 is the third of April. Where it is not set, the file's other dates decide.
    pub day_first: Option<bool>,
    /// What the words in the status column mean: `"IH" = "in_house"`.
    #[serde(default)]
    pub status: BTreeMap<String, PmsStatus>,
}

/// A column of the export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PmsColumn {
    /// The room's number.
    Room,
    /// The guest's name.
    Guest,
    /// The guest's first name, where it stands by itself.
    FirstName,
    /// The day of arrival.
    Arrival,
    /// The day of departure.
    Departure,
    /// Whether the guest is in the house.
    Status,
}

/// What a status means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PmsStatus {
    /// Not here yet.
    Expected,
    /// Checked in.
    InHouse,
    /// Checked out.
    Departed,
    /// Did not come.
    NoShow,
    /// Will not come.
    Cancelled,
}
