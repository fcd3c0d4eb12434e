//! From ten on: who opens doors, PINs, reservations, encoders, what locks and systems say, people.

use nightdesk::property::{AttemptState, Resource};
use nightdesk::sandbox::Fault;
use serde_json::{Value, json};

use crate::evening::{Guests, LONG};
use crate::night::{Night, Of, guest};

/// Doors that open for nobody or for nobody any more; PINs that are not what they were; a link.
pub async fn doors(n: &mut Night, guests: &Guests) {
    n.until(130).await;
    let empty = n.place("offline");
    n.happens(json!({"kind": "stray", "id": empty.door}));
    let stray = n.expect("unlock-no-grant", Of::Door(empty.door), 1, 0);
    n.over(stray, 240);
    n.happens(json!({"kind": "deny", "id": guests.first_place.door, "times": 3}));
    let denied = n.expect("access-denied", Of::Door(guests.first_place.door.clone()), 0, 0);
    n.happens(json!({"kind": "pull_backup", "id": guests.backup.methods[0]}));
    let backup = n.expect("pin-differs", guests.backup.of(), 0, 0);
    let [one, other] = &guests.pins;
    for method in [one, other].map(|guest| &guest.methods[0]) {
        n.happens(json!({"kind": "pin", "id": method, "code": "4711"}));
    }
    // Since both have been issued.
    let pins = [one, other].map(|guest| n.is_second(guest)).iter().position(|second| *second).unwrap();
    let same = n.expect("same-pin", guests.pins[pins].of(), 0, -126);
    n.until(136).await;
    n.happens(json!({"kind": "open", "id": guests.first.methods[0]}));
    n.over(denied, 0);
    n.until(140).await;
    n.check_out(&guests.backup).await;
    n.over(backup, 0);
    n.happens(json!({"kind": "pin", "id": other.methods[0], "code": "0815"}));
    n.over(same, 0);
    n.until(150).await;
    let person = json!({"user_identity_id": guests.link.person});
    let keys = n.call("/instant_keys/list", person.clone()).await;
    n.happens(json!({"kind": "link_ends", "id": keys["instant_keys"][0]["instant_key_id"], "minutes": 300}));
    // The link could have been seen to be too short from the time it was made.
    let link = n.expect("instant-key-expires", guests.link.of(), 0, -146);
    n.until(160).await;
    n.call("/user_identities/generate_instant_key", person).await;
    n.over(link, 0);
}

/// Parties, reservations that are missing, next guests, accesses without a room, doors that are missing.
pub async fn reservations(n: &mut Night, guests: &Guests) {
    n.until(170).await;
    let (party, bare, long) = (n.place("offline"), n.place("offline"), n.place("offline"));
    let host = n.stay(&party, Some("PARTY"), [0, LONG], &["mobile_key"]).await;
    let joiner = n.stay(&party, Some("PARTY"), [0, LONG], &["card"]).await;
    let phone = n.expect("one-phone-only", host.of(), 0, 0);
    let unnamed = n.stay(&bare, None, [0, LONG], &["code"]).await;
    let nameless = n.expect("no-reservation-key", unnamed.of(), 0, 0);
    let here = n.stay(&long, Some("HERE"), [0, 15 * 60], &["card"]).await;
    let next = n.stay(&long, Some("AFTER"), [16 * 60, 40 * 60], &["card"]).await;
    n.until(180).await;
    n.check_out(&joiner).await;
    n.check_out(&unnamed).await;
    n.over(phone, 0);
    n.over(nameless, 0);
    n.until(184).await;
    n.ends(&here, 20 * 60).await;
    let soon = n.expect("next-too-soon", here.of(), 0, 0);
    n.until(190).await;
    n.check_out(&next).await;
    n.over(soon, 0);
    let lobby = n.lobby();
    let guest_of_lobby = n.stay(&lobby, None, [0, LONG], &["code"]).await;
    let roomless = n.expect("no-room-door", guest_of_lobby.of(), 0, 0);
    n.until(196).await;
    n.check_out(&guest_of_lobby).await;
    n.over(roomless, 0);
    n.until(200).await;
    let asked =
        json!({"access_grant_id": guests.weak.grant, "requested_access_methods": [{"mode": "mobile_key"}]});
    let grant = n.call("/access_grants/request_access_methods", asked).await["access_grant"].clone();
    let fresh = guest(&grant).methods.into_iter().find(|m| !guests.weak.methods.contains(m)).unwrap();
    n.happens(json!({"kind": "stuck", "id": fresh}));
    // Seam says so after five minutes, and five more are bearable.
    let doors = n.expect("missing-doors", guests.weak.of(), 11, 5);
    n.until(216).await;
    n.happens(json!({"kind": "unstuck", "id": fresh}));
    n.over(doors, 0);
}

