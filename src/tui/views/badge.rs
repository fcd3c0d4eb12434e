//! The name of the property, painted in its colour so that nobody acts on the wrong hotel.

use ratatui::style::{Color, Modifier, Style};

use crate::app::App;
use crate::config::Colour;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

/// How the name is drawn. A colour brings its own background and the letters that can be read on it, so it is
/// legible in every theme; where there are no colours it is reversed.
pub(super) fn style(app: &App, look: Look<'_>) -> Style {
    of(app.settings.own.colour, look)
}

/// As [`style`], for a colour.
pub(super) fn of(colour: Option<Colour>, look: Look<'_>) -> Style {
    match colour {
        None => look.style(Meaning::Header),
        Some(_) if !look.theme.has_colour() => Style::new().add_modifier(Modifier::BOLD | Modifier::REVERSED),
        Some(colour) => {
            let (letters, ground) = painted(colour);
            Style::new().fg(letters).bg(ground).add_modifier(Modifier::BOLD)
        }
    }
}

/// Letters and ground, of the sixteen colours every terminal has.
fn painted(colour: Colour) -> (Color, Color) {
    match colour {
        Colour::Red => (Color::White, Color::Red),
        Colour::Green => (Color::Black, Color::Green),
        Colour::Yellow => (Color::Black, Color::Yellow),
        Colour::Blue => (Color::White, Color::Blue),
        Colour::Magenta => (Color::White, Color::Magenta),
        Colour::Cyan => (Color::Black, Color::Cyan),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sixteen colours as xterm, a PC and a newer terminal have them, those that are used here.
    fn palettes(colour: Color) -> [(u8, u8, u8); 3] {
        match colour {
            Color::Black => [(0, 0, 0), (0, 0, 0), (12, 12, 12)],
            Color::White => [(255, 255, 255), (255, 255, 255), (242, 242, 242)],
            Color::Red => [(205, 0, 0), (170, 0, 0), (197, 15, 31)],
            Color::Green => [(0, 205, 0), (0, 170, 0), (19, 161, 14)],
            Color::Yellow => [(205, 205, 0), (170, 85, 0), (193, 156, 0)],
            Color::Blue => [(0, 0, 238), (0, 0, 170), (0, 55, 218)],
            Color::Magenta => [(205, 0, 205), (170, 0, 170), (136, 23, 152)],
            Color::Cyan => [(0, 205, 205), (0, 170, 170), (58, 150, 221)],
            other => panic!("{other:?}"),
        }
    }

    fn luminance((r, g, b): (u8, u8, u8)) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    #[test]
    fn every_colour_can_be_read() {
        for colour in Colour::ALL {
            let (letters, ground) = painted(colour);
            for (a, b) in palettes(letters).into_iter().zip(palettes(ground)) {
                let (a, b) = (luminance(a), luminance(b));
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(contrast >= 3.5, "{colour:?}: {contrast:.1}");
            }
        }
    }
}
