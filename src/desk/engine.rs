//! The one engine that runs every plan.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::encoders::{Encoders, whole};
use super::listen::{Listener, listen};
use super::record::{Recorder, Unrecorded};
use super::run::{Joints, Run};
use super::scan::{Reading, ReadingAsk, ReadingId};
use super::{Control, Pace, Pins, Plan, Progress, RunId, Unfinished};
use crate::journal::{Claim, Fact, FactKind, JournalError, Wanted};
use crate::seam::Client;
use crate::text::Text;

/// What a person may have said to a run that it has not heard yet.
const WORDS: usize = 128;

/// Tells the time; only the engine reads it.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Runs plans, each as a task of its own. At most one run uses an encoder at a time; the others wait and
/// say so. Dropping the engine ends its tasks where they are: what had been sent stays sent, and the next
/// reading of the property tells what became of it.
pub struct Engine {
    shared: Arc<Shared>,
    runs: Mutex<HashMap<RunId, Handle>>,
    readings: Mutex<HashMap<ReadingId, Listener>>,
}

/// What all runs of an engine have in common.
pub(super) struct Shared {
    pub(super) client: Client,
    pub(super) out: mpsc::Sender<Progress>,
    pub(super) pace: Pace,
    pub(super) clock: Clock,
    pub(super) encoders: Encoders,
    pub(super) pins: Confided,
    pub(super) joints: Joints,
    pub(super) recorder: Arc<dyn Recorder>,
}

/// PINs that were chosen for runs, until the run takes them to itself.
#[derive(Debug, Default)]
pub(super) struct Confided(Mutex<HashMap<RunId, Pins>>);

impl Confided {
    /// The PINs of a run, which nobody else gets any more.
    pub(super) fn take(&self, run: RunId) -> Pins {
        whole(&self.0).remove(&run).unwrap_or_default()
    }
}

struct Handle {
    control: mpsc::Sender<Control>,
    task: AbortHandle,
}

impl Engine {
    /// An engine that speaks through `client`, tells everything to `out` and writes nothing down: for
    /// tests. When `out` is full, runs wait.
    pub fn new(client: Client, out: mpsc::Sender<Progress>, pace: Pace) -> Self {
        Self::with_clock(client, out, pace, Arc::new(Utc::now))
    }

    /// The same with another clock.
    pub fn with_clock(client: Client, out: mpsc::Sender<Progress>, pace: Pace, clock: Clock) -> Self {
        Self::recorded(client, out, pace, clock, Arc::new(Unrecorded))
    }

    /// The same, writing everything down in `recorder` before and after it is done. Where that is not
    /// possible, nothing is sent.
    pub fn recorded(
        client: Client,
        out: mpsc::Sender<Progress>,
        pace: Pace,
        clock: Clock,
        recorder: Arc<dyn Recorder>,
    ) -> Self {
        let (encoders, pins) = (Encoders::default(), Confided::default());
        let joints = Joints::default();
        let shared = Shared { client, out, pace, clock, encoders, pins, joints, recorder };
        Self { shared: Arc::new(shared), runs: Mutex::default(), readings: Mutex::default() }
    }

    /// Begins to carry out `plan`. Everything further comes as [`Progress`] of `run`, and ends with
    /// [`super::ProgressKind::Ended`]. Must be called inside a tokio runtime. A `run` that is still
    /// going on is left alone, and `false` returned.
    pub fn start(&self, run: RunId, plan: Plan) -> bool {
        self.spawn(run, |shared, told| Run::new(run, plan, shared, told))
    }

    /// The runs at this property that have not ended and whose process is gone, oldest first. A run of a
    /// process that was killed shows here once its lease has run out ([`Recorder::lease`]).
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn unfinished(&self) -> Result<Vec<Unfinished>, JournalError> {
        let records = self.shared.recorder.unfinished().await?;
        Ok(records.iter().filter_map(Unfinished::of).collect())
    }

