//! The board in every state, at three sizes.

use chrono::TimeDelta;
use insta::assert_snapshot;
use ratatui::style::{Color, Modifier};
use rstest::rstest;

use super::{Hotel, Picture, night, press, type_in};
use crate::app::message::Weight;
use crate::app::{App, Event};
use crate::property::{Delta, Records, Resource};
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::Theme;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

fn at_all_sizes(name: &str, app: &App) {
    for (width, height) in SIZES {
        assert_snapshot!(format!("{name}_{width}x{height}"), Picture::of(app, width, height).text());
    }
}

#[test]
fn nothing_read_yet() {
    let mut hotel = Hotel::unread();
    hotel.feed(Delta::SweepProgress { what: Resource::Grants, done: 1_200, of: Some(4_000) });
    at_all_sizes("loading", &hotel.app());
}

#[test]
fn how_far_a_first_reading_is_can_be_told_from_the_last_one() {
    let mut hotel = Hotel::unread();
    hotel.feed(Delta::SweepProgress { what: Resource::Grants, done: 41_500, of: None });
    let mut app = hotel.app();
    let said = |app: &App| Picture::of(app, 120, 40).text();
    assert!(said(&app).contains("reading grants: 41500 "), "{}", said(&app));
    app.board.tables.size = Some(98_200);
    let far = "reading grants: 41500 of about 98200 ▪▪▪▪▫▫▫▫▫▫";
    assert!(said(&app).contains(far), "{}", said(&app));
    // There are more of them now: nobody knows how many.
    app.board.tables.size = Some(41_000);
    assert!(said(&app).contains("reading grants: 41500 "), "{}", said(&app));
}

#[test]
fn a_usual_night() {
    at_all_sizes("usual", &Hotel::usual().app());
}

#[test]
fn nobody_there() {
    at_all_sizes("empty", &Hotel::empty().app());
}

#[test]
fn more_than_fits() {
    let mut app = Hotel::with_guests(120).app();
    press(&mut app, "PgDn j j");
    at_all_sizes("overflow", &app);
}

#[test]
fn old_news() {
    let mut app = Hotel::usual().app();
    app.update(night() + TimeDelta::minutes(3), Event::Tick);
    at_all_sizes("stale", &app);
}

#[test]
fn what_the_feed_keeps_up_is_not_old_because_names_are_seldom_read() {
    let mut app = Hotel::usual().app();
    let later = night() + TimeDelta::minutes(3);
    for what in [Resource::Grants, Resource::Events] {
        app.update(later, Event::Data(Delta::Checked { what, as_of: later }));
    }
    let text = Picture::of(&app, 120, 40).text();
    assert!(!text.contains(" old"), "{text}");
}

#[test]
fn no_connection() {
    let mut hotel = Hotel::usual();
    hotel.offline(TimeDelta::zero());
    let mut app = hotel.app();
    app.update(night() + TimeDelta::minutes(4), Event::Tick);
    at_all_sizes("offline", &app);
}

#[test]
fn no_connection_from_the_start_is_not_an_empty_hotel() {
    let mut hotel = Hotel::unread();
    hotel.offline(TimeDelta::minutes(4));
    let app = hotel.app();
    let shown = Picture::of(&app, 120, 40).text();
    assert!(shown.contains("OFFLINE since 03:10"), "{shown}");
    assert!(shown.contains("not read since 03:10: no route"), "{shown}");
    assert!(!shown.contains("no guest is in the house"), "{shown}");
}

#[test]
fn nothing_is_called_right_before_what_is_missing_was_looked_for() {
    let mut hotel = Hotel::unread();
    let guest = |i| serde_json::json!({"user_identity_id": format!("u{i}"), "full_name": "Berg, Astrid"});
    let guests = (0..2_000).map(|i| serde_json::from_value(guest(i)).unwrap());
    hotel.feed(Delta::Read { records: Records::Identities(guests.collect()), as_of: night(), sweep: None });
    for what in Resource::ALL {
        hotel.feed(Delta::Checked { what, as_of: night() });
    }
    let mut app = hotel.app();
    let said = |app: &App| Picture::of(app, 120, 40).text();
    assert!(app.is_behind() && said(&app).contains("looking for what is missing"), "{}", said(&app));
    assert!(!said(&app).contains("nothing is wrong"));
    let effects = app.update(night(), Event::Idle);
    assert!(effects.draw && !app.is_behind());
    assert!(said(&app).contains("nothing is wrong"), "{}", said(&app));
}

#[rstest]
#[case("1")]
#[case("2")]
#[case("3")]
#[case("4")]
fn each_pane_alone(#[case] key: &str) {
    let mut app = Hotel::usual().app();
    press(&mut app, key);
    assert_snapshot!(format!("alone_{key}_80x24"), Picture::of(&app, 80, 24).text());
    press(&mut app, "z");
    assert_snapshot!(format!("zoomed_{key}_120x40"), Picture::of(&app, 120, 40).text());
}

