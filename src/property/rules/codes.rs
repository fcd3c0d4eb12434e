//! What Seam's error and warning codes mean to a front desk. The codes are those of Seam's OpenAPI
//! document; one that is not here is shown as it comes, with Seam's own message.

use super::{Fix, Rule, Severity};
use Severity::{P1, P2, P3};

/// What a code means.
pub(super) struct Known {
    pub(super) code: &'static str,
    /// The rule it is told under; one named after the code where there is none.
    pub(super) rule: Option<Rule>,
    pub(super) severity: Severity,
    pub(super) words: &'static str,
    pub(super) fixes: &'static [Fix],
    pub(super) told_by: ToldBy,
}

/// Who tells of a code.
pub(super) enum ToldBy {
    /// Its own line.
    Itself,
    /// A rule that was raised for the same subject; its own line where that one was not.
    Raised(Rule),
    /// Rows or a rule with a limit of its own: while it is young it is no trouble.
    Elsewhere,
}

const fn itself(code: &'static str, severity: Severity, words: &'static str, fixes: &'static [Fix]) -> Known {
    Known { code, rule: None, severity, words, fixes, told_by: ToldBy::Itself }
}

/// Its own line, under a rule that several codes share.
const fn named(
    code: &'static str,
    rule: Rule,
    severity: Severity,
    words: &'static str,
    fixes: &'static [Fix],
) -> Known {
    Known { code, rule: Some(rule), severity, words, fixes, told_by: ToldBy::Itself }
}

const fn by(
    code: &'static str,
    rule: Rule,
    severity: Severity,
    words: &'static str,
    fixes: &'static [Fix],
) -> Known {
    Known { code, rule: None, severity, words, fixes, told_by: ToldBy::Raised(rule) }
}

const fn elsewhere(code: &'static str) -> Known {
    Known { code, rule: None, severity: P3, words: "", fixes: &[], told_by: ToldBy::Elsewhere }
}

/// The words for a code, wherever it may stand.
pub(in crate::property) fn words(code: &str) -> Option<&'static str> {
    let all = [OF_STAYS, OF_GUESTS, OF_SYSTEMS, OF_DOORS, OF_ENCODERS].into_iter().flatten();
    all.filter(|known| !known.words.is_empty()).find(|known| known.code == code).map(|known| known.words)
}

/// Of grants and methods.
pub(super) const OF_STAYS: &[Known] = &[
    elsewhere("being_deleted"),
    elsewhere("updating_access_times"),
    elsewhere("overprovisioned_access"),
    by(
        "cannot_create_requested_access_methods",
        Rule::NoUsableKey,
        P2,
        "a key that was asked for could not be made",
        &[Fix::Why, Fix::InstantKey, Fix::Move],
    ),
    by(
        "failed_to_issue",
        Rule::NoUsableKey,
        P2,
        "a key could not be issued in time",
        &[Fix::Why, Fix::Reissue],
    ),
    by(
        "delay_in_issuing",
        Rule::NotIssuedSoon,
        P2,
        "a key takes longer than usual to reach the lock",
        &[Fix::Why],
    ),
    by(
        "requested_code_unavailable",
        Rule::PinDiffers,
        P3,
        "the PIN asked for was taken on the lock, another was given",
        &[Fix::Unmask],
    ),
    by(
        "pulled_backup_access_code",
        Rule::PinDiffers,
        P3,
        "the lock gave a PIN from its backup pool",
        &[Fix::Unmask],
    ),
    elsewhere("underprovisioned_access"),
    named(
        "device_does_not_support_access_codes",
        Rule::LockCannotHold,
        P2,
        "one of the locks takes no PIN: the guest needs another key for it",
        &[Fix::InstantKey, Fix::Cards],
    ),
    named(
        "device_time_constraints_violated",
        Rule::LockCannotHold,
        P2,
        "one of the locks cannot hold a PIN for these dates",
        &[Fix::Extend, Fix::InstantKey],
    ),
];

/// Of guests.
pub(super) const OF_GUESTS: &[Known] = &[
    elsewhere("being_deleted"),
    named(
        "issue_with_acs_user",
        Rule::UserFault,
        P2,
        "the guest's user in the lock system has a fault",
        &[Fix::Why],
    ),
    itself(
        "acs_user_profile_does_not_match_user_identity",
        P3,
        "the guest's name or address differs in the lock system",
        &[Fix::None],
    ),
];

/// Of systems.
pub(super) const OF_SYSTEMS: &[Known] = &[
    named(
        "salto_ks_subscription_limit_exceeded",
        Rule::SeatsFull,
        P2,
        "all Salto KS seats are taken: no new key can be made; check out departed guests first",
        &[Fix::CheckOut],
    ),
    named(
        "salto_ks_subscription_limit_almost_reached",
        Rule::SeatsFull,
        P2,
        "Salto KS seats are nearly all taken: check out departed guests",
        &[Fix::CheckOut],
    ),
    named(
        "time_zone_does_not_match_location",
        Rule::TimeZone,
        P2,
        "the system's time zone does not fit its place: keys may be off by hours, test a door",
        &[Fix::None],
    ),
    named("setup_required", Rule::AccountFailing, P3, "the system is not fully set up yet", &[Fix::None]),
];

