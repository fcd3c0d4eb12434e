//! What goes wrong, or right again, because somebody says so: by its name, with the ids it is about.

use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::answer::ApiError;
use super::hotel::{Hotel, Named};
use super::house::Brand;
use super::keys::Mode;
use crate::tagged;

/// Something that goes wrong, or right again, because a test says so.
///
/// As JSON: `{"kind": "device_offline", "id": "<device or entrance id>"}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Incident {
    /// The bridge before the card system is gone.
    BridgeDown,
    /// It is back.
    BridgeUp,
    /// A door does not answer.
    DeviceOffline {
        /// A device or an entrance.
        id: Uuid,
    },
    /// It answers again.
    DeviceOnline {
        /// A device or an entrance.
        id: Uuid,
    },
    /// A battery has this level.
    Battery {
        /// A device or an entrance.
        id: Uuid,
        /// From 0 to 1.
        level: f64,
    },
    /// A door refuses somebody.
    Deny {
        /// A device or an entrance.
        id: Uuid,
        /// The event's reason.
        #[serde(default)]
        reason: Option<String>,
        /// How often.
        #[serde(default)]
        times: Option<u32>,
    },
    /// A door is double-locked from the inside, or no longer.
    Privacy {
        /// A device or an entrance.
        id: Uuid,
        /// Whether it is.
        on: bool,
    },
    /// Nothing asked of an access method, or of all methods of a grant, is ever finished.
    Stuck {
        /// A grant or a method.
        id: Uuid,
    },
    /// The opposite of `stuck`.
    Unstuck {
        /// A grant or a method.
        id: Uuid,
    },
    /// A guest opens their own door with this method: an override takes effect.
    Open {
        /// A method.
        id: Uuid,
    },
    /// An encoder loses or regains its connection.
    Encoder {
        /// The encoder.
        id: Uuid,
        /// Whether it is there.
        online: bool,
    },
    /// A card is put on an encoder, or taken off it.
    PutCard {
        /// The encoder.
        id: Uuid,
        /// The card method that was cut onto the card; none takes off what lies there.
        #[serde(default)]
        card: Option<Uuid>,
    },
    /// An Instant Key is opened on a phone.
    UseInstantKey {
        /// The Instant Key.
        id: Uuid,
    },
    /// A room's door is opened with a card that Seam knows nothing of, as staff has them.
    Stray {
        /// A device or an entrance.
        id: Uuid,
    },
    /// Somebody changes a PIN on a lock itself, behind Seam's back.
    ChangedOutside {
        /// A device.
        id: Uuid,
    },
    /// The seats of the online lock system are nearly all taken, or no longer.
    Seats {
        /// Whether they are.
        low: bool,
    },
    /// A lock comes and goes, or no longer.
    Flaky {
        /// A device.
        id: Uuid,
        /// Whether it does.
        on: bool,
    },
    /// The PIN of a method was replaced by a backup code.
    PullBackup {
        /// A code method.
        id: Uuid,
    },
    /// A record of any kind carries an error or a warning, or no longer.
    Notice {
        /// The record.
        id: Uuid,
        /// Seam's code.
        code: String,
        /// Whether it is an error and not a warning.
        #[serde(default)]
        error: bool,
        /// Whether it does.
        on: bool,
    },
    /// A record comes without its ids, so that nobody can read it, or as it should again.
    Garbled {
        /// The record.
        id: Uuid,
        /// Whether it does.
        on: bool,
    },
    /// Nobody ends a stay: its keys work on past its end.
    Linger {
        /// The grant.
        id: Uuid,
    },
    /// A guest is gone from Seam and the access is left behind, or is there again.
    Forgotten {
        /// The guest.
        id: Uuid,
        /// Whether they are.
        on: bool,
    },
    /// An Instant Key ends sooner or later than it would.
    LinkEnds {
        /// The Instant Key.
        id: Uuid,
        /// Minutes from now.
        minutes: i64,
    },
    /// The PIN of a method is another, and may be somebody else's.
    Pin {
        /// A code method.
        id: Uuid,
        /// The PIN.
        code: String,
    },
    /// Seam loses its login to the online lock system, or has it again.
    Login {
        /// Whether it is lost.
        lost: bool,
    },
    /// How likely it is that a person forgets the card or lifts it too early.
    Mishaps {
        /// From 0 to 1.
        chance: f64,
    },
    /// Whether the hotel lives a life of its own.
    Restless {
        /// Whether it does.
        on: bool,
    },
}

impl<'de> Deserialize<'de> for Incident {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        Self::deserialize(tagged::read(source, "kind")?).map_err(serde::de::Error::custom)
    }
}

