//! The line at the top: which hotel, which night, how many, how old.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{badge, words};
use crate::app::App;
use crate::app::away::Alone;
use crate::app::health::{self, Health};
use crate::property::Resource;
use crate::relay::Standing;
use crate::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::pen::Pen;

type Piece = (String, Meaning);

/// How much the line says; the first that fits is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wording {
    Full,
    Short,
    Terse,
}

/// The least width in which a reason says anything.
const LEAST_REASON: usize = 16;
/// The least width in which a property can still be told from another.
const LEAST_NAME: usize = 8;

impl Wording {
    /// Blanks between two pieces.
    fn gap(self) -> u16 {
        if self == Self::Terse { 1 } else { 2 }
    }

    /// Blanks after the last piece.
    fn margin(self) -> u16 {
        u16::from(self != Self::Terse)
    }
}

/// How it is laid out.
struct Plan {
    wording: Wording,
    /// Whether the counts have a line of their own.
    two_lines: bool,
}

impl Plan {
    /// As many words as fit; a second line rather than leaving anything out.
    fn of(app: &App, width: u16) -> Self {
        let width = usize::from(width).saturating_sub(1);
        let name = text::width(&property_name(app));
        let needs = |wording: Wording, name| {
            let mut pieces = left(app, wording);
            pieces.extend(counts(app, wording));
            pieces.extend(right(app, wording, LEAST_REASON));
            name + usize::from(wording.gap() + wording.margin()) + measure(&pieces, wording)
        };
        let in_one = |wording| needs(wording, name.min(2 * LEAST_NAME)) <= width;
        match [Wording::Full, Wording::Short, Wording::Terse].into_iter().find(|w| in_one(*w)) {
            Some(wording) => Self { wording, two_lines: false },
            None if needs(Wording::Terse, LEAST_NAME.min(name)) <= width => {
                Self { wording: Wording::Terse, two_lines: false }
            }
            None => Self { wording: Wording::Short, two_lines: true },
        }
    }
}

/// Lines it takes on a screen this wide.
pub fn height(app: &App, width: u16) -> u16 {
    if Plan::of(app, width).two_lines { 2 } else { 1 }
}

/// Draws it.
pub fn render(app: &App, look: Look<'_>, area: Rect, buf: &mut Buffer) {
    let plan = Plan::of(app, area.width);
    let line = Rect { height: area.height.min(1), ..area };
    let mut pieces = left(app, plan.wording);
    let tallies = counts(app, plan.wording);
    if plan.two_lines && area.height > 1 {
        let below = Rect { y: area.y + 1, ..line };
        let mut pen = Pen::new(below, buf, look);
        pen.skip(1);
        put(&tallies, plan.wording, &mut pen);
        if let Health::Offline { why, .. } | Health::Stale { why: Some(why), .. } =
            health::health(&app.property, app.now())
        {
            let room = usize::from(pen.left()).saturating_sub(usize::from(plan.wording.gap()) + 1);
            pen.skip(plan.wording.gap()).put(&text::fit(&why, room), Meaning::Warning);
        }
    } else {
        pieces.extend(tallies);
    }
    let name = text::width(&property_name(app)).min(2 * LEAST_NAME);
    let mut others = pieces.clone();
    others.extend(right(app, plan.wording, 0));
    let blanks = usize::from(plan.wording.gap() + plan.wording.margin()) + 1;
    let room = usize::from(area.width).saturating_sub(measure(&others, plan.wording) + name + blanks);
    let age = right(app, plan.wording, room);
    let age_width = u16::try_from(measure(&age, plan.wording)).unwrap_or(u16::MAX);
    let age_width = age_width.saturating_add(plan.wording.margin());
    let mut pen = Pen::new(line, buf, look);
    pen.skip(1).reserve(age_width);
    let gap = plan.wording.gap();
    let taken = measure(&pieces, plan.wording) + 2 * usize::from(gap);
    let room = usize::from(pen.left()).saturating_sub(taken).max(LEAST_NAME);
    let name = look.glyphs.fit(&property_name(app), room).into_owned();
    pen.put_styled(&name, badge::style(app, look)).skip(gap);
    put(&pieces, plan.wording, &mut pen);
    let at = line.right().saturating_sub(age_width).max(line.x);
    put(&age, plan.wording, &mut Pen::new(Rect { x: at, width: line.right() - at, ..line }, buf, look));
}

fn put(pieces: &[Piece], wording: Wording, pen: &mut Pen<'_>) {
    for (i, (words, meaning)) in pieces.iter().enumerate() {
        pen.skip(if i == 0 { 0 } else { wording.gap() }).put(words, *meaning);
    }
}

fn measure(pieces: &[Piece], wording: Wording) -> usize {
    let gaps = usize::from(wording.gap()) * pieces.len().saturating_sub(1);
    pieces.iter().map(|(words, _)| text::width(words)).sum::<usize>() + gaps
}

fn property_name(app: &App) -> String {
    let name = app.name();
    if name.is_empty() { "nightdesk".into() } else { name.to_string() }
}

