//! Where what a command writes goes: standard output, or a file that is there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{kept, log, view};
use crate::journal;

/// How often is looked whether anybody still reads.
const LOOK: Duration = Duration::from_secs(1);

/// Whether anybody still reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// Yes, as far as can be told.
    There,
    /// Whoever read has read enough.
    Gone,
}

/// Writes to standard output.
///
/// # Errors
/// Where it cannot be written, unless nobody reads any more.
pub(super) fn print(text: &str) -> Result<Reader> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(Reader::Gone),
        written => written.map(|()| Reader::There).context("cannot be written"),
    }
}

/// Ends soon after nobody reads standard output any more, even where there is nothing to write; never where
/// that cannot be told, as of a file.
pub(super) async fn left() {
    let out = io::stdout();
    loop {
        tokio::time::sleep(LOOK).await;
        let mut asked = [PollFd::new(&out, PollFlags::empty())];
        let is_told = poll(&mut asked, Some(&Timespec::default())).is_ok();
        let gone = PollFlags::ERR | PollFlags::HUP;
        if is_told && asked.iter().any(|of| of.revents().intersects(gone)) {
            return;
        }
    }
}

/// Writes a report where a person wants it. What the desk itself keeps is never replaced by one, whoever says so:
/// whoever may only use the desk could take its journal away.
///
/// # Errors
/// As [`save`], and where the name is one of the desk's own.
pub(super) fn save_report(path: &Path, text: &str) -> Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // The journal has files beside it, and the log has an older one.
    let is_kept = [journal::FILE, log::FILE].iter().any(|own| name.starts_with(own));
    if is_kept || [view::FILE, kept::FILE, "config.toml"].contains(&&*name) {
        bail!("{}: is a name the desk keeps for itself: choose another", path.display());
    }
    save(path, text)
}

/// Writes a file that only its owner may read. It takes the place of an older one in one step, so nobody
/// ever finds half of it.
///
/// # Errors
/// Where the path is something else than a file, or cannot be written.
pub(super) fn save(path: &Path, text: &str) -> Result<()> {
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        bail!("{}: is there already, and is no file", path.display());
    }
    let beside = beside(path)?;
    let written = write(&beside, text).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // What is left of it helps nobody; where it was never made there is nothing to take away.
        let _ = fs::remove_file(&beside);
    }
    written.with_context(|| format!("{}: cannot be written", path.display()))
}

/// A name in the same directory that nobody else has.
fn beside(path: &Path) -> Result<PathBuf> {
    let name = path.file_name().with_context(|| format!("{}: names no file", path.display()))?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}", uuid::Uuid::now_v7().simple()));
    Ok(path.with_file_name(hidden))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_report_takes_the_place_of_nothing_the_desk_keeps() {
        let dir = std::env::temp_dir().join(format!("nightdesk-outlet-{}", uuid::Uuid::now_v7()));
        fs::create_dir(&dir).unwrap();
        for own in
            ["journal.db", "journal.db-wal", "nightdesk.log", "nightdesk.log.1", "view.toml", "config.toml"]
        {
            fs::write(dir.join(own), "ours").unwrap();
            let error = save_report(&dir.join(own), "report").unwrap_err().to_string();
            assert!(error.contains(own) && error.contains("choose another"), "{error}");
            assert_eq!(fs::read_to_string(dir.join(own)).unwrap(), "ours");
        }
        save_report(&dir.join("audit.txt"), "report").unwrap();
        save_report(&dir.join("themes.txt"), "report").unwrap();
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn a_file_takes_the_place_of_another_and_is_its_owners() {
        let dir = std::env::temp_dir().join(format!("nightdesk-outlet-{}", uuid::Uuid::now_v7()));
        fs::create_dir(&dir).unwrap();
        let path = dir.join("audit.txt");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        save(&path, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 1, "nothing is left beside it");
        assert!(save(&dir, "x").is_err(), "a directory is no file");
        assert!(save(&dir.join("nowhere/audit.txt"), "x").is_err());
        fs::remove_dir_all(dir).unwrap();
    }
}
