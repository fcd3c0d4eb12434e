//! A house of any size, for what is measured.

// Not every benchmark uses everything.
#![allow(dead_code, clippy::expect_used)]

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::app::key::{Code, Key};
use nightdesk::app::keymap::Keymap;
use nightdesk::app::{App, Event, Room, Settings as AppSettings};
use nightdesk::property::{Delta, Property, Records, Resource, Settings};
use nightdesk::seam::model::AccessGrant;
use nightdesk::tui::glyphs::Glyphs;
use nightdesk::tui::theme::Theme;
use nightdesk::tui::views;
use nightdesk::tui::widgets::Look;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The night.
pub fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_384_800, 0).unwrap_or_default()
}

/// The lobby's place among the spaces.
const LOBBY: usize = 0xffff_ffff;

/// The id of a thing.
pub fn id(kind: u8, i: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{i:012x}")
}

/// A record.
pub fn made<T: DeserializeOwned>(record: Value) -> T {
    serde_json::from_value(record).expect("a record")
}

/// A grant of a stay of three nights, or four.
pub fn grant(i: usize, is_longer: bool) -> AccessGrant {
    made(raw_grant(i, is_longer))
}

/// The same as Seam writes it.
pub fn raw_grant(i: usize, is_longer: bool) -> Value {
    let nights = TimeDelta::days(if is_longer { 4 } else { 3 });
    json!({
        "access_grant_id": id(1, i), "user_identity_id": id(2, i), "reservation_key": format!("HH-{}", i / 2),
        "space_ids": [id(3, i / 2), id(3, LOBBY)], "access_method_ids": [id(4, 2 * i), id(4, 2 * i + 1)],
        "requested_access_methods": [{"mode": "code"}, {"mode": "card"}],
        "starts_at": start() - TimeDelta::hours(6), "ends_at": start() + nights,
        "created_at": start() - TimeDelta::days(2),
    })
}

/// A PIN or a card. Access systems give every guest of a door another PIN, and so does this: the same one for both
/// of a room is trouble, not how a hotel looks.
pub fn method(i: usize) -> Value {
    key(i, (4_417 + i / 2) % 10_000)
}

/// A PIN or a card with these digits.
fn key(i: usize, digits: usize) -> Value {
    let mode = if i.is_multiple_of(2) { "code" } else { "card" };
    json!({"access_method_id": id(4, i), "mode": mode, "is_issued": true, "code": format!("{digits:04}"),
           "issued_at": start() - TimeDelta::hours(1), "created_at": start() - TimeDelta::days(2)})
}

/// Tells the house of records.
pub fn read(hotel: &mut Property, records: Records, as_of: DateTime<Utc>) {
    hotel.apply(Delta::Read { records, as_of, sweep: None }, as_of);
}

/// A house of `n` stays, a party of two a room, read in pages of 500.
pub fn house(n: usize) -> Property {
    house_of(n, method)
}

/// The same with the keys that are said.
fn house_of(n: usize, key: impl Fn(usize) -> Value) -> Property {
    let mut hotel = Property::new(Settings::default(), start());
    let at = start();
    read(&mut hotel, Records::Spaces(vec![made(json!({"space_id": id(3, LOBBY), "name": "Lobby"}))]), at);
    for page in (0..n).step_by(500) {
        let all = page..(page + 500).min(n);
        let rooms = all.clone().filter(|i| i.is_multiple_of(2)).map(|i| i / 2);
        let space = |i: usize| made(json!({"space_id": id(3, i), "name": format!("{i}")}));
        let door = |i: usize| {
            made(
                json!({"acs_entrance_id": id(5, i), "acs_system_id": id(6, 0), "display_name": format!("{i}"),
                        "space_ids": [id(3, i)], "can_belong_to_reservation": true}),
            )
        };
        let guest = |i: usize| made(json!({"user_identity_id": id(2, i), "full_name": name(i)}));
        read(&mut hotel, Records::Spaces(rooms.clone().map(space).collect()), at);
        read(&mut hotel, Records::Entrances(rooms.map(door).collect()), at);
        read(&mut hotel, Records::Identities(all.clone().map(guest).collect()), at);
        read(&mut hotel, Records::Grants(all.clone().map(|i| grant(i, false)).collect()), at);
        let methods = (2 * all.start..2 * all.end).map(|i| made(key(i)));
        read(&mut hotel, Records::Methods(methods.collect()), at);
    }
    hotel
}

