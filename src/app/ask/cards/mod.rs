//! Everything a desk does with a card in the hand: first what, then what that needs to know.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Ask, encoder_choices, usual_encoder};
use crate::app::form::{Choice, Field, Form, Note};
use crate::desk::encode::{Wanted, stays_waiting, waiting};
use crate::desk::reissue::EncoderChoice;
use crate::desk::{
    AssignAsk, EncodeAsk, MoreCardsAsk, Plan, Purpose, Refusal, assign, encode, more_cards, reissue, scan,
};
use crate::order::Arrange as _;
use crate::property::{Property, StayId};
use crate::seam::id::{EncoderId, MethodId};
use crate::text::Text;

const WHAT: &str = "what";
const WHERE: &str = "encoder";
const HOW_MANY: &str = "how many";
const CUT_ON: &str = "cut on";
const CARD: &str = "card";
const NUMBER: &str = "number";
const READ_ON: &str = "read on";
const TEST: &str = "which one";

/// What is done with cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The cards of the guest, or of the marked ones, that wait are cut.
    Waiting,
    /// All cards that wait for tonight are cut.
    Tonight,
    /// All cards that wait for tomorrow's arrivals are cut.
    Tomorrow,
    /// The guest gets further cards.
    More,
    /// A tag becomes the guest's card by its number.
    Assign,
    /// A card is read.
    Read,
    /// An encoder is tested.
    Test,
}

impl What {
    const ALL: [Self; 7] =
        [Self::Waiting, Self::Tonight, Self::Tomorrow, Self::More, Self::Assign, Self::Read, Self::Test];

    fn words(self) -> &'static str {
        match self {
            Self::Waiting => "cut what waits",
            Self::Tonight => "cut all that waits for tonight",
            Self::Tomorrow => "cut all that waits for tomorrow's arrivals",
            Self::More => "more cards",
            Self::Assign => "assign a tag by its number",
            Self::Read => "read a card: whose is it?",
            Self::Test => "test an encoder",
        }
    }

    /// The fields behind it.
    fn labels(self) -> &'static [&'static str] {
        match self {
            Self::Waiting | Self::Tonight | Self::Tomorrow => &[WHERE],
            Self::More => &[HOW_MANY, CUT_ON],
            Self::Assign => &[CARD, NUMBER],
            Self::Read => &[READ_ON],
            Self::Test => &[TEST],
        }
    }
}

/// Whose cards, as far as it is about somebody's.
#[derive(Clone, Debug)]
pub struct CardsAsk {
    /// The selected stay or the marked ones; none where nobody is.
    pub stays: Vec<StayId>,
    /// The encoder this desk used last.
    pub usual_encoder: Option<EncoderId>,
    /// What it opens on; none where that follows from the cards.
    pub what: Option<What>,
    /// Whether a queue is at work, so that no other can begin.
    pub queue_runs: bool,
    /// Why nothing may be changed now; reading changes nothing.
    pub barred: Option<Text>,
}

/// A card that waits and whose it is.
type Card = (StayId, MethodId);

impl CardsAsk {
    /// Opens on reading a card or testing an encoder.
    pub fn to_read(purpose: Purpose, usual_encoder: Option<EncoderId>, barred: Option<Text>) -> Self {
        let what = match purpose {
            Purpose::Read => What::Read,
            Purpose::Test => What::Test,
        };
        Self { stays: Vec::new(), usual_encoder, what: Some(what), queue_runs: false, barred }
    }

