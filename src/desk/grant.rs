//! Grant access: who, where, when, how.
//!
//! `/access_grants/create`. At doors that can belong to a reservation a new reservation key ends the
//! reservation before it, the same key joins it, and the doors of a reservation are those of its first
//! grant: what Seam would refuse is refused here with what to do instead.

use chrono::{DateTime, Utc};

use super::places::{doors, is_empty, reserved};
use super::wish::{GrantName, GuestName, NewGrant, NewGuest, Pins, Wish, key_of};
use super::{Action, Plan, Refusal, Step};
use crate::order::Arrange as _;
use crate::property::{Doors, Property, StayId};
use crate::seam::id::{DeviceId, EntranceId, GrantId, IdentityId, SpaceId};
use crate::seam::model::Mode;
use crate::secret::Secret;
use crate::text::Text;

mod check;
mod offer;
mod preview;

pub(super) use check::one_key;
pub use offer::{Joinable, holder, reservations, takes};

/// Who gets access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A guest Seam knows.
    Known(IdentityId),
    /// A guest to be made.
    New {
        /// Full name.
        name: Text,
        /// E-mail address.
        email: Option<Text>,
        /// Phone number, E.164: `+46701234567`.
        phone: Option<Text>,
    },
}

/// A kind of key, and how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyAsk {
    /// A PIN; four to nine digits where somebody chose it.
    Code {
        /// The chosen PIN.
        pin: Option<Secret>,
    },
    /// So many key cards.
    Card {
        /// How many, 1 to 10.
        count: usize,
    },
    /// A key on a phone, by an Instant Key.
    MobileKey {
        /// How many phones may redeem the link; one, where none is given.
        max_uses: Option<u32>,
    },
    /// Opened from afar.
    CloudKey,
}

impl KeyAsk {
    /// The mode on the wire.
    pub fn mode(&self) -> Mode {
        match self {
            Self::Code { .. } => Mode::Code,
            Self::Card { .. } => Mode::Card,
            Self::MobileKey { .. } => Mode::MobileKey,
            Self::CloudKey => Mode::CloudKey,
        }
    }

    fn wishes(&self) -> Vec<Wish> {
        match self {
            Self::Code { pin } => vec![Wish { own_pin: pin.is_some(), ..Wish::of(Mode::Code) }],
            Self::Card { count } => vec![Wish::of(Mode::Card); *count],
            Self::MobileKey { max_uses } => vec![Wish { max_uses: *max_uses, ..Wish::of(Mode::MobileKey) }],
            Self::CloudKey => vec![Wish::of(Mode::CloudKey)],
        }
    }
}

/// The access that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantAsk {
    /// Who.
    pub who: Who,
    /// Rooms and common areas.
    pub spaces: Vec<SpaceId>,
    /// Doors beside them.
    pub entrances: Vec<EntranceId>,
    /// Locks beside them.
    pub devices: Vec<DeviceId>,
    /// From when, UTC; none for now.
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when, UTC; none for an open end.
    pub ends_at: Option<DateTime<Utc>>,
    /// With which keys.
    pub keys: Vec<KeyAsk>,
    /// The reservation: see [`reservation`].
    pub reservation_key: Option<Text>,
}

/// Whether a grant needs a reservation key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// It does: a card or a mobile key for a door that can belong to a reservation.
    Required,
    /// It may have one.
    Offered,
    /// It cannot have one: no door of it can belong to a reservation.
    Hidden,
}

/// Whether what is asked for needs a reservation key: what a form shows.
pub fn reservation(p: &Property, ask: &GrantAsk) -> Reservation {
    let all = doors(p, &ask.spaces, &ask.entrances, &ask.devices);
    let guest_key = |k: &KeyAsk| matches!(k, KeyAsk::Card { .. } | KeyAsk::MobileKey { .. });
    match (reserved(p, &all).is_empty(), ask.keys.iter().any(guest_key)) {
        (true, _) => Reservation::Hidden,
        (false, true) => Reservation::Required,
        (false, false) => Reservation::Offered,
    }
}

/// What an ask comes to, for the checks and for the preview.
#[derive(Debug)]
struct Asked<'a> {
    p: &'a Property,
    ask: &'a GrantAsk,
    now: DateTime<Utc>,
    name: Text,
    doors: Doors,
    guest_doors: Doors,
}

impl Asked<'_> {
    fn span(&self) -> super::places::Span {
        (Some(self.ask.starts_at.unwrap_or(self.now)), self.ask.ends_at)
    }

    /// What of it is still to come: who has left a room does not mind.
    fn to_come(&self) -> super::places::Span {
        (Some(self.ask.starts_at.map_or(self.now, |start| start.max(self.now))), self.ask.ends_at)
    }
}

/// Plans the grant at the instant `now`.
///
/// # Errors
/// One sentence, where Seam would refuse it, where it could open nothing, or where it would end the key of
/// somebody else.
pub fn plan(p: &Property, ask: &GrantAsk, now: DateTime<Utc>) -> Result<Plan, Refusal> {
    let name = check::who(p, &ask.who)?;
    let all = doors(p, &ask.spaces, &ask.entrances, &ask.devices);
    let guest_doors = p.guest_doors_among(&all);
    let asked = Asked { p, ask, now, name, doors: all, guest_doors };
    if is_empty(&asked.doors) {
        return Err(Refusal::new(
            "No door is chosen, or the chosen rooms have none: choose a room, an area, a door or a lock.",
        ));
    }
    check::dates(&asked)?;
    check::keys(&asked)?;
    check::reservation(&asked)?;
    let key = free_key(p, &asked)?;
    let room = rooms(&asked);
    let (guest, new_guest) = guest(&asked, &key);
    let new = new_grant(&asked, key, guest, &room);
    let preview = preview::lines(&asked, &new);
    let stay = stay_of(&new);
    let mut steps: Vec<Step> = new_guest.into_iter().map(|g| Step::CreateGuest(Box::new(g))).collect();
    let wait = Step::AwaitGranted { grants: vec![new.key.clone()] };
    steps.extend([Step::CreateGrant(Box::new(new)), wait]);
    Ok(Plan {
        cards: Vec::new(),
        action: Action::Grant,
        stay,
        guest: asked.name,
        room,
        takes_away: false,
        preview,
        commands: steps.iter().filter_map(Step::command).collect(),
        steps,
    })
}

