//! Desks × properties × stays on one machine, with one PostgreSQL: what the desks ask of the API and of the
//! store, how long it takes from a change at the API to every screen, and what a desk takes.
//!
//! `cargo bench --bench scale -- [DESKS] [PROPERTIES] [STAYS] [SECONDS]`
//!
//! A desk is everything of the program but the terminal: the relay of every property, and the program's state
//! with all panes. All desks, the APIs and the store share the machine, so its cores are the limit.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark may stop at the first surprise"
)]

#[path = "../../tests/cluster/mod.rs"]
mod cluster;
#[path = "../house/mod.rs"]
mod house;
mod machine;
mod screens;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use machine::Machine;
use nightdesk::sandbox::{Options, Sandbox};
use nightdesk::seam::client::{ENDPOINTS, GrantRef, UpdateAccessGrant};
use nightdesk::seam::id::GrantId;
use nightdesk::seam::{Client, Settings};
use nightdesk::secret::Secret;
use nightdesk::store::{Server, schema};
use screens::{Change, Screens};
use sqlx::postgres::PgListener;
use tokio::task::JoinSet;

/// Changes at each property, one in so much time.
const CHANGE_EVERY: Duration = Duration::from_secs(10);

/// A property's API, and its name in the store.
pub struct Property {
    pub name: String,
    pub sandbox: Sandbox,
}

impl Property {
    async fn open(number: usize, stays: usize) -> Self {
        let options = Options {
            rooms: stays + stays / 10,
            grants: stays,
            seed: number as u64 + 1,
            speed: 1.0,
            now: Some(Utc::now()),
            ..Options::default()
        };
        let sandbox = Sandbox::start(options).await.expect("a sandbox");
        Self { name: format!("workspace {number}"), sandbox }
    }

    pub fn client(&self) -> Client {
        Client::new(Settings::new(self.sandbox.endpoint(), self.sandbox.api_key())).expect("a client")
    }

    /// How often its API was asked.
    fn asked(&self) -> usize {
        ENDPOINTS.iter().map(|e| self.sandbox.control().asked(e.path).len()).sum()
    }
}

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|a| a.parse::<usize>().ok());
    let (desks, properties) = (numbers.next().unwrap_or(50), numbers.next().unwrap_or(20));
    let (stays, seconds) = (numbers.next().unwrap_or(400), numbers.next().unwrap_or(60));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(measure(desks, properties, stays, Duration::from_secs(seconds as u64)));
}

async fn measure(desks: usize, count: usize, stays: usize, time: Duration) {
    let Some(cluster) = cluster::own() else { return };
    let database = cluster.database();
    // A desk has up to five connections.
    database.sql(&format!("ALTER SYSTEM SET max_connections = {}", 6 * desks + 50));
    cluster.restart();
    let server = Server::parse(&Secret::new(database.url())).unwrap();
    schema::migrate_server(&server, None).await.unwrap();
    let mut opening = JoinSet::new();
    (0..count).for_each(|n| drop(opening.spawn(Property::open(n, stays))));
    let properties = Arc::new(opening.join_all().await);
    let machine = Machine::of(&cluster);
    let before = machine.resident();
    let began = Instant::now();
    let screens = Screens::open(desks, &server, &properties).await;
    screens.read().await;
    println!("{desks} desks × {count} properties × {stays} stays: all read after {:?}", began.elapsed());
    tokio::time::sleep(Duration::from_secs(20)).await;
    let opened = machine.resident();

    let notices = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    tokio::spawn(listen(
        database.url(),
        properties.iter().map(|p| p.name.clone()).collect(),
        Arc::clone(&notices),
    ));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let asked: usize = properties.iter().map(Property::asked).sum();
    let rows = || database.sql("SELECT SUM(number) FROM nightdesk.relay_seat").parse::<u64>().unwrap();
    let statements = || {
        database
            .sql(
                "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()",
            )
            .parse::<u64>()
            .unwrap()
    };
    notices.store(0, std::sync::atomic::Ordering::SeqCst);
    let (rows_before, statements_before, used) = (rows(), statements(), machine.used());
    let began = Instant::now();
    let clients: Vec<Client> = properties.iter().map(Property::client).collect();
    let mut turn = 0;
    while began.elapsed() < time {
        let at = turn % count;
        if let Some((grant, end)) = screens.running(at, turn / count) {
            change(&screens, &clients[at], at, grant, end).await;
        }
        turn += 1;
        tokio::time::sleep(CHANGE_EVERY.div_f64(count as f64)).await;
    }
    let took = began.elapsed().as_secs_f64();
    let asked_now: usize = properties.iter().map(Property::asked).sum();
    let (rows_now, statements_now, used_now) = (rows(), statements(), machine.used());
    let told = notices.load(std::sync::atomic::Ordering::SeqCst);
    screens.settle().await;
    let per_second = |n: u64| n as f64 / took;
    println!(
        "API requests a property and minute: {:.1}",
        (asked_now - asked) as f64 / count as f64 / took * 60.0
    );
    println!("{}", screens.latencies());
    println!("rows told a second: {:.1}", per_second(rows_now - rows_before));
    println!("notifications a second: {:.1}", told as f64 / took);
    println!("statements at the store a second: {:.1}", per_second(statements_now - statements_before));
    println!("memory a desk: {:.1} MB", (opened - before) as f64 / desks as f64 / 1e6);
    println!(
        "memory of the store: {:.0} MB, {} connections",
        machine.store_resident() as f64 / 1e6,
        machine.backends()
    );
    println!(
        "cores: desks and APIs {:.2}, store {:.2}",
        (used_now.0 - used.0) / took,
        (used_now.1 - used.1) / took
    );
}

async fn change(screens: &Screens, client: &Client, at: usize, grant: GrantId, end: DateTime<Utc>) {
    let end = end + TimeDelta::minutes(1);
    screens.expect(at, Change { grant: grant.clone(), end, at: Instant::now() });
    let change = UpdateAccessGrant {
        grant: GrantRef::Id(grant.clone()),
        starts_at: None,
        ends_at: Some(end),
        name: None,
    };
    if client.update_access_grant(&change).await.is_err() {
        screens.forget(at, &grant, end);
    }
}

/// Counts what is told about the properties.
async fn listen(url: String, names: Vec<String>, heard: Arc<std::sync::atomic::AtomicUsize>) {
    let mut listener = PgListener::connect(&url).await.expect("a listener");
    for name in &names {
        for topic in ["relay", "wish", "seat"] {
            let channel: String = sqlx::query_scalar("SELECT nightdesk.channel_of($1, $2)")
                .bind(topic)
                .bind(name)
                .fetch_one(&mut listener)
                .await
                .expect("a channel");
            listener.listen(&channel).await.expect("to listen");
        }
    }
    while listener.recv().await.is_ok() {
        heard.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    }
}
