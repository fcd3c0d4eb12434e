//! What the widgets draw, and that no size can upset them.

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::Modifier;
use tui_input::{Input, InputRequest};

use super::Look;
use super::columns::Column;
use super::footer::{self, Hint};
use super::input::InputLine;
use super::modal::Modal;
use super::pane::Pane;
use super::progress::ProgressLine;
use super::table::{Cell, Row, Sorted, Table};
use crate::text;
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::{Meaning, Theme};

const COLUMNS: [Column; 4] = [
    Column::new("room", 4, 4, 0).right(),
    Column::new("guest", 8, 16, 0),
    Column::new("class", 8, 9, 1),
    Column::new("grant", 9, 12, 2).middle(),
];
const GUESTS: [&str; 4] = ["Abara, Chidi", "Castellanos y Montemayor, M.", "Dąbrowska, Zofia", "大江 健三郎"];

fn dark() -> Theme {
    Theme::named("dark").unwrap()
}

fn unicode(theme: &Theme) -> Look<'_> {
    Look { theme, glyphs: &Glyphs::UNICODE }
}

fn table(len: usize, built: &mut Vec<usize>) -> Table<'static, impl FnMut(usize) -> Row<'static>> {
    Table {
        columns: &COLUMNS,
        len,
        offset: 0,
        cursor: Some(1),
        focused: true,
        stale: false,
        sorted: Some(Sorted { column: 1, descending: false }),
        header: true,
        row: move |i| {
            built.push(i);
            Row {
                cells: vec![
                    Cell::new(format!("{}", 101 + i)),
                    Cell::new(GUESTS[i % GUESTS.len()]).matched(vec![0, 1]),
                    Cell::of(Meaning::Ok, "in-house"),
                    Cell::of(Meaning::Muted, "5f3c2a9e-7d11"),
                ],
                marked: i == 2,
                ..Row::default()
            }
        },
    }
}

