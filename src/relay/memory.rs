//! What the poller remembers of what it told, so that only what is new is told.
//!
//! It takes the same deltas as the hotel of its own screen, and by the same rules: what is asked for
//! earlier never takes the place of what was asked for later, and what a full reading has not seen is gone.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};

use super::body::{Written, hash, write, write_doors};
use super::kind::{AnyId, Kind, key_of};
use super::source::Sources;
use crate::property::{Delta, Gone, Resource, Sweep};
use crate::seam::id::GrantId;

type Key = (Kind, AnyId);

/// The longest an answer can be under way, in milliseconds. What is dated later than that was dated by a
/// clock that was wrong.
const LONGEST_WAY: i64 = 15 * 60 * 1_000;

/// A row to be written: the newest state of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) kind: Kind,
    pub(super) id: String,
    /// None where it is gone.
    pub(super) body: Option<String>,
    pub(super) hash: i64,
    pub(super) at: i64,
}

/// What is to be written next, all of it at once.
#[derive(Clone, Debug, Default)]
pub(super) struct Batch {
    /// Records first, then what is gone: no grant takes a method with it that another one lists now.
    pub(super) rows: Vec<Row>,
    /// Where the reading of everything stands.
    pub(super) sources: Option<Sources>,
    /// Whether somebody should hear of it at once: more than an age has changed.
    pub(super) is_news: bool,
    /// Whether everything that events named so far, those in this batch too, was read again.
    pub(super) is_settled: bool,
}

#[derive(Clone, Debug)]
struct Known {
    hash: i64,
    at: i64,
    seen: u32,
}

/// The memory.
#[derive(Debug, Default)]
pub(super) struct Memory {
    known: HashMap<Key, Known>,
    /// The methods each grant lists.
    lists: HashMap<AnyId, Vec<AnyId>>,
    /// How many grants list a method.
    listed: HashMap<AnyId, u32>,
    /// The full readings that run, by resource: which, and whether it met a record without an id.
    sweeps: BTreeMap<Resource, Running>,
    mark: u32,
    sources: Sources,
    pending: BTreeMap<Key, Row>,
    is_source_new: bool,
    is_news: bool,
    is_settled: bool,
}

#[derive(Debug)]
struct Running {
    sweep: Sweep,
    began: DateTime<Utc>,
    mark: u32,
    is_blind: bool,
}

impl Memory {
    /// The memory of one who goes on where another stopped.
    pub(super) fn new(sources: Sources) -> Self {
        Self { sources, ..Self::default() }
    }

    /// Remembers what is in the store. Whatever is read from now on is newer.
    pub(super) fn remember(&mut self, kind: Kind, id: &str, (hash, at): (i64, i64), lists: Vec<String>) {
        let id = AnyId::new(id);
        if kind == Kind::Grant {
            self.list(&id, lists);
        }
        let at = if kind == Kind::Event { at } else { i64::MIN };
        self.known.insert((kind, id), Known { hash, at, seen: 0 });
    }

    /// When a resource was last known to be up to date.
    pub(super) fn as_of(&self, what: Resource) -> Option<DateTime<Utc>> {
        self.sources.as_of(what)
    }

    /// By how many milliseconds the API's clock is ahead of the store's; told with the next age.
    pub(super) fn set_ahead(&mut self, ahead: Option<i64>) {
        self.sources.ahead = ahead.or(self.sources.ahead);
    }

    /// Forgets the events that were written before: none of them comes again.
    pub(super) fn forget_events(&mut self, before: DateTime<Utc>) {
        let before = before.timestamp_millis();
        self.known.retain(|(kind, _), known| *kind != Kind::Event || known.at >= before);
    }

    /// Takes back what could not be written, or may not have been.
    pub(super) fn take_back(&mut self, batch: Batch) {
        for row in batch.rows {
            self.pending.entry((row.kind, AnyId::new(&row.id))).or_insert(row);
        }
        self.is_source_new |= batch.sources.is_some();
        self.is_news |= batch.is_news;
        // Whether events are settled is said again with the next look at the feed.
    }

