//! The loop: events in, effects carried out, frames out.
//!
//! Nothing waits between a key and its frame. Signals come first, then keys, then what the desk and
//! the pollers of each property tell, then time. Whatever is ready is taken in before a frame is drawn, a frame is
//! drawn only when something visible changed, and one that the terminal is too slow for is left out. Where
//! nothing else is to be done, a long list that is filtered is looked through a little further.

mod draw;
mod effects;
mod news;
mod turn;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use tokio::sync::mpsc;

use super::glyphs::Glyphs;
use super::guard::{Guard, GuardError, Options as GuardOptions};
pub use super::hands::{Answer, Hands, Wires};
use super::signals::Signals;
use super::theme::{Depth, Gallery, ThemeError};
use super::{ground, output, tty};
use crate::app::App;
use crate::app::estate::Estate;
use crate::text::Text;
use crate::tui::input::Inputs;
use draw::Easel;
use news::News;
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
    /// Where those of the person are, to be looked at again; none where there is no such place.
    pub themes: Option<PathBuf>,
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

/// As [`run_estate`], on one property.
///
/// # Errors
/// As of [`run_estate`].
pub async fn run(app: App, wires: Wires, options: Options) -> Result<ExitCode, DriverError> {
    run_estate(Estate::single(app), vec![wires], options).await
}

/// Runs the dashboard until somebody or something ends it. Returns the exit code: 0, or 128 and the
/// number of the signal; 129 also where the terminal is gone. `wires` are those of the properties, in their order.
///
/// # Errors
/// Where the terminal cannot be taken, the theme does not exist, or the program panicked.
pub async fn run_estate(
    estate: Estate,
    wires: Vec<Wires>,
    options: Options,
) -> Result<ExitCode, DriverError> {
    let theme = options.gallery.named(&estate.open().settings.theme)?.at(options.depth);
    let signals = Signals::new()?;
    let guard = Guard::enter(&GuardOptions { mouse: options.mouse, title: options.title.clone() })?;
    let mut screen = output::open(guard.lease())?;
    if options.asks_ground {
        // With the first frame, which waits for no answer.
        screen.control(ground::QUESTION);
    }
    let inputs = Inputs::open()?;
    let (lines, inboxes) = wires.into_iter().map(turn::ends).unzip();
    let (found, galleries) = mpsc::channel(1);
    let driver = Driver {
        estate,
        lines,
        guard,
        easel: Easel::new(screen, theme, Glyphs::new(options.ascii), options.links),
        gallery: options.gallery,
        themes: options.themes,
        found,
        depth: options.depth,
        standing: Standing::Runs,
    };
    driver.run(Sources { signals, inputs, galleries, news: News::new(inboxes) }).await
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
