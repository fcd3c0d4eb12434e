//! The night audit: what is open by section, what was cleared, and how the night went.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Drawn, words};
use crate::app::App;
use crate::app::audit::{Count, RowId};
use crate::app::command::CommandId;
use crate::property::{Keys, Level, Severity};
use crate::report::{Cleared, Item, ItemId, Section};
use crate::text::{self, Text};
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::pane::Pane;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::table::scroll;

/// From this width on there is room for more of everything.
const WIDE: u16 = 110;
/// From this height on there is room for air.
const AIRY: u16 = 24;
/// Cells of the hints at the end of a section, where there is room for them.
const HINTS: usize = 24;
/// Cells of the column at the right end of a section: "38 of 40 open".
const COUNT: usize = 18;
/// Eight heights of a block.
const BLOCKS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// Draws the page.
pub(super) fn render(app: &App, look: Look<'_>, area: Rect, buf: &mut Buffer) -> Drawn {
    let inside = frame(app, area.width, look).render(area, buf, look);
    let mut lines = inside.rows();
    if inside.height > 3
        && let Some(line) = lines.next()
    {
        timeline(app, look, line, buf);
    }
    if let Some(why) = app.audit.failed()
        && let Some(line) = lines.next()
    {
        let said = format!("The journal cannot be read, so progress may be wrong: {why}");
        Pen::new(line, buf, look).skip(2).put(&said, Meaning::Error);
    }
    if inside.height >= AIRY {
        lines.next();
    }
    let list = &app.audit.list;
    let rows = list.rows();
    let lines: Vec<Rect> = lines.collect();
    let from = scroll(0, Some(list.at()), lines.len(), rows.len());
    for ((row, line), at) in rows.iter().skip(from).zip(&lines).zip(from..) {
        draw(app, row, at == list.at(), look, *line, buf);
    }
    Drawn::rows(u16::try_from(lines.len()).unwrap_or(u16::MAX))
}

