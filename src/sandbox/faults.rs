//! Faults on demand: what the wire between a client and Seam can do to an answer.
//!
//! A fault is JSON, for `POST /_sandbox/faults` (one object or an array of them; `DELETE` or an empty array
//! clears all) or for [`super::Control::fault`]:
//!
//! ```json
//! {"path": "/access_grants/create", "skip": 0, "count": 1, "kind": "drop_reply"}
//! ```
//!
//! `path` is a prefix (default: every path), `skip` lets that many matching requests through first, `count`
//! is how many requests are hit (default 1). Of several matching faults the oldest is used up first.
//!
//! | `kind` | what happens |
//! |---|---|
//! | `status` | nothing is carried out; `status` with `body` (JSON or text), `content_type`, `retry_after` |
//! | `status_after` | carried out; then answered as by `status` all the same |
//! | `hang` | the request is read and never answered; nothing is carried out |
//! | `hang_after` | carried out, and never answered |
//! | `reset` | nothing is carried out; the connection is reset |
//! | `drop_reply` | the request is carried out; the connection is reset before the answer |
//! | `cut_body` | carried out; the connection is lost in the middle of the answer |
//! | `truncated` | carried out; a complete HTTP answer whose JSON stops in the middle |
//! | `not_json` | carried out; the answer claims to be JSON and is not |
//! | `html` | nothing is carried out; 502 with a web page |
//! | `empty` | carried out; 200 without a body |
//! | `drip` | carried out; the answer arrives in pieces of 16 bytes, `ms` apart (default 50) |
//! | `delay` | carried out after `ms`, and then answered |
//! | `late` | 504 at once; carried out after `ms` (default 200), when nobody waits for it any more |
//! | `stall` | carried out; half of the answer arrives, and then nothing more, ever |
//! | `redirect` | nothing is carried out; 307 to another host, `to` (default `https://elsewhere.invalid/`) |
//! | `wrong_types` | carried out; every field of every record, and `ok`, is of another type |
//! | `nulls` | carried out; every field of every record, and `ok`, is null |
//! | `unknown_values` | carried out; every enumerated value is one that no document names |
//! | `extra_fields` | carried out; every object has fields that no document names |
//! | `deep` | carried out; the answer and its first record hold an array in an array, `levels` deep (default 100,000) |
//! | `flood` | carried out; the answer is `bytes` long (default 200 MB) and no JSON; `announced` says so in its head |
//! | `endless` | carried out; after every page of a list there is another, each time under a new cursor, or under the `same` |
//! | `pages` | carried out; a list comes in pages of `size` (default 5); `again` repeats so many records at the start of each further page, `gone` leaves out its first one: it went meanwhile |
//! | `lost_pages` | carried out; a list comes without its second half, and what it says of further pages cannot be read |
//! | `skew` | carried out; the `Date` of the answer is `hours` ahead, or behind |
//!
//! `retry_after` is `{"seconds": 2}` or `{"date_in": 2}`, the latter as an HTTP date that many seconds ahead.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::tagged;

/// One fault, and which requests it hits.
#[derive(Clone, Debug, Deserialize)]
pub struct Fault {
    /// Prefix of the paths it hits.
    #[serde(default)]
    pub path: String,
    /// How many matching requests pass first.
    #[serde(default)]
    pub skip: u32,
    /// How many requests it hits.
    #[serde(default = "once")]
    pub count: u32,
    /// What happens to them.
    #[serde(flatten)]
    pub kind: FaultKind,
}

fn once() -> u32 {
    1
}

fn default_drip() -> u64 {
    50
}

fn default_late() -> u64 {
    200
}

fn elsewhere() -> String {
    "https://elsewhere.invalid/".to_owned()
}

fn default_levels() -> usize {
    100_000
}

fn default_flood() -> usize {
    200_000_000
}

fn default_size() -> usize {
    5
}