/// The text of a buffer, one line a row.
fn dump(buf: &Buffer) -> String {
    let mut out = String::new();
    for y in buf.area.rows() {
        let mut skip = 0;
        let mut line = String::new();
        for x in y.columns() {
            let symbol = buf[(x.x, x.y)].symbol();
            if skip == 0 {
                line.push_str(symbol);
                skip = text::width(symbol);
            }
            skip = skip.saturating_sub(1);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn drawn(width: u16, height: u16, draw: impl FnOnce(Rect, &mut Buffer)) -> Buffer {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    draw(area, &mut buf);
    buf
}

#[test]
fn a_table_in_a_pane() {
    let theme = dark();
    let look = unicode(&theme);
    let buf = drawn(56, 8, |area, buf| {
        let pane = Pane {
            title: "Guests".into(),
            notes: vec![("175".into(), Meaning::Text), ("stale 3m".into(), Meaning::Warning)],
            right: "by guest".into(),
            position: "2 of 175".into(),
            focused: true,
        };
        let inside = pane.render(area, buf, look);
        table(4, &mut Vec::new()).render(inside, buf, look);
    });
    insta::assert_snapshot!(dump(&buf), @r"
    ┏ Guests ━━ 175 ━━ stale 3m ━━━━━━━━━━━━━━━━━ by guest ┓
    ┃  room  guest▲            class      grant            ┃
    ┃   101  Abara, Chidi      in-house   5f3c2a…-7d11     ┃
    ┃▌  102  Castellanos y M…  in-house   5f3c2a…-7d11     ┃
    ┃ ● 103  Dąbrowska, Zofia  in-house   5f3c2a…-7d11     ┃
    ┃   104  大江 健三郎       in-house   5f3c2a…-7d11     ┃
    ┃                                                      ┃
    ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 2 of 175 ┛
    ");
}

#[test]
fn only_rows_that_can_be_seen_are_built() {
    let theme = dark();
    let mut built = Vec::new();
    let mut long = table(100_000, &mut built);
    long.offset = 50_000;
    drawn(60, 11, |area, buf| long.render(area, buf, unicode(&theme)));
    assert_eq!(built, (50_000..50_010).collect::<Vec<_>>());
}

#[test]
fn the_selection_is_reversed_with_focus_and_only_a_bar_without() {
    let theme = dark();
    for focused in [true, false] {
        let buf = drawn(60, 4, |area, buf| {
            let mut built = Vec::new();
            let mut t = table(3, &mut built);
            t.focused = focused;
            t.render(area, buf, unicode(&theme));
        });
        assert_eq!(buf[(0, 2)].symbol(), "▌");
        for x in 1..60 {
            assert_eq!(buf[(x, 2)].modifier.contains(Modifier::REVERSED), focused, "column {x}");
            assert!(!buf[(x, 1)].modifier.contains(Modifier::REVERSED));
        }
    }
}

#[test]
fn what_the_filter_matched_stands_out() {
    let theme = dark();
    let buf = drawn(60, 4, |area, buf| table(3, &mut Vec::new()).render(area, buf, unicode(&theme)));
    let matched = |x: u16| buf[(x, 1)].modifier.contains(Modifier::UNDERLINED);
    assert_eq!((7..12).map(matched).collect::<Vec<_>>(), [false, true, true, false, false]);
}

#[test]
fn stale_rows_look_old() {
    let theme = dark();
    let buf = drawn(60, 4, |area, buf| {
        let mut built = Vec::new();
        let mut t = table(3, &mut built);
        t.stale = true;
        t.render(area, buf, unicode(&theme));
    });
    assert!(buf[(8, 1)].modifier.contains(Modifier::DIM));
}

#[test]
fn a_narrow_table_leaves_out_the_least_important() {
    let theme = dark();
    let buf = drawn(26, 3, |area, buf| table(2, &mut Vec::new()).render(area, buf, unicode(&theme)));
    insta::assert_snapshot!(dump(&buf), @r"
      room  guest▲    class
       101  Abara, …  in-house
    ▌  102  Castell…  in-house
    ");
}

#[test]
fn ascii_draws_only_ascii_of_its_own() {
    let theme = Theme::named("mono").unwrap();
    let look = Look { theme: &theme, glyphs: &Glyphs::ASCII };
    let buf = drawn(40, 5, |area, buf| {
        let inside = Pane { focused: true, ..Pane::new("Guests") }.render(area, buf, look);
        table(2, &mut Vec::new()).render(inside, buf, look);
    });
    insta::assert_snapshot!(dump(&buf), @r"
    + Guests ==============================+
    |  room  guest^            class       |
    |   101  Abara, Chidi      in-house    |
    |>  102  Castellanos y M~  in-house    |
    +======================================+
    ");
}

#[test]
fn the_frame_of_a_narrow_pane_keeps_its_title() {
    let theme = dark();
    let pane = Pane {
        notes: vec![("6".into(), Meaning::Text), ("stale 3m".into(), Meaning::Warning)],
        right: "by age".into(),
        position: "1 of 6".into(),
        ..Pane::new("Pending mutations")
    };
    let buf = drawn(28, 2, |area, buf| {
        pane.render(area, buf, unicode(&theme));
    });
    insta::assert_snapshot!(dump(&buf), @r"
    ╭ Pending mutations ── 6 ──╮
    ╰────────────────── 1 of 6 ╯
    ");
}

#[test]
fn hints_are_shown_whole_and_help_always() {
    let theme = dark();
    let hints = [Hint::new("e", "extend"), Hint::new("r", "lost card"), Hint::new("x", "check out")];
    let always = [Hint::new("?", "help"), Hint::new("q", "quit")];
    let line = |width| {
        dump(&drawn(width, 1, |area, buf| footer::render(&hints, &always, area, buf, unicode(&theme))))
    };
    assert_eq!(line(60), " e extend  r lost card  x check out  ? help  q quit\n");
    assert_eq!(line(40), " e extend  r lost card  ? help  q quit\n");
    assert_eq!(line(16), " ? help  q quit\n");
    assert_eq!(line(9), " ? help\n");
}

#[test]
fn a_dialog_covers_what_is_under_it() {
    let theme = dark();
    let modal =
        Modal { title: "Extend ─ 118".into(), wants: Size { width: 20, height: 1 }, ..Modal::default() };
    let buf = drawn(30, 6, |area, buf| {
        for y in 0..6 {
            buf.set_string(0, y, "x".repeat(30), ratatui::style::Style::new());
        }
        modal.render(area, buf, unicode(&theme));
    });
    insta::assert_snapshot!(dump(&buf), @r"
    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    xxxx┏ Extend ─ 118 ━━━━━━┓xxxx
    xxxx┃                    ┃xxxx
    xxxx┗━━━━━━━━━━━━━━━━━━━━┛xxxx
    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ");
}

#[test]
fn typed_text_scrolls_with_its_cursor() {
    let theme = dark();
    let mut input = Input::new("tomorrow 12:00".into());
    let show = |input: &Input| {
        let line = InputLine {
            label: "until".into(),
            input,
            placeholder: "+1d".into(),
            focused: true,
            invalid: false,
        };
        let mut cursor = None;
        let buf = drawn(14, 1, |area, buf| cursor = line.render(area, buf, unicode(&theme)));
        (dump(&buf), cursor.map(|p| p.x))
    };
    assert_eq!(show(&input), ("until w 12:00\n".into(), Some(13)));
    input.handle(InputRequest::GoToStart);
    assert_eq!(show(&input), ("until tomorrow\n".into(), Some(6)));
    assert_eq!(show(&Input::default()), ("until +1d\n".into(), Some(6)));
}

#[test]
fn a_running_action_tells_what_it_wants() {
    let theme = dark();
    let line = ProgressLine {
        label: "desk: lost card 118".into(),
        step: "place the card on “Front desk 1”".into(),
        done: 3,
        steps: 5,
        right: "1 action running".into(),
        meaning: None,
    };
    let show = |w| dump(&drawn(w, 1, |area, buf| line.render(area, buf, unicode(&theme))));
    assert_eq!(
        show(90),
        " desk: lost card 118 · place the card on “Front desk 1” ▪▪▪▫▫            1 action running\n"
    );
    assert_eq!(show(40), " desk: lost card 118 · place the … ▪▪▪▫▫\n");
}

/// Draws everything into an area somewhere in a buffer, and checks that nothing was drawn outside it.
fn everything(outer: Rect, area: Rect, said: &str, ascii: bool) {
    let theme = dark();
    let look = Look { theme: &theme, glyphs: Glyphs::new(ascii) };
    let mut buf = Buffer::empty(outer);
    let input = Input::new(said.into());
    let notes = vec![(said.into(), Meaning::Warning), ("175".into(), Meaning::Text)];
    let pane = Pane { title: said.into(), notes, right: said.into(), position: said.into(), focused: ascii };
    let inside = pane.render(area, &mut buf, look);
    table(50, &mut Vec::new()).render(inside, &mut buf, look);
    table(50, &mut Vec::new()).render(area, &mut buf, look);
    let modal = Modal {
        title: said.into(),
        right: said.into(),
        position: said.into(),
        wants: Size { width: 70, height: 20 },
    };
    let inside = modal.render(area, &mut buf, look);
    let line = InputLine {
        label: said.into(),
        input: &input,
        placeholder: said.into(),
        focused: true,
        invalid: ascii,
    };
    if let Some(cursor) = line.render(inside, &mut buf, look) {
        assert!(area.contains(cursor));
    }
    let hints = [Hint::new(said, said), Hint::new("e", said)];
    footer::render(&hints, &hints, area, &mut buf, look);
    let progress = ProgressLine {
        label: said.into(),
        step: said.into(),
        done: 3,
        steps: 7,
        right: said.into(),
        meaning: None,
    };
    progress.render(area, &mut buf, look);
    for position in outer.positions().filter(|p| !area.contains(*p)) {
        assert_eq!(buf[position].symbol(), " ", "drawn outside {area:?} at {position:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_nothing_is_drawn_outside(
        (w, h) in (0u16..=500, 0u16..=200),
        (x, y) in (0u16..6, 0u16..6),
        said in "\\PC{0,60}",
        ascii: bool,
    ) {
        let outer = Rect::new(0, 0, w, h);
        let area = Rect::new(x, y, w.saturating_sub(2 * x), h.saturating_sub(2 * y)).intersection(outer);
        everything(outer, area, &text::Text::new(said), ascii);
    }

    #[test]
    fn small_sizes_upset_nothing((w, h) in (0u16..12, 0u16..6), said in "\\PC{0,12}", ascii: bool) {
        let area = Rect::new(0, 0, w, h);
        everything(area, area, &text::Text::new(said), ascii);
    }
}
