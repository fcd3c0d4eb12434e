//! What keys do for the layer on top.

use super::App;
use super::board::Travel;
use super::command::{CommandId, command};
use super::dialog::Answer;
use super::event::{Effect, Effects};
use super::key::{Code, Key};
use super::layer::{Details, Layer, Palette};
use super::message::Weight;
use super::own_keys::Own;
use super::reveal::Purpose;
use crate::desk::{Control, Pins, Plan, RunId};
use crate::property::StayId;

/// Where an index goes; lists stop at both ends.
pub(in crate::app) fn moved(at: usize, len: usize, by: Travel, page: usize) -> usize {
    let page = isize::try_from(page.max(1)).unwrap_or(isize::MAX);
    let to = match by {
        Travel::Rows(n) => at.saturating_add_signed(n),
        Travel::Pages(n) => at.saturating_add_signed(n.saturating_mul(page)),
        Travel::First => 0,
        Travel::Last => usize::MAX,
    };
    to.min(len.saturating_sub(1))
}

/// Pages do not know how long they are; the view stops at their end.
const PAGE_END: usize = 10_000;

impl App {
    pub(super) fn layer_key(&mut self, key: Key) -> Effects {
        let page = self.overlay_room();
        if self.asks_for_help(key) {
            return self.command(CommandId::Help);
        }
        match self.layers.last_mut() {
            None => self.board_key(key),
            Some(
                Layer::Details(Details { scroll, .. }) | Layer::Alert { scroll, .. } | Layer::Help { scroll },
            ) => {
                if let Some(by) = self.settings.keymap.travel(key) {
                    *scroll = moved(*scroll, PAGE_END, by, page);
                    return Effects::draw();
                }
                self.page_key(key)
            }
            Some(Layer::Desk { at }) => {
                if let Some(by) = self.settings.keymap.travel(key) {
                    *at = moved(*at, self.jobs.all().len(), by, page);
                    return Effects::draw();
                }
                self.desk_key(key)
            }
            Some(Layer::Journal(_)) => self.journal_key(key),
            Some(Layer::Entry(whole)) => {
                if let Some(by) = self.settings.keymap.travel(key) {
                    whole.scroll = moved(whole.scroll, PAGE_END, by, page);
                    return Effects::draw();
                }
                self.page_key(key)
            }
            Some(Layer::Audit) => self.audit_key(key),
            Some(Layer::Paper(_)) => self.paper_key(key),
            Some(Layer::Compare(_)) => self.compare_key(key),
            Some(Layer::Attend(_)) => self.attend_key(key),
            Some(Layer::Unfinished(_)) => self.unfinished_key(key),
            Some(Layer::Emergency(_)) => self.emergency_key(key),
            Some(Layer::Operator(_)) => self.operator_key(key),
            Some(Layer::Menu(_)) => self.menu_key(key),
            Some(Layer::Palette(_)) => self.palette_key(key),
            Some(Layer::Themes(_)) => self.themes_key(key),
            Some(Layer::Dialog(_)) => self.dialog_key(key),
            Some(Layer::Job(run)) => {
                let run = *run;
                self.job_key(key, run)
            }
            Some(Layer::Queue) => self.queue_key(key),
            Some(Layer::Reading) => self.reading_key(key),
            Some(Layer::Columns(_)) => self.columns_key(key),
            Some(Layer::Leave) => self.leave_key(key),
            Some(Layer::Link(_)) => self.link_key(key),
            Some(Layer::Why(_)) => self.why_key(key),
            // It is shown to one phone; whatever is pressed next takes it away.
            Some(Layer::Qr(_)) => self.close(),
        }
    }

    pub(super) fn close(&mut self) -> Effects {
        if let Some(Layer::Link(_)) = self.layers.pop() {
            self.hide_secret();
        }
        // What was under help has heard nothing meanwhile.
        self.refresh_dialog();
        Effects::draw()
    }

    /// Whether a key asks what a box is about: `?` where nothing is typed, `F1` wherever anything is. Pages
    /// have their own answer.
    fn asks_for_help(&self, key: Key) -> bool {
        let Some(layer) = self.top() else { return false };
        let asks = self.settings.keymap.command(key) == Some(CommandId::Help);
        let is_typed = key.typed().is_some() && layer.takes_text();
        asks && !is_typed && !layer.is_page() && !matches!(layer, Layer::Qr(_))
    }

