//! Action attempts: encoding, scanning, assigning a card, unlocking a door.
//!
//! An encoder does one job at a time. Seam names no error for a busy one, so further jobs wait in line and
//! expire (`action_attempt_expired`) when their turn does not come within a minute.

use chrono::Duration;
use serde_json::{Value, json};

use super::hotel::{Hotel, Named};
use super::house::{Brand, Foretold};
use super::keys::{Attempt, Cut, Job, Mode, Outcome};
use super::life::Task;
use super::show;

/// An encoder's queue is given up after this many seconds at normal speed.
const PATIENCE: f64 = 60.0;

/// Why an attempt failed: Seam's `error.type`, and a sentence.
type Failure = (String, String);

fn failure(kind: &str, message: &str) -> Failure {
    (kind.to_owned(), message.to_owned())
}

impl Hotel {
    /// Begins an attempt, or puts it in line where its encoder is busy.
    pub(crate) fn attempt(&mut self, job: Job) -> u32 {
        let ix = self.attempts.len();
        let id = self.name(Named::Attempt(ix));
        let encoder = job.encoder();
        let scans = matches!(job, Job::Scan { .. });
        let foretold = encoder
            .and_then(|e| self.encoders.get_mut(e))
            .and_then(|e| if scans { e.next_scan.take() } else { e.next_encode.take() });
        self.attempts.put(Attempt { id, created: self.now, job, foretold, outcome: Outcome::Pending });
        match encoder.and_then(|e| self.encoders.get_mut(e)) {
            Some(encoder) if encoder.job.is_some() => encoder.queue.push_back(ix),
            Some(encoder) => {
                encoder.job = Some(ix);
                self.plan_paced(2.0, 5.0, Task::Finish(ix));
            }
            None => self.plan_paced(1.0, 2.0, Task::Finish(ix)),
        }
        ix
    }

    pub(crate) fn finish(&mut self, attempt: u32) {
        let Some(record) = self.attempts.get(attempt) else { return };
        if !matches!(record.outcome, Outcome::Pending) {
            return;
        }
        let (job, foretold) = (record.job.clone(), record.foretold.clone());
        let result = match (&job, foretold) {
            (_, Some(Foretold::Error(kind))) => {
                let message = format!("The simulated job ended with {kind}.");
                Err((kind, message))
            }
            (Job::Encode { method, encoder }, _) => self.encode(*method, *encoder),
            (Job::Scan { encoder }, Some(Foretold::Success(scenario, credential))) => {
                Ok(self.scan_as_told(*encoder, &scenario, credential))
            }
            (Job::Scan { encoder }, None) => self.scan(*encoder),
            (Job::Assign { method, number }, _) => self.assign(*method, number),
            (Job::Unlock { method, door }, _) => self.unlock(*method, *door),
        };
        if let Some(record) = self.attempts.get_mut(attempt) {
            record.outcome = match result {
                Ok(value) => Outcome::Success(value),
                Err((kind, message)) => Outcome::Error { kind, message },
            };
        }
        if let Some(encoder) = job.encoder() {
            self.next_in_line(encoder);
        }
    }

    fn next_in_line(&mut self, encoder: u32) {
        let patience = self.clock.paced(PATIENCE);
        let now = self.now;
        loop {
            let Some(record) = self.encoders.get_mut(encoder) else { return };
            record.job = record.queue.pop_front();
            let Some(next) = record.job else { return };
            let Some(waiting) = self.attempts.get_mut(next) else { return };
            if now - waiting.created <= patience {
                self.plan_paced(2.0, 5.0, Task::Finish(next));
                return;
            }
            let (kind, message) = failure("action_attempt_expired", "The encoder was busy for too long.");
            waiting.outcome = Outcome::Error { kind, message };
        }
    }

    /// What keeps an encoder from working at all.
    fn encoder_trouble(&self, encoder: u32) -> Option<Failure> {
        let record = self.encoders.get(encoder)?;
        if self.systems.get(record.system).is_some_and(|s| s.down_since.is_some()) {
            return Some(failure("bridge_disconnected", "Seam Bridge is not connected."));
        }
        (!record.online).then(|| failure("encoder_not_online", "The encoder is not online."))
    }

