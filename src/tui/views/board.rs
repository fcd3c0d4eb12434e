//! The four panes: one of them, all of them, or all of them with the selected stay beside.
//!
//! ```text
//! one (80x24)          four (120x40)               five (200x60)
//! [1 Guests] 2 3 4     warnings                    warnings             | the
//! rows                 guests | mutations          guests | mutations   | selected
//!                             | grants                    | grants      | stay
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};

use super::sketch::{Sketch, Slot};
use super::{details, grants, guests, mutations, warnings};
use crate::app::App;
use crate::app::pane::PaneKind;
use crate::property::Counts;
use crate::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::ground::blank;
use crate::tui::widgets::pane::Pane;
use crate::tui::widgets::pen::Pen;

/// From this width and height on, all four panes are shown.
const FOUR: (u16, u16) = (100, 28);
/// From this width and height on, the selected stay is shown beside them.
const FIVE: (u16, u16) = (170, 44);
/// Rows of a pane that is not worth more.
const LEAST_PANE: u16 = 5;

/// Where each part stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Layout {
    strip: Option<Rect>,
    panes: [Option<Rect>; 4],
    stay: Option<Rect>,
}

/// Whether a pane is on a screen of this size.
pub fn shows(app: &App, screen: Rect, kind: PaneKind) -> bool {
    let alone = app.board.zoomed || !fits(screen, FOUR);
    !alone || app.board.focus == kind
}

fn fits(area: Rect, least: (u16, u16)) -> bool {
    area.width >= least.0 && area.height >= least.1
}

impl Layout {
    fn of(app: &App, screen: Rect, body: Rect) -> Self {
        if app.board.zoomed || !fits(screen, FOUR) {
            Self::one(app.board.focus, body)
        } else if fits(screen, FIVE) {
            Self::five(app, body)
        } else {
            Self::four(app, body)
        }
    }

    fn one(focus: PaneKind, body: Rect) -> Self {
        let mut layout = Self { strip: Some(Rect { height: 1, ..body }), ..Self::default() };
        let rest = Rect { y: body.y + 1, height: body.height.saturating_sub(1), ..body };
        if let Some(slot) = layout.panes.get_mut(focus.index()) {
            *slot = Some(rest);
        }
        layout
    }

    fn four(app: &App, body: Rect) -> Self {
        let (top, below) = split_down(body, warnings_height(app, body.height));
        let (left, right) = split_across(below, below.width * 3 / 5);
        let (upper, lower) = split_down(right, mutations_height(app, right.height));
        Self { strip: None, panes: [Some(left), Some(lower), Some(upper), Some(top)], stay: None }
    }

    fn five(app: &App, body: Rect) -> Self {
        let (panes, stay) = split_across(body, body.width - (body.width * 3 / 10).clamp(50, 76));
        Self { stay: Some(stay), ..Self::four(app, panes) }
    }
}

/// The warnings take what they need, from a fifth to two fifths.
fn warnings_height(app: &App, height: u16) -> u16 {
    let rows = u16::try_from(app.board.warnings.rows().len()).unwrap_or(u16::MAX);
    rows.saturating_add(3).clamp((height / 5).max(LEAST_PANE), (height * 2 / 5).max(LEAST_PANE))
}

/// The mutations take what they need, up to half of their column.
fn mutations_height(app: &App, height: u16) -> u16 {
    let rows = u16::try_from(app.board.mutations.rows().len()).unwrap_or(u16::MAX);
    rows.saturating_add(3).clamp(LEAST_PANE.min(height), (height / 2).max(LEAST_PANE.min(height)))
}

fn split_down(area: Rect, at: u16) -> (Rect, Rect) {
    let at = at.min(area.height);
    (Rect { height: at, ..area }, Rect { y: area.y + at, height: area.height - at, ..area })
}

fn split_across(area: Rect, at: u16) -> (Rect, Rect) {
    let at = at.min(area.width);
    (Rect { width: at, ..area }, Rect { x: area.x + at, width: area.width - at, ..area })
}

