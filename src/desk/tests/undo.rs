//! The way back.

use proptest::prelude::*;

use super::*;
use crate::desk::{
    AddKeyAsk, CheckOutAsk, ExtendAsk, GrantAsk, KeyAsk, MoveAsk, NewLinkAsk, RevokeKeyAsk, Step, Who,
    check_out, extend, grant, instant_key, keys, room_move, undo,
};
use crate::seam::id::{MethodId, SpaceId};
use chrono::TimeDelta;

/// The dates of each grant after a plan of dates.
fn dated(mut hotel: Hotel, plan: &Plan) -> Hotel {
    for step in &plan.steps {
        let Step::UpdateGrant { grant, starts_at, ends_at, .. } = step else { continue };
        for (field, change) in [("starts_at", starts_at), ("ends_at", ends_at)] {
            if let Some(change) = change {
                hotel = hotel.with(&grant.to_string(), field, json!(change.to));
            }
        }
    }
    hotel
}

proptest! {
    /// Whatever the dates were: undoing a change of dates gives every grant its own back, and the party
    /// holds together on the way.
    #[test]
    fn undoing_an_extension_restores_the_dates(
        eva in (-40i64..0, 60i64..90),
        start in proptest::option::of(-60i64..20),
        end in proptest::option::of(20i64..120),
        party: bool,
    ) {
        let hours = |n: i64| now() + TimeDelta::hours(n);
        let hotel = || couple()
            .with("g-ada", "starts_at", json!(hours(-30)))
            .with("g-ada", "ends_at", json!(hours(40)))
            .with("g-eva", "starts_at", json!(hours(eva.0)))
            .with("g-eva", "ends_at", json!(hours(eva.1)));
        let before = hotel().open();
        let ask = ExtendAsk { stay: ada(), starts_at: start.map(hours), ends_at: end.map(hours), party };
        let Ok(done) = extend::plan(&before, &ask, now()) else { return Ok(()) };
        let after = dated(hotel(), &done);
        let back = undo::plan(&after.open(), &done, now()).unwrap();
        let restored = dated(after, &back).open();
        for id in ["g-ada", "g-eva"].map(GrantId::new) {
            let (was, is) = (before.grant(&id).unwrap(), restored.grant(&id).unwrap());
            prop_assert_eq!((was.starts_at(), was.ends_at()), (is.starts_at(), is.ends_at()));
        }
    }
}

#[test]
fn dates_that_cannot_be_given_back() {
    let done = extend::plan(&couple().open(), &ExtendAsk::until(ada(), tuesday()), now()).unwrap();
    let after = dated(couple(), &done);
    let late = undo::plan(&after.open(), &done, monday() + TimeDelta::hours(1)).unwrap_err();
    assert!(late.words.contains("check the guest out instead"), "{late}");
    let again = dated(couple(), &done).with("g-ada", "ends_at", json!("2026-11-25T10:00:00Z")).open();
    let refusal = undo::plan(&again, &done, now()).unwrap_err();
    assert!(refusal.words.contains("changed again since"), "{refusal}");
    let short = ExtendAsk::until(ada(), monday() - TimeDelta::hours(4));
    let done = extend::plan(&couple().open(), &short, now()).unwrap();
    let taken = dated(couple(), &done).grant("g-ola", OLA, Some("R2"), "118", Some(tuesday())).with(
        "g-ola",
        "starts_at",
        json!(monday() - TimeDelta::hours(4)),
    );
    let refusal = undo::plan(&taken.open(), &done, now()).unwrap_err();
    assert!(refusal.words.contains("belongs to Okafor, Ola"), "somebody has the room now: {refusal}");
}

#[test]
fn a_revoked_key_is_requested_again() {
    let hotel = couple().with(
        "g-ada",
        "requested_access_methods",
        json!([{"mode": "mobile_key", "instant_key_max_use_count": 4}]),
    );
    let ask = RevokeKeyAsk { stay: ada(), method: MethodId::new("phone") };
    let done = keys::revoke(&hotel.open(), &ask, now()).unwrap();
    let after = hotel.with("g-ada", "access_method_ids", json!(["pin", "card-ada"])).open();
    let back = undo::plan(&after, &done, now()).unwrap();
    let Step::RequestMethod { wish, known, .. } = &back.steps[0] else { panic!("{:?}", back.steps) };
    assert_eq!((wish.mode.as_str(), wish.max_uses, known.len()), ("mobile_key", Some(4), 2));
    says(&back, "mobile key", "send its link again", Tone::Caution);
}

