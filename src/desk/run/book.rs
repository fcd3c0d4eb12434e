//! A run's book: what it writes down before and after everything it does, and what it has claimed.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use chrono::{DateTime, Utc};
use tokio::sync::Mutex;
use tokio::task::AbortHandle;

use crate::desk::record::Recorder;
use crate::desk::{Action, MethodRef, Outcome, Plan, Step, StepState};
use crate::journal::{Claim, Fact, FactKind, Intent, IntentId, JournalError, Token, Wanted};
use crate::order::Arrange as _;
use crate::seam::id::{EncoderId, MethodId};
use crate::text::Text;

/// Why a run may not begin.
#[derive(Debug)]
pub(super) enum Closed {
    /// Somebody else is at it.
    Busy(Text),
    /// It cannot be written down.
    Unwritten(JournalError),
}

/// A claim that several runs of this engine hold together.
type Joint = (Text, Arc<Keeper>);

/// The claims that runs of an engine hold together, by name. What nobody holds any more has run out or was
/// given back.
#[derive(Clone, Default)]
pub(in crate::desk) struct Joints(Arc<Mutex<HashMap<Text, Weak<Keeper>>>>);

/// What a run writes to, under a claim of its own.
pub(super) struct Book {
    recorder: Arc<dyn Recorder>,
    run: IntentId,
    held: Option<Keeper>,
    /// What it holds together with other runs of this engine.
    shared: Vec<Joint>,
    joints: Joints,
}

impl Book {
    pub(super) fn new(recorder: Arc<dyn Recorder>, joints: Joints, run: IntentId) -> Self {
        Self { recorder, run, held: None, shared: Vec::new(), joints }
    }

    /// Claims what the plan touches and writes down that it begins, or that it is taken up after so many
    /// facts.
    pub(super) async fn open(
        &mut self,
        plan: &Plan,
        at: DateTime<Utc>,
        again: Option<usize>,
    ) -> Result<(), Closed> {
        let (own, joint) = self.names(plan);
        let keeper = self.hold(own, plan).await?;
        for name in joint {
            if let Err(closed) = self.join(name, plan).await {
                keeper.release(false).await;
                self.part().await;
                return Err(closed);
            }
        }
        let who = self.recorder.who();
        let written = if let Some(seen) = again {
            let words = format!("taken up by {}", who.name());
            let fact = Fact::new(at, FactKind::Taken).says("taken", words);
            let fact = Fact { ids: who.ids(), ..fact };
            self.recorder.take_up(self.run, keeper.token, fact, seen).await
        } else {
            match intent(self.run, plan, at, self.recorder.as_ref()) {
                Ok(intent) => self.recorder.begin(intent).await,
                Err(e) => Err(e),
            }
        };
        if let Err(e) = written {
            keeper.release(false).await;
            self.part().await;
            return Err(Closed::Unwritten(e));
        }
        self.held = Some(keeper);
        Ok(())
    }

    async fn hold(&self, names: Vec<Text>, plan: &Plan) -> Result<Keeper, Closed> {
        match self.claim(names, plan).await.map_err(Closed::Unwritten)? {
            Claim::Held { token, .. } => Ok(Keeper::new(Arc::clone(&self.recorder), token)),
            Claim::Busy { whom, left } => {
                let left = left.as_secs().max(1);
                let words =
                    format!("{whom}: that is still going on; if its program is gone, it is free in {left}s");
                Err(Closed::Busy(Text::new(words)))
            }
        }
    }

    /// Holds a name together with the runs of this engine that hold it already.
    async fn join(&mut self, name: Text, plan: &Plan) -> Result<(), Closed> {
        let joints = self.joints.clone();
        let mut joints = joints.0.lock().await;
        let known = joints.get(&name).and_then(Weak::upgrade);
        let joint = match known {
            Some(joint) => joint,
            None => {
                let joint = Arc::new(self.hold(vec![name.clone()], plan).await?);
                joints.insert(name.clone(), Arc::downgrade(&joint));
                joint
            }
        };
        self.shared.push((name, joint));
        Ok(())
    }

    /// Lets go of what is held together; the last one gives it back.
    async fn part(&mut self) {
        let joints = self.joints.clone();
        let mut joints = joints.0.lock().await;
        for (name, joint) in self.shared.drain(..) {
            if let Some(keeper) = Arc::into_inner(joint) {
                joints.remove(&name);
                keeper.release(false).await;
            }
        }
    }

    /// The names that only this run may hold, and those it holds together with other runs of this engine:
    /// the cards of one stay may be cut on several encoders at a time, each once.
    fn names(&self, plan: &Plan) -> (Vec<Text>, Vec<Text>) {
        let hotel = self.recorder.hotel();
        let grants = super::watched(&plan.steps);
        let mut own = vec![Text::new(format!("{hotel} run {}", self.run))];
        let mut whose = vec![Text::new(format!("{hotel} stay {}", plan.stay))];
        whose.extend(grants.iter().map(|grant| Text::new(format!("{hotel} grant {grant}"))));
        whose.arrange();
        whose.dedup();
        if plan.action == Action::Encode {
            own.extend(cards(plan).map(|card| Text::new(format!("{hotel} card {card}"))));
        } else {
            own.append(&mut whose);
        }
        own.arrange();
        own.dedup();
        (own, whose)
    }

    async fn claim(&self, names: Vec<Text>, plan: &Plan) -> Result<Claim, JournalError> {
        let Plan { room, guest, action, .. } = plan;
        let whom = format!("{}, {} {room} {guest}", self.recorder.place(), action.word());
        let wanted = Wanted { names, run: self.run, whom: Text::new(whom), lasts: self.recorder.lease() };
        self.recorder.claim(wanted).await
    }

