//! Whatever the hotel is called: a frame holds text and the sequences that the backend makes, and nothing moves
//! out of its place.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use proptest::prelude::*;
use proptest::sample::select;
use ratatui::buffer::Cell;
use ratatui::layout::Size;
use serde_json::{Value, json};

use super::hotel::Hotel;
use super::{Picture, press, spoken};
use crate::app::{App, Event};
use crate::property::{Delta, Fault, FaultKind, Records, Resource};
use crate::text::Text;
use crate::tui::glyphs::Glyphs;
use crate::tui::output::{Screen, Sink};
use crate::tui::theme::Theme;
use crate::tui::views;
use crate::tui::widgets::Look;

#[derive(Clone, Default)]
struct Wire(Rc<RefCell<Vec<u8>>>);

impl Sink for Wire {
    fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        self.0.borrow_mut().extend_from_slice(frame);
        Ok(())
    }
    fn is_ready(&self) -> bool {
        true
    }
}

/// Pieces of names: control sequences whole and in part, what turns and hides text, scripts whose letters join.
fn names() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        select(vec![
            "\u{1b}]52;c;eA==\u{7}",
            "\u{1b}]8;;http://e\u{1b}\\",
            "\u{1b}]0;t\u{7}",
            "\u{1b}[2J",
            "\u{1b}",
            "\u{9b}1m",
            "\u{9d}",
            "\u{9c}",
            "\0",
            "\r",
            "\n",
            "\r\n",
            "\t",
            "\u{7f}",
            "\u{8}",
            "\u{202e}",
            "\u{2066}",
            "\u{2069}",
            "\u{200b}",
            "\u{200d}",
            "\u{200c}",
            "\u{feff}",
            "\u{3164}",
            "\u{301}",
            "\u{301}\u{302}\u{303}\u{304}\u{305}",
            "\u{fe0f}",
            "\u{20e3}",
            "\u{e0067}",
            "\u{2028}",
        ])
        .prop_map(str::to_owned),
        select(vec![
            "لا",
            "محمد",
            "नमस्ते",
            "क्षि",
            "中村",
            "ゆい",
            "ｶﾞ",
            "한국",
            "👨‍👩‍👧‍👦",
            "🏳️‍🌈",
            "🇺🇳",
            "👍🏽",
            "1️⃣",
            "ﷺ",
            "Ōe",
            "Berg",
            " ",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
        any::<char>().prop_map(String::from),
    ];
    let short = prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat());
    let long = (select(vec!["👩‍🚀", "x", "中", "e\u{301}", "\u{301}"]), 1_000usize..10_000)
        .prop_map(|(s, n)| s.repeat(n));
    prop_oneof![12 => short, 1 => long]
}

fn records<T: serde::de::DeserializeOwned>(values: Vec<Value>) -> Vec<T> {
    values.into_iter().map(|v| serde_json::from_value(v).unwrap()).collect()
}

fn id(kind: u32, n: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{n:012x}")
}

/// The hotel of a usual night, everybody and everything in it under these names.
fn hotel(names: &[String]) -> App {
    let mut hotel = Hotel::usual();
    let name = |n: usize| names[n % names.len()].as_str();
    let is = |what: &str, n: usize| json!({"warning_code": what, "message": name(n), "created_at": "2026-11-23T01:00:00Z"});
    hotel.read(Records::Workspace(
        serde_json::from_value(json!({"workspace_id": id(1, 0), "name": name(0), "is_sandbox": true}))
            .unwrap(),
    ));
    hotel.read(Records::Systems(records(vec![json!({
        "acs_system_id": id(4, 0), "name": name(1), "external_type": name(2), "location": {"time_zone": name(3)},
        "external_type_display_name": name(4), "errors": [{"error_code": name(5), "message": name(6)}],
    })])));
    hotel.read(Records::Encoders(records(vec![
        json!({"acs_encoder_id": id(5, 0), "acs_system_id": id(4, 0), "display_name": name(7)}),
    ])));
    hotel.read(Records::Identities(records(
        (0..8)
            .map(|n| json!({"user_identity_id": id(6, n), "full_name": name(n), "phone_number": name(n + 1)}))
            .collect(),
    )));
    hotel.read(Records::Spaces(records(
        (0..4).map(|n| json!({"space_id": id(2, n), "name": name(n + 2)})).collect(),
    )));
    hotel.read(Records::Grants(records(
        (0..4)
            .map(|n| {
                json!({
                    "access_grant_id": id(7, n), "user_identity_id": id(6, n), "display_name": name(n + 3),
                    "reservation_key": name(n + 4), "space_ids": [id(2, n)], "access_method_ids": [id(8, n * 10)],
                    "starts_at": "2026-11-21T14:00:00Z", "ends_at": "2026-11-24T10:00:00Z",
                    "warnings": [is(name(n + 5), n + 6), is("underprovisioned_access", n + 7)],
                    "pending_mutations": [{"mutation_code": name(n), "message": name(n + 1),
                        "created_at": "2026-11-23T01:00:00Z"}],
                })
            })
            .collect(),
    )));
    let why =
        Fault { kind: FaultKind::Offline, words: Text::new(name(2)), request_id: Some(Text::new(name(3))) };
    hotel.feed(Delta::Failed { what: Resource::ALL[0], why, at: super::night(), retry_at: None });
    let mut app = hotel.app();
    app.settings.operator = crate::app::operator::name(name(4));
    app
}

