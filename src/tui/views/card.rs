//! A card that is read, or an encoder that is tested.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::text::Line;

use super::page::{self, Page};
use super::words;
use crate::app::App;
use crate::app::own_keys::Own;
use crate::app::reading::CardReading;
use crate::desk::scan::Face;
use crate::desk::{Found, Purpose, ReadingState, Tone};
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::footer::{self, Hint};
use crate::tui::widgets::modal::Modal;

const WIDTH: u16 = 76;
/// Cells of the labels.
const LABEL: usize = 14;

/// Draws it. Returns how many rows it had room for.
pub fn render(app: &App, look: Look<'_>, area: Rect, buf: &mut Buffer) -> u16 {
    let Some(reading) = &app.reading else { return 0 };
    let face = app.face();
    let width = WIDTH.min(area.width.saturating_sub(4));
    let lines = lines(app, reading, face.as_ref(), look, width.saturating_sub(2));
    let rule = look.glyphs.border.horizontal_top;
    let what = match reading.ask.purpose {
        Purpose::Read => "Card",
        Purpose::Test => "Test an encoder",
    };
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(4);
    let modal = Modal {
        title: format!("{what} {rule} {}", reading.ask.encoder_name).into(),
        right: time(app, reading).into(),
        wants: Size { width, height },
        ..Modal::default()
    };
    let inside = modal.render(area, buf, look);
    let body = Rect { y: inside.y.saturating_add(1), height: inside.height.saturating_sub(3), ..inside };
    page::text(&lines, 0, body.intersection(inside), buf);
    let foot = Rect { y: inside.bottom().saturating_sub(1), height: inside.height.min(1), ..inside };
    footer::render(&hints(app, reading, face.as_ref()), &[], foot, buf, look);
    inside.height
}

/// How long it takes, or took.
fn time(app: &App, reading: &CardReading) -> String {
    match &reading.state {
        ReadingState::Ended { took, .. } => seconds(*took),
        _ => words::age(app, reading.since),
    }
}

fn seconds(took: Duration) -> String {
    format!("{:.1}s", took.as_secs_f64())
}

fn lines(
    app: &App,
    reading: &CardReading,
    face: Option<&Face>,
    look: Look<'_>,
    width: u16,
) -> Vec<Line<'static>> {
    let mut page = Page::new(look, width);
    let name = &reading.ask.encoder_name;
    match (&reading.state, face) {
        (ReadingState::Queued { words }, _) => {
            said(&mut page, look.glyphs.pending, words, Meaning::Pending);
        }
        (ReadingState::Running { words }, _) => {
            said(&mut page, look.glyphs.current, words, Meaning::Strong);
        }
        (ReadingState::Ended { found: Found::Card(_), took }, face) => {
            if reading.ask.purpose == Purpose::Test {
                let words = format!("{name} answers ({}), and a card lies on it", seconds(*took));
                said(&mut page, look.glyphs.ok, &words, Meaning::Ok);
                page.blank();
            }
            if let Some(face) = face {
                of_card(app, face, look, &mut page);
            }
        }
        (ReadingState::Ended { found: Found::NoCard, took }, _) => match reading.ask.purpose {
            Purpose::Test => {
                let words = format!("{name} answers ({})", seconds(*took));
                said(&mut page, look.glyphs.ok, &words, Meaning::Ok);
                page.labelled(
                    "",
                    3,
                    "no card lies on it: it is ready for one",
                    Meaning::Muted,
                    Meaning::Text,
                );
            }
            Purpose::Read => {
                said(&mut page, look.glyphs.alert, "no card on the encoder", Meaning::Critical);
                let next = format!("put the card flat on “{name}”, then Enter");
                page.labelled("", 3, &next, Meaning::Text, Meaning::Text);
            }
        },
        (ReadingState::Ended { found: Found::Failed { words, next, .. }, .. }, _) => {
            said(&mut page, look.glyphs.alert, words, Meaning::Critical);
            page.labelled("", 3, next, Meaning::Text, Meaning::Text);
        }
    }
    page.lines
}

fn said(page: &mut Page<'_>, sign: &str, words: &str, meaning: Meaning) {
    page.labelled(&format!(" {sign}"), 3, words, meaning, meaning);
}

fn of_card(app: &App, face: &Face, look: Look<'_>, page: &mut Page<'_>) {
    let sign = if face.tone == Tone::Good { look.glyphs.ok } else { look.glyphs.alert };
    said(page, sign, &face.title, words::of_tone(face.tone));
    page.blank();
    for line in &face.lines {
        let label = match line.tone {
            Tone::Bad => Meaning::Critical,
            Tone::Caution => Meaning::Warning,
            Tone::Plain | Tone::Good => Meaning::Muted,
        };
        page.labelled(&format!(" {}", line.label), LABEL, &line.text, label, words::of_tone(line.tone));
    }
    if let Some(stay) = face.stay.as_ref().and_then(|id| app.property.stay(id)) {
        let keys = words::key(stay.keys().card, look.glyphs);
        page.labelled(" cards now", LABEL, &keys, Meaning::Muted, words::of_key(stay.keys().card));
    }
}

fn hints(app: &App, reading: &CardReading, face: Option<&Face>) -> Vec<Hint<'static>> {
    if !reading.is_over() {
        return vec![Hint::new("Esc", "leave")];
    }
    let mut hints = Vec::new();
    if app.card_is_evidence() {
        hints.push(Hint::new("Enter", "why the door refuses"));
    } else if face.is_some_and(|face| face.stay.is_some()) {
        hints.push(Hint::new("Enter", "go to the guest"));
        hints.extend(Hint::of(app.settings.keymap.own_hint(Own::ReadingCards), "cards"));
    } else {
        hints.push(Hint::new("Enter", "again"));
    }
    hints.push(Hint::new("Tab", "another encoder"));
    hints.push(Hint::new("Esc", "close"));
    hints
}
