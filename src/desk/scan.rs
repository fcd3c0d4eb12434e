//! Whose card is this? What an encoder reads, put beside what the hotel knows.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::facts::{encoder_trouble, names, when, who};
use super::reissue::EncoderChoice;
use super::{Line, Tone};
use crate::order::Arrange as _;
use crate::property::{Attempt, AttemptState, Property, Stay, StayId, said};
use crate::seam::id::EncoderId;
use crate::seam::model::{CardOnEncoder, CredentialOnSeam, Encoder, ScanResult};
use crate::text::Text;

/// A reading. Chosen by whoever begins it; unique for as long as the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReadingId(pub u64);

/// What a reading is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To know whose card it is.
    Read,
    /// To know whether the encoder answers.
    Test,
}

impl Purpose {
    /// What is being done while it runs.
    pub fn doing(self) -> &'static str {
        match self {
            Self::Read => "reading a card",
            Self::Test => "a test of the encoder",
        }
    }
}

/// What is to be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingAsk {
    /// Its number.
    pub id: ReadingId,
    /// On which encoder.
    pub encoder: EncoderId,
    /// The encoder's name.
    pub encoder_name: Text,
    /// What for.
    pub purpose: Purpose,
}

/// A message of a reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Whose.
    pub id: ReadingId,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// Where it stands.
    pub state: ReadingState,
}

/// Where a reading stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadingState {
    /// The encoder works for somebody else.
    Queued {
        /// For whom.
        words: Text,
    },
    /// The encoder was asked.
    Running {
        /// What to do.
        words: Text,
    },
    /// It is over; nothing follows.
    Ended {
        /// What was found.
        found: Found,
        /// From the request to the answer.
        took: Duration,
    },
}

/// What a reading found: the result of `/acs/encoders/scan_credential`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A card lies there.
    Card(Box<ScanResult>),
    /// None lies there: the encoder itself is well.
    NoCard,
    /// It could not be read.
    Failed {
        /// `action_attempt.error.type`; none where the encoder's answer did not come.
        kind: Option<Text>,
        /// What went wrong.
        words: Text,
        /// What to do about it.
        next: Text,
    },
}

/// What a reading that began at `began` says of its encoder; nothing while it waits for its turn.
pub fn attempt(encoder: &EncoderId, told: &Reading, began: DateTime<Utc>) -> Option<Attempt> {
    let state = match &told.state {
        ReadingState::Queued { .. } => return None,
        ReadingState::Running { .. } => AttemptState::Pending,
        ReadingState::Ended { found: Found::Card(_) | Found::NoCard, .. } => AttemptState::Answered,
        ReadingState::Ended { found: Found::Failed { kind: Some(kind), .. }, .. } => {
            AttemptState::Failed(kind.clone())
        }
        // Nothing can have been written, and nothing came back.
        ReadingState::Ended { found: Found::Failed { kind: None, .. }, .. } => AttemptState::Unheard,
    };
    Some(Attempt { encoder: encoder.clone(), stay: None, began, at: told.at, state, reads: true })
}

/// Every encoder that can read a card, those without trouble first, then by name.
pub fn readers(p: &Property) -> Vec<EncoderChoice> {
    let choice = |e: &Encoder| EncoderChoice {
        encoder: e.id.clone(),
        name: e.display_name.clone(),
        system: p.system(&e.acs_system_id).map(|s| s.name.clone()).unwrap_or_default(),
        trouble: encoder_trouble(p, e),
    };
    let mut choices: Vec<EncoderChoice> = p.encoders().map(choice).collect();
    choices.arrange_by(|a, b| {
        (a.trouble.is_some(), &a.name, &a.encoder).cmp(&(b.trouble.is_some(), &b.name, &b.encoder))
    });
    choices
}

/// A card that was read, in plain words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// The stay it belongs to, where that is known.
    pub stay: Option<StayId>,
    /// What it is, in one line.
    pub title: Text,
    /// How that is meant.
    pub tone: Tone,
    /// The rest.
    pub lines: Vec<Line>,
}

/// Puts what was read beside what the hotel knows at the instant `now`.
pub fn face(p: &Property, read: &ScanResult, now: DateTime<Utc>) -> Face {
    let on_card = read.acs_credential_on_encoder.as_ref().filter(|card| !is_blank(card));
    match (on_card, read.acs_credential_on_seam.as_ref()) {
        (None, None) => {
            let next = Line::new("use", "it can be cut for any guest of this lock system", Tone::Plain);
            Face {
                stay: None,
                title: "a blank card: nothing is on it".into(),
                tone: Tone::Good,
                lines: vec![next],
            }
        }
        (Some(card), None) => unknown(p, card, read, now),
        (card, Some(held)) => known(p, card, held, read, now),
    }
}

