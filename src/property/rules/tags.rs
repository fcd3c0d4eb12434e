//! Tags that are assigned by their number instead of being encoded.

use super::{Alert, Fix, Rule, Severity, StayView, Timer, many};
use crate::property::key::is_leaving;

/// A tag waits to be assigned.
pub(super) fn assign_tag(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    let waits = |m: &&&crate::property::Method| {
        m.is_assignment_required && !m.is_issued && !m.is_encoding_required && !is_leaving(m)
    };
    let tags: Vec<_> = view.methods.iter().filter(waits).collect();
    if tags.is_empty() || !view.is_near(view.settings().look_ahead, timer) {
        return;
    }
    let made = tags.iter().filter_map(|m| m.created_at()).min();
    let since =
        made.or_else(|| view.grants.iter().filter_map(|g| g.created_at()).min()).unwrap_or(view.start());
    let ready = tags.iter().filter(|m| m.is_ready_for_assignment).count();
    let (begins, count) = (view.wall(view.start()), many(tags.len(), "tag"));
    let verb = if view.has_started(timer) { "began" } else { "begins" };
    let why = match ready {
        0 => format!("{count} to assign, but the lock system has not prepared it; the stay {verb} {begins}"),
        _ => format!("{count} to assign by its number, the stay {verb} {begins}"),
    };
    let cause = if ready == 0 { view.cause.clone() } else { None };
    out.push(view.alert(Rule::AssignTag, Severity::P2, since, why).fix(&[Fix::Cards, Fix::Why]).under(cause));
}
