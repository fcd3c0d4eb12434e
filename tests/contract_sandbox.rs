//! The sandbox over real HTTP: the whole hotel guide, every answer judged by Seam's OpenAPI document.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of a test may stop at the first surprise too"
)]

mod contract;

use contract::Validator;
use nightdesk::sandbox::{Control, Incident, Options, Sandbox};
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// A hotel whose time stands still, and a client that has every answer judged.
struct Guide {
    sandbox: Sandbox,
    control: Control,
    client: Client,
    judge: Validator,
    seen: std::cell::RefCell<std::collections::BTreeSet<String>>,
}

const START: &str = "2026-11-23T02:14:00Z";

impl Guide {
    async fn open() -> Self {
        Self::with(Options::default()).await
    }

    async fn with(options: Options) -> Self {
        let options = Options { now: Some(START.parse().unwrap()), speed: 0.0, ..options };
        let sandbox = Sandbox::start(options).await.unwrap();
        let control = sandbox.control();
        control.incident(&Incident::Restless { on: false }).unwrap();
        // One provider for the process; the second test to come here finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build().unwrap();
        Self { sandbox, control, client, judge: Validator::new(), seen: Default::default() }
    }

    async fn send(&self, method: Method, path: &str, query: &str, body: Option<&Value>) -> (u16, Value) {
        let url = format!("{}{path}{query}", self.sandbox.endpoint());
        let key = self.sandbox.api_key();
        let mut request = self.client.request(method, url).bearer_auth(key.reveal());
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        assert!(response.headers().contains_key("seam-request-id"), "{path}");
        let text = response.text().await.unwrap();
        let value: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{path}: {status} {text}"));
        self.judge
            .response(path, status, &value)
            .unwrap_or_else(|e| panic!("{path} answered {value:#}\n{e}"));
        self.seen.borrow_mut().insert(path.to_owned());
        (status, value)
    }

    async fn ok(&self, path: &str, body: Value) -> Value {
        self.judge.request(path, &body).unwrap_or_else(|e| panic!("{path} was sent {body}\n{e}"));
        let (status, value) = self.send(Method::POST, path, "", Some(&body)).await;
        assert_eq!(status, 200, "{path} {body} {value}");
        assert_eq!(value["ok"], true);
        value
    }

    async fn refused(&self, path: &str, body: Value) -> (u16, String) {
        let (status, value) = self.send(Method::POST, path, "", Some(&body)).await;
        assert_ne!(status, 200, "{path} {body} {value}");
        (status, value["error"]["type"].as_str().unwrap().to_owned())
    }

    async fn settled(&self, path: &str, body: Value) -> Value {
        let attempt = self.ok(path, body).await["action_attempt"].clone();
        assert_eq!(attempt["status"], "pending");
        self.control.advance(6.0);
        self.ok("/action_attempts/get", json!({"action_attempt_id": attempt["action_attempt_id"]})).await
            ["action_attempt"]
            .clone()
    }

    async fn grant(&self, id: &Value) -> Value {
        self.ok("/access_grants/get", json!({"access_grant_id": id})).await["access_grant"].clone()
    }