fn frame(app: &App, width: u16, look: Look<'_>) -> Pane<'static> {
    let date = app.property.business_date();
    let from = date.date().format("%-d");
    let title = format!(
        "Night audit {} {from} {} {}",
        look.glyphs.border.horizontal_top,
        look.glyphs.arrow,
        date.next().date().format("%-d %b")
    );
    let mut notes = Vec::new();
    if let Some(night) = app.audit.night() {
        let sum = night.summary();
        let open = match sum.open {
            0 => ("nothing open".into(), Meaning::Ok),
            n if sum.p1 > 0 => (format!("{n} open, {} P1", sum.p1).into(), Meaning::Critical),
            n => (format!("{n} open").into(), Meaning::Strong),
        };
        notes.push(open);
    }
    notes.push(match app.audit.progress() {
        Some((cleared, of)) => (format!("{cleared} of {of} cleared").into(), Meaning::Text),
        None => ("still reading".into(), Meaning::Pending),
    });
    let mut position = match app.audit.list.rows().len() {
        0 => String::new(),
        n => format!("{} of {n}", app.audit.list.at() + 1),
    };
    if let Some(page) = app.audit.signed() {
        let said = format!("signed {} by {}", words::minute(app, page.at), page.who.name());
        if width >= WIDE {
            notes.push((said.into(), Meaning::Ok));
        } else {
            position = format!("{said} {} {position}", look.glyphs.separator);
        }
    }
    let list = &app.audit.list;
    let right = match list.marks().len() {
        0 => String::new(),
        n => format!("{n} marked"),
    };
    Pane { title: title.into(), notes, right: right.into(), position: position.into(), focused: true }
}

/// What of the course is drawn: its name, how much of it there was, how it is meant.
type Course = (&'static str, fn(&Level) -> usize, Meaning);

/// How much was open when, in as many parts as there is room for.
fn timeline(app: &App, look: Look<'_>, line: Rect, buf: &mut Buffer) {
    let p = &app.property;
    let Some(shift) = p.course().shift() else { return };
    let wide = line.width >= WIDE;
    let n = if wide { 26 } else { 14 };
    let parts = p.course().parts(shift.began, app.now(), n);
    let mut pen = Pen::new(line, buf, look);
    pen.skip(1).put(&format!("since {}", words::minute(app, shift.began)), Meaning::Muted);
    let kinds: [Course; 3] = [
        ("P1", |level| level.p1, Meaning::Critical),
        ("P2", |level| level.p2, Meaning::Warning),
        ("pending", |level| level.pending, Meaning::Pending),
    ];
    for (name, of, meaning) in kinds {
        let counts: Vec<Option<usize>> = parts.iter().map(|part| part.as_ref().map(of)).collect();
        let drawn = bars(&counts, look.glyphs);
        pen.skip(2).put(name, Meaning::Muted).skip(1).put(&drawn, meaning);
    }
}

/// A bar a part, an eighth for each point, or as high as its count is beside the greatest; in ASCII the count itself, `9` for more.
fn bars(counts: &[Option<usize>], glyphs: &Glyphs) -> String {
    let most = counts.iter().flatten().copied().max().unwrap_or_default().max(BLOCKS.len());
    let bar = |count: &Option<usize>| match count {
        None => " ".to_owned(),
        Some(n) if *glyphs == Glyphs::ASCII => n.min(&9).to_string(),
        Some(0) => glyphs.separator.to_owned(),
        Some(n) => BLOCKS.get((n * BLOCKS.len()).div_ceil(most) - 1).copied().unwrap_or("█").to_owned(),
    };
    counts.iter().map(bar).collect()
}

fn draw(app: &App, row: &RowId, cursor: bool, look: Look<'_>, line: Rect, buf: &mut Buffer) {
    let lead = if cursor { look.glyphs.cursor } else { " " };
    Pen::new(line, buf, look).put(lead, Meaning::BorderFocused);
    let rest = Rect { x: line.x + line.width.min(1), width: line.width.saturating_sub(2), ..line };
    match row {
        RowId::Section(section) => heading(app, *section, look, rest, buf),
        RowId::Item(id) => point(app, id, look, rest, buf),
    }
    if cursor {
        let bar = Rect { x: line.x + line.width.min(1), width: line.width.saturating_sub(1), ..line };
        buf.set_style(bar.intersection(buf.area), look.style(Meaning::Selection));
    }
}

fn heading(app: &App, section: Section, look: Look<'_>, line: Rect, buf: &mut Buffer) {
    let list = &app.audit.list;
    let count = list.count(section);
    let unfolded = list.is_unfolded(section);
    let sign = match (count.open + count.cleared, unfolded) {
        (0, _) => " ",
        (_, true) => look.glyphs.expanded,
        (_, false) => look.glyphs.collapsed,
    };
    let title = if count.open > 0 { Meaning::Title } else { Meaning::Muted };
    let hints = if unfolded { hints(app, section) } else { String::new() };
    let room = if line.width >= WIDE { HINTS } else { 0 };
    let (said, meaning) = state(app, &count);
    let mut pen = Pen::new(line, buf, look);
    pen.put(sign, Meaning::Muted).skip(1).put(section.title(), title).skip(1);
    let tail = text::width(&said).max(COUNT) + 4 + room;
    let dots = if *look.glyphs == Glyphs::ASCII { "." } else { look.glyphs.separator };
    pen.fill(dots, u16::try_from(tail).unwrap_or(u16::MAX), Meaning::Muted);
    pen.skip(1).put(&said, meaning);
    let blanks = COUNT.saturating_sub(text::width(&said));
    pen.skip(u16::try_from(blanks).unwrap_or_default());
    pen.put(if count.p1 > 0 { look.glyphs.alert } else { " " }, Meaning::Critical).skip(1);
    if room > 0 {
        pen.put(&hints, Meaning::KeyHint);
    }
}

/// How a section stands.
fn state(app: &App, count: &Count) -> (String, Meaning) {
    match (count.open, count.cleared, &count.last) {
        (0, 0, _) => ("nothing open".to_owned(), Meaning::Muted),
        (0, _, Some((at, Some(by)))) => (format!("cleared {} by {by}", words::minute(app, *at)), Meaning::Ok),
        (0, _, Some((at, None))) => (format!("cleared {}", words::minute(app, *at)), Meaning::Ok),
        (0, _, None) => ("cleared".to_owned(), Meaning::Ok),
        (open, 0, _) => (format!("{open} open"), Meaning::Strong),
        (open, cleared, _) => (format!("{open} of {} open", open + cleared), Meaning::Strong),
    }
}

/// What clears a section.
fn hints(app: &App, section: Section) -> String {
    let of: &[(CommandId, &str)] = match section {
        Section::Departures => &[(CommandId::CheckOut, "check out"), (CommandId::Extend, "extend")],
        Section::Arrivals | Section::NoShows => {
            &[(CommandId::Extend, "dates"), (CommandId::CheckOut, "revoke")]
        }
        Section::Outliving => &[(CommandId::CheckOut, "revoke")],
        Section::Cards => &[(CommandId::Cards, "cards")],
        _ => &[(CommandId::Open, "look")],
    };
    let hint = |(id, word): &(CommandId, &str)| format!("{} {word}", app.settings.keymap.key_hint(*id));
    of.iter().map(hint).collect::<Vec<_>>().join("  ")
}

fn point(app: &App, id: &ItemId, look: Look<'_>, line: Rect, buf: &mut Buffer) {
    let Some(night) = app.audit.night() else { return };
    let pen = Pen::new(line, buf, look);
    if let Some(item) = night.item(id) {
        open(app, item, line.width, look, pen);
    } else if let Some(gone) = night.cleared_item(id) {
        cleared(app, gone, line.width, look, pen);
    }
}

/// Cells of the guest's name.
fn name_width(width: u16) -> usize {
    if width >= WIDE { 26 } else { 17 }
}

/// `s` in exactly `cells` cells and a blank.
fn cell(s: &str, cells: usize, glyphs: &Glyphs) -> String {
    let fitted = glyphs.fit(s, cells);
    let blanks = cells.saturating_sub(text::width(&fitted)) + 1;
    format!("{fitted}{}", " ".repeat(blanks))
}

/// The same, at the right end of its cells.
fn cell_right(s: &str, cells: usize, glyphs: &Glyphs) -> String {
    let fitted = glyphs.fit(s, cells);
    format!("{}{fitted} ", " ".repeat(cells.saturating_sub(text::width(&fitted))))
}

fn open(app: &App, item: &Item, width: u16, look: Look<'_>, mut pen: Pen<'_>) {
    let glyphs = look.glyphs;
    let marked = app.audit.list.is_marked(&item.id);
    let severity = words::of_severity(item.severity);
    pen.skip(2);
    match (marked, &item.stay) {
        (true, _) => pen.put(glyphs.marked, Meaning::Mark),
        (false, Some(_)) => pen.put(glyphs.unmarked, Meaning::Muted),
        (false, None) => pen.skip(1),
    };
    let worst = if item.severity == Severity::P1 { Meaning::Critical } else { severity };
    pen.skip(1).put(&cell(item.severity.word(), 2, glyphs), worst);
    pen.put(&cell_right(&item.room, 5, glyphs), Meaning::Strong);
    pen.put(&cell(&item.who, name_width(width), glyphs), Meaning::Text);
    let is_stay = matches!(item.id.section, Section::Departures | Section::Arrivals | Section::NoShows);
    let why = item.why.words(app.property.zone());
    let why = match item.alert.as_ref().and_then(|id| words::attended(app, id)) {
        Some(said) => Text::new(format!("{said} {} {why}", glyphs.separator)),
        None => why,
    };
    if is_stay {
        pen.put(&cell(&words::short(app, item.until, glyphs), 15, glyphs), Meaning::Muted);
        let keys = item.keys.map(|keys| keys_words(&keys, glyphs)).unwrap_or_default();
        pen.put(&cell(&keys, if width >= WIDE { 20 } else { 12 }, glyphs), Meaning::Text);
        pen.put(&cell(&door(app, item), 15, glyphs), Meaning::Muted);
        if pen.left() >= 16 {
            pen.put(&why, severity);
        }
        return;
    }
    pen.put(&why, Meaning::Text);
}

/// `PIN ✓ card ✓2`.
fn keys_words(keys: &Keys, glyphs: &Glyphs) -> String {
    let all = [("PIN", keys.code), ("card", keys.card), ("mob", keys.mobile), ("cloud", keys.cloud)];
    let there = all.into_iter().filter(|(_, state)| *state != crate::property::KeyState::None);
    let words: Vec<String> =
        there.map(|(name, state)| format!("{name} {}", words::key(state, glyphs))).collect();
    if words.is_empty() { "no key".to_owned() } else { words.join(" ") }
}

/// When the door was last seen to open.
fn door(app: &App, item: &Item) -> String {
    let Some(at) = item.door else { return "no door seen".to_owned() };
    let zone = app.property.zone();
    let form = if zone.date(at) == zone.date(app.now()) { "%H:%M" } else { "%a %H:%M" };
    format!("door {}", words::dated(app, at, form))
}

fn cleared(app: &App, gone: &Cleared, width: u16, look: Look<'_>, mut pen: Pen<'_>) {
    let glyphs = look.glyphs;
    pen.skip(2).put(glyphs.ok, Meaning::Ok).skip(1).skip(3);
    pen.put(&cell_right(&gone.room, 5, glyphs), Meaning::Muted);
    pen.put(&cell(&gone.who, name_width(width), glyphs), Meaning::Muted);
    let at = gone.at.map(|at| format!(" {}", words::minute(app, at))).unwrap_or_default();
    let said = match &gone.by {
        Some(by) => format!("cleared{at} by {by}"),
        None => format!("cleared{at}"),
    };
    pen.put(&cell(&said, text::width(&said).max(24), glyphs), Meaning::Muted);
    let why: Text = gone.why.words(app.property.zone());
    if pen.left() >= 12 {
        pen.put(&why, Meaning::Muted);
    }
}
