//! Change the dates of a stay: extend it, shorten it, or let the guest in early.
//!
//! `/access_grants/update` takes new dates and nothing else, and re-issues every method: PINs keep their
//! digits but are dead for a moment, cards need the encoder again. All grants of a reservation must
//! overlap, also between one update and the next.

use chrono::{DateTime, Utc};

use super::facts::{count, live_grants, live_methods, names, stay, when, who};
use super::{Action, Change, Plan, Refusal, Step};
use crate::order::Arrange as _;
use crate::property::{Grant, Property, Stay, StayId, Zone};
use crate::text::Text;

mod preview;
mod restore;

pub(super) use restore::plan as restore;

/// New dates for a stay; what is none stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtendAsk {
    /// Whose.
    pub stay: StayId,
    /// New start, UTC.
    pub starts_at: Option<DateTime<Utc>>,
    /// New end, UTC.
    pub ends_at: Option<DateTime<Utc>>,
    /// Whether the whole reservation moves, joiners too.
    pub party: bool,
}

impl ExtendAsk {
    /// A new end for the whole reservation.
    pub fn until(stay: StayId, ends_at: DateTime<Utc>) -> Self {
        Self { stay, starts_at: None, ends_at: Some(ends_at), party: true }
    }
}

/// A grant and what becomes of its dates.
#[derive(Clone, Debug)]
struct Moved<'a> {
    grant: &'a Grant,
    stay: &'a Stay,
    starts_at: Option<Change>,
    ends_at: Option<Change>,
}

/// What an ask comes to, for the checks and for the preview.
#[derive(Debug)]
struct Asked<'a> {
    p: &'a Property,
    now: DateTime<Utc>,
    stay: &'a Stay,
    /// The other stays of the reservation.
    party: Vec<&'a Stay>,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    /// The grants that change.
    moved: Vec<Moved<'a>>,
    /// The joiners that keep their dates, and why.
    left: Vec<(&'a Stay, &'static str)>,
}

impl Asked<'_> {
    fn zone(&self) -> Zone {
        self.p.zone()
    }

    /// The stays whose dates change.
    fn stays(&self) -> Vec<&Stay> {
        let mut found: Vec<&Stay> = Vec::new();
        for moved in &self.moved {
            if !found.iter().any(|s| s.id == moved.stay.id) {
                found.push(moved.stay);
            }
        }
        found
    }

    /// Whether somebody's access becomes shorter.
    fn takes_away(&self) -> bool {
        self.moved.iter().any(|m| {
            let sooner = m.ends_at.is_some_and(|c| c.from.is_none_or(|from| c.to < from));
            let later = m.starts_at.is_some_and(|c| c.from.is_none_or(|from| c.to > from));
            sooner || later
        })
    }
}

