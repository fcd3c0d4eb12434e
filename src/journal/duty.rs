//! Who has a desk open at a property, for those who share a server. A file of one host keeps nothing of it.

use std::time::Duration;

use super::{Journal, JournalError, Who};
use crate::store::sql;
use crate::text::Text;

/// How long a desk counts as open after it last said so.
pub const ON_DUTY: Duration = Duration::from_secs(30);

/// Another desk that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// At which property.
    pub hotel: Text,
    /// Who is at it: "maria", "maria@desk-2" where it is another machine.
    pub name: Text,
}

const SAY: &str = "INSERT INTO duty (hotel, desk, name, host, since, until)
    SELECT h.hotel, $2, $3, $4, now_ms(), now_ms() + $5
    FROM json_array_elements_text(CAST($1 AS JSON)) AS h (hotel) ORDER BY h.hotel
    ON CONFLICT (hotel, desk) DO UPDATE
        SET name = excluded.name, host = excluded.host, until = excluded.until,
            since = CASE WHEN duty.until > now_ms() THEN duty.since ELSE excluded.since END";

const OTHERS: &str = "SELECT hotel, name, host FROM duty
    WHERE hotel IN (SELECT json_array_elements_text(CAST($1 AS JSON))) AND desk <> $2 AND until > now_ms()
    ORDER BY hotel, since, desk LIMIT 5000";

/// Its own, and what nobody has said again for a day.
const LEAVE: &str = "DELETE FROM duty WHERE desk = $1 OR until < now_ms() - 86400000";

impl Journal {
    /// Says that the desk of this id is open at these properties, with `who` at it, and asks who else is. None where
    /// the journal is a file of this host.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn on_duty(
        &self,
        desk: &str,
        who: &Who,
        hotels: &[Text],
    ) -> Result<Option<Vec<Colleague>>, JournalError> {
        if !self.store.is_shared() {
            return Ok(None);
        }
        let asked = serde_json::to_string(hotels).map_err(|e| self.damaged(&e.to_string()))?;
        let lasts = i64::try_from(ON_DUTY.as_millis()).unwrap_or(i64::MAX);
        let say = sql(SAY).bind(asked.as_str()).bind(desk).bind(who.name()).bind(&who.host).bind(lasts);
        self.store.run(say).await?;
        let rows = self.store.all(sql(OTHERS).bind(asked.as_str()).bind(desk)).await?;
        let of = |row: &crate::store::Row| {
            let (name, host) = (row.text("name")?, row.text("host")?);
            let name = if who.host.as_str() == host { name } else { format!("{name}@{host}") };
            Ok(Colleague { hotel: Text::new(row.text("hotel")?), name: Text::new(name) })
        };
        rows.iter().map(of).collect::<Result<_, JournalError>>().map(Some)
    }

    /// The desk of this id is closed.
    ///
    /// # Errors
    /// [`JournalError`]; then it runs out by itself.
    pub async fn off_duty(&self, desk: &str) -> Result<(), JournalError> {
        if self.store.is_shared() {
            self.store.run(sql(LEAVE).bind(desk)).await?;
        }
        Ok(())
    }
}
