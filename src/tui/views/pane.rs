//! What all four panes have in common: the frame that tells count, stage and age, and what stands in
//! the place of rows where there are none.

use std::hash::Hash;

use chrono::TimeDelta;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::cells::{self, Fitting, Making};
use super::page::wrap;
use super::sketch::{Place, Seen, Slot};
use super::{board, here, words};
use crate::app::App;
use crate::app::columns::{ColumnId, spec};
use crate::app::health::STALE_AFTER;
use crate::app::pane::{Pane as Rows, PaneKind};
use crate::property::{Resource, Stage};
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::ground::blank;
use crate::tui::widgets::pane::Pane;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::table::{Row, Sorted, Table, page};

/// A pane of the board.
pub struct Shown<'a, I> {
    /// Which.
    pub kind: PaneKind,
    /// Its rows.
    pub rows: &'a Rows<I>,
    /// How it fits its columns into its width.
    pub fitting: Fitting,
    /// What is said where there are no rows and all is well.
    pub nothing: &'static str,
}

/// What a pane is made from.
fn sources(kind: PaneKind) -> &'static [Resource] {
    match kind {
        PaneKind::Guests => &[Resource::Grants, Resource::Identities, Resource::Spaces],
        PaneKind::Grants | PaneKind::Mutations => &[Resource::Grants],
        PaneKind::Warnings => &[Resource::Grants, Resource::Devices, Resource::Systems],
    }
}

/// How old a reading may be before it is said. Each is read at its own pace; rooms and names change so
/// seldom that only a failure to read them is worth a word.
fn limit(what: Resource) -> Option<TimeDelta> {
    match what {
        Resource::Grants | Resource::Events => Some(STALE_AFTER),
        Resource::Systems | Resource::Devices => Some(TimeDelta::minutes(5)),
        _ => None,
    }
}

/// How a pane's reading stands, in words; nothing where it is fresh.
fn stage(app: &App, kind: PaneKind, look: Look<'_>) -> Option<(String, Meaning)> {
    let p = &app.property;
    let mut loading = None;
    for what in sources(kind) {
        let source = p.source(*what);
        match &source.stage {
            Stage::Failed { since, why, retry_at } => {
                let since = words::minute(app, *since);
                let retry = retry_at.map(|at| format!(", again {}", words::clock(app, at)));
                let retry = retry.unwrap_or_default();
                return Some((format!("not read since {since}: {}{retry}", why.words), Meaning::Error));
            }
            Stage::Loading { done, of } => {
                // Seam tells no total: where nobody else does, it is about what it was last time.
                let of =
                    of.or(app.board.tables.size.filter(|_| *what == Resource::Grants)).filter(|of| of > done);
                let of = of.map(|of| format!(" of about {of} {}", bar(*done, of, look))).unwrap_or_default();
                let words = if *done == 0 && of.is_empty() {
                    format!("reading {}", what.word())
                } else {
                    format!("reading {}: {done}{of}", what.word())
                };
                loading.get_or_insert((words, Meaning::Pending));
            }
            Stage::Fresh => {
                if limit(*what).is_some_and(|limit| source.is_stale(app.shown_at(), limit))
                    && let Some(at) = source.as_of
                {
                    let words = format!("as of {}, {} old", words::clock(app, at), words::age(app, at));
                    loading.get_or_insert((words, Meaning::Badge));
                }
            }
        }
    }
    // “Nothing is wrong” waits until what is missing has been looked for.
    if kind == PaneKind::Warnings && p.is_behind() {
        loading.get_or_insert(("looking for what is missing".to_owned(), Meaning::Pending));
    }
    loading
}

/// How many signs the bar of a first reading has.
const BAR: usize = 10;

fn bar(done: usize, of: usize, look: Look<'_>) -> String {
    let full = (BAR * done.min(of)).checked_div(of).unwrap_or(0);
    look.glyphs.full.repeat(full) + &look.glyphs.empty.repeat(BAR - full)
}

/// Whether what the pane shows is older than it should be.
fn is_old(app: &App, kind: PaneKind) -> bool {
    sources(kind).iter().any(|what| {
        let source = app.property.source(*what);
        let stale = limit(*what).is_some_and(|limit| source.is_stale(app.shown_at(), limit));
        stale || matches!(source.stage, Stage::Failed { .. })
    })
}

