//! The agenda: how what was set in motion is carried through, waits for doors and bridges, or gets stuck.

use chrono::Duration;
use serde_json::json;

use super::clock::At;
use super::hotel::Hotel;
use super::keys::{Mode, Pending};
use super::night::Night;

/// Something that will happen at a certain time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Task {
    /// A fresh method reaches its doors.
    Issue(u32),
    /// A change of times reaches the doors.
    Retime(u32),
    /// A method leaves its doors.
    Remove(u32),
    /// A grant whose methods are gone disappears.
    RemoveGrant(u32),
    /// A stay begins.
    Start(u32),
    /// A stay ends.
    End(u32),
    /// An action attempt ends.
    Finish(u32),
    /// What a night brings by itself.
    Night(Night),
}

/// How often a change that finds no way to a door tries again.
const RETRY: Duration = Duration::seconds(30);
/// After this long Seam warns that issuing is late.
const LATE: Duration = Duration::minutes(5);
/// After this long Seam warns that access could not be taken away.
const OVERDUE: Duration = Duration::minutes(2);

impl Hotel {
    /// Lives through one task. `now` is the instant at which it was due.
    pub(crate) fn live(&mut self, task: Task) {
        match task {
            Task::Issue(method) => self.issue(method),
            Task::Retime(method) => self.retime(method),
            Task::Remove(method) => self.remove(method),
            Task::RemoveGrant(grant) => self.remove_grant(grant),
            Task::Start(grant) => self.stay_begins(grant),
            Task::End(grant) => self.stay_ends(grant),
            Task::Finish(attempt) => self.finish(attempt),
            Task::Night(night) => self.live_night(night),
        }
    }

    fn blocked(&self, method: u32) -> bool {
        self.methods.get(method).is_some_and(|m| m.stuck || !self.unreachable(&m.doors).is_empty())
    }

    fn issue(&mut self, method: u32) {
        let Some(record) = self.methods.get(method) else { return };
        let Some(Pending::Provisioning(since)) = record.pending else { return };
        if record.gone || record.deleting.is_some() {
            return;
        }
        if self.blocked(method) {
            self.note_delay(method, since);
            self.plan_in(RETRY, Task::Issue(method));
            return;
        }
        if record.mode == Mode::Card {
            self.card_waits(method);
        } else {
            self.mark_issued(method);
        }
    }

    fn note_delay(&mut self, method: u32, since: At) {
        let now = self.now;
        let Some(record) = self.methods.get_mut(method) else { return };
        if record.delayed.is_none() && now - since >= LATE {
            record.delayed = Some(now);
            let grants = record.grants.clone();
            self.note_missing_doors(&grants, Some(now));
            self.tell_method("access_method.delay_in_issuing", method);
        }
    }

    /// A grant lacks doors while one of its methods is late.
    fn note_missing_doors(&mut self, grants: &[u32], since: Option<At>) {
        for grant in grants {
            if let Some(grant) = self.grants.get_mut(*grant) {
                grant.underprovisioned = since.filter(|_| grant.deleting.is_none());
            }
        }
    }

    /// The credential exists; the card itself waits for an encoder or for a tag.
    fn card_waits(&mut self, method: u32) {
        let Some(record) = self.methods.get_mut(method) else { return };
        record.ready = true;
        record.waits = true;
        // A card that was cut before keeps its mutation until the new dates are on it.
        if record.cut.is_none() || record.assigns {
            record.pending = None;
        }
        let (assigns, grants) = (record.assigns, record.grants.clone());
        if !assigns {
            self.tell_method("access_method.card_encoding_required", method);
        }
        for grant in grants {
            self.settle_change(grant);
        }
    }

    fn retime(&mut self, method: u32) {
        let Some(record) = self.methods.get(method) else { return };
        if !matches!(record.pending, Some(Pending::Times(_))) || record.gone || record.ready {
            return;
        }
        if self.blocked(method) {
            self.plan_in(RETRY, Task::Retime(method));
        } else if record.mode == Mode::Card && (!record.assigns || record.cut.is_none()) {
            self.card_waits(method);
        } else {
            self.mark_issued(method);
        }
    }

    /// A method opens its doors from now on, within its times.
    pub(crate) fn mark_issued(&mut self, method: u32) {
        let now = self.now;
        let Some(record) = self.methods.get_mut(method) else { return };
        let again = record.issued_at.is_some();
        record.issued = true;
        record.issued_at = record.issued_at.or(Some(now));
        record.pending = None;
        record.failed = None;
        let (late, grants) = (record.delayed.take().is_some(), record.grants.clone());
        if late {
            self.note_missing_doors(&grants, None);
        }
        self.tell_method(if again { "access_method.reissued" } else { "access_method.issued" }, method);
        for grant in grants {
            if !again {
                self.tell_all_doors(grant);
            }
            self.settle_change(grant);
        }
    }

