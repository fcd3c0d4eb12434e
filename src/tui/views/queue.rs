//! Cards that are cut on several encoders: what each encoder wants next, then the cards.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::text::Line;

use super::page::{self, Page};
use super::words;
use crate::app::App;
use crate::app::command::CommandId;
use crate::app::own_keys::Own;
use crate::app::queue::{CardQueue, CardState, Lane, QueuedCard};
use crate::desk::StepState;
use crate::text::Text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::footer::{self, Hint};
use crate::tui::widgets::modal::Modal;

const WIDTH: u16 = 92;
/// Cells of the encoders' names.
const NAME: usize = 18;

/// Draws it. Returns how many rows it had room for.
pub fn render(app: &App, look: Look<'_>, area: Rect, buf: &mut Buffer) -> u16 {
    let Some(queue) = &app.queue else { return 0 };
    let width = WIDTH.min(area.width.saturating_sub(4));
    let lanes = lanes(app, queue, look, width.saturating_sub(2));
    let cards = cards(queue, look, width.saturating_sub(2));
    let rule = look.glyphs.border.horizontal_top;
    let height = u16::try_from(lanes.len() + cards.len()).unwrap_or(u16::MAX).saturating_add(5);
    let right = if queue.stopping { "no further card is taken" } else { "" };
    let modal = Modal {
        title: format!("Cards {rule} {} of {} cut", queue.cut(), queue.cards.len()).into(),
        right: right.into(),
        wants: Size { width, height },
        ..Modal::default()
    };
    let inside = modal.render(area, buf, look);
    let top = u16::try_from(lanes.len()).unwrap_or(u16::MAX);
    let upper = Rect { y: inside.y.saturating_add(1), height: top, ..inside }.intersection(inside);
    page::text(&lanes, 0, upper, buf);
    let y = upper.bottom().saturating_add(1);
    let room = inside.bottom().saturating_sub(y).saturating_sub(2);
    // What is over is worth less than what is to come.
    let first = queue.cards.iter().position(|c| matches!(c.state, CardState::Taken(_) | CardState::Waiting));
    let lower = Rect { y, height: room, ..inside }.intersection(inside);
    page::text(&cards, first.unwrap_or(cards.len()).saturating_sub(1), lower, buf);
    let foot = Rect { y: inside.bottom().saturating_sub(1), height: inside.height.min(1), ..inside };
    footer::render(&hints(app, queue), &[], foot, buf, look);
    inside.height
}

fn lanes(app: &App, queue: &CardQueue, look: Look<'_>, width: u16) -> Vec<Line<'static>> {
    let mut page = Page::new(look, width);
    let room = usize::from(width).saturating_sub(NAME + 8).max(10);
    for (i, lane) in queue.lanes.iter().enumerate() {
        let (said, meaning) = wants(app, queue, lane);
        let age = app.lane_since(lane).map(|since| words::age(app, since)).unwrap_or_default();
        let cursor = if i == queue.at { look.glyphs.cursor } else { " " };
        let name = look.glyphs.fit(&lane.name, NAME - 2).into_owned();
        let blanks = " ".repeat(NAME.saturating_sub(crate::text::width(&name)));
        for (n, part) in page::wrap(&said, room).iter().enumerate() {
            let (cursor, name, blanks, age) = if n == 0 {
                (cursor, name.as_str(), blanks.as_str(), age.as_str())
            } else {
                (" ", "", &*" ".repeat(NAME), "")
            };
            let gap =
                " ".repeat((room + 6).saturating_sub(crate::text::width(part) + crate::text::width(age)));
            page.line(&[
                (cursor, Meaning::BorderFocused),
                (" ", Meaning::Text),
                (name, Meaning::Strong),
                (blanks, Meaning::Text),
                (part, meaning),
                (&gap, Meaning::Text),
                (age, Meaning::Muted),
            ]);
        }
    }
    page.lines
}

/// What an encoder wants, in words.
fn wants(app: &App, queue: &CardQueue, lane: &Lane) -> (String, Meaning) {
    let job = lane.run.and_then(|(run, _)| app.jobs.get(run));
    if let Some((_, step)) = job.and_then(|job| job.current()) {
        return match &step.state {
            StepState::Waiting => (step.words.to_string(), Meaning::Muted),
            StepState::Queued { words } => (words.to_string(), Meaning::Pending),
            StepState::Running { words } | StepState::Pending { words } => {
                (words.to_string(), Meaning::Pending)
            }
            StepState::Asking { words } => (words.to_string(), Meaning::Strong),
            StepState::Done { words } => (words.to_string(), Meaning::Ok),
            StepState::Failed { words, next, .. } => (format!("{words}: {next}"), Meaning::Critical),
            StepState::Unknown { words, .. } => (words.to_string(), Meaning::Warning),
        };
    }
    if let Some(why) = &lane.closed {
        return (format!("takes no more cards: {why}"), Meaning::Warning);
    }
    if queue.stopping {
        return ("stopped".to_owned(), Meaning::Muted);
    }
    ("nothing left to cut here: take the last card off".to_owned(), Meaning::Muted)
}

fn cards(queue: &CardQueue, look: Look<'_>, width: u16) -> Vec<Line<'static>> {
    let mut page = Page::new(look, width);
    for (i, card) in queue.cards.iter().enumerate() {
        let (sign, said, meaning) = state(queue, card, look);
        let lead = format!(" {sign} {:>2}  ", i + 1);
        let mut pieces: Vec<(&str, Meaning)> = vec![(&lead, meaning), (&card.whom, Meaning::Text)];
        if !said.is_empty() {
            pieces.extend([("  ", Meaning::Text), (said.as_str(), meaning)]);
        }
        page.line(&pieces);
    }
    page.lines
}

fn state(queue: &CardQueue, card: &QueuedCard, look: Look<'_>) -> (&'static str, Text, Meaning) {
    let g = look.glyphs;
    match &card.state {
        CardState::Waiting => (" ", Text::default(), Meaning::Muted),
        CardState::Taken(lane) => {
            let name = queue.lanes.get(*lane).map(|lane| lane.name.clone()).unwrap_or_default();
            (g.current, name, Meaning::Pending)
        }
        CardState::Cut => (g.ok, "cut".into(), Meaning::Ok),
        CardState::Skipped => (g.none, "skipped: still to be cut".into(), Meaning::Warning),
        CardState::Failed(words) => (g.alert, words.clone(), Meaning::Critical),
    }
}

fn hints(app: &App, queue: &CardQueue) -> Vec<Hint<'static>> {
    let keymap = &app.settings.keymap;
    if queue.is_over() {
        return vec![Hint::new("Esc", "close")];
    }
    let mut hints = Vec::new();
    let job = queue.lanes.get(queue.at).and_then(|lane| lane.run).and_then(|(run, _)| app.jobs.get(run));
    if job.is_some_and(|job| job.wants_person()) {
        hints.push(Hint::new("Enter", "go on"));
    }
    if queue.lanes.len() > 1 {
        hints.extend(Hint::of(keymap.pair_hint(CommandId::Down, CommandId::Up), "encoder"));
    }
    hints.extend(Hint::of(keymap.own_hint(Own::QueueSkip), "skip"));
    if queue.lanes.len() > 1 {
        hints.extend(Hint::of(keymap.own_hint(Own::QueueHandOver), "hand over"));
    }
    hints.extend(Hint::of(keymap.own_hint(Own::QueueStop), "stop"));
    hints.push(Hint::new("Esc", "hide"));
    hints
}
