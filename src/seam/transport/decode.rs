//! From bytes to records, one at a time, so that a bad one costs itself alone.
//!
//! The body is skimmed into raw slices first and each record is parsed once, from its slice.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::judge::describe;
use crate::seam::error::ErrorKind;
use crate::seam::model::Pagination;
use crate::seam::page::BadRecord;
use crate::text::Text;

/// A list as it came: what could be read, what could not, and how it goes on.
#[derive(Debug)]
pub(in crate::seam) struct Listed<T> {
    pub(in crate::seam) items: Vec<T>,
    pub(in crate::seam) bad: Vec<BadRecord>,
    pub(in crate::seam) pagination: Pagination,
}

/// The top-level fields of an answer, unread.
pub(in crate::seam) struct Envelope<'a>(BTreeMap<Cow<'a, str>, &'a RawValue>);

impl<'a> Envelope<'a> {
    /// Takes an answer apart.
    ///
    /// # Errors
    /// `NotJson`, or `NotSeam` where it is no object or says that it is not ok.
    pub(in crate::seam) fn open(body: &'a [u8]) -> Result<Self, ErrorKind> {
        let no_json = || ErrorKind::NotJson { what: describe(body) };
        let fields = match serde_json::from_str(str::from_utf8(body).map_err(|_| no_json())?) {
            Ok(fields) => Self(fields),
            Err(e) if e.is_data() => {
                return Err(ErrorKind::NotSeam { what: "it is not an object".into() });
            }
            Err(_) => return Err(no_json()),
        };
        if fields.lenient::<bool>("ok") == Some(false) {
            return Err(ErrorKind::NotSeam { what: "it says that it is not ok".into() });
        }
        Ok(fields)
    }

    /// For answers that carry nothing else: it must say `"ok": true`.
    pub(in crate::seam) fn done(&self) -> Result<(), ErrorKind> {
        match self.lenient::<bool>("ok") {
            Some(true) => Ok(()),
            _ => Err(ErrorKind::NotSeam { what: "it does not say that it is ok".into() }),
        }
    }

    /// The one record under `key`.
    pub(in crate::seam) fn one<T: DeserializeOwned>(&self, key: &'static str) -> Result<T, ErrorKind> {
        serde_json::from_str(self.field(key)?.get())
            .map_err(|e| ErrorKind::Decode { what: Text::new(format!("{key}: {}", without_values(&e))) })
    }

    /// The list under `key`, and its pagination.
    pub(in crate::seam) fn list<T: DeserializeOwned>(
        &self,
        key: &'static str,
    ) -> Result<Listed<T>, ErrorKind> {
        let (items, bad) = records(self.field(key)?, key)
            .ok_or_else(|| ErrorKind::NotSeam { what: Text::new(format!("“{key}” is not a list")) })?;
        Ok(Listed { items, bad, pagination: self.pagination() })
    }

    /// How the list goes on. What is there and cannot be read may stand for anything: such a list is not at
    /// its end, and what is missing from it is not gone.
    fn pagination(&self) -> Pagination {
        match self.0.get("pagination") {
            None => Pagination::default(),
            Some(raw) if raw.get() == "null" => Pagination::default(),
            Some(raw) => serde_json::from_str(raw.get())
                .unwrap_or(Pagination { has_next_page: true, next_page_cursor: None }),
        }
    }

    /// The lists inside the object under `key`, by name.
    pub(in crate::seam) fn batch(&self, key: &'static str) -> Result<Batch<'a>, ErrorKind> {
        match serde_json::from_str(self.field(key)?.get()) {
            Ok(lists) => Ok(Batch { lists, bad: Vec::new() }),
            Err(_) => Err(ErrorKind::NotSeam { what: Text::new(format!("“{key}” is not an object")) }),
        }
    }

    fn field(&self, key: &str) -> Result<&'a RawValue, ErrorKind> {
        let found = self.0.get(key).copied();
        found.ok_or_else(|| ErrorKind::NotSeam { what: Text::new(format!("there is no “{key}” in it")) })
    }

    fn lenient<T: Deserialize<'a>>(&self, key: &str) -> Option<T> {
        serde_json::from_str(self.0.get(key)?.get()).ok()
    }
}

/// The lists of a `get_related` answer.
pub(in crate::seam) struct Batch<'a> {
    lists: BTreeMap<Cow<'a, str>, &'a RawValue>,
    pub(in crate::seam) bad: Vec<BadRecord>,
}

