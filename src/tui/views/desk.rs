//! What the desk is doing and did, the newest first, and what the program said.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{job, words};
use crate::app::App;
use crate::app::jobs::Job;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::columns::Column;
use crate::tui::widgets::pane::Pane;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::table::{Cell, Row, Table, page, scroll};

const COLUMNS: [Column; 6] = [
    Column::new("began", 8, 8, 0),
    Column::new("what", 9, 9, 0),
    Column::new("room", 4, 7, 0).right(),
    Column::new("guest", 10, 24, 1),
    Column::new("steps", 5, 5, 2).right(),
    Column::new("how it stands", 16, 90, 1),
];

/// Draws the page. Returns how many actions it had room for.
pub fn render(app: &App, at: usize, look: Look<'_>, area: Rect, buf: &mut Buffer) -> u16 {
    let upper = Rect { height: area.height - area.height * 2 / 5, ..area };
    let lower = Rect { y: upper.bottom(), height: area.height - upper.height, ..area };
    messages(app, look, lower, buf);
    jobs(app, at, look, upper, buf)
}

fn jobs(app: &App, at: usize, look: Look<'_>, area: Rect, buf: &mut Buffer) -> u16 {
    let all = app.jobs.all();
    let running = app.jobs.running().count();
    let mut notes = Vec::new();
    if running > 0 {
        notes.push((format!("{running} running").into(), Meaning::Pending));
    }
    let left = app.left.list().len();
    if left > 0 {
        notes.push((format!("{left} unfinished (D)").into(), Meaning::Warning));
    }
    let position = if all.is_empty() { String::new() } else { format!("{} of {}", at + 1, all.len()) };
    let pane =
        Pane { title: "Desk".into(), notes, position: position.into(), focused: true, ..Pane::default() };
    let inside = pane.render(area, buf, look);
    let room = page(inside.height, true);
    if all.is_empty() {
        Pen::new(inside, buf, look)
            .skip(2)
            .put("nothing has been done yet: actions stand here once they are confirmed", Meaning::Muted);
        return 0;
    }
    let table = Table {
        columns: &COLUMNS,
        len: all.len(),
        offset: scroll(0, Some(at), room, all.len()),
        cursor: Some(at),
        focused: true,
        stale: false,
        sorted: None,
        header: true,
        row: |i| all.iter().rev().nth(i).map(|job| row(app, job)).unwrap_or_default(),
    };
    table.render(inside, buf, look);
    u16::try_from(room).unwrap_or(u16::MAX)
}

fn row<'a>(app: &App, job: &'a Job) -> Row<'a> {
    let (said, meaning) = match &job.ended {
        Some((_, outcome)) => {
            let (said, _, meaning) = job::outcome_words(outcome);
            (said.to_owned(), meaning)
        }
        None => {
            let meaning = if job.wants_person() { Meaning::Warning } else { Meaning::Pending };
            (job.current().map(|(_, step)| step.words.to_string()).unwrap_or_default(), meaning)
        }
    };
    Row {
        cells: vec![
            Cell::of(Meaning::Muted, words::clock(app, job.started_at)),
            Cell::new(job.action.word()),
            Cell::new(job.room.as_str()),
            Cell::new(job.guest.as_str()),
            Cell::of(Meaning::Muted, format!("{}/{}", job.done(), job.steps.len())),
            Cell::of(meaning, said),
        ],
        ..Row::default()
    }
}

fn messages(app: &App, look: Look<'_>, area: Rect, buf: &mut Buffer) {
    let inside = Pane::new("Messages").render(area, buf, look);
    for (message, row) in app.messages.past().rev().zip(inside.rows()) {
        let mut pen = Pen::new(row, buf, look);
        pen.skip(2).put(&words::clock(app, message.at), Meaning::Muted).skip(2);
        pen.put(&message.words, words::of_weight(message.weight));
    }
}
