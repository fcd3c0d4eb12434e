//! The loop of the first start: a form on a terminal, before there is anything to show.

use std::future::Future;
use std::pin::Pin;
use std::process::ExitCode;

use super::driver::DriverError;
use super::glyphs::Glyphs;
use super::guard::{Guard, Options as GuardOptions};
use super::input::{Inputs, RawInput};
use super::output::{self, Drawn};
use super::signals::{Signal, Signals};
use super::theme::Theme;
use super::widgets::Look;
use super::{tty, views};
use crate::app::first::{Answers, First, Wish};
use crate::text::Text;

/// What becomes of a try: the name of the workspace and whether it is a sandbox, or why it does not work.
pub type Tried = Result<(Text, bool), Text>;

/// Tries the answers.
pub type Try = Box<dyn Fn(Answers) -> Pin<Box<dyn Future<Output = Tried> + Send>>>;

/// Writes the answers down.
pub type Write = Box<dyn Fn(&Answers) -> Result<(), Text>>;

/// What would be written where.
pub type Places = Box<dyn Fn(&First) -> Vec<Text>>;

/// What the questions are asked with.
pub struct Asked {
    /// Tries the answers.
    pub tries: Try,
    /// Writes them down, or says why it cannot.
    pub writes: Write,
    /// What would be written where.
    pub places: Places,
    /// How it looks.
    pub theme: Theme,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
}

/// How it ended.
pub enum Ended {
    /// It is written down.
    Written,
    /// Somebody left; nothing was written.
    Left(ExitCode),
}

/// Asks until the answers work and are written down, or somebody leaves.
///
/// # Errors
/// Where the terminal cannot be taken.
pub async fn run(mut first: First, asked: Asked) -> Result<Ended, DriverError> {
    let mut signals = Signals::new()?;
    let guard = Guard::enter(&GuardOptions::default())?;
    let mut screen = output::open(guard.lease())?;
    let mut inputs = Inputs::open()?;
    let mut panicked = guard.panicked();
    let mut trying: Option<Pin<Box<dyn Future<Output = Tried> + Send>>> = None;
    loop {
        let look = Look { theme: &asked.theme, glyphs: Glyphs::new(asked.ascii) };
        let places = (asked.places)(&first);
        let drawn = screen.draw(|frame| {
            let area = frame.area();
            if let Some(at) = views::first(&first, &places, look, area, frame.buffer_mut()) {
                frame.set_cursor_position(at);
            }
        })?;
        if drawn == Drawn::Behind {
            screen.sink().ready().await?;
            continue;
        }
        let wish = tokio::select! {
            biased;
            _ = panicked.wait_for(|p| *p) => return Err(DriverError::Panicked),
            signal = signals.next() => match signal {
                Signal::Resize | Signal::Suspend => Wish::Stay,
                Signal::Continue => {
                    guard.resume()?;
                    screen.repaint();
                    Wish::Stay
                }
                ends => match ends.exit_code() {
                    Some(code) => return Ok(Ended::Left(ExitCode::from(code))),
                    None => Wish::Stay,
                },
            },
            input = inputs.recv() => match input {
                RawInput::Key(key) => first.key(key),
                RawInput::Paste(text) => {
                    first.paste(&text);
                    Wish::Stay
                }
                RawInput::Gone => return Ok(Ended::Left(ExitCode::from(129))),
                _ => Wish::Stay,
            },
            told = tried(&mut trying) => {
                trying = None;
                first.tried(told);
                Wish::Stay
            }
        };
        match wish {
            Wish::Stay => {}
            Wish::Leave => return Ok(Ended::Left(ExitCode::SUCCESS)),
            Wish::Try(answers) => trying = Some((asked.tries)(answers)),
            Wish::Write(answers) => match (asked.writes)(&answers) {
                Ok(()) => return Ok(Ended::Written),
                Err(why) => first.not_written(why),
            },
        }
        if !tty::is_alive() {
            return Ok(Ended::Left(ExitCode::from(129)));
        }
    }
}

/// What becomes of the try; never, where nothing is tried.
async fn tried(trying: &mut Option<Pin<Box<dyn Future<Output = Tried> + Send>>>) -> Tried {
    match trying {
        Some(trying) => trying.await,
        None => std::future::pending().await,
    }
}
