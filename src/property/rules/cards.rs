//! Cards: in the hand with old dates, to cut, or waiting for a system that is not ready.

use chrono::{DateTime, Utc};

use super::{Alert, Fix, Mode, Rule, Severity, StayView, Timer, many, plus};
use crate::property::key::is_leaving;
use crate::property::record::Method;
use crate::seam::model::{Mutation, MutationCode};

/// The changes of times that touch a method, its own and its grants'.
fn times_of<'a>(view: &'a StayView<'_>, m: &'a Method) -> impl Iterator<Item = &'a Mutation> {
    let grants = view.grants.iter().filter(|g| view.hotel.lists(g, &m.id)).flat_map(|g| g.pending());
    m.pending().iter().chain(grants).filter(|p| p.code == MutationCode::UpdatingTimes)
}

fn waits(m: &Method) -> bool {
    m.mode() == Mode::Card && m.is_encoding_required && !is_leaving(m)
}

/// The dates changed after the card was cut: what it carries ends before the stay does.
pub(super) fn stale_card(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    if view.is_forgiven || view.has_ended(timer) {
        return;
    }
    let stale: Vec<&&Method> = view.methods.iter().filter(|m| waits(m) && m.issued_at().is_some()).collect();
    let changes = || stale.iter().flat_map(|m| times_of(view, m));
    let Some(cut) = stale.iter().filter_map(|m| m.issued_at()).max() else { return };
    let old_end = changes().filter_map(|p| p.from.ends_at).min();
    let changed = changes().filter_map(|p| p.created_at).min();
    let since = changed.or(view.noticed(&["updating_access_times"])).unwrap_or(cut);
    let cards = many(stale.len(), "card");
    let until = view.stay.ends_at().map_or("open-ended".to_owned(), |t| format!("until {}", view.wall(t)));
    let (is_urgent, why) = match old_end {
        Some(old) => (
            timer.reached(plus(old, -view.settings().stale_card_ahead)),
            format!("{cards} to re-cut: the one in hand ends {}, the stay is {until}", view.wall(old)),
        ),
        None => {
            (false, format!("{cards} to re-cut: the dates changed since it was cut, the stay is {until}"))
        }
    };
    let severity = if is_urgent { Severity::P1 } else { Severity::P2 };
    out.push(view.alert(Rule::StaleCard, severity, since, why).fix(&[Fix::Cards]));
}

/// Cards to cut for an arrival.
pub(super) fn cards_to_cut(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    let first = |m: &&&Method| waits(m) && m.is_ready_for_encoding && !m.is_issued && m.issued_at().is_none();
    let cards: Vec<&&Method> = view.methods.iter().filter(first).collect();
    if cards.is_empty() || !view.is_near(view.settings().look_ahead, timer) {
        return;
    }
    let since = made(view, cards.iter().map(|m| **m));
    let why = format!("{} to cut, the stay begins {}", many(cards.len(), "card"), view.wall(view.start()));
    out.push(view.alert(Rule::CardsToCut, Severity::P2, since, why).fix(&[Fix::Cards]));
}

fn made<'a>(view: &StayView<'_>, methods: impl Iterator<Item = &'a Method>) -> DateTime<Utc> {
    let made = methods.filter_map(|m| m.created_at()).min();
    made.or_else(|| view.grants.iter().filter_map(|g| g.created_at()).min()).unwrap_or(view.start())
}

/// A card waits for an encoder, but its system has not prepared it.
pub(super) fn card_not_ready(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    let late: Vec<&&Method> = view.methods.iter().filter(|m| waits(m) && !m.is_ready_for_encoding).collect();
    if late.is_empty() || view.is_forgiven || !view.is_near(view.settings().look_ahead, timer) {
        return;
    }
    let began = |m: &Method| {
        let changed = times_of(view, m).filter_map(|p| p.created_at).max();
        changed.or(m.issued_at()).unwrap_or_else(|| made(view, std::iter::once(m)))
    };
    let Some(since) = late.iter().map(|m| began(m)).min() else { return };
    if !timer.reached(plus(since, view.settings().card_ready_limit)) {
        return;
    }
    let why = format!("{} to cut, but the lock system has not prepared it", many(late.len(), "card"));
    let alert = view.alert(Rule::CardNotReady, Severity::P2, since, why);
    out.push(alert.fix(&[Fix::Why, Fix::Reissue]).under(view.cause.clone()));
}
