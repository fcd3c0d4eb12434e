//! The hotel as Seam's JSON.

mod access;
mod credentials;
mod house;

pub(crate) use access::instant_key;
pub(crate) use credentials::{access_code, access_codes_of, attempt, card, credential, method_of_credential};
pub(crate) use house::{space, workspace};

use serde_json::{Value, json};

use super::clock::{At, stamp};
use super::hotel::Hotel;
use super::house::{Door, Encoder, System};
use super::keys::{Grant, Method, Person};

/// Turns the id of an access method into the id of the credential behind it, and back.
const CREDENTIAL: u128 = 0x0c4e_d000_0000_0000_0000_5ea3_0000_c4ed;

/// A problem as Seam lists it: `kind` is `error_code` or `warning_code`.
pub(super) fn problem(kind: &str, code: &str, since: At, message: &str) -> Value {
    let mut value = json!({"created_at": stamp(since), "message": message});
    if let Some(value) = value.as_object_mut() {
        value.insert(kind.to_owned(), json!(code));
    }
    value
}

pub(crate) fn grant(hotel: &Hotel, record: &Grant) -> Value {
    hotel.as_said(record.id, access::grant(hotel, record))
}

pub(crate) fn method(hotel: &Hotel, record: &Method) -> Value {
    hotel.as_said(record.id, access::method(hotel, record))
}

pub(crate) fn person(hotel: &Hotel, record: &Person) -> Value {
    hotel.as_said(record.id, access::person(hotel, record))
}

/// A door as `acs_entrance`, or as `device` where Seam knows it as one.
pub(crate) fn door(hotel: &Hotel, record: &Door) -> Value {
    hotel.as_said(record.id, house::door(hotel, record))
}

pub(crate) fn encoder(hotel: &Hotel, record: &Encoder) -> Value {
    hotel.as_said(record.id, house::encoder(hotel, record))
}

pub(crate) fn system(hotel: &Hotel, record: &System) -> Value {
    hotel.as_said(record.id, house::system(hotel, record))
}

/// `value` with the members of `more` added.
fn with(mut value: Value, more: Value) -> Value {
    if let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) {
        value.extend(more);
    }
    value
}
