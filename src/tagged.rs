//! Enums that are written with the name of the variant among its fields, `{"kind": "battery", "level": 0.2}`.
//!
//! What serde derives for that keeps every value in a form of its own first, and has each variant compiled for it.
//! Here the fields are taken as JSON and put under the name, `{"battery": {"level": 0.2}}`, which serde reads as it
//! reads everything else.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::{Map, Value};

/// Reads `{tag: "name", …}` and gives it as `{"name": {…}}`, or as `"name"` where there is nothing else.
///
/// # Errors
/// Where it is no object, or where its tag is missing or no text.
pub fn read<'de, D: Deserializer<'de>>(source: D, tag: &'static str) -> Result<Value, D::Error> {
    let mut fields = Map::deserialize(source)?;
    match fields.remove(tag) {
        Some(Value::String(name)) if fields.is_empty() => Ok(Value::String(name)),
        Some(Value::String(name)) => {
            let mut one = Map::new();
            one.insert(name, Value::Object(fields));
            Ok(Value::Object(one))
        }
        Some(_) => Err(D::Error::custom(format_args!("“{tag}” is no text"))),
        None => Err(D::Error::missing_field(tag)),
    }
}

/// Writes `{"name": {…}}` or `"name"` as `{tag: "name", …}`.
///
/// # Errors
/// Where it is neither, or what the target says.
pub fn write<S: Serializer>(value: Value, target: S, tag: &'static str) -> Result<S::Ok, S::Error> {
    let (name, mut fields) = match value {
        Value::String(name) => (name, Map::new()),
        Value::Object(one) => match one.into_iter().next() {
            Some((name, Value::Object(fields))) => (name, fields),
            _ => return Err(S::Error::custom("a variant has no fields")),
        },
        _ => return Err(S::Error::custom("no variant of an enum")),
    };
    fields.insert(tag.to_owned(), Value::String(name));
    fields.serialize(target)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case(json!({"kind": "hang"}), json!("hang"))]
    #[case(json!({"level": 0.2, "kind": "battery", "id": "x"}), json!({"battery": {"id": "x", "level": 0.2}}))]
    fn there_and_back(#[case] written: Value, #[case] read_as: Value) {
        assert_eq!(read(written.clone(), "kind").unwrap(), read_as);
        assert_eq!(write(read_as, serde_json::value::Serializer, "kind").unwrap(), written);
    }

    #[rstest]
    #[case(json!({"level": 0.2}), "missing field `kind`")]
    #[case(json!({"kind": 3}), "“kind” is no text")]
    #[case(json!("hang"), "expected a map")]
    fn what_is_no_variant_is_said(#[case] written: Value, #[case] said: &str) {
        let why = read(written, "kind").unwrap_err().to_string();
        assert!(why.contains(said), "{why}");
    }
}
