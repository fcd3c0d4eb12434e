//! What a call answers: a success, or an error in Seam's form.

use serde_json::{Map, Value, json};

/// The body of a success, without `ok`.
pub(crate) type Answer = Result<Map<String, Value>, ApiError>;

/// An error as Seam writes it.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) kind: String,
    pub(crate) message: String,
    pub(crate) validation: Option<Value>,
    /// Only on the refusals of the reservation model, which Seam's prose shows with a title.
    pub(crate) title: Option<&'static str>,
}

impl ApiError {
    pub(crate) fn new(status: u16, kind: &str, message: impl Into<String>) -> Self {
        Self { status, kind: kind.to_owned(), message: message.into(), validation: None, title: None }
    }

    /// 404 `<what>_not_found`.
    pub(crate) fn missing(what: &str) -> Self {
        let words = what.replace('_', " ");
        Self::new(404, &format!("{what}_not_found"), format!("The {words} was not found."))
    }

    /// 400 `invalid_input` about one parameter.
    pub(crate) fn input(name: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let mut errors = Errors::default();
        errors.add(name, &message);
        errors.into_error(&format!("Invalid value for \"{name}\": {message}"))
    }

    /// 400 `invalid_input` about the parameters as a whole.
    pub(crate) fn inputs(message: &str) -> Self {
        let errors = json!({"_errors": [message]});
        Self { validation: Some(errors), ..Self::new(400, "invalid_input", message) }
    }

    /// A refusal of the reservation model.
    pub(crate) fn reservation(status: u16, kind: &str, title: &'static str, message: &str) -> Self {
        Self { title: Some(title), ..Self::new(status, kind, message) }
    }

    pub(crate) fn body(&self) -> Value {
        let mut error = json!({"type": self.kind, "message": self.message});
        if let Some(error) = error.as_object_mut() {
            if let Some(validation) = &self.validation {
                error.insert("validation_errors".to_owned(), validation.clone());
            }
            if let Some(title) = self.title {
                error.insert("title".to_owned(), json!(title));
            }
        }
        json!({"error": error, "ok": false})
    }
}

/// Validation errors that mirror the request: `{"_errors": [], "limit": {"_errors": ["..."]}}`.
#[derive(Default)]
pub(crate) struct Errors(Map<String, Value>);

impl Errors {
    /// Adds a message at a dotted path, such as `requested_access_methods.0.mode`.
    pub(crate) fn add(&mut self, path: &str, message: &str) {
        let mut at = &mut self.0;
        for name in path.split('.') {
            at.entry("_errors").or_insert_with(|| json!([]));
            let next = at.entry(name).or_insert_with(|| json!({"_errors": []}));
            let Value::Object(next) = next else { return };
            at = next;
        }
        if let Some(list) = at.entry("_errors").or_insert_with(|| json!([])).as_array_mut() {
            list.push(json!(message));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_error(self, message: &str) -> ApiError {
        ApiError { validation: Some(Value::Object(self.0)), ..ApiError::new(400, "invalid_input", message) }
    }
}

/// A success with one member.
pub(crate) fn one(key: &str, value: Value) -> Answer {
    let mut map = Map::new();
    map.insert(key.to_owned(), value);
    Ok(map)
}

/// A success that says nothing more.
pub(crate) fn done() -> Answer {
    Ok(Map::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validation_errors_mirror_the_request() {
        let mut errors = Errors::default();
        errors.add("limit", "Expected number, received string");
        errors.add("requested_access_methods.0.mode", "Invalid enum value");
        let error = errors.into_error("Invalid input");
        assert_eq!(
            error.body(),
            json!({"ok": false, "error": {"type": "invalid_input", "message": "Invalid input", "validation_errors": {
                "_errors": [],
                "limit": {"_errors": ["Expected number, received string"]},
                "requested_access_methods": {"_errors": [], "0": {"_errors": [],
                    "mode": {"_errors": ["Invalid enum value"]}}},
            }}})
        );
    }
}
