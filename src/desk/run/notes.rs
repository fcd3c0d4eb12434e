//! What a run writes into its book, and when.

use chrono::{DateTime, Utc};

use super::book::{Closed, outcome_words, sending, settled};
use super::{Run, Verdict};
use crate::desk::card_news::{ATTEMPT_ERROR, with_card};
use crate::desk::unfinished::{Known, NOTE};
use crate::desk::{Outcome, Step, StepState};
use crate::journal::{Fact, FactKind, JournalError};
use crate::seam::id::{AttemptId, EncoderId, MethodId};
use crate::seam::{Outcome as Happened, SeamError};
use crate::text::Text;

/// A change that was sent by a process that is gone, or may have been.
#[derive(Clone, Debug)]
pub(super) struct Doubt {
    /// Which step.
    pub(super) step: usize,
    /// When it may first have been sent.
    pub(super) sent_at: Option<DateTime<Utc>>,
    /// The encoding or unlocking, where its answer had been written down.
    pub(super) attempt: Option<AttemptId>,
    /// Where it was to be cut.
    pub(super) at: Option<(EncoderId, Text)>,
}

impl Run {
    /// Takes in what an earlier process had written down.
    pub(super) fn recall(&mut self, from: usize, known: Known) {
        self.from = from;
        self.taken_up = Some(known.facts);
        self.memory.made = known.made;
        self.memory.notes = known.notes;
        self.open = known.open;
        for encoder in known.used {
            self.shared.encoders.cut_on(&encoder);
            self.used.push(encoder);
        }
        if known.in_doubt {
            let Known { sent_at, attempt, encoder, .. } = known;
            self.doubt = Some(Doubt { step: from, sent_at, attempt, at: encoder });
        }
    }

    /// Opens the book; the outcome, where the run may not begin.
    pub(super) async fn open_book(&mut self) -> Result<(), Outcome> {
        let opened = self.book.open(&self.plan, self.api.now(), self.taken_up).await;
        opened.map_err(|closed| match closed {
            Closed::Busy(words) => Outcome::Failed {
                words,
                next: "nothing was sent; wait until it is over, then look at the stay again".into(),
            },
            Closed::Unwritten(e) => Outcome::Failed {
                words: Text::new(e.to_string()),
                next: "nothing was sent: what cannot be recorded is not done".into(),
            },
        })
    }

    /// Writes down how the run ended, and says so where that was not possible.
    pub(super) async fn close_book(&mut self, outcome: Outcome) -> Outcome {
        let words = self.api.veil.over(outcome_words(&outcome));
        let written = self.book.close(self.api.now(), &outcome, words).await;
        if let Err(e) = written {
            self.missing(&e);
        }
        match &self.unrecorded {
            Some(why) => with_words(outcome, why),
            None => outcome,
        }
    }

    /// Something that has happened could not be written down.
    fn missing(&mut self, e: &JournalError) {
        tracing::error!(error = %e, "what happened could not be recorded");
        self.unrecorded.get_or_insert_with(|| Text::new(e.to_string()));
    }

    /// A step begins.
    pub(super) async fn note_before(&mut self, index: usize, step: &Step) -> Result<(), Verdict> {
        let fact = Fact::new(self.api.now(), FactKind::Before).step(index).says("", step.words());
        self.book.write(fact).await.map_err(|e| unwritten(&e))
    }

    /// A change is about to be sent: not before this is durable.
    pub(super) async fn note_sending(&mut self, index: usize, step: &Step) -> Result<(), Verdict> {
        let fact = self.with_notes(sending(self.api.now(), index, step));
        self.book.write(fact).await.map_err(|e| unwritten(&e))
    }

    /// What a person must be told at the end is written down as soon as it is known: whoever takes the
    /// run up cannot read it again.
    fn with_notes(&self, fact: Fact) -> Fact {
        let notes = self.memory.notes.iter().enumerate();
        notes.fold(fact, |fact, (i, note)| fact.id(&format!("{NOTE}{i}"), note))
    }

    /// A card is about to be cut.
    pub(super) async fn note_cutting(
        &mut self,
        index: usize,
        step: &Step,
        method: &MethodId,
        at: &(EncoderId, Text),
    ) -> Result<(), Verdict> {
        let fact = sending(self.api.now(), index, step).id("access_method_id", method);
        let fact = fact.id("acs_encoder_id", &at.0).id("acs_encoder_name", &at.1);
        self.book.write(fact).await.map_err(|e| unwritten(&e))
    }

    /// What became of sending it. It has happened or not, whether or not this can be written down.
    pub(super) async fn note_answered(
        &mut self,
        index: usize,
        result: &Result<(), SeamError>,
        attempt: Option<&AttemptId>,
    ) {
        let (state, words) = match result {
            Ok(()) => ("accepted", Text::default()),
            Err(e) if e.outcome() == Happened::Unknown => ("lost", self.api.veil.over(&e.to_string())),
            Err(e) => ("refused", self.api.veil.over(&e.to_string())),
        };
        let mut fact = Fact::new(self.api.now(), FactKind::Answered).step(index).says(state, words);
        fact.request_id = self.api.request_id(result.as_ref().err());
        if let Some(attempt) = attempt {
            fact = fact.id("action_attempt_id", attempt);
        }
        if let Err(e) = self.book.write(fact).await {
            self.missing(&e);
        }
    }

    /// How a go at a step came out.
    pub(super) async fn note_after(&mut self, index: usize, step: &Step, state: &StepState) {
        let Some((word, words)) = settled(state) else { return };
        let words = self.api.veil.over(words);
        let fact = Fact::new(self.api.now(), FactKind::After).step(index).says(word, words);
        let mut fact = self.with_notes(fact);
        if let Some((_, made)) = self.memory.made.iter().find(|(i, _)| *i == index) {
            fact = fact.id("made_access_method_id", made);
        }
        if let Step::Encode { method, .. } = step
            && word == "done"
        {
            fact = self.memory.method(method).iter().fold(fact, |f, id| f.id("access_method_id", id));
            fact = self.cut_at.iter().fold(fact, |f, encoder| f.id("acs_encoder_id", encoder));
            fact = self.card.iter().fold(fact, with_card);
        }
        if let Some(kind) = self.attempt_error.take().filter(|_| word == "failed") {
            fact = fact.id(ATTEMPT_ERROR, kind);
        }
        if let Err(e) = self.book.write(fact).await {
            self.missing(&e);
        }
    }
}

/// What cannot be written down is not sent.
pub(super) fn unwritten(e: &JournalError) -> Verdict {
    // A claim that is lost does not come back by trying again.
    let retry = !matches!(e, JournalError::Fenced);
    let next = if retry {
        "nothing was sent; put it right, then Enter tries again"
    } else {
        "nothing was sent; look at the stay and decide again"
    };
    Verdict::Failed { words: Text::new(e.to_string()), next: next.into(), retry }
}

fn with_words(outcome: Outcome, why: &str) -> Outcome {
    let more = |words: &Text| Text::new(format!("{words} (not all of it is in the journal: {why})"));
    match outcome {
        Outcome::Done { words, cards_waiting } => Outcome::Done { words: more(&words), cards_waiting },
        Outcome::Pending { words, cards_waiting } => Outcome::Pending { words: more(&words), cards_waiting },
        Outcome::Stopped { words, cards_waiting } => Outcome::Stopped { words: more(&words), cards_waiting },
        Outcome::Failed { words, next } => Outcome::Failed { words: more(&words), next },
        Outcome::Unknown { words } => Outcome::Unknown { words: more(&words) },
    }
}
