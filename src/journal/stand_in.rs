//! A file of this host in the place of a server that is away, for as long as somebody wants that on purpose.
//!
//! Whatever is begun while it stands in is written into the file to its end, also where the server is back
//! meanwhile; everything else is read and written there until the stand-in stands down. Nobody at another host
//! sees the file, so nothing keeps two hosts from working on the same stay: that is found when it is merged.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use super::{IntentId, Journal, JournalError, Token, Wanted};
use crate::store::{Store, sql};
use crate::text::Text;

/// Where the file is kept, below the state directory.
pub const STAND_IN: &str = "emergency";

/// What stands in, for all handles of a journal.
#[derive(Clone, Default)]
pub(super) struct StandIn(Arc<RwLock<Seat>>);

#[derive(Default)]
struct Seat {
    file: Option<Store>,
    /// Whether what is begun now goes into it.
    is_on: bool,
    /// What was begun in it.
    runs: BTreeSet<IntentId>,
    /// How often the place where things are written was another one.
    switches: u64,
}

impl fmt::Debug for StandIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandIn").field("is_on", &self.read(|seat| seat.is_on)).finish_non_exhaustive()
    }
}

impl StandIn {
    fn read<T>(&self, of: impl FnOnce(&Seat) -> T) -> T {
        of(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, of: impl FnOnce(&mut Seat) -> T) -> T {
        of(&mut self.0.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Journal {
    /// Everything is written into a file in the directory `dir` from now on, which is made where it is not there.
    /// Inside a tokio runtime.
    ///
    /// # Errors
    /// [`JournalError`]; then nothing stands in.
    pub async fn stand_in(&self, dir: &Path) -> Result<(), JournalError> {
        let file = Self::open(dir).await?.store;
        self.stand_in.write(|seat| {
            (seat.file, seat.is_on) = (Some(file), true);
            seat.switches += 1;
        });
        Ok(())
    }

    /// What is begun from now on goes to the server again. What was begun before is written to its end where it
    /// was begun.
    pub fn stand_down(&self) {
        self.stand_in.write(|seat| {
            seat.is_on = false;
            seat.switches += 1;
        });
    }

    /// Whether a file stands in now.
    pub fn is_standing_in(&self) -> bool {
        self.stand_in.read(|seat| seat.is_on)
    }

    /// Another number whenever things are read and written somewhere else than before: what was read on from there
    /// counts no more.
    pub fn switches(&self) -> u64 {
        self.stand_in.read(|seat| seat.switches)
    }

    /// The file that stands in, or did until what was begun in it is over and merged.
    pub(super) fn file(&self) -> Option<Self> {
        self.stand_in.read(|seat| seat.file.clone()).map(Self::of)
    }

    /// It is merged: nothing more comes of it.
    pub(super) fn forget_file(&self) {
        self.stand_in.write(|seat| {
            if !seat.is_on {
                *seat = Seat { switches: seat.switches, ..Seat::default() };
            }
        });
    }

    /// Where things are read and written now.
    pub(super) fn at(&self) -> Store {
        self.at_now().0
    }

    /// The same, and whether that is the file that stands in.
    pub(super) fn at_now(&self) -> (Store, bool) {
        match self.stand_in.read(|seat| seat.file.clone().filter(|_| seat.is_on)) {
            Some(file) => (file, true),
            None => (self.store.clone(), false),
        }
    }

    /// Where the run of a claim is written.
    pub(super) fn of_token(&self, token: Token) -> Store {
        let file = self.stand_in.read(|seat| seat.file.clone()).filter(|_| token.is_stand_in);
        file.unwrap_or_else(|| self.store.clone())
    }

    /// Where a run was begun, as far as that was in this program.
    pub(super) fn of_run(&self, run: IntentId) -> Store {
        let file = self.stand_in.read(|seat| seat.file.clone().filter(|_| seat.runs.contains(&run)));
        file.unwrap_or_else(|| self.store.clone())
    }

    /// A run was begun where a file stands in.
    pub(super) fn note_run(&self, run: IntentId) {
        self.stand_in.write(|seat| {
            if seat.is_on {
                seat.runs.insert(run);
            }
        });
    }

    /// Who holds what is `wanted` in the file that has stood down: there it is still being worked on.
    pub(super) async fn held_in_file(&self, wanted: &Wanted) -> Result<Option<Text>, JournalError> {
        let Some(file) = self.stand_in.read(|seat| seat.file.clone().filter(|_| !seat.is_on)) else {
            return Ok(None);
        };
        for name in &wanted.names {
            let held = sql("SELECT whom FROM lease WHERE name = $1 AND until > {now}").bind(name);
            if let Some(row) = file.first(held).await? {
                return Ok(Some(Text::new(row.text("whom")?)));
            }
        }
        Ok(None)
    }
}
