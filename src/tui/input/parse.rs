//! What a terminal sends, byte by byte, as inputs of the program.
//!
//! Terminals answer questions on the same line on which keys come. A parser that knows only keys throws the
//! answers away; this one hands over the one that [`crate::tui::pace`] lives on and the one that tells the
//! background. What it does not know it swallows whole, so that no part of it is ever taken for a key.

use super::RawInput;
use super::keys::{named, numbered, spelled};
use super::reports::{self, Reported, number};
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
    /// What of the beginning of a sequence was taken for a key because nothing followed in time.
    torn: &'static [u8],
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
        let mut pending = std::mem::take(&mut self.pending);
        let torn = std::mem::take(&mut self.torn);
        if reports::is_rest_of_answer(torn, &pending) {
            // It was no key: on its way here the answer was torn apart.
            pending.splice(..0, torn.iter().copied());
        }
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
        self.paste.is_none() && matches!(self.pending.as_slice(), [ESC] | [ESC, b']'])
    }

    /// Nothing followed.
    pub fn settle(&mut self, out: &mut Vec<RawInput>) {
        if self.is_undecided() {
            let (torn, key): (&[u8], _) = match self.pending.len() {
                1 => (&[ESC], Key::plain(Code::Esc)),
                _ => (&[ESC, b']'], Key { alt: true, ..Key::char(']') }),
            };
            self.pending.clear();
            self.torn = torn;
            out.push(RawInput::Key(key));
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
        [ESC, b']', rest @ ..] => match reports::string(rest) {
            Reported::Nothing => Piece::Whole(2, Some(RawInput::Key(Key { alt: true, ..Key::char(']') }))),
            Reported::Partial => Piece::Partial,
            Reported::Whole(n, input) => Piece::Whole(2 + n, input),
        },
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
        ([b'<', rest @ ..], b'M') => return reports::mouse(rest),
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

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
