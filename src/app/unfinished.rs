//! What processes that are gone left behind: said at once, taken up or left by a person, never by itself.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::App;
use super::command::CommandId;
use super::dialog::ARMED_AFTER;
use super::event::{Effect, Effects};
use super::key::{Code, Key};
use super::layer::Layer;
use super::message::Weight;
use super::own_keys::Own;
use crate::desk::{RunId, Unfinished};
use crate::journal::IntentId;
use crate::text::Text;

/// The runs nobody is at.
#[derive(Clone, Debug, Default)]
pub struct LeftBehind {
    list: Vec<Unfinished>,
    /// Those the person has been told of.
    told: BTreeSet<IntentId>,
    /// Whether something was told of that has not been listed yet.
    pub(super) unlisted: bool,
    /// Those this desk has taken up, by the run they became.
    taken: BTreeMap<RunId, IntentId>,
}

impl LeftBehind {
    /// All of them, the oldest first.
    pub fn list(&self) -> &[Unfinished] {
        &self.list
    }

    fn get(&self, id: IntentId) -> Option<&Unfinished> {
        self.list.iter().find(|left| left.id == id)
    }
}

/// The box that lists them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chooser {
    /// The chosen one.
    pub chosen: Option<IntentId>,
    /// Whether the person is asked once more before it is left as it is.
    pub asks: bool,
    /// Since when the chosen one is on the screen: a key typed before was meant for something else.
    shown_at: Option<DateTime<Utc>>,
}

impl Chooser {
    fn on(chosen: Option<IntentId>) -> Self {
        Self { chosen, ..Self::default() }
    }

    /// It has been drawn.
    pub(super) fn drawn(&mut self, now: DateTime<Utc>) {
        self.shown_at.get_or_insert(now);
    }

    fn is_armed(&self, now: DateTime<Utc>) -> bool {
        self.shown_at.is_some_and(|at| now - at >= ARMED_AFTER)
    }
}

/// "Lost card 118 Lindqvist, Per".
pub fn what_and_whom(left: &Unfinished) -> String {
    let plan = &left.plan;
    format!("{} {} {}", plan.action.word(), plan.room, plan.guest).replace("  ", " ").trim().to_owned()
}

impl App {
    /// Takes in what is unfinished now.
    pub(super) fn unfinished(&mut self, mut list: Vec<Unfinished>) -> Effects {
        // A lease that ran out while this computer slept says nothing of a run that goes on here.
        let running: BTreeSet<IntentId> =
            self.jobs.running().filter_map(|job| self.left.taken.get(&job.run).copied()).collect();
        list.retain(|left| !running.contains(&left.id));
        let new = list.iter().filter(|left| !self.left.told.contains(&left.id)).count();
        self.left.list = list;
        self.choose_again();
        if new > 0 {
            self.tell_unfinished();
        }
        Effects::draw()
    }

    /// Says what is unfinished, and lists it where nothing else is open.
    pub(super) fn tell_unfinished(&mut self) {
        let fresh = |left: &&Unfinished| !self.left.told.contains(&left.id);
        let Some(first) = self.left.list.iter().find(fresh).map(what_and_whom) else { return };
        let count = self.left.list.len();
        let others = if count > 1 { format!(", and {} more", count - 1) } else { String::new() };
        let shows = self.settings.keymap.how(CommandId::Unfinished);
        let words = format!("Left unfinished: {first}{others}. {shows} shows it.");
        self.messages.say(self.now, Weight::Caution, words);
        self.left.unlisted = true;
        self.list_unfinished();
        let ids: Vec<IntentId> = self.left.list.iter().map(|left| left.id).collect();
        self.left.told.extend(ids);
    }

    /// Lists what was told of and not listed, where nothing else is open.
    pub(super) fn list_unfinished(&mut self) {
        if self.left.unlisted && self.layers.is_empty() && !self.board.typing && !self.left.list.is_empty() {
            self.open_unfinished();
        }
    }

    /// Lists what is unfinished.
    pub(super) fn open_unfinished(&mut self) {
        self.left.unlisted = false;
        let first = self.left.list.first().map(|left| left.id);
        self.layers.retain(|layer| !matches!(layer, Layer::Unfinished(_)));
        self.layers.push(Layer::Unfinished(Chooser::on(first)));
    }

    /// The list changed under the box: what is chosen stays chosen, or nothing is.
    fn choose_again(&mut self) {
        let Some(at) = self.layers.iter().position(|l| matches!(l, Layer::Unfinished(_))) else { return };
        let Some(Layer::Unfinished(chooser)) = self.layers.get_mut(at) else { return };
        if chooser.chosen.is_some_and(|id| self.left.get(id).is_some()) {
            return;
        }
        let was = chooser.chosen.is_some();
        *chooser = Chooser::on(self.left.list.first().map(|left| left.id));
        if was {
            let words = "That one is no longer unfinished: it was taken up or left at another desk.";
            self.messages.say(self.now, Weight::Caution, words);
        }
        if self.left.list.is_empty() {
            self.layers.remove(at);
        }
    }

