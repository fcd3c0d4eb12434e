//! What can go wrong between the desk and Seam, in types for programs and sentences for people.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::client::SettingsError;
use crate::text::Text;

/// Whether a change that ended in an error may have happened all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It certainly did not happen: the request never left, or Seam refused it.
    NotApplied,
    /// Nobody knows: the reply was lost, late or unreadable. Read back before doing it again.
    Unknown,
}

/// An error of one exchange with Seam. Prints as one sentence for a person; never holds the API key or
/// a PIN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.kind)]
pub struct SeamError(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    path: &'static str,
    status: Option<u16>,
    request_id: Option<Text>,
    retry_after: Option<Duration>,
}

/// The kinds of [`SeamError`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ErrorKind {
    /// The settings make no client; nothing was sent.
    #[error(transparent)]
    Misconfigured(#[from] SettingsError),
    /// The request could not be written as JSON; nothing was sent.
    #[error("This request could not be put together ({why}): please report it.")]
    Unsendable {
        /// What stood in the way.
        why: Text,
    },
    /// 401 or 403.
    #[error(transparent)]
    Auth(#[from] AuthFailure),
    /// 400 or 422 `invalid_input`: Seam names what is wrong with the request.
    #[error("Seam found fault with the request: {}", sentence(message, fields))]
    Validation {
        /// Seam's words.
        message: Text,
        /// Dotted path of each field at fault (empty for the request as a whole), and what is wrong.
        fields: Vec<(String, Text)>,
    },
    /// 404 in Seam's form: the thing is not there, or no longer.
    #[error("Seam does not have this any more ({message}): it was probably deleted, poll again.")]
    NotFound {
        /// `error.type`, `access_grant_not_found`.
        code: Text,
        /// Seam's words.
        message: Text,
    },
    /// 409: another grant or reservation stands in the way.
    #[error("Seam refused because something else is in the way: {message}")]
    Conflict {
        /// `error.type`, verbatim; not in any document.
        code: Text,
        /// Seam's words.
        message: Text,
    },
    /// Any other 4xx in Seam's form.
    #[error("Seam refused: {message}")]
    Refused {
        /// `error.type`, verbatim.
        code: Text,
        /// Seam's words.
        message: Text,
    },
    /// 429, or an earlier 429 that still holds.
    #[error("Seam asks for patience: too many requests, no more before {} UTC.", until.format("%H:%M:%S"))]
    RateLimited {
        /// When requests are welcome again.
        until: DateTime<Utc>,
    },
    /// 5xx.
    #[error("Seam itself is in trouble ({what}): try again in a minute.")]
    Server {
        /// Seam's words, or the status alone.
        what: Text,
    },
    /// No answer in time.
    #[error("{}", timed_out(*sent))]
    TimedOut {
        /// Whether the request may have reached Seam.
        sent: bool,
    },
    /// No connection came about.
    #[error("Seam cannot be reached ({why}): check the network and the endpoint.")]
    Unreachable {
        /// As the system tells it.
        why: Text,
    },
    /// The connection broke before the answer was complete.
    #[error("The connection to Seam broke before the answer was complete ({why}): poll again.")]
    Lost {
        /// As the system tells it.
        why: Text,
    },
    /// No secure connection came about.
    #[error("No secure connection to Seam ({why}): check this computer's clock and any filter in between.")]
    Tls {
        /// As the TLS library tells it.
        why: Text,
    },
    /// 3xx, which is never followed.
    #[error("The endpoint sends us on to {host}, which we do not follow with a key: check the endpoint.")]
    Redirected {
        /// The host it points to.
        host: Text,
    },
    /// An answer over the limit; the rest was not read.
    #[error(
        "The answer is larger than {limit} bytes and was not read: this is hardly Seam, check the endpoint."
    )]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// An answer that is not JSON.
    #[error("Something other than Seam answered ({what}): check the endpoint and the network's login page.")]
    NotJson {
        /// What it was: an HTML page by its title, a text by its first words, or nothing.
        what: Text,
    },
    /// JSON, but not in Seam's form.
    #[error("The answer is not in Seam's form ({what}): check the endpoint.")]
    NotSeam {
        /// What is missing or odd.
        what: Text,
    },
    /// Seam's form, but the one record asked for cannot be read.
    #[error("Seam's answer cannot be read ({what}): nightdesk may be too old for it.")]
    Decode {
        /// Where it went wrong, without the values.
        what: Text,
    },
    /// The pages of a list do not end as they must.
    #[error("The list is incomplete: {why}. What was read stands; poll again.")]
    Paging {
        /// A cursor that repeats, one that is missing, or too many pages.
        why: Text,
    },
}

