//! A card that is read, or an encoder that is tested.

use chrono::{DateTime, Utc};

use super::App;
use super::event::{Effect, Effects};
use super::key::{Code, Key};
use super::layer::{Details, Layer};
use super::message::Weight;
use super::own_keys::Own;
use super::pane::PaneKind;
use crate::desk::scan::{self, Face};
use crate::desk::{Found, Purpose, Reading, ReadingAsk, ReadingId, ReadingState};
use crate::property::StayId;
use crate::seam::id::EncoderId;
use crate::text::Text;

/// A reading as the screen shows it.
#[derive(Clone, Debug)]
pub struct CardReading {
    /// What is read, and where.
    pub ask: ReadingAsk,
    /// Where it stands.
    pub state: ReadingState,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When the encoder was asked, UTC; before that, when the reading was ordered.
    began: DateTime<Utc>,
}

impl CardReading {
    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        matches!(self.state, ReadingState::Ended { .. })
    }
}

impl App {
    /// What the card that was read is, in plain words; nothing where none was read.
    pub fn face(&self) -> Option<Face> {
        match &self.reading.as_ref()?.state {
            ReadingState::Ended { found: Found::Card(card), .. } => {
                Some(scan::face(&self.property, card, self.now()))
            }
            _ => None,
        }
    }

    /// Begins a reading and shows it.
    pub(super) fn read_card(&mut self, encoder: EncoderId, name: Text, purpose: Purpose) -> Effects {
        self.readings += 1;
        let ask = ReadingAsk { id: ReadingId(self.readings), encoder, encoder_name: name, purpose };
        self.settings.encoder = Some(ask.encoder.clone());
        let state = ReadingState::Running { words: "waiting for the encoder".into() };
        let now = self.now();
        self.reading = Some(CardReading { ask: ask.clone(), state, since: now, began: now });
        self.layers.retain(|layer| !matches!(layer, Layer::Reading));
        self.layers.push(Layer::Reading);
        Effects::and(Effect::ReadCard(ask))
    }

    /// A reading got on. One that was closed is none any more.
    pub(super) fn note_reading(&mut self, told: Reading) -> Effects {
        let Some(reading) = self.reading.as_mut().filter(|r| r.ask.id == told.id) else {
            return Effects::default();
        };
        if matches!(told.state, ReadingState::Running { .. }) {
            reading.began = told.at;
        }
        let attempt = scan::attempt(&reading.ask.encoder, &told, reading.began);
        reading.state = told.state;
        reading.since = told.at;
        if let Some(attempt) = attempt {
            let changed = self.property.note_attempt(attempt);
            self.take_in(&changed);
        }
        self.take_as_evidence(told.at);
        Effects::draw()
    }

    pub(super) fn reading_key(&mut self, key: Key) -> Effects {
        let Some(reading) = self.reading.clone() else { return self.close_reading() };
        if matches!(key.code, Code::Esc | Code::Char('q')) || key == Key::ctrl('c') {
            return self.close_reading();
        }
        if !reading.is_over() {
            return Effects::default();
        }
        let ReadingAsk { encoder, encoder_name, purpose, .. } = reading.ask;
        let stay = self.face().and_then(|face| face.stay);
        match (key.code, stay) {
            // Who asked why the door refuses goes back to the answer.
            (Code::Enter, _) if self.card_is_evidence() => self.close_reading(),
            (Code::Enter, Some(stay)) => {
                self.close_reading();
                self.jump(stay)
            }
            (Code::Own(Own::ReadingCards), Some(stay)) => {
                self.close_reading();
                self.open_cards(vec![stay])
            }
            (Code::Enter, None) => self.read_card(encoder, encoder_name, purpose),
            (Code::Tab, _) => {
                self.close_reading();
                self.open_reader(purpose, Some(encoder))
            }
            _ => Effects::default(),
        }
    }

    fn close_reading(&mut self) -> Effects {
        self.layers.retain(|layer| !matches!(layer, Layer::Reading));
        let mut effects = Effects::draw();
        if let Some(reading) = self.reading.take()
            && !reading.is_over()
        {
            effects.list.push(Effect::StopReading(reading.ask.id));
        }
        effects
    }

    /// Goes to a stay: selects it in Guests, where the filter may have to give way, and opens it.
    fn jump(&mut self, stay: StayId) -> Effects {
        if self.property.stay(&stay).is_none() {
            self.messages.say(self.now(), Weight::Caution, "This stay is no longer there.");
            return Effects::draw();
        }
        self.layers.clear();
        self.board.focus = PaneKind::Guests;
        if !self.board.guests.select(&stay) {
            let room = self.stay_words(&stay);
            self.board.set_filter(&self.property, "");
            self.board.search_out(&self.property);
            if !self.board.guests.select(&stay) {
                // Not of tonight: only a filter brings it onto the board.
                self.board.set_filter(&self.property, &room);
                self.board.search_out(&self.property);
                self.board.guests.select(&stay);
            }
        }
        self.board.hold();
        self.layers.push(Layer::Details(Details { stay, scroll: 0 }));
        Effects::draw()
    }
}
