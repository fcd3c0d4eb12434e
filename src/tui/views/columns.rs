//! The dialog of columns: which a pane shows, in which order, how wide. What is chosen is seen in the pane at
//! once.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use crate::app::App;
use crate::app::columns::{Slot, Spec, spec};
use crate::app::tables::ColumnsPage;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::modal::Modal;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::table::scroll;

const WIDTH: u16 = 66;
/// Cells of the names.
const NAME: u16 = 13;
/// Cells of the widths.
const CELLS: u16 = 10;

/// Draws it. Returns how many rows it had room for.
pub fn render(app: &App, page: &ColumnsPage, look: Look<'_>, area: Rect, buf: &mut Buffer) -> u16 {
    let slots = app.board.tables.layout(page.kind).slots();
    let rows = u16::try_from(slots.len()).unwrap_or(u16::MAX);
    let shown = slots.iter().filter(|slot| slot.shown).count();
    let modal = Modal {
        title: format!("Columns {} {}", look.glyphs.border.horizontal_top, page.kind.title()).into(),
        right: format!("{shown} of {}", slots.len()).into(),
        wants: Size { width: WIDTH, height: rows },
        ..Modal::default()
    };
    let inside = modal.render(area, buf, look);
    let from = scroll(0, Some(page.at), usize::from(inside.height), slots.len());
    for ((i, slot), row) in slots.iter().enumerate().skip(from).zip(inside.rows()) {
        if let Some(spec) = spec(page.kind, slot.id) {
            line(app, page, (i, slot, spec), look, row, buf);
        }
    }
    inside.height
}

fn line(
    app: &App,
    page: &ColumnsPage,
    (i, slot, spec): (usize, &Slot, &Spec),
    look: Look<'_>,
    row: Rect,
    buf: &mut Buffer,
) {
    let chosen = i == page.at;
    let meaning = if slot.shown { Meaning::Text } else { Meaning::Muted };
    let mut pen = Pen::new(row, buf, look);
    pen.put(if chosen { look.glyphs.cursor } else { " " }, Meaning::BorderFocused);
    let sign = if slot.shown { look.glyphs.marked } else { look.glyphs.unmarked };
    pen.put(sign, if slot.shown { Meaning::Mark } else { Meaning::Muted }).skip(1);
    let rest = Rect { x: row.x.saturating_add(3), width: row.width.saturating_sub(3), ..row };
    Pen::new(rest.intersection(row), buf, look).put(&look.glyphs.fit(spec.name, usize::from(NAME)), meaning);
    let rest = Rect { x: rest.x.saturating_add(NAME), width: rest.width.saturating_sub(NAME), ..row };
    let sort = app.board.sort_of(page.kind);
    let sorted = (sort.column == slot.id).then_some(if sort.descending {
        look.glyphs.descending
    } else {
        look.glyphs.ascending
    });
    let width = slot.width.map(|width| format!("{width} wide"));
    let mut pen = Pen::new(rest.intersection(row), buf, look);
    // Where there is nothing there is nothing to colour: it would be a block in the row that is chosen.
    let colour = |is_there: bool| if is_there { Meaning::KeyHint } else { Meaning::Text };
    pen.put(sorted.unwrap_or(" "), colour(sorted.is_some())).skip(1);
    let has_width = width.is_some();
    pen.put(&format!("{:<1$}", width.unwrap_or_default(), usize::from(CELLS)), colour(has_width));
    pen.put(spec.words, Meaning::Muted);
    if chosen {
        let bar = Rect { x: row.x.saturating_add(1), width: row.width.saturating_sub(1), ..row };
        buf.set_style(bar, look.style(Meaning::Selection));
    }
}
