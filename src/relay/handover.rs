//! Taking over where the poller before stopped: what it told is remembered, what it read is not read again
//! before it is due, and what it may not have come to is read at once.

use std::time::Duration;

use chrono::TimeDelta;

use super::body;
use super::kind::Kind;
use super::memory::Memory;
use super::source::Sources;
use crate::property::Resource;
use crate::seam::id::Id;
use crate::seam::model::{AccessGrant, Event};
use crate::sync::Resume;

/// A row as the store keeps it; the body only where it is needed here.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) kind: String,
    pub(super) id: String,
    pub(super) hash: i64,
    pub(super) at: i64,
    pub(super) number: i64,
    pub(super) body: Option<String>,
}

/// What the store holds of a property when a desk is elected.
#[derive(Clone, Debug, Default)]
pub(super) struct Left {
    /// Whatever is not gone.
    pub(super) rows: Vec<Kept>,
    pub(super) sources: Sources,
    /// The number up to which everything that events named was read again.
    pub(super) settled: i64,
}

/// What the new poller knows, and from where on it polls. Of events it looks back by `overlap`.
pub(super) fn take_over(left: Left, overlap: Duration) -> (Memory, Resume) {
    let Left { rows, sources, settled } = left;
    let mut resume = Resume { swept: sources.all_swept(), ..Resume::default() };
    let mut memory = Memory::new(sources);
    let mut events = Vec::new();
    for row in rows {
        let Some(kind) = Kind::of(&row.kind) else { continue };
        let lists = note(kind, &row, settled, &mut resume, &mut events);
        memory.remember(kind, &row.id, (row.hash, row.at), lists);
    }
    // Only a feed that was asked at all can be gone on with.
    if let Some(asked) = memory.as_of(Resource::Events) {
        let newest = events.iter().filter_map(|event: &Event| event.created_at).max();
        let until = newest.unwrap_or(asked);
        let overlap = TimeDelta::from_std(overlap).unwrap_or_default() + TimeDelta::seconds(2);
        resume.events_until = Some(until);
        let is_near = |event: &&Event| event.created_at.is_none_or(|at| at >= until - overlap);
        resume.events_seen =
            events.iter().filter(is_near).map(|event| (event.id.clone(), event.created_at)).collect();
    }
    (memory, resume)
}

/// Takes note of a row for the pollers. Says what it lists.
fn note(kind: Kind, row: &Kept, settled: i64, resume: &mut Resume, events: &mut Vec<Event>) -> Vec<String> {
    match kind {
        Kind::System => resume.systems.push(Id::new(&row.id)),
        Kind::Space => resume.spaces.push(Id::new(&row.id)),
        Kind::Identity => resume.identities.push(Id::new(&row.id)),
        Kind::Doors => resume.doors.push(Id::new(&row.id)),
        _ => {}
    }
    let Some(written) = &row.body else { return Vec::new() };
    match kind {
        Kind::Grant => {
            let Ok(grant) = body::read::<AccessGrant>(kind, written) else { return Vec::new() };
            let lists = grant.access_method_ids.iter().map(ToString::to_string).collect();
            resume.grants.push(grant);
            return lists;
        }
        Kind::Method => resume.methods.extend(body::read(kind, written).ok()),
        Kind::Event => {
            if let Ok(event) = body::read::<Event>(kind, written) {
                if row.number > settled {
                    resume.unsettled.push(event.clone());
                }
                events.push(event);
            }
        }
        _ => {}
    }
    Vec::new()
}
