//! What the person sees: every view draws from `&App` and changes nothing.
//!
//! ```text
//! header    who, which night, how many, how old
//! board     the four panes, one or all of them
//! alarm     the worst warning, where the warnings are not on the screen
//! tour      what to do next, where a walk through the desk was asked for
//! status    a message, a secret, the filter, or what is running
//! footer    keys
//! ```
//! Pages cover everything between header and footer; boxes stand in the middle of the board.

mod alarm;
mod alert;
mod attend;
mod audit;
mod away;
mod badge;
mod board;
mod card;
mod cells;
mod columns;
mod compare;
mod desk;
mod details;
mod dialog;
mod entry;
mod first;
mod footer;
mod grants;
mod guests;
mod header;
mod help;
mod here;
mod job;
mod journal;
mod leave;
mod link;
mod menu;
mod mutations;
mod operator;
mod overview;
mod page;
mod pane;
mod paper;
mod qr;
mod queue;
mod sketch;
mod small;
mod spot;
mod status;
mod themes;
mod tour;
mod unfinished;
mod warnings;
mod why;
mod words;

#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::output::Canvas;
use super::widgets::Look;
use super::widgets::ground::ground;
use crate::app::estate::Estate;
use crate::app::layer::Layer;
use crate::app::{App, Room};
pub use first::render as first;
pub use sketch::Sketch;
pub use spot::spot;

/// Below this the screen is a card that says so.
pub const LEAST_WIDTH: u16 = 60;
/// Below this the screen is a card that says so.
pub const LEAST_HEIGHT: u16 = 16;

/// Draws everything. Returns how many rows there was room for, which the program wants to know to
/// turn pages.
pub fn draw(app: &App, look: Look<'_>, frame: &mut Canvas<'_>) -> Room {
    let area = frame.area();
    let (room, cursor) = render(app, look, area, frame.buffer_mut());
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
    room
}

/// As [`draw`], of what is on the screen where there are several properties: one of them, or all at a glance. What has
/// not changed comes from `sketch`.
pub fn draw_estate(estate: &Estate, look: Look<'_>, sketch: &mut Sketch, frame: &mut Canvas<'_>) -> Room {
    let area = frame.area();
    let (buf, before) = frame.buffers();
    let (room, cursor) = render_estate(estate, look, area, (sketch, before), buf);
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
    room
}

/// As [`draw_estate`], into a buffer. The frame before is where the sketch was made.
pub fn render_estate(
    estate: &Estate,
    look: Look<'_>,
    area: Rect,
    (sketch, before): (&mut Sketch, Option<&Buffer>),
    buf: &mut Buffer,
) -> (Room, Option<Position>) {
    let overview = estate.overview();
    if overview.is_some() {
        sketch.forget();
    }
    match overview {
        Some(shown) if area.width >= LEAST_WIDTH && area.height >= LEAST_HEIGHT => {
            ground(area, look, buf);
            (overview::render(estate, shown, look, area, buf), None)
        }
        Some(shown) => {
            small::render_overview(shown, estate.open(), look, area, buf);
            (Room::default(), None)
        }
        None => {
            sketch.turn_to(estate.at());
            render_from(estate.open(), look, area, (sketch, before), buf)
        }
    }
}

/// As [`draw`], into a buffer; also tells where the terminal's cursor belongs.
pub fn render(app: &App, look: Look<'_>, area: Rect, buf: &mut Buffer) -> (Room, Option<Position>) {
    render_from(app, look, area, (&mut Sketch::default(), None), buf)
}

/// As [`render`], with what has not changed since the frame before, of which there is a sketch.
pub fn render_from(
    app: &App,
    look: Look<'_>,
    area: Rect,
    (sketch, before): (&mut Sketch, Option<&Buffer>),
    buf: &mut Buffer,
) -> (Room, Option<Position>) {
    ground(area, look, buf);
    if area.width < LEAST_WIDTH || area.height < LEAST_HEIGHT {
        sketch.forget();
        small::render(app, look, area, buf);
        return (Room::default(), None);
    }
    let parts = Parts::of(app, area);
    header::render(app, look, parts.header, buf);
    footer::render(app, look, parts.footer, buf);
    let mut cursor = parts.status.and_then(|line| status::render(app, look, line, buf));
    if let Some(area) = parts.tour {
        tour::render(app, look, area, buf);
    }
    let mut room = Room::default();
    // Only what the topmost page leaves visible is drawn.
    let first = app.layers.iter().rposition(Layer::is_page).unwrap_or(0);
    if !app.layers.iter().any(Layer::is_page) {
        room.panes = board::render(app, look, (area, parts.body), (&mut *sketch, before), buf);
        if let Some(line) = parts.alarm {
            alarm::render(app, look, line, buf);
        }
    }
    if !app.layers.is_empty() {
        sketch.forget();
    }
    let body = parts.whole_body();
    for layer in app.layers.iter().skip(first) {
        let drawn = layer_in(layer, app, look, body, buf);
        room.overlay = drawn.rows;
        room.overlay_end = drawn.end;
        cursor = drawn.cursor;
    }
    (room, cursor)
}

