//! A secret a person asked to see, for a few seconds; asked for first where it is not at this desk.

use chrono::{DateTime, TimeDelta, Utc};

use super::App;
use super::event::{Effect, Effects};
use super::layer::Layer;
use super::link::Qr;
use super::message::Weight;
use crate::seam::id::{InstantKeyId, MethodId};
use crate::secret::Secret;
use crate::text::Text;

/// How long a secret stays on the screen.
pub const SHOWN_FOR: TimeDelta = TimeDelta::seconds(10);

/// What a secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretOf {
    /// The PIN of an access method.
    Pin(MethodId),
    /// The link of an access method's mobile key.
    Link(MethodId),
    /// An Instant Key's link.
    InstantKey(InstantKeyId),
}

/// A secret and whose it is. Where another desk read it, only a mark of it is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundSecret {
    /// Whose it is and what: "PIN of 118 Lindqvist, Per".
    pub label: Text,
    /// What it is.
    pub of: SecretOf,
    /// The secret.
    pub secret: Secret,
}

/// A secret on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reveal {
    /// Whose it is and what: "PIN of 118 Lindqvist, Per".
    pub label: Text,
    /// What it is.
    pub of: SecretOf,
    /// The secret.
    pub secret: Secret,
    /// When it is masked again.
    pub until: DateTime<Utc>,
}

/// What a secret is wanted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To show it for a few seconds.
    Show,
    /// To put it on the clipboard, and say so.
    Copy {
        /// In these words.
        words: Text,
    },
    /// To show it as a QR code.
    Qr(Qr),
}

/// What is asked of the API for a person who pressed a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretAsk {
    /// Whose it is and what.
    pub label: Text,
    /// What it is.
    pub of: SecretOf,
    /// What for.
    pub purpose: Purpose,
}

impl App {
    /// Does with a secret what it is wanted for, as soon as it is here.
    pub(super) fn use_secret(&mut self, found: FoundSecret, purpose: Purpose) -> Effects {
        let FoundSecret { label, of, secret } = found;
        self.wanted = None;
        if secret.is_here() {
            return self.use_here(SecretAsk { label, of, purpose }, secret);
        }
        let ask = SecretAsk { label, of, purpose };
        self.messages.say(self.now, Weight::Good, format!("Asking for the {}.", ask.label));
        self.wanted = Some(ask.clone());
        Effects::and(Effect::FetchSecret(Box::new(ask)))
    }

    fn use_here(&mut self, ask: SecretAsk, secret: Secret) -> Effects {
        let SecretAsk { label, of, purpose } = ask;
        match purpose {
            Purpose::Show => {
                let until = self.now + SHOWN_FOR;
                self.reveal = Some(Reveal { label, of, secret, until });
            }
            Purpose::Copy { words } => {
                self.messages.say(self.now, Weight::Good, words);
                return Effects::and(Effect::Copy(secret));
            }
            Purpose::Qr(qr) => {
                self.reveal = None;
                self.layers.push(Layer::Qr(Qr { link: Some(secret), ..qr }));
            }
        }
        Effects::draw()
    }

    /// What was asked for is here, or cannot be had. Whoever went on meanwhile is not shown it any more.
    pub(super) fn secret_fetched(&mut self, ask: SecretAsk, told: Result<Secret, Text>) -> Effects {
        if self.wanted.take_if(|wanted| *wanted == ask).is_none() {
            return Effects::default();
        }
        self.messages.dismiss();
        match told {
            Ok(secret) => self.use_here(ask, secret),
            Err(why) => {
                let words = format!("The {} cannot be had: {why}", ask.label);
                self.messages.say(self.now, Weight::Caution, words);
                Effects::draw()
            }
        }
    }

    /// Nothing secret is in sight from now on, nor comes.
    pub(super) fn hide_secret(&mut self) -> bool {
        let waited = self.wanted.take().is_some();
        self.reveal.take().is_some() || waited
    }
}
