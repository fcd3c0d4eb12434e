//! What terminals report that is no key: the mouse, and answers to questions.

use super::RawInput;
use crate::tui::ground;

const ESC: u8 = 0x1b;
const BEL: u8 = 0x07;
/// The answer that is asked for begins like this.
const ANSWER: &[u8] = b"\x1b]11;";
/// The longest answer that is waited for to its end, in bytes.
const LONGEST: usize = 1_024;

/// What the bytes behind `ESC ]` are.
#[derive(Debug, PartialEq)]
pub(super) enum Reported {
    /// No report: somebody typed the bracket.
    Nothing,
    /// The beginning of one.
    Partial,
    /// So many bytes that mean this, or nothing.
    Whole(usize, Option<RawInput>),
}

/// Whether these bytes go on with the answer that is asked for, of which `torn` has come before.
pub(super) fn is_rest_of_answer(torn: &[u8], bytes: &[u8]) -> bool {
    let Some(rest) = ANSWER.strip_prefix(torn).filter(|_| !torn.is_empty()) else { return false };
    bytes.starts_with(rest) || (bytes.len() > 1 && rest.starts_with(bytes))
}

/// A number, then text up to `BEL` or `ST`. What breaks off, or never ends, is let go.
pub(super) fn string(bytes: &[u8]) -> Reported {
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    match bytes.get(digits) {
        None => return Reported::Partial,
        Some(b';') if digits > 0 => {}
        Some(_) => return Reported::Nothing,
    }
    let begins = digits + 1;
    let rest = bytes.get(begins..).unwrap_or_default();
    let Some(length) = rest.iter().position(|b| !matches!(b, 0x20..=0x7e)) else {
        return if rest.len() > LONGEST { Reported::Whole(bytes.len(), None) } else { Reported::Partial };
    };
    let (text, end) = rest.split_at(length);
    let ends = match end {
        [BEL, ..] => 1,
        [ESC, b'\\', ..] => 2,
        [ESC] => return Reported::Partial,
        // Cut short by something else.
        _ => return Reported::Whole(begins + length, None),
    };
    let is_ground = bytes.get(..digits) == Some(b"11");
    let told = str::from_utf8(text).ok().filter(|_| is_ground).and_then(ground::colour);
    Reported::Whole(begins + length + ends, told.map(RawInput::Ground))
}

/// What the mouse did: button, column and line, counted from 1. Only the left button and the wheel are of use,
/// and the button only with nothing held down: everything else is the terminal's own.
pub(super) fn mouse(told: &[u8]) -> Option<RawInput> {
    let mut numbers = told.split(|b| *b == b';').map(number);
    let (button, x, y) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let place = |n: u32| u16::try_from(n.checked_sub(1)?).ok();
    let at = (place(x)?, place(y)?);
    match button {
        0 => Some(RawInput::Click { at }),
        // The wheel, with whatever is held down meanwhile.
        button if button & !0x1c == 64 => Some(RawInput::Wheel { down: false, at }),
        button if button & !0x1c == 65 => Some(RawInput::Wheel { down: true, at }),
        _ => None,
    }
}

/// The number that these digits are, up to a colon.
pub(super) fn number(digits: &[u8]) -> Option<u32> {
    let digits = digits.split(|b| *b == b':').next()?;
    str::from_utf8(digits).ok()?.parse().ok()
}
