//! Alerts: what the night desk must know, ranked, with the cause and the key to press.

use std::fmt;

use chrono::{DateTime, Utc};

use super::{Resource, StayId};
use crate::seam::id::{DeviceId, EncoderId, EntranceId, IdentityId, SystemId};
use crate::text::Text;

/// How bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Somebody cannot get in now, or can who must not.
    P1,
    /// Becomes P1 before the next business date.
    P2,
    /// Hygiene.
    P3,
}

impl Severity {
    /// `P1`, `P2`, `P3`.
    pub fn word(self) -> &'static str {
        match self {
            Self::P1 => "P1",
            Self::P2 => "P2",
            Self::P3 => "P3",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// What an alert is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A stay.
    Stay(StayId),
    /// A door of an access system.
    Door(EntranceId),
    /// A lock.
    Lock(DeviceId),
    /// An access system.
    System(SystemId),
    /// An encoder.
    Encoder(EncoderId),
    /// A guest.
    Guest(IdentityId),
    /// What the screen itself shows.
    Screen(Resource),
}

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
            Self::ScreenOld => "screen-old",
            Self::BadRecord(_) => "bad-record",
            Self::Notice(code) => code,
        }
    }
}

/// Names an alert: the same trouble of the same subject is the same alert, however often it is read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlertId {
    /// The rule.
    pub rule: Rule,
    /// What it is about.
    pub subject: Subject,
}

impl fmt::Display for AlertId {
    /// `rule:kind:id`, stable, for acknowledgements and exports.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule.name())?;
        if let Rule::BadRecord(which) = &self.rule {
            write!(f, "({which})")?;
        }
        match &self.subject {
            Subject::Stay(id) => write!(f, ":stay:{id}"),
            Subject::Door(id) => write!(f, ":door:{id}"),
            Subject::Lock(id) => write!(f, ":lock:{id}"),
            Subject::System(id) => write!(f, ":system:{id}"),
            Subject::Encoder(id) => write!(f, ":encoder:{id}"),
            Subject::Guest(id) => write!(f, ":guest:{id}"),
            Subject::Screen(what) => write!(f, ":screen:{}", what.word()),
        }
    }
}

/// What can be done about it; the program maps each to a command and its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fix {
    /// Extend the stay.
    Extend,
    /// Reissue the card.
    Reissue,
    /// Check out: take access away.
    CheckOut,
    /// Move to another room.
    Move,
    /// Make or share an Instant Key.
    InstantKey,
    /// Cut or assign waiting cards.
    Cards,
    /// Look why the door refuses.
    Why,
    /// Show the PIN, to tell it to the guest.
    Unmask,
    /// Read again now.
    PollNow,
    /// Nothing on this desk; see the sentence.
    None,
}

/// One trouble.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Which.
    pub id: AlertId,
    /// How bad.
    pub severity: Severity,
    /// Since when, UTC: by the records (`created_at`, `starts_at`, `ends_at`), never by when it was
    /// read; only where a record says nothing, the age of the reading that showed it first.
    pub since: DateTime<Utc>,
    /// The room it is about.
    pub room: Option<Text>,
    /// The guest, system or door it is about, by name.
    pub who: Option<Text>,
    /// The stay to go to.
    pub stay: Option<StayId>,
    /// Why, one plain sentence.
    pub why: Text,
    /// What can be done, the best first.
    pub fixes: &'static [Fix],
    /// The alert that causes this one. Children are grouped under it, never hidden.
    pub parent: Option<AlertId>,
}
