//! What a pane lists: stays, grants, mutations or alerts.

use std::cmp::Ordering;
use std::hash::Hash;

use super::filter::Test;
use super::pane::Sort;
use super::rows::{self, AlertKey, GrantKey, MutationKey, StayKey};
use crate::property::{Alert, AlertId, Grant, MutationId, MutationRow, Property, Stay, StayId};
use crate::seam::id::GrantId;

/// What a pane lists, and how its rows are chosen and ordered.
pub(super) trait Listed: Sized + Clone + Eq + Hash {
    /// What is listed.
    type Record<'p>: Copy;
    /// What it is ordered by.
    type Key<'p>;

    /// How many there are.
    fn count(p: &Property) -> usize;
    /// How many of them are on the list without a filter, where that is known without looking.
    fn usual(p: &Property) -> Option<usize>;
    /// Every one, in no particular order.
    fn all(p: &Property) -> impl Iterator<Item = Self::Record<'_>>;
    /// Those numbered `from` and higher, where they have numbers that stay.
    fn walk(p: &Property, from: usize) -> Option<impl Iterator<Item = (usize, Self::Record<'_>)>>;
    /// The one of an id.
    fn record<'p>(p: &'p Property, id: &Self) -> Option<Self::Record<'p>>;
    /// Its id.
    fn id(record: Self::Record<'_>) -> Self;
    /// Whether it is on the list without a filter.
    fn is_usual(p: &Property, record: Self::Record<'_>) -> bool;
    /// Writes what a filter looks at.
    fn text(p: &Property, record: Self::Record<'_>, into: &mut String);
    /// Whether it is what a term of a filter wants.
    fn meets(p: &Property, record: Self::Record<'_>, test: &Test) -> bool;
    /// What it is ordered by.
    fn key<'p>(p: &'p Property, sort: Sort, record: Self::Record<'p>) -> Self::Key<'p>;
    /// The order of two.
    fn order(sort: Sort, a: &Self::Key<'_>, b: &Self::Key<'_>) -> Ordering;
    /// The others whose place depends on one.
    fn followers(_: &Property, _: &Self) -> Vec<Self> {
        Vec::new()
    }
}

/// No numbers that stay.
type Unnumbered<T> = std::iter::Empty<(usize, T)>;

impl Listed for StayId {
    type Record<'p> = &'p Stay;
    type Key<'p> = StayKey<'p>;

    fn count(p: &Property) -> usize {
        let counts = p.counts();
        counts.tonight() + counts.departed + counts.upcoming
    }
    fn usual(p: &Property) -> Option<usize> {
        Some(p.counts().tonight())
    }
    fn all(p: &Property) -> impl Iterator<Item = &Stay> {
        p.stays()
    }
    fn walk(p: &Property, from: usize) -> Option<impl Iterator<Item = (usize, &Stay)>> {
        Some(p.stays_from(from))
    }
    fn record<'p>(p: &'p Property, id: &Self) -> Option<&'p Stay> {
        p.stay(id)
    }
    fn id(stay: &Stay) -> Self {
        stay.id.clone()
    }
    fn is_usual(_: &Property, stay: &Stay) -> bool {
        stay.class.is_tonight()
    }
    fn text(_: &Property, stay: &Stay, into: &mut String) {
        rows::stay_text(stay, into);
    }
    fn meets(p: &Property, stay: &Stay, test: &Test) -> bool {
        test.of_stay(p, stay)
    }
    fn key<'p>(p: &'p Property, sort: Sort, stay: &'p Stay) -> StayKey<'p> {
        StayKey::of(p, sort, stay)
    }
    fn order(sort: Sort, a: &StayKey<'_>, b: &StayKey<'_>) -> Ordering {
        rows::order_stays(sort, a, b)
    }
}

impl Listed for GrantId {
    type Record<'p> = &'p Grant;
    type Key<'p> = GrantKey<'p>;

    fn count(p: &Property) -> usize {
        p.counts().grants
    }
    fn usual(_: &Property) -> Option<usize> {
        None
    }
    fn all(p: &Property) -> impl Iterator<Item = &Grant> {
        p.grants()
    }
    fn walk(p: &Property, from: usize) -> Option<impl Iterator<Item = (usize, &Grant)>> {
        Some(p.grants_from(from))
    }
    fn record<'p>(p: &'p Property, id: &Self) -> Option<&'p Grant> {
        p.grant(id)
    }
    fn id(grant: &Grant) -> Self {
        grant.id.clone()
    }
    fn is_usual(p: &Property, grant: &Grant) -> bool {
        rows::grant_is_tonight(p, grant)
    }
    fn text(p: &Property, grant: &Grant, into: &mut String) {
        rows::grant_text(p, grant, into);
    }
    fn meets(p: &Property, grant: &Grant, test: &Test) -> bool {
        test.of_grant(p, grant)
    }
    fn key<'p>(p: &'p Property, sort: Sort, grant: &'p Grant) -> GrantKey<'p> {
        GrantKey::of(p, sort, grant)
    }
    fn order(sort: Sort, a: &GrantKey<'_>, b: &GrantKey<'_>) -> Ordering {
        rows::order_grants(sort, a, b)
    }
}