/// Of doors and locks.
pub(super) const OF_DOORS: &[Known] = &[
    itself("account_disconnected", P2, "Seam's login for this lock is no longer valid", &[Fix::None]),
    named(
        "salto_ks_subscription_limit_exceeded",
        Rule::SeatsFull,
        P2,
        "all Salto KS seats are taken: no new key",
        &[Fix::CheckOut],
    ),
    named(
        "salto_ks_subscription_limit_almost_reached",
        Rule::SeatsFull,
        P2,
        "Salto KS seats are nearly all taken",
        &[Fix::CheckOut],
    ),
    itself(
        "dormakaba_sites_disconnected",
        P2,
        "a dormakaba site is disconnected: call their support",
        &[Fix::None],
    ),
    named(
        "empty_backup_access_code_pool",
        Rule::BackupPool,
        P2,
        "no backup PINs are left: fix the connection",
        &[Fix::None],
    ),
    named("partial_backup_access_code_pool", Rule::BackupPool, P2, "few backup PINs are left", &[Fix::None]),
    named("many_active_backup_codes", Rule::BackupPool, P2, "many backup PINs are in use", &[Fix::None]),
    itself("august_lock_not_authorized", P2, "Seam's user may not operate this lock", &[Fix::None]),
    itself("missing_device_credentials", P2, "Seam has no login for this lock", &[Fix::None]),
    itself("subscription_required", P2, "this lock needs a subscription", &[Fix::None]),
    named(
        "max_access_codes_reached",
        Rule::LockCannotHold,
        P2,
        "the lock is full: delete old PINs before new ones",
        &[Fix::CheckOut],
    ),
    named(
        "unreliable_online_status",
        Rule::DoubtfulDevice,
        P3,
        "the maker does not tell reliably whether this lock is online",
        &[Fix::None],
    ),
    named(
        "device_has_flaky_connection",
        Rule::DoubtfulDevice,
        P3,
        "the lock comes and goes: doubt that it is online",
        &[Fix::None],
    ),
    named("device_communication_degraded", Rule::DoubtfulDevice, P3, "the lock hardly answers", &[Fix::None]),
    named(
        "third_party_integration_detected",
        Rule::DoubtfulDevice,
        P3,
        "something else changes this lock too",
        &[Fix::None],
    ),
    itself("power_saving_mode", P3, "the lock saves power and answers late", &[Fix::None]),
    named(
        "scheduled_maintenance_window",
        Rule::AccountFailing,
        P3,
        "the maker has announced maintenance",
        &[Fix::None],
    ),
    itself("ttlock_weak_gateway_signal", P3, "the gateway's signal is weak", &[Fix::None]),
    itself(
        "ttlock_lock_gateway_unlocking_not_enabled",
        P3,
        "remote unlocking is off in the lock",
        &[Fix::None],
    ),
    itself("hub_required_for_additional_capabilities", P3, "remote unlocking needs a hub", &[Fix::None]),
    itself(
        "accessory_keypad_setup_required",
        P2,
        "the keypad is not linked: PINs cannot be set",
        &[Fix::None],
    ),
    named(
        "time_zone_unknown",
        Rule::TimeZone,
        P2,
        "the lock's time zone is not known: PINs may be off by hours",
        &[Fix::None],
    ),
    named(
        "time_zone_mismatch",
        Rule::TimeZone,
        P2,
        "the lock's time zone is wrong: PINs may be off by hours",
        &[Fix::None],
    ),
    named(
        "ultraloq_time_zone_unknown",
        Rule::TimeZone,
        P2,
        "the lock's time zone is not known: timed PINs fail",
        &[Fix::None],
    ),
    named(
        "lockly_time_zone_not_configured",
        Rule::TimeZone,
        P2,
        "the lock has no time zone: timed PINs may fail",
        &[Fix::None],
    ),
    named(
        "two_n_device_missing_timezone",
        Rule::TimeZone,
        P2,
        "the reader has no time zone: PINs cannot be set",
        &[Fix::None],
    ),
    itself(
        "salto_ks_lock_access_code_support_removed",
        P2,
        "after a hub reset the lock takes no PINs",
        &[Fix::None],
    ),
    itself(
        "salto_ks_entrance_access_code_support_removed",
        P2,
        "after a hub reset the door takes no PINs",
        &[Fix::None],
    ),
    itself("insufficient_permissions", P2, "Seam's user may not set PINs on this lock", &[Fix::None]),
    itself("provider_issue", P3, "the maker reports a fault of this lock", &[Fix::None]),
    itself("keynest_unsupported_locker", P3, "the key lies in a locker that takes no PINs", &[Fix::None]),
    itself(
        "entrance_shares_zone",
        P3,
        "the door shares a zone with others and cannot be granted alone",
        &[Fix::None],
    ),
    itself("entrance_setup_required", P2, "the door is not fully set up in the lock system", &[Fix::None]),
];

/// Of encoders.
pub(super) const OF_ENCODERS: &[Known] =
    &[by("acs_encoder_removed", Rule::EncoderUnusable, P1, "the encoder was removed", &[Fix::None])];
