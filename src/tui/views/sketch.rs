//! The panes as they were in the frame before. Where nothing has happened but that a cursor moved, all of them but a
//! few lines are taken from there: most frames are of this kind, and a held key makes many.
//!
//! What may be taken over the program itself says: its [`App::stamp`] is another one as soon as a pane may show
//! anything else. The cells are those of the frame before, if nothing covered the panes there: no second picture is kept.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::board::Layout;
use crate::app::App;
use crate::app::estate::HouseId;
use crate::app::pane::PaneKind;
use crate::tui::widgets::ground::copy;

/// What the panes showed in the frame before.
#[derive(Debug, Default)]
pub struct Sketch {
    house: Option<HouseId>,
    kept: Option<Kept>,
}

#[derive(Debug)]
struct Kept {
    stamp: u64,
    body: Rect,
    layout: Layout,
    focus: PaneKind,
    place: Place,
    rooms: [u16; 4],
}

/// Where a pane stands in its list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// The first row that is seen.
    pub offset: usize,
    /// The row under the cursor.
    pub cursor: usize,
}

/// Where a pane is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Slot {
    /// All of it.
    pub area: Rect,
    /// Whether it has a frame.
    pub framed: bool,
    /// Where it stood when it was drawn there last, if that is on the buffer and but for the cursor still right.
    pub before: Option<Place>,
}

/// What became of a pane.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen {
    /// How many rows there was room for.
    pub room: u16,
    /// Where it stands.
    pub place: Place,
}

impl Sketch {
    /// Nothing of what was drawn holds any more: it looks different now, or is covered.
    pub fn forget(&mut self) {
        self.kept = None;
    }

    /// The next frame is of this property.
    pub fn turn_to(&mut self, house: HouseId) {
        if self.house.replace(house) != Some(house) {
            self.forget();
        }
    }

    /// Puts the panes of the frame `before` onto a buffer. Says where the focused one stood, and how many rows each had
    /// room for; nothing where they have to be drawn anew.
    pub(super) fn put(
        &self,
        app: &App,
        layout: &Layout,
        body: Rect,
        before: Option<&Buffer>,
        buf: &mut Buffer,
    ) -> Option<(Place, [u16; 4])> {
        let focus = app.board.focus;
        let is_same = |kept: &&Kept| {
            (kept.stamp, kept.body, kept.focus, &kept.layout) == (app.stamp(), body, focus, layout)
        };
        let kept = self.kept.as_ref().filter(is_same)?;
        copy(before.filter(|before| before.area == buf.area)?, buf, body);
        Some((kept.place, kept.rooms))
    }

    /// Notes what the panes show now.
    pub(super) fn keep(&mut self, app: &App, layout: &Layout, body: Rect, (place, rooms): (Place, [u16; 4])) {
        let (stamp, focus) = (app.stamp(), app.board.focus);
        self.kept = Some(Kept { stamp, body, layout: *layout, focus, place, rooms });
    }
}
