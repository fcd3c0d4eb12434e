//! A QR code in cells: dark modules on a light field, whatever the theme is, with the quiet zone around it
//! that a camera needs.

use qrcode::{Color as Module, EcLevel, QrCode};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::{Color, Modifier, Style};

use super::Look;
use crate::tui::glyphs::Glyphs;

/// Light modules around the code, on each side.
const QUIET: usize = 4;

/// The modules of a code, the quiet zone left out.
pub struct Qr {
    side: usize,
    dark: Vec<bool>,
    ascii: bool,
}

impl Qr {
    /// The code of a text in the cells of this look: the most robust one that fits into `room`, else the
    /// smallest there is. None where a text is too long for any code.
    pub fn new(text: &str, look: Look<'_>, room: Size) -> Option<Self> {
        let ascii = *look.glyphs == Glyphs::ASCII;
        let mut smallest = None;
        for level in [EcLevel::Q, EcLevel::M, EcLevel::L] {
            let Ok(code) = QrCode::with_error_correction_level(text, level) else { continue };
            let side = code.width();
            let dark = code.into_colors().into_iter().map(|module| module == Module::Dark).collect();
            let made = Self { side, dark, ascii };
            let size = made.size();
            if size.width <= room.width && size.height <= room.height {
                return Some(made);
            }
            smallest = Some(made);
        }
        smallest
    }

    /// The cells it takes, quiet zone and all.
    pub fn size(&self) -> Size {
        let side = self.side + 2 * QUIET;
        let (width, height) = if self.ascii { (2 * side, side) } else { (side, side.div_ceil(2)) };
        let cells = |n| u16::try_from(n).unwrap_or(u16::MAX);
        Size { width: cells(width), height: cells(height) }
    }

    /// Whether the module at a place of the whole field is dark.
    fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = |n: usize| n.checked_sub(QUIET).filter(|n| *n < self.side);
        let at = inside(x).zip(inside(y)).map(|(x, y)| y * self.side + x);
        at.and_then(|at| self.dark.get(at)).copied().unwrap_or(false)
    }

    /// Draws it from the upper left corner of `area` on; what does not fit is not drawn.
    pub fn render(&self, area: Rect, look: Look<'_>, buf: &mut Buffer) {
        let Size { width, height } = self.size();
        let area = Rect { width: width.min(area.width), height: height.min(area.height), ..area };
        let (light, dark) = inks(look.theme.has_colour());
        for row in area.intersection(buf.area).rows() {
            for at in row.columns() {
                let (x, y) = (usize::from(at.x - area.x), usize::from(at.y - area.y));
                let (symbol, style) = if self.ascii {
                    (" ", if self.is_dark(x / 2, y) { dark } else { light })
                } else {
                    (half_blocks(self.is_dark(x, 2 * y), self.is_dark(x, 2 * y + 1)), light)
                };
                if let Some(cell) = buf.cell_mut((at.x, at.y)) {
                    cell.reset();
                    cell.set_symbol(symbol).set_style(style);
                }
            }
        }
    }
}

/// The sign of two modules above one another, drawn in the dark ink on the light one.
fn half_blocks(upper: bool, lower: bool) -> &'static str {
    match (upper, lower) {
        (false, false) => " ",
        (true, false) => "▀",
        (false, true) => "▄",
        (true, true) => "█",
    }
}

/// The light field, and a dark cell of its own. Without colours the field is reversed: light on a dark
/// terminal; on a light one the code is inverted, which cameras read too.
fn inks(colour: bool) -> (Style, Style) {
    if colour {
        let light = Style::new().fg(Color::Black).bg(Color::White);
        (light, Style::new().fg(Color::White).bg(Color::Black))
    } else {
        (Style::new().add_modifier(Modifier::REVERSED), Style::new())
    }
}
