//! The state of a guest's keys, one word and one glyph a mode.

use std::borrow::Cow;

use super::record::{Grant, Method};
use crate::seam::model::{Mode, Mutation, MutationCode};

/// Where the keys of one mode stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyState {
    /// None asked for.
    #[default]
    None,
    /// So many open doors.
    Issued(u16),
    /// On its way to the lock.
    Issuing,
    /// So many cards to cut for the first time.
    ToCut(u16),
    /// So many cards to cut again, for what is on them is out of date.
    Recut(u16),
    /// Some open doors, some wait for the encoder.
    Mixed {
        /// That open doors.
        issued: u16,
        /// That wait.
        waiting: u16,
    },
    /// Was issued, is being issued again after a change.
    Reissuing,
    /// Being taken off the lock.
    Revoking,
    /// Could not be issued.
    Failed,
    /// So many tags to assign by their number.
    Assign(u16),
}

impl KeyState {
    /// What a table shows: `✓`, `✓2`, `…`, `to cut`, `re-cut`, `–`, `!`.
    pub fn glyph(self) -> Cow<'static, str> {
        match self {
            Self::None => "–".into(),
            Self::Issued(0 | 1) => "✓".into(),
            Self::Issued(n) => format!("✓{n}").into(),
            Self::Issuing | Self::Reissuing => "…".into(),
            Self::ToCut(_) => "to cut".into(),
            Self::Recut(_) => "re-cut".into(),
            Self::Mixed { issued, waiting } => format!("✓{issued} +{waiting}").into(),
            Self::Revoking => "×".into(),
            Self::Failed => "!".into(),
            Self::Assign(_) => "assign".into(),
        }
    }

    /// The same in plain words.
    pub fn word(self) -> Cow<'static, str> {
        let count = |n: u16, what: &str| match n {
            1 => format!("1 {what}").into(),
            n => format!("{n} {what}").into(),
        };
        match self {
            Self::None => "none".into(),
            Self::Issued(n) => count(n, "issued"),
            Self::Issuing => "being issued".into(),
            Self::ToCut(n) => count(n, "to cut"),
            Self::Recut(n) => count(n, "to re-cut"),
            Self::Mixed { issued, waiting } => format!("{issued} issued, {waiting} waiting").into(),
            Self::Reissuing => "being re-issued".into(),
            Self::Revoking => "being revoked".into(),
            Self::Failed => "failed".into(),
            Self::Assign(n) => count(n, "to assign"),
        }
    }

    /// Whether at least one key of the mode opens doors now.
    pub fn opens(self) -> bool {
        matches!(self, Self::Issued(_) | Self::Mixed { issued: 1.., .. })
    }
}

/// The keys of a stay, by mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Keys {
    /// PINs.
    pub code: KeyState,
    /// Cards.
    pub card: KeyState,
    /// Mobile keys.
    pub mobile: KeyState,
    /// Cloud keys, and modes this version does not know.
    pub cloud: KeyState,
}

/// The keys of a stay in sixteen bytes: four bits for the state of a mode, and fourteen for each of its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packed([u32; 4]);

/// More keys of one mode than this are that many.
const MOST: u32 = (1 << 14) - 1;

fn pack(state: KeyState) -> u32 {
    let (tag, one, other) = match state {
        KeyState::None => (0, 0, 0),
        KeyState::Issued(n) => (1, n, 0),
        KeyState::Issuing => (2, 0, 0),
        KeyState::ToCut(n) => (3, n, 0),
        KeyState::Recut(n) => (4, n, 0),
        KeyState::Mixed { issued, waiting } => (5, issued, waiting),
        KeyState::Reissuing => (6, 0, 0),
        KeyState::Revoking => (7, 0, 0),
        KeyState::Failed => (8, 0, 0),
        KeyState::Assign(n) => (9, n, 0),
    };
    tag << 28 | u32::from(one).min(MOST) << 14 | u32::from(other).min(MOST)
}

fn unpack(packed: u32) -> KeyState {
    let number = |bits: u32| u16::try_from(bits & MOST).unwrap_or(u16::MAX);
    let (one, other) = (number(packed >> 14), number(packed));
    match packed >> 28 {
        1 => KeyState::Issued(one),
        2 => KeyState::Issuing,
        3 => KeyState::ToCut(one),
        4 => KeyState::Recut(one),
        5 => KeyState::Mixed { issued: one, waiting: other },
        6 => KeyState::Reissuing,
        7 => KeyState::Revoking,
        8 => KeyState::Failed,
        9 => KeyState::Assign(one),
        _ => KeyState::None,
    }
}

