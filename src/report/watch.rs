//! What changes of the lines of a pane.

use std::collections::BTreeMap;

use super::lines::{Change, Line, Pane, Told};
use crate::property::{Changed, Property};

/// Follows a pane: tells what is different from what was last told.
#[derive(Clone, Debug)]
pub struct Watch {
    pane: Pane,
    shown: BTreeMap<String, Line>,
}

impl Watch {
    /// Begins with what is there; that is told first.
    pub fn new(pane: Pane, p: &Property) -> (Self, Vec<Told>) {
        Self::with(pane, pane.lines(p))
    }

    /// The same with other lines than those of tonight's board.
    pub fn with(pane: Pane, lines: Vec<Line>) -> (Self, Vec<Told>) {
        let shown = lines.iter().map(|line| (line.id.clone(), line.clone())).collect();
        (Self { pane, shown }, lines.into_iter().map(|line| Told { change: Change::There, line }).collect())
    }

    /// What is different after a change of the hotel.
    pub fn update(&mut self, p: &Property, changed: &Changed) -> Vec<Told> {
        let pane = self.pane;
        self.update_to(changed, || pane.lines(p))
    }

    /// The same with other lines than those of tonight's board.
    pub fn update_to(&mut self, changed: &Changed, lines: impl FnOnce() -> Vec<Line>) -> Vec<Told> {
        if !self.pane.is_touched(changed) {
            return Vec::new();
        }
        let mut told = Vec::new();
        let mut now = BTreeMap::new();
        for line in lines() {
            let change = match self.shown.get(&line.id) {
                Some(same) if same.sentence == line.sentence && same.cells == line.cells => None,
                Some(_) => Some(Change::Changed),
                None => Some(Change::New),
            };
            told.extend(change.map(|change| Told { change, line: line.clone() }));
            now.insert(line.id.clone(), line);
        }
        let gone = std::mem::take(&mut self.shown).into_values().filter(|line| !now.contains_key(&line.id));
        told.extend(gone.map(|line| Told { change: Change::Gone, line }));
        self.shown = now;
        told
    }
}
