//! A small scripted server that keeps a few of Seam's rules, and faults on demand. Nothing in it runs by
//! the clock: what takes time takes a number of readings.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a fault does to one request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The connection closes; nothing was done.
    DropBefore,
    /// It is done, then the connection closes.
    DropAfter,
    /// It is done, then this comes instead of the reply.
    AnswerAfter(u16, &'static str),
    /// Nothing is done; this comes instead of the reply.
    Answer(u16, &'static str),
    /// Nothing is done; 429 with this `Retry-After`.
    TooMany(&'static str),
}

#[derive(Clone, Debug, Default)]
pub struct Grant {
    pub starts_at: String,
    pub ends_at: String,
    pub methods: Vec<String>,
    pub deleting: Option<u32>,
    pub updating: u32,
}

#[derive(Clone, Debug, Default)]
pub struct Method {
    pub mode: &'static str,
    pub issued: bool,
    pub ready: bool,
    pub encoding: bool,
    pub assignment: bool,
    /// Readings until it is issued again, or ready for the encoder.
    pub settles_in: Option<u32>,
    pub deleting: Option<u32>,
    /// A grant of somebody else that also lists it.
    pub also: Option<String>,
}

#[derive(Debug)]
struct Attempt {
    method: String,
    encoder: String,
    polls: u32,
    error: Option<&'static str>,
    cuts_anyway: bool,
    over: bool,
}

/// How the next encoding goes.
#[derive(Clone, Debug)]
pub struct Cut {
    pub error: Option<&'static str>,
    pub cuts_anyway: bool,
    pub polls: u32,
}

#[derive(Debug, Default)]
pub struct State {
    pub grants: BTreeMap<String, Grant>,
    pub methods: BTreeMap<String, Method>,
    attempts: BTreeMap<String, Attempt>,
    pub faults: Vec<(&'static str, Fault)>,
    pub cuts: VecDeque<Cut>,
    /// Changes that were applied, by path.
    pub applied: HashMap<String, u32>,
    /// Requests that came, by path.
    pub asked: HashMap<String, u32>,
    /// Encoders that were given a job while they had one.
    pub overlaps: u32,
    /// The encoder of each encoding, in order.
    pub encoders: Vec<String>,
    /// Readings a deletion takes; none: it never ends.
    pub deletion: Option<u32>,
    /// Readings a re-issue takes.
    pub reissue: u32,
    /// PINs never come back.
    pub stuck_pin: bool,
    made: u32,
}

/// The running server.
#[derive(Clone)]
pub struct Fake {
    pub endpoint: String,
    state: Arc<Mutex<State>>,
}

type Reply = (u16, Value);

impl Fake {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let state = State { deletion: Some(2), reissue: 3, ..State::default() };
        let fake = Self { endpoint, state: Arc::new(Mutex::new(state)) };
        let serving = fake.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let fake = serving.clone();
                tokio::spawn(async move { fake.serve(stream).await });
            }
        });
        fake
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn fault(&self, path: &'static str, fault: Fault) {
        self.state().faults.push((path, fault));
    }

    pub fn applied(&self, path: &str) -> u32 {
        self.state().applied.get(path).copied().unwrap_or(0)
    }

    pub fn asked(&self, path: &str) -> u32 {
        self.state().asked.get(path).copied().unwrap_or(0)
    }

    async fn serve(&self, mut stream: TcpStream) {
        let Some((path, body)) = request(&mut stream).await else { return };
        *self.state().asked.entry(path.clone()).or_default() += 1;
        let fault = {
            let mut state = self.state();
            let at = state.faults.iter().position(|(p, _)| *p == path);
            at.map(|i| state.faults.remove(i).1)
        };
        match fault {
            Some(Fault::DropBefore) => return,
            Some(Fault::DropAfter) => {
                self.state().handle(&path, &body);
                return;
            }
            Some(Fault::AnswerAfter(status, text)) => {
                self.state().handle(&path, &body);
                answer(&mut stream, status, "", text).await;
                return;
            }
            Some(Fault::Answer(status, text)) => return answer(&mut stream, status, "", text).await,
            Some(Fault::TooMany(seconds)) => {
                let text = r#"{"ok":false,"error":{"type":"too_many_requests","message":"slow down"}}"#;
                return answer(&mut stream, 429, &format!("Retry-After: {seconds}\r\n"), text).await;
            }
            None => {}
        }
        let (status, body) = self.state().handle(&path, &body);
        answer(&mut stream, status, "", &body.to_string()).await;
    }
}

async fn request(stream: &mut TcpStream) -> Option<(String, Value)> {
    let mut raw = Vec::new();
    let mut chunk = [0u8; 4096];
    loop {
        let n = stream.read(&mut chunk).await.ok()?;
        if n == 0 {
            return None;
        }
        raw.extend_from_slice(&chunk[..n]);
        let Some(head) = raw.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&raw[..head]).to_lowercase();
        let length =
            text.lines().find_map(|l| l.strip_prefix("content-length:"))?.trim().parse::<usize>().ok()?;
        if raw.len() >= head + 4 + length {
            let path = text.split_whitespace().nth(1)?.to_owned();
            return Some((path, serde_json::from_slice(&raw[head + 4..head + 4 + length]).ok()?));
        }
    }
}

