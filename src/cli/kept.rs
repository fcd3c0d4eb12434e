//! What the desk remembers of how its screen looks: one small file beside the journal.

use std::fs;
use std::path::{Path, PathBuf};

use tokio::sync::mpsc;

use super::outlet;
use crate::app::Event;
use crate::text::Text;

/// The file with the name of the theme.
pub(super) const FILE: &str = "theme";
/// The longest name that is read.
const LONGEST: usize = 200;

/// The theme that was kept in a state directory, where one was.
pub(super) fn theme(state: &Path) -> Option<String> {
    let text = fs::read_to_string(state.join(FILE)).ok()?;
    let name = text.lines().next().unwrap_or_default().trim();
    (!name.is_empty() && name.len() <= LONGEST).then(|| name.to_owned())
}

/// Keeps a theme and tells what became of that.
pub(super) fn keep(state: PathBuf, name: String, news: mpsc::Sender<Event>) {
    tokio::task::spawn_blocking(move || {
        let kept = outlet::save(&state.join(FILE), &format!("{name}\n"));
        let told = kept.map_err(|error| Text::new(format!("{error:#}")));
        let _ = news.blocking_send(Event::ThemeKept { name, told });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[tokio::test]
    async fn what_was_kept_is_there_the_next_time_and_for_its_owner_only() {
        let state = std::env::temp_dir().join(format!("nightdesk-kept-{}", uuid::Uuid::now_v7()));
        fs::create_dir_all(&state).unwrap();
        assert_eq!(theme(&state), None);
        for name in ["paper", "ember"] {
            let (out, mut news) = mpsc::channel(1);
            keep(state.clone(), name.to_owned(), out);
            let told = news.recv().await;
            assert!(matches!(told, Some(Event::ThemeKept { told: Ok(()), .. })), "{told:?}");
            assert_eq!(theme(&state).as_deref(), Some(name));
        }
        assert_eq!(fs::metadata(state.join(FILE)).unwrap().permissions().mode() & 0o777, 0o600);
        let (out, mut news) = mpsc::channel(1);
        keep(state.join("nowhere"), "ember".to_owned(), out);
        assert!(matches!(news.recv().await, Some(Event::ThemeKept { told: Err(_), .. })));
        fs::remove_dir_all(state).unwrap();
    }
}
