use super::*;
use rstest::rstest;

#[rstest]
#[case("", "anything", true)]
#[case("   ", "anything", true)]
#[case("okf", "412 Okafor, Ada", true)]
#[case("412 ada", "412 Okafor, Ada", true)]
#[case("ada 412", "412 Okafor, Ada", true)]
#[case("!ada", "412 Okafor, Ada", false)]
#[case("xyz", "412 Okafor, Ada", false)]
#[case("dabrowska", "105 Dąbrowska, Zofia", true)]
#[case("oe", "230 Ōe", true)]
fn matching(#[case] typed: &str, #[case] row: &str, #[case] matches: bool) {
    let mut f = Filter::default();
    f.set(typed);
    assert_eq!(f.score(row).is_some(), matches);
}

#[rstest]
#[case("ad", "ada", true)]
#[case("ad", "ad 41", true)]
#[case("", "a", false)]
#[case("ada", "ad", false)]
#[case("!a", "!ad", false)]
#[case("ad", "ad !x", false)]
#[case("ad", "ad$", false)]
fn narrowing(#[case] before: &str, #[case] typed: &str, #[case] narrows: bool) {
    let mut f = Filter::default();
    f.set(before);
    assert_eq!(f.is_narrowed_by(typed), narrows);
}

#[rstest]
#[case("dabr 105", true)]
#[case("dbr", false)]
#[case("!zofia", false)]
#[case("ZOFIA", true)]
fn matching_literally(#[case] typed: &str, #[case] matches: bool) {
    let mut f = Filter::default();
    f.set_literally(typed);
    assert_eq!(f.score("105 Dąbrowska, Zofia").is_some(), matches);
}

#[test]
fn marks_are_where_the_letters_are() {
    let mut f = Filter::default();
    f.set("ada");
    assert_eq!(f.marks("Okafor, Ada"), [8, 9, 10]);
}

fn of_guests(text: &str) -> Filter {
    let mut f = Filter::of(PaneKind::Guests);
    f.set(text);
    f
}

#[rstest]
#[case("room:12*", 1, false)]
#[case("ROOM:12 !class:due", 2, false)]
#[case("-stale p1", 2, false)]
#[case("nights:>3 until:<tomorrow", 2, false)]
#[case("key:HH-1 mode:card card:to-cut", 3, false)]
#[case("booked:2026-11-24", 1, false)]
#[case("room:", 0, false)]
#[case("!", 0, false)]
#[case("\"due out\"", 0, true)]
#[case("11:00", 0, true)]
#[case("\"p1\"", 0, true)]
fn terms_are_read(#[case] typed: &str, #[case] terms: usize, #[case] has_words: bool) {
    let f = of_guests(typed);
    assert_eq!((f.terms().len(), f.has_words(), f.complaint()), (terms, has_words, None));
}

#[rstest]
#[case("roon:12", "no field “roon:”: did you mean “room”?")]
#[case("zzz:12", "no field “zzz:”: write room, guest")]
#[case("class:gone", "class: write due-in, in-house")]
#[case("class:due-uot", "class: did you mean “due-out”?")]
#[case("card:recutt", "card: did you mean “re-cut”?")]
#[case("mode:cart", "mode: did you mean “card”?")]
#[case("nights:many", "nights: write a number")]
#[case("until:monday", "until: write today, tomorrow")]
#[case("age:5m", "no field “age:”")]
fn a_term_that_is_none_says_so_and_filters_nothing_away(#[case] typed: &str, #[case] said: &str) {
    let f = of_guests(typed);
    assert!(f.complaint().is_some_and(|why| why.starts_with(said)), "{:?}", f.complaint());
    assert!(f.is_empty());
    assert!(of_guests(&format!("ada {typed}")).has_words(), "the others still count");
}

#[rstest]
#[case("12*", "room:12*", false)]
#[case("ada", "ada 4", true)]
#[case("p", "p1", false)]
#[case("p1", "p12", false)]
#[case("stal", "stale", false)]
#[case("room:1", "room:1 x", false)]
fn only_more_words_narrow(#[case] before: &str, #[case] typed: &str, #[case] narrows: bool) {
    assert_eq!(of_guests(before).is_narrowed_by(typed), narrows);
}

#[test]
fn what_is_asked_of_a_column_is_marked_there_alone() {
    let f = of_guests("guest:ada !guest:okafor room:4*");
    let marker = f.marker();
    assert_eq!(marker.cell(ColumnId::Guest, "Okafor, Ada"), [8, 9, 10]);
    assert_eq!(marker.cell(ColumnId::Room, "412"), [0]);
    assert!(marker.cell(ColumnId::Reservation, "ada 4").is_empty());
}

#[test]
fn quotes_keep_words_together() {
    let mut f = of_guests("\"berg, a\"");
    assert!(f.score("102 Berg, Astrid").is_some());
    assert!(f.score("102 Bergman, Ada").is_none());
    let mut f = of_guests("!\"berg, a\"");
    assert!(f.score("102 Berg, Astrid").is_none());
    assert!(f.score("102 Bergman, Ada").is_some());
}

#[test]
fn what_carries_marks_is_marked_where_it_stands() {
    let mut filter = Filter::default();
    filter.set("se");
    // Every letter of it is ASCII, and the marks are not.
    assert_eq!(filter.marks("Jose\u{301} Berg"), [2, 3]);
    filter.set("berg");
    assert_eq!(filter.marks("Jose\u{301} Berg"), [5, 6, 7, 8]);
}
