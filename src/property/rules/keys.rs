//! Keys that should open and do not.

use chrono::{DateTime, Utc};

use super::{Alert, Fix, Mode, Rule, Severity, StayView, Timer, is_raised, plus};
use crate::property::key::is_leaving;
use crate::property::record::Method;
use crate::seam::model::MutationCode;

const NEVER_MADE: [&str; 2] = ["cannot_create_requested_access_methods", "failed_to_issue"];

/// Whether a mode goes to the door by itself, without an encoder.
fn is_sent(mode: &Mode) -> bool {
    *mode != Mode::Card
}

/// The stay has begun, a PIN or a mobile key was asked for, and nothing opens.
pub(super) fn no_usable_key(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    let modes: Vec<Mode> = view.methods.iter().map(|m| m.mode()).collect();
    let asked = view.grants.iter().flat_map(|g| g.requested().iter()).map(|r| &r.mode);
    let is_asked = asked.chain(&modes).any(is_sent);
    // A key that was issued and is being issued again is another rule's.
    let opens = view.methods.iter().any(|m| m.is_issued || (is_sent(&m.mode()) && m.issued_at().is_some()));
    let is_going = view.grants.iter().all(|g| g.is_being_deleted());
    if !is_asked || opens || is_going || view.is_forgiven || view.has_ended(timer) {
        return;
    }
    let made_at = view.grants.iter().filter_map(|g| g.created_at()).max();
    let begun = made_at.map_or(view.start(), |t| t.max(view.start()));
    let is_final = view.has_notice(&NEVER_MADE);
    let due = if is_final { begun } else { plus(begun, view.settings().key_grace) };
    if !timer.reached(due) {
        return;
    }
    let what = missing(view);
    let why = match is_final {
        true => format!("no usable key: {what} could not be made for the lock"),
        false => {
            format!("no usable key: stay began {}, {what} never reached the lock", view.wall(view.start()))
        }
    };
    let fixes: &'static [Fix] = match view.of_mode(&Mode::Card).any(|m| m.is_ready_for_encoding) {
        true => &[Fix::Cards, Fix::Why, Fix::InstantKey, Fix::Move],
        false => &[Fix::Why, Fix::InstantKey, Fix::Move],
    };
    let alert = view.alert(Rule::NoUsableKey, Severity::P1, begun, why);
    out.push(alert.fix(fixes).under(view.cause.clone()));
}

/// The keys that are missing, in words.
fn missing(view: &StayView<'_>) -> String {
    let modes: Vec<Mode> = view.methods.iter().map(|m| m.mode()).collect();
    let mut words: Vec<&str> = Vec::new();
    let asked = view.grants.iter().flat_map(|g| g.requested().iter()).map(|r| &r.mode);
    for mode in asked.chain(&modes).filter(|m| is_sent(m)) {
        if !words.contains(&mode.word()) {
            words.push(mode.word());
        }
    }
    words.join(" and ")
}

/// A key that was issued, is no longer, and is neither leaving nor waiting for an encoder.
fn is_in_gap(m: &Method) -> bool {
    is_sent(&m.mode()) && !m.is_issued && m.issued_at().is_some() && !is_leaving(m) && !m.is_encoding_required
}

/// When the re-issue of a method began, as far as the records say.
fn gap_began(view: &StayView<'_>, m: &Method) -> DateTime<Utc> {
    let is_times = |code: &MutationCode| *code == MutationCode::UpdatingTimes;
    let own = m.pending().iter().filter(|p| is_times(&p.code)).filter_map(|p| p.created_at);
    let warned =
        m.warnings().iter().filter(|w| w.code == "updating_access_times").filter_map(|w| w.created_at);
    let of_grant = view.grants.iter().filter(|g| view.hotel.lists(g, &m.id)).flat_map(|g| g.pending());
    let of_grant = of_grant.filter(|p| is_times(&p.code)).filter_map(|p| p.created_at);
    let revoked =
        view.hotel.last_event_of_method(&m.id, &["access_method.revoked", "access_method.reissued"]);
    let revoked = revoked.filter(|(_, kind)| kind == "access_method.revoked").map(|(at, _)| at);
    let known = own.chain(warned).chain(of_grant).chain(revoked).max();
    known.or(m.issued_at()).map_or(view.start(), |t| t.max(view.start()))
}

