//! The actions, and for each a plan in the hotel of the tests.

use chrono::TimeDelta;
use nightdesk::desk::{
    AddKeyAsk, AssignAsk, CheckOutAsk, DeleteLinkAsk, EncodeAsk, ExtendAsk, GrantAsk, KeyAsk, LockOutAsk,
    MoreCardsAsk, MoveAsk, NewLinkAsk, Pins, Plan, ReissueAsk, RevokeKeyAsk, Step, UnlockAsk, Who, assign,
    check_out, encode, extend, grant, instant_key, keys, lock_out, more_cards, reissue, room_move, unlock,
};
use nightdesk::property::{Stay, StayId};
use nightdesk::seam::id::{EncoderId, MethodId, SpaceId};
use nightdesk::seam::model::{Entrance, Mode};
use nightdesk::secret::Secret;

use crate::hotel::House;

/// An action of the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum What {
    ExtendOne,
    ExtendParty,
    Reissue,
    CheckOutOne,
    CheckOutParty,
    Encode,
    GrantNew,
    GrantJoiner,
    MoveReserved,
    MoveOnline,
    LockOut,
    AddCard,
    AddPin,
    MoreCards,
    Assign,
    RevokeKey,
    NewLink,
    DeleteLink,
    Unlock,
}

impl What {
    /// Its plan, with the PINs beside it. Makes the hotel ready for it where it is not.
    pub async fn plan(self, house: &mut House) -> (Plan, Pins) {
        let none = |plan: Plan| (plan, Pins::new());
        match self {
            Self::ExtendOne => none(extension(house, false)),
            Self::ExtendParty => none(extension(house, true)),
            Self::Reissue => none(replacement(house)),
            Self::CheckOutOne => none(departure(house, false)),
            Self::CheckOutParty => none(departure(house, true)),
            Self::Encode => none(cards(house).await),
            Self::GrantNew => walk_in(house),
            Self::GrantJoiner => joiner(house),
            Self::MoveReserved => move_of(house, true),
            Self::MoveOnline => move_of(house, false),
            Self::LockOut => locked_out(house),
            Self::AddCard => none(another_card(house)),
            Self::AddPin => another_pin(house),
            Self::MoreCards => none(more(house)),
            Self::Assign => none(tag(house).await),
            Self::RevokeKey => none(revoked(house)),
            Self::NewLink => none(link(house)),
            Self::DeleteLink => none(dead_link(house)),
            Self::Unlock => none(opening(house).await),
        }
    }
}

fn has_cut_card(house: &House, stay: &Stay) -> bool {
    reissue::cards(&house.property, &stay.id).iter().any(|c| c.issued)
        && !reissue::encoders(&house.property, &stay.id).is_empty()
}

fn encoder(house: &House, stay: &StayId) -> EncoderId {
    reissue::encoders(&house.property, stay).remove(0).encoder
}

fn lost(house: &House, stay: &StayId) -> MethodId {
    reissue::cards(&house.property, stay).into_iter().find(|c| c.issued).unwrap().method
}

/// The first stay for which there is a plan.
fn first(house: &House, plan: impl Fn(&Stay) -> Option<Plan>) -> Plan {
    plan(&house.stay(|s| plan(s).is_some())).unwrap()
}

fn changes(plan: &Plan) -> usize {
    plan.steps.iter().filter(|s| s.changes()).count()
}

fn extension(house: &House, party: bool) -> Plan {
    first(house, |s| {
        let ends_at = s.ends_at().map(|end| end + TimeDelta::hours(1));
        let ask = ExtendAsk { party, ..ExtendAsk::until(s.id.clone(), ends_at?) };
        let plan = extend::plan(&house.property, &ask, house.now()).ok()?;
        (has_cut_card(house, s) && (changes(&plan) > 1) == party).then_some(plan)
    })
}

fn replacement(house: &House) -> Plan {
    first(house, |s| {
        let (lost, encoder) = has_cut_card(house, s).then(|| (lost(house, &s.id), encoder(house, &s.id)))?;
        let ask = ReissueAsk { stay: s.id.clone(), lost, encoder };
        reissue::plan(&house.property, &ask, house.now()).ok()
    })
}

