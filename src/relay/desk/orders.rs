//! What the screen wants, and what of it is a wish to another desk.

use std::time::Duration;

use tokio::time::Instant;

use super::{Desk, Order, Phase, WISH_LASTS, WISHES};
use crate::relay::poll::{FRONT, GRANT, POLL};
use crate::seam::id::GrantId;

impl Desk {
    pub(super) fn obey(&mut self, order: Order) {
        match (order, &mut self.phase) {
            (Order::PollNow, Phase::Polling(poller)) => poller.poll_now(),
            (Order::PollNow, _) => self.wish(vec![POLL.to_owned()], WISH_LASTS, true),
            (Order::Watch(grants), Phase::Polling(poller)) => poller.watch(grants),
            (Order::Watch(grants), _) => self.wish_watch(grants),
            (Order::Look(is_looked_at), phase) => {
                self.is_looked_at = is_looked_at;
                if let Phase::Polling(poller) = phase {
                    poller.look(is_looked_at);
                } else if is_looked_at {
                    self.wish_look(WISH_LASTS, true);
                    self.look_again = Instant::now() + WISHES;
                } else {
                    self.wish_look(Duration::ZERO, false);
                }
            }
            // What this desk polls for all goes to its screen as it is read.
            (Order::Anew, Phase::Polling(poller)) => poller.poll_now(),
            (Order::Anew, _) => self.follower.anew(),
            (Order::Leave(_), _) => {}
        }
    }

    fn wish(&self, what: Vec<String>, until: Duration, at_once: bool) {
        let table = self.place.table.clone();
        crate::task::spawn(async move {
            if let Err(error) = table.wish(&what, until, at_once).await {
                tracing::debug!(%error, "a wish could not be told");
            }
        });
    }

    /// Tells that somebody looks at the property here. Said again while that lasts, without calling anybody.
    pub(super) fn wish_look(&self, until: Duration, at_once: bool) {
        self.wish(vec![format!("{FRONT}{}", self.place.table.desk)], until, at_once);
    }

    /// An action asks again and again while it waits; the poller need not hear each time.
    fn wish_watch(&mut self, grants: Vec<GrantId>) {
        let now = Instant::now();
        let lasts = self.place.needs.cadence.watch_for;
        self.watched.retain(|_, at| *at + lasts / 4 > now);
        let new: Vec<GrantId> = grants.into_iter().filter(|id| !self.watched.contains_key(id)).collect();
        if !new.is_empty() {
            self.wish(new.iter().map(|id| format!("{GRANT}{id}")).collect(), lasts, true);
            self.watched.extend(new.into_iter().map(|id| (id, now)));
        }
    }
}