    /// Claims an encoder for this run.
    pub(super) async fn claim_encoder(
        &self,
        encoder: &EncoderId,
        plan: &Plan,
    ) -> Result<Claim, JournalError> {
        let name = Text::new(format!("{} encoder {encoder}", self.recorder.hotel()));
        self.claim(vec![name], plan).await
    }

    /// Keeps what was claimed.
    pub(super) fn keep(&self, token: Token) -> Keeper {
        Keeper::new(Arc::clone(&self.recorder), token)
    }

    /// Writes a fact down. After an error nothing may be sent.
    pub(super) async fn write(&self, fact: Fact) -> Result<(), JournalError> {
        let token = self.held.as_ref().map_or(Token::NONE, |keeper| keeper.token);
        self.recorder.append(self.run, token, fact).await
    }

    /// Writes down how the run ended and gives back what it had claimed.
    pub(super) async fn close(
        &mut self,
        at: DateTime<Utc>,
        outcome: &Outcome,
        words: Text,
    ) -> Result<(), JournalError> {
        let fact = Fact::new(at, FactKind::Ended).says(outcome_word(outcome), words);
        let written = self.write(fact).await;
        if let Some(keeper) = self.held.take() {
            keeper.release(false).await;
        }
        self.part().await;
        written
    }
}

/// The cards a plan cuts that were there when it was made.
fn cards(plan: &Plan) -> impl Iterator<Item = &MethodId> {
    plan.steps.iter().filter_map(|step| match step {
        Step::Encode { method: MethodRef::Known(card), .. } => Some(card),
        _ => None,
    })
}

fn intent(
    run: IntentId,
    plan: &Plan,
    at: DateTime<Utc>,
    recorder: &dyn Recorder,
) -> Result<Intent, JournalError> {
    let json = |e: serde_json::Error| JournalError::Closed {
        words: Text::new(format!("the plan cannot be written down: {e}")),
    };
    let plain = serde_json::to_value(plan).map_err(json)?;
    let action = plain.get("action").and_then(|a| a.as_str()).map(Text::new).unwrap_or_default();
    Ok(Intent {
        id: run,
        at,
        hotel: recorder.hotel(),
        action,
        stay: Text::new(plan.stay.to_string()),
        guest: plan.guest.clone(),
        room: plan.room.clone(),
        plan: plain,
        who: recorder.who(),
    })
}

/// The word an outcome is stored by.
fn outcome_word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done { .. } => "done",
        Outcome::Pending { .. } => "pending",
        Outcome::Stopped { .. } => "stopped",
        Outcome::Failed { .. } => "failed",
        Outcome::Unknown { .. } => "unknown",
    }
}

/// An outcome's words.
pub(super) fn outcome_words(outcome: &Outcome) -> &Text {
    match outcome {
        Outcome::Done { words, .. }
        | Outcome::Pending { words, .. }
        | Outcome::Stopped { words, .. }
        | Outcome::Failed { words, .. }
        | Outcome::Unknown { words } => words,
    }
}

/// The word the state of a step that is over for now is stored by, and its words.
pub(super) fn settled(state: &StepState) -> Option<(&'static str, &Text)> {
    match state {
        StepState::Done { words } => Some(("done", words)),
        StepState::Pending { words } => Some(("pending", words)),
        StepState::Failed { words, .. } => Some(("failed", words)),
        _ => None,
    }
}

/// What a change says of itself before it is sent.
pub(super) fn sending(at: DateTime<Utc>, index: usize, step: &Step) -> Fact {
    let fact = Fact::new(at, FactKind::Sending).step(index);
    match step {
        Step::UpdateGrant { grant, .. } => {
            fact.says("/access_grants/update", step.words()).id("access_grant_id", grant)
        }
        Step::RequestCard { grant, .. } => {
            fact.says("/access_grants/request_access_methods", step.words()).id("access_grant_id", grant)
        }
        Step::Encode { .. } => fact.says("/access_methods/encode", step.words()),
        Step::DeleteMethod { method, .. } => {
            fact.says("/access_methods/delete", step.words()).id("access_method_id", method)
        }
        Step::DeleteGrant { grant, .. } => {
            fact.says("/access_grants/delete", step.words()).id("access_grant_id", grant)
        }
        other => match other.path() {
            Some(path) => fact.says(path, other.words()),
            None => fact,
        },
    }
}

/// Holds a claim for as long as it lives: renews it again and again. When it is dropped without being
/// given back, as when the program dies, the claim runs out by itself.
pub(super) struct Keeper {
    recorder: Arc<dyn Recorder>,
    token: Token,
    beat: Option<AbortHandle>,
}

impl Keeper {
    fn new(recorder: Arc<dyn Recorder>, token: Token) -> Self {
        let beat = (token != Token::NONE).then(|| {
            let recorder = Arc::clone(&recorder);
            crate::task::spawn(async move {
                loop {
                    tokio::time::sleep(token.lasts() / 4).await;
                    match recorder.renew(token).await {
                        Ok(true) => {}
                        // Whatever the run wants to send next is refused by the journal itself.
                        Ok(false) => {
                            break tracing::warn!("another program has taken over what this run held");
                        }
                        Err(error) => tracing::warn!(%error, "a claim could not be renewed"),
                    }
                }
            })
            .abort_handle()
        });
        Self { recorder, token, beat }
    }

    /// Gives the claim back.
    pub(super) async fn release(mut self, used: bool) {
        if let Some(beat) = self.beat.take() {
            beat.abort();
        }
        if let Err(error) = self.recorder.release(self.token, used).await {
            // It runs out by itself.
            tracing::warn!(%error, "a claim could not be given back");
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let Some(beat) = &self.beat {
            beat.abort();
        }
    }
}