/// Cards to cut, a tag to assign, encoders that are gone, off, or do not answer.
pub async fn encoders(n: &mut Night) {
    n.until(220).await;
    let (room, online) = (n.place("offline"), n.place("online"));
    let arrival = n.stay(&room, Some("CUT"), [600, LONG], &["card"]).await;
    let cards = n.expect("cards-to-cut", arrival.of(), 0, 0);
    let tagged = n.stay(&online, None, [0, LONG], &["card"]).await;
    let tag = n.expect("assign-tag", tagged.of(), 0, 0);
    n.until(226).await;
    let [first, second, third] = [n.encoder(0), n.encoder(1), n.encoder(2)];
    n.cut(&arrival, &second).await;
    n.over(cards, 0);
    let number = json!({"access_method_id": tagged.methods[0], "card_number": "A1234567"});
    n.call("/access_methods/assign_card", number).await;
    n.over(tag, 0);
    let (one, two) = (n.place("offline"), n.place("offline"));
    let one = n.stay(&one, Some("ONE"), [0, LONG], &["card"]).await;
    let two = n.stay(&two, Some("TWO"), [0, LONG], &["card"]).await;
    n.until(230).await;
    n.happens(json!({"kind": "encoder", "id": third, "online": false}));
    let began = n.now();
    let attempt = n.cut(&one, &third).await;
    n.until(232).await;
    let state = n.look_at(&attempt, &third, began).await;
    assert_eq!(state, AttemptState::Failed("encoder_not_online".into()));
    let off = n.expect("encoder-unusable", Of::Encoder(third.clone()), 0, 0);
    n.happens(
        json!({"kind": "notice", "id": first, "code": "acs_encoder_removed", "error": true, "on": true}),
    );
    let removed = n.expect("encoder-unusable", Of::Encoder(first.clone()), 0, 0);
    let began = n.now();
    let slow = n.cut(&two, &second).await;
    assert_eq!(n.look_at(&slow, &second, began).await, AttemptState::Pending);
    let hanging = n.expect("attempt-hanging", Of::Encoder(second.clone()), 1, 0);
    n.until(236).await;
    n.happens(json!({"kind": "encoder", "id": third, "online": true}));
    n.happens(
        json!({"kind": "notice", "id": first, "code": "acs_encoder_removed", "error": true, "on": false}),
    );
    n.over(removed, 0);
    assert_eq!(n.look_at(&slow, &second, began).await, AttemptState::Answered);
    n.over(hanging, 0);
    let began = n.now();
    let attempt = n.cut(&one, &third).await;
    n.until(238).await;
    assert_eq!(n.look_at(&attempt, &third, began).await, AttemptState::Answered);
    n.over(off, 0);
}

