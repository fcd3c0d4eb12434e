//! Journals of older programs, with anything in them, and files that are none: what opens is whole and can
//! be written and read; what does not is refused in a sentence.

use std::path::PathBuf;
use std::time::Duration;

use chrono::Utc;
use nightdesk::journal::{Filter, Intent, IntentId, Journal, JournalError, Record, Who};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

/// A run in an older journal: hotel, action, stay, guest, room, plan, who; and its facts: when, of which
/// kind, of which step, its state, its words, its ids.
#[derive(Clone, Debug)]
struct Run {
    id: String,
    at: i64,
    texts: Vec<String>,
    facts: Vec<(i64, String, Option<i64>, String, String, String)>,
}

/// What is there before the program opens it.
#[derive(Clone, Debug)]
enum Old {
    /// Bytes that are no store.
    Bytes(Vec<u8>),
    /// A store of somebody else.
    Foreign,
    /// One whose writer was cut off before anything stood in it.
    Begun,
    /// The first schema as a program of its day has filled it.
    First(Vec<Run>),
    /// The first schema with anything in it.
    Scrawled(Vec<Run>),
    /// One of a program that is yet to come.
    Newer(i64),
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::sample::select(vec!["extend", "check_out", "{}", "[]", "null", "{\"a\":1}", "ended", "begun", "done", "stay:1", ""])
            .prop_map(str::to_owned),
        2 => ".{0,20}",
        1 => Just(json!({"user": "maria", "host": "desk", "process": 7}).to_string()),
    ]
}

fn instant() -> impl Strategy<Value = i64> {
    prop_oneof![6 => 1_700_000_000_000_i64..1_900_000_000_000, 1 => any::<i64>()]
}

/// As a program writes it, whatever the texts are.
fn sound() -> impl Strategy<Value = Run> {
    let kinds = vec!["before", "sending", "answered", "after", "taken", "a_kind_of_tomorrow"];
    let who = proptest::sample::select(vec![
        json!({"user": "maria", "host": "desk", "process": 7, "version": "0.1.0"}).to_string(),
        json!({"user": "maria", "origin": "192.0.2.7", "host": "desk", "process": 7, "operator": "M",
               "version": "0.1.0", "more": [1]})
        .to_string(),
    ]);
    let texts = (proptest::collection::vec(".{0,20}", 5), who).prop_map(|(mut texts, who)| {
        texts.extend(["{\"steps\": []}".to_owned(), who]);
        texts
    });
    let at = || 1_700_000_000_000_i64..1_900_000_000_000;
    let kind = proptest::sample::select(kinds).prop_map(str::to_owned);
    let ids = prop_oneof![Just("{}".to_owned()), Just("{\"access_method_id\":\"m1\"}".to_owned())];
    let fact = (at(), kind, proptest::option::of(0_i64..9), "[a-z]{0,8}", ".{0,30}", ids);
    (at(), texts, proptest::collection::vec(fact, 0..8)).prop_map(|(at, texts, facts)| Run {
        id: IntentId::fresh().to_string(),
        at,
        texts,
        facts,
    })
}

fn run() -> impl Strategy<Value = Run> {
    let kind = prop_oneof![
        4 => proptest::sample::select(vec!["began", "step", "ended", "taken_up", "note", "sent", "read"]).prop_map(str::to_owned),
        1 => "[a-z_]{0,10}",
    ];
    let id = prop_oneof![5 => Just(()).prop_map(|()| IntentId::fresh().to_string()), 1 => ".{0,20}"];
    let fact = (instant(), kind, any::<Option<i64>>(), word(), word(), word());
    (id, instant(), proptest::collection::vec(word(), 7), proptest::collection::vec(fact, 0..6))
        .prop_map(|(id, at, texts, facts)| Run { id, at, texts, facts })
}

fn old() -> impl Strategy<Value = Old> {
    prop_oneof![
        1 => proptest::collection::vec(any::<u8>(), 0..4_000).prop_map(Old::Bytes),
        1 => Just(Old::Foreign),
        1 => Just(Old::Begun),
        6 => proptest::collection::vec(sound(), 0..6).prop_map(Old::First),
        3 => proptest::collection::vec(run(), 1..4).prop_map(Old::Scrawled),
        1 => (1_000_i64..i64::MAX).prop_map(Old::Newer),
    ]
}

async fn said(db: &mut SqliteConnection, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *db).await.unwrap();
}

