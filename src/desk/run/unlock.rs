//! Opening a door from afar. There is nothing to read it back from but the attempt and the door itself.

use tokio::time::Instant;

use super::send::{Sent, lost_words, unreadable_words};
use super::{Run, Verdict, Word};
use crate::desk::pace::Rhythm;
use crate::desk::{Step, StepState};
use crate::seam::model::AttemptStatus;
use crate::text::Text;

impl Run {
    /// One go at opening a door. Once it may have been sent, only a person sends it again.
    pub(super) async fn unlock(&mut self, index: usize, step: &Step) -> Verdict {
        let Step::Unlock { entrance, .. } = step else { return Verdict::Done(Text::default()) };
        self.running(index, step.words()).await;
        // Sent by a process that is gone: nobody has asked for it once more yet.
        if let Some(doubt) = self.doubt.take_if(|doubt| doubt.step == index) {
            self.memory.unlocking = doubt.sent_at;
            self.memory.attempt = doubt.attempt;
            return self.follow_door(index, step).await;
        }
        match self.memory.unlocking {
            Some(since) if matches!(self.api.opened(entrance, since).await, Ok(true)) => {
                return Verdict::Done("the door tells that it opened".into());
            }
            _ => {}
        }
        self.memory.attempt = None;
        match self.perform(index, step).await {
            Sent::Accepted | Sent::Missing => self.follow_door(index, step).await,
            Sent::InDoubt(why) => {
                self.unknown(index, lost_words(&why), false).await;
                self.follow_door(index, step).await
            }
            Sent::Not(verdict) => verdict,
        }
    }

    /// Follows the attempt; where it is not known, the door's own events.
    async fn follow_door(&mut self, index: usize, step: &Step) -> Verdict {
        let Step::Unlock { entrance, door, .. } = step else { return Verdict::Done(Text::default()) };
        let since = *self.memory.unlocking.get_or_insert_with(|| self.api.now());
        let mut attempt = self.memory.attempt.take();
        let mut rhythm = Rhythm::new(&self.shared.pace);
        let began = Instant::now();
        loop {
            let late = began.elapsed() >= self.shared.pace.settle;
            let read = match &attempt {
                Some(id) => self.api.attempt(id).await,
                None => Ok(None),
            };
            let pause = match read {
                Ok(Some(a)) if a.status == AttemptStatus::Success => {
                    return Verdict::Done(Text::new(format!("{door} is unlocked; it locks again by itself")));
                }
                Ok(Some(a)) if a.status == AttemptStatus::Error => {
                    return not_opened(a.error.map(|e| (e.kind, e.message)).unwrap_or_default());
                }
                Ok(Some(_)) if began.elapsed() < self.shared.pace.ready => rhythm.steady(),
                Ok(Some(_)) => {
                    let words =
                        format!("{door} has not answered: ask whether it opened; Enter sends it again");
                    self.unknown(index, words, true).await;
                    rhythm.slower()
                }
                Ok(None) => {
                    attempt = None;
                    match self.api.opened(entrance, since).await {
                        Ok(true) => return Verdict::Done("the door tells that it opened".into()),
                        Ok(false) => {
                            let words = format!(
                                "the reply was lost: {door} may have opened or not; ask the guest to try it; \
                                 Enter sends it again"
                            );
                            self.unknown(index, words, late).await;
                            rhythm.steady()
                        }
                        Err(e) => {
                            self.unknown(index, unreadable_words(&e), late).await;
                            rhythm.slower()
                        }
                    }
                }
                Err(e) => {
                    self.unknown(index, unreadable_words(&e), false).await;
                    rhythm.slower()
                }
            };
            let word = self.ear.pause(pause).await;
            let Some((_, StepState::Unknown { retry, .. })) = &self.told else { continue };
            if self.ear.stop {
                return Verdict::Doubt("it is not known whether the door opened; ask the guest".into());
            }
            if *retry && matches!(word, Some(Word::Continue)) {
                return Verdict::Again;
            }
        }
    }
}

fn not_opened((kind, message): (Text, Text)) -> Verdict {
    let why = if message.is_empty() { kind } else { message };
    let words = match why.is_empty() {
        true => "the lock did not open and does not say why".into(),
        false => Text::new(format!("the lock did not open: {why}")),
    };
    let next = "check that the lock is online and not double-locked from inside, then Enter tries again; or \
                send somebody";
    Verdict::Failed { words, next: next.into(), retry: true }
}
