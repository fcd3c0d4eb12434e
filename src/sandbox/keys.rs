//! What moves: guests, access grants, access methods, Instant Keys, attempts.

use serde_json::Value;
use uuid::Uuid;

use super::clock::At;

/// How a guest opens a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Mode {
    Code,
    Card,
    MobileKey,
    CloudKey,
}

impl Mode {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Card => "card",
            Self::MobileKey => "mobile_key",
            Self::CloudKey => "cloud_key",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::Code, Self::Card, Self::MobileKey, Self::CloudKey].into_iter().find(|m| m.word() == word)
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Code => "PIN Code",
            Self::Card => "Plastic Card",
            Self::MobileKey => "Mobile Key",
            Self::CloudKey => "Cloud Key",
        }
    }
}

/// When access is given. Without an end it goes on until somebody ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) starts: At,
    pub(crate) ends: Option<At>,
}

impl Times {
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let before = |end: Option<At>, start: At| end.is_some_and(|end| end <= start);
        !before(self.ends, other.starts) && !before(other.ends, self.starts)
    }

    pub(crate) fn holds(&self, at: At) -> bool {
        self.starts <= at && self.ends.is_none_or(|end| at < end)
    }
}

/// A change of times under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    pub(crate) since: At,
    pub(crate) from: Times,
    pub(crate) to: Times,
}

/// A guest (`user_identity`).
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: Uuid,
    pub(crate) key: Option<Box<str>>,
    pub(crate) name: Option<Box<str>>,
    pub(crate) email: Option<Box<str>>,
    pub(crate) phone: Option<Box<str>>,
    pub(crate) created: At,
    pub(crate) grants: Vec<u32>,
    pub(crate) gone: bool,
}

/// One of a grant's `requested_access_methods`.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) mode: Mode,
    pub(crate) code: Option<Box<str>>,
    pub(crate) max_use: Option<u32>,
    pub(crate) created: At,
    pub(crate) methods: Vec<u32>,
}

/// A guest was promised one PIN and the lock has another.
#[derive(Clone, Debug)]
pub(crate) struct OtherCode {
    pub(crate) since: At,
    pub(crate) door: u32,
    pub(crate) told: Box<str>,
    pub(crate) real: Box<str>,
}

/// An access grant: who, where, when, how.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) id: Uuid,
    pub(crate) key: Option<Box<str>>,
    pub(crate) reservation: Option<Box<str>>,
    pub(crate) name: Option<Box<str>>,
    pub(crate) person: u32,
    pub(crate) times: Times,
    pub(crate) created: At,
    pub(crate) doors: Box<[u32]>,
    pub(crate) spaces: Box<[u32]>,
    pub(crate) asked: Vec<Asked>,
    pub(crate) change: Option<Change>,
    pub(crate) deleting: Option<At>,
    pub(crate) other_codes: Vec<OtherCode>,
    /// Since when, and for which smart locks, no method could be made.
    pub(crate) impossible: Option<(At, Vec<u32>)>,
    /// Since when, and where, access could not be taken away.
    pub(crate) overprovisioned: Option<(At, Vec<u32>)>,
    pub(crate) underprovisioned: Option<At>,
    /// The guest stays past the end and the keys keep working: nobody has ended it.
    pub(crate) lingers: bool,
    /// The guest has opened the door at least once.
    pub(crate) arrived: bool,
    pub(crate) gone: bool,
}

impl Grant {
    pub(crate) fn methods(&self) -> impl Iterator<Item = u32> + '_ {
        self.asked.iter().flat_map(|asked| asked.methods.iter().copied())
    }
}

/// Work on an access method that is not finished.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pending {
    Provisioning(At),
    Revoking(At),
    Times(Change),
}

impl Pending {
    pub(crate) fn since(&self) -> At {
        match self {
            Self::Provisioning(at) | Self::Revoking(at) => *at,
            Self::Times(change) => change.since,
        }
    }
}

/// What a card says, as it was cut.
#[derive(Clone, Debug)]
pub(crate) struct Cut {
    pub(crate) at: At,
    pub(crate) times: Times,
    pub(crate) number: Box<str>,
}

/// An access method: one PIN, one card, one mobile key, one cloud key.
#[derive(Clone, Debug)]
pub(crate) struct Method {
    pub(crate) id: Uuid,
    pub(crate) mode: Mode,
    pub(crate) grants: Vec<u32>,
    pub(crate) doors: Box<[u32]>,
    pub(crate) times: Times,
    pub(crate) created: At,
    pub(crate) code: Option<Box<str>>,
    pub(crate) issued: bool,
    pub(crate) issued_at: Option<At>,
    pub(crate) pending: Option<Pending>,
    pub(crate) deleting: Option<At>,
    /// The card has to be assigned (a pre-registered tag), not encoded.
    pub(crate) assigns: bool,
    /// The card has to be cut, for the first time or again.
    pub(crate) waits: bool,
    pub(crate) ready: bool,
    pub(crate) cut: Option<Cut>,
    pub(crate) instant: Option<u32>,
    pub(crate) delayed: Option<At>,
    pub(crate) failed: Option<At>,
    pub(crate) backup: Option<At>,
    /// Nothing that is asked of this method ever finishes, until the fault is cleared.
    pub(crate) stuck: bool,
    pub(crate) gone: bool,
}

/// A link that brings the mobile keys of one person onto a phone.
#[derive(Clone, Debug)]
pub(crate) struct InstantKey {
    pub(crate) id: Uuid,
    pub(crate) session: Uuid,
    pub(crate) token: Box<str>,
    pub(crate) person: u32,
    pub(crate) created: At,
    pub(crate) expires: At,
    pub(crate) max_use: u32,
    pub(crate) used: u32,
    pub(crate) gone: bool,
}

/// What an action attempt is about.
#[derive(Clone, Debug)]
pub(crate) enum Job {
    Encode { method: u32, encoder: u32 },
    Scan { encoder: u32 },
    Assign { method: u32, number: Box<str> },
    Unlock { method: u32, door: u32 },
}

impl Job {
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Encode { .. } => "ENCODE_CREDENTIAL",
            Self::Scan { .. } => "SCAN_CREDENTIAL",
            Self::Assign { .. } => "ASSIGN_CREDENTIAL",
            Self::Unlock { .. } => "UNLOCK_DOOR",
        }
    }

    pub(crate) fn encoder(&self) -> Option<u32> {
        match self {
            Self::Encode { encoder, .. } | Self::Scan { encoder } => Some(*encoder),
            _ => None,
        }
    }
}

/// How an action attempt stands.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Pending,
    Success(Value),
    Error { kind: String, message: String },
}

/// An action attempt.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) id: Uuid,
    pub(crate) created: At,
    pub(crate) job: Job,
    /// How it was foretold to end.
    pub(crate) foretold: Option<super::house::Foretold>,
    pub(crate) outcome: Outcome,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_that_touch_do_not_overlap() {
        let at = |h: u32| format!("2026-11-23T{h:02}:00:00Z").parse::<At>().expect("a date");
        let stay = |a, b| Times { starts: at(a), ends: Some(at(b)) };
        assert!(!stay(1, 5).overlaps(&stay(5, 9)));
        assert!(stay(1, 6).overlaps(&stay(5, 9)));
        assert!(Times { starts: at(1), ends: None }.overlaps(&stay(20, 21)));
        assert!(stay(1, 5).holds(at(1)) && !stay(1, 5).holds(at(5)));
    }
}
