//! A program in a pseudo-terminal: keys go in, the screen comes out.
//!
//! Everything waits for conditions, never for time to pass; what does not come about within a deadline
//! fails with a picture of the screen. `NIGHTDESK_TEST_PATIENCE` multiplies the deadline on machines
//! that are slow.

#![allow(dead_code, reason = "each test crate uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of a test may stop at the first surprise too"
)]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait for a condition before giving up.
pub fn patience() -> Duration {
    let factor = std::env::var("NIGHTDESK_TEST_PATIENCE").ok().and_then(|f| f.parse().ok()).unwrap_or(1.0);
    PATIENCE.mul_f64(factor)
}

/// What a screen is searched for.
pub enum Wanted {
    Text(String),
    Regex(regex::Regex),
    Condition(Box<dyn Fn(&Shown) -> bool>),
}

impl Wanted {
    fn met(&self, shown: &Shown) -> bool {
        match self {
            Self::Text(text) => shown.text().contains(text),
            Self::Regex(regex) => regex.is_match(&shown.text()),
            Self::Condition(met) => met(shown),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Text(text) => format!("the text {text:?}"),
            Self::Regex(regex) => format!("a match of {regex}"),
            Self::Condition(_) => "a condition".into(),
        }
    }
}

impl From<&str> for Wanted {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<regex::Regex> for Wanted {
    fn from(regex: regex::Regex) -> Self {
        Self::Regex(regex)
    }
}

impl<F: Fn(&Shown) -> bool + 'static> From<F> for Wanted {
    fn from(met: F) -> Self {
        Self::Condition(Box::new(met))
    }
}

/// What the terminal knows beside the picture.
#[derive(Debug, Default, Clone)]
pub struct Extras {
    /// Private modes that the emulator does not keep: focus events, synchronised updates.
    modes: BTreeMap<u16, bool>,
    pub title: String,
    pub clipboard: Vec<u8>,
    /// Titles pushed and not popped.
    pub titles_pushed: i32,
}

impl vt100::Callbacks for Extras {
    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.title = String::from_utf8_lossy(title).into_owned();
    }

    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
        self.clipboard = data.to_vec();
    }

    fn unhandled_csi(
        &mut self,
        _: &mut vt100::Screen,
        first: Option<u8>,
        _: Option<u8>,
        params: &[&[u16]],
        end: char,
    ) {
        match (first, end) {
            (Some(b'?'), 'h' | 'l') => {
                self.modes.extend(params.iter().filter_map(|p| p.first()).map(|p| (*p, end == 'h')));
            }
            (None, 't') => match params.first() {
                Some([22]) => self.titles_pushed += 1,
                Some([23]) => self.titles_pushed -= 1,
                _ => {}
            },
            _ => {}
        }
    }
}

/// What is on the terminal at one moment.
pub struct Shown {
    parser: vt100::Parser<Extras>,
    /// Everything that was ever written, for counting.
    pub raw: Vec<u8>,
    ended: bool,
    /// Whether the terminal takes no output, as one whose connection stalls.
    stalled: bool,
    /// Whether nobody looks any more.
    closing: bool,
}

impl Shown {
    pub fn text(&self) -> String {
        self.parser.screen().contents()
    }

    pub fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    pub fn extras(&self) -> &Extras {
        self.parser.callbacks()
    }

    fn mode(&self, number: u16) -> bool {
        self.extras().modes.get(&number).copied().unwrap_or(false)
    }
}

type Shared = Arc<(Mutex<Shown>, Condvar)>;

/// The program and its terminal.
pub struct Terminal {
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    child: Box<dyn Child + Send + Sync>,
    shown: Shared,
    modes_before: String,
}

/// What to start, and where.
pub struct Start {
    command: CommandBuilder,
    size: PtySize,
}

