//! A screen as a picture: every cell where the terminal has it, in the colours it has there.

use std::fmt::Write;

use vt100::{Cell, Color, Screen};

/// The size of a cell.
const WIDTH: u16 = 8;
const HEIGHT: u16 = 16;

/// The ground a terminal draws on, and its sixteen colours.
pub struct Palette {
    ground: &'static str,
    text: &'static str,
    colours: [&'static str; 16],
}

/// A dark terminal.
pub const DARK: Palette = Palette {
    ground: "#14181d",
    text: "#d6dade",
    colours: [
        "#14181d", "#d0524d", "#6fae5e", "#c9a24a", "#5b8ed6", "#b07cc6", "#4fa9b0", "#c4c9ce", "#6d757d",
        "#f2706a", "#8fce7e", "#e8c36a", "#7fb0f5", "#cf9ee4", "#70cbd2", "#ffffff",
    ],
};

/// A light one.
pub const LIGHT: Palette = Palette {
    ground: "#fbfaf7",
    text: "#23272b",
    colours: [
        "#23272b", "#b3261e", "#2f7a2a", "#8a6100", "#1f5bb5", "#8a2f9e", "#0f6f78", "#e4e2dc", "#6d757d",
        "#d13a32", "#3d9636", "#a67800", "#2f72d6", "#a646bd", "#17899a", "#ffffff",
    ],
};

/// How a cell is painted.
#[derive(Clone, PartialEq)]
struct Paint {
    text: String,
    ground: String,
    is_bold: bool,
    is_dim: bool,
    is_italic: bool,
    is_underlined: bool,
}

impl Paint {
    fn of(cell: &Cell, palette: &Palette) -> Self {
        let mut text = colour(cell.fgcolor(), palette.text, palette);
        let mut ground = colour(cell.bgcolor(), palette.ground, palette);
        if cell.inverse() {
            std::mem::swap(&mut text, &mut ground);
        }
        Self {
            text,
            ground,
            is_bold: cell.bold(),
            is_dim: cell.dim(),
            is_italic: cell.italic(),
            is_underlined: cell.underline(),
        }
    }

    /// The paint of a blank: that of what it follows, where both have the same ground.
    fn blank(self, before: Option<&Run>, palette: &Palette) -> Self {
        let follows = before.map(|run| &run.paint);
        follows.filter(|paint| paint.ground == self.ground && !paint.is_underlined).cloned().unwrap_or(Self {
            text: palette.text.to_owned(),
            is_bold: false,
            is_dim: false,
            is_italic: false,
            ..self
        })
    }

    fn attributes(&self, palette: &Palette) -> String {
        let mut out = String::new();
        if self.text != palette.text {
            let _ = write!(out, " fill=\"{}\"", self.text);
        }
        let flags =
            [(self.is_bold, "b"), (self.is_dim, "d"), (self.is_italic, "i"), (self.is_underlined, "u")];
        let classes: Vec<&str> = flags.into_iter().filter(|(is, _)| *is).map(|(_, class)| class).collect();
        if !classes.is_empty() {
            let _ = write!(out, " class=\"{}\"", classes.join(" "));
        }
        out
    }
}

fn colour(colour: Color, usual: &str, palette: &Palette) -> String {
    match colour {
        Color::Default => usual.to_owned(),
        Color::Idx(n) if n < 16 => palette.colours[usize::from(n)].to_owned(),
        Color::Idx(n) if n >= 232 => {
            let level = 8 + 10 * (u16::from(n) - 232);
            format!("#{level:02x}{level:02x}{level:02x}")
        }
        Color::Idx(n) => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * u16::from(step) };
            let n = n - 16;
            format!("#{:02x}{:02x}{:02x}", level(n / 36), level(n / 6 % 6), level(n % 6))
        }
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
    }
}

/// A part of the screen, in cells.
#[derive(Clone, Copy)]
pub struct Part {
    pub left: u16,
    pub top: u16,
    pub width: u16,
    pub height: u16,
}

/// Cells of one row that are drawn in one go.
struct Run {
    left: u16,
    width: u16,
    paint: Paint,
    text: String,
}

