//! What each screen shows, in a few sentences: the beginning of help, and what stands where there are no rows.

use crate::app::App;
use crate::app::dialog::Stage;
use crate::app::layer::Layer;
use crate::app::pane::PaneKind;

/// The heading and the sentences of what is on top; of the focused pane where nothing is.
pub(super) fn of(app: &App, top: Option<&Layer>) -> (&'static str, &'static [&'static str]) {
    match top {
        None => pane(app.board.focus),
        Some(layer) => layer_of(layer),
    }
}

/// What would fill a pane that is empty.
pub(super) fn fills(kind: PaneKind) -> &'static str {
    match kind {
        PaneKind::Guests => {
            "whoever is given access for tonight stands here: n grants it, / also finds who left"
        }
        PaneKind::Grants => "every access grant of a guest of tonight stands here, whichever program made it",
        PaneKind::Mutations => "a change stands here from the moment it is asked for until its lock has it",
        PaneKind::Warnings => "what keeps a guest out, or lets in who must not, stands here, the worst first",
    }
}

fn pane(kind: PaneKind) -> (&'static str, &'static [&'static str]) {
    match kind {
        PaneKind::Guests => (
            "Here: Guests",
            &[
                "Who is in the house tonight, comes or goes: one row a stay, however many grants and keys it has.",
                "PIN, card and mob say where each kind of key stands; a date is the end of access, property time.",
                "Actions are for the row under the cursor, or for all rows that are marked.",
            ],
        ),
        PaneKind::Grants => (
            "Here: Grants",
            &[
                "An access grant is who may open what, from when until when: Seam makes the keys that follow from it.",
                "A stay may have several: one for the room, one for the gym. Actions are for the stay it belongs to.",
            ],
        ),
        PaneKind::Mutations => (
            "Here: Pending mutations",
            &[
                "What has been asked of a lock and is not there yet, from the old to the new, and for how long.",
                "Seconds are usual, a minute happens; what takes longer than it should is marked and becomes a warning.",
            ],
        ),
        PaneKind::Warnings => (
            "Here: Warnings",
            &[
                "What is wrong, worst first: P1 is a guest at a door that does not open, or a door that opens and must not.",
                "What has one cause stands under it. Enter goes to the cause, or to the guest it is about.",
            ],
        ),
    }
}

fn layer_of(layer: &Layer) -> (&'static str, &'static [&'static str]) {
    match layer {
        Layer::Details(_) => (
            "Here: a stay",
            &[
                "Everything that is known of a stay: dates, rooms, who belongs to it, every key with its doors.",
                "A card that says re-cut opens by the old dates: only the encoder can tell it the new ones.",
            ],
        ),
        Layer::Alert { .. } => {
            ("Here: a warning", &["What is wrong, since when, how that is known, and what helps."])
        }
        Layer::Help { .. } => {
            ("Here: help", &["The screen that help was asked on comes first, then every key."])
        }
        Layer::Menu(_) => {
            ("Here: actions", &["All that can be done for the selection. What is not possible now says why."])
        }
        Layer::Palette(_) => ("Here: commands", &["Every command by name and by what it does."]),
        Layer::Themes(_) => (
            "Here: themes",
            &[
                "Moving shows a theme at once. Enter keeps it, Esc gives the one before back.",
                "Files in the folder themes beside the configuration are listed too.",
            ],
        ),
        Layer::Columns(_) => (
            "Here: columns",
            &[
                "Which columns the pane shows, in which order and how wide. Enter keeps it, also for the next start.",
            ],
        ),
        Layer::Why(_) => (
            "Here: why a door refuses",
            &[
                "The causes that fit, the likeliest first, each with what speaks for it and the key that helps.",
                "What has been ruled out stands below. A card that is read tells more than any list.",
            ],
        ),
        Layer::Link(_) | Layer::Qr(_) => (
            "Here: Instant Key",
            &[
                "A link that makes a phone the key, until it expires. Whoever has the link has the key.",
                "A new link does not end an old one: what should not open any more is deleted.",
            ],
        ),
        Layer::Dialog(dialog) => match dialog.stage {
            Stage::Form { .. } => (
                "Here: a question before an action",
                &["Nothing happens yet. Enter shows what would: guest, room, and what becomes of each key."],
            ),
            Stage::Preview(_) => (
                "Here: what is about to happen",
                &[
                    "Nothing has happened yet. It is planned again against what is known when y is pressed.",
                    "Where access is taken away Enter cancels, so that no habit carries it out.",
                ],
            ),
        },
        Layer::Job(_) => (
            "Here: an action",
            &[
                "Its steps, each written into the journal before and after. Esc hides it: it goes on.",
                "A step whose answer was lost is read back, never sent twice.",
            ],
        ),
        Layer::Desk { .. } => {
            ("Here: the desk", &["What this desk is doing and did since it was opened, and what it said."])
        }
        Layer::Journal(_) => (
            "Here: the journal",
            &[
                "What every desk of this host did, newest first: who, for whom, how it ended. It outlives the program.",
            ],
        ),
        Layer::Entry(_) => {
            ("Here: an entry of the journal", &["One action with every step, request and outcome."])
        }
        Layer::Audit => (
            "Here: the night audit",
            &[
                "What must be settled before the business date rolls, section by section; the same keys put it right.",
                "What was open and is not any more stands below, with who cleared it.",
            ],
        ),
        Layer::Paper(_) => (
            "Here: the audit in writing",
            &[
                "The report into a file, the sign-off with a note for the morning, or the roll of the business date.",
            ],
        ),
        Layer::Compare(_) => (
            "Here: the comparison",
            &[
                "Guests of an export of the property management system beside those who have access, where they differ.",
            ],
        ),
        Layer::Attend(_) => (
            "Here: a warning is put aside",
            &[
                "Acknowledged or snoozed, with a reason, for every desk. It comes back by itself when it gets worse.",
            ],
        ),
        Layer::Unfinished(_) => (
            "Here: what was left unfinished",
            &["A program ended in the middle of these. Taken up, each looks first at what has happened."],
        ),
        Layer::Emergency(_) => (
            "Here: without the shared store",
            &[
                "The store that all desks write in does not answer. Nothing can be changed until it does, for nobody would know.",
                "With the word that is asked for, this program records what it does on this host, and merges it later.",
            ],
        ),
        Layer::Operator(_) => {
            ("Here: who is at the desk", &["The name stands in the journal beside what is done."])
        }
        Layer::Queue => (
            "Here: the queue of cards",
            &["Cards to cut, side by side on every encoder: put a blank card on whichever asks for one."],
        ),
        Layer::Reading => {
            ("Here: a card on an encoder", &["What is on the card, and whose it is as far as Seam knows."])
        }
        Layer::Leave => {
            ("Here: leaving", &["An action runs. It is settled by the next desk that takes it up."])
        }
    }
}