/// What is seen in turn: the panes, then each page and dialog.
const SEEN: [&str; 17] =
    ["1", "2", "3", "4", "1 Enter", "a", "A", "J", "w", "i", "e", "x", "n", "c", "K", "b", ":"];

fn look_at(
    app: &mut App,
    screen: &mut Screen<Wire>,
    wire: &Wire,
    glyphs: &Glyphs,
) -> Result<(), TestCaseError> {
    let theme = Theme::named("dark").unwrap();
    let mut untold = None;
    screen
        .draw(|frame| {
            views::draw(app, Look { theme: &theme, glyphs }, frame);
            let mut cells = frame.buffer_mut().content.iter().map(Cell::symbol);
            untold = cells.find(|symbol| !symbol.chars().all(spoken::is_printable)).map(str::to_owned);
        })
        .unwrap();
    prop_assert_eq!(untold, None);
    let fault = spoken::fault(&wire.0.borrow());
    prop_assert_eq!(fault, None);
    wire.0.borrow_mut().clear();
    Ok(())
}

/// The rows below the header and above the keys that do not begin and end with the frame of a pane.
fn torn(picture: &Picture) -> Vec<u16> {
    let area = picture.buf.area;
    let is_edge = |x: u16, y: u16| "│┃┌┐└┘├┤╭╮╰╯┏┓┗┛".contains(picture.buf[(x, y)].symbol());
    (1..area.height - 1).filter(|y| !is_edge(0, *y) || !is_edge(area.width - 1, *y)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 200, ..ProptestConfig::default() })]
    #[test]
    fn only_text_and_our_own_sequences_reach_the_terminal(
        names in prop::collection::vec(names(), 4..9),
        ascii in any::<bool>(),
    ) {
        let mut app = hotel(&names);
        let wire = Wire::default();
        let glyphs = Glyphs::new(ascii);
        let mut screen = Screen::new(wire.clone(), || Size::new(120, 40), true);
        for keys in SEEN {
            press(&mut app, keys);
            look_at(&mut app, &mut screen, &wire, glyphs)?;
            app.update(app.now(), Event::Paste(names.concat()));
            look_at(&mut app, &mut screen, &wire, glyphs)?;
            press(&mut app, "Esc Esc Esc");
        }
    }

    #[test]
    fn no_name_moves_the_edge_of_a_pane(names in prop::collection::vec(names(), 4..9)) {
        let mut app = hotel(&names);
        for keys in ["1", "2", "3", "4"] {
            press(&mut app, keys);
            prop_assert_eq!(torn(&Picture::of(&app, 120, 40)), Vec::<u16>::new());
        }
        let picture = Picture::of(&app, 120, 40);
        for row in picture.buf.area.rows() {
            // A wide letter covers the cell beside it, which must not show anything of its own.
            let mut covered = 0;
            for at in row.columns() {
                let symbol = picture.buf[(at.x, at.y)].symbol();
                prop_assert!(covered == 0 || symbol == " " || symbol.is_empty(), "{symbol:?} under a wide letter");
                covered = if covered > 0 { covered - 1 } else { crate::text::width(symbol).saturating_sub(1) };
            }
        }
    }
}
