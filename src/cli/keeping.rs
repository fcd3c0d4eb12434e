//! Where the desk keeps its record: which journal, for which property.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::desk::{Engine, Ledger, Recorder, Refusing};
use crate::journal::{Journal, Who};
use crate::seam::Client;
use crate::text::Text;

/// The first pause before the workspace is asked for again; each further one is twice as long.
const SOON: Duration = Duration::from_secs(1);
/// The longest.
const SELDOM: Duration = Duration::from_secs(60);

/// Opens the journal in the state directory.
///
/// # Errors
/// Where it cannot be written; nothing may be changed then, but everything may be looked at.
pub(super) async fn open(state: &Path) -> Result<Journal> {
    let opened = Journal::open(state).await;
    opened.context("nothing can be recorded, so nothing may be changed (--read-only only looks)")
}

/// Where the desk of this property writes down what it does. The property is known by its workspace, so
/// that what was left open at one is never taken up at another; asked for until it is told.
pub(super) async fn recorder(client: &Client, journal: Option<Journal>, demo: bool) -> Arc<dyn Recorder> {
    let Some(journal) = journal else {
        return Arc::new(Refusing { words: "this desk is read-only".into() });
    };
    // The hotel of a demo is no other demo's, though both have the same ids.
    if demo {
        let hotel = Text::new(format!("demo {}", client.endpoint()));
        return Arc::new(Ledger::new(journal, hotel, Who::here(None)));
    }
    let mut pause = SOON;
    loop {
        match client.get_workspace().await {
            Ok(workspace) => {
                let hotel = Text::new(format!("workspace {}", workspace.id));
                return Arc::new(Ledger::new(journal, hotel, Who::here(None)));
            }
            Err(error) => tracing::debug!(%error, "the workspace cannot be read yet"),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(SELDOM);
    }
}

/// Runs whose process is gone stay in the journal until somebody takes them up or leaves them.
pub(super) async fn say_what_was_left(engine: &Engine) {
    match engine.unfinished().await {
        Ok(left) => {
            for run in left {
                tracing::warn!(run = %run.id, at = %run.at, "left unfinished: {}", run.words());
            }
        }
        Err(error) => tracing::warn!(%error, "what was left unfinished cannot be read"),
    }
}
