//! The dashboard in a real pseudo-terminal: the loop, from keys and news to frames and effects.
//!
//! The program under test is this test binary itself, started again on [`the_program`], with a hotel of
//! one guest that comes in when a key asks for a poll.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of a test may stop at the first surprise too"
)]

mod pty;

use std::io::Write as _;
use std::time::Instant;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use nightdesk::app::attend::NewNotes;
use nightdesk::app::audit::{NewFile, NewPage};
use nightdesk::app::journal::Ask;
use nightdesk::app::keymap::Keymap;
use nightdesk::app::notify::News;
use nightdesk::app::{App, Settings};
use nightdesk::clock::Clock;
use nightdesk::desk::{Control, Plan, ReadingAsk, ReadingId, RunId, Unfinished};
use nightdesk::property::{Delta, Property, Records, Resource, Settings as Thresholds, Sweep, Zone};
use nightdesk::seam::id::GrantId;
use nightdesk::text::Text;
use nightdesk::tui::driver::{self, Answer, Hands, Options, Wires};
use nightdesk::tui::theme::{Depth, Theme};
use pty::{Start, Terminal};
use regex::Regex;
use rstest::rstest;
use rustix::process::Signal as Os;
use serde_json::json;
use tokio::sync::mpsc;

/// Set in the environment of the program under test.
const IS_PROGRAM: &str = "NIGHTDESK_BOARD_PROGRAM";

fn start() -> Start {
    let this = std::env::current_exe().expect("this test binary");
    let args = ["the_program", "--exact", "--ignored", "--nocapture", "--test-threads=1"];
    Start::new(this).args(args).env(IS_PROGRAM, "1").env("RUST_BACKTRACE", "0")
}

/// Started, and its first frame is on the screen: before anything has been read.
fn started() -> Terminal {
    let terminal = start().size(120, 40).spawn();
    terminal.wait_for("nothing read yet");
    terminal
}

#[test]
fn news_is_drawn_as_it_comes() {
    let mut t = started();
    t.keys("<C-r>");
    let shown = t.wait_for("Lindqvist, Per");
    assert!(shown.contains("Harbour Hotel"), "{shown}");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
}

#[test]
fn keys_open_and_close_what_help_says_they_do() {
    let mut t = started();
    t.keys("?");
    t.wait_for("At the desk");
    t.keys("<Esc>");
    t.wait_gone("At the desk");
    t.keys(":quit");
    t.wait_for("leave (asks while an action runs)");
    t.keys("<Enter>");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
}

#[rstest]
#[case(Os::TERM, 143)]
#[case(Os::INT, 130)]
#[case(Os::HUP, 129)]
fn a_signal_ends_it(#[case] signal: Os, #[case] code: u32) {
    let mut t = started();
    t.signal(signal);
    assert_eq!(t.exit_code(), code);
    t.assert_clean();
}

#[test]
fn a_cut_connection_ends_it() {
    let mut t = started();
    t.hang_up();
    assert_eq!(t.exit_code(), 129);
}

#[test]
fn a_paste_outside_a_field_does_nothing_and_says_so() {
    let mut t = started();
    t.paste("x\nyyyy\nq");
    t.wait_for("Pasted text was ignored");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
}

#[test]
fn copying_reaches_the_clipboard_of_the_persons_terminal() {
    let mut t = started();
    t.keys("<C-r>");
    t.wait_for("Lindqvist, Per");
    t.keys("y");
    t.wait_for("Copied: 118 Lindqvist, Per");
    let copied = t.look(|shown| shown.extras().clipboard.clone());
    assert_eq!(BASE64_STANDARD.decode(copied).unwrap(), b"118 Lindqvist, Per");
    t.keys("q");
    t.exit_code();
}

#[test]
fn the_wheel_moves_through_pages_where_the_mouse_is_wanted() {
    let mut t = start().size(80, 24).env("MOUSE", "1").spawn();
    t.wait_for("nothing read yet");
    t.keys("?");
    t.wait_for("At the desk");
    t.send(&b"\x1b[<65;10;10M".repeat(8));
    t.wait_gone("At the desk");
    t.send(&b"\x1b[<64;10;10M".repeat(8));
    t.wait_for("At the desk");
    t.keys("q");
    t.wait_gone("At the desk");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
}

