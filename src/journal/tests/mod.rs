//! The journal by itself: what is kept, what is refused, who may write.

mod leases;
mod leaves;
mod nights;
mod remarks;
mod retention;
mod trouble;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::*;

/// A directory of its own that goes with the test.
pub(super) struct Dir(pub(super) PathBuf);

impl Dir {
    pub(super) fn new() -> Self {
        Self(std::env::temp_dir().join(format!("nightdesk-journal-{}", IntentId::fresh())))
    }

    pub(super) fn file(&self) -> PathBuf {
        self.0.join(FILE)
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A clock that goes only when told.
#[derive(Clone, Default)]
pub(super) struct Hand(Arc<AtomicI64>);

impl Hand {
    pub(super) fn pass(&self, span: Duration) {
        self.0.fetch_add(i64::try_from(span.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub(super) fn clock(&self) -> LeaseClock {
        let hand = self.clone();
        Arc::new(move || at(0) + TimeDelta::milliseconds(hand.0.load(Ordering::SeqCst)))
    }

    pub(super) async fn open(&self, dir: &Path) -> Journal {
        Journal::open_with(dir, PATIENCE, self.clock()).await.unwrap()
    }
}

pub(super) fn at(minutes: i64) -> DateTime<Utc> {
    "2026-11-23T02:14:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes)
}

pub(super) fn intent(guest: &str, room: &str, minutes: i64) -> Intent {
    Intent {
        id: IntentId::fresh(),
        at: at(minutes),
        hotel: "harbour".into(),
        action: "extend".into(),
        stay: "ada/R-1".into(),
        guest: guest.into(),
        room: room.into(),
        plan: json!({"steps": [1, 2]}),
        who: Who { user: "maria".into(), host: "desk".into(), process: 7, ..Who::default() },
    }
}

pub(super) fn wanted(run: IntentId, names: &[&str]) -> Wanted {
    Wanted {
        names: names.iter().map(Text::new).collect(),
        run,
        whom: "maria: Extend 118".into(),
        lasts: Duration::from_secs(20),
    }
}

pub(super) async fn held(journal: &Journal, wanted: &Wanted) -> Token {
    match journal.claim(wanted).await.unwrap() {
        Claim::Held { token, .. } => token,
        busy => panic!("{busy:?}"),
    }
}

/// An intent that is begun, and the right to write about it.
pub(super) async fn begun(journal: &Journal, intent: &Intent) -> Token {
    let token = held(journal, &wanted(intent.id, &[&format!("stay {}", intent.id)])).await;
    journal.begin(intent).await.unwrap();
    token
}

fn fact(kind: FactKind) -> Fact {
    Fact::new(at(1), kind)
}

#[tokio::test]
async fn what_is_written_is_read_by_the_next_who_opens() {
    let dir = Dir::new();
    let intent = intent("Lindqvist, Ada", "118", 0);
    let facts = [
        fact(FactKind::Before).step(0).says("", "new dates for Ada"),
        fact(FactKind::Sending).step(0).id("access_grant_id", "g-1"),
        Fact { request_id: Some("req_9".into()), ..fact(FactKind::Answered).step(0).says("accepted", "") },
        fact(FactKind::After).step(0).says("done", "the new dates are set"),
        fact(FactKind::Ended).says("done", "118: the new dates are set"),
    ];
    {
        let journal = Journal::open(&dir.0).await.unwrap();
        let token = begun(&journal, &intent).await;
        for fact in &facts {
            journal.append(intent.id, token, fact).await.unwrap();
        }
        journal.close().await;
    }
    for journal in
        [Journal::open(&dir.0).await.unwrap(), Journal::open_to_read(&dir.0).await.unwrap().unwrap()]
    {
        let records = journal.records(&Filter::default()).await.unwrap();
        assert_eq!(records.len(), 1);
        assert_eq!((&records[0].intent, &records[0].facts[..]), (&intent, &facts[..]));
        assert_eq!(records[0].outcome(), "done");
        assert!(journal.unfinished(&"harbour".into()).await.unwrap().is_empty());
        journal.check().await.unwrap();
    }
}

#[tokio::test]
async fn nothing_written_is_ever_changed() {
    let dir = Dir::new();
    let journal = Journal::open(&dir.0).await.unwrap();
    let intent = intent("Ada", "118", 0);
    let token = begun(&journal, &intent).await;
    journal.append(intent.id, token, &fact(FactKind::Ended).says("done", "")).await.unwrap();
    for sql in
        ["UPDATE run SET guest = 'x'", "DELETE FROM run", "UPDATE fact SET words = 'x'", "DELETE FROM fact"]
    {
        let refused = sqlx::query(sql).execute(&journal.pool).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    let twice = journal.append(intent.id, token, &fact(FactKind::Ended).says("failed", "")).await;
    assert!(twice.is_err(), "a run ends once");
    let records = journal.records(&Filter::default()).await.unwrap();
    assert_eq!((records[0].intent.guest.as_str(), records[0].outcome()), ("Ada", "done"));
}

#[tokio::test]
async fn the_list_is_narrowed_by_time_property_guest_and_number() {
    let journal = Journal::in_memory().await.unwrap();
    for (i, (guest, room)) in
        [("Berg", "102"), ("Dąbrowska", "105"), ("Okafor", "118")].into_iter().enumerate()
    {
        journal.begin(&intent(guest, room, i64::try_from(i).unwrap())).await.unwrap();
    }
    journal.begin(&Intent { hotel: "hill".into(), ..intent("Berg", "7", 9) }).await.unwrap();
    let rooms = async |filter: Filter| -> Vec<String> {
        let records = journal.records(&filter).await.unwrap();
        records.iter().map(|r| r.intent.room.to_string()).collect()
    };
    let all = Filter::default();
    assert_eq!(rooms(all.clone()).await, ["102", "105", "118", "7"]);
    assert_eq!(rooms(Filter { since: Some(at(1)), ..all.clone() }).await, ["105", "118", "7"]);
    assert_eq!(rooms(Filter { hotel: Some("harbour".into()), ..all.clone() }).await, ["102", "105", "118"]);
    assert_eq!(rooms(Filter { guest: Some("DĄBR".into()), ..all.clone() }).await, ["105"]);
    assert_eq!(rooms(Filter { guest: Some("10".into()), ..all.clone() }).await, ["102", "105"]);
    assert_eq!(rooms(Filter { last: Some(2), ..all }).await, ["118", "7"]);
}

#[tokio::test]
async fn many_records_come_with_their_facts_in_order() {
    let journal = Journal::in_memory().await.unwrap();
    for n in 0..250 {
        let intent = intent(&format!("guest {n}"), "1", n);
        let token = begun(&journal, &intent).await;
        for word in ["a", "b"] {
            journal.append(intent.id, token, &fact(FactKind::After).says(word, &intent.guest)).await.unwrap();
        }
    }
    let records = journal.records(&Filter::default()).await.unwrap();
    assert_eq!(records.len(), 250);
    for record in &records {
        let facts: Vec<_> = record.facts.iter().map(|f| (f.state.as_str(), &f.words)).collect();
        assert_eq!(facts, [("a", &record.intent.guest), ("b", &record.intent.guest)]);
    }
}