/// The PIN somebody chose, to be given to the engine beside the plan.
pub fn pins(ask: &GrantAsk, plan: &Plan) -> Pins {
    let mut pins = Pins::new();
    let chosen = ask.keys.iter().find_map(|k| match k {
        KeyAsk::Code { pin } => pin.clone(),
        _ => None,
    });
    for step in &plan.steps {
        let Step::CreateGrant(new) = step else { continue };
        let wish = new.methods.iter().position(|w| w.own_pin);
        if let (Some(pin), Some(wish)) = (&chosen, wish) {
            pins.keep(&GrantName::Key(new.key.clone()), wish, pin.clone());
        }
    }
    pins
}

/// The stay a new grant begins or joins. Until its guest or its grant is made, their keys stand for their
/// ids.
fn stay_of(new: &NewGrant) -> StayId {
    let guest = match &new.guest {
        GuestName::Id(id) => id.clone(),
        GuestName::Key(key) => IdentityId::new(key),
    };
    match &new.reservation_key {
        Some(key) => StayId::reserved(guest, key.clone()),
        None => StayId::single(GrantId::new(&new.key)),
    }
}

/// The names of the rooms, "118+119".
fn rooms(asked: &Asked<'_>) -> Text {
    let mut found: Vec<&Text> = Vec::new();
    let p = asked.p;
    let of_doors =
        asked.guest_doors.entrances.iter().filter_map(|id| p.entrance(id)).flat_map(|e| &e.space_ids);
    let of_locks = asked.guest_doors.devices.iter().filter_map(|id| p.device(id)).flat_map(|d| &d.space_ids);
    for space in of_doors.chain(of_locks).filter(|id| p.is_room(id)).filter_map(|id| p.space(id)) {
        if !found.contains(&&space.name) {
            found.push(&space.name);
        }
    }
    found.arrange();
    Text::new(found.iter().map(|t| t.as_str()).collect::<Vec<_>>().join("+"))
}

/// Everything that makes this ask another than the next one, the chosen PIN left out.
fn particulars(asked: &Asked<'_>) -> String {
    let GrantAsk { who, starts_at, ends_at, reservation_key, keys, .. } = asked.ask;
    let who = match who {
        Who::Known(id) => format!("{id}"),
        Who::New { name, email, phone } => format!("{name}|{email:?}|{phone:?}"),
    };
    let Doors { entrances, devices } = &asked.doors;
    let modes: Vec<Wish> =
        keys.iter().flat_map(KeyAsk::wishes).map(|w| Wish { own_pin: false, ..w }).collect();
    format!("{who}|{entrances:?}|{devices:?}|{starts_at:?}|{ends_at:?}|{reservation_key:?}|{modes:?}")
}

/// A key for the grant that no living grant has.
fn free_key(p: &Property, asked: &Asked<'_>) -> Result<Text, Refusal> {
    let particulars = particulars(asked);
    for nth in 1..100 {
        let key = key_of("desk", &format!("{particulars}#{nth}"));
        match p.grants().find(|g| g.key() == Some(&key)) {
            None => return Ok(key),
            Some(same) if !same.is_being_deleted() => {
                return Err(Refusal::new(format!(
                    "{} has exactly this access already: to give another key, add it to that grant.",
                    asked.name
                )));
            }
            Some(_) => {}
        }
    }
    Err(Refusal::new("This access is being revoked again and again: wait until it is gone."))
}

/// The guest of the grant, and the guest to be made before it. The guest's key is of this grant alone: two
/// guests may have the same name.
fn guest(asked: &Asked<'_>, key: &Text) -> (GuestName, Option<NewGuest>) {
    match &asked.ask.who {
        Who::Known(id) => (GuestName::Id(id.clone()), None),
        Who::New { email, phone, .. } => {
            let key = key_of("guest", key);
            let guest = NewGuest {
                key: key.clone(),
                name: asked.name.clone(),
                email: email.clone(),
                phone: phone.clone(),
            };
            (GuestName::Key(key), Some(guest))
        }
    }
}

fn new_grant(asked: &Asked<'_>, key: Text, guest: GuestName, room: &Text) -> NewGrant {
    let ask = asked.ask;
    let who = if room.is_empty() { asked.name.clone() } else { Text::new(format!("{room} {}", asked.name)) };
    // Seam takes doors of a space by the space; a door named beside its own space would be named twice.
    let of_spaces = doors(asked.p, &ask.spaces, &[], &[]);
    let mut entrances = ask.entrances.clone();
    entrances.retain(|id| !of_spaces.entrances.contains(id));
    let mut devices = ask.devices.clone();
    devices.retain(|id| !of_spaces.devices.contains(id));
    NewGrant {
        key,
        who,
        guest,
        reservation_key: ask.reservation_key.clone(),
        name: None,
        spaces: ask.spaces.clone(),
        entrances,
        devices,
        starts_at: ask.starts_at,
        ends_at: ask.ends_at,
        methods: ask.keys.iter().flat_map(KeyAsk::wishes).collect(),
        replaces: None,
        moved: None,
    }
}
