//! The downtime list: who may be in which room and how they get in, for the hour in which nothing works.

use chrono::{DateTime, Utc};

use crate::order::Arrange as _;
use crate::property::{Keys, Property, Stay, StayClass};
use crate::seam::model::Mode;
use crate::secret::Secret;
use crate::text::{Text, natural};

/// A guest on the downtime list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downtime {
    /// The rooms.
    pub room: Text,
    /// The guest.
    pub guest: Text,
    /// What the stay is tonight.
    pub class: StayClass,
    /// When it ends, UTC.
    pub until: Option<DateTime<Utc>>,
    /// Where the keys stand.
    pub keys: Keys,
    /// The PINs, where they were asked for; several where locks differ.
    pub pins: Vec<Secret>,
}

/// Whether the PINs stay hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// They are not even put on the list.
    Yes,
    /// They are written in the clear.
    No,
}

/// Everybody on tonight's board who has a room, by room.
pub(super) fn list(p: &Property, pins: Hidden) -> Vec<Downtime> {
    let tonight = p.stays().filter(|stay| stay.class.is_tonight() && !stay.room.is_empty());
    let mut rows: Vec<Downtime> = tonight.map(|stay| row(p, stay, pins)).collect();
    rows.arrange_by(|a, b| natural(&a.room, &b.room).then_with(|| a.guest.cmp(&b.guest)));
    rows
}

fn row(p: &Property, stay: &Stay, hidden: Hidden) -> Downtime {
    let mut pins: Vec<Secret> = Vec::new();
    if hidden == Hidden::No {
        let issued = p.methods_of(&stay.id).into_iter().filter(|m| m.mode() == Mode::Code && m.is_issued);
        for pin in issued.filter_map(|m| m.code().cloned()) {
            if !pins.contains(&pin) {
                pins.push(pin);
            }
        }
    }
    Downtime {
        room: stay.room.clone(),
        guest: stay.name.clone(),
        class: stay.class,
        until: stay.ends_at(),
        keys: stay.keys(),
        pins,
    }
}
