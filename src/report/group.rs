//! The audits of several properties as one report: what they come to first, the worst before the others, then
//! the audit of each.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};

use super::audit::{Audit, Format, Verdict};
use super::night::Summary;
use super::page::{self, Block, Column, Page, Row};
use super::words::{count, stamp};
use super::{json, paper, table};
use crate::order::Arrange as _;
use crate::text::{Text, natural};

/// The audit of one of several properties.
#[derive(Clone, Debug)]
pub struct House {
    /// Its name in the configuration; where that names none, whatever tells it from the others.
    pub name: Text,
    /// Its audit, or why there is none.
    pub audit: Result<Audit, Text>,
}

impl House {
    /// What it comes to: where there is no audit, nobody can tell.
    pub fn verdict(&self) -> Verdict {
        self.audit.as_ref().map_or(Verdict::Unknown, Audit::verdict)
    }

    /// The counts; none where there is no audit.
    pub(super) fn summary(&self) -> Option<Summary> {
        self.audit.as_ref().ok().map(|audit| audit.night.summary())
    }

    /// Its name as Seam has it, else as the configuration has it.
    pub fn title(&self) -> &Text {
        match &self.audit {
            Ok(audit) if !audit.property.is_empty() => &audit.property,
            _ => &self.name,
        }
    }
}

/// The audits of all properties.
#[derive(Clone, Debug)]
pub struct Group {
    /// When the last of them was read, UTC.
    pub now: DateTime<Utc>,
    /// The properties, the worst first.
    pub houses: Vec<House>,
}

impl Group {
    /// Puts them in order: first those of which nobody can tell, then those with something open; among these the
    /// ones with most P1, P2 and points.
    pub fn new(mut houses: Vec<House>, now: DateTime<Utc>) -> Self {
        houses.arrange_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| natural(&a.name, &b.name)));
        Self { now, houses }
    }

    /// The worst of all.
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.houses.iter().map(House::verdict);
        verdicts.max_by_key(|verdict| weight(*verdict)).unwrap_or(Verdict::Clear)
    }

    /// How many come to this.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.houses.iter().filter(|house| house.verdict() == verdict).count()
    }

    /// Writes it.
    pub fn render(&self, format: Format) -> String {
        let audits = || self.houses.iter().filter_map(|house| house.audit.as_ref().ok());
        match format {
            Format::Text => {
                let rest = audits().map(|audit| format!("\n\n{}", page::text(&paper::of(audit))));
                self.summary(format) + &rest.collect::<String>()
            }
            Format::Markdown => {
                let rest = audits().map(|audit| format!("\n{}", page::markdown_below(&paper::of(audit))));
                self.summary(format) + &rest.collect::<String>()
            }
            Format::Csv => table::group(self),
            Format::Json => json::group(self, true),
        }
    }

    /// What it comes to alone, for whoever has the audits in files of their own.
    pub fn summary(&self, format: Format) -> String {
        match format {
            Format::Text => page::text(&self.page()),
            Format::Markdown => page::markdown(&self.page()),
            Format::Csv => table::group_summary(self),
            Format::Json => json::group(self, false),
        }
    }

    fn page(&self) -> Page {
        let of = |verdict, words: &str| match self.count(verdict) {
            0 => None,
            n => Some(format!("{n} {words}")),
        };
        let all = [
            of(Verdict::Unknown, "could not be read in full"),
            of(Verdict::Open, "with something open"),
            of(Verdict::Clear, "with nothing open"),
        ];
        let says = all.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let sums = self.houses.iter().filter_map(House::summary);
        let (open, p1, p2) =
            sums.fold((0, 0, 0), |(open, p1, p2), sum| (open + sum.open, p1 + sum.p1, p2 + sum.p2));
        let counted = count(self.houses.len(), "property").replace("propertys", "properties");
        Page {
            title: format!("Night audit: {counted}"),
            lines: vec![format!("{says}."), format!("{open} open, {p1} P1, {p2} P2 in all that was read.")],
            blocks: vec![Block {
                heading: "The properties, the worst first".to_owned(),
                says: Vec::new(),
                columns: COLUMNS.to_vec(),
                rows: self.houses.iter().map(row).collect(),
            }],
        }
    }
}

const COLUMNS: [Column; 6] = [
    Column("", 7),
    Column("property", 30),
    Column("open", 10),
    Column("P1", 6),
    Column("P2", 6),
    Column("cleared", 12),
];

fn row(house: &House) -> Row {
    let word = match house.verdict() {
        Verdict::Unknown => "UNKNOWN",
        Verdict::Open => "open",
        Verdict::Clear => "clear",
    };
    let mut cells = vec![word.to_owned(), house.title().to_string()];
    let below = match &house.audit {
        Err(why) => vec![format!("{}: there is no audit: {why}", house.name)],
        Ok(audit) => {
            let sum = audit.night.summary();
            cells.extend([
                format!("{} open", sum.open),
                format!("{} P1", sum.p1),
                format!("{} P2", sum.p2),
                format!("{} cleared", sum.cleared),
            ]);
            let date = audit.business_date.date().format("%a %-d %b");
            let as_of = format!("{} {}", stamp(audit.now, audit.zone), audit.zone.short(audit.now));
            let unread = audit.unread.iter().map(|unread| format!("{}: {}", unread.what, unread.why));
            let night = format!("{}: night of {date}, as of {as_of}", house.name);
            std::iter::once(night).chain(unread).collect()
        }
    };
    Row { cells, below }
}

/// How bad a verdict is, the worst highest.
fn weight(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Clear => 0,
        Verdict::Open => 1,
        Verdict::Unknown => 2,
    }
}

/// The place of a property: the worst is the least.
fn rank(house: &House) -> impl Ord + use<> {
    let sum = house.summary();
    let counts = sum.map(|sum| (sum.p1, sum.p2, sum.open)).unwrap_or_default();
    (Reverse(weight(house.verdict())), sum.is_some(), Reverse(counts))
}
