//! The Instant Keys of a stay: which links there are, until when each is good, and what a link opens.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::page::{self, Page};
use super::words;
use crate::app::link::LinkPage;
use crate::app::{App, SecretOf};
use crate::desk::instant_key::{Link, Share, share};
use crate::text::Text;
use crate::tui::links;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::pane::Pane;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::table::scroll;

/// Links that are listed at once.
const LISTED: u16 = 6;
/// Cells of a masked link.
const LINK: usize = 18;

/// Draws it. Returns how many links it had room for.
pub fn render(app: &App, shown: &LinkPage, look: Look<'_>, area: Rect, buf: &mut Buffer) -> u16 {
    let rule = look.glyphs.border.horizontal_top;
    let share = share(&app.property, &shown.stay, app.now());
    let links = share.as_ref().map(|s| s.links.as_slice()).unwrap_or_default();
    let at =
        app.link_under(shown).and_then(|under| links.iter().position(|l| l.key == under.key)).unwrap_or(0);
    let listed = u16::try_from(links.len()).unwrap_or(u16::MAX).min(LISTED);
    let position = if links.is_empty() { String::new() } else { format!("{} of {}", at + 1, links.len()) };
    let pane = Pane {
        title: format!("Instant Key {rule} {}", app.stay_words(&shown.stay)).into(),
        position: position.into(),
        focused: true,
        ..Pane::default()
    };
    let inside = pane.render(area, buf, look);
    let mut rows = inside.rows().skip(1);
    if links.is_empty()
        && let Some(row) = rows.next()
    {
        Pen::new(row, buf, look).skip(2).put("There is no link yet: n makes one.", Meaning::Warning);
    }
    let from = scroll(0, Some(at), usize::from(listed), links.len());
    for (i, one) in links.iter().enumerate().skip(from).take(usize::from(listed)) {
        if let Some(row) = rows.next() {
            link(app, one, i == at, look, row, buf);
        }
    }
    let used = listed.max(1) + 2;
    let below = Rect { y: inside.y + used, height: inside.height.saturating_sub(used), ..inside };
    let lines = share.map(|share| facts(app, shown, &share, look, below.width.saturating_sub(3)));
    page::text(
        &lines.unwrap_or_default(),
        0,
        Rect { x: below.x + 1, width: below.width.saturating_sub(1), ..below },
        buf,
    );
    listed
}

/// One link: masked, unless somebody asked to see this one.
fn link(app: &App, link: &Link, under: bool, look: Look<'_>, row: Rect, buf: &mut Buffer) {
    let meaning = if link.is_good { words::of_tone(link.expiry.tone) } else { Meaning::Muted };
    let mut pen = Pen::new(row, buf, look);
    pen.put(if under { look.glyphs.cursor } else { " " }, Meaning::BorderFocused).skip(1);
    let own = SecretOf::InstantKey(link.key.clone());
    let seen = app.reveal.as_ref().filter(|reveal| reveal.of == own);
    match (seen, &link.url) {
        (Some(reveal), _) => {
            let style = look.style(Meaning::Badge).underline_color(links::tag(reveal.secret.reveal()));
            pen.put_styled(&Text::new(reveal.secret.reveal()), style);
        }
        (None, Some(url)) => {
            let masked = format!("{}{}", shape(url.reveal()), look.glyphs.masked.repeat(4));
            let blanks = " ".repeat(LINK.saturating_sub(crate::text::width(&masked)));
            pen.put(&masked, if under { Meaning::Selection } else { Meaning::Text })
                .put(&blanks, Meaning::Text);
        }
        (None, None) => {
            pen.put("Seam does not show this link", Meaning::Muted);
        }
    }
    pen.skip(2).put(&link.expiry.text, meaning);
}

/// The part of a link that is the same for everybody: where it leads.
fn shape(url: &str) -> Text {
    let host = url.split_once("://").map(|(_, rest)| rest).and_then(|rest| rest.split('/').next());
    let host = host.filter(|host| host.len() < LINK && !host.contains('@'));
    Text::new(host.map(|host| format!("{host}/")).unwrap_or_default())
}

fn facts(
    app: &App,
    shown: &LinkPage,
    share: &Share,
    look: Look<'_>,
    width: u16,
) -> Vec<ratatui::text::Line<'static>> {
    let mut page = Page::new(look, width);
    if let Some(stay) = app.property.stay(&shown.stay) {
        let until = match stay.ends_at() {
            Some(_) => words::short(app, stay.ends_at(), look.glyphs),
            None => "open-ended".to_owned(),
        };
        page.entry("checkout", &until, Meaning::Text);
    }
    if !share.opens.is_empty() {
        page.entry("opens", &list(&share.opens), Meaning::Text);
    }
    // The links tell their expiry themselves.
    for line in share.lines.iter().filter(|line| line.label != "link" || share.links.is_empty()) {
        let label = if line.tone == crate::desk::Tone::Bad { Meaning::Critical } else { Meaning::Muted };
        page.labelled(&line.label, 13, &line.text, label, words::of_tone(line.tone));
    }
    page.blank();
    let all = "Whoever has a link can open all that this guest can open by phone.";
    page.labelled("", 0, all, Meaning::Muted, Meaning::Muted);
    page.lines
}

fn list(names: &[Text]) -> String {
    names.iter().map(Text::as_str).collect::<Vec<_>>().join(", ")
}
