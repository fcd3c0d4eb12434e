//! Pages: a cursor belongs to its query and says where the last page stopped.

use serde_json::{Map, Value, json};

use crate::sandbox::answer::{Answer, ApiError};
use crate::sandbox::params::Params;

/// Where a page starts and how long it is.
pub(super) struct Page {
    /// The index of the first record that may be on it.
    from: u32,
    limit: usize,
    query: u64,
}

impl Page {
    /// Reads `limit` and `page_cursor`. 400 `mismatched_page_parameters` where the cursor belongs to another
    /// query.
    pub(super) fn read(path: &str, params: &Params, default: usize) -> Result<Self, ApiError> {
        let mut rest = params.0.clone();
        rest.remove("page_cursor");
        let query = fingerprint(path, &rest);
        let limit = params.number("limit").map_or(default, |n| n as usize).max(1);
        let Some(cursor) = params.text("page_cursor") else { return Ok(Self { from: 0, limit, query }) };
        let parts =
            cursor.strip_prefix("pc_").filter(|c| c.len() == 24 && c.is_ascii()).map(|c| c.split_at(16));
        let parsed = parts.and_then(|(query, from)| {
            Some((u64::from_str_radix(query, 16).ok()?, u32::from_str_radix(from, 16).ok()?))
        });
        let Some((of, from)) = parsed else {
            return Err(ApiError::input("page_cursor", "Not a page cursor"));
        };
        if of != query {
            let message = "The page cursor belongs to a request with other parameters.";
            return Err(ApiError::new(400, "mismatched_page_parameters", message));
        }
        Ok(Self { from, limit, query })
    }

    /// The first index that may be on this page.
    pub(super) fn from(&self) -> u32 {
        self.from
    }

    /// Fills a page from `found`, ascending by index and starting at or after [`Page::from`].
    pub(super) fn fill<T>(
        &self,
        key: &str,
        found: impl Iterator<Item = (u32, T)>,
        show: impl Fn(T) -> Value,
    ) -> Answer {
        let mut found = found.filter(|(ix, _)| *ix >= self.from);
        let list: Vec<Value> = found.by_ref().take(self.limit).map(|(_, item)| show(item)).collect();
        let next = found.next().map(|(ix, _)| format!("pc_{:016x}{ix:08x}", self.query));
        let mut map = Map::new();
        map.insert(key.to_owned(), Value::Array(list));
        map.insert(
            "pagination".to_owned(),
            json!({"has_next_page": next.is_some(), "next_page_cursor": next, "next_page_url": null}),
        );
        Ok(map)
    }
}

/// FNV-1a over the path and the parameters, which serde_json keeps in the order of their names.
fn fingerprint(path: &str, params: &Map<String, Value>) -> u64 {
    let text = format!("{path}?{}", Value::Object(params.clone()));
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
