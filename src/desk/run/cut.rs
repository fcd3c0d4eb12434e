//! Cutting a card: one encoder, one card, one attempt at a time, and never the same card twice.

use tokio::time::Instant;

use super::await_looks::readiness;
use super::look::{Look, cut};
use super::notes::Doubt;
use super::send::{ENDED, lost_words, refused, unread, unreadable_words};
use super::{Run, Verdict, Word};
use crate::desk::encoders::Held;
use crate::desk::pace::Rhythm;
use crate::desk::{MethodRef, Step, StepState, trouble};
use crate::seam::id::{AttemptId, EncoderId, MethodId};
use crate::seam::model::{AttemptError, AttemptStatus};
use crate::seam::{ErrorKind, Outcome as Happened};
use crate::text::Text;

/// Where a card is cut.
pub(super) type At = (EncoderId, Text);

impl Run {
    /// One go at cutting a card.
    pub(super) async fn cut(&mut self, index: usize, step: &Step) -> Verdict {
        let Step::Encode { method, encoder, encoder_name, grants, .. } = step else {
            return Verdict::Done(Text::default());
        };
        self.attempt_error = None;
        self.running(index, step.words()).await;
        let method = match self.resolve(method).await {
            Ok(id) => id,
            Err(verdict) => return verdict,
        };
        let doubt = self.doubt.clone().filter(|doubt| doubt.step == index);
        if doubt.is_none()
            && let Err(verdict) = self.make_ready(index, &method).await
        {
            return verdict;
        }
        let planned = || (encoder.clone(), encoder_name.clone());
        let at = match &doubt {
            Some(doubt) => doubt.at.clone().unwrap_or_else(planned),
            None => self.ear.encoder.clone().unwrap_or_else(planned),
        };
        let turn = match self.take_turn(index, &at).await {
            Ok(turn) => turn,
            Err(verdict) => return verdict,
        };
        let verdict = self.in_turn(index, step, (&method, &at), &turn.held, doubt).await;
        let done = matches!(verdict, Verdict::Done(_)) && self.cut_at.is_some();
        if done {
            turn.held.cut();
            self.memory.waiting.remove(&method);
            self.used.push(at.0);
            // A change of dates stays pending until its cards are cut: let the board see the end of it.
            if let Err(e) = self.api.grants(grants).await {
                tracing::debug!(error = %e, "the grant of a card that was cut could not be read");
            }
            self.card = self.describe_card(&method).await;
        }
        turn.kept.release(done).await;
        verdict
    }

    /// What is done while the encoder is this run's.
    async fn in_turn(
        &mut self,
        index: usize,
        step: &Step,
        (method, at): (&MethodId, &At),
        held: &Held,
        doubt: Option<Doubt>,
    ) -> Verdict {
        if doubt.is_none()
            && let Err(verdict) = self.clear_encoder(index, at, held).await
        {
            return verdict;
        }
        // While this run waited, another terminal may have cut it; or an earlier process of this run has.
        let seen = match self.api.method(method).await {
            Ok(seen) => cut(seen.as_ref()),
            Err(e) => return unread(&e, self.sent),
        };
        match seen {
            Look::Done(words) => {
                self.cut_at = doubt.map(|_| at.0.clone());
                return Verdict::Done(words);
            }
            Look::Never { words, next } => return Verdict::Failed { words, next, retry: false },
            Look::NotYet(_) => {}
        }
        let verdict = if let Some(doubt) = doubt {
            self.doubt = None;
            self.unknown(index, lost_words(ENDED), false).await;
            self.follow(index, method, at, doubt.attempt).await
        } else {
            self.running(index, format!("place the card on “{}” and leave it there", at.1)).await;
            self.encode(index, step, method, at).await
        };
        if matches!(verdict, Verdict::Done(_)) {
            self.cut_at = Some(at.0.clone());
        }
        verdict
    }

    /// The method itself; where a run was taken up later, by looking for what the step had made.
    async fn resolve(&mut self, which: &MethodRef) -> Result<MethodId, Verdict> {
        self.find(which).await?;
        self.memory.method(which).ok_or_else(|| Verdict::Failed {
            words: "the new card cannot be found on the grant".into(),
            next: "close this and look at the stay again".into(),
            retry: false,
        })
    }

