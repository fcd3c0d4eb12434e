//! What a colour looks like: its brightness, its contrast with another, and the nearest of a palette.
//!
//! The 16 colours of a terminal are whatever its owner made them; where their look has to be known they are
//! those of xterm, as `XTerm-col.ad` of its distribution has them. Those from 16 to 255 are a cube of 216 and
//! 24 greys, the same everywhere.

use ratatui::style::Color;

/// Red, green and blue, 0 to 255 each, in sRGB.
pub type Rgb = (u8, u8, u8);

/// The 16 colours of xterm.
const SIXTEEN: [Rgb; 16] = [
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
];

/// The steps of the cube.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// What a colour looks like; none for the terminal's own.
pub fn rgb(colour: Color) -> Option<Rgb> {
    match colour {
        Color::Reset => None,
        Color::Rgb(r, g, b) => Some((r, g, b)),
        Color::Indexed(n) => Some(indexed(n)),
        named => SIXTEEN.get(usize::from(number(named)?)).copied(),
    }
}

/// The number of one of the 16 colours.
pub fn number(colour: Color) -> Option<u8> {
    NAMED.iter().position(|named| *named == colour).and_then(|n| u8::try_from(n).ok())
}

/// The 16 colours by number.
const NAMED: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

fn indexed(n: u8) -> Rgb {
    match n {
        0..=15 => SIXTEEN.get(usize::from(n)).copied().unwrap_or_default(),
        16..=231 => {
            let step = |n: u8| STEPS.get(usize::from(n % 6)).copied().unwrap_or_default();
            let n = n - 16;
            (step(n / 36), step(n / 6), step(n))
        }
        232.. => {
            let grey = 8 + 10 * (n - 232);
            (grey, grey, grey)
        }
    }
}

/// One of the three parts without its gamma, 0 to 1.
fn linear(part: u8) -> f64 {
    let part = f64::from(part) / 255.0;
    // The system's own would be the only thing the program asks of its library of mathematics.
    if part <= 0.04045 { part / 12.92 } else { libm::pow((part + 0.055) / 1.055, 2.4) }
}

/// All three parts without their gamma.
pub fn linear_rgb((r, g, b): Rgb) -> [f64; 3] {
    [linear(r), linear(g), linear(b)]
}

/// Relative luminance, 0 to 1: <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>.
pub fn luminance(colour: Rgb) -> f64 {
    let [r, g, b] = linear_rgb(colour);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// Contrast of two colours, 1 to 21: <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>.
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Whether dark letters are read better on it than light ones.
pub fn is_light(ground: Rgb) -> bool {
    contrast(ground, (0, 0, 0)) > contrast(ground, (255, 255, 255))
}

/// The colour that is most like `wanted` among those that will do: of the 16, or of the cube and the greys
/// where `many` are there.
pub fn nearest(wanted: Rgb, many: bool, will_do: impl Fn(Rgb) -> bool) -> Color {
    let few = NAMED.into_iter().zip(SIXTEEN);
    let cube = (16..=255u8).map(|n| (Color::Indexed(n), indexed(n)));
    let there: Vec<(Color, Rgb)> = if many { cube.collect() } else { few.collect() };
    let like = |(_, a): &&(Color, Rgb), (_, b): &&(Color, Rgb)| {
        distance(wanted, *a).total_cmp(&distance(wanted, *b))
    };
    let found = there.iter().filter(|(_, c)| will_do(*c)).min_by(like).or_else(|| there.iter().min_by(like));
    found.map_or(Color::Reset, |(colour, _)| *colour)
}

/// How different two colours look: CIE 1976, in L*a*b*.
pub fn distance(a: Rgb, b: Rgb) -> f64 {
    lab_distance(lab(linear_rgb(a)), lab(linear_rgb(b)))
}

/// The same of two colours in L*a*b*.
pub fn lab_distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// L*a*b* of a colour without gamma, white being that of daylight (D65).
pub fn lab([r, g, b]: [f64; 3]) -> [f64; 3] {
    let x = 0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b;
    let y = 0.212_672_9 * r + 0.715_152_2 * g + 0.072_175_0 * b;
    let z = 0.019_333_9 * r + 0.119_192_0 * g + 0.950_304_1 * b;
    let root = |t: f64| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    let (x, y, z) = (root(x / 0.950_47), root(y), root(z / 1.088_83));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn contrast_is_what_it_is_defined_to_be() {
        assert!((contrast((0, 0, 0), (255, 255, 255)) - 21.0).abs() < 1e-9);
        assert!((contrast((9, 9, 9), (9, 9, 9)) - 1.0).abs() < 1e-9);
        // The grey that is known for just passing on white.
        assert!((contrast((0x76, 0x76, 0x76), (255, 255, 255)) - 4.54).abs() < 0.01);
    }

    #[rstest]
    #[case((0, 0, 0), false)]
    #[case((0x1d, 0x1f, 0x21), false)]
    #[case((0x00, 0x2b, 0x36), false)]
    #[case((0xfd, 0xf6, 0xe3), true)]
    #[case((255, 255, 255), true)]
    fn a_ground_is_light_or_dark(#[case] ground: Rgb, #[case] light: bool) {
        assert_eq!(is_light(ground), light);
    }

    #[rstest]
    #[case((255, 0, 0), Color::Indexed(196), Color::LightRed)]
    #[case((8, 8, 8), Color::Indexed(232), Color::Black)]
    #[case((0, 95, 135), Color::Indexed(24), Color::DarkGray)]
    #[case((255, 255, 255), Color::Indexed(231), Color::White)]
    fn the_nearest(#[case] colour: Rgb, #[case] of_256: Color, #[case] of_16: Color) {
        assert_eq!(nearest(colour, true, |_| true), of_256);
        assert_eq!(nearest(colour, false, |_| true), of_16);
    }

    #[test]
    fn white_is_white_in_lab() {
        let white = lab(linear_rgb((255, 255, 255)));
        assert!(lab_distance(white, [100.0, 0.0, 0.0]) < 0.1, "{white:?}");
    }
}
