//! What is wrong, worst first, each with what can be done about it.

use ratatui::buffer::Buffer;

use super::cells::Making;
use super::pane::Shown;
use super::sketch::{Seen, Slot};
use super::words;
use crate::app::App;
use crate::app::columns::{ColumnId, Spec, of_alert};
use crate::app::pane::PaneKind;
use crate::app::why::remedy;
use crate::property::{Alert, AlertId, Attended};
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::table::{Cell, Row};

/// In front of a warning that is snoozed: it sleeps.
const SNOOZED: &str = "z";
/// From this width on what to do is told in words.
const WORDS: u16 = 136;
/// Below this width it is not told.
const KEYS: u16 = 90;

/// Draws the pane.
pub fn render(app: &App, look: Look<'_>, slot: Slot, buf: &mut Buffer) -> Seen {
    let mut shown = app.board.tables.layout(PaneKind::Warnings).shown();
    let is_chosen = shown.any(|(spec, width)| spec.id == ColumnId::Do && width.is_some());
    let most = if slot.area.width >= WORDS || is_chosen { usize::MAX } else { 1 };
    let shown =
        Shown { kind: PaneKind::Warnings, rows: &app.board.warnings, fitting, nothing: "nothing is wrong" };
    shown.render(app, look, slot, buf, |making, id, columns| row(making, id, columns, most))
}

/// A narrow pane has only the sentence, whose it is and how bad; a usual one the first thing that helps; a wide
/// one all that helps, in words.
pub(super) fn fitting(spec: Spec, width: u16) -> Option<Spec> {
    let (min, max, rank) = match (spec.id, width) {
        (ColumnId::Do, ..KEYS) => return None,
        (ColumnId::Do, KEYS..WORDS) => (11, 11, 1),
        (ColumnId::Age, ..KEYS) => (4, 4, 2),
        (ColumnId::Room, ..KEYS) => (4, 5, 1),
        (ColumnId::Guest, ..KEYS) => (10, 14, 1),
        _ => (spec.min, spec.max, spec.rank),
    };
    Some(Spec { min, max, rank, ..spec })
}

fn row<'a>(making: Making<'a, '_>, id: &AlertId, columns: &[ColumnId], most: usize) -> Row<'a> {
    let (app, glyphs) = (making.app, making.look.glyphs);
    let Some(alert) = app.property.alert(id) else {
        return Row { meaning: Some(Meaning::Muted), ..Row::default() };
    };
    let stands = app.property.attended(id).unwrap_or(Attended::Open);
    let aside = stands.is_snoozed().then_some(Meaning::Muted);
    let cell = |column: &ColumnId| cell(making, alert, *column, aside, most);
    Row {
        meaning: aside,
        sign: match stands {
            Attended::Acknowledged(_) => Some((glyphs.ok, Meaning::Ok)),
            Attended::Snoozed(_) => Some((SNOOZED, Meaning::Muted)),
            Attended::Back(..) => Some((glyphs.alert, Meaning::Warning)),
            Attended::Open => None,
        },
        cells: columns.iter().map(cell).collect(),
        marked: false,
    }
}

fn cell<'a>(
    making: Making<'a, '_>,
    alert: &'a Alert,
    column: ColumnId,
    aside: Option<Meaning>,
    most: usize,
) -> Cell<'a> {
    let app = making.app;
    match column {
        ColumnId::Severity => {
            Cell::of(aside.unwrap_or(words::of_severity(alert.severity)), alert.severity.word())
        }
        ColumnId::Age => Cell::of(Meaning::Muted, words::age(app, alert.since)),
        ColumnId::Room => {
            making.matched(column, Cell::new(alert.room.as_deref().unwrap_or(making.look.glyphs.none)))
        }
        ColumnId::Guest => making.matched(column, Cell::new(alert.who.as_deref().unwrap_or_default())),
        ColumnId::Why => {
            let is_caused = is_caused(app, alert);
            let why = making.matched(column, Cell::new(why(app, alert, making.look, is_caused)));
            Cell { meaning: is_caused.then_some(Meaning::Muted).or(aside), ..why }
        }
        ColumnId::Do => Cell::of(aside.unwrap_or(Meaning::KeyHint), fixes(app, alert, most)),
        ColumnId::Said => {
            Cell::of(Meaning::Muted, words::attended(app, &alert.id).unwrap_or_default().to_string())
        }
        _ => making.plain(column, of_alert(&app.property, alert, column)),
    }
}

fn is_caused(app: &App, alert: &Alert) -> bool {
    alert.parent.as_ref().is_some_and(|parent| app.property.alert(parent).is_some())
}

/// The sentence, with what people said in front of it and how many others it has caused behind it.
fn why(app: &App, alert: &Alert, look: Look<'_>, is_caused: bool) -> String {
    let why = match (is_caused, caused_by(app, &alert.id)) {
        (true, _) => format!("  {}", alert.why),
        (false, 0) => alert.why.to_string(),
        (false, n) => format!("{}  {} {n} more", alert.why, look.glyphs.link),
    };
    match words::attended(app, &alert.id) {
        Some(said) => format!("{said} {} {why}", look.glyphs.separator),
        None => why,
    }
}

/// How many of the rows below are caused by this one; they follow it.
fn caused_by(app: &App, id: &AlertId) -> usize {
    let pane = &app.board.warnings;
    if pane.filter.is_empty() && pane.sort.column == ColumnId::Severity {
        return app.property.count_caused_by(id);
    }
    let rows = pane.rows();
    let Some(at) = rows.position(id) else { return 0 };
    let is_child = |row: &&AlertId| app.property.alert(row).is_some_and(|a| a.parent.as_ref() == Some(id));
    rows.iter_from(at + 1).take_while(is_child).count()
}

/// What helps, the best `most` of it: `e extend  r lost card`.
pub fn fixes(app: &App, alert: &Alert, most: usize) -> String {
    let commands = alert.fixes.iter().filter_map(|fix| remedy(*fix)).take(most);
    let hints = commands.map(|(id, word)| format!("{} {word}", app.settings.keymap.key_hint(id)));
    hints.collect::<Vec<_>>().join("  ")
}