    /// Waits until the encoder can take the card; an error ends the go.
    async fn make_ready(&mut self, index: usize, method: &MethodId) -> Result<(), Verdict> {
        let mut rhythm = Rhythm::new(&self.shared.pace);
        let began = Instant::now();
        loop {
            let Some(seen) = self.ear.unless_stopped(self.api.method(method)).await else {
                return Err(Verdict::Stopped(Text::default()));
            };
            let seen = seen.map_err(|e| unread(&e, self.sent))?;
            if let Look::Done(words) = cut(seen.as_ref()) {
                return Err(Verdict::Done(words));
            }
            let pause = match readiness(seen.as_ref()) {
                Look::Done(_) => return Ok(()),
                Look::Never { words, next } => return Err(Verdict::Failed { words, next, retry: false }),
                Look::NotYet(words) if began.elapsed() < self.shared.pace.ready => {
                    self.running(index, &words).await;
                    rhythm.steady()
                }
                Look::NotYet(words) => {
                    self.unknown(index, format!("{words}; it takes long, still looking"), false).await;
                    rhythm.slower()
                }
            };
            self.ear.pause(pause).await;
        }
    }

    /// Asks for the next card where the last one may still lie on the encoder: cutting over it would
    /// make two keys one.
    async fn clear_encoder(&mut self, index: usize, at: &At, held: &Held) -> Result<(), Verdict> {
        let Some(last) = held.last_cut() else { return Ok(()) };
        let ours = self.used.contains(&at.0);
        if !ours && last.elapsed() >= self.shared.pace.swap || self.cleared == Some((index, last)) {
            return Ok(());
        }
        // Said after that card was cut: the one that lies there now is the next.
        if self.placed.as_ref().is_some_and(|(encoder, when)| *encoder == at.0 && *when > last) {
            return Ok(());
        }
        let words = format!("take the finished card off “{0}”, put the next one on “{0}”, then Enter", at.1);
        self.ear.catch_up();
        self.show(index, StepState::Asking { words: Text::new(words) }).await;
        match self.ear.word().await {
            Word::Continue => {
                // Asked once for this card; a second try goes straight on.
                self.cleared = Some((index, last));
                Ok(())
            }
            Word::Stop => Err(Verdict::Stopped(Text::default())),
            Word::Encoder => Err(Verdict::Again),
        }
    }

    /// Sends the encoding, once, and follows it to its end.
    async fn encode(&mut self, index: usize, step: &Step, method: &MethodId, at: &At) -> Verdict {
        loop {
            if let Err(verdict) = self.note_cutting(index, step, method, at).await {
                return verdict;
            }
            let (result, attempt) = match self.api.encode(method, &at.0).await {
                Ok(attempt) => (Ok(()), Some(attempt.id)),
                Err(e) => (Err(e), None),
            };
            self.note_answered(index, &result, attempt.as_ref()).await;
            match result {
                Ok(()) => {
                    self.sent = true;
                    return self.follow(index, method, at, attempt).await;
                }
                Err(e) if e.outcome() == Happened::Unknown => {
                    self.sent = true;
                    self.unknown(index, lost_words(&e.to_string()), false).await;
                    return self.follow(index, method, at, None).await;
                }
                Err(e) if matches!(e.kind(), ErrorKind::RateLimited { .. }) => {
                    self.running(index, e.to_string()).await;
                    if self.ear.pause(self.shared.pace.poll).await == Some(Word::Stop) {
                        return Verdict::Stopped(Text::default());
                    }
                }
                Err(e) => return refused(&e),
            }
        }
    }

    /// Follows an encoding by its attempt, or by the card alone where the attempt is not known.
    async fn follow(
        &mut self,
        index: usize,
        method: &MethodId,
        at: &At,
        attempt: Option<AttemptId>,
    ) -> Verdict {
        let mut attempt = attempt;
        let mut rhythm = Rhythm::new(&self.shared.pace);
        let began = Instant::now();
        loop {
            let late = began.elapsed() >= self.shared.pace.encode;
            let read = match &attempt {
                Some(id) => self.api.attempt(id).await,
                None => Ok(None),
            };
            let mut pause = rhythm.steady();
            match read {
                Ok(Some(a)) if a.status == AttemptStatus::Success => {
                    return self.confirm(index, method, at).await;
                }
                Ok(Some(a)) if a.status == AttemptStatus::Error => {
                    return self.what_failed(index, method, at, a.error).await;
                }
                Ok(Some(_)) if !late => {}
                Ok(Some(_)) => {
                    let words = format!("“{}” has not finished; leave the card on it, still looking", at.1);
                    self.unknown(index, words, false).await;
                    pause = rhythm.slower();
                }
                Ok(None) => {
                    attempt = None;
                    match self.api.method(method).await.map(|m| cut(m.as_ref())) {
                        Ok(Look::Done(words)) => return Verdict::Done(words),
                        Ok(Look::Never { words, next }) => {
                            return Verdict::Failed { words, next, retry: false };
                        }
                        Ok(Look::NotYet(_)) => self.unknown(index, in_doubt(&at.1, late), late).await,
                        Err(e) => {
                            self.unknown(index, unreadable_words(&e), false).await;
                            pause = rhythm.slower();
                        }
                    }
                }
                Err(e) => {
                    self.unknown(index, unreadable_words(&e), false).await;
                    pause = rhythm.slower();
                }
            }
            if let Some(verdict) = self.listen(pause).await {
                return verdict;
            }
        }
    }