#[test]
fn a_storm_of_sizes_is_survived() {
    let mut t = started();
    for (cols, rows) in [(80, 24), (10, 3), (200, 60), (1, 1), (60, 16), (59, 15), (150, 50), (80, 24)] {
        t.resize(cols, rows);
    }
    t.wait_for(Regex::new(r"\[1 Guests").unwrap());
    t.resize(40, 10);
    t.wait_for("needs 60x16");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
}

#[test]
fn without_colour_nothing_is_coloured_and_the_selection_is_seen() {
    let mut t = start().size(80, 24).env("NO_COLOR", "1").spawn();
    t.wait_for("nothing read yet");
    t.keys("<C-r>");
    t.wait_for("Lindqvist, Per");
    t.look(|shown| {
        let cells = (0..24).flat_map(|row| (0..80).map(move |col| (row, col)));
        let cells: Vec<_> = cells.filter_map(|(row, col)| shown.screen().cell(row, col)).collect();
        assert!(cells.iter().all(|c| c.fgcolor() == vt100::Color::Default));
        assert!(cells.iter().any(|c| c.inverse()), "the selection is reversed");
    });
    t.keys("q");
    t.exit_code();
}

#[test]
fn a_theme_is_seen_while_it_is_chosen() {
    let mut t = started();
    t.keys("Tj");
    t.wait_for("as before");
    // The last of them has no colours.
    t.keys(&"j".repeat(20));
    t.wait_for(|shown: &pty::Shown| {
        let cells = (0..40).flat_map(|row| (0..120).map(move |col| (row, col)));
        // The colour of a blank cannot be seen.
        let mut cells = cells.filter_map(|(r, c)| shown.screen().cell(r, c)).filter(|c| c.contents() > " ");
        cells.all(|c| c.fgcolor() == vt100::Color::Default)
    });
    t.keys("<Esc>");
    t.wait_gone("as before");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
}

#[test]
fn a_key_is_answered_while_news_pours_in() {
    let mut t = start().size(120, 40).env("FLOOD", "1").spawn();
    t.wait_for("Harbour Hotel");
    t.keys("?");
    t.wait_for("At the desk");
    // Together they would be Alt-q.
    t.keys("<Esc>");
    t.wait_gone("At the desk");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
}

#[test]
fn an_unknown_theme_is_refused_before_the_terminal_is_taken() {
    let mut t = start().env("THEME", "drak").spawn();
    assert_eq!(t.exit_code(), 2);
    t.assert_clean();
    assert!(t.text().contains("did you mean `dark`"), "{}", t.text());
}

/// The program under test.
#[test]
#[ignore = "started by the other tests"]
fn the_program() {
    if std::env::var_os(IS_PROGRAM).is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let ended = runtime.block_on(program());
    runtime.shutdown_background();
    match ended {
        // The code itself cannot be read back: it is given on as a process would.
        Ok(code) => exit_as(code),
        Err(error) => {
            println!("{error}");
            std::process::exit(2);
        }
    }
}

/// Ends this process with a code that only `main` could return.
fn exit_as(code: std::process::ExitCode) -> ! {
    let _ = std::io::stdout().flush();
    for known in [0u8, 129, 130, 131, 143] {
        if format!("{code:?}") == format!("{:?}", std::process::ExitCode::from(known)) {
            std::process::exit(known.into());
        }
    }
    std::process::exit(99)
}

struct Pollers(mpsc::Sender<Delta>);