    fn encode(&mut self, method: u32, encoder: u32) -> Result<Value, Failure> {
        if let Some(trouble) = self.encoder_trouble(encoder) {
            return Err(trouble);
        }
        if self.night.chance(self.mishaps) {
            let lifted = self.night.chance(0.3);
            return Err(if lifted {
                failure("encoding_interrupted", "The card was lifted before the encoding was complete.")
            } else {
                failure("no_credential_on_encoder", "There is no card on the encoder.")
            });
        }
        let now = self.now;
        let number = self.ids.digits(9);
        let system = self.encoders.get(encoder).map(|e| e.system);
        let Some(record) = self.methods.get(method) else {
            return Err(failure("credential_deleted", "The credential was deleted."));
        };
        if record.gone || record.deleting.is_some() {
            return Err(failure("credential_deleted", "The credential was deleted."));
        }
        if !record.doors.iter().any(|d| self.doors.get(*d).is_some_and(|d| d.system == system)) {
            return Err(failure(
                "incompatible_card_format",
                "This encoder belongs to another access system.",
            ));
        }
        if !record.ready {
            return Err(failure("credential_cannot_be_reissued", "The card of this credential is issued."));
        }
        self.cut(method, number.into());
        if let Some(encoder) = self.encoders.get_mut(encoder) {
            encoder.card = Some(method);
        }
        let again = self.methods.get(method).is_some_and(|m| m.issued_at.is_some_and(|at| at < now));
        self.mark_issued(method);
        self.tell_credential(method, if again { "acs_credential.reissued" } else { "acs_credential.issued" });
        Ok(self.methods.get(method).map(|m| show::credential(self, m)).unwrap_or_default())
    }

    /// Writes the stay's present dates onto a card.
    pub(crate) fn cut(&mut self, method: u32, number: Box<str>) {
        let at = self.now;
        if let Some(record) = self.methods.get_mut(method) {
            record.waits = false;
            record.ready = false;
            let number = record.cut.take().map_or(number, |old| old.number);
            record.cut = Some(Cut { at, times: record.times, number });
        }
    }

    fn tell_credential(&mut self, method: u32, kind: &'static str) {
        let Some(record) = self.methods.get(method) else { return };
        let credential = show::credential(self, record);
        let part = |name: &str| credential.get(name).cloned().unwrap_or_default();
        let body = json!({
            "acs_credential_id": part("acs_credential_id"),
            "acs_system_id": part("acs_system_id"),
            "connected_account_id": part("connected_account_id"),
        });
        self.tell(kind, body);
    }

    fn scan(&mut self, encoder: u32) -> Result<Value, Failure> {
        if let Some(trouble) = self.encoder_trouble(encoder) {
            return Err(trouble);
        }
        let card = self.encoders.get(encoder).and_then(|e| e.card).and_then(|m| self.methods.get(m));
        let Some(method) = card else {
            return Err(failure("no_credential_on_encoder", "There is no card on the encoder."));
        };
        let mut warnings = Vec::new();
        let on_seam = if method.gone {
            warnings.push(json!({
                "warning_code": "acs_credential_on_seam_not_found",
                "warning_message": "The card on the encoder belongs to no credential that Seam knows.",
            }));
            Value::Null
        } else {
            show::credential(self, method)
        };
        if let Some(cut) = method.cut.as_ref().filter(|cut| !method.gone && cut.times != method.times) {
            let part = if cut.times.ends == method.times.ends { "starts_at" } else { "ends_at" };
            warnings.push(json!({
                "warning_code": "acs_credential_on_encoder_out_of_sync",
                "warning_message": format!("The card on the encoder differs from the credential on Seam: {part}"),
            }));
        }
        Ok(json!({
            "acs_credential_on_encoder": show::card(self, method),
            "acs_credential_on_seam": on_seam,
            "warnings": warnings,
        }))
    }