    async fn methods(&self, grant: &Value) -> Vec<Value> {
        self.ok("/access_methods/list", json!({"access_grant_id": grant})).await["access_methods"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// A room behind `category` that nobody has tonight or later.
    async fn free_room(&self, reservable: bool) -> Value {
        let spaces = self.ok("/spaces/list", json!({})).await;
        for space in spaces["spaces"].as_array().unwrap() {
            let id = &space["space_id"];
            let doors = self.ok("/acs/entrances/list", json!({"space_id": id})).await;
            let doors = doors["acs_entrances"].as_array().unwrap();
            let private = doors.len() == 1 && doors[0]["can_belong_to_reservation"] == reservable;
            if !private || !space["space_key"].as_str().unwrap().starts_with("room-") {
                continue;
            }
            let grants = self.ok("/access_grants/list", json!({"space_id": id})).await;
            if grants["access_grants"].as_array().unwrap().is_empty() {
                return space.clone();
            }
        }
        panic!("the hotel is full");
    }
}

#[tokio::test]
async fn the_guide_from_booking_to_check_out() {
    let hotel = Guide::open().await;
    hotel.ok("/workspaces/get", json!({})).await;
    let systems = hotel.ok("/acs/systems/list", json!({})).await;
    let visionline = &systems["acs_systems"][0];
    assert_eq!(visionline["external_type"], "visionline_system");
    hotel.ok("/acs/systems/get", json!({"acs_system_id": visionline["acs_system_id"]})).await;
    let encoders =
        hotel.ok("/acs/encoders/list", json!({"acs_system_id": visionline["acs_system_id"]})).await;
    let encoder = &encoders["acs_encoders"][0]["acs_encoder_id"];
    hotel.ok("/acs/encoders/get", json!({"acs_encoder_id": encoder})).await;
    let room = hotel.free_room(true).await;
    hotel.ok("/spaces/get", json!({"space_id": room["space_id"]})).await;

    let person = json!({"full_name": "Lindqvist, Per", "email_address": "per@example.com", "user_identity_key": "g-1"});
    let person = hotel.ok("/user_identities/create", person).await["user_identity"].clone();
    let id = &person["user_identity_id"];
    hotel.ok("/user_identities/get", json!({"user_identity_id": id})).await;
    hotel
        .ok("/user_identities/update", json!({"user_identity_id": id, "phone_number": "+4915112345678"}))
        .await;
    hotel.ok("/user_identities/list", json!({"search": "per@example"})).await;

    let lobby = hotel.ok("/spaces/get", json!({"space_key": "lobby"})).await["space"].clone();
    let grant = json!({
        "user_identity_id": id, "space_ids": [room["space_id"], lobby["space_id"]],
        "reservation_key": "R-1", "access_grant_key": "R-1-per",
        "starts_at": START, "ends_at": "2026-11-26T10:00:00Z",
        "requested_access_methods": [{"mode": "card"}, {"mode": "code", "code": "4417"}, {"mode": "mobile_key"}],
    });
    let grant = hotel.ok("/access_grants/create", grant).await["access_grant"].clone();
    let grant_id = &grant["access_grant_id"];
    assert!(grant["instant_key_url"].as_str().unwrap().starts_with("https://"));
    let before = hotel.methods(grant_id).await;
    assert!(before.iter().all(|m| m["pending_mutations"][0]["mutation_code"] == "provisioning_access"));
    hotel.control.advance(15.0);
    let methods = hotel.methods(grant_id).await;
    let of = |mode: &str| methods.iter().find(|m| m["mode"] == mode).unwrap().clone();
    assert_eq!((&of("code")["is_issued"], &of("code")["code"]), (&json!(true), &json!("4417")));
    assert_eq!(of("mobile_key")["is_issued"], true);
    let card = of("card");
    assert_eq!((&card["is_encoding_required"], &card["is_ready_for_encoding"]), (&json!(true), &json!(true)));
    let card_id = &card["access_method_id"];
    hotel.ok("/access_methods/get", json!({"access_method_id": card_id})).await;

    // The card is cut, lies on the encoder, and reads back as what it is.
    let job = json!({"access_method_id": card_id, "acs_encoder_id": encoder});
    let cut = hotel.settled("/access_methods/encode", job.clone()).await;
    assert_eq!(cut["status"], "success", "{cut}");
    let scan = hotel.settled("/acs/encoders/scan_credential", json!({"acs_encoder_id": encoder})).await;
    assert_eq!(
        scan["result"]["acs_credential_on_seam"]["acs_credential_id"],
        cut["result"]["acs_credential_id"]
    );
    assert_eq!(scan["result"]["warnings"], json!([]));
    hotel.ok("/acs/entrances/list", json!({"acs_credential_id": cut["result"]["acs_credential_id"]})).await;

    // Everything related, in one call.
    let related = hotel.ok("/access_grants/get_related", json!({"access_grant_ids": [grant_id]})).await;
    assert_eq!(related["batch"]["access_methods"].as_array().unwrap().len(), 3);
    assert_eq!(related["batch"]["acs_entrances"].as_array().unwrap().len(), 3);
    let some = json!({"access_grant_ids": [grant_id], "include": ["spaces", "user_identities"], "exclude": ["spaces"]});
    let some = hotel.ok("/access_grants/get_related", some).await;
    assert_eq!(some["batch"].as_object().unwrap().keys().collect::<Vec<_>>(), ["user_identities"]);
    let ids: Vec<&Value> = methods.iter().map(|m| &m["access_method_id"]).collect();
    let related = hotel.ok("/access_methods/get_related", json!({"access_method_ids": ids})).await;
    assert_eq!(related["batch"]["acs_credentials"].as_array().unwrap().len(), 3);

    // Extended: every method is revoked and comes back, the card over the encoder.
    let longer = json!({"access_grant_id": grant_id, "ends_at": "2026-11-27T10:00:00Z"});
    hotel.ok("/access_grants/update", longer).await;
    let open = hotel.grant(grant_id).await;
    assert_eq!(open["pending_mutations"][0]["mutation_code"], "updating_access_times");
    assert_eq!(open["pending_mutations"][0]["from"]["ends_at"], "2026-11-26T10:00:00.000Z");
    assert!(
        hotel.methods(grant_id).await.iter().all(|m| m["is_issued"] == false && m["issued_at"].is_string())
    );
    hotel.control.advance(30.0);
    let stale = hotel.settled("/acs/encoders/scan_credential", json!({"acs_encoder_id": encoder})).await;
    assert_eq!(stale["result"]["warnings"][0]["warning_code"], "acs_credential_on_encoder_out_of_sync");
    let again = hotel.settled("/access_methods/encode", job).await;
    assert_eq!(again["status"], "success", "{again}");
    assert_eq!(hotel.grant(grant_id).await["pending_mutations"], json!([]));
    let after = hotel.methods(grant_id).await;
    let card_again = after.iter().find(|m| m["mode"] == "card").unwrap();
    assert_eq!(
        (&card_again["is_issued"], &card_again["issued_at"]),
        (&json!(true), &cut["result"]["issued_at"])
    );

    // Instant Keys.
    let keys = hotel.ok("/instant_keys/list", json!({"user_identity_id": id})).await["instant_keys"].clone();
    let key = &keys[0];
    hotel.ok("/instant_keys/get", json!({"instant_key_url": key["instant_key_url"]})).await;
    let other = hotel
        .ok("/user_identities/generate_instant_key", json!({"user_identity_id": id, "max_use_count": 2}))
        .await;
    hotel.ok("/instant_keys/delete", json!({"instant_key_id": other["instant_key"]["instant_key_id"]})).await;

    // A lost card: deleted, and another one requested on the same grant.
    hotel.ok("/access_methods/delete", json!({"access_method_id": card_id})).await;
    let more = json!({"access_grant_id": grant_id, "requested_access_methods": [{"mode": "card"}]});
    hotel.ok("/access_grants/request_access_methods", more).await;
    hotel.control.advance(15.0);
    let (status, kind) = hotel.refused("/access_methods/get", json!({"access_method_id": card_id})).await;
    assert_eq!((status, kind.as_str()), (404, "access_method_not_found"));

    // Checked out.
    let (_, kind) = hotel.refused("/user_identities/delete", json!({"user_identity_id": id})).await;
    assert_eq!(kind, "user_identity_has_access_grants");
    hotel.ok("/access_grants/delete", json!({"access_grant_id": grant_id})).await;
    let dying = hotel.grant(grant_id).await;
    assert_eq!(dying["warnings"][0]["warning_code"], "being_deleted");
    hotel.control.advance(30.0);
    let (_, kind) = hotel.refused("/access_grants/get", json!({"access_grant_id": grant_id})).await;
    assert_eq!(kind, "access_grant_not_found");
    hotel.ok("/user_identities/delete", json!({"user_identity_id": id})).await;

    let events = hotel.ok("/events/list", json!({"since": START, "access_grant_id": grant_id})).await;
    let kinds: Vec<&str> =
        events["events"].as_array().unwrap().iter().map(|e| e["event_type"].as_str().unwrap()).collect();
    for kind in [
        "access_grant.created",
        "access_method.created",
        "access_method.card_encoding_required",
        "access_method.issued",
        "access_grant.access_granted_to_all_doors",
        "access_grant.access_times_changed",
        "access_method.revoked",
        "access_method.reissued",
        "access_method.deleted",
        "access_grant.deleted",
    ] {
        assert!(kinds.contains(&kind), "{kind} is not among {kinds:?}");
    }
    assert_eq!(kinds.iter().filter(|k| **k == "access_method.deleted").count(), 4);
}

#[tokio::test]
async fn every_endpoint_answers_and_every_list_conforms() {
    let hotel = Guide::open().await;
    let grants = hotel.ok("/access_grants/list", json!({})).await;
    let all: Vec<Value> = grants["access_grants"].as_array().unwrap().clone();
    assert_eq!(all.len(), 181);
    let ids: Vec<&Value> = all.iter().map(|g| &g["access_grant_id"]).collect();
    let batch =
        hotel.ok("/access_grants/get_related", json!({"access_grant_ids": ids})).await["batch"].clone();
    let methods = batch["access_methods"].as_array().unwrap();
    let method_ids: Vec<&Value> = methods.iter().map(|m| &m["access_method_id"]).collect();
    hotel.ok("/access_methods/get_related", json!({"access_method_ids": method_ids})).await;
    for path in [
        "/spaces/list",
        "/user_identities/list",
        "/devices/list",
        "/acs/entrances/list",
        "/instant_keys/list",
    ] {
        hotel.ok(path, json!({})).await;
    }
    let device = batch["devices"][0].clone();
    let id = &device["device_id"];
    hotel.ok("/devices/get", json!({"device_id": id})).await;
    hotel
        .ok("/acs/entrances/get", json!({"acs_entrance_id": batch["acs_entrances"][0]["acs_entrance_id"]}))
        .await;
    let codes = hotel.ok("/access_codes/list", json!({"device_id": id})).await["access_codes"].clone();
    let code = &codes[0]["access_code_id"];
    let of_code = hotel.ok("/access_grants/list", json!({"access_code_id": code})).await;
    assert_eq!(of_code["access_grants"].as_array().unwrap().len(), 1);
    hotel.ok("/access_methods/list", json!({"access_code_id": code})).await;
    hotel.ok("/spaces/create", json!({"name": "Pool", "space_key": "pool", "device_ids": [id]})).await;

    // Devices and bridges in trouble conform too.
    let door = serde_json::from_value(id.clone()).unwrap();
    for incident in [
        Incident::DeviceOffline { id: door },
        Incident::Privacy { id: door, on: true },
        Incident::BridgeDown,
        Incident::Deny { id: door, reason: None, times: Some(3) },
    ] {
        hotel.control.incident(&incident).unwrap();
    }
    hotel.ok("/devices/list", json!({})).await;
    hotel.ok("/acs/systems/list", json!({})).await;
    for incident in
        [Incident::DeviceOnline { id: door }, Incident::Battery { id: door, level: 0.05 }, Incident::BridgeUp]
    {
        hotel.control.incident(&incident).unwrap();
    }

    // A tag to assign, a cloud key to unlock with.
    let room = hotel.free_room(false).await;
    let grant = json!({
        "user_identity": {"full_name": "Ōe, Kenzaburō"}, "space_keys": [room["space_key"]],
        "requested_access_methods": [{"mode": "card"}, {"mode": "cloud_key"}],
    });
    let grant = hotel.ok("/access_grants/create", grant).await["access_grant"].clone();
    hotel.control.advance(15.0);
    let made = hotel.methods(&grant["access_grant_id"]).await;
    assert_eq!(made[0]["is_ready_for_assignment"], true);
    let job = json!({"access_method_id": made[0]["access_method_id"], "card_number": "04A1B2"});
    assert_eq!(hotel.settled("/access_methods/assign_card", job).await["result"]["is_issued"], true);
    let doors = hotel.ok("/acs/entrances/list", json!({"space_id": room["space_id"]})).await;
    let job = json!({
        "access_method_id": made[1]["access_method_id"],
        "acs_entrance_id": doors["acs_entrances"][0]["acs_entrance_id"],
    });
    assert_eq!(hotel.settled("/access_methods/unlock_door", job).await["status"], "success");

    // What an encoder is told to do next.
    let systems: Vec<&Value> =
        batch["acs_systems"].as_array().unwrap().iter().map(|s| &s["acs_system_id"]).collect();
    let encoders = hotel.ok("/acs/encoders/list", json!({"acs_system_ids": systems})).await;
    let encoder = json!({"acs_encoder_id": encoders["acs_encoders"][1]["acs_encoder_id"]});
    let simulate = "/acs/encoders/simulate/next_credential_";
    hotel.ok(&format!("{simulate}scan_will_fail"), encoder.clone()).await;
    let scan = hotel.settled("/acs/encoders/scan_credential", encoder.clone()).await;
    assert_eq!(scan["error"]["type"], "no_credential_on_encoder");
    for scenario in
        ["credential_exists_on_seam", "credential_does_not_exist_on_seam", "credential_on_encoder_is_empty"]
    {
        let told = json!({"acs_encoder_id": encoder["acs_encoder_id"], "scenario": scenario});
        hotel.ok(&format!("{simulate}scan_will_succeed"), told).await;
        assert_eq!(
            hotel.settled("/acs/encoders/scan_credential", encoder.clone()).await["status"],
            "success"
        );
    }
    let told = json!({"acs_encoder_id": encoder["acs_encoder_id"], "error_code": "encoding_interrupted"});
    hotel.ok(&format!("{simulate}encode_will_fail"), told).await;
    hotel.ok(&format!("{simulate}encode_will_succeed"), encoder.clone()).await;

    // A whole day of events, of the hotel's own life.
    hotel.control.incident(&Incident::Restless { on: true }).unwrap();
    hotel.control.advance(26.0 * 3600.0);
    let events = hotel.ok("/events/list", json!({"since": "2026-11-15", "limit": 20000})).await;
    let events = events["events"].as_array().unwrap();
    for kind in ["lock.unlocked", "lock.access_denied", "acs_system.disconnected", "device.low_battery"] {
        assert!(events.iter().any(|e| e["event_type"] == kind), "{kind}");
    }
    assert!(events.is_sorted_by_key(|e| e["created_at"].as_str().unwrap().to_owned()));
    hotel.ok("/events/get", json!({"event_id": events[0]["event_id"]})).await;
    let later = hotel.ok("/access_grants/list", json!({})).await["access_grants"].clone();
    let ids: Vec<&Value> = later.as_array().unwrap().iter().map(|g| &g["access_grant_id"]).collect();
    hotel.ok("/access_grants/get_related", json!({"access_grant_ids": ids})).await;

    let missing: Vec<String> = hotel
        .judge
        .paths()
        .into_iter()
        .filter(|path| !hotel.seen.borrow().contains(path) && !THE_GUIDE_ASKS.contains(&path.as_str()))
        .collect();
    assert_eq!(missing, Vec::<String>::new(), "endpoints that nothing asked");
}

/// Endpoints that `the_guide_from_booking_to_check_out` has asked.
const THE_GUIDE_ASKS: &[&str] = &[
    "/access_grants/delete",
    "/access_grants/get",
    "/access_grants/request_access_methods",
    "/access_grants/update",
    "/access_methods/delete",
    "/access_methods/encode",
    "/access_methods/get",
    "/acs/encoders/get",
    "/acs/systems/get",
    "/instant_keys/delete",
    "/instant_keys/get",
    "/spaces/get",
    "/user_identities/create",
    "/user_identities/delete",
    "/user_identities/generate_instant_key",
    "/user_identities/get",
    "/user_identities/update",
    "/workspaces/get",
];

#[tokio::test]
async fn reads_answer_to_get_updates_to_patch_deletes_to_delete() {
    let hotel = Guide::open().await;
    let (_, page) =
        hotel.send(Method::GET, "/access_grants/list", "?limit=2&_strict=true&page_cursor=", None).await;
    let ids: Vec<&str> = page["access_grants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| g["access_grant_id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 2);
    for query in [
        format!("?access_grant_ids={}&access_grant_ids={}", ids[0], ids[1]),
        format!("?access_grant_ids[]={}&access_grant_ids[]={}", ids[0], ids[1]),
        format!("?access_grant_ids={},{}", ids[0], ids[1]),
    ] {
        let (status, found) = hotel.send(Method::GET, "/access_grants/list", &query, None).await;
        assert_eq!((status, found["access_grants"].as_array().unwrap().len()), (200, 2), "{query}");
    }
    let (status, _) = hotel.send(Method::GET, "/workspaces/get", "", None).await;
    assert_eq!(status, 200);
    let body = json!({"access_grant_id": ids[0], "name": "renamed"});
    let (status, _) = hotel.send(Method::PATCH, "/access_grants/update", "", Some(&body)).await;
    assert_eq!(status, 200);
    let (status, _) = hotel
        .send(
            Method::DELETE,
            "/access_grants/delete",
            &format!("?access_grant_id={}&_strict=true", ids[0]),
            None,
        )
        .await;
    assert_eq!(status, 200);
    let (status, error) = hotel.send(Method::GET, "/access_grants/create", "", None).await;
    assert_eq!((status, &error["error"]["type"]), (405, &json!("method_not_allowed")));
}

#[tokio::test]
async fn pages_hold_together_and_belong_to_their_query() {
    let hotel = Guide::open().await;
    let mut found = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let page = hotel.ok("/access_grants/list", json!({"limit": 50, "page_cursor": cursor})).await;
        found.extend(
            page["access_grants"].as_array().unwrap().iter().map(|g| g["access_grant_id"].to_string()),
        );
        cursor = page["pagination"]["next_page_cursor"].clone();
        if page["pagination"]["has_next_page"] == false {
            break;
        }
        let other = json!({"limit": 51, "page_cursor": cursor});
        assert_eq!(hotel.refused("/access_grants/list", other).await.1, "mismatched_page_parameters");
    }
    assert!(cursor.is_null());
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 181);
}