async fn first(db: &mut SqliteConnection, runs: &[Run]) {
    said(db, include_str!("schema_1.sql").to_owned()).await;
    for run in runs {
        let mut row = sqlx::query("INSERT OR IGNORE INTO run VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
            .bind(&run.id)
            .bind(run.at);
        for text in &run.texts {
            row = row.bind(text);
        }
        row.execute(&mut *db).await.unwrap();
        for (seq, (at, kind, step, state, words, ids)) in (0_i64..).zip(&run.facts) {
            sqlx::query("INSERT OR IGNORE INTO fact VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8)")
                .bind(&run.id)
                .bind(seq)
                .bind(at)
                .bind(kind)
                .bind(step)
                .bind(state)
                .bind(words)
                .bind(ids)
                .execute(&mut *db)
                .await
                .unwrap();
        }
    }
}

async fn write(old: &Old, dir: &std::path::Path) {
    let path = dir.join("journal.db");
    if let Old::Bytes(bytes) = old {
        std::fs::write(path, bytes).unwrap();
        return;
    }
    let mut db = SqliteConnectOptions::new().filename(path).create_if_missing(true).connect().await.unwrap();
    match old {
        Old::Bytes(_) => {}
        Old::Foreign => said(&mut db, "CREATE TABLE run (x TEXT); CREATE TABLE birds (y)".to_owned()).await,
        Old::Begun => {
            said(
                &mut db,
                "CREATE TABLE schema_version (version BIGINT NOT NULL PRIMARY KEY, at BIGINT NOT NULL)"
                    .to_owned(),
            )
            .await;
        }
        Old::First(runs) | Old::Scrawled(runs) => first(&mut db, runs).await,
        Old::Newer(version) => {
            said(&mut db, include_str!("schema_1.sql").to_owned()).await;
            said(&mut db, format!("INSERT INTO schema_version VALUES ({version}, 0)")).await;
        }
    }
    db.close().await.unwrap();
}

fn intent() -> Intent {
    let plan = json!({});
    let who = Who { user: "maria".into(), host: "desk".into(), process: 1, ..Who::default() };
    let at = "2026-11-23T02:14:00Z".parse().unwrap();
    Intent {
        id: IntentId::fresh(),
        at,
        hotel: "harbour".into(),
        action: "extend".into(),
        stay: "stay".into(),
        guest: "Abara, Chidi".into(),
        room: "101".into(),
        plan,
        who,
    }
}

fn is_shown(record: &Record) -> bool {
    let facts = record.facts.iter().all(|fact| !fact.words.chars().any(char::is_control));
    facts && !record.outcome().chars().any(char::is_control)
}

async fn used(journal: &Journal) -> Result<(), JournalError> {
    journal.check().await?;
    let before = journal.records(&Filter::default()).await?;
    assert!(before.iter().all(is_shown));
    journal.unfinished(&"harbour".into()).await?;
    let new = intent();
    journal.begin(&new).await?;
    let after = journal.records(&Filter::default()).await?;
    assert!(after.iter().any(|record| record.intent.id == new.id), "what was written is not read");
    assert_eq!(after.len(), before.len() + 1, "what was there is there");
    Ok(())
}

#[test]
fn an_older_journal_is_taken_up_whole_or_refused_in_a_sentence() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok());
    let mut runner = TestRunner::new(ProptestConfig {
        cases: asked.unwrap_or(48),
        // Each case is a file of its own.
        max_shrink_iters: 400,
        ..ProptestConfig::with_source_file(file!())
    });
    runner
        .run(&old(), |old| {
            let dir = Dir::new();
            runtime.block_on(async {
                write(&old, &dir.0).await;
                let opened =
                    Journal::open_with(&dir.0, Duration::from_secs(5), std::sync::Arc::new(Utc::now)).await;
                let went = match &opened {
                    Ok(journal) => {
                        let went = used(journal).await;
                        journal.close().await;
                        went
                    }
                    Err(_) => opened.map(|_| ()),
                };
                if let Err(why) = went {
                    let words = why.to_string();
                    prop_assert!(words.contains(' '), "{words:?}");
                    let is_readable = matches!(old, Old::First(_) | Old::Begun);
                    prop_assert!(!is_readable, "{old:?}: {words}");
                }
                Ok(())
            })
        })
        .unwrap();
}

/// A directory of its own that goes with the case.
struct Dir(PathBuf);

impl Dir {
    fn new() -> Self {
        let dir = std::env::temp_dir().join(format!("nightdesk-fuzz-{}", IntentId::fresh()));
        std::fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
