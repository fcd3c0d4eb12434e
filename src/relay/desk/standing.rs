//! How this desk stands: who holds the seat, what the store's clock shows, whether the store answers.

use chrono::TimeDelta;

use super::{Desk, Phase};
use crate::relay::Standing;
use crate::relay::election::Heard;
use crate::relay::station::Seen;
use crate::text::Text;

impl Desk {
    pub(super) fn look(&mut self, seen: Seen) {
        match seen {
            Seen::Seat(seat) => {
                self.is_away = false;
                self.hear(Heard::Seat { term: seat.term, left: seat.left });
                if let (Phase::Polling(poller), Some(ahead)) = (&mut self.phase, seat.ahead) {
                    poller.stores_ahead(ahead);
                    if let Some(skew) = self.place.needs.client.server_clock_skew() {
                        (self.place.set_clock)(skew);
                    }
                } else {
                    let delta = self.follower.look(&seat.head);
                    self.waiting.extend(delta);
                }
                self.place.station.knows(&self.place.table.hotel, self.follower.told());
                self.seat = seat;
                self.set_clock(self.follower.sources().ahead, self.seat.ahead);
                self.stand();
            }
            Seen::Away(error) => {
                self.is_away = true;
                self.place.standing.send_if_modified(|standing| {
                    let is_new = !matches!(standing, Standing::Away { .. });
                    if is_new {
                        tracing::warn!(%error, "the shared store does not answer");
                        let (since, why) = ((self.place.needs.clock)(), Text::new(error.to_string()));
                        *standing = Standing::Away { since, why };
                    }
                    is_new
                });
            }
        }
    }

    /// Sets this desk's clock as the poller's tells, where this desk asks the API nothing itself.
    pub(super) fn set_clock(&self, apis: Option<i64>, stores: Option<i64>) {
        let asks = matches!(self.phase, Phase::Polling(_));
        if let (false, Some(apis), Some(stores)) = (asks, apis, stores) {
            (self.place.set_clock)(TimeDelta::milliseconds(apis + stores));
        }
    }

    /// Says how it stands.
    pub(super) fn stand(&self) {
        // As long as the store does not answer nobody knows better.
        if self.is_away {
            return;
        }
        let standing = match &self.phase {
            Phase::Polling(_) => Standing::Polling,
            Phase::Loading(_) => Standing::Looking,
            Phase::Following if self.seat.left.is_none() || self.seat.desk == self.place.table.desk => {
                Standing::Looking
            }
            Phase::Following => Standing::Following { whom: Text::new(&self.seat.who) },
        };
        self.place.standing.send_if_modified(|before| {
            let is_new = *before != standing;
            *before = standing;
            is_new
        });
    }
}
