//! PINs that are not what the guest was told.

use chrono::{DateTime, Utc};

use super::{Alert, Fix, Mode, Rule, Severity, StayView, Timer};
use crate::secret::DOTS;

/// The PIN on a lock is not the one that was asked for, or differs from door to door.
pub(super) fn pin_differs(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    if view.has_ended(timer) {
        return;
    }
    let replaced = view.noticed(&["requested_code_unavailable"]);
    let backup = view.noticed(&["pulled_backup_access_code"]);
    let from_pool = backup_event(view);
    let apart = differing(view);
    let is_replaced = view.has_notice(&["requested_code_unavailable"]);
    let is_backup = view.has_notice(&["pulled_backup_access_code"]) || from_pool.is_some();
    // The PINs themselves stay out of the sentence: it is shown on a screen that others see.
    let why = if is_replaced {
        format!("PIN replaced: {DOTS} was asked for, the lock has another")
    } else if is_backup {
        "PIN replaced: the lock has one from its backup pool".to_owned()
    } else if apart.is_some() {
        "PIN differs from door to door".to_owned()
    } else {
        return;
    };
    let since = [replaced, backup, from_pool, apart].into_iter().flatten().min().unwrap_or(view.start());
    let is_near = view.is_near(view.settings().look_ahead, timer);
    let severity = if is_near { Severity::P1 } else { Severity::P2 };
    // A lock takes a PIN from its pool when it cannot be reached.
    let cause = if is_backup && !is_replaced { view.cause.clone() } else { None };
    let alert = view.alert(Rule::PinDiffers, severity, since, why);
    out.push(alert.fix(&[Fix::Unmask, Fix::Why]).under(cause));
}

/// When a PIN of the stay was last issued, if it then came from the backup pool.
fn backup_event(view: &StayView<'_>) -> Option<DateTime<Utc>> {
    let last = |m: &crate::property::Method| view.hotel.last_issue_of_method(&m.id);
    view.of_mode(&Mode::Code).filter_map(last).filter(|(_, is_backup)| *is_backup).map(|(at, _)| at).min()
}

/// When the PINs of one grant came to differ.
fn differing(view: &StayView<'_>) -> Option<DateTime<Utc>> {
    let of = |grant: &&crate::property::Grant| {
        let pins = view.of_mode(&Mode::Code).filter(|m| view.hotel.lists(grant, &m.id));
        let mut pins = pins.filter_map(|m| Some((m.code()?, m.issued_at().or(m.created_at()))));
        let (first, _) = pins.next()?;
        let other =
            pins.filter(|(code, _)| code.is_other_than(first)).map(|(_, at)| at.unwrap_or(view.start()));
        other.max()
    };
    view.grants.iter().filter_map(of).min()
}