/// A guest in the house whose key was revoked by a change and has not come back.
pub(super) fn reissue_gap(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    if view.is_forgiven || view.has_ended(timer) || !view.has_started(timer) {
        return;
    }
    let gaps = view.methods.iter().filter(|m| is_in_gap(m));
    let Some((began, m)) = gaps.map(|m| (gap_began(view, m), *m)).min_by_key(|(t, m)| (*t, m.id.clone()))
    else {
        return;
    };
    if !timer.reached(plus(began, view.settings().key_grace)) {
        return;
    }
    let why = format!("{} was taken off the lock for a change and has not come back", m.mode().word());
    let alert = view.alert(Rule::ReissueGap, Severity::P1, began, why);
    out.push(alert.fix(&[Fix::Why, Fix::Reissue, Fix::InstantKey]).under(view.cause.clone()));
}

/// The stay begins soon, or has begun, and a key has never been issued.
pub(super) fn not_issued_soon(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    if view.is_forgiven || is_raised(out, &Rule::NoUsableKey) {
        return;
    }
    let missing =
        |m: &&&Method| is_sent(&m.mode()) && !m.is_issued && m.issued_at().is_none() && !is_leaving(m);
    let waits = view.methods.iter().find(missing).map(|m| m.mode());
    let modes =
        view.grants.iter().flat_map(|g| g.requested().iter()).filter(|r| r.made == 0).map(|r| &r.mode);
    let unmade = modes.filter(|m| is_sent(m)).find(|mode| view.methods.iter().all(|m| m.mode() != **mode));
    let Some(mode) = waits.as_ref().or(unmade) else { return };
    if !view.is_near(view.settings().issue_ahead, timer) {
        return;
    }
    let made_at = view.grants.iter().filter_map(|g| g.created_at()).max();
    let from = plus(view.start(), -view.settings().issue_ahead);
    let since = view.noticed(&["delay_in_issuing"]).unwrap_or(made_at.map_or(from, |t| t.max(from)));
    let verb = if view.has_started(timer) { "began" } else { "begins" };
    let why = format!("{} is not issued, and the stay {verb} {}", mode.word(), view.wall(view.start()));
    let alert = view.alert(Rule::NotIssuedSoon, Severity::P2, since, why);
    out.push(alert.fix(&[Fix::Why, Fix::InstantKey, Fix::Cards]).under(view.cause.clone()));
}

/// A change that should have reached the lock long ago.
pub(super) fn mutation_too_old(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    if view.is_forgiven {
        return;
    }
    // New dates wait for a card as long as nobody cuts it: that is the desk's work, not the lock's.
    let only_cards = view.methods.iter().all(|m| m.is_issued || m.is_encoding_required);
    let grants = view.grants.iter().flat_map(|g| g.pending());
    let all = grants
        .filter(|p| !only_cards || p.code != MutationCode::UpdatingTimes)
        .chain(view.methods.iter().filter(|m| !m.is_encoding_required).flat_map(|m| m.pending()));
    // Revocations have a rule, and a tighter limit, of their own.
    let timed = all.filter(|p| p.code != MutationCode::Revoking).filter_map(|p| Some((p.created_at?, p)));
    let Some((since, oldest)) = timed.min_by_key(|(at, p)| (*at, p.code.clone())) else { return };
    let behind_bridge = view.doors.iter().any(|door| view.hotel.is_bridged(*door));
    let limit = match behind_bridge {
        true => view.settings().mutation_limit_bridge,
        false => view.settings().mutation_limit,
    };
    if !timer.reached(plus(since, limit)) {
        return;
    }
    let what = match &oldest.code {
        MutationCode::Provisioning => "access is still being set up on the lock",
        MutationCode::UpdatingTimes => "new dates have not reached the lock",
        MutationCode::UpdatingSpaces => "a change of rooms has not reached the locks",
        _ => "a change has not reached the lock",
    };
    let why = format!("{what}; look at the door, do not repeat it");
    let alert = view.alert(Rule::MutationTooOld, Severity::P2, since, why);
    out.push(alert.fix(&[Fix::Why, Fix::PollNow]).under(view.cause.clone()));
}
