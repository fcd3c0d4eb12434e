//! Assigning a tag by its number. What was assigned is read back: that the key is issued, and by which
//! number.

use tokio::time::Instant;

use super::look::{has, leaves};
use super::send::{ENDED, Sent, lost_words, unread, unreadable_words};
use super::{Run, Stance, Verdict, Word};
use crate::desk::pace::Rhythm;
use crate::desk::{Step, StepState, trouble};
use crate::seam::SeamError;
use crate::seam::id::MethodId;
use crate::seam::model::{AccessMethod, AttemptStatus};
use crate::text::Text;

/// How a card method stands with its tag.
enum Tag {
    /// It has this one; none where the lock system does not tell.
    Has(Option<Text>),
    /// It has none and can take one.
    Free,
    /// It cannot take one yet.
    NotYet,
    /// It will never take one.
    Never(&'static str),
}

fn tag(method: Option<&AccessMethod>) -> Tag {
    match method {
        None => Tag::Never("the card is no longer there: it was retired"),
        Some(m) if leaves(m) || has(&m.warnings, "being_deleted") => Tag::Never("the card is being retired"),
        Some(m) if m.is_issued && !m.is_ready_for_assignment => Tag::Has(None),
        Some(m) if m.is_ready_for_assignment => Tag::Free,
        Some(m) if m.is_encoding_required || m.is_ready_for_encoding => {
            Tag::Never("this lock system cuts the card on an encoder: no tag is assigned")
        }
        Some(_) => Tag::NotYet,
    }
}

fn never(words: &str) -> Verdict {
    Verdict::Failed {
        words: words.into(),
        next: "close this and look at the stay again".into(),
        retry: false,
    }
}

impl Run {
    /// One go at assigning a tag.
    pub(super) async fn assign(&mut self, index: usize, step: &Step) -> Verdict {
        let Step::AssignCard { method, number, .. } = step else { return Verdict::Done(Text::default()) };
        self.running(index, step.words()).await;
        match self.ready_for_tag(index, method).await {
            Ok(Some(found)) => return self.judge_tag(found, number),
            Ok(None) => {}
            Err(verdict) => return verdict,
        }
        // What an earlier process may have sent is waited for as what this one sent would be.
        if self.doubt.take_if(|doubt| doubt.step == index).is_some() {
            self.unknown(index, lost_words(ENDED), false).await;
            return self.follow_tag(index, method, number).await;
        }
        self.memory.attempt = None;
        match self.perform(index, step).await {
            Sent::Accepted | Sent::Missing => self.follow_tag(index, method, number).await,
            Sent::InDoubt(why) => {
                self.unknown(index, lost_words(&why), false).await;
                self.follow_tag(index, method, number).await
            }
            Sent::Not(verdict) => verdict,
        }
    }

    /// Waits until a tag can be assigned. The tag it has, where it has one already.
    async fn ready_for_tag(
        &mut self,
        index: usize,
        method: &MethodId,
    ) -> Result<Option<Option<Text>>, Verdict> {
        let mut rhythm = Rhythm::new(&self.shared.pace);
        let began = Instant::now();
        loop {
            let read = self.tag_of(method);
            let seen = match read.await {
                Ok(seen) => seen,
                Err(e) => return Err(unread(&e, self.sent)),
            };
            let words = "the lock system prepares the card";
            let pause = match seen {
                Tag::Has(number) => return Ok(Some(number)),
                Tag::Free => return Ok(None),
                Tag::Never(words) => return Err(never(words)),
                Tag::NotYet if began.elapsed() < self.shared.pace.ready => {
                    self.running(index, words).await;
                    rhythm.steady()
                }
                Tag::NotYet => {
                    self.unknown(index, format!("{words}; it takes long, still looking"), false).await;
                    rhythm.slower()
                }
            };
            if self.ear.pause(pause).await == Some(Word::Stop) {
                return Err(Verdict::Stopped(Text::default()));
            }
        }
    }

    /// Reads the method, and the number of its tag where it has one.
    async fn tag_of(&self, method: &MethodId) -> Result<Tag, SeamError> {
        match tag(self.api.method(method).await?.as_ref()) {
            Tag::Has(_) => Ok(Tag::Has(self.api.card_number(method).await?)),
            other => Ok(other),
        }
    }

