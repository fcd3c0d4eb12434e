//! The night audit on the screen: the checklist of the business date, kept up by what changes, and what
//! the journal remembers of it.
//!
//! What was open when the audit was opened for the first time is written down once for a business date, so
//! that two desks and a restart count the same progress. Nothing here is counted for a frame: the rows and
//! the counts are made once when something changed.

pub mod compare;
mod keys;
mod list;
mod night;
pub mod paper;
mod write;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

pub use list::{Count, List, RowId};

use super::event::Effect;
use crate::config::PmsConfig;
use crate::journal::{NightLog, Page, PageKind};
use crate::property::{BusinessDate, Zone};
use crate::report::{Item, ItemId, Known, Night};
use crate::text::Text;

/// A page of the night that is to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPage {
    /// What it tells.
    pub kind: PageKind,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// The business date.
    pub date: NaiveDate,
    /// For a person.
    pub words: Text,
    /// For programs.
    pub body: Value,
    /// In whose name; none where nobody gave one.
    pub operator: Option<Text>,
}

/// A report that is to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Where, as a person typed it.
    pub path: String,
    /// What is in it.
    pub text: String,
    /// Whether it may take the place of a file that is there.
    pub replace: bool,
}

/// What became of saving a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is there, whole.
    Done,
    /// A file is there already and may not be replaced unasked.
    Taken,
    /// It could not be written.
    Failed(Text),
}

/// What was open when the audit was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// Which points.
    items: BTreeSet<ItemId>,
    /// Whether the journal has it.
    is_written: bool,
}

impl Before {
    /// As it is now, for a journal that knows of none.
    fn now(night: &Night, at: DateTime<Utc>) -> Self {
        Self { at, items: crate::order::set(night.items().map(|item| item.id.clone())), is_written: false }
    }

    /// As a page tells it, with what is remembered of the points.
    fn of(page: &Page) -> (Self, Vec<Item>) {
        let known = page.body.get("items").cloned().unwrap_or_default();
        let known: Vec<Known> = serde_json::from_value(known).unwrap_or_default();
        let items: Vec<Item> = known.iter().filter_map(Known::item).collect();
        let ids = crate::order::set(items.iter().map(|item| item.id.clone()));
        (Self { at: page.at, items: ids, is_written: true }, items)
    }
}

/// What a page of the journal tells of a checklist.
fn body(night: &Night, zone: Zone, with_items: bool) -> Value {
    let sum = night.summary();
    let mut body = serde_json::json!({
        "open": sum.open, "cleared": sum.cleared, "p1": sum.p1, "p2": sum.p2, "p3": sum.p3,
    });
    if with_items && let Some(body) = body.as_object_mut() {
        let items: Vec<Known> = night.items().map(|item| Known::of(item, zone)).collect();
        body.insert("items".to_owned(), serde_json::to_value(items).unwrap_or_default());
    }
    body
}

/// Everything the program knows of the audit of the business date.
#[derive(Debug, Default)]
pub struct AuditDesk {
    /// The directory in which reports are proposed.
    pub dir: String,
    /// Who signs where nobody gave a name.
    pub me: Text,
    /// What the columns of an export are called here.
    pub pms: PmsConfig,
    /// The export the hotel was compared with last.
    pub export: Option<compare::Export>,
    /// Where that was.
    export_path: String,
    /// The rows of the page.
    pub list: List,
    night: Option<Box<Night>>,
    date: Option<BusinessDate>,
    before: Option<Before>,
    log: NightLog,
    /// Whether the journal has answered for this date.
    is_known: bool,
    /// Whether the journal was ever heard of a roll.
    heard: bool,
    /// The question that waits for its answer, and of which business date it is.
    waits: Option<(u64, BusinessDate)>,
    outdated: bool,
    failed: Option<Text>,
    /// What is to be done, collected until the update is over.
    pub(super) effects: Vec<Effect>,
}

impl AuditDesk {
    /// The checklist; none before the page was opened.
    pub fn night(&self) -> Option<&Night> {
        self.night.as_deref()
    }

    /// How much of what was open at the beginning is cleared, and how much that was; none while not
    /// everything has been read.
    pub fn progress(&self) -> Option<(usize, usize)> {
        let night = self.night.as_ref().filter(|night| !night.is_partial())?;
        let before = self.before.as_ref()?;
        let open = before.items.iter().filter(|id| night.item(id).is_some()).count();
        Some((before.items.len() - open, before.items.len()))
    }

    /// Who signed it last.
    pub fn signed(&self) -> Option<&Page> {
        self.log.signed.last()
    }

    /// Why the journal could not be read the last time.
    pub fn failed(&self) -> Option<&Text> {
        self.failed.as_ref()
    }
}
