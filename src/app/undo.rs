//! Undoing what the desk did last for a stay, where that is true.

use super::App;
use super::ask::{Ask, UndoAsk};
use super::command::CommandId;
use super::event::Effects;
use super::jobs::Job;
use super::message::Weight;
use crate::desk::{Outcome, Refusal, RunId};
use crate::property::StayId;

impl App {
    /// What the desk did last for a stay, under whatever number the stay goes on by now.
    fn last_deed(&self, stay: &StayId) -> Option<&Job> {
        let is_of = |job: &&Job| job.stay == *stay || job.stay_after(&self.property).as_ref() == Some(stay);
        self.jobs.all().iter().rev().find(is_of)
    }

    /// The question whether to undo a run, or the sentence that it cannot be.
    fn undo_of(&self, job: &Job) -> Result<Ask, Refusal> {
        match &job.ended {
            None => Err(Refusal::new("Cannot be undone yet: the desk is still at it.")),
            Some((_, Outcome::Done { .. } | Outcome::Pending { .. })) => {
                UndoAsk::of(&job.plan, &self.property, self.now).map(Ask::Undo)
            }
            Some(_) => Err(Refusal::new(
                "Cannot be undone: it did not go through to its end. Look at the stay and put right what is wrong.",
            )),
        }
    }

    /// Why there is nothing to undo for the selected stay.
    pub(super) fn refuse_undo(&self) -> Option<String> {
        let stay = self.targets().into_iter().next()?;
        match self.last_deed(&stay) {
            None => Some("the desk has done nothing for this guest since it was opened".to_owned()),
            Some(job) => self.undo_of(job).err().map(|why| why.words.to_string()),
        }
    }

    /// Whether a run that ended can be undone now: the hint on its page.
    pub fn can_undo(&self, job: &Job) -> bool {
        !self.settings.read_only && !job.is_running() && self.undo_of(job).is_ok()
    }

    pub(super) fn open_undo_of(&mut self, stay: &StayId) -> Effects {
        match self.last_deed(stay).map(|job| job.run) {
            Some(run) => self.open_undo(run),
            None => Effects::default(),
        }
    }

    /// Asks whether to undo a run.
    pub(super) fn open_undo(&mut self, run: RunId) -> Effects {
        self.thaw();
        let Some(job) = self.jobs.get(run) else { return Effects::default() };
        let asked = if self.settings.read_only {
            Err(Refusal::new("Undo: this desk is read-only."))
        } else if let Some(why) = self.refuse_for_age() {
            Err(Refusal::new(format!("Undo: {why}")))
        } else {
            self.undo_of(job)
        };
        let busy = |ask: &Ask| ask.stays().iter().any(|stay| self.jobs.on_stay(stay).is_some());
        match asked {
            Ok(ask) if busy(&ask) => {
                let shows = self.settings.keymap.how(CommandId::Desk);
                let words = format!("The desk is still at work on this stay: {shows} shows it.");
                self.messages.say(self.now, Weight::Caution, words);
                Effects::draw()
            }
            Ok(ask) => self.open_dialog(ask),
            Err(refusal) => {
                self.messages.say(self.now, Weight::Caution, refusal.words);
                Effects::draw()
            }
        }
    }
}
