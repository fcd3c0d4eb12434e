//! What the panes list: which rows, in which order, kept up by what changed.
//!
//! A short list is put in order as a whole. A long one is looked through in slices, between keys: what is
//! found first is on the screen first, and what is typed meanwhile begins anew with what was found.

use std::cmp::Ordering;

use super::filter::Filter;
use super::listed::Listed;
use super::pane::{Fate, Pane, Sort};
use crate::property::{Property, Touched};

/// Up to so many records are looked through and ordered at once.
const AT_ONCE: usize = 4_096;
/// So many records are looked at in one slice.
const SLICE: usize = 1_024;
/// So many rows of before are let go in one slice.
const SPENT: usize = 4 * SLICE;
/// Where most of a list changes it is ordered anew; below so many changes never.
const FEW: usize = 256;
/// After so many slices that found nothing for the screen the count is shown all the same.
const SHOW_EVERY: usize = 16;

/// What is still to be looked through of a long list.
#[derive(Clone, Debug)]
pub(super) struct Search<I> {
    /// What the search before has found, where this one can find nothing else there.
    within: Vec<I>,
    /// The number of the next record.
    next: usize,
    /// How many would be on the list without the filter, as far as it was looked.
    usual: Option<usize>,
    /// Rows of before that are let go bit by bit: all at once would hold up a key.
    spent: Vec<I>,
    slices: usize,
}

/// Whether a record is on the list: with a filter whatever it lets through, else what is usual.
pub(super) fn passes<I: Listed>(
    filter: &mut Filter,
    p: &Property,
    record: I::Record<'_>,
    text: &mut String,
) -> bool {
    if filter.is_empty() {
        return I::is_usual(p, record);
    }
    if !filter.terms().iter().all(|term| I::meets(p, record, &term.test) != term.is_not) {
        return false;
    }
    if !filter.has_words() {
        return true;
    }
    text.clear();
    I::text(p, record, text);
    filter.score(text).is_some()
}

/// How others compare with the row of `id`.
fn order_of<'p, I: Listed>(p: &'p Property, sort: Sort, id: &I) -> impl Fn(&I) -> Ordering + use<'p, I> {
    let key = I::record(p, id).map(|record| I::key(p, sort, record));
    move |other| {
        let other = I::record(p, other).map(|record| I::key(p, sort, record));
        match (&other, &key) {
            (Some(other), Some(key)) => I::order(sort, other, key),
            // A row whose record is gone is taken out before anything is put in.
            (other, key) => key.is_some().cmp(&other.is_some()),
        }
    }
}

/// Puts a pane in order anew: a short list at once, a long one from now on. What is `narrower` finds nothing
/// that the search before has not found.
pub(super) fn restart<I: Listed>(pane: &mut Pane<I>, p: &Property, narrower: bool) {
    if I::count(p) <= AT_ONCE || I::walk(p, 0).is_none() {
        rebuild(pane, p);
        return;
    }
    let selected = pane.selected().cloned();
    let before = pane.search.take();
    let rows = pane.take_rows().into_ids();
    let search = match before {
        _ if !narrower => {
            let mut spent = before.map_or_else(Vec::new, |mut before| {
                before.spent.append(&mut before.within);
                before.spent
            });
            spent.extend(rows);
            Search { within: Vec::new(), next: 0, usual: Some(0), spent, slices: 0 }
        }
        // Everything was looked through.
        None => Search { within: rows, next: usize::MAX, usual: None, spent: Vec::new(), slices: 0 },
        Some(mut before) => {
            before.within.extend(rows);
            Search { slices: 0, ..before }
        }
    };
    pane.search = Some(search);
    // The row under the cursor comes first, so that the cursor need not leave it.
    let record = selected.as_ref().and_then(|id| I::record(p, id));
    let mut text = String::new();
    let kept = record.filter(|record| passes::<I>(&mut pane.filter, p, *record, &mut text));
    let sort = pane.sort;
    pane.splice([], kept.map(I::id), |id| order_of(p, sort, id));
    search_on(pane, p);
}