    /// Keys of a page that are not its own: actions for the stay it shows, help, leaving.
    pub(super) fn page_key(&mut self, key: Key) -> Effects {
        match self.settings.keymap.command(key) {
            Some(CommandId::Back) => self.close(),
            Some(CommandId::Quit) if key.ctrl => self.command(CommandId::Quit),
            Some(CommandId::Quit) => self.close(),
            Some(CommandId::Help) if matches!(self.top(), Some(Layer::Help { .. })) => self.close(),
            Some(
                id @ (CommandId::Extend
                | CommandId::Reissue
                | CommandId::Cards
                | CommandId::ReadCard
                | CommandId::TestEncoder
                | CommandId::CardQueue
                | CommandId::CheckOut
                | CommandId::InstantKey
                | CommandId::Keys
                | CommandId::Unlock
                | CommandId::Undo
                | CommandId::Move
                | CommandId::Grant
                | CommandId::Why
                | CommandId::Attend
                | CommandId::Actions
                | CommandId::Unmask
                | CommandId::Copy
                | CommandId::PollNow
                | CommandId::Palette
                | CommandId::Help
                | CommandId::Desk
                | CommandId::Journal
                | CommandId::Audit
                | CommandId::Unfinished
                | CommandId::Operator
                | CommandId::Theme
                | CommandId::Property
                | CommandId::Emergency
                | CommandId::Suspend),
            ) => self.command(id),
            _ => Effects::default(),
        }
    }

    fn menu_key(&mut self, key: Key) -> Effects {
        let Some(Layer::Menu(menu)) = self.layers.last_mut() else { return Effects::default() };
        if key.code == Code::Esc {
            return self.close();
        }
        if key.code == Code::Enter {
            let Some(id) = menu.items.get(menu.at).copied() else { return self.close() };
            return self.choose(id);
        }
        // A letter does what it does on the board, where the menu lists it.
        match self.settings.keymap.command(key) {
            Some(id) if menu.items.contains(&id) && self.settings.keymap.travel(key).is_none() => {
                self.choose(id)
            }
            _ => {
                if let Some(by) = self.settings.keymap.travel(key) {
                    menu.at = moved(menu.at, menu.items.len(), by, 10);
                    menu.refused = None;
                }
                Effects::draw()
            }
        }
    }

    /// Carries out a command chosen from a list, or says there why not.
    fn choose(&mut self, id: CommandId) -> Effects {
        if let Some(reason) = self.refusal_of(id) {
            if let Some(Layer::Menu(menu) | Layer::Palette(Palette { menu, .. })) = self.layers.last_mut() {
                menu.refused = Some(format!("{}: {reason}", command(id).name));
            }
            return Effects::draw();
        }
        self.layers.pop();
        let mut effects = self.command(id);
        effects.draw = true;
        effects
    }

    fn palette_key(&mut self, key: Key) -> Effects {
        let Some(Layer::Palette(palette)) = self.layers.last_mut() else { return Effects::default() };
        let len = palette.menu.items.len();
        match key.code {
            Code::Esc => return self.close(),
            Code::Enter => {
                let Some(id) = palette.menu.items.get(palette.menu.at).copied() else {
                    return Effects::default();
                };
                return self.choose(id);
            }
            Code::Up => palette.menu.at = palette.menu.at.saturating_sub(1),
            Code::Down => palette.menu.at = (palette.menu.at + 1).min(len.saturating_sub(1)),
            Code::Char('c') if key.ctrl => return self.close(),
            _ => {
                if palette.line.key(key) {
                    palette.search();
                }
            }
        }
        Effects::draw()
    }

    fn dialog_key(&mut self, key: Key) -> Effects {
        let now = self.now;
        let Some(Layer::Dialog(dialog)) = self.layers.last_mut() else { return Effects::default() };
        match dialog.key(key, &self.property, now) {
            Answer::Nothing => Effects::default(),
            Answer::Changed => Effects::draw(),
            Answer::Leave => {
                self.layers.pop();
                self.messages.say(now, Weight::Good, "Left without doing anything.");
                Effects::draw()
            }
            Answer::Say(words) => {
                self.messages.say(now, Weight::Caution, words);
                Effects::draw()
            }
            Answer::Read(encoder, name, purpose) => {
                self.layers.pop();
                self.read_card(encoder, name, purpose)
            }
            Answer::Do(plans) => {
                // Whoever began while this was read is named at once, not by what would be refused later.
                if let Some(why) = self.refuse_for_store() {
                    self.messages.say(now, Weight::Caution, format!("Nothing was sent: {why}"));
                    return Effects::draw();
                }
                let stays: Vec<StayId> = plans.iter().map(|plan| plan.stay.clone()).collect();
                if self.refuse_for_others(&stays) {
                    return Effects::draw();
                }
                let Some(Layer::Dialog(dialog)) = self.layers.pop() else { return Effects::draw() };
                self.run(&dialog, plans)
            }
        }
    }

