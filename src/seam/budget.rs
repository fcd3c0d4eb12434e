//! One budget of requests for everything that talks to Seam.
//!
//! Seam documents limits per lock only, so the client keeps to a modest rate of its own: a token bucket,
//! with a burst for start-up. What a person waits for goes first, and the last tokens are kept for it; but
//! however much is asked for at the desk, one turn in four goes to the background while it waits. A board
//! that is never read again would be too old to act on, and nobody at the desk would be served for long.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as Turnstile, Notify};
use tokio::time::{Instant, sleep};

/// Who is waiting for the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priority {
    /// A person at the desk.
    #[default]
    Desk,
    /// The pollers; they yield to the desk, three times in a row at most.
    Background,
    /// The first reading of everything. It waits for no token and takes none: whoever asks sends few
    /// requests side by side. As soon as Seam asks for a pause it is over, and what is left is background.
    Opening,
}

/// Sleeping less than the timer can tell would spin.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);
/// After so many turns of the desk the next is the background's, where it waits for one.
const DESK_IN_A_ROW: u32 = 3;

/// A token bucket with two queues.
pub(super) struct Budget {
    per_second: f64,
    burst: f64,
    reserve: f64,
    state: Mutex<State>,
    desk: Turnstile<()>,
    background: Turnstile<()>,
    /// Tells the background that the next turn is its own.
    yielded: Notify,
}

struct State {
    tokens: f64,
    counted_at: Instant,
    closed_until: Option<Instant>,
    desk_waiting: u32,
    background_waiting: u32,
    /// Turns the desk has had while the background waited for one.
    desk_in_a_row: u32,
    /// Whether Seam has never asked for a pause.
    is_open: bool,
}

impl State {
    fn waiting(&mut self, priority: Priority) -> &mut u32 {
        match priority {
            Priority::Desk => &mut self.desk_waiting,
            Priority::Background | Priority::Opening => &mut self.background_waiting,
        }
    }

