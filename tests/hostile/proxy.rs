//! Stands before a hotel and changes what it says.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use nightdesk::sandbox::Sandbox;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// What of an answer's head is handed on.
const KEPT: [&str; 3] = ["date", "seam-request-id", "retry-after"];

#[derive(Clone)]
struct Ways {
    hotel: String,
    hotel_key: String,
    key: String,
    http: reqwest::Client,
    change: Arc<dyn Fn(&mut Value) + Send + Sync>,
}

/// Starts it before `sandbox`, for those who have `key`. Returns its address.
pub fn before(
    runtime: &Runtime,
    sandbox: &Sandbox,
    key: &str,
    change: impl Fn(&mut Value) + Send + Sync + 'static,
) -> String {
    // Fails only where one is there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let ways = Ways {
        hotel: sandbox.endpoint(),
        hotel_key: format!("Bearer {}", sandbox.api_key().reveal()),
        key: format!("Bearer {key}"),
        http: reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap(),
        change: Arc::new(change),
    };
    serve(runtime, Router::new().fallback(pass).with_state(ways))
}

/// Serves on a port of its own. Returns the address.
pub fn serve(runtime: &Runtime, router: Router) -> String {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn pass(State(ways): State<Ways>, asked: Request) -> Response {
    let (head, body) = asked.into_parts();
    let is_known = head.headers.get("authorization").is_some_and(|key| key == ways.key.as_str());
    let key = if is_known { ways.hotel_key.as_str() } else { "Bearer seam_test_wrong" };
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let request = ways.http.post(format!("{}{}", ways.hotel, head.uri)).header("authorization", key);
    let Ok(answer) = request.header("content-type", "application/json").body(body).send().await else {
        return Response::builder().status(502).body(Body::empty()).unwrap();
    };
    let mut response = Response::builder().status(answer.status()).header("content-type", "application/json");
    for name in KEPT {
        if let Some(value) = answer.headers().get(name) {
            response = response.header(name, value);
        }
    }
    let bytes = answer.bytes().await.unwrap_or_default();
    let Ok(mut said) = serde_json::from_slice::<Value>(&bytes) else {
        return response.body(Body::from(bytes)).unwrap();
    };
    (ways.change)(&mut said);
    response.body(Body::from(said.to_string())).unwrap()
}

/// Calls `change` for every text with its name.
pub fn each_text(value: &mut Value, change: &mut dyn FnMut(&str, &mut String)) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(|one| each_text(one, change)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) => change(name, text),
                    other => each_text(other, change),
                }
            }
        }
        _ => {}
    }
}
