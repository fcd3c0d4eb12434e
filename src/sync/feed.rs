//! The events feed.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::cadence::Cadence;
use super::dirty::Dirty;
use super::outbox::{Halt, Read};
use super::poller::Poller;
use super::settle::settle;
use super::shared::Shared;
use crate::property::{Records, Resource};
use crate::seam::client::ListEvents;
use crate::seam::id::EventId;
use crate::seam::model::Event;

/// Events in one answer: Seam's own default.
const LIMIT: u32 = 500;
/// Answers in one pass; what is left comes with the next.
const MOST_PAGES: u32 = 20;

/// Follows the events feed.
///
/// Each look begins an overlap before the newest event seen, for events are written by many hands: one
/// may appear with a `created_at` a little before one that was there already. What comes twice is told
/// by its id and counts once.
#[derive(Default)]
pub(super) struct Feed {
    /// Where the first look began; in force until an event is seen.
    origin: Option<DateTime<Utc>>,
    newest: Option<DateTime<Utc>>,
    /// Whether the look back is over.
    caught_up: bool,
    /// The events inside the overlap.
    seen: BTreeMap<EventId, Option<DateTime<Utc>>>,
    dirty: Dirty,
}

impl Poller for Feed {
    const READS_GRANTS: Option<&'static str> = Some("events");

    fn every(&self, cadence: &Cadence) -> Duration {
        cadence.events
    }

    async fn ready(&mut self, shared: &Shared) {
        // From here on events are counted as news; what was before, the first readings bring.
        if self.origin.is_none() {
            let look_back = TimeDelta::from_std(shared.cadence.look_back).unwrap_or_default();
            self.origin = Some(shared.out.now() - look_back);
        }
        let _ = shared.first_page.subscribe().wait_for(|there| *there).await;
    }

    async fn pass(&mut self, shared: &Shared) -> Read {
        let asked = shared.out.now();
        self.look(shared).await?;
        let settled = settle(shared, &mut self.dirty).await;
        shared.out.checked(Resource::Events, asked).await?;
        settled?;
        let (known, trouble) = {
            let ledger = shared.ledger();
            (ledger.grants_known, ledger.trouble.iter().any(|name| Some(*name) != Self::READS_GRANTS))
        };
        // Everything was read once and nothing has happened since that was not read again.
        if known && !trouble && self.dirty.is_empty() {
            shared.out.checked(Resource::Grants, asked).await?;
        }
        Ok(())
    }
}

impl Feed {
    /// A feed that goes on where another stopped: the newest event was written at `until`, or none was before;
    /// of the `unsettled` nothing may have been read again.
    pub(super) fn resumed(
        until: Option<DateTime<Utc>>,
        seen: Vec<(EventId, Option<DateTime<Utc>>)>,
        unsettled: &[Event],
    ) -> Self {
        let mut dirty = Dirty::default();
        unsettled.iter().for_each(|event| dirty.note(event));
        let seen = seen.into_iter().collect();
        Self { newest: until, caught_up: until.is_some(), seen, dirty, ..Self::default() }
    }

    /// Reads what is new, in as many answers as it takes.
    async fn look(&mut self, shared: &Shared) -> Read {
        let overlap = TimeDelta::from_std(shared.cadence.overlap).unwrap_or_default();
        let mut since = match (self.newest, self.origin) {
            (Some(newest), _) => newest - overlap,
            (None, Some(origin)) => origin,
            (None, None) => shared.out.now(),
        };
        let started =
            self.origin.map(|o| o + TimeDelta::from_std(shared.cadence.look_back).unwrap_or_default());
        let mut offset = 0;
        for _ in 0..MOST_PAGES {
            let asked = shared.out.now();
            let params = ListEvents {
                limit: Some(LIMIT),
                unstable_offset: Some(offset).filter(|o| *o > 0),
                ..ListEvents::since(since)
            };
            let page = shared.client.list_events(&params).await;
            let page = page.map_err(|e| Halt::Failed(Resource::Events, e))?;
            let count = page.items.len() + page.bad.len();
            let latest = page.items.iter().filter_map(|e| e.created_at).max();
            let mut news = page.items;
            news.retain(|e| self.seen.insert(e.id.clone(), e.created_at).is_none());
            let is_news = !news.is_empty();
            self.newest = self.newest.max(latest);
            // The first look reaches far back for the sake of the record; the readings made meanwhile
            // know all that happened before they began.
            let news_from =
                if !self.caught_up { started.min(self.newest).map(|t| t - overlap) } else { None };
            for event in news.iter().filter(|e| e.created_at >= news_from || e.created_at.is_none()) {
                self.dirty.note(event);
            }
            shared.out.read(Records::Events(news), asked, None).await?;
            shared.out.bad(Resource::Events, page.bad, asked).await?;
            if count < LIMIT as usize {
                self.caught_up = true;
                break;
            }
            // A full answer has more behind it. Where the offset brings nothing new it is not heeded,
            // and time must do.
            match latest.map(|t| t - TimeDelta::seconds(1)) {
                Some(later) if !is_news && later > since => (since, offset) = (later, 0),
                _ if !is_news => break,
                _ => offset += LIMIT,
            }
        }
        self.forget(overlap);
        Ok(())
    }

    /// Events from before the overlap do not come again.
    fn forget(&mut self, overlap: TimeDelta) {
        let Some(newest) = self.newest else { return };
        // A server may round what it is asked for; a second of grace costs nothing.
        let edge = newest - overlap - TimeDelta::seconds(1);
        self.seen.retain(|_, at| at.is_none_or(|at| at >= edge));
    }
}
