//! Keys, links, doors, checking out many, undoing: how they look, and that a camera can read what is shown.

use insta::assert_snapshot;
use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};
use rstest::rstest;
use serde_json::{Value, json};

use super::{Hotel, Picture, night, press, type_in};
use crate::app::{App, Event};
use crate::desk::{Outcome, Progress, ProgressKind};
use crate::property::Records;
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::Theme;

/// As long as Seam's links are.
const LINK: &str = "https://ik.seam.co/5f3a9c2b7e1d4608a1b2";

fn both_sizes(name: &str, app: &App) {
    assert_snapshot!(format!("{name}_80x24"), Picture::of(app, 80, 24).text());
    assert_snapshot!(format!("{name}_120x40"), Picture::of(app, 120, 40).text());
}

fn id(kind: u32, n: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{n:012x}")
}

fn one<T: serde::de::DeserializeOwned>(value: Value) -> Vec<T> {
    vec![serde_json::from_value(value).unwrap()]
}

fn link(n: usize, url: &str, expires: &str) -> Value {
    json!({"instant_key_id": id(9, n), "user_identity_id": id(6, 1), "instant_key_url": url,
        "expires_at": expires, "created_at": "2026-11-20T13:00:00Z"})
}

/// A usual night, on which Astrid Berg of 102 has three links and 118 can be opened from afar.
fn hotel() -> Hotel {
    let mut hotel = Hotel::usual();
    for (n, url, expires) in [
        (0, LINK, "2026-11-23T11:00:00Z"),
        (1, "https://ik.seam.co/00000000000000000000", "2026-11-23T07:30:00Z"),
        (2, "https://ik.seam.co/11111111111111111111", "2026-11-22T12:00:00Z"),
    ] {
        hotel.read(Records::InstantKeys(one(link(n, url, expires))));
    }
    let cloud = json!({"access_method_id": id(8, 49), "mode": "cloud_key", "is_issued": true,
        "issued_at": "2026-11-21T14:00:00Z", "created_at": "2026-11-10T08:00:00Z"});
    hotel.read(Records::Methods(one(cloud)));
    let grant = json!({
        "access_grant_id": id(7, 4), "user_identity_id": id(6, 4), "reservation_key": "R0004",
        "space_ids": [id(2, 4), id(2, 90_000)], "access_method_ids": [id(8, 40), id(8, 41), id(8, 42), id(8, 49)],
        "starts_at": "2026-11-21T14:00:00Z", "ends_at": "2026-11-24T10:00:00Z", "created_at": "2026-11-10T08:00:00Z",
    });
    hotel.read(Records::Grants(one(grant)));
    hotel
}

#[rstest]
#[case("instant_key", "j i")]
#[case("instant_key_unmasked", "j i u")]
#[case("instant_key_qr", "j i Enter")]
#[case("instant_key_new", "j i n 3")]
#[case("instant_key_new_preview", "j i n 3 Enter")]
#[case("instant_key_delete", "j i x")]
#[case("key_pin", "j K Tab 4 8 2")]
#[case("key_card", "j K 2")]
#[case("key_revoke", "j K 5 Tab j")]
#[case("key_revoke_preview", "j K 5 Tab j Enter")]
#[case("lost_card_lock_out", "r Tab 2")]
#[case("lost_card_lock_out_preview", "r Tab 2 Enter")]
#[case("unlock", "j j j j U")]
#[case("unlock_preview", "j j j j U Tab 1 1 8 Enter")]
fn keys_over_the_board(#[case] name: &str, #[case] keys: &str) {
    let mut app = hotel().app();
    press(&mut app, keys);
    both_sizes(name, &app);
}

