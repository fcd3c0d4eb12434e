//! The whole audit, as it is handed over.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::action::Action;
use super::card::{self, CardOut};
use super::downtime::{self, Downtime, Hidden};
use super::night::Night;
use super::pms::Compared;
use super::{json, page, paper, table};
use crate::journal::{Page, PageKind, Record};
use crate::property::{BusinessDate, Fix, Property, Zone};
use crate::text::Text;

/// A format of the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// For a printer: 80 columns, no colour.
    Text,
    /// The same as Markdown.
    Markdown,
    /// One table, UTC, for a spreadsheet.
    Csv,
    /// For programs; `docs/audit.schema.json` describes it.
    Json,
}

/// A note for those who come next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// Who wrote it.
    pub who: Text,
    /// What.
    pub text: Text,
}

impl Note {
    /// The note of somebody who signed the audit; none where the page is another one.
    fn of(page: Page) -> Option<Self> {
        let text = match (page.kind, page.note()) {
            (PageKind::Signed, note) if note.is_empty() => Text::new(format!("signed: {}", page.words)),
            (PageKind::Signed, note) => Text::new(format!("signed: {note}")),
            _ => return None,
        };
        Some(Self { at: page.at, who: page.who.name().clone(), text })
    }
}

/// Something that could not be read, so that the audit is not complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// What: "doors".
    pub what: Text,
    /// Why.
    pub why: Text,
}

/// What the audit comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything was read and nothing is open.
    Clear,
    /// Something is open.
    Open,
    /// Not everything could be read: what is listed may not be all.
    Unknown,
}

impl Verdict {
    /// The name for scripts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Open => "open",
            Self::Unknown => "unknown",
        }
    }
}

/// The audit of a night, ready to be written in any format.
#[derive(Clone, Debug)]
pub struct Audit {
    /// The property.
    pub property: Text,
    /// Whether no door of it is real.
    pub is_sandbox: bool,
    /// The zone of the property.
    pub zone: Zone,
    /// The business date.
    pub business_date: BusinessDate,
    /// When everything had been read, UTC.
    pub now: DateTime<Utc>,
    /// When the shift began, UTC.
    pub since: DateTime<Utc>,
    /// The checklist.
    pub night: Night,
    /// What the desk did since then, oldest first.
    pub actions: Vec<Action>,
    /// Cards that are out.
    pub cards: Vec<CardOut>,
    /// Notes for the hand-over.
    pub notes: Vec<Note>,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// The comparison with the property management system, where there was one.
    pub pms: Option<Compared>,
    /// The downtime list, where it was asked for, and whether its PINs are hidden.
    pub downtime: Option<(Hidden, Vec<Downtime>)>,
    /// The key that does what a fix says, where a dashboard has one.
    pub keys: BTreeMap<Fix, String>,
}

impl Audit {
    /// Puts the audit together from the hotel and the journal of the shift that began at `since`.
    pub fn new(p: &Property, records: &[Record], since: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        let mut night = Night::new(p, now);
        night.credit(p, records);
        Self::of(p, night, records, since, now)
    }

    /// The same with a checklist that was kept up through the night.
    pub fn of(
        p: &Property,
        night: Night,
        records: &[Record],
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            property: p.name().clone(),
            is_sandbox: p.is_sandbox(),
            zone: p.zone(),
            business_date: p.business_date(),
            now,
            since,
            night,
            actions: records.iter().filter(|r| Page::of(r).is_none()).map(Action::from).collect(),
            cards: card::out(p, records),
            notes: records.iter().filter_map(Page::of).filter_map(Note::of).collect(),
            unread: Vec::new(),
            pms: None,
            downtime: None,
            keys: BTreeMap::new(),
        }
    }

    /// Adds the downtime list.
    pub fn with_downtime(mut self, p: &Property, pins: Hidden) -> Self {
        self.downtime = Some((pins, downtime::list(p, pins)));
        self
    }

    /// What it comes to.
    pub fn verdict(&self) -> Verdict {
        if !self.unread.is_empty() {
            return Verdict::Unknown;
        }
        let differs =
            self.pms.as_ref().is_some_and(|pms| !pms.findings.is_empty() || !pms.skipped.is_empty());
        if differs || self.night.summary().open > 0 { Verdict::Open } else { Verdict::Clear }
    }

    /// Writes it.
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Text => page::text(&paper::of(self)),
            Format::Markdown => page::markdown(&paper::of(self)),
            Format::Csv => table::audit(self),
            Format::Json => json::audit(self),
        }
    }
}
