//! The first reading of a hundred thousand grants with their guests and keys, beside a bare loop that fetches
//! the same pages as many at once and throws them away. Both talk to a server on this machine that answers
//! from memory, after the time an answer takes over the Internet.
//!
//! `cargo bench --bench sync -- [GRANTS] [MILLISECONDS]`

#![allow(clippy::expect_used, clippy::print_stdout, missing_docs)]

mod house;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::Uri;
use nightdesk::app::{App, Event};
use nightdesk::property::{Delta, Property, Resource, Settings as HotelSettings};
use nightdesk::seam::{Client, Settings};
use nightdesk::secret::Secret;
use nightdesk::sync::{Cadence, start};
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// Grants on a page, and in a question for their keys.
const PAGE: usize = 500;
const CHUNK: usize = 100;
/// How many requests the first reading has under way: a page of grants, five for its keys, one of guests.
const AT_ONCE: usize = 7;

/// Every answer, written beforehand.
struct House {
    grants: Vec<String>,
    guests: Vec<String>,
    keys: Vec<String>,
    delay: Duration,
    asked: AtomicUsize,
    by_path: Mutex<BTreeMap<String, usize>>,
}

fn page(key: &str, all: Vec<Value>, number: usize, pages: usize) -> String {
    let next = (number + 1 < pages).then(|| (number + 1).to_string());
    json!({"ok": true, key: all, "pagination": {"has_next_page": next.is_some(), "next_page_cursor": next}})
        .to_string()
}

impl House {
    fn of(n: usize, delay: Duration) -> Self {
        let pages = n.div_ceil(PAGE);
        let all = |number: usize, size: usize| number * size..((number + 1) * size).min(n);
        let guest = |i: usize| json!({"user_identity_id": house::id(2, i), "full_name": house::name(i)});
        let method = |i: usize| house::method(i);
        let grants = |p: usize| all(p, PAGE).map(|i| house::raw_grant(i, false)).collect();
        let keys = |p: usize| {
            let methods: Vec<Value> =
                all(p, CHUNK).flat_map(|i| [method(2 * i), method(2 * i + 1)]).collect();
            json!({"ok": true, "batch": {"access_methods": methods}}).to_string()
        };
        Self {
            grants: (0..pages).map(|p| page("access_grants", grants(p), p, pages)).collect(),
            guests: (0..pages)
                .map(|p| page("user_identities", all(p, PAGE).map(guest).collect(), p, pages))
                .collect(),
            keys: (0..n.div_ceil(CHUNK)).map(keys).collect(),
            delay,
            asked: AtomicUsize::new(0),
            by_path: Mutex::default(),
        }
    }

    fn answer(&self, path: &str, body: &Value) -> String {
        let number = body["page_cursor"].as_str().and_then(|c| c.parse::<usize>().ok()).unwrap_or(0);
        let of = |all: &[String], at: usize| all.get(at).cloned().unwrap_or_default();
        match path {
            "/access_grants/list" => of(&self.grants, number),
            "/user_identities/list" => of(&self.guests, number),
            "/access_grants/get_related" => {
                // The ids end in the number of the grant.
                let first = body.pointer("/access_grant_ids/0").and_then(Value::as_str).unwrap_or_default();
                let first = usize::from_str_radix(first.get(24..).unwrap_or_default(), 16).unwrap_or(0);
                of(&self.keys, first / CHUNK)
            }
            "/workspaces/get" => {
                json!({"ok": true, "workspace": {"workspace_id": "w", "name": "House"}}).to_string()
            }
            path => {
                let key = match path {
                    "/acs/systems/list" => "acs_systems",
                    "/spaces/list" => "spaces",
                    "/acs/entrances/list" => "acs_entrances",
                    "/acs/encoders/list" => "acs_encoders",
                    "/instant_keys/list" => "instant_keys",
                    "/devices/list" => "devices",
                    _ => "events",
                };
                json!({"ok": true, key: []}).to_string()
            }
        }
    }
}

async fn serve(State(house): State<Arc<House>>, uri: Uri, body: Bytes) -> String {
    house.asked.fetch_add(1, Ordering::Relaxed);
    *house.by_path.lock().expect("the counts").entry(uri.path().to_owned()).or_default() += 1;
    let body = serde_json::from_slice(&body).unwrap_or_default();
    let answer = house.answer(uri.path(), &body);
    tokio::time::sleep(house.delay).await;
    answer
}

