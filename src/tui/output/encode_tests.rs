use super::*;
use crate::tui::links::tag;
use crate::tui::theme::colour::number;
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use rstest::rstest;

const WIDTH: u16 = 24;
const HEIGHT: u16 = 6;

fn colours() -> impl Strategy<Value = Color> {
    prop_oneof![
        Just(Color::Reset),
        Just(Color::Red),
        Just(Color::Gray),
        Just(Color::DarkGray),
        Just(Color::White),
        Just(Color::LightCyan),
        any::<u8>().prop_map(|n| Color::Indexed(n.max(16))),
        any::<(u8, u8, u8)>().prop_map(|(r, g, b)| Color::Rgb(r, g, b)),
    ]
}

fn modifiers() -> impl Strategy<Value = Modifier> {
    let shown = Modifier::BOLD | Modifier::ITALIC | Modifier::UNDERLINED | Modifier::REVERSED;
    any::<u16>().prop_map(move |bits| Modifier::from_bits_truncate(bits) & shown)
}

pub(in super::super) fn pictures() -> impl Strategy<Value = Buffer> {
    let text = prop_oneof![Just("a"), Just("·"), Just("  "), Just("Zofia D"), Just("ñ"), Just("京")];
    let piece = (0..WIDTH, 0..HEIGHT, text, colours(), colours(), modifiers());
    let line = (0..WIDTH, 0..HEIGHT, colours(), modifiers());
    let lines = prop::collection::vec(line, 0..4);
    (prop::collection::vec(piece, 0..30), lines).prop_map(|(pieces, lines)| {
        let mut buf = Buffer::empty(Rect::new(0, 0, WIDTH, HEIGHT));
        (0..HEIGHT).for_each(|y| buf.set_string(WIDTH - 4, y, "京", Style::new()));
        for (x, y, text, fg, bg, modifier) in pieces {
            // ratatui itself leaves traces where a wide character moves by half of itself or
            // gives way: here each has a place of its own.
            let x = if text == "京" { WIDTH - 4 } else { x.min(WIDTH - 12) };
            let style = Style::new().fg(fg).bg(bg).add_modifier(modifier);
            buf.set_string(WIDTH - 4, y, "京", style);
            buf.set_string(x, y, text, style);
        }
        for (x, y, fg, modifier) in lines {
            let x = if x < WIDTH - 4 { x } else { WIDTH - 1 };
            let style = Style::new().fg(fg).add_modifier(modifier);
            (y..HEIGHT).for_each(|y| buf.set_string(x, y, "│", style));
        }
        buf
    })
}

fn seen(colour: Color) -> vt100::Color {
    match colour {
        Color::Indexed(n) => vt100::Color::Idx(n),
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        _ => number(colour).map_or(vt100::Color::Default, vt100::Color::Idx),
    }
}

/// Whether the terminal shows the picture, as far as it can be seen.
pub(crate) fn assert_shows(terminal: &vt100::Parser, buf: &Buffer) {
    for at in buf.area.positions() {
        let cell = &buf[at];
        let shown = terminal.screen().cell(at.y, at.x).unwrap();
        if shown.is_wide_continuation() {
            continue;
        }
        let text = if shown.contents().is_empty() { " " } else { shown.contents() };
        assert_eq!(text, cell.symbol(), "{at:?}");
        let ink = Ink::of(cell);
        let has = |m| ink.modifier.contains(m);
        let (underlined, reversed) = (has(Modifier::UNDERLINED), has(Modifier::REVERSED));
        assert_eq!(shown.bgcolor(), seen(ink.bg), "{at:?}");
        assert_eq!((shown.underline(), shown.inverse()), (underlined, reversed), "{at:?}");
        // To GNU screen what leans is reversed, a blank too.
        assert!(has(Modifier::ITALIC) || !shown.italic(), "{at:?}");
        // The colour and the weight of nothing cannot be seen.
        if text != " " || reversed {
            assert_eq!(shown.fgcolor(), seen(ink.fg), "{at:?}");
        }
        if text != " " {
            let weight = (has(Modifier::BOLD), has(Modifier::ITALIC));
            assert_eq!((shown.bold(), shown.italic()), weight, "{at:?}");
        }
    }
}

