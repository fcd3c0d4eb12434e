//! Those who do what the program wants done: the pollers and the desk, on threads of their own.
//!
//! They start after the first frame asked for them, so nothing on the screen waits for a socket, and
//! they take orders over a channel, so nothing on the screen waits for them later.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, Utc};
use tokio::sync::{Notify, mpsc, oneshot, watch};

use super::duty::Roll;
use super::emergency::Emergency;
use super::keeping::{self, Book};
use super::lookout::{self, Lookout};
use super::notifier::Notifier;
use super::opening::{self, Locked, Meanwhile};
use super::orders::{MOST, Order, Orders};
use super::refused::Refused as _;
use super::relaying::{self, Polling, Relays, Wanted};
use super::renewal::Renewal;
use super::view;
use crate::app::Event;
use crate::app::away::AloneNews;
use crate::clock::Clock;
use crate::desk::{self, Engine, Pace, Progress, Reading, Unfinished};
use crate::journal::{Home, Journal};
use crate::property::{Delta, Fault, FaultKind, Resource};
use crate::sandbox::{self, Sandbox};
use crate::seam::{Client, Settings};
use crate::sync::{self, Beat, Cadence};
use crate::text::Text;

/// How many messages may wait for the screen before those who send them wait too.
const MAILBOX: usize = 256;

/// How often the servers' clock is looked at.
const CLOCK_LOOK: Duration = Duration::from_secs(5);

/// Where the hotel is.
pub(super) enum Source {
    /// Behind an API.
    Api(Settings),
    /// The same, as soon as its key is had.
    Locked(Locked),
    /// In this process.
    Demo(sandbox::Options),
}

/// A journal that is being opened, or why it cannot be. It never comes where the program ends for that.
pub(super) type Opening = oneshot::Receiver<Result<Journal, Text>>;

/// Where the desk writes down what it does, and in whose name.
pub(super) struct Desk {
    /// The journal, as soon as it is open; none where nothing may be changed.
    pub(super) journal: Option<Opening>,
    /// Where it is, or would be, and the state directory.
    pub(super) home: Home,
    /// Whether it is the only property of this program: another's records are never told.
    pub(super) is_alone: bool,
    /// Whether it is on the screen.
    pub(super) is_front: bool,
    /// How long it waits for its turn, unless it is looked at.
    pub(super) delay: Duration,
    /// The relay to the other desks, where a store is shared.
    pub(super) relays: Option<Relays>,
    /// Who else is open, where a store is shared.
    pub(super) roll: Option<Roll>,
    /// What is done while that is away, on purpose.
    pub(super) emergency: Option<Emergency>,
    /// How many events are kept.
    pub(super) events_kept: usize,
    /// Who is at the desk.
    pub(super) operator: Option<Text>,
    /// The beat of the runtime.
    pub(super) beat: Beat,
    /// How often is asked, on that beat.
    pub(super) cadence: Cadence,
    /// Looks at the configuration.
    pub(super) renewal: Renewal,
    /// Who tells others.
    pub(super) notifier: Notifier,
}

/// What the screen hears from behind the stage.
pub(super) struct Backstage {
    /// News of the hotel.
    pub(super) deltas: mpsc::Receiver<Delta>,
    /// How actions get on.
    pub(super) progress: mpsc::Receiver<Progress>,
    /// News of the journal.
    pub(super) journal: mpsc::Receiver<Event>,
    /// How readings of cards get on.
    pub(super) readings: mpsc::Receiver<Reading>,
    /// Takes orders.
    pub(super) orders: Orders,
    /// Writes what is to be remembered of the screen; ends after the orders.
    pub(super) keeper: std::thread::JoinHandle<()>,
}

/// Starts everything behind the stage on the runtime this is called in. Without a journal nothing can be
/// changed.
pub(super) fn start(source: Source, clock: Clock, desk: Desk) -> Backstage {
    let (delta_out, deltas) = mpsc::channel(MAILBOX);
    let (progress_out, progress) = mpsc::channel(MAILBOX);
    let (news_out, journal) = mpsc::channel(MAILBOX);
    let (reading_out, readings) = mpsc::channel(MAILBOX);
    let (order_out, orders) = mpsc::channel(MOST);
    let (ask_out, asks) = mpsc::channel(MOST);
    let (name, hotel) = watch::channel(None);
    crate::task::spawn(lookout::answer(desk.home.clone(), desk.is_alone, hotel, asks, news_out.clone()));
    let (view, keeper) = view::keeper(desk.home.dir().to_owned(), news_out.clone());
    let near = Orders {
        orders: order_out,
        asks: ask_out,
        notifier: desk.notifier.clone(),
        news: news_out.clone(),
        state: desk.home.dir().to_owned(),
        view,
        clock: clock.clone(),
    };
    crate::task::spawn(async move {
        let told = delta_out.clone();
        let mouth = Mouth {
            deltas: delta_out,
            progress: progress_out,
            readings: reading_out,
            news: news_out,
            hotel: name,
        };
        if let Err(error) = work(source, clock.clone(), desk, mouth, orders).await {
            tracing::error!(%error, "nothing can be polled");
            let why =
                Fault { kind: FaultKind::Other, words: Text::new(format!("{error:#}")), request_id: None };
            for what in Resource::ALL {
                let delta = Delta::Failed { what, why: why.clone(), at: clock.now(), retry_at: None };
                let _ = told.send(delta).await;
            }
        }
    });
    Backstage { deltas, progress, journal, readings, orders: near, keeper }
}

