//! When what must be looked at again, so that nothing is looked at on a tick.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::Resource;
use super::chunks::Chunks;
use super::crowd::Crowd;
use super::moment::Moment;
use super::store::Door;
use super::table::Key;

/// What is evaluated as one: a stay with its keys and alerts, or the alerts of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum About {
    Stay(Key),
    Door(Door),
    System(Key),
    Encoder(Key),
    Guest(Key),
    Screen(Resource),
}

/// Instants to come, at most one for each subject.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    due: Crowd<(Moment, About)>,
    /// Of stays, by their numbers: nearly every one waits for something.
    stays: Chunks<Moment>,
    /// Of everything else.
    at: HashMap<About, Moment>,
}

impl Agenda {
    /// Sets or clears the instant of a subject.
    pub(super) fn set(&mut self, about: About, at: Option<DateTime<Utc>>) {
        let at = at.map_or(Moment::NONE, Moment::no_earlier);
        let old = self.put(about, at);
        if old == at {
            return;
        }
        if old != Moment::NONE {
            self.due.remove(&(old, about));
        }
        if at != Moment::NONE {
            self.due.insert((at, about));
        }
    }

    /// Keeps the instant of a subject; gives the one that was kept before.
    fn put(&mut self, about: About, at: Moment) -> Moment {
        let About::Stay(stay) = about else {
            let old = if at == Moment::NONE { self.at.remove(&about) } else { self.at.insert(about, at) };
            return old.unwrap_or(Moment::NONE);
        };
        let stay = stay as usize;
        while at != Moment::NONE && self.stays.len() <= stay {
            self.stays.push(Moment::NONE);
        }
        self.stays.get_mut(stay).map_or(Moment::NONE, |kept| std::mem::replace(kept, at))
    }

    /// Whether a subject waits for an instant.
    pub(super) fn has(&self, about: About) -> bool {
        match about {
            About::Stay(stay) => self.stays.get(stay as usize).is_some_and(|at| *at != Moment::NONE),
            about => self.at.contains_key(&about),
        }
    }

    /// The next instant.
    pub(super) fn next(&self) -> Option<DateTime<Utc>> {
        self.due.first().and_then(|(at, _)| at.get())
    }

    /// The next subject whose instant has come.
    pub(super) fn pop(&mut self, now: DateTime<Utc>) -> Option<About> {
        if self.next()? > now {
            return None;
        }
        let (_, about) = self.due.pop_first()?;
        self.put(about, Moment::NONE);
        Some(about)
    }
}

/// The clock as an evaluation sees it: every instant it asks about and that is still to come is
/// remembered, and the earliest of them is when the answer may change.
#[derive(Debug)]
pub(super) struct Timer {
    now: DateTime<Utc>,
    next: Option<DateTime<Utc>>,
}

impl Timer {
    pub(super) fn new(now: DateTime<Utc>) -> Self {
        Self { now, next: None }
    }

    /// Whether `at` has come.
    pub(super) fn reached(&mut self, at: DateTime<Utc>) -> bool {
        if at <= self.now {
            return true;
        }
        if self.next.is_none_or(|next| at < next) {
            self.next = Some(at);
        }
        false
    }

    /// The earliest instant asked about that has not come.
    pub(super) fn next(&self) -> Option<DateTime<Utc>> {
        self.next
    }
}

/// `at` plus `by`; the end or the beginning of time where there is no such instant.
pub(super) fn plus(at: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    at.checked_add_signed(by).unwrap_or(if by < TimeDelta::zero() {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    })
}
