//! A stay: one guest's time in a room or rooms, however many grants it takes.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use smallvec::SmallVec;

use super::key::Packed;
use super::moment::Moment;
use super::table::Key;
use super::{Few, Keys};
use crate::seam::id::{GrantId, IdentityId, SpaceId};
use crate::text::Text;

/// Names a stay: the guest and the reservation key where there is one, else the grant. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StayId(Arc<Named>);

#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Named {
    // Always a key; kept so that it can be lent as one that may be missing.
    Reserved(IdentityId, Option<Text>),
    Single(GrantId),
}

impl StayId {
    /// The stay of a guest under a reservation key.
    pub fn reserved(guest: IdentityId, reservation_key: Text) -> Self {
        Self(Arc::new(Named::Reserved(guest, Some(reservation_key))))
    }

    /// The stay of a grant that has no reservation key.
    pub fn single(grant: GrantId) -> Self {
        Self(Arc::new(Named::Single(grant)))
    }

    /// The guest; nobody where the stay is named by its grant.
    pub(super) fn guest(&self) -> &IdentityId {
        match &*self.0 {
            Named::Reserved(guest, _) => guest,
            Named::Single(_) => &IdentityId::NOBODY,
        }
    }

    /// The reservation key, where the stay is named by one.
    pub fn reservation_key(&self) -> &Option<Text> {
        match &*self.0 {
            Named::Reserved(_, key) => key,
            Named::Single(_) => &None,
        }
    }

    /// Reads what a stay's id displays as.
    pub fn parse(raw: &str) -> Self {
        match raw.split_once('/') {
            Some((guest, key)) => Self::reserved(IdentityId::new(guest), Text::new(key)),
            None => Self::single(GrantId::new(raw)),
        }
    }
}

impl fmt::Display for StayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Named::Reserved(guest, key) => write!(f, "{guest}/{}", key.as_deref().unwrap_or_default()),
            Named::Single(grant) => fmt::Display::fmt(grant, f),
        }
    }
}

impl fmt::Debug for StayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a stay is tonight. `BD` is the business date; dates are the property's.
///
/// Seam has no check-in and no check-out: everything beyond dates is inferred, see [`Evidence`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StayClass {
    /// Starts on BD (or has started since) and nobody has been seen to enter.
    DueIn,
    /// Started on BD and somebody has entered, or a card was cut.
    InHouse,
    /// Started before BD, ends after it.
    Stayover,
    /// Ends on BD (or before, but the clock has not got there) and is not settled.
    DueOut,
    /// Past its end and not gone: the door was used since, or BD has moved on and a key still opens.
    Overstay,
    /// Should have arrived; past the cut-off nobody has. A candidate, never a fact.
    NoShow,
    /// Past its end, and no key opens any more.
    Departed,
    /// Starts after BD. Not on tonight's board.
    Upcoming,
}

impl StayClass {
    /// Every class, in the order a night works through them.
    pub const ALL: [Self; 8] = [
        Self::DueIn,
        Self::InHouse,
        Self::Stayover,
        Self::DueOut,
        Self::Overstay,
        Self::NoShow,
        Self::Departed,
        Self::Upcoming,
    ];

    /// The word on the screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::DueIn => "due in",
            Self::InHouse => "in-house",
            Self::Stayover => "stayover",
            Self::DueOut => "due out",
            Self::Overstay => "overstay",
            Self::NoShow => "no-show?",
            Self::Departed => "departed",
            Self::Upcoming => "reserved",
        }
    }

    /// Whether it belongs on tonight's board: all but departed and reserved.
    pub fn is_tonight(self) -> bool {
        !matches!(self, Self::Departed | Self::Upcoming)
    }
}

impl fmt::Display for StayClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// What speaks for a guest being in the house, or that nothing can. Instants are UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// A card was encoded at or after the start of the stay's first day.
    CardCut(DateTime<Utc>),
    /// The last time the room's door opened since the stay began (`lock.unlocked`). Staff may have
    /// done it, unless `theirs`.
    DoorOpened {
        /// When.
        at: DateTime<Utc>,
        /// Whether the event names this guest.
        theirs: bool,
    },
    /// The room's door has never reported a use, so silence says nothing.
    DoorSilent,
}

/// One guest's time in a room or rooms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// Which stay.
    pub id: StayId,
    // Where the id does not tell.
    guest: Option<Box<IdentityId>>,
    /// The guest's name; the grant's name or the key of the guest where there is none.
    pub name: Text,
    /// The rooms, common areas left out.
    pub rooms: Few<SpaceId>,
    /// The rooms as a person says them: `118`, `118+119`; empty where the stay has only common doors.
    pub room: Text,
    /// All grants of the stay, those of common doors too.
    pub grants: Few<GrantId>,
    pub(super) starts: Moment,
    pub(super) ends: Moment,
    /// What it is tonight.
    pub class: StayClass,
    pub(super) card_cut: Moment,
    pub(super) opened: Moment,
    /// Whether the event of the door names this guest.
    pub(super) by_guest: bool,
    pub(super) is_silent: bool,
    keys: Packed,
    /// The row of the guest.
    guest_key: Own,
    /// Whether it was ever put together; until then nobody has been told of it.
    pub(super) is_known: bool,
}

/// The number of a row, which is this hotel's own: another one numbers the same records differently, and what is
/// known of a stay reads the same in both.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Own(Key);

impl fmt::Debug for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}

impl Stay {
    /// A stay of which no more is known than whose it is.
    pub(super) fn new(id: StayId, guest: &IdentityId, guest_key: Key) -> Self {
        let guest = (id.guest() != guest).then(|| Box::new(guest.clone()));
        Self {
            id,
            guest,
            name: Text::default(),
            rooms: Few::default(),
            room: Text::default(),
            grants: Few::default(),
            starts: Moment::NONE,
            ends: Moment::NONE,
            class: StayClass::Upcoming,
            card_cut: Moment::NONE,
            opened: Moment::NONE,
            by_guest: false,
            is_silent: false,
            keys: Keys::default().into(),
            guest_key: Own(guest_key),
            is_known: false,
        }
    }

    /// The row of the guest.
    pub(super) fn guest_key(&self) -> Key {
        self.guest_key.0
    }

    /// Moves the stay to another row of the same guest.
    pub(super) fn set_guest_key(&mut self, key: Key) {
        self.guest_key = Own(key);
    }

    /// The guest.
    pub fn guest(&self) -> &IdentityId {
        self.guest.as_deref().unwrap_or(self.id.guest())
    }

    /// Where its keys stand.
    pub fn keys(&self) -> Keys {
        self.keys.into()
    }

    pub(super) fn put_keys(&mut self, keys: Keys) {
        self.keys = keys.into();
    }

    /// The reservation, shared with joiners.
    pub fn reservation_key(&self) -> &Option<Text> {
        self.id.reservation_key()
    }

    /// Earliest start of a grant of the room, UTC.
    pub fn starts_at(&self) -> Option<DateTime<Utc>> {
        self.starts.get()
    }

    /// Latest end of a grant of the room, UTC; none where one is open-ended.
    pub fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.ends.get()
    }

    /// Why it is taken to be what it is.
    pub fn evidence(&self) -> SmallVec<[Evidence; 3]> {
        let cut = self.card_cut.get().map(Evidence::CardCut);
        let opened = self.opened.get().map(|at| Evidence::DoorOpened { at, theirs: self.by_guest });
        cut.into_iter().chain(opened).chain(self.is_silent.then_some(Evidence::DoorSilent)).collect()
    }
}
