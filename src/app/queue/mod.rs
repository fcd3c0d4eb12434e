//! Cards that are cut one after the other on several encoders.
//!
//! Each encoder takes the next card that is left, so none stands idle and one that fails leaves its share to
//! the others. A card is one run of the desk, begun with a plan made at that moment; it is given to another
//! encoder only once its run has ended without cutting it.

mod keys;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::App;
use super::command::CommandId;
use super::event::{Effect, Effects};
use super::layer::Layer;
use super::message::Weight;
use crate::desk::{
    Action, Control, EncodeAsk, Outcome, Pins, Plan, ProgressKind, RunId, Step, StepState, encode,
    is_the_encoder,
};
use crate::property::StayId;
use crate::seam::id::{EncoderId, MethodId};
use crate::text::Text;

/// How long the alerts that the queue is bound to raise are held back.
const GRACE: TimeDelta = TimeDelta::minutes(5);

/// The cards and the encoders.
#[derive(Clone, Debug)]
pub struct CardQueue {
    /// The cards in the order they are taken.
    pub cards: Vec<QueuedCard>,
    /// The encoders.
    pub lanes: Vec<Lane>,
    /// The encoder that has the keys.
    pub at: usize,
    /// Whether no further card is taken.
    pub stopping: bool,
    /// Whether each card is asked for: there are more cards than encoders.
    asks: bool,
}

/// A card of a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedCard {
    /// Whose.
    pub stay: StayId,
    /// Its access method.
    pub method: MethodId,
    /// "118 Lindqvist, Per".
    pub whom: Text,
    /// Where it stands.
    pub state: CardState,
}

/// Where a card of a queue stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardState {
    /// Nobody has taken it.
    Waiting,
    /// The encoder with this index has it.
    Taken(usize),
    /// It is cut.
    Cut,
    /// Somebody said to leave it out.
    Skipped,
    /// It is not cut, and why.
    Failed(Text),
}

/// An encoder of a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Which.
    pub encoder: EncoderId,
    /// Its name.
    pub name: Text,
    /// The run that cuts, and the index of its card.
    pub run: Option<(RunId, usize)>,
    /// Why it takes no further card.
    pub closed: Option<Text>,
    /// Whether it has had a card.
    used: bool,
    /// What the run was stopped for.
    leaving: Option<Leaving>,
}

/// Why the card of an encoder is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leaving {
    /// It is left out.
    Skip,
    /// Another encoder shall cut it.
    HandOver,
}

impl CardQueue {
    /// How many cards are cut.
    pub fn cut(&self) -> usize {
        self.cards.iter().filter(|c| c.state == CardState::Cut).count()
    }

    /// Whether nothing happens any more.
    pub fn is_over(&self) -> bool {
        let left = self.cards.iter().any(|c| c.state == CardState::Waiting);
        let idle = self.lanes.iter().all(|lane| lane.run.is_none());
        idle && (!left || self.stopping || self.lanes.iter().all(|lane| lane.closed.is_some()))
    }

    /// Whether a run is one of its own.
    pub fn has(&self, run: RunId) -> bool {
        self.lanes.iter().any(|lane| lane.run.is_some_and(|(own, _)| own == run))
    }

    /// Whether a stay has a card in it that is not over.
    pub fn waits_for(&self, stay: &StayId) -> bool {
        let open = |c: &QueuedCard| matches!(c.state, CardState::Waiting | CardState::Taken(_));
        self.cards.iter().any(|c| c.stay == *stay && open(c))
    }

    fn lane_of(&self, run: RunId) -> Option<usize> {
        self.lanes.iter().position(|lane| lane.run.is_some_and(|(own, _)| own == run))
    }
}

/// The cards that confirmed plans cut, in their order.
fn cards(plans: &[Plan]) -> Vec<QueuedCard> {
    let of = |plan: &Plan| -> Vec<QueuedCard> {
        let whom = if plan.room.is_empty() {
            plan.guest.clone()
        } else {
            Text::new(format!("{} {}", plan.room, plan.guest))
        };
        let card = |step: &Step| match step {
            Step::Encode { method: crate::desk::MethodRef::Known(method), .. } => Some(QueuedCard {
                stay: plan.stay.clone(),
                method: method.clone(),
                whom: whom.clone(),
                state: CardState::Waiting,
            }),
            _ => None,
        };
        plan.steps.iter().filter_map(card).collect()
    };
    plans.iter().flat_map(of).collect()
}

