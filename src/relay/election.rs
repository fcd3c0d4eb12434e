//! Who polls a property: one desk, elected for a term.
//!
//! Each property has a seat. Who holds it polls, for a term; the hold runs out by the store's clock unless
//! it is renewed. Here is what one desk does about it: nothing but what happened and this desk's own clock
//! goes in, and what is to be done comes out. That clock only ever measures how long something took, so it
//! may show any time.
//!
//! Two never poll at once: a desk counts its hold from before it asked for it, the store from after, and the
//! desk stops a margin earlier. Nothing it reads after that counts either, for what is written is checked
//! against the seat by the store itself.

use std::time::Duration;

/// How long a hold lasts by the store's clock.
pub(super) const HOLD: Duration = Duration::from_secs(6);
/// How long before that a desk stops by its own.
pub(super) const MARGIN: Duration = Duration::from_secs(1);
/// How often a hold is renewed.
pub(super) const RENEW: Duration = Duration::from_secs(2);
/// The pause before something that was not answered is tried again.
const AGAIN: Duration = Duration::from_millis(500);
/// Desks that see a seat fall free try for it at different instants within this time.
const APART: Duration = Duration::from_millis(400);
/// How long a desk that gave up its seat because it could not read leaves it to others.
const LEAVE_FIRST: Duration = Duration::from_secs(5);
/// It leaves it longer each time, but never longer than this.
const LEAVE_MOST: Duration = Duration::from_secs(20);

/// An instant of this desk's clock: the time since some beginning, asleep or awake.
pub(super) type Mono = Duration;

/// The term of a seat: each desk that is elected begins one.
pub(super) type Term = i64;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Time passed.
    Tick,
    /// Somebody holds the seat for so long; nobody where it has run out.
    Seat { term: Term, left: Option<Duration> },
    /// The seat was given up.
    Freed,
    /// The seat is this desk's. It was asked for at `asked`.
    Won { term: Term, asked: Mono },
    /// The seat was somebody else's after all.
    Lost,
    /// The hold was renewed. That was asked for at `asked`.
    Renewed { term: Term, asked: Mono },
    /// The seat is no longer this desk's.
    Fenced { term: Term },
    /// The store did not answer what was asked last.
    Unanswered,
    /// This desk cannot read what it is to poll; another may.
    Unfit,
    /// It has read something: it is fit again.
    Fit,
    /// The program ends.
    Ends,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Do {
    /// Ask for the seat.
    Try,
    /// Renew the hold.
    Renew(Term),
    /// Begin to poll. The gate is open until [`Election::good_until`].
    Begin(Term),
    /// Stop polling, before anything else.
    Stop,
    /// Give the seat up, so that others need not wait until it runs out.
    Free(Term),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Somebody else polls, as far as is known, until `try_at`; not known where there is none.
    Following { try_at: Option<Mono> },
    /// The seat was asked for.
    Trying,
    /// This desk polls.
    Polling { term: Term, good_until: Mono, renew_at: Mono, is_asking: bool },
    /// It never will again.
    Ended,
}

/// One desk's part in the election for one property.
pub(super) struct Election {
    state: State,
    /// Until then the seat is left to others.
    leave_until: Mono,
    leave_next: Duration,
    /// From 0 up to 1, uniformly.
    chance: Box<dyn FnMut() -> f64 + Send>,
}

impl std::fmt::Debug for Election {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.state)
    }
}

impl Election {
    /// A desk that knows nothing yet.
    pub(super) fn new(chance: impl FnMut() -> f64 + Send + 'static) -> Self {
        Self {
            state: State::Following { try_at: None },
            leave_until: Mono::ZERO,
            leave_next: LEAVE_FIRST,
            chance: Box::new(chance),
        }
    }

    /// The term in which this desk polls.
    pub(super) fn term(&self) -> Option<Term> {
        match self.state {
            State::Polling { term, .. } => Some(term),
            _ => None,
        }
    }

    /// Until when this desk may send requests as the poller.
    pub(super) fn good_until(&self) -> Option<Mono> {
        match self.state {
            State::Polling { good_until, .. } => Some(good_until),
            _ => None,
        }
    }

