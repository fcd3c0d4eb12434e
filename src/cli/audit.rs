//! `nightdesk audit`: the night audit without a terminal.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};

use super::noted::Noted;
use super::outlet::{print, save_report};
use super::reading::{Place, Reading, once, until_signal};
use super::{DONE, Global, OPEN, USAGE, audit_all, journal, keeping};
use crate::app::command::fix_keys;
use crate::clock::Clock;
use crate::config::PmsConfig;
use crate::journal::{Filter, Home, Record, Who};
use crate::property::Resource;
use crate::report::{self, Audit, Hidden, Note, Unread, Verdict};
use crate::text::Text;

/// What the audit holds, and how it is written.
#[derive(Clone, Debug, Args)]
pub struct Write {
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
    /// A file to write it to, instead of printing it; readable by its owner only
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Every property of the configuration: one report, the worst first; exit code of the worst
    #[arg(long)]
    pub all: bool,
    /// A directory in which each property gets a file of its own, beside one that sums them up
    #[arg(long, value_name = "DIR", requires = "all")]
    pub out_dir: Option<PathBuf>,
    /// An export of the property management system to compare with
    #[arg(long, value_name = "FILE.csv", conflicts_with = "all")]
    pub pms: Option<PathBuf>,
    /// When the shift began: 8h, 22:00, yesterday 22:00, 2026-11-22, or RFC 3339 [default: 18:00 of the business date]
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Add the downtime list: who may be in which room, until when, and where the keys stand
    #[arg(long)]
    pub downtime: bool,
    /// Write the PINs on the downtime list, in the clear
    #[arg(long, requires = "downtime")]
    pub with_pins: bool,
    /// A note for those who come next; may be given several times
    #[arg(long, value_name = "TEXT")]
    pub note: Vec<String>,
}

/// A format of the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a printer: 80 columns, property time
    Text,
    /// One object, instants in UTC; docs/audit.schema.json describes it
    Json,
    /// One table, instants in UTC
    Csv,
    /// Headings and tables, property time
    Markdown,
}

/// Reads everything once and writes the audit. 0 nothing open, 1 something open, 2 could not tell.
pub(super) fn write(global: &Global, write: &Write) -> Result<ExitCode> {
    if write.all {
        return audit_all::write(global, write);
    }
    let place = Place::find(global)?;
    let home = keeping::home(global, &place.config, &place.path)?;
    let rows = write.pms.as_deref().map(|path| export(path, &place.config.pms)).transpose()?;
    until_signal(async {
        let audit = one(place, &home, write, rows).await?;
        finish(&audit, write)
    })
}

/// Reads a property once and puts its audit together, compared with an export where there is one.
///
/// # Errors
/// Where nothing answers at all, or `--since` cannot be read.
pub(super) async fn one(
    place: Place,
    home: &Home,
    write: &Write,
    rows: Option<(Text, report::Rows)>,
) -> Result<Audit> {
    let mut reading = Reading::open(place, Clock::system(), once(), Some(home)).await?;
    let cards = reading.learn_cards().await;
    // What keeps it from being read keeps the records from it too, and is told with them.
    let _ = reading.attend(&mut Noted::new(home.clone(), reading.hotel.clone())).await;
    let (p, now) = (&reading.property, reading.now());
    let since = match write.since.as_deref() {
        Some(typed) => journal::since(typed, now, p.zone())?,
        None => report::shift(p, now),
    };
    let mut unread = reading.unread(&Resource::ALL);
    let records = match records(home, &reading.hotel, since).await {
        Ok(records) => {
            // Where the whole journal cannot be read, once is enough.
            let missing = cards.err().map(|e| Text::new(e.to_string()));
            unread.extend(missing.map(|why| Unread { what: "cards in the journal".into(), why }));
            records
        }
        Err(error) => {
            unread.push(Unread { what: "journal".into(), why: Text::new(format!("{error:#}")) });
            Vec::new()
        }
    };
    let mut audit = Audit::new(p, &records, since, now);
    audit.unread = unread;
    audit.keys = fix_keys();
    let who = Who::here(None);
    let note = |text: &String| Note { at: now, who: who.name().clone(), text: Text::new(text) };
    audit.notes.extend(write.note.iter().map(note));
    audit.pms = rows.map(|(file, rows)| report::compare(p, file, rows));
    if write.downtime {
        audit = audit.with_downtime(p, if write.with_pins { Hidden::No } else { Hidden::Yes });
    }
    Ok(audit)
}

impl From<Format> for report::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Text => Self::Text,
            Format::Json => Self::Json,
            Format::Csv => Self::Csv,
            Format::Markdown => Self::Markdown,
        }
    }
}

/// Says what must be known of a list before it is used.
pub(super) fn warn(write: &Write) {
    if write.with_pins {
        eprintln!("nightdesk: this list shows PINs in the clear: lock it away, destroy it after use");
    }
}

/// The exit code of a report, and that it is not complete where it is not.
pub(super) fn code(verdict: Verdict) -> ExitCode {
    ExitCode::from(match verdict {
        Verdict::Clear => DONE,
        Verdict::Open => OPEN,
        Verdict::Unknown => {
            eprintln!("nightdesk: not everything could be read, so nobody can tell whether more is open");
            USAGE
        }
    })
}

fn finish(audit: &Audit, write: &Write) -> Result<ExitCode> {
    let text = audit.render(write.format.into());
    warn(write);
    for unread in &audit.unread {
        eprintln!("nightdesk: could not be read: {}: {}", unread.what, unread.why);
    }
    match &write.out {
        Some(path) => save_report(path, &text)?,
        None => drop(print(&text)?),
    }
    Ok(code(audit.verdict()))
}

/// More than any export of a hotel, in bytes.
const LONGEST_EXPORT: u64 = 64_000_000;

/// The export, by the name of its file.
pub(super) fn export(path: &Path, config: &PmsConfig) -> Result<(Text, report::Rows)> {
    let size = path.metadata().map_or(0, |file| file.len());
    if size > LONGEST_EXPORT {
        bail!("{}: {} MB are more than an export has", path.display(), size / 1_000_000);
    }
    let bytes = std::fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))?;
    let rows = report::read(&bytes, config).with_context(|| path.display().to_string())?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    Ok((Text::new(name.to_string_lossy()), rows))
}

async fn records(home: &Home, hotel: &Text, since: DateTime<Utc>) -> Result<Vec<Record>> {
    let filter = Filter { hotel: Some(hotel.clone()), since: Some(since), ..Filter::default() };
    match home.open_to_read().await? {
        Some(journal) => Ok(journal.records(&filter).await?),
        None => Ok(Vec::new()),
    }
}
