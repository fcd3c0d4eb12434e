//! A lost card: which one, whether it is only replaced or locked out too, and where the new one is cut.

use chrono::{DateTime, Utc};

use super::{ENCODER, encoder_choices, usual_encoder};
use crate::app::form::{Choice, Field, Form, Note};
use crate::desk::{LockOutAsk, Pins, Plan, Refusal, lock_out, reissue};
use crate::property::{Property, StayId};
use crate::seam::id::EncoderId;
use crate::text::Text;

const CARD: &str = "lost card";
const HOW: &str = "then";

/// The choice to lock the lost card out.
const LOCK_OUT: &str = "lock out";

/// Whose card.
#[derive(Clone, Debug)]
pub struct ReissueAsk {
    /// The stay.
    pub stay: StayId,
    /// The encoder this desk used last.
    pub usual_encoder: Option<EncoderId>,
}

impl ReissueAsk {
    pub(super) fn form(&self, p: &Property) -> Result<Form, Refusal> {
        if p.stay(&self.stay).is_none() {
            return Err(super::gone());
        }
        let cards = reissue::cards(p, &self.stay);
        let encoders = reissue::encoders(p, &self.stay);
        let at = usual_encoder(&encoders, self.usual_encoder.as_ref());
        let cards = cards.into_iter().map(|c| Choice::new(c.method, c.words)).collect();
        let hows = vec![
            Choice::new("replace", "replace it: lost, but nobody knows for which room"),
            Choice::new(LOCK_OUT, "replace and lock out: lost with the room number, or stolen"),
        ];
        Ok(Form::new(vec![
            Field::choice(CARD, cards, 0),
            Field::choice(HOW, hows, 0),
            Field::choice(ENCODER, encoder_choices(&encoders), at),
        ]))
    }

    /// Which of several cards is lost only the guest can say.
    pub(super) fn asks_first(&self, form: &Form) -> bool {
        form.fields.first().is_some_and(|field| field.options().len() > 1)
    }

    /// What either choice means at the door, for the brand of the lock.
    pub(super) fn annotate(&self, form: &mut Form, p: &Property) {
        let said = if Self::locks_out(form) {
            let cards = lock_out::recut(p, &self.stay).unwrap_or_default();
            format!(
                "a new reservation: {cards} must be cut anew. The lost card opens until a new one is used at the \
                 door: have the guest try it at once"
            )
        } else {
            let at_the_door =
                reissue::still_opens(p, &self.stay).unwrap_or("stops opening once the lock is told");
            format!("the lost card {at_the_door}")
        };
        form.note(HOW, Note::Understood(said));
    }

    fn locks_out(form: &Form) -> bool {
        form.chosen_id(HOW).is_some_and(|id| id == LOCK_OUT)
    }

    pub(super) fn encoder(&self, form: &Form, p: &Property) -> Option<EncoderId> {
        super::chosen_encoder(form, &reissue::encoders(p, &self.stay))
    }

    pub(super) fn plan(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Result<Plan, Refusal> {
        let chosen = form.chosen_id(CARD);
        let mut cards = reissue::cards(p, &self.stay).into_iter();
        let lost = cards.find(|card| Some(&Text::new(card.method.to_string())) == chosen);
        let lost = lost.ok_or_else(|| Refusal::new("This stay has no card that could be lost."))?.method;
        let encoder = self.encoder(form, p).ok_or_else(super::no_encoder)?;
        let stay = self.stay.clone();
        if Self::locks_out(form) {
            return lock_out::plan(p, &LockOutAsk { stay, lost, encoder }, now);
        }
        reissue::plan(p, &reissue::ReissueAsk { stay, lost, encoder }, now)
    }

    /// The party keeps its PINs where the whole reservation is made again.
    pub(super) fn pins(&self, p: &Property, plan: &Plan) -> Pins {
        lock_out::pins(p, plan)
    }
}
