//! The wrong answers, and what a read makes of each.

use nightdesk::sandbox::{FaultKind, RetryAfter};
use nightdesk::seam::{AuthFailure, ErrorKind};
use serde_json::{Value, json};

/// What becomes of a read.
#[derive(Clone, Copy, Debug)]
pub enum Read {
    /// It fails with an error of this kind.
    Fails(fn(&ErrorKind) -> bool),
    /// Nothing is wrong with it.
    Fine,
    /// Records that cannot be read are told one by one; where there is but one, the read fails.
    Bad,
    /// A list is cut, with what was read before; the rest is fine.
    Cut,
}

/// A wrong answer.
#[derive(Clone, Debug)]
pub struct Wrong {
    pub name: &'static str,
    pub kind: FaultKind,
    pub read: Read,
    /// How long Seam asks to be left alone, in seconds.
    pub pause: u64,
    /// Whether only time shows it: the client waits in vain.
    pub is_slow: bool,
}

fn wrong(name: &'static str, kind: FaultKind, read: Read) -> Wrong {
    Wrong { name, kind, read, pause: 0, is_slow: false }
}

fn fails(name: &'static str, kind: FaultKind, as_kind: fn(&ErrorKind) -> bool) -> Wrong {
    wrong(name, kind, Read::Fails(as_kind))
}

fn slow(name: &'static str, kind: FaultKind) -> Wrong {
    let is_late = |k: &ErrorKind| matches!(k, ErrorKind::TimedOut { sent: true });
    Wrong { is_slow: true, ..fails(name, kind, is_late) }
}

fn status(status: u16, code: &str) -> FaultKind {
    let body = json!({"error": {"type": code, "message": "No, not this time."}, "ok": false});
    FaultKind::Status { status, body: Some(body), content_type: None, retry_after: None }
}

fn limited(name: &'static str, retry_after: Option<RetryAfter>, pause: u64) -> Wrong {
    let kind = FaultKind::Status { status: 429, body: None, content_type: None, retry_after };
    Wrong { pause, ..fails(name, kind, |k| matches!(k, ErrorKind::RateLimited { .. })) }
}

fn is_server(k: &ErrorKind) -> bool {
    matches!(k, ErrorKind::Server { .. })
}

fn is_no_json(k: &ErrorKind) -> bool {
    matches!(k, ErrorKind::NotJson { .. })
}

fn is_lost(k: &ErrorKind) -> bool {
    matches!(k, ErrorKind::Lost { .. })
}

/// What somebody is told who asked for something wrong.
fn invalid(status: u16) -> FaultKind {
    let errors = json!({"_errors": [], "limit": {"_errors": ["Expected number"]}});
    let error = json!({"type": "invalid_input", "message": "No.", "validation_errors": errors});
    let body: Option<Value> = Some(json!({"error": error, "ok": false}));
    FaultKind::Status { status, body, content_type: None, retry_after: None }
}

fn refusals() -> Vec<Wrong> {
    vec![
        fails("401", status(401, "unauthorized"), |k| *k == ErrorKind::Auth(AuthFailure::WrongKey)),
        fails("403", status(403, "forbidden"), |k| {
            matches!(k, ErrorKind::Auth(AuthFailure::NoRights { .. }))
        }),
        fails("404", status(404, "thing_not_found"), |k| matches!(k, ErrorKind::NotFound { .. })),
        fails("409", status(409, "conflict"), |k| matches!(k, ErrorKind::Conflict { .. })),
        fails("400 with validation errors", invalid(400), |k| matches!(k, ErrorKind::Validation { .. })),
        fails("422 with validation errors", invalid(422), |k| matches!(k, ErrorKind::Validation { .. })),
        limited("429 with seconds", Some(RetryAfter::Seconds(1)), 1),
        limited("429 with a date", Some(RetryAfter::DateIn(2)), 2),
        limited("429 without a word", None, 1),
        fails("500", status(500, "internal_error"), is_server),
        fails("502 with HTML", FaultKind::Html, is_server),
        fails("503", status(503, "unavailable"), is_server),
        fails(
            "redirect",
            FaultKind::Redirect { to: "https://elsewhere.invalid/".to_owned() },
            |k| matches!(k, ErrorKind::Redirected { host } if *host == "elsewhere.invalid"),
        ),
    ]
}

fn broken() -> Vec<Wrong> {
    vec![
        slow("hang before the head", FaultKind::Hang),
        slow("hang in the body", FaultKind::Stall),
        slow("slow drip", FaultKind::Drip { ms: 150 }),
        fails("reset", FaultKind::Reset, is_lost),
        fails("reset after it was carried out", FaultKind::DropReply, is_lost),
        fails("truncated JSON", FaultKind::Truncated, is_no_json),
        fails("not JSON", FaultKind::NotJson, is_no_json),
        fails("empty body", FaultKind::Empty, is_no_json),
        fails("200 MB announced", FaultKind::Flood { bytes: 200_000_000, announced: true }, is_too_large),
        fails("200 MB unannounced", FaultKind::Flood { bytes: 200_000_000, announced: false }, is_too_large),
    ]
}

fn is_too_large(k: &ErrorKind) -> bool {
    matches!(k, ErrorKind::TooLarge { .. })
}

fn odd() -> Vec<Wrong> {
    let pages = |again, gone| FaultKind::Pages { size: 12, again, gone };
    vec![
        wrong("wrong types", FaultKind::WrongTypes, Read::Bad),
        wrong("nulls", FaultKind::Nulls, Read::Bad),
        wrong("unknown enum values", FaultKind::UnknownValues, Read::Fine),
        wrong("extra fields", FaultKind::ExtraFields, Read::Fine),
        wrong("nested without end", FaultKind::Deep { levels: 50_000 }, Read::Fine),
        wrong("endless cursor", FaultKind::Endless { same: false }, Read::Cut),
        wrong("a circle of pages", FaultKind::Endless { same: true }, Read::Cut),
        wrong("further pages that cannot be read", FaultKind::LostPages, Read::Cut),
        wrong("duplicates over pages", pages(1, false), Read::Fine),
        wrong("gone between pages", pages(0, true), Read::Fine),
        wrong("clock skew", FaultKind::Skew { hours: -7 }, Read::Fine),
    ]
}

/// All of them.
pub fn all() -> Vec<Wrong> {
    [refusals(), broken(), odd()].concat()
}
