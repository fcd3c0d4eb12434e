//! Changes on their way to the locks, as rows.

use chrono::{DateTime, TimeDelta, Utc};

use super::hotel::Property;
use super::record::Method;
use super::said::changing;
use super::table::Key;
use super::{Stay, StayId};
use crate::order::Arrange as _;
use crate::seam::id::{GrantId, MethodId};
use crate::seam::model::{Mutation, MutationCode};
use crate::text::Text;

/// Whose mutation it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MutationOf {
    /// A grant's.
    Grant(GrantId),
    /// A method's.
    Method(MethodId),
}

/// Names a pending mutation, which has no id of its own at Seam.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MutationId {
    /// Whose it is.
    pub of: MutationOf,
    /// What it does.
    pub code: MutationCode,
    /// When it began, UTC.
    pub created_at: Option<DateTime<Utc>>,
}

/// A pending mutation as the pane shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MutationRow {
    /// Which.
    pub id: MutationId,
    /// The stay it belongs to.
    pub stay: Option<StayId>,
    /// The room, empty where there is none.
    pub room: Text,
    /// What it does, in the desk's words: `access times`.
    pub what: Text,
    /// From what to what, property time: `Mon 11:00 → Tue 11:00`, `2 doors`; else Seam's message.
    pub change: Text,
    /// When it began, UTC; by the record, never by when it was read.
    pub since: Option<DateTime<Utc>>,
    /// Whether all it waits for is a card to be cut: the desk's work, not the lock's, and never late.
    pub waits_for_card: bool,
}

impl Property {
    /// The pending mutations of a stay's grants and methods.
    pub(super) fn mutation_rows(&self, stay: &Stay, grants: &[Key]) -> Vec<MutationRow> {
        let mut rows = Vec::new();
        let mut push = |of: MutationOf, all: &[Mutation], waits_for_card: bool| {
            rows.extend(all.iter().map(|m| self.mutation_row(of.clone(), m, stay, waits_for_card)));
        };
        let methods = self.methods_at(grants);
        // New dates of a grant whose other keys are out wait for its cards, and for nothing else.
        let only_cards = methods.iter().any(|m| m.is_encoding_required)
            && methods.iter().all(|m| m.is_issued || m.is_encoding_required);
        for grant in self.grants_at(grants) {
            push(MutationOf::Grant(grant.id.clone()), grant.pending(), only_cards);
        }
        for method in methods {
            if !method.pending().is_empty() && self.is_shown_under(method, stay) {
                push(MutationOf::Method(method.id.clone()), method.pending(), method.is_encoding_required);
            }
        }
        rows.arrange_by(|a, b| a.id.cmp(&b.id));
        rows.dedup_by(|later, first| later.id == first.id);
        rows
    }

    /// A method that several stays share shows under that of the first of its grants.
    fn is_shown_under(&self, method: &Method, stay: &Stay) -> bool {
        let row = self.store.methods.key(&method.id).and_then(|key| self.store.methods.row(key));
        let grants = row.into_iter().flat_map(|row| row.links.grants.iter());
        let first = grants.filter_map(|g| self.store.grants.get(*g)).map(|g| &g.id).min();
        first.is_none_or(|id| stay.grants.contains(id))
    }

    fn mutation_row(&self, of: MutationOf, m: &Mutation, stay: &Stay, waits_for_card: bool) -> MutationRow {
        MutationRow {
            id: MutationId { of, code: m.code.clone(), created_at: m.created_at },
            stay: Some(stay.id.clone()),
            room: stay.room.clone(),
            what: changing(&m.code),
            change: self.change(m),
            since: m.created_at,
            waits_for_card: waits_for_card && m.code == MutationCode::UpdatingTimes,
        }
    }

    fn change(&self, m: &Mutation) -> Text {
        let times = |from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>| {
            let near =
                from.zip(to).is_some_and(|(a, b)| a.signed_duration_since(b).abs() < TimeDelta::days(7));
            let form = if near { "%a %H:%M" } else { "%-d %b %H:%M" };
            let say = |t: Option<DateTime<Utc>>| match t {
                Some(t) => self.zone.local(t).format(form).to_string(),
                None => "open-ended".to_owned(),
            };
            (from != to).then(|| format!("{} → {}", say(from), say(to)))
        };
        let ends = times(m.from.ends_at, m.to.ends_at);
        let starts = times(m.from.starts_at, m.to.starts_at).map(|s| format!("from {s}"));
        let doors = |n: usize| match n {
            1 => "1 door".to_owned(),
            n => format!("{n} doors"),
        };
        match (&m.code, starts, ends) {
            (MutationCode::UpdatingTimes, Some(starts), Some(ends)) => Text::new(format!("{starts}, {ends}")),
            (MutationCode::UpdatingTimes, Some(one), None)
            | (MutationCode::UpdatingTimes, None, Some(one)) => Text::new(one),
            _ => match m.from.device_ids.len().abs_diff(m.to.device_ids.len()) {
                0 => m.message.clone(),
                n => Text::new(doors(n)),
            },
        }
    }
}
