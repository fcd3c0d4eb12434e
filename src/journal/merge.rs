//! Taking in what a host recorded for itself while the server was away, and telling where another desk came between.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::clash::{CLASH, Clash};
use super::{Copied, FactKind, Filter, Intent, IntentId, Journal, JournalError, Record, Who};
use crate::store::{Store, sql};
use crate::text::Text;

/// The action under which it is told that a desk worked without the server.
pub(super) const ALONE: &str = "emergency";

/// What became of a merge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// What was copied.
    pub copied: Copied,
    /// Where another desk was at the same stay, or at the same encoder.
    pub clashes: Vec<Clash>,
}

const PUT: &str = "INSERT INTO run (id, at, hotel, action, stay, guest, room, plan, who)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING";

const ENDED: &str = "INSERT INTO fact (run, seq, at, kind, step, state, words, request_id, ids, hotel, num)
    VALUES ($1, 1, $2, $3, NULL, $4, $5, NULL, '{}', $6, $7)";

/// How a time without the server begins and ends, in the words of its entries.
pub(super) const BEGUN: &str = "begun";
pub(super) const OVER: &str = "over";

impl Journal {
    /// Takes in what stood in for the server, as soon as nothing of it is being worked on. None where there is
    /// nothing to take in.
    ///
    /// # Errors
    /// [`JournalError`]: `Closed` while something is being worked on. Doing it again does the rest.
    pub async fn merge(&self, now: DateTime<Utc>) -> Result<Option<Merged>, JournalError> {
        let Some(file) = self.file().filter(|_| !self.is_standing_in()) else { return Ok(None) };
        let merged = self.take_in(&file, now).await?;
        self.forget_file();
        file.close().await;
        Ok(Some(merged))
    }

    /// Takes in what a program that is gone left in the directory `dir`. None where there is nothing new in it.
    ///
    /// # Errors
    /// As [`Journal::merge`].
    pub async fn merge_left(&self, dir: &Path, now: DateTime<Utc>) -> Result<Option<Merged>, JournalError> {
        if !dir.join(super::FILE).exists() || self.file().is_some() {
            return Ok(None);
        }
        let file = Self::open(dir).await?;
        let merged = self.take_in(&file, now).await;
        file.close().await;
        let merged = merged?;
        let copied = &merged.copied;
        let is_new = copied.runs + copied.facts + copied.remarks > 0 || !merged.clashes.is_empty();
        Ok(is_new.then_some(merged))
    }

    async fn take_in(&self, file: &Self, now: DateTime<Utc>) -> Result<Merged, JournalError> {
        if let Some(whom) = file.worked_on().await? {
            return Err(JournalError::Closed { words: Text::new(format!("{whom} is being worked on")) });
        }
        file.end_alone(now).await?;
        let records = file.records(&Filter::default()).await?;
        let copied = file.copy_to(self).await?;
        // After the copying: of two who do this at once one sees the other. Whatever is done again finds the same.
        let mut clashes = Vec::new();
        for (clash, here, there) in self.clashes(&records, now).await? {
            if self.write_clash(&clash, &here, &there, now).await? {
                clashes.push(clash);
            }
        }
        Ok(Merged { copied, clashes })
    }

    /// Writes down that the time without the server is over, where that is not written yet.
    async fn end_alone(&self, now: DateTime<Utc>) -> Result<(), JournalError> {
        let alone = Filter::default();
        let mut last: BTreeMap<Text, Record> = BTreeMap::new();
        for record in self.records(&alone).await? {
            if record.intent.action == ALONE {
                last.insert(record.intent.hotel.clone(), record);
            }
        }
        for record in last.into_values().filter(|record| record.outcome() == BEGUN) {
            let intent = Intent { id: IntentId::fresh(), at: now, who: Who::here(None), ..record.intent };
            self.write_whole(&self.store, &intent, OVER, &"in the shared store again".into()).await?;
        }
        Ok(())
    }

    /// Writes it down as an entry of its own, which ends where it begins. False where the same two are told already.
    async fn write_clash(
        &self,
        clash: &Clash,
        here: &IntentId,
        there: &IntentId,
        now: DateTime<Utc>,
    ) -> Result<bool, JournalError> {
        let runs = BTreeMap::from([("here", here), ("there", there)]);
        let intent = Intent {
            // The same whoever of the two finds it.
            id: IntentId::of_two(*here.min(there), *here.max(there)),
            at: now,
            hotel: clash.hotel.clone(),
            action: CLASH.into(),
            stay: clash.stay.clone(),
            guest: clash.guest.clone(),
            room: clash.room.clone(),
            plan: serde_json::to_value(&runs).map_err(|e| self.damaged(&e.to_string()))?,
            who: Who::here(None),
        };
        self.write_whole(&self.store, &intent, CLASH, &clash.words()).await
    }

    /// Writes down that somebody works without the server from now on, on purpose: where things are written now.
    ///
    /// # Errors
    /// [`JournalError`].
    pub async fn write_alone(
        &self,
        hotel: &Text,
        who: Who,
        at: DateTime<Utc>,
        words: &Text,
    ) -> Result<(), JournalError> {
        let intent = Intent {
            id: IntentId::fresh(),
            at,
            hotel: hotel.clone(),
            action: ALONE.into(),
            stay: Text::default(),
            guest: Text::from("all guests"),
            room: Text::default(),
            plan: serde_json::Value::Null,
            who,
        };
        self.write_whole(&self.at(), &intent, BEGUN, words).await.map(drop)
    }

    /// An entry that ends where it begins. False where it is there already.
    async fn write_whole(
        &self,
        to: &Store,
        intent: &Intent,
        state: &str,
        words: &Text,
    ) -> Result<bool, JournalError> {
        let who = serde_json::to_string(&intent.who).map_err(|e| self.damaged(&e.to_string()))?;
        let mut tx = to.begin().await?;
        let num = tx.hold(&intent.hotel, 1).await?;
        let put = sql(PUT)
            .bind(intent.id.to_string())
            .bind(intent.at.timestamp_millis())
            .bind(&intent.hotel)
            .bind(&intent.action)
            .bind(&intent.stay)
            .bind(&intent.guest)
            .bind(&intent.room)
            .bind(intent.plan.to_string())
            .bind(who);
        if tx.run(put).await? == 0 {
            tx.roll_back().await?;
            return Ok(false);
        }
        let put = sql(ENDED)
            .bind(intent.id.to_string())
            .bind(intent.at.timestamp_millis())
            .bind(FactKind::Ended.word())
            .bind(state)
            .bind(words)
            .bind(&intent.hotel)
            .bind(num);
        tx.run(put).await?;
        tx.commit().await?;
        Ok(true)
    }
}
