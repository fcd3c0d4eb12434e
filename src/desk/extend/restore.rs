//! The dates before a change, given back.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Asked, Moved, check_each, check_overlap, check_room, preview};
use crate::desk::facts::{stay, when, who};
use crate::desk::{Action, Change, Plan, Refusal, Step};
use crate::property::Property;
use crate::seam::id::GrantId;

/// Plans the reverse of a change of dates: the last grant first, so that the reservation holds together
/// after every step as it did on the way there.
pub(in crate::desk) fn plan(p: &Property, done: &Plan, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let stay = stay(p, &done.stay)?;
    let mut moved = Vec::new();
    for step in done.steps.iter().rev() {
        if let Step::UpdateGrant { grant, starts_at, ends_at, .. } = step {
            moved.push(back(p, grant, *starts_at, *ends_at, now)?);
        }
    }
    if moved.is_empty() {
        return Err(Refusal::new("That changed no dates, so there is nothing to give back."));
    }
    let ours = || moved.iter().filter(|m: &&Moved<'_>| m.stay.id == stay.id);
    let asked = Asked {
        p,
        now,
        stay,
        party: p.party(&stay.id),
        starts_at: ours().filter_map(|m| m.starts_at).map(|c| c.to).min(),
        ends_at: ours().filter_map(|m| m.ends_at).map(|c| c.to).max(),
        moved,
        left: Vec::new(),
    };
    check_each(&asked)?;
    check_overlap(&asked)?;
    check_room(&asked)?;
    let steps = super::steps(&asked);
    Ok(Plan {
        cards: Vec::new(),
        action: Action::Extend,
        stay: stay.id.clone(),
        guest: stay.name.clone(),
        room: stay.room.clone(),
        takes_away: asked.takes_away(),
        preview: preview::lines(&asked),
        commands: steps.iter().filter_map(Step::command).collect(),
        steps,
    })
}

fn back<'a>(
    p: &'a Property,
    id: &GrantId,
    starts_at: Option<Change>,
    ends_at: Option<Change>,
    now: DateTime<Utc>,
) -> Result<Moved<'a>, Refusal> {
    let grant = p.grant(id).filter(|g| !g.is_being_deleted());
    let whose = p.stay_of_grant(id).and_then(|id| p.stay(id));
    let (Some(grant), Some(whose)) = (grant, whose) else {
        return Err(Refusal::new(
            "Some of the access whose dates were changed is no longer there: it cannot be given back.",
        ));
    };
    let is = |now: Option<DateTime<Utc>>, change: Option<Change>| match (now, change) {
        (_, None) => true,
        (Some(now), Some(c)) => now.signed_duration_since(c.to).abs() < TimeDelta::seconds(1),
        (None, Some(_)) => false,
    };
    if !is(grant.starts_at(), starts_at) || !is(grant.ends_at(), ends_at) {
        return Err(Refusal::new(format!(
            "The dates of {} have been changed again since: choose new ones instead (e).",
            who(whose)
        )));
    }
    let reverse = |change: Option<Change>| match change {
        None => Ok(None),
        Some(Change { from: Some(from), to }) => Ok(Some(Change { from: Some(to), to: from })),
        Some(Change { from: None, .. }) => Err(Refusal::new(format!(
            "The access of {} had no such date before, and Seam cannot take one away again: choose another (e).",
            who(whose)
        ))),
    };
    let (starts_at, ends_at) = (reverse(starts_at)?, reverse(ends_at)?);
    if let Some(end) = ends_at.map(|c| c.to).filter(|end| *end <= now) {
        return Err(Refusal::new(format!(
            "The old end, {}, has passed, and Seam takes no end in the past: check the guest out instead (x).",
            when(end, p.zone())
        )));
    }
    Ok(Moved { grant, stay: whose, starts_at, ends_at })
}
