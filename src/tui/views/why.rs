//! Why a door refuses: the causes, the likeliest first, each with what speaks for it and the key that
//! helps.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Drawn;
use super::page::{self, Page};
use super::words;
use crate::app::App;
use crate::app::command::CommandId;
use crate::app::why::{WhyPage, remedy};
use crate::property::{Cause, Certainty, Diagnosis, Fix, Proof};
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

/// Cells before a sentence: the cursor, and how certain it is.
const SURE: usize = 12;
/// Cells of the time of a piece of evidence.
const WHEN: usize = 26;

/// Draws the page. It scrolls with the cursor.
pub(super) fn render(app: &App, shown: &WhyPage, look: Look<'_>, area: Rect, buf: &mut Buffer) -> Drawn {
    let diagnosis = app.diagnosis(shown);
    let at = App::why_at(shown, &diagnosis.causes);
    let rule = look.glyphs.border.horizontal_top;
    let title = format!("Why does the door refuse? {rule} {}", app.why_words(shown));
    let (lines, places) = lines(app, &diagnosis, at, look, area.width.saturating_sub(4));
    let scroll = scroll(&places, at, lines.len(), usize::from(area.height.saturating_sub(2)));
    let drawn = page::render(&title, scroll, look, area, buf, |_| lines);
    Drawn { end: None, ..drawn }
}

/// First line on the screen: the cause under the cursor is whole where that is possible, and whatever follows
/// the last one is seen with it.
fn scroll(places: &[usize], at: usize, total: usize, room: usize) -> usize {
    let start = places.get(at).copied().unwrap_or(0);
    let end = places.get(at + 1).copied().unwrap_or(total);
    end.saturating_sub(room).min(start)
}

/// The lines, and where each cause begins.
fn lines(
    app: &App,
    diagnosis: &Diagnosis,
    at: usize,
    look: Look<'_>,
    width: u16,
) -> (Vec<Line<'static>>, Vec<usize>) {
    let mut page = Page::new(look, width);
    let mut places = Vec::new();
    if diagnosis.causes.is_empty() {
        let says = "Nothing found that explains it: read the card (R), test the encoder (t).";
        page.labelled("", 1, says, Meaning::Warning, Meaning::Warning);
    }
    for (i, cause) in diagnosis.causes.iter().enumerate() {
        if i > 0 {
            page.blank();
        }
        places.push(page.lines.len());
        of_cause(app, cause, i == at, look, &mut page);
    }
    if !diagnosis.fine.is_empty() {
        page.heading("As it should be");
        for proof in &diagnosis.fine {
            fine(app, proof, look, &mut page);
        }
    }
    if !diagnosis.causes.is_empty() {
        page.blank();
        let says = "A card in the hand tells more: R reads it, and what is on it is evidence here.";
        page.labelled("", 1, says, Meaning::Muted, Meaning::Muted);
    }
    (page.lines, places)
}

fn of_certainty(certainty: Certainty) -> Meaning {
    match certainty {
        Certainty::Sure => Meaning::Critical,
        Certainty::Likely => Meaning::Warning,
        Certainty::Possible => Meaning::Muted,
    }
}

fn of_cause(app: &App, cause: &Cause, under: bool, look: Look<'_>, page: &mut Page<'_>) {
    let cursor = if under { look.glyphs.cursor } else { " " };
    let label = format!("{cursor}{}", cause.certainty.word());
    let meaning = if under { Meaning::Strong } else { Meaning::Text };
    page.labelled(&label, SURE, &cause.says, of_certainty(cause.certainty), meaning);
    for proof in &cause.proofs {
        evidence(app, proof, page);
    }
    let hints = hints(app, &cause.fixes);
    let says = if hints.is_empty() { "nothing at this desk helps" } else { hints.as_str() };
    page.labelled("", SURE, says, Meaning::Muted, Meaning::KeyHint);
}

/// `today 02:10, 1h ago   the PIN was revoked`, under the sentence it belongs to.
fn evidence(app: &App, proof: &Proof, page: &mut Page<'_>) {
    let label = format!("{}{}", " ".repeat(SURE), when(app, proof));
    page.labelled(&label, SURE + WHEN, &proof.words, Meaning::Muted, Meaning::Muted);
}

/// What is as it should be.
fn fine(app: &App, proof: &Proof, look: Look<'_>, page: &mut Page<'_>) {
    let label = format!(" {} {}", look.glyphs.ok, when(app, proof));
    page.labelled(&label, 3 + WHEN, &proof.words, Meaning::Ok, Meaning::Text);
}

fn when(app: &App, proof: &Proof) -> String {
    match proof.at {
        Some(at) if at > app.now() => words::short_at(app, at),
        Some(at) => format!("{}, {} ago", words::short_at(app, at), words::age(app, at)),
        None => String::new(),
    }
}

/// What helps and its keys: `e extend  m move`.
fn hints(app: &App, fixes: &[Fix]) -> String {
    let commands = fixes.iter().filter_map(|fix| remedy(*fix));
    let hints = commands.map(|(id, word)| match id {
        CommandId::ReadCard => format!("R {word}"),
        id => format!("{} {word}", app.settings.keymap.key_hint(id)),
    });
    hints.collect::<Vec<_>>().join("  ")
}
