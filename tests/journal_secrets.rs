//! Whatever the hotel and the plan: no PIN, no link and no key gets into the file.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod journal_support;

use std::sync::Arc;

use journal_support::{Dir, House, ledger};
use nightdesk::desk::{
    CheckOutAsk, EncodeAsk, ExtendAsk, Outcome, Plan, ReissueAsk, check_out, encode, extend, reissue,
};
use nightdesk::journal::{Filter, Intent, IntentId, Journal, Who};
use nightdesk::property::{Delta, Property, Records, Settings};
use nightdesk::seam::model::AccessMethod;
use proptest::prelude::*;
use serde_json::{Value, json};

fn records<T: serde::de::DeserializeOwned>(values: &[Value]) -> Vec<T> {
    values.iter().map(|v| serde_json::from_value(v.clone()).unwrap()).collect()
}

/// What a guest has that nobody else may know.
#[derive(Clone, Debug)]
struct Secrets {
    pin: String,
    old_pin: String,
    link: String,
}

fn secrets() -> impl Strategy<Value = Secrets> {
    // Longer than a lock takes, so that none is by chance in an id or an instant.
    let pin = || "[1-9][0-9]{12,15}".prop_map(String::from);
    (pin(), pin(), "[a-zA-Z0-9]{24}").prop_map(|(pin, old_pin, token)| Secrets {
        pin,
        old_pin,
        link: format!("https://ik.example/{token}"),
    })
}

/// Two guests of one reservation on one room, each with a PIN, a mobile key and two cards.
fn hotel(guests: &[Secrets], words: &str) -> Property {
    let now = "2026-11-23T02:14:00Z".parse().unwrap();
    let mut p = Property::new(Settings::default(), now);
    let mut methods = Vec::new();
    let mut grants = Vec::new();
    let mut people = Vec::new();
    for (i, s) in guests.iter().enumerate() {
        let warning = json!({"warning_code": "requested_code_unavailable", "message": words,
            "original_code": s.old_pin, "new_code": s.pin, "created_at": "2026-11-20T10:00:00Z"});
        people.push(json!({"user_identity_id": format!("guest{i}"), "full_name": format!("Guest {i}")}));
        methods.push(json!({"access_method_id": format!("pin{i}"), "mode": "code", "code": s.pin,
            "is_issued": true, "issued_at": "2026-11-20T14:00:00Z", "warnings": [warning.clone()]}));
        methods.push(json!({"access_method_id": format!("phone{i}"), "mode": "mobile_key",
            "instant_key_url": s.link, "is_issued": true, "issued_at": "2026-11-20T14:00:00Z"}));
        methods.push(json!({"access_method_id": format!("card{i}"), "mode": "card", "is_issued": true,
            "is_encoding_required": true, "issued_at": "2026-11-20T14:00:00Z"}));
        methods.push(json!({"access_method_id": format!("next{i}"), "mode": "card", "is_issued": false,
            "is_encoding_required": true, "is_ready_for_encoding": true}));
        let ids: Vec<String> = ["pin", "phone", "card", "next"].map(|m| format!("{m}{i}")).to_vec();
        let asked = json!([{"mode": "code", "code": s.old_pin, "created_access_method_ids": [ids[0]]}]);
        grants.push(json!({"access_grant_id": format!("grant{i}"), "user_identity_id": format!("guest{i}"),
            "reservation_key": "R-1", "space_ids": ["room118"], "acs_entrance_ids": ["door118"],
            "starts_at": "2026-11-20T14:00:00Z", "ends_at": "2026-11-23T10:00:00Z", "access_method_ids": ids,
            "requested_access_methods": asked, "instant_key_url": s.link, "warnings": [warning]}));
    }
    let reserved = json!({"acs_entrance_id": "door118", "acs_system_id": "vision", "display_name": "118",
        "space_ids": ["room118"], "can_belong_to_reservation": true,
        "visionline_metadata": {"door_category": "guest"}});
    for r in [
        Records::Systems(records(&[
            json!({"acs_system_id": "vision", "external_type": "visionline_system", "name": "Visionline"}),
        ])),
        Records::Spaces(records(&[json!({"space_id": "room118", "name": "118"})])),
        Records::Entrances(records(&[reserved])),
        Records::Encoders(records(&[
            json!({"acs_encoder_id": "desk1", "acs_system_id": "vision", "display_name": "Front desk 1"}),
        ])),
        Records::Identities(records(&people)),
        Records::Grants(records(&grants)),
        Records::Methods(records(&methods)),
    ] {
        p.apply(Delta::Read { records: r, as_of: now, sweep: None }, now);
    }
    p
}

