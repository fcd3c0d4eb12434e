//! Errors and warnings of the API: each is told once, by a rule that knows more or by itself.

use chrono::{DateTime, Utc};

use super::codes::{Known, OF_DOORS, OF_ENCODERS, OF_GUESTS, OF_STAYS, OF_SYSTEMS, ToldBy};
use super::{
    Alert, AlertId, Fix, Key, Notice, Property, Rule, Severity, StayView, Subject, Text, Timer, is_raised,
};
use crate::property::rooms::DOWN;
use crate::property::said;

/// What a notice says at the desk; none where something else tells of it.
struct Line {
    rule: Rule,
    severity: Severity,
    why: Text,
    fixes: &'static [Fix],
}

fn line(notice: &Notice, is_error: bool, table: &[Known], raised: &[Alert]) -> Option<Line> {
    let rule = Rule::Notice(notice.code.clone());
    let Some(known) = table.iter().find(|known| notice.code == known.code) else {
        let severity = if is_error { Severity::P2 } else { Severity::P3 };
        let why = said(&notice.code, &notice.message);
        return Some(Line { rule, severity, why, fixes: &[Fix::Why] });
    };
    match &known.told_by {
        ToldBy::Elsewhere => return None,
        ToldBy::Raised(rule) if is_raised(raised, rule) => return None,
        ToldBy::Raised(_) | ToldBy::Itself => {}
    }
    let rule = known.rule.clone().unwrap_or(rule);
    let mut why = known.words.to_owned();
    if let Some(reason) = &notice.reason {
        why.push_str(&format!(" ({reason})"));
    }
    Some(Line { rule, severity: known.severity, why: Text::new(why), fixes: known.fixes })
}

/// Of the grants and methods of a stay.
pub(super) fn of_stay(view: &StayView<'_>, out: &mut Vec<Alert>) {
    let lines: Vec<(Line, Option<DateTime<Utc>>)> = view
        .notices()
        .filter_map(|(notice, is_error)| Some((line(notice, is_error, OF_STAYS, out)?, notice.created_at)))
        .collect();
    for (line, at) in lines {
        let since = at.unwrap_or(view.start());
        out.push(view.alert(line.rule, line.severity, since, line.why).fix(line.fixes));
    }
}

/// Of a guest.
pub(super) fn of_guest(hotel: &Property, key: Key, timer: &mut Timer) -> Vec<Alert> {
    let Some(row) = hotel.store.guests.row(key) else { return Vec::new() };
    let Some(guest) = row.record() else { return Vec::new() };
    let stays = row.links.stays.iter().filter_map(|key| hotel.stay_at(*key));
    let stay = stays.min_by_key(|stay| &stay.id);
    let make = |rule, severity, since, why| Alert {
        id: AlertId { rule, subject: Subject::Guest(guest.id.clone()) },
        severity,
        since,
        is_dated: true,
        room: stay.map(|stay| stay.room.clone()).filter(|room| !room.is_empty()),
        who: Some(guest.name.clone()),
        stay: stay.map(|stay| stay.id.clone()),
        why,
        fixes: &[],
        parent: None,
    };
    let mut out: Vec<Alert> = super::guests::without_grant(hotel, key, timer).into_iter().collect();
    of(guest.errors(), guest.warnings(), OF_GUESTS, &mut out, make, row.as_of(), |_| false);
    out
}

/// Of a door or a lock.
pub(super) fn of_door(
    errors: &[Notice],
    warnings: &[Notice],
    out: &mut Vec<Alert>,
    make: impl Fn(Rule, Severity, DateTime<Utc>, Text) -> Alert,
    read_at: DateTime<Utc>,
) {
    // What makes a door offline or private is told by that rule, which any of these codes raises.
    let offline = is_raised(out, &Rule::DoorOffline);
    let private = is_raised(out, &Rule::Privacy);
    let told = |code: &str| {
        (offline && Property::means_offline(code)) || (private && super::doors::means_private(code))
    };
    of(errors, warnings, OF_DOORS, out, make, read_at, told);
}

/// Of a system.
pub(super) fn of_system(
    errors: &[Notice],
    warnings: &[Notice],
    out: &mut Vec<Alert>,
    make: impl Fn(Rule, Severity, DateTime<Utc>, Text) -> Alert,
    read_at: DateTime<Utc>,
) {
    let down = is_raised(out, &Rule::SystemDown);
    of(errors, warnings, OF_SYSTEMS, out, make, read_at, |code| down && DOWN.contains(&code));
}

/// Of an encoder.
pub(super) fn of_encoder(
    errors: &[Notice],
    warnings: &[Notice],
    out: &mut Vec<Alert>,
    make: impl Fn(Rule, Severity, DateTime<Utc>, Text) -> Alert,
    read_at: DateTime<Utc>,
) {
    of(errors, warnings, OF_ENCODERS, out, make, read_at, |_| false);
}

fn of(
    errors: &[Notice],
    warnings: &[Notice],
    table: &[Known],
    out: &mut Vec<Alert>,
    make: impl Fn(Rule, Severity, DateTime<Utc>, Text) -> Alert,
    read_at: DateTime<Utc>,
    is_told: impl Fn(&str) -> bool,
) {
    let all = errors.iter().map(|n| (n, true)).chain(warnings.iter().map(|n| (n, false)));
    for (notice, is_error) in all.filter(|(n, _)| !is_told(&n.code)) {
        let Some(line) = line(notice, is_error, table, out) else { continue };
        let alert = make(line.rule, line.severity, notice.created_at.unwrap_or(read_at), line.why);
        out.push(alert.fix(line.fixes).undated(notice.created_at.is_none()));
    }
}
