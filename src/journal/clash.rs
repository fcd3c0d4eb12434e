//! Two desks came between each other because one of them worked without the server: at the same stay, or at the same
//! encoder.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::merge::{ALONE, BEGUN, OVER};
use super::{FactKind, Intent, IntentId, Journal, JournalError, PageKind, Record};
use crate::store::{Row, sql};
use crate::text::Text;

/// The action under which it is told.
pub(super) const CLASH: &str = "conflict";

/// The name under which a fact has its encoder.
const ENCODER: &str = "acs_encoder_id";

/// Two desks came between each other without knowing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// Which property.
    pub hotel: Text,
    /// The stay of what was recorded at this host.
    pub stay: Text,
    /// Its rooms.
    pub room: Text,
    /// Its guest.
    pub guest: Text,
    /// What was recorded at this host: "maria: extend, done".
    pub here: Text,
    /// What another did: "jo@desk-2: check out, done".
    pub there: Text,
    /// At what they met.
    pub at: Met,
}

/// At what two desks met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Met {
    /// At the stay.
    Stay,
    /// At an encoder, which cut a card for somebody else just then: for whom.
    Encoder {
        /// The other's rooms and guest: "204 Berg, Per".
        whose: Text,
    },
}

impl Clash {
    /// In a sentence, for people.
    pub fn words(&self) -> Text {
        let Self { room, guest, here, there, at, .. } = self;
        Text::new(match at {
            Met::Stay => format!(
                "{room} {guest}: {here}, without the shared store; {there}. Look which of them holds."
            ),
            Met::Encoder { whose } => format!(
                "{room} {guest}: {here}, without the shared store; on the same encoder just then {there}, for {whose}. \
                 Read both cards."
            ),
        })
    }
}

/// Who else was at a stay between two instants.
const AT_STAY: &str =
    "SELECT id, at, hotel, action, stay, guest, room, plan, who, CAST(0 AS BIGINT) AS leases FROM run
    WHERE hotel = $1 AND stay = $2 AND id <> $3 AND action <> $4
        AND EXISTS (SELECT 1 FROM fact WHERE fact.run = run.id AND fact.at >= $5 AND fact.at <= $6)
    ORDER BY at, id";

/// Who may have sent something to an encoder between two instants, at another stay: who names it.
const AT_ENCODER: &str =
    "SELECT id, at, hotel, action, stay, guest, room, plan, who, CAST(0 AS BIGINT) AS leases FROM run
    WHERE hotel = $1 AND stay <> $2 AND action <> $3
        AND EXISTS (SELECT 1 FROM fact WHERE fact.run = run.id AND fact.at >= $4 AND fact.at <= $5
            AND fact.kind = 'sending' AND fact.ids LIKE $6)
    ORDER BY at, id";

/// How long before it was said that somebody works alone the server may have been away already.
const BEFORE: TimeDelta = TimeDelta::minutes(5);

/// How long an encoder waits for a card at the most, and some more.
const CUT: TimeDelta = TimeDelta::minutes(10);

impl Journal {
    /// Who came between what was recorded without the server, while it was away.
    pub(super) async fn clashes(
        &self,
        records: &[Record],
        now: DateTime<Utc>,
    ) -> Result<Vec<(Clash, IntentId, IntentId)>, JournalError> {
        let own: BTreeSet<IntentId> = crate::order::set(records.iter().map(|record| record.intent.id));
        let mut found = Vec::new();
        for here in records.iter().filter(|record| is_of_a_stay(record)) {
            let (since, until) = away(records, here, now);
            let Intent { id, hotel, stay, .. } = &here.intent;
            let others = sql(AT_STAY).bind(hotel).bind(stay).bind(id.to_string()).bind(CLASH);
            let others = others.bind(since.timestamp_millis()).bind(until.timestamp_millis());
            for there in self.met(&self.store.all(others).await?, &own).await? {
                found.push((clash(here, &there, Met::Stay), *id, there.intent.id));
            }
            for cut in cuts(here, now) {
                let others = sql(AT_ENCODER).bind(hotel).bind(stay).bind(CLASH);
                let others = others
                    .bind((cut.since - CUT).timestamp_millis())
                    .bind(cut.until.timestamp_millis())
                    .bind(format!("%{}%", cut.encoder));
                for there in self.met(&self.store.all(others).await?, &own).await? {
                    if cuts(&there, now).iter().any(|other| cut.meets(other)) {
                        let whose = format!("{} {}", there.intent.room, there.intent.guest);
                        let at = Met::Encoder { whose: Text::new(whose) };
                        found.push((clash(here, &there, at), *id, there.intent.id));
                    }
                }
            }
        }
        Ok(found)
    }

    /// The runs of these rows, with their facts. Two of one file did not come between each other.
    async fn met(&self, rows: &[Row], own: &BTreeSet<IntentId>) -> Result<Vec<Record>, JournalError> {
        let mut met = Vec::new();
        for row in rows {
            let mut there = self.record(row)?;
            if !own.contains(&there.intent.id) {
                there.facts = self.facts(there.intent.id).await?;
                met.push(there);
            }
        }
        Ok(met)
    }
}

/// A card on an encoder, from when until when.
struct Cutting<'a> {
    encoder: &'a Text,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl Cutting<'_> {
    fn meets(&self, other: &Cutting<'_>) -> bool {
        self.encoder == other.encoder && self.since <= other.until && other.since <= self.until
    }
}

/// The cards that a run had cut. One that nobody heard the end of may be on the encoder still.
fn cuts(record: &Record, now: DateTime<Utc>) -> Vec<Cutting<'_>> {
    let sent = record.facts.iter().enumerate().filter(|(_, fact)| fact.kind == FactKind::Sending);
    sent.filter_map(|(at, fact)| {
        let over = |later: &&super::Fact| {
            later.kind == FactKind::Ended || (later.kind == FactKind::After && later.step == fact.step)
        };
        let until = record.facts.iter().skip(at).find(over).map_or(now, |later| later.at);
        Some(Cutting { encoder: fact.ids.get(ENCODER)?, since: fact.at, until })
    })
    .collect()
}

fn clash(here: &Record, there: &Record, at: Met) -> Clash {
    let Intent { hotel, stay, room, guest, .. } = here.intent.clone();
    Clash { hotel, stay, room, guest, here: did(here, false), there: did(there, true), at }
}

fn is_of_a_stay(record: &Record) -> bool {
    let action = record.intent.action.as_str();
    !record.intent.stay.is_empty() && PageKind::ALL.iter().all(|kind| kind.action() != action)
}

/// From when until when the server was away around what was recorded.
fn away(records: &[Record], around: &Record, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let at = around.intent.at;
    let of = |state: &'static str| {
        let of = records.iter().filter(move |r| r.intent.action == ALONE && r.outcome() == state);
        of.filter(|r| r.intent.hotel == around.intent.hotel).map(|r| r.intent.at)
    };
    let begun = of(BEGUN).filter(|begun| *begun <= at).max().unwrap_or(at);
    let over = of(OVER).filter(|over| *over >= at).min().unwrap_or(now);
    (begun - BEFORE, over)
}

/// "maria: extend, done"; with the machine where it is another's.
fn did(record: &Record, elsewhere: bool) -> Text {
    let who = &record.intent.who;
    let name = if elsewhere { who.address() } else { who.name().clone() };
    Text::new(format!("{name}: {}, {}", record.intent.action.replace('_', " "), record.outcome()))
}