    /// A key on the box.
    pub(super) fn unfinished_key(&mut self, key: Key) -> Effects {
        let now = self.now;
        let Some(Layer::Unfinished(chooser)) = self.layers.last_mut() else { return Effects::default() };
        let Some(left) = chooser.chosen.and_then(|id| self.left.list.iter().find(|left| left.id == id))
        else {
            return self.close();
        };
        let armed = chooser.is_armed(now);
        if chooser.asks {
            return match key.code {
                Code::Char('y') if armed => {
                    let left = left.clone();
                    self.leave_as_it_is(left)
                }
                Code::Char('y') => {
                    self.messages.say(now, Weight::Caution, "read it first, then y");
                    Effects::draw()
                }
                Code::Esc | Code::Enter | Code::Char('n' | 'q') => {
                    chooser.asks = false;
                    Effects::draw()
                }
                _ => Effects::default(),
            };
        }
        match key.code {
            Code::Enter | Code::Char('y') if !armed => {
                self.messages.say(now, Weight::Caution, "read it first, then Enter");
                Effects::draw()
            }
            Code::Enter | Code::Char('y') => {
                let left = left.clone();
                self.take_up(left)
            }
            Code::Own(Own::UnfinishedLeave) => {
                chooser.asks = true;
                chooser.shown_at = None;
                Effects::draw()
            }
            Code::Esc | Code::Char('q') => self.close(),
            _ if self.settings.keymap.command(key) == Some(CommandId::Unfinished) => self.close(),
            Code::Char('c') if key.ctrl => self.command(CommandId::Quit),
            _ => self.choose_unfinished(key),
        }
    }

    fn choose_unfinished(&mut self, key: Key) -> Effects {
        let page = self.overlay_room();
        let (Some(by), Some(Layer::Unfinished(chooser))) =
            (self.settings.keymap.travel(key), self.layers.last_mut())
        else {
            return Effects::default();
        };
        let list = &self.left.list;
        let at = list.iter().position(|left| Some(left.id) == chooser.chosen).unwrap_or(0);
        let to = list.get(super::overlay::moved(at, list.len(), by, page)).map(|left| left.id);
        if to == chooser.chosen {
            return Effects::default();
        }
        *chooser = Chooser::on(to);
        Effects::draw()
    }

    /// Begins to carry out the rest of a run.
    fn take_up(&mut self, left: Unfinished) -> Effects {
        if let Some(why) = self.refuse_for_store() {
            self.messages.say(self.now, Weight::Caution, why);
            return Effects::draw();
        }
        if let Some(busy) = self.jobs.on_stay(&left.plan.stay) {
            let shows = self.settings.keymap.how(CommandId::Desk);
            let words = format!("The desk is still {} {}: {shows} shows it.", busy.action.verb(), busy.room);
            self.messages.say(self.now, Weight::Caution, words);
            return Effects::draw();
        }
        self.layers.pop();
        self.forgive(&left.plan.stay);
        let run = self.jobs.take_up(&left.plan, left.from_step, self.now);
        self.left.taken.insert(run, left.id);
        self.left.list.retain(|other| other.id != left.id);
        // Where it cannot be taken up after all, that is news.
        self.left.told.remove(&left.id);
        self.layers.push(Layer::Job(run));
        Effects::and(Effect::Resume(run, Box::new(left)))
    }

    /// Gives a run up; what was done of it stays.
    fn leave_as_it_is(&mut self, left: Unfinished) -> Effects {
        if let Some(why) = self.refuse_for_store() {
            self.messages.say(self.now, Weight::Caution, why);
            return Effects::draw();
        }
        self.layers.pop();
        self.left.list.retain(|other| other.id != left.id);
        if !self.left.list.is_empty() {
            self.open_unfinished();
        }
        Effects::and(Effect::LeaveAsItIs(Box::new(left)))
    }

    /// What became of giving a run up.
    pub(super) fn left_as_it_is(&mut self, left: &Unfinished, why_not: Option<Text>) -> Effects {
        let whom = what_and_whom(left);
        match why_not {
            None => {
                let words = format!("{whom}: left as it is; the journal says so.");
                self.messages.say(self.now, Weight::Good, words);
            }
            Some(why) => {
                self.left.told.remove(&left.id);
                self.messages.say(self.now, Weight::Bad, format!("{whom}: could not be left: {why}"));
            }
        }
        Effects::draw()
    }
}