impl App {
    /// Begins to cut the cards of confirmed plans on these encoders.
    pub(super) fn begin_queue(&mut self, plans: &[Plan], encoders: Vec<(EncoderId, Text)>) -> Effects {
        let cards = cards(plans);
        let lane = |(encoder, name): (EncoderId, Text)| Lane {
            encoder,
            name,
            run: None,
            closed: None,
            used: false,
            leaving: None,
        };
        let lanes: Vec<Lane> = encoders.into_iter().map(lane).collect();
        let asks = cards.len() > lanes.len();
        self.queue = Some(CardQueue { cards, lanes, at: 0, stopping: false, asks });
        self.board.clear_marks();
        self.layers.push(Layer::Queue);
        let mut effects = Effects::draw();
        effects.merge(self.fill_queue());
        effects
    }

    /// Lets every encoder that is free take the next card.
    fn fill_queue(&mut self) -> Effects {
        let mut effects = Effects::default();
        let lanes = self.queue.as_ref().map_or(0, |queue| queue.lanes.len());
        for lane in 0..lanes {
            while let Some(card) = self.next_card(lane) {
                match self.take_card(lane, card) {
                    Ok(effect) => {
                        effects.list.push(effect);
                        effects.draw = true;
                        break;
                    }
                    Err(state) => {
                        if let Some(card) = self.queue.as_mut().and_then(|q| q.cards.get_mut(card)) {
                            card.state = state;
                        }
                    }
                }
            }
        }
        effects
    }

    /// The next card an encoder can take; none where it is not free.
    fn next_card(&self, lane: usize) -> Option<usize> {
        let queue = self.queue.as_ref().filter(|queue| !queue.stopping)?;
        let lane = queue.lanes.get(lane).filter(|lane| lane.run.is_none() && lane.closed.is_none())?;
        queue.cards.iter().position(|card| {
            let able = || self.property.encoders_for(&card.stay).iter().any(|e| e.id == lane.encoder);
            // Whatever else is done for the stay comes first.
            let busy = || self.jobs.running().any(|j| j.stay == card.stay && j.action != Action::Encode);
            card.state == CardState::Waiting
                && !busy()
                && (able() || self.property.stay(&card.stay).is_none())
        })
    }

    /// Plans a card at this moment and begins its run; else what has become of the card.
    fn take_card(&mut self, at: usize, card: usize) -> Result<Effect, CardState> {
        let gone = || CardState::Failed("it is no longer there".into());
        let queue = self.queue.as_ref().ok_or_else(gone)?;
        let (lane, wanted) = queue.lanes.get(at).zip(queue.cards.get(card)).ok_or_else(gone)?;
        if self.property.method(&wanted.method).is_some_and(|m| m.is_issued && !m.is_ready_for_encoding) {
            return Err(CardState::Cut);
        }
        let ask = EncodeAsk {
            stay: wanted.stay.clone(),
            methods: vec![wanted.method.clone()],
            encoder: lane.encoder.clone(),
        };
        let asks = queue.asks || lane.used;
        let place =
            asks.then(|| Text::new(format!("{} of {}, {}", card + 1, queue.cards.len(), wanted.whom)));
        let plan = encode::queued(&self.property, &ask, place, self.now)
            .map_err(|refusal| CardState::Failed(refusal.words))?;
        self.property.forgive(&plan.stay, self.now + GRACE);
        let run = self.jobs.begin(&plan, &Pins::new(), self.now);
        if let Some(queue) = &mut self.queue {
            if let Some(lane) = queue.lanes.get_mut(at) {
                (lane.run, lane.used, lane.leaving) = (Some((run, card)), true, None);
            }
            if let Some(card) = queue.cards.get_mut(card) {
                card.state = CardState::Taken(at);
            }
        }
        Ok(Effect::Run(run, Box::new(plan), Pins::new()))
    }

