//! The steps plans are made of. Each can be settled by reading the API alone.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::wish::{NewGrant, NewGuest, Wish};
use crate::seam::id::{EncoderId, EntranceId, GrantId, IdentityId, InstantKeyId, MethodId};
use crate::seam::model::Mode;
use crate::tagged;
use crate::text::Text;

/// A date that changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What it is now; none where it is open-ended.
    pub from: Option<DateTime<Utc>>,
    /// What it will be.
    pub to: DateTime<Utc>,
}

/// An access method a step works on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MethodRef {
    /// One that was there when the plan was made.
    Known(MethodId),
    /// The one the step with this index will have made.
    MadeBy(usize),
    /// A card of a grant that a step of the plan makes.
    CardOf {
        /// The grant's `access_grant_key`.
        grant: Text,
        /// Which of its cards, from 0, in the order they were asked for.
        nth: usize,
    },
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Step {
    /// `/access_grants/update`; done when the grant reads the new dates.
    UpdateGrant {
        /// Which grant.
        grant: GrantId,
        /// Whose, for the screen.
        who: Text,
        /// New start, where it changes.
        starts_at: Option<Change>,
        /// New end, where it changes.
        ends_at: Option<Change>,
    },
    /// Waits until every method of the grants is issued again, or is a card the encoder can take.
    AwaitIssued {
        /// The grants whose dates changed.
        grants: Vec<GrantId>,
        /// Their methods when the plan was made.
        methods: Vec<MethodId>,
    },
    /// `/access_grants/request_access_methods` with one card; done when the grant has a card that was
    /// not known before.
    RequestCard {
        /// The grant that gets the card.
        grant: GrantId,
        /// The methods it had when the plan was made: what tells the new one.
        known: Vec<MethodId>,
    },
    /// Waits until the encoder can take the card.
    AwaitReady {
        /// The card.
        method: MethodRef,
    },
    /// `/access_methods/encode`; done when the method reads as issued.
    Encode {
        /// The card.
        method: MethodRef,
        /// Where it is cut, unless the person chooses another.
        encoder: EncoderId,
        /// The encoder's name.
        encoder_name: Text,
        /// Which card, for the screen: "card 2 of 3 for Lindqvist, Per".
        card: Text,
        /// The grants it serves, whose change may have waited for this card.
        grants: Vec<GrantId>,
    },
    /// `/access_methods/delete` of one method; done when it is gone or being deleted.
    DeleteMethod {
        /// The method.
        method: MethodId,
        /// The grants it serves; if it serves another one by now, the step refuses.
        grants: Vec<GrantId>,
        /// What deleting it means, for the screen.
        what: Text,
    },
    /// `/access_grants/delete`; done when the grant is gone or being deleted.
    DeleteGrant {
        /// The grant.
        grant: GrantId,
        /// Whose, for the screen.
        who: Text,
    },
    /// Waits until what was deleted has left the locks.
    AwaitGone {
        /// Grants that were deleted.
        grants: Vec<GrantId>,
        /// Methods that were deleted.
        methods: Vec<MethodId>,
    },
    /// `/user_identities/create`; done when the guest can be read by the key.
    CreateGuest(Box<NewGuest>),
    /// `/access_grants/create`; done when the grant can be read by the key.
    CreateGrant(Box<NewGrant>),
    /// Waits until the keys of new grants are there, issued or for the encoder, and compares the PINs with
    /// those that were asked for.
    AwaitGranted {
        /// The grants, by their `access_grant_key`.
        grants: Vec<Text>,
    },
    /// Waits, for as long as it takes, until grants are gone: what follows would be refused before.
    ConfirmGone {
        /// Grants that were deleted.
        grants: Vec<GrantId>,
        /// Their reservation, which nobody else may have added a grant to.
        reservation_key: Option<Text>,
        /// The `access_grant_key`s this plan makes grants under.
        made: Vec<Text>,
    },
    /// `/access_grants/request_access_methods` with one key of any kind; done when the grant has a method
    /// of that kind that was not known before.
    RequestMethod {
        /// The grant that gets it.
        grant: GrantId,
        /// What is asked for.
        wish: Wish,
        /// The methods it had when the plan was made: what tells the new one.
        known: Vec<MethodId>,
    },
    /// Waits until a method is issued, and compares its PIN with the one that was asked for.
    AwaitMethod {
        /// The grant.
        grant: GrantId,
        /// The method.
        method: MethodRef,
    },
    /// `/access_methods/delete` of one method that can be asked for again; done when it is gone or being
    /// deleted.
    RevokeMethod {
        /// The method.
        method: MethodId,
        /// The grants it serves; if it serves another one by now, the step refuses.
        grants: Vec<GrantId>,
        /// Its kind.
        mode: Mode,
        /// How many phones its Instant Key was for.
        max_uses: Option<u32>,
        /// What deleting it means, for the screen.
        what: Text,
    },
    /// `/user_identities/generate_instant_key`; done when the guest has an Instant Key that was not known
    /// before.
    NewInstantKey {
        /// Whose.
        guest: IdentityId,
        /// For how many phones.
        max_uses: u32,
        /// The Instant Keys there were when the plan was made.
        known: Vec<InstantKeyId>,
    },
    /// `/instant_keys/delete`; done when it is gone.
    DeleteInstantKey {
        /// Which.
        key: InstantKeyId,
    },
    /// `/access_methods/unlock_door`; done when the attempt succeeds or the door tells that it opened.
    Unlock {
        /// The cloud key.
        method: MethodId,
        /// The door.
        entrance: EntranceId,
        /// Its name.
        door: Text,
    },
    /// Asks a person to put the next card on the encoder; done when the person says so.
    PlaceCard {
        /// Which encoder.
        encoder: EncoderId,
        /// Its name.
        encoder_name: Text,
        /// Which card: "2 of 5, 118 Lindqvist, Per".
        card: Text,
    },
    /// `/access_methods/assign_card`; done when the method reads as issued and no other number is on it.
    AssignCard {
        /// The card method.
        method: MethodId,
        /// The number of the tag, as it is registered in the lock system. No secret.
        number: Text,
        /// The grants it serves.
        grants: Vec<GrantId>,
    },
}

