//! How it stands with a server.

use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};

use super::{Store, StoreError, sql};
use crate::text::Text;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The server's version.
    pub version: Text,
    /// The version of TLS that the connection has; none where it has none.
    pub tls: Option<Text>,
    /// How long an answer takes.
    pub trip: Duration,
    /// By how much its clock is ahead of this computer's.
    pub apart: TimeDelta,
    /// Whether the role may take out or change what is written, which no desk needs.
    pub may_delete: bool,
}

const LOOK: &str = "SELECT current_setting('server_version') AS version,
        (SELECT ssl.version FROM pg_catalog.pg_stat_ssl AS ssl WHERE ssl.pid = pg_backend_pid() AND ssl.ssl) AS tls,
        CAST(CASE WHEN has_table_privilege('fact', 'DELETE') OR has_table_privilege('fact', 'UPDATE')
            THEN 1 ELSE 0 END AS BIGINT) AS owns,
        CAST(CASE WHEN has_table_privilege('fact', 'INSERT') AND has_table_privilege('lease', 'UPDATE')
            THEN 1 ELSE 0 END AS BIGINT) AS writes";

impl Store {
    /// How it stands with a server, and whether this role may do what a desk does.
    ///
    /// # Errors
    /// [`StoreError`]: `Denied` where it may not.
    pub async fn look(&self) -> Result<Found, StoreError> {
        let row = self.first(sql(LOOK)).await?.ok_or_else(|| self.damaged("it says nothing"))?;
        if row.number("writes")? == 0 {
            let words = "the role may not write: run `nightdesk store migrate --role` with its name".into();
            return Err(StoreError::Denied { place: self.place.clone(), words });
        }
        // The first one may have opened a connection.
        let (began, before) = (Instant::now(), Utc::now());
        let now = self.first(sql("SELECT {now} AS now")).await?;
        let trip = began.elapsed();
        let now = now.map_or(Ok(0), |row| row.number("now"))?;
        let between = before.timestamp_millis() + i64::try_from(trip.as_millis() / 2).unwrap_or_default();
        Ok(Found {
            version: Text::new(row.text("version")?),
            tls: row.maybe_text("tls")?.map(Text::new),
            trip,
            apart: TimeDelta::milliseconds(now - between),
            may_delete: row.number("owns")? == 1,
        })
    }
}
