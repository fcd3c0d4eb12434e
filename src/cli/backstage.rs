//! Those who do what the program wants done: the pollers and the desk, on threads of their own.
//!
//! They start after the first frame asked for them, so nothing on the screen waits for a socket, and
//! they take orders over a channel, so nothing on the screen waits for them later.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::sync::{Notify, mpsc};

use super::keeping;
use crate::clock::Clock;
use crate::desk::{self, Control, Engine, Pace, Pins, Plan, Progress, Reading, ReadingAsk, ReadingId, RunId};
use crate::journal::Journal;
use crate::property::{Delta, Fault, FaultKind, Resource};
use crate::sandbox::{self, Sandbox};
use crate::seam::id::GrantId;
use crate::seam::{Client, Settings};
use crate::sync::{self, Cadence};
use crate::text::Text;
use crate::tui::driver::Hands;

/// How many messages may wait for the screen before those who send them wait too.
const MAILBOX: usize = 256;

/// How often the servers' clock is looked at.
const CLOCK_LOOK: Duration = Duration::from_secs(5);

/// Where the hotel is.
pub(super) enum Source {
    /// Behind an API.
    Api(Settings),
    /// In this process.
    Demo(sandbox::Options),
}

/// An order to those behind the stage.
enum Order {
    PollNow,
    Watch(Vec<GrantId>),
    Run(RunId, Box<Plan>, Pins),
    Control(RunId, Control),
    ReadCard(ReadingAsk),
    StopReading(ReadingId),
}

/// The near end of the order channel.
pub(super) struct Orders(mpsc::UnboundedSender<Order>);

impl Hands for Orders {
    fn poll_now(&self) {
        self.give(Order::PollNow);
    }
    fn watch(&self, grants: Vec<GrantId>) {
        self.give(Order::Watch(grants));
    }
    fn run(&self, run: RunId, plan: Plan, pins: Pins) {
        self.give(Order::Run(run, Box::new(plan), pins));
    }
    fn control(&self, run: RunId, control: Control) {
        self.give(Order::Control(run, control));
    }
    fn read_card(&self, ask: ReadingAsk) {
        self.give(Order::ReadCard(ask));
    }
    fn stop_reading(&self, id: ReadingId) {
        self.give(Order::StopReading(id));
    }
}

impl Orders {
    fn give(&self, order: Order) {
        // Nobody to take it means that the program is ending.
        let _ = self.0.send(order);
    }
}

/// What the screen hears from behind the stage.
pub(super) struct Backstage {
    /// News of the hotel.
    pub(super) deltas: mpsc::Receiver<Delta>,
    /// How actions get on.
    pub(super) progress: mpsc::Receiver<Progress>,
    /// How readings of cards get on.
    pub(super) readings: mpsc::Receiver<Reading>,
    /// Takes orders.
    pub(super) orders: Orders,
}

/// Starts everything behind the stage on the runtime this is called in. Without a journal nothing can be
/// changed.
pub(super) fn start(source: Source, clock: Clock, journal: Option<Journal>) -> Backstage {
    let (delta_out, deltas) = mpsc::channel(MAILBOX);
    let (progress_out, progress) = mpsc::channel(MAILBOX);
    let (reading_out, readings) = mpsc::channel(MAILBOX);
    let (order_out, orders) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let told = delta_out.clone();
        let out = Out { deltas: delta_out, progress: progress_out, readings: reading_out };
        if let Err(error) = work(source, clock.clone(), journal, out, orders).await {
            tracing::error!(%error, "nothing can be polled");
            let why =
                Fault { kind: FaultKind::Other, words: Text::new(format!("{error:#}")), request_id: None };
            for what in Resource::ALL {
                let delta = Delta::Failed { what, why: why.clone(), at: clock.now(), retry_at: None };
                let _ = told.send(delta).await;
            }
        }
    });
    Backstage { deltas, progress, readings, orders: Orders(order_out) }
}