/// What a layer drew.
#[derive(Debug, Clone, Copy, Default)]
struct Drawn {
    /// Rows it had room for.
    rows: u16,
    /// How far it can be scrolled, where it can.
    end: Option<u16>,
    /// Where the terminal's cursor belongs.
    cursor: Option<Position>,
}

impl Drawn {
    fn rows(rows: u16) -> Self {
        Self { rows, ..Self::default() }
    }
}

fn layer_in(layer: &Layer, app: &App, look: Look<'_>, body: Rect, buf: &mut Buffer) -> Drawn {
    match layer {
        Layer::Details(d) => details::render(app, d, look, body, buf),
        Layer::Alert { id, scroll } => alert::render(app, id, *scroll, look, body, buf),
        Layer::Help { scroll } => help::render(app, *scroll, look, body, buf),
        Layer::Desk { at } => Drawn::rows(desk::render(app, *at, look, body, buf)),
        Layer::Menu(menu) => Drawn::rows(menu::render(app, menu, look, body, buf)),
        Layer::Palette(palette) => menu::render_palette(app, palette, look, body, buf),
        Layer::Themes(themes) => Drawn::rows(themes::render(themes, look, body, buf)),
        Layer::Dialog(dialog) => dialog::render(app, dialog, look, body, buf),
        Layer::Job(run) => Drawn::rows(job::render(app, *run, look, body, buf)),
        Layer::Link(link) => Drawn::rows(link::render(app, link, look, body, buf)),
        Layer::Why(page) => why::render(app, page, look, body, buf),
        Layer::Qr(qr) => Drawn::rows(qr::render(app, qr, look, body, buf)),
        Layer::Journal(window) => journal::render(app, window, look, body, buf),
        Layer::Entry(whole) => entry::render(app, whole, look, body, buf),
        Layer::Audit => audit::render(app, look, body, buf),
        Layer::Paper(paper) => paper::render(app, paper, look, body, buf),
        Layer::Compare(page) => compare::render(page, look, body, buf),
        Layer::Attend(attend) => attend::render(app, attend, look, body, buf),
        Layer::Unfinished(chooser) => Drawn::rows(unfinished::render(app, chooser, look, body, buf)),
        Layer::Emergency(asked) => away::render(app, asked, look, body, buf),
        Layer::Operator(field) => operator::render(field, look, body, buf),
        Layer::Queue => Drawn::rows(queue::render(app, look, body, buf)),
        Layer::Reading => Drawn::rows(card::render(app, look, body, buf)),
        Layer::Columns(page) => Drawn::rows(columns::render(app, page, look, body, buf)),
        Layer::Leave => Drawn::rows(leave::render(app, look, body, buf)),
    }
}

/// The lines of the screen.
#[derive(Debug, Clone, Copy)]
struct Parts {
    header: Rect,
    body: Rect,
    alarm: Option<Rect>,
    tour: Option<Rect>,
    status: Option<Rect>,
    footer: Rect,
}

impl Parts {
    fn of(app: &App, area: Rect) -> Self {
        let line = |y: u16| Rect { y, height: 1, ..area };
        let header = Rect { height: header::height(app, area.width), ..area };
        let top = header.bottom();
        let mut bottom = area.bottom() - 1;
        let footer = line(bottom);
        let mut take = |height: u16| {
            let height = height.min(bottom.saturating_sub(top));
            (height > 0).then(|| {
                bottom -= height;
                Rect { y: bottom, height, ..area }
            })
        };
        let status = take(status::height(app, area.width));
        let tour = take(tour::height(app));
        let alarm = take(u16::from(alarm::is_wanted(app, area)));
        let body = Rect { y: top, height: bottom.saturating_sub(top), ..area };
        Self { header, body, alarm, tour, status, footer }
    }

    /// The body with the line of the worst warning: what pages cover.
    fn whole_body(&self) -> Rect {
        let more = u16::from(self.alarm.is_some());
        Rect { height: self.body.height + more, ..self.body }
    }
}
