//! What each action asks of the person before it can be planned: one file an action.

mod cards;
mod check_out;
mod check_out_due;
mod extend;
mod extend_many;
mod grant;
mod instant_key;
mod keys;
mod reissue;
mod room_move;
mod undo;
mod unlock;

use chrono::{DateTime, Utc};

pub use cards::{CardsAsk, What};
pub use check_out::CheckOutAsk;
pub use check_out_due::CheckOutDueAsk;
pub use extend::ExtendAsk;
pub use extend_many::ExtendManyAsk;
pub use grant::GrantAsk;
pub use instant_key::{DeleteLink, NewLink};
use instant_key::{MOST_PHONES, phones};
pub use keys::KeysAsk;
pub use reissue::ReissueAsk;
pub use room_move::MoveAsk;
pub use undo::UndoAsk;
pub use unlock::UnlockAsk;

use super::form::{Choice, Form};
use super::key::Key;
use crate::desk::reissue::EncoderChoice;
use crate::desk::{Line, Pins, Plan, Purpose, Refusal};
use crate::property::{Property, StayId};
use crate::seam::id::EncoderId;
use crate::text::Text;

/// An action and whom it is for.
#[derive(Clone, Debug)]
pub enum Ask {
    /// Change the dates of a stay.
    Extend(ExtendAsk),
    /// The same for several, each by the same.
    ExtendMany(ExtendManyAsk),
    /// Replace a lost card.
    Reissue(ReissueAsk),
    /// Encode cards that wait.
    Cards(CardsAsk),
    /// Revoke access.
    CheckOut(CheckOutAsk),
    /// Revoke the access of all who are due out.
    CheckOutDue(CheckOutDueAsk),
    /// Add or revoke one key.
    Keys(KeysAsk),
    /// Make a further Instant Key.
    NewLink(NewLink),
    /// Delete an Instant Key.
    DeleteLink(DeleteLink),
    /// Open a door from afar.
    Unlock(UnlockAsk),
    /// Undo what was done last.
    Undo(UndoAsk),
    /// Give somebody access.
    Grant(GrantAsk),
    /// Move a stay to another room.
    Move(MoveAsk),
}

