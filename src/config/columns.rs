//! Which columns the panes of a property show.

use serde::de::{Deserializer, Error};
use serde::{Deserialize, de};

/// `[columns]`: the columns of each pane by name, in order, `"guest:30"` for one that is 30 cells wide. A pane that
/// is not named has the usual ones; a person at the desk can choose others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnsConfig {
    /// Of Guests.
    #[serde(default, deserialize_with = "guests")]
    pub guests: Vec<String>,
    /// Of Grants.
    #[serde(default, deserialize_with = "grants")]
    pub grants: Vec<String>,
    /// Of Pending mutations.
    #[serde(default, deserialize_with = "mutations")]
    pub mutations: Vec<String>,
    /// Of Warnings.
    #[serde(default, deserialize_with = "warnings")]
    pub warnings: Vec<String>,
}

/// The names of the columns of Guests.
pub const GUESTS: &[&str] = &[
    "room",
    "guest",
    "class",
    "until",
    "pin",
    "card",
    "mobile",
    "from",
    "party",
    "reservation",
    "nights",
    "opened",
    "cloud",
    "booked",
    "doors",
    "phone",
    "email",
    "id",
];

/// The names of the columns of Grants.
pub const GRANTS: &[&str] = &[
    "guest",
    "where",
    "issued",
    "until",
    "grant",
    "from",
    "reservation",
    "doors",
    "booked",
    "grant-key",
    "phone",
    "email",
    "id",
];

/// The names of the columns of Pending mutations.
pub const MUTATIONS: &[&str] =
    &["room", "what", "change", "guest", "age", "began", "class", "until", "reservation", "id"];

/// The names of the columns of Warnings.
pub const WARNINGS: &[&str] =
    &["severity", "since", "room", "guest", "why", "do", "began", "said", "rule", "id"];

fn checked<'de, D: Deserializer<'de>>(
    from: D,
    known: &'static [&'static str],
) -> Result<Vec<String>, D::Error> {
    let names: Vec<String> = Vec::deserialize(from)?;
    for written in &names {
        let (name, width) = written.split_once(':').unwrap_or((written, "1"));
        if !known.contains(&name) {
            return Err(D::Error::unknown_variant(name, known));
        }
        if width.parse::<u16>().is_err() {
            let wrong = de::Unexpected::Str(written);
            return Err(D::Error::invalid_value(wrong, &"a column, or a column and its width: \"guest:30\""));
        }
    }
    Ok(names)
}

fn guests<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    checked(from, GUESTS)
}

fn grants<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    checked(from, GRANTS)
}

fn mutations<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    checked(from, MUTATIONS)
}

fn warnings<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    checked(from, WARNINGS)
}
