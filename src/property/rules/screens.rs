//! What is on the screen: old, or not all of it readable.

use super::{Alert, AlertId, Fix, Property, Rule, Severity, Subject, Text, Timer, plus};
use crate::property::{FaultKind, Resource, Stage};

/// The alerts of a resource.
pub(super) fn alerts(hotel: &Property, what: Resource, timer: &mut Timer) -> Vec<Alert> {
    let mut out = Vec::new();
    let blank = |rule, severity, since, why: String| Alert {
        id: AlertId { rule, subject: Subject::Screen(what) },
        severity,
        since,
        // What a program could not read is its own, and no other's.
        is_dated: false,
        room: None,
        who: Some(Text::new(what.word())),
        stay: None,
        why: Text::new(why),
        fixes: &[Fix::PollNow],
        parent: None,
    };
    if let Some((since, why)) = old(hotel, what, timer) {
        let first = Resource::ALL.into_iter().find(|other| old(hotel, *other, timer).is_some());
        let parent = first
            .filter(|first| *first != what)
            .map(|first| AlertId { rule: Rule::ScreenOld, subject: Subject::Screen(first) });
        out.push(blank(Rule::ScreenOld, Severity::P1, since, why).under(parent));
    }
    if what == Resource::Workspace {
        out.extend(super::clocks::tonight(hotel, timer));
    }
    if what == Resource::Systems {
        out.extend(super::accounts::failing(hotel));
    }
    for bad in &hotel.screen.pane(what).bad {
        let why = format!("a record could not be read ({}): {}", bad.which, bad.why);
        let rule = Rule::BadRecord(bad.which.clone());
        out.push(blank(rule, Severity::P3, bad.at, why).fix(&[Fix::None]));
    }
    out
}

/// Since when a resource is too old, and why. A refused key is told at once; anything else when it has
/// lasted. Events are read most often of all, so they also tell when nothing is read any more.
fn old(
    hotel: &Property,
    what: Resource,
    timer: &mut Timer,
) -> Option<(chrono::DateTime<chrono::Utc>, String)> {
    let source = &hotel.screen.pane(what).source;
    let limit = hotel.settings.screen_limit;
    match &source.stage {
        Stage::Failed { since, why, .. } => {
            let is_due = why.kind == FaultKind::Auth || timer.reached(plus(*since, limit));
            let id = why.request_id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
            let words = if why.words.is_empty() { String::new() } else { format!(": {}", why.words) };
            is_due
                .then(|| (*since, format!("{} cannot be read, {}{words}{id}", what.word(), why.kind.word())))
        }
        _ if what == Resource::Events => {
            let as_of = source.as_of?;
            timer.reached(plus(as_of, limit)).then(|| (as_of, "nothing has been read for a while".to_owned()))
        }
        _ => None,
    }
}
