//! Answers that are carried out as they should be and told wrongly: other types, other pages, no end.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use chrono::{DateTime, Duration, Utc};
use http_body::{Frame, SizeHint};
use serde_json::{Value, json};

use super::faults::FaultKind;
use super::http::Reply;

/// What the cursors of spoiled lists begin with; the hotel itself gives out others.
const CURSOR: &str = "fault_";
/// How much of a flood is sent at once.
const PIECE: usize = 64 << 10;
/// Fields whose values the documents enumerate.
const ENUMERATED: &[&str] = &[
    "action_type",
    "device_type",
    "error_code",
    "event_type",
    "external_type",
    "mode",
    "mutation_code",
    "status",
    "warning_code",
];

fn json(body: &[u8]) -> Option<Value> {
    serde_json::from_str(str::from_utf8(body).ok()?).ok()
}

/// For faults that make up pages: takes their own cursor out of a request, and tells where it points.
pub(super) fn place(fault: &FaultKind, body: &mut Bytes) -> Option<usize> {
    if !matches!(fault, FaultKind::Endless { .. } | FaultKind::Pages { .. }) {
        return None;
    }
    let Value::Object(mut params) = json(body)? else { return None };
    let from = params.get("page_cursor")?.as_str()?.strip_prefix(CURSOR)?.parse().ok()?;
    params.remove("page_cursor");
    *body = Value::Object(params).to_string().into();
    Some(from)
}

/// The answer as a fault leaves it. `from` is where its own cursor pointed.
pub(super) fn answer(fault: Option<&FaultKind>, from: Option<usize>, mut reply: Reply) -> Reply {
    let (Some(fault), 200) = (fault, reply.status) else { return reply };
    if let FaultKind::Deep { levels } = fault {
        reply.body = deep(&reply.body, *levels);
        return reply;
    }
    let Some(mut body) = json(&reply.body) else { return reply };
    match fault {
        FaultKind::WrongTypes => every_field(&mut body, &other_type),
        FaultKind::Nulls => every_field(&mut body, &|_| Value::Null),
        FaultKind::UnknownValues => unknown(&mut body),
        FaultKind::ExtraFields => surprise(&mut body),
        FaultKind::Endless { same } => {
            let next = if *same { 1 } else { from.unwrap_or(0) + 1 };
            turn(&mut body, Some(next));
        }
        FaultKind::Pages { size, again, gone } => pages(&mut body, from.unwrap_or(0), (*size, *again, *gone)),
        FaultKind::LostPages => {
            if let Some(list) = list_of(&mut body) {
                list.truncate(list.len() / 2);
                if let Some(body) = body.as_object_mut() {
                    body.insert("pagination".to_owned(), json!("further"));
                }
            }
        }
        _ => return reply,
    }
    reply.body = body.to_string().into_bytes();
    reply
}

/// What a fault does to a finished response. `now` is the hotel's time.
pub(super) fn response(fault: Option<&FaultKind>, now: DateTime<Utc>, mut response: Response) -> Response {
    match fault {
        Some(FaultKind::Skew { hours }) => {
            let date = httpdate::fmt_http_date((now + Duration::hours(*hours)).into());
            if let Ok(date) = HeaderValue::from_str(&date) {
                response.headers_mut().insert(header::DATE, date);
            }
        }
        Some(FaultKind::Flood { bytes, announced }) => {
            let long = Long { left: *bytes, announced: announced.then_some(*bytes), first: None, ends: true };
            *response.body_mut() = Body::new(long);
        }
        _ => {}
    }
    response
}

/// The first half of an answer; the rest never comes.
pub(super) fn stalled(body: &[u8]) -> Body {
    let half = Bytes::copy_from_slice(body.get(..body.len() / 2).unwrap_or_default());
    Body::new(Long { left: 0, announced: Some(body.len()), first: Some(half), ends: false })
}

/// The one list of an answer, if it is one.
fn list_of(body: &mut Value) -> Option<&mut Vec<Value>> {
    body.as_object_mut()?.values_mut().find_map(Value::as_array_mut)
}

/// Says of a list whether it goes on, and where.
fn turn(body: &mut Value, next: Option<usize>) {
    if list_of(body).is_none() {
        return;
    }
    let cursor = next.map(|at| format!("{CURSOR}{at}"));
    if let Some(body) = body.as_object_mut() {
        body.insert(
            "pagination".to_owned(),
            json!({"has_next_page": next.is_some(), "next_page_cursor": cursor, "next_page_url": null}),
        );
    }
}

fn pages(body: &mut Value, from: usize, (size, again, gone): (usize, usize, bool)) {
    let Some(list) = list_of(body) else { return };
    let size = size.max(1);
    let next = (from + size < list.len()).then_some(from + size);
    let start = if from > 0 && gone { from + 1 } else { from.saturating_sub(again) };
    let page: Vec<Value> = list.iter().take(from + size).skip(start).cloned().collect();
    *list = page;
    turn(body, next);
}

