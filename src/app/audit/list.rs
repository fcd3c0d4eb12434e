//! The rows of the audit: sections that fold, and their points. The cursor and the marks are ids, and a
//! point that is cleared stays where it stands.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::app::board::Travel;
use crate::app::overlay::moved;
use crate::order::Arrange as _;
use crate::property::Severity;
use crate::report::{Cleared, ItemId, Night, Section};
use crate::text::{Text, natural};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowId {
    /// The heading of a section.
    Section(Section),
    /// A point, open or cleared.
    Item(ItemId),
}

impl RowId {
    /// The section it belongs to.
    pub fn section(&self) -> Section {
        match self {
            Self::Section(section) => *section,
            Self::Item(id) => id.section,
        }
    }
}

/// The counts of a section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Open points.
    pub open: usize,
    /// Cleared ones.
    pub cleared: usize,
    /// Open points of severity P1.
    pub p1: usize,
    /// When the last one was cleared, and by whom, as far as that is known.
    pub last: Option<(DateTime<Utc>, Option<Text>)>,
}

/// The rows, and what is aimed at.
#[derive(Clone, Debug, Default)]
pub struct List {
    rows: Vec<RowId>,
    counts: Vec<Count>,
    cursor: Option<RowId>,
    at: usize,
    marks: BTreeSet<ItemId>,
    unfolded: BTreeSet<Section>,
    /// Whether it was ever filled.
    is_filled: bool,
}

impl List {
    /// The rows, from above.
    pub fn rows(&self) -> &[RowId] {
        &self.rows
    }

    /// Where the cursor stands.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The row under the cursor.
    pub fn selected(&self) -> Option<&RowId> {
        self.cursor.as_ref()
    }

    /// The counts of a section.
    pub fn count(&self, section: Section) -> Count {
        let at = Section::ALL.iter().position(|other| *other == section);
        at.and_then(|at| self.counts.get(at)).cloned().unwrap_or_default()
    }

    /// Whether the points of a section are shown.
    pub fn is_unfolded(&self, section: Section) -> bool {
        self.unfolded.contains(&section)
    }

    /// Whether a point is marked.
    pub fn is_marked(&self, id: &ItemId) -> bool {
        self.marks.contains(id)
    }

    /// The marked points.
    pub fn marks(&self) -> &BTreeSet<ItemId> {
        &self.marks
    }

    /// Takes all marks away; says whether there were any.
    pub fn clear_marks(&mut self) -> bool {
        let had = !self.marks.is_empty();
        self.marks.clear();
        had
    }

    /// Another night: nothing of the last one is aimed at.
    pub(super) fn begin(&mut self) {
        *self = Self::default();
    }

    /// Makes the rows and the counts anew. Says whether the point under the cursor is gone.
    pub(super) fn rebuild(&mut self, night: &Night) -> bool {
        self.counts = counts(night);
        if !self.is_filled
            && !night.is_partial()
            && let Some(at) = self.counts.iter().position(|count| count.open > 0)
        {
            self.is_filled = true;
            // Whoever has looked for themselves meanwhile is not led elsewhere.
            if self.unfolded.is_empty() {
                self.unfolded.extend(Section::ALL.get(at));
            }
        }
        self.marks.retain(|id| night.item(id).is_some());
        self.rows.clear();
        for section in Section::ALL {
            self.rows.push(RowId::Section(section));
            if self.unfolded.contains(&section) {
                self.rows.extend(sorted(night, section).into_iter().map(RowId::Item));
            }
        }
        self.hold()
    }

    /// The cursor stays on its row. Where that is gone it stands on the heading of its section, never on
    /// another guest.
    fn hold(&mut self) -> bool {
        let found = self.cursor.as_ref().and_then(|id| self.rows.iter().position(|row| row == id));
        let lost = found.is_none() && self.cursor.is_some();
        let heading = self.cursor.as_ref().map(|id| RowId::Section(id.section()));
        let at = found.or_else(|| self.rows.iter().position(|row| Some(row) == heading.as_ref()));
        self.stand(at.unwrap_or(0));
        lost
    }

