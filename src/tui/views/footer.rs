//! The keys of where you are.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::App;
use crate::app::attend::Stage as Attend;
use crate::app::audit::compare::Stage as Compare;
use crate::app::audit::paper::Stage as Paper;
use crate::app::command::{COMMANDS, Command, CommandId, command};
use crate::app::dialog::Stage;
use crate::app::layer::Layer;
use crate::app::own_keys::Own;
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
    if app.board.tables.naming.is_some() {
        return (fixed(app, NAMING), Vec::new());
    }
    if app.board.typing {
        let typing = if app.board.is_found() { FOUND } else { FILTERING };
        return (fixed(app, typing), Vec::new());
    }
    if !app.prefix().is_empty() {
        return continuations(app);
    }
    match top {
        None => board(app),
        Some(Layer::Details(_)) => (commands(app, &OF_STAY), Vec::new()),
        Some(Layer::Alert { .. }) => (commands(app, &OF_ALERT), Vec::new()),
        Some(Layer::Audit) => audit(app),
        Some(layer) => (fixed(app, of_layer(app, layer)), Vec::new()),
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
    let hints: Vec<_> = attend.chain(rest).map(hint).filter(has_key).collect();
    (hints, hinted().filter(is_always).map(hint).filter(has_key).collect())
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
    shown.iter().map(hint).filter(has_key).collect()
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
        (Own::AuditSign, "sign", CommandId::SignAudit),
        (Own::AuditExport, "export", CommandId::ExportAudit),
        (Own::AuditCompare, "compare", CommandId::ComparePms),
    ];
    let enabled = |id| app.refusal_of(id).is_none();
    let key = |own| app.settings.keymap.own_hint(own);
    let own = own.map(|(own, label, id)| Hint { enabled: enabled(id), ..Hint::new(key(own), label) });
    (commands(app, &OF_AUDIT), own.into_iter().filter(has_key).collect())
}

/// Which key a hint names.
#[derive(Clone, Copy)]
enum Said {
    /// One that is the same whatever the configuration says.
    K(&'static str),
    /// Those of a command.
    Of(CommandId),
    /// Those of two commands that go together.
    Pair(CommandId, CommandId),
    /// That of what is asked for on the page alone.
    O(Own),
    /// Those of two such that go together.
    Both(Own, Own),
}

use Said::{Both, K, O, Of, Pair};

const MOVE: Said = Pair(CommandId::Down, CommandId::Up);
const ENDS: Said = Pair(CommandId::First, CommandId::Last);

type Fixed = &'static [(Said, &'static str)];

const NAMING: Fixed = &[(K("Enter"), "save"), (K("Esc"), "leave")];

const FILTERING: Fixed = &[
    (K("Enter"), "keep"),
    (K("Esc"), "clear"),
    (K("Up/Down"), "move"),
    (K("Tab"), "complete, saved"),
    (O(Own::FilterSave), "save"),
];

const FOUND: Fixed =
    &[(K("Enter"), "open"), (K("Esc"), "clear"), (K("Up/Down"), "move"), (O(Own::FilterSave), "save")];
const TYPING: Fixed = &[(K("Enter"), "keep"), (K("Esc"), "clear"), (K("Up/Down"), "move")];

fn fixed(app: &App, hints: Fixed) -> Vec<Hint<'static>> {
    let keymap = &app.settings.keymap;
    let hint = |(said, label): &(Said, &'static str)| {
        let key = match *said {
            K(key) => key.to_owned(),
            Of(id) => keymap.key_hint(id),
            Pair(one, other) => keymap.pair_hint(one, other),
            O(own) => keymap.own_hint(own),
            Both(one, other) => {
                let keys = [keymap.own_hint(one), keymap.own_hint(other)];
                keys.into_iter().filter(|key| !key.is_empty()).collect::<Vec<_>>().join("/")
            }
        };
        Hint::new(key, *label)
    };
    hints.iter().map(hint).filter(has_key).collect()
}

/// A command whose keys were taken away is asked for by its name.
fn has_key(hint: &Hint<'_>) -> bool {
    !hint.key.is_empty()
}

/// What can follow the keys that were pressed.
fn continuations(app: &App) -> Hints {
    let begun: Vec<String> = app.prefix().iter().map(ToString::to_string).collect();
    let mut hints = vec![Hint::new(begun.join(" "), "…")];
    hints.extend(app.continuations().iter().map(|(rest, id)| Hint {
        enabled: app.refusal_of(*id).is_none(),
        ..Hint::new(rest.to_string(), command(*id).name)
    }));
    (hints, vec![Hint::new("Esc", "leave")])
}