impl Start {
    /// `program` on a terminal of 80 by 24, in an environment without surprises.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        for kept in ["PATH", "HOME", "LLVM_PROFILE_FILE"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        command.env("TERM", "xterm-256color");
        command.env("TZ", "Europe/Paris");
        if let Ok(here) = std::env::current_dir() {
            command.cwd(here);
        }
        Self { command, size: PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 } }
    }

    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    pub fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    pub fn size(mut self, cols: u16, rows: u16) -> Self {
        self.size = PtySize { rows, cols, ..self.size };
        self
    }

    pub fn spawn(self) -> Terminal {
        let pair = native_pty_system().openpty(self.size).expect("a pseudo-terminal");
        let modes_before = modes(&*pair.master);
        let child = pair.slave.spawn_command(self.command).expect("the program starts");
        // Only the program may hold the other end: its end is the end of the output.
        drop(pair.slave);
        let rows = self.size.rows.try_into().expect("a height");
        let cols = self.size.cols.try_into().expect("a width");
        let parser = vt100::Parser::new_with_callbacks(rows, cols, 0, Extras::default());
        let shown: Shared = Arc::new((
            Mutex::new(Shown { parser, raw: Vec::new(), ended: false, stalled: false, closing: false }),
            Condvar::new(),
        ));
        let reader = pair.master.try_clone_reader().expect("a reader");
        let into = Arc::clone(&shown);
        thread::spawn(move || follow(reader, &into));
        let writer = pair.master.take_writer().expect("a writer");
        Terminal { master: Some(pair.master), writer: Some(writer), child, shown, modes_before }
    }
}

/// A test that failed while it looked must not take the reader with it.
fn held(shown: &Shared) -> MutexGuard<'_, Shown> {
    shown.0.lock().unwrap_or_else(PoisonError::into_inner)
}

fn follow(mut reader: Box<dyn Read + Send>, into: &Shared) {
    let mut chunk = [0u8; 16 * 1024];
    loop {
        drop(into.1.wait_while(held(into), |shown| shown.stalled).unwrap());
        let read = reader.read(&mut chunk).unwrap_or(0);
        let mut shown = held(into);
        shown.parser.process(&chunk[..read]);
        shown.raw.extend_from_slice(&chunk[..read]);
        shown.ended = read == 0 || shown.closing;
        into.1.notify_all();
        if shown.ended {
            return;
        }
    }
}

/// The settings of the line discipline, in words that can be compared.
fn modes(master: &dyn MasterPty) -> String {
    master.get_termios().map_or_else(String::new, |t| {
        format!("{:?} {:?} {:?} {:?}", t.input_flags, t.output_flags, t.control_flags, t.local_flags)
    })
}

impl Terminal {
    /// Waits until the screen shows what is wanted. Returns its text.
    pub fn wait_for(&self, wanted: impl Into<Wanted>) -> String {
        let wanted = wanted.into();
        self.wait(&wanted.words(), |shown| wanted.met(shown))
    }

    /// Waits until the screen no longer shows it.
    pub fn wait_gone(&self, unwanted: impl Into<Wanted>) -> String {
        let unwanted = unwanted.into();
        self.wait(&format!("the end of {}", unwanted.words()), |shown| !unwanted.met(shown))
    }

