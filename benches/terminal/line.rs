//! A program at the end of a line: everything that comes over it is timed, and the line may be slow.

use std::error::Error;
use std::fs;
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

/// What arrived, and when.
pub struct Piece {
    pub at: Instant,
    pub bytes: Vec<u8>,
}

/// A program and its line.
pub struct Line {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    pieces: Receiver<Piece>,
    parser: vt100::Parser,
    /// The last byte that came: a question may come in two pieces.
    end: Vec<u8>,
    pub started: Instant,
}

/// What one key caused.
pub struct Answer {
    pub first: Duration,
    pub bytes: usize,
}

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How long something may take to be on the screen: a large house must be read first.
const PATIENCE: Duration = Duration::from_secs(600);

/// What the question ends with that a terminal answers.
const QUESTION: &[u8] = b"5n";

impl Line {
    /// Starts `command` on a terminal of this size, behind a line of so many bytes a second.
    pub fn open(mut command: CommandBuilder, (cols, rows): (u16, u16), rate: Option<f64>) -> Result<Self> {
        command.env("TERM", "xterm-256color");
        let pair = native_pty_system().openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 })?;
        let mut reader = pair.master.try_clone_reader()?;
        let writer = pair.master.take_writer()?;
        let started = Instant::now();
        let child = pair.slave.spawn_command(command)?;
        drop(pair.slave);
        let (tell, pieces) = channel();
        thread::spawn(move || {
            let _open = pair.master;
            let mut chunk = vec![0; if rate.is_some() { 32 } else { 65_536 }];
            while let Ok(n @ 1..) = reader.read(&mut chunk) {
                if let Some(rate) = rate {
                    thread::sleep(Duration::from_secs_f64(n as f64 / rate));
                }
                let piece = Piece { at: Instant::now(), bytes: chunk.get(..n).unwrap_or_default().to_vec() };
                if tell.send(piece).is_err() {
                    return;
                }
            }
        });
        let parser = vt100::Parser::new(rows.try_into()?, cols.try_into()?, 0);
        Ok(Self { child, writer, pieces, parser, end: Vec::new(), started })
    }

    fn take_in(&mut self, piece: &Piece) -> Result<()> {
        self.parser.process(&piece.bytes);
        // The end of a question may come without its beginning on a slow line; each ends alike.
        let joined = [&self.end[..], &piece.bytes].concat();
        self.end = piece.bytes.last().copied().into_iter().collect();
        let questions = joined.windows(QUESTION.len()).filter(|w| *w == QUESTION).count();
        for _ in 0..questions {
            self.writer.write_all(b"\x1b[0n")?;
        }
        Ok(())
    }

    /// The next piece, if one comes within `patience`.
    pub fn next(&mut self, patience: Duration) -> Result<Option<Piece>> {
        match self.pieces.recv_timeout(patience) {
            Ok(piece) => {
                self.take_in(&piece)?;
                Ok(Some(piece))
            }
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err("the program ended".into()),
        }
    }

    /// What is marked on the screen: the row of the cursor among it.
    pub fn marked(&self) -> String {
        let screen = self.parser.screen();
        let (rows, cols) = screen.size();
        let cells = (0..rows.into()).flat_map(|y: u16| (0..cols.into()).map(move |x: u16| (y, x)));
        let is_marked = |cell: &vt100::Cell| cell.inverse() || cell.bgcolor() != vt100::Color::Default;
        cells
            .filter_map(|(y, x)| screen.cell(y, x))
            .filter(|cell| is_marked(cell))
            .map(|c| c.contents())
            .collect()
    }

    /// Waits until the screen shows `text`; anything where it is empty. Returns how long after the start.
    pub fn wait_for(&mut self, text: &str) -> Result<Duration> {
        let began = Instant::now();
        loop {
            let shown = self.parser.screen().contents();
            if !shown.trim().is_empty() && shown.contains(text) {
                return Ok(self.started.elapsed());
            }
            let left = PATIENCE.saturating_sub(began.elapsed());
            if left.is_zero() || self.next(left)?.is_none() {
                return Err(format!("waited in vain for {text:?}:\n{shown}").into());
            }
        }
    }

    /// Waits until the screen shows `text` no longer.
    pub fn wait_without(&mut self, text: &str) -> Result<()> {
        let began = Instant::now();
        while self.parser.screen().contents().contains(text) {
            if began.elapsed() > PATIENCE {
                return Err(format!("{text:?} does not end").into());
            }
            self.next(Duration::from_secs(1))?;
        }
        Ok(())
    }

    /// Waits until nothing has come for so long. Returns how many bytes came until then.
    pub fn settle(&mut self, quiet: Duration) -> Result<usize> {
        let mut bytes = 0;
        while let Some(piece) = self.next(quiet)? {
            bytes += piece.bytes.len();
        }
        Ok(bytes)
    }

    pub fn send(&mut self, keys: &[u8]) -> Result<()> {
        Ok(self.writer.write_all(keys)?)
    }

    /// Presses a key and waits for what it causes.
    pub fn press(&mut self, key: &[u8]) -> Result<Option<Answer>> {
        let sent = Instant::now();
        self.send(key)?;
        let Some(first) = self.next(Duration::from_millis(300))? else { return Ok(None) };
        let bytes = first.bytes.len() + self.settle(Duration::from_millis(6))?;
        Ok(Some(Answer { first: first.at - sent, bytes }))
    }

    /// Voluntary context switches of all threads so far.
    pub fn switches(&self) -> u64 {
        let count = |status: String| {
            let line =
                status.lines().find_map(|l| l.strip_prefix("voluntary_ctxt_switches:").map(str::to_owned));
            line.and_then(|n| n.trim().parse::<u64>().ok()).unwrap_or(0)
        };
        self.threads("status").map(count).sum()
    }

    /// What the program has in memory, in bytes: of the program and the libraries what is mapped, shared or not.
    pub fn memory(&self) -> Option<u64> {
        let status = format!("/proc/{}/status", self.child.process_id()?);
        let status = fs::read_to_string(status).ok()?;
        let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(kilobytes.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? * 1024)
    }

    /// Processor time of all threads so far.
    pub fn cpu(&self) -> Duration {
        let nanos = |stat: String| stat.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0);
        Duration::from_nanos(self.threads("schedstat").map(nanos).sum())
    }

    fn threads(&self, file: &'static str) -> impl Iterator<Item = String> {
        let tasks = format!("/proc/{}/task", self.child.process_id().unwrap_or(0));
        let tasks = fs::read_dir(tasks).into_iter().flatten().flatten();
        tasks.filter_map(move |task| fs::read_to_string(task.path().join(file)).ok())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