    fn stand(&mut self, at: usize) {
        self.at = at.min(self.rows.len().saturating_sub(1));
        self.cursor = self.rows.get(self.at).cloned();
    }

    /// Moves the cursor.
    pub(super) fn go(&mut self, by: Travel, page: usize) {
        self.stand(moved(self.at, self.rows.len(), by, page));
    }

    /// Unfolds the section of the cursor, or folds it. Says whether anything changed; the rows must be
    /// made anew then.
    pub(super) fn fold(&mut self, unfold: bool) -> bool {
        let Some(section) = self.cursor.as_ref().map(RowId::section) else { return false };
        if unfold {
            let count = self.count(section);
            return count.open + count.cleared > 0 && self.unfolded.insert(section);
        }
        self.cursor = Some(RowId::Section(section));
        self.unfolded.remove(&section)
    }

    /// Marks the point under the cursor, or takes its mark away, and goes on to the next row. On a heading
    /// the whole section is marked, or no longer. Only what can be acted on is marked: `markable` says so.
    pub(super) fn mark(&mut self, markable: impl Fn(&ItemId) -> bool) -> bool {
        match self.cursor.clone() {
            Some(RowId::Item(id)) if markable(&id) => {
                if !self.marks.remove(&id) {
                    self.marks.insert(id);
                }
                self.stand(self.at + 1);
                true
            }
            Some(RowId::Section(section)) => {
                let ids = self.rows.iter().filter_map(|row| match row {
                    RowId::Item(id) if id.section == section && markable(id) => Some(id.clone()),
                    _ => None,
                });
                let ids: Vec<ItemId> = ids.collect();
                let all = ids.iter().all(|id| self.marks.contains(id));
                for id in &ids {
                    if all {
                        self.marks.remove(id);
                    } else {
                        self.marks.insert(id.clone());
                    }
                }
                !ids.is_empty()
            }
            _ => false,
        }
    }
}

fn counts(night: &Night) -> Vec<Count> {
    let mut counts = vec![Count::default(); Section::ALL.len()];
    let place = |section: Section| Section::ALL.iter().position(|other| *other == section);
    for item in night.items() {
        if let Some(count) = place(item.id.section).and_then(|at| counts.get_mut(at)) {
            count.open += 1;
            count.p1 += usize::from(item.severity == Severity::P1);
        }
    }
    for gone in night.gone() {
        if let Some(count) = place(gone.id.section).and_then(|at| counts.get_mut(at)) {
            count.cleared += 1;
            if let Some(at) = gone.at
                && count.last.as_ref().is_none_or(|(last, _)| *last <= at)
            {
                count.last = Some((at, gone.by.clone()));
            }
        }
    }
    counts
}

/// The points of a section: the worst first, then by room; those that are cleared stay where they stood.
fn sorted(night: &Night, section: Section) -> Vec<ItemId> {
    struct Point<'a> {
        severity: Option<Severity>,
        room: &'a Text,
        who: &'a Text,
        id: &'a ItemId,
    }
    let open = night.items().filter(|item| item.id.section == section).map(|item| Point {
        severity: Some(item.severity),
        room: &item.room,
        who: &item.who,
        id: &item.id,
    });
    let of = |gone: &'_ Cleared| gone.id.section == section;
    let gone = night.gone().filter(|gone| of(gone)).map(|gone| Point {
        severity: gone.severity,
        room: &gone.room,
        who: &gone.who,
        id: &gone.id,
    });
    let mut points: Vec<Point<'_>> = open.chain(gone).collect();
    points.arrange_by(|a, b| {
        let unseen = a.severity.is_none().cmp(&b.severity.is_none());
        let by_room = || natural(a.room, b.room).then_with(|| a.who.cmp(b.who));
        let order: Ordering = unseen.then(a.severity.cmp(&b.severity)).then_with(by_room);
        order.then_with(|| a.id.cmp(b.id))
    });
    points.into_iter().map(|point| point.id.clone()).collect()
}
