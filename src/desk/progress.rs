//! What a run tells while it goes on, and what it can be told.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::property::Delta;
use crate::seam::id::{EncoderId, GrantId, MethodId};
use crate::text::Text;

/// A run of a plan. Chosen by whoever starts it; unique for as long as the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RunId(pub u64);

/// What a person can tell a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// The card lies on the encoder; or, after a failure, try again. Whatever can be read is read
    /// again before anything is sent again.
    Continue,
    /// Go no further than the step that is running. Waiting steps end at once.
    StopAfterStep,
    /// Cut the cards that are still to be cut on another encoder; ends a wait for the first one and,
    /// after a failure, tries again there.
    UseEncoder {
        /// The other encoder.
        encoder: EncoderId,
        /// Its name.
        name: Text,
    },
}

/// A message of a run.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Whose.
    pub run: RunId,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: ProgressKind,
}

/// What a run tells.
#[derive(Clone, Debug)]
pub enum ProgressKind {
    /// A step changed its state.
    Step {
        /// Index in [`super::Plan::steps`].
        index: usize,
        /// Its new state.
        state: StepState,
    },
    /// Records that were read back: true for the property as any other reading is.
    Read(Delta),
    /// Grants that change now and should be read often for a while.
    Watch(Vec<GrantId>),
    /// The run is over; nothing follows.
    Ended(Outcome),
}

/// Where a step stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Its turn has not come. Never sent: the state of every step before the first message about it.
    Waiting,
    /// It waits for something another run holds.
    Queued {
        /// "Front desk 1 is busy with 102 Berg, Astrid".
        words: Text,
    },
    /// Under way.
    Running {
        /// What is happening now.
        words: Text,
    },
    /// It waits for a person; [`Control::Continue`] when done.
    Asking {
        /// What to do, "put the next card on “Front desk 1”, then Enter".
        words: Text,
    },
    /// Done, as read back.
    Done {
        /// What was reached.
        words: Text,
    },
    /// Accepted by Seam, but not at every lock yet; the run goes on without waiting for it.
    Pending {
        /// What is still open.
        words: Text,
    },
    /// It did not happen.
    Failed {
        /// What went wrong.
        words: Text,
        /// What to do about it.
        next: Text,
        /// Whether [`Control::Continue`] tries again; if not, the run ends.
        retry: bool,
    },
    /// It may have happened or may yet; reading goes on.
    Unknown {
        /// What is known and what is not.
        words: Text,
        /// Whether [`Control::Continue`] may send it again, after looking once more.
        retry: bool,
    },
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All steps are done, as read back.
    Done {
        /// What was reached.
        words: Text,
        /// Cards that can be cut now: offer it.
        cards_waiting: Vec<MethodId>,
    },
    /// Everything asked for was accepted, but has not reached every lock.
    Pending {
        /// What is still open, and where to look.
        words: Text,
        /// Cards that can be cut now.
        cards_waiting: Vec<MethodId>,
    },
    /// A person stopped it.
    Stopped {
        /// What was done and what was not.
        words: Text,
        /// Cards that can be cut now.
        cards_waiting: Vec<MethodId>,
    },
    /// A step failed and cannot be tried again.
    Failed {
        /// What went wrong, and what had been done before.
        words: Text,
        /// What to do about it.
        next: Text,
    },
    /// It was left while it was not known whether a step had happened.
    Unknown {
        /// What is known and what is not, and where to look.
        words: Text,
    },
}

/// How a remark begins that a guest holds a PIN that does not open.
pub(super) const OTHER_PIN: &str = "THE PIN IS NOT THE ONE THAT WAS ASKED FOR";
/// How a remark begins that the lock took a PIN out of its reserve.
pub(super) const BACKUP_PIN: &str = "THE PIN IS A BACKUP CODE";

impl Outcome {
    /// Whether the PIN that was issued is another than the guest was told: to be said before all else.
    pub fn has_other_pin(&self) -> bool {
        let Self::Pending { words, .. } = self else { return false };
        words.contains(OTHER_PIN) || words.contains(BACKUP_PIN)
    }
}
