//! Until midnight: the bridge, a door that does not answer, keys that do not come or do not go, cards.

use nightdesk::property::AttemptState;
use serde_json::json;

use crate::night::{Guest, Night, Of, Place};

/// Two days, in minutes.
pub const LONG: i64 = 2 * 24 * 60;

/// Who is in the house from the beginning.
pub struct Guests {
    pub revoked: Guest,
    pub changed: Guest,
    pub lingers: Guest,
    pub stale: Guest,
    pub unready: Guest,
    pub ghost: Guest,
    pub ghost_place: Place,
    pub first: Guest,
    pub first_place: Place,
    pub backup: Guest,
    pub link: Guest,
    pub weak: Guest,
    pub pins: [Guest; 2],
    pub absent: Guest,
}

/// Four minutes past eight: everybody who will have trouble is let in.
pub async fn guests(n: &mut Night) -> Guests {
    let absent_place = n.place("online");
    n.until(2).await;
    // That the door reports its use is known before.
    n.happens(json!({"kind": "stray", "id": absent_place.door}));
    n.until(4).await;
    let online: Vec<Place> = (0..6).map(|_| n.place("online")).collect();
    let offline: Vec<Place> = (0..5).map(|_| n.place("offline")).collect();
    let code = &["code"];
    let card = &["card"];
    let guests = Guests {
        revoked: n.stay(&online[0], None, [0, LONG], code).await,
        changed: n.stay(&online[1], None, [0, LONG], code).await,
        lingers: n.stay(&online[2], None, [0, 56], code).await,
        backup: n.stay(&online[3], None, [0, LONG], code).await,
        weak: n.stay(&online[4], None, [0, LONG], code).await,
        pins: [
            n.stay(&online[5], None, [0, LONG], code).await,
            n.stay(&online[5], None, [0, LONG], code).await,
        ],
        absent: n.stay(&absent_place, None, [0, LONG], code).await,
        stale: n.stay(&offline[0], Some("STALE"), [0, LONG], card).await,
        unready: n.stay(&offline[1], Some("UNREADY"), [0, LONG], card).await,
        ghost: n.stay(&offline[2], Some("GHOST"), [0, LONG], card).await,
        first: n.stay(&offline[3], Some("FIRST"), [0, LONG], card).await,
        link: n.stay(&offline[4], Some("LINK"), [0, LONG], &["mobile_key"]).await,
        ghost_place: offline[2].clone(),
        first_place: offline[3].clone(),
    };
    n.happens(json!({"kind": "linger", "id": guests.lingers.grant}));
    // Two o'clock; the guest was expected at four past eight.
    let no_show = n.expect("no-show", guests.absent.of(), 356, 0);
    n.over(no_show, 364);
    n.until(8).await;
    let encoder = n.encoder(0);
    for guest in [&guests.stale, &guests.unready, &guests.ghost] {
        n.cut(guest, &encoder).await;
    }
    guests
}

/// The bridge is gone for eight minutes, a guest arrives, and somebody tries to cut a card.
pub async fn bridge(n: &mut Night, guests: &Guests) {
    n.until(10).await;
    let system = Of::System(n.system("visionline"));
    n.happens(json!({"kind": "bridge_down"}));
    let place = n.place("offline");
    let guest = n.stay(&place, Some("BRIDGE"), [0, LONG], &["mobile_key"]).await;
    let down = n.expect("system-down", system.clone(), 0, 0);
    let key = n.expect_under(("no-usable-key", guest.of()), [5, 0], ("system-down", system.clone()));
    let (encoder, began) = (n.encoder(1), n.now());
    let attempt = n.cut(&guests.first, &encoder).await;
    n.until(12).await;
    let state = n.look_at(&attempt, &encoder, began).await;
    assert_eq!(state, AttemptState::Failed("bridge_disconnected".into()));
    let of_encoder = ("encoder-unusable", Of::Encoder(encoder.clone()));
    let unusable = n.expect_under(of_encoder, [0, 0], ("system-down", system.clone()));
    n.until(16).await;
    let worst = n.desk.hotel.worst_alert().unwrap();
    assert!(worst.parent.is_none(), "what asks for somebody first is a cause: {worst:?}");
    n.until(18).await;
    n.happens(json!({"kind": "bridge_up"}));
    n.over(down, 0);
    n.over(key, 0);
    let began = n.now();
    let attempt = n.cut(&guests.first, &encoder).await;
    n.until(20).await;
    assert_eq!(n.look_at(&attempt, &encoder, began).await, AttemptState::Answered);
    n.over(unusable, 0);
}

