//! Alerts: what the night desk must know, ranked, with the cause and the key to press.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Resource, Rule, StayId};
use crate::seam::id::{DeviceId, EncoderId, EntranceId, IdentityId, SystemId};
use crate::text::Text;

/// How bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

/// Text that names no alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this names no alert: it should read rule:kind:id")]
pub struct NoAlert;

impl FromStr for AlertId {
    type Err = NoAlert;

    /// Reads what [`AlertId`] displays.
    ///
    /// # Errors
    /// [`NoAlert`] where it is not `rule:kind:id`.
    fn from_str(raw: &str) -> Result<Self, NoAlert> {
        let (rule, rest) = match raw.strip_prefix("bad-record(") {
            Some(rest) => {
                let (which, rest) = rest.split_once("):").ok_or(NoAlert)?;
                (Rule::BadRecord(Text::new(which)), rest)
            }
            None => {
                let (name, rest) = raw.split_once(':').ok_or(NoAlert)?;
                (Rule::named(name), rest)
            }
        };
        let (kind, id) = rest.split_once(':').ok_or(NoAlert)?;
        let subject = match kind {
            "stay" => Subject::Stay(StayId::parse(id)),
            "door" => Subject::Door(EntranceId::new(id)),
            "lock" => Subject::Lock(DeviceId::new(id)),
            "system" => Subject::System(SystemId::new(id)),
            "encoder" => Subject::Encoder(EncoderId::new(id)),
            "guest" => Subject::Guest(IdentityId::new(id)),
            "screen" => {
                let what = Resource::ALL.into_iter().find(|what| what.word() == id);
                Subject::Screen(what.ok_or(NoAlert)?)
            }
            _ => return Err(NoAlert),
        };
        Ok(Self { rule, subject })
    }
}

impl Serialize for AlertId {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AlertId {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Text::deserialize(d)?.parse().map_err(serde::de::Error::custom)
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
    /// Add or revoke one key.
    Keys,
    /// Read the card in the hand.
    ReadCard,
    /// Show the PIN, to tell it to the guest.
    Unmask,
    /// Grant access.
    Grant,
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
    /// Whether a record says since when. Where none does, each program that looks has another answer.
    pub is_dated: bool,
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