/// Plans new dates at the instant `now`.
///
/// # Errors
/// One sentence, where Seam would refuse the dates, where nothing would change, or where somebody else
/// has the room in the time that is added.
pub fn plan(p: &Property, ask: &ExtendAsk, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let stay = stay(p, &ask.stay)?;
    check_dates(p.zone(), stay, ask, now)?;
    let asked = sort_out(p, stay, ask, now)?;
    check_each(&asked)?;
    check_overlap(&asked)?;
    check_room(&asked)?;
    let steps = steps(&asked);
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

/// What can be said of the dates alone.
fn check_dates(zone: Zone, stay: &Stay, ask: &ExtendAsk, now: DateTime<Utc>) -> Result<(), Refusal> {
    if ask.starts_at.is_none() && ask.ends_at.is_none() {
        return Err(Refusal::new("Nothing would change: give a new end or a new start, for example +1d."));
    }
    if let Some(ends_at) = ask.ends_at {
        if stay.ends_at().is_none() {
            return Err(Refusal::new(format!(
                "The access of {} has no end, so there is nothing to extend, and an end would take access \
                 away: check it out when it should end.",
                who(stay)
            )));
        }
        if ends_at <= now {
            return Err(Refusal::new(format!(
                "The new end, {} {}, is not in the future, which Seam refuses: to end access now, check the \
                 guest out.",
                when(ends_at, zone),
                zone.short(ends_at)
            )));
        }
    }
    let start = ask.starts_at.or(stay.starts_at());
    let end = ask.ends_at.or(stay.ends_at());
    match (start, end) {
        (Some(start), Some(end)) if end <= start => Err(Refusal::new(format!(
            "The end, {}, would not be after the start, {}: choose a later end or an earlier start.",
            when(end, zone),
            when(start, zone)
        ))),
        _ => Ok(()),
    }
}

/// Which grants change, and which joiners keep their dates.
fn sort_out<'a>(
    p: &'a Property,
    stay: &'a Stay,
    ask: &ExtendAsk,
    now: DateTime<Utc>,
) -> Result<Asked<'a>, Refusal> {
    let party = p.party(&stay.id);
    let mut asked = Asked {
        p,
        now,
        stay,
        party,
        starts_at: ask.starts_at,
        ends_at: ask.ends_at,
        moved: Vec::new(),
        left: Vec::new(),
    };
    if live_grants(p, stay).is_empty() {
        return Err(Refusal::new(format!(
            "The access of {} is being revoked and cannot be extended: wait until it is gone, then make a new \
             grant.",
            who(stay)
        )));
    }
    let all: Vec<&Stay> = std::iter::once(stay).chain(asked.party.iter().copied()).collect();
    for each in all {
        let grants = live_grants(p, each);
        let mine = each.id == stay.id;
        if !mine && !ask.party {
            asked.left.push((each, "keeps its dates"));
            continue;
        }
        // Whoever left before the others must not be let in again.
        let left_early = |g: &Grant| {
            g.ends_at().is_some_and(|end| end <= now && stay.ends_at().is_none_or(|last| end < last))
        };
        if !mine && grants.iter().all(|g| left_early(g)) {
            asked.left.push((each, "has left and stays out"));
            continue;
        }
        if !mine && ask.ends_at.is_some() && grants.iter().all(|g| g.ends_at().is_none()) {
            asked.left.push((each, "has no end"));
            continue;
        }
        let grants = grants.into_iter().filter(|g| !left_early(g));
        asked.moved.extend(grants.filter_map(|grant| moved(grant, each, ask)));
    }
    if asked.moved.is_empty() {
        return Err(Refusal::new(format!("Nothing would change: {} already has these dates.", who(stay))));
    }
    Ok(asked)
}

fn moved<'a>(grant: &'a Grant, stay: &'a Stay, ask: &ExtendAsk) -> Option<Moved<'a>> {
    let change = |from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>| {
        to.filter(|to| from != Some(*to)).map(|to| Change { from, to })
    };
    let starts_at = change(grant.starts_at(), ask.starts_at);
    // A grant without an end reaches further than any new one.
    let ends_at = change(grant.ends_at(), ask.ends_at).filter(|c| c.from.is_some());
    (starts_at.is_some() || ends_at.is_some()).then_some(Moved { grant, stay, starts_at, ends_at })
}

/// Every grant by itself must end after it starts.
fn check_each(asked: &Asked<'_>) -> Result<(), Refusal> {
    for m in &asked.moved {
        let (start, end) = after(m);
        if let (Some(start), Some(end)) = (start, end)
            && end <= start
        {
            return Err(Refusal::new(format!(
                "The access of {} would end {} and start only {}: change that stay by itself first.",
                who(m.stay),
                when(end, asked.zone()),
                when(start, asked.zone())
            )));
        }
        if m.starts_at.is_some() && end.is_some_and(|end| end <= asked.now) {
            return Err(Refusal::new(format!(
                "The access of {} has ended: give a new end too.",
                who(m.stay)
            )));
        }
    }
    Ok(())
}

type Span = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// The dates of a grant once it has changed.
fn after(m: &Moved<'_>) -> Span {
    let start = m.starts_at.map(|c| c.to).or(m.grant.starts_at());
    let end = m.ends_at.map(|c| c.to).or(m.grant.ends_at());
    (start, end)
}

/// Whether two spans have an instant in common; what is none reaches for ever.
fn overlaps(a: Span, b: Span) -> bool {
    let before = |end: Option<DateTime<Utc>>, start: Option<DateTime<Utc>>| matches!((end, start), (Some(end), Some(start)) if end <= start);
    !before(a.1, b.0) && !before(b.1, a.0)
}

