//! Keys that terminals send as sequences: by a letter, by a number, by the number of their character.

use crate::app::key::Code;

/// Keys that a letter stands for.
pub(super) fn named(end: u8) -> Option<Code> {
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
pub(super) fn numbered(number: u32) -> Option<Code> {
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
pub(super) fn spelled(number: u32) -> Option<Code> {
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