/// What a fault does.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum FaultKind {
    /// An answer of its own instead of the hotel's.
    Status {
        /// HTTP status.
        status: u16,
        /// JSON, or a text that is sent as it is.
        #[serde(default)]
        body: Option<Value>,
        /// Overrides the content type that follows from the body.
        #[serde(default)]
        content_type: Option<String>,
        /// Adds `Retry-After`.
        #[serde(default)]
        retry_after: Option<RetryAfter>,
    },
    /// Done, and answered as if it were not.
    StatusAfter {
        /// HTTP status.
        status: u16,
        /// JSON, or a text that is sent as it is.
        #[serde(default)]
        body: Option<Value>,
    },
    /// Not done, and no answer, ever.
    Hang,
    /// Done, and no answer, ever.
    HangAfter,
    /// The connection is reset, nothing was done.
    Reset,
    /// Done, and the connection is reset.
    DropReply,
    /// Done, and half of the answer arrives.
    CutBody,
    /// Done, and the JSON stops in the middle.
    Truncated,
    /// Done, and the answer is no JSON.
    NotJson,
    /// A web page from something in between.
    Html,
    /// Done, and nothing is said.
    Empty,
    /// Done, and the answer arrives in small pieces.
    Drip {
        /// Milliseconds between two pieces.
        #[serde(default = "default_drip")]
        ms: u64,
    },
    /// Done and answered later.
    Delay {
        /// Milliseconds before the request is looked at.
        ms: u64,
    },
    /// Done, half of the answer arrives, and then nothing more.
    Stall,
    /// Not done; another host would know.
    Redirect {
        /// Where to.
        #[serde(default = "elsewhere")]
        to: String,
    },
    /// Done; every field is of another type.
    WrongTypes,
    /// Done; every field is null.
    Nulls,
    /// Done; every enumerated value is unknown.
    UnknownValues,
    /// Done; every object has more fields than the document says.
    ExtraFields,
    /// Done; the answer is nested beyond reason.
    Deep {
        /// How deep.
        #[serde(default = "default_levels")]
        levels: usize,
    },
    /// Done; the answer does not end before it is far too long.
    Flood {
        /// How long it is.
        #[serde(default = "default_flood")]
        bytes: usize,
        /// Whether its head says how long it is.
        #[serde(default)]
        announced: bool,
    },
    /// Done; a list has no last page.
    Endless {
        /// Whether each page names the same next one.
        #[serde(default)]
        same: bool,
    },
    /// Done; a list comes in short pages.
    Pages {
        /// Records a page.
        #[serde(default = "default_size")]
        size: usize,
        /// How many records each further page repeats.
        #[serde(default)]
        again: usize,
        /// Whether the first record of each further page went meanwhile.
        #[serde(default)]
        gone: bool,
    },
    /// Done; half of a list, and what it says of further pages cannot be read.
    LostPages,
    /// Done; the answer's `Date` is wrong.
    Skew {
        /// How far ahead.
        hours: i64,
    },
    /// 504 from something in between, and done later all the same.
    Late {
        /// Milliseconds before the request is looked at.
        #[serde(default = "default_late")]
        ms: u64,
    },
}

impl<'de> Deserialize<'de> for FaultKind {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        Self::deserialize(tagged::read(source, "kind")?).map_err(serde::de::Error::custom)
    }
}

/// The two forms of `Retry-After`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// So many seconds.
    Seconds(u64),
    /// An HTTP date so many seconds from now.
    DateIn(i64),
}

impl RetryAfter {
    pub(crate) fn header(self, now: DateTime<Utc>) -> String {
        match self {
            Self::Seconds(seconds) => seconds.to_string(),
            Self::DateIn(seconds) => {
                (now + Duration::seconds(seconds)).format("%a, %d %b %Y %H:%M:%S GMT").to_string()
            }
        }
    }
}

/// The faults that are still to come.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn left(&self) -> u64 {
        self.0.iter().map(|f| u64::from(f.count)).sum()
    }

    /// What hits a request to `path`, which uses it up.
    pub(crate) fn take(&mut self, path: &str) -> Option<FaultKind> {
        for fault in self.0.iter_mut().filter(|f| f.count > 0 && path.starts_with(&f.path)) {
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            fault.count -= 1;
            return Some(fault.kind.clone());
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_fault_hits_its_path_after_its_skips_and_no_longer_than_its_count() {
        let mut faults = Faults::default();
        let fault = json!({"path": "/access_grants", "skip": 1, "count": 2, "kind": "hang"});
        faults.add(serde_json::from_value(fault).unwrap());
        assert!(faults.take("/devices/list").is_none());
        let hits: Vec<bool> = (0..4).map(|_| faults.take("/access_grants/list").is_some()).collect();
        assert_eq!(hits, [false, true, true, false]);
    }

    #[test]
    fn retry_after_has_two_forms() {
        let now = "2026-11-22T02:14:00Z".parse().unwrap();
        assert_eq!(RetryAfter::Seconds(2).header(now), "2");
        assert_eq!(RetryAfter::DateIn(2).header(now), "Sun, 22 Nov 2026 02:14:02 GMT");
    }
}
