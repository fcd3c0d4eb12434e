//! One statement for both engines, and what it brings back.
//!
//! Statements are plain SQL with `$1`, `$2`. What the two engines say in different words stands in braces:
//!
//! | word | what it is |
//! |---|---|
//! | `{now}` | milliseconds since 1970, UTC, by the clock of the store: on a server the server's |
//! | `{lock}` | keeps the rows that are read from others until the transaction is over |
//! | `{token}` | a number greater than every one before it |

use std::borrow::Cow;

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, Postgres, Row as _, Sqlite};

use super::{Place, StoreError};
use crate::text::Text;

/// A value in the place of a `$n`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number, or none.
    Number(Option<i64>),
    /// A text, or none.
    Text(Option<String>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<&Text> for Value {
    fn from(text: &Text) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Option<&Text>> for Value {
    fn from(text: Option<&Text>) -> Self {
        Self::Text(text.map(|text| text.as_str().to_owned()))
    }
}

/// A statement with its values.
#[derive(Clone, Debug)]
pub struct Sql {
    text: Cow<'static, str>,
    values: Vec<Value>,
}

/// A statement. Put together from the program's own words and nothing else: what comes from outside is
/// bound.
pub fn sql(text: impl Into<Cow<'static, str>>) -> Sql {
    Sql { text: text.into(), values: Vec::new() }
}

impl Sql {
    /// The same with a value for the next `$n`.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// As SQLite takes it, at the instant `now`.
    pub(super) fn for_file<'q>(mut self, now: i64) -> Query<'q, Sqlite, SqliteArguments> {
        if self.text.contains('{') {
            let mut text = self.text.replace("{lock}", "").replace("{token}", NEXT_TOKEN);
            if text.contains("{now}") {
                self.values.push(now.into());
                text = text.replace("{now}", &format!("${}", self.values.len()));
            }
            self.text = text.into();
        }
        let query = sqlx::query(AssertSqlSafe(self.text));
        self.values.into_iter().fold(query, |query, value| match value {
            Value::Number(number) => query.bind(number),
            Value::Text(text) => query.bind(text),
        })
    }

    /// As PostgreSQL takes it.
    pub(super) fn for_server<'q>(self) -> Query<'q, Postgres, PgArguments> {
        let text = match self.text.contains('{') {
            true => {
                let text = self.text.replace("{lock}", "FOR UPDATE").replace("{now}", "now_ms()");
                text.replace("{token}", "nextval('lease_number')").into()
            }
            false => self.text,
        };
        let query = sqlx::query(AssertSqlSafe(text));
        self.values.into_iter().fold(query, |query, value| match value {
            Value::Number(number) => query.bind(number),
            Value::Text(text) => query.bind(text),
        })
    }
}

const NEXT_TOKEN: &str = "(SELECT COALESCE(MAX(token), 0) + 1 FROM lease)";

/// A row that came back.
#[derive(Debug)]
pub struct Row {
    pub(super) raw: RawRow,
    pub(super) place: Place,
}

/// The same as the engine gives it.
#[derive(Debug)]
pub(super) enum RawRow {
    File(SqliteRow),
    Server(PgRow),
}

impl Row {
    /// The number in a column.
    ///
    /// # Errors
    /// `Damaged` where it is none.
    pub fn number(&self, column: &str) -> Result<i64, StoreError> {
        let found = match &self.raw {
            RawRow::File(row) => row.try_get(column),
            RawRow::Server(row) => row.try_get(column),
        };
        found.map_err(|e| StoreError::of(&self.place, &e))
    }

    /// The number in a column that may be empty.
    ///
    /// # Errors
    /// `Damaged` where it is something else.
    pub fn maybe_number(&self, column: &str) -> Result<Option<i64>, StoreError> {
        let found = match &self.raw {
            RawRow::File(row) => row.try_get(column),
            RawRow::Server(row) => row.try_get(column),
        };
        found.map_err(|e| StoreError::of(&self.place, &e))
    }

    /// The text in a column.
    ///
    /// # Errors
    /// `Damaged` where it is none.
    pub fn text(&self, column: &str) -> Result<String, StoreError> {
        let found = match &self.raw {
            RawRow::File(row) => row.try_get(column),
            RawRow::Server(row) => row.try_get(column),
        };
        found.map_err(|e| StoreError::of(&self.place, &e))
    }

    /// The text in a column that may be empty.
    ///
    /// # Errors
    /// `Damaged` where it is something else.
    pub fn maybe_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        let found = match &self.raw {
            RawRow::File(row) => row.try_get(column),
            RawRow::Server(row) => row.try_get(column),
        };
        found.map_err(|e| StoreError::of(&self.place, &e))
    }
}