    fn scan_as_told(&self, encoder: u32, scenario: &str, credential: Option<uuid::Uuid>) -> Value {
        let named = credential.and_then(|id| show::method_of_credential(self, id));
        let lying = self.encoders.get(encoder).and_then(|e| e.card);
        let any = || self.methods.iter().find(|(_, m)| !m.gone && m.cut.is_some()).map(|(ix, _)| ix);
        let method = named.or(lying).or_else(any).and_then(|m| self.methods.get(m));
        let on_encoder = method.map(|m| show::card(self, m)).unwrap_or_default();
        let on_seam = method.map(|m| show::credential(self, m)).unwrap_or_default();
        let warning = |code: &str, text: &str| json!([{"warning_code": code, "warning_message": text}]);
        match scenario {
            "credential_on_encoder_is_empty" => json!({
                "acs_credential_on_encoder": null, "acs_credential_on_seam": null, "warnings": [],
            }),
            "credential_does_not_exist_on_seam" => json!({
                "acs_credential_on_encoder": on_encoder,
                "acs_credential_on_seam": null,
                "warnings": warning("acs_credential_on_seam_not_found",
                    "The card on the encoder belongs to no credential that Seam knows."),
            }),
            "credential_on_encoder_needs_update" => json!({
                "acs_credential_on_encoder": on_encoder,
                "acs_credential_on_seam": on_seam,
                "warnings": warning("acs_credential_on_encoder_out_of_sync",
                    "The card on the encoder differs from the credential on Seam: ends_at"),
            }),
            _ => json!({
                "acs_credential_on_encoder": on_encoder, "acs_credential_on_seam": on_seam, "warnings": [],
            }),
        }
    }

    fn assign(&mut self, method: u32, number: &str) -> Result<Value, Failure> {
        let registered = !number.is_empty() && number.chars().all(|c| c.is_ascii_alphanumeric());
        if !registered {
            return Err(failure("credential_not_found", "No registered card has this number."));
        }
        let taken = |m: &super::keys::Method| {
            !m.gone && m.deleting.is_none() && m.cut.as_ref().is_some_and(|cut| *cut.number == *number)
        };
        if self.methods.iter().any(|(ix, m)| ix != method && m.assigns && taken(m)) {
            return Err(failure("uncategorized_error", "The card is assigned to another access method."));
        }
        let usable = self.methods.get(method).is_some_and(|m| !m.gone && m.deleting.is_none() && m.ready);
        if !usable {
            return Err(failure("uncategorized_error", "The access method is not ready for a card."));
        }
        self.cut(method, number.into());
        self.mark_issued(method);
        Ok(self.methods.get(method).map(|m| show::method(self, m)).unwrap_or_default())
    }

    fn unlock(&mut self, method: u32, door: u32) -> Result<Value, Failure> {
        let usable = self.methods.get(method).is_some_and(|m| {
            m.mode == Mode::CloudKey && m.issued && m.times.holds(self.now) && m.doors.contains(&door)
        });
        if !usable {
            return Err(failure("uncategorized_error", "The cloud key does not open this door now."));
        }
        if !self.reachable(door) {
            return Err(failure("uncategorized_error", "The door cannot be reached."));
        }
        self.tell_lock("lock.unlocked", door, "remote", None);
        Ok(json!({"was_confirmed_by_device": true}))
    }

    /// A `lock.*` event: what the door saw. `person` is named only where the lock knows who it was.
    pub(crate) fn tell_lock(&mut self, kind: &'static str, door: u32, how: &str, person: Option<u32>) {
        let now = self.now;
        self.tell_lock_at(now, kind, door, how, person);
    }

    pub(crate) fn tell_lock_at(
        &mut self,
        at: super::clock::At,
        kind: &'static str,
        door: u32,
        how: &str,
        person: Option<u32>,
    ) {
        let Some(record) = self.doors.get(door) else { return };
        let mut body = json!({"connected_account_id": record.account});
        let known = person.filter(|_| record.brand != Brand::Visionline).and_then(|p| self.people.get(p));
        if let Some(body) = body.as_object_mut() {
            let name = if record.is_device() { "device_id" } else { "acs_entrance_id" };
            body.insert(name.to_owned(), json!(record.id));
            if let Some(system) = record.system.and_then(|s| self.systems.get(s)) {
                body.insert("acs_system_id".to_owned(), json!(system.id));
            }
            if let Some(person) = known {
                body.insert("user_identity_id".to_owned(), json!(person.id));
            }
            let reason = kind == "lock.access_denied";
            body.insert(if reason { "reason" } else { "method" }.to_owned(), json!(how));
        }
        self.tell_at(at, kind, body);
    }

    /// Forgets attempts nobody can still be waiting for, so that a long night does not fill the memory.
    pub(crate) fn forget_attempts(&mut self) {
        let before = self.now - Duration::hours(24);
        let old: Vec<uuid::Uuid> =
            self.attempts.iter().filter(|(_, a)| a.created < before).map(|(_, a)| a.id).collect();
        for id in old {
            self.named.remove(&id);
        }
    }
}