pub(super) fn happen(hotel: &mut Hotel, incident: &Incident) -> Result<(), ApiError> {
    match incident {
        Incident::BridgeDown => bridge(hotel, false),
        Incident::BridgeUp => bridge(hotel, true),
        Incident::DeviceOffline { id } => hotel.set_online(door(hotel, *id)?, false),
        Incident::DeviceOnline { id } => hotel.set_online(door(hotel, *id)?, true),
        Incident::Battery { id, level } => hotel.set_battery(door(hotel, *id)?, *level),
        Incident::Deny { id, reason, times } => {
            let door = door(hotel, *id)?;
            for _ in 0..times.unwrap_or(1) {
                hotel.deny(door, reason.as_deref().unwrap_or("invalid_credential"));
            }
        }
        Incident::Privacy { id, on } => hotel.set_privacy(door(hotel, *id)?, *on),
        Incident::Stuck { id } => stick(hotel, *id, true)?,
        Incident::Unstuck { id } => stick(hotel, *id, false)?,
        Incident::Open { id } => open(hotel, *id)?,
        Incident::Encoder { id, online } => match hotel.named.get(id) {
            Some(Named::Encoder(ix)) => {
                if let Some(encoder) = hotel.encoders.get_mut(*ix) {
                    encoder.online = *online;
                }
            }
            _ => return Err(ApiError::missing("acs_encoder")),
        },
        Incident::PutCard { id, card } => put_card(hotel, *id, *card)?,
        Incident::UseInstantKey { id } => match hotel.named.get(id) {
            Some(Named::Instant(ix)) => {
                if let Some(key) = hotel.instants.get_mut(*ix) {
                    key.used = (key.used + 1).min(key.max_use);
                }
            }
            _ => return Err(ApiError::missing("instant_key")),
        },
        Incident::Stray { id } => hotel.stray(door(hotel, *id)?),
        Incident::ChangedOutside { id } => hotel.change_outside(door(hotel, *id)?),
        Incident::Seats { low } => hotel.set_seats(*low),
        Incident::Flaky { id, on } => hotel.set_flaky(door(hotel, *id)?, *on),
        Incident::PullBackup { id } => pull_backup(hotel, *id)?,
        Incident::Notice { id, code, error, on } => hotel.set_notice(*id, code, *error, *on)?,
        Incident::Garbled { id, on } => hotel.set_garbled(*id, *on)?,
        Incident::Linger { id } => hotel.linger(*id)?,
        Incident::Forgotten { id, on } => hotel.set_forgotten(*id, *on)?,
        Incident::LinkEnds { id, minutes } => hotel.set_link_end(*id, *minutes)?,
        Incident::Pin { id, code } => hotel.set_pin(*id, code)?,
        Incident::Login { lost } => hotel.set_login(*lost),
        Incident::Mishaps { chance } => hotel.mishaps = chance.clamp(0.0, 1.0),
        Incident::Restless { on } => hotel.restless = *on,
    }
    Ok(())
}

fn bridge(hotel: &mut Hotel, up: bool) {
    let system = hotel.systems.iter().find(|(_, s)| s.brand == Brand::Visionline).map(|(ix, _)| ix);
    if let Some(system) = system {
        hotel.set_bridge(system, up);
    }
}

fn door(hotel: &Hotel, id: Uuid) -> Result<u32, ApiError> {
    match hotel.named.get(&id) {
        Some(Named::Door(ix)) => Ok(*ix),
        _ => Err(ApiError::missing("door")),
    }
}

fn put_card(hotel: &mut Hotel, encoder: Uuid, card: Option<Uuid>) -> Result<(), ApiError> {
    let method = match card.map(|id| hotel.named.get(&id)) {
        None => None,
        Some(Some(Named::Method(ix))) => Some(*ix),
        Some(_) => return Err(ApiError::missing("access_method")),
    };
    let Some(Named::Encoder(ix)) = hotel.named.get(&encoder) else {
        return Err(ApiError::missing("acs_encoder"));
    };
    if let Some(encoder) = hotel.encoders.get_mut(*ix) {
        encoder.card = method;
    }
    Ok(())
}

fn stick(hotel: &mut Hotel, id: Uuid, stuck: bool) -> Result<(), ApiError> {
    let methods = match hotel.named.get(&id) {
        Some(Named::Method(ix)) => vec![*ix],
        Some(Named::Grant(ix)) => hotel.grants.get(*ix).map(|g| g.methods().collect()).unwrap_or_default(),
        _ => return Err(ApiError::missing("access_method")),
    };
    for method in methods {
        if let Some(method) = hotel.methods.get_mut(method) {
            method.stuck = stuck;
        }
    }
    Ok(())
}

fn open(hotel: &mut Hotel, id: Uuid) -> Result<(), ApiError> {
    let Some(Named::Method(ix)) = hotel.named.get(&id) else {
        return Err(ApiError::missing("access_method"));
    };
    let Some(method) = hotel.methods.get(*ix) else { return Ok(()) };
    let own = method.doors.iter().copied().find(|d| hotel.doors.get(*d).is_some_and(|d| !d.common));
    let door = own.or_else(|| method.doors.first().copied());
    let (Some(door), Some(grant), mode) = (door, method.grants.first().copied(), method.mode) else {
        return Ok(());
    };
    hotel.open(grant, door, mode);
    Ok(())
}

fn pull_backup(hotel: &mut Hotel, id: Uuid) -> Result<(), ApiError> {
    let now = hotel.now;
    let code = hotel.pace.digits(4);
    let Some(Named::Method(ix)) = hotel.named.get(&id).copied() else {
        return Err(ApiError::missing("access_method"));
    };
    let Some(method) = hotel.methods.get_mut(ix).filter(|m| m.mode == Mode::Code) else {
        return Err(ApiError::missing("access_method"));
    };
    method.backup = Some(now);
    method.code = Some(code.into());
    hotel.mark_issued(ix);
    Ok(())
}
