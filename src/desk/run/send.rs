//! Steps that send a change, and steps that only wait.

use std::time::Duration;

use tokio::time::Instant;

use super::look::{Look, Stance, look};
use super::{Run, Verdict, Word};
use crate::desk::Step;
use crate::desk::pace::Rhythm;
use crate::seam::{ErrorKind, Outcome as Happened, SeamError};
use crate::text::Text;

/// Why what an earlier process sent is in doubt.
pub(super) const ENDED: &str = "the program ended before it was recorded";

/// What became of sending a change.
pub(super) enum Sent {
    /// Seam said yes.
    Accepted,
    /// Seam said that what was to go is not there. What is read decides whether that is so.
    Missing,
    /// Nobody knows.
    InDoubt(Text),
    /// It certainly did not happen.
    Not(Verdict),
}

impl Run {
    /// Looks, sends, and looks until it shows.
    pub(super) async fn carry_out(&mut self, index: usize, step: &Step) -> Verdict {
        if matches!(step, Step::Unlock { .. }) {
            return self.unlock(index, step).await;
        }
        if matches!(step, Step::AssignCard { .. }) {
            return self.assign(index, step).await;
        }
        self.running(index, step.words()).await;
        let stance = self.stance();
        let seen = self.ear.unless_stopped(look(&self.api, index, step, &mut self.memory, stance)).await;
        match seen {
            None => return Verdict::Stopped(Text::default()),
            Some(Ok(Look::Done(words))) => return Verdict::Done(words),
            Some(Ok(Look::Never { words, next })) => return Verdict::Failed { words, next, retry: false },
            Some(Ok(Look::NotYet(_))) => {}
            Some(Err(e)) => return unread(&e, self.sent),
        }
        // What an earlier process may have sent is waited for as what this one sent would be.
        if self.doubt.take_if(|doubt| doubt.step == index).is_some() {
            return self.settle(index, step, Sent::InDoubt(ENDED.into())).await;
        }
        match self.perform(index, step).await {
            Sent::Not(verdict) => verdict,
            sent => self.settle(index, step, sent).await,
        }
    }

    /// Sends the change of a step, once. Waits out Seam's own "too many requests", which changes nothing.
    pub(super) async fn perform(&mut self, index: usize, step: &Step) -> Sent {
        loop {
            if let Some(verdict) = self.objection(step).await {
                return Sent::Not(verdict);
            }
            if let Err(verdict) = self.note_sending(index, step).await {
                return Sent::Not(verdict);
            }
            let result = match step {
                Step::UpdateGrant { grant, starts_at, ends_at, .. } => {
                    self.api.update(grant, starts_at.map(|c| c.to), ends_at.map(|c| c.to)).await
                }
                Step::RequestCard { grant, .. } => self.api.request_card(grant).await,
                Step::DeleteMethod { method, .. } => self.api.delete_method(method).await,
                Step::DeleteGrant { grant, .. } => self.api.delete_grant(grant).await,
                made => self.send_wish(made).await,
            };
            let attempt = self.memory.attempt.clone();
            self.note_answered(index, &result, attempt.as_ref()).await;
            let Err(e) = result else {
                self.sent = true;
                return Sent::Accepted;
            };
            if e.outcome() == Happened::Unknown {
                self.sent = true;
                return Sent::InDoubt(Text::new(e.to_string()));
            }
            // What is not there any more need not be deleted.
            if e.is_not_found() && takes(step) {
                self.sent = true;
                return Sent::Missing;
            }
            if !matches!(e.kind(), ErrorKind::RateLimited { .. }) {
                return Sent::Not(refused(&e));
            }
            self.running(index, e.to_string()).await;
            if self.ear.pause(self.shared.pace.poll).await == Some(Word::Stop) {
                return Sent::Not(Verdict::Stopped(Text::default()));
            }
        }
    }

    /// What speaks against sending, from a reading made for it alone: a method that serves others too.
    async fn objection(&mut self, step: &Step) -> Option<Verdict> {
        let (Step::DeleteMethod { method, grants, .. } | Step::RevokeMethod { method, grants, .. }) = step
        else {
            return self.objection_to_wish(step).await;
        };
        match self.api.grants_of_method(method).await {
            Ok(serves) if serves.iter().all(|g| grants.contains(&g.id)) => None,
            Ok(_) => Some(Verdict::Failed {
                words: "by now it is the key of another stay too, which would lose it".into(),
                next: "leave it, or delete it in Seam Console once that stay has another key".into(),
                retry: false,
            }),
            Err(e) if e.is_not_found() => None,
            Err(e) => Some(unread(&e, self.sent)),
        }
    }