impl From<Keys> for Packed {
    fn from(keys: Keys) -> Self {
        Self([keys.code, keys.card, keys.mobile, keys.cloud].map(pack))
    }
}

impl From<Packed> for Keys {
    fn from(packed: Packed) -> Self {
        let [code, card, mobile, cloud] = packed.0.map(unpack);
        Self { code, card, mobile, cloud }
    }
}

impl Keys {
    /// The state of the keys of grants and their methods.
    pub(super) fn of(grants: &[&Grant], methods: &[&Method]) -> Self {
        let state = |is_of: fn(&Mode) -> bool| {
            let all: Vec<&Method> = methods.iter().filter(|m| is_of(&m.mode())).copied().collect();
            if all.is_empty() { asked(grants, is_of) } else { made(&all) }
        };
        Self {
            code: state(|m| *m == Mode::Code),
            card: state(|m| *m == Mode::Card),
            mobile: state(|m| *m == Mode::MobileKey),
            cloud: state(|m| matches!(m, Mode::CloudKey | Mode::Other(_))),
        }
    }
}

/// A mode that has no method: was one asked for?
fn asked(grants: &[&Grant], is_of: fn(&Mode) -> bool) -> KeyState {
    let mut by = grants.iter().filter(|g| g.requested().iter().any(|r| is_of(&r.mode))).peekable();
    if by.peek().is_none() {
        return KeyState::None;
    }
    let failed = by.any(|g| g.errors().iter().any(|e| e.code == "cannot_create_requested_access_methods"));
    if failed { KeyState::Failed } else { KeyState::Issuing }
}

/// Whether a method is being taken off every lock.
pub(super) fn is_leaving(m: &Method) -> bool {
    let off = |p: &Mutation| p.code == MutationCode::Revoking && p.to.device_ids.is_empty();
    m.is_being_deleted() || m.pending().iter().any(off)
}

fn made(all: &[&Method]) -> KeyState {
    let live: Vec<&&Method> = all.iter().filter(|m| !is_leaving(m)).collect();
    if live.is_empty() {
        return KeyState::Revoking;
    }
    let count = |pick: fn(&Method) -> bool| {
        u16::try_from(live.iter().filter(|m| pick(m)).count()).unwrap_or(u16::MAX)
    };
    let issued = count(|m| m.is_issued);
    let first = count(|m| !m.is_issued && m.is_encoding_required && m.issued_at().is_none());
    let again = count(|m| !m.is_issued && m.is_encoding_required && m.issued_at().is_some());
    let assign = count(|m| !m.is_issued && m.is_assignment_required && !m.is_encoding_required);
    let failed = count(|m| !m.is_issued && m.errors().iter().any(|e| e.code == "failed_to_issue"));
    let reissuing = count(|m| !m.is_issued && m.issued_at().is_some());
    let rest = count(|m| !m.is_issued);
    match (issued, rest) {
        (n, 0) => KeyState::Issued(n),
        (1.., waiting) => KeyState::Mixed { issued, waiting },
        _ if first > 0 => KeyState::ToCut(first.saturating_add(again)),
        _ if again > 0 => KeyState::Recut(again),
        _ if assign > 0 => KeyState::Assign(assign),
        _ if failed > 0 => KeyState::Failed,
        _ if reissuing > 0 => KeyState::Reissuing,
        _ => KeyState::Issuing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_reads_back() {
        let numbered = [0, 1, 2, 300, 16_383].into_iter().flat_map(|n| {
            let mixed = KeyState::Mixed { issued: n, waiting: 16_383 - n };
            [KeyState::Issued(n), KeyState::ToCut(n), KeyState::Recut(n), KeyState::Assign(n), mixed]
        });
        let plain =
            [KeyState::None, KeyState::Issuing, KeyState::Reissuing, KeyState::Revoking, KeyState::Failed];
        for state in numbered.chain(plain) {
            let keys =
                Keys { code: state, card: KeyState::Issued(7), mobile: state, cloud: KeyState::Failed };
            assert_eq!(Keys::from(Packed::from(keys)), keys);
        }
        let many = Keys { code: KeyState::Issued(u16::MAX), ..Keys::default() };
        assert_eq!(Keys::from(Packed::from(many)).code, KeyState::Issued(16_383));
    }
}