impl<I: Clone + Eq + Hash> Shown<'_, I> {
    /// Draws the pane, or only what a cursor that moved changes of it. `row` builds the row of an id, with a cell for
    /// each of the columns that have room.
    pub fn render<'r>(
        &self,
        app: &'r App,
        look: Look<'r>,
        slot: Slot,
        buf: &mut Buffer,
        row: impl Fn(Making<'r, '_>, &I, &[ColumnId]) -> Row<'r>,
    ) -> Seen {
        let area = slot.area.intersection(buf.area);
        let focused = app.board.focus == self.kind;
        let inside = if slot.framed { Pane::inside(area) } else { area };
        let room = page(inside.height, true);
        let seen = |place| Seen { room: u16::try_from(room).unwrap_or(u16::MAX), place };
        let place = Place { offset: self.rows.top(room), cursor: self.rows.cursor() };
        // Only the rows that the cursor left and came to, unless the list moved.
        let only = slot.before.filter(|before| before.offset == place.offset && !self.rows.rows().is_empty());
        if slot.before.is_some() && only.is_none() {
            blank(area, look, buf);
        }
        match self.frame(app, look) {
            _ if !slot.framed => {}
            frame if only.is_some() => frame.render_position(area, buf, look),
            frame => drop(frame.render(area, buf, look)),
        }
        if self.rows.rows().is_empty() {
            self.nothing(app, look, inside, buf);
            return seen(place);
        }
        // A place in a long list is found once for a frame.
        let ids_seen: Vec<&I> = self.rows.rows().iter_from(place.offset).take(room).collect();
        let cells::Shown { ids, columns } = cells::shown(app, self.kind, inside.width, self.fitting);
        let sort = self.rows.sort;
        let sorted = ids.iter().position(|id| *id == sort.column);
        let marker = self.rows.filter.marker();
        let making = Making { app, look, marker: &marker };
        let table = Table {
            columns: &columns,
            len: self.rows.rows().len(),
            offset: place.offset,
            cursor: Some(place.cursor),
            focused,
            stale: is_old(app, self.kind),
            sorted: sorted.map(|column| Sorted { column, descending: sort.descending }),
            header: true,
            row: |i: usize| {
                let Some(id) = i.checked_sub(place.offset).and_then(|i| ids_seen.get(i)) else {
                    return Row::default();
                };
                Row { marked: self.rows.is_marked(id), ..row(making, id, &ids) }
            },
        };
        match only {
            None => table.render(inside, buf, look),
            Some(before) => table.render_rows(&[before.cursor, place.cursor], inside, buf, look),
        }
        seen(place)
    }

    fn frame(&self, app: &App, look: Look<'_>) -> Pane<'static> {
        let (tally, meaning) = board::tally(app, self.kind, look);
        let stage = stage(app, self.kind, look);
        // A count of what has not been read would be a lie.
        let unread = self.rows.rows().is_empty() && stage.is_some();
        let mut notes = if unread { Vec::new() } else { vec![(tally.into(), meaning)] };
        if self.rows.marks() > 0 {
            notes.push((format!("{} marked", self.rows.marks()).into(), Meaning::Mark));
        }
        let filter = self.rows.filter.text();
        if !filter.is_empty() {
            let is_read = self.rows.filter.complaint().is_none();
            let meaning = if is_read { Meaning::Match } else { Meaning::Error };
            notes.push((format!("/{}", crate::text::Text::new(filter)).into(), meaning));
        }
        notes.extend(stage.map(|(words, meaning)| (words.into(), meaning)));
        let sort = self.rows.sort;
        let right = spec(self.kind, sort.column).filter(|_| sort != self.kind.usual_sort());
        let count = self.rows.rows().len();
        let position =
            if count > 0 { format!("{} of {count}", self.rows.cursor() + 1) } else { String::new() };
        Pane {
            title: self.kind.title().into(),
            notes,
            right: right.map(|by| format!("by {}", by.name)).unwrap_or_default().into(),
            position: position.into(),
            focused: app.board.focus == self.kind,
        }
    }

    /// Never an empty list where the truth is “could not read”.
    fn nothing(&self, app: &App, look: Look<'_>, area: Rect, buf: &mut Buffer) {
        let filter = self.rows.filter.text();
        let (words, meaning) = if let Some(stage) = stage(app, self.kind, look) {
            stage
        } else if !filter.is_empty() {
            (format!("nothing matches “{}”: Esc clears it", crate::text::Text::new(filter)), Meaning::Muted)
        } else {
            (self.nothing.to_owned(), Meaning::Muted)
        };
        let line = Rect { y: area.y + area.height.min(2) / 2, height: area.height.min(1), ..area };
        Pen::new(line, buf, look).skip(2).put(&words, meaning);
        if filter.is_empty() && meaning == Meaning::Muted {
            let fills = wrap(here::fills(self.kind), usize::from(area.width.saturating_sub(4)));
            for (words, row) in fills.iter().zip(area.rows().skip_while(|row| row.y <= line.y)) {
                Pen::new(row, buf, look).skip(2).put(words, Meaning::Muted);
            }
        }
    }
}
