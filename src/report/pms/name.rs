//! Whether two programs mean the same person.

use nucleo_matcher::chars::normalize;
use unicode_width::UnicodeWidthChar;

use crate::order::Arrange as _;

/// Words before and after a name that are none.
const TITLES: [&str; 21] = [
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "herr", "hr", "frau", "fr", "familie", "fam",
    "mme", "mlle", "sr", "sra", "sig", "vip", "mag",
];

/// How alike two names must be, from 0 to 1, for one to be a slip of the pen for the other.
const SLIP: f64 = 0.93;

/// How alike two names are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// Two people.
    None,
    /// One may stand for the other: a last name alone, a slip of the pen. Enough in the same room.
    Part,
    /// All words of the shorter one, of which there are at least two, are in the longer one.
    Most,
    /// The same words.
    Same,
}

/// A name taken apart, without accents, case, order and titles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Name(Vec<Word>);

/// A word without accents, and with the umlauts written out: muller, mueller.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    plain: String,
    wide: String,
}

impl Word {
    fn new(raw: &str) -> Self {
        let (mut plain, mut wide) = (String::new(), String::new());
        for c in raw.chars().flat_map(char::to_lowercase).filter(|c| c.width() != Some(0)) {
            plain.extend(bare(c).to_lowercase());
            match c {
                'ä' | 'æ' => wide.push_str("ae"),
                'ö' | 'ø' | 'œ' => wide.push_str("oe"),
                'ü' => wide.push_str("ue"),
                'å' => wide.push_str("aa"),
                'ß' => wide.push_str("ss"),
                c => wide.extend(bare(c).to_lowercase()),
            }
        }
        Self { plain, wide }
    }

    fn is(&self, other: &Self) -> bool {
        let mine = [&self.plain, &self.wide];
        mine.into_iter().any(|word| *word == other.plain || *word == other.wide)
    }

    /// Whether one is the first letter of the other.
    fn is_initial(&self, other: &Self) -> bool {
        let one = |a: &Self, b: &Self| a.plain.chars().count() == 1 && b.plain.starts_with(&a.plain);
        one(self, other) || one(other, self)
    }
}

/// A letter without its accent, of the scripts in which one program writes it and the other does not.
fn bare(c: char) -> char {
    match c {
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        'ё' => 'е',
        c => normalize(c),
    }
}

impl Name {
    /// Takes a name apart.
    pub(super) fn new(raw: &str) -> Self {
        let joined: String = raw.chars().filter(|c| !matches!(c, '\'' | '’' | '‘' | '`' | '´')).collect();
        let is_part = |c: char| c.is_alphanumeric() || c.width() == Some(0);
        let words = joined.split(|c: char| !is_part(c)).map(Word::new).filter(|w| !w.plain.is_empty());
        let all: Vec<Word> = words.collect();
        let kept: Vec<Word> = all.iter().filter(|w| !TITLES.contains(&w.plain.as_str())).cloned().collect();
        // "Fr" by itself is somebody's name after all, and an initial is more than none.
        Self(if kept.is_empty() { all } else { kept })
    }

    /// Whether there is nothing to compare.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words, for an index: two names that are alike by more than a slip share one.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|w| [w.plain.as_str(), w.wide.as_str()])
    }

    /// How alike two names are, in any order of their words.
    pub(super) fn likeness(&self, other: &Self) -> Likeness {
        let (few, many) = if self.0.len() <= other.0.len() { (self, other) } else { (other, self) };
        if few.is_empty() {
            return Likeness::None;
        }
        let mut left: Vec<&Word> = many.0.iter().collect();
        let (mut whole, mut all) = (0, true);
        let mut initials = Vec::new();
        for word in &few.0 {
            match left.iter().position(|other| word.is(other)) {
                Some(at) => {
                    left.swap_remove(at);
                    whole += 1;
                }
                None => initials.push(word),
            }
        }
        for word in initials {
            match left.iter().position(|other| word.is_initial(other)) {
                Some(at) => drop(left.swap_remove(at)),
                None => all = false,
            }
        }
        match (all, whole) {
            (true, 1..) if few.0.len() == many.0.len() => Likeness::Same,
            (true, 1..) if few.0.len() > 1 => Likeness::Most,
            (true, 1..) => Likeness::Part,
            _ if self.is_slip(other) => Likeness::Part,
            _ => Likeness::None,
        }
    }

    fn is_slip(&self, other: &Self) -> bool {
        strsim::jaro_winkler(&self.sorted(), &other.sorted()) >= SLIP
    }

    fn sorted(&self) -> String {
        let mut words: Vec<&str> = self.0.iter().map(|w| w.plain.as_str()).collect();
        words.arrange();
        words.concat()
    }
}