#[test]
fn what_was_added_is_revoked_and_nothing_else() {
    let ask = AddKeyAsk { stay: ada(), grant: None, key: KeyAsk::Card { count: 1 }, encoder: None };
    let done = keys::add(&couple().open(), &ask, now()).unwrap();
    let after = couple().method("new", &["g-ada"], "card", json!({})).open();
    let back = undo::plan(&after, &done, now()).unwrap();
    assert!(matches!(&back.steps[0], Step::RevokeMethod { method, .. } if *method == MethodId::new("new")));
    assert!(undo::plan(&couple().open(), &done, now()).is_err());
    let link =
        instant_key::new_link(&couple().open(), &NewLinkAsk { stay: ada(), max_uses: 1 }, now()).unwrap();
    let back = undo::plan(&couple().link("k", ADA, "2026-11-24T12:00:00Z").open(), &link, now()).unwrap();
    assert!(matches!(&back.steps[..], [Step::DeleteInstantKey { .. }]));
}

#[test]
fn access_that_was_given_is_revoked_alone() {
    let ask = GrantAsk {
        who: Who::Known(IdentityId::new(OLA)),
        spaces: vec![SpaceId::new("room118")],
        entrances: Vec::new(),
        devices: Vec::new(),
        starts_at: None,
        ends_at: Some(tuesday()),
        keys: vec![KeyAsk::Card { count: 1 }],
        reservation_key: Some("R1".into()),
    };
    let done = grant::plan(&couple().open(), &ask, now()).unwrap();
    let Step::CreateGrant(new) = &done.steps[0] else { panic!("{:?}", done.steps) };
    let after = couple()
        .grant("g-ola", OLA, Some("R1"), "118", Some(tuesday()))
        .with("g-ola", "access_grant_key", json!(new.key))
        .method("card-ola", &["g-ola"], "card", json!({}))
        .open();
    let back = undo::plan(&after, &done, now()).unwrap();
    let deleted: Vec<_> = back.steps.iter().filter(|s| s.changes()).collect();
    assert!(matches!(&deleted[..], [Step::DeleteGrant { grant, .. }] if *grant == GrantId::new("g-ola")));
    assert!(undo::plan(&couple().open(), &done, now()).is_err());
}

#[test]
fn a_move_is_moved_back() {
    let ask = MoveAsk {
        stay: ada(),
        from: None,
        to: SpaceId::new("room119"),
        encoder: None,
        reservation_key: None,
    };
    let done = room_move::plan(&couple().open(), &ask, now()).unwrap();
    let mut after = Hotel::new();
    for (i, step) in done.steps.iter().filter(|s| matches!(s, Step::CreateGrant(_))).enumerate() {
        let Step::CreateGrant(new) = step else { unreachable!() };
        let id = format!("new{i}");
        let guest = if i == 0 { ADA } else { EVA };
        after = after
            .grant(&id, guest, Some("R1"), "119", Some(monday()))
            .with(&id, "access_grant_key", json!(new.key))
            .method(&format!("card{i}"), &[&id], "card", json!({}));
    }
    let back = undo::plan(&after.open(), &done, now()).unwrap();
    let rooms: Vec<_> = back
        .steps
        .iter()
        .filter_map(|s| match s {
            Step::CreateGrant(new) => Some(new.spaces.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(rooms, [vec![SpaceId::new("room118")], vec![SpaceId::new("room118")]]);
}

#[test]
fn what_cannot_be_undone_says_why() {
    let done = check_out::plan(&couple().open(), &CheckOutAsk::all(ada()), now()).unwrap();
    let refusal = undo::plan(&couple().open(), &done, now()).unwrap_err();
    assert!(refusal.words.contains("grant access anew"), "{refusal}");
}
