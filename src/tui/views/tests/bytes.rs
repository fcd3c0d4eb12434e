//! What a frame costs on the wire.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use chrono::TimeDelta;
use ratatui::layout::Size;
use rstest::rstest;

use super::{Hotel, Picture, night};
use crate::app::{App, Event};
use crate::tui::glyphs::Glyphs;
use crate::tui::output::{Drawn, Recorder, Screen, Sink, assert_shows};
use crate::tui::theme::Theme;
use crate::tui::views;
use crate::tui::widgets::Look;

#[derive(Clone, Default)]
struct Wire(Rc<RefCell<usize>>);

impl Sink for Wire {
    fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        *self.0.borrow_mut() += frame.len();
        Ok(())
    }
    fn is_ready(&self) -> bool {
        true
    }
}

fn draw(screen: &mut Screen<Wire>, app: &App) -> usize {
    let theme = Theme::named("dark").unwrap();
    let look = Look { theme: &theme, glyphs: &Glyphs::UNICODE };
    let view = |frame: &mut crate::tui::output::Canvas<'_>| {
        views::draw(app, look, frame);
    };
    match screen.draw(view).unwrap() {
        Drawn::Written(bytes) => bytes,
        Drawn::Unchanged => 0,
        Drawn::Behind => panic!("this wire is never behind"),
    }
}

#[rstest]
#[case(|| Size::new(80, 24), 2_200, Hotel::with_guests)]
#[case(|| Size::new(120, 40), 7_200, Hotel::with_guests)]
#[case(|| Size::new(200, 60), 12_000, Hotel::with_guests)]
#[case(|| Size::new(200, 60), 12_000, Hotel::with_long_numbers)]
#[case(|| Size::new(200, 60), 12_700, Hotel::with_long_rows)]
fn frames_are_as_small_as_what_they_change(
    #[case] size: fn() -> Size,
    #[case] full: usize,
    #[case] hotel: fn(usize) -> Hotel,
) {
    let mut app = hotel(120).app();
    let mut screen = Screen::new(Wire::default(), size, true);
    let first = draw(&mut screen, &app);
    assert!(first <= full, "a full paint: {first} bytes");
    assert_eq!(draw(&mut screen, &app), 0, "nothing changed");

    app.update(night() + TimeDelta::milliseconds(100), Event::Tick);
    assert_eq!(draw(&mut screen, &app), 0, "time alone changes nothing within a second");

    let Size { width, height } = size();
    app.update(app.now(), Event::Drawn(Picture::of(&app, width, height).room));
    app.update(app.now(), Event::Key("j".parse().unwrap()));
    let moved = draw(&mut screen, &app);
    // At the largest size the details beside the panes change with the selection.
    let beside = if size().width >= 200 { 2_500 } else { 0 };
    assert!(moved > 0 && moved <= 300 + beside, "the cursor moved by one row: {moved} bytes");

    app.update(night() + TimeDelta::minutes(1), Event::Tick);
    let clock = draw(&mut screen, &app);
    assert!(clock > 0 && clock <= 600, "the clock turned: {clock} bytes");
}

fn press(app: &mut App, screen: &mut Screen<Wire>, size: fn() -> Size, key: &str) -> usize {
    app.update(app.now(), Event::Key(key.parse().unwrap()));
    let written = draw(screen, app);
    let Size { width, height } = size();
    app.update(app.now(), Event::Drawn(Picture::of(app, width, height).room));
    written
}

/// Where the cursor moves, whatever stands in the rows: the question that the driver asks with a burst of keys is
/// counted too. Nothing is looked for that a move of rows could explain.
#[rstest]
#[case(Hotel::with_guests, 0, 265)]
#[case(Hotel::with_long_numbers, 0, 265)]
#[case(Hotel::with_long_rows, 0, 270)]
// What is too old to act on leans, each cell of it: a large house is so while it is read.
#[case(Hotel::with_long_rows, 5, 300)]
fn a_cursor_moves_for_the_bytes_of_two_rows(
    #[case] hotel: fn(usize) -> Hotel,
    #[case] minutes: i64,
    #[case] most: usize,
) {
    let size = || Size::new(120, 40);
    let mut app = hotel(120).app();
    app.update(night() + TimeDelta::minutes(minutes), Event::Tick);
    let mut screen = Screen::new(Wire::default(), size, true);
    draw(&mut screen, &app);
    screen.end_with(b"\x1b[5n");
    press(&mut app, &mut screen, size, "1");
    let keys = std::iter::repeat_n("j", 22).chain(std::iter::repeat_n("k", 22));
    let written: Vec<usize> = keys.map(|key| press(&mut app, &mut screen, size, key)).collect();
    assert!(written.iter().all(|bytes| (1..=most).contains(bytes)), "{written:?}");
    assert_eq!(screen.searches(), 0);
}

