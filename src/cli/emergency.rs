//! The emergency path: a file of this host in the place of the store that is shared, until that is back. One for all
//! properties of the program.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{sleep, timeout};

use super::duty::Roll;
use crate::app::Event;
use crate::app::away::AloneNews;
use crate::journal::{Home, Journal, JournalError, Merged, STAND_IN, Who};
use crate::seam::chance;
use crate::store::schema;
use crate::text::Text;

/// How often is looked whether the store is back.
const LOOK: Duration = Duration::from_secs(2);
/// How long an answer of it is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// It is back when it has answered so often in a row.
const ANSWERS: u32 = 2;
/// How often is looked whether what was begun without the store is over.
const AGAIN: Duration = Duration::from_secs(1);

/// How it stands.
#[derive(Clone, Debug, Default)]
enum Now {
    /// In the store.
    #[default]
    Off,
    /// In a file of this host.
    On,
    /// It cannot be, for this reason.
    Refused(Text),
    /// In the store again; what was begun without it is not over, or not merged.
    Back,
    /// Merged.
    Merged(Arc<Merged>),
}

/// The emergency path. A clone is the same.
#[derive(Clone)]
pub(super) struct Emergency {
    asks: mpsc::Sender<()>,
    now: watch::Receiver<Now>,
}

impl Emergency {
    /// Begins, where a store is shared: what a program that is gone left is merged as soon as the store is there.
    /// Inside a tokio runtime.
    pub(super) fn new(home: &Home) -> Option<Self> {
        home.server()?;
        let (asks, asked) = mpsc::channel(8);
        let (told, now) = watch::channel(Now::Off);
        let keeper = Keeper { home: home.clone(), dir: home.dir().join(STAND_IN), asked, told };
        crate::task::spawn(keeper.keep());
        Some(Self { asks, now })
    }

    /// Records everything on this host from now on.
    pub(super) fn take(&self) {
        // Whoever asks again while it is being done gets the same.
        let _ = self.asks.try_send(());
    }

    /// Tells the screen of a property what becomes of it, and writes down there that it was taken.
    /// The lookout is poked, for the journal is another one then.
    pub(super) fn tell(
        &self,
        home: Home,
        hotel: Text,
        roll: Roll,
        (news, poke): (mpsc::Sender<Event>, Arc<Notify>),
    ) {
        let mut now = self.now.clone();
        crate::task::spawn(async move {
            loop {
                let at: Now = now.borrow_and_update().clone();
                let told = match at {
                    Now::Off => None,
                    Now::Refused(why) => Some(AloneNews::NotBegun(why)),
                    Now::Back => Some(AloneNews::Back),
                    Now::On => {
                        note(&home, &hotel, &roll.who()).await;
                        Some(AloneNews::Begun)
                    }
                    Now::Merged(merged) => Some(of(&merged, &hotel)),
                };
                if told.is_some() {
                    poke.notify_one();
                }
                if let Some(told) = told
                    && news.send(Event::Alone(told)).await.is_err()
                {
                    return;
                }
                if now.changed().await.is_err() {
                    return;
                }
            }
        });
    }
}

/// Writes down that somebody works without the store.
async fn note(home: &Home, hotel: &Text, who: &Who) {
    let words = "from here on without the shared store, which did not answer: on purpose".into();
    if let Ok(journal) = home.open().await
        && let Err(error) = journal.write_alone(hotel, who.clone(), Utc::now(), &words).await
    {
        tracing::warn!(%error, "that the emergency path was taken could not be written down");
    }
}

/// What a merge is to one property.
fn of(merged: &Merged, hotel: &Text) -> AloneNews {
    let clashes = merged.clashes.iter().filter(|clash| clash.hotel == *hotel).map(|clash| clash.words());
    let entries = usize::try_from(merged.copied.runs + merged.copied.remarks).unwrap_or(usize::MAX);
    AloneNews::Merged { entries, clashes: clashes.collect() }
}

struct Keeper {
    home: Home,
    dir: PathBuf,
    asked: mpsc::Receiver<()>,
    told: watch::Sender<Now>,
}

impl Keeper {
    async fn keep(mut self) {
        let mut left_over = true;
        loop {
            tokio::select! {
                asked = self.asked.recv() => match asked {
                    None => return,
                    Some(()) => if self.stand_in().await.is_none() {
                        return;
                    },
                },
                () = sleep(LOOK.mul_f64(1.0 + chance())), if left_over => left_over = !self.merge_left().await,
            }
        }
    }

    /// What a program that is gone left. Says whether nothing more is to be done about it.
    async fn merge_left(&self) -> bool {
        let Ok(journal) = self.home.open().await else { return false };
        match journal.merge_left(&self.dir, Utc::now()).await {
            Ok(Some(merged)) => drop(self.told.send(Now::Merged(Arc::new(merged)))),
            Ok(None) => {}
            Err(error) => {
                tracing::debug!(%error, "what was recorded without the store cannot be merged yet");
                return false;
            }
        }
        true
    }

    /// The file stands in until the store is back and all of it is merged. None where the program ends.
    async fn stand_in(&mut self) -> Option<()> {
        let begun = match self.home.open().await {
            Ok(journal) => journal.stand_in(&self.dir).await.map(|()| journal),
            Err(error) => Err(error),
        };
        let journal = match begun {
            Ok(journal) => journal,
            Err(error) => {
                let _ = self.told.send(Now::Refused(Text::new(error.to_string())));
                return Some(());
            }
        };
        tracing::warn!("the shared store is away: what is done is recorded on this host");
        let _ = self.told.send(Now::On);
        loop {
            self.back(&journal).await?;
            journal.stand_down();
            let _ = self.told.send(Now::Back);
            if let Some(merged) = self.merge(&journal).await? {
                tracing::info!(?merged, "what was recorded on this host is in the shared store");
                let _ = self.told.send(Now::Merged(Arc::new(merged)));
                return Some(());
            }
            // It went away again, and somebody wants to go on.
            let _ = journal.stand_in(&self.dir).await;
            let _ = self.told.send(Now::On);
        }
    }

    /// Waits until the store is back. None where the program ends.
    async fn back(&mut self, journal: &Journal) -> Option<()> {
        let mut answers = 0;
        while answers < ANSWERS {
            sleep(LOOK.mul_f64(1.0 - 0.2 * chance())).await;
            let is_there = timeout(PATIENCE, schema::fits(journal.store())).await;
            answers = if matches!(is_there, Ok(Ok(()))) { answers + 1 } else { 0 };
            // Whoever asks for what is so already has it.
            while self.asked.try_recv().is_ok() {}
            if self.asked.is_closed() {
                return None;
            }
        }
        Some(())
    }

    /// Merges as soon as nothing begun without the store is under way. What is not merged at the end of the program
    /// is merged by the next. The inner none where the emergency path is taken anew.
    async fn merge(&mut self, journal: &Journal) -> Option<Option<Merged>> {
        loop {
            match journal.merge(Utc::now()).await {
                Ok(merged) => return Some(Some(merged.unwrap_or_default())),
                Err(JournalError::Closed { .. }) => {}
                Err(error) => tracing::debug!(%error, "what was recorded on this host cannot be merged yet"),
            }
            tokio::select! {
                asked = self.asked.recv() => {
                    asked?;
                    return Some(None);
                }
                () = sleep(AGAIN) => {}
            }
        }
    }
}
