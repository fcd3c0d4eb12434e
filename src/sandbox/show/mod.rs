//! The hotel as Seam's JSON.

mod access;
mod credentials;
mod house;

pub(crate) use access::{grant, instant_key, method, person};
pub(crate) use credentials::{access_code, access_codes_of, attempt, card, credential, method_of_credential};
pub(crate) use house::{door, encoder, space, system, workspace};

use serde_json::{Value, json};

use super::clock::{At, stamp};

/// Turns the id of an access method into the id of the credential behind it, and back.
const CREDENTIAL: u128 = 0x0c4e_d000_0000_0000_0000_5ea3_0000_c4ed;

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
