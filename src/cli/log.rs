//! The log: a file in the state directory, for those who look after the program. Never a secret.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context, Result};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::prelude::*;

use crate::secret::without_links;
use crate::text::Text;

/// Its name in the state directory.
pub(super) const FILE: &str = "nightdesk.log";
/// Where the one before is put aside; the one before that is forgotten.
const ASIDE: &str = "nightdesk.log.1";
/// No log grows larger than this, in bytes: with the one before it, some twenty nights of trouble.
const ROTATE_AT: u64 = 4 * 1_024 * 1_024;
/// The longest entry, in bytes.
const LONGEST_ENTRY: usize = 16 * 1_024;

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
    let path = dir.join(FILE);
    let log =
        Rotating::open(dir).with_context(|| format!("{}: the log cannot be written", path.display()))?;
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(Mutex::new(Lines(log)))
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

/// A log that is put aside when it is full, also while others on this machine write to it.
struct Rotating {
    dir: PathBuf,
    file: File,
}

impl Rotating {
    fn open(dir: &Path) -> io::Result<Self> {
        Ok(Self { dir: dir.to_path_buf(), file: opened(dir)? })
    }

    /// Goes on in a new file where this one is full.
    fn make_room(&mut self, wanted: usize) -> io::Result<()> {
        let ours = self.file.metadata()?;
        if ours.len().saturating_add(u64::try_from(wanted).unwrap_or(u64::MAX)) <= ROTATE_AT {
            return Ok(());
        }
        let path = self.dir.join(FILE);
        // Another program may have put it aside already.
        if fs::metadata(&path).is_ok_and(|there| there.ino() == ours.ino()) {
            fs::rename(&path, self.dir.join(ASIDE))?;
        }
        self.file = opened(&self.dir)?;
        Ok(())
    }
}

fn opened(dir: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(dir.join(FILE))
}

impl Write for Rotating {
    /// Writes one entry. What there is no room for is left out: a log that cannot be put aside must not fill
    /// the disk.
    fn write(&mut self, entry: &[u8]) -> io::Result<usize> {
        let kept = entry.get(..LONGEST_ENTRY).unwrap_or(entry);
        if self.make_room(kept.len()).is_ok() {
            self.file.write_all(kept)?;
            if kept.len() < entry.len() {
                self.file.write_all(b"\n")?;
            }
        }
        Ok(entry.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

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

    #[test]
    fn a_log_never_grows_beyond_its_size_whoever_writes() {
        let dir = std::env::temp_dir().join(format!("nightdesk-log-{}", uuid::Uuid::now_v7()));
        fs::create_dir(&dir).unwrap();
        let (mut ours, mut theirs) = (Rotating::open(&dir).unwrap(), Rotating::open(&dir).unwrap());
        let line = [b'x'; 1_023];
        for _ in 0..10_000 {
            for log in [&mut ours, &mut theirs] {
                log.write_all(&line).unwrap();
                log.write_all(b"\n").unwrap();
            }
        }
        ours.write_all(&vec![b'y'; 1 << 20]).unwrap();
        let files: Vec<_> = fs::read_dir(&dir).unwrap().map(|f| f.unwrap().metadata().unwrap()).collect();
        assert_eq!(files.len(), 2, "the log, and the one before");
        assert!(files.iter().all(|f| f.len() <= ROTATE_AT + 1 && f.permissions().mode() & 0o777 == 0o600));
        assert!(files.iter().any(|f| f.len() > ROTATE_AT - 2_048), "and it is full before it is put aside");
        let last = fs::read(dir.join(FILE)).unwrap();
        assert!(last.ends_with(b"yy\n") && last.iter().filter(|b| **b == b'y').count() == LONGEST_ENTRY);
        fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn a_log_that_cannot_be_put_aside_is_not_written_any_more() {
        let dir = std::env::temp_dir().join(format!("nightdesk-log-{}", uuid::Uuid::now_v7()));
        // A directory in the way.
        fs::create_dir_all(dir.join(ASIDE).join("in the way")).unwrap();
        let mut log = Rotating::open(&dir).unwrap();
        for _ in 0..6_000 {
            log.write_all(&[b'x'; 1_024]).unwrap();
        }
        assert!(fs::metadata(dir.join(FILE)).unwrap().len() <= ROTATE_AT);
        fs::remove_dir_all(&dir).unwrap();
    }
}
