//! The line at the top: which hotel, which night, how many, how old.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::words;
use crate::app::App;
use crate::app::health::{self, Health};
use crate::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::pen::Pen;

type Piece = (String, Meaning);

/// How much the line says; the first that fits is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wording {
    Full,
    Short,
    Terse,
}

/// The least width in which a property can still be told from another.
const LEAST_NAME: usize = 8;

/// Draws it.
pub fn render(app: &App, look: Look<'_>, line: Rect, buf: &mut Buffer) {
    let width = usize::from(line.width).saturating_sub(1);
    let name = property_name(app);
    let wordings = [Wording::Full, Wording::Short, Wording::Terse];
    let needs = |w: Wording| {
        let pieces = left(app, w).len() + 1;
        let (left, right) = (measure(&left(app, w)), measure(&right(app, w, usize::MAX)));
        left + right + 2 * pieces
    };
    let wording =
        wordings.into_iter().find(|w| needs(*w) + text::width(&name) < width).unwrap_or(Wording::Terse);
    let room = width.saturating_sub(needs(wording)).max(LEAST_NAME);
    let age = right(app, wording, width / 3);
    let age_width = u16::try_from(measure(&age)).unwrap_or(u16::MAX);

    let mut pen = Pen::new(line, buf, look);
    pen.skip(1).reserve(age_width.saturating_add(1));
    pen.put(&look.glyphs.fit(&name, room), Meaning::Header);
    for (words, meaning) in left(app, wording) {
        pen.skip(2).put(&words, meaning);
    }
    let at = line.right().saturating_sub(age_width.saturating_add(1)).max(line.x);
    let rest = Rect { x: at, width: line.right() - at, ..line };
    let mut pen = Pen::new(rest, buf, look);
    for (i, (words, meaning)) in age.iter().enumerate() {
        pen.skip(if i == 0 { 0 } else { 2 }).put(words, *meaning);
    }
}

fn measure(pieces: &[Piece]) -> usize {
    let gaps = 2 * pieces.len().saturating_sub(1);
    pieces.iter().map(|(words, _)| text::width(words)).sum::<usize>() + gaps
}

fn property_name(app: &App) -> String {
    let name = app.property.name();
    if name.is_empty() { "nightdesk".into() } else { name.to_string() }
}

/// What follows the name: badges, night, time, counts.
fn left(app: &App, wording: Wording) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if app.settings.sandbox || app.property.is_sandbox() {
        pieces.push(("SANDBOX".into(), Meaning::Badge));
    }
    if app.settings.read_only {
        pieces.push(("READ-ONLY".into(), Meaning::Badge));
    }
    let date = app.property.business_date();
    let night = match wording {
        Wording::Full => format!("night of {}", date.short()),
        Wording::Short | Wording::Terse => date.date().format("%-d %b").to_string(),
    };
    pieces.push((night, Meaning::Text));
    let zone = app.property.zone().short(app.now());
    pieces.push((format!("{} {zone}", words::minute(app, app.now())), Meaning::Header));
    pieces.extend(counts(app, wording));
    pieces
}

fn counts(app: &App, wording: Wording) -> Vec<Piece> {
    let c = app.property.counts();
    let over = if c.overstay > 0 { Meaning::Warning } else { Meaning::Text };
    match wording {
        Wording::Full => vec![
            (format!("due in {}", c.due_in), Meaning::Text),
            (format!("in-house {}", c.in_house), Meaning::Text),
            (format!("due out {}", c.due_out), Meaning::Text),
            (format!("overstay {}", c.overstay), over),
        ],
        Wording::Short | Wording::Terse => {
            let first = if wording == Wording::Short { "due in" } else { "arr" };
            let words =
                format!("{first} {} in {} out {} over {}", c.due_in, c.in_house, c.due_out, c.overstay);
            vec![(words, over)]
        }
    }
}

/// How old it is, at the end of the line. A reason is cut to `room` cells.
fn right(app: &App, wording: Wording, room: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if let Some(since) = app.freeze.since() {
        let waiting = app.freeze.waiting();
        let since = words::clock(app, since);
        let words = match wording {
            Wording::Full => format!("FROZEN since {since}, {waiting} waiting"),
            Wording::Short | Wording::Terse => format!("FROZEN {since}"),
        };
        pieces.push((words, Meaning::Badge));
    }
    if let Some(at) = health::as_of(&app.property) {
        let words = match wording {
            Wording::Terse => words::clock(app, at),
            Wording::Full | Wording::Short => format!("as of {}", words::clock(app, at)),
        };
        pieces.push((words, Meaning::Muted));
    }
    match health::health(&app.property, app.now()) {
        Health::Live => {}
        Health::Starting => pieces.push(("reading".into(), Meaning::Pending)),
        Health::Stale { since, why } => {
            pieces.push((format!("STALE {}", words::age(app, since)), Meaning::Badge));
            if let Some(why) = why.filter(|_| wording == Wording::Full) {
                pieces.push((text::fit(&why, room).into_owned(), Meaning::Warning));
            }
        }
        Health::Offline { since, why } => {
            pieces.push((format!("OFFLINE since {}", words::minute(app, since)), Meaning::Badge));
            if wording == Wording::Full {
                pieces.push((text::fit(&why, room).into_owned(), Meaning::Warning));
            }
        }
    }
    pieces
}