/// The part as a picture.
pub fn draw(screen: &Screen, part: Part, palette: &Palette) -> String {
    let (width, height) = (part.width * WIDTH, part.height * HEIGHT);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" \
         font-family=\"'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"13.3\" fill=\"{}\">\n\
         <style>text{{white-space:pre}}.b{{font-weight:bold}}.d{{opacity:.6}}.i{{font-style:italic}}\
         .u{{text-decoration:underline}}</style>\n\
         <rect width=\"{w}\" height=\"{h}\" fill=\"{}\"/>\n",
        palette.text,
        palette.ground,
        w = width + WIDTH,
        h = height + HEIGHT,
    );
    for row in 0..part.height {
        for run in runs(screen, part, row, palette) {
            ink(&mut out, &run, row, palette);
        }
    }
    out.push_str("</svg>\n");
    out
}

fn runs(screen: &Screen, part: Part, row: u16, palette: &Palette) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut is_open = false;
    for column in 0..part.width {
        let Some(cell) = screen.cell(part.top + row, part.left + column) else { continue };
        if cell.is_wide_continuation() {
            continue;
        }
        let mut paint = Paint::of(cell, palette);
        let text = if cell.has_contents() { cell.contents() } else { " " };
        if text == " " && !paint.is_underlined {
            // No ink is seen on a blank, and which one it has is the business of whoever wrote the frame.
            paint = paint.blank(runs.last().filter(|_| is_open), palette);
        }
        let width = if cell.is_wide() { 2 } else { 1 };
        let is_plain = is_plain(text);
        match runs.last_mut().filter(|run| is_open && is_plain && run.paint == paint) {
            Some(run) => {
                run.text.push_str(text);
                run.width += width;
            }
            None => runs.push(Run { left: column, width, paint, text: text.to_owned() }),
        }
        is_open = is_plain;
    }
    runs
}

/// Whether fonts have it as wide as a cell, and write it from left to right. Everything else stands alone.
fn is_plain(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next().unwrap_or(' ');
    chars.next().is_none()
        && matches!(first, ' '..='\u{24f}' | '\u{2010}'..='\u{203a}' | '\u{2500}'..='\u{259f}')
}

fn ink(out: &mut String, run: &Run, row: u16, palette: &Palette) {
    let (x, y) = (run.left * WIDTH + WIDTH / 2, row * HEIGHT + HEIGHT / 2);
    if run.paint.ground != palette.ground {
        let (width, ground) = (run.width * WIDTH, &run.paint.ground);
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{HEIGHT}\" fill=\"{ground}\"/>"
        );
    }
    // Blanks need no ink: what stands between two or more of them is drawn by itself.
    let chars: Vec<char> = run.text.chars().collect();
    let is_alone = run.width > 1 && chars.len() != usize::from(run.width) || !is_plain_run(&chars);
    let pieces = if is_alone { vec![(0, run.text.clone())] } else { pieces(&chars) };
    for (offset, text) in pieces.into_iter().filter(|(_, text)| !text.trim().is_empty()) {
        let cells = if is_alone { run.width } else { u16::try_from(text.chars().count()).unwrap() };
        let length = if cells > 1 || is_alone {
            format!(" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"", cells * WIDTH)
        } else {
            String::new()
        };
        let x = x + offset * WIDTH;
        let written = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let _ = writeln!(
            out,
            "<text x=\"{x}\" y=\"{}\"{length}{}>{written}</text>",
            y + HEIGHT - 4,
            run.paint.attributes(palette)
        );
    }
}

fn is_plain_run(chars: &[char]) -> bool {
    chars.iter().all(|c| is_plain(&c.to_string()))
}

/// What stands between two or more blanks, and how far from the start.
fn pieces(chars: &[char]) -> Vec<(u16, String)> {
    let text: String = chars.iter().collect();
    let mut out = Vec::new();
    let mut at = 0;
    for piece in text.split("  ") {
        let blanks = piece.chars().take_while(|c| *c == ' ').count();
        let offset = u16::try_from(at + blanks).unwrap();
        out.push((offset, piece.trim().to_owned()));
        at += piece.chars().count() + 2;
    }
    out
}

/// What is written on a picture, piece by piece.
pub fn text(picture: &str) -> String {
    let piece = regex::Regex::new(r"<text[^>]*>([^<]*)</text>").unwrap();
    let pieces: Vec<&str> = piece.captures_iter(picture).map(|c| c.get(1).unwrap().as_str()).collect();
    pieces.join(" ")
}