    /// Pauses while an encoding is followed. A stop counts once it is in doubt, an Enter once it may be
    /// sent again.
    async fn listen(&mut self, pause: std::time::Duration) -> Option<Verdict> {
        let word = self.ear.pause(pause).await;
        let Some((_, StepState::Unknown { retry, .. })) = &self.told else { return None };
        match word {
            _ if self.ear.stop => Some(Verdict::Doubt(
                "it is not known whether the card was cut; try it at the door or read it on the encoder"
                    .into(),
            )),
            Some(Word::Continue | Word::Encoder) if *retry => Some(Verdict::Again),
            _ => None,
        }
    }

    /// The attempt succeeded: the card must read as cut.
    async fn confirm(&mut self, index: usize, method: &MethodId, at: &At) -> Verdict {
        let mut rhythm = Rhythm::new(&self.shared.pace);
        let began = Instant::now();
        loop {
            let pause = match self.api.method(method).await.map(|m| cut(m.as_ref())) {
                Ok(Look::Done(_)) => return Verdict::Done(Text::new(format!("cut on “{}”", at.1))),
                Ok(Look::Never { words, next }) => return Verdict::Failed { words, next, retry: false },
                Ok(Look::NotYet(_)) if began.elapsed() < self.shared.pace.settle => rhythm.steady(),
                Ok(Look::NotYet(_)) => {
                    let words = "the encoder says that it is done, but the card does not read as cut; Enter \
                                 looks once more and, if it still is not, cuts it again";
                    self.unknown(index, words, true).await;
                    rhythm.slower()
                }
                Err(e) => {
                    self.unknown(index, unreadable_words(&e), false).await;
                    rhythm.slower()
                }
            };
            if let Some(verdict) = self.listen(pause).await {
                return verdict;
            }
        }
    }

    /// The attempt failed. The card is read again before anybody tries again: it may be cut all the same.
    async fn what_failed(
        &mut self,
        index: usize,
        method: &MethodId,
        at: &At,
        e: Option<AttemptError>,
    ) -> Verdict {
        let (kind, message) = e.map(|e| (e.kind, e.message)).unwrap_or_default();
        let trouble = trouble::encoding(&kind, &message, &at.1);
        self.attempt_error = Some(Text::new(&kind));
        let mut rhythm = Rhythm::new(&self.shared.pace);
        let began = Instant::now();
        loop {
            let pause = match self.api.method(method).await.map(|m| cut(m.as_ref())) {
                Ok(Look::Done(_)) => {
                    let words = format!("cut all the same, though the encoder reported: {}", trouble.words);
                    return Verdict::Done(Text::new(words));
                }
                Ok(Look::NotYet(_)) if trouble.maybe_written && began.elapsed() < self.shared.pace.settle => {
                    self.running(index, format!("{}; reading the card's state again", trouble.words)).await;
                    rhythm.steady()
                }
                Ok(Look::Never { .. } | Look::NotYet(_)) => {
                    let trouble::Trouble { words, next, retry, .. } = trouble;
                    return Verdict::Failed { words, next, retry };
                }
                Err(e) => {
                    self.unknown(index, unreadable_words(&e), false).await;
                    rhythm.slower()
                }
            };
            if let Some(verdict) = self.listen(pause).await {
                return verdict;
            }
        }
    }
}

fn in_doubt(encoder: &str, late: bool) -> String {
    if late {
        format!(
            "the card does not read as cut; make sure that “{encoder}” is at rest, then Enter looks once more \
             and cuts it"
        )
    } else {
        format!("the reply was lost: leave the card on “{encoder}”, reading whether it was cut")
    }
}
