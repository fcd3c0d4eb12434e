//! One desk's part in the relay of one property: polls it, or follows who does.

mod answers;
mod orders;
mod standing;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until};

use super::election::{Do, Election, Heard, Mono, Term};
use super::follow::{Follower, Page, Question};
use super::handover::Left;
use super::memory::Batch;
use super::poll::{FRONT, Health, Needs, Poller};
use super::station::{Seat, Station};
use super::table::{Table, Won};
use super::wake::mono;
use super::{SetClock, Standing};
use crate::property::Delta;
use crate::seam::chance;
use crate::seam::id::GrantId;
use crate::store::{Hearing, StoreError};

/// How many deltas may wait for the screen before no more are read.
const MOST_WAITING: usize = 256;
/// How often is looked for wishes of which nobody was told.
const WISHES: Duration = Duration::from_secs(10);
/// How long a desk's look at a property counts, and a wish for a reading of everything.
const WISH_LASTS: Duration = Duration::from_secs(30);
/// How often what is forgotten is taken out.
const PRUNE: Duration = Duration::from_secs(600);

/// What the screen wants.
#[derive(Debug)]
pub(super) enum Order {
    PollNow,
    Look(bool),
    Watch(Vec<GrantId>),
    /// What is on the screen was read by this desk for itself.
    Anew,
    /// The program ends; told when others know.
    Leave(oneshot::Sender<()>),
}

/// What the store said.
enum Answer {
    Tried { asked: Mono, told: Result<Option<Won>, StoreError> },
    Renewed { term: Term, asked: Mono, told: Result<bool, StoreError> },
    Told { term: Term, asked: Mono, told: Result<Option<i64>, StoreError> },
    Read { asked: Question, told: Result<Page, StoreError> },
    Left { term: Term, told: Result<Box<Left>, StoreError> },
    Wished(Result<Vec<String>, StoreError>),
    Pruned { term: Term, told: Result<Option<i64>, StoreError> },
}

/// What this desk is at.
enum Phase {
    Following,
    /// It was elected, and reads what the one before left.
    Loading(Term),
    Polling(Box<Poller>),
}

/// What a desk is started with.
pub(super) struct Place {
    pub(super) table: Table,
    pub(super) station: Station,
    pub(super) needs: Needs,
    pub(super) set_clock: SetClock,
    /// How many events are kept for those who follow.
    pub(super) events_kept: usize,
    pub(super) out: mpsc::Sender<Delta>,
    pub(super) standing: watch::Sender<Standing>,
}

pub(super) struct Desk {
    place: Place,
    election: Election,
    follower: Follower,
    phase: Phase,
    /// What is not on the screen yet.
    waiting: VecDeque<Delta>,
    answers: mpsc::UnboundedSender<Answer>,
    /// Who polls, as far as is known.
    seat: Seat,
    /// Whether the store did not answer when it was asked last.
    is_away: bool,
    is_looked_at: bool,
    look_again: Instant,
    wishes_at: Instant,
    prune_at: Instant,
    watched: BTreeMap<GrantId, Instant>,
    /// How often the API has been too slow for this desk in a row.
    slow: u32,
    /// What is told before the seat is given up.
    last_words: Option<Batch>,
}

