//! What the journal knows of cards and encoders, for the hotel: which cards were out when their access was
//! changed or taken away, which the desk cut itself, and how the encoders answered. The API tells none of it,
//! or not any more.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Plan, Step};
use crate::journal::{Fact, FactKind, Ids, Journal, JournalError, Mark, Record};
use crate::property::{Attempt, AttemptState, CardCut, CardNews, StayId};
use crate::seam::id::{EncoderId, EntranceId, IdentityId, MethodId};
use crate::text::Text;

/// How far back cards are looked for: longer than anybody stays.
const KEPT: TimeDelta = TimeDelta::days(60);

/// The name under which a fact keeps `action_attempt.error.type`.
pub(super) const ATTEMPT_ERROR: &str = "action_attempt_error_type";

/// Follows the journal of one property.
#[derive(Clone, Debug)]
pub struct CardReader {
    hotel: Text,
    mark: Mark,
}

impl CardReader {
    /// A reader who knows nothing yet.
    pub fn new(hotel: Text) -> Self {
        Self { hotel, mark: Mark::default() }
    }

    /// What is new at the instant `now`; told once.
    ///
    /// # Errors
    /// Where the journal cannot be read; nothing is lost then.
    pub async fn read(
        &mut self,
        journal: &Journal,
        now: DateTime<Utc>,
    ) -> Result<Vec<CardNews>, JournalError> {
        let (records, mark) = journal.news(&self.hotel, now - KEPT, self.mark).await?;
        self.mark = mark;
        Ok(records.iter().flat_map(card_news).collect())
    }
}

/// What a record tells of cards and encoders, in the order in which it happened.
pub fn card_news(record: &Record) -> Vec<CardNews> {
    let Ok(plan) = serde_json::from_value::<Plan>(record.intent.plan.clone()) else {
        // A page of the night, or of another program.
        return Vec::new();
    };
    let mut news: Vec<CardNews> = Vec::new();
    // Before its first step nothing of it has happened, and the card is there to be read.
    if !record.facts.is_empty() {
        news.extend(plan.cards.iter().cloned().map(CardNews::Cut));
    }
    let cuts = (0..plan.steps.len()).filter(|i| matches!(plan.steps.get(*i), Some(Step::Encode { .. })));
    for index in cuts {
        let facts: Vec<&Fact> = record.facts.iter().filter(|fact| fact.step == Some(index)).collect();
        news.extend(facts.iter().filter_map(|fact| card(fact)).map(CardNews::Cut));
        news.extend(attempt(record, &plan.stay, &facts).map(CardNews::Attempt));
    }
    news
}

/// How the last encoding of a step stands.
fn attempt(record: &Record, stay: &StayId, facts: &[&Fact]) -> Option<Attempt> {
    let sent = facts.iter().rposition(|fact| fact.kind == FactKind::Sending)?;
    let (sending, after) = facts.get(sent..)?.split_first()?;
    let encoder = EncoderId::new(sending.ids.get("acs_encoder_id")?);
    let answered = after.iter().find(|fact| fact.kind == FactKind::Answered);
    let over = after.iter().rfind(|fact| fact.kind == FactKind::After);
    let ended = record.ended();
    let (at, state) = match (answered, over, ended) {
        (_, Some(over), _) if over.state == "done" => (over.at, AttemptState::Answered),
        (Some(answered), ..) if answered.state == "refused" => (answered.at, AttemptState::Unheard),
        (_, Some(over), _) => match over.ids.get(ATTEMPT_ERROR) {
            Some(kind) => (over.at, AttemptState::Failed(kind.clone())),
            None => (over.at, AttemptState::Unheard),
        },
        // Stopped or left while it was in doubt.
        (_, None, Some(ended)) => (ended.at, AttemptState::Lost),
        (Some(answered), None, None) if answered.state == "lost" => (answered.at, AttemptState::Lost),
        (answered, None, None) => {
            let at = answered.map_or(sending.at, |fact| fact.at);
            (at, if record.running { AttemptState::Pending } else { AttemptState::Lost })
        }
    };
    Some(Attempt { encoder, stay: Some(stay.clone()), began: sending.at, at, state, reads: false })
}

/// Writes down what is on a card that was cut, by Seam's names where it has any.
pub(super) fn with_card(fact: Fact, card: &CardCut) -> Fact {
    let doors: Vec<String> = card.doors.iter().map(ToString::to_string).collect();
    let fact = fact.id("user_identity_id", &card.guest).id("full_name", &card.name).id("room", &card.room);
    let fact = fact.id("acs_entrance_ids", doors.join(" "));
    let fact = card.reservation_key.iter().fold(fact, |fact, key| fact.id("reservation_key", key));
    card.ends_at.iter().fold(fact, |fact, end| fact.id("ends_at", end.to_rfc3339()))
}

/// Reads it back; none where a fact tells of no card.
fn card(fact: &Fact) -> Option<CardCut> {
    if fact.kind != FactKind::After || fact.state != "done" {
        return None;
    }
    let id = |name: &str| text(&fact.ids, name);
    let doors = id("acs_entrance_ids")?;
    Some(CardCut {
        method: MethodId::new(id("access_method_id")?),
        guest: IdentityId::new(id("user_identity_id")?),
        name: id("full_name").unwrap_or_default().into(),
        room: id("room").unwrap_or_default().into(),
        doors: doors.split_whitespace().map(EntranceId::new).collect(),
        reservation_key: id("reservation_key").map(Text::from),
        cut_at: fact.at,
        ends_at: match id("ends_at") {
            Some(end) => Some(DateTime::parse_from_rfc3339(end).ok()?.to_utc()),
            None => None,
        },
    })
}

fn text<'a>(ids: &'a Ids, name: &str) -> Option<&'a str> {
    ids.get(name).map(Text::as_str)
}
