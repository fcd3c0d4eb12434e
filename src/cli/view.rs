//! What is remembered of the screen: `view.toml` in the state directory.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result};
use tokio::sync::mpsc;

use super::outlet::save;
use crate::app::Event;
use crate::text::Text;

/// The name of the file.
pub(super) const FILE: &str = "view.toml";

/// What was remembered: none where nothing was yet.
///
/// # Errors
/// Where it cannot be read.
pub(super) fn read(state: &Path) -> Result<Option<String>> {
    let path = state.join(FILE);
    match fs::read_to_string(&path) {
        Ok(raw) => Ok(Some(raw)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e).with_context(|| format!("{}: cannot be read", path.display())),
    }
}

/// Takes what is to be remembered. Only the newest waits to be written, however slow the disk is.
pub(super) struct Memory {
    newest: Arc<Mutex<Option<String>>>,
    wake: SyncSender<()>,
}

impl Memory {
    /// Remembers `text` in place of what was there before.
    pub(super) fn keep(&self, text: String) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
        // Where it is full the keeper is about to look; nobody to wake means that the program is ending.
        let _ = self.wake.try_send(());
    }
}

/// Writes what is to be remembered; a disk may be slow, so on a thread of its own. It ends, with everything
/// written, once the memory is gone.
pub(super) fn keeper(state: PathBuf, news: mpsc::Sender<Event>) -> (Memory, JoinHandle<()>) {
    let (wake, woken) = sync_channel(1);
    let memory = Memory { newest: Arc::default(), wake };
    let newest = Arc::clone(&memory.newest);
    let keep = move || {
        while woken.recv().is_ok() {
            let Some(text) = newest.lock().unwrap_or_else(PoisonError::into_inner).take() else { continue };
            if let Err(error) = save(&state.join(FILE), &text) {
                tracing::warn!(%error, "what is to be remembered of the screen could not be written");
                // Nobody to hear it means that the program is ending.
                let _ = news.blocking_send(Event::NotRemembered(Text::new(format!("{error:#}"))));
            }
        }
    };
    (memory, thread::spawn(keep))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_newest_is_written_for_its_owner_alone_before_the_end() {
        let dir = std::env::temp_dir().join(format!("nightdesk-view-{}", uuid::Uuid::now_v7()));
        fs::create_dir(&dir).unwrap();
        assert!(read(&dir).unwrap().is_none());
        let (news, mut told) = mpsc::channel(4);
        let (out, keeper) = keeper(dir.clone(), news);
        for n in 0..50 {
            out.keep(format!("version = {n}\n"));
        }
        drop(out);
        keeper.join().unwrap();
        assert_eq!(read(&dir).unwrap().as_deref(), Some("version = 49\n"));
        let mode = fs::metadata(dir.join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 1, "nothing is left beside it");
        assert!(told.try_recv().is_err());
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn what_cannot_be_written_is_told() {
        let (news, mut told) = mpsc::channel(4);
        let (out, keeper) = keeper("/nowhere/at/all".into(), news);
        out.keep("version = 1\n".to_owned());
        drop(out);
        keeper.join().unwrap();
        assert!(matches!(told.try_recv(), Ok(Event::NotRemembered(_))));
    }
}
