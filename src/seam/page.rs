//! Pages of lists: what was read, what could not be, and how to go on.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::error::SeamError;
use super::model::Pagination;
use crate::text::Text;

/// The longest cursor that is followed, in bytes: all of a list are kept, to know a circle by.
const LONGEST_CURSOR: usize = 4_096;

/// A record that could not be read; the others of its page could.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRecord {
    /// The list it stood in, `access_grants`.
    pub resource: &'static str,
    /// Its id, where that at least could be read.
    pub id: Option<Text>,
    /// What is wrong with it, without its values.
    pub why: Text,
}

/// A page of a list of `T`.
#[derive(Debug)]
pub struct Page<T> {
    /// The records, in the order of the answer. Merge by id: the order between pages is not promised.
    pub items: Vec<T>,
    /// Records that could not be read.
    pub bad: Vec<BadRecord>,
    /// How to go on; none where this was the last page.
    pub next: Option<Cursor<T>>,
}

/// The whole of a list, as far as it could be read.
#[derive(Debug)]
pub struct Gathered<T> {
    /// The records of all pages that were read.
    pub items: Vec<T>,
    /// Records that could not be read.
    pub bad: Vec<BadRecord>,
    /// Why the list is not complete; none where it is. What is missing from an incomplete list may
    /// exist all the same.
    pub cut: Option<SeamError>,
}

/// Where and what a list is.
#[derive(Clone, Copy, Debug)]
pub(super) struct ListOf {
    pub(super) path: &'static str,
    pub(super) key: &'static str,
}

/// The place where a list goes on. Holds the parameters it belongs to, for Seam takes a cursor only
/// with the identical ones.
pub struct Cursor<T> {
    pub(super) of: ListOf,
    params: Arc<Map<String, Value>>,
    goes_on: Result<String, Text>,
    seen: BTreeSet<String>,
    record: PhantomData<fn() -> T>,
}

impl<T> fmt::Debug for Cursor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cursor({}, page {})", self.of.path, self.seen.len() + 1)
    }
}

/// A walk through the pages of one list, which remembers where it has been.
pub(super) struct Trail {
    pub(super) of: ListOf,
    params: Arc<Map<String, Value>>,
    seen: BTreeSet<String>,
}

impl Trail {
    /// A walk that begins with a request of `params`.
    pub(super) fn new(of: ListOf, params: Map<String, Value>) -> Self {
        Self { of, params: Arc::new(params), seen: BTreeSet::new() }
    }

    /// The first request.
    pub(super) fn first_request(&self) -> Value {
        Value::Object((*self.params).clone())
    }

    /// Where to go from here. A cursor that leads nowhere is handed out all the same, and fails when it
    /// is followed: the page that brought it stands.
    pub(super) fn go_on<T>(mut self, pagination: &Pagination, max_pages: u32) -> Option<Cursor<T>> {
        if !pagination.has_next_page {
            return None;
        }
        let pages = self.seen.len() + 1;
        let goes_on = match pagination.next_page_cursor.as_deref() {
            None | Some("") => Err("Seam says there are more pages but not where".into()),
            Some(token) if token.len() > LONGEST_CURSOR => {
                Err(Text::new(format!("where it goes on takes more than {LONGEST_CURSOR} bytes to say")))
            }
            Some(token) if self.seen.contains(token) => {
                Err("Seam sends us round in a circle of pages".into())
            }
            Some(_) if pages >= max_pages as usize => {
                Err(Text::new(format!("it has more than {max_pages} pages")))
            }
            Some(token) => {
                self.seen.insert(token.to_owned());
                Ok(token.to_owned())
            }
        };
        Some(Cursor { of: self.of, params: self.params, goes_on, seen: self.seen, record: PhantomData })
    }
}

impl<T> Cursor<T> {
    /// The request for the page it points to, or why there is none.
    pub(super) fn request(&self) -> Result<Value, Text> {
        let token = self.goes_on.clone()?;
        let mut params = (*self.params).clone();
        params.insert("page_cursor".into(), Value::String(token));
        Ok(Value::Object(params))
    }

    /// The walk so far, to go on from the page it points to.
    pub(super) fn trail(&self) -> Trail {
        Trail { of: self.of, params: Arc::clone(&self.params), seen: self.seen.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const GRANTS: ListOf = ListOf { path: "/access_grants/list", key: "access_grants" };

    fn more(token: Option<&str>) -> Pagination {
        Pagination { has_next_page: true, next_page_cursor: token.map(str::to_owned) }
    }

    fn start() -> Trail {
        Trail::new(GRANTS, json!({"limit": 2}).as_object().unwrap().clone())
    }

    #[test]
    fn a_cursor_goes_back_with_the_identical_parameters() {
        let cursor = start().go_on::<()>(&more(Some("p2")), 10).unwrap();
        assert_eq!(cursor.request().unwrap(), json!({"limit": 2, "page_cursor": "p2"}));
        assert!(start().go_on::<()>(&Pagination::default(), 10).is_none());
    }

    #[test]
    fn a_circle_a_missing_cursor_and_a_list_without_end_are_told() {
        let second = start().go_on::<()>(&more(Some("p2")), 10).unwrap();
        let third = second.trail().go_on::<()>(&more(Some("p3")), 10).unwrap();
        let back = third.trail().go_on::<()>(&more(Some("p2")), 10).unwrap();
        assert!(back.request().unwrap_err().contains("circle"));
        let nowhere = start().go_on::<()>(&more(None), 10).unwrap();
        assert!(nowhere.request().unwrap_err().contains("not where"));
        let long = start().go_on::<()>(&more(Some(&"p".repeat(5_000))), 10).unwrap();
        assert!(long.request().unwrap_err().contains("4096 bytes"));
        let endless = third.trail().go_on::<()>(&more(Some("p4")), 3).unwrap();
        assert!(endless.request().unwrap_err().contains("more than 3 pages"));
    }
}
