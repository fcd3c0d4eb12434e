//! What a terminal sends, byte by byte, as inputs of the program.
//!
//! Terminals answer questions on the same line on which keys come. A parser that knows only keys throws the
//! answers away; this one hands over the one that [`crate::tui::pace`] lives on. What it does not know it
//! swallows whole, so that no part of it is ever taken for a key.

use super::RawInput;
use crate::app::key::{Code, Key};
use crate::text::Text;

const ESC: u8 = 0x1b;
/// Ends a paste.
const PASTE_ENDS: &[u8] = b"\x1b[201~";
/// What of a paste is kept, in bytes; no field of the program takes more.
const PASTE_LIMIT: usize = 64 * 1024;

/// Puts together what arrives in pieces.
#[derive(Debug, Default)]
pub struct Parser {
    pending: Vec<u8>,
    /// What was pasted so far, while a paste is under way.
    paste: Option<Vec<u8>>,
}

/// What a few bytes are.
#[derive(Debug, PartialEq)]
enum Piece {
    /// The beginning of something.
    Partial,
    /// So many bytes that mean this, or nothing.
    Whole(usize, Option<RawInput>),
    /// So many bytes, and a paste follows.
    PasteBegins(usize),
}

impl Parser {
    /// Takes in what arrived and puts what it means behind `out`.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<RawInput>) {
        self.pending.extend_from_slice(bytes);
        let pending = std::mem::take(&mut self.pending);
        let mut rest = pending.as_slice();
        while !rest.is_empty() {
            if self.paste.is_some() {
                rest = self.pasted(rest, out);
                if self.paste.is_some() {
                    break;
                }
                continue;
            }
            let taken = match piece(rest) {
                Piece::Partial => break,
                Piece::Whole(n, input) => {
                    out.extend(input);
                    n
                }
                Piece::PasteBegins(n) => {
                    self.paste = Some(Vec::new());
                    n
                }
            };
            rest = rest.get(taken..).unwrap_or_default();
        }
        self.pending = rest.to_vec();
    }

    /// Whether only what follows, or that nothing does, tells what has arrived: Escape is a key, and the
    /// beginning of many others.
    pub fn is_undecided(&self) -> bool {
        self.paste.is_none() && self.pending == [ESC]
    }

    /// Nothing followed.
    pub fn settle(&mut self, out: &mut Vec<RawInput>) {
        if self.is_undecided() {
            self.pending.clear();
            out.push(RawInput::Key(Key::plain(Code::Esc)));
        }
    }

    /// Goes on with a paste. Returns what is left: behind its end, or what may be the beginning of its end.
    fn pasted<'a>(&mut self, bytes: &'a [u8], out: &mut Vec<RawInput>) -> &'a [u8] {
        let end = bytes.windows(PASTE_ENDS.len()).position(|w| w == PASTE_ENDS);
        let (text, rest) = match end {
            Some(at) => {
                let (text, rest) = bytes.split_at(at);
                (text, rest.get(PASTE_ENDS.len()..).unwrap_or_default())
            }
            None => {
                let open = (1..PASTE_ENDS.len())
                    .rev()
                    .find(|n| bytes.ends_with(PASTE_ENDS.get(..*n).unwrap_or(PASTE_ENDS)));
                bytes.split_at(bytes.len() - open.unwrap_or(0))
            }
        };
        let paste = self.paste.get_or_insert_default();
        let room = PASTE_LIMIT.saturating_sub(paste.len());
        paste.extend(text.iter().take(room));
        if end.is_some() {
            let paste = self.paste.take().unwrap_or_default();
            out.push(RawInput::Paste(Text::new(String::from_utf8_lossy(&paste))));
        }
        rest
    }
}

