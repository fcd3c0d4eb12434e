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
use crate::tui::output::{Drawn, Screen, Sink};
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
    let view = |frame: &mut ratatui::Frame<'_>| {
        views::draw(app, look, frame);
    };
    match screen.draw(view).unwrap() {
        Drawn::Written(bytes) => bytes,
        Drawn::Unchanged => 0,
        Drawn::Behind => panic!("this wire is never behind"),
    }
}

#[rstest]
#[case(|| Size::new(80, 24), 5_000)]
#[case(|| Size::new(120, 40), 9_000)]
#[case(|| Size::new(200, 60), 12_800)]
fn frames_are_as_small_as_what_they_change(#[case] size: fn() -> Size, #[case] full: usize) {
    let mut app = Hotel::with_guests(120).app();
    let mut screen = Screen::new(Wire::default(), size, true).unwrap();
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
    assert!(moved > 0 && moved <= 600 + beside, "the cursor moved by one row: {moved} bytes");

    app.update(night() + TimeDelta::minutes(1), Event::Tick);
    let clock = draw(&mut screen, &app);
    assert!(clock > 0 && clock <= 600, "the clock turned: {clock} bytes");
}
