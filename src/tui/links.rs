//! Links that a terminal opens by itself (`OSC 8`): pages of Seam's documentation, and an Instant Key link while
//! it is shown in clear.
//!
//! A view marks the cells of a link with a tag, a number made of its address that no cell shows; the screen knows
//! the address of each tag and writes it around the cells. What is no address of the program's own is never a
//! link, wherever it comes from.

use ratatui::style::Color;

use crate::app::App;

/// Pages of Seam's documentation: what they tell, and where.
pub const PAGES: [(&str, &str); 6] = [
    ("granting access", "https://docs.seam.co/use-cases/granting-access"),
    ("credentials and cards", "https://docs.seam.co/low-level-apis/access-systems/managing-credentials"),
    (
        "encoders",
        "https://docs.seam.co/low-level-apis/access-systems/working-with-card-encoders-and-scanners",
    ),
    ("Instant Keys", "https://docs.seam.co/capability-guides/instant-keys"),
    ("Seam Bridge", "https://docs.seam.co/capability-guides/seam-bridge"),
    ("access codes", "https://docs.seam.co/low-level-apis/smart-locks/access-codes"),
];

/// The longest address that terminals take, in bytes.
const LONGEST: usize = 2_083;

/// Whether an address may be a link: it can do no harm in a sequence, and leads to a page.
pub fn is_sound(address: &str) -> bool {
    let printable = address.bytes().all(|b| matches!(b, 0x21..=0x7e));
    address.starts_with("https://") && printable && address.len() <= LONGEST
}

/// The tag of an address: where it stands nobody sees it, for nothing that is drawn has a line of its own colour
/// under it.
pub fn tag(address: &str) -> Color {
    // FNV-1a, of which three bytes are enough for the few links of a screen.
    let hash =
        address.bytes().fold(0x811c_9dc5_u32, |hash, b| (hash ^ u32::from(b)).wrapping_mul(0x0100_0193));
    let [a, b, c, d] = hash.to_be_bytes();
    Color::Rgb(a ^ d, b, c)
}

/// The addresses that may be on the screen, by tag.
#[derive(Debug, Clone, Default)]
pub struct Links(Vec<(Color, String)>);

impl Links {
    /// Those of what the program shows now.
    pub fn of(app: &App) -> Self {
        let mut links = Self::default();
        PAGES.iter().for_each(|(_, address)| links.add(address));
        if let Some(reveal) = &app.reveal {
            links.add(reveal.secret.reveal());
        }
        links
    }

    /// One more, where it is sound.
    pub fn add(&mut self, address: &str) {
        if is_sound(address) {
            self.0.push((tag(address), address.to_owned()));
        }
    }

    /// The address of a tag.
    pub fn address(&self, tag: Color) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == tag).map(|(_, address)| address.as_str())
    }
}

/// What the environment says of a terminal.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told<'a> {
    /// `TERM`.
    pub term: &'a str,
    /// `TERM_PROGRAM`.
    pub program: &'a str,
    /// `TERM_PROGRAM_VERSION`.
    pub version: &'a str,
    /// `VTE_VERSION`: 7600 is 0.76.
    pub vte: &'a str,
    /// `KONSOLE_VERSION`: 230401 is 23.04.01.
    pub konsole: &'a str,
    /// `WT_SESSION`, of Windows Terminal.
    pub windows: &'a str,
    /// `TMUX`.
    pub tmux: &'a str,
}

/// Names in `TERM` of terminals with links.
const BY_TERM: [&str; 6] = ["xterm-kitty", "alacritty", "contour", "foot", "ghostty", "wezterm"];

/// Names in `TERM_PROGRAM` of terminals with links.
const BY_PROGRAM: [&str; 6] = ["iTerm.app", "vscode", "WezTerm", "ghostty", "Hyper", "rio"];

/// The first of tmux that hands links on, the first of VTE and of Konsole that has them.
const TMUX: (u32, u32) = (3, 4);
const VTE: u32 = 5_000;
const KONSOLE: u32 = 201_200;