    /// Every field there could be; [`CardsAsk::annotate`] shows those that are asked.
    pub(super) fn form(&self, p: &Property, now: DateTime<Utc>) -> Result<Form, Refusal> {
        if self.stays.iter().any(|stay| p.stay(stay).is_none()) {
            return Err(super::gone());
        }
        let first = self.what.unwrap_or_else(|| self.usual_what(p, now));
        let at = What::ALL.iter().position(|what| *what == first).unwrap_or(0);
        let option = |what: &What| Choice::plain(what.words()).but(self.trouble(*what, p, now));
        let usual = self.usual_encoder.as_ref();
        let on = |label, encoders: &[EncoderChoice]| {
            Field::choice(label, encoder_choices(encoders), usual_encoder(encoders, usual))
        };
        let tags = self.stays.first().map(|stay| assign::waiting(p, stay)).unwrap_or_default();
        let tags = tags.into_iter().map(|tag| Choice::new(tag.method, tag.words)).collect();
        let readers = scan::readers(p);
        Ok(Form::new(vec![
            Field::choice(WHAT, What::ALL.iter().map(option).collect(), at),
            self.where_field(p, now),
            Field::line(HOW_MANY, "1"),
            on(CUT_ON, &self.encoders(p)),
            Field::choice(CARD, tags, 0),
            Field::line(NUMBER, "").hint("as it is printed on the tag"),
            on(READ_ON, &readers),
            on(TEST, &readers),
        ]))
    }

    /// The encoders that can cut anything that waits; the usual one is ticked.
    fn where_field(&self, p: &Property, now: DateTime<Utc>) -> Field {
        let waiting = [What::Waiting, What::Tonight, What::Tomorrow];
        let cards: Vec<Card> = waiting.into_iter().flat_map(|what| self.cards(what, p, now)).collect();
        let encoders = able(p, &cards);
        let usual = usual_encoder(&encoders, self.usual_encoder.as_ref());
        let ticked = encoders.get(usual).filter(|e| e.trouble.is_none()).map(|e| e.encoder.to_string());
        let ticked: BTreeSet<Text> = crate::order::set(ticked.iter().map(Text::new));
        Field::ticks(WHERE, encoder_choices(&encoders), ticked)
    }

    fn usual_what(&self, p: &Property, now: DateTime<Utc>) -> What {
        let usual: &[What] =
            if self.stays.is_empty() { &[What::Tonight] } else { &[What::Waiting, What::Assign] };
        usual.iter().copied().find(|what| self.trouble(*what, p, now).is_none()).unwrap_or(What::Read)
    }

    /// Why something cannot be done now.
    fn trouble(&self, what: What, p: &Property, now: DateTime<Utc>) -> Option<Text> {
        if !matches!(what, What::Read | What::Test) && self.barred.is_some() {
            return self.barred.clone();
        }
        let one = || match self.stays.as_slice() {
            [] => Err("no guest is selected"),
            [one] => Ok(one),
            _ => Err("one guest at a time"),
        };
        let none_waits = || self.cards(what, p, now).is_empty().then_some("none waits");
        let why = match what {
            What::Tonight | What::Tomorrow if self.queue_runs => Some("a queue is at work"),
            What::Waiting if self.stays.is_empty() => Some("no guest is selected"),
            What::Waiting | What::Tonight | What::Tomorrow => none_waits(),
            What::More => match one() {
                Ok(stay) => return more_cards::trouble(p, stay, now).map(|refusal| refusal.words),
                Err(why) => Some(why),
            },
            What::Assign => match one() {
                Ok(stay) => assign::waiting(p, stay).is_empty().then_some("none waits"),
                Err(why) => Some(why),
            },
            What::Read | What::Test => scan::readers(p).is_empty().then_some("no encoder is known"),
        };
        why.map(Text::from)
    }

    /// The cards that wait, each once.
    fn cards(&self, what: What, p: &Property, now: DateTime<Utc>) -> Vec<Card> {
        let stays = match what {
            What::Tonight => stays_waiting(p, Wanted::Tonight, now),
            What::Tomorrow => stays_waiting(p, Wanted::Tomorrow, now),
            _ => self.stays.clone(),
        };
        let mut cards: Vec<Card> = Vec::new();
        for stay in stays {
            for method in waiting(p, &stay) {
                if !cards.iter().any(|(_, known)| *known == method) {
                    cards.push((stay.clone(), method));
                }
            }
        }
        cards
    }

    fn encoders(&self, p: &Property) -> Vec<EncoderChoice> {
        self.stays.first().map(|stay| reissue::encoders(p, stay)).unwrap_or_default()
    }

    /// What is chosen.
    pub(super) fn chosen(form: &Form) -> What {
        form.chosen(WHAT).and_then(|at| What::ALL.get(at)).copied().unwrap_or(What::Read)
    }

