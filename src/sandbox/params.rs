//! The parameters of a call, from a JSON body or from a query string, checked against the call's fields.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::{Map, Number, Value, json};
use uuid::Uuid;

use super::answer::{ApiError, Errors};
use super::keys::Mode;

/// What a parameter looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Id,
    Ids,
    Text,
    Texts,
    /// A whole or broken number; a page's limit.
    Number,
    Date,
    Object,
    /// `requested_access_methods`.
    Methods,
    /// Two instants, `between` which events are listed.
    Span,
}

/// One parameter of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) nullable: bool,
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: false, nullable: false }
}

pub(crate) const fn id(name: &'static str) -> Field {
    field(name, Kind::Id)
}

pub(crate) const fn ids(name: &'static str) -> Field {
    field(name, Kind::Ids)
}

pub(crate) const fn text(name: &'static str) -> Field {
    field(name, Kind::Text)
}

pub(crate) const fn texts(name: &'static str) -> Field {
    field(name, Kind::Texts)
}

pub(crate) const fn number(name: &'static str) -> Field {
    field(name, Kind::Number)
}

pub(crate) const fn date(name: &'static str) -> Field {
    field(name, Kind::Date)
}

pub(crate) const fn object(name: &'static str) -> Field {
    field(name, Kind::Object)
}

pub(crate) const fn methods(name: &'static str) -> Field {
    field(name, Kind::Methods)
}

pub(crate) const fn span(name: &'static str) -> Field {
    field(name, Kind::Span)
}

pub(crate) const fn need(field: Field) -> Field {
    Field { required: true, ..field }
}

pub(crate) const fn null(field: Field) -> Field {
    Field { nullable: true, ..field }
}

/// One of `requested_access_methods`.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) mode: Mode,
    pub(crate) code: Option<String>,
    pub(crate) max_use: Option<u32>,
}

/// Checked parameters.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(pub(crate) Map<String, Value>);

impl Params {
    /// Reads a query string: repeated names (or `name[]`, or commas) are a list, `name=` is null, dotted
    /// names are objects, and values take the type of their field.
    pub(crate) fn from_query(pairs: &[(String, String)], fields: &[Field]) -> Self {
        let mut map = Map::new();
        for (name, raw) in pairs {
            let name = name.strip_suffix("[]").unwrap_or(name);
            if name == "_strict" {
                continue;
            }
            if let Some((outer, inner)) = name.split_once('.') {
                let entry = map.entry(outer).or_insert_with(|| json!({}));
                if let Some(entry) = entry.as_object_mut() {
                    entry.insert(inner.to_owned(), json!(raw));
                }
                continue;
            }
            let kind = fields.iter().find(|f| f.name == name).map(|f| f.kind);
            match kind {
                Some(Kind::Ids | Kind::Texts | Kind::Span) => {
                    let entry = map.entry(name).or_insert_with(|| json!([]));
                    if let Some(list) = entry.as_array_mut() {
                        list.extend(raw.split(',').filter(|v| !v.is_empty()).map(|v| json!(v)));
                    }
                }
                _ if raw.is_empty() => {
                    map.insert(name.to_owned(), Value::Null);
                }
                Some(Kind::Number) => {
                    let number = raw.parse::<f64>().ok().and_then(whole);
                    map.insert(name.to_owned(), number.map_or_else(|| json!(raw), Value::Number));
                }
                _ => {
                    map.insert(name.to_owned(), json!(raw));
                }
            }
        }
        Self(map)
    }

    /// Checks the parameters against the fields of a call. Parameters no field names are ignored.
    pub(crate) fn check(&self, fields: &[Field]) -> Result<(), ApiError> {
        let mut errors = Errors::default();
        for field in fields {
            match self.0.get(field.name) {
                None if field.required => errors.add(field.name, "Required"),
                None => {}
                Some(Value::Null) if field.nullable => {}
                Some(value) => check(&mut errors, field.name, field.kind, value),
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors.into_error("Invalid input")) }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether it is there and is not null.
    pub(crate) fn given(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|v| !v.is_null())
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    pub(crate) fn boxed(&self, name: &str) -> Option<Box<str>> {
        self.text(name).filter(|t| !t.is_empty()).map(Into::into)
    }

    pub(crate) fn id(&self, name: &str) -> Option<Uuid> {
        self.text(name).and_then(|t| Uuid::try_parse(t).ok())
    }

    pub(crate) fn texts(&self, name: &str) -> Option<Vec<&str>> {
        self.0.get(name).and_then(Value::as_array).map(|list| list.iter().filter_map(Value::as_str).collect())
    }

    pub(crate) fn ids(&self, name: &str) -> Option<Vec<Uuid>> {
        self.texts(name).map(|list| list.iter().filter_map(|t| Uuid::try_parse(t).ok()).collect())
    }

    pub(crate) fn id_set(&self, name: &str) -> Option<HashSet<Uuid>> {
        self.ids(name).map(|list| list.into_iter().collect())
    }

    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.0.get(name).and_then(Value::as_f64)
    }

    pub(crate) fn date(&self, name: &str) -> Option<DateTime<Utc>> {
        self.text(name).and_then(parse_date)
    }

    pub(crate) fn wishes(&self, name: &str) -> Vec<Wish> {
        let list = self.0.get(name).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(wish).collect()
    }
}

fn whole(number: f64) -> Option<Number> {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        return Some(Number::from(number as i64));
    }
    Number::from_f64(number)
}

