//! Seam's OpenAPI document as a judge: is this request, is this answer what the document says?
//!
//! Used for the sandbox's answers and for a client's requests. Two things the document does not hold are
//! judged here: `lock.*` events, which it names but does not describe, by the fields all events share; and
//! statuses other than 200, 400 and 401, which answer with the document's `error_response`.

#![allow(dead_code, reason = "each test crate uses its own part")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

const DOCUMENT: &str = include_str!("openapi.json");

/// Judges requests and answers.
pub struct Validator {
    document: Value,
    definitions: Value,
    compiled: Mutex<HashMap<String, Arc<jsonschema::Validator>>>,
}

impl Validator {
    /// Reads the document.
    pub fn new() -> Self {
        let document: Value = serde_json::from_str(DOCUMENT).expect("the document is JSON");
        let definitions = translate(&document["components"]["schemas"]);
        Self { document, definitions, compiled: Mutex::default() }
    }

    /// Every path of the document.
    pub fn paths(&self) -> Vec<String> {
        self.document["paths"].as_object().expect("paths").keys().cloned().collect()
    }

    /// The HTTP methods, in lower case, that the document lists for a path.
    pub fn verbs(&self, path: &str) -> Vec<String> {
        self.document["paths"][path].as_object().expect("a path of the document").keys().cloned().collect()
    }

    /// The body of a POST to `path`. Errors: what is wrong with it, one line a complaint.
    pub fn request(&self, path: &str, body: &Value) -> Result<(), String> {
        let schema = &self.post(path)?["requestBody"]["content"]["application/json"]["schema"];
        if schema.is_null() {
            return Ok(());
        }
        self.judge(&format!("request {path}"), schema, body)?;
        self.known_members(path, schema, body)
    }

    /// The answer of `path` with `status`. Errors: what is wrong with it, one line a complaint.
    pub fn response(&self, path: &str, status: u16, body: &Value) -> Result<(), String> {
        if status != 200 {
            let schema = json!({"$ref": "#/components/schemas/error_response"});
            return self.judge("error", &schema, body);
        }
        let schema = &self.post(path)?["responses"]["200"]["content"]["application/json"]["schema"];
        if path != "/events/list" {
            return self.judge(&format!("response {path}"), schema, body);
        }
        let mut described = body.clone();
        let events = described["events"].as_array_mut().ok_or("events is not a list")?;
        for event in events.iter().filter(|e| is_lock_event(e)) {
            lock_event(event)?;
        }
        events.retain(|e| !is_lock_event(e));
        self.judge(&format!("response {path}"), schema, &described)
    }

    fn post(&self, path: &str) -> Result<&Value, String> {
        self.document["paths"][path].get("post").ok_or_else(|| format!("{path} is not in the document"))
    }

    /// The document leaves objects open, but what a client sends should be in it.
    fn known_members(&self, path: &str, schema: &Value, body: &Value) -> Result<(), String> {
        let mut known = Vec::new();
        member_names(schema, &mut known);
        let sent = body.as_object().into_iter().flat_map(Map::keys);
        let unknown: Vec<&String> = sent.filter(|name| !known.contains(name)).collect();
        if unknown.is_empty() { Ok(()) } else { Err(format!("{path}: unknown parameters {unknown:?}")) }
    }

    fn judge(&self, name: &str, schema: &Value, instance: &Value) -> Result<(), String> {
        let validator = self.compile(name, schema);
        let complaints: Vec<String> = validator
            .iter_errors(instance)
            .map(|e| format!("{name} at {}: {e}", e.instance_path()))
            .collect();
        if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
    }

    fn compile(&self, name: &str, schema: &Value) -> Arc<jsonschema::Validator> {
        let mut compiled = self.compiled.lock().expect("no test panics while it compiles");
        let make = || {
            let mut schema = translate(schema);
            schema["components"] = json!({"schemas": self.definitions});
            let options = jsonschema::draft202012::options().should_validate_formats(true);
            Arc::new(options.build(&schema).expect("the document is a schema"))
        };
        compiled.entry(name.to_owned()).or_insert_with(make).clone()
    }
}

fn is_lock_event(event: &Value) -> bool {
    event["event_type"].as_str().is_some_and(|kind| kind.starts_with("lock."))
}

fn lock_event(event: &Value) -> Result<(), String> {
    for name in ["event_id", "event_type", "workspace_id", "created_at", "occurred_at"] {
        if !event[name].is_string() {
            return Err(format!("{event}: {name} is missing"));
        }
    }
    Ok(())
}

fn member_names<'a>(schema: &'a Value, names: &mut Vec<&'a String>) {
    names.extend(schema["properties"].as_object().into_iter().flat_map(Map::keys));
    for group in ["oneOf", "anyOf", "allOf"] {
        for part in schema[group].as_array().into_iter().flatten() {
            member_names(part, names);
        }
    }
}

/// OpenAPI 3.0 as JSON Schema: `nullable` becomes a choice, an exclusive minimum a number, examples and
/// discriminators go.
fn translate(schema: &Value) -> Value {
    match schema {
        Value::Array(list) => Value::Array(list.iter().map(translate).collect()),
        Value::Object(map) => {
            let mut out = Map::new();
            for (name, value) in map {
                match name.as_str() {
                    "nullable" | "discriminator" | "example" | "description" if !value.is_object() => {}
                    "discriminator" => {}
                    "enum" | "default" | "required" => {
                        out.insert(name.clone(), value.clone());
                    }
                    "exclusiveMinimum" => {
                        if let Some(minimum) = map.get("minimum").filter(|_| value == &json!(true)) {
                            out.insert(name.clone(), minimum.clone());
                        }
                    }
                    _ => {
                        out.insert(name.clone(), translate(value));
                    }
                }
            }
            let nullable = map.get("nullable") == Some(&json!(true));
            if nullable { json!({"anyOf": [{"type": "null"}, out]}) } else { Value::Object(out) }
        }
        other => other.clone(),
    }
}