/// Looks at the next records of a long list. Says whether that is worth a frame.
pub(super) fn search_on<I: Listed>(pane: &mut Pane<I>, p: &Property) -> bool {
    let Some(mut search) = pane.search.take() else { return false };
    let mut text = String::new();
    let mut found: Vec<I> = Vec::new();
    let mut looked = 0;
    while looked < SLICE
        && let Some(id) = search.within.pop()
    {
        looked += 1;
        if I::record(p, &id).is_some_and(|record| passes::<I>(&mut pane.filter, p, record, &mut text)) {
            found.push(id);
        }
    }
    let mut is_over = search.next == usize::MAX && search.within.is_empty();
    if !is_over && looked < SLICE {
        is_over = true;
        for (number, record) in I::walk(p, search.next).into_iter().flatten() {
            if looked == SLICE {
                search.next = number;
                is_over = false;
                break;
            }
            looked += 1;
            if let Some(usual) = &mut search.usual {
                *usual += usize::from(I::is_usual(p, record));
            }
            if passes::<I>(&mut pane.filter, p, record, &mut text) {
                found.push(I::id(record));
            }
        }
    }
    search.slices += 1;
    search.spent.truncate(search.spent.len().saturating_sub(SPENT));
    if let Some(usual) = I::usual(p).or(search.usual.filter(|_| is_over)) {
        pane.total = usual;
    }
    let is_full = pane.is_full();
    let shows = is_over || (!is_full && !found.is_empty()) || search.slices.is_multiple_of(SHOW_EVERY);
    pane.search = (!is_over).then_some(search);
    let sort = pane.sort;
    pane.splice([], found, |id| order_of(p, sort, id));
    shows
}

/// Orders a whole pane anew, at once.
pub(super) fn rebuild<I: Listed>(pane: &mut Pane<I>, p: &Property) -> Fate<I> {
    let mut text = String::new();
    let mut usual = 0;
    let sort = pane.sort;
    let mut shown = Vec::new();
    // Typing a filter looks through everything, also what is not on the list tonight.
    for record in I::all(p) {
        usual += usize::from(I::is_usual(p, record));
        if passes::<I>(&mut pane.filter, p, record, &mut text) {
            shown.push((I::key(p, sort, record), I::id(record)));
        }
    }
    shown.sort_by(|(a, _), (b, _)| I::order(sort, a, b));
    pane.total = usual;
    pane.set_rows(shown.into_iter().map(|(_, id)| id).collect())
}

/// Takes what changed into a pane.
pub(super) fn refresh<I: Listed>(pane: &mut Pane<I>, p: &Property, touched: &Touched<I>) -> Fate<I> {
    let changes = touched.added.len() + touched.updated.len() + touched.removed.len();
    if changes == 0 {
        return Fate::Kept;
    }
    if changes > FEW && changes > pane.rows().len() {
        if pane.search.is_none() {
            return rebuild(pane, p);
        }
        restart(pane, p, false);
        return Fate::Kept;
    }
    let touched_ids = || touched.removed.iter().chain(&touched.updated).chain(&touched.added);
    let followers: Vec<I> = touched_ids().flat_map(|id| I::followers(p, id)).collect();
    let mut text = String::new();
    let fresh: Vec<I> = touched
        .added
        .iter()
        .chain(&touched.updated)
        .chain(&followers)
        .filter(|id| {
            let record = I::record(p, id);
            record.is_some_and(|record| passes::<I>(&mut pane.filter, p, record, &mut text))
        })
        .cloned()
        .collect();
    let sort = pane.sort;
    let fate = pane.splice(touched_ids().chain(&followers), fresh, |id| order_of(p, sort, id));
    if pane.filter.is_empty() && pane.search.is_none() {
        pane.total = pane.rows().len();
    } else if let Some(usual) = I::usual(p) {
        pane.total = usual;
    }
    fate
}
