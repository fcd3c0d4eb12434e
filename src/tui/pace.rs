//! How far the terminal is behind: on a slow line not even its own buffers can tell, only it can.
//!
//! Every frame ends with a question that terminals answer when they have got that far. While an answer is
//! later than the line has ever been slow, the frames before are still on their way, and another one would
//! only make the person wait for more of them. A terminal that does not answer is never waited for.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Asks a terminal whether it is well; it answers `ESC [ 0 n` when it has come to the question.
pub const QUESTION: &[u8] = b"\x1b[5n";

/// How much later than usual an answer may be.
const SLACK: Duration = Duration::from_millis(15);
/// What the line carries in this time may be under way.
const CARRIES: Duration = Duration::from_millis(60);
/// A line that has never carried as many bytes a second is slow.
const SLOW: f64 = 6_000.0;
/// On a slow line a part of a frame takes about so long.
const PART: Duration = Duration::from_millis(100);
/// A part has at least so many bytes, however slow the line is: a row of a wide screen.
const LEAST: usize = 200;
/// After this the usual delay is measured anew, with the next frame on an idle line.
const STALE: Duration = Duration::from_secs(10);
/// An answer that has not come by then never does.
const LOST: Duration = Duration::from_secs(10);
/// After so long without a frame the line is idle.
const IDLE: Duration = Duration::from_secs(1);
/// A terminal that has left so many questions unanswered is asked no more.
const DEAF_AFTER: usize = 8;

/// The shortest way to the terminal and back, and when it was measured.
#[derive(Debug, Clone, Copy)]
struct Usual {
    delay: Duration,
    at: Instant,
}

/// A question under way.
#[derive(Debug, Clone, Copy)]
struct Asked {
    at: Instant,
    /// Whether the line was idle: then its answer tells how slow the line is, and not how full.
    alone: bool,
    /// Bytes of its frame.
    own: usize,
    /// Bytes of its frame and of those since the question before.
    bytes: usize,
}

/// What was asked and not yet answered.
#[derive(Debug, Default)]
pub struct Pace {
    asked: VecDeque<Asked>,
    usual: Option<Usual>,
    sent_at: Option<Instant>,
    /// Bytes that no question follows yet.
    unasked: usize,
    /// The most that the line has ever carried, in bytes a second.
    rate: f64,
}

impl Pace {
    /// Whether a frame that is sent now should end with the question: on an idle line one more is never too
    /// many.
    pub fn asks(&self, now: Instant) -> bool {
        match self.usual {
            Some(usual) => self.is_busy(now) || now.saturating_duration_since(usual.at) >= STALE,
            None => self.asked.len() < DEAF_AFTER,
        }
    }

    fn is_busy(&self, now: Instant) -> bool {
        self.sent_at.is_some_and(|at| now.saturating_duration_since(at) < IDLE)
    }

    /// A frame of so many bytes was sent, with the question where it `asks`.
    pub fn sent(&mut self, now: Instant, asks: bool, bytes: usize) {
        let alone = self.asked.is_empty() && !self.is_busy(now);
        self.sent_at = Some(now);
        // What was sent to an idle line is long through.
        self.unasked = if alone { bytes } else { self.unasked + bytes };
        if asks {
            let own = bytes;
            let bytes = std::mem::take(&mut self.unasked);
            self.asked.push_back(Asked { at: now, alone, own, bytes });
        }
    }

    /// It was answered.
    pub fn answered(&mut self, now: Instant) {
        let Some(asked) = self.asked.pop_front() else { return };
        let delay = now.saturating_duration_since(asked.at);
        // Only its own bytes are certain to have been carried since; the way there and back counts too. So a
        // line may seem slower than it is, never faster.
        self.rate = self.rate.max(asked.own as f64 / delay.as_secs_f64().max(0.001));
        let is_better = self.usual.is_none_or(|usual| {
            let is_stale = now.saturating_duration_since(usual.at) >= STALE;
            delay <= usual.delay || (is_stale && asked.alone)
        });
        if is_better {
            self.usual = Some(Usual { delay, at: now });
        }
    }

