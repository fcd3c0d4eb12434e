//! The terminal device itself, beneath every library: is it there, is it alive, how big is it, and
//! writing to it without a lock that another thread could hold.

use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::time::Duration;

use ratatui::layout::Size;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::BorrowedFd;
use rustix::fs::OFlags;
use rustix::io::Errno;

/// What a terminal that does not know its size is taken for.
const UNKNOWN_SIZE: Size = Size { width: 80, height: 24 };

/// Whether standard input and standard output are both a terminal: what the dashboard needs.
pub fn is_interactive() -> bool {
    rustix::termios::isatty(rustix::stdio::stdin()) && rustix::termios::isatty(rustix::stdio::stdout())
}

/// Whether somebody is still at the other end. False after the connection was cut or the window was
/// closed.
pub fn is_alive() -> bool {
    let hung_up = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    match wait(rustix::stdio::stdout(), PollFlags::empty(), Some(Duration::ZERO)) {
        Ok(flags) => !flags.intersects(hung_up),
        Err(_) => false,
    }
}

/// Whether the terminal takes output within `patience`. A stopped or stalled terminal does not.
pub fn is_writable(patience: Duration) -> bool {
    wait(rustix::stdio::stdout(), PollFlags::OUT, Some(patience)).is_ok_and(|f| f.contains(PollFlags::OUT))
}

/// Reads what is there from standard input; waits for something to be there, for `patience` where that is
/// limited. None when nothing came; empty when the terminal is gone.
///
/// # Errors
/// What the device says: `EIO` after a hang-up.
pub fn read(into: &mut [u8], patience: Option<Duration>) -> io::Result<Option<&[u8]>> {
    loop {
        if wait(rustix::stdio::stdin(), PollFlags::IN, patience)?.is_empty() {
            return Ok(None);
        }
        match rustix::io::read(rustix::stdio::stdin(), &mut *into) {
            Ok(n) => return Ok(into.get(..n)),
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(e) => return Err(e.into()),
        }
    }
}

/// Drops what was typed, or answered, and not read yet.
pub fn forget_typed() {
    // A terminal that is gone has nothing to forget.
    let _ = rustix::termios::tcflush(rustix::stdio::stdin(), rustix::termios::QueueSelector::IFlush);
}

/// Size in cells, as the terminal driver knows it; 80 by 24 where it does not.
pub fn size() -> Size {
    match rustix::termios::tcgetwinsize(rustix::stdio::stdout()) {
        Ok(w) if w.ws_col > 0 && w.ws_row > 0 => Size { width: w.ws_col, height: w.ws_row },
        _ => UNKNOWN_SIZE,
    }
}

/// Writes all of `bytes` to standard output, blocking while the terminal is behind.
///
/// # Errors
/// What the device says: `EIO` after a hang-up, `EPIPE` behind a closed pipe.
pub fn write_all(mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::io::write(rustix::stdio::stdout(), bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => bytes = bytes.get(n..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            // Another program left the shared descriptor non-blocking.
            Err(Errno::AGAIN) => {
                wait(rustix::stdio::stdout(), PollFlags::OUT, None)?;
            }
            Err(e) => return Err(e.into()),
        }
    }
    Ok(())
}

/// Another way to the terminal of standard output, which never waits. The one that is shared with the shell and
/// its other programs is left as it is.
#[derive(Debug)]
pub struct Door(File);

impl Door {
    /// Opens it; none where the operating system does not let it, as after a change of the user.
    pub fn open() -> Option<Self> {
        let never_waits = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
        let flags = i32::try_from(never_waits).ok()?;
        File::options().write(true).custom_flags(flags).open("/proc/self/fd/1").ok().map(Self)
    }

    /// Writes what the terminal takes at once, and says how much that was.
    ///
    /// # Errors
    /// As [`write_all`].
    pub fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        match rustix::io::write(&self.0, bytes) {
            Ok(n) => Ok(n),
            Err(Errno::AGAIN | Errno::INTR) => Ok(0),
            Err(e) => Err(e.into()),
        }
    }
}

fn wait(fd: BorrowedFd<'_>, interest: PollFlags, patience: Option<Duration>) -> io::Result<PollFlags> {
    let timeout = patience.and_then(|p| Timespec::try_from(p).ok());
    let mut fds = [PollFd::from_borrowed_fd(fd, interest)];
    loop {
        match poll(&mut fds, timeout.as_ref()) {
            Ok(_) => break,
            Err(Errno::INTR) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Ok(fds.first().map_or(PollFlags::empty(), PollFd::revents))
}
