//! Whether a text is like another, letters and their accents alike; `*` stands for anything. Nothing is
//! allocated for a text that is looked at.

use nucleo_matcher::chars::{graphemes, normalize, to_lower_case};

/// Stands for anything, also for nothing.
const ANYTHING: char = '*';

/// What a text should be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    folded: Box<[char]>,
}

fn fold(c: char) -> char {
    to_lower_case(normalize(to_lower_case(c)))
}

/// Accents that are characters of their own.
fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| !is_accent(*c)).map(fold)
}

impl Glob {
    /// The whole text, but for what `*` stands for.
    pub fn whole(typed: &str) -> Self {
        Self { folded: folded(typed).collect() }
    }

    /// Anywhere in the text; where there is a `*`, the whole text.
    pub fn within(typed: &str) -> Self {
        if typed.contains(ANYTHING) {
            return Self::whole(typed);
        }
        let around = || std::iter::once(ANYTHING);
        Self { folded: around().chain(folded(typed)).chain(around()).collect() }
    }

    /// Whether a text is like it.
    pub fn is_like(&self, text: &str) -> bool {
        let mut wanted: &[char] = &self.folded;
        let mut rest = text.chars();
        // Where to go on when what followed the last `*` does not: it stands for one letter more then.
        let mut again: Option<(&[char], std::str::Chars<'_>)> = None;
        loop {
            match wanted.split_first() {
                Some((&ANYTHING, after)) => {
                    wanted = after;
                    again = Some((after, rest.clone()));
                    continue;
                }
                first => match (first, rest.find(|c| !is_accent(*c))) {
                    (None, None) => return true,
                    (Some((wanted_first, after)), Some(c)) if fold(c) == *wanted_first => {
                        wanted = after;
                        continue;
                    }
                    (_, None) if again.as_ref().is_none_or(|(_, rest)| rest.as_str().is_empty()) => {
                        return false;
                    }
                    _ => {}
                },
            }
            let Some((after, from)) = &mut again else { return false };
            if from.next().is_none() {
                return false;
            }
            wanted = after;
            rest = from.clone();
        }
    }

    /// The signs (graphemes) of a text that it names, counted from 0, ascending; none where the text is not like
    /// it.
    pub fn marks(&self, text: &str) -> Vec<u32> {
        if !self.is_like(text) {
            return Vec::new();
        }
        let folded: Vec<char> = graphemes(text).map(fold).collect();
        let mut marks = Vec::new();
        let mut from = 0;
        for piece in self.folded.split(|c| *c == ANYTHING).filter(|piece| !piece.is_empty()) {
            let mut places = folded.get(from..).unwrap_or_default().windows(piece.len());
            let Some(at) = places.position(|place| place == piece) else { break };
            let end = from + at + piece.len();
            marks.extend((from + at..end).filter_map(|i| u32::try_from(i).ok()));
            from = end;
        }
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("12*", "120", true)]
    #[case("12*", "12", true)]
    #[case("12*", "112", false)]
    #[case("12", "120", false)]
    #[case("*berg", "Lindberg", true)]
    #[case("*berg", "Bergman", false)]
    #[case("a*b*c", "aXXbYYc", true)]
    #[case("a*b*c", "aXXcYYb", false)]
    #[case("*ab", "aab", true)]
    #[case("dabrowska*", "Dąbrowska, Zofia", true)]
    #[case("oe*", "Ōe, Kenzaburō", true)]
    #[case("*jose", "Jose\u{301}", true)]
    #[case("", "", true)]
    #[case("", "a", false)]
    #[case("**", "", true)]
    fn the_whole_text(#[case] typed: &str, #[case] text: &str, #[case] is_like: bool) {
        assert_eq!(Glob::whole(typed).is_like(text), is_like);
    }

    #[test]
    fn what_is_named_is_marked() {
        assert_eq!(Glob::within("per").marks("Lindqvist, Per"), [11, 12, 13]);
        assert_eq!(Glob::whole("1*3").marks("1203"), [0, 3]);
        assert_eq!(Glob::within("xyz").marks("Lindqvist, Per"), [] as [u32; 0]);
    }

    proptest! {
        #[test]
        fn within_is_what_contains_tells(typed in "[a-c]{0,4}", text in "[a-c]{0,10}") {
            prop_assert_eq!(Glob::within(&typed).is_like(&text), text.contains(&typed));
        }

        #[test]
        fn a_regular_expression_tells_the_same(typed in "[ab*]{0,6}", text in "[ab]{0,10}") {
            let wanted = regex::Regex::new(&format!("^{}$", typed.replace('*', ".*"))).unwrap();
            prop_assert_eq!(Glob::whole(&typed).is_like(&text), wanted.is_match(&text));
        }
    }
}
