//! Columns, order and filters as they are seen, and every example of the documentation.

use insta::assert_snapshot;
use ratatui::style::Modifier;
use serde_json::json;

use super::hotel::id;
use super::{Hotel, Picture, press, type_in};
use crate::app::App;
use crate::app::columns::{ColumnId, Value, of_alert, of_grant, of_mutation, of_stay};
use crate::app::pane::PaneKind;
use crate::app::remember::Whose;
use crate::property::Records;
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::Theme;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

#[test]
fn the_dialog_of_columns() {
    let mut app = Hotel::usual().app();
    press(&mut app, "o j > > j Space G Space K s");
    for (width, height) in SIZES {
        assert_snapshot!(format!("columns_{width}x{height}"), Picture::of(&app, width, height).text());
    }
    press(&mut app, "Esc 4 o");
    assert_snapshot!("columns_warnings_120x40", Picture::of(&app, 120, 40).text());
}

#[test]
fn chosen_columns_at_every_size() {
    let mut app = Hotel::usual().app();
    let names =
        ["room", "guest", "nights", "doors", "email", "id", "reservation:8", "class"].map(str::to_owned);
    app.board.tables.give(PaneKind::Guests, &names);
    for (width, height) in SIZES {
        assert_snapshot!(format!("chosen_{width}x{height}"), Picture::of(&app, width, height).text());
    }
    press(&mut app, "z");
    assert_snapshot!("chosen_zoomed_200x60", Picture::of(&app, 200, 60).text());
}

#[test]
fn a_date_that_is_shown_is_shown_whole() {
    for kind in PaneKind::ALL {
        let mut app = Hotel::usual().app();
        press(&mut app, &format!("{} z", kind.index() + 1));
        for width in 60..=220 {
            let text = Picture::of(&app, width, 30).text();
            for cut in ["today 1…", "tomorrow 11:0…", "yesterday 11:…", "yesterday 15:…", "yesterday…"]
            {
                assert!(!text.contains(cut), "{cut} at {width}\n{text}");
            }
        }
    }
}

#[test]
fn a_wish_for_width_is_met_before_lesser_columns_get_anything() {
    let mut app = Hotel::usual().app();
    let names = ["room", "guest:60", "class", "from", "reservation"].map(str::to_owned);
    app.board.tables.give(PaneKind::Guests, &names);
    press(&mut app, "z");
    let header = |width| Picture::of(&app, width, 30).text().lines().nth(2).unwrap().to_owned();
    assert!(header(120).contains("reserv"), "{}", header(120));
    assert!(!header(90).contains("from"), "{}", header(90));
    assert!(header(90).contains("class"), "{}", header(90));
}

#[test]
fn the_mark_stands_above_the_column_wherever_it_is() {
    let mut app = Hotel::usual().app();
    press(&mut app, "z o j K Enter");
    assert!(Picture::of(&app, 120, 30).text().contains("room▲"));
    press(&mut app, "s S");
    let text = Picture::of(&app, 120, 30).text();
    assert!(text.contains("class▼"), "{text}");
}

#[test]
fn what_matches_is_told_by_more_than_colour() {
    let mut app = Hotel::usual().app();
    // The first of these words on the screen is then that of the pane.
    press(&mut app, "z /");
    type_in(&mut app, "room:2* guest:oe");
    let mono = Theme::named("mono").unwrap();
    let picture = Picture::in_theme(&app, 120, 40, &mono, &Glyphs::UNICODE);
    let is_marked = |said: &str| picture.style_of(said).add_modifier.contains(Modifier::UNDERLINED);
    assert!(is_marked("Ōe, Kenzaburō"), "{}", picture.text());
    assert!(is_marked("230  Ōe"), "also where it stands right");
    assert!(!is_marked("due out"));
}

#[test]
fn what_is_wrong_with_a_filter_is_said_beside_it() {
    let mut app = Hotel::usual().app();
    press(&mut app, "/");
    type_in(&mut app, "clas:due-out");
    for (width, height) in SIZES {
        let text = Picture::of(&app, width, height).text();
        assert!(text.contains("did you mean “class”?"), "{text}");
        assert!(text.contains("clas:due-out"), "{text}");
    }
    assert_eq!(app.board.guests.rows().len(), app.board.guests.total, "nothing is filtered away");
    assert_snapshot!("filter_slip_80x24", Picture::of(&app, 80, 24).text());
}

#[test]
fn a_filter_gets_its_name_in_its_line() {
    let mut app = Hotel::usual().app();
    press(&mut app, "/");
    type_in(&mut app, "class:due-out");
    press(&mut app, "Ctrl-S");
    type_in(&mut app, "leaving");
    let picture = Picture::of(&app, 80, 24);
    assert_snapshot!("filter_name_80x24", picture.text());
    assert!(picture.cursor.is_some());
    press(&mut app, "Enter");
    assert!(Picture::of(&app, 80, 24).text().contains("“leaving”"));
}

