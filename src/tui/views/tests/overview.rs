//! Several properties on the screen: all at a glance, and one that others run beside.

use chrono::TimeDelta;
use insta::assert_snapshot;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;
use rstest::rstest;
use serde_json::json;

use super::{Hotel, Picture, night, press};
use crate::app::duty::Duty;
use crate::app::estate::{Estate, HouseId};
use crate::app::key::Key;
use crate::app::{App, Event, Room};
use crate::config::Colour;
use crate::property::{Delta, Fault, FaultKind, Records, Resource};
use crate::text::Text;
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::Theme;
use crate::tui::views::{Sketch, render_estate};
use crate::tui::widgets::Look;

fn picture(estate: &Estate, width: u16, height: u16) -> Picture {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    let theme = Theme::named("dark").unwrap();
    let look = Look { theme: &theme, glyphs: &Glyphs::UNICODE };
    let (room, cursor) = render_estate(estate, look, area, (&mut Sketch::default(), None), &mut buf);
    Picture { buf, room, cursor }
}

fn call(hotel: &mut Hotel, name: &str) {
    let workspace = json!({"workspace_id": name, "name": name, "is_sandbox": false});
    hotel.read(Records::Workspace(serde_json::from_value(workspace).unwrap()));
}

fn house(mut hotel: Hotel, name: &str, colour: Option<Colour>) -> App {
    if !name.is_empty() {
        call(&mut hotel, name);
    }
    let mut app = hotel.app();
    app.settings.sandbox = false;
    app.settings.own.colour = colour;
    app
}

/// A usual night with an action that runs, a quiet one, one that is offline, one whose key is wrong, and one
/// of which nothing has been read.
fn estate(first: Option<usize>) -> Estate {
    let mut busy = house(Hotel::usual(), "", Some(Colour::Blue));
    press(&mut busy, "r Enter y");
    let quiet = house(Hotel::empty(), "Hill House", Some(Colour::Yellow));
    let mut gone = Hotel::with_guests(4);
    gone.offline(TimeDelta::zero());
    let gone = house(gone, "Grand Hôtel du Lac et de la Gare", None);
    let mut locked = Hotel::unread();
    let words = "/etc/nightdesk/moor.key: others can read this API key: run chmod 600 on it";
    for what in Resource::ALL {
        let why = Fault { kind: FaultKind::Auth, words: Text::new(words), request_id: None };
        locked.feed(Delta::Failed { what, why, at: night(), retry_at: None });
    }
    let mut locked = house(locked, "", Some(Colour::Red));
    locked.among.name = Some(Text::new("moor"));
    let mut unread = house(Hotel::unread(), "", None);
    unread.among.name = Some(Text::new("pier"));
    let mut estate = Estate::several(busy, vec![quiet, gone, locked, unread], first);
    let names = ["maria@front-desk-2", "Jo"].map(Text::from).to_vec();
    for (n, names) in [names, Vec::new()].into_iter().enumerate() {
        estate.update(HouseId(n), night(), Event::OnDuty(Duty::Others(names)));
    }
    for n in 0..5 {
        estate.update(HouseId(n), night() + TimeDelta::seconds(8), Event::Tick);
    }
    estate
}

fn keys(estate: &mut Estate, keys: &str) {
    for name in keys.split_whitespace() {
        let key: Key = name.parse().unwrap();
        let at = estate.open().now();
        estate.update(estate.at(), at, Event::Key(key));
        let room = picture(estate, 120, 40).room;
        estate.update(estate.at(), at, Event::Drawn(room));
    }
}

#[rstest]
#[case(80, 24)]
#[case(120, 40)]
#[case(200, 60)]
fn all_at_a_glance(#[case] width: u16, #[case] height: u16) {
    let estate = estate(None);
    assert_snapshot!(format!("overview_{width}x{height}"), picture(&estate, width, height).text());
}

#[test]
fn leaving_is_asked_about_over_all_of_them() {
    let mut estate = estate(None);
    keys(&mut estate, "j q");
    assert_snapshot!("overview_leave_80x24", picture(&estate, 80, 24).text());
    let small = picture(&estate, 40, 10).text();
    assert!(small.contains("leave? y yes, Esc stay") && small.contains("needs 60x16"), "{small}");
}

#[test]
fn a_name_is_painted_as_in_its_own_header() {
    let estate = estate(None);
    let ground = |estate: &Estate, name: &str| picture(estate, 120, 40).style_of(name).bg;
    assert_eq!(ground(&estate, "Harbour Hotel"), Some(Color::Blue));
    assert_eq!(ground(&estate, "Hill House"), Some(Color::Yellow));
    assert_eq!(ground(&estate, "moor"), Some(Color::Red));
    let plain = picture(&estate, 120, 40).style_of("Grand H").bg;
    assert!(![Some(Color::Blue), Some(Color::Yellow), Some(Color::Red)].contains(&plain));
}

#[test]
fn the_header_and_the_question_say_what_runs_elsewhere() {
    let mut estate = estate(Some(1));
    let text = picture(&estate, 120, 40).text();
    assert!(text.starts_with(" Hill House  1 runs elsewhere"), "{text}");
    assert!(picture(&estate, 80, 24).text().contains("1 runs else"));
    keys(&mut estate, "q");
    let text = picture(&estate, 80, 24).text();
    assert!(text.contains("1 action running") && text.contains("1 at Harbour Hotel"), "{text}");
}

#[test]
fn one_that_cannot_be_opened_says_so_on_its_own_screen() {
    let estate = estate(Some(3));
    let text = picture(&estate, 120, 40).text();
    assert!(text.starts_with(" moor "), "{text}");
    assert!(text.contains("OFFLINE since") && text.contains("moor.key"), "{text}");
}

#[test]
fn nothing_of_one_hotel_is_on_the_frames_of_another() {
    let mut estate = estate(Some(0));
    let names = ["Abara", "Berg, Astrid", "Castellanos", "Dąbrowska", "Lindqvist", "Okafor", "Ōe"];
    assert!(names.iter().any(|name| picture(&estate, 200, 60).text().contains(name)));
    keys(&mut estate, "Esc P");
    let shown = |estate: &Estate| {
        let text = picture(estate, 200, 60).text();
        names
            .into_iter()
            .chain(["4417", "Front desk"])
            .find(|name| text.contains(name))
            .map(|n| format!("{n}\n{text}"))
    };
    assert_eq!(shown(&estate), None, "the overview names nobody");
    while estate.overview().unwrap().at != HouseId(1) {
        keys(&mut estate, "j");
    }
    keys(&mut estate, "Enter");
    assert_eq!(estate.open().name().as_str(), "Hill House");
    for page in ["", "d", "Esc J", "Esc A", "Esc D", "Esc / b e r g", "Enter Esc q"] {
        keys(&mut estate, page);
        let frame = picture(&estate, 200, 60).text();
        assert!(frame.starts_with(" Hill House"), "{frame}");
        assert_eq!(shown(&estate), None, "{page}");
    }
}

#[test]
fn a_frame_of_the_overview_asks_for_no_other() {
    let mut estate = estate(None);
    let room = picture(&estate, 80, 24).room;
    let at = estate.open().now();
    assert!(room.overlay > 0);
    assert!(!estate.update(HouseId(0), at, Event::Drawn(Room { ..room })).draw);
    assert!(!estate.update(HouseId(0), at, Event::Tick).draw, "and nothing changed");
}
