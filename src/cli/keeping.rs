//! Where the desk keeps its record: which journal, for which property.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::desk::{Ledger, Recorder, Refusing};
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
