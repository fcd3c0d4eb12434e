//! Every warning, error, mutation, mode, event and attempt that Seam's document names, drawn from the
//! document itself: what a later one adds is asked for by itself.

use serde_json::Value;

/// Something the document names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Variant {
    /// The record that has it: `access_grant`.
    pub of: String,
    /// Under which property: `warnings`; empty where it is the record's own.
    pub list: String,
    /// Which field names it: `warning_code`.
    pub field: String,
    /// Its name.
    pub code: String,
}

fn document() -> Value {
    serde_json::from_str(include_str!("../../../../tests/contract/openapi.json")).unwrap()
}

/// The schemas a schema is made of.
fn parts(schema: &Value) -> Vec<&Value> {
    let groups = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|group| schema[group].as_array());
    let inner = groups.flatten().chain(schema.get("items")).flat_map(parts);
    std::iter::once(schema).chain(inner).collect()
}

/// The names a field of a schema can have.
fn names(schema: &Value, field: &str) -> Vec<String> {
    let all = parts(schema).into_iter().filter_map(|part| part["properties"][field]["enum"].as_array());
    let mut names: Vec<String> = all.flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

/// What a record of the document can have under `list`, or itself where that is empty, by `field`.
pub fn variants(of: &str, list: &str, field: &str) -> Vec<Variant> {
    let document = document();
    let record = &document["components"]["schemas"][of];
    let schema = if list.is_empty() { record } else { &record["properties"][list] };
    let make = |code| Variant { of: of.into(), list: list.into(), field: field.into(), code };
    let found: Vec<Variant> = names(schema, field).into_iter().map(make).collect();
    found
}

/// The types of error an attempt of a kind can end in.
pub fn failures(kind: &str) -> Vec<String> {
    let document = document();
    let all = parts(&document["components"]["schemas"]["action_attempt"]);
    let of_kind = all.into_iter().filter(|part| names(part, "action_type") == [kind]);
    let mut types: Vec<String> =
        of_kind.flat_map(|part| names(&part["properties"]["error"], "type")).collect();
    types.sort();
    types.dedup();
    types
}