/// The two ways a key fails.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthFailure {
    /// 401: Seam does not know the key.
    #[error("Seam does not accept the API key: check SEAM_API_KEY or the key in the configuration.")]
    WrongKey,
    /// 403: Seam knows the key, but it may not do this.
    #[error("The API key has no right to do this ({message}): use a key of this property's workspace.")]
    NoRights {
        /// Seam's words.
        message: Text,
    },
}

impl SeamError {
    /// An error of the endpoint `path`.
    pub fn new(path: &'static str, kind: impl Into<ErrorKind>) -> Self {
        Self(Box::new(Inner { kind: kind.into(), path, status: None, request_id: None, retry_after: None }))
    }

    /// The same error with the answer's HTTP status and `seam-request-id`.
    pub fn with_answer(mut self, status: u16, request_id: Option<Text>) -> Self {
        self.0.status = Some(status);
        self.0.request_id = request_id;
        self
    }

    /// The same error with the pause Seam asked for.
    pub fn with_retry_after(mut self, pause: Duration) -> Self {
        self.0.retry_after = Some(pause);
        self
    }

    /// How long Seam asked to be left alone, counted from when the error came about.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What kind of error it is.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The endpoint, `/access_grants/list`.
    pub fn path(&self) -> &'static str {
        self.0.path
    }

    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// `seam-request-id` of the answer: what Seam's support asks for.
    pub fn request_id(&self) -> Option<&Text> {
        self.0.request_id.as_ref()
    }

    /// For a change: whether it may have happened all the same.
    pub fn outcome(&self) -> Outcome {
        use ErrorKind as K;
        match self.kind() {
            K::Misconfigured(_)
            | K::Unsendable { .. }
            | K::Auth(_)
            | K::Validation { .. }
            | K::NotFound { .. }
            | K::Conflict { .. }
            | K::Refused { .. }
            | K::RateLimited { .. }
            | K::Unreachable { .. }
            | K::Tls { .. }
            | K::TimedOut { sent: false }
            | K::Paging { .. } => Outcome::NotApplied,
            _ if self.status().is_some_and(|s| (400..500).contains(&s)) => Outcome::NotApplied,
            _ => Outcome::Unknown,
        }
    }

    /// Whether the same request may well succeed a little later.
    pub fn is_transient(&self) -> bool {
        use ErrorKind as K;
        matches!(
            self.kind(),
            K::RateLimited { .. }
                | K::Server { .. }
                | K::TimedOut { .. }
                | K::Unreachable { .. }
                | K::Lost { .. }
        )
    }

    /// Whether Seam says that what was asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        matches!(self.kind(), ErrorKind::NotFound { .. })
    }
}

fn timed_out(sent: bool) -> &'static str {
    if sent {
        "Seam did not answer in time: it may have done what was asked, look before asking again."
    } else {
        "No connection to Seam in time: check the network."
    }
}

fn sentence(message: &Text, fields: &[(String, Text)]) -> String {
    if fields.is_empty() {
        return message.to_string();
    }
    let each: Vec<String> = fields
        .iter()
        .map(|(path, why)| if path.is_empty() { why.to_string() } else { format!("{path}: {why}") })
        .collect();
    each.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_certainly_did_not_happen_counts_as_not_applied() {
        let e = |k: ErrorKind| SeamError::new("/access_grants/delete", k);
        assert_eq!(e(ErrorKind::TimedOut { sent: false }).outcome(), Outcome::NotApplied);
        assert_eq!(e(ErrorKind::TimedOut { sent: true }).outcome(), Outcome::Unknown);
        assert_eq!(e(ErrorKind::Unreachable { why: "refused".into() }).outcome(), Outcome::NotApplied);
        assert_eq!(e(ErrorKind::Lost { why: "reset".into() }).outcome(), Outcome::Unknown);
        assert_eq!(
            e(ErrorKind::Server { what: "500".into() }).with_answer(500, None).outcome(),
            Outcome::Unknown
        );
        let page = ErrorKind::NotJson { what: "an HTML page".into() };
        assert_eq!(e(page.clone()).with_answer(200, None).outcome(), Outcome::Unknown);
        assert_eq!(e(page).with_answer(404, None).outcome(), Outcome::NotApplied);
        let redirect = ErrorKind::Redirected { host: "example.com".into() };
        assert_eq!(e(redirect).with_answer(303, None).outcome(), Outcome::Unknown);
    }

    #[test]
    fn a_validation_error_names_the_fields() {
        let e = SeamError::new(
            "/access_grants/update",
            ErrorKind::Validation {
                message: "Invalid input".into(),
                fields: vec![("ends_at".into(), "must be in the future".into())],
            },
        );
        assert_eq!(e.to_string(), "Seam found fault with the request: ends_at: must be in the future");
    }
}
