//! Cards that wait: where they are cut.

use chrono::{DateTime, Utc};

use super::{ENCODER, encoder_choices, usual_encoder};
use crate::app::form::{Field, Form};
use crate::desk::{Plan, Refusal, encode, reissue};
use crate::property::{Property, StayId};
use crate::seam::id::EncoderId;

/// Whose cards.
#[derive(Clone, Debug)]
pub struct CardsAsk {
    /// The stay.
    pub stay: StayId,
    /// The encoder this desk used last.
    pub usual_encoder: Option<EncoderId>,
}

impl CardsAsk {
    pub(super) fn form(&self, p: &Property) -> Result<Form, Refusal> {
        if p.stay(&self.stay).is_none() {
            return Err(super::gone());
        }
        let encoders = reissue::encoders(p, &self.stay);
        let at = usual_encoder(&encoders, self.usual_encoder.as_ref());
        Ok(Form::new(vec![Field::choice(ENCODER, encoder_choices(&encoders), at)]))
    }

    /// The usual encoder will do; Tab changes it.
    pub(super) fn asks_first(&self, _form: &Form) -> bool {
        false
    }

    pub(super) fn encoder(&self, form: &Form, p: &Property) -> Option<EncoderId> {
        let at = form.chosen(ENCODER)?;
        reissue::encoders(p, &self.stay).into_iter().nth(at).map(|e| e.encoder)
    }

    pub(super) fn plan(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Result<Plan, Refusal> {
        let encoder = self.encoder(form, p).ok_or_else(super::no_encoder)?;
        let ask = encode::EncodeAsk { stay: self.stay.clone(), methods: Vec::new(), encoder };
        encode::plan(p, &ask, now)
    }
}