/// What `bytes`, of which there is at least one, begin with.
fn piece(bytes: &[u8]) -> Piece {
    match bytes {
        [ESC] => Piece::Partial,
        // The second may begin something.
        [ESC, ESC, ..] => Piece::Whole(1, key(Code::Esc)),
        [ESC, b'[', rest @ ..] => sequence(rest),
        [ESC, b'O'] => Piece::Partial,
        [ESC, b'O', end, ..] => Piece::Whole(3, named(*end).and_then(key)),
        [ESC, rest @ ..] => match piece(rest) {
            Piece::Whole(n, Some(RawInput::Key(key))) => {
                Piece::Whole(n + 1, Some(RawInput::Key(Key { alt: true, ..key })))
            }
            Piece::Whole(n, input) => Piece::Whole(n + 1, input),
            other => other,
        },
        [b'\r', ..] => Piece::Whole(1, key(Code::Enter)),
        [b'\t', ..] => Piece::Whole(1, key(Code::Tab)),
        [0x7f, ..] => Piece::Whole(1, key(Code::Backspace)),
        [0, ..] => Piece::Whole(1, control(b' ')),
        [c @ 0x01..=0x1a, ..] => Piece::Whole(1, control(c - 1 + b'a')),
        [c @ 0x1c..=0x1f, ..] => Piece::Whole(1, control(c - 0x1c + b'4')),
        _ => character(bytes),
    }
}

fn key(code: Code) -> Option<RawInput> {
    Some(RawInput::Key(Key::plain(code)))
}

fn control(c: u8) -> Option<RawInput> {
    Some(RawInput::Key(Key::ctrl(c.into())))
}

fn character(bytes: &[u8]) -> Piece {
    let long = match bytes.first() {
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => 1,
    };
    let Some(whole) = bytes.get(..long) else {
        // What cannot go on like this never becomes a letter.
        let goes_on = bytes.iter().skip(1).all(|b| matches!(b, 0x80..=0xbf));
        return if goes_on { Piece::Partial } else { Piece::Whole(1, None) };
    };
    match str::from_utf8(whole).ok().and_then(|text| text.chars().next()) {
        Some(c) => Piece::Whole(long, key(Code::Char(c))),
        None => Piece::Whole(1, None),
    }
}

/// What follows `ESC [`.
fn sequence(rest: &[u8]) -> Piece {
    const INTRODUCER: usize = 2;
    if let [b'[', after @ ..] = rest {
        // The function keys of the Linux console.
        return match after {
            [] => Piece::Partial,
            [c @ b'A'..=b'E', ..] => Piece::Whole(INTRODUCER + 2, key(Code::F(c - b'A' + 1))),
            _ => Piece::Whole(INTRODUCER + 2, None),
        };
    }
    let Some(length) = rest.iter().position(|b| !matches!(b, 0x20..=0x3f)) else { return Piece::Partial };
    let (parameters, end) = rest.split_at(length);
    let taken = INTRODUCER + length;
    match end.first() {
        // A click as terminals told it that do not know the other way.
        Some(b'M') if parameters.is_empty() => {
            if end.len() < 4 {
                Piece::Partial
            } else {
                Piece::Whole(taken + 4, None)
            }
        }
        Some(b'~') if parameters == b"200" => Piece::PasteBegins(taken + 1),
        Some(end @ 0x40..=0x7e) => Piece::Whole(taken + 1, meaning(parameters, *end)),
        // Cut short by something else.
        _ => Piece::Whole(taken, None),
    }
}

