//! What is behind the letters: asked of the terminal (`OSC 11`), else told by the environment (`COLORFGBG`).
//!
//! The question goes out with the first frame, which does not wait for the answer. A terminal that knows the
//! question answers at once or never; one that does not know it swallows it, and is not asked where it is known
//! not to swallow it whole.

use super::theme::colour::Rgb;

/// Asks for the colour behind the letters.
pub const QUESTION: &[u8] = b"\x1b]11;?\x1b\\";

/// Names in `TERM` of terminals that answer, or say nothing. Others may write what they do not understand: the
/// console of Linux does. GNU screen keeps the question to itself.
const ASKED: [&str; 13] = [
    "alacritty",
    "contour",
    "foot",
    "ghostty",
    "gnome",
    "konsole",
    "mlterm",
    "rxvt",
    "st",
    "tmux",
    "vte",
    "wezterm",
    "xterm",
];

/// Whether the terminal that calls itself `name` may be asked.
pub fn is_asked(name: &str) -> bool {
    ASKED.contains(&name.split('-').next().unwrap_or_default())
}

/// Whether the background is light, as `COLORFGBG` tells it: `15;0`, `0;default;15`. None where it tells
/// nothing.
pub fn of_environment(told: &str) -> Option<bool> {
    let ground: u8 = told.rsplit(';').next()?.parse().ok()?;
    match ground {
        0..=6 | 8 => Some(false),
        7 | 9..=15 => Some(true),
        _ => None,
    }
}

/// The colour of an answer: `rgb:ffff/ffff/ffff`, with one to four digits a part, or `rgba:` with a fourth.
pub fn colour(told: &str) -> Option<Rgb> {
    let (kind, parts) = told.split_once(':')?;
    let count = match kind {
        "rgb" => 3,
        "rgba" => 4,
        _ => return None,
    };
    let part = |digits: &str| {
        let most = match digits.len() {
            1 => 0xf,
            2 => 0xff,
            3 => 0xfff,
            4 => 0xffff,
            _ => return None,
        };
        // A sign would be read as a number too.
        let hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let value = u32::from_str_radix(digits, 16).ok().filter(|_| hex)?;
        u8::try_from(value * 255 / most).ok()
    };
    let parts: Vec<u8> = parts.split('/').map(part).collect::<Option<_>>()?;
    match parts.as_slice() {
        [r, g, b, ..] if parts.len() == count => Some((*r, *g, *b)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("rgb:ffff/ffff/ffff", Some((255, 255, 255)))]
    #[case("rgb:1e1e/1e1e/2e2e", Some((0x1e, 0x1e, 0x2e)))]
    #[case("rgb:0/8/f", Some((0, 136, 255)))]
    #[case("rgba:00/80/ff/ff", Some((0, 128, 255)))]
    #[case("rgb:00/80", None)]
    #[case("rgb:00/80/ff/ff", None)]
    #[case("rgb:+1/80/ff", None)]
    #[case("rgb:zz/80/ff", None)]
    #[case("#ffffff", None)]
    #[case("?", None)]
    fn an_answer_is_a_colour(#[case] told: &str, #[case] wanted: Option<Rgb>) {
        assert_eq!(colour(told), wanted);
    }

    #[rstest]
    #[case("15;0", Some(false))]
    #[case("0;15", Some(true))]
    #[case("0;default;15", Some(true))]
    #[case("12;8", Some(false))]
    #[case("15;default", None)]
    #[case("", None)]
    fn the_environment_tells(#[case] told: &str, #[case] light: Option<bool>) {
        assert_eq!(of_environment(told), light);
    }

    #[test]
    fn only_who_swallows_the_question_is_asked() {
        assert!(is_asked("xterm-256color") && is_asked("tmux-256color"));
        for name in ["linux", "screen.xterm-256color", "vt220", "dumb", ""] {
            assert!(!is_asked(name), "{name}");
        }
    }
}