fn every_field(body: &mut Value, to: &dyn Fn(&Value) -> Value) {
    let Some(body) = body.as_object_mut() else { return };
    for (name, value) in body {
        match value {
            Value::Object(lists) if name == "batch" => {
                lists.values_mut().filter_map(Value::as_array_mut).flatten().for_each(|r| fields(r, to));
            }
            Value::Array(list) => list.iter_mut().for_each(|record| fields(record, to)),
            Value::Object(_) => fields(value, to),
            other => *other = to(other),
        }
    }
}

fn fields(record: &mut Value, to: &dyn Fn(&Value) -> Value) {
    record.as_object_mut().into_iter().flatten().for_each(|(_, value)| *value = to(value));
}

fn other_type(value: &Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) => json!("yes"),
        Value::String(_) => json!(7),
        Value::Number(_) | Value::Array(_) => json!({"of": "another type"}),
        Value::Object(_) => json!(["another type"]),
    }
}

fn unknown(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(unknown),
        Value::Object(map) => {
            for (name, value) in map {
                match value {
                    Value::String(text) if ENUMERATED.contains(&name.as_str()) => {
                        "not_in_any_document".clone_into(text);
                    }
                    other => unknown(other),
                }
            }
        }
        _ => {}
    }
}

fn surprise(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(surprise),
        Value::Object(map) => {
            map.values_mut().for_each(surprise);
            map.insert(
                "_surprise".to_owned(),
                json!({"of": [1, {"more": null}], "text": "\u{202e}", "on": true}),
            );
        }
        _ => {}
    }
}

/// Written as text: no tree of this depth could be built, or taken down again, on a stack.
fn deep(body: &[u8], levels: usize) -> Vec<u8> {
    let nested = format!("\"deep\":{}{}", "[".repeat(levels), "]".repeat(levels));
    let text = String::from_utf8_lossy(body).replacen("[{", &format!("[{{{nested},"), 1);
    text.replacen('{', &format!("{{{nested},"), 1).into_bytes()
}

/// A body that is longer than it should be, or never comes to its end.
struct Long {
    left: usize,
    announced: Option<usize>,
    first: Option<Bytes>,
    ends: bool,
}

impl http_body::Body for Long {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        if self.left == 0 {
            return if self.ends { Poll::Ready(None) } else { Poll::Pending };
        }
        let piece = self.left.min(PIECE);
        self.left -= piece;
        Poll::Ready(Some(Ok(Frame::data(vec![b' '; piece].into()))))
    }

    fn size_hint(&self) -> SizeHint {
        self.announced
            .and_then(|n| u64::try_from(n).ok())
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> Value {
        json!({"ok": true, "doors": [{"id": "1", "n": 1}, {"id": "2", "n": 2}, {"id": "3", "n": 3}]})
    }

    fn ids(body: &Value) -> Vec<&str> {
        body["doors"].as_array().unwrap().iter().map(|d| d["id"].as_str().unwrap()).collect()
    }

    #[test]
    fn pages_repeat_or_leave_out_what_they_are_told_to() {
        let page = |from, how| {
            let mut body = list();
            pages(&mut body, from, how);
            body
        };
        assert_eq!(ids(&page(0, (2, 1, false))), ["1", "2"]);
        assert_eq!(page(0, (2, 1, false))["pagination"]["next_page_cursor"], "fault_2");
        assert_eq!(ids(&page(2, (2, 1, false))), ["2", "3"]);
        assert_eq!(page(2, (2, 1, false))["pagination"]["has_next_page"], false);
        assert!(ids(&page(2, (2, 0, true))).is_empty());
    }

    #[test]
    fn a_cursor_of_its_own_is_kept_from_the_hotel() {
        let mut body = Bytes::from(r#"{"limit": 5, "page_cursor": "fault_10"}"#);
        assert_eq!(place(&FaultKind::Endless { same: false }, &mut body), Some(10));
        assert_eq!(&body[..], br#"{"limit":5}"#);
        assert_eq!(place(&FaultKind::Stall, &mut body), None);
    }

    #[test]
    fn every_field_has_another_type_or_none() {
        let mut body = list();
        every_field(&mut body, &other_type);
        assert_eq!(body["doors"][0], json!({"id": 7, "n": {"of": "another type"}}));
        every_field(&mut body, &|_| Value::Null);
        assert_eq!(body["doors"][2], json!({"id": null, "n": null}));
        assert_eq!(body["ok"], Value::Null);
    }

    #[test]
    fn what_is_deep_is_json_all_the_same() {
        let body = deep(list().to_string().as_bytes(), 3);
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&body["deep"], &body["doors"][0]["deep"]), (&json!([[[]]]), &json!([[[]]])));
    }
}
