//! Reading the journal by the page, from either end or on from an entry, never all of it at once.

use super::{Ids, IntentId, Journal, JournalError, Who};
use crate::store::{Row, sql};
use crate::text::Text;
use chrono::{DateTime, Utc};

/// How many rows are looked at for one page at most: a filter that fits nothing is answered in parts.
const LOOKED_AT: usize = 5_000;

/// How many rows are fetched at once.
const CHUNK: usize = 250;

/// What was decided and how it ended, in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The run.
    pub id: IntentId,
    /// When it was decided, UTC; in a simulated hotel the hotel's time.
    pub at: DateTime<Utc>,
    /// What is done: "extend".
    pub action: Text,
    /// The guest's name.
    pub guest: Text,
    /// The rooms.
    pub room: Text,
    /// Who decided it.
    pub who: Who,
    /// The name of who took it up last, where its first process was gone.
    pub taken_by: Option<Text>,
    /// How it ended, in one word: the outcome's, "running", or "interrupted" where its process is gone.
    pub outcome: Text,
    /// The same for a person; empty where it has not ended.
    pub words: Text,
}

impl Entry {
    /// Where it stands in the journal.
    pub fn place(&self) -> Place {
        Place { at: self.at, id: self.id }
    }
}

/// A place in the journal: later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// When the entry there was decided.
    pub at: DateTime<Utc>,
    /// The entry.
    pub id: IntentId,
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// At the newest entry, towards older ones.
    Newest,
    /// At the oldest entry, towards newer ones.
    Oldest,
    /// Behind a place, towards older ones.
    Before(Place),
    /// Behind a place, towards newer ones.
    After(Place),
}

impl From {
    fn is_upwards(self) -> bool {
        matches!(self, Self::Oldest | Self::After(_))
    }
}

/// A page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaf {
    /// The entries that fit, the newest first.
    pub entries: Vec<Entry>,
    /// Where to read on in the same direction; none where the journal ends.
    pub on: Option<Place>,
}

/// $1 the property, $2 and $3 the place, $4 how many.
const ROWS: &str = "SELECT id, at, action, guest, room, who,
        (SELECT state FROM fact WHERE fact.run = run.id AND kind = 'ended') AS outcome,
        (SELECT words FROM fact WHERE fact.run = run.id AND kind = 'ended') AS words,
        (SELECT ids FROM fact WHERE fact.run = run.id AND kind = 'taken' ORDER BY seq DESC LIMIT 1) AS taken,
        (SELECT COUNT(*) FROM lease WHERE lease.run = run.id AND until > {now}) AS leases
    FROM run
    WHERE (CAST($1 AS TEXT) IS NULL OR hotel = $1)";
const DOWN: &str = "AND at <= $2 AND (at < $2 OR id < $3) ORDER BY at DESC, id DESC LIMIT $4";
const UP: &str = "AND at >= $2 AND (at > $2 OR id > $3) ORDER BY at, id LIMIT $4";

impl Journal {
    /// The next `limit` entries of `hotel` that fit, or of every property, from a place on. Of many that
    /// do not fit only some are looked at; [`Leaf::on`] says where to go on.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn leaf(
        &self,
        hotel: Option<&Text>,
        from: From,
        limit: usize,
        mut fits: impl FnMut(&Entry) -> bool + Send,
    ) -> Result<Leaf, JournalError> {
        let mut leaf = Leaf::default();
        let mut place = match from {
            From::Newest => (i64::MAX, String::new()),
            From::Oldest => (i64::MIN, String::new()),
            From::Before(place) | From::After(place) => (place.at.timestamp_millis(), place.id.to_string()),
        };
        let mut left = LOOKED_AT;
        'chunks: while left > 0 && leaf.entries.len() < limit {
            let count = CHUNK.min(left).min(if leaf.entries.is_empty() { limit.max(1) } else { CHUNK });
            let rows = self.rows(hotel, from.is_upwards(), &place, count).await?;
            for row in &rows {
                if leaf.entries.len() == limit {
                    break 'chunks;
                }
                let entry = self.entry(row)?;
                leaf.on = Some(entry.place());
                place = (entry.at.timestamp_millis(), entry.id.to_string());
                if fits(&entry) {
                    leaf.entries.push(entry);
                }
            }
            if rows.len() < count {
                leaf.on = None;
                break;
            }
            left -= rows.len();
        }
        if from.is_upwards() {
            leaf.entries.reverse();
        }
        Ok(leaf)
    }

    async fn rows(
        &self,
        hotel: Option<&Text>,
        upwards: bool,
        (at, id): &(i64, String),
        count: usize,
    ) -> Result<Vec<Row>, JournalError> {
        let rows = sql(format!("{ROWS} {}", if upwards { UP } else { DOWN }));
        let rows = rows.bind(hotel).bind(*at).bind(id.as_str());
        self.at().all(rows.bind(i64::try_from(count).unwrap_or(i64::MAX))).await
    }

    fn entry(&self, row: &Row) -> Result<Entry, JournalError> {
        let text = |name: &str| row.text(name);
        let maybe = |name: &str| row.maybe_text(name);
        let id = text("id")?;
        let broken = |e: serde_json::Error| self.damaged(&format!("entry {id}: {e}"));
        let taken: Option<Ids> =
            maybe("taken")?.map(|ids| serde_json::from_str(&ids)).transpose().map_err(broken)?;
        let leases = row.number("leases")?;
        let open = if leases > 0 { "running" } else { "interrupted" };
        Ok(Entry {
            id: IntentId::parse(&id).ok_or_else(|| self.damaged(&format!("“{id}” is no entry's id")))?,
            at: self.instant(row)?,
            action: text("action")?.into(),
            guest: text("guest")?.into(),
            room: text("room")?.into(),
            who: serde_json::from_str(&text("who")?).map_err(broken)?,
            taken_by: taken.map(|ids| Who::of_ids(&ids).name().clone()),
            outcome: maybe("outcome")?.map_or_else(|| open.into(), Text::new),
            words: maybe("words")?.map(Text::new).unwrap_or_default(),
        })
    }
}