/// Draws it into the body of a screen, with what has not changed since the frame before, of which there is a sketch.
/// Returns how many rows each pane had room for.
pub fn render(
    app: &App,
    look: Look<'_>,
    (screen, body): (Rect, Rect),
    (sketch, before): (&mut Sketch, Option<&Buffer>),
    buf: &mut Buffer,
) -> [u16; 4] {
    let layout = Layout::of(app, screen, body);
    let focus = app.board.focus;
    let before = sketch.put(app, &layout, body, before, buf);
    let (mut place, mut rooms) = before.unwrap_or_default();
    let framed = layout.strip.is_none();
    if let Some(line) = layout.strip {
        if before.is_some() {
            blank(line, look, buf);
        }
        strip(app, look, line, buf);
    }
    for ((kind, area), room) in PaneKind::ALL.into_iter().zip(layout.panes).zip(&mut rooms) {
        let Some(area) = area.filter(|_| kind == focus || before.is_none()) else { continue };
        let slot = Slot { area, framed, before: before.map(|(place, _)| place) };
        let seen = match kind {
            PaneKind::Guests => guests::render(app, look, slot, buf),
            PaneKind::Grants => grants::render(app, look, slot, buf),
            PaneKind::Mutations => mutations::render(app, look, slot, buf),
            PaneKind::Warnings => warnings::render(app, look, slot, buf),
        };
        *room = seen.room;
        if kind == focus {
            place = seen.place;
        }
    }
    if let Some(area) = layout.stay {
        if before.is_some() {
            blank(area, look, buf);
        }
        selected(app, look, area, buf);
    }
    sketch.keep(app, &layout, body, (place, rooms));
    rooms
}

/// Where the pane under a place of the body stands, and what is inside its frame; or the pane whose tab is there.
pub fn pane_at(
    app: &App,
    screen: Rect,
    body: Rect,
    at: Position,
    look: Look<'_>,
) -> Option<(PaneKind, Option<Rect>)> {
    let layout = Layout::of(app, screen, body);
    if let Some(line) = layout.strip.filter(|line| line.contains(at)) {
        let mut x = usize::from(line.x);
        return PaneKind::ALL.into_iter().zip(1..).find_map(|(kind, number)| {
            x += tab(app, kind, number, look).iter().map(|(words, _)| text::width(words)).sum::<usize>();
            (usize::from(at.x) < x).then_some((kind, None))
        });
    }
    let framed = layout.strip.is_none();
    let panes = PaneKind::ALL.into_iter().zip(layout.panes);
    let (kind, area) =
        panes.filter_map(|(kind, area)| Some((kind, area?))).find(|(_, area)| area.contains(at))?;
    Some((kind, Some(if framed { area.inner(Margin::new(1, 1)) } else { area })))
}

/// The panes by number, where only one of them is on the screen.
fn strip(app: &App, look: Look<'_>, line: Rect, buf: &mut Buffer) {
    let mut pen = Pen::new(line, buf, look);
    for (kind, number) in PaneKind::ALL.into_iter().zip(1..) {
        for (words, meaning) in tab(app, kind, number, look) {
            pen.put(&words, meaning);
        }
    }
}

/// What the strip says of a pane.
fn tab(app: &App, kind: PaneKind, number: usize, look: Look<'_>) -> [(String, Meaning); 4] {
    let focused = app.board.focus == kind;
    let (open, close) = if focused { (" [", "]") } else { ("  ", " ") };
    let title = if kind == PaneKind::Mutations { "Mutations" } else { kind.title() };
    let meaning = if focused { Meaning::Title } else { Meaning::Muted };
    let (mut words, worst) = if kind == PaneKind::Warnings {
        // What is only hygiene is left to the pane itself.
        let Counts { p1, p2, .. } = *app.property.counts();
        let p3 = if p1 + p2 > 0 { 0 } else { app.property.counts().p3 };
        severities(&Counts { p1, p2, p3, ..Counts::default() }, look)
    } else {
        tally(app, kind, look)
    };
    let (at, of) = position(app, kind);
    // How many a filter lets through comes before where the cursor is.
    let filtered = !app.board.filter_of(kind).is_empty();
    if filtered && kind == PaneKind::Warnings {
        words = format!("{of} of {} {} {words}", app.board.warnings.total, look.glyphs.separator);
    } else if focused && of > 0 && !filtered {
        let more = if kind == PaneKind::Warnings { format!("  {words}") } else { String::new() };
        words = format!("{} of {of}{more}", at + 1);
    }
    let worst = if worst == Meaning::Text { meaning } else { worst };
    [
        (open.to_owned(), Meaning::BorderFocused),
        (format!("{number} {title} "), meaning),
        (words, worst),
        (close.to_owned(), Meaning::BorderFocused),
    ]
}