/// A door that does not answer and its guest; a revocation, a change and an end that do not reach the lock.
pub async fn doors_and_keys(n: &mut Night, guests: &Guests) {
    n.until(20).await;
    let place = n.place("online");
    let door = || Of::Door(place.door.clone());
    n.happens(json!({"kind": "device_offline", "id": place.door}));
    // The record says no time: it is the age of the reading that shows it first.
    let offline = n.expect("door-offline", door(), 0, 2);
    n.until(24).await;
    let late = n.stay(&place, None, [36, LONG], &["code"]).await;
    let soon = n.expect_under(("not-issued-soon", late.of()), [0, 0], ("door-offline", door()));
    n.over(soon, 36);
    let key = n.expect_under(("no-usable-key", late.of()), [36, 36], ("door-offline", door()));

    n.until(30).await;
    n.happens(json!({"kind": "stuck", "id": guests.revoked.grant}));
    n.check_out(&guests.revoked).await;
    n.happens(json!({"kind": "stuck", "id": guests.changed.grant}));
    n.ends(&guests.changed, LONG + 60).await;
    let going = [
        n.expect("stuck-revoke", guests.revoked.of(), 15, 0),
        n.expect("reissue-gap", guests.changed.of(), 5, 0),
        n.expect("mutation-too-old", guests.changed.of(), 15, 0),
    ];
    n.until(50).await;
    for id in [&guests.revoked.methods[0], &guests.changed.methods[0]] {
        n.happens(json!({"kind": "unstuck", "id": id}));
    }
    going.into_iter().for_each(|due| n.over(due, 0));

    n.until(60).await;
    let ended = n.expect("ended-but-issued", guests.lingers.of(), 5, 0);
    n.until(66).await;
    n.happens(json!({"kind": "open", "id": guests.lingers.methods[0]}));
    let parent = ("ended-but-issued", guests.lingers.of());
    let stays = n.expect_under(("overstay", guests.lingers.of()), [0, -6], parent);
    n.until(70).await;
    n.happens(json!({"kind": "device_online", "id": place.door}));
    n.over(offline, 0);
    n.over(key, 0);
    n.until(80).await;
    n.check_out(&guests.lingers).await;
    n.over(ended, 0);
    n.over(stays, 0);
    n.until(86).await;
    let second = n.stay(&guests.first_place, Some("SECOND"), [0, LONG], &["card"]).await;
    let twice = n.expect("two-reservations", second.of(), 0, 0);
    n.until(94).await;
    n.check_out(&second).await;
    n.over(twice, 0);
}

/// Cards with old dates, cards nobody has prepared, a card that outlives its access.
pub async fn cards(n: &mut Night, guests: &Guests) {
    n.until(100).await;
    n.ends(&guests.stale, LONG).await;
    n.happens(json!({"kind": "stuck", "id": guests.unready.grant}));
    n.ends(&guests.unready, LONG).await;
    n.check_out(&guests.ghost).await;
    let stale = n.expect("stale-card", guests.stale.of(), 0, 0);
    let unready = n.expect("card-not-ready", guests.unready.of(), 10, 0);
    let ghost = n.expect("ghost-card", Of::Door(guests.ghost_place.door.clone()), 0, 0);
    n.until(110).await;
    let encoder = n.encoder(0);
    n.cut(&guests.stale, &encoder).await;
    n.over(stale, 0);
    n.until(120).await;
    n.happens(json!({"kind": "unstuck", "id": guests.unready.grant}));
    n.over(unready, 0);
    n.until(124).await;
    let next = n.stay(&guests.ghost_place, Some("NEXT"), [0, LONG], &["card"]).await;
    n.until(126).await;
    n.cut(&next, &encoder).await;
    n.over(ghost, 0);
}
