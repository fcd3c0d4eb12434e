//! What is wrong, worst first, each with what can be done about it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pane::Shown;
use super::words;
use crate::app::App;
use crate::app::pane::PaneKind;
use crate::app::why::remedy;
use crate::property::{Alert, AlertId, Attended};
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::columns::Column;
use crate::tui::widgets::table::{Cell, Row};

/// Where there is room for words: what to do, and with which key.
const WIDE: [Column; 6] = columns(Column::new("do", 20, 34, 1));
/// The usual: the first thing to do.
const USUAL: [Column; 6] = columns(Column::new("do", 11, 11, 1));
/// Only the sentence, whose it is and how bad.
const NARROW: [Column; 5] = [
    Column::new("P", 2, 2, 0),
    Column::new("since", 4, 4, 2).right(),
    Column::new("room", 4, 5, 1).right(),
    Column::new("guest", 10, 14, 1),
    Column::new("why", 18, 90, 0),
];

const fn columns(last: Column) -> [Column; 6] {
    [
        Column::new("P", 2, 2, 0),
        Column::new("since", 5, 5, 0).right(),
        Column::new("room", 4, 5, 0).right(),
        Column::new("guest", 10, 22, 0),
        Column::new("why", 18, 90, 0),
        last,
    ]
}

/// In front of a warning that is snoozed: it sleeps.
const SNOOZED: &str = "z";
/// From this width on what to do is told in words.
const WORDS: u16 = 136;
/// Below this width it is not told.
const KEYS: u16 = 90;

/// Draws the pane. Returns how many rows there was room for.
pub fn render(app: &App, look: Look<'_>, area: Rect, framed: bool, buf: &mut Buffer) -> u16 {
    let columns: &[Column] = match area.width {
        ..KEYS => &NARROW,
        KEYS..WORDS => &USUAL,
        WORDS.. => &WIDE,
    };
    let most = if area.width >= WORDS { usize::MAX } else { 1 };
    let shown = Shown {
        kind: PaneKind::Warnings,
        rows: &app.board.warnings,
        columns,
        sorts: [0, 1, 2, 3],
        nothing: "nothing is wrong",
    };
    shown.render(app, look, area, framed, buf, |id| row(app, look, id, most))
}

fn row<'a>(app: &'a App, look: Look<'_>, id: &AlertId, most: usize) -> Row<'a> {
    let Some(alert) = app.property.alert(id) else {
        return Row { meaning: Some(Meaning::Muted), ..Row::default() };
    };
    let filter = &app.board.warnings.filter;
    let stands = app.property.attended(id).unwrap_or(Attended::Open);
    let room = alert.room.as_deref().unwrap_or(look.glyphs.none);
    let who = alert.who.as_deref().unwrap_or_default();
    let meaning = words::of_severity(alert.severity);
    let is_caused = alert.parent.as_ref().is_some_and(|parent| app.property.alert(parent).is_some());
    let why = match (is_caused, caused_by(app, id)) {
        (true, _) => format!("  {}", alert.why),
        (false, 0) => alert.why.to_string(),
        (false, n) => format!("{}  {} {n} more", alert.why, look.glyphs.link),
    };
    let why = match words::attended(app, id) {
        Some(said) => format!("{said} {} {why}", look.glyphs.separator),
        None => why,
    };
    let matched = filter.marks(&why);
    let (meaning, aside) = match stands {
        Attended::Snoozed(_) => (Meaning::Muted, Some(Meaning::Muted)),
        _ => (meaning, None),
    };
    Row {
        meaning: aside,
        sign: match stands {
            Attended::Acknowledged(_) => Some((look.glyphs.ok, Meaning::Ok)),
            Attended::Snoozed(_) => Some((SNOOZED, Meaning::Muted)),
            Attended::Back(..) => Some((look.glyphs.alert, Meaning::Warning)),
            Attended::Open => None,
        },
        cells: vec![
            Cell::of(meaning, alert.severity.word()),
            Cell::of(Meaning::Muted, words::age(app, alert.since)),
            Cell::new(room).matched(filter.marks(room)),
            Cell::new(who).matched(filter.marks(who)),
            Cell {
                meaning: is_caused.then_some(Meaning::Muted).or(aside),
                ..Cell::new(why).matched(matched)
            },
            Cell::of(aside.unwrap_or(Meaning::KeyHint), fixes(app, alert, most)),
        ],
        marked: false,
    }
}

/// How many of the rows below are caused by this one; they follow it.
fn caused_by(app: &App, id: &AlertId) -> usize {
    let pane = &app.board.warnings;
    if pane.filter.is_empty() && pane.sort.column == 0 {
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
