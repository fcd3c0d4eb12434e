//! `nightdesk list`: the panes as lines, for scripts and screen readers.

use std::path::PathBuf;
use std::pin::pin;
use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::{Args, ValueEnum};

use super::noted::Noted;
use super::outlet::{self, Reader, print};
use super::reading::{Place, Reading, once, until_signal};
use super::{DONE, Global, USAGE};
use crate::app::columns::{Chosen, table};
use crate::app::pane::PaneKind;
use crate::app::sieve::Sieve;
use crate::clock::Clock;
use crate::config;
use crate::journal::{Home, JournalError};
use crate::property::Changed;
use crate::report::{self, Line, Pane, Shape, Sheet, Told, Unread, Watch};
use crate::sync::Cadence;
use crate::text::Text;

/// Which pane, and how it is written.
#[derive(Clone, Debug, Args)]
pub struct Lines {
    /// Which pane
    #[arg(value_name = "PANE")]
    pub pane: Which,
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
    /// Only what this filter lets through, written as after / on the board: room:12* class:due-out !ada
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    pub filter: String,
    /// These columns, in this order: room,guest,until
    #[arg(long, value_name = "NAMES", value_delimiter = ',', long_help = columns_help())]
    pub columns: Option<Vec<String>>,
    /// Go on and write each change as one line, until Ctrl-C
    #[arg(long)]
    pub watch: bool,
}

/// The names there are, from the tables of columns of the board.
fn columns_help() -> String {
    let panes = PaneKind::ALL.map(|kind| {
        let names: Vec<&str> = table(kind).iter().map(|spec| spec.name).collect();
        format!("{}: {}", kind.name(), names.join(", "))
    });
    format!(
        "These columns, in this order: room,guest,until. In every format; a sentence has only what there is. {}",
        panes.join(". ")
    )
}

/// A pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Which {
    /// The stays on tonight's board
    Guests,
    /// Their access grants
    Grants,
    /// Changes on their way to the locks
    Mutations,
    /// What is wrong, the worst first
    Warnings,
}

/// A format of the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A sentence a line, property time
    Text,
    /// One array, or with --watch one object a line; instants in UTC
    Json,
    /// Instants in UTC
    Csv,
    /// Instants in UTC
    Tsv,
}

/// Prints a pane, and with `--watch` what changes of it. 2 where not all of it could be read.
pub(super) fn print_lines(global: &Global, lines: &Lines) -> Result<ExitCode> {
    let place = Place::find(global)?;
    // Where there is no place for a journal there is none to read: the lines need no other.
    let server = place.config.shared(&place.path)?;
    let dir = config::state_dir(global.state_dir.as_deref()).ok();
    let dir = dir.or_else(|| server.is_some().then(PathBuf::new));
    let home = dir.map(|dir| Home::new(dir, server));
    let pane = match lines.pane {
        Which::Guests => Pane::Guests,
        Which::Grants => Pane::Grants,
        Which::Mutations => Pane::Mutations,
        Which::Warnings => Pane::Warnings,
    };
    let noted = |hotel: &Text| {
        let home = home.clone().filter(|_| pane == Pane::Warnings)?;
        Some(Noted::new(home, hotel.clone()))
    };
    let shape = match lines.format {
        Format::Text => Shape::Text,
        Format::Json => Shape::Json,
        Format::Csv => Shape::Csv,
        Format::Tsv => Shape::Tsv,
    };
    let sieve = Sieve::new(pane, &lines.filter).map_err(|why| anyhow!("--filter: {why}"))?;
    let chosen = match &lines.columns {
        Some(names) => Some(Chosen::named(pane, names).map_err(|why| anyhow!("--columns: {why}"))?),
        None => None,
    };
    let sheet = match &chosen {
        Some(chosen) => Sheet::with(chosen.names(), shape),
        None => Sheet::of(pane, shape),
    };
    let wanted = Wanted { pane, sieve, chosen };
    until_signal(async {
        if lines.watch {
            let cadence = Cadence::from(&place.config.cadence);
            let mut reading = Reading::open(place, Clock::system(), cadence, home.as_ref()).await?;
            say_unless(reading.learn_cards().await);
            let noted = noted(&reading.hotel);
            return watch(reading, noted, wanted, sheet).await;
        }
        let mut reading = Reading::open(place, Clock::system(), once(), home.as_ref()).await?;
        say_unless(reading.learn_cards().await);
        if let Some(mut noted) = noted(&reading.hotel) {
            attend(&mut reading, &mut noted).await;
        }
        print(&sheet.write(&wanted.lines(&reading)))?;
        let unread = reading.unread(pane.needs());
        complain(&unread);
        Ok(ExitCode::from(if unread.is_empty() { DONE } else { USAGE }))
    })
}