    /// When time must pass next.
    pub(super) fn wakes_at(&self) -> Option<Mono> {
        match self.state {
            State::Following { try_at } => try_at,
            State::Polling { good_until, renew_at, is_asking, .. } => {
                Some(if is_asking { good_until } else { good_until.min(renew_at) })
            }
            State::Trying | State::Ended => None,
        }
    }

    /// Takes in what happened at `now` and says what is to be done, in this order.
    pub(super) fn hear(&mut self, now: Mono, heard: Heard) -> Vec<Do> {
        let mut todo = Vec::new();
        // First of all: whatever it is, nothing is polled once the time is over.
        if self.good_until().is_some_and(|until| until <= now) {
            self.follow(now);
            todo.push(Do::Stop);
        }
        match self.state {
            State::Following { try_at } => self.hear_following(now, try_at, heard, &mut todo),
            State::Trying => self.hear_trying(now, heard, &mut todo),
            State::Polling { term, .. } => self.hear_polling(now, term, heard, &mut todo),
            // It was asked for before the end.
            State::Ended => {
                if let Heard::Won { term, .. } = heard {
                    todo.push(Do::Free(term));
                }
            }
        }
        if heard == Heard::Ends {
            self.state = State::Ended;
        }
        todo
    }

    fn hear_following(&mut self, now: Mono, try_at: Option<Mono>, heard: Heard, todo: &mut Vec<Do>) {
        match heard {
            // What is told again does not put off a try: whoever is told often would never get to it.
            Heard::Seat { left: None, .. } if try_at.is_some_and(|at| at <= now + APART) => {}
            Heard::Seat { left, .. } => self.follow(now + left.unwrap_or_default()),
            Heard::Freed => self.follow(now),
            // An answer that came when nobody waited for it any more.
            Heard::Won { term, .. } => todo.push(Do::Free(term)),
            Heard::Tick if try_at.is_some_and(|at| at <= now) => {
                self.state = State::Trying;
                todo.push(Do::Try);
            }
            _ => {}
        }
    }

    fn hear_trying(&mut self, now: Mono, heard: Heard, todo: &mut Vec<Do>) {
        match heard {
            Heard::Won { term, asked } => {
                let good_until = asked + HOLD - MARGIN;
                if good_until <= now {
                    self.follow(now);
                    todo.push(Do::Free(term));
                    return;
                }
                let renew_at = asked + RENEW;
                self.state = State::Polling { term, good_until, renew_at, is_asking: false };
                todo.push(Do::Begin(term));
            }
            // When it runs out the next look tells.
            Heard::Lost => self.state = State::Following { try_at: None },
            Heard::Unanswered => self.follow(now + AGAIN),
            _ => {}
        }
    }

    fn hear_polling(&mut self, now: Mono, mine: Term, heard: Heard, todo: &mut Vec<Do>) {
        let State::Polling { good_until, renew_at, is_asking, .. } = &mut self.state else { return };
        match heard {
            Heard::Tick if *renew_at <= now && !*is_asking => {
                *is_asking = true;
                todo.push(Do::Renew(mine));
            }
            Heard::Renewed { term, asked } if term == mine => {
                *good_until = (*good_until).max(asked + HOLD - MARGIN);
                *renew_at = (*renew_at).max(asked + RENEW);
                *is_asking = false;
            }
            Heard::Unanswered => {
                *is_asking = false;
                *renew_at = now + AGAIN;
            }
            Heard::Fenced { term } if term == mine => {
                self.follow(now);
                todo.push(Do::Stop);
            }
            Heard::Seat { term, .. } if term > mine => {
                self.state = State::Following { try_at: None };
                todo.push(Do::Stop);
            }
            Heard::Unfit => {
                self.leave_until = now + self.leave_next;
                self.leave_next = (self.leave_next * 2).min(LEAVE_MOST);
                self.follow(now);
                todo.extend([Do::Stop, Do::Free(mine)]);
            }
            Heard::Fit => self.leave_next = LEAVE_FIRST,
            Heard::Ends => todo.extend([Do::Stop, Do::Free(mine)]),
            _ => {}
        }
    }

    /// Follows, and tries for the seat when it is free: at `free_at`, a little apart from the other desks.
    fn follow(&mut self, free_at: Mono) {
        let try_at = free_at + APART.mul_f64((self.chance)().clamp(0.0, 1.0));
        self.state = State::Following { try_at: Some(try_at.max(self.leave_until)) };
    }
}