/// On top of a usual night, Astrid Berg and Per Lindqvist should have left yesterday; the lock of 118 keeps
/// its PIN.
#[test]
fn all_who_are_due_out_are_asked_about() {
    let mut hotel = hotel();
    for (n, keys) in [(1, 3), (4, 3)] {
        let fixed = json!([{"warning_code": "overprovisioned_access", "message": "", "created_at": "2026-11-22T11:00:00Z",
            "failed_devices": [{"device_id": id(10, 0), "error_code": "offline_access_code_not_revocable", "message": ""}]}]);
        let grant = json!({
            "access_grant_id": id(7, n), "user_identity_id": id(6, n), "reservation_key": format!("R{n:04}"),
            "space_ids": [id(2, n), id(2, 90_000)],
            "access_method_ids": (0..keys).map(|k| id(8, n * 10 + k)).collect::<Vec<_>>(),
            "starts_at": "2026-11-20T14:00:00Z", "ends_at": "2026-11-22T10:00:00Z", "created_at": "2026-11-10T08:00:00Z",
            "warnings": if n == 4 { fixed } else { json!([]) },
        });
        hotel.read(Records::Grants(one(grant)));
    }
    let lock = json!({"device_id": id(10, 0), "display_name": "Lock 118", "device_type": "x",
        "space_ids": [id(2, 4)], "properties": {"online": true}});
    hotel.read(Records::Devices(one(lock)));
    let mut app = hotel.app();
    press(&mut app, "X");
    both_sizes("check_out_due", &app);
    press(&mut app, "j j Space Tab 2");
    both_sizes("check_out_due_but_one", &app);
    press(&mut app, "Enter");
    both_sizes("check_out_due_preview", &app);
}

#[test]
fn what_ended_offers_to_be_undone() {
    let mut app = hotel().app();
    press(&mut app, "j i n Enter y");
    let run = app.jobs.all().last().unwrap().run;
    let new = link(7, "https://ik.seam.co/77777777777777777777", "2026-11-26T11:00:00Z");
    app.update(
        night(),
        Event::Data(crate::property::Delta::Read {
            records: Records::InstantKeys(one(new)),
            as_of: night(),
            sweep: None,
        }),
    );
    let words = "The new Instant Key is ready to be shared.".into();
    let kind = ProgressKind::Ended(Outcome::Done { words, cards_waiting: Vec::new() });
    app.update(app.now(), Event::Job(Progress { run, at: app.now(), kind }));
    both_sizes("job_to_undo", &app);
    press(&mut app, "z");
    both_sizes("undo_preview", &app);
}

#[test]
fn a_link_is_on_no_screen_unless_somebody_asked_for_it() {
    let mut app = hotel().app();
    for keys in ["j", "Enter", "i", "n", "Enter", "Esc", "x", "Esc"] {
        press(&mut app, keys);
        let text = Picture::of(&app, 200, 60).text();
        assert!(!text.contains("5f3a9c2b"), "after {keys}: {text}");
    }
    press(&mut app, "u");
    assert!(Picture::of(&app, 80, 24).text().contains("5f3a9c2b7e1d4608a1b2"), "whole, at 80 columns");
    press(&mut app, "Enter");
    assert!(!Picture::of(&app, 120, 40).text().contains("5f3a9c2b"), "the code is enough");
}

/// How a cell looks on a dark terminal: the light of its upper and its lower half.
fn light(cell: &Cell) -> (u8, u8) {
    let of = |colour: Color, usual: u8| match colour {
        Color::Black => 0,
        Color::White => 255,
        _ => usual,
    };
    let (mut fore, mut back) = (of(cell.fg, 200), of(cell.bg, 20));
    if cell.modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut fore, &mut back);
    }
    match cell.symbol() {
        "█" => (fore, fore),
        "▀" => (fore, back),
        "▄" => (back, fore),
        " " => (back, back),
        // A letter: something of both.
        _ => ((fore / 2 + back / 2), (fore / 2 + back / 2)),
    }
}

/// What a camera reads off the picture: cells are twice as high as wide.
fn scanned(picture: &Picture) -> Vec<String> {
    const PIXELS: usize = 6;
    let (width, height) = (usize::from(picture.buf.area.width), usize::from(picture.buf.area.height));
    let at = |x: usize, y: usize| {
        let cell =
            &picture.buf[(u16::try_from(x / PIXELS).unwrap(), u16::try_from(y / (2 * PIXELS)).unwrap())];
        let (upper, lower) = light(cell);
        if (y / PIXELS).is_multiple_of(2) { upper } else { lower }
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width * PIXELS, height * 2 * PIXELS, at);
    image.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}

