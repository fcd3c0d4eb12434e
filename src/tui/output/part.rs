//! A frame in parts, for lines on which a whole one takes longer than a person waits for a cursor.
//!
//! What is marked goes first, so that the cursor is where the keys have taken it; what is around it follows,
//! and what has changed again meanwhile is not sent twice.

use std::collections::BTreeMap;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

/// What differs in one row of the screen.
pub(super) struct Row<'a> {
    /// The cells, each with its column and row.
    pub(super) cells: Vec<(u16, u16, &'a Cell)>,
    /// Whether something in it is marked or was: without it there would be two cursors, or none.
    pub(super) is_marked: bool,
}

fn is_marked(buf: &Buffer, y: u16) -> bool {
    // Some themes bring a background of their own.
    let ground = buf.content.first().map_or(Color::Reset, |cell| cell.bg);
    (buf.area.left()..buf.area.right())
        .filter_map(|x| buf.cell((x, y)))
        .any(|cell| cell.bg != ground || cell.modifier.contains(Modifier::REVERSED))
}

/// The rows in which `wanted` differs from what is `shown`, in the order in which they should be sent.
pub(super) fn rows<'a>(shown: &Buffer, wanted: &'a Buffer) -> Vec<Row<'a>> {
    let mut rows: BTreeMap<u16, Vec<(u16, u16, &'a Cell)>> = BTreeMap::new();
    for (x, y, cell) in shown.diff_iter(wanted) {
        rows.entry(y).or_default().push((x, y, cell));
    }
    let is_marked = |y: u16| is_marked(shown, y) || is_marked(wanted, y);
    let mut rows: Vec<(u16, Row<'a>)> =
        rows.into_iter().map(|(y, cells)| (y, Row { cells, is_marked: is_marked(y) })).collect();
    let centre = rows.iter().rev().find(|(_, row)| row.is_marked).map_or(0, |(y, _)| *y);
    rows.sort_by_key(|(y, row)| (!row.is_marked, y.abs_diff(centre)));
    rows.into_iter().map(|(_, row)| row).collect()
}

#[cfg(test)]
mod tests {
    use super::super::encode::tests::{assert_shows, pictures};
    use super::super::{Drawn, Recorder, Screen};
    use super::*;
    use proptest::prelude::*;
    use ratatui::layout::{Rect, Size};
    use ratatui::style::Style;

    fn show(screen: &mut Screen<Recorder>, picture: &Buffer, terminal: &mut vt100::Parser) -> usize {
        let sent = screen.sink().frames.len();
        let _ = screen.draw(|frame| frame.buffer_mut().clone_from(picture)).unwrap();
        let frames = screen.sink().frames.get(sent..).unwrap_or_default().concat();
        terminal.process(&frames);
        frames.len()
    }

    proptest! {
        /// However little may be sent at once, and whatever comes between, the last picture is shown in the end.
        #[test]
        fn parts_make_the_whole(
            pictures in prop::collection::vec((pictures(), 0usize..3), 1..6), most in 1usize..200, moves in any::<bool>(),
        ) {
            let mut screen = Screen::new(Recorder::default(), || Size { width: 24, height: 6 }, moves);
            let mut terminal = vt100::Parser::new(6.try_into().unwrap(), 24.try_into().unwrap(), 0);
            screen.limit(Some(most));
            let mut last = None;
            for (picture, times) in pictures {
                for _ in 0..=times {
                    show(&mut screen, &picture, &mut terminal);
                }
                last = Some(picture);
            }
            let picture = last.unwrap();
            let mut parts = 0;
            while screen.owes() {
                show(&mut screen, &picture, &mut terminal);
                parts += 1;
                prop_assert!(parts <= 6, "every part is at least a row");
            }
            assert_shows(&terminal, &picture);
            prop_assert_eq!(screen.draw(|frame| frame.buffer_mut().clone_from(&picture)).unwrap(), Drawn::Unchanged);
        }
    }

    /// A list of which every row changes, with a cursor.
    fn list(top: u32, cursor: u16) -> Buffer {
        let mut buf = Buffer::empty(Rect::new(0, 0, 80, 24));
        for y in 1..23u16 {
            let style = if y == cursor { Style::new().reversed() } else { Style::new() };
            buf.set_string(
                0,
                y,
                format!("{:05} a guest of the house {}", (top + u32::from(y)) * 7919 % 65_000, top),
                style,
            );
            buf.set_string(60, y, format!("next pane {y}"), Style::new());
        }
        buf
    }

    #[test]
    fn the_cursor_goes_first_and_what_changes_again_is_not_sent_twice() {
        let mut screen = Screen::new(Recorder::default(), || Size { width: 80, height: 24 }, false);
        let mut terminal = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
        let whole = show(&mut screen, &list(0, 22), &mut terminal);
        screen.limit(Some(200));
        for top in 1..8 {
            let bytes = show(&mut screen, &list(top, 22), &mut terminal);
            assert!(bytes < 330 && bytes * 4 < whole, "{bytes} of {whole} bytes");
            let row = terminal.screen().rows(0, 80).nth(22).unwrap_or_default();
            assert!(row.starts_with(&format!("{:05}", (top + 22) * 7919 % 65_000)), "{row}");
        }
        screen.limit(None);
        show(&mut screen, &list(8, 3), &mut terminal);
        assert!(!screen.owes(), "with no limit all that is owed is sent");
        assert_shows(&terminal, &list(8, 3));
    }
}
