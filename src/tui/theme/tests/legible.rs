//! Whether what a theme says can be read and told apart, measured.
//!
//! Text is measured against what is behind it: the background of the theme, else that of the terminals it is
//! made for, with the letters of xterm's own 16 colours. Dim letters are two thirds of their colour and a third
//! of what is behind them, as terminals draw them that mix at all. The contrast wanted is that of WCAG 2.2 for
//! text, 4.5 to 1, and 3 to 1 for lines that are no text (success criteria 1.4.3 and 1.4.11).
//!
//! How two colours look to who lacks one kind of cones is simulated with the matrices of G. M. Machado, M. M.
//! Oliveira and L. A. F. Fernandes, “A Physiologically-based Model for Simulation of Color Vision Deficiency”,
//! IEEE Transactions on Visualization and Computer Graphics 15(6), 2009, severity 1.0, applied to linear RGB.

use ratatui::style::{Color, Modifier, Style};
use rstest::rstest;

use crate::property::Severity;
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::colour::{Rgb, contrast, lab, lab_distance, linear_rgb, rgb};
use crate::tui::theme::{Depth, MadeFor, Meaning, Theme};

/// WCAG 2.2, 1.4.3, level AA.
const TEXT: f64 = 4.5;
/// WCAG 2.2, 1.4.11, level AA.
const LINES: f64 = 3.0;
/// How far apart the colours of two states are at least, in CIE L*a*b*: 2 is the least that can be seen at all,
/// from 10 on a difference is seen at a glance.
const APART: f64 = 10.0;

/// What a status can be; one is never told by its colour alone, but by it too.
const STATES: [Meaning; 4] = [Meaning::Ok, Meaning::Pending, Meaning::Warning, Meaning::Critical];

/// What eyes make of linear red, green and blue.
const EYES: [(&str, [[f64; 3]; 3]); 4] = [
    ("all cones", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
    ),
    (
        "deuteranopia",
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    ),
    (
        "tritanopia",
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ),
];

/// Letters and background of a terminal that a theme is made for.
fn terminals(theme: &Theme) -> Vec<(Rgb, Rgb)> {
    let (dark, light) = (((229, 229, 229), (0, 0, 0)), ((0, 0, 0), (255, 255, 255)));
    match theme.made_for() {
        MadeFor::Dark => vec![dark],
        MadeFor::Light => vec![light],
        MadeFor::Any => vec![dark, light],
    }
}

/// Letters and what is behind them, as a terminal shows a style on the text of a theme.
fn shown(theme: &Theme, style: Style, (letters, ground): (Rgb, Rgb)) -> (Rgb, Rgb) {
    let style = theme.style(Meaning::Text).patch(style);
    let seen = |colour: Option<Color>, own: Rgb| colour.and_then(rgb).unwrap_or(own);
    let (mut fg, bg) = (seen(style.fg, letters), seen(style.bg, ground));
    if style.add_modifier.contains(Modifier::DIM) {
        let mix = |a: u8, b: u8| u8::try_from((u16::from(a) * 2 + u16::from(b)) / 3).unwrap();
        fg = (mix(fg.0, bg.0), mix(fg.1, bg.1), mix(fg.2, bg.2));
    }
    if style.add_modifier.contains(Modifier::REVERSED) { (bg, fg) } else { (fg, bg) }
}

fn all() -> impl Iterator<Item = Theme> {
    Theme::names().map(|name| Theme::named(name).unwrap())
}

#[rstest]
#[case(Depth::True)]
#[case(Depth::TwoFiftySix)]
#[case(Depth::Sixteen)]
#[case(Depth::Plain)]
fn every_text_can_be_read(#[case] depth: Depth) {
    let mut poor = Vec::new();
    for theme in all().map(|theme| theme.at(depth)) {
        for terminal in terminals(&theme) {
            for meaning in Meaning::ALL {
                let (fg, bg) = shown(&theme, theme.style(meaning), terminal);
                let least = if meaning == Meaning::Border { LINES } else { TEXT };
                let is = contrast(fg, bg);
                if is < least {
                    poor.push(format!("{} {meaning}: {is:.2}", theme.name()));
                }
            }
        }
    }
    assert!(poor.is_empty(), "{depth:?}: {poor:#?}");
}

/// How different two styles look to some eyes: the letters or what is behind them, whichever differs more.
fn apart(a: (Rgb, Rgb), b: (Rgb, Rgb), eyes: &[[f64; 3]; 3]) -> f64 {
    let seen = |colour: Rgb| {
        let colour = linear_rgb(colour);
        let part = |row: &[f64; 3]| row.iter().zip(colour).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0);
        lab([part(&eyes[0]), part(&eyes[1]), part(&eyes[2])])
    };
    lab_distance(seen(a.0), seen(b.0)).max(lab_distance(seen(a.1), seen(b.1)))
}

#[rstest]
#[case(Depth::True)]
#[case(Depth::TwoFiftySix)]
#[case(Depth::Sixteen)]
fn states_are_told_apart_by_whatever_eyes(#[case] depth: Depth) {
    let mut alike = Vec::new();
    for theme in all().filter(Theme::has_colour).map(|theme| theme.at(depth)) {
        for terminal in terminals(&theme) {
            let looks = STATES.map(|meaning| (meaning, shown(&theme, theme.style(meaning), terminal)));
            for (i, (a, look_a)) in looks.iter().enumerate() {
                for (b, look_b) in looks.iter().skip(i + 1) {
                    for (who, eyes) in EYES {
                        let apart = apart(*look_a, *look_b, &eyes);
                        if apart < APART {
                            alike.push(format!("{} {a} {b} {who}: {apart:.1}", theme.name()));
                        }
                    }
                }
            }
        }
    }
    assert!(alike.is_empty(), "{depth:?}: {alike:#?}");
}

#[test]
fn without_colour_states_are_told_apart_by_how_they_are_written() {
    for theme in all().map(|theme| theme.without_colour()) {
        for (i, a) in STATES.iter().enumerate() {
            for b in STATES.iter().skip(i + 1) {
                assert_ne!(theme.style(*a), theme.style(*b), "{}: {a} {b}", theme.name());
            }
        }
    }
}

/// The simulation must be able to fail: red and green of the same brightness are one to who lacks a cone.
#[test]
fn what_differs_only_in_red_and_green_is_alike_without_one_of_the_two_cones() {
    let (red, green) = (((200, 90, 60), (0, 0, 0)), ((120, 128, 50), (0, 0, 0)));
    let of = |who: &str| {
        EYES.iter().find(|(name, _)| *name == who).map(|(_, eyes)| apart(red, green, eyes)).unwrap()
    };
    assert!(of("all cones") > 40.0, "{}", of("all cones"));
    assert!(of("deuteranopia") < 15.0, "{}", of("deuteranopia"));
}

/// Whatever the colours, the signs of the states differ, and so do the words beside them.
#[test]
fn signs_differ_where_colours_might_not() {
    for glyphs in [&Glyphs::UNICODE, &Glyphs::ASCII] {
        let signs = [glyphs.ok, glyphs.pending, glyphs.alert, glyphs.failed, glyphs.none];
        for (i, a) in signs.iter().enumerate() {
            assert!(signs.iter().skip(i + 1).all(|b| a != b), "{signs:?}");
        }
    }
    let words = [Severity::P1, Severity::P2, Severity::P3].map(Severity::word);
    assert!(words[0] != words[1] && words[1] != words[2] && words[0] != words[2], "{words:?}");
}