/// What a whole sequence means.
fn meaning(parameters: &[u8], end: u8) -> Option<RawInput> {
    match (parameters, end) {
        (b"0" | b"3", b'n') => return Some(RawInput::Answer),
        (b"", b'Z') => return key(Code::BackTab),
        ([b'<', rest @ ..], b'M') => {
            return match number(rest.split(|b| *b == b';').next()?)? {
                // The wheel, with whatever is held down meanwhile.
                button if button & !0x1c == 64 => Some(RawInput::Wheel { down: false }),
                button if button & !0x1c == 65 => Some(RawInput::Wheel { down: true }),
                _ => None,
            };
        }
        _ => {}
    }
    let mut parameters = parameters.split(|b| *b == b';');
    let first = number(parameters.next().unwrap_or_default());
    let mut second = parameters.next().unwrap_or_default().split(|b| *b == b':');
    let held = second.next().and_then(number).unwrap_or(1).saturating_sub(1);
    if second.next() == Some(b"3") {
        // A key went up.
        return None;
    }
    let code = match end {
        b'~' => numbered(first?)?,
        b'u' => spelled(first?)?,
        b'Z' => Code::Tab,
        end if first.unwrap_or(1) == 1 => named(end)?,
        _ => return None,
    };
    let (shift, alt, ctrl) = (held & 1 != 0, held & 2 != 0, held & 4 != 0);
    let code = match code {
        Code::Tab if shift || end == b'Z' => Code::BackTab,
        Code::Char(c) if ctrl => Code::Char(c.to_ascii_lowercase()),
        Code::Char(c) if shift => Code::Char(c.to_uppercase().next().unwrap_or(c)),
        other => other,
    };
    Some(RawInput::Key(Key { code, ctrl, alt }))
}

fn number(digits: &[u8]) -> Option<u32> {
    let digits = digits.split(|b| *b == b':').next()?;
    str::from_utf8(digits).ok()?.parse().ok()
}

/// Keys that a letter stands for.
fn named(end: u8) -> Option<Code> {
    Some(match end {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'H' => Code::Home,
        b'F' => Code::End,
        b'M' => Code::Enter,
        b'P'..=b'S' => Code::F(end - b'P' + 1),
        _ => return None,
    })
}

/// Keys that a number stands for.
fn numbered(number: u32) -> Option<Code> {
    let function = |n: u32| u8::try_from(n).ok().map(Code::F);
    match number {
        1 | 7 => Some(Code::Home),
        3 => Some(Code::Delete),
        4 | 8 => Some(Code::End),
        5 => Some(Code::PageUp),
        6 => Some(Code::PageDown),
        11..=15 => function(number - 10),
        17..=21 => function(number - 11),
        23..=26 => function(number - 12),
        28 | 29 => function(number - 13),
        31..=34 => function(number - 14),
        _ => None,
    }
}