    fn tell_all_doors(&mut self, grant: u32) {
        let Some(record) = self.grants.get(grant) else { return };
        let whole = record.methods().all(|m| self.methods.get(m).is_some_and(|m| m.issued || m.gone));
        if whole {
            let body = json!({"access_grant_id": record.id});
            self.tell("access_grant.access_granted_to_all_doors", body);
        }
    }

    /// A grant's change of times is over when none of its methods is changing any more.
    pub(crate) fn settle_change(&mut self, grant: u32) {
        let Some(record) = self.grants.get(grant) else { return };
        let open = record.methods().any(|m| {
            self.methods.get(m).is_some_and(|m| !m.gone && matches!(m.pending, Some(Pending::Times(_))))
        });
        if !open && let Some(record) = self.grants.get_mut(grant) {
            record.change = None;
        }
    }

    fn remove(&mut self, method: u32) {
        let now = self.now;
        let Some(record) = self.methods.get(method) else { return };
        let (Some(since), false) = (record.deleting, record.gone) else { return };
        let reached_a_door = record.issued_at.is_some();
        if record.stuck || (reached_a_door && self.blocked(method)) {
            let doors = record.doors.to_vec();
            let grants = record.grants.clone();
            if now - since >= OVERDUE {
                self.note_overprovisioned(&grants, &doors);
            }
            self.plan_in(RETRY, Task::Remove(method));
            return;
        }
        self.tell_method("access_method.deleted", method);
        self.bury_method(method);
    }

    fn note_overprovisioned(&mut self, grants: &[u32], doors: &[u32]) {
        let now = self.now;
        let mut failed = self.unreachable(doors);
        if failed.is_empty() {
            failed = doors.to_vec();
        }
        for grant in grants {
            if let Some(grant) = self.grants.get_mut(*grant)
                && !grant.gone
                && grant.overprovisioned.is_none()
            {
                grant.overprovisioned = Some((now, failed.clone()));
            }
        }
    }

    fn bury_method(&mut self, method: u32) {
        let Some(record) = self.methods.get_mut(method) else { return };
        record.gone = true;
        record.issued = false;
        record.pending = None;
        let (id, grants) = (record.id, record.grants.clone());
        self.named.remove(&id);
        for grant in grants {
            if let Some(grant) = self.grants.get_mut(grant) {
                grant.asked.iter_mut().for_each(|asked| asked.methods.retain(|m| *m != method));
                if grant.asked.iter().all(|a| a.methods.is_empty()) {
                    grant.overprovisioned = None;
                }
            }
            self.settle_change(grant);
        }
    }

    fn remove_grant(&mut self, grant: u32) {
        let Some(record) = self.grants.get(grant) else { return };
        if record.gone || record.deleting.is_none() {
            return;
        }
        let waits =
            record.methods().any(|m| self.methods.get(m).is_some_and(|m| !m.gone && m.deleting.is_some()));
        if waits {
            self.plan_in(Duration::seconds(5), Task::RemoveGrant(grant));
            return;
        }
        let body = json!({"access_grant_id": record.id});
        let shared: Vec<u32> = record.methods().collect();
        self.tell("access_grant.deleted", body);
        let Some(record) = self.grants.get_mut(grant) else { return };
        record.gone = true;
        record.asked.clear();
        let (id, key) = (record.id, record.key.clone());
        self.named.remove(&id);
        if let Some(key) = key {
            self.grant_keys.remove(&key);
        }
        for method in shared {
            if let Some(record) = self.methods.get_mut(method) {
                record.grants.retain(|g| *g != grant);
            }
            self.retime_method(method);
        }
    }

    fn stay_begins(&mut self, grant: u32) {
        let now = self.now;
        let Some(record) = self.grants.get(grant) else { return };
        if record.gone || record.times.starts > now {
            return;
        }
        let late: Vec<u32> = record
            .methods()
            .filter(|m| {
                self.methods.get(*m).is_some_and(|m| {
                    m.failed.is_none() && matches!(m.pending, Some(Pending::Provisioning(_)))
                })
            })
            .collect();
        for method in late {
            if let Some(record) = self.methods.get_mut(method) {
                record.failed = Some(now);
            }
            self.tell_method("access_method.failed_to_issue", method);
        }
    }

    /// What Seam can take back by itself at the end of a stay is taken back; a card keeps what is on it.
    fn stay_ends(&mut self, grant: u32) {
        let now = self.now;
        let Some(record) = self.grants.get(grant) else { return };
        if record.gone || record.lingers || record.times.ends.is_none_or(|end| end > now) {
            return;
        }
        for method in record.methods().collect::<Vec<_>>() {
            let Some(record) = self.methods.get_mut(method) else { continue };
            if record.issued && record.times.ends.is_some_and(|end| end <= now) {
                record.issued = false;
                self.tell_method("access_method.revoked", method);
            }
        }
    }
}