/// Through which those behind the stage speak.
struct Mouth {
    deltas: mpsc::Sender<Delta>,
    progress: mpsc::Sender<Progress>,
    readings: mpsc::Sender<Reading>,
    news: mpsc::Sender<Event>,
    /// The name of the hotel in the journal, once it is known.
    hotel: watch::Sender<Option<Text>>,
}

async fn work(
    source: Source,
    clock: Clock,
    desk: Desk,
    mouth: Mouth,
    mut orders: mpsc::Receiver<Order>,
) -> Result<()> {
    let Desk { journal, home, relays, mut operator, mut is_front, delay, beat, cadence, mut renewal, .. } =
        desk;
    let (events_kept, roll, emergency) = (desk.events_kept, desk.roll, desk.emergency);
    let hurry = Notify::new();
    let mut meanwhile =
        Meanwhile { orders: &mut orders, operator: &mut operator, is_front: &mut is_front, hurry: &hurry };
    if meanwhile.wait(opening::turn(delay, &hurry)).await.is_none() {
        return Ok(());
    }
    // The hotel of a demo lives as long as this task.
    let (settings, hotel) = match source {
        Source::Api(settings) => (settings, None),
        Source::Locked(locked) => {
            let unlocking = opening::unlock(&locked, &clock, &mouth.deltas, &hurry);
            match meanwhile.wait(unlocking).await.flatten() {
                Some(settings) => (settings, None),
                None => return Ok(()),
            }
        }
        Source::Demo(options) => {
            let hotel = Sandbox::start(sandbox::Options { now: Some(clock.now()), ..options }).await?;
            let settings = Settings::new(hotel.endpoint(), hotel.api_key());
            (settings, Some(hotel))
        }
    };
    let client = Client::new(settings.clone())?;
    let tell: sync::Clock = {
        let clock = clock.clone();
        Arc::new(move || clock.now())
    };
    let wanted = Wanted {
        client: &client,
        settings,
        cadence,
        clock: &clock,
        events_kept,
        deltas: mouth.deltas.clone(),
        news: mouth.news.clone(),
        hurry: &hurry,
        roll: roll.clone(),
    };
    let Some(polling) = meanwhile.wait(Polling::begin(relays, wanted)).await else { return Ok(()) };
    polling.set_calm(!is_front);
    let mut journal = match journal {
        Some(opening) => match opening.await {
            Ok(Ok(journal)) => Some(journal),
            Ok(Err(why)) => {
                let _ = mouth.news.send(Event::Barred(why)).await;
                None
            }
            Err(_) => return Ok(()),
        },
        None => None,
    };
    let mut doers = Doers {
        engine: None,
        book: Book::new(journal.clone()),
        waiting: Vec::new(),
        operator,
        roll: roll.clone(),
        poke: Arc::default(),
        readings: mouth.readings,
        news: mouth.news,
    };
    let demo = hotel.is_some();
    let known = polling.hotel().cloned();
    let mut opening = std::pin::pin!(async {
        match known {
            Some(hotel) => hotel,
            None => keeping::hotel(&client, demo).await,
        }
    });
    let mut look = beat.after(CLOCK_LOOK);
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                None => {
                    polling.leave().await;
                    return Ok(());
                }
                Some(Order::FetchSecret(ask)) => relaying::fetch(&client, ask, doers.news.clone()),
                Some(Order::Emergency) => match &emergency {
                    Some(emergency) => emergency.take(),
                    None => {
                        let why = "no store is shared, or this desk is read-only".into();
                        let _ = doers.news.send(Event::Alone(AloneNews::NotBegun(why))).await;
                    }
                },
                Some(Order::PollNow) => polling.poll_now(),
                Some(Order::Front(on_screen)) => polling.set_calm(!on_screen),
                Some(Order::Watch(grants)) => polling.watch(grants),
                Some(order) => doers.take(order, clock.now()).await,
            },
            hotel = &mut opening, if doers.engine.is_none() => {
                doers.book.open(hotel.clone());
                let recorder = keeping::recorder(journal.take(), hotel.clone(), doers.operator.clone());
                let (out, tell) = (mouth.progress.clone(), Arc::clone(&tell) as desk::Clock);
                let engine = Arc::new(Engine::recorded(client.desk(), out, Pace::default(), tell, recorder));
                let _ = mouth.hotel.send(Some(hotel.clone()));
                if let (Some(emergency), Some(roll)) = (&emergency, &roll) {
                    let (home, poke) = (home.clone(), Arc::clone(&doers.poke));
                    emergency.tell(home, hotel.clone(), roll.clone(), (doers.news.clone(), poke));
                }
                let (weak, poke, out) = (Arc::downgrade(&engine), Arc::clone(&doers.poke), doers.news.clone());
                let (deltas, clock) = (mouth.deltas.clone(), clock.clone());
                let lookout = Lookout { home: home.clone(), hotel, engine: weak, poke, out, deltas, clock, beat };
                crate::task::spawn(lookout.keep());
                doers.begin(engine);
            }
            () = tokio::time::sleep_until(look) => {
                polling.follow_clock(&client, &clock);
                if let Some(told) = renewal.look() {
                    let _ = doers.news.send(Event::Configured(Box::new(told))).await;
                }
                look = beat.after(CLOCK_LOOK);
            }
        }
    }
}