    /// Whether the tag that is on the key is the one that was asked for.
    fn judge_tag(&self, found: Option<Text>, number: &Text) -> Verdict {
        match found {
            Some(found) if same(&found, number) => {
                Verdict::Done(Text::new(format!("the tag {number} is the guest's card")))
            }
            Some(found) => Verdict::Failed {
                words: Text::new(format!("another tag is on this card: {found}")),
                next: "take that tag, or add another card for this one".into(),
                retry: false,
            },
            None if self.stance() == Stance::Again => Verdict::Done(Text::new(format!(
                "a tag is assigned; the lock system does not tell its number: try {number} at the door"
            ))),
            None => Verdict::Failed {
                words: "somebody else has just assigned a tag to this card".into(),
                next: "read that tag on an encoder, or add another card for this one".into(),
                retry: false,
            },
        }
    }

    /// Follows the assignment by its attempt, or by the key alone where the attempt is not known.
    async fn follow_tag(&mut self, index: usize, method: &MethodId, number: &Text) -> Verdict {
        let mut attempt = self.memory.attempt.take();
        let mut failed: Option<trouble::Trouble> = None;
        let mut rhythm = Rhythm::new(&self.shared.pace);
        let began = Instant::now();
        // How long it may still show itself, from the first look that found nothing.
        let mut since: Option<Instant> = None;
        loop {
            let pending = match &attempt {
                Some(id) => match self.api.attempt(id).await {
                    Ok(Some(a)) if a.status == AttemptStatus::Pending => true,
                    Ok(Some(a)) if a.status == AttemptStatus::Error => {
                        let (kind, message) = a.error.map(|e| (e.kind, e.message)).unwrap_or_default();
                        failed = Some(trouble::assigning(&kind, &message, number));
                        attempt = None;
                        false
                    }
                    Ok(_) => {
                        attempt = None;
                        false
                    }
                    Err(e) => {
                        self.unknown(index, unreadable_words(&e), false).await;
                        true
                    }
                },
                None => false,
            };
            let settle = self.shared.pace.settle;
            let pause = match self.tag_of(method).await {
                Ok(Tag::Has(found)) => return self.judge_tag(found, number),
                Ok(Tag::Never(words)) => return never(words),
                Ok(Tag::Free | Tag::NotYet) if pending && began.elapsed() < self.shared.pace.encode => {
                    rhythm.steady()
                }
                Ok(Tag::Free | Tag::NotYet) if pending => {
                    self.unknown(index, "the lock system has not finished; still looking", false).await;
                    rhythm.slower()
                }
                Ok(Tag::Free | Tag::NotYet) => {
                    let waited = since.get_or_insert_with(Instant::now).elapsed();
                    if let Some(verdict) = not_assigned(failed.as_ref(), waited >= settle) {
                        return verdict;
                    }
                    rhythm.steady()
                }
                Err(e) => {
                    self.unknown(index, unreadable_words(&e), false).await;
                    rhythm.slower()
                }
            };
            self.ear.pause(pause).await;
            if self.ear.stop && matches!(&self.told, Some((_, StepState::Unknown { .. }))) {
                return Verdict::Doubt(
                    "it is not known whether the tag was assigned; look at the stay".into(),
                );
            }
        }
    }
}

/// Numbers are written with and without blanks, dashes and capitals.
fn same(a: &str, b: &str) -> bool {
    let bare = |s: &str| -> Vec<char> {
        s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
    };
    bare(a) == bare(b)
}

/// What to make of a key that reads as having no tag; nothing where it may still show.
fn not_assigned(failed: Option<&trouble::Trouble>, late: bool) -> Option<Verdict> {
    let verdict = |words: Text, next: Text, retry| Some(Verdict::Failed { words, next, retry });
    match failed {
        Some(t) if late || !t.maybe_written => verdict(t.words.clone(), t.next.clone(), t.retry),
        None if late => verdict(
            "it did not happen: the key has no tag".into(),
            "Enter looks once more and sends it again".into(),
            true,
        ),
        _ => None,
    }
}
