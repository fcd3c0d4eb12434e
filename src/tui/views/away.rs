//! Whether to go on without the store that the desks share.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::page::wrap;
use super::{Drawn, words};
use crate::app::App;
use crate::app::away::{AwayBox, WORD};
use crate::app::form::Value;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::footer::{self, Hint};
use crate::tui::widgets::input::InputLine;
use crate::tui::widgets::modal::Modal;
use crate::tui::widgets::pen::Pen;

const WIDTH: u16 = 76;
/// So many of those who were at something are named.
const NAMED: usize = 3;

/// Draws the question.
pub(super) fn render(app: &App, asked: &AwayBox, look: Look<'_>, area: Rect, buf: &mut Buffer) -> Drawn {
    let said = said(app, usize::from(WIDTH.min(area.width).saturating_sub(6)));
    let height = u16::try_from(said.len()).unwrap_or(u16::MAX).saturating_add(6);
    let modal = Modal {
        title: "Work without the shared store?".into(),
        wants: Size { width: WIDTH, height },
        ..Modal::default()
    };
    let inside = modal.render(area, buf, look);
    let line = |up: u16| Rect {
        x: inside.x.saturating_add(2),
        y: inside.bottom().saturating_sub(up),
        width: inside.width.saturating_sub(4),
        height: 1,
    };
    let body = Rect { height: inside.height.saturating_sub(4), ..inside };
    for ((sentence, meaning), row) in said.iter().zip(body.rows().skip(1)) {
        Pen::new(row, buf, look).skip(2).put(sentence, *meaning);
    }
    let cursor = match &asked.field.value {
        Value::Line { input, .. } => {
            let shown = InputLine {
                label: format!("type “{WORD}”:").into(),
                input,
                placeholder: "".into(),
                focused: true,
                invalid: asked.refused.is_some(),
            };
            shown.render(line(3).intersection(inside), buf, look)
        }
        _ => None,
    };
    if let Some(why) = &asked.refused {
        Pen::new(line(2).intersection(inside), buf, look).put(why, Meaning::Warning);
    }
    let foot = Rect { y: inside.bottom().saturating_sub(1), height: inside.height.min(1), ..inside };
    footer::render(&[Hint::new("Enter", "go on without it"), Hint::new("Esc", "wait")], &[], foot, buf, look);
    Drawn { cursor, ..Drawn::rows(1) }
}

/// What must be known before, wrapped.
fn said(app: &App, width: usize) -> Vec<(String, Meaning)> {
    let mut said = Vec::new();
    let mut say = |words: &str, meaning: Meaning| {
        said.extend(wrap(words, width).into_iter().map(|line| (line, meaning)));
    };
    if let Some((since, why)) = app.store_away() {
        say(&format!("It has not answered since {}: {why}.", words::minute(app, since)), Meaning::Error);
    }
    say(
        "Until it is back no other desk sees what you do here, and you do not see what others do: two may act on \
         the same guest without knowing. This is for all properties of this program.",
        Meaning::Text,
    );
    let heard = app.last_heard();
    if heard.is_empty() {
        say("Nobody else was at anything when it was last heard.", Meaning::Muted);
    }
    for words in heard.iter().take(NAMED) {
        say(&format!("When it was last heard: {words}."), Meaning::Warning);
    }
    say(
        "What you do is recorded on this host, and merged when the store is back; where another desk came between \
         the journal says so.",
        Meaning::Text,
    );
    said
}