/// What locks and systems say of themselves, for six minutes.
pub async fn what_locks_say(n: &mut Night, guests: &Guests) {
    n.until(240).await;
    let (lock, dead) = (n.place("lock").door, n.place("lock").door);
    let (system, encoder) = (n.system("salto"), n.encoder(1));
    let person = &guests.weak.person;
    let warn = |id: &str, code: &str, on: bool| json!({"kind": "notice", "id": id, "code": code, "on": on});
    let say = |on: bool| -> Vec<Value> {
        let level = if on { 0.05 } else { 0.9 };
        vec![
            json!({"kind": "privacy", "id": lock, "on": on}),
            json!({"kind": "battery", "id": lock, "level": level}),
            json!({"kind": "flaky", "id": lock, "on": on}),
            warn(&lock, "max_access_codes_reached", on),
            warn(&lock, "partial_backup_access_code_pool", on),
            warn(&lock, "moon_in_the_wrong_house", on),
            json!({"kind": if on { "device_offline" } else { "device_online" }, "id": dead}),
            json!({"kind": "seats", "low": on}),
            warn(&system, "time_zone_does_not_match_location", on),
            json!({"kind": "notice", "id": person, "code": "issue_with_acs_user", "error": true, "on": on}),
            json!({"kind": "login", "lost": on}),
            json!({"kind": "garbled", "id": encoder, "on": on}),
        ]
    };
    say(true).into_iter().for_each(|incident| n.happens(incident));
    let of_lock = || Of::Lock(lock.clone());
    n.happens(json!({"kind": "changed_outside", "id": lock}));
    n.expect("changed-outside", of_lock(), 0, 0);
    let mut all = Vec::new();
    for rule in [
        "privacy",
        "battery",
        "doubtful-device",
        "lock-cannot-hold",
        "backup-pool",
        "moon_in_the_wrong_house",
    ] {
        all.push(n.expect(rule, of_lock(), 0, 0));
    }
    all.push(n.expect("door-offline", Of::Lock(dead.clone()), 0, 0));
    all.push(n.expect("seats-full", Of::System(system.clone()), 0, 0));
    all.push(n.expect("time-zone", Of::System(system.clone()), 0, 0));
    all.push(n.expect("user-fault", Of::Guest(person.clone()), 0, 0));
    all.push(n.expect("account-failing", Of::Screen(Resource::Systems), 0, 0));
    // Who cannot be read says no time either.
    all.push(n.expect("bad-record", Of::Screen(Resource::Encoders), 0, 2));
    n.until(246).await;
    say(false).into_iter().for_each(|incident| n.happens(incident));
    all.into_iter().for_each(|due| n.over(due, 0));
}

/// A guest without access, access without a guest, a stay that is too long.
pub async fn people(n: &mut Night, guests: &Guests) {
    n.until(250).await;
    let made = n.call("/user_identities/create", json!({"full_name": "Berg, Ulla"})).await;
    let berg = made["user_identity"]["user_identity_id"].as_str().unwrap().to_owned();
    let entered = n.expect("guest-without-grant", Of::Guest(berg.clone()), 45, 0);
    n.happens(json!({"kind": "forgotten", "id": guests.link.person, "on": true}));
    // As old as the access itself.
    let left = n.expect("grant-without-guest", guests.link.of(), 0, -246);
    let place = n.place("online");
    let long = n.stay(&place, None, [0, 40 * 24 * 60], &["code"]).await;
    let odd = n.expect("odd-dates", long.of(), 0, 0);
    n.until(256).await;
    n.happens(json!({"kind": "forgotten", "id": guests.link.person, "on": false}));
    n.over(left, 0);
    n.ends(&long, LONG).await;
    n.over(odd, 0);
    n.until(300).await;
    let place = n.place("online");
    let ends = n.now() + chrono::TimeDelta::minutes(LONG);
    let body = json!({"user_identity_id": berg, "space_ids": [place.space], "ends_at": ends,
                      "requested_access_methods": [{"mode": "code"}]});
    n.call("/access_grants/create", body).await;
    n.over(entered, 0);
}

/// A guest who comes at six past two after all, and ten minutes in which the locks cannot be read.
pub async fn small_hours(n: &mut Night, guests: &Guests) {
    n.until(366).await;
    n.happens(json!({"kind": "open", "id": guests.absent.methods[0]}));
    n.until(370).await;
    let broken = json!({"path": "/devices/list", "count": 100_000, "kind": "status", "status": 503});
    n.control.fault(serde_json::from_value::<Fault>(broken).unwrap());
    // Since the first reading that failed; two minutes of it are bearable.
    let old = n.expect("screen-old", Of::Screen(Resource::Devices), 4, 2);
    n.until(380).await;
    n.control.clear_faults();
    n.over(old, 0);
}
