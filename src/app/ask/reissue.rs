//! A lost card: which one, and where the new one is cut.

use chrono::{DateTime, Utc};

use super::{ENCODER, encoder_choices, usual_encoder};
use crate::app::form::{Choice, Field, Form};
use crate::desk::{Plan, Refusal, reissue};
use crate::property::{Property, StayId};
use crate::seam::id::EncoderId;
use crate::text::Text;

const CARD: &str = "lost card";

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
        Ok(Form::new(vec![
            Field::choice(CARD, cards, 0),
            Field::choice(ENCODER, encoder_choices(&encoders), at),
        ]))
    }

    /// Which of several cards is lost only the guest can say.
    pub(super) fn asks_first(&self, form: &Form) -> bool {
        form.fields.first().is_some_and(|field| field.options().len() > 1)
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
        reissue::plan(p, &reissue::ReissueAsk { stay: self.stay.clone(), lost, encoder }, now)
    }
}
