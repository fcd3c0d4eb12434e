//! Taking in what a host recorded for itself while the server was away, and telling where another desk was at the
//! same stay meanwhile.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::{Copied, FactKind, Intent, IntentId, Journal, JournalError, PageKind, Record, Who};
use crate::store::{Store, sql};
use crate::text::Text;

/// The action under which it is told that a desk worked without the server.
const ALONE: &str = "emergency";

/// The action under which two who were at the same stay are told.
const CLASH: &str = "conflict";

/// What became of a merge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// What was copied.
    pub copied: Copied,
    /// Where another desk was at the same stay.
    pub clashes: Vec<Clash>,
}

/// Two desks were at one stay without knowing of each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// Which property.
    pub hotel: Text,
    /// The rooms.
    pub room: Text,
    /// The guest.
    pub guest: Text,
    /// What was recorded at this host: "maria: extend, done".
    pub here: Text,
    /// What another did: "jo@desk-2: check out, done".
    pub there: Text,
}

impl Clash {
    /// In a sentence, for people.
    pub fn words(&self) -> Text {
        let Self { room, guest, here, there, .. } = self;
        Text::new(format!(
            "{room} {guest}: {here}, without the shared store; {there}. Look which of them holds."
        ))
    }
}

/// Who else was at a stay from an instant on.
const OTHERS: &str =
    "SELECT id, at, hotel, action, stay, guest, room, plan, who, CAST(0 AS BIGINT) AS leases FROM run
    WHERE hotel = $1 AND stay = $2 AND id <> $3 AND action <> $5
        AND EXISTS (SELECT 1 FROM fact WHERE fact.run = run.id AND fact.at >= $4)
    ORDER BY at, id";

const IS_THERE: &str = "SELECT COUNT(*) AS n FROM run WHERE id = $1";

const PUT: &str = "INSERT INTO run (id, at, hotel, action, stay, guest, room, plan, who)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING";

const ENDED: &str = "INSERT INTO fact (run, seq, at, kind, step, state, words, request_id, ids, hotel, num)
    VALUES ($1, 1, $2, $3, NULL, $4, $5, NULL, '{}', $6, $7)";

impl Journal {
    /// Takes in what stood in for the server, as soon as nothing of it is being worked on; `since` is when the server
    /// went. None where there is nothing to take in.
    ///
    /// # Errors
    /// [`JournalError`]: `Closed` while something is being worked on. Doing it again does the rest.
    pub async fn merge(
        &self,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Option<Merged>, JournalError> {
        let Some(file) = self.file().filter(|_| !self.is_standing_in()) else { return Ok(None) };
        let merged = self.take_in(&file, Some(since), now).await?;
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
        let merged = self.take_in(&file, None, now).await;
        file.close().await;
        let merged = merged?;
        Ok(Some(merged).filter(|m| m.copied.runs + m.copied.facts + m.copied.remarks > 0))
    }

    async fn take_in(
        &self,
        file: &Self,
        since: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Merged, JournalError> {
        if let Some(whom) = file.worked_on().await? {
            return Err(JournalError::Closed { words: Text::new(format!("{whom} is being worked on")) });
        }
        let clashes = self.clashes(file, since).await?;
        // Before the copying: what is there already is not looked at again.
        for (clash, [here, there]) in &clashes {
            self.write_clash(clash, here, there, now).await?;
        }
        let copied = file.copy_to(self).await?;
        Ok(Merged { copied, clashes: clashes.into_iter().map(|(clash, _)| clash).collect() })
    }

    /// Who else was at the stays of what is not on the server yet.
    async fn clashes(
        &self,
        file: &Self,
        since: Option<DateTime<Utc>>,
    ) -> Result<Vec<(Clash, [Record; 2])>, JournalError> {
        let mut fresh = Vec::new();
        for record in file.records(&super::Filter::default()).await? {
            let is_page = PageKind::ALL.iter().any(|kind| kind.action() == record.intent.action.as_str());
            let there = self.store.first(sql(IS_THERE).bind(record.intent.id.to_string())).await?;
            let is_there = there.map_or(Ok(0), |row| row.number("n"))? > 0;
            if !is_page && !is_there && !record.intent.stay.is_empty() {
                fresh.push(record);
            }
        }
        let first = fresh.iter().map(|record| record.intent.at).min();
        let Some(since) = since.into_iter().chain(first).min() else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for here in fresh {
            let Intent { id, hotel, stay, .. } = &here.intent;
            let others = sql(OTHERS).bind(hotel).bind(stay).bind(id.to_string());
            let rows = self.store.all(others.bind(since.timestamp_millis()).bind(CLASH)).await?;
            for row in &rows {
                let mut there = self.record(row)?;
                there.facts = self.facts(there.intent.id).await?;
                let clash = Clash {
                    hotel: hotel.clone(),
                    room: here.intent.room.clone(),
                    guest: here.intent.guest.clone(),
                    here: did(&here, false),
                    there: did(&there, true),
                };
                found.push((clash, [here.clone(), there]));
            }
        }
        Ok(found)
    }

    /// Writes it down as an entry of its own, which ends where it begins; the same two are told once.
    async fn write_clash(
        &self,
        clash: &Clash,
        here: &Record,
        there: &Record,
        now: DateTime<Utc>,
    ) -> Result<(), JournalError> {
        let runs = BTreeMap::from([("here", here.intent.id), ("there", there.intent.id)]);
        let intent = Intent {
            id: IntentId::of_two(here.intent.id, there.intent.id),
            at: now,
            hotel: clash.hotel.clone(),
            action: CLASH.into(),
            stay: here.intent.stay.clone(),
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
        self.write_whole(&self.at(), &intent, "begun", words).await
    }

    /// An entry that ends where it begins; nothing where it is there.
    async fn write_whole(
        &self,
        to: &Store,
        intent: &Intent,
        state: &str,
        words: &Text,
    ) -> Result<(), JournalError> {
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
            return tx.roll_back().await;
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
        tx.commit().await
    }
}

/// "maria: extend, done"; with the machine where it is another's.
fn did(record: &Record, elsewhere: bool) -> Text {
    let who = &record.intent.who;
    let name = if elsewhere { who.address() } else { who.name().clone() };
    Text::new(format!("{name}: {}, {}", record.intent.action.replace('_', " "), record.outcome()))
}