/// A room's number as both programs would have to write it: "Zimmer 0118" is "118".
pub(super) fn room(raw: &str) -> String {
    let lower = raw.trim().to_lowercase();
    let words = ["zimmer", "room", "rm", "zi", "chambre", "ch", "no", "nr"];
    let mut rest = lower.as_str();
    loop {
        rest = rest.trim_start_matches(['№', '#', '.', ':', '-', ' ']);
        let shorter = words.iter().find_map(|word| {
            // "no" is a prefix of a number, not of "north".
            let rest = rest.strip_prefix(word)?;
            rest.starts_with(|c: char| !c.is_alphabetic()).then_some(rest)
        });
        match shorter {
            Some(shorter) => rest = shorter,
            None => break,
        }
    }
    let bare = rest.trim_start_matches('0');
    if bare.is_empty() { rest.to_owned() } else { bare.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("Per Lindqvist", "Lindqvist, Per", Likeness::Same)]
    #[case("Herr Dr. Per LINDQVIST", "Lindqvist, Per", Likeness::Same)]
    #[case("Dabrowska Zofia", "Dąbrowska, Zofia", Likeness::Same)]
    #[case("Mueller, Jan", "Müller, Jan", Likeness::Same)]
    #[case("Muller, Jan", "Müller, Jan", Likeness::Same)]
    #[case("Strauss Anna", "Strauß, Anna", Likeness::Same)]
    #[case("Castellanos, M.", "Castellanos, Maria y Vega", Likeness::Most)]
    #[case("M. Dupont Jean", "Dupont, Jean", Likeness::Most)]
    #[case("OBrien Sean", "O’Brien, Seán", Likeness::Same)]
    #[case("Zoe\u{308} Berg", "Berg, Zoë", Likeness::Same)]
    #[case("Lindqvist", "Lindqvist, Per", Likeness::Part)]
    #[case("Lindqvist, Pre", "Lindqvist, Per", Likeness::Part)]
    #[case("Lindqvist, Eva", "Lindqvist, Per", Likeness::None)]
    #[case("Berg, Astrid", "Lindqvist, Per", Likeness::None)]
    #[case("", "Lindqvist, Per", Likeness::None)]
    #[case("大江健三郎", "大江健三郎", Likeness::Same)]
    #[case("ΝΙΚΟΣ ΠΑΠΑΔΟΠΟΥΛΟΣ", "Παπαδόπουλος, Νίκος", Likeness::Same)]
    #[case("Семен Королев", "Королёв, Семён", Likeness::Same)]
    fn names(#[case] a: &str, #[case] b: &str, #[case] want: Likeness) {
        assert_eq!(Name::new(a).likeness(&Name::new(b)), want);
        assert_eq!(Name::new(b).likeness(&Name::new(a)), want);
    }

    #[rstest]
    #[case("118", "118")]
    #[case("0118", "118")]
    #[case("Zimmer 118", "118")]
    #[case("Room No. 118", "118")]
    #[case("12A", "12a")]
    #[case("0", "0")]
    #[case("North 1", "north 1")]
    fn rooms(#[case] raw: &str, #[case] want: &str) {
        assert_eq!(room(raw), want);
    }

    proptest! {
        #[test]
        fn likeness_has_no_sides(a in "\\PC{0,30}", b in "\\PC{0,30}") {
            let (x, y) = (Name::new(&a), Name::new(&b));
            prop_assert_eq!(x.likeness(&y) == Likeness::Same, y.likeness(&x) == Likeness::Same);
            let _ = room(&a);
        }
    }
}
