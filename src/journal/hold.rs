//! Who is at what at the moment, for those who look on.

use std::time::Duration;

use super::{Ids, IntentId, Journal, JournalError, Who};
use crate::store::{Row, sql};
use crate::text::Text;
use chrono::{DateTime, Utc};

/// A run that a living process is at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The run.
    pub run: IntentId,
    /// Who is at it: who decided it, or took it up last.
    pub who: Who,
    /// The same as this desk knows it: "maria on pts/3", "maria@desk-2" where that is another machine.
    pub place: Text,
    /// Since when, UTC; in a simulated hotel the hotel's time.
    pub since: DateTime<Utc>,
    /// What is done: "extend".
    pub action: Text,
    /// The stay it is done to.
    pub stay: Text,
    /// The rooms.
    pub room: Text,
    /// The guest's name.
    pub guest: Text,
    /// Everything it has claimed, stays, grants and encoders, by name.
    pub names: Vec<Text>,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holds {
    /// By run.
    pub list: Vec<Hold>,
    /// How long until the first of them runs out, unless it is renewed.
    pub left: Option<Duration>,
}

/// The leases first, of which few are alive, never the runs, which are many: the order that is written is
/// the one that is kept.
const HELD: &str =
    "SELECT lease.name, lease.until, CAST({now} AS BIGINT) AS now, run.id, run.at, run.action, run.stay, run.room, run.guest,
        run.who,
        (SELECT ids FROM fact WHERE fact.run = run.id AND kind = 'taken' ORDER BY seq DESC LIMIT 1) AS taken,
        (SELECT at FROM fact WHERE fact.run = run.id AND kind = 'taken' ORDER BY seq DESC LIMIT 1) AS taken_at
    FROM lease CROSS JOIN run
    WHERE lease.until > {now} AND run.id = lease.run AND run.hotel = $1
    ORDER BY run.id, lease.name";

impl Journal {
    /// The runs at a property that a living process is at, whichever it is.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn holds(&self, hotel: &Text) -> Result<Holds, JournalError> {
        let rows = self.at().all(sql(HELD).bind(hotel)).await?;
        let here = Who::here(None).host;
        let mut holds = Holds::default();
        for row in &rows {
            let name = Text::new(row.text("name")?);
            let (until, now) = (row.number("until")?, row.number("now")?);
            let left = Duration::from_millis(u64::try_from(until - now).unwrap_or(0));
            holds.left = Some(holds.left.map_or(left, |least| least.min(left)));
            let hold = self.hold(row, &here)?;
            match holds.list.last_mut().filter(|last| last.run == hold.run) {
                Some(last) => last.names.push(name),
                None => holds.list.push(Hold { names: vec![name], ..hold }),
            }
        }
        Ok(holds)
    }

    fn hold(&self, row: &Row, here: &Text) -> Result<Hold, JournalError> {
        let text = |name: &str| row.text(name);
        let id = text("id")?;
        let broken = |e: serde_json::Error| self.damaged(&format!("entry {id}: {e}"));
        let taken = row.maybe_text("taken")?;
        let taken_at = row.maybe_number("taken_at")?;
        let taken: Option<Ids> = taken.map(|ids| serde_json::from_str(&ids)).transpose().map_err(broken)?;
        let who = match taken {
            Some(ids) => Who::of_ids(&ids),
            None => serde_json::from_str(&text("who")?).map_err(broken)?,
        };
        Ok(Hold {
            run: IntentId::parse(&id).ok_or_else(|| self.damaged(&format!("“{id}” is no entry's id")))?,
            place: if self.at().is_shared() { who.place_from(here) } else { who.place() },
            who,
            since: match taken_at.and_then(DateTime::from_timestamp_millis) {
                Some(at) => at,
                None => self.instant(row)?,
            },
            action: text("action")?.into(),
            stay: text("stay")?.into(),
            room: text("room")?.into(),
            guest: text("guest")?.into(),
            names: Vec::new(),
        })
    }
}
