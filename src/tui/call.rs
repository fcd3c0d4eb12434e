//! Calling somebody to the terminal: the bell, and a notification of the person's own desktop (`OSC 9`,
//! `OSC 777`).
//!
//! The sequences end with `ST`, never with `BEL`, which some terminal in between might ring.

use super::clipboard::Between;
use crate::app::notify::Call;
use crate::config::Osc;

const BELL: &str = "\x07";

/// The bytes of a call. A multiplexer keeps a notification to itself unless it is wrapped for the terminal
/// around it; the bell it hands on.
pub fn sequence(call: &Call, between: Between) -> Vec<u8> {
    let bell = if call.bell { BELL } else { "" };
    let toast = match call.osc {
        Osc::None => String::new(),
        // What begins with a number and a semicolon means something else to some terminals; this never does.
        Osc::Nine => format!("\x1b]9;{} · {}\x1b\\", call.title, call.text),
        // A semicolon would end the title, and to some the text.
        Osc::Sevens => {
            let part = |text: &str| text.replace(';', ",");
            format!("\x1b]777;notify;{};{}\x1b\\", part(&call.title), part(&call.text))
        }
    };
    let toast = if toast.is_empty() { toast } else { between.wrap(&toast) };
    format!("{bell}{toast}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;
    use rstest::rstest;

    fn bytes(osc: Osc, between: Between) -> String {
        let text = Text::new("P1 412: gone; \u{1b}]52;c;eA==\u{7}\u{9c}look");
        let call = Call { bell: true, osc, title: Text::new("nightdesk: Harbour; Hotel"), text };
        String::from_utf8(sequence(&call, between)).unwrap()
    }

    #[rstest]
    #[case(Osc::None, Between::Nothing, "\x07")]
    #[case(
        Osc::Nine,
        Between::Nothing,
        "\x07\x1b]9;nightdesk: Harbour; Hotel · P1 412: gone; ]52;c;eA==look\x1b\\"
    )]
    #[case(
        Osc::Sevens,
        Between::Nothing,
        "\x07\x1b]777;notify;nightdesk: Harbour, Hotel;P1 412: gone, ]52,c,eA==look\x1b\\"
    )]
    #[case(
        Osc::Sevens,
        Between::Tmux,
        "\x07\x1bPtmux;\x1b\x1b]777;notify;nightdesk: Harbour, Hotel;P1 412: gone, ]52,c,eA==look\x1b\x1b\\\x1b\\"
    )]
    fn what_is_sent(#[case] osc: Osc, #[case] between: Between, #[case] want: &str) {
        assert_eq!(bytes(osc, between), want);
    }

    #[test]
    fn screen_hands_on_what_nothing_inside_ends_early() {
        let sent = bytes(Osc::Nine, Between::Screen);
        let inside = sent.strip_prefix("\x07\x1bP").and_then(|s| s.strip_suffix("\x1b\\")).unwrap();
        assert!(inside.starts_with("\x1b]9;nightdesk") && inside.ends_with('\x07'), "{sent:?}");
        assert!(!inside.contains("\x1b\\"), "{sent:?}");
    }
}