proptest! {
    #[test]
    fn a_terminal_shows_what_was_meant(pictures in prop::collection::vec(pictures(), 1..5)) {
        let (rows, cols) = (HEIGHT.try_into().unwrap(), WIDTH.try_into().unwrap());
        let mut terminal = vt100::Parser::new(rows, cols, 0);
        let mut before = Buffer::empty(Rect::new(0, 0, WIDTH, HEIGHT));
        let (mut is_first, mut composed) = (true, Composed::new());
        for picture in pictures {
            let mut out = Vec::new();
            cells(before.diff(&picture).into_iter(), is_first, &before, &mut composed, &Links::default(), &mut out);
            is_first = false;
            terminal.process(&out);
            assert_shows(&terminal, &picture);
            before = picture;
        }
    }
}

/// A terminal for which a vowel sign takes no cell of its own must not show what was there before.
#[test]
fn a_composed_letter_leaves_nothing_of_what_was_under_it() {
    let mut before = Buffer::empty(Rect::new(0, 0, WIDTH, 1));
    before.set_string(0, 0, "xxxxxxxx", Style::new());
    let mut after = Buffer::empty(Rect::new(0, 0, WIDTH, 1));
    after.set_string(0, 0, "विक्रम", Style::new());
    let mut out = Vec::new();
    cells(before.diff(&after).into_iter(), false, &before, &mut Composed::new(), &Links::default(), &mut out);
    let out = String::from_utf8(out).unwrap();
    assert!(out.starts_with("\x1b[H  \x1b[Hवि"), "{out:?}");
}

/// Nor must a terminal for which it is two signs keep the second when something else takes its place.
#[test]
fn a_composed_letter_takes_all_of_itself_away() {
    let name = |text: &str| {
        let mut buf = Buffer::empty(Rect::new(0, 0, WIDTH, 1));
        buf.set_string(3, 0, text, Style::new());
        buf
    };
    let (blank, hindi, latin) = (name(""), name("क्रम"), name("a"));
    let mut composed = Composed::new();
    let mut written = |before: &Buffer, after: &Buffer| {
        let mut out = Vec::new();
        cells(before.diff(after).into_iter(), false, before, &mut composed, &Links::default(), &mut out);
        String::from_utf8(out).unwrap()
    };
    written(&blank, &hindi);
    let over = written(&hindi, &latin);
    assert!(over.contains("\x1b[1;5H "), "the second half is blanked: {over:?}");
    assert_eq!(written(&latin, &blank), "\x1b[1;4H ", "and only once");
}

fn painted(before: &Buffer, after: &Buffer) -> String {
    let mut out = Vec::new();
    cells(before.diff(after).into_iter(), false, before, &mut Composed::new(), &Links::default(), &mut out);
    String::from_utf8(out).unwrap()
}

/// The ink goes on over a blank that shows none of it; but not where it would be seen.
#[rstest]
#[case(Style::new().red(), "\x1b[H\x1b[31mab   cd\x1b[m")]
#[case(Style::new().bold(), "\x1b[H\x1b[1mab   cd\x1b[m")]
#[case(Style::new().italic(), "\x1b[H\x1b[3mab\x1b[m   \x1b[3mcd\x1b[m")]
#[case(Style::new().underlined(), "\x1b[H\x1b[4mab\x1b[m   \x1b[4mcd\x1b[m")]
#[case(Style::new().on_red(), "\x1b[H\x1b[41mab\x1b[m   \x1b[41mcd\x1b[m")]
fn a_blank_takes_the_ink_there_is(#[case] style: Style, #[case] wanted: &str) {
    let mut before = Buffer::empty(Rect::new(0, 0, WIDTH, 1));
    before.set_string(0, 0, "xxxxxxx", Style::new());
    let mut after = Buffer::empty(before.area);
    after.set_string(0, 0, "ab", style);
    after.set_string(5, 0, "cd", style);
    assert_eq!(painted(&before, &after), wanted);
}