impl Hands for Pollers {
    fn poll_now(&self) {
        let deltas = self.0.clone();
        tokio::spawn(async move {
            for delta in hotel() {
                let _ = deltas.send(delta).await;
            }
        });
    }
    fn front(&self, _: bool) {}
    fn watch(&self, _: Vec<GrantId>) {}
    fn run(&self, _: RunId, _: Plan, _: nightdesk::desk::Pins) -> Answer {
        None
    }
    fn control(&self, _: RunId, _: Control) -> Answer {
        None
    }
    fn read_journal(&self, _: Ask) -> Answer {
        None
    }
    fn resume(&self, _: RunId, _: Unfinished) -> Answer {
        None
    }
    fn leave_as_it_is(&self, _: Unfinished) -> Answer {
        None
    }
    fn operator(&self, _: Option<Text>) -> Answer {
        None
    }
    fn write_page(&self, _: NewPage) -> Answer {
        None
    }
    fn attend(&self, _: NewNotes) -> Answer {
        None
    }
    fn read_export(&self, _: nightdesk::app::audit::compare::WantedExport) -> Answer {
        None
    }
    fn save_report(&self, _: NewFile) -> Answer {
        None
    }
    fn emergency(&self) -> Answer {
        None
    }
    fn remember(&self, _: nightdesk::app::remember::View) {}
    fn read_card(&self, _: ReadingAsk) -> Answer {
        None
    }
    fn fetch_secret(&self, _: nightdesk::app::SecretAsk) -> Answer {
        None
    }
    fn stop_reading(&self, _: ReadingId) {}
    fn notify(&self, _: News) {}
    fn keep_theme(&self, _: String) {}
}

async fn program() -> Result<std::process::ExitCode, driver::DriverError> {
    let clock = Clock::simulated("2026-11-23T02:14:07Z".parse().unwrap(), 1.0);
    let thresholds = Thresholds { zone: Zone::named("Europe/Paris"), ..Thresholds::default() };
    let settings = Settings {
        read_only: false,
        theme: std::env::var("THEME").unwrap_or_else(|_| "dark".into()),
        themes: Theme::names().map(str::to_owned).collect(),
        keymap: Keymap::new().unwrap(),
        encoder: None,
        own: Default::default(),
        sandbox: true,
        operator: None,
        ask_operator: false,
    };
    let app = App::new(Property::new(thresholds, clock.now()), settings);
    let (deltas, from_pollers) = mpsc::channel(64);
    let (_progress, from_desk) = mpsc::channel(64);
    let (_readings, from_encoders) = mpsc::channel(64);
    if std::env::var_os("FLOOD").is_some() {
        let deltas = deltas.clone();
        let began = Instant::now();
        tokio::spawn(async move {
            while began.elapsed() < pty::patience() {
                for delta in hotel() {
                    let _ = deltas.send(delta).await;
                }
            }
        });
    }
    let hands = Box::new(Pollers(deltas));
    let (_written, journal) = mpsc::channel(1);
    let (progress, readings) = (from_desk, from_encoders);
    let wires = Wires { deltas: from_pollers, progress, journal, readings, hands, clock };
    let depth = Depth::from_env();
    let mouse = std::env::var_os("MOUSE").is_some();
    let options = Options { title: Some(Text::new("nightdesk")), depth, mouse, ..Options::default() };
    driver::run(app, wires, options).await
}

/// One guest in one room.
fn hotel() -> Vec<Delta> {
    let at = "2026-11-23T02:14:07Z".parse().unwrap();
    let id = |n: u32| format!("{n:08x}-0000-4000-8000-000000000000");
    let records = [
        Records::Workspace(
            serde_json::from_value(
                json!({"workspace_id": id(1), "name": "Harbour Hotel", "is_sandbox": true}),
            )
            .unwrap(),
        ),
        Records::Spaces(serde_json::from_value(json!([{"space_id": id(2), "name": "118"}])).unwrap()),
        Records::Devices(
            serde_json::from_value(
                json!([{"device_id": id(3), "display_name": "Room 118", "space_ids": [id(2)]}]),
            )
            .unwrap(),
        ),
        Records::Identities(
            serde_json::from_value(json!([{"user_identity_id": id(6), "full_name": "Lindqvist, Per"}]))
                .unwrap(),
        ),
        Records::Grants(
            serde_json::from_value(json!([{
                "access_grant_id": id(7), "user_identity_id": id(6), "space_ids": [id(2)],
                "starts_at": "2026-11-21T14:00:00Z", "ends_at": "2026-11-24T10:00:00Z",
            }]))
            .unwrap(),
        ),
    ];
    let read = records.into_iter().map(|records| Delta::Read { records, as_of: at, sweep: None });
    let sweeps = Resource::ALL.into_iter().zip(1..).flat_map(|(what, n)| {
        let sweep = Sweep(n);
        [Delta::SweepBegan { what, sweep, at }, Delta::SweepEnded { what, sweep, as_of: at }]
    });
    // Full readings of nothing first: what is read afterwards stays.
    sweeps.chain(read).collect()
}