/// What follows the name: badges, night, time.
fn left(app: &App, wording: Wording) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if app.settings.sandbox || app.property.is_sandbox() {
        pieces.push(("SANDBOX".into(), Meaning::Badge));
    }
    if app.settings.own.in_the_clear {
        pieces.push(("INSECURE".into(), Meaning::Badge));
    }
    if app.settings.read_only {
        pieces.push(("READ-ONLY".into(), Meaning::Badge));
    }
    pieces.extend(elsewhere(app));
    let date = app.property.business_date();
    let night = match wording {
        Wording::Full => format!("night of {}", date.short()),
        Wording::Short | Wording::Terse => date.date().format("%-d %b").to_string(),
    };
    pieces.push((night, Meaning::Text));
    let zone = app.property.zone().short(app.now());
    pieces.push((format!("{} {zone}", words::minute(app, app.now())), Meaning::Header));
    pieces
}

/// What runs at the other properties.
fn elsewhere(app: &App) -> Option<Piece> {
    let (running, asking) = (app.among.running(), app.among.asking());
    let (n, verb, meaning) = match (running, asking) {
        (0, _) => return None,
        (_, 0) => (running, "run", Meaning::Pending),
        (_, _) => (asking, "wait", Meaning::Warning),
    };
    let ending = if n == 1 { "s" } else { "" };
    Some((format!("{n} {verb}{ending} elsewhere"), meaning))
}

fn counts(app: &App, wording: Wording) -> Vec<Piece> {
    let c = app.property.counts();
    if app.property.source(Resource::Grants).as_of.is_none() && c.grants == 0 {
        return vec![("nothing read yet".into(), Meaning::Pending)];
    }
    let over = if c.overstay > 0 { Meaning::Warning } else { Meaning::Text };
    match wording {
        Wording::Full => vec![
            (format!("due in {}", c.due_in), Meaning::Text),
            (format!("in-house {}", c.in_house), Meaning::Text),
            (format!("due out {}", c.due_out), Meaning::Text),
            (format!("overstay {}", c.overstay), over),
        ],
        Wording::Short | Wording::Terse => {
            let first = if wording == Wording::Short { "due in" } else { "arr" };
            let words = format!("{first} {} in {} out {}", c.due_in, c.in_house, c.due_out);
            vec![(words, Meaning::Text), (format!("over {}", c.overstay), over)]
        }
    }
}

/// Who reads it, where that is another desk and there is room for it; or whether nobody can tell.
fn relayed(app: &App, wording: Wording, room: usize) -> Option<Piece> {
    match (app.alone, wording) {
        (Alone::Since(since), Wording::Full) => {
            return Some((format!("EMERGENCY since {}", words::minute(app, since)), Meaning::Badge));
        }
        (Alone::Since(since), _) => {
            return Some((format!("EMERGENCY {}", words::minute(app, since)), Meaning::Badge));
        }
        (Alone::Merging(_), _) => return Some(("MERGING".into(), Meaning::Badge)),
        (Alone::No, _) => {}
    }
    match (app.relay.as_ref()?, wording) {
        (Standing::Following { whom }, _) => {
            let words = format!("from {whom}");
            let fits = text::width(&words) + usize::from(wording.gap()) <= room;
            fits.then_some((words, Meaning::Muted))
        }
        (Standing::Away { since, .. }, Wording::Full) => {
            Some((format!("STORE AWAY since {}", words::minute(app, *since)), Meaning::Badge))
        }
        (Standing::Away { since, .. }, _) => {
            Some((format!("STORE AWAY {}", words::minute(app, *since)), Meaning::Badge))
        }
        (Standing::Looking | Standing::Polling, _) => None,
    }
}

/// How old it is, at the end of the line. A reason is cut to `room` cells.
fn right(app: &App, wording: Wording, room: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if let Some(since) = app.freeze.since() {
        let waiting = app.freeze.waiting();
        let since = words::clock(app, since);
        let words = match wording {
            Wording::Full => format!("FROZEN since {since}, {waiting} waiting"),
            Wording::Short | Wording::Terse => format!("FROZEN {since}"),
        };
        pieces.push((words, Meaning::Badge));
    }
    if let Some(at) = health::as_of(&app.property) {
        pieces.push((format!("as of {}", words::clock(app, at)), Meaning::Muted));
    }
    pieces.extend(relayed(app, wording, room));
    match health::health(&app.property, app.now()) {
        Health::Live => {}
        Health::Starting => pieces.push(("reading".into(), Meaning::Pending)),
        Health::Stale { since, why } => {
            pieces.push((format!("STALE {}", words::age(app, since)), Meaning::Badge));
            if let Some(why) = why.filter(|_| room > 0) {
                pieces.push((text::fit(&why, room).into_owned(), Meaning::Warning));
            }
        }
        Health::Offline { since, why } => {
            pieces.push((format!("OFFLINE since {}", words::minute(app, since)), Meaning::Badge));
            if room > 0 {
                pieces.push((text::fit(&why, room).into_owned(), Meaning::Warning));
            }
        }
    }
    pieces
}