/// The sizes that are measured; a million with `NIGHTDESK_BENCH_MILLION` in the environment, for it takes long.
pub fn sizes() -> Vec<usize> {
    let mut sizes = vec![1_000, 10_000, 100_000];
    if std::env::var_os("NIGHTDESK_BENCH_MILLION").is_some() {
        sizes.push(1_000_000);
    }
    sizes
}

/// Names that sound like guests'.
pub fn name(i: usize) -> String {
    const FAMILY: [&str; 16] = [
        "Okafor",
        "Lindqvist",
        "Dabrowska",
        "Castellanos",
        "Abara",
        "Berg",
        "Tanaka",
        "Moreau",
        "Haddad",
        "Novak",
        "Silva",
        "Kowalski",
        "Ferreira",
        "Johansson",
        "Marchetti",
        "Petrov",
    ];
    const GIVEN: [&str; 13] = [
        "Ada", "Per", "Zofia", "Ines", "Chidi", "Astrid", "Kenji", "Lucie", "Omar", "Jana", "Rui", "Piotr",
        "Elena",
    ];
    let family = FAMILY.get(i % FAMILY.len()).copied().unwrap_or_default();
    let given = GIVEN.get((i / 7) % GIVEN.len()).copied().unwrap_or_default();
    format!("{family}{}, {given}", i / 208)
}

/// How the program is started.
pub fn settings() -> AppSettings {
    AppSettings {
        read_only: false,
        theme: "dark".to_owned(),
        themes: vec!["dark".to_owned()],
        keymap: Keymap::new().expect("the keys"),
        encoder: None,
        own: Default::default(),
        sandbox: true,
        operator: None,
        ask_operator: false,
    }
}

/// The whole program on a house of `n` stays, everything read.
pub fn desk(n: usize) -> App {
    desk_of(house(n))
}

/// The same with one warning in every room: both guests have the same PIN.
pub fn warned_desk(n: usize) -> App {
    desk_of(house_of(n, |i| key(i, 4_417)))
}

fn desk_of(mut hotel: Property) -> App {
    for what in Resource::ALL {
        hotel.apply(Delta::Checked { what, as_of: start() }, start());
    }
    let mut app = App::new(hotel, settings());
    // The panes take in what changes: the last guest once more, and all panes with it.
    app.board.set_filter(&app.property, "");
    for key in ["2", "3", "4", "1"] {
        press(&mut app, key);
        app.board.set_filter(&app.property, "");
    }
    app.board.search_out(&app.property);
    let screen = Screen::new();
    screen.frame(&mut app);
    app
}

/// The name of the key that types a character.
pub fn named(c: char) -> String {
    if c == ' ' { "Space".to_owned() } else { c.to_string() }
}

/// Presses a key by its name.
pub fn press(app: &mut App, key: &str) -> bool {
    let key = key.parse().unwrap_or(Key::plain(Code::Esc));
    app.update(start(), Event::Key(key)).draw
}

/// A terminal of 200 by 60.
pub struct Screen {
    theme: Theme,
    area: Rect,
}

impl Screen {
    /// In the usual theme.
    pub fn new() -> Self {
        let theme = Theme::named("dark").expect("the theme");
        Self { theme, area: Rect::new(0, 0, 200, 60) }
    }

    /// Draws a frame and tells the program what it had room for.
    pub fn frame(&self, app: &mut App) -> Room {
        let mut buf = Buffer::empty(self.area);
        let look = Look { theme: &self.theme, glyphs: Glyphs::new(false) };
        let (room, _) = views::render(app, look, self.area, &mut buf);
        app.update(start(), Event::Drawn(room));
        room
    }
}