fn departure(house: &House, whole_party: bool) -> Plan {
    first(house, |s| {
        let ask = CheckOutAsk { stay: s.id.clone(), whole_party };
        let plan = check_out::plan(&house.property, &ask, house.now()).ok()?;
        let is_party = !house.property.party(&s.id).is_empty();
        (is_party && (changes(&plan) > 1) == whole_party).then_some(plan)
    })
}

/// The cards that an extension has left to cut.
async fn cards(house: &mut House) -> Plan {
    let plan = extension(house, false);
    let stay = plan.stay.clone();
    house.prepare(plan).await;
    let ask = EncodeAsk { encoder: encoder(house, &stay), stay, methods: Vec::new() };
    encode::plan(&house.property, &ask, house.now()).unwrap()
}

fn grant_of(house: &House, guest: &str, spaces: Vec<SpaceId>, keys: Vec<KeyAsk>, key: &str) -> (Plan, Pins) {
    let ask = GrantAsk {
        who: Who::New { name: guest.into(), email: Some("yui@example.com".into()), phone: None },
        spaces,
        entrances: Vec::new(),
        devices: Vec::new(),
        starts_at: Some(house.now()),
        ends_at: Some(house.now() + TimeDelta::hours(30)),
        keys,
        reservation_key: Some(key.into()),
    };
    let plan = grant::plan(&house.property, &ask, house.now()).unwrap();
    let pins = grant::pins(&ask, &plan);
    (plan, pins)
}

/// A new guest in a free room, with a key of every kind.
fn walk_in(house: &House) -> (Plan, Pins) {
    let p = &house.property;
    let mut rooms: Vec<_> = p
        .spaces()
        .filter(|s| p.is_room(&s.id) && p.stays_in_room(&s.id).is_empty() && house.is_reserved(&s.id))
        .collect();
    rooms.sort_by(|a, b| a.name.cmp(&b.name));
    let lobby = p.spaces().find(|s| s.name == "Lobby").unwrap().id.clone();
    let keys = vec![
        KeyAsk::Code { pin: Some(Secret::new("739146")) },
        KeyAsk::Card { count: 2 },
        KeyAsk::MobileKey { max_uses: Some(3) },
    ];
    grant_of(house, "Xylander, Yui", vec![rooms[0].id.clone(), lobby], keys, "WALK-1")
}

/// Two guests under one reservation behind a door that knows it, with a card that is cut.
fn party(house: &House) -> Stay {
    house.stay(|s| {
        let two = house.property.party(&s.id).len() == 1;
        two && house.is_reserved(&s.rooms[0]) && s.reservation_key().is_some() && has_cut_card(house, s)
    })
}

/// Somebody who joins them.
fn joiner(house: &House) -> (Plan, Pins) {
    let stay = party(house);
    let keys = vec![KeyAsk::Card { count: 1 }, KeyAsk::MobileKey { max_uses: None }];
    grant_of(house, "Xylander, Ada", stay.rooms.to_vec(), keys, stay.reservation_key().as_ref().unwrap())
}

fn move_of(house: &House, reserved: bool) -> (Plan, Pins) {
    let stay = if reserved {
        party(house)
    } else {
        house.stay(|s| {
            let doors = house.property.doors_in_space(&s.rooms[0]).entrances;
            s.reservation_key().is_none() && !doors.is_empty() && house.property.party(&s.id).is_empty()
        })
    };
    let opens = |room: &SpaceId| {
        house.is_reserved(room) == reserved && !house.property.doors_in_space(room).entrances.is_empty()
    };
    let rooms = room_move::rooms(&house.property, &stay.id, house.now());
    let to = rooms.into_iter().find(opens).expect("no free room");
    let encoder = reserved.then(|| room_move::encoders(&house.property, &to).remove(0).encoder);
    let ask = MoveAsk { stay: stay.id, from: None, to, encoder, reservation_key: None };
    let plan = room_move::plan(&house.property, &ask, house.now()).unwrap();
    let pins = room_move::pins(&house.property, &plan);
    (plan, pins)
}

