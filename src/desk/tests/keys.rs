//! One key more, one key less, links, and doors opened from afar.

use super::*;
use crate::desk::instant_key::{delete_link, new_link, share};
use crate::desk::keys::{add, keys, pins, revoke};
use crate::desk::{
    AddKeyAsk, DeleteLinkAsk, GrantName, KeyAsk, NewLinkAsk, RevokeKeyAsk, Step, UnlockAsk, unlock,
};
use crate::seam::id::{EntranceId, InstantKeyId, MethodId};
use crate::secret::Secret;

fn more(key: KeyAsk) -> AddKeyAsk {
    AddKeyAsk { stay: ada(), grant: None, key, encoder: None }
}

fn less(method: &str) -> RevokeKeyAsk {
    RevokeKeyAsk { stay: ada(), method: MethodId::new(method) }
}

#[test]
fn a_pin_is_added_beside_the_plan() {
    let p = couple().open();
    let ask = more(KeyAsk::Code { pin: Some(Secret::new("482913")) });
    let plan = add(&p, &ask, now()).unwrap();
    let Step::RequestMethod { grant, wish, known } = &plan.steps[0] else { panic!("{:?}", plan.steps) };
    assert_eq!((grant, known.len(), wish.own_pin), (&GrantId::new("g-ada"), 3, true));
    assert!(!serde_json::to_string(&plan).unwrap().contains("482913"));
    assert_eq!(pins(&ask, &plan).get(&GrantName::Id(grant.clone()), 0), Some(&Secret::new("482913")));
}

#[test]
fn what_the_lock_cannot_take_is_not_asked_for() {
    let p = couple().door("door118", "can_unlock_with_cloud_key", json!(false)).open();
    let refusal = add(&p, &more(KeyAsk::CloudKey), now()).unwrap_err();
    assert!(refusal.words.contains("takes a cloud key"), "{refusal}");
    let p = Hotel::new()
        .grant("g-eva", EVA, None, "301", Some(monday()))
        .method("card", &["g-eva"], "card", json!({}))
        .open();
    let ask = AddKeyAsk { stay: single("g-eva"), ..more(KeyAsk::Card { count: 1 }) };
    let refusal = add(&p, &ask, now()).unwrap_err();
    assert!(refusal.words.contains("gives a guest one card"), "{refusal}");
    let p = Hotel::new().grant("g-eva", EVA, None, "118", Some(monday())).open();
    let refusal = add(&p, &AddKeyAsk { stay: single("g-eva"), ..ask }, now()).unwrap_err();
    assert!(refusal.words.contains("needs a reservation number"), "{refusal}");
}

#[test]
fn a_key_that_others_use_is_not_revoked() {
    let p = couple()
        .grant("g-late", ADA, Some("R7"), "119", Some(tuesday()))
        .with("g-late", "access_method_ids", json!(["pin"]))
        .open();
    let refusal = revoke(&p, &less("pin"), now()).unwrap_err();
    assert!(refusal.words.contains("also the PIN of 119 Lindqvist, Ada"), "{refusal}");
    let choice = keys(&p, &ada()).into_iter().find(|k| k.method == MethodId::new("pin")).unwrap();
    assert_eq!(choice.also, ["119 Lindqvist, Ada"]);
}

#[test]
fn what_a_revocation_leaves_and_cannot_reach() {
    let fixed = json!([{"warning_code": "overprovisioned_access", "message": "", "created_at": "2026-11-23T01:00:00Z",
        "failed_devices": [{"device_id": "lock118", "error_code": "offline_access_code_not_revocable", "message": "m"}]}]);
    let p = couple().with("g-ada", "warnings", fixed).offline("lock118").open();
    let plan = revoke(&p, &less("pin"), now()).unwrap();
    says(&plan, "PIN", "cannot be taken off lock of 118", Tone::Bad);
    says(&plan, "offline", "lock of 118 is offline", Tone::Bad);
    says(&plan, "left", "mobile key, card", Tone::Good);
    assert!(plan.takes_away);
    let last = couple().open();
    let ask = RevokeKeyAsk { stay: stay(EVA, "R1"), method: MethodId::new("card-eva") };
    let plan = revoke(&last, &ask, now()).unwrap();
    says(&plan, "left", "last key of Lindqvist, Eva", Tone::Bad);
    says(&plan, "the card", "until the next guest's key", Tone::Bad);
}

