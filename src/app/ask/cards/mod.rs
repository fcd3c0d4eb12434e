//! Everything a desk does with a card in the hand: first what, then what that needs to know.

mod stations;

use chrono::{DateTime, Utc};

use self::stations::{Station, stations};
use super::{Ask, encoder_choices, usual_encoder};
use crate::app::form::{Choice, Field, Form, Note};
use crate::desk::encode::{Wanted, stays_waiting, waiting};
use crate::desk::reissue::EncoderChoice;
use crate::desk::{
    AssignAsk, EncodeAsk, MoreCardsAsk, Plan, Purpose, Refusal, assign, encode, more_cards, reissue, scan,
};
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

    fn labels(self) -> &'static [&'static str] {
        match self {
            Self::Waiting | Self::Tonight | Self::Tomorrow => &[WHAT, WHERE],
            Self::More => &[WHAT, HOW_MANY, CUT_ON],
            Self::Assign => &[WHAT, CARD, NUMBER],
            Self::Read => &[WHAT, READ_ON],
            Self::Test => &[WHAT, TEST],
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

    /// Every field there could be; [`CardsAsk::annotate`] leaves those that are asked.
    pub(super) fn form(&self, p: &Property, now: DateTime<Utc>) -> Result<Form, Refusal> {
        if self.stays.iter().any(|stay| p.stay(stay).is_none()) {
            return Err(super::gone());
        }
        let first = self.what.unwrap_or_else(|| self.usual_what(p, now));
        let at = What::ALL.iter().position(|what| *what == first).unwrap_or(0);
        let option =
            |what: &What| Choice { words: what.words().into(), trouble: self.trouble(*what, p, now) };
        let mut fields = vec![Field::choice(WHAT, What::ALL.iter().map(option).collect(), at)];
        fields.extend(self.fields(first, p, now));
        Ok(Form::new(fields))
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
        let none_waits = || self.cards(what, p, now).is_empty().then_some("no card waits to be cut");
        let why = match what {
            What::Tonight | What::Tomorrow if self.queue_runs => Some("a queue is at work"),
            What::Waiting if self.stays.is_empty() => Some("no guest is selected"),
            What::Waiting | What::Tonight | What::Tomorrow => none_waits(),
            What::More => match one() {
                Ok(stay) => return more_cards::trouble(p, stay, now).map(|refusal| refusal.words),
                Err(why) => Some(why),
            },
            What::Assign => match one() {
                Ok(stay) => assign::waiting(p, stay).is_empty().then_some("no card waits for a tag"),
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

    /// The fields behind a choice.
    fn fields(&self, what: What, p: &Property, now: DateTime<Utc>) -> Vec<Field> {
        let usual = self.usual_encoder.as_ref();
        let on = |label, encoders: &[EncoderChoice]| {
            Field::choice(label, encoder_choices(encoders), usual_encoder(encoders, usual))
        };
        match what {
            What::Waiting | What::Tonight | What::Tomorrow => {
                let stations = self.stations(what, p, now);
                let at = stations::usual(&stations, usual);
                vec![Field::choice(WHERE, stations.iter().map(Station::choice).collect(), at)]
            }
            What::More => vec![Field::line(HOW_MANY, "1"), on(CUT_ON, &self.encoders(p))],
            What::Assign => {
                let tags = self.stays.first().map(|stay| assign::waiting(p, stay)).unwrap_or_default();
                let choice = |tag: assign::TagChoice| Choice { words: tag.words, trouble: None };
                let options = tags.into_iter().map(choice).collect();
                vec![Field::choice(CARD, options, 0), Field::line(NUMBER, "")]
            }
            What::Read => vec![on(READ_ON, &scan::readers(p))],
            What::Test => vec![on(TEST, &scan::readers(p))],
        }
    }

    fn stations(&self, what: What, p: &Property, now: DateTime<Utc>) -> Vec<Station> {
        stations(p, &self.cards(what, p, now))
    }

    fn encoders(&self, p: &Property) -> Vec<EncoderChoice> {
        self.stays.first().map(|stay| reissue::encoders(p, stay)).unwrap_or_default()
    }

    /// What is chosen.
    pub(super) fn chosen(form: &Form) -> What {
        form.chosen(WHAT).and_then(|at| What::ALL.get(at)).copied().unwrap_or(What::Read)
    }

    /// Leaves the fields that belong to what is chosen, filled in as they were.
    pub(super) fn annotate(&self, form: &mut Form, p: &Property, now: DateTime<Utc>) {
        let what = Self::chosen(form);
        let have: Vec<&str> = form.fields.iter().map(|f| f.label).collect();
        if have != what.labels() {
            form.fields.retain(|field| field.label == WHAT);
            form.fields.extend(self.fields(what, p, now));
            form.focus = 0;
        } else {
            // What is behind an unchanged choice may have changed.
            let fields = self.fields(what, p, now);
            form.adopt(Form::new(fields));
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

    /// The encoders that are chosen, the first of them first.
    fn chosen_encoders(&self, form: &Form, p: &Property, now: DateTime<Utc>) -> Vec<(EncoderId, Text)> {
        let one = |label: &str, encoders: Vec<EncoderChoice>| {
            let at = form.chosen(label).unwrap_or(0);
            encoders.into_iter().nth(at).map(|e| (e.encoder, e.name)).into_iter().collect()
        };
        match Self::chosen(form) {
            what @ (What::Waiting | What::Tonight | What::Tomorrow) => {
                let at = form.chosen(WHERE).unwrap_or(0);
                self.stations(what, p, now).into_iter().nth(at).map(|s| s.encoders).unwrap_or_default()
            }
            What::More => one(CUT_ON, self.encoders(p)),
            What::Assign => Vec::new(),
            What::Read => one(READ_ON, scan::readers(p)),
            What::Test => one(TEST, scan::readers(p)),
        }
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
                let at = form.chosen(CARD).unwrap_or(0);
                let method = assign::waiting(p, &stay).into_iter().nth(at).map(|tag| tag.method);
                let ask = AssignAsk { stay, method, number: Text::new(form.text(NUMBER)) };
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
        let Some((first, _)) = encoders.first() else {
            // Why there is nothing to cut says more than that there is nowhere to.
            if let ([stay], true) = (self.stays.as_slice(), cards.is_empty()) {
                let none = EncodeAsk { stay: stay.clone(), methods: Vec::new(), encoder: EncoderId::new("") };
                return encode::plan(p, &none, now).map(|_| Vec::new());
            }
            return Err(super::no_encoder());
        };
        if cards.is_empty() {
            return Err(Refusal::new("No card waits to be cut: “more cards” requests one."));
        }
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

impl From<CardsAsk> for Ask {
    fn from(ask: CardsAsk) -> Self {
        Self::Cards(ask)
    }
}