    /// Takes note of what was read, veiled, at the instant `now`.
    pub(super) fn take(&mut self, delta: &Delta, now: DateTime<Utc>) {
        match delta {
            Delta::Read { records, as_of, sweep: _ } => {
                for written in write(records, *as_of) {
                    self.put(written);
                }
                if matches!(records.resource(), Resource::Workspace | Resource::Events) {
                    self.good(records.resource(), *as_of, now);
                }
            }
            Delta::GrantDoors { grant, entrances, devices, as_of } => {
                write_doors(grant, entrances, devices, *as_of).into_iter().for_each(|doors| self.put(doors));
            }
            Delta::Gone(gone) => self.take_out(gone, now),
            Delta::SweepBegan { what, sweep, at } => self.begin(*what, *sweep, *at),
            Delta::SweepProgress { what, done, of } => {
                self.is_source_new |= self.sources.progress(*what, *done, *of);
            }
            Delta::SweepEnded { what, sweep, as_of } => self.end(*what, *sweep, *as_of, now),
            Delta::Checked { what, as_of } => {
                self.good(*what, *as_of, now);
                // Of the grants this says that nothing has happened since that was not read again.
                self.is_settled |= *what == Resource::Grants;
            }
            Delta::Failed { what, why, at, retry_at } => {
                self.is_news |= self.sources.failed(*what, why, *at, *retry_at);
                self.is_source_new = true;
            }
            Delta::Bad { what, id, why, at } => {
                match id {
                    Some(id) => self.see(*what, id),
                    None => {
                        if let Some(running) = self.sweeps.get_mut(what) {
                            running.is_blind = true;
                        }
                    }
                }
                self.is_news |= self.sources.bad(*what, id.as_ref(), why, *at);
                self.is_source_new = true;
            }
            // Those are of each desk's own.
            Delta::Cards(_) | Delta::Attended(_) | Delta::Followed(_) => {}
        }
    }

    /// Whether there is anything to write.
    pub(super) fn is_idle(&self) -> bool {
        self.pending.is_empty() && !self.is_source_new
    }

    /// Whether there is more to write than an age.
    pub(super) fn has_news(&self) -> bool {
        !self.pending.is_empty() || self.is_news
    }

    /// How many rows wait to be written.
    pub(super) fn waiting(&self) -> usize {
        self.pending.len()
    }

    /// What is to be written now, at most so many rows; none where there is nothing. Where the reading stands
    /// is told when all that was read is.
    pub(super) fn flush(&mut self, most: usize) -> Option<Batch> {
        if self.is_idle() {
            return None;
        }
        let (mut rows, gone): (Vec<Row>, Vec<Row>) =
            std::mem::take(&mut self.pending).into_values().partition(|row| row.body.is_some());
        rows.extend(gone);
        let rest = rows.split_off(rows.len().min(most));
        if !rest.is_empty() {
            self.pending = rest.into_iter().map(|row| ((row.kind, AnyId::new(&row.id)), row)).collect();
            return Some(Batch { rows, is_news: true, ..Batch::default() });
        }
        let is_news = std::mem::take(&mut self.is_news) || !rows.is_empty();
        let is_settled = std::mem::take(&mut self.is_settled);
        let sources = std::mem::take(&mut self.is_source_new).then(|| self.sources.clone());
        Some(Batch { rows, sources, is_news, is_settled })
    }

    fn put(&mut self, written: Written) {
        let Written { kind, id, body, at, lists } = written;
        let key = (kind, AnyId::new(&id));
        let hash = hash(&body);
        let mark = self.mark;
        match self.known.get_mut(&key) {
            Some(known) => {
                known.seen = mark;
                // Events never change; of the rest what was asked for later is known already.
                if kind == Kind::Event || at < known.at && known.at.saturating_sub(at) <= LONGEST_WAY {
                    return;
                }
                known.at = at;
                if std::mem::replace(&mut known.hash, hash) == hash {
                    return;
                }
            }
            None => {
                self.known.insert(key.clone(), Known { hash, at, seen: mark });
            }
        }
        if kind == Kind::Grant {
            self.list(&key.1, lists);
        }
        if kind == Kind::Event {
            self.is_settled = false;
        }
        self.pending.insert(key, Row { kind, id, body: Some(body), hash, at });
    }

