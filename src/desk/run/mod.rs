//! One run of one plan, step by step.
//!
//! For each step: look first and send nothing that is there already; send it once; then look until it
//! shows. What is sent and what is found are kept apart, so that a lost reply, a failed step tried again
//! and a run taken up later all go the same way. Each thing is written down before it is done.

mod api;
mod api_make;
mod assign;
mod await_looks;
mod book;
mod cut;
mod ear;
mod look;
mod made_looks;
mod notes;
mod on_card;
mod place;
mod send;
mod send_wish;
mod turn;
mod unlock;
mod veil;

use std::sync::Arc;

use tokio::sync::mpsc::Receiver;
use tokio::time::Instant;

use self::api::Api;
use self::book::Book;
pub(in crate::desk) use self::book::Joints;
use self::ear::{Ear, Word};
use self::look::{Memory, Stance};
use self::notes::Doubt;
use super::engine::Shared;
use super::unfinished::Known;
use super::{Action, Control, Outcome, Plan, ProgressKind, RunId, Step, StepState};
use crate::journal::IntentId;
use crate::property::CardCut;
use crate::seam::id::{EncoderId, GrantId, MethodId};
use crate::text::Text;

/// A plan on its way.
pub(super) struct Run {
    plan: Plan,
    shared: Arc<Shared>,
    api: Api,
    ear: Ear,
    book: Book,
    memory: Memory,
    /// The first step to go at; those before are over.
    from: usize,
    /// How many facts an earlier process had written, where one had begun it.
    taken_up: Option<usize>,
    /// What an earlier process may have sent; read back before anything is sent.
    doubt: Option<Doubt>,
    /// Why something that happened is not in the journal.
    unrecorded: Option<Text>,
    /// The state last told, so that nothing is told twice.
    told: Option<(usize, StepState)>,
    /// Whether the step at hand may have been sent.
    sent: bool,
    /// Encoders on which this run has cut a card.
    used: Vec<EncoderId>,
    /// Where the card of the step at hand was cut by this run.
    cut_at: Option<EncoderId>,
    /// What is on that card.
    card: Option<CardCut>,
    /// `action_attempt.error.type` of the encoding that failed last.
    attempt_error: Option<Text>,
    /// The card, by its step, for which somebody cleared the encoder, and of which cut before it.
    cleared: Option<(usize, Instant)>,
    /// Where and when a person said that the next card lies there.
    placed: Option<(EncoderId, Instant)>,
    /// What was accepted but has not reached every lock.
    open: Vec<Text>,
}

/// How one go at a step came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// As read back.
    Done(Text),
    /// Accepted; not everywhere yet.
    Open(Text),
    /// It did not happen.
    Failed { words: Text, next: Text, retry: bool },
    /// Once more from the start: a person said so.
    Again,
    /// A person stopped it; nothing of the step is in doubt.
    Stopped(Text),
    /// A person stopped it while it was in doubt.
    Doubt(Text),
}

impl Run {
    pub(super) fn new(id: RunId, plan: Plan, shared: Arc<Shared>, told: Receiver<Control>) -> Self {
        Self::under(IntentId::fresh(), id, plan, shared, told)
    }

    /// The run `intent` of the journal, taken up at the step `from`.
    pub(super) fn taken_up(
        id: RunId,
        (intent, plan, from, known): (IntentId, Plan, usize, Known),
        shared: Arc<Shared>,
        told: Receiver<Control>,
    ) -> Self {
        let mut run = Self::under(intent, id, plan, shared, told);
        run.recall(from, known);
        run
    }

    fn under(intent: IntentId, id: RunId, plan: Plan, shared: Arc<Shared>, told: Receiver<Control>) -> Self {
        Self {
            plan,
            api: Api::new(id, Arc::clone(&shared)),
            book: Book::new(Arc::clone(&shared.recorder), shared.joints.clone(), intent),
            shared,
            ear: Ear::new(told),
            memory: Memory::default(),
            from: 0,
            taken_up: None,
            doubt: None,
            unrecorded: None,
            told: None,
            sent: false,
            used: Vec::new(),
            cut_at: None,
            card: None,
            attempt_error: None,
            cleared: None,
            placed: None,
            open: Vec::new(),
        }
    }