async fn answer(stream: &mut TcpStream, status: u16, headers: &str, body: &str) {
    let kind = if body.starts_with('<') { "text/html" } else { "application/json" };
    let text = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}",
        body.len()
    );
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.shutdown().await;
}

fn error(status: u16, kind: &str, message: &str) -> Reply {
    (status, json!({"ok": false, "error": {"type": kind, "message": message}}))
}

fn id_of(body: &Value, name: &str) -> String {
    body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

impl State {
    fn handle(&mut self, path: &str, body: &Value) -> Reply {
        let grant = id_of(body, "access_grant_id");
        let method = id_of(body, "access_method_id");
        match path {
            "/access_grants/get" => match self.grant(&grant) {
                Some(g) => (200, json!({"ok": true, "access_grant": g})),
                None => error(404, "access_grant_not_found", "no such grant"),
            },
            "/access_grants/list" => {
                let ids: Vec<String> = serde_json::from_value(body["access_grant_ids"].clone()).unwrap();
                let found: Vec<Value> = ids.iter().filter_map(|id| self.grant(id)).collect();
                (200, json!({"ok": true, "access_grants": found, "pagination": {"has_next_page": false}}))
            }
            "/access_grants/get_related" => {
                let ids: Vec<String> = serde_json::from_value(body["access_grant_ids"].clone()).unwrap();
                let methods: Vec<String> =
                    ids.iter().filter_map(|id| self.grants.get(id)).flat_map(|g| g.methods.clone()).collect();
                let found: Vec<Value> = methods.iter().filter_map(|id| self.method(id)).collect();
                (200, json!({"ok": true, "batch": {"access_methods": found}}))
            }
            "/access_methods/get" => match self.method(&method) {
                Some(m) => (200, json!({"ok": true, "access_method": m})),
                None => error(404, "access_method_not_found", "no such method"),
            },
            "/access_methods/get_related" => {
                let id = body["access_method_ids"][0].as_str().unwrap().to_owned();
                let mut ids: Vec<String> = self
                    .grants
                    .iter()
                    .filter(|(_, g)| g.methods.contains(&id))
                    .map(|(i, _)| i.clone())
                    .collect();
                ids.extend(self.methods.get(&id).and_then(|m| m.also.clone()));
                let found: Vec<Value> = ids.iter().filter_map(|id| self.grant(id)).collect();
                (200, json!({"ok": true, "batch": {"access_grants": found}}))
            }
            "/action_attempts/get" => self.attempt(&id_of(body, "action_attempt_id")),
            "/access_grants/update" => self.update(path, &grant, body),
            "/access_grants/request_access_methods" => self.request(path, &grant),
            "/access_methods/encode" => self.encode(path, &method, id_of(body, "acs_encoder_id")),
            "/access_methods/delete" => self.delete_method(path, &method),
            "/access_grants/delete" => self.delete_grant(path, &grant),
            _ => error(404, "unknown", "no such path"),
        }
    }

    fn apply(&mut self, path: &str) {
        *self.applied.entry(path.to_owned()).or_default() += 1;
    }

    /// One reading of a grant, which also brings its changes one reading further.
    fn grant(&mut self, id: &str) -> Option<Value> {
        let g = self.grants.get_mut(id)?;
        match g.deleting {
            Some(0) => {
                let methods = g.methods.clone();
                self.grants.remove(id);
                methods.iter().for_each(|m| drop(self.methods.remove(m)));
                return None;
            }
            Some(n) if n != u32::MAX => g.deleting = Some(n - 1),
            _ => {}
        }
        let pending = if g.updating > 0 {
            g.updating -= 1;
            json!([{"mutation_code": "updating_access_times", "message": "", "created_at": "2026-11-22T02:00:00Z"}])
        } else {
            json!([])
        };
        let warnings = match g.deleting {
            Some(_) => {
                json!([{"warning_code": "being_deleted", "message": "", "created_at": "2026-11-22T02:00:00Z"}])
            }
            None => json!([]),
        };
        let cards: Vec<&String> = g.methods.iter().filter(|m| m.starts_with("new")).collect();
        Some(json!({
            "access_grant_id": id, "user_identity_id": "guest", "starts_at": g.starts_at, "ends_at": g.ends_at,
            "access_method_ids": g.methods, "pending_mutations": pending, "warnings": warnings, "errors": [],
            "requested_access_methods": [{"mode": "card", "display_name": "Card", "created_access_method_ids": cards}],
        }))
    }

    fn method(&mut self, id: &str) -> Option<Value> {
        let stuck = self.stuck_pin;
        let m = self.methods.get_mut(id)?;
        match m.deleting {
            Some(0) => {
                self.methods.remove(id);
                self.grants.values_mut().for_each(|g| g.methods.retain(|m| m != id));
                return None;
            }
            Some(n) if n != u32::MAX => m.deleting = Some(n - 1),
            _ => {}
        }
        match m.settles_in {
            Some(0) if m.mode == "code" && stuck => {}
            Some(0) => {
                m.settles_in = None;
                if m.mode == "card" { m.ready = true } else { m.issued = true }
            }
            Some(n) => m.settles_in = Some(n - 1),
            None => {}
        }
        let warnings = match m.deleting {
            Some(_) => {
                json!([{"warning_code": "being_deleted", "message": "", "created_at": "2026-11-22T02:00:00Z"}])
            }
            None => json!([]),
        };
        Some(json!({
            "access_method_id": id, "mode": m.mode, "is_issued": m.issued, "is_ready_for_encoding": m.ready,
            "is_encoding_required": m.encoding && !m.issued, "is_assignment_required": m.assignment,
            "warnings": warnings, "errors": [], "pending_mutations": [],
        }))
    }

    fn update(&mut self, path: &str, id: &str, body: &Value) -> Reply {
        let reissue = self.reissue;
        let Some(g) = self.grants.get_mut(id) else { return error(404, "access_grant_not_found", "gone") };
        for (name, field) in [("starts_at", &mut g.starts_at), ("ends_at", &mut g.ends_at)] {
            if let Some(new) = body.get(name).and_then(Value::as_str) {
                *field = new.to_owned();
            }
        }
        g.updating = reissue;
        for id in g.methods.clone() {
            if let Some(m) = self.methods.get_mut(&id) {
                (m.issued, m.ready, m.settles_in) = (false, false, Some(reissue));
            }
        }
        self.apply(path);
        (200, json!({"ok": true}))
    }

    fn request(&mut self, path: &str, id: &str) -> Reply {
        self.made += 1;
        let new = format!("new{}", self.made);
        let Some(g) = self.grants.get_mut(id) else { return error(404, "access_grant_not_found", "gone") };
        g.methods.push(new.clone());
        let card = Method { mode: "card", encoding: true, settles_in: Some(1), ..Method::default() };
        self.methods.insert(new, card);
        self.apply(path);
        let grant = self.grant(id);
        (200, json!({"ok": true, "access_grant": grant}))
    }

    fn encode(&mut self, path: &str, id: &str, encoder: String) -> Reply {
        let Some(m) = self.methods.get(id) else { return error(404, "access_method_not_found", "gone") };
        if !m.ready {
            return error(400, "not_ready", "the method is not ready for encoding");
        }
        if self.attempts.values().any(|a| a.encoder == encoder && !a.over) {
            self.overlaps += 1;
        }
        let cut = self.cuts.pop_front().unwrap_or(Cut { error: None, cuts_anyway: false, polls: 2 });
        self.made += 1;
        let attempt = format!("attempt{}", self.made);
        let started = Attempt {
            method: id.to_owned(),
            encoder: encoder.clone(),
            polls: cut.polls,
            error: cut.error,
            cuts_anyway: cut.cuts_anyway,
            over: false,
        };
        self.attempts.insert(attempt.clone(), started);
        self.encoders.push(encoder);
        self.apply(path);
        // Nobody may ever ask for an attempt whose reply was lost: then it ends by itself.
        if cut.polls == 0 {
            self.end(&attempt);
        }
        let status = json!({"action_attempt_id": attempt, "status": "pending"});
        (200, json!({"ok": true, "action_attempt": status}))
    }

    fn end(&mut self, id: &str) {
        let Some(a) = self.attempts.get_mut(id) else { return };
        a.over = true;
        if (a.error.is_none() || a.cuts_anyway)
            && let Some(m) = self.methods.get_mut(&a.method)
        {
            (m.issued, m.ready) = (true, false);
        }
    }

    fn attempt(&mut self, id: &str) -> Reply {
        let Some(a) = self.attempts.get_mut(id) else {
            return error(404, "action_attempt_not_found", "no such attempt");
        };
        if a.polls > 0 {
            a.polls -= 1;
            return (
                200,
                json!({"ok": true, "action_attempt": {"action_attempt_id": id, "status": "pending"}}),
            );
        }
        let failed = a.error;
        self.end(id);
        let attempt = match failed {
            Some(kind) => {
                json!({"action_attempt_id": id, "status": "error", "error": {"type": kind, "message": "m"}})
            }
            None => json!({"action_attempt_id": id, "status": "success", "result": {}}),
        };
        (200, json!({"ok": true, "action_attempt": attempt}))
    }

    fn delete_method(&mut self, path: &str, id: &str) -> Reply {
        let deletion = self.deletion;
        let Some(m) = self.methods.get_mut(id) else { return error(404, "access_method_not_found", "gone") };
        m.deleting = Some(deletion.unwrap_or(u32::MAX));
        self.apply(path);
        (200, json!({"ok": true}))
    }

    fn delete_grant(&mut self, path: &str, id: &str) -> Reply {
        let deletion = self.deletion;
        let Some(g) = self.grants.get_mut(id) else { return error(404, "access_grant_not_found", "gone") };
        g.deleting = Some(deletion.unwrap_or(u32::MAX));
        self.apply(path);
        (200, json!({"ok": true}))
    }
}
