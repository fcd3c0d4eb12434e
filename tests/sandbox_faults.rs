//! What the wire can do to an answer, seen from a client.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of a test may stop at the first surprise too"
)]

use std::time::Duration;

use nightdesk::sandbox::{Control, Fault, Options, Sandbox};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

struct Line {
    sandbox: Sandbox,
    control: Control,
    client: Client,
}

impl Line {
    async fn open() -> Self {
        let now = Some("2026-11-23T02:14:00Z".parse().unwrap());
        let options = Options { rooms: 20, grants: 10, speed: 0.0, now, ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let control = sandbox.control();
        // One provider for the process; the second test to come here finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { sandbox, control, client: Client::builder().no_proxy().build().unwrap() }
    }

    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        let url = format!("{}{path}", self.sandbox.endpoint());
        let request = self.client.post(url).bearer_auth(self.sandbox.api_key().reveal());
        request.header("content-type", "application/json").body(body.to_string())
    }

    /// Creates a user identity; the name tells one try from another.
    async fn create(&self, name: &str) -> Result<Response, reqwest::Error> {
        self.post("/user_identities/create", &json!({"full_name": name})).send().await
    }

    fn fault(&self, fault: Value) {
        self.control.fault(serde_json::from_value::<Fault>(fault).unwrap());
    }

    fn created(&self) -> u64 {
        self.control.applied("/user_identities/create")
    }
}

#[tokio::test]
async fn a_lost_reply_was_carried_out_and_a_reset_request_was_not() {
    let line = Line::open().await;
    line.fault(json!({"path": "/user_identities", "kind": "reset"}));
    assert!(line.create("Reset").await.is_err());
    assert_eq!(line.created(), 0);
    line.fault(json!({"path": "/user_identities", "kind": "drop_reply"}));
    assert!(line.create("Dropped").await.is_err());
    assert_eq!(line.created(), 1);
    assert_eq!(line.create("Fine").await.unwrap().status(), 200);
}

#[tokio::test]
async fn answers_arrive_cut_garbled_or_not_at_all() {
    let line = Line::open().await;
    line.fault(json!({"kind": "cut_body"}));
    let cut = line.create("Cut").await.unwrap();
    assert!(cut.text().await.is_err());
    for kind in ["truncated", "not_json", "empty"] {
        line.fault(json!({"kind": kind}));
        let answer = line.create(kind).await.unwrap();
        assert_eq!(answer.status(), 200);
        let text = answer.text().await.unwrap();
        assert!(serde_json::from_str::<Value>(&text).is_err(), "{kind}: {text}");
    }
    assert_eq!(line.created(), 4);
    line.fault(json!({"kind": "html"}));
    let page = line.create("Html").await.unwrap();
    assert_eq!(
        (page.status().as_u16(), page.headers()["content-type"].to_str().unwrap()),
        (502, "text/html")
    );
    assert_eq!(line.created(), 4);
}

#[tokio::test]
async fn a_hanging_request_ends_with_the_clients_patience_or_with_the_sandbox() {
    let line = Line::open().await;
    line.fault(json!({"kind": "hang", "count": 2}));
    let request = line.post("/workspaces/get", &json!({})).timeout(Duration::from_millis(200));
    assert!(request.send().await.unwrap_err().is_timeout());
    let hanging = tokio::spawn(line.post("/workspaces/get", &json!({})).send());
    // The first fault is used up when the second request hangs, so it is on the line before the end.
    while line.control.pending_faults() > 0 {
        tokio::task::yield_now().await;
    }
    line.sandbox.shutdown().await;
    let _ = hanging.await.unwrap();
}

#[tokio::test]
async fn what_is_carried_out_is_not_always_what_is_answered() {
    let line = Line::open().await;
    line.fault(json!({"kind": "status_after", "status": 500}));
    assert_eq!(line.create("Failed").await.unwrap().status(), 500);
    assert_eq!(line.created(), 1);
    line.fault(json!({"kind": "late", "ms": 5}));
    assert_eq!(line.create("Late").await.unwrap().status(), 504);
    while line.created() < 2 {
        tokio::task::yield_now().await;
    }
    line.fault(json!({"kind": "hang_after"}));
    let request = line.post("/user_identities/create", &json!({"full_name": "Hung"}));
    assert!(request.timeout(Duration::from_millis(300)).send().await.unwrap_err().is_timeout());
    assert_eq!(line.created(), 3);
}

#[tokio::test]
async fn a_slow_answer_is_whole() {
    let line = Line::open().await;
    line.fault(json!({"kind": "drip", "ms": 1}));
    let slow: Value = serde_json::from_str(
        &line.post("/workspaces/get", &json!({})).send().await.unwrap().text().await.unwrap(),
    )
    .unwrap();
    assert_eq!(slow["workspace"]["name"], "Harbour Hotel");
    line.fault(json!({"kind": "delay", "ms": 1}));
    assert_eq!(line.create("Late").await.unwrap().status(), 200);
}

#[tokio::test]
async fn too_many_requests_say_when_to_come_back() {
    let line = Line::open().await;
    line.fault(json!({"kind": "status", "status": 429, "retry_after": {"seconds": 3}}));
    line.fault(json!({"kind": "status", "status": 429, "retry_after": {"date_in": 3}}));
    line.fault(json!({"kind": "status", "status": 503, "body": "overloaded", "skip": 1}));
    let seconds = line.create("A").await.unwrap();
    assert_eq!((seconds.status().as_u16(), seconds.headers()["retry-after"].to_str().unwrap()), (429, "3"));
    let date = line.create("B").await.unwrap();
    let date = date.headers()["retry-after"].to_str().unwrap().to_owned();
    assert!(chrono::DateTime::parse_from_rfc2822(&date).is_ok(), "{date}");
    assert_eq!(line.create("C").await.unwrap().status(), 200, "skipped");
    let text = line.create("D").await.unwrap();
    assert_eq!((text.status().as_u16(), text.text().await.unwrap().as_str()), (503, "overloaded"));
}

#[tokio::test]
async fn the_sandbox_is_driven_over_http_with_its_key() {
    let line = Line::open().await;
    let ask = async |path: &str, body: Value| -> Value {
        let answer = line.post(path, &body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path} {body}");
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    };
    let clock = ask("/_sandbox/clock", json!({"advance": 90})).await;
    assert_eq!(clock["now"], "2026-11-23T02:15:30.000Z");
    ask("/_sandbox/incident", json!({"kind": "bridge_down"})).await;
    ask("/_sandbox/faults", json!([{"path": "/workspaces", "kind": "html"}])).await;
    ask("/_sandbox/faults", json!([])).await;
    ask("/workspaces/get", json!({})).await;
    line.create("Counted").await.unwrap();
    let truth = ask("/_sandbox/truth", json!({})).await;
    assert_eq!(truth["applied"]["/user_identities/create"], 1);
    let listed = ask("/access_grants/list", json!({})).await["access_grants"].as_array().unwrap().len();
    assert_eq!(truth["grants"].as_array().unwrap().len(), listed);
    assert!(truth["doors"].as_array().unwrap().iter().any(|d| d["online"] == false));
    let url = format!("{}/_sandbox/truth", line.sandbox.endpoint());
    assert_eq!(line.client.get(url).send().await.unwrap().status(), 401);
    let unknown = line.post("/_sandbox/incident", &json!({"kind": "flood"})).send().await.unwrap();
    assert_eq!(unknown.status(), 400);
}