/// What the journal knows of cards is no pane of its own: without it the lines are those of the API alone.
fn say_unless(learnt: Result<Changed, JournalError>) {
    if let Err(error) = learnt {
        eprintln!("nightdesk: could not be read: cards in the journal: {error}");
    }
}

fn complain(unread: &[Unread]) {
    for Unread { what, why } in unread {
        eprintln!("nightdesk: could not be read: {what}: {why}");
    }
}

/// Takes in what people said about warnings. Where the journal cannot be read that is said, and the
/// warnings are there all the same.
async fn attend(reading: &mut Reading, noted: &mut Noted) -> Changed {
    reading.attend(noted).await.unwrap_or_else(|error| {
        if !std::mem::replace(&mut noted.complained, true) {
            eprintln!("nightdesk: could not be read: journal: {error:#}");
        }
        Changed::default()
    })
}

/// Which lines, and what they say.
struct Wanted {
    pane: Pane,
    sieve: Sieve,
    /// The columns somebody chose; none where they are the usual ones.
    chosen: Option<Chosen>,
}

impl Wanted {
    /// Those that the filter lets through.
    fn lines(&self, reading: &Reading) -> Vec<Line> {
        let mut sieve = self.sieve.clone();
        self.pane.lines_as(&reading.property, &mut |p, of| {
            let line = || match &self.chosen {
                Some(chosen) => chosen.line(p, of),
                None => report::line(p, of),
            };
            sieve.lets_through(p, of).then(line)
        })
    }
}

async fn watch(
    mut reading: Reading,
    mut noted: Option<Noted>,
    wanted: Wanted,
    sheet: Sheet,
) -> Result<ExitCode> {
    let pane = wanted.pane;
    if let Some(noted) = &mut noted {
        attend(&mut reading, noted).await;
    }
    let (mut watch, there) = Watch::with(pane, wanted.lines(&reading));
    let mut unread = reading.unread(pane.needs());
    complain(&unread);
    let mut reader = print(&sheet.head())?;
    reader = tell(&reading, &sheet, &there, reader)?;
    let mut left = pin!(outlet::left());
    while reader == Reader::There {
        let changed = tokio::select! {
            changed = reading.next() => changed,
            () = &mut left => break,
        };
        let Some(mut changed) = changed else { break };
        // On the beat of the polls: nothing wakes up for it.
        if let Some(noted) = &mut noted {
            changed.merge(attend(&mut reading, noted).await);
        }
        let told = watch.update_to(&changed, || wanted.lines(&reading));
        reader = tell(&reading, &sheet, &told, reader)?;
        if changed.sources {
            let now = reading.unread(pane.needs());
            let new: Vec<Unread> = now.iter().filter(|u| !unread.contains(u)).cloned().collect();
            complain(&new);
            for was in unread.iter().filter(|was| now.iter().all(|u| u.what != was.what)) {
                eprintln!("nightdesk: can be read again: {}", was.what);
            }
            unread = now;
        }
    }
    Ok(ExitCode::from(DONE))
}

fn tell(reading: &Reading, sheet: &Sheet, told: &[Told], reader: Reader) -> Result<Reader> {
    if told.is_empty() || reader == Reader::Gone {
        return Ok(reader);
    }
    let (now, zone) = (reading.now(), reading.property.zone());
    let text: String = told.iter().map(|told| sheet.tell(told, now, zone)).collect();
    print(&text)
}
