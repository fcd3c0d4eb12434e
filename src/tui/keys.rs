//! Keys of the terminal as keys of the program.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::key::{Code, Key};

/// The program's name for a key; none for keys it has no name for.
///
/// Shift is part of the character, and Control makes a letter lower case, so that a key is the same
/// whatever the terminal makes of Caps Lock.
pub fn key(event: KeyEvent) -> Option<Key> {
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    let code = match event.code {
        KeyCode::Char(c) if ctrl => Code::Char(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => Code::BackTab,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(n) => Code::F(n),
        _ => return None,
    };
    Some(Key { code, ctrl, alt })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(KeyCode::Char('G'), KeyModifiers::SHIFT, "G")]
    #[case(KeyCode::Char('R'), KeyModifiers::CONTROL, "Ctrl-R")]
    #[case(KeyCode::Char('r'), KeyModifiers::CONTROL, "Ctrl-R")]
    #[case(KeyCode::Char('x'), KeyModifiers::ALT, "Alt-x")]
    #[case(KeyCode::BackTab, KeyModifiers::SHIFT, "S-Tab")]
    #[case(KeyCode::Tab, KeyModifiers::SHIFT, "S-Tab")]
    #[case(KeyCode::PageDown, KeyModifiers::NONE, "PgDn")]
    #[case(KeyCode::F(5), KeyModifiers::NONE, "F5")]
    fn a_key_is_what_help_calls_it(
        #[case] code: KeyCode,
        #[case] modifiers: KeyModifiers,
        #[case] name: &str,
    ) {
        assert_eq!(key(KeyEvent::new(code, modifiers)), Some(name.parse().unwrap()));
    }

    #[test]
    fn a_key_without_a_name_is_no_key() {
        assert_eq!(key(KeyEvent::new(KeyCode::CapsLock, KeyModifiers::NONE)), None);
    }
}