#[rstest]
#[case("dark", &Glyphs::UNICODE, 80, 24)]
#[case("dark", &Glyphs::UNICODE, 120, 40)]
#[case("light", &Glyphs::UNICODE, 120, 40)]
#[case("high-contrast", &Glyphs::UNICODE, 120, 40)]
#[case("mono", &Glyphs::UNICODE, 120, 40)]
#[case("mono", &Glyphs::UNICODE, 80, 24)]
#[case("dark", &Glyphs::ASCII, 120, 50)]
#[case("mono", &Glyphs::ASCII, 120, 50)]
fn a_camera_reads_the_link(
    #[case] theme: &str,
    #[case] glyphs: &Glyphs,
    #[case] width: u16,
    #[case] height: u16,
) {
    let mut app = hotel().app();
    press(&mut app, "j i Enter");
    let theme = Theme::named(theme).unwrap();
    let picture = Picture::in_theme(&app, width, height, &theme, glyphs);
    assert_eq!(scanned(&picture), [LINK], "{}", picture.text());
}

#[test]
fn no_color_takes_the_colours_and_leaves_the_code() {
    let mut app = hotel().app();
    press(&mut app, "j i Enter");
    let theme = Theme::named("dark").unwrap().without_colour();
    let picture = Picture::in_theme(&app, 120, 40, &theme, &Glyphs::UNICODE);
    assert!(picture.buf.content.iter().all(|c| c.fg == Color::Reset && c.bg == Color::Reset));
    assert_eq!(scanned(&picture), [LINK]);
}

#[test]
fn the_code_is_dark_on_light_with_a_quiet_zone_of_four() {
    let mut app = hotel().app();
    press(&mut app, "j i Enter");
    let picture = Picture::of(&app, 120, 40);
    let field: Vec<_> =
        picture.buf.area.positions().filter(|at| picture.buf[*at].bg == Color::White).collect();
    assert!(field.iter().all(|at| picture.buf[*at].fg == Color::Black), "dark on light whatever the theme");
    let (left, right) = (field.iter().map(|p| p.x).min().unwrap(), field.iter().map(|p| p.x).max().unwrap());
    let (top, bottom) = (field.iter().map(|p| p.y).min().unwrap(), field.iter().map(|p| p.y).max().unwrap());
    let quiet = |x: u16, y: u16| picture.buf[(x, y)].symbol() == " ";
    for x in left..=right {
        assert!(quiet(x, top) && quiet(x, top + 1) && quiet(x, bottom) && quiet(x, bottom - 1));
    }
    for y in top..=bottom {
        assert!((0..4).all(|n| quiet(left + n, y) && quiet(right - n, y)));
    }
    assert!(!quiet(left + 4, top + 2), "the corner of the code");
}

#[test]
fn a_window_too_small_for_the_code_is_told_the_size() {
    let mut app = hotel().app();
    press(&mut app, "j i Enter");
    let small = Picture::of(&app, 60, 16);
    assert!(scanned(&small).is_empty());
    let said = small.text();
    assert!(said.contains("needs 39 columns and 24 lines"), "{said}");
    assert_eq!(scanned(&Picture::of(&app, 60, 24)), [LINK], "and that size is enough");
    let ascii = Picture::in_theme(&app, 80, 24, &Theme::named("dark").unwrap(), &Glyphs::ASCII).text();
    assert!(ascii.contains("needs 76 columns and 41 lines"), "{ascii}");
}

#[test]
fn what_is_typed_must_be_the_room() {
    let mut app = hotel().app();
    press(&mut app, "j j j j U Tab");
    type_in(&mut app, "119");
    let text = Picture::of(&app, 80, 24).text();
    assert!(text.contains("that is not 118"), "{text}");
}
