//! The loop: events in, effects carried out, frames out.
//!
//! Nothing waits between a key and its frame. Signals come first, then keys, then what the desk and
//! the pollers tell, then time. Whatever is ready is taken in before a frame is drawn, a frame is
//! drawn only when something visible changed, and one that the terminal is too slow for is left out. Where
//! nothing else is to be done, a long list that is filtered is looked through a little further.

mod draw;
mod effects;
mod turn;

use std::io;
use std::process::ExitCode;

use tokio::sync::mpsc;

use super::glyphs::Glyphs;
use super::guard::{Guard, GuardError, Options as GuardOptions};
pub use super::hands::{Hands, Wires};
use super::signals::Signals;
use super::theme::{Depth, Gallery, ThemeError};
use super::{ground, input, output, tty};
use crate::app::App;
use crate::text::Text;
use crate::tui::input::RawInput;
use draw::Easel;
use turn::{Driver, Sources, Standing};

/// How the terminal is used.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Whether clicks and the wheel are reported.
    pub mouse: bool,
    /// Whether only ASCII is drawn, but for the data.
    pub ascii: bool,
    /// The themes there are.
    pub gallery: Gallery,
    /// How many colours are drawn.
    pub depth: Depth,
    /// Whether the terminal has links.
    pub links: bool,
    /// Whether the terminal is asked for its background.
    pub asks_ground: bool,
    /// The title of the window; none leaves it alone.
    pub title: Option<Text>,
}

/// Why the dashboard ended that should not have.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// The terminal could not be taken.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// There is no such theme.
    #[error(transparent)]
    Theme(#[from] ThemeError),
    /// The terminal failed.
    #[error("the terminal failed: {0}")]
    Terminal(#[from] io::Error),
    /// Something in the program panicked; the message has been printed.
    #[error("nightdesk met an error of its own and stopped; the terminal is as it was")]
    Panicked,
}

/// Runs the dashboard until somebody or something ends it. Returns the exit code: 0, or 128 and the
/// number of the signal; 129 also where the terminal is gone.
///
/// # Errors
/// Where the terminal cannot be taken, the theme of `app` does not exist, or the program panicked.
pub async fn run(app: App, wires: Wires, options: Options) -> Result<ExitCode, DriverError> {
    run_on(app, wires, options, None).await
}

/// As [`run`], on what reads the terminal already, where something does: there can be only one reader.
///
/// # Errors
/// As [`run`].
pub async fn run_on(
    app: App,
    wires: Wires,
    options: Options,
    inputs: Option<mpsc::Receiver<RawInput>>,
) -> Result<ExitCode, DriverError> {
    let theme = options.gallery.named(&app.settings.theme)?.at(options.depth);
    let signals = Signals::new()?;
    let guard = Guard::enter(&GuardOptions { mouse: options.mouse, title: options.title.clone() })?;
    let mut screen = output::open(guard.lease())?;
    if options.asks_ground {
        // With the first frame, which waits for no answer.
        screen.control(ground::QUESTION);
    }
    let inputs = inputs.map_or_else(input::spawn, Ok)?;
    let Wires { deltas, progress, journal, readings, hands, clock } = wires;
    let driver = Driver {
        app,
        hands,
        clock,
        guard,
        easel: Easel::new(screen, theme, Glyphs::new(options.ascii), options.links),
        gallery: options.gallery,
        depth: options.depth,
        standing: Standing::Runs,
    };
    let (deltas, progress) = (Some(deltas), Some(progress));
    let (journal, readings) = (Some(journal), Some(readings));
    driver.run(Sources { signals, inputs, deltas, progress, journal, readings }).await
}

/// How it ends.
type End = Result<ExitCode, DriverError>;

/// The exit code of a program whose terminal is gone.
const GONE: u8 = 129;

fn gone() -> End {
    Ok(ExitCode::from(GONE))
}

/// A terminal that fails because nobody is there any more is not an error of the program.
fn failed(error: io::Error) -> End {
    if tty::is_alive() { Err(error.into()) } else { gone() }
}