#[test]
fn marks_a_filter_and_a_sort() {
    let mut app = Hotel::usual().app();
    press(&mut app, "Space Space s S /");
    type_in(&mut app, "ber");
    let picture = Picture::of(&app, 120, 40);
    assert_snapshot!("filter_120x40", picture.text());
    assert_eq!(picture.cursor.map(|c| c.y), Some(38), "the cursor is in the line being typed");
    assert_snapshot!("filter_80x24", Picture::of(&app, 80, 24).text());
}

#[test]
fn a_filter_without_a_match_says_how_to_clear_it() {
    let mut app = Hotel::usual().app();
    press(&mut app, "/");
    type_in(&mut app, "zzz");
    let shown = Picture::of(&app, 80, 24).text();
    assert!(shown.contains("nothing matches “zzz”: Esc clears it"), "{shown}");
}

#[test]
fn frozen_and_read_only_cannot_be_overlooked() {
    let mut app = Hotel::usual().app();
    app.settings.read_only = true;
    press(&mut app, "f");
    app.settings.own.in_the_clear = true;
    for (width, height) in SIZES {
        let shown = Picture::of(&app, width, height);
        assert!(shown.style_of("INSECURE").add_modifier.contains(Modifier::BOLD), "at {width}");
    }
    app.settings.own.in_the_clear = false;
    for (width, height) in SIZES {
        let shown = Picture::of(&app, width, height);
        for word in ["SANDBOX", "READ-ONLY", "FROZEN"] {
            assert!(shown.style_of(word).add_modifier.contains(Modifier::BOLD), "{word} at {width}");
        }
    }
    assert_snapshot!("frozen_120x40", Picture::of(&app, 120, 40).text());
}

#[test]
fn the_header_says_everything_at_eighty_columns() {
    let mut app = Hotel::usual().app();
    app.settings.read_only = true;
    app.update(night() + TimeDelta::minutes(3), Event::Tick);
    let picture = Picture::of(&app, 80, 24);
    let header = picture.text().lines().next().unwrap().to_owned();
    for word in ["Harbour", "SANDBOX", "READ-ONLY", "22 Nov", "03:17 CET", "03:14:07", "STALE 3m"] {
        assert!(header.contains(word), "no {word} in “{header}”");
    }
}

#[test]
fn the_selection_is_reversed_and_severities_are_not_told_by_colour_alone() {
    let mut app = Hotel::usual().app();
    let picture = Picture::of(&app, 120, 40);
    assert!(picture.style_of("Abara, Chidi").add_modifier.contains(Modifier::REVERSED));
    assert!(!picture.style_of("Berg, Astrid").add_modifier.contains(Modifier::REVERSED));
    press(&mut app, "4");
    let mono = Theme::named("mono").unwrap();
    let picture = Picture::in_theme(&app, 120, 40, &mono, &Glyphs::UNICODE);
    assert!(picture.buf.content.iter().all(|c| c.fg == Color::Reset && c.bg == Color::Reset));
    assert!(picture.text().contains("P1"), "{}", picture.text());
}

#[test]
fn ascii_draws_nothing_else_of_its_own() {
    let mut app = Hotel::usual().app();
    press(&mut app, "4");
    let theme = Theme::named("mono").unwrap();
    for (width, height) in SIZES {
        let text = Picture::in_theme(&app, width, height, &theme, &Glyphs::ASCII).text();
        let strange: String =
            text.chars().filter(|c| !c.is_ascii() && !c.is_alphabetic() && !"’“”→".contains(*c)).collect();
        assert_eq!(strange, "", "{text}");
    }
}

#[test]
fn the_pages_of_the_panes_are_told() {
    let app = Hotel::with_guests(40).app();
    assert_eq!(Picture::of(&app, 80, 24).room.panes, [19, 0, 0, 0]);
    assert!(Picture::of(&app, 120, 40).room.panes.iter().all(|rows| *rows >= 2));
}

#[test]
fn a_long_message_is_read_to_its_end() {
    let mut app = Hotel::usual().app();
    let words = "unlock: 118 Ada has no cloud key for Lobby (online): add one with K, and it is issued within \
                 a minute or so, then press U again";
    let now = app.now();
    app.messages.say(now, Weight::Caution, words);
    let flat = |p: &Picture| p.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat(&Picture::of(&app, 80, 24)).contains(words));
    assert!(flat(&Picture::of(&app, 200, 60)).contains(words));
    app.messages.say(now, Weight::Caution, words.repeat(9));
    assert!(Picture::of(&app, 80, 24).text().contains('…'), "what is left out is seen to be");
}
