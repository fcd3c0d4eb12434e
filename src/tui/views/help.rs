//! What is on the screen, what every key does, and what the words and signs of the screen mean.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Drawn;
use super::page::{self, Page};
use super::{footer, here, words};
use crate::app::App;
use crate::app::command::{COMMANDS, Group};
use crate::app::layer::Layer;
use crate::property::{KeyState, Severity, StayClass};
use crate::tui::links;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

/// Cells of the column of keys.
const KEYS: usize = 16;

/// Draws the page.
pub(super) fn render(app: &App, scroll: usize, look: Look<'_>, area: Rect, buf: &mut Buffer) -> Drawn {
    page::render("Help", scroll, look, area, buf, |width| lines(app, look, width))
}

fn lines(app: &App, look: Look<'_>, width: u16) -> Vec<Line<'static>> {
    let mut page = Page::new(look, width);
    here(app, &mut page);
    for group in Group::ALL {
        page.heading(group.title());
        for command in COMMANDS.iter().filter(|c| c.group == group) {
            let keys: Vec<String> = app.settings.keymap.keys(command.id).map(|k| k.to_string()).collect();
            // What has no key is found by its name.
            let keys = if keys.is_empty() { vec![format!(": {}", command.name)] } else { keys };
            let refusal = app.refusal_of(command.id);
            let meaning = if refusal.is_some() { Meaning::Disabled } else { Meaning::Text };
            let why = refusal.map(|why| format!("  ({why})")).unwrap_or_default();
            let said = format!("{}{why}", command.label);
            page.labelled(&keys.join(" "), KEYS, &said, Meaning::KeyHint, meaning);
        }
    }
    page.heading("Dates in dialogs");
    for (form, said) in DATES {
        page.labelled(form, KEYS + 6, said, Meaning::KeyHint, Meaning::Text);
    }
    page.heading("Stays");
    for (class, said) in CLASSES {
        page.labelled(class.word(), KEYS, said, words::of_class(class), Meaning::Text);
    }
    page.heading("Keys of a guest");
    for (state, said) in STATES {
        page.labelled(&words::key(state, look.glyphs), KEYS, said, words::of_key(state), Meaning::Text);
    }
    page.heading("Warnings");
    for (severity, said) in SEVERITIES {
        page.labelled(severity.word(), KEYS, said, words::of_severity(severity), Meaning::Text);
    }
    page.heading("On the web");
    for (what, address) in links::PAGES {
        page.link(what, KEYS + 6, address);
    }
    page.lines
}

/// What is on the screen that help was asked on, and its keys.
fn here(app: &App, page: &mut Page<'_>) {
    let asked_on = app.layers.iter().rev().find(|layer| !matches!(layer, Layer::Help { .. }));
    let (title, says) = here::of(app, asked_on);
    page.heading(title);
    for sentence in says {
        page.labelled("", 0, sentence, Meaning::Text, Meaning::Text);
    }
    // The keys of the panes are the whole table below.
    if asked_on.is_some() {
        let (hints, always) = footer::hints(app, asked_on);
        let hints: Vec<_> = hints.into_iter().chain(always).filter(|hint| !hint.key.is_empty()).collect();
        page.blank();
        page.hints(&hints);
    }
}

const DATES: [(&str, &str); 4] = [
    ("+1d +2h -30m", "from the date that is there; days keep the time of day"),
    ("14:00", "that time on the day that is there"),
    ("tomorrow 12:00", "from today, property time"),
    ("2026-11-24 12:00", "a date, property time"),
];

const CLASSES: [(StayClass, &str); 7] = [
    (StayClass::DueIn, "arrives on this business date; nobody has been seen to enter"),
    (StayClass::InHouse, "arrived on this business date"),
    (StayClass::Stayover, "arrived before, leaves after this business date"),
    (StayClass::DueOut, "leaves on this business date"),
    (StayClass::Overstay, "past its end, and a key or the door says the guest has not left"),
    (StayClass::NoShow, "should have arrived and has not been seen"),
    (StayClass::Departed, "past its end, and no key opens; found by the filter"),
];

const STATES: [(KeyState, &str); 10] = [
    (KeyState::Issued(1), "opens its doors"),
    (KeyState::Issued(2), "two of them open"),
    (KeyState::Issuing, "on its way to the lock"),
    (KeyState::ToCut(1), "a card waits for the encoder"),
    (KeyState::Recut(1), "the card in hand is out of date: cut it again"),
    (KeyState::Mixed { issued: 1, waiting: 1 }, "one opens, one waits for the encoder"),
    (KeyState::Revoking, "being taken off the lock"),
    (KeyState::Failed, "could not be issued"),
    (KeyState::Assign(1), "a tag to assign by its number"),
    (KeyState::None, "none was asked for"),
];

const SEVERITIES: [(Severity, &str); 3] = [
    (Severity::P1, "somebody cannot get in now, or can who must not"),
    (Severity::P2, "becomes P1 before the next business date"),
    (Severity::P3, "hygiene"),
];
