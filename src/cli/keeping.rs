//! Where the desk keeps its record: which journal, for which property.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

use tokio::sync::{Notify, mpsc};

use super::{Global, outlet};
use crate::app::Event;
use crate::app::attend::{NewNotes, remark};
use crate::app::audit::compare::{Export, WantedExport};
use crate::app::audit::{NewFile, NewPage, Saved};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::desk::{Ledger, Recorder, Refusing};
use crate::journal::{Home, IntentId, Journal, JournalError, Page, Retention, Who};
use crate::seam::Client;
use crate::text::Text;

/// How long an answer is waited for that may be long.
const MUCH: Duration = Duration::from_secs(120);
/// The first pause before the workspace is asked for again; each further one is twice as long.
const SOON: Duration = Duration::from_secs(1);
/// The longest.
const SELDOM: Duration = Duration::from_secs(60);

/// Where the journal is kept: on the server that is shared, or in the state directory.
///
/// # Errors
/// Where neither can be named, or the address of the server cannot be used.
pub(super) fn home(global: &Global, config: &Config, path: &Path) -> Result<Home> {
    let server = config.shared(path)?;
    Ok(Home::new(config::state_dir(global.state_dir.as_deref())?, server))
}

/// The same for a command that reads much at once and that nobody waits for at a screen.
///
/// # Errors
/// As [`home`].
pub(super) fn patient_home(global: &Global, config: &Config, path: &Path) -> Result<Home> {
    let server = config.shared(path)?.map(|server| server.patient(MUCH));
    Ok(Home::new(config::state_dir(global.state_dir.as_deref())?, server))
}

/// Opens the journal.
///
/// # Errors
/// Where it cannot be written; nothing may be changed then, but everything may be looked at.
pub(super) async fn open(home: &Home) -> Result<Journal> {
    let opened = home.open_though_away().await;
    let journal =
        opened.context("nothing can be recorded, so nothing may be changed (--read-only only looks)")?;
    let old = journal.clone();
    // Nobody waits for it, and what cannot go today can go tomorrow.
    crate::task::spawn(async move {
        match old.retire(Retention::default()).await {
            Ok(0) => {}
            Ok(runs) => tracing::info!(runs, "what is over and old was taken out of the journal"),
            Err(error) => tracing::warn!(%error, "nothing could be taken out of the journal"),
        }
    });
    Ok(journal)
}

/// Where the desk of this property writes down what it does.
pub(super) fn recorder(journal: Option<Journal>, hotel: Text, operator: Option<Text>) -> Arc<dyn Recorder> {
    match journal {
        Some(journal) => Arc::new(Ledger::new(journal, hotel, Who::here(operator))),
        None => Arc::new(Refusing { words: "this desk is read-only".into() }),
    }
}

/// The property as the journal names it: by its workspace, so that what was left open at one is never
/// taken up at another; asked for until it is told.
pub(super) async fn hotel(client: &Client, demo: bool) -> Text {
    // The hotel of a demo is no other demo's, though both have the same ids.
    if demo {
        return Text::new(format!("demo {}", client.endpoint()));
    }
    let mut pause = SOON;
    loop {
        match client.get_workspace().await {
            Ok(workspace) => return Text::new(format!("workspace {}", workspace.id)),
            Err(error) => tracing::debug!(%error, "the workspace cannot be read yet"),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(SELDOM);
    }
}

/// Where the pages of the night are written, and what is said about warnings.
pub(super) struct Book {
    journal: Option<Journal>,
    hotel: Option<Text>,
}

impl Book {
    /// A book of a hotel whose name is not known yet; without a journal nothing can be written.
    pub(super) fn new(journal: Option<Journal>) -> Self {
        Self { journal, hotel: None }
    }

    /// The hotel is known.
    pub(super) fn open(&mut self, hotel: Text) {
        self.hotel = Some(hotel);
    }

    /// Writes a page and tells what became of it.
    pub(super) fn write(&self, page: NewPage, news: mpsc::Sender<Event>) {
        let NewPage { kind, at, date, words, body, operator } = page;
        let place = self.journal.clone().zip(self.hotel.clone());
        crate::task::spawn(async move {
            let told = match place {
                Some((journal, hotel)) => {
                    let (id, who) = (IntentId::fresh(), Who::here(operator));
                    journal.write_page(&Page { id, at, hotel, kind, date, words, body, who }).await
                }
                None => Err(JournalError::Closed { words: "this desk is read-only".into() }),
            };
            let told = told.map_err(|e| Text::new(e.to_string()));
            let _ = news.send(Event::Page { kind, date, told }).await;
        });
    }

    /// Writes down what was said about warnings and tells what became of it. What is written comes to this
    /// desk as it comes to the others: by the lookout, which is poked.
    pub(super) fn attend(&self, new: NewNotes, news: mpsc::Sender<Event>, poke: Arc<Notify>) {
        let NewNotes { notes, operator } = new;
        let place = self.journal.clone().zip(self.hotel.clone());
        crate::task::spawn(async move {
            let told = match place {
                Some((journal, hotel)) => {
                    let who = Who::here(operator);
                    let remarks: Vec<_> = notes.iter().map(|note| remark(note, &who)).collect();
                    journal.write_remarks(&hotel, &remarks).await
                }
                None => Err(JournalError::Closed { words: "this desk is read-only".into() }),
            };
            let told = told.map_err(|e| Text::new(e.to_string()));
            let _ = news.send(Event::Attended { notes, told }).await;
            poke.notify_one();
        });
    }
}

/// Reads an export and tells what is in it.
pub(super) fn read_export(wanted: WantedExport, news: mpsc::Sender<Event>) {
    tokio::task::spawn_blocking(move || {
        let told = super::audit::export(Path::new(&wanted.path), &wanted.config);
        let told = match told {
            Ok((file, rows)) => Ok(Export { file, rows }),
            Err(error) => Err(Text::new(format!("{error:#}"))),
        };
        let _ = news.blocking_send(Event::ExportRead(told));
    });
}

/// Saves a report and tells what became of it. A file that is there is replaced only where that was
/// asked for.
pub(super) fn save_report(file: NewFile, news: mpsc::Sender<Event>) {
    tokio::task::spawn_blocking(move || {
        let path = Path::new(&file.path);
        let is_taken = !file.replace && path.symlink_metadata().is_ok();
        let saved = match is_taken {
            true => Saved::Taken,
            false => match outlet::save_report(path, &file.text) {
                Ok(()) => Saved::Done,
                Err(error) => Saved::Failed(Text::new(format!("{error:#}"))),
            },
        };
        let _ = news.blocking_send(Event::Saved { path: Text::new(&file.path), saved });
    });
}

/// Sets the clock by the servers' where this computer's is wrong.
pub(super) fn follow(client: &Client, clock: &Clock) {
    if let Some(skew) = client.server_clock_skew()
        && clock.follow(skew)
    {
        tracing::warn!(seconds = skew.num_seconds(), "the servers' clock is followed");
    }
}