/// Keys that are told by the number of their character.
fn spelled(number: u32) -> Option<Code> {
    match number {
        9 => Some(Code::Tab),
        13 => Some(Code::Enter),
        27 => Some(Code::Esc),
        127 => Some(Code::Backspace),
        // Keys that are no characters, in a range of their own.
        57_344..=63_743 => None,
        other => char::from_u32(other).filter(|c| !c.is_control()).map(Code::Char),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn heard(bytes: &[u8]) -> Vec<RawInput> {
        let (mut parser, mut out) = (Parser::default(), Vec::new());
        parser.feed(bytes, &mut out);
        parser.settle(&mut out);
        out
    }

    #[rstest]
    #[case(b"j", "j")]
    #[case(b"G", "G")]
    #[case("ñ".as_bytes(), "ñ")]
    #[case(b"\r", "Enter")]
    #[case(b"\n", "Ctrl-J")]
    #[case(b"\t", "Tab")]
    #[case(b"\x1b", "Esc")]
    #[case(b"\x7f", "Backspace")]
    #[case(b"\x12", "Ctrl-R")]
    #[case(b"\x1bx", "Alt-x")]
    #[case(b"\x1b[A", "Up")]
    #[case(b"\x1bOB", "Down")]
    #[case(b"\x1b[1;1C", "Right")]
    #[case(b"\x1b[Z", "S-Tab")]
    #[case(b"\x1b[9;2u", "S-Tab")]
    #[case(b"\x1b[114;5u", "Ctrl-R")]
    #[case(b"\x1b[27u", "Esc")]
    #[case(b"\x1b[3~", "Delete")]
    #[case(b"\x1b[6~", "PgDn")]
    #[case(b"\x1b[15~", "F5")]
    #[case(b"\x1bOR", "F3")]
    #[case(b"\x1b[[E", "F5")]
    fn a_key_is_what_help_calls_it(#[case] bytes: &[u8], #[case] name: &str) {
        assert_eq!(heard(bytes), [RawInput::Key(name.parse().unwrap())]);
    }

    #[rstest]
    #[case(b"\x1b[0n", Some(RawInput::Answer))]
    #[case(b"\x1b[<65;10;10M", Some(RawInput::Wheel { down: true }))]
    #[case(b"\x1b[<68;10;10M", Some(RawInput::Wheel { down: false }))]
    #[case(b"\x1b[<0;10;10M", None)]
    #[case(b"\x1b[<0;10;10m", None)]
    #[case(b"\x1b[I", None)]
    #[case(b"\x1b[O", None)]
    #[case(b"\x1b[?62;22c", None)]
    #[case(b"\x1b[12;40R", None)]
    #[case(b"\x1b[113;1:3u", None)]
    #[case(b"\x1b[M !!", None)]
    #[case(b"\x1b[2~", None)]
    fn what_is_no_key_is_never_taken_for_one(#[case] bytes: &[u8], #[case] wanted: Option<RawInput>) {
        assert_eq!(heard(bytes), wanted.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn a_paste_is_one_clean_line_however_it_arrives() {
        let bytes = b"\x1b[200~R\nyyyy\x1b[2J\x1b[201~q";
        let wanted = [RawInput::Paste(Text::new("R yyyy[2J")), RawInput::Key(Key::char('q'))];
        assert_eq!(heard(bytes), wanted);
        let (mut parser, mut out) = (Parser::default(), Vec::new());
        bytes.iter().for_each(|b| parser.feed(&[*b], &mut out));
        assert_eq!(out, wanted);
    }

    #[test]
    fn escape_waits_for_what_may_follow() {
        let (mut parser, mut out) = (Parser::default(), Vec::new());
        parser.feed(b"\x1b", &mut out);
        assert!(parser.is_undecided() && out.is_empty());
        parser.feed(b"[B", &mut out);
        assert!(!parser.is_undecided());
        assert_eq!(out, [RawInput::Key(Key::plain(Code::Down))]);
        assert_eq!(heard(b"\x1b\x1b[A").len(), 2, "escape and an arrow");
    }

    #[test]
    fn a_paste_without_an_end_does_not_grow_without_one() {
        let (mut parser, mut out) = (Parser::default(), Vec::new());
        parser.feed(b"\x1b[200~", &mut out);
        (0..100).for_each(|_| parser.feed(&[b'x'; 4096], &mut out));
        assert!(parser.paste.as_ref().unwrap().len() <= PASTE_LIMIT && parser.pending.len() < 8);
    }

    proptest! {
        #[test]
        fn how_it_is_cut_into_pieces_changes_nothing(
            pieces in prop::collection::vec(prop_oneof![
                Just(b"j".to_vec()), Just("ä京".as_bytes().to_vec()), Just(b"\x1b[B".to_vec()),
                Just(b"\x1b[0n".to_vec()), Just(b"\x1b[200~a\x1b[Bb\x1b[201~".to_vec()),
                Just(b"\x1b[<65;1;1M".to_vec()), Just(vec![0xff, 0xc3]), Just(b"\x1b[1;5A".to_vec()),
            ], 1..12),
            cut in 1usize..7,
        ) {
            let bytes = pieces.concat();
            let (mut parser, mut out) = (Parser::default(), Vec::new());
            bytes.chunks(cut).for_each(|chunk| parser.feed(chunk, &mut out));
            parser.settle(&mut out);
            prop_assert_eq!(out, heard(&bytes));
        }

        #[test]
        fn nothing_that_arrives_is_too_much(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            heard(&bytes);
        }
    }
}
