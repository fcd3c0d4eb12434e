//! What the tests have in common: desks on one database, and what they write.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::journal::{Claim, Fact, FactKind, Intent, IntentId, Journal, Token, Wanted, Who};
use nightdesk::secret::Secret;
use nightdesk::store::{Server, schema};
use serde_json::json;

use crate::cluster::Database;

pub fn server(url: &str) -> Server {
    Server::parse(&Secret::new(url)).unwrap()
}

/// With the schema in it.
pub async fn migrated(database: &Database) -> Server {
    let server = server(&database.url());
    schema::migrate_server(&server, None).await.unwrap();
    server
}

pub fn at(minutes: i64) -> DateTime<Utc> {
    "2026-11-23T02:14:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes)
}

pub fn intent(room: &str) -> Intent {
    Intent {
        id: IntentId::fresh(),
        at: at(0),
        hotel: "harbour".into(),
        action: "extend".into(),
        stay: "ada/R-1".into(),
        guest: "Lindqvist, Ada".into(),
        room: room.into(),
        plan: json!({"steps": [1, 2]}),
        who: Who { user: "maria".into(), host: "desk-1".into(), process: 7, ..Who::default() },
    }
}

pub fn fact(kind: FactKind, state: &str) -> Fact {
    Fact::new(at(1), kind).says(state, "")
}

pub async fn claim(journal: &Journal, run: IntentId, name: &str, lasts: Duration) -> Claim {
    let wanted = Wanted { names: vec![name.into()], run, whom: "maria: Extend 118".into(), lasts };
    journal.claim(&wanted).await.unwrap()
}

pub async fn held(journal: &Journal, run: IntentId, name: &str, lasts: Duration) -> Token {
    match claim(journal, run, name, lasts).await {
        Claim::Held { token, .. } => token,
        busy => panic!("{busy:?}"),
    }
}

/// The numbers of all facts, in order.
pub fn numbers(database: &Database) -> Vec<i64> {
    let said = database.sql("SELECT num FROM nightdesk.fact ORDER BY num");
    said.lines().map(|line| line.parse().unwrap()).collect()
}
