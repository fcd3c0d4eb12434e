//! Another room: which, and where the cards are cut.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};

use super::{ENCODER, encoder_choices, usual_encoder};
use crate::app::filter::Filter;
use crate::app::form::{Choice, Field, Form, Note};
use crate::desk::room_move::{self, Prospect};
use crate::desk::{MoveAsk as Asked, Pins, Plan, Refusal};
use crate::order::Arrange as _;
use crate::property::{Property, StayId};
use crate::seam::id::{EncoderId, SpaceId};
use crate::text::Text;

const FROM: &str = "from";
const TO: &str = "to";
const NUMBER: &str = "reservation";

/// The id of the choice to cut the cards afterwards.
const LATER: &str = "later";

/// Who moves.
#[derive(Clone, Debug)]
pub struct MoveAsk {
    /// The stay.
    pub stay: StayId,
    /// The encoder this desk used last.
    pub usual_encoder: Option<EncoderId>,
}

impl MoveAsk {
    pub(super) fn form(&self, p: &Property) -> Result<Form, Refusal> {
        let stay = p.stay(&self.stay).ok_or_else(super::gone)?;
        let rooms = stay.rooms.iter().filter_map(|id| p.space(id));
        let rooms: Vec<Choice> = rooms.map(|room| Choice::new(&room.id, &room.name)).collect();
        if rooms.is_empty() {
            return Err(Refusal::new("This stay has no room to move out of: grant access to one (n)."));
        }
        let several = rooms.len() > 1;
        let from = Field::choice(FROM, rooms, 0);
        let mut fields = Vec::new();
        if several {
            fields.push(from);
        }
        fields.extend([
            Field::search(TO).hint("the number of the new room"),
            Field::choice(ENCODER, Vec::new(), 0).later(),
            Field::line(NUMBER, "").hint("the number, as in the books: the new lock wants one").later(),
        ]);
        Ok(Form::new(fields))
    }

    pub(super) fn annotate(&self, form: &mut Form, p: &Property, now: DateTime<Utc>) {
        form.found(TO, self.rooms(form.text(TO), p, now));
        let prospect = self.asked(form).and_then(|ask| room_move::prospect(p, &ask, now));
        let Prospect { with, cards, needs_number } = prospect.unwrap_or_default();
        let note = match with.len() {
            0 => Note::None,
            1 => Note::Understood(format!("{} moves with it", named(&with))),
            _ => Note::Understood(format!("{} move with it", named(&with))),
        };
        form.note(TO, note);
        self.offer_encoders(form, p);
        form.show(
            ENCODER,
            cards > 0 && form.fields.iter().any(|f| f.label == ENCODER && f.options().len() > 1),
        );
        form.show(NUMBER, needs_number);
    }

    /// The rooms that match what is typed, the free ones first.
    fn rooms(&self, typed: &str, p: &Property, now: DateTime<Utc>) -> Vec<Choice> {
        let mut filter = Filter::default();
        filter.set(typed);
        let rooms = room_move::choices(p, &self.stay, now).into_iter();
        let mut rooms: Vec<_> = rooms.filter_map(|r| filter.score(&r.name).map(|score| (score, r))).collect();
        // Of those alike the order stays: by name.
        rooms.arrange_by_key(|(score, room)| (room.trouble.is_some(), Reverse(*score)));
        rooms.into_iter().map(|(_, r)| Choice::new(r.room, r.name).but(r.trouble)).collect()
    }

    fn offer_encoders(&self, form: &mut Form, p: &Property) {
        let Some(to) = form.chosen_id(TO).map(|id| SpaceId::new(id)) else { return };
        let encoders = room_move::encoders(p, &to);
        let usual = usual_encoder(&encoders, self.usual_encoder.as_ref());
        let mut options = encoder_choices(&encoders);
        options.push(Choice::new(LATER, "later: the cards wait on the page of the move (c)"));
        form.offer(ENCODER, options, usual);
    }

    fn asked(&self, form: &Form) -> Option<Asked> {
        let encoder = form.chosen_id(ENCODER).filter(|id| id.as_str() != LATER);
        let number = Text::new(form.text(NUMBER).trim());
        Some(Asked {
            stay: self.stay.clone(),
            from: form.chosen_id(FROM).map(|id| SpaceId::new(id)),
            to: SpaceId::new(form.chosen_id(TO)?),
            encoder: encoder.map(|id| EncoderId::new(id)),
            reservation_key: Some(number).filter(|number| !number.is_empty()),
        })
    }

    /// The encoder that is chosen.
    pub(super) fn encoder(form: &Form) -> Option<EncoderId> {
        form.chosen_id(ENCODER).filter(|id| id.as_str() != LATER).map(|id| EncoderId::new(id))
    }

    pub(super) fn plan(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Result<Plan, Refusal> {
        let asked = self.asked(form).ok_or_else(|| match form.text(TO).trim() {
            "" => Refusal::new("There is no other room."),
            typed => Refusal::new(format!("No room is called “{typed}”: type the number of another.")),
        })?;
        room_move::plan(p, &asked, now)
    }

    /// The PINs of everybody who moves, so that they keep them.
    pub(super) fn pins(p: &Property, plan: &Plan) -> Pins {
        room_move::pins(p, plan)
    }
}

/// "Lindqvist, Eva; Lindqvist, Ida".
fn named(names: &[Text]) -> String {
    names.iter().map(Text::as_str).collect::<Vec<_>>().join("; ")
}
