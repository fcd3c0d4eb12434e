//! What is put in writing at the end of a night.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::Drawn;
use super::dialog::{fields, key_line};
use super::page::{self, Page};
use crate::app::App;
use crate::app::audit::paper::{Paper, Stage};
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::modal::Modal;
use crate::tui::widgets::pen::Pen;

/// Cells inside the frame, where the screen is wide enough.
const WIDTH: u16 = 76;
/// Cells of the labels.
const LABEL: usize = 14;

/// Draws the box.
pub(super) fn render(app: &App, paper: &Paper, look: Look<'_>, area: Rect, buf: &mut Buffer) -> Drawn {
    let width = WIDTH.min(area.width.saturating_sub(4));
    let mut head = Page::new(look, width.saturating_sub(2));
    for (label, words) in app.paper_facts(paper) {
        head.labelled(&label, LABEL, &words, Meaning::Muted, Meaning::Text);
    }
    if !head.lines.is_empty() {
        head.blank();
    }
    let mut foot = Page::new(look, width.saturating_sub(2));
    let (is_form, hints) = said(paper, &mut foot);
    let around = head.lines.len() + foot.lines.len() + 4;
    let room = usize::from(area.height.saturating_sub(2)).saturating_sub(around).max(1);
    let laid = if is_form {
        fields::laid_out(&paper.form, room, usize::from(width).saturating_sub(2))
    } else {
        Vec::new()
    };
    let height = around + laid.iter().map(|field| field.height).sum::<usize>();
    let wants = Size { width, height: u16::try_from(height).unwrap_or(u16::MAX) };
    let modal = Modal { title: paper.title().into(), wants, ..Modal::default() };
    let inside = modal.render(area, buf, look);
    // Where not all fits, the fields matter more than what is known anyway.
    let spare = usize::from(inside.height).saturating_sub(height - head.lines.len());
    let shown = u16::try_from(head.lines.len().min(spare)).unwrap_or_default();
    let top = Rect { y: inside.y + 1, height: shown, ..inside }.intersection(inside);
    page::text(head.lines.get(..usize::from(shown)).unwrap_or_default(), 0, top, buf);
    let mut rows = inside.rows().skip(1 + usize::from(shown));
    let mut cursor = None;
    for field in &laid {
        cursor = field.draw(look, &mut rows, buf).or(cursor);
    }
    let below: Vec<Rect> = rows.take(foot.lines.len()).collect();
    if let (Some(first), Some(last)) = (below.first(), below.last()) {
        let place = Rect { height: last.bottom() - first.y, ..*first };
        page::text(&foot.lines, 0, place, buf);
    }
    if !is_form && paper.is_grave() {
        let line = Rect { y: inside.bottom().saturating_sub(2), height: 1, ..inside }.intersection(inside);
        let mut pen = Pen::new(line, buf, look);
        pen.skip(2).put("[ Cancel ]", Meaning::Selection).skip(4);
        pen.put("y", Meaning::KeyHint).skip(1).put(does(paper), Meaning::Critical).skip(4);
        pen.put("Tab", Meaning::KeyHint).skip(1).put("change", Meaning::Text);
    } else {
        key_line(hints, look, inside, buf);
    }
    Drawn { cursor, ..Drawn::rows(inside.height) }
}

fn does(paper: &Paper) -> &'static str {
    use crate::app::audit::paper::Kind;
    match (&paper.stage, paper.kind) {
        (Stage::Replace(_), _) => "replace it",
        (_, Kind::Roll) => "roll it",
        (_, Kind::Sign) => "sign",
        (_, Kind::Export) => "write it",
    }
}

/// What stands below the fields, whether there are fields at all, and the keys.
fn said(paper: &Paper, page: &mut Page<'_>) -> (bool, &'static [(&'static str, &'static str)]) {
    const FORM: &[(&str, &str)] = &[("Enter", "preview"), ("Tab", "next field"), ("Esc", "leave")];
    const SURE: &[(&str, &str)] = &[("y", "do it"), ("Tab", "change"), ("Esc", "leave")];
    const BUSY: &[(&str, &str)] = &[("Esc", "leave")];
    match &paper.stage {
        Stage::Form(refused) => {
            page.blank();
            if let Some(why) = refused {
                page.labelled("", 1, why, Meaning::Error, Meaning::Error);
            }
            (true, FORM)
        }
        Stage::Sure(_) => {
            for (label, words) in paper.answers() {
                page.labelled(label, LABEL, &words, Meaning::Muted, Meaning::Strong);
            }
            page.blank();
            (false, SURE)
        }
        Stage::Replace(_) => {
            let words = format!("{} is there already.", paper.path().unwrap_or_default());
            page.labelled("", 0, &words, Meaning::Warning, Meaning::Warning).blank();
            (false, SURE)
        }
        Stage::Busy => {
            page.line(&[("being written", Meaning::Pending)]).blank();
            (false, BUSY)
        }
    }
}