/// All grants of a reservation overlap, after each update as well as in the end.
fn check_overlap(asked: &Asked<'_>) -> Result<(), Refusal> {
    if asked.stay.reservation_key().is_none() {
        return Ok(());
    }
    let all = std::iter::once(asked.stay).chain(asked.party.iter().copied());
    let mut spans: Vec<(&Grant, &Stay, Span)> = all
        .flat_map(|s| live_grants(asked.p, s).into_iter().map(move |g| (g, s)))
        .filter(|(g, _)| g.reservation_key() == asked.stay.reservation_key())
        .map(|(g, s)| (g, s, (g.starts_at(), g.ends_at())))
        .collect();
    for m in &asked.moved {
        let new = after(m);
        for (grant, _, span) in &mut spans {
            if grant.id == m.grant.id {
                *span = new;
            }
        }
        let apart = spans.iter().find(|(g, _, span)| g.id != m.grant.id && !overlaps(*span, new));
        if let Some((_, other, _)) = apart {
            return Err(Refusal::new(format!(
                "All keys of a reservation must overlap in time, and these dates would leave {} apart from {}: \
                 change the end first and the start afterwards, or make a new reservation.",
                who(m.stay),
                who(other)
            )));
        }
    }
    Ok(())
}

/// Nobody else has the room in the time that is added.
fn check_room(asked: &Asked<'_>) -> Result<(), Refusal> {
    for m in &asked.moved {
        for (from, to) in added(m, asked.now) {
            let taken = others_in_rooms(asked, m.stay)
                .into_iter()
                .find(|other| overlaps((other.starts_at(), other.ends_at()), (Some(from), Some(to))));
            if let Some(other) = taken {
                return Err(taken_by(asked, m.stay, other, from));
            }
        }
    }
    Ok(())
}

/// The spans a change adds, as far as they are not over.
fn added(m: &Moved<'_>, now: DateTime<Utc>) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let end = m.ends_at.and_then(|c| c.from.map(|from| (from.max(now), c.to)));
    let start = m.starts_at.and_then(|c| c.from.map(|from| (c.to.max(now), from)));
    [end, start].into_iter().flatten().filter(|(from, to)| from < to).collect()
}

/// Stays of other reservations on the same guest doors.
fn others_in_rooms<'a>(asked: &Asked<'a>, stay: &Stay) -> Vec<&'a Stay> {
    let next = asked.p.next_arrival(&stay.id);
    let mut found: Vec<&Stay> =
        stay.rooms.iter().flat_map(|room| asked.p.stays_in_room(room)).chain(next).collect();
    found.retain(|other| {
        let ours = other.id == asked.stay.id || asked.party.iter().any(|s| s.id == other.id);
        !ours && !live_grants(asked.p, other).is_empty()
    });
    found.arrange_by(|a, b| (a.starts_at(), &a.id).cmp(&(b.starts_at(), &b.id)));
    found.dedup_by(|a, b| a.id == b.id);
    found
}

fn taken_by(asked: &Asked<'_>, stay: &Stay, other: &Stay, from: DateTime<Utc>) -> Refusal {
    let zone = asked.zone();
    let room = if stay.room.is_empty() { "The room".to_owned() } else { format!("Room {}", stay.room) };
    let arrives = other.starts_at().filter(|start| *start > from);
    Refusal::new(match (arrives, other.ends_at()) {
        (Some(start), _) => format!(
            "{room} is taken by {} from {} {}: end before that, or move one of the two to another room first.",
            other.name,
            when(start, zone),
            zone.short(start)
        ),
        (None, Some(end)) => format!(
            "{room} belongs to {} until {} {}: start after that, check them out first, or choose another room.",
            other.name,
            when(end, zone),
            zone.short(end)
        ),
        (None, None) => format!(
            "{room} belongs to {}, whose access has no end: check them out first, or choose another room.",
            other.name
        ),
    })
}

fn steps(asked: &Asked<'_>) -> Vec<Step> {
    let mut steps: Vec<Step> = asked
        .moved
        .iter()
        .map(|m| Step::UpdateGrant {
            grant: m.grant.id.clone(),
            who: who(m.stay),
            starts_at: m.starts_at,
            ends_at: m.ends_at,
        })
        .collect();
    let stays = asked.stays();
    steps.push(Step::AwaitIssued {
        grants: asked.moved.iter().map(|m| m.grant.id.clone()).collect(),
        methods: live_methods(asked.p, &stays).iter().map(|m| m.id.clone()).collect(),
    });
    steps
}

/// "1 joiner, Lindqvist, Eva".
fn joiners(stays: &[&Stay]) -> Text {
    Text::new(format!("{}, {}", count(stays.len(), "joiner"), names(stays.iter().map(|s| &s.name))))
}
