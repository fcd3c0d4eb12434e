//! The list of entries: a window that keeps only what is near the cursor.

use super::{Ask, Asked};
use crate::app::board::Travel;
use crate::app::filter::Filter;
use crate::journal::{Entry, From, IntentId, Leaf, Place};
use crate::text::Text;

/// How many entries are asked for at once.
const PAGE: usize = 100;
/// How many are kept: what is further away is read again when somebody goes there.
const KEPT: usize = 400;
/// More are asked for when the cursor is as close to the end as this.
const AHEAD: usize = 50;

/// What the answer that is waited for is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// In the place of everything, from the newest on.
    Newest,
    /// In the place of everything, up to the oldest.
    Oldest,
    /// More at the lower end.
    Older,
    /// More at the upper end.
    Newer,
    /// What is new, and what ended since.
    Again,
}

/// The list of entries.
#[derive(Clone, Debug, Default)]
pub struct Window {
    /// What is typed after `/`.
    pub filter: Filter,
    /// Whether keys go into the filter.
    pub typing: bool,
    /// Why the journal could not be read the last time.
    pub failed: Option<Text>,
    /// Those that were read, the newest first.
    rows: Vec<Entry>,
    /// Where to read on towards older ones; none where there are none.
    older: Option<Place>,
    /// The same towards newer ones; none where the first row is the newest.
    newer: Option<Place>,
    selected: Option<IntentId>,
    cursor: usize,
    /// Whether a person put the cursor where it is; until then it stays on the first row.
    placed: bool,
    pub(super) waits: Option<(u64, Purpose)>,
    /// Whether something was written while an answer was waited for.
    pub(super) outdated: bool,
}

impl Window {
    /// The entries of the window, the newest first.
    pub fn rows(&self) -> &[Entry] {
        &self.rows
    }

    /// Where the cursor stands in the window.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The entry under the cursor.
    pub fn selected(&self) -> Option<IntentId> {
        self.selected
    }

    /// Whether there are entries before and behind the window.
    pub fn is_cut(&self) -> (bool, bool) {
        (self.newer.is_some(), self.older.is_some())
    }

    /// Whether an answer is waited for that will change what is seen.
    pub fn is_reading(&self) -> bool {
        self.waits.is_some_and(|(_, purpose)| purpose != Purpose::Again)
    }

    pub(super) fn ask(&mut self, purpose: Purpose, number: u64) -> Ask {
        let (from, limit) = match purpose {
            Purpose::Newest => (From::Newest, PAGE),
            Purpose::Oldest => (From::Oldest, PAGE),
            Purpose::Older => (self.older.map_or(From::Newest, From::Before), PAGE),
            Purpose::Newer => (self.newer.map_or(From::Oldest, From::After), PAGE),
            // As far down as something may still end.
            Purpose::Again => {
                let open = self.rows.iter().rposition(|e| e.outcome == "running").map_or(0, |at| at + 1);
                (From::Newest, open.clamp(PAGE, KEPT))
            }
        };
        self.waits = Some((number, purpose));
        Ask { number, what: Asked::Page { from, limit, filter: self.filter.text().to_owned() } }
    }

    /// What is to be asked next so that the cursor never stands at an end that is none.
    pub(super) fn wants(&self) -> Option<Purpose> {
        if self.waits.is_some() || self.failed.is_some() {
            return None;
        }
        if self.older.is_some() && self.cursor + AHEAD >= self.rows.len() {
            return Some(Purpose::Older);
        }
        if self.newer.is_some() && self.cursor < AHEAD {
            return Some(Purpose::Newer);
        }
        (self.outdated && self.newer.is_none()).then_some(Purpose::Again)
    }

    /// Moves the cursor. Says what must be read for it.
    pub(super) fn go(&mut self, by: Travel, page: usize) -> Option<Purpose> {
        let page = isize::try_from(page.max(1)).unwrap_or(isize::MAX);
        let to = match by {
            Travel::Rows(n) => self.cursor.saturating_add_signed(n),
            Travel::Pages(n) => self.cursor.saturating_add_signed(n.saturating_mul(page)),
            Travel::First if self.newer.is_some() => return Some(Purpose::Newest),
            Travel::First => 0,
            Travel::Last if self.older.is_some() => return Some(Purpose::Oldest),
            Travel::Last => usize::MAX,
        };
        self.placed = to > 0;
        self.stand(to);
        None
    }

    fn stand(&mut self, at: usize) {
        self.cursor = at.min(self.rows.len().saturating_sub(1));
        self.selected = self.rows.get(self.cursor).map(|e| e.id);
    }

    /// The rows changed: the cursor stays on its entry, or on the newest where nobody moved it.
    fn hold(&mut self) {
        let kept = self.selected.filter(|_| self.placed);
        let at = kept.and_then(|id| self.rows.iter().position(|e| e.id == id));
        self.stand(at.unwrap_or(if self.placed { self.cursor } else { 0 }));
    }

    /// Takes an answer in. Says whether it was waited for.
    pub(super) fn hear(&mut self, number: u64, told: Result<Leaf, Text>) -> bool {
        let Some((_, purpose)) = self.waits.take_if(|(waits, _)| *waits == number) else { return false };
        match told {
            Err(why) => self.failed = Some(why),
            Ok(leaf) => {
                self.failed = None;
                self.take(purpose, leaf);
            }
        }
        true
    }

    fn take(&mut self, purpose: Purpose, Leaf { entries, on }: Leaf) {
        match purpose {
            Purpose::Newest => {
                (self.rows, self.older, self.newer, self.placed) = (entries, on, None, false);
                self.outdated = false;
            }
            Purpose::Oldest => {
                (self.rows, self.older, self.newer, self.placed) = (entries, None, on, true);
                self.stand(usize::MAX);
            }
            Purpose::Older => {
                self.rows.extend(entries);
                self.older = on;
                let over = self.rows.len().saturating_sub(KEPT);
                self.rows.drain(..over);
                if over > 0 {
                    self.newer = self.rows.first().map(Entry::place);
                }
            }
            Purpose::Newer => {
                self.rows.splice(0..0, entries);
                self.newer = on;
                if self.rows.len() > KEPT {
                    self.rows.truncate(KEPT);
                    self.older = self.rows.last().map(Entry::place);
                }
            }
            Purpose::Again => self.take_again(entries, on),
        }
        self.hold();
    }

    fn take_again(&mut self, entries: Vec<Entry>, on: Option<Place>) {
        self.outdated = false;
        let reached = self.rows.first().zip(on).is_none_or(|(first, on)| on <= first.place());
        let Some(on) = on.filter(|_| reached) else {
            // All there is; or so much is new that what was there does not follow it any more.
            (self.rows, self.older) = (entries, on);
            return;
        };
        let kept: Vec<Entry> = self.rows.drain(..).filter(|e| e.place() < on).collect();
        if kept.is_empty() {
            self.older = Some(on);
        }
        self.rows = entries;
        self.rows.extend(kept);
        if self.rows.len() > KEPT {
            self.rows.truncate(KEPT);
            self.older = self.rows.last().map(Entry::place);
        }
    }
}
