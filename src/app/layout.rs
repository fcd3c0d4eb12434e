//! Keyboards on which a key of the table is not where it is expected.
//!
//! What is printed on a key is what counts: on AZERTY and QWERTZ every letter does what it says. Where a
//! keyboard does not write Latin letters at all, the letter at the same place is meant; and where digits need
//! Shift, the sign below the digit. Only a sign that has no meaning of its own is understood so.

use super::key::{Code, Key};

/// Cyrillic letters (ЙЦУКЕН, with the letters of Ukrainian and Belarusian), and what QWERTY has there.
const CYRILLIC: [(&str, &str); 3] = [
    ("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"),
    ("ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ", "QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~"),
    ("іїєўґІЇЄЎҐ", "s]'o\\S}\"O|"),
];

/// What AZERTY has where others have the digits.
const DIGITS: (&str, &str) = ("&é\"'(-è_çà", "1234567890");

/// The key of a Latin keyboard at the place of this one; nothing where it is no other.
pub fn at_same_place(key: Key) -> Option<Key> {
    let Code::Char(c) = key.code else { return None };
    let (from, to) = CYRILLIC
        .iter()
        .copied()
        .chain((!key.ctrl && !key.alt).then_some(DIGITS))
        .find(|(from, _)| from.contains(c))?;
    let at = from.chars().position(|known| known == c)?;
    to.chars().nth(at).map(|c| Key { code: Code::Char(c), ..key })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn every_letter_has_a_place() {
        for (from, to) in CYRILLIC.iter().copied().chain([DIGITS]) {
            assert_eq!(from.chars().count(), to.chars().count(), "{from} {to}");
        }
    }

    #[rstest]
    #[case('у', Some('e'))]
    #[case('Ч', Some('X'))]
    #[case('Ж', Some(':'))]
    #[case('і', Some('s'))]
    #[case('é', Some('2'))]
    #[case('"', Some('3'))]
    #[case('e', None)]
    #[case('ß', None)]
    fn what_stands_at_the_same_place(#[case] c: char, #[case] want: Option<char>) {
        assert_eq!(at_same_place(Key::char(c)), want.map(Key::char));
    }

    #[test]
    fn a_modifier_stays() {
        assert_eq!(at_same_place(Key::ctrl('к')), Some(Key::ctrl('r')));
        assert_eq!(at_same_place(Key::ctrl('\'')), None);
    }
}