/// The rows of a pane, each by what people call it.
fn rows(app: &App, kind: PaneKind) -> Vec<String> {
    let p = &app.property;
    let named = |value| match value {
        Value::Counted(words) | Value::Words(words) => words.into_owned(),
        _ => "-".to_owned(),
    };
    let board = &app.board;
    match kind {
        PaneKind::Guests => {
            let all = board.guests.rows().iter().filter_map(|id| p.stay(id));
            all.map(|stay| named(of_stay(p, stay, ColumnId::Room))).collect()
        }
        PaneKind::Grants => {
            let all = board.grants.rows().iter().filter_map(|id| p.grant(id));
            all.map(|grant| named(of_grant(p, grant, ColumnId::Where))).collect()
        }
        PaneKind::Mutations => {
            let all = board.mutations.rows().iter().filter_map(|id| p.mutation(id));
            all.map(|row| named(of_mutation(p, row, ColumnId::Room))).collect()
        }
        PaneKind::Warnings => {
            let all = board.warnings.rows().iter().filter_map(|id| p.alert(id));
            all.map(|alert| named(of_alert(p, alert, ColumnId::Room))).collect()
        }
    }
}

/// The examples of the documentation: pane and filter.
fn examples() -> Vec<(PaneKind, String)> {
    let text = include_str!("../../../../docs/tables.md");
    let table = text.split_once("tried by a test -->").unwrap().1.split_once("\n\n").unwrap().0;
    let example = |line: &str| {
        let pane = line.trim_start_matches('|').split('|').next()?.trim();
        let kind = PaneKind::ALL.into_iter().find(|kind| kind.title() == pane)?;
        Some((kind, line.split('`').nth(1)?.to_owned()))
    };
    table.lines().filter_map(example).collect()
}

fn one<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// A usual night on which Per has company, Astrid's card is out of date, and Chidi's door was opened yesterday.
fn busy() -> App {
    let mut hotel = Hotel::usual();
    hotel.read(Records::Grants(vec![one(json!({
        "access_grant_id": id(7, 700), "user_identity_id": id(6, 0), "reservation_key": "R0004",
        "space_ids": [id(2, 4)], "access_method_ids": [],
        "starts_at": "2026-11-21T14:00:00Z", "ends_at": "2026-11-24T10:00:00Z",
    }))]));
    hotel.read(Records::Methods(vec![one(json!({
        "access_method_id": id(8, 11), "mode": "card", "is_issued": false, "issued_at": "2026-11-20T14:00:00Z",
        "is_encoding_required": true, "is_ready_for_encoding": true, "created_at": "2026-11-10T08:00:00Z",
    }))]));
    hotel.read(Records::Events(vec![one(json!({
        "event_id": id(9, 1), "event_type": "lock.unlocked", "acs_entrance_id": id(3, 0),
        "occurred_at": "2026-11-22T16:00:00Z", "created_at": "2026-11-22T16:00:00Z",
    }))]));
    hotel.app()
}

#[test]
fn every_example_of_the_documentation_finds_what_it_says() {
    let mut app = busy();
    let mut found = String::new();
    let examples = examples();
    assert!(examples.len() > 20, "{}", examples.len());
    for (kind, typed) in examples {
        app.board.focus = kind;
        app.board.set_filter(&app.property, &typed);
        let filter = app.board.filter();
        assert_eq!(filter.complaint(), None, "{typed}");
        assert!(!filter.is_empty(), "{typed}");
        let rows = rows(&app, kind);
        assert!(!rows.is_empty(), "{typed} finds nothing on a night that has everything");
        found.push_str(&format!("{:<18} {typed:<20} {}\n", kind.title(), rows.join(" · ")));
        app.board.set_filter(&app.property, "");
    }
    assert_snapshot!("filter_examples", found);
}

#[test]
fn the_documentation_names_every_column_and_no_other() {
    let text = include_str!("../../../../docs/tables.md");
    for kind in PaneKind::ALL {
        let start = format!("| {} | `", kind.title());
        let line = text.lines().find(|line| line.starts_with(&start)).unwrap();
        let named: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
        let mut known: Vec<&str> = crate::app::columns::table(kind).iter().map(|spec| spec.name).collect();
        assert_eq!(named, known);
        known.retain(|name| crate::app::columns::named(kind, name).is_some_and(|spec| spec.is_usual));
        let usual = line.split(';').next().unwrap().matches('`').count() / 2;
        assert_eq!(known.len(), usual, "{}", kind.title());
    }
}

#[test]
fn the_columns_of_the_documentation_can_be_configured() {
    let text = include_str!("../../../../docs/tables.md");
    let example = text.split_once("```toml").unwrap().1.split_once("```").unwrap().0;
    let config: crate::config::Config = toml::from_str(example).unwrap();
    let mut app = Hotel::usual().app();
    let given = &config.columns;
    app.recall([&given.guests, &given.grants, &given.mutations, &given.warnings], Whose::default(), None);
    assert_eq!(app.board.tables.layout(PaneKind::Guests).names(), given.guests);
    assert_eq!(app.board.tables.layout(PaneKind::Warnings).names(), given.warnings);
    for slip in ["guests = [\"rooom\"]", "guests = [\"room:wide\"]", "guest = [\"room\"]"] {
        assert!(toml::from_str::<crate::config::Config>(&format!("[columns]\n{slip}\n")).is_err(), "{slip}");
    }
}
