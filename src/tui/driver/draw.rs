//! When a frame is drawn, and when it is left out.

use std::io;
use std::time::{Duration, Instant};

use crate::app::Room;
use crate::app::estate::Estate;
use crate::tui::glyphs::Glyphs;
use crate::tui::links::Links;
use crate::tui::output::{Drawn, Screen, TerminalSink};
use crate::tui::pace::{Pace, QUESTION};
use crate::tui::theme::Theme;
use crate::tui::views::{self, Sketch};
use crate::tui::widgets::Look;

/// Frames that only news asks for come no closer together than this; a key is answered at once.
const FRAME: Duration = Duration::from_millis(33);

/// How soon a frame is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wanted {
    /// With the next few.
    Soon,
    /// At once.
    Now,
}

/// What frames are drawn on, and with.
pub(super) struct Easel {
    pub(super) screen: Screen<TerminalSink>,
    theme: Theme,
    /// What was drawn last, as far as it may be drawn again.
    sketch: Sketch,
    glyphs: &'static Glyphs,
    /// Whether the terminal has links.
    has_links: bool,
    pub(super) pace: Pace,
    wants: Option<Wanted>,
    drawn_at: Option<Instant>,
}

/// Why a frame that is wanted is not drawn yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waits {
    /// None is wanted.
    Nothing,
    /// It comes soon.
    For(Duration),
    /// The operating system has not taken the frame before.
    Written,
    /// The terminal has not told that it has got so far; it is not waited for longer than this.
    Answered(Duration),
}

impl Easel {
    pub(super) fn new(
        screen: Screen<TerminalSink>,
        theme: Theme,
        glyphs: &'static Glyphs,
        has_links: bool,
    ) -> Self {
        let pace = Pace::default();
        Self {
            screen,
            theme,
            sketch: Sketch::default(),
            glyphs,
            has_links,
            pace,
            wants: Some(Wanted::Now),
            drawn_at: None,
        }
    }

    /// How things look.
    pub(super) fn look(&self) -> Look<'_> {
        Look { theme: &self.theme, glyphs: self.glyphs }
    }

    /// Has everything look like this from now on.
    pub(super) fn dress(&mut self, theme: Theme) {
        self.theme = theme;
        self.sketch.forget();
    }

    /// A frame is wanted, at least so soon.
    pub(super) fn want(&mut self, wanted: Wanted) {
        self.wants = self.wants.max(Some(wanted));
    }

    /// What the frame that is wanted waits for.
    pub(super) fn waits(&mut self) -> Waits {
        let now = Instant::now();
        let Some(wanted) = self.wants else { return Waits::Nothing };
        if !self.screen.is_ready() {
            return Waits::Written;
        }
        if let Some(until) = self.pace.behind(now) {
            return Waits::Answered(until.saturating_duration_since(now));
        }
        match (wanted, self.drawn_at) {
            (Wanted::Soon, Some(at)) => Waits::For(FRAME.saturating_sub(now.saturating_duration_since(at))),
            _ => Waits::For(Duration::ZERO),
        }
    }

    /// Draws the frame that is wanted, where it waits for nothing. Returns what it had room for.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn draw(&mut self, estate: &Estate) -> io::Result<Option<Room>> {
        if self.waits() != Waits::For(Duration::ZERO) {
            return Ok(None);
        }
        // A dialog is there as a whole or not at all.
        self.screen.limit(self.pace.most().filter(|_| estate.open().layers.is_empty()));
        let look = Look { theme: &self.theme, glyphs: self.glyphs };
        let mut room = None;
        if self.has_links {
            self.screen.lead_to(Links::of(estate.open()));
        }
        let asks = self.pace.asks(Instant::now());
        self.screen.end_with(if asks { QUESTION } else { b"" });
        let sketch = &mut self.sketch;
        let drawn = self.screen.draw(|frame| room = Some(views::draw_estate(estate, look, sketch, frame)))?;
        let now = Instant::now();
        match drawn {
            Drawn::Behind => return Ok(None),
            Drawn::Written(bytes) => self.pace.sent(now, asks, bytes),
            Drawn::Unchanged => {}
        }
        self.wants = self.screen.owes().then_some(Wanted::Now);
        self.drawn_at = Some(now);
        Ok(room)
    }
}
