//! The journal by itself: what is kept, what is refused, who may write.

mod copying;
mod duty;
mod fencing;
mod hearing;
mod leases;
mod leaves;
mod model;
mod nights;
mod numbers;
mod remarks;
mod retention;
mod standing_in;
mod trouble;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rstest::rstest;
use serde_json::json;

use super::*;
use crate::cluster::{self, Database};
use crate::secret::Secret;
use crate::store::schema;

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

/// What a journal is kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Server,
}

/// Journals of a test, with a clock for leases that goes only when told.
pub(super) struct Site {
    /// How far the hand has moved the clock; none where that goes by itself.
    passed: Option<Arc<AtomicI64>>,
    place: SitePlace,
}

enum SitePlace {
    File(Dir),
    Server(Database),
}

/// The server's clock, in the hand of the test.
const HAND: &str = "CREATE TABLE nightdesk.hand (ms BIGINT);
    INSERT INTO nightdesk.hand VALUES (START);
    CREATE OR REPLACE FUNCTION nightdesk.now_ms() RETURNS BIGINT LANGUAGE sql VOLATILE
        AS $$ SELECT ms FROM nightdesk.hand $$";

impl Site {
    /// None where there is no such server; that has been said then.
    pub(super) async fn new(kind: Kind) -> Option<Self> {
        let site = Self::by_real_clocks(kind).await?;
        if let SitePlace::Server(database) = &site.place {
            database.sql(&HAND.replace("START", &at(0).timestamp_millis().to_string()));
        }
        Some(Self { passed: Some(Arc::default()), ..site })
    }

    /// The same whose clocks go by themselves.
    pub(super) async fn by_real_clocks(kind: Kind) -> Option<Self> {
        let place = match kind {
            Kind::File => SitePlace::File(Dir::new()),
            Kind::Server => {
                let database = cluster::database()?;
                schema::migrate_server(&server(&database), None).await.unwrap();
                SitePlace::Server(database)
            }
        };
        Some(Self { passed: None, place })
    }

    /// Another handle stands for another process.
    pub(super) async fn open(&self) -> Journal {
        match &self.place {
            SitePlace::File(dir) => Journal::open_with(&dir.0, PATIENCE, self.clock()).await.unwrap(),
            SitePlace::Server(database) => Journal::connect(&server(database)).await.unwrap(),
        }
    }

    pub(super) async fn open_to_read(&self) -> Journal {
        match &self.place {
            SitePlace::File(dir) => Journal::open_to_read(&dir.0).await.unwrap().unwrap(),
            SitePlace::Server(_) => self.open().await,
        }
    }

    pub(super) fn clock(&self) -> LeaseClock {
        let Some(passed) = self.passed.clone() else { return Arc::new(Utc::now) };
        Arc::new(move || at(0) + TimeDelta::milliseconds(passed.load(Ordering::SeqCst)))
    }

    /// Cuts every connection to a server.
    pub(super) fn cut(&self) {
        if let SitePlace::Server(database) = &self.place {
            database.cut_all();
        }
    }

    /// From here on a remark on “broken” cannot be written.
    pub(super) async fn break_remarks(&self, journal: &Journal) {
        match &self.place {
            SitePlace::File(_) => {
                let guard = "CREATE TRIGGER no_jonas BEFORE INSERT ON remark WHEN NEW.alert = 'broken'
                    BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
                journal.store.run(sql(guard)).await.unwrap();
            }
            SitePlace::Server(database) => drop(
                database
                    .sql("ALTER TABLE nightdesk.remark ADD CONSTRAINT no_jonas CHECK (alert <> 'broken')"),
            ),
        }
    }

    pub(super) fn pass(&self, span: Duration) {
        let span = i64::try_from(span.as_millis()).unwrap();
        self.passed.as_ref().unwrap().fetch_add(span, Ordering::SeqCst);
        if let SitePlace::Server(database) = &self.place {
            database.sql(&format!("UPDATE nightdesk.hand SET ms = ms + {span}"));
        }
    }
}

pub(super) fn server(database: &Database) -> Server {
    Server::parse(&Secret::new(database.url())).unwrap()
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

#[rstest]
#[tokio::test]
async fn what_is_written_is_read_by_the_next_who_opens(#[values(Kind::File, Kind::Server)] kind: Kind) {
    let Some(site) = Site::new(kind).await else { return };
    let intent = intent("Lindqvist, Ada", "118", 0);
    let facts = [
        fact(FactKind::Before).step(0).says("", "new dates for Ada"),
        fact(FactKind::Sending).step(0).id("access_grant_id", "g-1"),
        Fact { request_id: Some("req_9".into()), ..fact(FactKind::Answered).step(0).says("accepted", "") },
        fact(FactKind::After).step(0).says("done", "the new dates are set"),
        fact(FactKind::Ended).says("done", "118: the new dates are set"),
    ];
    {
        let journal = site.open().await;
        let token = begun(&journal, &intent).await;
        for fact in &facts {
            journal.append(intent.id, token, fact).await.unwrap();
        }
        journal.close().await;
    }
    for journal in [site.open().await, site.open_to_read().await] {
        let records = journal.records(&Filter::default()).await.unwrap();
        assert_eq!(records.len(), 1);
        assert_eq!((&records[0].intent, &records[0].facts[..]), (&intent, &facts[..]));
        assert_eq!(records[0].outcome(), "done");
        assert!(journal.unfinished(&"harbour".into()).await.unwrap().is_empty());
        journal.check().await.unwrap();
    }
}

#[rstest]
#[tokio::test]
async fn nothing_written_is_ever_changed(#[values(Kind::File, Kind::Server)] kind: Kind) {
    let Some(site) = Site::new(kind).await else { return };
    let journal = site.open().await;
    let intent = intent("Ada", "118", 0);
    let token = begun(&journal, &intent).await;
    journal.append(intent.id, token, &fact(FactKind::Ended).says("done", "")).await.unwrap();
    for said in
        ["UPDATE run SET guest = 'x'", "DELETE FROM run", "UPDATE fact SET words = 'x'", "DELETE FROM fact"]
    {
        let refused = journal.store.run(sql(said)).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{said}: {refused}");
    }
    let twice = journal.append(intent.id, token, &fact(FactKind::Ended).says("failed", "")).await;
    assert!(twice.is_err(), "a run ends once");
    let records = journal.records(&Filter::default()).await.unwrap();
    assert_eq!((records[0].intent.guest.as_str(), records[0].outcome()), ("Ada", "done"));
}

#[rstest]
#[tokio::test]
async fn the_list_is_narrowed_by_time_property_guest_and_number(
    #[values(Kind::File, Kind::Server)] kind: Kind,
) {
    let Some(site) = Site::new(kind).await else { return };
    let journal = site.open().await;
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

#[rstest]
#[tokio::test]
async fn many_records_come_with_their_facts_in_order(#[values(Kind::File, Kind::Server)] kind: Kind) {
    let Some(site) = Site::new(kind).await else { return };
    let journal = site.open().await;
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
