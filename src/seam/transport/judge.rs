//! What an answer that is not a plain success means.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::Url;
use serde_json::Value;

use super::wire::{Reply, WireError};
use crate::seam::error::{AuthFailure, ErrorKind};
use crate::secret::{DOTS, Secret};
use crate::text::{Text, fit};

/// Nothing on a desk waits longer on a server's word.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// The most fields a validation error names.
const MOST_FIELDS: usize = 20;

impl From<(WireError, usize)> for ErrorKind {
    fn from((e, limit): (WireError, usize)) -> Self {
        match e {
            WireError::Unreachable { why } => Self::Unreachable { why },
            WireError::Tls { why } => Self::Tls { why },
            WireError::TimedOut { sent } => Self::TimedOut { sent },
            WireError::Lost { why } => Self::Lost { why },
            WireError::TooLarge => Self::TooLarge { limit },
        }
    }
}

/// What an answer with a status other than 2xx means. Text that repeats one of `secrets` is masked.
/// `resume` is when a rate limit ends.
pub(super) fn judge(reply: &Reply, base: &str, resume: DateTime<Utc>, secrets: &[&Secret]) -> ErrorKind {
    let Told { code, message, fields } = told(reply, secrets);
    let seams = !code.is_empty() || !message.is_empty();
    let or_status = |m: Text| if m.is_empty() { Text::new(format!("status {}", reply.status)) } else { m };
    match reply.status {
        300..400 => ErrorKind::Redirected { host: host_of(reply.location.as_deref(), base) },
        429 => ErrorKind::RateLimited { until: resume },
        500.. => ErrorKind::Server { what: or_status(message) },
        401 if seams || !looks_like_html(&reply.body) => AuthFailure::WrongKey.into(),
        403 if seams || reply.body.is_empty() => AuthFailure::NoRights { message: or_status(message) }.into(),
        400..500 if !seams => ErrorKind::NotJson { what: describe(&reply.body) },
        400 | 422 if !fields.is_empty() || code == "invalid_input" => {
            ErrorKind::Validation { message, fields }
        }
        404 => ErrorKind::NotFound { code, message: or_status(message) },
        409 => ErrorKind::Conflict { code, message: or_status(message) },
        400..500 => ErrorKind::Refused { code, message: or_status(message) },
        _ => ErrorKind::NotSeam { what: Text::new(format!("status {}", reply.status)) },
    }
}

/// How long a server asks to be left alone: `Retry-After` in seconds or as a date. A date is measured
/// against the server's own clock where it tells it.
pub(super) fn pause(reply: &Reply, now: DateTime<Utc>) -> Option<Duration> {
    let raw = reply.retry_after.as_deref()?.trim();
    if let Ok(seconds) = raw.parse::<u64>() {
        return Some(Duration::from_secs(seconds).min(LONGEST_PAUSE));
    }
    let until = http_date(raw)?;
    let from = reply.date.as_deref().and_then(http_date).unwrap_or(now);
    Some((until - from).to_std().unwrap_or_default().min(LONGEST_PAUSE))
}

/// An instant in any of the three forms HTTP allows.
pub(super) fn http_date(raw: &str) -> Option<DateTime<Utc>> {
    httpdate::parse_http_date(raw).ok().map(DateTime::<Utc>::from)
}

pub(super) fn to_chrono(d: Duration) -> chrono::Duration {
    chrono::Duration::from_std(d).unwrap_or_else(|_| chrono::Duration::hours(1))
}

#[derive(Default)]
struct Told {
    code: Text,
    message: Text,
    fields: Vec<(String, Text)>,
}

fn told(reply: &Reply, secrets: &[&Secret]) -> Told {
    let body = str::from_utf8(&reply.body).ok().and_then(|body| serde_json::from_str(body).ok());
    let Some(Value::Object(mut bare)) = body else { return Told::default() };
    // Some gateways leave out the envelope.
    let error = match bare.remove("error") {
        None | Some(Value::Null) => Value::Object(bare),
        Some(error) => error,
    };
    let text = |name: &str| error.get(name).and_then(Value::as_str).map(|s| masked(s, secrets));
    let mut fields = Vec::new();
    if let Some(faults) = error.get("validation_errors") {
        collect_faults(faults, &mut Vec::new(), &mut fields, secrets);
    }
    Told {
        code: text("type").unwrap_or_default(),
        message: text("message").or_else(|| text("title")).unwrap_or_default(),
        fields,
    }
}

/// `validation_errors` mirrors the request, with `_errors` at every level.
fn collect_faults(at: &Value, path: &mut Vec<String>, out: &mut Vec<(String, Text)>, secrets: &[&Secret]) {
    let Value::Object(entries) = at else { return };
    for (name, value) in entries {
        if out.len() >= MOST_FIELDS {
            return;
        }
        if name == "_errors" {
            let faults = value.as_array().into_iter().flatten().filter_map(Value::as_str);
            out.extend(faults.map(|f| (Text::new(path.join(".")).to_string(), masked(f, secrets))));
        } else if path.len() < 8 {
            path.push(name.clone());
            collect_faults(value, path, out, secrets);
            path.pop();
        }
    }
}

fn masked(raw: &str, secrets: &[&Secret]) -> Text {
    let mut out = raw.to_owned();
    for secret in secrets.iter().filter(|s| !s.is_empty()) {
        out = out.replace(secret.reveal(), DOTS);
    }
    Text::new(out)
}

fn host_of(location: Option<&str>, base: &str) -> Text {
    let target = location.and_then(|l| Url::parse(base).ok()?.join(l).ok());
    match target.as_ref().and_then(Url::host_str) {
        Some(host) => Text::new(host),
        None => "somewhere it does not name".into(),
    }
}

fn looks_like_html(body: &[u8]) -> bool {
    body.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'<')
}

/// A body that is not JSON, in a few words.
pub(super) fn describe(body: &[u8]) -> Text {
    let head = String::from_utf8_lossy(body.get(..body.len().min(4096)).unwrap_or_default());
    let quoted = |kind: &str, words: &str| Text::new(format!("{kind} “{}”", fit(&Text::new(words), 60)));
    if head.trim().is_empty() {
        return "an empty answer".into();
    }
    if !looks_like_html(body) {
        return quoted("text that begins", head.trim());
    }
    let lower = head.to_ascii_lowercase();
    let title = lower
        .find("<title")
        .and_then(|at| Some(at + lower.get(at..)?.find('>')? + 1))
        .and_then(|from| head.get(from..from + lower.get(from..)?.find("</title")?));
    match title.map(str::trim).filter(|t| !t.is_empty()) {
        Some(title) => quoted("an HTML page titled", title),
        None => "an HTML page".into(),
    }
}
