//! What helps somebody who is new: help where one is, the walk, the first start.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use rstest::rstest;

use super::hotel::Hotel;
use super::{Picture, press};
use crate::app::App;
use crate::app::first::First;
use crate::app::mouse::Spot;
use crate::app::pane::PaneKind;
use crate::text::Text;
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::Theme;
use crate::tui::views;
use crate::tui::widgets::Look;

fn look(theme: &Theme) -> Look<'_> {
    Look { theme, glyphs: &Glyphs::UNICODE }
}

/// What help begins with, up to the first heading of the table of keys.
fn here(app: &App) -> String {
    let text = Picture::of(app, 100, 40).text();
    let lines = text.lines().skip_while(|line| !line.contains("Here: "));
    let lines = lines.take_while(|line| !line.contains("At the desk") && !line.contains('┗'));
    let lines = lines.map(|line| line.trim_matches(['┃', ' '])).map(str::to_owned);
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

#[test]
fn help_begins_with_what_is_on_the_screen() {
    let mut said = Vec::new();
    let places = [
        "1",
        "2",
        "3",
        "4",
        "1 Enter",
        "4 Enter",
        "1 a",
        "1 :",
        "1 T",
        "1 w",
        "1 e",
        "1 e Enter",
        "1 x",
        "1 d",
        "1 A",
        "1 O",
        "4 b",
        "1 n",
        "1 c",
    ];
    for keys in places {
        let mut app = Hotel::usual().app();
        press(&mut app, keys);
        press(&mut app, "F1");
        let here = here(&app);
        assert!(here.lines().count() >= 2, "{keys}: {here}\n{}", Picture::of(&app, 100, 40).text());
        said.push(format!("== {keys}\n{here}"));
    }
    insta::assert_snapshot!(said.join("\n\n"));
}

#[rstest]
#[case(80, 24)]
#[case(120, 40)]
fn the_walk_says_what_to_do_next(#[case] width: u16, #[case] height: u16) {
    let mut app = Hotel::usual().app();
    app.begin_tour();
    insta::assert_snapshot!(format!("tour_{width}x{height}"), Picture::of(&app, width, height).text());
    press(&mut app, "Enter e Enter");
    insta::assert_snapshot!(
        format!("tour_preview_{width}x{height}"),
        Picture::of(&app, width, height).text()
    );
}

fn first(first: &First) -> String {
    let theme = Theme::named("dark").unwrap();
    let area = Rect::new(0, 0, 80, 24);
    let mut buf = Buffer::empty(area);
    let places = ["The key goes into harbour.key,", "everything else into config.toml."].map(Text::from);
    views::first(first, &places, look(&theme), area, &mut buf);
    Picture { buf, room: crate::app::Room::default(), cursor: None }.text()
}

#[test]
fn the_first_start() {
    let mut asked = First::new("https://connect.getseam.com");
    insta::assert_snapshot!("first_start", first(&asked));
    asked.paste("seam_test_a_key_nobody_sees");
    asked.key("Tab".parse().unwrap());
    asked.paste("harbour");
    asked.key("Enter".parse().unwrap());
    asked.tried(Err("The key is refused: it is not known to this endpoint.".into()));
    let refused = first(&asked);
    assert!(!refused.contains("seam_test"), "{refused}");
    insta::assert_snapshot!("first_start_refused", refused);
    asked.key("Enter".parse().unwrap());
    asked.tried(Ok(("Harbour Hotel".into(), true)));
    insta::assert_snapshot!("first_start_works", first(&asked));
}

/// Where a text is on the picture, something is under the pointer.
fn under(app: &App, (width, height): (u16, u16), at: (u16, u16)) -> Option<Spot> {
    let theme = Theme::named("dark").unwrap();
    views::spot(app, look(&theme), Rect::new(0, 0, width, height), Position::from(at))
}

fn place(app: &App, (width, height): (u16, u16), said: &str) -> (u16, u16) {
    let text = Picture::of(app, width, height).text();
    let found = text.lines().zip(0..).find_map(|(line, y)| {
        let at = line.find(said)?;
        Some((u16::try_from(crate::text::width(&line[..at])).unwrap(), y))
    });
    found.unwrap_or_else(|| panic!("no {said} on\n{text}"))
}

#[rstest]
#[case((80, 24))]
#[case((120, 40))]
#[case((200, 60))]
fn what_is_under_the_pointer_is_what_is_drawn_there(#[case] size: (u16, u16)) {
    let app = Hotel::usual().app();
    let text = Picture::of(&app, size.0, size.1).text();
    let mut found = std::collections::BTreeSet::new();
    for (y, line) in (0..).zip(text.lines()) {
        for x in 0..size.0 {
            let Some(Spot::Row { pane: PaneKind::Guests, index }) = under(&app, size, (x, y)) else {
                continue;
            };
            let id = app.board.guests.rows().get(index).unwrap();
            let room = &app.property.stay(id).unwrap().room;
            assert!(line.contains(room.as_str()), "{room} is not in {line}");
            found.insert(index);
        }
    }
    assert_eq!(found.len(), app.board.guests.rows().len());
    assert_eq!(under(&app, size, (0, 0)), None, "the header");
    assert_eq!(under(&app, size, (0, size.1 - 1)), None, "the footer");
}

#[rstest]
#[case(PaneKind::Guests, 80, &["room", "guest", "class", "until"])]
#[case(PaneKind::Warnings, 80, &["P", "guest"])]
#[case(PaneKind::Guests, 200, &["room", "guest", "class", "until"])]
fn the_title_of_a_column_sorts_by_it(#[case] pane: PaneKind, #[case] width: u16, #[case] titles: &[&str]) {
    let mut app = Hotel::usual().app();
    app.board.focus = pane;
    let text = Picture::of(&app, width, 60).text();
    // A line with all of them is the one with the titles.
    let (line, y) = text.lines().zip(0..).find(|(line, _)| titles.iter().all(|t| line.contains(t))).unwrap();
    for (nth, title) in titles.iter().enumerate() {
        let x = u16::try_from(crate::text::width(&line[..line.find(title).unwrap()])).unwrap();
        let spot = under(&app, (width, 60), (x, y));
        let Some(Spot::Title { pane: of, sort }) = spot else { panic!("{title}: {spot:?} in {line}") };
        assert_eq!(of, pane, "{title}");
        app.update(app.now(), crate::app::Event::Click(Spot::Title { pane, sort }));
        assert!(!app.board.sort_of(pane).descending || nth == 0, "{title}");
        assert_eq!(app.board.sort_of(pane).column, sort.column, "{title}");
    }
    assert!(!matches!(under(&app, (width, 60), (1, y + 1)), Some(Spot::Title { .. })), "a row is no title");
}

#[test]
fn a_tab_is_its_pane() {
    let app = Hotel::usual().app();
    for (said, pane) in [("2 Grants", PaneKind::Grants), ("4 Warnings", PaneKind::Warnings)] {
        assert_eq!(under(&app, (80, 24), place(&app, (80, 24), said)), Some(Spot::Pane(pane)));
    }
}

#[test]
fn what_is_covered_is_not_under_the_pointer() {
    let mut app = Hotel::usual().app();
    let at = place(&app, (80, 24), "103  ");
    assert!(under(&app, (80, 24), at).is_some());
    press(&mut app, "e");
    assert_eq!(under(&app, (80, 24), at), None);
    assert_eq!(under(&Hotel::usual().app(), (40, 10), (3, 3)), None, "too small for panes");
}
