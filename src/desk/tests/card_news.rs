//! What a record of the journal tells of cards and encoders.

use chrono::{DateTime, TimeDelta, Utc};
use rstest::rstest;

use super::at;
use crate::desk::card_news::{ATTEMPT_ERROR, card_news, with_card};
use crate::desk::{Action, CardReader, MethodRef, Plan, Step};
use crate::journal::{Fact, FactKind, Intent, IntentId, Journal, Record, Who};
use crate::property::{Attempt, AttemptState, CardCut, CardNews, StayId};
use crate::seam::id::{EncoderId, GrantId, Id};

fn began() -> DateTime<Utc> {
    at("2026-11-23T02:14:00Z")
}

fn card(cut_at: DateTime<Utc>) -> CardCut {
    CardCut {
        method: Id::new("m1"),
        guest: Id::new("u1"),
        name: "Okafor, Ada".into(),
        room: "101".into(),
        doors: vec![Id::new("e101"), Id::new("e102")],
        reservation_key: Some("A".into()),
        cut_at,
        ends_at: Some(at("2026-11-25T10:00:00Z")),
    }
}

fn record(cards: Vec<CardCut>, facts: Vec<Fact>, running: bool) -> Record {
    let plan = Plan {
        action: Action::Encode,
        stay: StayId::single(GrantId::new("g1")),
        guest: "Okafor, Ada".into(),
        room: "101".into(),
        takes_away: false,
        preview: Vec::new(),
        commands: Vec::new(),
        steps: vec![Step::Encode {
            method: MethodRef::Known(Id::new("m1")),
            encoder: EncoderId::new("planned"),
            encoder_name: "Front desk 1".into(),
            card: "the card".into(),
            grants: vec![GrantId::new("g1")],
        }],
        cards,
    };
    let intent = Intent {
        id: IntentId::fresh(),
        at: began(),
        hotel: "harbour".into(),
        action: "encode".into(),
        stay: "g1".into(),
        guest: "Okafor, Ada".into(),
        room: "101".into(),
        plan: serde_json::to_value(plan).unwrap(),
        who: Who::default(),
    };
    Record { intent, facts, running }
}

fn fact(second: i64, kind: FactKind, state: &str) -> Fact {
    Fact::new(began() + TimeDelta::seconds(second), kind).step(0).says(state, "words")
}

fn sending(second: i64) -> Fact {
    fact(second, FactKind::Sending, "/access_methods/encode").id("acs_encoder_id", "enc")
}

fn attempt(record: &Record) -> Option<Attempt> {
    card_news(record).into_iter().find_map(|news| match news {
        CardNews::Attempt(attempt) => Some(attempt),
        _ => None,
    })
}

#[test]
fn a_card_that_was_cut_is_read_back_as_it_was_written() {
    let cut = began() + TimeDelta::seconds(9);
    for ends_at in [card(cut).ends_at, None] {
        let written = CardCut { ends_at, ..card(cut) };
        let after = fact(9, FactKind::After, "done").id("access_method_id", "m1").id("acs_encoder_id", "enc");
        let facts = vec![sending(1), with_card(after, &written)];
        let news = card_news(&record(Vec::new(), facts, false));
        assert_eq!(news.first(), Some(&CardNews::Cut(written)), "{news:?}");
    }
}

#[test]
fn a_card_is_only_told_of_where_it_was_cut() {
    let failed = with_card(fact(9, FactKind::After, "failed").id("access_method_id", "m1"), &card(began()));
    let news = card_news(&record(Vec::new(), vec![sending(1), failed], false));
    assert!(!news.iter().any(|news| matches!(news, CardNews::Cut(_))), "{news:?}");
    assert_eq!(card_news(&record(vec![card(began())], Vec::new(), true)), [], "nothing has happened yet");
    let begun = vec![fact(0, FactKind::Before, "")];
    assert_eq!(card_news(&record(vec![card(began())], begun, true)), [CardNews::Cut(card(began()))]);
}