/// Runs until the orders end, or nobody listens any more.
pub(super) async fn run(place: Place, mut orders: mpsc::UnboundedReceiver<Order>) {
    let hotel = place.table.hotel.clone();
    let mut seats = place.station.watch(&hotel);
    let mut told = place.station.store().hear("relay", &hotel);
    let mut freed = place.station.store().hear("seat", &hotel);
    let mut wished = place.station.store().hear("wish", &hotel);
    let (out, mut answers) = mpsc::unbounded_channel();
    let screen = place.out.clone();
    let mut desk = Desk::new(place, out);
    let mut leaving = None;
    loop {
        // Whatever happened: nothing is polled once the time is over.
        desk.hear(Heard::Tick);
        desk.ask();
        let wake = desk.wakes_at();
        let (poller, is_reading) = match &mut desk.phase {
            Phase::Polling(poller) => (Some(poller), desk.waiting.len() < MOST_WAITING),
            _ => (None, false),
        };
        let read = async {
            match poller {
                Some(poller) if is_reading => poller.deltas.recv().await,
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            order = orders.recv() => match order {
                Some(Order::Leave(done)) => {
                    leaving = Some(done);
                    break;
                }
                Some(order) => desk.obey(order),
                None => break,
            },
            answer = answers.recv() => if let Some(answer) = answer { desk.answered(answer) },
            seen = seats.recv() => if let Some(seen) = seen { desk.look(seen) },
            () = told.heard() => desk.told(&told),
            () = freed.heard() => desk.hear(Heard::Freed),
            () = wished.heard() => desk.ask_wishes(),
            place = screen.reserve(), if !desk.waiting.is_empty() => {
                let Ok(place) = place else { break };
                if let Some(delta) = desk.waiting.pop_front() {
                    place.send(delta);
                }
            },
            delta = read => match delta {
                Some(delta) => desk.read(delta),
                // Pollers end with those who listen to them, and this one does.
                None => desk.hear(Heard::Unfit),
            },
            () = sleep_until(wake) => {}
        }
    }
    desk.leave().await;
    if let Some(done) = leaving {
        let _ = done.send(());
    }
}

impl Desk {
    fn new(place: Place, answers: mpsc::UnboundedSender<Answer>) -> Self {
        let now = Instant::now();
        Self {
            place,
            election: Election::new(chance),
            follower: Follower::new(),
            phase: Phase::Following,
            waiting: VecDeque::new(),
            answers,
            seat: Seat::default(),
            is_away: false,
            is_looked_at: false,
            look_again: now,
            wishes_at: now + WISHES,
            prune_at: now + PRUNE,
            watched: BTreeMap::new(),
            slow: 0,
            last_words: None,
        }
    }

    /// When time must pass next, at the latest.
    fn wakes_at(&self) -> Instant {
        let now = Instant::now();
        let election = self.election.wakes_at().map(|at| now + at.saturating_sub(mono()));
        let write = match &self.phase {
            Phase::Polling(poller) => poller.write_at(),
            _ => None,
        };
        let own = match &self.phase {
            Phase::Polling(_) => self.wishes_at,
            _ => now + WISHES,
        };
        [election, write].into_iter().flatten().fold(own, Instant::min)
    }

    /// Takes in what happened, and does what is to be done about it.
    fn hear(&mut self, heard: Heard) {
        let now = mono();
        for todo in self.election.hear(now, heard) {
            match todo {
                Do::Try => {
                    self.send(
                        |table| async move { Answer::Tried { asked: now, told: table.try_seat().await } },
                    );
                }
                Do::Renew(term) => self.renew(term, now),
                Do::Begin(term) => self.phase = Phase::Loading(term),
                Do::Stop => {
                    self.phase = Phase::Following;
                    // What was read here and told to nobody is not what the others see.
                    self.follower.anew();
                    self.stand();
                }
                Do::Free(term) => self.free(term),
            }
        }
        if let (Phase::Polling(poller), Some(until)) = (&self.phase, self.election.good_until()) {
            poller.may_until(until);
        }
    }

    /// Asks the store for something, beside everything else.
    fn send<F>(&self, ask: impl FnOnce(Table) -> F)
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        let (asked, out) = (ask(self.place.table.clone()), self.answers.clone());
        crate::task::spawn(async move {
            let _ = out.send(asked.await);
        });
    }

    fn renew(&mut self, term: Term, asked: Mono) {
        if let Phase::Polling(poller) = &mut self.phase {
            // What is written holds the seat, too.
            if poller.is_writing() || self.write() {
                return;
            }
        }
        self.send(move |table| async move { Answer::Renewed { term, asked, told: table.renew(term).await } });
    }

    fn free(&mut self, term: Term) {
        let table = self.place.table.clone();
        let last_words = self.last_words.take();
        crate::task::spawn(async move {
            if let Some(batch) = last_words {
                let _ = table.tell(term, &batch).await;
            }
            if let Err(error) = table.free(term).await {
                tracing::debug!(%error, "the seat could not be given up");
            }
        });
    }

    /// Writes what was read, where there is something and nothing else is being written. Says whether it does.
    fn write(&mut self) -> bool {
        let Phase::Polling(poller) = &mut self.phase else { return false };
        let Some(batch) = poller.write() else { return false };
        let (term, asked) = (poller.term, mono());
        self.send(
            move |table| async move { Answer::Told { term, asked, told: table.tell(term, &batch).await } },
        );
        true
    }

    /// Asks for what is to be asked for now.
    fn ask(&mut self) {
        let now = Instant::now();
        match &mut self.phase {
            Phase::Following | Phase::Loading(_) => {
                if let Some(asked) = self.follower.ask() {
                    self.send(
                        move |table| async move { Answer::Read { asked, told: table.read(asked).await } },
                    );
                }
                if self.is_looked_at && self.look_again <= now {
                    self.wish_look(WISH_LASTS, false);
                    self.look_again = now + WISHES;
                }
            }
            Phase::Polling(poller) => {
                if poller.is_slow(mono(), self.slow) {
                    tracing::warn!(
                        hotel = self.place.table.hotel,
                        "the API does not answer: another desk may poll"
                    );
                    self.slow += 1;
                    self.hear(Heard::Unfit);
                    return;
                }
                let term = poller.term;
                if poller.write_at().is_some_and(|at| at <= now) {
                    self.write();
                }
                if self.wishes_at <= now {
                    self.ask_wishes();
                }
                if self.prune_at <= now {
                    self.prune_at = now + PRUNE;
                    let kept = self.place.events_kept;
                    self.send(move |table| async move {
                        Answer::Pruned { term, told: table.prune(term, kept).await }
                    });
                }
            }
        }
    }

    fn ask_wishes(&mut self) {
        self.wishes_at = Instant::now() + WISHES;
        if matches!(self.phase, Phase::Polling(_)) {
            self.send(|table| async move { Answer::Wished(table.wished().await) });
        }
    }

    fn told(&mut self, told: &Hearing) {
        if !matches!(self.phase, Phase::Polling(_)) {
            self.follower.hear(told.number());
        }
    }

    /// What the pollers read.
    fn read(&mut self, delta: Delta) {
        let Phase::Polling(poller) = &mut self.phase else { return };
        let (delta, health) = poller.take(delta);
        self.waiting.push_back(delta);
        match health {
            Health::Good => {
                self.slow = 0;
                self.hear(Heard::Fit);
            }
            Health::Bad => {
                // Everybody is to see why; then another may try.
                self.last_words = poller.write();
                self.hear(Heard::Unfit);
            }
            Health::Unknown => {}
        }
    }

    /// Gives up what it holds, and waits until that is told, for a moment.
    async fn leave(mut self) {
        let held = self.election.term();
        self.phase = Phase::Following;
        if let Some(term) = held {
            let _ = self.place.table.free(term).await;
        }
        if self.is_looked_at {
            let what = [format!("{FRONT}{}", self.place.table.desk)];
            let _ = self.place.table.wish(&what, Duration::ZERO, false).await;
        }
    }
}
