//! The theme picker: moving through it shows the themes.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use crate::app::layer::Themes;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::modal::Modal;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::table::scroll;

/// Draws it. Returns how many rows it had room for.
pub fn render(themes: &Themes, look: Look<'_>, area: Rect, buf: &mut Buffer) -> u16 {
    let rows = u16::try_from(themes.names.len()).unwrap_or(u16::MAX);
    let wants = Size { width: 46, height: rows.saturating_add(3) };
    let modal = Modal { title: "Theme".into(), wants, ..Modal::default() };
    let inside = modal.render(area, buf, look);
    let room = usize::from(inside.height.saturating_sub(2));
    let from = scroll(0, Some(themes.at), room, themes.names.len());
    for ((i, name), row) in themes.names.iter().enumerate().skip(from).take(room).zip(inside.rows()) {
        let chosen = i == themes.at;
        let mut pen = Pen::new(row, buf, look);
        pen.put(if chosen { look.glyphs.cursor } else { " " }, Meaning::BorderFocused).skip(1);
        pen.put(name, if chosen { Meaning::Strong } else { Meaning::Text });
        if *name == themes.before {
            pen.skip(2).put("as before", Meaning::Muted);
        }
    }
    let foot = Rect { y: inside.bottom().saturating_sub(1), height: inside.height.min(1), ..inside };
    let mut pen = Pen::new(foot, buf, look);
    pen.skip(2);
    for meaning in [Meaning::Ok, Meaning::Pending, Meaning::Warning, Meaning::Critical, Meaning::Stale] {
        pen.put(meaning.name(), meaning).skip(1);
    }
    inside.height
}