impl Listed for MutationId {
    type Record<'p> = &'p MutationRow;
    type Key<'p> = MutationKey<'p>;

    fn count(p: &Property) -> usize {
        p.counts().mutations
    }
    fn usual(p: &Property) -> Option<usize> {
        Some(p.counts().mutations)
    }
    fn all(p: &Property) -> impl Iterator<Item = &MutationRow> {
        p.mutations()
    }
    fn walk(_: &Property, _: usize) -> Option<impl Iterator<Item = (usize, &MutationRow)>> {
        None::<Unnumbered<_>>
    }
    fn record<'p>(p: &'p Property, id: &Self) -> Option<&'p MutationRow> {
        p.mutation(id)
    }
    fn id(row: &MutationRow) -> Self {
        row.id.clone()
    }
    fn is_usual(_: &Property, _: &MutationRow) -> bool {
        true
    }
    fn text(p: &Property, row: &MutationRow, into: &mut String) {
        rows::mutation_text(p, row, into);
    }
    fn meets(p: &Property, row: &MutationRow, test: &Test) -> bool {
        test.of_mutation(p, row)
    }
    fn key<'p>(p: &'p Property, sort: Sort, row: &'p MutationRow) -> MutationKey<'p> {
        MutationKey::of(p, sort, row)
    }
    fn order(sort: Sort, a: &MutationKey<'_>, b: &MutationKey<'_>) -> Ordering {
        rows::order_mutations(sort, a, b)
    }
}

impl Listed for AlertId {
    type Record<'p> = &'p Alert;
    type Key<'p> = AlertKey<'p>;

    fn count(p: &Property) -> usize {
        let counts = p.counts();
        counts.p1 + counts.p2 + counts.p3 + counts.snoozed
    }
    fn usual(p: &Property) -> Option<usize> {
        Some(Self::count(p))
    }
    fn all(p: &Property) -> impl Iterator<Item = &Alert> {
        p.alerts()
    }
    fn walk(_: &Property, _: usize) -> Option<impl Iterator<Item = (usize, &Alert)>> {
        None::<Unnumbered<_>>
    }
    fn record<'p>(p: &'p Property, id: &Self) -> Option<&'p Alert> {
        p.alert(id)
    }
    fn id(alert: &Alert) -> Self {
        alert.id.clone()
    }
    fn is_usual(_: &Property, _: &Alert) -> bool {
        true
    }
    fn text(p: &Property, alert: &Alert, into: &mut String) {
        rows::alert_text(p, alert, into);
    }
    fn meets(p: &Property, alert: &Alert, test: &Test) -> bool {
        test.of_alert(p, alert)
    }
    fn key<'p>(p: &'p Property, sort: Sort, alert: &'p Alert) -> AlertKey<'p> {
        AlertKey::of(p, sort, alert)
    }
    fn order(sort: Sort, a: &AlertKey<'_>, b: &AlertKey<'_>) -> Ordering {
        rows::order_alerts(sort, a, b)
    }
    fn followers(p: &Property, id: &Self) -> Vec<Self> {
        p.caused_by(id).map(|alert| alert.id.clone()).collect()
    }
}