    /// Until when no frame should be sent, unless answers come sooner; nothing where one may be.
    pub fn behind(&mut self, now: Instant) -> Option<Instant> {
        let (usual, asked) = (self.usual?, *self.asked.front()?);
        let waited = now.saturating_duration_since(asked.at);
        if waited >= LOST {
            *self = Self::default();
            return None;
        }
        let under_way: usize = self.asked.iter().map(|asked| asked.bytes).sum();
        let is_full = under_way as f64 > self.rate * CARRIES.as_secs_f64();
        (is_full || waited > usual.delay + SLACK).then(|| asked.at + LOST)
    }

    /// How many bytes a frame should have at most; none where the line carries any frame soon enough.
    pub fn most(&self) -> Option<usize> {
        let is_slow = self.usual.is_some() && self.rate > 0.0 && self.rate < SLOW;
        is_slow.then_some(((self.rate * PART.as_secs_f64()) as usize).max(LEAST))
    }

    /// Whether an answer is on its way.
    pub fn awaits(&self) -> bool {
        self.usual.is_some() && !self.asked.is_empty()
    }

    /// Another terminal may be there now.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn a_terminal_that_never_answers_is_never_waited_for_and_soon_not_asked() {
        let (mut pace, t) = (Pace::default(), Instant::now());
        let mut questions = 0;
        for n in 0..100 {
            let asks = pace.asks(t + ms(n));
            pace.sent(t + ms(n), asks, 300);
            questions += usize::from(asks);
            assert_eq!(pace.behind(t + ms(n * 1_000)), None);
        }
        assert_eq!(questions, DEAF_AFTER);
    }

    #[test]
    fn a_long_line_that_is_not_slow_carries_as_many_frames_as_fit_on_it() {
        let (mut pace, t) = (Pace::default(), Instant::now());
        pace.sent(t, true, 12_000);
        pace.answered(t + ms(250));
        for n in 0..8 {
            let at = t + ms(300 + 30 * n);
            assert_eq!(pace.behind(at), None, "frame {n}");
            pace.sent(at, true, 300);
        }
    }

    #[test]
    fn an_answer_that_is_late_holds_the_next_frame_up_until_it_comes() {
        let (mut pace, t) = (Pace::default(), Instant::now());
        pace.sent(t, true, 300);
        pace.answered(t + ms(20));
        pace.sent(t + ms(100), true, 300);
        assert_eq!(pace.behind(t + ms(120)), None);
        assert!(pace.behind(t + ms(160)).is_some());
        pace.answered(t + ms(200));
        assert_eq!(pace.behind(t + ms(200)), None);
    }

    #[test]
    fn an_answer_that_is_lost_holds_nothing_up_for_ever() {
        let (mut pace, t) = (Pace::default(), Instant::now());
        pace.sent(t, true, 300);
        pace.answered(t + ms(20));
        pace.sent(t + ms(100), true, 300);
        let until = pace.behind(t + ms(200)).unwrap();
        assert_eq!(pace.behind(until), None);
    }

    /// Frames of 300 bytes on a line of 2,500 bytes a second, one wanted every 30 ms.
    #[test]
    fn on_a_slow_line_what_is_under_way_stays_short() {
        let (mut pace, t) = (Pace::default(), Instant::now());
        let mut line = VecDeque::new();
        let mut free = t;
        let mut worst = Duration::ZERO;
        pace.sent(t, true, 300);
        pace.answered(t + ms(120));
        for n in 10..2_000 {
            let now = t + ms(30 * n);
            while line.front().is_some_and(|at| *at <= now) {
                pace.answered(line.pop_front().unwrap());
            }
            if pace.behind(now).is_none() {
                pace.sent(now, true, 300);
                free = free.max(now) + ms(120);
                line.push_back(free);
                worst = worst.max(free - now);
            }
        }
        assert!(worst <= ms(250), "{worst:?}");
    }
}