/// The field that says which step it is.
const TAG: &str = "step";

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        Self::deserialize(tagged::read(source, TAG)?).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, target: S) -> Result<S::Ok, S::Error> {
        let value =
            Self::serialize(self, serde_json::value::Serializer).map_err(serde::ser::Error::custom)?;
        tagged::write(value, target, TAG)
    }
}

impl Step {
    /// What the step is, for the screen, before and while it runs.
    pub fn words(&self) -> Text {
        match self {
            Self::UpdateGrant { who, .. } => Text::new(format!("new dates for {who}")),
            Self::AwaitIssued { .. } => "keys issued again".into(),
            Self::RequestCard { .. } => "new card requested".into(),
            Self::AwaitReady { .. } => "new card prepared".into(),
            Self::Encode { encoder_name, card, .. } => Text::new(format!("cut {card} on “{encoder_name}”")),
            Self::DeleteMethod { what, .. } => what.clone(),
            Self::DeleteGrant { who, .. } => Text::new(format!("revoke the access of {who}")),
            Self::AwaitGone { .. } => "gone from the locks".into(),
            Self::CreateGuest(guest) => Text::new(format!("new guest {}", guest.name)),
            Self::CreateGrant(grant) => Text::new(format!("access for {}", grant.who)),
            Self::AwaitGranted { .. } => "keys issued".into(),
            Self::ConfirmGone { .. } => "the old access is gone".into(),
            Self::RequestMethod { wish, .. } => Text::new(format!("new {} requested", wish.mode)),
            Self::AwaitMethod { .. } => "key issued".into(),
            Self::RevokeMethod { what, .. } => what.clone(),
            Self::NewInstantKey { .. } => "new Instant Key".into(),
            Self::DeleteInstantKey { .. } => "delete the Instant Key".into(),
            Self::Unlock { door, .. } => Text::new(format!("unlock {door}")),
            Self::PlaceCard { encoder_name, card, .. } => {
                Text::new(format!("place card {card}, on “{encoder_name}”"))
            }
            Self::AssignCard { number, .. } => Text::new(format!("assign the tag {number}")),
        }
    }

    /// Whether it changes anything at Seam; the others only wait.
    pub fn changes(&self) -> bool {
        self.path().is_some()
    }

    /// The command of Seam's CLI that does the same, ids whole; none for a step that only waits.
    pub fn command(&self) -> Option<Text> {
        let words = match self {
            Self::UpdateGrant { grant, starts_at, ends_at, .. } => {
                let mut words = format!("seam access-grants update --access_grant_id {grant}");
                for (name, change) in [("starts_at", starts_at), ("ends_at", ends_at)] {
                    if let Some(change) = change {
                        let to = change.to.to_rfc3339_opts(SecondsFormat::AutoSi, true);
                        words.push_str(&format!(" --{name} {to}"));
                    }
                }
                words
            }
            Self::RequestCard { grant, .. } => format!(
                "seam access-grants request-access-methods --access_grant_id {grant} \
                 --requested_access_methods '[{{\"mode\":\"card\"}}]'"
            ),
            Self::Encode { method, encoder, .. } => {
                let method = match method {
                    MethodRef::Known(id) => id.to_string(),
                    MethodRef::MadeBy(_) | MethodRef::CardOf { .. } => "<id of the new card>".into(),
                };
                format!("seam access-methods encode --access_method_id {method} --acs_encoder_id {encoder}")
            }
            Self::DeleteMethod { method, .. } => {
                format!("seam access-methods delete --access_method_id {method}")
            }
            Self::DeleteGrant { grant, .. } => format!("seam access-grants delete --access_grant_id {grant}"),
            other => return other.command_of_wish(),
        };
        Some(Text::new(words))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    const ID: &str = "5b0e7a7c-1d1f-4d2e-9f6e-1c8f5b7a2d10";

    /// Journals of before must be read: the form does not change.
    #[rstest]
    #[case(json!({"step": "update_grant", "grant": ID, "who": "Lindqvist, Per", "starts_at": null,
        "ends_at": {"from": null, "to": "2026-11-23T10:00:00Z"}}))]
    #[case(json!({"step": "await_ready", "method": {"made_by": 2}}))]
    #[case(json!({"step": "create_guest", "key": "k", "name": "Lindqvist, Per", "email": null, "phone": null}))]
    #[case(json!({"step": "request_method", "grant": ID, "wish": {"mode": "code", "max_uses": null, "own_pin": true}, "known": [ID]}))]
    fn the_form_in_the_journal(#[case] written: Value) {
        let step: Step = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(serde_json::to_value(&step).unwrap(), written);
        assert_eq!(serde_json::from_str::<Step>(&serde_json::to_string(&step).unwrap()).unwrap(), step);
    }
}
