//! Bytes of an unknown program as text, and text as lines.

/// What Windows-1252 has where Latin-1 has controls; names such as Žižek are written with it.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// UTF-8, with or without a mark at its beginning; UTF-16 with one; else Latin-1 as Windows has it. Every
/// sequence of bytes is some text.
pub(super) fn decode(bytes: &[u8]) -> String {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return String::from_utf8_lossy(rest).into_owned();
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return utf16(rest, u16::from_be_bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| latin(*byte)).collect(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok()).map(unit);
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn latin(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS.get(usize::from(byte - 0x80)).copied().unwrap_or(' '),
        byte => char::from(byte),
    }
}

/// The most lines one row may take.
const MOST_LINES: usize = 5;

/// A row as it stands in the file: its first line's number, from 1, and its text. A quote that is never
/// closed costs its own line and no other.
pub(super) fn raw_rows(text: &str) -> impl Iterator<Item = (u64, Result<String, Unclosed>)> + '_ {
    let mut lines = (1_u64..).zip(text.lines()).peekable();
    let mut held: std::collections::VecDeque<(u64, &str)> = std::collections::VecDeque::new();
    std::iter::from_fn(move || {
        let (number, first) = held.pop_front().or_else(|| lines.next())?;
        if is_whole(first) {
            return Some((number, Ok(first.to_owned())));
        }
        let mut row = first.to_owned();
        for taken in 0..MOST_LINES {
            if held.len() <= taken {
                match lines.next() {
                    Some(line) => held.push_back(line),
                    None => break,
                }
            }
            let Some((_, line)) = held.get(taken) else { break };
            row.push('\n');
            row.push_str(line);
            if is_whole(&row) {
                held.drain(..=taken);
                return Some((number, Ok(row)));
            }
        }
        Some((number, Err(Unclosed)))
    })
}

/// A quote that is never closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unclosed;

fn is_whole(row: &str) -> bool {
    row.bytes().filter(|byte| *byte == b'"').count() % 2 == 0
}

/// The cells of one row.
pub(super) fn cells(row: &str, delimiter: u8) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(row.as_bytes());
    let record = reader.records().next().and_then(Result::ok).unwrap_or_default();
    record.iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(b"\xef\xbb\xbfZimmer", "Zimmer")]
    #[case("Dąbrowska".as_bytes(), "Dąbrowska")]
    #[case(b"M\xfcller", "Müller")]
    #[case(b"\x8ei\x9eek", "Žižek")]
    #[case(b"\xff\xfeZ\x00i\x00", "Zi")]
    #[case(b"\xfe\xff\x00Z\x00i", "Zi")]
    fn letters(#[case] bytes: &[u8], #[case] want: &str) {
        assert_eq!(decode(bytes), want);
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_its_own_line() {
        let text = "a\n\"b\nc\n\"d\ne\"\nf\ng\nh\ni\nj\n";
        let rows: Vec<(u64, Option<String>)> = raw_rows(text).map(|(n, row)| (n, row.ok())).collect();
        // The quote of line 2 is closed in line 4; that of line 5 never is.
        let numbers: Vec<u64> = rows.iter().map(|row| row.0).collect();
        assert_eq!(numbers, [1, 2, 5, 6, 7, 8, 9, 10]);
        assert_eq!(rows[1].1.as_deref(), Some("\"b\nc\n\"d"));
        assert_eq!((rows[2].1.as_deref(), rows[3].1.as_deref()), (None, Some("f")));
    }
}
