//! How often a run looks, and how long it waits before it says that it does not know.

use std::time::Duration;

/// The patience of the engine. A test makes it short; nothing else about a run changes by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Between two readings of something that changes now.
    pub poll: Duration,
    /// The longest pause between two readings, when it takes long or reading fails.
    pub slowest: Duration,
    /// How long a request whose reply was lost may still show itself before the desk says that it did
    /// not happen. Counted from the first reading that succeeds.
    pub settle: Duration,
    /// How long methods may take to be issued again.
    pub issue: Duration,
    /// How long a card may take until the encoder can take it.
    pub ready: Duration,
    /// How long an encoding may take: a person looks for a card, the encoder waits for it.
    pub encode: Duration,
    /// How long deleted access may take to leave the locks.
    pub gone: Duration,
    /// How long after a cut the desk supposes that the card still lies on the encoder.
    pub swap: Duration,
    /// How often a run asks again that its grants are read often: whoever is asked does it for a minute.
    pub watch: Duration,
}

impl Default for Pace {
    /// One look a second; a minute and a half for an encoder, two minutes for locks.
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(1),
            slowest: Duration::from_secs(15),
            settle: Duration::from_secs(8),
            issue: Duration::from_secs(120),
            ready: Duration::from_secs(30),
            encode: Duration::from_secs(90),
            gone: Duration::from_secs(60),
            swap: Duration::from_secs(60),
            watch: Duration::from_secs(30),
        }
    }
}

/// The pauses between readings: even while things go as they should, longer and longer when not.
#[derive(Debug)]
pub(super) struct Rhythm {
    poll: Duration,
    slowest: Duration,
    next: Duration,
}

impl Rhythm {
    pub(super) fn new(pace: &Pace) -> Self {
        Self { poll: pace.poll, slowest: pace.slowest, next: pace.poll }
    }

    /// The pause after a reading that told something.
    pub(super) fn steady(&mut self) -> Duration {
        self.next = self.poll;
        self.poll
    }

    /// The pause after a failed reading, or when patience has run out.
    pub(super) fn slower(&mut self) -> Duration {
        let pause = self.next;
        self.next = (self.next * 2).min(self.slowest);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_slowest_and_start_over() {
        let mut r = Rhythm::new(&Pace::default());
        let secs: Vec<u64> = (0..6).map(|_| r.slower().as_secs()).collect();
        assert_eq!(secs, [1, 2, 4, 8, 15, 15]);
        assert_eq!(r.steady().as_secs(), 1);
        assert_eq!(r.slower().as_secs(), 1);
    }
}