/// Who carries out what a person confirmed, as soon as there is an engine.
struct Doers {
    engine: Option<Arc<Engine>>,
    /// Where the pages of the night are written.
    book: Book,
    /// What was ordered before.
    waiting: Vec<Order>,
    operator: Option<Text>,
    /// Who else is open.
    roll: Option<Roll>,
    /// Has the lookout look again.
    poke: Arc<Notify>,
    readings: mpsc::Sender<Reading>,
    news: mpsc::Sender<Event>,
}

impl Doers {
    fn begin(&mut self, engine: Arc<Engine>) {
        for order in std::mem::take(&mut self.waiting) {
            self.carry_out(&engine, order);
        }
        self.engine = Some(engine);
    }

    async fn take(&mut self, order: Order, now: DateTime<Utc>) {
        if let Order::Operator(name) = &order {
            self.operator.clone_from(name);
            if let Some(roll) = &self.roll {
                roll.set_operator(name.clone());
            }
        }
        match (self.engine.clone(), order) {
            (Some(engine), order) => self.carry_out(&engine, order),
            // Nobody is told to read what need not be read any more.
            (None, Order::StopReading(id)) => {
                self.waiting.retain(|order| !matches!(order, Order::ReadCard(ask) if ask.id == id));
            }
            (None, order) if self.waiting.len() < MOST => self.waiting.push(order),
            (None, order) => {
                if let Some(event) = order.refused(now) {
                    let _ = self.news.send(event).await;
                }
            }
        }
    }

    fn carry_out(&self, engine: &Arc<Engine>, order: Order) {
        match order {
            Order::Run(run, plan, pins) => drop(engine.start_with(run, *plan, pins)),
            Order::Control(run, control) => drop(engine.control(run, control)),
            Order::ReadCard(ask) => engine.read_card(ask, self.readings.clone()),
            Order::StopReading(id) => engine.stop_reading(id),
            Order::Resume(run, left) => drop(engine.resume(run, *left)),
            Order::LeaveAsItIs(left) => self.leave(Arc::clone(engine), left),
            Order::Operator(name) => engine.set_operator(name),
            Order::WritePage(page) => self.book.write(*page, self.news.clone()),
            Order::Attend(notes) => self.book.attend(*notes, self.news.clone(), Arc::clone(&self.poke)),
            Order::ReadExport(wanted) => keeping::read_export(*wanted, self.news.clone()),
            Order::SaveReport(file) => keeping::save_report(*file, self.news.clone()),
            // Those are the pollers'.
            Order::PollNow | Order::Front(_) | Order::Watch(_) => {}
            // That waits for no engine.
            Order::FetchSecret(_) | Order::Emergency => {}
        }
    }

    fn leave(&self, engine: Arc<Engine>, left: Box<Unfinished>) {
        let (poke, news) = (Arc::clone(&self.poke), self.news.clone());
        crate::task::spawn(async move {
            let why_not = engine.leave(&left).await.err().map(|e| Text::new(e.to_string()));
            let _ = news.send(Event::LeftAsItIs { left, why_not }).await;
            poke.notify_one();
        });
    }
}
