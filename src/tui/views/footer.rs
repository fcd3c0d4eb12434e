//! The keys of where you are.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::App;
use crate::app::attend::Stage as Attend;
use crate::app::audit::compare::Stage as Compare;
use crate::app::audit::paper::Stage as Paper;
use crate::app::command::{COMMANDS, Command, CommandId};
use crate::app::dialog::Stage;
use crate::app::layer::Layer;
use crate::app::pane::PaneKind;
use crate::tui::widgets::Look;
use crate::tui::widgets::footer::{self, Hint};

/// Hints that give way where there is little room, and those that never do.
pub(super) type Hints = (Vec<Hint<'static>>, Vec<Hint<'static>>);

/// Draws them.
pub fn render(app: &App, look: Look<'_>, line: Rect, buf: &mut Buffer) {
    let (hints, always) = hints(app, app.top());
    footer::render(&hints, &always, line, buf, look);
}

/// The keys where a layer is on top, or none.
pub(super) fn hints(app: &App, top: Option<&Layer>) -> Hints {
    if app.board.typing {
        let enter = if app.board.is_found() { "open" } else { "keep" };
        return (fixed(&[("Enter", enter), ("Esc", "clear"), ("Up/Down", "move")]), Vec::new());
    }
    match top {
        None => board(app),
        Some(Layer::Details(_)) => (commands(app, &OF_STAY), Vec::new()),
        Some(Layer::Alert { .. }) => (commands(app, &OF_ALERT), Vec::new()),
        Some(Layer::Audit) => audit(app),
        Some(layer) => (fixed(of_layer(app, layer)), Vec::new()),
    }
}

fn board(app: &App) -> Hints {
    let hint = |c: &Command| Hint {
        key: app.settings.keymap.key_hint(c.id).into(),
        label: c.hint.into(),
        enabled: app.refusal_of(c.id).is_none(),
    };
    let is_always = |c: &&Command| matches!(c.id, CommandId::Actions | CommandId::Help | CommandId::Quit);
    let hinted = || COMMANDS.iter().filter(|c| !c.hint.is_empty());
    // A hint only where a warning is under the cursor; there it comes first.
    let on_warnings = app.board.focus == PaneKind::Warnings;
    let attend = hinted().filter(|c| on_warnings && c.id == CommandId::Attend);
    let rest = hinted().filter(|c| !is_always(c) && c.id != CommandId::Attend);
    let hints: Vec<_> = attend.chain(rest).map(hint).collect();
    (hints, hinted().filter(is_always).map(hint).collect())
}

/// What can be done on the page of a stay: command and word.
const OF_STAY: [(CommandId, &str); 14] = [
    (CommandId::Back, "back"),
    (CommandId::Extend, "extend"),
    (CommandId::Reissue, "lost card"),
    (CommandId::CheckOut, "check out"),
    (CommandId::Move, "move"),
    (CommandId::InstantKey, "instant key"),
    (CommandId::Cards, "cards"),
    (CommandId::Why, "why"),
    (CommandId::Keys, "keys"),
    (CommandId::Grant, "grant"),
    (CommandId::Attend, "snooze"),
    (CommandId::Unmask, "unmask"),
    (CommandId::Copy, "copy"),
    (CommandId::Down, "scroll"),
];