fn locked_out(house: &House) -> (Plan, Pins) {
    let stay = party(house).id;
    let ask = LockOutAsk { lost: lost(house, &stay), encoder: encoder(house, &stay), stay };
    let plan = lock_out::plan(&house.property, &ask, house.now()).unwrap();
    let pins = lock_out::pins(&house.property, &plan);
    (plan, pins)
}

fn another_card(house: &House) -> Plan {
    let stay = party(house).id;
    let encoder = Some(encoder(house, &stay));
    let ask = AddKeyAsk { stay, grant: None, key: KeyAsk::Card { count: 1 }, encoder };
    keys::add(&house.property, &ask, house.now()).unwrap()
}

/// A guest whose lock hears and takes every kind of key.
fn online(house: &House) -> Stay {
    house.stay(|s| {
        let doors = house.property.doors_in_space(&s.rooms[0]).entrances;
        let hears = |e: &Entrance| e.online != Some(false) && !e.privacy_mode && e.warnings.is_empty();
        s.reservation_key().is_none()
            && !doors.is_empty()
            && doors.iter().all(|id| house.property.entrance(id).is_some_and(hears))
    })
}

fn another_pin(house: &House) -> (Plan, Pins) {
    let key = KeyAsk::Code { pin: Some(Secret::new("739146")) };
    let ask = AddKeyAsk { stay: online(house).id, grant: None, key, encoder: None };
    let plan = keys::add(&house.property, &ask, house.now()).unwrap();
    let pins = keys::pins(&ask, &plan);
    (plan, pins)
}

fn more(house: &House) -> Plan {
    let stay = party(house).id;
    let encoder = Some(encoder(house, &stay));
    more_cards::plan(&house.property, &MoreCardsAsk { stay, count: 2, encoder }, house.now()).unwrap()
}

/// A tag for a card that was asked for where tags are assigned.
async fn tag(house: &mut House) -> Plan {
    let p = &house.property;
    let ask = |s: &Stay| MoreCardsAsk { stay: s.id.clone(), count: 1, encoder: None };
    let plan = first(house, |s| more_cards::plan(p, &ask(s), house.now()).ok());
    let stay = plan.stay.clone();
    house.prepare(plan).await;
    let ask = AssignAsk { stay, method: None, number: "04A17C".into() };
    assign::plan(&house.property, &ask, house.now()).unwrap()
}

fn revoked(house: &House) -> Plan {
    let stay = online(house).id;
    let method = keys::keys(&house.property, &stay).remove(0).method;
    keys::revoke(&house.property, &RevokeKeyAsk { stay, method }, house.now()).unwrap()
}

fn has(house: &House, stay: &StayId, mode: &Mode) -> bool {
    keys::keys(&house.property, stay).iter().any(|k| k.mode == *mode)
}

fn link(house: &House) -> Plan {
    let stay = house.stay(|s| has(house, &s.id, &Mode::MobileKey)).id;
    instant_key::new_link(&house.property, &NewLinkAsk { stay, max_uses: 2 }, house.now()).unwrap()
}

fn dead_link(house: &House) -> Plan {
    first(house, |s| {
        let key = instant_key::share(&house.property, &s.id, house.now())?.links.first()?.key.clone();
        let ask = DeleteLinkAsk { stay: s.id.clone(), key };
        instant_key::delete_link(&house.property, &ask, house.now()).ok()
    })
}

async fn opening(house: &mut House) -> Plan {
    let stay = online(house).id;
    if !has(house, &stay, &Mode::CloudKey) {
        let ask = AddKeyAsk { stay: stay.clone(), grant: None, key: KeyAsk::CloudKey, encoder: None };
        let plan = keys::add(&house.property, &ask, house.now()).unwrap();
        house.prepare(plan).await;
    }
    let plan = unlock::plan(&house.property, &UnlockAsk { stay, entrance: None }, house.now()).unwrap();
    assert!(matches!(plan.steps[0], Step::Unlock { .. }));
    plan
}
