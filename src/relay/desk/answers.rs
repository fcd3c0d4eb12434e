//! What the store said, and what follows from it.

use super::{Answer, Desk, Phase};
use crate::relay::election::{Heard, Mono, Term};
use crate::relay::handover::Left;
use crate::relay::poll::Poller;
use crate::relay::source::Sources;
use crate::relay::table::Won;
use crate::store::StoreError;

impl Desk {
    pub(super) fn answered(&mut self, answer: Answer) {
        match answer {
            Answer::Tried { asked, told } => self.tried(asked, told),
            Answer::Renewed { term, asked, told } => self.held(term, asked, told),
            Answer::Told { term, asked, told } => {
                if let Phase::Polling(poller) = &mut self.phase
                    && poller.term == term
                {
                    poller.written(matches!(told, Ok(Some(_))));
                }
                self.held(term, asked, told.map(|number| number.is_some()));
            }
            Answer::Read { asked, told } => match told {
                Ok(page) => {
                    // Before anything is dated by it.
                    let sources = page.sources.as_deref().map(Sources::read);
                    self.set_clock(sources.and_then(|sources| sources.ahead), page.ahead);
                    let deltas = self.follower.take(asked, page, (self.place.needs.clock)());
                    if !matches!(self.phase, Phase::Polling(_)) {
                        self.waiting.extend(deltas);
                    }
                    self.place.station.knows(&self.place.table.hotel, self.follower.told());
                    self.load();
                }
                Err(error) => {
                    tracing::debug!(%error, "what another desk told cannot be read");
                    // The next look asks again.
                    self.follower.unanswered();
                    self.load();
                }
            },
            Answer::Left { term, told } => self.take_over(term, told),
            Answer::Wished(told) => {
                if let (Phase::Polling(poller), Ok(wishes)) = (&mut self.phase, told) {
                    poller.grant(&wishes);
                }
            }
            Answer::Pruned { term, told } => {
                if let (Phase::Polling(poller), Ok(Some(oldest))) = (&mut self.phase, told)
                    && poller.term == term
                {
                    poller.pruned(oldest);
                }
            }
        }
    }

    fn tried(&mut self, asked: Mono, told: Result<Option<Won>, StoreError>) {
        match told {
            Ok(Some(Won { term, number, ahead })) => {
                self.seat.ahead = Some(ahead);
                self.follower.hear(number);
                self.hear(Heard::Won { term, asked });
                self.load();
            }
            Ok(None) => self.hear(Heard::Lost),
            Err(error) => {
                tracing::debug!(%error, "the seat cannot be asked for");
                self.hear(Heard::Unanswered);
            }
        }
    }

    fn held(&mut self, term: Term, asked: Mono, told: Result<bool, StoreError>) {
        match told {
            Ok(true) => self.hear(Heard::Renewed { term, asked }),
            Ok(false) => self.hear(Heard::Fenced { term }),
            Err(error) => {
                tracing::debug!(%error, "the seat cannot be held");
                self.hear(Heard::Unanswered);
            }
        }
    }

    /// Reads what the poller before left, when everything that was told is on the screen.
    fn load(&mut self) {
        if let Phase::Loading(term) = self.phase
            && self.follower.is_level()
        {
            let overlap = self.place.needs.cadence.overlap;
            self.send(move |table| async move {
                Answer::Left { term, told: table.left(overlap).await.map(Box::new) }
            });
        }
    }

    fn take_over(&mut self, term: Term, told: Result<Box<Left>, StoreError>) {
        let (Phase::Loading(mine), Some(until)) = (&self.phase, self.election.good_until()) else { return };
        if *mine != term {
            return;
        }
        match told {
            Ok(left) => {
                tracing::info!(hotel = self.place.table.hotel, term, "this desk polls");
                let needs = self.place.needs.clone();
                let mut poller = Poller::start(needs, term, until, *left, self.is_looked_at);
                if let Some(ahead) = self.seat.ahead {
                    poller.stores_ahead(ahead);
                }
                self.phase = Phase::Polling(Box::new(poller));
                self.stand();
                self.ask_wishes();
            }
            Err(error) => {
                tracing::debug!(%error, "what the poller before left cannot be read");
                self.load();
            }
        }
    }
}
