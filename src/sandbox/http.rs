//! HTTP: from a request to a call of the hotel and back, with the faults in between.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::Response;
use serde_json::{Map, Value, json};
use tokio::sync::watch;
use tokio::time::Instant;

use super::answer::{Answer, ApiError};
use super::calls::{self, Endpoint, Verb};
use super::control;
use super::dice::Dice;
use super::faults::{FaultKind, Faults};
use super::hotel::Hotel;
use super::params::Params;
use super::spoil;
use super::wire::Wire;
use crate::secret::Secret;

/// The largest request body that is read.
const MAX_BODY: usize = 16 << 20;
/// How many requests are remembered.
const REMEMBERED: usize = 4_096;
const JSON: &str = "application/json; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// What every request shares.
pub(crate) struct Shared {
    hotel: Mutex<Hotel>,
    faults: Mutex<Faults>,
    requests: Mutex<Dice>,
    asked: Mutex<VecDeque<(String, Instant)>>,
    pub(crate) key: Secret,
    pub(crate) closing: watch::Sender<bool>,
}

impl Shared {
    pub(crate) fn new(hotel: Hotel) -> Self {
        let seed = hotel.seed;
        let key = Secret::new(format!("seam_test_{}", Dice::new(seed, 7).uuid().simple()));
        Self {
            hotel: Mutex::new(hotel),
            faults: Mutex::new(Faults::default()),
            requests: Mutex::new(Dice::new(seed, 8)),
            asked: Mutex::default(),
            key,
            closing: watch::channel(false).0,
        }
    }

    /// The hotel, lived up to now. A panic in another request leaves it usable: every change is small.
    pub(crate) fn hotel(&self) -> MutexGuard<'_, Hotel> {
        let mut hotel = self.hotel.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        hotel.catch_up();
        hotel
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The last requests, oldest first.
    pub(crate) fn asked(&self) -> MutexGuard<'_, VecDeque<(String, Instant)>> {
        self.asked.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn remember(&self, path: &str) {
        let mut asked = self.asked();
        if asked.len() == REMEMBERED {
            asked.pop_front();
        }
        asked.push_back((path.to_owned(), Instant::now()));
    }

    fn request_id(&self) -> String {
        self.requests.lock().unwrap_or_else(std::sync::PoisonError::into_inner).uuid().to_string()
    }
}

/// An answer before it is put on the wire.
pub(super) struct Reply {
    pub(super) status: u16,
    kind: &'static str,
    pub(super) body: Vec<u8>,
}

impl Reply {
    fn json(status: u16, value: &Value) -> Self {
        Self { status, kind: JSON, body: value.to_string().into_bytes() }
    }

    fn text(status: u16, text: &str) -> Self {
        Self { status, kind: TEXT, body: text.as_bytes().to_vec() }
    }

    fn error(error: &ApiError) -> Self {
        Self::json(error.status, &error.body())
    }
}

/// Answers one request.
pub(crate) async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let mut response = serve_one(&shared, request).await;
    // The hotel's own clock, as every server tells it: a client dates what it reads by it.
    let now = httpdate::fmt_http_date(shared.hotel().now.into());
    if let Ok(now) = HeaderValue::from_str(&now) {
        // A fault may have dated it already.
        response.headers_mut().entry(header::DATE).or_insert(now);
    }
    response
}

