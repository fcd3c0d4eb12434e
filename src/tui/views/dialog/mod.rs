//! Something is about to be done: what is asked, then what will happen.

pub(super) mod fields;

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::text::Line;

use crate::app::App;
use crate::app::ask::Ask;
use crate::app::dialog::{Dialog, Preview, Stage};
use crate::desk::{self, Plan, Refusal, Step, Tone};
use crate::tui::theme::Meaning;
use crate::tui::views::page::{self, Page};
use crate::tui::views::{Drawn, words};
use crate::tui::widgets::Look;
use crate::tui::widgets::modal::Modal;
use crate::tui::widgets::pen::Pen;

/// Cells inside the frame, where the screen is wide enough.
const WIDTH: u16 = 76;
/// Cells of the labels, of the form and of the preview.
const LABEL: usize = 14;
/// Guests that are listed by name before the list is cut.
const LISTED: usize = 8;

/// Draws it.
pub fn render(app: &App, dialog: &Dialog, look: Look<'_>, area: Rect, buf: &mut Buffer) -> Drawn {
    match &dialog.stage {
        Stage::Form { refused } => form(app, dialog, refused.as_ref(), look, area, buf),
        Stage::Preview(shown) => preview(app, dialog, shown, look, area, buf),
    }
}

/// `Extend ─ 118 Lindqvist, Per`, or how many guests.
fn title(app: &App, dialog: &Dialog, look: Look<'_>) -> String {
    let whom = match dialog.stays() {
        [] => return dialog.ask.title().to_owned(),
        [one] => app.stay_words(one).to_string(),
        many => words::count(many.len(), "guest"),
    };
    format!("{} {} {whom}", dialog.ask.title(), look.glyphs.border.horizontal_top)
}

fn width_in(area: Rect) -> u16 {
    WIDTH.min(area.width.saturating_sub(4))
}

fn form(
    app: &App,
    dialog: &Dialog,
    refused: Option<&Refusal>,
    look: Look<'_>,
    area: Rect,
    buf: &mut Buffer,
) -> Drawn {
    let width = width_in(area);
    let text_width = usize::from(width).saturating_sub(2);
    let refused: Vec<String> = refused.map(|r| page::wrap(&r.words, text_width)).unwrap_or_default();
    let guests = guests(app, dialog);
    let around = guests.len() + refused.len() + usize::from(!refused.is_empty()) + 4;
    let room = usize::from(area.height.saturating_sub(2)).saturating_sub(around);
    let fields = fields::laid_out(&dialog.form, room, text_width);
    let height = around + fields.iter().map(|field| field.height).sum::<usize>();
    let wants = Size { width, height: u16::try_from(height).unwrap_or(u16::MAX) };
    let modal = Modal { title: title(app, dialog, look).into(), wants, ..Modal::default() };
    let inside = modal.render(area, buf, look);

    let mut rows = inside.rows().skip(1);
    for guest in &guests {
        if let Some(row) = rows.next() {
            Pen::new(row, buf, look).skip(2).put(guest, Meaning::Text);
        }
    }
    let mut cursor = None;
    for field in &fields {
        cursor = field.draw(look, &mut rows, buf).or(cursor);
    }
    rows.next();
    for said in &refused {
        if let Some(row) = rows.next() {
            Pen::new(row, buf, look).skip(1).put(said, Meaning::Error);
        }
    }
    let enter = if dialog.ask.reads(&dialog.form) { "begin" } else { "preview" };
    let hints = [("Enter", enter), ("Tab", "next field"), ("Esc", "leave")];
    key_line(&hints, look, inside, buf);
    Drawn { cursor, ..Drawn::rows(inside.height) }
}

/// The guests of a dialog that is about several.
fn guests(app: &App, dialog: &Dialog) -> Vec<String> {
    let stays = match &dialog.ask {
        Ask::CheckOut(ask) if ask.stays.len() > 1 => &ask.stays,
        Ask::ExtendMany(ask) => &ask.stays,
        Ask::Cards(ask) if ask.stays.len() > 1 => &ask.stays,
        _ => return Vec::new(),
    };
    let mut lines: Vec<String> = stays.iter().take(LISTED).map(|s| app.stay_words(s).to_string()).collect();
    if stays.len() > LISTED {
        lines.push(format!("and {} more", stays.len() - LISTED));
    }
    lines.push(String::new());
    lines
}

fn preview(
    app: &App,
    dialog: &Dialog,
    shown: &Preview,
    look: Look<'_>,
    area: Rect,
    buf: &mut Buffer,
) -> Drawn {
    let width = width_in(area);
    let lines = match shown.plans.as_slice() {
        // Of several that were marked one may be left: why the others are not has to be seen.
        [one] if !matches!(dialog.ask, Ask::ExtendMany(_)) => of_one(one, look, width.saturating_sub(2)),
        many => {
            let summary = dialog.ask.summary(&dialog.form, &app.property, app.now());
            of_several(dialog, many, &summary, look, width.saturating_sub(2))
        }
    };
    let changed = u16::from(shown.changed);
    let wanted = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(4 + changed);
    let room = wanted.min(area.height.saturating_sub(2)).saturating_sub(4 + changed);
    let position = if usize::from(room) < lines.len() {
        let last = (shown.scroll + usize::from(room)).min(lines.len());
        format!("{last} of {}", lines.len())
    } else {
        String::new()
    };
    let modal = Modal {
        title: title(app, dialog, look).into(),
        position: position.into(),
        wants: Size { width, height: wanted },
        ..Modal::default()
    };
    let inside = modal.render(area, buf, look);
    let mut top = inside.y.saturating_add(1);
    if shown.changed {
        let row = Rect { y: inside.y, height: inside.height.min(1), ..inside };
        let said = "Something changed while you looked: this is the new plan.";
        Pen::new(row, buf, look).skip(1).put(said, Meaning::Badge);
        top = top.saturating_add(1);
    }
    let body = Rect { y: top, height: room, ..inside }.intersection(inside);
    page::text(&lines, shown.scroll, body, buf);
    if dialog.takes_away() {
        cancel_line(dialog, look, inside, buf);
    } else {
        key_line(&[("y", "do it"), ("Tab", "change"), ("Esc", "leave")], look, inside, buf);
    }
    Drawn { end: Some(page::furthest(lines.len(), room)), ..Drawn::rows(room) }
}