/// Whether a terminal has links. What is not known to has none.
pub fn has_links(told: Told<'_>) -> bool {
    if !told.tmux.is_empty() || told.term.starts_with("tmux") {
        return told.program == "tmux" && release(told.version).is_some_and(|is| is >= TMUX);
    }
    // The others do not hand it on, or show it.
    if ["screen", "linux", "dumb", "vt"].iter().any(|name| told.term.starts_with(name))
        || told.term.is_empty()
    {
        return false;
    }
    let is = |name: &&str| {
        told.term.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let least = |said: &str, least: u32| said.parse::<u32>().is_ok_and(|is| is >= least);
    BY_TERM.iter().any(is)
        || BY_PROGRAM.contains(&told.program)
        || !told.windows.is_empty()
        || least(told.vte, VTE)
        || least(told.konsole, KONSOLE)
}

/// `3.4`, `3.4a`, `3.5-rc`: the first two numbers; what is being made (`next-3.6`) counts as made.
fn release(version: &str) -> Option<(u32, u32)> {
    let (major, rest) = version.strip_prefix("next-").unwrap_or(version).split_once('.')?;
    let minor: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// Whether the terminal of this program has links.
pub fn from_env() -> bool {
    let said = |name: &str| std::env::var(name).unwrap_or_default();
    let (term, program, version) = (said("TERM"), said("TERM_PROGRAM"), said("TERM_PROGRAM_VERSION"));
    let (vte, konsole, windows, tmux) =
        (said("VTE_VERSION"), said("KONSOLE_VERSION"), said("WT_SESSION"), said("TMUX"));
    has_links(Told {
        term: &term,
        program: &program,
        version: &version,
        vte: &vte,
        konsole: &konsole,
        windows: &windows,
        tmux: &tmux,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const XTERM: Told<'static> = Told {
        term: "xterm-256color",
        program: "",
        version: "",
        vte: "",
        konsole: "",
        windows: "",
        tmux: "",
    };

    #[rstest]
    #[case(XTERM, false)]
    #[case(Told { term: "xterm-kitty", ..XTERM }, true)]
    #[case(Told { term: "foot-extra", ..XTERM }, true)]
    #[case(Told { term: "football", ..XTERM }, false)]
    #[case(Told { program: "iTerm.app", ..XTERM }, true)]
    #[case(Told { program: "Apple_Terminal", ..XTERM }, false)]
    #[case(Told { vte: "7600", ..XTERM }, true)]
    #[case(Told { vte: "4602", ..XTERM }, false)]
    #[case(Told { konsole: "230401", ..XTERM }, true)]
    #[case(Told { windows: "b0a1", ..XTERM }, true)]
    #[case(Told { tmux: "/tmp/tmux-0/default,1,0", program: "tmux", version: "3.4", ..XTERM }, true)]
    #[case(Told { tmux: "/tmp/tmux-0/default,1,0", program: "tmux", version: "3.3a", vte: "7600", ..XTERM }, false)]
    #[case(Told { term: "tmux-256color", program: "tmux", version: "next-3.6", ..XTERM }, true)]
    #[case(Told { term: "tmux-256color", vte: "7600", ..XTERM }, false)]
    #[case(Told { term: "screen.xterm-256color", vte: "7600", ..XTERM }, false)]
    #[case(Told { term: "linux", ..XTERM }, false)]
    #[case(Told { term: "dumb", vte: "7600", ..XTERM }, false)]
    #[case(Told { term: "", vte: "7600", ..XTERM }, false)]
    fn which_terminals_have_links(#[case] told: Told<'_>, #[case] wanted: bool) {
        assert_eq!(has_links(told), wanted, "{told:?}");
    }

    #[rstest]
    #[case("https://ik.seam.co/abc?x=1#y", true)]
    #[case("http://ik.seam.co/abc", false)]
    #[case("javascript:alert(1)", false)]
    #[case("https://a/\u{1b}\\", false)]
    #[case("https://a/\u{7}", false)]
    #[case("https://a/ b", false)]
    #[case("https://ä/", false)]
    fn what_may_be_a_link(#[case] address: &str, #[case] wanted: bool) {
        assert_eq!(is_sound(address), wanted);
        let mut links = Links::default();
        links.add(address);
        assert_eq!(links.address(tag(address)).is_some(), wanted);
    }

    #[test]
    fn every_page_has_a_tag_of_its_own() {
        let tags: std::collections::HashSet<_> = PAGES.iter().map(|(_, address)| tag(address)).collect();
        assert_eq!(tags.len(), PAGES.len());
        assert!(PAGES.iter().all(|(_, address)| is_sound(address)));
    }
}