impl Ask {
    /// The title of the dialog.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Extend(_) | Self::ExtendMany(_) => "Extend",
            Self::Reissue(_) => "Lost card",
            Self::Cards(_) => "Cards",
            Self::CheckOut(_) => "Check out",
            Self::CheckOutDue(_) => "Check out all who are due out",
            Self::Keys(_) => "Keys",
            Self::NewLink(_) => "New Instant Key",
            Self::DeleteLink(_) => "Delete Instant Key",
            Self::Unlock(_) => "Unlock",
            Self::Undo(_) => "Undo",
            Self::Grant(_) => "Grant access",
            Self::Move(_) => "Move room",
        }
    }

    /// Whom it is for.
    pub fn stays(&self) -> &[StayId] {
        match self {
            Self::Extend(a) => std::slice::from_ref(&a.stay),
            Self::ExtendMany(a) => &a.stays,
            Self::Reissue(a) => std::slice::from_ref(&a.stay),
            Self::Cards(a) => &a.stays,
            Self::CheckOut(a) => &a.stays,
            // Who leaves meanwhile is taken off the list.
            Self::CheckOutDue(_) => &[],
            Self::Keys(a) => std::slice::from_ref(&a.stay),
            Self::NewLink(a) => std::slice::from_ref(&a.stay),
            Self::DeleteLink(a) => std::slice::from_ref(&a.stay),
            Self::Unlock(a) => std::slice::from_ref(&a.stay),
            Self::Undo(a) => std::slice::from_ref(&a.stay),
            // Whose room was proposed may leave meanwhile; what is asked for names its doors itself.
            Self::Grant(_) => &[],
            Self::Move(a) => std::slice::from_ref(&a.stay),
        }
    }

    /// Its fields, filled in as far as that is sure.
    pub(super) fn form(&self, p: &Property, now: DateTime<Utc>) -> Result<Form, Refusal> {
        match self {
            Self::Extend(a) => a.form(p, now),
            Self::ExtendMany(a) => Ok(a.form()),
            Self::Reissue(a) => a.form(p),
            Self::Cards(a) => a.form(p, now),
            Self::CheckOut(a) => a.form(p),
            Self::CheckOutDue(a) => a.form(p),
            Self::Keys(a) => a.form(p),
            Self::NewLink(a) => a.form(p),
            Self::DeleteLink(_) => Ok(Form::default()),
            Self::Unlock(a) => a.form(p, now),
            Self::Undo(a) => Ok(a.form()),
            Self::Grant(a) => a.form(p),
            Self::Move(a) => a.form(p),
        }
    }

    /// Says to the fields what the program makes of them.
    pub(super) fn annotate(&self, form: &mut Form, p: &Property, now: DateTime<Utc>) {
        match self {
            Self::Extend(a) => a.annotate(form, p, now),
            Self::ExtendMany(a) => a.annotate(form, p, now),
            Self::CheckOut(a) => a.annotate(form),
            Self::CheckOutDue(a) => a.annotate(form, p),
            Self::Reissue(a) => a.annotate(form, p),
            Self::Keys(a) => a.annotate(form),
            Self::NewLink(a) => a.annotate(form),
            Self::Unlock(a) => a.annotate(form, p),
            Self::Grant(_) => GrantAsk::annotate(form, p, now),
            Self::Move(a) => a.annotate(form, p, now),
            Self::Cards(a) => a.annotate(form, p, now),
            Self::DeleteLink(_) | Self::Undo(_) => {}
        }
    }

    /// What a key does to the form before the field with the keys gets it.
    pub(super) fn before_key(&self, form: &mut Form, key: Key) {
        if let Self::Grant(_) = self {
            GrantAsk::before_key(form, key);
        }
    }

    /// Whether the person must answer something before there can be a preview.
    pub(super) fn asks_first(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> bool {
        match self {
            Self::Extend(_)
            | Self::ExtendMany(_)
            | Self::Grant(_)
            | Self::Move(_)
            | Self::CheckOutDue(_)
            | Self::Keys(_)
            | Self::NewLink(_)
            | Self::Unlock(_) => true,
            Self::DeleteLink(_) | Self::Undo(_) => false,
            Self::CheckOut(a) => a.stays.len() > 1,
            Self::Reissue(a) => a.asks_first(form),
            Self::Cards(a) => a.asks_first(form, p, now),
        }
    }

    /// The plans for what is filled in.
    pub(super) fn plans(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Result<Vec<Plan>, Refusal> {
        match self {
            Self::Extend(a) => a.plan(form, p, now).map(|plan| vec![plan]),
            Self::ExtendMany(a) => a.plans(form, p, now),
            Self::Reissue(a) => a.plan(form, p, now).map(|plan| vec![plan]),
            Self::Cards(a) => a.plans(form, p, now),
            Self::CheckOut(a) => a.plans(form, p, now),
            Self::CheckOutDue(a) => a.plans(form, p, now),
            Self::Keys(a) => a.plan(form, p, now).map(|plan| vec![plan]),
            Self::NewLink(a) => a.plan(form, p, now).map(|plan| vec![plan]),
            Self::DeleteLink(a) => a.plan(p, now).map(|plan| vec![plan]),
            Self::Unlock(a) => a.plan(form, p, now).map(|plan| vec![plan]),
            Self::Undo(a) => a.plan(p, now).map(|plan| vec![plan]),
            Self::Grant(_) => GrantAsk::plan(form, p, now).map(|plan| vec![plan]),
            Self::Move(a) => a.plan(form, p, now).map(|plan| vec![plan]),
        }
    }

    /// A card to read or an encoder to test, which is done without a preview; none where that is not asked.
    pub(super) fn reading(
        &self,
        form: &Form,
        p: &Property,
    ) -> Option<Result<(EncoderId, Text, Purpose), Refusal>> {
        match self {
            Self::Cards(a) => a.reading(form, p),
            _ => None,
        }
    }

    /// Whether what is asked is only read.
    pub fn reads(&self, form: &Form) -> bool {
        match self {
            Self::Cards(a) => a.reads(form),
            _ => false,
        }
    }

    /// The encoders on which the plans are carried out as a queue; none where they all begin at once.
    pub(super) fn queue(
        &self,
        form: &Form,
        p: &Property,
        now: DateTime<Utc>,
    ) -> Option<Vec<(EncoderId, Text)>> {
        match self {
            Self::Cards(a) => a.queue(form, p, now),
            _ => None,
        }
    }

    /// The PINs that were chosen for a plan of this dialog: they travel beside it, never in it.
    pub(super) fn pins(&self, form: &Form, p: &Property, plan: &Plan) -> Pins {
        match self {
            Self::Keys(a) => a.pins(form, p, plan),
            Self::Reissue(a) => a.pins(p, plan),
            Self::Undo(a) => a.pins(p, plan),
            Self::Grant(_) => GrantAsk::pins(form, p, plan),
            Self::Move(_) => MoveAsk::pins(p, plan),
            _ => Pins::new(),
        }
    }

    /// What the plans of several guests leave to be done by hand, taken together.
    pub fn summary(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Vec<Line> {
        match self {
            Self::CheckOut(a) if a.stays.len() > 1 => crate::desk::check_out::left_over(p, &a.stays),
            Self::CheckOutDue(a) => a.summary(form, p),
            Self::ExtendMany(a) => a.summary(form, p, now),
            _ => Vec::new(),
        }
    }

    /// The encoder that is chosen, where one is: this desk will propose it next time.
    pub fn encoder(&self, form: &Form, p: &Property) -> Option<EncoderId> {
        match self {
            Self::Reissue(a) => a.encoder(form, p),
            Self::Cards(a) => a.encoder(form, p),
            Self::Keys(a) => a.encoder(form, p),
            Self::Move(_) => MoveAsk::encoder(form),
            _ => None,
        }
    }
}

fn gone() -> Refusal {
    Refusal::new("This stay is no longer there.")
}

fn no_encoder() -> Refusal {
    Refusal::new("No encoder can cut cards for this stay: the doors of its grants have none.")
}

/// Label of the field that chooses an encoder.
const ENCODER: &str = "encoder";

fn encoder_choices(encoders: &[EncoderChoice]) -> Vec<Choice> {
    encoders.iter().map(|e| Choice::new(&e.encoder, &e.name).but(e.trouble.clone())).collect()
}

/// Where the choice of an encoder starts: on the one this desk used last, else on the first without
/// trouble.
fn usual_encoder(encoders: &[EncoderChoice], usual: Option<&EncoderId>) -> usize {
    let last_used = encoders.iter().position(|e| Some(&e.encoder) == usual && e.trouble.is_none());
    last_used.or_else(|| encoders.iter().position(|e| e.trouble.is_none())).unwrap_or(0)
}

/// The encoder that is chosen, as long as it is one of these.
fn chosen_encoder(form: &Form, encoders: &[EncoderChoice]) -> Option<EncoderId> {
    let chosen = EncoderId::new(form.chosen_id(ENCODER)?);
    encoders.iter().find(|e| e.encoder == chosen).map(|e| e.encoder.clone())
}
