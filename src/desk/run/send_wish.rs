//! Sending what asks for access, and finding again what a step has made.

use super::look::{Stance, look};
use super::made_looks::cards_of;
use super::send::unread;
use super::{Run, Verdict};
use crate::desk::wish::{GrantName, GuestName, NewGrant, Wish};
use crate::desk::{MethodRef, Step};
use crate::seam::SeamError;
use crate::text::Text;

impl Run {
    /// Sends a step that asks for access, once; the others have nothing to send.
    pub(super) async fn send_wish(&mut self, step: &Step) -> Result<(), SeamError> {
        let (api, pins) = (&self.api, &self.memory.pins);
        match step {
            Step::CreateGuest(guest) => api.create_guest(guest).await,
            Step::CreateGrant(new) => {
                let guest = match &new.guest {
                    GuestName::Id(id) => Some(id),
                    GuestName::Key(key) => {
                        self.memory.guests.iter().find(|(k, _)| k == key).map(|(_, id)| id)
                    }
                };
                match guest {
                    Some(guest) => api.create_grant(new, guest.clone(), pins).await,
                    None => Ok(()),
                }
            }
            Step::RequestMethod { grant, wish, .. } => api.request_method(grant, wish, pins).await,
            Step::RevokeMethod { method, .. } => api.delete_method(method).await,
            Step::NewInstantKey { guest, max_uses, .. } => api.new_instant_key(guest, *max_uses).await,
            Step::DeleteInstantKey { key } => api.delete_instant_key(key).await,
            Step::Unlock { method, entrance, .. } => {
                self.memory.unlocking.get_or_insert_with(|| self.api.now());
                let attempt = self.api.unlock(method, entrance).await?;
                self.memory.attempt = Some(attempt.id);
                Ok(())
            }
            Step::AssignCard { method, number, .. } => {
                let attempt = api.assign(method, number).await?;
                self.memory.attempt = Some(attempt.id);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What speaks against sending: a guest that cannot be found. Says too that a PIN is not at hand.
    pub(super) async fn objection_to_wish(&mut self, step: &Step) -> Option<Verdict> {
        match step {
            Step::CreateGrant(new) => {
                self.miss_pins(&GrantName::Key(new.key.clone()), &new.methods);
                self.find_guest(new).await
            }
            Step::RequestMethod { grant, wish, .. } => {
                self.miss_pins(&GrantName::Id(grant.clone()), std::slice::from_ref(wish));
                None
            }
            _ => None,
        }
    }

    fn miss_pins(&mut self, grant: &GrantName, wishes: &[Wish]) {
        let pins = &self.memory.pins;
        let missing = wishes.iter().enumerate().any(|(i, w)| w.own_pin && pins.get(grant, i).is_none());
        if missing {
            self.memory.note(
                "THE PIN IS NOT THE ONE THAT WAS ASKED FOR: it was not at hand any more when it was sent; show \
                 the guest the PIN that was issued (u)",
            );
        }
    }

    async fn find_guest(&mut self, new: &NewGrant) -> Option<Verdict> {
        let GuestName::Key(key) = &new.guest else { return None };
        match self.api.guest_with_key(key).await {
            Ok(Some(guest)) => {
                self.memory.guests.push((key.clone(), guest.id));
                None
            }
            Ok(None) => Some(Verdict::Failed {
                words: Text::new(format!("the guest of {} is no longer there", new.who)),
                next: "close this and begin again".into(),
                retry: false,
            }),
            Err(e) => Some(unread(&e, self.sent)),
        }
    }

    /// Finds what the step's method refers to, where the run does not know it (any more).
    pub(super) async fn find_again(&mut self, step: &Step) -> Result<(), Verdict> {
        match step {
            Step::AwaitReady { method } | Step::AwaitMethod { method, .. } => self.find(method).await,
            _ => Ok(()),
        }
    }

    /// Finds a method by looking for what its step had made. That it is not there is for others to say.
    pub(super) async fn find(&mut self, which: &MethodRef) -> Result<(), Verdict> {
        if self.memory.method(which).is_some() {
            return Ok(());
        }
        match which {
            MethodRef::Known(_) => {}
            MethodRef::MadeBy(made) => {
                if let Some(step) = self.plan.steps.get(*made).cloned() {
                    let seen = look(&self.api, *made, &step, &mut self.memory, Stance::Again).await;
                    seen.map_err(|e| unread(&e, self.sent))?;
                }
            }
            MethodRef::CardOf { grant, .. } => {
                let cards = cards_of(&self.api, grant).await.map_err(|e| unread(&e, self.sent))?;
                self.memory.cards.retain(|(key, _)| key != grant);
                self.memory.cards.push((grant.clone(), cards));
            }
        }
        Ok(())
    }
}