/// Where news goes.
struct Out {
    deltas: mpsc::Sender<Delta>,
    progress: mpsc::Sender<Progress>,
    readings: mpsc::Sender<Reading>,
}

async fn work(
    source: Source,
    clock: Clock,
    journal: Option<Journal>,
    out: Out,
    mut orders: mpsc::UnboundedReceiver<Order>,
) -> Result<()> {
    let Out { deltas, progress, readings } = out;
    // The hotel of a demo lives as long as this task.
    let (settings, hotel) = match source {
        Source::Api(settings) => (settings, None),
        Source::Demo(options) => {
            let hotel = Sandbox::start(sandbox::Options { now: Some(clock.now()), ..options }).await?;
            let settings = Settings::new(hotel.endpoint(), hotel.api_key());
            (settings, Some(hotel))
        }
    };
    let client = Client::new(settings)?;
    let tell: sync::Clock = {
        let clock = clock.clone();
        Arc::new(move || clock.now())
    };
    let cadence = Cadence::default();
    if !answered(&client, &cadence, &tell, &deltas, &mut orders).await {
        return Ok(());
    }
    follow(&client, &clock);
    let polling = sync::start(&client, cadence, Arc::clone(&tell), deltas);
    let demo = hotel.is_some();
    let mut engine: Option<Engine> = None;
    let mut waiting = Vec::new();
    let mut unread: Vec<ReadingAsk> = Vec::new();
    let mut opening = std::pin::pin!(keeping::recorder(&client, journal, demo));
    let mut look = tokio::time::interval(CLOCK_LOOK);
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                None => return Ok(()),
                Some(Order::PollNow) => polling.poll_now(),
                Some(Order::Watch(grants)) => polling.watch(grants),
                Some(Order::Run(run, plan, pins)) => match &engine {
                    Some(engine) => drop(engine.start_with(run, *plan, pins)),
                    None => waiting.push((run, plan, pins)),
                },
                Some(Order::Control(run, control)) => {
                    if let Some(engine) = &engine {
                        engine.control(run, control);
                    }
                }
                Some(Order::ReadCard(ask)) => match &engine {
                    Some(engine) => engine.read_card(ask, readings.clone()),
                    None => unread.push(ask),
                },
                Some(Order::StopReading(id)) => {
                    unread.retain(|ask| ask.id != id);
                    if let Some(engine) = &engine {
                        engine.stop_reading(id);
                    }
                }
            },
            recorder = &mut opening, if engine.is_none() => {
                let (out, tell) = (progress.clone(), Arc::clone(&tell) as desk::Clock);
                let made = Engine::recorded(client.desk(), out, Pace::default(), tell, recorder);
                keeping::say_what_was_left(&made).await;
                for (run, plan, pins) in waiting.drain(..) {
                    made.start_with(run, *plan, pins);
                }
                for ask in unread.drain(..) {
                    made.read_card(ask, readings.clone());
                }
                engine = Some(made);
            }
            _ = look.tick() => follow(&client, &clock),
        }
    }
}

/// Waits until something answers at all. False where the program ends before.
async fn answered(
    client: &Client,
    cadence: &Cadence,
    tell: &sync::Clock,
    deltas: &mpsc::Sender<Delta>,
    orders: &mut mpsc::UnboundedReceiver<Order>,
) -> bool {
    let hurry = Notify::new();
    let knock = sync::knock(client, cadence, tell, deltas, &hurry);
    tokio::pin!(knock);
    loop {
        tokio::select! {
            () = &mut knock => return true,
            order = orders.recv() => match order {
                None => return false,
                Some(Order::PollNow) => hurry.notify_one(),
                // Nothing can be ordered for a hotel of which nothing has been read.
                Some(_) => {}
            },
        }
    }
}

/// Sets the clock by the servers' where this computer's is wrong.
fn follow(client: &Client, clock: &Clock) {
    if let Some(skew) = client.server_clock_skew()
        && clock.follow(skew)
    {
        tracing::warn!(seconds = skew.num_seconds(), "the servers' clock is followed");
    }
}
