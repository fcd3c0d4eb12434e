//! What a person says to a run while it works.

use std::time::Duration;

use tokio::sync::mpsc::Receiver;

use crate::desk::Control;
use crate::seam::id::EncoderId;
use crate::text::Text;

/// Takes in controls, whenever the run has time to listen.
#[derive(Debug)]
pub(super) struct Ear {
    told: Receiver<Control>,
    /// Somebody said stop; stays so.
    pub(super) stop: bool,
    /// The encoder somebody chose instead of the planned one.
    pub(super) encoder: Option<(EncoderId, Text)>,
}

/// What ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Go on, or again.
    Continue,
    /// Stop.
    Stop,
    /// Another encoder was chosen.
    Encoder,
}

impl Ear {
    pub(super) fn new(told: Receiver<Control>) -> Self {
        Self { told, stop: false, encoder: None }
    }

    fn fold(&mut self, control: Option<Control>) -> Word {
        match control {
            Some(Control::Continue) => Word::Continue,
            Some(Control::UseEncoder { encoder, name }) => {
                self.encoder = Some((encoder, name));
                Word::Encoder
            }
            // Nobody can say anything any more: go no further.
            Some(Control::StopAfterStep) | None => {
                self.stop = true;
                Word::Stop
            }
        }
    }

    /// Takes in what was said meanwhile. An Enter from before a question is no answer to it.
    pub(super) fn catch_up(&mut self) {
        while let Ok(control) = self.told.try_recv() {
            self.fold(Some(control));
        }
    }

    /// Waits for a word.
    pub(super) async fn word(&mut self) -> Word {
        if self.stop {
            return Word::Stop;
        }
        let control = self.told.recv().await;
        self.fold(control)
    }

    /// Waits for a word, but not for longer than `pause`.
    pub(super) async fn pause(&mut self, pause: Duration) -> Option<Word> {
        if self.stop {
            // Said before: it must not shorten every pause that follows to nothing.
            tokio::time::sleep(pause).await;
            return Some(Word::Stop);
        }
        tokio::time::timeout(pause, self.word()).await.ok()
    }

    /// Works on something that may be dropped, until it is over or somebody says stop.
    pub(super) async fn unless_stopped<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = std::pin::pin!(work);
        loop {
            if self.stop {
                return None;
            }
            tokio::select! {
                done = &mut work => return Some(done),
                control = self.told.recv() => {
                    self.fold(control);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::channel;

    #[tokio::test]
    async fn an_enter_from_before_the_question_answers_nothing() {
        let (say, told) = channel(8);
        let mut ear = Ear::new(told);
        say.try_send(Control::Continue).unwrap();
        ear.catch_up();
        assert_eq!(ear.pause(Duration::from_millis(1)).await, None);
        say.try_send(Control::Continue).unwrap();
        assert_eq!(ear.word().await, Word::Continue);
    }

    #[tokio::test]
    async fn stop_ends_what_may_be_dropped() {
        let (say, told) = channel(8);
        let mut ear = Ear::new(told);
        say.try_send(Control::StopAfterStep).unwrap();
        assert_eq!(ear.unless_stopped(std::future::pending::<()>()).await, None);
        assert!(ear.stop);
    }
}