fn of_layer(app: &App, layer: &Layer) -> Fixed {
    match layer {
        Layer::Journal(window) if window.typing => TYPING,
        Layer::Journal(_) => &[
            (K("Enter"), "open"),
            (Of(CommandId::Filter), "filter"),
            (K("Esc"), "back"),
            (MOVE, "move"),
            (ENDS, "newest, oldest"),
        ],
        Layer::Unfinished(chooser) if chooser.asks => &[(K("Esc"), "not yet"), (K("y"), "leave it")],
        Layer::Unfinished(_) => &[
            (K("Enter"), "take up"),
            (O(Own::UnfinishedLeave), "leave it"),
            (K("Esc"), "later"),
            (MOVE, "choose"),
        ],
        Layer::Audit => &[(K("Esc"), "back")],
        Layer::Paper(paper) => match paper.stage {
            Paper::Form(_) => &[(K("Enter"), "preview"), (K("Tab"), "next field"), (K("Esc"), "leave")],
            Paper::Busy => &[(K("Esc"), "leave")],
            _ => &[(K("y"), "do it"), (K("Tab"), "change"), (K("Esc"), "leave")],
        },
        Layer::Attend(attend) => match attend.stage {
            Attend::Form(_) => &[(K("Enter"), "do it"), (K("Tab"), "next field"), (K("Esc"), "leave")],
            Attend::Busy => &[(K("Esc"), "leave")],
        },
        Layer::Emergency(_) => &[(K("Enter"), "go on without it"), (K("Esc"), "wait")],
        Layer::Operator(_) => &[(K("Enter"), "that is me"), (K("Esc"), "rather not say")],
        Layer::Details(_) | Layer::Alert { .. } | Layer::Help { .. } | Layer::Entry(_) => {
            &[(K("Esc"), "back"), (MOVE, "scroll"), (Of(CommandId::PageDown), "page")]
        }
        Layer::Desk { .. } if !app.left.list().is_empty() => &[
            (K("Enter"), "open"),
            (Of(CommandId::Unfinished), "unfinished"),
            (Of(CommandId::Journal), "journal"),
            (K("Esc"), "back"),
            (MOVE, "move"),
        ],
        Layer::Desk { .. } => {
            &[(K("Enter"), "open"), (Of(CommandId::Journal), "journal"), (K("Esc"), "back"), (MOVE, "move")]
        }
        Layer::Menu(_) => &[(K("Enter"), "do it"), (K("Esc"), "leave"), (MOVE, "move")],
        Layer::Palette(_) => &[(K("Enter"), "do it"), (K("Esc"), "leave"), (K("Up/Down"), "move")],
        Layer::Themes(_) => &[(K("Enter"), "keep"), (K("Esc"), "as before"), (MOVE, "look")],
        Layer::Dialog(dialog) => match dialog.stage {
            Stage::Form { .. } if dialog.ask.reads(&dialog.form) => {
                &[(K("Enter"), "begin"), (K("Tab"), "next field"), (K("Esc"), "leave")]
            }
            Stage::Form { .. } => &[(K("Enter"), "preview"), (K("Tab"), "next field"), (K("Esc"), "leave")],
            Stage::Preview(_) if dialog.form.fields.is_empty() => {
                &[(K("Enter"), "cancel"), (K("y"), "carry out"), (K("Esc"), "leave"), (MOVE, "scroll")]
            }
            Stage::Preview(_) if dialog.takes_away() => {
                &[(K("Enter"), "cancel"), (K("y"), "carry out"), (K("Tab"), "change"), (MOVE, "scroll")]
            }
            Stage::Preview(_) => {
                &[(K("y"), "carry out"), (K("Tab"), "change"), (K("Esc"), "leave"), (MOVE, "scroll")]
            }
        },
        Layer::Job(run) => match app.jobs.get(*run) {
            Some(job) if job.is_running() => &[(K("Esc"), "hide"), (O(Own::JobStop), "stop after this step")],
            _ => &[(K("Esc"), "close")],
        },
        Layer::Link(_) => &[
            (K("Enter"), "QR code"),
            (Of(CommandId::Unmask), "unmask"),
            (Of(CommandId::Copy), "copy"),
            (O(Own::LinkNew), "new"),
            (O(Own::LinkDelete), "delete"),
            (K("Esc"), "back"),
            (MOVE, "move"),
        ],
        Layer::Why(_) => &[
            (K("Enter"), "do what helps"),
            (O(Own::WhyRead), "read the card"),
            (O(Own::WhyTest), "test the encoder"),
            (MOVE, "move"),
            (K("Esc"), "back"),
        ],
        Layer::Qr(_) => &[(K("any key"), "hides it")],
        Layer::Queue => &[(K("Esc"), "hide"), (MOVE, "other encoder")],
        Layer::Compare(page) => match page.stage {
            Compare::Path(_) => &[(K("Enter"), "compare"), (K("Esc"), "leave")],
            Compare::Busy => &[(K("Esc"), "leave")],
            Compare::Shown(_) => &[
                (K("Enter"), "open"),
                (O(Own::CompareOther), "another file"),
                (K("Esc"), "back"),
                (MOVE, "move"),
            ],
        },
        Layer::Reading => &[(K("Esc"), "close")],
        Layer::Columns(_) => &[
            (K("Enter"), "keep"),
            (O(Own::ColumnsShow), "show"),
            (Both(Own::ColumnsLater, Own::ColumnsEarlier), "move"),
            (Both(Own::ColumnsNarrower, Own::ColumnsWider), "width"),
            (Both(Own::ColumnsSort, Own::ColumnsReverse), "sort"),
            (O(Own::ColumnsDefault), "default"),
            (K("Esc"), "as before"),
        ],
        Layer::Leave => &[(K("Esc"), "stay"), (K("y"), "leave")],
    }
}
