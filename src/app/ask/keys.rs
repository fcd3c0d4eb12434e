//! One key more, or one key less.

use chrono::{DateTime, Utc};

use super::{ENCODER, encoder_choices, usual_encoder};
use crate::app::form::{Choice, Field, Form, Note};
use crate::desk::reissue::EncoderChoice;
use crate::desk::{AddKeyAsk, KeyAsk, Pins, Plan, Refusal, RevokeKeyAsk, keys};
use crate::property::{Property, StayId};
use crate::seam::id::{EncoderId, GrantId, MethodId};
use crate::secret::Secret;

const WHAT: &str = "what";
const GRANT: &str = "on";
const PIN: &str = "PIN";
const PHONES: &str = "phones";
const KEY: &str = "key";

/// The answers to [`WHAT`], and how they read.
const WHATS: [(&str, &str); 5] = [
    ("code", "add a PIN"),
    ("card", "add a card"),
    ("mobile_key", "add a mobile key"),
    ("cloud_key", "add a cloud key: the desk can open the door"),
    ("revoke", "revoke a key"),
];

/// The choice to cut a card afterwards.
const LATER: &str = "later";

/// Whose keys.
#[derive(Clone, Debug)]
pub struct KeysAsk {
    /// The stay.
    pub stay: StayId,
    /// The encoder this desk used last.
    pub usual_encoder: Option<EncoderId>,
}

impl KeysAsk {
    pub(super) fn form(&self, p: &Property) -> Result<Form, Refusal> {
        if p.stay(&self.stay).is_none() {
            return Err(super::gone());
        }
        let whats = WHATS.iter().map(|(id, words)| Choice::new(id, words)).collect();
        let grants = keys::grants(p, &self.stay);
        let on = grants.iter().map(|g| Choice::new(&g.grant, &g.words)).collect();
        let mut form = Form::new(vec![
            Field::choice(WHAT, whats, 0),
            Field::choice(GRANT, on, 0),
            Field::line(PIN, "").hint("Seam chooses it, or type 4 to 9 digits"),
            Field::line(PHONES, "1").hint("how many phones may use the link"),
            self.encoder_field(p),
            Field::choice(KEY, self.keys(p), 0),
        ]);
        Self::arrange(&mut form);
        Ok(form)
    }

    fn keys(&self, p: &Property) -> Vec<Choice> {
        let also = |k: &keys::KeyChoice| {
            let others: Vec<&str> = k.also.iter().map(|t| t.as_str()).collect();
            (!others.is_empty()).then(|| format!("also of {}", others.join("; ")).as_str().into())
        };
        let choice = |k: keys::KeyChoice| Choice::new(&k.method, &k.words).but(also(&k));
        keys::keys(p, &self.stay).into_iter().map(choice).collect()
    }

    /// The encoders of all grants of the stay: whether one cuts for the chosen grant the plan says.
    fn encoders(&self, p: &Property) -> Vec<EncoderChoice> {
        let mut all: Vec<EncoderChoice> = Vec::new();
        for able in keys::grants(p, &self.stay).iter().flat_map(|g| keys::encoders(p, &g.grant)) {
            if !all.iter().any(|e| e.encoder == able.encoder) {
                all.push(able);
            }
        }
        all
    }

    fn encoder_field(&self, p: &Property) -> Field {
        let able = self.encoders(p);
        let at = usual_encoder(&able, self.usual_encoder.as_ref());
        let mut choices = encoder_choices(&able);
        choices.push(Choice::new(LATER, "later: the card waits (c)"));
        Field::choice(ENCODER, choices, at)
    }

    /// Only what belongs to the answer is asked.
    fn arrange(form: &mut Form) {
        let what = form.chosen_id(WHAT).cloned().unwrap_or_default();
        let grants = form.fields.iter().find(|f| f.label == GRANT).map_or(0, |f| f.options().len());
        form.show(GRANT, what != "revoke" && grants > 1);
        form.show(PIN, what == "code");
        form.show(PHONES, what == "mobile_key");
        form.show(ENCODER, what == "card");
        form.show(KEY, what == "revoke");
    }

    pub(super) fn annotate(&self, form: &mut Form) {
        Self::arrange(form);
        let pin = match pin(form) {
            Ok(Some(pin)) => Note::Understood(format!("{} digits", pin.reveal().len())),
            Ok(None) => Note::None,
            Err(_) => Note::Wrong("4 to 9 digits".to_owned()),
        };
        form.note(PIN, pin);
        let phones = match super::phones(form.text(PHONES)) {
            Ok(_) => Note::None,
            Err(_) => Note::Wrong(format!("a number from 1 to {}", super::MOST_PHONES)),
        };
        form.note(PHONES, phones);
    }

    /// The grant that is chosen; where there is only one, that one.
    fn grant(form: &Form, p: &Property, stay: &StayId) -> Option<GrantId> {
        let grants = keys::grants(p, stay);
        match form.chosen_id(GRANT) {
            Some(id) => grants.into_iter().map(|g| g.grant).find(|g| GrantId::new(id) == *g),
            None => grants.into_iter().next().map(|g| g.grant),
        }
    }

    pub(super) fn encoder(&self, form: &Form, p: &Property) -> Option<EncoderId> {
        super::chosen_encoder(form, &self.encoders(p))
    }

    /// What to add; nothing where a key is revoked.
    fn add(&self, form: &Form, p: &Property) -> Result<Option<AddKeyAsk>, Refusal> {
        let key = match form.chosen_id(WHAT).map(|id| id.as_str()) {
            Some("code") => KeyAsk::Code { pin: pin(form)? },
            Some("card") => KeyAsk::Card { count: 1 },
            Some("mobile_key") => {
                let phones = super::phones(form.text(PHONES))?;
                KeyAsk::MobileKey { max_uses: (phones > 1).then_some(phones) }
            }
            Some("cloud_key") => KeyAsk::CloudKey,
            _ => return Ok(None),
        };
        let grant = Self::grant(form, p, &self.stay);
        Ok(Some(AddKeyAsk { stay: self.stay.clone(), grant, key, encoder: self.encoder(form, p) }))
    }

    pub(super) fn plan(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Result<Plan, Refusal> {
        if let Some(ask) = self.add(form, p)? {
            return keys::add(p, &ask, now);
        }
        let method = form.chosen_id(KEY).map(|id| MethodId::new(id));
        let method = method.ok_or_else(|| Refusal::new("This stay has no key that could be revoked."))?;
        keys::revoke(p, &RevokeKeyAsk { stay: self.stay.clone(), method }, now)
    }

    pub(super) fn pins(&self, form: &Form, p: &Property, plan: &Plan) -> Pins {
        match self.add(form, p) {
            Ok(Some(ask)) => keys::pins(&ask, plan),
            _ => Pins::new(),
        }
    }
}

/// The PIN that was typed, if one was.
fn pin(form: &Form) -> Result<Option<Secret>, Refusal> {
    let typed = form.text(PIN).trim();
    if typed.is_empty() {
        return Ok(None);
    }
    if !(4..=9).contains(&typed.len()) || !typed.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::new("A PIN has four to nine digits: write another, or leave it to Seam."));
    }
    Ok(Some(Secret::new(typed)))
}
