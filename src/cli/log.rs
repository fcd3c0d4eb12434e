//! The log: a file in the state directory, for those who look after the program. Never a secret.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Mutex;

use anyhow::{Context, Result};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::prelude::*;

use crate::secret::without_links;
use crate::text::Text;

/// A log that is larger than this is put aside at the next start, in bytes.
const ROTATE_AT: u64 = 4 * 1_024 * 1_024;

/// Opens the log in `dir`. Directory 0700, file 0600.
///
/// # Errors
/// Where the directory cannot be made or the file cannot be written.
pub fn open(dir: &Path, level: LevelFilter) -> Result<()> {
    if level == LevelFilter::OFF {
        return Ok(());
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .with_context(|| format!("{}: the state directory cannot be made", dir.display()))?;
    let path = dir.join("nightdesk.log");
    if fs::metadata(&path).is_ok_and(|m| m.len() > ROTATE_AT) {
        fs::rename(&path, dir.join("nightdesk.log.1"))
            .with_context(|| format!("{}: cannot be put aside", path.display()))?;
    }
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("{}: the log cannot be written", path.display()))?;
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(Mutex::new(Lines(file)))
        .with_filter(level);
    // A second log in one process can only be a test's.
    let _ = tracing_subscriber::registry().with(layer).try_init();
    Ok(())
}

/// Writes every event as one printable line, whatever it is about and whichever library it is from.
struct Lines<W>(W);

impl<W: Write> Write for Lines<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let line = Text::new(String::from_utf8_lossy(event));
        self.0.write_all(format!("{}\n", without_links(line.trim_end())).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_printable_line_without_links() {
        let mut lines = Lines(Vec::new());
        lines
            .write_all("WARN a\u{1b}[2J\u{9b}31m\r\nINFO made up \u{202e}https://ik.example/k\n".as_bytes())
            .unwrap();
        lines.write_all(b"INFO next\n").unwrap();
        let written = String::from_utf8(lines.0).unwrap();
        assert_eq!(written, "WARN a[2J31m INFO made up ••••\nINFO next\n");
    }
}