fn wish(value: &Value) -> Option<Wish> {
    let mode = value.get("mode").and_then(Value::as_str).and_then(Mode::parse)?;
    let code = value.get("code").and_then(Value::as_str).map(str::to_owned);
    let max_use = value.get("instant_key_max_use_count").and_then(Value::as_u64).map(|n| n as u32);
    Some(Wish { mode, code, max_use })
}

/// An instant, or a day that stands for its midnight in UTC.
pub(crate) fn parse_date(raw: &str) -> Option<DateTime<Utc>> {
    let full = DateTime::parse_from_rfc3339(raw).ok().map(|at| at.with_timezone(&Utc));
    full.or_else(|| {
        let day = chrono::NaiveDate::parse_from_str(raw, "%Y-%m-%d").ok()?;
        Some(day.and_hms_opt(0, 0, 0)?.and_utc())
    })
}

fn sort(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn check(errors: &mut Errors, path: &str, kind: Kind, value: &Value) {
    let expected = |want: &str| format!("Expected {want}, received {}", sort(value));
    match (kind, value) {
        (Kind::Id, Value::String(raw)) if Uuid::try_parse(raw).is_err() => errors.add(path, "Invalid uuid"),
        (Kind::Date, Value::String(raw)) if parse_date(raw).is_none() => errors.add(path, "Invalid datetime"),
        (Kind::Id | Kind::Date | Kind::Text, Value::String(_)) => {}
        (Kind::Id | Kind::Date | Kind::Text, _) => errors.add(path, &expected("string")),
        (Kind::Ids | Kind::Texts | Kind::Span, Value::Array(list)) => {
            let inner = match kind {
                Kind::Ids => Kind::Id,
                Kind::Span => Kind::Date,
                _ => Kind::Text,
            };
            if kind == Kind::Span && list.len() != 2 {
                errors.add(path, "Array must contain exactly 2 element(s)");
            }
            for (n, value) in list.iter().enumerate() {
                check(errors, &format!("{path}.{n}"), inner, value);
            }
        }
        (Kind::Ids | Kind::Texts | Kind::Span | Kind::Methods, other) if !other.is_array() => {
            errors.add(path, &expected("array"));
        }
        (Kind::Number, Value::Number(n)) => {
            let positive = n.as_f64().is_some_and(|n| n > 0.0) || path.ends_with("offset");
            if !positive {
                errors.add(path, "Number must be greater than 0");
            }
        }
        (Kind::Number, _) => errors.add(path, &expected("number")),
        (Kind::Object, Value::Object(_)) => {}
        (Kind::Object, _) => errors.add(path, &expected("object")),
        (Kind::Methods, Value::Array(list)) => {
            for (n, wish) in list.iter().enumerate() {
                check_wish(errors, &format!("{path}.{n}"), wish);
            }
        }
        _ => {}
    }
}

fn check_wish(errors: &mut Errors, path: &str, wish: &Value) {
    if !wish.is_object() {
        errors.add(path, &format!("Expected object, received {}", sort(wish)));
        return;
    }
    match wish.get("mode") {
        None => errors.add(&format!("{path}.mode"), "Required"),
        Some(mode) if mode.as_str().and_then(Mode::parse).is_none() => errors.add(
            &format!("{path}.mode"),
            "Invalid enum value. Expected 'code' | 'card' | 'mobile_key' | 'cloud_key'",
        ),
        Some(_) => {}
    }
    if let Some(code) = wish.get("code") {
        let fits = code
            .as_str()
            .is_some_and(|c| (4..=9).contains(&c.len()) && c.bytes().all(|b| b.is_ascii_digit()));
        if !fits {
            errors.add(&format!("{path}.code"), "A code is 4 to 9 digits");
        }
    }
    if let Some(uses) = wish.get("instant_key_max_use_count")
        && uses.as_u64().is_none_or(|n| n == 0 || n > u64::from(u32::MAX))
    {
        errors.add(&format!("{path}.instant_key_max_use_count"), "Expected a whole number greater than 0");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[Field] =
        &[ids("access_grant_ids"), number("limit"), null(text("page_cursor")), id("space_id")];

    fn query(pairs: &[(&str, &str)]) -> Params {
        let pairs: Vec<_> = pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        Params::from_query(&pairs, FIELDS)
    }

    #[test]
    fn a_query_string_becomes_typed() {
        let a = "00000000-0000-4000-8000-000000000001";
        let b = "00000000-0000-4000-8000-000000000002";
        let want = json!({"access_grant_ids": [a, b], "limit": 20, "page_cursor": null});
        let joined = format!("{a},{b}");
        for pairs in [
            vec![("access_grant_ids", a), ("access_grant_ids", b)],
            vec![("access_grant_ids[]", a), ("access_grant_ids[]", b)],
            vec![("access_grant_ids", joined.as_str())],
        ] {
            let mut pairs = pairs;
            pairs.extend([("limit", "20"), ("page_cursor", ""), ("_strict", "true")]);
            let params = query(&pairs);
            assert_eq!(Value::Object(params.0.clone()), want);
            assert!(params.check(FIELDS).is_ok());
        }
    }

    #[test]
    fn wrong_types_are_named_where_they_are() {
        let params = Params(
            json!({"limit": "ten", "space_id": "x", "access_grant_ids": [1]}).as_object().cloned().unwrap(),
        );
        let body = params.check(FIELDS).unwrap_err().body();
        let errors = &body["error"]["validation_errors"];
        assert_eq!(errors["limit"]["_errors"][0], "Expected number, received string");
        assert_eq!(errors["space_id"]["_errors"][0], "Invalid uuid");
        assert_eq!(errors["access_grant_ids"]["0"]["_errors"][0], "Expected string, received number");
    }
}