    /// Whether the next turn is the background's.
    fn is_yielded(&self) -> bool {
        self.background_waiting > 0 && self.desk_in_a_row >= DESK_IN_A_ROW
    }
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
                background_waiting: 0,
                desk_in_a_row: 0,
                is_open: true,
            }),
            desk: Turnstile::new(()),
            background: Turnstile::new(()),
            yielded: Notify::new(),
        }
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// The time left, where Seam asked for a pause of more than `patience`.
    pub(super) async fn take(&self, priority: Priority, patience: Duration) -> Result<(), Duration> {
        let priority = match priority {
            Priority::Opening if self.state().is_open => return Ok(()),
            Priority::Opening => Priority::Background,
            other => other,
        };
        let _counted = Waiting::new(self, priority);
        let queue = match priority {
            Priority::Desk => &self.desk,
            Priority::Background | Priority::Opening => &self.background,
        };
        // Only the head of each queue looks at the bucket, so turns are taken in order of arrival.
        let _turn = queue.lock().await;
        loop {
            match self.turn(priority) {
                Turn::Taken => return Ok(()),
                Turn::Closed(left) if left > patience => return Err(left),
                Turn::Closed(left) => sleep(left.max(SHORTEST_WAIT)).await,
                Turn::After(left) => self.rest(priority, left.max(SHORTEST_WAIT)).await,
            }
        }
    }

    /// Waits for tokens; the background also until the desk yields, for then it needs fewer.
    async fn rest(&self, priority: Priority, pause: Duration) {
        match priority {
            Priority::Desk => sleep(pause).await,
            Priority::Background | Priority::Opening => tokio::select! {
                () = sleep(pause) => {}
                () = self.yielded.notified() => {}
            },
        }
    }

    /// Nobody sends anything for `pause`; then the sustained rate holds, without a burst.
    pub(super) fn close_for(&self, pause: Duration) {
        let mut state = self.state();
        let until = Instant::now() + pause;
        state.closed_until = Some(state.closed_until.map_or(until, |old| old.max(until)));
        state.tokens = state.tokens.min(1.0);
        state.is_open = false;
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
        let needed = match (priority, state.is_yielded()) {
            (Priority::Desk, false) | (Priority::Background | Priority::Opening, true) => 1.0,
            // One is the background's.
            (Priority::Desk, true) => 2.0,
            (Priority::Background | Priority::Opening, false) => {
                1.0 + self.reserve + f64::from(state.desk_waiting)
            }
        };
        if state.tokens >= needed {
            state.tokens -= 1.0;
            let row = state.desk_in_a_row;
            state.desk_in_a_row = match priority {
                Priority::Desk if state.background_waiting > 0 => row.saturating_add(1),
                Priority::Desk | Priority::Background | Priority::Opening => 0,
            };
            if state.is_yielded() {
                self.yielded.notify_one();
            }
            return Turn::Taken;
        }
        Turn::After(Duration::from_secs_f64(((needed - state.tokens) / self.per_second).min(3600.0)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts one who waits, also where the waiting is given up.
struct Waiting<'a>(&'a Budget, Priority);

impl<'a> Waiting<'a> {
    fn new(budget: &'a Budget, priority: Priority) -> Self {
        *budget.state().waiting(priority) += 1;
        Self(budget, priority)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        let waiting = state.waiting(self.1);
        *waiting = waiting.saturating_sub(1);
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
    async fn the_first_reading_waits_for_nothing_until_a_pause_is_asked_for() {
        let budget = Budget::new(2.0, 5);
        let start = Instant::now();
        for _ in 0..1_000 {
            budget.take(Priority::Opening, PATIENCE).await.unwrap();
        }
        for _ in 0..5 {
            budget.take(Priority::Desk, PATIENCE).await.unwrap();
        }
        assert_eq!(start.elapsed(), Duration::ZERO, "and takes no token from the desk");
        budget.close_for(Duration::from_secs(10));
        for _ in 0..21 {
            budget.take(Priority::Opening, PATIENCE).await.unwrap();
        }
        assert!(start.elapsed() >= Duration::from_secs(20), "{:?}", start.elapsed());
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

    /// So many who ask again and again, and one channel that tells who had a turn.
    fn crowd(
        budget: &Arc<Budget>,
        desk: usize,
        background: usize,
    ) -> tokio::sync::mpsc::UnboundedReceiver<(Priority, Instant)> {
        let (tell, told) = tokio::sync::mpsc::unbounded_channel();
        let desk = std::iter::repeat_n(Priority::Desk, desk);
        for priority in desk.chain(std::iter::repeat_n(Priority::Background, background)) {
            let (budget, tell) = (Arc::clone(budget), tell.clone());
            tokio::spawn(async move {
                while budget.take(priority, PATIENCE).await.is_ok() {
                    if tell.send((priority, Instant::now())).is_err() {
                        return;
                    }
                }
            });
        }
        told
    }

    #[tokio::test(start_paused = true)]
    async fn one_turn_in_four_is_the_backgrounds_however_busy_the_desk_is() {
        for burst in [1, 2, 20] {
            let budget = Arc::new(Budget::new(2.0, burst));
            let start = Instant::now();
            let mut told = crowd(&budget, 12, 5);
            let mut turns = Vec::new();
            while start.elapsed() < Duration::from_secs(60) {
                turns.push(told.recv().await.unwrap());
            }
            // Whoever comes first has the burst to himself.
            let came = turns.iter().position(|(who, _)| *who == Priority::Background).unwrap();
            let while_waiting = turns[came..].split(|(who, _)| *who == Priority::Background);
            let longest = while_waiting.map(<[_]>::len).max();
            assert!(came <= burst as usize + 3, "burst {burst}: the first after {came}");
            assert!(longest <= Some(3), "burst {burst}: {longest:?} in a row");
            let back = turns.iter().filter(|(who, _)| *who == Priority::Background).count();
            assert!(back * 4 <= turns.len() + 4, "burst {burst}: the desk has the rest, {back}");
            let most = 120 + burst as usize + 1;
            assert!(turns.len() <= most && turns.len() + 2 >= 120, "burst {burst}: {}", turns.len());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_background_that_gives_up_its_turn_does_not_hold_up_the_desk() {
        let budget = Arc::new(Budget::new(2.0, 1));
        let back = {
            let budget = Arc::clone(&budget);
            tokio::spawn(async move {
                let _never = Waiting::new(&budget, Priority::Background);
                std::future::pending::<()>().await;
            })
        };
        tokio::task::yield_now().await;
        for _ in 0..3 {
            budget.take(Priority::Desk, PATIENCE).await.unwrap();
        }
        assert!(budget.state().is_yielded());
        back.abort();
        assert!(back.await.unwrap_err().is_cancelled());
        let start = Instant::now();
        budget.take(Priority::Desk, PATIENCE).await.unwrap();
        assert!(start.elapsed() <= Duration::from_secs(1), "{:?}", start.elapsed());
    }
}