fn plans(p: &Property) -> Vec<Plan> {
    let now = "2026-11-23T02:14:00Z".parse().unwrap();
    let tuesday = "2026-11-24T10:00:00Z".parse().unwrap();
    let mut plans = Vec::new();
    for id in p.stays().map(|s| s.id.clone()) {
        plans.extend(extend::plan(p, &ExtendAsk::until(id.clone(), tuesday), now));
        plans.extend(check_out::plan(p, &CheckOutAsk::all(id.clone()), now));
        for encoder in reissue::encoders(p, &id).into_iter().map(|e| e.encoder) {
            for lost in reissue::cards(p, &id).into_iter().map(|c| c.method) {
                plans.extend(reissue::plan(
                    p,
                    &ReissueAsk { stay: id.clone(), lost, encoder: encoder.clone() },
                    now,
                ));
            }
            plans.extend(encode::plan(p, &EncodeAsk { stay: id.clone(), methods: Vec::new(), encoder }, now));
        }
    }
    plans
}

/// Every byte of every file of the journal.
fn bytes(dir: &Dir) -> Vec<u8> {
    let files = std::fs::read_dir(&dir.0).unwrap();
    files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn no_plan_holds_a_secret(guests in proptest::collection::vec(secrets(), 2)) {
        let words = format!("The code {} was taken, {} is used.", guests[0].old_pin, guests[0].pin);
        let p = hotel(&guests, &words);
        let plans = plans(&p);
        let actions: std::collections::HashSet<_> = plans.iter().map(|plan| plan.action).collect();
        prop_assert_eq!(actions.len(), 4, "every action was planned");
        let dir = Dir::new();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let journal = Journal::open(&dir.0).await.unwrap();
            for plan in &plans {
                let intent = Intent {
                    id: IntentId::fresh(),
                    at: "2026-11-23T02:14:00Z".parse().unwrap(),
                    hotel: "harbour".into(),
                    action: "x".into(),
                    stay: "x".into(),
                    guest: plan.guest.clone(),
                    room: plan.room.clone(),
                    plan: serde_json::to_value(plan).unwrap(),
                    who: Who::here(None),
                };
                journal.begin(&intent).await.unwrap();
            }
            assert_eq!(journal.records(&Filter::default()).await.unwrap().len(), plans.len());
        });
        let bytes = bytes(&dir);
        prop_assert!(holds(&bytes, "Front desk 1"), "the files were looked at");
        for secret in guests.iter().flat_map(|s| [&s.pin, &s.old_pin, &s.link]) {
            prop_assert!(!holds(&bytes, secret), "{} is in the journal", secret);
        }
    }
}

/// A whole night of runs against the sandbox: its PINs have few digits, so they are looked for where they
/// could only be PINs, standing by themselves in the words.
#[tokio::test]
async fn no_run_writes_a_pin_or_a_link() {
    let house = House::open().await;
    let truth = house.sandbox.control().truth();
    let all = truth["methods"].as_array().unwrap();
    let methods: Vec<AccessMethod> =
        all.iter().map(|m| serde_json::from_value(m["method"].clone()).unwrap()).collect();
    let journal = house.journal().await;
    let mut desk = house.desk(Arc::new(ledger(&journal, "maria"))).await;
    for plan in [house.extension(), house.lost_card(), house.departure()] {
        desk.begin(plan);
        let ended = desk.finish().await;
        assert!(matches!(ended.outcome, Outcome::Done { .. } | Outcome::Failed { .. }), "{ended:?}");
    }
    let records = journal.records(&Filter::default()).await.unwrap();
    let words: Vec<&str> = records.iter().flat_map(|r| &r.facts).map(|f| f.words.as_str()).collect();
    let pins: Vec<&str> = methods.iter().filter_map(|m| m.code.as_ref()).map(|s| s.reveal()).collect();
    assert!(!pins.is_empty() && !words.is_empty());
    for word in words.iter().flat_map(|w| w.split(|c: char| !c.is_alphanumeric())) {
        assert!(!pins.contains(&word), "a PIN: {words:?}");
    }
    let bytes = bytes(&house.dir);
    for link in methods.iter().filter_map(|m| m.instant_key_url.as_ref()) {
        assert!(!holds(&bytes, link.reveal()));
    }
    assert!(!holds(&bytes, house.sandbox.api_key().reveal()));
    assert!(records.iter().flat_map(|r| &r.facts).any(|f| f.request_id.is_some()), "request ids are kept");
}
