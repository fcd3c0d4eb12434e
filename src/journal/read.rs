//! Reading what was written.

use std::collections::HashMap;

use super::{Fact, FactKind, Intent, IntentId, Journal, JournalError, Record};
use crate::store::{Row, sql};
use crate::text::Text;
use chrono::{DateTime, Utc};

/// Which records are wanted; what is none is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this property only.
    pub hotel: Option<Text>,
    /// Not before this instant, UTC.
    pub since: Option<DateTime<Utc>>,
    /// With this in the guest's name or the room, in any case.
    pub guest: Option<Text>,
    /// No more than the last so many.
    pub last: Option<usize>,
}

const RUNS: &str = "SELECT id, at, hotel, action, stay, guest, room, plan, who,
        (SELECT COUNT(*) FROM lease WHERE lease.run = run.id AND lease.until > {now}) AS leases
    FROM run
    WHERE (CAST($1 AS TEXT) IS NULL OR hotel = $1) AND at >= $2
    ORDER BY at DESC, id DESC";

const UNFINISHED: &str =
    "SELECT id, at, hotel, action, stay, guest, room, plan, who, CAST(0 AS BIGINT) AS leases
    FROM run
    WHERE hotel = $1
        AND NOT EXISTS (SELECT 1 FROM fact WHERE fact.run = run.id AND fact.kind = 'ended')
        AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.run = run.id AND lease.until > {now})
    ORDER BY at, id";

const ONE: &str = "SELECT id, at, hotel, action, stay, guest, room, plan, who,
        (SELECT COUNT(*) FROM lease WHERE lease.run = run.id AND lease.until > {now}) AS leases
    FROM run WHERE id = $1";

const FACTS: &str =
    "SELECT at, kind, step, state, words, request_id, ids FROM fact WHERE run = $1 ORDER BY seq";

/// Of every run since then.
const ALL_FACTS: &str = "SELECT run, at, kind, step, state, words, request_id, ids FROM fact
    WHERE run IN (SELECT id FROM run WHERE at >= $1 AND (CAST($2 AS TEXT) IS NULL OR hotel = $2))
    ORDER BY run, seq";

impl Journal {
    /// What the desk did, oldest first, each with all its facts.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn records(&self, filter: &Filter) -> Result<Vec<Record>, JournalError> {
        let since = filter.since.map_or(i64::MIN, |at| at.timestamp_millis());
        let rows = self.at().all(sql(RUNS).bind(filter.hotel.as_ref()).bind(since)).await?;
        let wanted = filter.guest.as_ref().map(|text| text.to_lowercase());
        let mut records = Vec::new();
        for row in &rows {
            if filter.last.is_some_and(|last| records.len() >= last) {
                break;
            }
            let record = self.record(row)?;
            let fits = wanted.as_deref().is_none_or(|text| {
                [&record.intent.guest, &record.intent.room]
                    .into_iter()
                    .any(|t| t.to_lowercase().contains(text))
            });
            if fits {
                records.push(record);
            }
        }
        self.with_facts(&mut records, filter.hotel.as_ref()).await?;
        records.reverse();
        Ok(records)
    }

    /// The runs at a property that have not ended and that no process is at, oldest first.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn unfinished(&self, hotel: &Text) -> Result<Vec<Record>, JournalError> {
        let rows = self.at().all(sql(UNFINISHED).bind(hotel)).await?;
        let mut records = rows.iter().map(|row| self.record(row)).collect::<Result<Vec<_>, _>>()?;
        self.with_facts(&mut records, Some(hotel)).await?;
        Ok(records)
    }

    /// One run with all its facts; none where there is no such run.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn one(&self, run: IntentId) -> Result<Option<Record>, JournalError> {
        let row = self.at().first(sql(ONE).bind(run.to_string())).await?;
        let Some(row) = row else { return Ok(None) };
        let facts = self.facts(run).await?;
        Ok(Some(Record { facts, ..self.record(&row)? }))
    }

    /// The facts of one intent, in order.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn facts(&self, run: IntentId) -> Result<Vec<Fact>, JournalError> {
        let rows = self.at().all(sql(FACTS).bind(run.to_string())).await?;
        rows.iter().map(|row| self.fact(row)).collect()
    }

    pub(super) async fn with_facts(
        &self,
        records: &mut [Record],
        hotel: Option<&Text>,
    ) -> Result<(), JournalError> {
        /// Beyond this, one pass over all facts is faster than a question for each record.
        const FEW: usize = 200;
        if records.len() <= FEW {
            for record in records {
                record.facts = self.facts(record.intent.id).await?;
            }
            return Ok(());
        }
        let since = records.iter().map(|r| r.intent.at).min().unwrap_or_default();
        let mut by_id: HashMap<String, &mut Record> =
            records.iter_mut().map(|r| (r.intent.id.to_string(), r)).collect();
        let rows = self.at().all(sql(ALL_FACTS).bind(since.timestamp_millis()).bind(hotel)).await?;
        for row in &rows {
            let run = row.text("run")?;
            if let Some(record) = by_id.get_mut(&run) {
                record.facts.push(self.fact(row)?);
            }
        }
        Ok(())
    }

    pub(super) fn record(&self, row: &Row) -> Result<Record, JournalError> {
        let text = |name: &str| row.text(name);
        let id = text("id")?;
        let broken = |e: serde_json::Error| self.damaged(&format!("entry {id}: {e}"));
        let intent = Intent {
            id: IntentId::parse(&id).ok_or_else(|| self.damaged(&format!("“{id}” is no entry's id")))?,
            at: self.instant(row)?,
            hotel: text("hotel")?.into(),
            action: text("action")?.into(),
            stay: text("stay")?.into(),
            guest: text("guest")?.into(),
            room: text("room")?.into(),
            plan: serde_json::from_str(&text("plan")?).map_err(broken)?,
            who: serde_json::from_str(&text("who")?).map_err(broken)?,
        };
        let leases = row.number("leases")?;
        Ok(Record { intent, facts: Vec::new(), running: leases > 0 })
    }

    fn fact(&self, row: &Row) -> Result<Fact, JournalError> {
        let text = |name: &str| row.text(name);
        let step = row.maybe_number("step")?;
        let request_id = row.maybe_text("request_id")?;
        Ok(Fact {
            at: self.instant(row)?,
            kind: FactKind::parse(&text("kind")?),
            step: step.and_then(|step| usize::try_from(step).ok()),
            state: text("state")?.into(),
            words: text("words")?.into(),
            request_id: request_id.map(Text::from),
            ids: serde_json::from_str(&text("ids")?).map_err(|e| self.damaged(&format!("a fact: {e}")))?,
        })
    }

    pub(super) fn instant(&self, row: &Row) -> Result<DateTime<Utc>, JournalError> {
        let at = row.number("at")?;
        DateTime::from_timestamp_millis(at).ok_or_else(|| self.damaged(&format!("{at} is no instant")))
    }
}
