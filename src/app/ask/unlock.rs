//! A door opened from afar: which one, and the room typed as a person reads it off the key holder.

use chrono::{DateTime, Utc};

use crate::app::form::{Choice, Field, Form, Note};
use crate::desk::{self, Plan, Refusal, unlock};
use crate::property::{Property, StayId};
use crate::seam::id::EntranceId;
use crate::text::Text;

const DOOR: &str = "door";
const TYPED: &str = "type";

/// Whose door.
#[derive(Clone, Debug)]
pub struct UnlockAsk {
    /// The stay.
    pub stay: StayId,
}

impl UnlockAsk {
    pub(super) fn form(&self, p: &Property, now: DateTime<Utc>) -> Result<Form, Refusal> {
        if p.stay(&self.stay).is_none() {
            return Err(super::gone());
        }
        let doors = unlock::doors(p, &self.stay, now);
        if doors.is_empty() {
            // The plan says what to do instead.
            return Err(self.planned(None, p, now).err().unwrap_or_else(super::gone));
        }
        let at = doors.iter().position(|d| d.trouble.is_none()).unwrap_or(0);
        let choices = doors.into_iter().map(|d| Choice::new(d.entrance, d.name).but(d.trouble)).collect();
        let typed = Field::line(TYPED, "").hint("the room, to say that you mean this door");
        Ok(Form::new(vec![Field::choice(DOOR, choices, at), typed]))
    }

    pub(super) fn annotate(&self, form: &mut Form, p: &Property) {
        let wanted = self.wanted(form, p);
        let note = if form.text(TYPED).trim().is_empty() {
            Note::Understood(format!("type {wanted}: the door opens at once"))
        } else if self.is_typed(form, p) {
            Note::Understood("Enter shows what happens".to_owned())
        } else {
            Note::Wrong(format!("that is not {wanted}"))
        };
        form.note(TYPED, note);
    }

    /// What must be typed: the room; the door's name where the stay has none.
    fn wanted(&self, form: &Form, p: &Property) -> Text {
        let room = p.stay(&self.stay).map(|s| s.room.clone()).filter(|room| !room.is_empty());
        let door = || form.chosen_id(DOOR).and_then(|id| p.entrance(&EntranceId::new(id)));
        room.or_else(|| door().map(|d| d.display_name.clone())).unwrap_or_default()
    }

    fn is_typed(&self, form: &Form, p: &Property) -> bool {
        let plain = |s: &str| s.split_whitespace().collect::<String>().to_lowercase();
        let typed = plain(form.text(TYPED));
        !typed.is_empty() && typed == plain(&self.wanted(form, p))
    }

    fn planned(
        &self,
        entrance: Option<EntranceId>,
        p: &Property,
        now: DateTime<Utc>,
    ) -> Result<Plan, Refusal> {
        unlock::plan(p, &desk::UnlockAsk { stay: self.stay.clone(), entrance }, now)
    }

    pub(super) fn plan(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Result<Plan, Refusal> {
        if !self.is_typed(form, p) {
            let wanted = self.wanted(form, p);
            return Err(Refusal::new(format!(
                "Type {wanted} first: the door opens at once, whoever stands there."
            )));
        }
        self.planned(form.chosen_id(DOOR).map(|id| EntranceId::new(id)), p, now)
    }
}