/// What one plan will do: a label and a sentence a line, and the commands that do the same.
fn of_one(plan: &Plan, look: Look<'_>, width: u16) -> Vec<Line<'static>> {
    let mut page = Page::new(look, width);
    of_preview(&plan.preview, &mut page);
    if !plan.commands.is_empty() {
        page.blank();
        for command in &plan.commands {
            page.line(&[(command.as_str(), Meaning::Muted)]);
        }
    }
    page.lines
}

/// A label and a sentence a line, what must not be overlooked by its colour.
fn of_preview(lines: &[desk::Line], page: &mut Page<'_>) {
    for line in lines {
        let label = match line.tone {
            Tone::Bad => Meaning::Critical,
            Tone::Caution => Meaning::Warning,
            Tone::Plain | Tone::Good => Meaning::Muted,
        };
        page.labelled(&line.label, LABEL, &line.text, label, words::of_tone(line.tone));
    }
}

/// What several plans will do: a guest each, with what needs care.
fn of_several(
    dialog: &Dialog,
    plans: &[Plan],
    summary: &[desk::Line],
    look: Look<'_>,
    width: u16,
) -> Vec<Line<'static>> {
    let mut page = Page::new(look, width);
    let cards = matches!(dialog.ask, Ask::Cards(_));
    if cards {
        page.labelled("", 0, &queue_words(plans), Meaning::Strong, Meaning::Strong).blank();
    } else if !matches!(dialog.ask, Ask::ExtendMany(_)) || summary.is_empty() {
        page.line(&[(&words::count(plans.len(), "guest"), Meaning::Strong)]);
    }
    of_preview(summary, &mut page);
    if !summary.is_empty() {
        page.blank();
    }
    for plan in plans {
        let care = |tone: Tone| matches!(tone, Tone::Caution | Tone::Bad);
        let worst = plan.preview.iter().any(|l| l.tone == Tone::Bad);
        let said: Vec<String> = plan
            .preview
            .iter()
            .filter(|l| care(l.tone))
            .map(|l| format!("{}: {}", l.label, l.text))
            .collect();
        page.line(&[(&format!("{} {}", plan.room, plan.guest), Meaning::Text)]);
        if cards && said.is_empty() {
            continue;
        }
        let said = if said.is_empty() { "nothing to take care of".to_owned() } else { said.join("; ") };
        let meaning = if worst { Meaning::Critical } else { Meaning::Muted };
        page.labelled("", 4, &said, Meaning::Muted, meaning);
    }
    page.lines
}

/// How many cards are cut, and where.
fn queue_words(plans: &[Plan]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for step in plans.iter().flat_map(|plan| &plan.steps) {
        if let Step::Encode { encoder_name, .. } = step
            && !names.contains(&encoder_name.as_str())
        {
            names.push(encoder_name);
        }
    }
    let at: Vec<String> = names.iter().map(|name| format!("“{name}”")).collect();
    let how = if at.len() > 1 { "each takes the next card that is left" } else { "one after the other" };
    format!("{} on {}: {how}", words::count(plans.len(), "card"), at.join(" and "))
}

fn foot(inside: Rect) -> Rect {
    Rect { y: inside.bottom().saturating_sub(2), height: 1, ..inside }.intersection(inside)
}

pub(super) fn key_line(hints: &[(&str, &str)], look: Look<'_>, inside: Rect, buf: &mut Buffer) {
    let mut pen = Pen::new(foot(inside), buf, look);
    pen.skip(2);
    for (key, does) in hints {
        pen.put(key, Meaning::KeyHint).skip(2).put(does, Meaning::Text).skip(4);
    }
}

/// Where access is taken away, Cancel has the focus.
fn cancel_line(dialog: &Dialog, look: Look<'_>, inside: Rect, buf: &mut Buffer) {
    let does = match dialog.ask {
        Ask::CheckOut(_) | Ask::CheckOutDue(_) => "check out",
        Ask::DeleteLink(_) => "delete it",
        _ => "do it",
    };
    let mut pen = Pen::new(foot(inside), buf, look);
    pen.skip(2).put("[ Cancel ]", Meaning::Selection).skip(4);
    pen.put("y", Meaning::KeyHint).skip(1).put(does, Meaning::Critical).skip(4);
    if !dialog.form.fields.is_empty() {
        pen.put("Tab", Meaning::KeyHint).skip(1).put("change", Meaning::Text).skip(4);
    }
    pen.put("Esc", Meaning::KeyHint).skip(1).put("leave", Meaning::Text);
}
