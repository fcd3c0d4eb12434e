//! A file of the time zone database (TZif, RFC 9636), read where it lies.

use super::rule::Rule;

/// Bytes of the header that stands before each of a file's two halves.
const HEADER: usize = 44;

/// What a file says, still as it says it.
#[derive(Clone, Copy)]
pub(super) struct File {
    /// Instants at which the clock changed, eight bytes each, in their order.
    changes: &'static [u8],
    /// What each of these changed to: an index into `kinds`.
    becomes: &'static [u8],
    /// Kinds of local time, six bytes each: seconds east of UTC, whether it is summer, where its name begins.
    kinds: &'static [u8],
    /// Names of the kinds, each ended by a zero.
    names: &'static [u8],
    /// What holds after the last change; none where that change is for good.
    rule: Option<Rule>,
}

/// A time in which the clock does not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// Seconds east of UTC.
    pub(super) east: i32,
    /// The abbreviation, `CET`.
    pub(super) short: &'static str,
    /// When it ends; none where it never does.
    pub(super) until: Option<i64>,
}

impl File {
    pub(super) const UTC: Self = Self { changes: &[], becomes: &[], kinds: &[], names: &[], rule: None };

    /// Reads the second half of a file, the one with years beyond 1901 and 2038; none where it is not of that form.
    pub(super) fn read(bytes: &'static [u8]) -> Option<Self> {
        let old = Lengths::of(bytes)?;
        let bytes = bytes.get(HEADER + old.changes * 5 + old.after_changes()..)?;
        let new = Lengths::of(bytes)?;
        let (changes, rest) = bytes.get(HEADER..)?.split_at_checked(new.changes * 8)?;
        let (becomes, rest) = rest.split_at_checked(new.changes)?;
        let (kinds, rest) = rest.split_at_checked(new.kinds * 6)?;
        let (names, rest) = rest.split_at_checked(new.names)?;
        let footer = rest.get(new.after_names..)?.strip_prefix(b"\n")?.strip_suffix(b"\n")?;
        let rule = if footer.is_empty() { None } else { Some(Rule::read(footer)?) };
        Some(Self { changes, becomes, kinds, names, rule })
    }

    /// The span an instant lies in.
    pub(super) fn span(&self, at: i64) -> Span {
        let (changes, _) = self.changes.as_chunks::<8>();
        let before = changes.partition_point(|change| i64::from_be_bytes(*change) <= at);
        let until = changes.get(before).map(|change| i64::from_be_bytes(*change));
        match &self.rule {
            Some(rule) if until.is_none() => rule.span(at),
            // Before the first change the first kind held.
            _ => self.kind(before.checked_sub(1).and_then(|last| self.becomes.get(last)).copied(), until),
        }
    }

    fn kind(&self, index: Option<u8>, until: Option<i64>) -> Span {
        let (kinds, _) = self.kinds.as_chunks::<6>();
        match kinds.get(usize::from(index.unwrap_or(0))) {
            Some(&[a, b, c, d, _, name]) => {
                Span { east: i32::from_be_bytes([a, b, c, d]), short: self.name(name), until }
            }
            None => Span { east: 0, short: "UTC", until },
        }
    }

    fn name(&self, begins: u8) -> &'static str {
        let rest = self.names.get(usize::from(begins)..).unwrap_or_default();
        let name = rest.split(|byte| *byte == 0).next().unwrap_or_default();
        std::str::from_utf8(name).unwrap_or_default()
    }
}

/// How many of what one half holds, by its header.
struct Lengths {
    changes: usize,
    kinds: usize,
    names: usize,
    /// Bytes between the names and the end of the half: leap seconds, and two flags of each kind.
    after_names: usize,
    leaps: usize,
    flags: usize,
}

impl Lengths {
    fn of(bytes: &[u8]) -> Option<Self> {
        let counts = bytes.strip_prefix(b"TZif")?.get(16..40)?;
        let (counts, _) = counts.as_chunks::<4>();
        let count = |at: usize| counts.get(at).map(|n| u32::from_be_bytes(*n) as usize);
        let (flags, leaps) = (count(0)? + count(1)?, count(2)?);
        Some(Self {
            changes: count(3)?,
            kinds: count(4)?,
            names: count(5)?,
            after_names: leaps * 12 + flags,
            leaps,
            flags,
        })
    }

    /// Bytes after the changes in the first half, where a leap second takes eight bytes.
    fn after_changes(&self) -> usize {
        self.kinds * 6 + self.names + self.leaps * 8 + self.flags
    }
}
