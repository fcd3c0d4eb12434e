//! Revoking access.

use super::*;
use crate::desk::{CheckOutAsk, Step, check_out};

#[test]
fn the_whole_reservation_goes_and_every_card_is_counted() {
    let p = couple().open();
    let plan = check_out::plan(&p, &CheckOutAsk::all(ada()), now()).unwrap();
    assert!(plan.takes_away);
    let deleted = plan.steps.iter().filter(|s| matches!(s, Step::DeleteGrant { .. })).count();
    assert!(
        matches!(plan.steps.last(), Some(Step::AwaitGone { grants, methods }) if (grants.len(), methods.len()) == (2, 4))
    );
    assert_eq!((deleted, plan.commands.len()), (2, 2));
    says(&plan, "party", "1 joiner, Lindqvist, Eva: checked out too", Tone::Caution);
    says(&plan, "2 cards", "still out", Tone::Caution);
    says(&plan, "2 cards", "until the next guest's key", Tone::Bad);
    says(&plan, "stay", "runs until Mon 23 Nov 11:00", Tone::Caution);
}

#[test]
fn one_guest_alone_leaves_the_joiner() {
    let p = couple().open();
    let ask = CheckOutAsk { whole_party: false, ..CheckOutAsk::all(ada()) };
    let plan = check_out::plan(&p, &ask, now()).unwrap();
    assert_eq!(plan.steps.len(), 2);
    says(&plan, "party", "keeps access", Tone::Caution);
}

#[test]
fn what_a_revocation_cannot_reach_is_said_before() {
    let fixed = json!([{"warning_code": "overprovisioned_access", "message": "", "created_at": "2026-11-23T01:00:00Z",
        "failed_devices": [{"device_id": "lock118", "error_code": "offline_access_code_not_revocable", "message": "m"}]}]);
    let p = couple().offline("lock118").down("vision").with("g-ada", "warnings", fixed).open();
    let plan = check_out::plan(&p, &CheckOutAsk::all(ada()), now()).unwrap();
    says(&plan, "offline", "lock of 118 is offline", Tone::Bad);
    says(&plan, "PIN", "cannot be taken off lock of 118", Tone::Bad);
    says(&plan, "lock system", "the revocation waits", Tone::Bad);
}

#[test]
fn a_method_of_another_stay_is_named() {
    let p = couple()
        .grant("g-late", ADA, Some("R7"), "119", Some(tuesday()))
        .with("g-late", "access_method_ids", json!(["pin"]))
        .open();
    let plan = check_out::plan(&p, &CheckOutAsk::all(ada()), now()).unwrap();
    says(&plan, "PIN", "also the PIN of 119 Lindqvist, Ada", Tone::Bad);
}

#[test]
fn what_is_being_revoked_already_is_refused() {
    let going =
        json!([{"warning_code": "being_deleted", "message": "", "created_at": "2026-11-23T02:00:00Z"}]);
    let p = couple().with("g-ada", "warnings", going.clone()).with("g-eva", "warnings", going).open();
    let refusal = check_out::plan(&p, &CheckOutAsk::all(ada()), now()).unwrap_err();
    assert!(refusal.words.contains("being revoked already"), "{refusal}");
}
