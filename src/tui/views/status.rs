//! What stands above the keys: the filter being typed, a secret, a message, or what is running.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use tui_input::Input;

use super::page::wrap;
use super::words;
use crate::app::command::CommandId;
use crate::app::form::Value;
use crate::app::jobs::Job;
use crate::app::message::Message;
use crate::app::pane::PaneKind;
use crate::app::{App, others, unfinished};
use crate::desk::StepState;
use crate::text::Text;
use crate::tui::links;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::input::InputLine;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::progress::ProgressLine;

/// Rows a message may take: what to do next stands at its end.
const MOST: usize = 3;

/// Rows it wants on a screen of this width: none where there is nothing to say.
pub fn height(app: &App, width: u16) -> u16 {
    if !is_wanted(app) {
        return 0;
    }
    if app.board.typing || app.reveal.is_some() {
        return 1;
    }
    let rows = app.messages.current().map_or(1, |message| {
        let at = words::minute(app, message.at);
        wrap(&message.words, room(&at, width)).len().clamp(1, MOST)
    });
    u16::try_from(rows).unwrap_or(1)
}

/// Columns left for the words of a message.
fn room(at: &str, width: u16) -> usize {
    usize::from(width).saturating_sub(2 + at.len()).max(1)
}

fn is_wanted(app: &App) -> bool {
    app.board.typing
        || app.reveal.is_some()
        || app.messages.current().is_some()
        || app.jobs.running().next().is_some()
        || !app.left.list().is_empty()
        || !app.others.all().is_empty()
}

/// Draws it. Returns where the cursor belongs while the filter is typed.
pub fn render(app: &App, look: Look<'_>, line: Rect, buf: &mut Buffer) -> Option<Position> {
    if let Some(reveal) = &app.reveal {
        let left = (reveal.until - app.now()).num_seconds().max(0) + 1;
        let mut pen = Pen::new(line, buf, look);
        pen.skip(1).put(&reveal.label, Meaning::Text).put("  ", Meaning::Text);
        let style = look.style(Meaning::Badge).underline_color(links::tag(reveal.secret.reveal()));
        pen.put_styled(&Text::new(reveal.secret.reveal()), style);
        pen.put(&format!("  masked again within {left} s"), Meaning::Muted);
        return None;
    }
    if app.board.typing {
        return filter(app, look, line, buf);
    }
    if let Some(message) = app.messages.current() {
        said(app, message, look, line, buf);
        return None;
    }
    match foremost(app) {
        Some(job) => running(app, job, look, line, buf),
        None => elsewhere(app, look, line, buf),
    }
    None
}

/// A message, over as many rows as it was given. What does not fit ends in an ellipsis.
fn said(app: &App, message: &Message, look: Look<'_>, area: Rect, buf: &mut Buffer) {
    let at = words::minute(app, message.at);
    let meaning = words::of_weight(message.weight);
    let lines = wrap(&message.words, room(&at, area.width));
    let last = usize::from(area.height).saturating_sub(1);
    for (nth, row) in area.rows().enumerate() {
        let mut pen = Pen::new(row, buf, look);
        let lead = if nth == 0 { at.clone() } else { " ".repeat(at.len()) };
        pen.skip(1).put(&lead, Meaning::Muted).put(" ", Meaning::Text);
        match nth == last {
            true => pen.put(&lines.get(nth..).unwrap_or_default().join(" "), meaning),
            false => pen.put(lines.get(nth).map_or("", String::as_str), meaning),
        };
    }
}