fn is_blank(card: &CardOnEncoder) -> bool {
    card.is_issued != Some(true) && card.starts_at.is_none() && card.ends_at.is_none()
}

/// A card that Seam knows nothing of: what it says itself is all there is.
fn unknown(p: &Property, card: &CardOnEncoder, read: &ScanResult, now: DateTime<Utc>) -> Face {
    let mut lines = of_card(p, card, now);
    lines.extend(warnings(read));
    let text = "made in the lock system's own program, of a key that is gone, or of another house: collect it, \
                or ask there";
    lines.push(Line::new("what now", text, Tone::Plain));
    Face { stay: None, title: "unknown card: Seam knows no such card".into(), tone: Tone::Caution, lines }
}

fn known(
    p: &Property,
    card: Option<&CardOnEncoder>,
    held: &CredentialOnSeam,
    read: &ScanResult,
    now: DateTime<Utc>,
) -> Face {
    let stays = stays_of(p, card, held);
    let Some(stay) = stays.first().copied() else { return of_nobody(p, card, held, read, now) };
    let mut lines = vec![Line::new("stay", stay.class.word(), Tone::Plain)];
    if let Some(key) = &stay.reservation_key() {
        lines.push(Line::new("reservation", key, Tone::Plain));
    }
    lines.extend(dates(p, card, held, Some(stay), now));
    if let Some(card) = card {
        lines.extend(flags(card));
    }
    lines.extend(notices(held));
    lines.extend(warnings(read));
    if stays.len() > 1 {
        let others: Vec<Text> = stays.iter().skip(1).map(|s| who(s)).collect();
        lines.push(Line::new("also", format!("the same guest: {}", names(&others)), Tone::Caution));
    }
    let worst = lines.iter().map(|l| l.tone).find(|tone| *tone == Tone::Bad);
    let title = Text::new(format!("the card of {}", who(stay)));
    Face { stay: Some(stay.id.clone()), title, tone: worst.unwrap_or(Tone::Good), lines }
}

/// A card that Seam knows, but not of a guest with a stay.
fn of_nobody(
    p: &Property,
    card: Option<&CardOnEncoder>,
    held: &CredentialOnSeam,
    read: &ScanResult,
    now: DateTime<Utc>,
) -> Face {
    let guest = held.user_identity_id.as_ref().and_then(|id| p.identity(id));
    let title = match guest {
        Some(guest) => format!("the card of {}, who has no stay any more", guest.name),
        None => "a card that Seam knows, but of no guest: staff, perhaps".to_owned(),
    };
    let mut lines = dates(p, card, held, None, now);
    if let Some(card) = card {
        lines.extend(flags(card));
    }
    lines.extend(notices(held));
    lines.extend(warnings(read));
    Face { stay: None, title: title.into(), tone: Tone::Caution, lines }
}

/// The stays of the guest the credential belongs to, the likeliest first: the one whose doors the card opens,
/// then the one that ends when the card does, then the one that ends last.
fn stays_of<'a>(p: &'a Property, card: Option<&CardOnEncoder>, held: &CredentialOnSeam) -> Vec<&'a Stay> {
    let Some(guest) = &held.user_identity_id else { return Vec::new() };
    let doors =
        card.and_then(|c| c.visionline_metadata.as_ref()).map(|v| v.guest_acs_entrance_ids.as_slice());
    let opens = |stay: &Stay| {
        let own = p.guest_doors(&stay.id).entrances;
        doors.is_some_and(|doors| doors.iter().any(|door| own.contains(door)))
    };
    let mut stays: Vec<&Stay> = p.stays().filter(|s| s.guest() == guest).collect();
    stays.arrange_by_key(|stay| {
        let ends = same(stay.ends_at(), held.ends_at);
        (!opens(stay), !ends, std::cmp::Reverse(stay.ends_at()), stay.id.clone())
    });
    stays
}

/// Lock systems keep minutes.
fn same(a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < TimeDelta::minutes(1),
        (a, b) => a == b,
    }
}

