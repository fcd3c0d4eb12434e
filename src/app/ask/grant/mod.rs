//! Granting access: who, where, when, how.
//!
//! Every answer narrows the next question: which keys the doors take, whose reservation has them, when
//! the property's guests come and go. What is not asked is not shown, and what is not shown is not sent.

mod dates;
mod guests;
mod join;
mod keys;
mod places;

use chrono::{DateTime, Utc};

use crate::app::form::{Field, Form};
use crate::app::key::{Code, Key};
use crate::desk::grant::{Joinable, Reservation};
use crate::desk::{self, Pins, Plan, Refusal, Who, grant};
use crate::property::{Property, StayId};
use crate::text::Text;

const GUEST: &str = "guest";
const NAME: &str = "name";
const EMAIL: &str = "e-mail";
const PHONE: &str = "phone";
const WHERE: &str = "where";
const FROM: &str = "from";
const UNTIL: &str = "until";
const PIN: &str = "PIN";
const DIGITS: &str = "digits";
const CARDS: &str = "cards";
const PHONES: &str = "mobile keys";
const CLOUD: &str = "cloud key";
const RESERVATION: &str = "reservation";
const NUMBER: &str = "number";

/// Whose doors are proposed.
#[derive(Clone, Debug)]
pub struct GrantAsk {
    /// The stay that was selected: whoever gets access is taken to join it until something else is said.
    pub near: Option<StayId>,
}

/// What the form says so far.
struct Draft {
    /// Everything but the guest; dates are the proposed ones where nobody typed any.
    ask: desk::GrantAsk,
    /// What is wrong with the places.
    unclear: Option<Text>,
    /// Whether a reservation is asked for.
    needs: Reservation,
    /// The reservations that could be joined.
    joinable: Vec<Joinable>,
    /// When the property's guests come and go.
    house: dates::House,
}

impl Draft {
    /// The reservation that is joined.
    fn joined(&self, form: &Form) -> Option<&Joinable> {
        join::chosen(form, &self.joinable)
    }
}

impl GrantAsk {
    #[expect(clippy::unnecessary_wraps, reason = "the form of any action may be refused")]
    pub(super) fn form(&self, p: &Property) -> Result<Form, Refusal> {
        let mut place = Field::search(WHERE).hint("rooms, areas, doors: 118, gym");
        if let Some(stay) = self.near.as_ref().and_then(|id| p.stay(id)) {
            place.propose(&places::of_stay(p, stay));
        }
        let mut fields = vec![
            Field::search(GUEST).hint("name, room or e-mail; a new guest's name"),
            Field::line(NAME, "").later(),
            Field::line(EMAIL, "").hint("may be left out").later(),
            Field::line(PHONE, "").hint("+46701234567, may be left out").later(),
            place,
            Field::line(FROM, "now").hint("now"),
            Field::line(UNTIL, "").hint("no end"),
        ];
        fields.extend(keys::fields());
        fields.extend(join::fields());
        Ok(Form::new(fields))
    }

    /// A comma takes what is chosen from the list of places, so that the next one can be typed.
    pub(super) fn before_key(form: &mut Form, key: Key) {
        let Some(field) = form.focused().filter(|f| f.label == WHERE && key.code == Code::Char(',')) else {
            return;
        };
        let chosen = field.options().get(field.chosen()).filter(|_| field.chosen() > 0);
        if let Some(words) = chosen.map(|option| option.words.clone()) {
            field.fill(&words);
        }
    }

    pub(super) fn annotate(form: &mut Form, p: &Property, now: DateTime<Utc>) {
        guests::search(form, p);
        places::search(form, p, now);
        keys::show(form, p, &draft(form, p, now).ask);
        let asked = draft(form, p, now);
        join::show(form, asked.needs, &asked.joinable);
        let joined = asked.joined(form).cloned();
        dates::propose(form, &asked.house, joined.as_ref(), p, now);
        dates::annotate(form, &asked.house, joined.as_ref(), p, now);
    }

    pub(super) fn plan(form: &Form, p: &Property, now: DateTime<Utc>) -> Result<Plan, Refusal> {
        let who = guests::chosen(form)?;
        let Draft { mut ask, unclear, needs, joinable, house } = draft(form, p, now);
        if let Some(unclear) = unclear {
            return Err(Refusal::new(format!("Say where more exactly: {unclear}.")));
        }
        if form.text(WHERE).trim().is_empty() {
            return Err(Refusal::new("Say where: rooms, areas or doors, such as 118, gym."));
        }
        let joined = join::chosen(form, &joinable);
        (ask.starts_at, ask.ends_at) = dates::asked(form, &house, joined, p, now)?;
        ask.keys = keys::asked(form)?;
        ask.reservation_key = join::number(form, needs, joined)?;
        grant::plan(p, &desk::GrantAsk { who, ..ask }, now)
    }

    /// The PIN somebody chose.
    pub(super) fn pins(form: &Form, p: &Property, plan: &Plan) -> Pins {
        let Draft { mut ask, .. } = draft(form, p, p.now());
        match keys::asked(form) {
            Ok(keys) => ask.keys = keys,
            Err(_) => return Pins::new(),
        }
        grant::pins(&ask, plan)
    }
}

/// Reads the form as far as it goes; what is wrong in it is left out.
fn draft(form: &Form, p: &Property, now: DateTime<Utc>) -> Draft {
    let read = places::read(p, form.text(WHERE), form.chosen_id(WHERE));
    let mut ask = desk::GrantAsk {
        who: Who::New { name: Text::default(), email: None, phone: None },
        spaces: Vec::new(),
        entrances: Vec::new(),
        devices: Vec::new(),
        starts_at: None,
        ends_at: None,
        keys: keys::asked(form).unwrap_or_default(),
        reservation_key: None,
    };
    places::into(read.chosen, &mut ask);
    let house = dates::House::of(p, &ask.spaces);
    (ask.starts_at, ask.ends_at) = dates::asked(form, &house, None, p, now).unwrap_or_default();
    if !form.is_touched(UNTIL) {
        ask.ends_at = Some(house.until(ask.starts_at, 1, p, now));
    }
    if !form.is_touched(FROM) {
        ask.starts_at = house.from(p, now);
    }
    let needs = grant::reservation(p, &ask);
    let joinable = grant::reservations(p, &ask, now);
    Draft { ask, unclear: read.unclear, needs, joinable, house }
}
