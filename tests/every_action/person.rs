//! A desk and the person at it, who does what the screen asks for.

use std::time::Duration;

use nightdesk::desk::{
    Control as Say, Engine, Outcome, Pins, Plan, Progress, ProgressKind, RunId, Step, StepState,
};
use nightdesk::sandbox::Control;
use tokio::sync::mpsc;

/// How a run went.
#[derive(Debug)]
pub struct Went {
    pub outcome: Outcome,
    pub states: Vec<StepState>,
    /// How often somebody said that a door may be told once more to open.
    pub told_again: usize,
}

impl Went {
    pub fn is_done(&self) -> bool {
        matches!(self.outcome, Outcome::Done { .. })
    }

    /// Whether it went as `want` did. A PIN that somebody chose is in no journal: where it was lost with
    /// its process, the person is told so.
    pub fn is_as(&self, want: &Outcome) -> bool {
        let pin = |words: &str| words.contains("THE PIN IS NOT THE ONE");
        match (&self.outcome, want) {
            (Outcome::Done { .. }, Outcome::Done { .. }) => true,
            (Outcome::Pending { words, .. }, Outcome::Pending { words: want, .. }) => pin(words) == pin(want),
            (Outcome::Pending { words, .. }, Outcome::Done { .. }) => pin(words),
            _ => false,
        }
    }

    /// Whether it was said that nobody knew.
    pub fn was_unknown(&self) -> bool {
        self.states.iter().any(|s| matches!(s, StepState::Unknown { .. }))
    }
}

/// A desk, and what it tells.
pub struct Desk {
    pub engine: Engine,
    told: mpsc::Receiver<Progress>,
    hotel: Control,
    runs: u64,
    /// Whether the run that goes on opens a door.
    opens: bool,
}

const UNLOCK: &str = "/access_methods/unlock_door";

impl Desk {
    pub fn new(engine: Engine, told: mpsc::Receiver<Progress>, hotel: Control) -> Self {
        Self { engine, told, hotel, runs: 0, opens: false }
    }

    pub fn begin(&mut self, plan: Plan, pins: Pins) {
        self.runs += 1;
        self.opens = opens(&plan);
        assert!(self.engine.start_with(RunId(self.runs), plan, pins));
    }

    /// Takes up what is left, which is one run.
    pub async fn take_up(&mut self) {
        let mut left = self.engine.unfinished().await.unwrap();
        assert_eq!(left.len(), 1, "{left:?}");
        self.runs += 1;
        let left = left.remove(0);
        self.opens = opens(&left.plan);
        assert!(self.engine.resume(RunId(self.runs), left));
    }

    /// To the end of the run.
    pub async fn finish(&mut self) -> Went {
        let (mut states, mut told_again, mut answers) = (Vec::new(), 0, 0);
        loop {
            let next = tokio::time::timeout(Duration::from_secs(60), self.told.recv());
            let Progress { run, kind, .. } =
                next.await.unwrap_or_else(|_| panic!("the run hangs: {states:?}")).unwrap();
            match kind {
                ProgressKind::Step { state, .. } => {
                    if let Some(answer) = self.answer(&state) {
                        answers += 1;
                        assert!(answers < 20, "it asks and asks: {states:?}");
                        let doubtful = matches!(state, StepState::Unknown { .. });
                        told_again += usize::from(self.opens && doubtful && answer == Say::Continue);
                        self.engine.control(run, answer);
                    }
                    states.push(state);
                }
                ProgressKind::Ended(outcome) => return Went { outcome, states, told_again },
                ProgressKind::Read(_) | ProgressKind::Watch(_) => {}
            }
        }
    }

    /// What a person would say. Whether a door opened is asked of the guest.
    fn answer(&self, state: &StepState) -> Option<Say> {
        match state {
            StepState::Unknown { retry: true, .. } if self.opens && self.hotel.applied(UNLOCK) > 0 => {
                Some(Say::StopAfterStep)
            }
            StepState::Asking { .. }
            | StepState::Failed { retry: true, .. }
            | StepState::Unknown { retry: true, .. } => Some(Say::Continue),
            _ => None,
        }
    }
}

fn opens(plan: &Plan) -> bool {
    plan.steps.iter().any(|s| matches!(s, Step::Unlock { .. }))
}
