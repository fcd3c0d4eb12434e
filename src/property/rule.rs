//! The rules that raise alerts, by name.

use crate::text::Text;

/// Which rule raised an alert. Each has a name that scripts and the journal may keep.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The stay has begun and no key opens.
    NoUsableKey,
    /// An access system or its bridge is down.
    SystemDown,
    /// Access that was taken away is still on the lock.
    StuckRevoke,
    /// An in-house guest's key was revoked by a change and has not come back.
    ReissueGap,
    /// The stay is over and a key still opens.
    EndedButIssued,
    /// The card in the guest's hand ends before the stay does.
    StaleCard,
    /// The PIN on the lock is not the one the guest was told.
    PinDiffers,
    /// The door does not answer.
    DoorOffline,
    /// The stay begins soon and its key is not issued.
    NotIssuedSoon,
    /// A change has been on its way for too long.
    MutationTooOld,
    /// The battery is low or critical.
    Battery,
    /// Privacy or office mode: codes and mobile keys do not open.
    Privacy,
    /// Cards to cut for arrivals.
    CardsToCut,
    /// A card waits for the encoder, but the system is not ready.
    CardNotReady,
    /// The encoder cannot be used.
    EncoderUnusable,
    /// The Instant Key ends before the stay does.
    InstantKeyExpires,
    /// The stay is over and the guest seems not to have left.
    Overstay,
    /// Nobody has come, and the access is live.
    NoShow,
    /// Two different reservations on one guest door at once.
    TwoReservations,
    /// The next guest of the room begins before this stay ends.
    NextTooSoon,
    /// A card that was cut still opens a room its access to which has ended.
    GhostCard,
    /// A door opened where nobody has access.
    UnlockNoGrant,
    /// A door refuses again and again where somebody stays.
    AccessDenied,
    /// A tag waits to be assigned by its number.
    AssignTag,
    /// An encoding or a reading hangs, or ended nobody knows how.
    AttemptHanging,
    /// The Instant Key is good for one phone, and somebody of the party has none.
    OnePhoneOnly,
    /// A guest's access to a door of reservations names no reservation.
    NoReservationKey,
    /// The key opens common doors and no room.
    NoRoomDoor,
    /// Doors are missing from the access.
    MissingDoors,
    /// The seats of Salto KS are taken, or nearly.
    SeatsFull,
    /// The guest's user in the lock system has a fault.
    UserFault,
    /// A PIN or a card was changed or killed outside Seam.
    ChangedOutside,
    /// A lock cannot hold the PIN, or not for these dates.
    LockCannotHold,
    /// A guest who was entered tonight has no access at all.
    GuestWithoutGrant,
    /// Access that belongs to nobody Seam knows.
    GrantWithoutGuest,
    /// The dates of the stay are odd.
    OddDates,
    /// Two guests have the same PIN on one door.
    SamePin,
    /// A time zone is missing or wrong, or the clocks change tonight.
    TimeZone,
    /// The reserve of PINs is used up, or nearly.
    BackupPool,
    /// The account behind the locks is going to fail.
    AccountFailing,
    /// What a lock says of itself is not to be relied on.
    DoubtfulDevice,
    /// What is on the screen is old.
    ScreenOld,
    /// A record that could not be read; its resource and its id or its place among the unreadable.
    BadRecord(Text),
    /// An error or warning of the API that no other rule claims, by its code.
    Notice(Text),
}

impl Rule {
    /// The name for scripts, the journal and acknowledgements: `no-usable-key`.
    pub fn name(&self) -> &str {
        match self {
            Self::NoUsableKey => "no-usable-key",
            Self::SystemDown => "system-down",
            Self::StuckRevoke => "stuck-revoke",
            Self::ReissueGap => "reissue-gap",
            Self::EndedButIssued => "ended-but-issued",
            Self::StaleCard => "stale-card",
            Self::PinDiffers => "pin-differs",
            Self::DoorOffline => "door-offline",
            Self::NotIssuedSoon => "not-issued-soon",
            Self::MutationTooOld => "mutation-too-old",
            Self::Battery => "battery",
            Self::Privacy => "privacy",
            Self::CardsToCut => "cards-to-cut",
            Self::CardNotReady => "card-not-ready",
            Self::EncoderUnusable => "encoder-unusable",
            Self::InstantKeyExpires => "instant-key-expires",
            Self::Overstay => "overstay",
            Self::NoShow => "no-show",
            Self::TwoReservations => "two-reservations",
            Self::NextTooSoon => "next-too-soon",
            Self::GhostCard => "ghost-card",
            Self::UnlockNoGrant => "unlock-no-grant",
            Self::AccessDenied => "access-denied",
            Self::AssignTag => "assign-tag",
            Self::AttemptHanging => "attempt-hanging",
            Self::OnePhoneOnly => "one-phone-only",
            Self::NoReservationKey => "no-reservation-key",
            Self::NoRoomDoor => "no-room-door",
            Self::MissingDoors => "missing-doors",
            Self::SeatsFull => "seats-full",
            Self::UserFault => "user-fault",
            Self::ChangedOutside => "changed-outside",
            Self::LockCannotHold => "lock-cannot-hold",
            Self::GuestWithoutGrant => "guest-without-grant",
            Self::GrantWithoutGuest => "grant-without-guest",
            Self::OddDates => "odd-dates",
            Self::SamePin => "same-pin",
            Self::TimeZone => "time-zone",
            Self::BackupPool => "backup-pool",
            Self::AccountFailing => "account-failing",
            Self::DoubtfulDevice => "doubtful-device",
            Self::ScreenOld => "screen-old",
            Self::BadRecord(_) => "bad-record",
            Self::Notice(code) => code,
        }
    }

    /// The rule of a name: of the API's code where no rule here has it. A bad record's name does not
    /// tell which record; see [`AlertId`](super::AlertId).
    pub(super) fn named(name: &str) -> Self {
        PLAIN
            .iter()
            .find(|rule| rule.name() == name)
            .cloned()
            .unwrap_or_else(|| Self::Notice(Text::new(name)))
    }
}

/// Every rule that carries nothing.
pub(super) const PLAIN: &[Rule] = &[
    Rule::NoUsableKey,
    Rule::SystemDown,
    Rule::StuckRevoke,
    Rule::ReissueGap,
    Rule::EndedButIssued,
    Rule::StaleCard,
    Rule::PinDiffers,
    Rule::DoorOffline,
    Rule::NotIssuedSoon,
    Rule::MutationTooOld,
    Rule::Battery,
    Rule::Privacy,
    Rule::CardsToCut,
    Rule::CardNotReady,
    Rule::EncoderUnusable,
    Rule::InstantKeyExpires,
    Rule::Overstay,
    Rule::NoShow,
    Rule::TwoReservations,
    Rule::NextTooSoon,
    Rule::GhostCard,
    Rule::UnlockNoGrant,
    Rule::AccessDenied,
    Rule::AssignTag,
    Rule::AttemptHanging,
    Rule::OnePhoneOnly,
    Rule::NoReservationKey,
    Rule::NoRoomDoor,
    Rule::MissingDoors,
    Rule::SeatsFull,
    Rule::UserFault,
    Rule::ChangedOutside,
    Rule::LockCannotHold,
    Rule::GuestWithoutGrant,
    Rule::GrantWithoutGuest,
    Rule::OddDates,
    Rule::SamePin,
    Rule::TimeZone,
    Rule::BackupPool,
    Rule::AccountFailing,
    Rule::DoubtfulDevice,
    Rule::ScreenOld,
];