    /// Shows the fields that belong to what is chosen.
    pub(super) fn annotate(&self, form: &mut Form, p: &Property, now: DateTime<Utc>) {
        let what = Self::chosen(form);
        let several_tags = form.fields.iter().any(|f| f.label == CARD && f.options().len() > 1);
        for label in [WHERE, HOW_MANY, CUT_ON, CARD, NUMBER, READ_ON, TEST] {
            form.show(label, what.labels().contains(&label) && (label != CARD || several_tags));
        }
        form.note(WHAT, self.note(what, p, now));
    }

    fn note(&self, what: What, p: &Property, now: DateTime<Utc>) -> Note {
        let cards = match what {
            What::Waiting | What::Tonight | What::Tomorrow => self.cards(what, p, now),
            _ => return Note::None,
        };
        let mut stays: Vec<&StayId> = cards.iter().map(|(stay, _)| stay).collect();
        stays.dedup();
        let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
        match cards.len() {
            0 => Note::None,
            n => Note::Understood(format!("{} of {}", count(n, "card"), count(stays.len(), "guest"))),
        }
    }

    /// Cards of one guest that wait are cut on the usual encoder; Tab changes that.
    pub(super) fn asks_first(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> bool {
        let what = Self::chosen(form);
        what != What::Waiting || self.what.is_some() || self.trouble(what, p, now).is_some()
    }

    /// The encoders that are chosen, by name.
    fn chosen_encoders(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Vec<(EncoderId, Text)> {
        let what = Self::chosen(form);
        let all = match what {
            What::Waiting | What::Tonight | What::Tomorrow => able(p, &self.cards(what, p, now)),
            What::More => self.encoders(p),
            What::Assign => Vec::new(),
            What::Read | What::Test => scan::readers(p),
        };
        let ticked = form.ticked(WHERE);
        let one = [CUT_ON, READ_ON, TEST].iter().find_map(|label| form.chosen_id(label));
        let chosen = |e: &EncoderChoice| {
            let id = Text::new(e.encoder.to_string());
            ticked.contains(&id) || one == Some(&id)
        };
        all.into_iter().filter(chosen).map(|e| (e.encoder, e.name)).collect()
    }

    pub(super) fn encoder(&self, form: &Form, p: &Property) -> Option<EncoderId> {
        self.chosen_encoders(form, p, p.now()).into_iter().next().map(|(encoder, _)| encoder)
    }

    /// The encoders of a queue; none where one guest's cards are cut on one encoder, or nothing is cut.
    pub(super) fn queue(
        &self,
        form: &Form,
        p: &Property,
        now: DateTime<Utc>,
    ) -> Option<Vec<(EncoderId, Text)>> {
        let what = Self::chosen(form);
        if !matches!(what, What::Waiting | What::Tonight | What::Tomorrow) {
            return None;
        }
        let encoders = self.chosen_encoders(form, p, now);
        let cards = self.cards(what, p, now);
        let one_guest = cards.iter().all(|(stay, _)| Some(stay) == cards.first().map(|(stay, _)| stay));
        (encoders.len() > 1 || !one_guest).then_some(encoders)
    }

    pub(super) fn reads(&self, form: &Form) -> bool {
        matches!(Self::chosen(form), What::Read | What::Test)
    }

    /// What is to be read and where, which needs no preview; none where that is not what is asked.
    pub(super) fn reading(
        &self,
        form: &Form,
        p: &Property,
    ) -> Option<Result<(EncoderId, Text, Purpose), Refusal>> {
        let purpose = match Self::chosen(form) {
            What::Read => Purpose::Read,
            What::Test => Purpose::Test,
            _ => return None,
        };
        let chosen = self.chosen_encoders(form, p, p.now()).into_iter().next();
        Some(
            chosen
                .map(|(encoder, name)| (encoder, name, purpose))
                .ok_or_else(|| Refusal::new("No encoder is known: its lock system shows none at Seam.")),
        )
    }

    pub(super) fn plans(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Result<Vec<Plan>, Refusal> {
        let what = Self::chosen(form);
        if let Some(why) = &self.barred {
            return Err(Refusal::new(format!("Nothing is changed: {why}.")));
        }
        match what {
            What::Waiting | What::Tonight | What::Tomorrow => self.cut(what, form, p, now),
            What::More => {
                let count = form.text(HOW_MANY).trim().parse().unwrap_or(0);
                let encoder = self.chosen_encoders(form, p, now).into_iter().next().map(|(id, _)| id);
                let ask = MoreCardsAsk { stay: self.one()?, count, encoder };
                more_cards::plan(p, &ask, now).map(|plan| vec![plan])
            }
            What::Assign => {
                let stay = self.one()?;
                let chosen = form.chosen_id(CARD).map(|id| MethodId::new(id));
                let ask = AssignAsk { stay, method: chosen, number: Text::new(form.text(NUMBER)) };
                assign::plan(p, &ask, now).map(|plan| vec![plan])
            }
            What::Read | What::Test => Err(Refusal::new("Enter reads: nothing is changed by it.")),
        }
    }

    fn one(&self) -> Result<StayId, Refusal> {
        match self.stays.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(Refusal::new("No guest is selected: choose one in Guests, then c.")),
            _ => Err(Refusal::new("Several guests are marked: this goes one guest at a time.")),
        }
    }

    fn cut(&self, what: What, form: &Form, p: &Property, now: DateTime<Utc>) -> Result<Vec<Plan>, Refusal> {
        if self.stays.is_empty() && what == What::Waiting {
            return Err(Refusal::new("No guest is selected: choose one in Guests, then c."));
        }
        let cards = self.cards(what, p, now);
        let encoders = self.chosen_encoders(form, p, now);
        if cards.is_empty() {
            // Why there is nothing to cut, as the desk says it for one guest.
            if let (What::Waiting, [stay]) = (what, self.stays.as_slice()) {
                let none = EncodeAsk { stay: stay.clone(), methods: Vec::new(), encoder: EncoderId::new("") };
                return encode::plan(p, &none, now).map(|plan| vec![plan]);
            }
            return Err(Refusal::new("No card waits to be cut: “more cards” requests one."));
        }
        let Some((first, _)) = encoders.first() else {
            return Err(if able(p, &cards).is_empty() {
                super::no_encoder()
            } else {
                Refusal::new("Tick the encoders on which the cards are cut: Space ticks one.")
            });
        };
        if self.queue(form, p, now).is_none() {
            let (stay, _) = cards.first().ok_or_else(super::no_encoder)?;
            let ask = EncodeAsk { stay: stay.clone(), methods: Vec::new(), encoder: first.clone() };
            return encode::plan(p, &ask, now).map(|plan| vec![plan]);
        }
        if self.queue_runs {
            return Err(Refusal::new(
                "A queue is at work: wait until it is through, or stop it (d, then Enter).",
            ));
        }
        let mut plans = Vec::new();
        for (i, (stay, method)) in cards.iter().enumerate() {
            let able: Vec<EncoderId> = p.encoders_for(stay).into_iter().map(|e| e.id.clone()).collect();
            let fit: Vec<&EncoderId> =
                encoders.iter().map(|(id, _)| id).filter(|id| able.contains(id)).collect();
            let encoder = fit.get(i % fit.len().max(1)).copied().unwrap_or(first).clone();
            let ask = EncodeAsk { stay: stay.clone(), methods: vec![method.clone()], encoder };
            plans.push(encode::queued(p, &ask, None, now)?);
        }
        Ok(plans)
    }
}

/// The encoders that can cut at least one of these cards, those without trouble first, then by name.
fn able(p: &Property, cards: &[Card]) -> Vec<EncoderChoice> {
    let mut able: Vec<EncoderChoice> = Vec::new();
    for (stay, _) in cards {
        for encoder in reissue::encoders(p, stay) {
            if !able.iter().any(|known| known.encoder == encoder.encoder) {
                able.push(encoder);
            }
        }
    }
    able.arrange_by(|a, b| {
        (a.trouble.is_some(), &a.name, &a.encoder).cmp(&(b.trouble.is_some(), &b.name, &b.encoder))
    });
    able
}

impl From<CardsAsk> for Ask {
    fn from(ask: CardsAsk) -> Self {
        Self::Cards(ask)
    }
}
