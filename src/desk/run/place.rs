//! Asking for the next card of a queue.

use tokio::time::Instant;

use super::{Run, Verdict, Word};
use crate::desk::{Step, StepState};
use crate::text::Text;

impl Run {
    /// Asks for the next card and waits until somebody says that it lies there.
    pub(super) async fn place(&mut self, index: usize, step: &Step) -> Verdict {
        let Step::PlaceCard { encoder, encoder_name, card } = step else {
            return Verdict::Done(Text::default());
        };
        let (encoder, name) =
            self.ear.encoder.clone().unwrap_or_else(|| (encoder.clone(), encoder_name.clone()));
        let words = format!("next card: {card}, on “{name}”; Enter when the card lies there");
        self.ear.catch_up();
        self.show(index, StepState::Asking { words: Text::new(words) }).await;
        match self.ear.word().await {
            Word::Continue => {
                self.placed = Some((encoder, Instant::now()));
                Verdict::Done(Text::new(format!("card {card} lies on “{name}”")))
            }
            Word::Stop => Verdict::Stopped(Text::default()),
            Word::Encoder => Verdict::Again,
        }
    }
}
