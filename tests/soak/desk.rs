//! The desk in a process of its own: everything of the program but the terminal. The pictures are drawn, and
//! nobody sees them. It is told the time and what to do on its standard input.

use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::app::keymap::Keymap;
use nightdesk::app::pane::PaneKind;
use nightdesk::app::{App, Effect, Event, Settings as Screen};
use nightdesk::desk::{Control, Engine, Ledger, Pace, Progress, Reading, RunId};
use nightdesk::journal::{Journal, Who};
use nightdesk::property::{Delta, Property, Settings as Hotel};
use nightdesk::seam::{Client, Settings};
use nightdesk::secret::Secret;
use nightdesk::sync::{self, Cadence};
use nightdesk::tui::glyphs::Glyphs;
use nightdesk::tui::theme::Theme;
use nightdesk::tui::views;
use nightdesk::tui::widgets::Look;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::facts::believed;
use crate::panes::panes;
use crate::person::Person;

/// What the process is told: endpoint, key, directory of the journal, seed, time.
pub const CHILD: &str = "NIGHTDESK_TEST_SOAK";
/// What stands before a line that is meant for the night.
pub const MARK: &str = "NIGHT ";
/// How long what a killed desk held stays held.
const LEASE: Duration = Duration::from_secs(4);
/// So often a person says "go on" to one run before they stop it.
const PATIENCE: usize = 5;
/// So many keys a beat: a quick hand.
const KEYS: usize = 3;

fn cadence() -> Cadence {
    let ms = Duration::from_millis;
    Cadence {
        events: ms(100),
        hot: ms(150),
        watched: ms(80),
        systems: ms(400),
        devices: ms(600),
        entrances: ms(900),
        encoders: ms(900),
        instant_keys: ms(900),
        spaces: ms(5_000),
        identities: ms(2_500),
        grants: ms(2_000),
        page: ms(10),
        doors: ms(10),
        overlap: Duration::from_secs(600),
        retry_first: ms(50),
        retry_cap: ms(400),
        ..Cadence::default()
    }
}

fn pace() -> Pace {
    let ms = Duration::from_millis;
    Pace {
        poll: ms(30),
        slowest: ms(120),
        settle: ms(900),
        issue: ms(2_500),
        ready: ms(2_000),
        encode: ms(2_500),
        gone: ms(2_500),
        swap: ms(300),
        watch: ms(500),
    }
}

/// What the desk is at, in words.
fn at_work(app: &App) -> Vec<String> {
    let running = app.jobs.running().map(|job| {
        let state = job.current().map(|(at, step)| format!("step {at} {}: {:?}", step.words, step.state));
        format!("{} {}", job.plan.doing(), state.unwrap_or_default())
    });
    running.chain(app.left.list().iter().map(|left| format!("left: {}", left.plan.doing()))).collect()
}

type Now = Arc<AtomicI64>;

fn instant(now: &Now) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(now.load(Ordering::SeqCst)).unwrap()
}

/// Runs the desk until it is told to stop, or killed.
pub fn run(told: &str) {
    // A task that panics must not be mourned in silence.
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("{panic}\n{}", std::backtrace::Backtrace::force_capture());
        std::process::abort();
    }));
    let told: Value = serde_json::from_str(told).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let (orders, heard) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            for line in std::io::stdin().lock().lines() {
                let order = line.ok().and_then(|line| serde_json::from_str(&line).ok());
                if order.is_none_or(|order| orders.send(order).is_err()) {
                    break;
                }
            }
        });
        Desk::open(&told).await.work(heard).await;
    });
    runtime.shutdown_background();
}

struct Desk {
    app: App,
    engine: Arc<Engine>,
    polling: sync::Handle,
    person: Person,
    theme: Theme,
    now: Now,
    acts: bool,
    /// How often each run was told to go on.
    pushed: std::collections::BTreeMap<RunId, usize>,
    frames: u64,
    deltas: mpsc::Receiver<Delta>,
    progress: mpsc::Receiver<Progress>,
    readings: mpsc::Receiver<Reading>,
    reads: mpsc::Sender<Reading>,
    events: mpsc::UnboundedReceiver<Event>,
    tells: mpsc::UnboundedSender<Event>,
}

impl Desk {
    async fn open(told: &Value) -> Self {
        let text = |name: &str| told[name].as_str().unwrap().to_owned();
        let now: Now = Arc::new(AtomicI64::new(told["now"].as_i64().unwrap()));
        let mut settings = Settings::new(text("endpoint"), Secret::new(text("key")));
        settings.requests_per_second = 100_000.0;
        settings.burst = 100_000;
        settings.read_timeout = Duration::from_millis(1_200);
        settings.total_timeout = Duration::from_millis(2_500);
        settings.retry_base = Duration::from_millis(10);
        let client = Client::new(settings).unwrap();
        let dir = text("dir");
        let journal = Journal::open_with(Path::new(&dir), Duration::from_secs(10), Arc::new(Utc::now));
        let journal = journal.await.unwrap();
        let who =
            Who { user: "maria".into(), host: "desk".into(), process: std::process::id(), ..Who::default() };
        let ledger = Ledger::new(journal, "harbour".into(), who).lasting(LEASE);
        let (out, progress) = mpsc::channel(256);
        let (clock, polled) = (Arc::clone(&now), Arc::clone(&now));
        let engine = Engine::recorded(
            client.clone(),
            out,
            pace(),
            Arc::new(move || instant(&clock)),
            Arc::new(ledger),
        );
        let (news, deltas) = mpsc::channel(256);
        let polling = sync::start(&client, cadence(), Arc::new(move || instant(&polled)), news);
        let screen = Screen {
            read_only: false,
            theme: "dark".into(),
            themes: Theme::names().map(str::to_owned).collect(),
            keymap: Keymap::new().unwrap(),
            encoder: None,
            own: Default::default(),
            sandbox: true,
            operator: Some("maria".into()),
            ask_operator: false,
        };
        let app = App::new(Property::new(Hotel::default(), instant(&now)), screen);
        let (reads, readings) = mpsc::channel(64);
        let (tells, events) = mpsc::unbounded_channel();
        Self {
            app,
            engine: Arc::new(engine),
            polling,
            person: Person::new(told["seed"].as_u64().unwrap()),
            theme: Theme::named("dark").unwrap(),
            now,
            acts: true,
            pushed: Default::default(),
            frames: 0,
            deltas,
            progress,
            readings,
            reads,
            events,
            tells,
        }
    }