fn filter(app: &App, look: Look<'_>, line: Rect, buf: &mut Buffer) -> Option<Position> {
    let board = &app.board;
    let mut inside = Rect { x: line.x + 1, width: line.width.saturating_sub(1), ..line };
    if let Some(Value::Line { input, .. }) = board.tables.naming.as_ref().map(|field| &field.value) {
        let field = InputLine {
            label: format!("name of the filter “{}”:", Text::new(board.filter().text())).into(),
            input,
            placeholder: "what it finds: leaving today".into(),
            focused: true,
            invalid: false,
        };
        return field.render(inside, buf, look);
    }
    let typed = board.filter().text();
    let label = match board.tables.name_of(board.focus, typed) {
        Some(name) => format!("filter {} “{name}”:", board.focus.title()),
        None => format!("filter {}:", board.focus.title()),
    };
    let complaint = board.filter().complaint();
    let said = app.messages.current().map(|m| (Text::new(m.words.as_str()), words::of_weight(m.weight)));
    if let Some((why, meaning)) = &complaint.map(|why| (Text::new(why), Meaning::Error)).or(said) {
        // What is wrong with it stands behind what is typed, as far as there is room for both.
        let before = crate::text::width(&label) + crate::text::width(typed) + 4;
        let room = usize::from(inside.width).saturating_sub(before);
        let width = crate::text::width(why).min(room.max(usize::from(inside.width) / 2));
        let width = u16::try_from(width).unwrap_or(inside.width).min(inside.width);
        let at = Rect { x: inside.right().saturating_sub(width), width, ..inside };
        Pen::new(at, buf, look).put(why, *meaning);
        inside.width = inside.width.saturating_sub(width.saturating_add(2));
    }
    let input = Input::new(typed.to_owned());
    let field = InputLine {
        label: label.into(),
        input: &input,
        placeholder: placeholder(app).into(),
        focused: true,
        invalid: complaint.is_some(),
    };
    field.render(inside, buf, look)
}

fn placeholder(app: &App) -> String {
    let board = &app.board;
    let example = match board.focus {
        PaneKind::Guests => "name, room, class:due-out, card:re-cut; !word leaves out",
        PaneKind::Grants => "name, where:lobby, issued:to-cut; !word leaves out",
        PaneKind::Mutations => "room, what:, age:>15m; !word leaves out",
        PaneKind::Warnings => "p1, room, why:card, since:>1h; !word leaves out",
    };
    match board.tables.saved(board.focus).len() {
        0 => example.to_owned(),
        n => format!("{example}   Tab: {}", words::count(n, "saved filter")),
    }
}

/// The job that wants the person, else the one that began last.
fn foremost(app: &App) -> Option<&Job> {
    app.jobs.running().find(|j| j.wants_person()).or_else(|| app.jobs.running().last())
}

/// "1 unfinished (D)", where there is any.
fn left(app: &App) -> Option<String> {
    let count = app.left.list().len();
    (count > 0).then(|| format!("{count} unfinished ({})", app.settings.keymap.how(CommandId::Unfinished)))
}

/// What other desks are at, the selected guest's first; and what nobody is at any more.
fn elsewhere(app: &App, look: Look<'_>, line: Rect, buf: &mut Buffer) {
    let selected = app.selected_stay().and_then(|id| app.property.stay(&id)).and_then(|s| app.others.at(s));
    let mut pen = Pen::new(line, buf, look);
    pen.skip(1);
    let Some(hold) = selected.or_else(|| app.others.all().first()) else {
        if let Some(first) = app.left.list().first() {
            let others = app.left.list().len() - 1;
            let others = if others > 0 { format!(" and {others} more") } else { String::new() };
            let said = format!("left unfinished: {}{others}", unfinished::what_and_whom(first));
            let shows = format!("{} shows it", app.settings.keymap.how(CommandId::Unfinished));
            pen.put(&said, Meaning::Warning).reserve(1).right(&shows, Meaning::Muted);
        }
        return;
    };
    let right = left(app).unwrap_or_default();
    let keep = u16::try_from(crate::text::width(&right)).unwrap_or(0).saturating_add(2);
    let rest = app.others.all().len() - 1;
    let rest = if rest > 0 { format!(", and {rest} more elsewhere") } else { String::new() };
    let said = format!("{}{rest}", others::words(hold));
    let room = usize::from(pen.left().saturating_sub(keep));
    pen.put(&look.glyphs.fit(&said, room), Meaning::Pending);
    pen.reserve(1).right(&right, Meaning::Warning);
}

fn running(app: &App, job: &Job, look: Look<'_>, line: Rect, buf: &mut Buffer) {
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
    let mut right = format!("{} running", words::count(count, "action"));
    if let Some(left) = left(app) {
        right.push_str(&format!(" {} {left}", look.glyphs.separator));
    }
    let bar = ProgressLine {
        label: format!("desk: {} {whom}", job.action.verb()).into(),
        step: step.unwrap_or_default().to_string().into(),
        done: job.done(),
        steps: job.steps.len(),
        right: right.into(),
        meaning: job.wants_person().then_some(Meaning::Warning),
    };
    bar.render(line, buf, look);
}