    fn job_key(&mut self, key: Key, run: RunId) -> Effects {
        let job = self.jobs.get(run);
        let over = job.is_none_or(|j| !j.is_running());
        let wants_person = job.is_some_and(|j| j.wants_person());
        let after = job.filter(|_| over).and_then(|j| j.stay_after(&self.property));
        let cut = job.map(|j| j.stays_to_cut(&self.property)).unwrap_or_default();
        let secret = after.and_then(|stay| self.secret_of(&stay));
        let rest = self.jobs.rest(run, &self.property);
        match key.code {
            Code::Esc | Code::Char('q') => self.close(),
            _ if self.settings.keymap.command(key) == Some(CommandId::Desk) => self.close(),
            Code::Enter if over => self.close(),
            Code::Enter if wants_person => Effects::and(Effect::Control(run, Control::Continue)),
            Code::Own(Own::JobStop) if !over && self.jobs.leave_line(run, self.now) => Effects::draw(),
            Code::Own(Own::JobStop) if !over => Effects::and(Effect::Control(run, Control::StopAfterStep)),
            Code::Own(Own::JobUndo) if over => self.open_undo(run),
            Code::Char('c') if key.ctrl => self.command(CommandId::Quit),
            Code::Own(Own::JobGoOn) => match rest {
                Some((plan, pins)) => self.go_on(plan, pins),
                None => Effects::default(),
            },
            Code::Own(Own::JobUnmask) => match secret {
                Some(found) => self.use_secret(found, Purpose::Show),
                None => Effects::default(),
            },
            Code::Own(Own::JobCards) if !cut.is_empty() => {
                self.layers.pop();
                self.open_cards(cut)
            }
            _ => Effects::default(),
        }
    }

    /// Goes on with a plan that ended half-way, as a run of its own.
    fn go_on(&mut self, plan: Plan, pins: Pins) -> Effects {
        if let Some(why) = self.refuse_for_age() {
            self.messages.say(self.now, Weight::Caution, format!("go on: {why}"));
            return Effects::draw();
        }
        let run = self.jobs.begin(&plan, &pins, self.now);
        self.layers.pop();
        self.layers.push(Layer::Job(run));
        Effects::and(Effect::Run(run, Box::new(plan), pins))
    }

    fn desk_key(&mut self, key: Key) -> Effects {
        let Some(Layer::Desk { at }) = self.layers.last() else { return Effects::default() };
        let run = self.jobs.all().iter().rev().nth(*at).map(|j| j.run);
        match (key.code, run) {
            (Code::Enter, Some(run)) => {
                let queued = self.queue.as_ref().is_some_and(|queue| queue.has(run));
                self.layers.push(if queued { Layer::Queue } else { Layer::Job(run) });
                Effects::draw()
            }
            (Code::Own(Own::DeskUndo), Some(run)) => self.open_undo(run),
            _ if self.settings.keymap.command(key) == Some(CommandId::Desk) => self.close(),
            _ => self.page_key(key),
        }
    }

    fn leave_key(&mut self, key: Key) -> Effects {
        match key.code {
            Code::Char('y') => Effects::and(Effect::Quit),
            Code::Esc | Code::Enter | Code::Char('n' | 'q') => self.close(),
            Code::Char('c') if key.ctrl => self.close(),
            _ => Effects::default(),
        }
    }

    /// A frame shows the topmost layer: a preview can be confirmed from now on, and scrolling past the
    /// end did not happen.
    pub(super) fn drawn(&mut self, end: Option<usize>) {
        let scroll = match self.layers.last_mut() {
            Some(
                Layer::Details(Details { scroll, .. }) | Layer::Alert { scroll, .. } | Layer::Help { scroll },
            ) => Some(scroll),
            Some(Layer::Entry(whole)) => Some(&mut whole.scroll),
            Some(Layer::Unfinished(chooser)) => {
                chooser.drawn(self.now);
                None
            }
            Some(Layer::Dialog(dialog)) => dialog.drawn(self.now),
            Some(Layer::Paper(paper)) => {
                paper.drawn(self.now);
                None
            }
            _ => None,
        };
        if let (Some(scroll), Some(end)) = (scroll, end) {
            *scroll = (*scroll).min(end);
        }
    }
}