/// What did not change is written again where that is shorter than the way around it, and looks the same.
#[rstest]
#[case("abcdef", "xbydef", Style::new(), "\x1b[Hxby")]
#[case("abcdef", "xbcdey", Style::new(), "\x1b[Hx\x1b[4Cy")]
#[case("a  def", "x  yef", Style::new().red(), "\x1b[H\x1b[31mx  y\x1b[m")]
#[case("aädef", "xäyef", Style::new(), "\x1b[Hx\x1b[Cy")]
fn the_way_is_the_shorter(
    #[case] before: &str,
    #[case] after: &str,
    #[case] style: Style,
    #[case] wanted: &str,
) {
    let picture = |text: &str| {
        let mut buf = Buffer::empty(Rect::new(0, 0, WIDTH, 1));
        buf.set_string(0, 0, text, style);
        buf
    };
    assert_eq!(painted(&picture(before), &picture(after)), wanted);
}

#[rstest]
#[case(Style::new(), "")]
#[case(Style::new().fg(Color::Red), "\x1b[31m")]
#[case(Style::new().fg(Color::Red).bold(), "\x1b[1;31m")]
#[case(Style::new().reversed().dim(), "\x1b[2;7m")]
fn an_ink_takes_few_bytes(#[case] style: Style, #[case] wanted: &str) {
    let blank = Buffer::empty(Rect::new(0, 0, 1, 1));
    let mut buf = blank.clone();
    buf.set_string(0, 0, "x", style);
    let mut out = Vec::new();
    cells(
        [(0, 0, &buf[(0, 0)])].into_iter(),
        false,
        &blank,
        &mut Composed::new(),
        &Links::default(),
        &mut out,
    );
    let end = if wanted.is_empty() { "" } else { "\x1b[m" };
    assert_eq!(String::from_utf8(out).unwrap(), format!("\x1b[H{wanted}x{end}"));
}

/// Whatever a cell asks for: no number that makes it blink is ever sent.
#[test]
fn nothing_ever_blinks() {
    for bits in 0..=u16::MAX >> 7 {
        let modifier = Modifier::from_bits_truncate(bits);
        let blank = Buffer::empty(Rect::new(0, 0, 2, 1));
        let mut buf = blank.clone();
        buf.set_string(0, 0, "x", Style::new().add_modifier(modifier));
        buf.set_string(1, 0, "y", Style::new().add_modifier(!modifier).fg(Color::Red));
        let mut out = Vec::new();
        let content = [(0, 0, &buf[(0, 0)]), (1, 0, &buf[(1, 0)])];
        cells(content.into_iter(), false, &blank, &mut Composed::new(), &Links::default(), &mut out);
        let out = String::from_utf8(out).unwrap();
        for sequence in out.split("\x1b[").skip(1) {
            let numbers = sequence.split_once('m').map_or("", |(numbers, _)| numbers);
            assert!(numbers.split(';').all(|n| !matches!(n, "5" | "6" | "25")), "{out:?}");
        }
    }
}

fn linked(pieces: &[(u16, &str, &str)], links: &Links, cleared: bool) -> String {
    let mut buf = Buffer::empty(Rect::new(0, 0, WIDTH, 1));
    for (x, text, address) in pieces {
        let style =
            if address.is_empty() { Style::new() } else { Style::new().underline_color(tag(address)) };
        buf.set_string(*x, 0, text, style);
    }
    let blank = Buffer::empty(buf.area);
    let mut out = Vec::new();
    cells(blank.diff(&buf).into_iter(), cleared, &blank, &mut Composed::new(), links, &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn a_link_is_around_its_own_cells_and_no_others() {
    let (a, b) = ("https://a.example/1", "https://b.example/2");
    let mut links = Links::default();
    links.add(a);
    links.add(b);
    let out = linked(&[(0, "x", ""), (1, "one", a), (4, "two", b), (9, "z", "")], &links, true);
    let ends = "\x1b]8;;\x1b\\";
    let (a, b) = (format!("\x1b]8;;{a}\x1b\\"), format!("\x1b]8;;{b}\x1b\\"));
    assert_eq!(out, format!("\x1b[Hx{a}one{ends}{b}two{ends}  z"));
    // What the screen does not know is only text.
    assert_eq!(linked(&[(0, "one", "https://c.example/3")], &links, true), "\x1b[Hone");
}

#[test]
fn the_way_within_a_link_leaves_no_blanks_in_it() {
    let a = "https://a.example/1";
    let mut links = Links::default();
    links.add(a);
    let out = linked(&[(0, "on", a), (4, "e", a)], &links, true);
    assert!(out.contains("on\x1b[2Ce"), "{out:?}");
    assert!(out.ends_with("\x1b]8;;\x1b\\"), "{out:?}");
}