    /// Carries out the plan and tells how it ended.
    pub(super) async fn go(mut self) {
        self.memory.pins = self.api.take_pins();
        if let Err(outcome) = self.open_book().await {
            return self.api.tell(ProgressKind::Ended(outcome)).await;
        }
        self.api.watch(watched(&self.plan.steps)).await;
        let api = self.api.clone();
        let outcome = tokio::select! {
            outcome = self.steps() => outcome,
            never = api.keep_watching() => match never {},
        };
        // Given back before it is told: the next plan may be for the same stay.
        let outcome = self.close_book(outcome).await;
        self.api.tell(ProgressKind::Ended(outcome)).await;
    }

    /// All steps that are left.
    async fn steps(&mut self) -> Outcome {
        for index in self.from..self.plan.steps.len() {
            if let Err(early) = self.step(index).await {
                return early;
            }
        }
        self.finished()
    }

    /// One step to its end, however often it takes; an error ends the run.
    async fn step(&mut self, index: usize) -> Result<(), Outcome> {
        let Some(step) = self.plan.steps.get(index).cloned() else { return Ok(()) };
        self.sent = self.doubt.as_ref().is_some_and(|doubt| doubt.step == index);
        (self.cut_at, self.card) = (None, None);
        let mut doubted = self.doubt.as_ref().is_some_and(|doubt| doubt.step == index);
        let mut noted = false;
        loop {
            self.ear.catch_up();
            if self.ear.stop {
                return Err(self.stopped(index, ""));
            }
            let begun = if noted { Ok(()) } else { self.note_before(index, &step).await };
            noted |= begun.is_ok();
            let verdict = match (begun, &step) {
                (Err(verdict), _) => verdict,
                (Ok(()), Step::Encode { .. }) => self.cut(index, &step).await,
                (Ok(()), Step::PlaceCard { .. }) => self.place(index, &step).await,
                (Ok(()), step) if step.changes() => self.carry_out(index, step).await,
                (Ok(()), step) => self.wait(index, step).await,
            };
            match verdict {
                Verdict::Done(words) => {
                    // Whoever took it up wants to know what became of what was in the air.
                    let words = if doubted { Text::new(format!("it had happened: {words}")) } else { words };
                    let state = StepState::Done { words };
                    self.note_after(index, &step, &state).await;
                    self.show(index, state).await;
                    return Ok(());
                }
                Verdict::Open(words) => {
                    self.open.push(words.clone());
                    let state = StepState::Pending { words };
                    self.note_after(index, &step, &state).await;
                    self.show(index, state).await;
                    return Ok(());
                }
                Verdict::Failed { words, next, retry } => {
                    doubted = false;
                    // What was said before the failure showed is no answer to it.
                    self.ear.catch_up();
                    let state = StepState::Failed { words: words.clone(), next: next.clone(), retry };
                    self.note_after(index, &step, &state).await;
                    self.show(index, state).await;
                    if !retry {
                        return Err(self.failed(index, &words, next));
                    }
                    if self.ear.word().await == Word::Stop {
                        return Err(self.stopped(index, &words));
                    }
                }
                Verdict::Again => {}
                Verdict::Stopped(words) => return Err(self.stopped(index, &words)),
                Verdict::Doubt(words) => {
                    let words = format!("{}: {words}. {}", step.words(), self.so_far(index));
                    return Err(Outcome::Unknown { words: Text::new(words.trim()) });
                }
            }
        }
    }

    fn stance(&self) -> Stance {
        if self.sent { Stance::Again } else { Stance::First }
    }

    /// Tells the state of a step, if it is another than before.
    async fn show(&mut self, index: usize, state: StepState) {
        let told = Some((index, state));
        if self.told != told {
            if let Some((index, state)) = told.clone() {
                self.api.tell(ProgressKind::Step { index, state }).await;
            }
            self.told = told;
        }
    }

    async fn running(&mut self, index: usize, words: impl AsRef<str>) {
        self.show(index, StepState::Running { words: Text::new(words) }).await;
    }

    async fn unknown(&mut self, index: usize, words: impl AsRef<str>, retry: bool) {
        self.show(index, StepState::Unknown { words: Text::new(words), retry }).await;
    }

    fn cards_waiting(&self) -> Vec<MethodId> {
        self.memory.waiting.iter().cloned().collect()
    }

