//! What records say, or no longer say, because a test says so; and what people do behind Seam's back.

use serde_json::{Value, json};
use uuid::Uuid;

use chrono::Duration;

use super::answer::ApiError;
use super::clock::At;
use super::hotel::{Hotel, Named};
use super::house::Brand;

/// An error or a warning that a record carries.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) code: String,
    pub(crate) is_error: bool,
    pub(crate) since: At,
}

impl Hotel {
    /// A record carries an error or a warning, or no longer.
    pub(crate) fn set_notice(
        &mut self,
        id: Uuid,
        code: &str,
        is_error: bool,
        on: bool,
    ) -> Result<(), ApiError> {
        if !self.named.contains_key(&id) {
            return Err(ApiError::missing("record"));
        }
        let since = self.now;
        let all = self.said.entry(id).or_default();
        let is_there = all.iter().any(|said| said.code == code);
        match on {
            true if is_there => {}
            true => all.push(Said { code: code.to_owned(), is_error, since }),
            false => all.retain(|said| said.code != code),
        }
        Ok(())
    }

    /// A record comes without its ids, so that nobody can read it, or as it should again.
    pub(crate) fn set_garbled(&mut self, id: Uuid, on: bool) -> Result<(), ApiError> {
        if !self.named.contains_key(&id) {
            return Err(ApiError::missing("record"));
        }
        if on {
            self.garbled.insert(id)
        } else {
            self.garbled.remove(&id)
        };
        Ok(())
    }

    /// Nobody ends this stay: its keys work on past its end.
    pub(crate) fn linger(&mut self, id: Uuid) -> Result<(), ApiError> {
        let grant = match self.named.get(&id) {
            Some(Named::Grant(ix)) => self.grants.get_mut(*ix),
            _ => None,
        };
        grant.ok_or_else(|| ApiError::missing("access_grant"))?.lingers = true;
        Ok(())
    }

    /// A guest goes and leaves their access behind, or is there again.
    pub(crate) fn set_forgotten(&mut self, id: Uuid, on: bool) -> Result<(), ApiError> {
        let person = match self.named.get(&id) {
            Some(Named::Person(ix)) => self.people.get_mut(*ix),
            _ => None,
        };
        person.ok_or_else(|| ApiError::missing("user_identity"))?.gone = on;
        Ok(())
    }

    /// An Instant Key ends so many minutes from now.
    pub(crate) fn set_link_end(&mut self, id: Uuid, minutes: i64) -> Result<(), ApiError> {
        let expires = self.now + Duration::minutes(minutes);
        let key = match self.named.get(&id) {
            Some(Named::Instant(ix)) => self.instants.get_mut(*ix),
            _ => None,
        };
        key.ok_or_else(|| ApiError::missing("instant_key"))?.expires = expires;
        Ok(())
    }

    /// The PIN of a method is another.
    pub(crate) fn set_pin(&mut self, id: Uuid, code: &str) -> Result<(), ApiError> {
        let Some(Named::Method(ix)) = self.named.get(&id).copied() else {
            return Err(ApiError::missing("access_method"));
        };
        let Some(method) = self.methods.get_mut(ix).filter(|m| m.code.is_some()) else {
            return Err(ApiError::missing("access_method"));
        };
        method.code = Some(code.into());
        self.mark_issued(ix);
        Ok(())
    }

    /// Seam loses its login to the online lock system, or has it again.
    pub(crate) fn set_login(&mut self, lost: bool) {
        let account = self.systems.iter().find(|(_, s)| s.brand == Brand::SaltoKs).map(|(_, s)| s.account);
        let Some(account) = account else { return };
        let body = json!({"connected_account_id": account});
        match lost {
            true => self.tell("connected_account.reauthorization_requested", body),
            false => self.tell("connected_account.successful_login", body),
        }
    }

    /// A record as it is shown: with what it was made to say.
    pub(crate) fn as_said(&self, id: Uuid, mut value: Value) -> Value {
        for said in self.said.get(&id).into_iter().flatten() {
            let (list, kind) =
                if said.is_error { ("errors", "error_code") } else { ("warnings", "warning_code") };
            let message = format!("The record reports {}.", said.code);
            let problem = super::show::problem(kind, &said.code, said.since, &message);
            if let Some(list) = value.get_mut(list).and_then(Value::as_array_mut) {
                list.push(problem);
            }
        }
        if self.garbled.contains(&id)
            && let Some(members) = value.as_object_mut()
        {
            members.retain(|name, _| !name.ends_with("_id"));
        }
        value
    }
}
