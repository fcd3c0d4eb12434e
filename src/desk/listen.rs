//! Reading the card on an encoder. It changes nothing, so there is no plan and nothing is written down; but it
//! takes the encoder's turn as every job does, and its request is sent once.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::encoders::Held;
use super::engine::Shared;
use super::pace::Rhythm;
use super::record::Recorder;
use super::scan::{Found, Purpose, Reading, ReadingAsk, ReadingState};
use super::trouble::{self, Trouble};
use crate::journal::{Claim, IntentId, Token, Wanted};
use crate::seam::model::{ActionAttempt, AttemptStatus};
use crate::seam::{Client, SeamError};
use crate::text::Text;

/// A reading that is under way.
pub(super) struct Listener {
    stop: Option<oneshot::Sender<()>>,
    task: AbortHandle,
}

impl Listener {
    pub(super) fn is_over(&self) -> bool {
        self.task.is_finished()
    }

    pub(super) fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // One that is over hears nothing any more.
            let _ = stop.send(());
        }
    }

    pub(super) fn abort(&self) {
        self.task.abort();
    }
}

/// Begins a reading.
pub(super) fn listen(shared: Arc<Shared>, ask: ReadingAsk, out: mpsc::Sender<Reading>) -> Listener {
    let (stop, mut stopped) = oneshot::channel();
    let client = shared.client.desk();
    let reader = Reader { shared, client, ask, out };
    let task = crate::task::spawn(async move {
        // Stopped only while nothing was sent: what the encoder works on must end before its next job.
        let Some(turn) = reader.take_turn(&mut stopped).await else { return };
        reader.read().await;
        turn.give_back(reader.shared.recorder.as_ref()).await;
    });
    Listener { stop: Some(stop), task: task.abort_handle() }
}

struct Reader {
    shared: Arc<Shared>,
    client: Client,
    ask: ReadingAsk,
    out: mpsc::Sender<Reading>,
}

/// The right to use the encoder.
struct Turn {
    _held: Held,
    token: Option<Token>,
}

impl Turn {
    async fn give_back(self, recorder: &dyn Recorder) {
        if let Some(token) = self.token
            && let Err(error) = recorder.release(token, false).await
        {
            // It runs out by itself.
            tracing::warn!(%error, "an encoder could not be given back");
        }
    }
}

impl Reader {
    async fn tell(&self, state: ReadingState) {
        let reading = Reading { id: self.ask.id, at: (self.shared.clock)(), state };
        if self.out.send(reading).await.is_err() {
            tracing::debug!("nobody listens to this reading any more");
        }
    }

    /// Waits for the encoder: among the runs of this program, then among all programs.
    /// None where it was stopped meanwhile.
    async fn take_turn(&self, stopped: &mut oneshot::Receiver<()>) -> Option<Turn> {
        let held = tokio::select! {
            biased;
            Ok(()) = &mut *stopped => return None,
            held = self.take_turn_here() => held,
        };
        let name = Text::new(format!("{} encoder {}", self.shared.recorder.hotel(), self.ask.encoder));
        loop {
            let recorder = &self.shared.recorder;
            let whom = Text::new(format!("{}, {}", recorder.who().name(), self.ask.purpose.doing()));
            // It need not be renewed: no reading takes longer than the desk waits for it.
            let lasts = self.shared.pace.encode + Duration::from_secs(30);
            let wanted = Wanted { names: vec![name.clone()], run: IntentId::fresh(), whom, lasts };
            match recorder.claim(wanted).await {
                Ok(Claim::Held { token, .. }) => return Some(Turn { _held: held, token: Some(token) }),
                // A desk that may not change anything has no journal, and reads cards all the same.
                Err(_) => return Some(Turn { _held: held, token: None }),
                Ok(Claim::Busy { whom, .. }) => self.queued(&whom).await,
            }
            tokio::select! {
                Ok(()) = &mut *stopped => return None,
                () = tokio::time::sleep(self.shared.pace.poll) => {}
            }
        }
    }

    async fn take_turn_here(&self) -> Held {
        let encoders = &self.shared.encoders;
        let mut turn = std::pin::pin!(encoders.take(&self.ask.encoder, self.ask.purpose.doing().into()));
        let mut told: Option<Text> = None;
        loop {
            tokio::select! {
                biased;
                held = &mut turn => return held,
                () = tokio::time::sleep(if told.is_none() { Duration::ZERO } else { self.shared.pace.poll }) => {}
            }
            if let Some(holder) = encoders.holder(&self.ask.encoder).filter(|h| told.as_ref() != Some(h)) {
                self.queued(&holder).await;
                told = Some(holder);
            }
        }
    }

    async fn queued(&self, whom: &str) {
        let words = Text::new(format!("“{}” is busy with {whom}", self.ask.encoder_name));
        self.tell(ReadingState::Queued { words }).await;
    }

    /// Sends the request, once, and follows it to its end.
    async fn read(&self) {
        let name = &self.ask.encoder_name;
        let words = match self.ask.purpose {
            Purpose::Read => format!("put the card on “{name}” and leave it there"),
            Purpose::Test => format!("asking “{name}”; leave it empty"),
        };
        self.tell(ReadingState::Running { words: words.into() }).await;
        let began = Instant::now();
        let found = match self.client.scan(&self.ask.encoder, false).await {
            Ok(attempt) => self.follow(attempt, began).await,
            Err(e) => failed(&e),
        };
        self.tell(ReadingState::Ended { found, took: began.elapsed() }).await;
    }

    async fn follow(&self, first: ActionAttempt, began: Instant) -> Found {
        let mut rhythm = Rhythm::new(&self.shared.pace);
        let mut attempt = Ok(first.clone());
        loop {
            let pause = match attempt {
                Ok(attempt) if attempt.status == AttemptStatus::Success => return success(&attempt),
                Ok(attempt) if attempt.status == AttemptStatus::Error => {
                    let (kind, message) = attempt.error.map(|e| (e.kind, e.message)).unwrap_or_default();
                    return self.trouble(&kind, &message);
                }
                Ok(_) => rhythm.steady(),
                Err(e) => {
                    tracing::debug!(error = %e, "an attempt could not be read");
                    rhythm.slower()
                }
            };
            if began.elapsed() >= self.shared.pace.encode {
                return Found::Failed {
                    kind: None,
                    words: format!("“{}” has not answered", self.ask.encoder_name).into(),
                    next: "check its power and its cable, then Enter; or choose another encoder (Tab)".into(),
                };
            }
            tokio::time::sleep(pause).await;
            attempt = self.client.get_action_attempt(&first.id).await;
        }
    }

    fn trouble(&self, kind: &str, message: &str) -> Found {
        if matches!(kind, "no_credential_on_encoder" | "no_card_on_encoder") {
            return Found::NoCard;
        }
        let Trouble { words, next, .. } = trouble::scanning(kind, message, &self.ask.encoder_name);
        Found::Failed { kind: Some(Text::new(kind)), words, next }
    }
}

fn success(attempt: &ActionAttempt) -> Found {
    match attempt.scan() {
        Some(card) => Found::Card(Box::new(card)),
        None => Found::Failed {
            kind: Some(Text::default()),
            words: "the encoder has read a card, but its answer was not understood".into(),
            next: "Enter reads again; if it stays, read it in the lock system's own program".into(),
        },
    }
}

/// Reading changes nothing: a lost reply is no doubt about anything.
fn failed(e: &SeamError) -> Found {
    Found::Failed { kind: None, words: Text::new(e.to_string()), next: "Enter reads again".into() }
}