impl Batch<'_> {
    /// The records of one list; what cannot be read is kept in `bad`. A list that was not asked for is
    /// not there.
    pub(in crate::seam) fn take<T: DeserializeOwned>(&mut self, key: &'static str) -> Vec<T> {
        let Some(raw) = self.lists.remove(key) else { return Vec::new() };
        if raw.get() == "null" {
            return Vec::new();
        }
        match records(raw, key) {
            Some((items, bad)) => {
                self.bad.extend(bad);
                items
            }
            None => {
                self.bad.push(BadRecord { resource: key, id: None, why: "this is not a list".into() });
                Vec::new()
            }
        }
    }
}

/// The records of a list, and those that are none; nothing where it is no list.
fn records<T: DeserializeOwned>(raw: &RawValue, resource: &'static str) -> Option<(Vec<T>, Vec<BadRecord>)> {
    let slices: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
    let mut items = Vec::with_capacity(slices.len());
    let mut bad = Vec::new();
    for slice in slices {
        match serde_json::from_str(slice.get()) {
            Ok(item) => items.push(item),
            Err(e) => bad.push(BadRecord { resource, id: id_of(slice, resource), why: without_values(&e) }),
        }
    }
    Some((items, bad))
}

/// The id a broken record carries all the same: `access_grant_id` of `access_grants`.
fn id_of(slice: &RawValue, resource: &str) -> Option<Text> {
    let fields: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_str(slice.get()).ok()?;
    let singular = match resource.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => resource.strip_suffix('s').unwrap_or(resource).to_owned(),
    };
    let raw = fields.get(format!("{singular}_id").as_str())?;
    serde_json::from_str::<String>(raw.get()).ok().map(Text::new)
}

/// What a decoder complains of, without the value it quotes: that may be a PIN or a link.
fn without_values(e: &serde_json::Error) -> Text {
    let said = e.to_string();
    let kind = said.find(['`', '"']).and_then(|at| said.get(..at)).unwrap_or(&said).trim_end();
    match said.rsplit_once(", expected ") {
        Some((_, wanted)) => Text::new(format!("{}, expected {wanted}", kind.trim_end_matches(','))),
        None if said.starts_with("missing field") => Text::new(said),
        None => Text::new(kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seam::model::{AccessGrant, UserIdentity};

    #[test]
    fn one_bad_record_costs_itself_alone() {
        let body = br#"{"ok": true, "user_identities": [
            {"user_identity_id": "u1"}, {"user_identity_id": "u2", "errors": 7}, 4, {"full_name": "Ada"},
            {"user_identity_id": "u5", "new": {"deep": [1, {"x": null}]}}]}"#;
        let listed = Envelope::open(body).unwrap().list::<UserIdentity>("user_identities").unwrap();
        assert_eq!(listed.items.iter().map(|u| u.id.to_string()).collect::<Vec<_>>(), ["u1", "u5"]);
        assert_eq!(listed.bad.len(), 3);
        assert_eq!(listed.bad[0].id.as_deref(), Some("u2"));
        assert!(listed.bad[2].why.starts_with("missing field `user_identity_id`"));
    }

    #[test]
    fn a_complaint_never_quotes_the_value() {
        let body = br#"{"access_grants": [
            {"access_grant_id": "g", "user_identity_id": "u", "instant_key_url": {"link": "https://k/SECRET"}},
            {"access_grant_id": "g", "user_identity_id": 44170000},
            {"access_grant_id": "g", "user_identity_id": "u", "pending_mutations": "SECRET, expected \"SECRET"}]}"#;
        let listed = Envelope::open(body).unwrap().list::<AccessGrant>("access_grants").unwrap();
        assert_eq!(listed.bad.len(), 3);
        for bad in &listed.bad {
            assert!(!bad.why.contains("SECRET") && !bad.why.contains("4417"), "{}", bad.why);
            assert!(bad.why.contains("expected"), "{}", bad.why);
        }
    }

    #[test]
    fn what_is_json_but_not_seams_is_told_apart_from_what_is_not_json() {
        let open = |b: &'static [u8]| Envelope::open(b).map(|_| ());
        assert!(matches!(open(b"[1]"), Err(ErrorKind::NotSeam { .. })));
        assert!(matches!(open(b"{\"ok\": false}"), Err(ErrorKind::NotSeam { .. })));
        assert!(matches!(open(b"{\"ok\": tr"), Err(ErrorKind::NotJson { .. })));
        let Err(ErrorKind::NotJson { what }) = open(b"<html><TITLE>Hotel\nWi-Fi</TITLE>") else { panic!() };
        assert_eq!(what, "an HTML page titled “Hotel Wi-Fi”");
        assert!(Envelope::open(b"{}").unwrap().done().is_err());
    }
}