#[rstest]
#[case(vec![], true, AttemptState::Pending, 1)]
#[case(vec![], false, AttemptState::Lost, 1)]
#[case(vec![fact(2, FactKind::Answered, "accepted")], true, AttemptState::Pending, 2)]
#[case(vec![fact(2, FactKind::Answered, "accepted")], false, AttemptState::Lost, 2)]
#[case(vec![fact(2, FactKind::Answered, "lost")], true, AttemptState::Lost, 2)]
#[case(vec![fact(2, FactKind::Answered, "refused")], true, AttemptState::Unheard, 2)]
#[case(vec![fact(2, FactKind::Answered, "accepted"), fact(5, FactKind::After, "done")], true,
       AttemptState::Answered, 5)]
#[case(vec![fact(2, FactKind::Answered, "lost"), fact(5, FactKind::After, "done")], true,
       AttemptState::Answered, 5)]
#[case(vec![fact(5, FactKind::After, "failed").id(ATTEMPT_ERROR, "encoder_not_online")], true,
       AttemptState::Failed("encoder_not_online".into()), 5)]
#[case(vec![fact(5, FactKind::After, "failed")], true, AttemptState::Unheard, 5)]
#[case(vec![Fact::new(began() + TimeDelta::seconds(7), FactKind::Ended).says("unknown", "words")], false,
       AttemptState::Lost, 7)]
// Sent again: the last go is what counts.
#[case(vec![fact(5, FactKind::After, "failed").id(ATTEMPT_ERROR, "encoder_not_online"), sending(6)], true,
       AttemptState::Pending, 6)]
fn how_an_encoding_stands(
    #[case] after: Vec<Fact>,
    #[case] running: bool,
    #[case] state: AttemptState,
    #[case] second: i64,
) {
    let facts: Vec<Fact> = std::iter::once(sending(1)).chain(after).collect();
    let told = attempt(&record(Vec::new(), facts, running)).unwrap();
    assert_eq!((told.state, told.at), (state, began() + TimeDelta::seconds(second)));
    assert_eq!(told.encoder, EncoderId::new("enc"), "where it was cut, not where it was planned");
    assert_eq!((told.stay, told.reads), (Some(StayId::single(GrantId::new("g1"))), false));
}

#[test]
fn what_was_never_sent_says_nothing_of_an_encoder() {
    assert_eq!(attempt(&record(Vec::new(), vec![fact(0, FactKind::Before, "")], false)), None);
}

#[tokio::test]
async fn a_reader_is_told_everything_once_and_of_its_own_property_only() {
    let journal = Journal::in_memory().await.unwrap();
    let now = began() + TimeDelta::minutes(1);
    let mut reader = CardReader::new("harbour".into());
    let mut other = CardReader::new("other".into());
    assert_eq!(reader.read(&journal, now).await.unwrap(), []);
    let record = record(vec![card(began())], Vec::new(), false);
    let id = record.intent.id;
    journal.begin(&record.intent).await.unwrap();
    journal.append(id, crate::journal::Token::NONE, &fact(0, FactKind::Before, "")).await.unwrap();
    assert_eq!(reader.read(&journal, now).await.unwrap(), [CardNews::Cut(card(began()))]);
    assert_eq!(reader.read(&journal, now).await.unwrap(), [], "nobody has written since");
    assert_eq!(other.read(&journal, now).await.unwrap(), []);
    journal.append(id, crate::journal::Token::NONE, &sending(1)).await.unwrap();
    let news = reader.read(&journal, now).await.unwrap();
    assert!(news.iter().any(|news| matches!(news, CardNews::Attempt(_))), "{news:?}");
    let mut late = CardReader::new("harbour".into());
    assert_eq!(late.read(&journal, now + TimeDelta::days(61)).await.unwrap(), [], "too long ago");
}
