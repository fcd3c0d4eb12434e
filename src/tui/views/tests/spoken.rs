//! What a terminal is told, read as strictly as can be: text, and the sequences that the program itself makes.

/// The private modes that are ever set.
const MODES: [&str; 8] = ["25", "1000", "1004", "1006", "1049", "2004", "2026", "7"];

/// Why these bytes are not what the program says; none where they are.
pub fn fault(bytes: &[u8]) -> Option<String> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Some("not UTF-8".to_owned()) };
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let left = match c {
            '\x1b' => sequence(&rest[1..]),
            // The ways about. One of a text would stand in a cell, where it is looked for.
            '\r' => Some(rest[1..].trim_start_matches('\n')),
            '\t' | '\u{8}' => Some(&rest[1..]),
            // What was begun before the end is cancelled.
            '\x18' => rest.strip_prefix("\x18\x1b[?2026l\x1b[0m"),
            c if is_printable(c) => Some(&rest[c.len_utf8()..]),
            _ => None,
        };
        let Some(left) = left else {
            return Some(format!("{:?}", rest.chars().take(60).collect::<String>()));
        };
        rest = left;
    }
    None
}

/// What follows the sequence behind this ESC; none where it is none of the program's.
fn sequence(rest: &str) -> Option<&str> {
    if let Some(rest) = rest.strip_prefix("]2;") {
        let (title, rest) = rest.split_once("\x1b\\")?;
        return title.chars().all(is_printable).then_some(rest);
    }
    // The background is asked for once; what leads somewhere leads to a page, and is all printable ASCII.
    if let Some(rest) = rest.strip_prefix("]11;?\x1b\\") {
        return Some(rest);
    }
    if let Some(rest) = rest.strip_prefix("]8;;") {
        let (address, rest) = rest.split_once("\x1b\\")?;
        let is_page = address.starts_with("https://") && address.bytes().all(|b| matches!(b, 0x21..=0x7e));
        return (address.is_empty() || is_page).then_some(rest);
    }
    let rest = rest.strip_prefix('[')?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';' && c != '?')?;
    let (numbers, rest) = (&rest[..end], &rest[end..]);
    let of = rest.chars().next()?;
    let is_ours = match of {
        'h' | 'l' => numbers.strip_prefix('?').is_some_and(|mode| MODES.contains(&mode)),
        't' => numbers == "22;2" || numbers == "23;2",
        'J' => numbers == "2",
        // The one question that is asked: whether the terminal has come this far.
        'n' => numbers == "5",
        'm' | 'H' | 'G' | 'B' | 'C' | 'X' | 'r' | 'S' | 'T' => !numbers.contains('?'),
        _ => false,
    };
    is_ours.then(|| &rest[1..])
}

/// Whether it is something to be seen, or joins what is.
pub fn is_printable(c: char) -> bool {
    let joins = matches!(c, '\u{200c}' | '\u{200d}');
    let hides = matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
    !c.is_control() && (joins || !hides)
}
