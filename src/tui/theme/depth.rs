//! How many colours a terminal has, and a theme in as many.

use ratatui::style::{Color, Style};

use super::{Meaning, Theme, colour};

/// How many colours there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None, or none is wanted.
    Plain,
    /// The 16 that every terminal has.
    #[default]
    Sixteen,
    /// The cube of xterm beside them.
    TwoFiftySix,
    /// Any.
    True,
}

/// Names in `TERM` of terminals that show any colour, whether or not they say so in `COLORTERM`, which many
/// a connection does not hand on.
const TRUE: [&str; 8] =
    ["alacritty", "contour", "foot", "ghostty", "iterm2", "rio", "wezterm", "xterm-kitty"];

/// Names in `TERM` of terminals without colour.
const PLAIN: [&str; 7] = ["vt52", "vt100", "vt102", "vt220", "vt320", "xterm-mono", "dumb"];

impl Depth {
    /// What `NO_COLOR`, `COLORTERM` and `TERM` say, in this order: <https://no-color.org>.
    pub fn of(no_color: Option<&str>, colorterm: Option<&str>, term: Option<&str>) -> Self {
        if no_color.is_some_and(|said| !said.is_empty()) {
            return Self::Plain;
        }
        let term = term.unwrap_or_default();
        let is =
            |name: &&str| term == *name || term.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
        let says = |what: &str| colorterm.is_some_and(|said| said.eq_ignore_ascii_case(what));
        if PLAIN.contains(&term) || term.ends_with("-m") || term.ends_with("-mono") {
            Self::Plain
        } else if says("truecolor") || says("24bit") || term.ends_with("-direct") || TRUE.iter().any(is) {
            Self::True
        } else if term.contains("256color") || colorterm.is_some_and(|said| !said.is_empty()) {
            Self::TwoFiftySix
        } else {
            Self::Sixteen
        }
    }

    /// What the environment says.
    pub fn from_env() -> Self {
        let said = |name: &str| std::env::var(name).ok();
        Self::of(said("NO_COLOR").as_deref(), said("COLORTERM").as_deref(), said("TERM").as_deref())
    }
}

/// The contrast that letters keep with what is behind them where they had as much: that of WCAG 2.2 for text.
const LEGIBLE: f64 = 4.5;

impl Theme {
    /// The same theme in as many colours as there are. The 16 are never touched: their owner chose them.
    #[must_use]
    pub fn at(&self, depth: Depth) -> Self {
        match depth {
            Depth::Plain => self.without_colour(),
            Depth::True => self.clone(),
            Depth::Sixteen | Depth::TwoFiftySix => {
                let ground = self.style(Meaning::Text).bg;
                self.restyled(|style| fewer(style, ground, depth))
            }
        }
    }
}

/// A style in fewer colours: what is behind the letters as near as it comes, then the letters as near as they
/// can be read on it. Where it has no background of its own, `ground` is behind it.
fn fewer(style: Style, ground: Option<Color>, depth: Depth) -> Style {
    let is_there = |c: Color| match c {
        Color::Rgb(..) => false,
        Color::Indexed(n) => n < 16 || depth == Depth::TwoFiftySix,
        _ => true,
    };
    let nearest = |wanted: Color, on: Option<Color>| {
        if is_there(wanted) {
            return wanted;
        }
        let Some(wanted) = colour::rgb(wanted) else { return wanted };
        let (was, is) = (on.and_then(colour::rgb), on.map(|on| fewest(on, depth)).and_then(colour::rgb));
        let had = was.map_or(0.0, |was| colour::contrast(wanted, was)).min(LEGIBLE);
        let reads = |c: colour::Rgb| is.is_none_or(|is| colour::contrast(c, is) >= had);
        colour::nearest(wanted, depth == Depth::TwoFiftySix, reads)
    };
    let behind = style.bg.or(ground);
    Style { fg: style.fg.map(|c| nearest(c, behind)), bg: style.bg.map(|c| nearest(c, None)), ..style }
}

/// A colour that letters stand on, in fewer colours.
fn fewest(on: Color, depth: Depth) -> Color {
    fewer(Style::new().bg(on), None, depth).bg.unwrap_or(on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Some("1"), Some("truecolor"), "xterm-256color", Depth::Plain)]
    #[case(Some(""), Some("truecolor"), "xterm-256color", Depth::True)]
    #[case(None, Some("24bit"), "xterm", Depth::True)]
    #[case(None, None, "xterm-kitty", Depth::True)]
    #[case(None, None, "foot-extra", Depth::True)]
    #[case(None, None, "xterm-direct", Depth::True)]
    #[case(None, None, "xterm-256color", Depth::TwoFiftySix)]
    #[case(None, None, "tmux-256color", Depth::TwoFiftySix)]
    #[case(None, Some("1"), "rxvt", Depth::TwoFiftySix)]
    #[case(None, None, "xterm", Depth::Sixteen)]
    #[case(None, None, "linux", Depth::Sixteen)]
    #[case(None, None, "football", Depth::Sixteen)]
    #[case(None, None, "", Depth::Sixteen)]
    #[case(None, None, "vt100", Depth::Plain)]
    fn how_many_colours(
        #[case] no_color: Option<&str>,
        #[case] colorterm: Option<&str>,
        #[case] term: &str,
        #[case] depth: Depth,
    ) {
        assert_eq!(Depth::of(no_color, colorterm, Some(term)), depth);
    }

    #[test]
    fn what_there_is_none_of_becomes_what_is_most_like_it() {
        let theme = Theme::from_toml("t", "ok = \"#ff0000 on 231\"\nwarning = \"yellow\"").unwrap();
        let ok = |depth| theme.at(depth).style(Meaning::Ok);
        assert_eq!(ok(Depth::True).fg, Some(Color::Rgb(255, 0, 0)));
        assert_eq!(ok(Depth::TwoFiftySix).fg, Some(Color::Indexed(196)));
        assert_eq!(
            (ok(Depth::Sixteen).fg, ok(Depth::Sixteen).bg),
            (Some(Color::LightRed), Some(Color::White))
        );
        let warning = theme.at(Depth::Sixteen).style(Meaning::Warning);
        assert_eq!(warning.fg, Some(Color::Yellow));
        assert!(!theme.at(Depth::Plain).has_colour());
    }

    #[test]
    fn what_could_be_read_still_can() {
        let theme =
            Theme::from_toml("t", "ok = \"#6a6053 on #fbf6ea\"\nmuted = \"#999999 on #ffffff\"").unwrap();
        let few = theme.at(Depth::Sixteen);
        let read = |meaning| {
            let style = few.style(meaning);
            colour::contrast(style.fg.and_then(colour::rgb).unwrap(), style.bg.and_then(colour::rgb).unwrap())
        };
        assert!(read(Meaning::Ok) >= LEGIBLE, "{}", read(Meaning::Ok));
        // What could hardly be read is not made better than it was meant.
        assert!(read(Meaning::Muted) < LEGIBLE, "{}", read(Meaning::Muted));
    }
}
