//! One thing the desk did: who, when, every step with what was sent and what came of it.

use std::collections::BTreeMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::Drawn;
use super::journal::of_outcome;
use super::page::{self, Page};
use super::words;
use crate::app::App;
use crate::app::journal::{Read, Whole, action_word};
use crate::journal::{Fact, FactKind, Record, Who};
use crate::secret;
use crate::text::Text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

/// Cells of the column of times.
const TIME: usize = 12;

/// Draws the page.
pub(super) fn render(app: &App, whole: &Whole, look: Look<'_>, area: Rect, buf: &mut Buffer) -> Drawn {
    let title = match &whole.read {
        Read::Done(record, _) => {
            let intent = &record.intent;
            let rule = look.glyphs.border.horizontal_top;
            format!("{} {rule} {} {}", action_word(&intent.action), intent.room, intent.guest)
        }
        Read::Waiting | Read::Failed(_) => "Journal".to_owned(),
    };
    page::render(&title, whole.scroll, look, area, buf, |width| lines(app, &whole.read, look, width))
}

fn lines(app: &App, read: &Read, look: Look<'_>, width: u16) -> Vec<Line<'static>> {
    let mut page = Page::new(look, width);
    match read {
        Read::Waiting => {
            page.line(&[("reading the journal", Meaning::Pending)]);
        }
        Read::Failed(why) => {
            page.labelled("", 0, why, Meaning::Error, Meaning::Error);
        }
        Read::Done(record, steps) => {
            head(app, record, &mut page);
            story(app, record, steps, &mut page);
        }
    }
    page.lines
}

fn head(app: &App, record: &Record, page: &mut Page<'_>) {
    let intent = &record.intent;
    page.entry("began", &words::dated(app, intent.at, "%a %-d %b %Y %H:%M:%S"), Meaning::Text);
    page.entry("by", &person(&intent.who), Meaning::Text);
    let meaning = of_outcome(record.outcome());
    let said = match record.ended() {
        Some(end) => {
            let words = secret::without_links(&end.words).into_owned();
            let at = words::clock(app, end.at);
            format!("{}, {at}{}{words}", end.state, if words.is_empty() { "" } else { ": " })
        }
        None if record.running => "running".to_owned(),
        None => "interrupted: its program is gone, and nobody has taken it up".to_owned(),
    };
    page.entry("ended", &said, meaning);
    page.whole("stay", &intent.stay, Meaning::Muted);
    page.whole("entry", &intent.id.to_string(), Meaning::Muted);
}

/// "Maria (user root) on pts/3 of desk, from 192.0.2.7, process 7, nightdesk 0.1.0".
fn person(who: &Who) -> String {
    let mut said = who.name().to_string();
    if who.operator.is_some() {
        said.push_str(&format!(" (user {})", who.user));
    }
    if let Some(terminal) = &who.terminal {
        said.push_str(&format!(" on {terminal}"));
    }
    if !who.host.is_empty() {
        said.push_str(&format!(" at {}", who.host));
    }
    if let Some(origin) = &who.origin {
        said.push_str(&format!(", from {origin}"));
    }
    said.push_str(&format!(", process {}", who.process));
    if !who.version.is_empty() {
        said.push_str(&format!(", nightdesk {}", who.version));
    }
    said
}

/// What is not known of a step while it is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doubt {
    /// It was sent, and has not been read back yet.
    Sent,
    /// Nobody knows whether it happened.
    Lost,
}

fn story(app: &App, record: &Record, steps: &[Text], page: &mut Page<'_>) {
    let mut doubts: BTreeMap<usize, Doubt> = BTreeMap::new();
    let mut told = None;
    for fact in &record.facts {
        if let Some(step) = fact.step
            && told != Some(step)
        {
            let words = steps.get(step).map(Text::as_str).unwrap_or(&fact.words);
            page.heading(&format!("Step {} of {}: {words}", step + 1, steps.len().max(step + 1)));
            told = Some(step);
        }
        if fact.kind == FactKind::Taken {
            page.heading(&format!("Taken up by {}", person(&Who::of_ids(&fact.ids))));
            // What was in the air when the first program ended.
            doubts.values_mut().for_each(|doubt| *doubt = Doubt::Lost);
            told = None;
        }
        let doubt = fact.step.and_then(|step| doubts.get(&step).copied());
        let (said, meaning) = sentence(fact, doubt);
        note(fact, &mut doubts);
        if said.is_empty() {
            continue;
        }
        let at = words::clock(app, fact.at);
        page.labelled(&at, TIME, &secret::without_links(&said), Meaning::Muted, meaning);
        if let Some(request) = &fact.request_id {
            page.labelled("", TIME, &format!("request {request}"), Meaning::Muted, Meaning::Muted);
        }
        if fact.kind != FactKind::Taken {
            for (name, id) in &fact.ids {
                page.labelled("", TIME, &format!("{name} {id}"), Meaning::Muted, Meaning::Muted);
            }
        }
    }
}

/// What a fact makes of what is known of its step.
fn note(fact: &Fact, doubts: &mut BTreeMap<usize, Doubt>) {
    let Some(step) = fact.step else { return };
    match (fact.kind, fact.state.as_str()) {
        (FactKind::Sending, _) => drop(doubts.insert(step, Doubt::Sent)),
        (FactKind::Answered, "lost") => drop(doubts.insert(step, Doubt::Lost)),
        // What was accepted may still take its time, as a card does: only reading it back settles it.
        (FactKind::Answered, "refused") | (FactKind::After, _) => drop(doubts.remove(&step)),
        _ => {}
    }
}

/// A fact in a sentence, and how it is meant; empty where its heading says it all.
fn sentence(fact: &Fact, doubt: Option<Doubt>) -> (String, Meaning) {
    let Fact { state, words, .. } = fact;
    let colon = |state: &str| {
        if words.is_empty() { state.to_owned() } else { format!("{state}: {words}") }
    };
    match fact.kind {
        FactKind::Before | FactKind::Taken => (String::new(), Meaning::Muted),
        FactKind::Sending if doubt == Some(Doubt::Lost) => (
            format!("looked first: what was in doubt had not happened; sent again, {state}"),
            Meaning::Pending,
        ),
        FactKind::Sending => (format!("sent {state}"), Meaning::Pending),
        FactKind::Answered if state == "lost" => {
            (colon("the answer was lost, so it is unknown whether it happened"), Meaning::Warning)
        }
        FactKind::Answered => (colon(state), Meaning::Text),
        // What was in doubt is settled by what is read, never by what was hoped.
        FactKind::After if doubt == Some(Doubt::Lost) => {
            let settled = if state == "failed" || words.starts_with("it had happened") {
                "settled by looking"
            } else {
                "settled by looking: it had happened"
            };
            (format!("{settled}. {}", colon(state)), of_outcome(state))
        }
        FactKind::After | FactKind::Ended => (colon(state), of_outcome(state)),
        FactKind::Other => (colon(state), Meaning::Text),
    }
}
