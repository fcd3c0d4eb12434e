//! Which columns of a pane are shown, in which order and how wide.

use super::{ColumnId, Spec, named, spec, table};
use crate::app::pane::PaneKind;

/// The widest a column can be made, in cells.
pub const WIDEST: u16 = 120;

/// A column in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Which.
    pub id: ColumnId,
    /// Whether it is shown.
    pub shown: bool,
    /// How wide a person wants it, in cells; none as wide as it needs.
    pub width: Option<u16>,
}

/// Every column of a pane in the order a person wants, shown or not. One is always shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    kind: PaneKind,
    slots: Vec<Slot>,
}

impl Layout {
    /// That of the table.
    pub fn usual(kind: PaneKind) -> Self {
        let slot = |spec: &Spec| Slot { id: spec.id, shown: spec.is_usual, width: None };
        Self { kind, slots: table(kind).iter().map(slot).collect() }
    }

    /// These columns by name, `guest` or `guest:30` for a width; and the names that no column of the pane has.
    /// Where none is left, the usual ones.
    pub fn named<S: AsRef<str>>(kind: PaneKind, names: &[S]) -> (Self, Vec<String>) {
        let mut slots: Vec<Slot> = Vec::new();
        let mut unknown = Vec::new();
        for written in names.iter().map(AsRef::as_ref) {
            let (name, width) = written.split_once(':').unwrap_or((written, ""));
            let width = width.parse().ok().filter(|_| !width.is_empty());
            match named(kind, name.trim()) {
                Some(spec) if slots.iter().all(|slot| slot.id != spec.id) => {
                    let width = width.map(|width: u16| width.clamp(spec.min, WIDEST));
                    slots.push(Slot { id: spec.id, shown: true, width });
                }
                Some(_) => {}
                None => unknown.push(written.to_owned()),
            }
        }
        if slots.is_empty() {
            return (Self::usual(kind), unknown);
        }
        for spec in table(kind) {
            if slots.iter().all(|slot| slot.id != spec.id) {
                slots.push(Slot { id: spec.id, shown: false, width: None });
            }
        }
        (Self { kind, slots }, unknown)
    }

    /// The columns that are shown, as [`Layout::named`] reads them.
    pub fn names(&self) -> Vec<String> {
        let shown = self.shown().map(|(spec, width)| match width {
            Some(width) => format!("{}:{width}", spec.name),
            None => spec.name.to_owned(),
        });
        shown.collect()
    }

    /// All columns in order.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Those that are shown, and how wide somebody wants them, in cells.
    pub fn shown(&self) -> impl Iterator<Item = (&'static Spec, Option<u16>)> {
        self.slots
            .iter()
            .filter(|slot| slot.shown)
            .filter_map(|slot| Some((spec(self.kind, slot.id)?, slot.width)))
    }

    /// Shows a column, or takes it away. Says whether it could: the last one stays.
    pub fn toggle(&mut self, at: usize) -> bool {
        let count = self.slots.iter().filter(|slot| slot.shown).count();
        match self.slots.get_mut(at) {
            Some(slot) if !slot.shown || count > 1 => {
                slot.shown = !slot.shown;
                true
            }
            _ => false,
        }
    }

    /// Moves a column by so many places. Returns where it is then.
    pub fn shift(&mut self, at: usize, by: isize) -> usize {
        let to = at.saturating_add_signed(by).min(self.slots.len().saturating_sub(1));
        if at < self.slots.len() {
            let slot = self.slots.remove(at);
            self.slots.insert(to, slot);
        }
        to
    }

    /// Makes a column wider or narrower by so many cells.
    pub fn size(&mut self, at: usize, by: i16) {
        let kind = self.kind;
        let Some(slot) = self.slots.get_mut(at) else { return };
        let Some(spec) = spec(kind, slot.id) else { return };
        let from = slot.width.unwrap_or(spec.max);
        slot.width = Some(from.saturating_add_signed(by).clamp(spec.min, WIDEST));
    }

    /// The next column the rows can be put in order of, after this one: the shown ones, in order.
    pub fn next_sort(&self, after: ColumnId) -> ColumnId {
        let shown: Vec<ColumnId> =
            self.shown().filter(|(spec, _)| spec.is_sortable()).map(|(spec, _)| spec.id).collect();
        let at = shown.iter().position(|id| *id == after).map_or(0, |at| at + 1);
        shown.get(at).or_else(|| shown.first()).copied().unwrap_or(after)
    }
}
