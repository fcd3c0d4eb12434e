//! What is typed, cut into terms.

/// A term as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'t> {
    /// Whether what it says must not be so: `!` or `-` stands before it.
    pub is_not: bool,
    /// What stands before the colon.
    pub field: Option<&'t str>,
    /// The rest, without quotes.
    pub words: &'t str,
    /// Whether the rest stands in quotes.
    pub is_quoted: bool,
    /// Where it begins in the text, in bytes.
    pub start: usize,
}

/// The terms of a text. A quote that is not closed goes on to the end.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return tokens;
        }
        let start = text.len() - rest.len();
        let is_not = rest.starts_with(['!', '-']);
        rest = rest.get(usize::from(is_not)..).unwrap_or_default();
        let field = field(rest);
        rest = rest.get(field.map_or(0, |field| field.len() + 1)..).unwrap_or_default();
        let (words, is_quoted, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (words, after) = quoted.split_once('"').unwrap_or((quoted, ""));
                (words, true, after)
            }
            None => {
                let end = end_of_word(rest);
                let (words, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
                (words, false, after)
            }
        };
        tokens.push(Token { is_not, field, words, is_quoted, start });
        rest = after;
    }
}

/// The name before a colon, where a term begins with one.
fn field(rest: &str) -> Option<&str> {
    let (name, _) = rest.split_once(':')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    is_name.then_some(name)
}

/// Where a word ends: at a blank that no backslash stands before.
fn end_of_word(rest: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in rest.char_indices() {
        if c.is_whitespace() && !is_escaped {
            return at;
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(words: &str, start: usize) -> Token<'_> {
        Token { is_not: false, field: None, words, is_quoted: false, start }
    }

    #[test]
    fn terms_are_cut_at_blanks_but_not_in_quotes() {
        let text = "ada !class:due-out guest:\"van der\" \"due out\" -x 11:00 a\\ b";
        let want = [
            plain("ada", 0),
            Token { is_not: true, field: Some("class"), words: "due-out", is_quoted: false, start: 4 },
            Token { is_not: false, field: Some("guest"), words: "van der", is_quoted: true, start: 19 },
            Token { is_quoted: true, ..plain("due out", 35) },
            Token { is_not: true, ..plain("x", 45) },
            plain("11:00", 48),
            plain("a\\ b", 54),
        ];
        assert_eq!(tokens(text), want);
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_cut(text in "[ -~é中]{0,24}") {
            for token in tokens(&text) {
                prop_assert!(text.is_char_boundary(token.start));
            }
        }
    }
}