    async fn work(mut self, mut orders: mpsc::UnboundedReceiver<Value>) {
        let mut beat = tokio::time::interval(Duration::from_millis(25));
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut left = tokio::time::interval(Duration::from_millis(500));
        loop {
            tokio::select! {
                biased;
                order = orders.recv() => match order {
                    Some(order) => self.obey(&order),
                    None => return,
                },
                Some(progress) = self.progress.recv() => self.update(Event::Job(progress)),
                Some(reading) = self.readings.recv() => self.update(Event::Reading(reading)),
                Some(event) = self.events.recv() => self.update(event),
                _ = beat.tick() => self.beat(),
                _ = left.tick() => self.look_for_left(),
                Some(delta) = self.deltas.recv() => self.update(Event::Data(delta)),
            }
        }
    }

    fn obey(&mut self, order: &Value) {
        if let Some(now) = order["now"].as_i64() {
            self.now.store(now, Ordering::SeqCst);
        }
        if let Some(acts) = order["acts"].as_bool() {
            self.acts = acts;
            self.pushed.clear();
            self.person.lay_down();
        }
        if order["poll"] == true {
            self.polling.poll_now();
        }
        if let Some(number) = order["report"].as_u64() {
            let app = &self.app;
            let busy = app.jobs.running().next().is_some()
                || !app.left.list().is_empty()
                || app.freeze.since().is_some()
                || !app.board.filter_of(PaneKind::Grants).is_empty();
            let believed = believed(&self.app.property);
            let report = json!({
                "report": number, "busy": busy, "lines": believed, "frames": self.frames,
                "panes": panes(app), "at": at_work(app),
            });
            let mut out = std::io::stdout().lock();
            writeln!(out, "\n{MARK}{report}").unwrap();
            out.flush().unwrap();
        }
    }

    /// Some time has passed: whoever waits for the person gets an answer, and the person goes on.
    fn beat(&mut self) {
        let waiting: Vec<RunId> =
            self.app.jobs.running().filter(|job| job.wants_person()).map(|job| job.run).collect();
        for run in waiting {
            let pushed = self.pushed.entry(run).or_default();
            *pushed += 1;
            let word = if *pushed > PATIENCE { Control::StopAfterStep } else { Control::Continue };
            self.engine.control(run, word);
        }
        for _ in 0..KEYS {
            let key = if self.acts { Some(self.person.busy()) } else { self.person.resting(&self.app) };
            self.update(key.map_or(Event::Tick, Event::Key));
            self.draw();
            if key.is_none() {
                break;
            }
        }
    }

    fn look_for_left(&self) {
        let (engine, tells) = (Arc::clone(&self.engine), self.tells.clone());
        tokio::spawn(async move {
            if let Ok(left) = engine.unfinished().await {
                let _ = tells.send(Event::Unfinished(left));
            }
        });
    }

    fn update(&mut self, event: Event) {
        // Time never goes back, and a person looks before they press.
        let look = if matches!(event, Event::Key(_)) { 400 } else { 0 };
        let at = instant(&self.now).max(self.app.now() + TimeDelta::milliseconds(look));
        let effects = self.app.update(at, event);
        for effect in effects.list {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::PollNow => self.polling.poll_now(),
            Effect::Watch(grants) => self.polling.watch(grants),
            Effect::Run(run, plan, pins) => drop(self.engine.start_with(run, *plan, pins)),
            Effect::Control(run, word) => drop(self.engine.control(run, word)),
            Effect::Resume(run, left) => drop(self.engine.resume(run, *left)),
            Effect::ReadCard(ask) => self.engine.read_card(ask, self.reads.clone()),
            Effect::StopReading(id) => self.engine.stop_reading(id),
            Effect::LeaveAsItIs(left) => {
                let (engine, tells) = (Arc::clone(&self.engine), self.tells.clone());
                tokio::spawn(async move {
                    let why_not = engine.leave(&left).await.err().map(|e| e.to_string().into());
                    let _ = tells.send(Event::LeftAsItIs { left, why_not });
                });
            }
            // The person stays to the end of the night, and nothing outside the desk listens.
            _ => {}
        }
    }

    fn draw(&mut self) {
        let area = Rect::new(0, 0, 120, 36);
        let mut buf = Buffer::empty(area);
        let look = Look { theme: &self.theme, glyphs: &Glyphs::UNICODE };
        let (room, _) = views::render(&self.app, look, area, &mut buf);
        self.frames += 1;
        self.update(Event::Drawn(room));
    }
}