    /// Looks until a change that was sent shows. What was not accepted in so many words, and does not show, did
    /// not happen.
    async fn settle(&mut self, index: usize, step: &Step, sent: Sent) -> Verdict {
        let accepted = matches!(sent, Sent::Accepted);
        let mut rhythm = Rhythm::new(&self.shared.pace);
        let mut first_read: Option<Instant> = None;
        if let Sent::InDoubt(why) = &sent {
            self.unknown(index, lost_words(why), false).await;
        }
        loop {
            let seen = look(&self.api, index, step, &mut self.memory, Stance::Again).await;
            let pause = match seen {
                Ok(Look::Done(words)) => return Verdict::Done(words),
                Ok(Look::Never { words, next }) => return Verdict::Failed { words, next, retry: false },
                Ok(Look::NotYet(words)) => {
                    let since = *first_read.get_or_insert_with(Instant::now);
                    let late = since.elapsed() >= self.shared.pace.settle;
                    if late && !accepted {
                        return Verdict::Failed {
                            words: Text::new(format!("it did not happen: {words}")),
                            next: "Enter looks once more and sends it again".into(),
                            retry: true,
                        };
                    }
                    if late {
                        let words = format!("Seam accepted it, but {words}; still looking");
                        self.unknown(index, words, false).await;
                        rhythm.slower()
                    } else {
                        rhythm.steady()
                    }
                }
                Err(e) => {
                    self.unknown(index, unreadable_words(&e), false).await;
                    rhythm.slower()
                }
            };
            self.ear.pause(pause).await;
            if self.ear.stop && matches!(&self.told, Some((_, crate::desk::StepState::Unknown { .. }))) {
                return Verdict::Doubt("it is not known whether it happened; look at the stay".into());
            }
        }
    }

    /// Waits until a look says that it is so.
    pub(super) async fn wait(&mut self, index: usize, step: &Step) -> Verdict {
        self.running(index, step.words()).await;
        if let Err(verdict) = self.find_again(step).await {
            return verdict;
        }
        let patience = self.patience(step);
        let mut rhythm = Rhythm::new(&self.shared.pace);
        let began = Instant::now();
        let mut agreed = false;
        loop {
            let work = look(&self.api, index, step, &mut self.memory, Stance::Again);
            let Some(seen) = self.ear.unless_stopped(work).await else {
                return Verdict::Stopped(Text::new(format!("no longer waiting: {}", step.words())));
            };
            let pause = match seen {
                // A change is sometimes seen only a moment after it was accepted: "all well" counts
                // when it is seen twice.
                Ok(Look::Done(words)) if agreed || !matches!(step, Step::AwaitIssued { .. }) => {
                    return Verdict::Done(words);
                }
                Ok(Look::Done(_)) => {
                    agreed = true;
                    rhythm.steady()
                }
                Ok(Look::Never { words, next }) => return Verdict::Failed { words, next, retry: false },
                Ok(Look::NotYet(words)) => {
                    agreed = false;
                    if began.elapsed() < patience {
                        self.running(index, &words).await;
                        rhythm.steady()
                    } else if matches!(step, Step::AwaitReady { .. } | Step::ConfirmGone { .. }) {
                        self.unknown(index, format!("{words}; it takes long, still looking"), false).await;
                        rhythm.slower()
                    } else {
                        return Verdict::Open(words);
                    }
                }
                Err(e) => {
                    agreed = false;
                    self.unknown(index, unreadable_words(&e), false).await;
                    rhythm.slower()
                }
            };
            self.ear.pause(pause).await;
        }
    }

    fn patience(&self, step: &Step) -> Duration {
        let pace = &self.shared.pace;
        match step {
            Step::AwaitIssued { .. } | Step::AwaitGranted { .. } | Step::AwaitMethod { .. } => pace.issue,
            Step::AwaitGone { .. } | Step::ConfirmGone { .. } => pace.gone,
            _ => pace.ready,
        }
    }
}

/// Whether a step takes something away that may be gone already.
fn takes(step: &Step) -> bool {
    matches!(
        step,
        Step::DeleteMethod { .. }
            | Step::DeleteGrant { .. }
            | Step::RevokeMethod { .. }
            | Step::DeleteInstantKey { .. }
    )
}

/// A reading failed before anything was sent.
pub(super) fn unread(e: &SeamError, sent: bool) -> Verdict {
    let next = if sent { "Enter looks once more" } else { "nothing was sent; Enter tries again" };
    Verdict::Failed { words: Text::new(e.to_string()), next: next.into(), retry: true }
}

/// Seam said no, or was never reached.
pub(super) fn refused(e: &SeamError) -> Verdict {
    let next = match e.kind() {
        ErrorKind::Conflict { .. } | ErrorKind::Refused { .. } | ErrorKind::Validation { .. } => {
            "nothing was changed; Enter tries again, or leave it and look at the stay"
        }
        _ => "nothing was changed; Enter tries again",
    };
    Verdict::Failed { words: Text::new(e.to_string()), next: next.into(), retry: true }
}

pub(super) fn lost_words(why: &str) -> String {
    format!("the reply was lost, so it may or may not have happened; reading it back ({why})")
}

pub(super) fn unreadable_words(e: &SeamError) -> String {
    format!("cannot be read back now, so it is not known: {e} Trying again")
}