    /// Whatever begins from now on is written down in this person's name.
    pub fn set_operator(&self, operator: Option<Text>) {
        self.shared.recorder.set_operator(operator);
    }

    /// Takes up a run where its process left it. What may have been sent is read back first; what did
    /// not happen is sent again only when a person says so. Otherwise as [`Engine::start`].
    pub fn resume(&self, run: RunId, left: Unfinished) -> bool {
        let Unfinished { id, plan, from_step, known, .. } = left;
        self.spawn(run, |shared, told| Run::taken_up(run, (id, plan, from_step, known), shared, told))
    }

    /// Writes down that a run is left as it is: a person looked at it and decided so. It is unfinished
    /// no longer.
    ///
    /// # Errors
    /// Where somebody has taken it up meanwhile, or it cannot be written down.
    pub async fn leave(&self, left: &Unfinished) -> Result<(), JournalError> {
        let Shared { recorder, clock, .. } = self.shared.as_ref();
        let name = Text::new(format!("{} run {}", recorder.hotel(), left.id));
        let who = recorder.who().name().clone();
        let wanted = Wanted { names: vec![name], run: left.id, whom: who.clone(), lasts: recorder.lease() };
        let Claim::Held { token, .. } = recorder.claim(wanted).await? else {
            return Err(JournalError::Fenced);
        };
        let words = format!("left as it is by {who}: {}", left.words());
        let fact = Fact::new(clock(), FactKind::Ended).says("left", words);
        let written = recorder.append(left.id, token, fact).await;
        recorder.release(token, false).await?;
        written
    }

    fn spawn(&self, run: RunId, make: impl FnOnce(Arc<Shared>, mpsc::Receiver<Control>) -> Run) -> bool {
        let mut runs = whole(&self.runs);
        runs.retain(|_, handle| !handle.task.is_finished());
        if runs.contains_key(&run) {
            return false;
        }
        let (control, told) = mpsc::channel(WORDS);
        let task = crate::task::spawn(make(Arc::clone(&self.shared), told).go()).abort_handle();
        runs.insert(run, Handle { control, task });
        true
    }

    /// [`Engine::start`] with the PINs that somebody chose for the plan, which are never in it.
    pub fn start_with(&self, run: RunId, plan: Plan, pins: Pins) -> bool {
        let busy = whole(&self.runs).get(&run).is_some_and(|handle| !handle.task.is_finished());
        if busy {
            return false;
        }
        whole(&self.shared.pins.0).insert(run, pins);
        self.start(run, plan)
    }

    /// Begins to read the card on an encoder once its turn has come; everything further goes to `out`.
    /// Changes nothing at Seam, so it is not written down. Must be called inside a tokio runtime.
    pub fn read_card(&self, ask: ReadingAsk, out: mpsc::Sender<Reading>) {
        let mut readings = whole(&self.readings);
        readings.retain(|_, listener| !listener.is_over());
        let id = ask.id;
        readings.insert(id, listen(Arc::clone(&self.shared), ask, out));
    }

    /// A card need not be read any more: a reading whose turn has not come ends; one that the encoder works
    /// on goes on, and nobody is told.
    pub fn stop_reading(&self, id: ReadingId) {
        if let Some(listener) = whole(&self.readings).get_mut(&id) {
            listener.stop();
        }
    }

    /// Tells a run something; `false` if it is over, or has not heard what a hundred presses said before.
    pub fn control(&self, run: RunId, control: Control) -> bool {
        whole(&self.runs).get(&run).is_some_and(|handle| handle.control.try_send(control).is_ok())
    }

    /// Whether any run is going on.
    pub fn is_busy(&self) -> bool {
        whole(&self.runs).values().any(|handle| !handle.task.is_finished())
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        for handle in whole(&self.runs).values() {
            handle.task.abort();
        }
        for listener in whole(&self.readings).values() {
            listener.abort();
        }
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("runs", &whole(&self.runs).keys().collect::<Vec<_>>()).finish()
    }
}
