//! Following what another desk tells: from which number on there is more, and what it means for the hotel.
//!
//! Everything that is written of a property has a number, taken under the lock of its seat: whoever has seen
//! one has seen all below. A record that is written again gets a new number in the place of the old one, so
//! the same question, "what is above mine", serves who is a second behind and who begins.

use chrono::{DateTime, Utc};

use super::body;
use super::kind::{Kind, gone_of};
use super::source::Sources;
use crate::property::{Delta, Followed, Resource, Sweep};

/// A row as it is in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) kind: String,
    pub(super) id: String,
    /// None where it is gone.
    pub(super) body: Option<String>,
    pub(super) at: i64,
    pub(super) number: i64,
}

/// Where the store stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    /// The last number there is.
    pub(super) number: i64,
    /// Up to this number it has forgotten what is gone.
    pub(super) pruned: i64,
    /// How often it was told where the readings stand.
    pub(super) told: i64,
    /// Where they stand, if that is new to whoever asked.
    pub(super) sources: Option<String>,
}

/// What the store answers to a question.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    /// The last number there is.
    pub(super) number: i64,
    /// How often it was told where the readings stand.
    pub(super) told: i64,
    /// Where they stand, if that is new.
    pub(super) sources: Option<String>,
    /// By how many milliseconds the store's clock is ahead of this desk's.
    pub(super) ahead: Option<i64>,
    /// In the order of their numbers.
    pub(super) rows: Vec<Stored>,
    /// Whether these are all there are.
    pub(super) is_last: bool,
}

/// What is asked of the store: the rows above a number, and where the readings stand if that was told again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) after: i64,
    pub(super) told: i64,
}

/// How far this desk has followed.
#[derive(Debug)]
pub(super) struct Follower {
    number: i64,
    told: i64,
    /// The highest number it has heard of.
    heard: i64,
    heard_told: i64,
    /// A question is under way.
    is_asking: bool,
    /// Everything is read from the beginning; what does not come is gone.
    is_anew: bool,
    /// The readings that began with that.
    sweep: u64,
    sources: Sources,
    is_source_new: bool,
}

/// The numbers of its readings are none that pollers use.
const SWEEPS: u64 = 1 << 63;

impl Follower {
    /// One that has seen nothing. It knows of something to read as soon as it heard of a number.
    pub(super) fn new() -> Self {
        Self {
            number: 0,
            told: 0,
            heard: 0,
            heard_told: 0,
            is_asking: false,
            is_anew: true,
            sweep: SWEEPS,
            sources: Sources::default(),
            is_source_new: false,
        }
    }

    /// Begins from the beginning: what this desk has on its screen may not be what was told.
    pub(super) fn anew(&mut self) {
        (self.number, self.told, self.is_anew) = (0, 0, true);
    }

    /// Hears of a number.
    pub(super) fn hear(&mut self, number: i64) {
        self.heard = self.heard.max(number);
        self.heard_told = self.heard_told.max(self.told + 1);
    }

    /// Hears where the store stands. Says where the readings stand, where nothing else is new.
    pub(super) fn look(&mut self, seat: &Head) -> Option<Delta> {
        let missed = !self.is_anew && self.number < seat.pruned;
        // A store that was put back to an earlier day counts from there.
        let went_back = seat.number < self.number || seat.told < self.told;
        if missed || went_back {
            self.anew();
        }
        (self.heard, self.heard_told) = (seat.number, seat.told);
        let sources = seat.sources.as_ref().filter(|_| self.is_level() && !self.is_asking)?;
        self.told = seat.told;
        self.sources = Sources::read(sources);
        let sources = self.sources.told();
        Some(Delta::Followed(Box::new(Followed { sources, ..Followed::default() })))
    }

    /// How often it was told where the readings stand, as far as this desk knows.
    pub(super) fn told(&self) -> i64 {
        self.told
    }

    /// Whether everything it has heard of is on the screen.
    pub(super) fn is_level(&self) -> bool {
        !self.is_anew && self.number >= self.heard
    }

    /// Where the readings stand, as far as it was told.
    pub(super) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// What is to be asked now.
    pub(super) fn ask(&mut self) -> Option<Question> {
        let is_behind = self.is_anew || self.number < self.heard || self.told < self.heard_told;
        if self.is_asking || !is_behind {
            return None;
        }
        self.is_asking = true;
        Some(Question { after: self.number, told: self.told })
    }

    /// What was asked was not answered.
    pub(super) fn unanswered(&mut self) {
        self.is_asking = false;
    }

    /// Takes in the answer to a question at `now`, and says what is new of the hotel.
    pub(super) fn take(&mut self, asked: Question, page: Page, now: DateTime<Utc>) -> Vec<Delta> {
        self.is_asking = false;
        let is_begun_anew = asked.after != self.number;
        if is_begun_anew {
            // Meanwhile it was to begin from the beginning.
            return Vec::new();
        }
        if page.number < self.number {
            self.anew();
            return Vec::new();
        }
        let mut deltas = Vec::new();
        if self.is_anew && asked.after == 0 {
            self.sweep += 1;
            let began = |what| Delta::SweepBegan { what, sweep: Sweep(self.sweep), at: now };
            deltas.extend(Resource::ALL.map(began));
        }
        let last = page.rows.last().map_or(self.number, |row| row.number);
        self.number = if page.is_last { page.number.max(last) } else { last };
        self.heard = self.heard.max(page.number);
        if let Some(written) = &page.sources {
            self.sources = Sources::read(written);
            self.is_source_new = true;
        }
        (self.told, self.heard_told) = (page.told, self.heard_told.min(page.told));
        let mut told = rows(page.rows, now);
        if page.is_last {
            let ended = std::mem::take(&mut self.is_anew);
            if ended {
                deltas.push(Delta::Followed(Box::new(std::mem::take(&mut told))));
                deltas.extend(self.ended());
            }
            // Where the readings stand is told when the rows are there.
            if std::mem::take(&mut self.is_source_new) {
                told.sources = self.sources.told();
            }
        }
        let is_something = |told: &Followed| {
            !(told.records.is_empty()
                && told.doors.is_empty()
                && told.gone.is_empty()
                && told.sources.is_empty())
        };
        if is_something(&told) {
            deltas.push(Delta::Followed(Box::new(told)));
        }
        deltas
    }

    /// Everything was read: what did not come is gone, of what was ever read in full.
    fn ended(&self) -> Vec<Delta> {
        let end = |(what, _): (Resource, DateTime<Utc>)| {
            let as_of = self.sources.as_of(what)?;
            Some(Delta::SweepEnded { what, sweep: Sweep(self.sweep), as_of })
        };
        self.sources.all_swept().into_iter().filter_map(end).collect()
    }
}

/// Rows as the hotel takes them in. One that cannot be read is left out: it is a newer program's.
fn rows(rows: Vec<Stored>, now: DateTime<Utc>) -> Followed {
    let mut told = Followed { gone_at: now, ..Followed::default() };
    for Stored { kind, id, body, at, .. } in rows {
        let Some(kind) = Kind::of(&kind) else { continue };
        let Some(body) = body else {
            told.gone.extend(gone_of(kind, &id));
            continue;
        };
        // Its own requests are dated by this desk's clock, and the first of them is later than this.
        let as_of = DateTime::from_timestamp_millis(at).unwrap_or(now).min(now);
        if let Err(error) = body::tell(&mut told, kind, &id, &body, as_of) {
            tracing::warn!(%error, "left out");
        }
    }
    told
}
