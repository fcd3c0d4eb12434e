//! Seam's answers, bent: a record is read or is told as one that cannot be, never lost, and what was read is
//! drawn.

use std::sync::{Arc, Mutex};

use axum::Router;
use nightdesk::seam::client::{ListAccessGrants, ListDevices, ListEntrances, ListEvents};
use nightdesk::seam::model::ActionAttempt;
use nightdesk::seam::{Client, Page, SeamError, Settings};
use nightdesk::secret::Secret;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::bend::{any_value, bend, bends, scratch, scratches};
use crate::house::{answers, app_on, look_everywhere, thresholds};

/// So many cases, more where somebody asks for more.
fn cases(few: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok());
    Config { cases: asked.unwrap_or(few), ..Config::with_source_file(file!()) }
}

#[test]
fn whatever_is_read_of_bent_answers_is_drawn() {
    let real = answers();
    let mut runner = TestRunner::new(cases(40));
    let bent = |bends: Vec<_>| {
        let mut answers = real.clone();
        bend(&mut answers, &bends);
        look_everywhere(&mut app_on(&answers, thresholds()));
        Ok(())
    };
    runner.run(&proptest::collection::vec(bends(), 1..12).prop_map(|all| all.concat()), bent).unwrap();
}

/// A server that answers with whatever it was given.
struct Parrot {
    client: Client,
    says: Arc<Mutex<Vec<u8>>>,
}

impl Parrot {
    async fn start() -> Self {
        let says: Arc<Mutex<Vec<u8>>> = Arc::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let saying = Arc::clone(&says);
        let router = Router::new().fallback(move || {
            let body = saying.lock().unwrap().clone();
            async move { ([("content-type", "application/json")], body) }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut settings = Settings::new(endpoint, Secret::new("seam_test_fuzz"));
        settings.requests_per_second = 1e6;
        settings.burst = 1_000_000;
        settings.read_retries = 0;
        Self { client: Client::new(settings).unwrap(), says }
    }
}

/// A list of `sent` records is read as so many, good and bad, or is refused as a whole.
fn counted<T>(read: &Result<Page<T>, SeamError>, answer: &Value, key: &str) -> Result<(), TestCaseError> {
    let sent = answer[key].as_array().map(Vec::len);
    if let (Ok(page), Some(sent)) = (read, sent) {
        prop_assert_eq!(page.items.len() + page.bad.len(), sent, "a record of {} is lost", key);
    }
    Ok(())
}

#[test]
fn no_record_of_a_bent_page_is_lost() {
    let real = answers();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let parrot = runtime.block_on(Parrot::start());
    let page = |key: &str| json!({key: real[key], "pagination": {"has_next_page": false}, "ok": true});
    let keys = ["access_grants", "devices", "acs_entrances", "events"];
    let mut runner = TestRunner::new(cases(60));
    let bent = |(which, bends, raw): (usize, Vec<_>, Vec<_>)| {
        let key = keys[which];
        let mut answer = page(key);
        bend(&mut answer, &bends);
        let mut body = answer.to_string().into_bytes();
        scratch(&mut body, &raw);
        // What the bytes say now, if they say anything.
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        *parrot.says.lock().unwrap() = body;
        runtime.block_on(async {
            let client = &parrot.client;
            match which {
                0 => counted(&client.list_access_grants(&ListAccessGrants::default()).await, &answer, key),
                1 => counted(&client.list_devices(&ListDevices::default()).await, &answer, key),
                2 => counted(&client.list_entrances(&ListEntrances::default()).await, &answer, key),
                _ => {
                    let since = crate::house::now();
                    counted(
                        &client
                            .list_events(&ListEvents {
                                since,
                                access_grant_ids: None,
                                access_method_ids: None,
                                device_id: None,
                                space_ids: None,
                                limit: None,
                                unstable_offset: None,
                            })
                            .await,
                        &answer,
                        key,
                    )
                }
            }
        })
    };
    let rarely = prop_oneof![4 => Just(Vec::new()), 1 => scratches()];
    runner.run(&(0..keys.len(), bends(), rarely), bent).unwrap();
}

#[test]
fn an_attempt_of_any_form_is_read_or_refused() {
    let mut runner = TestRunner::new(cases(256));
    let attempt = json!({
        "action_attempt_id": "a", "status": "success", "action_type": "SCAN_CREDENTIAL", "error": null,
        "result": {
            "acs_credential_on_encoder": {"card_number": "1", "starts_at": "2026-11-22T14:00:00Z",
                "ends_at": "2026-11-24T10:00:00Z", "is_issued": true, "visionline_metadata": {"cancelled": false,
                "guest_acs_entrance_ids": ["e"]}},
            "acs_credential_on_seam": {"user_identity_id": "u", "errors": [], "warnings": []},
            "warnings": [{"warning_code": "acs_credential_on_encoder_out_of_sync", "warning_message": "m"}],
        },
    });
    let p = app_on(&answers(), thresholds()).property;
    let read = |(bends, whole): (Vec<_>, Option<Value>)| {
        let mut value = attempt.clone();
        bend(&mut value, &bends);
        if let Ok(attempt) = serde_json::from_value::<ActionAttempt>(whole.unwrap_or(value)) {
            let _ = attempt.issued_method();
            if let Some(read) = attempt.scan() {
                let face = nightdesk::desk::scan::face(&p, &read, crate::house::now());
                prop_assert!(!face.title.is_empty());
            }
        }
        Ok(())
    };
    runner.run(&(bends(), proptest::option::weighted(0.1, any_value())), read).unwrap();
}
