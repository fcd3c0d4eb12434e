//! Under which reservation: one that has the room already, or one of its own.

use super::{NUMBER, RESERVATION};
use crate::app::form::{Choice, Field, Form};
use crate::desk::Refusal;
use crate::desk::grant::{Joinable, Reservation};
use crate::text::Text;

/// Before the number of a reservation that is joined, so that none can be taken for another entry.
const JOIN: &str = "join ";
const OWN: &str = "own";
const NONE: &str = "none";

pub(super) fn fields() -> Vec<Field> {
    vec![
        Field::choice(RESERVATION, Vec::new(), 0).later(),
        Field::line(NUMBER, "").hint("of the reservation, as in the books").later(),
    ]
}

/// Asks for the reservation where the doors know any.
pub(super) fn show(form: &mut Form, needs: Reservation, joinable: &[Joinable]) {
    let mut options: Vec<Choice> = joinable
        .iter()
        .map(|j| Choice::new(format!("{JOIN}{}", j.key), format!("joins the reservation of {}", j.guests)))
        .collect();
    if needs == Reservation::Offered {
        options.push(Choice::new(NONE, "no reservation: both open the door"));
    }
    let whose = joinable.iter().map(|j| j.guests.as_str()).collect::<Vec<_>>().join("; ");
    let ends = Text::new(format!("ends the keys of {whose} at the door!"));
    options.push(Choice::new(OWN, "a reservation of its own").but(Some(ends)));
    let several = needs != Reservation::Hidden && !joinable.is_empty();
    // Nothing is left chosen from when there was nobody to join.
    form.offer(RESERVATION, if several { options } else { Vec::new() }, 0);
    form.show(RESERVATION, several);
    let own = form.chosen_id(RESERVATION).is_none_or(|id| id.as_str() == OWN);
    form.show(NUMBER, needs != Reservation::Hidden && own);
}

/// The reservation that is joined.
pub(super) fn chosen<'a>(form: &Form, joinable: &'a [Joinable]) -> Option<&'a Joinable> {
    let key = form.chosen_id(RESERVATION)?.strip_prefix(JOIN)?;
    joinable.iter().find(|j| j.key.as_str() == key)
}

/// The reservation key to be sent.
pub(super) fn number(
    form: &Form,
    needs: Reservation,
    joined: Option<&Joinable>,
) -> Result<Option<Text>, Refusal> {
    if let Some(joined) = joined {
        return Ok(Some(joined.key.clone()));
    }
    let typed = Text::new(form.text(NUMBER).trim());
    let own = form.chosen_id(RESERVATION).is_some_and(|id| id.as_str() == OWN);
    if typed.is_empty() && own && needs != Reservation::Hidden {
        return Err(Refusal::new("Enter the number of the new reservation."));
    }
    Ok(Some(typed).filter(|number| !number.is_empty()))
}