    fn finished(&self) -> Outcome {
        let cards_waiting = self.cards_waiting();
        let done = match self.plan.action {
            Action::Extend => "the new dates are set",
            Action::Reissue => "the new card is cut and the lost one retired",
            Action::CheckOut => "the access is revoked",
            Action::Encode => "every card is cut",
            Action::Grant => "the access is given",
            Action::Move => "the access is moved",
            Action::LockOut => {
                "the new keys are made under a new reservation; have the guest open the door with a new card \
                 at once: only that ends the lost one"
            }
            Action::AddKey => "the new key is there",
            Action::RevokeKey => "the key is revoked",
            Action::NewLink => "the new Instant Key can be shared",
            Action::DeleteLink => "the Instant Key is deleted",
            Action::Unlock => "the door was opened",
            Action::MoreCards => "the new cards are there",
            Action::Assign => "the tag is the guest's card",
        };
        let cards = match cards_waiting.len() {
            0 => String::new(),
            n => format!("; {} for the encoder", super::facts::count(n, "card")),
        };
        let whom = self.whom();
        // What was done otherwise than asked comes first: it is what the guest must be told.
        if !self.memory.notes.is_empty() {
            let notes: Vec<&str> = self.memory.notes.iter().map(Text::as_str).collect();
            let open: Vec<String> =
                self.open.iter().map(|open| format!("; {open}: see Pending mutations")).collect();
            let words = format!("{whom}: {}. {done}{cards}{}", notes.join(". "), open.concat());
            return Outcome::Pending { words: Text::new(words), cards_waiting };
        }
        if self.open.is_empty() {
            return Outcome::Done { words: Text::new(format!("{whom}: {done}{cards}")), cards_waiting };
        }
        let open: Vec<&str> = self.open.iter().map(Text::as_str).collect();
        let words = format!("{whom}: {done}, but {}{cards}; see Pending mutations", open.join("; "));
        Outcome::Pending { words: Text::new(words), cards_waiting }
    }

    fn stopped(&self, index: usize, why: &str) -> Outcome {
        let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
        let words = format!("stopped{why}. {}", self.so_far(index));
        Outcome::Stopped { words: Text::new(words.trim()), cards_waiting: self.cards_waiting() }
    }

    fn failed(&self, index: usize, words: &Text, next: Text) -> Outcome {
        let step = self.plan.steps.get(index).map(Step::words).unwrap_or_default();
        let words = format!("{step}: {words}. {}", self.so_far(index));
        Outcome::Failed { words: Text::new(words.trim()), next }
    }

    /// What was done before the step `index`, and what was not.
    fn so_far(&self, index: usize) -> String {
        let words = |steps: &[Step]| {
            let words: Vec<String> =
                steps.iter().filter(|s| s.changes()).map(|s| s.words().to_string()).collect();
            words.join("; ")
        };
        let (before, after) = self.plan.steps.split_at_checked(index).unwrap_or_default();
        let parts = [("Done", words(before)), ("Not done", words(after))];
        let parts: Vec<String> =
            parts.iter().filter(|(_, w)| !w.is_empty()).map(|(name, w)| format!("{name}: {w}.")).collect();
        parts.join(" ")
    }

    /// "118 Lindqvist, Per".
    fn whom(&self) -> Text {
        let Plan { room, guest, .. } = &self.plan;
        if room.is_empty() { guest.clone() } else { Text::new(format!("{room} {guest}")) }
    }
}

/// The grants a plan changes.
pub(in crate::desk) fn watched(steps: &[Step]) -> Vec<GrantId> {
    let mut grants: Vec<GrantId> = Vec::new();
    for step in steps {
        let of: &[GrantId] = match step {
            Step::UpdateGrant { grant, .. }
            | Step::RequestCard { grant, .. }
            | Step::RequestMethod { grant, .. }
            | Step::AwaitMethod { grant, .. }
            | Step::DeleteGrant { grant, .. } => std::slice::from_ref(grant),
            Step::Encode { grants, .. }
            | Step::DeleteMethod { grants, .. }
            | Step::RevokeMethod { grants, .. }
            | Step::AssignCard { grants, .. }
            | Step::ConfirmGone { grants, .. }
            | Step::AwaitIssued { grants, .. }
            | Step::AwaitGone { grants, .. } => grants,
            // What a plan makes is watched once it is there.
            Step::AwaitReady { .. }
            | Step::CreateGuest(_)
            | Step::CreateGrant(_)
            | Step::AwaitGranted { .. }
            | Step::NewInstantKey { .. }
            | Step::DeleteInstantKey { .. }
            | Step::Unlock { .. }
            | Step::PlaceCard { .. } => &[],
        };
        for id in of {
            if !grants.contains(id) {
                grants.push(id.clone());
            }
        }
    }
    grants
}
