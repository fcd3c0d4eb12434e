//! One job an encoder at a time; the others wait, and can say for whom.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};
use tokio::time::Instant;

use crate::seam::id::EncoderId;
use crate::text::Text;

/// Two cuts on one encoder are further apart than this; two clocks are not.
const SAME: Duration = Duration::from_secs(2);

/// The encoders as this engine uses them.
#[derive(Debug, Default)]
pub(super) struct Encoders {
    slots: Mutex<HashMap<EncoderId, Arc<Slot>>>,
}

#[derive(Debug, Default)]
struct Slot {
    turn: Arc<Turn<()>>,
    said: Mutex<Said>,
}

#[derive(Debug, Default)]
struct Said {
    holder: Option<Text>,
    last_cut: Option<Instant>,
}

/// The right to use an encoder; given back when dropped.
#[derive(Debug)]
pub(super) struct Held {
    slot: Arc<Slot>,
    _turn: OwnedMutexGuard<()>,
}

impl Encoders {
    fn slot(&self, id: &EncoderId) -> Arc<Slot> {
        Arc::clone(whole(&self.slots).entry(id.clone()).or_default())
    }

    /// For whom the encoder works now, if it does.
    pub(super) fn holder(&self, id: &EncoderId) -> Option<Text> {
        whole(&self.slot(id).said).holder.clone()
    }

    /// A card was cut here before this engine was there.
    pub(super) fn cut_on(&self, id: &EncoderId) {
        whole(&self.slot(id).said).last_cut.get_or_insert_with(Instant::now);
    }

    /// Waits for the encoder, first come, first served.
    pub(super) async fn take(&self, id: &EncoderId, whom: Text) -> Held {
        let slot = self.slot(id);
        let turn = Arc::clone(&slot.turn).lock_owned().await;
        whole(&slot.said).holder = Some(whom);
        Held { slot, _turn: turn }
    }
}

impl Held {
    /// A card was cut and lies on the encoder.
    pub(super) fn cut(&self) {
        whole(&self.slot.said).last_cut = Some(Instant::now());
    }

    /// A card was cut here so long ago, as the journal tells; perhaps by another program.
    pub(super) fn heard(&self, ago: Duration) {
        let mut said = whole(&self.slot.said);
        let at = Instant::now().checked_sub(ago);
        // What this engine has seen itself it knows better, to the instant.
        if said.last_cut.is_none_or(|seen| at.is_some_and(|at| at > seen + SAME)) {
            said.last_cut = at.or(said.last_cut);
        }
    }

    /// When a card was last cut here, as far as this engine knows.
    pub(super) fn last_cut(&self) -> Option<Instant> {
        whole(&self.slot.said).last_cut
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        whole(&self.slot.said).holder = None;
    }
}

/// What a panicking holder left behind is still a name and an instant.
pub(super) fn whole<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_second_waits_until_the_first_gives_back() {
        let encoders = Arc::new(Encoders::default());
        let id = EncoderId::new("desk1");
        let first = encoders.take(&id, "102 Berg".into()).await;
        assert_eq!(encoders.holder(&id).unwrap(), "102 Berg");
        let mut second = Box::pin(encoders.take(&id, "118 Lindqvist".into()));
        assert!(futures_pending(&mut second));
        first.cut();
        drop(first);
        let second = second.await;
        assert_eq!(encoders.holder(&id).unwrap(), "118 Lindqvist");
        assert!(second.last_cut().is_some());
        drop(second);
        assert_eq!(encoders.holder(&id), None);
    }

    #[tokio::test]
    async fn another_encoder_is_free() {
        let encoders = Encoders::default();
        let _held = encoders.take(&EncoderId::new("desk1"), "102".into()).await;
        encoders.take(&EncoderId::new("desk2"), "118".into()).await;
    }

    fn futures_pending<F: Future + Unpin>(f: &mut F) -> bool {
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        std::pin::Pin::new(f).poll(&mut cx).is_pending()
    }
}