/// Where the cursor of a pane is, counted from 0, and among how many.
fn position(app: &App, kind: PaneKind) -> (usize, usize) {
    let board = &app.board;
    match kind {
        PaneKind::Guests => (board.guests.cursor(), board.guests.rows().len()),
        PaneKind::Grants => (board.grants.cursor(), board.grants.rows().len()),
        PaneKind::Mutations => (board.mutations.cursor(), board.mutations.rows().len()),
        PaneKind::Warnings => (board.warnings.cursor(), board.warnings.rows().len()),
    }
}

/// How many there are, and how bad that is.
pub fn tally(app: &App, kind: PaneKind, look: Look<'_>) -> (String, Meaning) {
    let board = &app.board;
    let count = |shown: usize, total: usize, filtered: bool| {
        if filtered { format!("{shown} of {total}") } else { total.to_string() }
    };
    let filtered = !board.filter_of(kind).is_empty();
    let words = match kind {
        PaneKind::Guests => count(board.guests.rows().len(), board.guests.total, filtered),
        PaneKind::Grants => count(board.grants.rows().len(), board.grants.total, filtered),
        PaneKind::Mutations => count(board.mutations.rows().len(), board.mutations.total, filtered),
        PaneKind::Warnings => {
            let (words, meaning) = severities(app.property.counts(), look);
            let shown = board.warnings.rows().len();
            let words = if filtered {
                format!("{shown} of {} {} {words}", board.warnings.total, look.glyphs.separator)
            } else {
                words
            };
            return (words, meaning);
        }
    };
    (words, Meaning::Text)
}

fn severities(counts: &Counts, look: Look<'_>) -> (String, Meaning) {
    let all = [("P1", counts.p1), ("P2", counts.p2), ("P3", counts.p3)];
    let shown: Vec<String> =
        all.iter().filter(|(_, n)| *n > 0).map(|(word, n)| format!("{n} {word}")).collect();
    let meaning = match counts {
        Counts { p1: 1.., .. } => Meaning::Critical,
        Counts { p2: 1.., .. } => Meaning::Warning,
        _ => Meaning::Text,
    };
    let snoozed = (counts.snoozed > 0).then(|| format!("{} snoozed", counts.snoozed));
    let shown: Vec<String> = shown.into_iter().chain(snoozed).collect();
    if shown.is_empty() {
        ("0".into(), Meaning::Text)
    } else {
        (shown.join(&format!(" {} ", look.glyphs.separator)), meaning)
    }
}

/// The stay the selection is about, beside the panes.
fn selected(app: &App, look: Look<'_>, area: Rect, buf: &mut Buffer) {
    let stay = app.selected_stay();
    let title = stay.as_ref().map_or_else(|| "Stay".to_owned(), |id| app.stay_words(id).to_string());
    let inside = Pane::new(title).render(area, buf, look);
    match stay {
        Some(id) => {
            let lines = details::lines(app, &id, look, inside.width.saturating_sub(2));
            super::page::text(&lines, 0, inside, buf);
        }
        None => {
            Pen::new(inside, buf, look).skip(1).put("nothing is selected", Meaning::Muted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::views::tests::empty_app;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn panes_never_overlap_and_never_leave_the_body(
            width in 60u16..=500, height in 12u16..=200, zoomed: bool,
        ) {
            let mut app = empty_app();
            app.board.zoomed = zoomed;
            let body = Rect::new(0, 1, width, height);
            let layout = Layout::of(&app, Rect::new(0, 0, width, height + 2), body);
            let parts: Vec<Rect> =
                layout.panes.into_iter().chain([layout.strip, layout.stay]).flatten().collect();
            for (i, a) in parts.iter().enumerate() {
                prop_assert_eq!(a.intersection(body), *a);
                prop_assert!(parts.iter().skip(i + 1).all(|b| !a.intersects(*b)), "{:?}", parts);
            }
            let covered: u32 = parts.iter().map(|p| p.area()).sum();
            prop_assert_eq!(covered, body.area(), "nothing of the body is wasted");
        }
    }
}
