//! One action on its way, step by step, or how it ended.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::text::Line;

use super::page::{self, Page};
use super::words;
use crate::app::App;
use crate::app::jobs::{Job, JobStep};
use crate::app::own_keys::Own;
use crate::desk::{Outcome, RunId, StepState};
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::footer::{self, Hint};
use crate::tui::widgets::modal::Modal;

const WIDTH: u16 = 76;
/// Cells for the time a step has taken, at the end of its line.
const TIME: usize = 6;

/// Draws it. Returns how many rows it had room for.
pub fn render(app: &App, run: RunId, look: Look<'_>, area: Rect, buf: &mut Buffer) -> u16 {
    let Some(job) = app.jobs.get(run) else { return 0 };
    let width = WIDTH.min(area.width.saturating_sub(4));
    let mut lines = steps(app, job, look, width.saturating_sub(2));
    lines.extend(half_way(app, job, look, width.saturating_sub(2)));
    lines.extend(end(job, look, width.saturating_sub(2)));
    let whom = format!("{} {}", job.room, job.guest);
    let rule = look.glyphs.border.horizontal_top;
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(4);
    let modal = Modal {
        title: format!("{} {rule} {}", job.action.word(), whom.trim()).into(),
        right: format!("began {}", words::clock(app, job.started_at)).into(),
        wants: Size { width, height },
        ..Modal::default()
    };
    let inside = modal.render(area, buf, look);
    let body = Rect { y: inside.y.saturating_add(1), height: inside.height.saturating_sub(3), ..inside };
    // Where not all fits, what is going on now is more worth than what is done.
    let current = job.current().map_or(0, |(i, _)| i);
    page::text(&lines, current.saturating_sub(2), body.intersection(inside), buf);
    let foot = Rect { y: inside.bottom().saturating_sub(1), height: inside.height.min(1), ..inside };
    footer::render(&hints(app, job), &[], foot, buf, look);
    inside.height
}

/// The sign and the words of a step.
fn told<'s>(step: &'s JobStep, glyphs: &Glyphs) -> (&'static str, &'s str, Option<&'s str>, Meaning) {
    let own = step.words.as_str();
    match &step.state {
        StepState::Waiting => (" ", own, None, Meaning::Muted),
        StepState::Queued { words } => (glyphs.pending, own, Some(words), Meaning::Pending),
        StepState::Running { words } => (glyphs.current, words, None, Meaning::Pending),
        StepState::Asking { words } => (glyphs.current, words, None, Meaning::Strong),
        StepState::Done { words } => (glyphs.ok, words, None, Meaning::Ok),
        StepState::Pending { words } => (glyphs.pending, words, None, Meaning::Pending),
        StepState::Failed { words, next, .. } => (glyphs.alert, words, Some(next), Meaning::Critical),
        StepState::Unknown { words, .. } => (glyphs.unknown, words, None, Meaning::Warning),
    }
}

fn steps(app: &App, job: &Job, look: Look<'_>, width: u16) -> Vec<Line<'static>> {
    let mut page = Page::new(look, width);
    let room = usize::from(width).saturating_sub(3 + TIME).max(10);
    for step in &job.steps {
        let (sign, said, more, meaning) = told(step, look.glyphs);
        let time = time(app, job, step);
        for (i, part) in page::wrap(said, room).iter().enumerate() {
            let (sign, time) = if i == 0 { (sign, time.as_str()) } else { (" ", "") };
            let blanks = room.saturating_sub(crate::text::width(part)) + TIME;
            let blanks = " ".repeat(blanks.saturating_sub(crate::text::width(time)));
            let sign = format!(" {sign} ");
            page.line(&[(&sign, meaning), (part, meaning), (&blanks, Meaning::Text), (time, Meaning::Muted)]);
        }
        if let Some(more) = more {
            page.labelled("", 3, more, Meaning::Text, Meaning::Text);
        }
    }
    page.lines
}

/// How long a step that is not over has been where it is.
fn time(app: &App, job: &Job, step: &JobStep) -> String {
    let is_over = matches!(step.state, StepState::Waiting | StepState::Done { .. });
    if is_over || !job.is_running() { String::new() } else { words::age(app, step.since) }
}

/// What is open and what is not, between two rooms: there all the time, and alarming once nobody is at it.
fn half_way(app: &App, job: &Job, look: Look<'_>, width: u16) -> Vec<Line<'static>> {
    let mut page = Page::new(look, width);
    if let Some(half) = job.half_way(&app.property) {
        let alarming = half.nobody_in && !job.is_running();
        let meaning = if alarming { Meaning::Critical } else { Meaning::Warning };
        page.blank();
        page.labelled("", 1, &half.words, meaning, meaning);
    }
    page.lines
}

/// How it ended.
fn end(job: &Job, look: Look<'_>, width: u16) -> Vec<Line<'static>> {
    let mut page = Page::new(look, width);
    if let Some((_, outcome)) = &job.ended {
        let (said, next, meaning) = outcome_words(outcome);
        page.blank();
        page.labelled("", 1, said, meaning, meaning);
        if let Some(next) = next {
            page.labelled("", 1, next, Meaning::Text, Meaning::Text);
        }
    }
    page.lines
}

/// The words of an outcome, what to do next, and how it is meant.
pub fn outcome_words(outcome: &Outcome) -> (&str, Option<&str>, Meaning) {
    match outcome {
        outcome @ Outcome::Pending { words, .. } if outcome.has_other_pin() => {
            (words, None, Meaning::Critical)
        }
        Outcome::Done { words, .. } => (words, None, Meaning::Ok),
        Outcome::Pending { words, .. } => (words, None, Meaning::Pending),
        Outcome::Stopped { words, .. } => (words, None, Meaning::Warning),
        Outcome::Failed { words, next } => (words, Some(next), Meaning::Critical),
        Outcome::Unknown { words } => (words, None, Meaning::Warning),
    }
}

fn hints(app: &App, job: &Job) -> Vec<Hint<'static>> {
    let key = |own| app.settings.keymap.own_hint(own);
    if !job.is_running() {
        let mut hints = Vec::new();
        if app.jobs.rest(job.run, &app.property).is_some() {
            hints.extend(Hint::of(key(Own::JobGoOn), "go on from there"));
        }
        if job.ended.as_ref().is_some_and(|(_, outcome)| outcome.has_other_pin()) {
            hints.extend(Hint::of(key(Own::JobUnmask), "shows the PIN"));
        }
        let cards = job.cards_waiting().len();
        if cards > 0 {
            hints.push(Hint::new(
                key(Own::JobCards),
                format!("encode the {} that wait", words::count(cards, "card")),
            ));
        }
        hints.push(Hint::new("Esc", "close"));
        if app.can_undo(job) {
            hints.extend(Hint::of(key(Own::JobUndo), "undo"));
        }
        return hints;
    }
    let mut hints = Vec::new();
    if job.wants_person() {
        let asks = job.current().is_some_and(|(_, s)| matches!(s.state, StepState::Asking { .. }));
        hints.push(Hint::new("Enter", if asks { "go on" } else { "try again" }));
    }
    hints.push(Hint::new("Esc", "hides this; it goes on"));
    hints.extend(Hint::of(key(Own::JobStop), "stop after this step"));
    hints
}