    /// Waits between two frames: half of one may still say what the other half has taken away.
    fn wait(&self, what: &str, met: impl Fn(&Shown) -> bool) -> String {
        let deadline = Instant::now() + patience();
        let mut shown = held(&self.shown);
        loop {
            if (shown.ended || !shown.mode(2026)) && met(&shown) {
                return shown.text();
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited in vain for {what}; the screen:\n{}", framed(&shown));
            assert!(!shown.ended, "the program ended before {what}; the screen:\n{}", framed(&shown));
            shown = self.shown.1.wait_timeout(shown, left).unwrap().0;
        }
    }

    /// Looks at the terminal as it is now.
    pub fn look<T>(&self, at: impl FnOnce(&Shown) -> T) -> T {
        at(&held(&self.shown))
    }

    /// The text of the screen, between two frames.
    pub fn text(&self) -> String {
        self.wait("the end of a frame", |_| true)
    }

    /// Bytes the program has written so far.
    pub fn bytes(&self) -> usize {
        self.look(|shown| shown.raw.len())
    }

    /// Sends keys as a terminal does. Names in angle brackets: `<Enter> <Esc> <Tab> <S-Tab> <Up>
    /// <Down> <PgUp> <PgDn> <C-c>`; everything else as it is written.
    pub fn keys(&mut self, keys: &str) {
        let mut rest = keys;
        let mut bytes = Vec::new();
        while let Some(c) = rest.chars().next() {
            let named = rest.strip_prefix('<').and_then(|r| r.split_once('>'));
            if let Some((name, after)) = named.filter(|(name, _)| !name.is_empty()) {
                bytes.extend(key(name));
                rest = after;
            } else {
                bytes.extend(c.to_string().bytes());
                rest = &rest[c.len_utf8()..];
            }
        }
        self.send(&bytes);
    }

    /// Pastes text as a terminal with bracketed paste does.
    pub fn paste(&mut self, text: &str) {
        self.send(format!("\x1b[200~{text}\x1b[201~").as_bytes());
    }

    pub fn send(&mut self, bytes: &[u8]) {
        let writer = self.writer.as_mut().expect("the terminal is open");
        writer.write_all(bytes).expect("the program reads its keys");
        writer.flush().expect("the program reads its keys");
    }

    pub fn resize(&mut self, cols: u16, rows: u16) {
        held(&self.shown).parser.set_size(rows.try_into().unwrap(), cols.try_into().unwrap());
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        self.master.as_ref().expect("the terminal is open").resize(size).expect("a new size");
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("the program is there");
    }

    pub fn pid(&self) -> Pid {
        let id = self.child.process_id().expect("the program is there");
        Pid::from_raw(id.try_into().expect("a process id")).expect("a process id")
    }

    /// Closes the terminal under the program, as when the connection is cut. The program must be one
    /// that draws when its size changes.
    pub fn hang_up(&mut self) {
        held(&self.shown).closing = true;
        // The reader holds the terminal open until something comes.
        let (rows, cols) = self.look(|shown| shown.screen().size());
        self.resize(cols.get() + 1, rows.get());
        self.wait_ended();
        self.writer = None;
        self.master = None;
    }

    /// From now on the terminal takes no output, or takes it again.
    pub fn stall(&self, stalled: bool) {
        held(&self.shown).stalled = stalled;
        self.shown.1.notify_all();
    }

    /// Waits for the end of the program and of what it wrote, unless this terminal stands still. Returns its exit
    /// code.
    pub fn exit_code(&mut self) -> u32 {
        let deadline = Instant::now() + patience();
        loop {
            if let Some(status) = self.child.try_wait().expect("a status") {
                if !self.look(|shown| shown.stalled) {
                    self.wait_ended();
                }
                return status.exit_code();
            }
            if Instant::now() >= deadline {
                let screen = self.look(framed);
                let _ = self.child.kill();
                panic!("the program did not end; the screen:\n{screen}");
            }
            thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// After the end: everything that was taken has been given back.
    pub fn assert_clean(&self) {
        self.wait_ended();
        self.look(|shown| {
            let screen = shown.screen();
            assert!(!screen.alternate_screen(), "still on the alternate screen");
            assert!(!screen.hide_cursor(), "the cursor is hidden");
            assert!(!screen.bracketed_paste(), "bracketed paste is on");
            assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is on");
            assert!(!shown.mode(1004), "focus events are on");
            assert!(!shown.mode(2026), "a synchronised update is open");
            assert_eq!(shown.extras().titles_pushed, 0, "the title was not given back");
        });
        self.assert_cooked();
    }

    /// The line discipline is as it was before the program started.
    pub fn assert_cooked(&self) {
        let master = self.master.as_ref().expect("the terminal is open");
        assert_eq!(modes(&**master), self.modes_before, "raw mode is still on");
    }

    /// Whether the line discipline is as it was before the program started.
    pub fn is_cooked(&self) -> bool {
        self.master.as_ref().is_some_and(|m| modes(&**m) == self.modes_before)
    }

    fn wait_ended(&self) {
        let deadline = Instant::now() + patience();
        let mut shown = held(&self.shown);
        while !shown.ended {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "the output did not end; the screen:\n{}", framed(&shown));
            shown = self.shown.1.wait_timeout(shown, left).unwrap().0;
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn key(name: &str) -> Vec<u8> {
    let fixed: &[u8] = match name {
        "Enter" => b"\r",
        "Esc" => b"\x1b",
        "Tab" => b"\t",
        "S-Tab" => b"\x1b[Z",
        "Space" => b" ",
        "Backspace" => b"\x7f",
        "Up" => b"\x1b[A",
        "Down" => b"\x1b[B",
        "Right" => b"\x1b[C",
        "Left" => b"\x1b[D",
        "Home" => b"\x1b[H",
        "End" => b"\x1b[F",
        "PgUp" => b"\x1b[5~",
        "PgDn" => b"\x1b[6~",
        "lt" => b"<",
        _ => {
            let letter = name.strip_prefix("C-").and_then(|l| l.bytes().next());
            return vec![letter.unwrap_or_else(|| panic!("no key is called {name}")) & 0x1f];
        }
    };
    fixed.to_vec()
}

fn framed(shown: &Shown) -> String {
    let (_, cols) = shown.screen().size();
    let rule = "-".repeat(usize::from(cols.get()));
    format!("{rule}\n{}\n{rule}", shown.text())
}
