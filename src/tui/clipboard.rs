//! The clipboard of the person's terminal, however far away it is: OSC 52.
//!
//! A multiplexer in between keeps what it does not know to itself. Some take the sequence as it is when
//! they are told to (`set-clipboard on` of tmux), others hand on only what is wrapped for the terminal
//! around them: both are sent, and the clipboard is set by whichever arrives.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::secret::Secret;

/// The longest text that terminals and multiplexers let through, in bytes.
const LONGEST: usize = 74_994;

/// The longest piece that GNU screen hands on, in bytes.
const SCREEN_PIECE: usize = 700;

/// What stands between the program and the terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Between {
    /// Nothing.
    #[default]
    Nothing,
    /// tmux.
    Tmux,
    /// GNU screen, or something that says so.
    Screen,
}

impl Between {
    /// What `TMUX` and `TERM` say.
    pub fn of(tmux: Option<&str>, term: Option<&str>) -> Self {
        let term = term.unwrap_or_default();
        if tmux.is_some_and(|tmux| !tmux.is_empty()) || term.starts_with("tmux") {
            Self::Tmux
        } else if term.starts_with("screen") {
            Self::Screen
        } else {
            Self::Nothing
        }
    }

    /// A sequence, wrapped so that it reaches the terminal around. It ends with `ST`.
    pub(super) fn wrap(self, plain: &str) -> String {
        match self {
            Self::Nothing => plain.to_owned(),
            Self::Tmux => format!("\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")),
            // What ends the sequence would end the wrapping too: BEL ends it instead.
            Self::Screen => pieces(&format!("{}\x07", plain.strip_suffix("\x1b\\").unwrap_or(plain))),
        }
    }

    /// What the environment says.
    pub fn from_env() -> Self {
        Self::of(std::env::var("TMUX").ok().as_deref(), std::env::var("TERM").ok().as_deref())
    }
}

/// The bytes that put a text on the clipboard; none where it is too long for any terminal.
pub fn sequence(text: &Secret, between: Between) -> Option<Vec<u8>> {
    let encoded = BASE64_STANDARD.encode(text.reveal());
    if encoded.len() > LONGEST {
        return None;
    }
    let plain = format!("\x1b]52;c;{encoded}\x1b\\");
    let wrapped = match between {
        Between::Nothing => String::new(),
        between => between.wrap(&plain),
    };
    Some([plain, wrapped].concat().into_bytes())
}

/// Wrapped piece by piece, no letter torn apart.
fn pieces(text: &str) -> String {
    let mut wrapped = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(SCREEN_PIECE));
        wrapped.push_str(&format!("\x1bP{piece}\x1b\\"));
        rest = after;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn bytes(between: Between) -> String {
        String::from_utf8(sequence(&Secret::new("101"), between).unwrap()).unwrap()
    }

    #[test]
    fn a_terminal_takes_it_as_it_is() {
        assert_eq!(bytes(Between::Nothing), "\x1b]52;c;MTAx\x1b\\");
    }

    #[test]
    fn tmux_hands_on_what_is_wrapped_with_every_escape_doubled() {
        assert_eq!(bytes(Between::Tmux), "\x1b]52;c;MTAx\x1b\\\x1bPtmux;\x1b\x1b]52;c;MTAx\x1b\x1b\\\x1b\\");
    }

    #[test]
    fn screen_hands_on_pieces_that_nothing_inside_ends_early() {
        assert_eq!(bytes(Between::Screen), "\x1b]52;c;MTAx\x1b\\\x1bP\x1b]52;c;MTAx\x07\x1b\\");
        let long = Secret::new("x".repeat(3_000));
        let all = String::from_utf8(sequence(&long, Between::Screen).unwrap()).unwrap();
        let (plain, wrapped) = all.split_once("\x1bP").unwrap();
        let pieces: Vec<&str> = wrapped.split("\x1bP").map(|p| p.strip_suffix("\x1b\\").unwrap()).collect();
        assert!(pieces.len() > 1 && pieces.iter().all(|p| p.len() <= SCREEN_PIECE));
        assert_eq!(pieces.concat().trim_end_matches('\x07'), plain.trim_end_matches("\x1b\\"));
    }

    #[test]
    fn what_no_terminal_takes_is_not_sent() {
        assert_eq!(sequence(&Secret::new("x".repeat(LONGEST)), Between::Nothing), None);
    }

    #[rstest]
    #[case(None, Some("xterm-256color"), Between::Nothing)]
    #[case(Some("/tmp/tmux-0/default,1,0"), Some("screen-256color"), Between::Tmux)]
    #[case(None, Some("tmux-256color"), Between::Tmux)]
    #[case(None, Some("screen.xterm-256color"), Between::Screen)]
    #[case(Some(""), None, Between::Nothing)]
    fn what_is_between(#[case] tmux: Option<&str>, #[case] term: Option<&str>, #[case] between: Between) {
        assert_eq!(Between::of(tmux, term), between);
    }
}
