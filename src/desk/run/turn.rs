//! Waiting for an encoder: one card at a time, whoever works on it.

use super::book::Keeper;
use super::cut::At;
use super::notes::unwritten;
use super::{Run, Verdict, Word};
use crate::desk::StepState;
use crate::desk::encoders::Held;
use crate::journal::Claim;
use crate::text::Text;

/// The right to use an encoder: among the runs of this program, and among all programs.
pub(super) struct Turn {
    pub(super) held: Held,
    pub(super) kept: Keeper,
}

impl Run {
    /// Waits for the encoder, saying for whom it works meanwhile.
    pub(super) async fn take_turn(&mut self, index: usize, at: &At) -> Result<Turn, Verdict> {
        let held = self.take_turn_here(index, at).await?;
        loop {
            let claimed = self.book.claim_encoder(&at.0, &self.plan).await;
            match claimed {
                Ok(Claim::Held { token, used }) => {
                    if let Some(ago) = used {
                        held.heard(ago);
                    }
                    return Ok(Turn { kept: self.book.keep(token), held });
                }
                Ok(Claim::Busy { whom, .. }) => {
                    let words = Text::new(format!("“{}” is busy with {whom}", at.1));
                    self.show(index, StepState::Queued { words }).await;
                }
                Err(e) => return Err(unwritten(&e)),
            }
            match self.ear.pause(self.shared.pace.poll).await {
                Some(Word::Stop) => return Err(Verdict::Stopped(Text::default())),
                Some(Word::Encoder) => return Err(Verdict::Again),
                Some(Word::Continue) | None => {}
            }
        }
    }

    /// The same among the runs of this program.
    async fn take_turn_here(&mut self, index: usize, at: &At) -> Result<Held, Verdict> {
        let shared = std::sync::Arc::clone(&self.shared);
        let mut turn = std::pin::pin!(shared.encoders.take(&at.0, self.whom()));
        let mut first = true;
        loop {
            // A free encoder is taken without a word.
            if !first && let Some(holder) = shared.encoders.holder(&at.0) {
                let words = Text::new(format!("“{}” is busy with {holder}", at.1));
                self.show(index, StepState::Queued { words }).await;
            }
            let pause = if first { std::time::Duration::ZERO } else { shared.pace.poll };
            first = false;
            tokio::select! {
                biased;
                held = &mut turn => return Ok(held),
                word = self.ear.pause(pause) => match word {
                    Some(Word::Stop) => return Err(Verdict::Stopped(Text::default())),
                    Some(Word::Encoder) => return Err(Verdict::Again),
                    Some(Word::Continue) | None => {}
                },
            }
        }
    }
}