#[tokio::test]
async fn what_is_wrong_is_refused_in_seams_words() {
    let hotel = Guide::open().await;
    let nobody = "00000000-0000-4000-8000-000000000000";
    for (path, body, want) in [
        ("/access_grants/get", json!({"access_grant_id": nobody}), (404, "access_grant_not_found")),
        ("/access_grants/get", json!({}), (400, "invalid_input")),
        ("/access_grants/get", json!({"access_grant_id": "x"}), (400, "invalid_input")),
        ("/access_grants/delete", json!({}), (400, "invalid_input")),
        ("/access_grants/list", json!({"limit": "ten"}), (400, "invalid_input")),
        ("/access_grants/list", json!({"limit": 0}), (400, "invalid_input")),
        ("/access_methods/list", json!({}), (400, "invalid_input")),
        ("/acs/encoders/list", json!({}), (400, "invalid_input")),
        ("/events/list", json!({}), (400, "invalid_input")),
        (
            "/events/list",
            json!({"since": "2026-11-22", "between": ["2026-11-22", "2026-11-23"]}),
            (400, "invalid_input"),
        ),
        (
            "/access_methods/delete",
            json!({"access_grant_id": nobody, "reservation_key": "R"}),
            (400, "invalid_input"),
        ),
        ("/devices/get", json!({"device_id": nobody}), (404, "device_not_found")),
        ("/action_attempts/get", json!({"action_attempt_id": nobody}), (404, "action_attempt_not_found")),
    ] {
        let (status, kind) = hotel.refused(path, body.clone()).await;
        assert_eq!((status, kind.as_str()), want, "{path} {body}");
    }
    let (_, error) =
        hotel.send(Method::POST, "/access_grants/list", "", Some(&json!({"limit": "ten"}))).await;
    assert_eq!(
        error["error"]["validation_errors"],
        json!({"_errors": [], "limit": {"_errors": ["Expected number, received string"]}})
    );

    let url = |path: &str| format!("{}{path}", hotel.sandbox.endpoint());
    let key = hotel.sandbox.api_key();
    let plain = hotel.client.post(url("/access_grants/list")).bearer_auth(key.reveal()).body("{}");
    let answer: Value = serde_json::from_str(&plain.send().await.unwrap().text().await.unwrap()).unwrap();
    assert_eq!(answer["error"]["type"], "invalid_content_type");
    let bare = hotel.client.post(url("/workspaces/get")).bearer_auth(key.reveal()).send().await.unwrap();
    assert_eq!(bare.status().as_u16(), 200, "a POST without body needs no type");
    let json_type = ("content-type", "application/json");
    let broken = hotel.client.post(url("/access_grants/list")).bearer_auth(key.reveal());
    let broken = broken.header(json_type.0, json_type.1).body("{\"limit\":").send().await.unwrap();
    assert_eq!((broken.status().as_u16(), broken.text().await.unwrap().as_str()), (400, "Invalid JSON"));
    let unknown =
        hotel.client.post(url("/access_grants/lost")).bearer_auth(key.reveal()).send().await.unwrap();
    assert_eq!(unknown.status().as_u16(), 404);
    assert!(unknown.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    for wrong in [None, Some("seam_test_wrong")] {
        let mut request =
            hotel.client.post(url("/workspaces/get")).header(json_type.0, json_type.1).body("{}");
        if let Some(wrong) = wrong {
            request = request.bearer_auth(wrong);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 401);
        assert!(answer.headers().contains_key("seam-request-id"));
        let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        hotel.judge.response("/workspaces/get", 401, &body).unwrap();
    }
}

#[tokio::test]
async fn the_same_seed_and_the_same_requests_give_the_same_bytes() {
    let mut nights = Vec::new();
    for _ in 0..2 {
        let hotel = Guide::open().await;
        hotel.control.incident(&Incident::Restless { on: true }).unwrap();
        let room = hotel.free_room(true).await;
        let grant = json!({
            "user_identity": {"full_name": "Berg, Astrid"}, "space_ids": [room["space_id"]], "reservation_key": "R-9",
            "ends_at": "2026-11-25T10:00:00Z", "requested_access_methods": [{"mode": "card"}, {"mode": "mobile_key"}],
        });
        let mut said = vec![hotel.ok("/access_grants/create", grant).await];
        hotel.control.advance(6.0 * 3600.0);
        said.push(hotel.ok("/events/list", json!({"since": "2026-11-22", "limit": 5000})).await);
        said.push(hotel.ok("/access_grants/list", json!({})).await);
        said.push(hotel.control.truth());
        nights.push(said.iter().map(Value::to_string).collect::<Vec<_>>());
    }
    for (n, (one, other)) in nights[0].iter().zip(&nights[1]).enumerate() {
        assert!(one == other, "answer {n} differs");
    }
    let other = Guide::with(Options { seed: 2, ..Options::default() }).await;
    assert_ne!(nights[0][3], other.control.truth().to_string());
}
