//! What processes that are gone left unfinished: what, whom, where it stopped, and what can be done.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::{page, words};
use crate::app::App;
use crate::app::command::CommandId;
use crate::app::own_keys::Own;
use crate::app::unfinished::{Chooser, what_and_whom};
use crate::desk::Unfinished;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::footer::{self, Hint};
use crate::tui::widgets::modal::Modal;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::table::scroll;

const WIDTH: u16 = 76;
/// The most lines for where one of them stopped.
const MOST: usize = 2;

const ABOUT: &str = "The program that did this is gone. Taken up, it looks first what has happened, and \
                     sends nothing twice.";
const LEAVING: &str = "Leave it as it is? What was done stays done, nothing more is done, and the journal \
                       says who left it.";

/// Draws the box. Returns how many of them it had room for.
pub fn render(app: &App, chooser: &Chooser, look: Look<'_>, area: Rect, buf: &mut Buffer) -> u16 {
    let list = app.left.list();
    let width = WIDTH.min(area.width.saturating_sub(4));
    let about = if chooser.asks { LEAVING } else { ABOUT };
    let about = page::wrap(about, usize::from(width.saturating_sub(4)));
    let around = u16::try_from(about.len()).unwrap_or(0).saturating_add(4);
    let stopped = |left: &Unfinished| page::wrap(&left.stopped(), usize::from(width.saturating_sub(6)));
    let most = list.iter().map(|left| stopped(left).len()).max().unwrap_or(1).min(MOST);
    let wanted = u16::try_from(list.len() * (1 + most)).unwrap_or(u16::MAX);
    let room = wanted.min(area.height.saturating_sub(around.saturating_add(2)));
    let shown = usize::from(room) / (1 + most);
    let at = list.iter().position(|left| Some(left.id) == chooser.chosen).unwrap_or(0);
    let position = if shown < list.len() { format!("{} of {}", at + 1, list.len()) } else { String::new() };
    let modal = Modal {
        title: "Left unfinished".into(),
        position: position.into(),
        wants: Size { width, height: room.saturating_add(around) },
        ..Modal::default()
    };
    let inside = modal.render(area, buf, look);
    let mut rows = inside.rows().skip(1);
    let from = scroll(0, Some(at), shown, list.len());
    for (i, left) in list.iter().enumerate().skip(from).take(shown) {
        let Some(first) = rows.next() else { break };
        title(app, left, i == at, look, first, buf);
        let said = stopped(left);
        for (line, row) in
            said.iter().map(String::as_str).chain(["", ""]).take(most).zip(rows.by_ref().take(most))
        {
            Pen::new(row, buf, look).skip(4).put(line, Meaning::Warning);
        }
    }
    rows.next();
    let meaning = if chooser.asks { Meaning::Warning } else { Meaning::Muted };
    for line in &about {
        if let Some(row) = rows.next() {
            Pen::new(row, buf, look).skip(2).put(line, meaning);
        }
    }
    let foot = Rect { y: inside.bottom().saturating_sub(1), height: inside.height.min(1), ..inside };
    footer::render(&hints(app, chooser), &[], foot, buf, look);
    u16::try_from(shown).unwrap_or(u16::MAX)
}

fn title(app: &App, left: &Unfinished, chosen: bool, look: Look<'_>, row: Rect, buf: &mut Buffer) {
    let when = format!("{} by {}", words::short_at(app, left.at), left.who.name());
    let room = usize::from(row.width).saturating_sub(crate::text::width(&when) + 5);
    let mut pen = Pen::new(row, buf, look);
    pen.put(if chosen { look.glyphs.cursor } else { " " }, Meaning::BorderFocused).skip(1);
    let meaning = if chosen { Meaning::Strong } else { Meaning::Text };
    pen.put(&look.glyphs.fit(&what_and_whom(left), room), meaning);
    pen.reserve(1).right(&when, Meaning::Muted);
}

fn hints(app: &App, chooser: &Chooser) -> Vec<Hint<'static>> {
    let keymap = &app.settings.keymap;
    if chooser.asks {
        return vec![Hint::new("Esc", "no, not yet"), Hint::new("y", "leave it as it is")];
    }
    let leave = Hint::of(keymap.own_hint(Own::UnfinishedLeave), "leave it as it is");
    let choose = Hint::of(keymap.pair_hint(CommandId::Down, CommandId::Up), "choose");
    let later = Hint::new("Esc", "decide later");
    [Some(Hint::new("Enter", "take it up")), leave, Some(later), choose].into_iter().flatten().collect()
}