    /// Takes note of what a grant lists.
    fn list(&mut self, grant: &AnyId, lists: Vec<String>) {
        let methods: Vec<AnyId> = lists.iter().map(|id| AnyId::new(id)).collect();
        for method in &methods {
            *self.listed.entry(method.clone()).or_default() += 1;
        }
        for method in self.lists.insert(grant.clone(), methods).unwrap_or_default() {
            self.unlist(&method);
        }
    }

    /// One grant less lists a method. Says whether none does any more.
    fn unlist(&mut self, method: &AnyId) -> bool {
        let Some(grants) = self.listed.get_mut(method) else { return false };
        *grants = grants.saturating_sub(1);
        let is_last = *grants == 0;
        if is_last {
            self.listed.remove(method);
        }
        is_last
    }

    fn take_out(&mut self, gone: &Gone, at: DateTime<Utc>) {
        let key = key_of(gone);
        if key.0 == Kind::Grant {
            // With a grant go its doors, and the methods that no other grant lists.
            self.drop_row(&(Kind::Doors, key.1.clone()), at);
            for method in self.lists.remove(&key.1).unwrap_or_default() {
                if self.unlist(&method) {
                    self.drop_row(&(Kind::Method, method), at);
                }
            }
        }
        self.drop_row(&key, at);
    }

    fn drop_row(&mut self, key: &Key, at: DateTime<Utc>) {
        if self.known.remove(key).is_none() {
            return;
        }
        let (kind, id) = (key.0, key.1.to_string());
        let row = Row { kind, id, body: None, hash: 0, at: at.timestamp_millis() };
        self.pending.insert(key.clone(), row);
    }

    fn begin(&mut self, what: Resource, sweep: Sweep, began: DateTime<Utc>) {
        self.mark = self.mark.wrapping_add(1).max(1);
        let running = Running { sweep, began, mark: self.mark, is_blind: false };
        self.sweeps.insert(what, running);
    }

    fn see(&mut self, what: Resource, id: &str) {
        let mark = self.mark;
        for kind in Kind::swept_with(what) {
            if let Some(known) = self.known.get_mut(&(*kind, AnyId::new(id))) {
                known.seen = mark;
            }
        }
    }

    fn end(&mut self, what: Resource, sweep: Sweep, as_of: DateTime<Utc>, now: DateTime<Utc>) {
        let is_running = self.sweeps.get(&what).is_some_and(|running| running.sweep == sweep);
        // Another reading has begun since: this one cannot tell what is gone.
        let Some(running) = self.sweeps.remove(&what).filter(|_| is_running) else { return };
        self.is_news |= self.sources.swept(what, running.began);
        if !running.is_blind {
            let kinds = Kind::swept_with(what);
            // Marks only grow: whatever was read since this reading began has this mark or a later one.
            let unseen = |(key, known): (&Key, &Known)| {
                (kinds.contains(&key.0) && known.seen < running.mark).then(|| key.clone())
            };
            let gone: Vec<Key> = self.known.iter().filter_map(unseen).collect();
            for key in gone {
                match key.0 {
                    Kind::Grant => {
                        self.take_out(&Gone::Grant(GrantId::new(&key.1.to_string())), running.began);
                    }
                    _ => self.drop_row(&key, running.began),
                }
            }
        }
        self.good(what, as_of, now);
    }

    fn good(&mut self, what: Resource, as_of: DateTime<Utc>, now: DateTime<Utc>) {
        self.is_news |= self.sources.good(what, as_of, now);
        self.is_source_new = true;
    }
}