#[test]
fn a_share_view_says_what_the_link_opens_and_until_when() {
    let p = couple()
        .link("old", ADA, "2026-11-22T12:00:00Z")
        .link("short", ADA, "2026-11-23T08:00:00Z")
        .grant("g-two", ADA, Some("R8"), "119", Some(tuesday()))
        .method("phone2", &["g-two"], "mobile_key", json!({}))
        .with(
            "g-ada",
            "requested_access_methods",
            json!([{"mode": "mobile_key", "instant_key_max_use_count": 2}]),
        )
        .open();
    let view = share(&p, &ada(), now()).unwrap();
    let good: Vec<(&str, bool)> = view.links.iter().map(|l| (l.expiry.text.as_str(), l.is_good)).collect();
    assert_eq!(
        good,
        [("expires Mon 23 Nov 09:00, 2 h BEFORE checkout", true), ("expired Sun 22 Nov 13:00", false)]
    );
    assert_eq!((view.phones, view.also_opens.clone()), (Some(2), vec!["119".into()]));
    assert!(!format!("{view:?}").contains("ik.example"), "a link prints as dots");
    assert!(view.lines[0].text.contains("opens 119 too"));
}

#[test]
fn links_are_made_and_deleted() {
    let p = couple().link("k1", ADA, "2026-11-24T12:00:00Z").open();
    let plan = new_link(&p, &NewLinkAsk { stay: ada(), max_uses: 3 }, now()).unwrap();
    assert!(matches!(&plan.steps[..], [Step::NewInstantKey { max_uses: 3, known, .. }] if known.len() == 1));
    says(&plan, "older links", "older ones stay good (1)", Tone::Caution);
    assert!(!plan.takes_away);
    let plan = delete_link(&p, &DeleteLinkAsk { stay: ada(), key: InstantKeyId::new("k1") }, now()).unwrap();
    assert!(plan.takes_away);
    says(&plan, "left", "the last one", Tone::Caution);
    let none = new_link(&p, &NewLinkAsk { stay: stay(EVA, "R1"), max_uses: 1 }, now()).unwrap_err();
    assert!(none.words.contains("no mobile key"), "{none}");
}

fn cloud() -> Hotel {
    Hotel::new().grant("g-ola", OLA, None, "201", Some(monday())).method(
        "cloud",
        &["g-ola"],
        "cloud_key",
        json!({}),
    )
}

fn open() -> UnlockAsk {
    UnlockAsk { stay: single("g-ola"), entrance: None }
}

#[test]
fn a_door_opens_with_a_cloud_key() {
    let plan = unlock::plan(&cloud().open(), &open(), now()).unwrap();
    assert!(
        matches!(&plan.steps[..], [Step::Unlock { entrance, .. }] if *entrance == EntranceId::new("door201"))
    );
    assert_eq!(plan.doing().as_str(), "unlocking 201");
}

#[test]
fn why_a_door_does_not_open() {
    let refused = |hotel: Hotel, words: &str| {
        let p = hotel.open();
        let refusal = unlock::plan(&p, &open(), now()).unwrap_err();
        assert!(refusal.words.contains(words), "{refusal}");
        refusal
    };
    let bare = Hotel::new().grant("g-ola", OLA, None, "201", Some(monday()));
    refused(bare, "has no cloud key for 201");
    refused(cloud().door("door201", "salto_ks_metadata", json!({"online": false})), "it is offline");
    let locked = json!({"online": true, "privacy_mode": true});
    refused(cloud().door("door201", "salto_ks_metadata", locked), "double-locked");
    refused(
        cloud().with("g-ola", "starts_at", json!("2026-11-23T09:00:00Z")),
        "opens from Mon 23 Nov 10:00 on",
    );
    refused(cloud().with("g-ola", "ends_at", json!("2026-11-23T01:00:00Z")), "has ended");
    refused(cloud().door("door201", "can_unlock_with_cloud_key", json!(false)), "cannot be opened from afar");
    refused(cloud().down("ks"), "the bridge is away");
    let waiting = Hotel::new().grant("g-ola", OLA, None, "201", Some(monday())).method(
        "cloud",
        &["g-ola"],
        "cloud_key",
        json!({"is_issued": false}),
    );
    refused(waiting, "not issued yet");
}
