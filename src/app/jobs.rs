//! What the desk is doing and did since the program started.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};

use crate::desk::room_move::{self, HalfWay};
use crate::desk::{self, Action, Outcome, Pins, Plan, Progress, ProgressKind, RunId, StepState};
use crate::order::Arrange as _;
use crate::property::{Property, StayId};
use crate::seam::id::MethodId;
use crate::text::Text;

/// How many ended runs are kept on the screen's list.
const KEPT: usize = 100;

/// An action on its way, or one that ended.
#[derive(Clone, Debug)]
pub struct Job {
    /// Which run.
    pub run: RunId,
    /// What is done.
    pub action: Action,
    /// For whose stay.
    pub stay: StayId,
    /// The guest.
    pub guest: Text,
    /// The room.
    pub room: Text,
    /// The plan as it was confirmed.
    pub plan: Plan,
    /// The PINs that went with it: without them a run that is gone on with would make others.
    pins: Pins,
    /// Its steps in order: what, where it stands, since when.
    pub steps: Vec<JobStep>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// How and when it ended.
    pub ended: Option<(DateTime<Utc>, Outcome)>,
}

/// A step of a job.
#[derive(Clone, Debug)]
pub struct JobStep {
    /// In words.
    pub words: Text,
    /// Where it stands.
    pub state: StepState,
    /// Since when it stands there.
    pub since: DateTime<Utc>,
}

impl Job {
    /// Whether it is still on its way.
    pub fn is_running(&self) -> bool {
        self.ended.is_none()
    }

    /// The step that has not ended and comes first; the last where all have ended.
    pub fn current(&self) -> Option<(usize, &JobStep)> {
        let open = self.steps.iter().position(|s| !matches!(s.state, StepState::Done { .. }));
        let at = open.unwrap_or(self.steps.len().saturating_sub(1));
        self.steps.get(at).map(|s| (at, s))
    }

    /// How many steps are done.
    pub fn done(&self) -> usize {
        self.steps.iter().filter(|s| matches!(s.state, StepState::Done { .. })).count()
    }

    /// Cards that can be cut now that the run is over.
    pub fn cards_waiting(&self) -> &[MethodId] {
        match &self.ended {
            Some((
                _,
                Outcome::Done { cards_waiting, .. }
                | Outcome::Pending { cards_waiting, .. }
                | Outcome::Stopped { cards_waiting, .. },
            )) => cards_waiting,
            _ => &[],
        }
    }

    /// Where it stands between two rooms, if it has left the one and not reached the other.
    pub fn half_way(&self, p: &Property) -> Option<HalfWay> {
        let done = |i| {
            let state = self.steps.get(i).map(|step: &JobStep| &step.state);
            matches!(state, Some(StepState::Done { .. } | StepState::Pending { .. }))
        };
        room_move::half_way(p, &self.plan, done)
    }

    /// The stay it has led to, which may be another than the one it began with.
    pub fn stay_after(&self, p: &Property) -> Option<StayId> {
        desk::stay_after(p, &self.plan)
    }

    /// The stays whose cards wait now that it is over, the one it was for first.
    pub fn stays_to_cut(&self, p: &Property) -> Vec<StayId> {
        let of_card = |card: &MethodId| {
            let grants = p.grants_of_method(card);
            grants.first().and_then(|grant| p.stay_of_grant(&grant.id)).cloned()
        };
        let mut stays: Vec<StayId> = self.cards_waiting().iter().filter_map(of_card).collect();
        stays.arrange();
        stays.dedup();
        let first = self.stay_after(p);
        stays.arrange_by_key(|id| Some(id) != first.as_ref());
        stays
    }

    /// Whether it waits for the person.
    pub fn wants_person(&self) -> bool {
        self.is_running()
            && self.current().is_some_and(|(_, s)| {
                matches!(
                    s.state,
                    StepState::Asking { .. }
                        | StepState::Failed { retry: true, .. }
                        | StepState::Unknown { retry: true, .. }
                )
            })
    }
}

/// All of them, the newest last.
#[derive(Clone, Debug, Default)]
pub struct Jobs {
    list: Vec<Job>,
    last: u64,
    /// Confirmed, and waiting for one of those that go on side by side to end.
    line: VecDeque<InLine>,
    /// Those that were in the line and have begun.
    abreast: Vec<RunId>,
}

/// A run that waits for its turn.
type InLine = (RunId, Box<Plan>, Pins);

/// How many runs of the line go on at once. They share one budget of requests: more of them would only make each
/// other, and whatever a guest at the desk needs, wait.
const SIDE_BY_SIDE: usize = 6;

