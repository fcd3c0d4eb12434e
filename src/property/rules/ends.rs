//! Access that outlives its stay, and guests who do.

use super::{Alert, AlertId, Fix, Notice, Rule, Severity, StayView, Subject, Timer, plus};
use crate::property::StayClass;
use crate::property::key::is_leaving;
use crate::seam::model::MutationCode;

/// Access that was taken away and is still on a lock.
pub(super) fn stuck_revoke(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    let grants = view.grants.iter().flat_map(|g| g.pending());
    let pending = grants.chain(view.methods.iter().flat_map(|m| m.pending()));
    let revoking = pending.filter(|p| p.code == MutationCode::Revoking).filter_map(|p| p.created_at);
    let left_over = |code: &str| code == "being_deleted" || code == "overprovisioned_access";
    let noticed: Vec<&Notice> = view.notices().map(|(n, _)| n).filter(|n| left_over(&n.code)).collect();
    let mut failed = noticed.iter().flat_map(|n| n.failed_devices.iter());
    let never = failed.any(|d| d.error_code == "offline_access_code_not_revocable");
    let Some(since) = revoking.chain(noticed.iter().filter_map(|n| n.created_at)).min() else { return };
    if view.is_forgiven || !timer.reached(plus(since, view.settings().revoke_limit)) {
        return;
    }
    let why = match never {
        true => "a PIN of this lock cannot be revoked: it opens until its end",
        false => "access was taken away but is still on the lock",
    };
    let alert = view.alert(Rule::StuckRevoke, Severity::P1, since, why);
    out.push(alert.fix(&[Fix::Why, Fix::Cards, Fix::PollNow]).under(view.cause.clone()));
}

/// A grant is over, and a method that no other grant still needs is issued.
pub(super) fn ended_but_issued(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    let mut since = None;
    for grant in view.grants.iter().filter(|g| !g.is_being_deleted()) {
        let Some(end) = grant.ends_at() else { continue };
        let listed = view.methods.iter().filter(|m| view.hotel.lists(grant, &m.id));
        let live = listed.filter(|m| m.is_issued && !is_leaving(m));
        let is_live = live.into_iter().any(|m| view.hotel.last_end_of(&m.id) == Some(end));
        // Seam takes a moment to clean up after an end.
        if is_live && timer.reached(plus(end, view.settings().key_grace)) {
            since = Some(since.map_or(end, |s: chrono::DateTime<chrono::Utc>| s.min(end)));
        }
    }
    let Some(since) = since.filter(|_| !view.is_forgiven) else { return };
    let why = format!("the stay ended {} and a key still opens", view.wall(since));
    out.push(view.alert(Rule::EndedButIssued, Severity::P1, since, why).fix(&[Fix::CheckOut, Fix::Extend]));
}

/// The guest seems not to have left.
pub(super) fn overstay(view: &StayView<'_>, _timer: &mut Timer, out: &mut Vec<Alert>) {
    let Some(end) = view.stay.ends_at().filter(|_| view.stay.class == StayClass::Overstay) else { return };
    let used = view
        .stay
        .evidence()
        .iter()
        .any(|e| matches!(e, crate::property::Evidence::DoorOpened { at, .. } if *at > end));
    let why = match used {
        true => format!("the stay ended {} and the door was used since", view.wall(end)),
        false => format!("the stay ended {} and was never settled", view.wall(end)),
    };
    let ended = AlertId { rule: Rule::EndedButIssued, subject: Subject::Stay(view.stay.id.clone()) };
    let parent = out.iter().any(|a| a.id == ended).then_some(ended);
    let alert = view.alert(Rule::Overstay, Severity::P2, end, why);
    out.push(alert.fix(&[Fix::Extend, Fix::CheckOut]).under(parent));
}

/// Nobody has come, and the access is live.
pub(super) fn no_show(view: &StayView<'_>, _timer: &mut Timer, out: &mut Vec<Alert>) {
    let is_live = view.methods.iter().any(|m| m.is_issued && !is_leaving(m));
    if view.stay.class != StayClass::NoShow || !is_live {
        return;
    }
    let why = format!("expected {}, nobody has opened the door, and a key is live", view.wall(view.start()));
    out.push(view.alert(Rule::NoShow, Severity::P3, view.start(), why).fix(&[Fix::CheckOut, Fix::Why]));
}
