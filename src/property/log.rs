//! Events, by what they name.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use chrono::{DateTime, Utc};

use crate::order::Arrange as _;
use crate::seam::id::{DeviceId, EncoderId, EntranceId, EventId, GrantId, MethodId, SystemId};
use crate::seam::model::Event;

/// What an event can name that a rule asks about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Topic {
    Grant(GrantId),
    Method(MethodId),
    Door(EntranceId),
    Lock(DeviceId),
    Encoder(EncoderId),
    /// What happened to the credentials of a system outside Seam.
    System(SystemId),
    /// The accounts behind the locks.
    Accounts,
}

// The id settles the order of events of the same instant, whichever came first.
type Place = (DateTime<Utc>, EventId);

/// The newest events, each once.
#[derive(Debug, Default)]
pub(super) struct Log {
    seen: HashSet<EventId>,
    /// Apart from the tree, which is half empty.
    events: BTreeMap<Place, Box<Event>>,
    /// In order: most topics are named once or twice, and what is new comes last.
    topics: HashMap<Topic, VecDeque<Place>>,
}

/// When an event happened, as far as it says.
pub(super) fn when(event: &Event) -> Option<DateTime<Utc>> {
    event.occurred_at.or(event.created_at)
}

impl Log {
    /// Takes an event in and tells what it names; nothing where it is known already or says no time.
    pub(super) fn add(&mut self, event: Event) -> Vec<Topic> {
        let Some(at) = when(&event) else { return Vec::new() };
        if !self.seen.insert(event.id.clone()) {
            return Vec::new();
        }
        let place = (at, event.id.clone());
        let topics = topics(&event);
        for topic in &topics {
            let places = self.topics.entry(topic.clone()).or_default();
            if let Err(at) = places.binary_search(&place) {
                if places.is_empty() {
                    places.reserve_exact(1);
                }
                places.insert(at, place.clone());
            }
        }
        self.events.insert(place, Box::new(event));
        topics
    }

    /// Drops the oldest events over `keep` and tells what they named.
    pub(super) fn trim(&mut self, keep: usize) -> Vec<Topic> {
        let mut dropped = Vec::new();
        while self.events.len() > keep {
            let Some((place, event)) = self.events.pop_first() else { break };
            self.seen.remove(&event.id);
            for topic in topics(&event) {
                if let Some(places) = self.topics.get_mut(&topic) {
                    if let Ok(at) = places.binary_search(&place) {
                        places.remove(at);
                    }
                    if places.is_empty() {
                        self.topics.remove(&topic);
                    }
                }
                dropped.push(topic);
            }
        }
        dropped
    }

    /// All events, newest first.
    pub(super) fn newest(&self) -> impl Iterator<Item = (DateTime<Utc>, &Event)> {
        self.events.iter().rev().map(|(place, event)| (place.0, &**event))
    }

    /// The events that name `topic`, newest first.
    pub(super) fn of<'a>(
        &'a self,
        topic: &Topic,
    ) -> impl Iterator<Item = (DateTime<Utc>, &'a Event)> + use<'a> {
        let places = self.topics.get(topic).into_iter().flat_map(|places| places.iter().rev());
        places.filter_map(|place| Some((place.0, &**self.events.get(place)?)))
    }
}

fn topics(event: &Event) -> Vec<Topic> {
    let mut topics: Vec<Topic> = event.access_grant_ids.iter().cloned().map(Topic::Grant).collect();
    topics.extend(event.access_grant_id.clone().map(Topic::Grant));
    topics.extend(event.access_method_id.clone().map(Topic::Method));
    topics.extend(event.acs_entrance_id.clone().map(Topic::Door));
    topics.extend(event.device_id.clone().map(Topic::Lock));
    topics.extend(event.acs_encoder_id.clone().map(Topic::Encoder));
    if event.event_type == "acs_credential.invalidated" {
        topics.extend(event.acs_system_id.clone().map(Topic::System));
    }
    if event.event_type.starts_with("connected_account.") {
        topics.push(Topic::Accounts);
    }
    topics.arrange();
    topics.dedup();
    topics
}
