//! A further Instant Key, or one less.

use chrono::{DateTime, Utc};

use crate::app::form::{Field, Form, Note};
use crate::desk::{DeleteLinkAsk, NewLinkAsk, Plan, Refusal, instant_key};
use crate::property::{Property, StayId};
use crate::seam::id::InstantKeyId;

const PHONES: &str = "phones";

/// The most phones one link is made for here: more is a slip of the finger.
pub(super) const MOST_PHONES: u32 = 20;

/// Whose Instant Key is made.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The stay.
    pub stay: StayId,
}

impl NewLink {
    pub(super) fn form(&self, p: &Property) -> Result<Form, Refusal> {
        if p.stay(&self.stay).is_none() {
            return Err(super::gone());
        }
        Ok(Form::new(vec![Field::line(PHONES, "1").hint("how many phones may use the link")]))
    }

    pub(super) fn annotate(&self, form: &mut Form) {
        let note = match phones(form.text(PHONES)) {
            Ok(1) => Note::Understood("one phone can use it; a forwarded link then fails".to_owned()),
            Ok(n) => Note::Understood(format!("{n} phones can use it")),
            Err(_) => Note::Wrong(format!("a number from 1 to {MOST_PHONES}")),
        };
        form.note(PHONES, note);
    }

    pub(super) fn plan(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Result<Plan, Refusal> {
        let max_uses = phones(form.text(PHONES))?;
        instant_key::new_link(p, &NewLinkAsk { stay: self.stay.clone(), max_uses }, now)
    }
}

/// Which Instant Key is deleted.
#[derive(Clone, Debug)]
pub struct DeleteLink {
    /// Whose.
    pub stay: StayId,
    /// Which.
    pub key: InstantKeyId,
}

impl DeleteLink {
    pub(super) fn plan(&self, p: &Property, now: DateTime<Utc>) -> Result<Plan, Refusal> {
        instant_key::delete_link(p, &DeleteLinkAsk { stay: self.stay.clone(), key: self.key.clone() }, now)
    }
}

/// How many phones a link is for, as typed.
pub(super) fn phones(typed: &str) -> Result<u32, Refusal> {
    match typed.trim().parse() {
        Ok(n @ 1..=MOST_PHONES) => Ok(n),
        _ => {
            Err(Refusal::new(format!("How many phones may use the link: a number from 1 to {MOST_PHONES}.")))
        }
    }
}
