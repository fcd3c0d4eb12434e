//! A store in memory that does what the statements do, so that desks can be run against it in no time.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::relay::election::{HOLD, Term};
use crate::relay::follow::{Page, Question, Stored};
use crate::relay::handover::{Kept, Left};
use crate::relay::memory::Batch;
use crate::relay::source::Sources;

/// The seat of the one property there is.
#[derive(Clone, Debug, Default)]
pub(super) struct Seat {
    pub(super) term: Term,
    pub(super) until: Duration,
    pub(super) number: i64,
    told: i64,
    settled: i64,
    sources: String,
}

/// The store. Its clock is an argument.
#[derive(Default)]
pub(super) struct Store {
    pub(super) seat: Option<Seat>,
    pub(super) rows: BTreeMap<(String, String), (Stored, i64)>,
    /// How often each event was given a number.
    pub(super) events: BTreeMap<String, u32>,
    /// Which desk wrote in which term.
    pub(super) writers: BTreeMap<Term, Vec<usize>>,
    /// At most so many rows in a page.
    pub(super) page: usize,
}

impl Store {
    pub(super) fn try_seat(&mut self, now: Duration) -> Option<Term> {
        let seat = self.seat.get_or_insert_default();
        if seat.until > now {
            return None;
        }
        seat.term += 1;
        seat.until = now + HOLD;
        Some(seat.term)
    }

    fn held(&mut self, term: Term, now: Duration) -> Option<&mut Seat> {
        self.seat.as_mut().filter(|seat| seat.term == term && seat.until > now)
    }

    pub(super) fn renew(&mut self, term: Term, now: Duration) -> bool {
        self.held(term, now).map(|seat| seat.until = now + HOLD).is_some()
    }

    pub(super) fn free(&mut self, term: Term, now: Duration) -> bool {
        self.held(term, now).map(|seat| seat.until = now).is_some()
    }

    pub(super) fn publish(&mut self, desk: usize, term: Term, batch: &Batch, now: Duration) -> Option<i64> {
        let seat = self.held(term, now)?;
        let first = seat.number;
        seat.number += batch.rows.len() as i64;
        seat.until = now + HOLD;
        if let Some(sources) = &batch.sources {
            seat.sources = sources.written();
            seat.told += 1;
        }
        if batch.is_settled {
            seat.settled = seat.number;
        }
        let last = seat.number;
        for (row, number) in batch.rows.iter().zip(first + 1..) {
            let (kind, id) = (row.kind.word().to_owned(), row.id.clone());
            if kind == "event" {
                *self.events.entry(id.clone()).or_default() += 1;
            }
            let stored =
                Stored { kind: kind.clone(), id: id.clone(), body: row.body.clone(), at: row.at, number };
            self.rows.insert((kind, id), (stored, row.hash));
        }
        let writers = self.writers.entry(term).or_default();
        if !writers.contains(&desk) {
            writers.push(desk);
        }
        Some(last)
    }

    pub(super) fn page(&self, asked: Question) -> Page {
        let Some(seat) = &self.seat else { return Page { is_last: true, ..Page::default() } };
        let mut rows: Vec<Stored> =
            self.rows.values().map(|(row, _)| row.clone()).filter(|row| row.number > asked.after).collect();
        rows.sort_by_key(|row| row.number);
        let is_last = rows.len() <= self.page;
        rows.truncate(self.page);
        let sources = (seat.told > asked.told).then(|| seat.sources.clone());
        Page { number: seat.number, told: seat.told, sources, ahead: None, rows, is_last }
    }

    pub(super) fn left(&self) -> Left {
        let kept = |(row, hash): &(Stored, i64)| {
            row.body.is_some().then(|| Kept {
                kind: row.kind.clone(),
                id: row.id.clone(),
                hash: *hash,
                at: row.at,
                number: row.number,
                body: row.body.clone(),
            })
        };
        let seat = self.seat.clone().unwrap_or_default();
        Left {
            rows: self.rows.values().filter_map(kept).collect(),
            sources: Sources::read(&seat.sources),
            settled: seat.settled,
        }
    }

    pub(super) fn sources(&self) -> String {
        self.seat.clone().unwrap_or_default().sources
    }

    /// What the store tells whoever looks: term, time left, last number, how often it was told.
    pub(super) fn look(&self, now: Duration) -> (Term, Option<Duration>, i64, i64) {
        match &self.seat {
            Some(seat) => {
                let left = seat.until.checked_sub(now).filter(|left| !left.is_zero());
                (seat.term, left, seat.number, seat.told)
            }
            None => (0, None, 0, 0),
        }
    }
}
