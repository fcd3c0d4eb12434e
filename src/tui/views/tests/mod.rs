//! What the views draw: pictures of every view and state, and what pictures do not show.

mod attend;
mod audit;
mod away;
mod boxes;
mod bytes;
mod cards;
mod hostile;
mod hotel;
mod in_words;
mod keys;
mod newcomers;
mod overview;
mod own;
mod panes;
mod people;
mod record;
mod sizes;
mod sketch;
mod spoken;
mod tables;
pub mod variants;
mod why;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

pub use hotel::{Hotel, empty_app, night};

use crate::app::key::Key;
use crate::app::{App, Event, Room};
use crate::text;
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::Theme;
use crate::tui::widgets::Look;

/// A picture and what came with it.
pub struct Picture {
    pub buf: Buffer,
    pub room: Room,
    pub cursor: Option<Position>,
}

impl Picture {
    pub fn of(app: &App, width: u16, height: u16) -> Self {
        Self::in_theme(app, width, height, &Theme::named("dark").unwrap(), &Glyphs::UNICODE)
    }

    pub fn in_theme(app: &App, width: u16, height: u16, theme: &Theme, glyphs: &Glyphs) -> Self {
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        let (room, cursor) = super::render(app, Look { theme, glyphs }, area, &mut buf);
        Self { buf, room, cursor }
    }

    /// Its text, one line a row, blanks at the ends left out.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for row in self.buf.area.rows() {
            let mut covered = 0;
            let mut line = String::new();
            for at in row.columns() {
                let symbol = self.buf[(at.x, at.y)].symbol();
                if covered == 0 {
                    line.push_str(symbol);
                    covered = text::width(symbol);
                }
                covered = covered.saturating_sub(1);
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }

    /// The style of the first cell of a text that is on the picture.
    pub fn style_of(&self, said: &str) -> ratatui::style::Style {
        let at = self.find(said).unwrap_or_else(|| panic!("no “{said}” on\n{}", self.text()));
        self.buf[at].style()
    }

    fn find(&self, said: &str) -> Option<Position> {
        self.buf.area.rows().find_map(|row| {
            let line: Vec<&str> = row.columns().map(|c| self.buf[(c.x, c.y)].symbol()).collect();
            (0..line.len())
                .find(|x| line[*x..].concat().starts_with(said))
                .map(|x| Position { x: u16::try_from(x).unwrap(), y: row.y })
        })
    }
}

/// Presses keys as a person would: after each, a frame is drawn and some time passes.
pub fn press(app: &mut App, keys: &str) {
    for name in keys.split_whitespace() {
        let key: Key = name.parse().unwrap();
        app.update(app.now() + chrono::TimeDelta::milliseconds(500), Event::Key(key));
        let room = Picture::of(app, 120, 40).room;
        app.update(app.now(), Event::Drawn(room));
    }
}

/// Types a text, blanks and all.
pub fn type_in(app: &mut App, typed: &str) {
    for c in typed.chars() {
        app.update(app.now(), Event::Key(Key::char(c)));
    }
}