impl Jobs {
    /// All of them, the newest last.
    pub fn all(&self) -> &[Job] {
        &self.list
    }

    /// Those on their way.
    pub fn running(&self) -> impl Iterator<Item = &Job> {
        self.list.iter().filter(|j| j.is_running())
    }

    /// One of them.
    pub fn get(&self, run: RunId) -> Option<&Job> {
        self.list.iter().find(|j| j.run == run)
    }

    /// The plan of a run and its PINs once more, where it ended half-way and nothing was begun for the stay
    /// since: every step is read before it is sent, so what is done is not done again.
    pub fn rest(&self, run: RunId, p: &Property) -> Option<(Plan, Pins)> {
        let at = self.list.iter().position(|j| j.run == run)?;
        let (job, later) = self.list.get(at..)?.split_first()?;
        let left = !job.is_running() && later.iter().all(|j| j.stay != job.stay);
        (left && job.half_way(p).is_some()).then(|| (job.plan.clone(), job.pins.clone()))
    }

    /// The run that is at work on a stay.
    pub fn on_stay(&self, stay: &StayId) -> Option<&Job> {
        self.running().find(|j| j.stay == *stay)
    }

    /// Takes a plan on and gives it its number.
    pub fn begin(&mut self, plan: &Plan, pins: &Pins, now: DateTime<Utc>) -> RunId {
        self.last += 1;
        let run = RunId(self.last);
        let steps = plan
            .steps
            .iter()
            .map(|s| JobStep { words: s.words(), state: StepState::Waiting, since: now })
            .collect();
        self.list.push(Job {
            run,
            action: plan.action,
            stay: plan.stay.clone(),
            guest: plan.guest.clone(),
            room: plan.room.clone(),
            plan: plan.clone(),
            pins: pins.clone(),
            steps,
            started_at: now,
            ended: None,
        });
        self.forget_old();
        run
    }

    /// A run that was taken on waits for its turn; what is first in line begins with
    /// [`Jobs::next_in_line`].
    pub fn stand_in_line(&mut self, run: RunId, plan: Plan, pins: Pins) {
        self.line.push_back((run, Box::new(plan), pins));
    }

    /// The next run that may begin now, if one waits and few enough are going on.
    pub fn next_in_line(&mut self) -> Option<(RunId, Box<Plan>, Pins)> {
        let Self { list, abreast, .. } = self;
        abreast.retain(|run| list.iter().any(|job| job.run == *run && job.is_running()));
        if self.abreast.len() >= SIDE_BY_SIDE {
            return None;
        }
        let next = self.line.pop_front()?;
        self.abreast.push(next.0);
        Some(next)
    }

    /// Takes a run out of the line before it began. Says whether it was there.
    pub fn leave_line(&mut self, run: RunId, now: DateTime<Utc>) -> bool {
        let before = self.line.len();
        self.line.retain(|(id, ..)| *id != run);
        let left = self.line.len() < before;
        if let Some(job) = self.list.iter_mut().find(|j| j.run == run).filter(|_| left) {
            let words = "Stopped before it began: nothing was done.".into();
            job.ended = Some((now, Outcome::Stopped { words, cards_waiting: Vec::new() }));
        }
        left
    }

    /// Takes on the rest of a plan, from a step on: those before were done by another process.
    pub fn take_up(&mut self, plan: &Plan, from: usize, now: DateTime<Utc>) -> RunId {
        // The PINs went with the program that knew them.
        let run = self.begin(plan, &Pins::default(), now);
        for job in self.list.iter_mut().filter(|job| job.run == run) {
            for step in job.steps.iter_mut().take(from) {
                step.state = StepState::Done { words: Text::new(format!("{} (before)", step.words)) };
            }
        }
        run
    }

    fn forget_old(&mut self) {
        let mut over = self.list.iter().filter(|j| !j.is_running()).count().saturating_sub(KEPT);
        self.list.retain(|j| {
            let drop = over > 0 && !j.is_running();
            over -= usize::from(drop);
            !drop
        });
    }

    /// Notes how a run got on. Records that were read back are the caller's.
    pub fn note(&mut self, progress: &Progress) -> Option<&Job> {
        let job = self.list.iter_mut().find(|j| j.run == progress.run)?;
        match &progress.kind {
            ProgressKind::Step { index, state } => {
                let step = job.steps.get_mut(*index)?;
                step.state = state.clone();
                step.since = progress.at;
            }
            ProgressKind::Ended(outcome) => job.ended = Some((progress.at, outcome.clone())),
            ProgressKind::Read(_) | ProgressKind::Watch(_) => {}
        }
        Some(job)
    }
}