async fn serve_one(shared: &Arc<Shared>, request: Request) -> Response {
    let wire = request.extensions().get::<ConnectInfo<Wire>>().map(|info| info.0.clone());
    if let Some(wire) = &wire {
        wire.drip(0);
    }
    let (parts, body) = request.into_parts();
    let id = shared.request_id();
    let Ok(mut body) = to_bytes(body, MAX_BODY).await else {
        return finish(&id, Reply::text(413, "Payload Too Large"), None);
    };
    let path = parts.uri.path().to_owned();
    let own = path.starts_with("/_sandbox");
    let fault = if own { None } else { shared.faults().take(&path) };
    if !own {
        shared.remember(&path);
    }
    if let Some(early) = before(shared, fault.as_ref(), wire.as_ref(), &id).await {
        return early;
    }
    if let Some(FaultKind::Late { ms }) = fault {
        let (shared, pause) = (Arc::clone(shared), Duration::from_millis(ms));
        // A task of its own: it outlives the request's connection.
        crate::task::spawn(async move {
            tokio::time::sleep(pause).await;
            answer(&shared, &parts.method, &parts.uri, &parts.headers, &body);
        });
        return finish(&id, made_up(504, None), None);
    }
    let place = fault.as_ref().and_then(|fault| spoil::place(fault, &mut body));
    let reply = answer(shared, &parts.method, &parts.uri, &parts.headers, &body);
    if matches!(fault, Some(FaultKind::HangAfter)) {
        return never(shared, &id).await;
    }
    let now = shared.hotel().now;
    let response = after(fault.as_ref(), wire.as_ref(), &id, spoil::answer(fault.as_ref(), place, reply));
    spoil::response(fault.as_ref(), now, response)
}

/// No answer for as long as the sandbox is open.
async fn never(shared: &Shared, id: &str) -> Response {
    let mut closing = shared.closing.subscribe();
    let _ = closing.wait_for(|closing| *closing).await;
    finish(id, Reply::text(503, "Closing"), None)
}

/// An answer that was made up.
fn made_up(status: u16, body: Option<&Value>) -> Reply {
    match body {
        Some(Value::String(text)) => Reply::text(status, text),
        Some(other) => Reply::json(status, other),
        None => Reply::json(status, &ApiError::new(status, "simulated_fault", "A simulated fault.").body()),
    }
}

/// What a fault does before the request is looked at.
async fn before(
    shared: &Shared,
    fault: Option<&FaultKind>,
    wire: Option<&Wire>,
    id: &str,
) -> Option<Response> {
    match fault? {
        FaultKind::Delay { ms } => {
            tokio::time::sleep(Duration::from_millis(*ms)).await;
            None
        }
        FaultKind::Hang => Some(never(shared, id).await),
        FaultKind::Reset => {
            if let Some(wire) = wire {
                wire.cut_after(0);
            }
            Some(finish(id, Reply::text(500, ""), None))
        }
        FaultKind::Redirect { to } => {
            let mut response = finish(id, Reply::text(307, ""), None);
            if let Ok(to) = HeaderValue::from_str(to) {
                response.headers_mut().insert(header::LOCATION, to);
            }
            Some(response)
        }
        FaultKind::Html => {
            let page = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>";
            let reply = Reply { status: 502, kind: "text/html", body: page.as_bytes().to_vec() };
            Some(finish(id, reply, None))
        }
        FaultKind::Status { status, body, content_type, retry_after } => {
            let retry_after = retry_after.map(|r| r.header(shared.hotel().now));
            let mut response = finish(id, made_up(*status, body.as_ref()), retry_after);
            if let Some(kind) = content_type.as_deref().and_then(|k| HeaderValue::from_str(k).ok()) {
                response.headers_mut().insert(header::CONTENT_TYPE, kind);
            }
            Some(response)
        }
        _ => None,
    }
}

/// What a fault does to a finished answer.
fn after(fault: Option<&FaultKind>, wire: Option<&Wire>, id: &str, mut reply: Reply) -> Response {
    let half = reply.body.len() / 2;
    match (fault, wire) {
        (Some(FaultKind::DropReply), Some(wire)) => wire.cut_after(0),
        // The headers take about this much.
        (Some(FaultKind::CutBody), Some(wire)) => wire.cut_after(180 + half),
        (Some(FaultKind::Drip { ms }), Some(wire)) => wire.drip(*ms),
        (Some(FaultKind::Truncated), _) => reply.body.truncate(half),
        (Some(FaultKind::NotJson), _) => reply.body = b"upstream connect error or disconnect/reset".to_vec(),
        (Some(FaultKind::Empty), _) => reply.body.clear(),
        (Some(FaultKind::Stall), _) => {
            let rest = spoil::stalled(&reply.body);
            let mut response = finish(id, reply, None);
            *response.body_mut() = rest;
            return response;
        }
        (Some(FaultKind::StatusAfter { status, body }), _) => reply = made_up(*status, body.as_ref()),
        _ => {}
    }
    finish(id, reply, None)
}

