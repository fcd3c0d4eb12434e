//! Commands to choose from: actions for the selection, and every command by name. What is not
//! possible is listed too, with the reason.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::Drawn;
use crate::app::App;
use crate::app::command::{CommandId, command};
use crate::app::form::Value;
use crate::app::layer::{Menu, Palette};
use crate::text::Text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::input::InputLine;
use crate::tui::widgets::modal::Modal;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::table::scroll;

const WIDTH: u16 = 74;
/// Cells of the column of keys.
const KEY: u16 = 8;

/// Draws the actions for the selection. Returns how many rows they had room for.
pub fn render(app: &App, menu: &Menu, look: Look<'_>, area: Rect, buf: &mut Buffer) -> u16 {
    let targets = app.targets();
    let title = match targets.as_slice() {
        [] => "Actions".to_owned(),
        [one] => format!("Actions {} {}", look.glyphs.separator, app.stay_words(one)),
        many => format!("Actions {} {} marked", look.glyphs.separator, many.len()),
    };
    let rows = u16::try_from(menu.items.len()).unwrap_or(u16::MAX).saturating_add(2);
    let modal = Modal { title: title.into(), wants: Size { width: WIDTH, height: rows }, ..Modal::default() };
    let inside = modal.render(area, buf, look);
    items(app, menu, look, inside, buf)
}

/// Draws the palette.
pub fn render_palette(app: &App, palette: &Palette, look: Look<'_>, area: Rect, buf: &mut Buffer) -> Drawn {
    // It keeps its height while what is typed leaves fewer commands.
    let height = area.height.saturating_sub(4).min(20);
    let modal = Modal { title: "Commands".into(), wants: Size { width: WIDTH, height }, ..Modal::default() };
    let inside = modal.render(area, buf, look);
    let line = Rect { x: inside.x + inside.width.min(1), width: inside.width.saturating_sub(2), ..inside };
    let cursor = match &palette.line.value {
        Value::Line { input, .. } => {
            let field = InputLine {
                label: ":".into(),
                input,
                placeholder: "type what you want to do".into(),
                focused: true,
                invalid: false,
            };
            field.render(Rect { height: line.height.min(1), ..line }, buf, look)
        }
        _ => None,
    };
    let below = Rect { y: inside.y.saturating_add(2), height: inside.height.saturating_sub(2), ..inside };
    let rows = items(app, &palette.menu, look, below.intersection(inside), buf);
    Drawn { cursor, ..Drawn::rows(rows) }
}

/// The list, and below it why the last choice was refused.
fn items(app: &App, menu: &Menu, look: Look<'_>, area: Rect, buf: &mut Buffer) -> u16 {
    let room = area.height.saturating_sub(2);
    let list = Rect { height: room, ..area };
    if menu.items.is_empty() {
        Pen::new(list, buf, look).skip(2).put("nothing is called that", Meaning::Muted);
    }
    let from = scroll(0, Some(menu.at), usize::from(room), menu.items.len());
    for ((i, id), row) in menu.items.iter().enumerate().skip(from).zip(list.rows()) {
        item(app, *id, i == menu.at, look, row, buf);
    }
    let chosen = menu.items.get(menu.at).and_then(|id| app.refusal_of(*id));
    if let Some(refused) = menu.refused.as_ref().or(chosen.as_ref()) {
        let foot = Rect { y: area.bottom().saturating_sub(1), height: area.height.min(1), ..area };
        Pen::new(foot, buf, look).skip(2).put(&Text::new(refused), Meaning::Error);
    }
    room
}

fn item(app: &App, id: CommandId, chosen: bool, look: Look<'_>, row: Rect, buf: &mut Buffer) {
    let command = command(id);
    let refusal = app.refusal_of(id);
    let meaning = if refusal.is_some() { Meaning::Disabled } else { Meaning::Text };
    let mut pen = Pen::new(row, buf, look);
    pen.put(if chosen { look.glyphs.cursor } else { " " }, Meaning::BorderFocused).skip(1);
    let key = app.settings.keymap.key_hint(id);
    pen.put(&key, if refusal.is_some() { Meaning::Disabled } else { Meaning::KeyHint });
    let label = Rect { x: row.x.saturating_add(2 + KEY), width: row.width.saturating_sub(2 + KEY), ..row };
    let mut pen = Pen::new(label.intersection(row), buf, look);
    pen.put(command.label, meaning);
    if let Some(why) = refusal {
        pen.put("  ", meaning).put(&Text::new(why), Meaning::Warning);
    }
    if chosen {
        let rest = Rect { x: row.x.saturating_add(1), width: row.width.saturating_sub(1), ..row };
        buf.set_style(rest, look.style(Meaning::Selection));
    }
}
