//! One budget of requests for everything that talks to Seam.
//!
//! Seam documents limits per lock only, so the client keeps to a modest rate of its own: a token bucket,
//! with a burst for start-up. What a person waits for goes first, and the last tokens are kept for it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex as Turnstile;
use tokio::time::{Instant, sleep};

/// Who is waiting for the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priority {
    /// A person at the desk.
    #[default]
    Desk,
    /// The pollers; they yield to the desk.
    Background,
}

/// Sleeping less than the timer can tell would spin.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// A token bucket with two queues.
pub(super) struct Budget {
    per_second: f64,
    burst: f64,
    reserve: f64,
    state: Mutex<State>,
    desk: Turnstile<()>,
    background: Turnstile<()>,
}

struct State {
    tokens: f64,
    counted_at: Instant,
    closed_until: Option<Instant>,
    desk_waiting: u32,
}

enum Turn {
    Taken,
    After(Duration),
    Closed(Duration),
}

impl Budget {
    /// `per_second` requests for ever, `burst` at once.
    pub(super) fn new(per_second: f64, burst: u32) -> Self {
        let burst = f64::from(burst.max(1));
        Self {
            per_second,
            burst,
            reserve: (burst / 5.0).floor(),
            state: Mutex::new(State {
                tokens: burst,
                counted_at: Instant::now(),
                closed_until: None,
                desk_waiting: 0,
            }),
            desk: Turnstile::new(()),
            background: Turnstile::new(()),
        }
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// The time left, where Seam asked for a pause of more than `patience`.
    pub(super) async fn take(&self, priority: Priority, patience: Duration) -> Result<(), Duration> {
        let _counted = (priority == Priority::Desk).then(|| Waiting::new(self));
        let queue = match priority {
            Priority::Desk => &self.desk,
            Priority::Background => &self.background,
        };
        // Only the head of each queue looks at the bucket, so turns are taken in order of arrival.
        let _turn = queue.lock().await;
        loop {
            match self.turn(priority) {
                Turn::Taken => return Ok(()),
                Turn::Closed(left) if left > patience => return Err(left),
                Turn::Closed(left) | Turn::After(left) => sleep(left.max(SHORTEST_WAIT)).await,
            }
        }
    }

    /// Nobody sends anything for `pause`; then the sustained rate holds, without a burst.
    pub(super) fn close_for(&self, pause: Duration) {
        let mut state = self.state();
        let until = Instant::now() + pause;
        state.closed_until = Some(state.closed_until.map_or(until, |old| old.max(until)));
        state.tokens = state.tokens.min(1.0);
    }

    fn turn(&self, priority: Priority) -> Turn {
        let mut state = self.state();
        let now = Instant::now();
        if let Some(until) = state.closed_until {
            if until > now {
                return Turn::Closed(until - now);
            }
            state.closed_until = None;
            // A pause earns no burst.
            state.counted_at = now;
        }
        let earned = (now - state.counted_at).as_secs_f64() * self.per_second;
        state.tokens = (state.tokens + earned).min(self.burst);
        state.counted_at = now;
        let needed = match priority {
            Priority::Desk => 1.0,
            Priority::Background => 1.0 + self.reserve + f64::from(state.desk_waiting),
        };
        if state.tokens >= needed {
            state.tokens -= 1.0;
            return Turn::Taken;
        }
        Turn::After(Duration::from_secs_f64(((needed - state.tokens) / self.per_second).min(3600.0)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts one who waits at the desk, also where the waiting is given up.
struct Waiting<'a>(&'a Budget);

impl<'a> Waiting<'a> {
    fn new(budget: &'a Budget) -> Self {
        budget.state().desk_waiting += 1;
        Self(budget)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.desk_waiting = state.desk_waiting.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const PATIENCE: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn after_the_burst_the_rate_holds() {
        let budget = Budget::new(2.0, 5);
        let start = Instant::now();
        for _ in 0..5 {
            budget.take(Priority::Desk, PATIENCE).await.unwrap();
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        for _ in 0..10 {
            budget.take(Priority::Desk, PATIENCE).await.unwrap();
        }
        let took = start.elapsed();
        assert!(took >= Duration::from_secs(5) && took < Duration::from_millis(5100), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_background_leaves_the_last_tokens_to_the_desk() {
        let budget = Budget::new(1.0, 10);
        for _ in 0..8 {
            budget.take(Priority::Background, PATIENCE).await.unwrap();
        }
        let start = Instant::now();
        budget.take(Priority::Desk, PATIENCE).await.unwrap();
        budget.take(Priority::Desk, PATIENCE).await.unwrap();
        assert_eq!(start.elapsed(), Duration::ZERO);
        budget.take(Priority::Background, PATIENCE).await.unwrap();
        assert!(start.elapsed() >= Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_at_the_desk_goes_before_a_crowd_in_the_background() {
        let budget = Arc::new(Budget::new(1.0, 1));
        budget.take(Priority::Desk, PATIENCE).await.unwrap();
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        for (who, priority) in
            [("back", Priority::Background); 3].into_iter().chain([("desk", Priority::Desk)])
        {
            let (budget, tell) = (Arc::clone(&budget), tell.clone());
            tokio::spawn(async move {
                budget.take(priority, PATIENCE).await.unwrap();
                tell.send(who).unwrap();
            });
            tokio::task::yield_now().await;
        }
        assert_eq!(told.recv().await, Some("desk"));
        assert_eq!(told.recv().await, Some("back"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_for_everybody_and_a_long_one_is_told() {
        let budget = Budget::new(2.0, 20);
        budget.close_for(Duration::from_secs(10));
        budget.close_for(Duration::from_secs(1));
        let start = Instant::now();
        for _ in 0..3 {
            budget.take(Priority::Desk, PATIENCE).await.unwrap();
        }
        assert!(start.elapsed() >= Duration::from_secs(11), "no burst after a pause");
        budget.close_for(Duration::from_secs(120));
        assert_eq!(budget.take(Priority::Desk, PATIENCE).await, Err(Duration::from_secs(120)));
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_waiting_holds_nobody_up() {
        let budget = Budget::new(1.0, 1);
        budget.take(Priority::Desk, PATIENCE).await.unwrap();
        let gave_up = tokio::time::timeout(Duration::from_millis(10), budget.take(Priority::Desk, PATIENCE));
        assert!(gave_up.await.is_err());
        assert_eq!(budget.state().desk_waiting, 0);
    }
}
