//! The hotel as Seam's JSON.

mod access;
mod house;

pub(crate) use access::{
    access_code, access_codes_of, attempt, card, credential, grant, instant_key, method,
    method_of_credential, person,
};
pub(crate) use house::{door, encoder, space, system, workspace};

use serde_json::{Value, json};

use super::clock::{At, stamp};

/// A problem as Seam lists it: `kind` is `error_code` or `warning_code`.
fn problem(kind: &str, code: &str, since: At, message: &str) -> Value {
    let mut value = json!({"created_at": stamp(since), "message": message});
    if let Some(value) = value.as_object_mut() {
        value.insert(kind.to_owned(), json!(code));
    }
    value
}

/// `value` with the members of `more` added.
fn with(mut value: Value, more: Value) -> Value {
    if let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) {
        value.extend(more);
    }
    value
}
