//! The QR code of an Instant Key, for the guest's phone and for a minute at most.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::page;
use crate::app::App;
use crate::app::link::Qr as Shown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::modal::Modal;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::qr::Qr;

/// Cells of the words that stand where there is no code.
const WORDS: u16 = 56;

/// Draws it. Returns how many rows it had room for.
pub fn render(app: &App, shown: &Shown, look: Look<'_>, area: Rect, buf: &mut Buffer) -> u16 {
    let rule = look.glyphs.border.horizontal_top;
    let title = format!("Instant Key {rule} {}", app.stay_words(&shown.stay));
    let Some(link) = app.link_of_qr(shown) else {
        return words("This link is good no longer: n makes a new one.", title, look, area, buf);
    };
    // What the frame leaves.
    let room = Size { width: area.width.saturating_sub(2), height: area.height.saturating_sub(2) };
    let Some(qr) = Qr::new(link.reveal(), look, room) else {
        return words("This link is too long for a QR code: y copies it.", title, look, area, buf);
    };
    let size = qr.size();
    if size.width > room.width || size.height > room.height {
        let lines = size.height + 2 + buf.area.height.saturating_sub(area.height);
        let said = format!(
            "The QR code needs {} columns and {lines} lines, and this window has {} and {}. Make it larger and try \
             again; y copies the link.",
            size.width + 2,
            buf.area.width,
            buf.area.height
        );
        return words(&said, title, look, area, buf);
    }
    let left = ((shown.until - app.now()).num_milliseconds().max(0) + 999) / 1000;
    let modal = Modal {
        title: title.into(),
        position: format!("hidden within {left} s, or by any key").into(),
        wants: size,
        ..Modal::default()
    };
    let inside = modal.render(area, buf, look);
    qr.render(inside, look, buf);
    inside.height
}

fn words(said: &str, title: String, look: Look<'_>, area: Rect, buf: &mut Buffer) -> u16 {
    let width = WORDS.min(area.width.saturating_sub(4));
    let lines = page::wrap(said, usize::from(width.saturating_sub(2)));
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let modal = Modal { title: title.into(), wants: Size { width, height }, ..Modal::default() };
    let inside = modal.render(area, buf, look);
    for (line, row) in lines.iter().zip(inside.rows().skip(1)) {
        Pen::new(row, buf, look).skip(1).put(line, Meaning::Warning);
    }
    inside.height
}