/// What is on the card against what Seam knows.
fn dates(
    p: &Property,
    card: Option<&CardOnEncoder>,
    held: &CredentialOnSeam,
    stay: Option<&Stay>,
    now: DateTime<Utc>,
) -> Vec<Line> {
    let span = |from, until| format!("{} – {}", instant(p, from), instant(p, until));
    let mut lines = Vec::new();
    let Some(card) = card else {
        lines.push(Line::new("on the card", "nothing: it was not cut", Tone::Bad));
        lines.push(Line::new("at Seam", span(held.starts_at, held.ends_at), Tone::Plain));
        return lines;
    };
    let over = card.ends_at.is_some_and(|end| end <= now);
    let agrees = same(card.starts_at, held.starts_at) && same(card.ends_at, held.ends_at);
    let tone = if over || !agrees { Tone::Bad } else { Tone::Good };
    lines.push(Line::new("on the card", span(card.starts_at, card.ends_at), tone));
    lines.push(Line::new("at Seam", span(held.starts_at, held.ends_at), Tone::Plain));
    if !agrees {
        let differs = match (same(card.starts_at, held.starts_at), same(card.ends_at, held.ends_at)) {
            (true, false) => "the end on the card is not the end Seam knows",
            (false, true) => "the start on the card is not the start Seam knows",
            _ => "the dates on the card are not those Seam knows",
        };
        lines.push(Line::new("out of date", format!("{differs}: cut it again (c)"), Tone::Bad));
    } else if over {
        lines.push(Line::new("over", "the card opens nothing any more: its time has passed", Tone::Bad));
    } else if let Some(stay) = stay.filter(|stay| !same(stay.ends_at(), card.ends_at)) {
        let text = format!("the stay ends {}, the card does not", instant(p, stay.ends_at()));
        lines.push(Line::new("the stay", text, Tone::Caution));
    }
    if let Some(number) = card.card_number.as_ref().or(held.card_number.as_ref()) {
        lines.push(Line::new("number", number, Tone::Plain));
    }
    lines
}

fn instant(p: &Property, at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "open".to_owned(), |at| format!("{} {}", when(at, p.zone()), p.zone().short(at)))
}

/// What a card nobody knows says of itself.
fn of_card(p: &Property, card: &CardOnEncoder, now: DateTime<Utc>) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(more) = &card.visionline_metadata {
        if let Some(holder) = &more.card_holder {
            lines.push(Line::new("name on it", holder, Tone::Plain));
        }
        let doors = more.guest_acs_entrance_ids.iter().filter_map(|id| p.entrance(id));
        let doors: Vec<Text> = doors.map(|door| door.display_name.clone()).collect();
        if !doors.is_empty() {
            lines.push(Line::new("doors", names(&doors), Tone::Plain));
        }
    }
    let over = card.ends_at.is_some_and(|end| end <= now);
    let tone = if over { Tone::Good } else { Tone::Caution };
    let text = format!("{} – {}", instant(p, card.starts_at), instant(p, card.ends_at));
    lines.push(Line::new("on the card", text, tone));
    if let Some(number) = &card.card_number {
        lines.push(Line::new("number", number, Tone::Plain));
    }
    lines.extend(flags(card));
    lines
}

/// Why Visionline's locks would not open to a card.
fn flags(card: &CardOnEncoder) -> Vec<Line> {
    let Some(more) = &card.visionline_metadata else { return Vec::new() };
    let all = [
        (more.cancelled, "cancelled", "the lock system has cancelled this card"),
        (more.discarded, "discarded", "the lock system has discarded this card"),
        (more.overridden, "overridden", "a later guest's card has taken the door over"),
        (more.overwritten, "overwritten", "something else was written onto it since"),
    ];
    let set = all.into_iter().filter(|(is_set, ..)| *is_set);
    set.map(|(_, label, text)| Line::new(label, text, Tone::Bad)).collect()
}

/// What Seam has to say about the credential: errors first.
fn notices(held: &CredentialOnSeam) -> Vec<Line> {
    let line =
        |tone| move |n: &crate::seam::model::Notice| Line::new("Seam says", said(&n.code, &n.message), tone);
    held.errors.iter().map(line(Tone::Bad)).chain(held.warnings.iter().map(line(Tone::Caution))).collect()
}

/// The reading's own warnings, but those that the dates and the title say already.
fn warnings(read: &ScanResult) -> Vec<Line> {
    let agree = match (&read.acs_credential_on_encoder, &read.acs_credential_on_seam) {
        (Some(card), Some(held)) => same(card.starts_at, held.starts_at) && same(card.ends_at, held.ends_at),
        _ => false,
    };
    let told = |code: &str| match code {
        "acs_credential_on_seam_not_found" => read.acs_credential_on_seam.is_none(),
        // Where the dates do not show it, its own words are all there is.
        "acs_credential_on_encoder_out_of_sync" => !agree,
        _ => false,
    };
    let open = read.warnings.iter().filter(|w| !told(&w.code));
    open.map(|w| {
        let text = said(&w.code, &w.message);
        let known = w.code == "acs_credential_on_encoder_out_of_sync";
        Line::new(if known { "out of date" } else { "warning" }, text, Tone::Bad)
    })
    .collect()
}