/// The same requests, as many at once, and nothing done with what comes.
async fn bare(endpoint: &str, n: usize) -> Duration {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().expect("a client");
    let pages = n.div_ceil(PAGE);
    let mut requests: Vec<(&str, Value)> = Vec::new();
    for p in 0..pages {
        requests.push(("/access_grants/list", json!({"page_cursor": p.to_string()})));
        requests.push(("/user_identities/list", json!({"page_cursor": p.to_string()})));
        for c in (p * PAGE..((p + 1) * PAGE).min(n)).step_by(CHUNK) {
            let ids: Vec<String> = (c..(c + CHUNK).min(n)).map(|i| house::id(1, i)).collect();
            let body = json!({"access_grant_ids": ids, "include": ["access_methods"]});
            requests.push(("/access_grants/get_related", body));
        }
    }
    requests.reverse();
    let requests = Arc::new(Mutex::new(requests));
    let began = Instant::now();
    let mut lanes = tokio::task::JoinSet::new();
    for _ in 0..AT_ONCE {
        let (http, requests, endpoint) = (http.clone(), Arc::clone(&requests), endpoint.to_owned());
        lanes.spawn(async move {
            loop {
                let next = requests.lock().expect("the requests").pop();
                let Some((path, body)) = next else { return };
                let request = http.post(format!("{endpoint}{path}")).body(body.to_string());
                request.send().await.expect("an answer").bytes().await.expect("a body");
            }
        });
    }
    while lanes.join_next().await.is_some() {}
    began.elapsed()
}

/// Everything read into the program, what a first reading leaves over looked at between the news; and the longest
/// time that a piece of either held up a key.
async fn read(endpoint: &str) -> (Duration, Duration, App) {
    let settings = Settings::new(endpoint, Secret::new("seam_test_bench"));
    let client = Client::new(settings).expect("a client");
    let (out, mut deltas) = mpsc::channel(64);
    let began = Instant::now();
    let polling = start(&client, Cadence::default(), Arc::new(house::start), out);
    let mut app = App::new(Property::new(HotelSettings::default(), house::start()), house::settings());
    let mut missing = vec![Resource::Grants, Resource::Identities];
    let mut longest = Duration::ZERO;
    while !missing.is_empty() || app.is_behind() {
        let event = tokio::select! {
            biased;
            delta = deltas.recv() => Event::Data(delta.expect("more news")),
            () = tokio::task::yield_now(), if app.is_behind() => Event::Idle,
        };
        if let Event::Data(Delta::SweepEnded { what, .. }) = &event {
            missing.retain(|other| other != what);
        }
        let from = Instant::now();
        app.update(house::start(), event);
        longest = longest.max(from.elapsed());
    }
    drop(polling);
    (began.elapsed(), longest, app)
}

fn main() {
    let number = |s: String| s.parse::<usize>().ok();
    let mut numbers = std::env::args().filter_map(number);
    let (n, delay) = (numbers.next().unwrap_or(100_000), numbers.next().unwrap_or(50));
    let house = Arc::new(House::of(n, Duration::from_millis(delay as u64)));
    let (tell, told) = std::sync::mpsc::channel();
    let inside = Arc::clone(&house);
    // The server has threads of its own, as a server has.
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
            tell.send(listener.local_addr().expect("an address")).expect("somebody waits");
            axum::serve(listener, Router::new().fallback(serve).with_state(inside)).await.expect("a server");
        });
    });
    let endpoint = format!("http://{}", told.recv().expect("an address"));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let bare = runtime.block_on(bare(&endpoint, n));
    let asked_bare = house.asked.swap(0, Ordering::Relaxed);
    house.by_path.lock().expect("the counts").clear();
    let (whole, longest, app) = runtime.block_on(read(&endpoint));
    println!("{n} grants, an answer takes {delay} ms:");
    println!("  bare loop      {:>7.2} s  {asked_bare} requests", bare.as_secs_f64());
    println!(
        "  first reading  {:>7.2} s  {} requests  {:.2} of the bare loop; {} stays; a key waits {:.1} ms at most",
        whole.as_secs_f64(),
        house.asked.load(Ordering::Relaxed),
        whole.as_secs_f64() / bare.as_secs_f64(),
        app.property.counts().tonight(),
        longest.as_secs_f64() * 1_000.0,
    );
    println!("  {:?}", house.by_path.lock().expect("the counts"));
}