fn commands(app: &App, shown: &[(CommandId, &'static str)]) -> Vec<Hint<'static>> {
    let hint = |(id, label): &(CommandId, &'static str)| Hint {
        key: app.settings.keymap.key_hint(*id).into(),
        label: (*label).into(),
        enabled: app.refusal_of(*id).is_none(),
    };
    shown.iter().map(hint).collect()
}

/// What can be done on the page of a warning that belongs to no stay.
const OF_ALERT: [(CommandId, &str); 4] = [
    (CommandId::Back, "back"),
    (CommandId::Attend, "acknowledge or snooze"),
    (CommandId::Why, "why"),
    (CommandId::Down, "scroll"),
];

/// What can be done on the page of the audit, beside what is its own.
const OF_AUDIT: [(CommandId, &str); 8] = [
    (CommandId::CheckOut, "check out"),
    (CommandId::Extend, "extend"),
    (CommandId::Mark, "mark"),
    (CommandId::Open, "open"),
    (CommandId::Cards, "cards"),
    (CommandId::Attend, "snooze"),
    (CommandId::Actions, "all actions"),
    (CommandId::Back, "back"),
];

fn audit(app: &App) -> Hints {
    let own = [
        ("S", "sign", CommandId::SignAudit),
        ("E", "export", CommandId::ExportAudit),
        ("C", "compare", CommandId::ComparePms),
    ];
    let enabled = |id| app.refusal_of(id).is_none();
    let own = own.map(|(key, label, id)| Hint { enabled: enabled(id), ..Hint::new(key, label) });
    (commands(app, &OF_AUDIT), own.to_vec())
}

fn fixed(hints: &[(&'static str, &'static str)]) -> Vec<Hint<'static>> {
    hints.iter().map(|(key, label)| Hint::new(*key, *label)).collect()
}

fn of_layer(app: &App, layer: &Layer) -> &'static [(&'static str, &'static str)] {
    match layer {
        Layer::Journal(window) if window.typing => {
            &[("Enter", "keep"), ("Esc", "clear"), ("Up/Down", "move")]
        }
        Layer::Journal(_) => {
            &[("Enter", "open"), ("/", "filter"), ("Esc", "back"), ("j/k", "move"), ("g/G", "newest, oldest")]
        }
        Layer::Unfinished(chooser) if chooser.asks => &[("Esc", "not yet"), ("y", "leave it")],
        Layer::Unfinished(_) => {
            &[("Enter", "take up"), ("l", "leave it"), ("Esc", "later"), ("j/k", "choose")]
        }
        Layer::Audit => &[("Esc", "back")],
        Layer::Paper(paper) => match paper.stage {
            Paper::Form(_) => &[("Enter", "preview"), ("Tab", "next field"), ("Esc", "leave")],
            Paper::Busy => &[("Esc", "leave")],
            _ => &[("y", "do it"), ("Tab", "change"), ("Esc", "leave")],
        },
        Layer::Attend(attend) => match attend.stage {
            Attend::Form(_) => &[("Enter", "do it"), ("Tab", "next field"), ("Esc", "leave")],
            Attend::Busy => &[("Esc", "leave")],
        },
        Layer::Operator(_) => &[("Enter", "that is me"), ("Esc", "rather not say")],
        Layer::Details(_) | Layer::Alert { .. } | Layer::Help { .. } | Layer::Entry(_) => {
            &[("Esc", "back"), ("j/k", "scroll"), ("PgDn", "page")]
        }
        Layer::Desk { .. } if !app.left.list().is_empty() => {
            &[("Enter", "open"), ("D", "unfinished"), ("J", "journal"), ("Esc", "back"), ("j/k", "move")]
        }
        Layer::Desk { .. } => &[("Enter", "open"), ("J", "journal"), ("Esc", "back"), ("j/k", "move")],
        Layer::Menu(_) => &[("Enter", "do it"), ("Esc", "leave"), ("j/k", "move")],
        Layer::Palette(_) => &[("Enter", "do it"), ("Esc", "leave"), ("Up/Down", "move")],
        Layer::Themes(_) => &[("Enter", "keep"), ("Esc", "as before"), ("j/k", "look")],
        Layer::Dialog(dialog) => match dialog.stage {
            Stage::Form { .. } if dialog.ask.reads(&dialog.form) => {
                &[("Enter", "begin"), ("Tab", "next field"), ("Esc", "leave")]
            }
            Stage::Form { .. } => &[("Enter", "preview"), ("Tab", "next field"), ("Esc", "leave")],
            Stage::Preview(_) if dialog.form.fields.is_empty() => {
                &[("Enter", "cancel"), ("y", "carry out"), ("Esc", "leave"), ("j/k", "scroll")]
            }
            Stage::Preview(_) if dialog.takes_away() => {
                &[("Enter", "cancel"), ("y", "carry out"), ("Tab", "change"), ("j/k", "scroll")]
            }
            Stage::Preview(_) => {
                &[("y", "carry out"), ("Tab", "change"), ("Esc", "leave"), ("j/k", "scroll")]
            }
        },
        Layer::Job(run) => match app.jobs.get(*run) {
            Some(job) if job.is_running() => &[("Esc", "hide"), ("x", "stop after this step")],
            _ => &[("Esc", "close")],
        },
        Layer::Link(_) => &[
            ("Enter", "QR code"),
            ("u", "unmask"),
            ("y", "copy"),
            ("n", "new"),
            ("x", "delete"),
            ("Esc", "back"),
            ("j/k", "move"),
        ],
        Layer::Why(_) => &[
            ("Enter", "do what helps"),
            ("R", "read the card"),
            ("t", "test the encoder"),
            ("j/k", "move"),
            ("Esc", "back"),
        ],
        Layer::Qr(_) => &[("any key", "hides it")],
        Layer::Queue => &[("Esc", "hide"), ("j/k", "other encoder")],
        Layer::Compare(page) => match page.stage {
            Compare::Path(_) => &[("Enter", "compare"), ("Esc", "leave")],
            Compare::Busy => &[("Esc", "leave")],
            Compare::Shown(_) => {
                &[("Enter", "open"), ("C", "another file"), ("Esc", "back"), ("j/k", "move")]
            }
        },
        Layer::Reading => &[("Esc", "close")],
        Layer::Leave => &[("Esc", "stay"), ("y", "leave")],
    }
}
