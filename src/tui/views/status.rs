//! The line above the keys: the filter being typed, a secret, a message, or what is running.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use tui_input::Input;

use super::words;
use crate::app::App;
use crate::app::jobs::Job;
use crate::desk::StepState;
use crate::text::Text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::input::InputLine;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::progress::ProgressLine;

/// Whether the line has anything to say.
pub fn is_wanted(app: &App) -> bool {
    app.board.typing
        || app.reveal.is_some()
        || app.messages.current().is_some()
        || app.jobs.running().next().is_some()
}

/// Draws it. Returns where the cursor belongs while the filter is typed.
pub fn render(app: &App, look: Look<'_>, line: Rect, buf: &mut Buffer) -> Option<Position> {
    if let Some(reveal) = &app.reveal {
        let left = (reveal.until - app.now()).num_seconds().max(0) + 1;
        let mut pen = Pen::new(line, buf, look);
        pen.skip(1).put(&reveal.label, Meaning::Text).put("  ", Meaning::Text);
        pen.put(&Text::new(reveal.secret.reveal()), Meaning::Badge);
        pen.put(&format!("  masked again within {left} s"), Meaning::Muted);
        return None;
    }
    if app.board.typing {
        return filter(app, look, line, buf);
    }
    if let Some(message) = app.messages.current() {
        let meaning = words::of_weight(message.weight);
        let mut pen = Pen::new(line, buf, look);
        pen.skip(1).put(&words::minute(app, message.at), Meaning::Muted).put(" ", Meaning::Text);
        pen.put(&message.words, meaning);
        return None;
    }
    running(app, look, line, buf);
    None
}

fn filter(app: &App, look: Look<'_>, line: Rect, buf: &mut Buffer) -> Option<Position> {
    let input = Input::new(app.board.filter().text().to_owned());
    let inside = Rect { x: line.x + 1, width: line.width.saturating_sub(1), ..line };
    let label = format!("filter {}:", app.board.focus.title());
    let field = InputLine {
        label: label.into(),
        input: &input,
        placeholder: "name, room, class; !word leaves out".into(),
        focused: true,
        invalid: false,
    };
    field.render(inside, buf, look)
}

/// The job that wants the person, else the one that began last.
fn foremost(app: &App) -> Option<&Job> {
    app.jobs.running().find(|j| j.wants_person()).or_else(|| app.jobs.running().last())
}

fn running(app: &App, look: Look<'_>, line: Rect, buf: &mut Buffer) {
    let Some(job) = foremost(app) else { return };
    let count = app.jobs.running().count();
    let step = job.current().map(|(_, step)| match &step.state {
        StepState::Waiting => step.words.clone(),
        StepState::Queued { words }
        | StepState::Running { words }
        | StepState::Asking { words }
        | StepState::Done { words }
        | StepState::Pending { words }
        | StepState::Failed { words, .. }
        | StepState::Unknown { words, .. } => words.clone(),
    });
    let whom = if job.room.is_empty() { &job.guest } else { &job.room };
    let bar = ProgressLine {
        label: format!("desk: {} {whom}", job.action.verb()).into(),
        step: step.unwrap_or_default().to_string().into(),
        done: job.done(),
        steps: job.steps.len(),
        right: format!("{} running", words::count(count, "action")).into(),
        meaning: job.wants_person().then_some(Meaning::Warning),
    };
    bar.render(line, buf, look);
}