/// What a terminal shows after each frame is what was drawn, cell by cell.
#[rstest]
#[case(|| Size::new(80, 24), "dark")]
#[case(|| Size::new(120, 40), "dark")]
#[case(|| Size::new(200, 60), "light")]
fn a_terminal_shows_what_was_drawn(#[case] size: fn() -> Size, #[case] theme: &str) {
    let Size { width, height } = size();
    let mut app = Hotel::with_long_rows(120).app();
    let mut screen = Screen::new(Recorder::default(), size, true);
    let mut terminal = vt100::Parser::new(height.try_into().unwrap(), width.try_into().unwrap(), 0);
    let theme = Theme::named(theme).unwrap();
    let down = ["j"; 30];
    let others = ["G", "k", "k", "PgUp", "z", "j", "PgDn", "k", "z", "2", "j", "3", "j", "4", "j", "k", "1"];
    let pages = ["Enter", "Esc", "a", "Esc", "?", "j", "Esc", "w", "Esc", "J", "Esc", "s", "S", "g"];
    for (n, key) in down.iter().chain(&others).chain(&pages).enumerate() {
        if n % 9 == 8 {
            screen.repaint();
        }
        screen
            .draw(|frame| _ = views::draw(&app, Look { theme: &theme, glyphs: &Glyphs::UNICODE }, frame))
            .unwrap();
        let frames = std::mem::take(&mut screen.sink_mut().frames).concat();
        terminal.process(&frames);
        let picture = Picture::in_theme(&app, width, height, &theme, &Glyphs::UNICODE);
        assert_shows(&terminal, &picture.buf);
        app.update(app.now(), Event::Drawn(picture.room));
        app.update(app.now(), Event::Key(key.parse().unwrap()));
    }
}

/// What scrolls by a row in a pane that has the whole screen is moved by the terminal.
#[test]
fn a_zoomed_pane_scrolls_by_a_row_for_the_bytes_of_a_row() {
    let size = || Size::new(120, 40);
    let mut app = Hotel::with_guests(120).app();
    let mut screen = Screen::new(Wire::default(), size, true);
    draw(&mut screen, &app);
    press(&mut app, &mut screen, size, "z");
    let written: Vec<usize> = (0..80).map(|_| press(&mut app, &mut screen, size, "j")).collect();
    let (moves, scrolls) = written.split_at(34);
    assert!(moves.iter().all(|bytes| *bytes <= 500), "two rows change: {moves:?}");
    assert!(scrolls.iter().all(|bytes| *bytes <= 350), "one row is new: {scrolls:?}");
    let back: Vec<usize> = (0..80).map(|_| press(&mut app, &mut screen, size, "k")).collect();
    assert!(back.iter().skip(40).all(|bytes| *bytes <= 350), "{back:?}");
}

/// Idle minutes draw what changes in them: the clock, and ages told by the minute.
#[test]
fn idle_minutes_take_two_frames_each() {
    let mut app = Hotel::with_guests(120).app();
    let mut screen = Screen::new(Wire::default(), || Size::new(120, 40), true);
    // What is younger than a minute ages by the second.
    app.update(app.now() + TimeDelta::minutes(2), Event::Tick);
    draw(&mut screen, &app);
    let end = app.now() + TimeDelta::minutes(10);
    let (mut wakes, mut frames, mut bytes) = (0, 0, 0);
    while app.now() < end {
        let at = app.next_wake();
        wakes += 1;
        if app.update(at, Event::Tick).draw {
            let written = draw(&mut screen, &app);
            frames += usize::from(written > 0);
            bytes += written;
        }
    }
    assert!(
        wakes <= 24 && frames <= 24 && bytes <= 24 * 300,
        "{wakes} wakes, {frames} frames, {bytes} bytes"
    );
}
