//! A stay, whole: who, when, which keys, which doors, what is wrong, what happened.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Drawn;
use super::page::{self, Page};
use super::words;
use crate::app::layer::Details;
use crate::app::{App, others, rows};
use crate::order::Arrange as _;
use crate::property::{Evidence, Method, Stay, StayId, changing, happened, said};
use crate::seam::model::{Mutation, Notice};
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

/// Events that are listed.
const EVENTS: usize = 20;

/// Draws the page.
pub(super) fn render(app: &App, details: &Details, look: Look<'_>, area: Rect, buf: &mut Buffer) -> Drawn {
    let title = app.stay_words(&details.stay).to_string();
    page::render(&title, details.scroll, look, area, buf, |width| lines(app, &details.stay, look, width))
}

/// All that is known of a stay, in lines of `width` cells.
pub fn lines(app: &App, id: &StayId, look: Look<'_>, width: u16) -> Vec<Line<'static>> {
    let mut page = Page::new(look, width);
    let Some(stay) = app.property.stay(id) else {
        page.line(&[("This stay is no longer there.", Meaning::Muted)]);
        return page.lines;
    };
    the_stay(app, stay, look, &mut page);
    alerts(app, id, &mut page);
    keys(app, id, look, &mut page);
    grants(app, stay, look, &mut page);
    doors(app, id, &mut page);
    events(app, id, look, &mut page);
    page.lines
}

fn the_stay(app: &App, stay: &Stay, look: Look<'_>, page: &mut Page<'_>) {
    page.line(&[(&stay.name, Meaning::Strong)]);
    if let Some(hold) = app.others.at(stay) {
        let said = format!("{}, since {}", others::words(hold), words::clock(app, hold.since));
        page.entry("at it now", &said, Meaning::Pending);
    }
    page.entry("class", stay.class.word(), words::of_class(stay.class));
    for evidence in &stay.evidence() {
        page.entry("", &seen(app, *evidence), Meaning::Muted);
    }
    let room = if stay.room.is_empty() { look.glyphs.none } else { stay.room.as_str() };
    page.entry("room", room, Meaning::Text);
    page.entry("from", &words::short(app, stay.starts_at(), look.glyphs), Meaning::Text);
    let until = stay
        .ends_at()
        .map_or_else(|| "open-ended".to_owned(), |_| words::short(app, stay.ends_at(), look.glyphs));
    page.entry("until", &until, Meaning::Text);
    if let Some(key) = &stay.reservation_key() {
        page.entry("reservation", key, Meaning::Text);
    }
    for (i, joiner) in app.property.party(&stay.id).into_iter().enumerate() {
        let label = if i == 0 { "party" } else { "" };
        page.entry(label, &format!("{} {}, {}", joiner.room, joiner.name, joiner.class), Meaning::Text);
    }
    if let Some(next) = app.property.next_arrival(&stay.id) {
        let from = words::short(app, next.starts_at(), look.glyphs);
        page.entry("next guest", &format!("{}, {from}", next.name), Meaning::Text);
    }
    if let Some(guest) = app.property.identity(stay.guest()) {
        let reached: Vec<&str> =
            [guest.phone(), guest.email()].into_iter().flatten().map(|t| t.as_str()).collect();
        if !reached.is_empty() {
            page.entry("reach", &reached.join(", "), Meaning::Text);
        }
        notices(guest.errors(), Meaning::Critical, page);
        notices(guest.warnings(), Meaning::Warning, page);
    }
}

fn seen(app: &App, evidence: Evidence) -> String {
    match evidence {
        Evidence::CardCut(at) => format!("a card was cut {}", words::short_at(app, at)),
        Evidence::DoorOpened { at, theirs: true } => format!("opened the door {}", words::short_at(app, at)),
        Evidence::DoorOpened { at, theirs: false } => {
            format!("the door was opened {}, perhaps by staff", words::short_at(app, at))
        }
        Evidence::DoorSilent => "the door does not report its use".to_owned(),
    }
}

fn alerts(app: &App, id: &StayId, page: &mut Page<'_>) {
    let mut open: Vec<_> = app.property.alerts_leading_to(id).collect();
    if open.is_empty() {
        return;
    }
    open.arrange_by(|a, b| (a.severity, a.since, &a.id).cmp(&(b.severity, b.since, &b.id)));
    page.heading("Warnings");
    for alert in open {
        let meaning = words::of_severity(alert.severity);
        let label = format!("{} {}", alert.severity, words::age(app, alert.since));
        page.labelled(&label, 8, &alert.why, meaning, meaning);
        if let Some(said) = words::attended(app, &alert.id) {
            page.labelled("", 8, &said, Meaning::Muted, Meaning::Muted);
        }
    }
}

fn keys(app: &App, id: &StayId, look: Look<'_>, page: &mut Page<'_>) {
    page.heading("Keys");
    let methods = app.property.methods_of(id);
    if methods.is_empty() {
        page.line(&[("no key was asked for", Meaning::Warning)]);
    }
    for method in methods {
        let (state, meaning) = state_of(method);
        let mut said = state.to_owned();
        if let Some(at) = method.issued_at() {
            said.push_str(&format!(", issued {}", words::short_at(app, at)));
        }
        if method.code().is_some() || method.instant_key_url().is_some() {
            said.push_str(&format!("  {}", look.glyphs.masked.repeat(4)));
        }
        page.entry(method.mode().word(), &said, meaning);
        under_way(method.pending(), look, page);
        notices(method.errors(), Meaning::Critical, page);
        notices(method.warnings(), Meaning::Warning, page);
    }
}

fn state_of(method: &Method) -> (&'static str, Meaning) {
    if method.is_being_deleted() {
        ("being revoked", Meaning::Pending)
    } else if method.is_encoding_required && method.issued_at().is_some() {
        ("to re-cut", Meaning::Warning)
    } else if method.is_encoding_required {
        if method.is_ready_for_encoding {
            ("to cut", Meaning::Pending)
        } else {
            ("to cut, not ready", Meaning::Warning)
        }
    } else if method.is_assignment_required {
        ("to assign", Meaning::Pending)
    } else if method.is_issued {
        ("opens", Meaning::Ok)
    } else {
        ("being issued", Meaning::Pending)
    }
}

fn grants(app: &App, stay: &Stay, look: Look<'_>, page: &mut Page<'_>) {
    let p = &app.property;
    page.heading("Grants");
    for id in &stay.grants {
        let Some(grant) = p.grant(id) else { continue };
        let dates = format!(
            "{} {} {}",
            words::short(app, grant.starts_at(), look.glyphs),
            look.glyphs.arrow,
            words::short(app, grant.ends_at(), look.glyphs),
        );
        page.entry(&id.short(), &format!("{}  {dates}", rows::places(p, grant)), Meaning::Text);
        page.whole("", &format!("{}  {id}", rows::issued_word(p, id)), Meaning::Muted);
        under_way(grant.pending(), look, page);
        notices(grant.errors(), Meaning::Critical, page);
        notices(grant.warnings(), Meaning::Warning, page);
    }
}

fn doors(app: &App, id: &StayId, page: &mut Page<'_>) {
    let p = &app.property;
    let doors = p.doors_of(id);
    let entrances = doors.entrances.iter().filter_map(|id| p.entrance(id)).map(|e| e.display_name.as_str());
    let locks = doors.devices.iter().filter_map(|id| p.device(id)).map(|d| d.display_name.as_str());
    let mut names: Vec<&str> = entrances.chain(locks).collect();
    names.arrange_by(|a, b| rows::natural(a, b));
    names.dedup();
    if !names.is_empty() {
        page.heading("Doors");
        page.entry("opens", &names.join(", "), Meaning::Text);
    }
}

fn events(app: &App, id: &StayId, look: Look<'_>, page: &mut Page<'_>) {
    let events = app.property.events_of(id);
    if events.is_empty() {
        return;
    }
    page.heading("What happened");
    for event in events.iter().take(EVENTS) {
        let at = words::short(app, event.occurred_at.or(event.created_at), look.glyphs);
        page.labelled(&at, 17, &happened(event), Meaning::Muted, Meaning::Text);
    }
    if events.len() > EVENTS {
        page.line(&[(&format!("and {} before", events.len() - EVENTS), Meaning::Muted)]);
    }
}

fn under_way(pending: &[Mutation], look: Look<'_>, page: &mut Page<'_>) {
    for change in pending {
        let words = if change.message.is_empty() { changing(&change.code) } else { change.message.clone() };
        page.entry("", &format!("{} {words}", look.glyphs.pending), Meaning::Pending);
    }
}

fn notices(notices: &[Notice], meaning: Meaning, page: &mut Page<'_>) {
    for notice in notices {
        page.entry("", &said(&notice.code, &notice.message), meaning);
    }
}