fn finish(id: &str, reply: Reply, retry_after: Option<String>) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.kind));
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert("seam-request-id", id);
    }
    if let Some(value) = retry_after.and_then(|value| HeaderValue::from_str(&value).ok()) {
        headers.insert(header::RETRY_AFTER, value);
    }
    response
}

fn answer(shared: &Shared, method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Reply {
    let path = uri.path();
    let own = path.starts_with("/_sandbox/");
    let endpoint = calls::endpoint(path);
    if endpoint.is_none() && !own {
        return Reply::text(404, "Not Found");
    }
    if let Err(error) = authorize(shared, headers) {
        return Reply::error(&error);
    }
    if own {
        return match control::route(shared, method.as_str(), path, body) {
            Ok(value) => Reply::json(200, &value),
            Err(error) => Reply::error(&error),
        };
    }
    let Some(endpoint) = endpoint else { return Reply::text(404, "Not Found") };
    match params(endpoint, method, uri, headers, body) {
        Err(Refusal::Json) => Reply::text(400, "Invalid JSON"),
        Err(Refusal::Error(error)) => Reply::error(&error),
        Ok(params) => match call(shared, endpoint, &params) {
            Ok(mut map) => {
                map.insert("ok".to_owned(), json!(true));
                Reply::json(200, &Value::Object(map))
            }
            Err(error) => Reply::error(&error),
        },
    }
}

fn authorize(shared: &Shared, headers: &HeaderMap) -> Result<(), ApiError> {
    let given = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let key = given.and_then(|v| v.strip_prefix("Bearer "));
    if key == Some(shared.key.reveal()) {
        return Ok(());
    }
    let message = if key.is_some() { "The API key is not valid." } else { "An API key is required." };
    Err(ApiError::new(401, "unauthorized", message))
}

enum Refusal {
    Json,
    Error(ApiError),
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Error(error)
    }
}

fn params(
    endpoint: &Endpoint,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Params, Refusal> {
    let in_query = match (endpoint.verb, method.as_str()) {
        (_, "POST") | (Verb::Update, "PATCH") => false,
        (Verb::Read, "GET") => true,
        (Verb::Delete, "DELETE") => body.is_empty(),
        _ => {
            return Err(
                ApiError::new(405, "method_not_allowed", "Only some HTTP methods are allowed here.").into()
            );
        }
    };
    let params = if in_query {
        let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| ApiError::inputs("The query string cannot be read."))?;
        Params::from_query(&pairs.0, endpoint.fields)
    } else {
        Params(object(headers, body)?)
    };
    params.check(endpoint.fields)?;
    Ok(params)
}

fn object(headers: &HeaderMap, body: &Bytes) -> Result<Map<String, Value>, Refusal> {
    // Seam's older SDKs send reads without parameters as a POST without body and type.
    if body.is_empty() {
        return Ok(Map::new());
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().map(str::trim) != Some("application/json") {
        let message = "POST requests must have \"Content-Type: application/json\".";
        return Err(ApiError::new(400, "invalid_content_type", message).into());
    }
    let body = str::from_utf8(body).map_err(|_| Refusal::Json)?;
    match serde_json::from_str(body) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(ApiError::inputs("Expected object").into()),
        Err(_) => Err(Refusal::Json),
    }
}

/// Members by which a change is counted apart from others to the same endpoint.
const COUNTED: &[&str] = &[
    "access_grant_key",
    "user_identity_key",
    "access_method_id",
    "access_grant_id",
    "reservation_key",
    "instant_key_id",
    "user_identity_id",
];

fn call(shared: &Shared, endpoint: &Endpoint, params: &Params) -> Answer {
    let mut hotel = shared.hotel();
    let result = (endpoint.call)(&mut hotel, params);
    if result.is_ok() && endpoint.verb != Verb::Read {
        *hotel.applied.entry(endpoint.path.to_owned()).or_default() += 1;
        if let Some(name) = COUNTED.iter().find_map(|name| params.text(name)) {
            *hotel.applied_to.entry(format!("{} {name}", endpoint.path)).or_default() += 1;
        }
    }
    result
}
