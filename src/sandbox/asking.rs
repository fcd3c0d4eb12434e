//! Making the key that was asked for: which doors take it, which PIN it has, or why there is none.

use chrono::Duration;
use serde_json::json;

use super::clock::At;
use super::hotel::{Hotel, Named};
use super::house::Brand;
use super::keys::{Asked, InstantKey, Method, Mode, OtherCode, Pending, Times};

impl Hotel {
    /// Makes the method that `mode` asks for. None where no door of the grant takes that mode.
    pub(crate) fn ask(
        &mut self,
        grant: u32,
        mode: Mode,
        code: Option<&str>,
        max_use: Option<u32>,
    ) -> Option<u32> {
        let created = self.now;
        let asked = Asked { mode, code: code.map(Into::into), max_use, created, methods: Vec::new() };
        let record = self.grants.get_mut(grant)?;
        record.asked.push(asked);
        let (person, times) = (record.person, record.times);
        let doors: Vec<u32> = record.doors.to_vec();
        let fit = self.fitting(&doors, mode);
        if fit.is_empty() {
            self.refuse(grant, doors);
            return None;
        }
        if mode == Mode::Code
            && let Some(shared) = self.shared_pin(person, grant, code, &fit)
        {
            self.join_method(grant, shared);
            return Some(shared);
        }
        let code = (mode == Mode::Code).then(|| self.choose_code(grant, code, &fit, &times));
        let assigns = mode == Mode::Card && fit.iter().all(|d| self.brand(*d) == Some(Brand::SaltoKs));
        let instant = (mode == Mode::MobileKey).then(|| self.make_instant(person, max_use, &times, created));
        let ix = self.methods.len();
        let id = self.name(Named::Method(ix));
        self.methods.put(Method {
            id,
            mode,
            grants: vec![grant],
            doors: fit.into(),
            times,
            created,
            code,
            issued: false,
            issued_at: None,
            pending: Some(Pending::Provisioning(created)),
            deleting: None,
            assigns,
            waits: mode == Mode::Card,
            ready: false,
            cut: None,
            instant,
            delayed: None,
            failed: None,
            backup: None,
            stuck: false,
            gone: false,
        });
        self.note_method(grant, ix);
        Some(ix)
    }

    /// The doors that take `mode`. A card belongs to one access system: the one of the guest's own door.
    fn fitting(&self, doors: &[u32], mode: Mode) -> Vec<u32> {
        let taken = |d: &u32| self.doors.get(*d).is_some_and(|d| d.takes(mode));
        let all: Vec<u32> = doors.iter().copied().filter(taken).collect();
        if mode != Mode::Card {
            return all;
        }
        let own = all.iter().filter_map(|d| self.doors.get(*d)).find(|d| !d.common);
        let first = all.first().and_then(|d| self.doors.get(*d));
        let Some(brand) = own.or(first).map(|d| d.brand) else { return all };
        all.into_iter().filter(|d| self.brand(*d) == Some(brand)).collect()
    }

    fn note_method(&mut self, grant: u32, method: u32) {
        if let Some(asked) = self.grants.get_mut(grant).and_then(|g| g.asked.last_mut()) {
            asked.methods.push(method);
        }
    }

    fn refuse(&mut self, grant: u32, doors: Vec<u32>) {
        let devices: Vec<u32> = doors.into_iter().filter(|d| self.brand(*d) == Some(Brand::Lock)).collect();
        let now = self.now;
        let Some(record) = self.grants.get_mut(grant) else { return };
        record.impossible = Some((now, devices));
        let body = json!({
            "access_grant_id": record.id,
            "error_message": "None of the doors of this access grant supports the requested access method.",
        });
        self.tell("access_grant.could_not_create_requested_access_methods", body);
    }

    /// The living PIN of the same guest on the same doors: one PIN is easier to remember than two.
    fn shared_pin(&self, person: u32, grant: u32, code: Option<&str>, doors: &[u32]) -> Option<u32> {
        let others = &self.people.get(person)?.grants;
        self.living_grants(others)
            .filter(|(ix, g)| *ix != grant && g.deleting.is_none())
            .flat_map(|(_, g)| g.methods())
            .find(|m| {
                self.methods.get(*m).is_some_and(|m| {
                    let same = code.is_none() || m.code.as_deref() == code;
                    let fits = doors.iter().all(|d| m.doors.contains(d));
                    m.mode == Mode::Code && !m.gone && m.deleting.is_none() && same && fits
                })
            })
    }

    fn join_method(&mut self, grant: u32, method: u32) {
        if let Some(record) = self.methods.get_mut(method) {
            record.grants.push(grant);
        }
        self.note_method(grant, method);
        self.retime_method(method);
    }

    fn make_instant(&mut self, person: u32, max_use: Option<u32>, times: &Times, created: At) -> u32 {
        let start = times.starts.max(created);
        self.put_instant(person, max_use.unwrap_or(1), created, start + Duration::hours(72))
    }

    pub(crate) fn put_instant(&mut self, person: u32, max_use: u32, created: At, expires: At) -> u32 {
        let ix = self.instants.len();
        let id = self.name(Named::Instant(ix));
        let session = self.ids.uuid();
        let token = format!("seam_cst1_{}", self.ids.uuid().simple()).into();
        self.instants.put(InstantKey {
            id,
            session,
            token,
            person,
            created,
            expires,
            max_use,
            used: 0,
            gone: false,
        })
    }

    /// The PIN a lock will have: the requested one where it can be had, otherwise another, with a warning.
    fn choose_code(&mut self, grant: u32, wanted: Option<&str>, doors: &[u32], times: &Times) -> Box<str> {
        let salto = doors.iter().filter(|d| self.brand(**d) == Some(Brand::SaltoKs)).count();
        let longest = if salto > 0 { 6 } else { 8 };
        let usable =
            wanted.filter(|code| salto < 2 && code.len() <= longest && !self.code_in_use(code, doors, times));
        if let Some(code) = usable {
            return code.into();
        }
        let length = wanted.map_or(4, |code| code.len().clamp(4, longest));
        let mut code = self.pace.digits(length);
        while self.code_in_use(&code, doors, times) || Some(code.as_str()) == wanted {
            code = self.pace.digits(length);
        }
        if let Some(wanted) = wanted {
            self.note_other_code(grant, doors, wanted, &code);
        }
        code.into()
    }

    fn note_other_code(&mut self, grant: u32, doors: &[u32], told: &str, real: &str) {
        let (since, door) = (self.now, doors.first().copied().unwrap_or_default());
        if let Some(record) = self.grants.get_mut(grant) {
            record.other_codes.push(OtherCode { since, door, told: told.into(), real: real.into() });
        }
    }

    fn code_in_use(&self, code: &str, doors: &[u32], times: &Times) -> bool {
        let private = doors.iter().filter_map(|d| self.doors.get(*d)).filter(|d| !d.common);
        private.flat_map(|d| self.living_grants(&d.grants)).any(|(_, g)| {
            g.times.overlaps(times)
                && g.methods()
                    .any(|m| self.methods.get(m).is_some_and(|m| !m.gone && m.code.as_deref() == Some(code)))
        })
    }
}