    /// What a run got on to: an encoder that fails hands its card over, one that is through takes the next.
    pub(super) fn queue_progress(&mut self, run: RunId, kind: &ProgressKind) -> Effects {
        let Some(at) = self.queue.as_ref().and_then(|queue| queue.lane_of(run)) else {
            // What else ended may have been what a card waited for.
            return match kind {
                ProgressKind::Ended(_) => self.fill_queue(),
                _ => Effects::default(),
            };
        };
        match kind {
            ProgressKind::Step { state: StepState::Failed { words, retry: true, .. }, .. } => {
                self.queue_failed(at, words)
            }
            ProgressKind::Ended(outcome) => {
                self.queue_ended(at, outcome);
                let mut effects = self.fill_queue();
                self.say_queue_is_over();
                effects.draw = true;
                effects
            }
            _ => Effects::default(),
        }
    }

    /// A card failed on an encoder. Where that is the encoder's own fault and another can cut it, it goes there.
    fn queue_failed(&mut self, at: usize, words: &Text) -> Effects {
        let helps = self
            .queue
            .as_ref()
            .and_then(|q| q.lanes.get(at))
            .is_some_and(|lane| is_the_encoder(words, &lane.name));
        if !helps || !self.another_lane(at) {
            return Effects::default();
        }
        self.hand_over(at, words.clone())
    }

    /// Whether another encoder of the queue can cut the card of this one.
    fn another_lane(&self, at: usize) -> bool {
        let Some(queue) = &self.queue else { return false };
        let Some((_, card)) = queue.lanes.get(at).and_then(|lane| lane.run) else { return false };
        let Some(card) = queue.cards.get(card) else { return false };
        let able = self.property.encoders_for(&card.stay);
        let fits = |(i, lane): (usize, &Lane)| {
            i != at && lane.closed.is_none() && able.iter().any(|e| e.id == lane.encoder)
        };
        queue.lanes.iter().enumerate().any(fits)
    }

    fn hand_over(&mut self, at: usize, why: Text) -> Effects {
        let Some(lane) = self.queue.as_mut().and_then(|q| q.lanes.get_mut(at)) else {
            return Effects::default();
        };
        lane.closed = Some(why);
        lane.leaving = Some(Leaving::HandOver);
        match lane.run {
            Some((run, _)) => Effects::and(Effect::Control(run, Control::StopAfterStep)),
            None => Effects::draw(),
        }
    }

    fn queue_ended(&mut self, at: usize, outcome: &Outcome) {
        let Some(queue) = &mut self.queue else { return };
        let Some(lane) = queue.lanes.get_mut(at) else { return };
        let Some((_, card)) = lane.run.take() else { return };
        let leaving = lane.leaving.take();
        let state = match outcome {
            Outcome::Done { .. } | Outcome::Pending { .. } => CardState::Cut,
            Outcome::Stopped { .. } if leaving == Some(Leaving::HandOver) => CardState::Waiting,
            Outcome::Stopped { .. } => CardState::Skipped,
            Outcome::Failed { words, next } => CardState::Failed(Text::new(format!("{words} {next}"))),
            Outcome::Unknown { words } => CardState::Failed(words.clone()),
        };
        if let Some(card) = queue.cards.get_mut(card) {
            card.state = state;
        }
    }

    fn say_queue_is_over(&mut self) {
        let Some(queue) = self.queue.as_ref().filter(|queue| queue.is_over()) else { return };
        let (cut, all) = (queue.cut(), queue.cards.len());
        let weight = if cut == all { Weight::Good } else { Weight::Caution };
        let shows = self.settings.keymap.how(CommandId::Cards);
        let left = if cut == all { String::new() } else { format!(": {shows} shows what still waits") };
        self.messages.say(self.now, weight, format!("{cut} of {all} cards are cut{left}."));
    }

    /// Whether a queue is at work.
    pub fn queue_runs(&self) -> bool {
        self.queue.as_ref().is_some_and(|queue| !queue.is_over())
    }

    /// The stays whose cards a running queue still has.
    pub fn queued_stays(&self) -> BTreeSet<&StayId> {
        let queue = self.queue.as_ref().filter(|queue| !queue.is_over());
        let cards = queue.map_or(&[][..], |queue| &queue.cards);
        cards
            .iter()
            .filter(|c| matches!(c.state, CardState::Waiting | CardState::Taken(_)))
            .map(|c| &c.stay)
            .collect()
    }

    /// Since when the run of an encoder is where it is, for the ages on the screen.
    pub fn lane_since(&self, lane: &Lane) -> Option<DateTime<Utc>> {
        let job = self.jobs.get(lane.run?.0)?;
        job.current().map(|(_, step)| step.since)
    }
}
