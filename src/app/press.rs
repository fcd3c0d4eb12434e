//! What keys do: first for the topmost layer, then for the panes.

use super::App;
use super::ask::{Ask, CardsAsk, CheckOutAsk, ExtendAsk, ReissueAsk};
use super::board::Travel;
use super::command::{CommandId, command, refusal};
use super::dialog::{Answer, Dialog, Stage};
use super::event::{Effect, Effects};
use super::form::{Field, Value};
use super::key::{Code, Key};
use super::layer::{Details, Layer, Menu, Palette, Themes};
use super::message::Weight;
use super::pane::{PaneKind, Sort};
use crate::desk::{Control, RunId};
use crate::property::StayId;

/// How a list or a page moves with a key.
fn travel(key: Key) -> Option<Travel> {
    match key.code {
        Code::Down | Code::Char('j') => Some(Travel::Rows(1)),
        Code::Up | Code::Char('k') => Some(Travel::Rows(-1)),
        Code::PageDown => Some(Travel::Pages(1)),
        Code::PageUp => Some(Travel::Pages(-1)),
        Code::Home | Code::Char('g') => Some(Travel::First),
        Code::End | Code::Char('G') => Some(Travel::Last),
        _ => None,
    }
}

/// Where an index goes; lists stop at both ends.
fn moved(at: usize, len: usize, by: Travel, page: usize) -> usize {
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
    pub(super) fn press(&mut self, key: Key) -> Effects {
        let said = self.messages.key_pressed();
        let mut effects = if self.board.typing { self.filter_key(key) } else { self.layer_key(key) };
        effects.draw |= said;
        effects
    }

    /// Pasted text goes into a field that is open, and nowhere else.
    pub(super) fn paste(&mut self, text: &str) -> Effects {
        let now = self.now;
        if self.board.typing {
            let mut line = Field::line("", self.board.filter().text());
            line.key(Key::plain(Code::End));
            line.paste(text);
            self.board.set_filter(&self.property, line.text());
            return Effects::draw();
        }
        match self.layers.last_mut() {
            Some(Layer::Dialog(dialog)) if matches!(dialog.stage, Stage::Form { .. }) => {
                if let Some(field) = dialog.form.focused() {
                    field.paste(text);
                }
                dialog.stage = Stage::Form { refused: None };
                dialog.refresh(&self.property, now);
            }
            Some(Layer::Palette(palette)) => {
                palette.line.paste(text);
                palette.search();
            }
            _ => self.messages.say(now, Weight::Caution, "Pasted text was ignored: no field is open."),
        }
        Effects::draw()
    }

    fn layer_key(&mut self, key: Key) -> Effects {
        let page = self.overlay_room();
        match self.layers.last_mut() {
            None => self.board_key(key),
            Some(
                Layer::Details(Details { scroll, .. }) | Layer::Alert { scroll, .. } | Layer::Help { scroll },
            ) => {
                if let Some(by) = travel(key) {
                    *scroll = moved(*scroll, PAGE_END, by, page);
                    return Effects::draw();
                }
                self.page_key(key)
            }
            Some(Layer::Desk { at }) => {
                if let Some(by) = travel(key) {
                    *at = moved(*at, self.jobs.all().len(), by, page);
                    return Effects::draw();
                }
                self.desk_key(key)
            }
            Some(Layer::Menu(_)) => self.menu_key(key),
            Some(Layer::Palette(_)) => self.palette_key(key),
            Some(Layer::Themes(_)) => self.themes_key(key),
            Some(Layer::Dialog(_)) => self.dialog_key(key),
            Some(Layer::Job(run)) => {
                let run = *run;
                self.job_key(key, run)
            }
            Some(Layer::Leave) => self.leave_key(key),
        }
    }

    fn close(&mut self) -> Effects {
        self.layers.pop();
        Effects::draw()
    }

    fn filter_key(&mut self, key: Key) -> Effects {
        match key.code {
            Code::Esc => {
                self.board.typing = false;
                self.board.set_filter(&self.property, "");
            }
            Code::Enter => self.board.typing = false,
            Code::Up | Code::Down | Code::PageUp | Code::PageDown => {
                if let Some(by) = travel(key) {
                    self.board.travel(by);
                }
            }
            Code::Char('c') if key.ctrl => {
                self.board.typing = false;
                return self.command(CommandId::Quit);
            }
            _ => {
                let mut line = Field::line("", self.board.filter().text());
                if let Value::Line { untouched, .. } = &mut line.value {
                    *untouched = false;
                }
                if line.key(key) {
                    self.board.set_filter(&self.property, line.text());
                }
            }
        }
        Effects::draw()
    }

    fn board_key(&mut self, key: Key) -> Effects {
        match self.settings.keymap.command(key) {
            Some(id) => self.command(id),
            None => Effects::default(),
        }
    }

    /// Keys of a page that are not its own: actions for the stay it shows, help, leaving.
    fn page_key(&mut self, key: Key) -> Effects {
        match self.settings.keymap.command(key) {
            Some(CommandId::Back) => self.close(),
            Some(CommandId::Quit) if key.ctrl => self.command(CommandId::Quit),
            Some(CommandId::Quit) => self.close(),
            Some(CommandId::Help) if matches!(self.top(), Some(Layer::Help { .. })) => self.close(),
            Some(
                id @ (CommandId::Extend
                | CommandId::Reissue
                | CommandId::Cards
                | CommandId::CheckOut
                | CommandId::Actions
                | CommandId::Unmask
                | CommandId::Copy
                | CommandId::PollNow
                | CommandId::Palette
                | CommandId::Help
                | CommandId::Desk
                | CommandId::Theme
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
            Some(id) if menu.items.contains(&id) && travel(key).is_none() => self.choose(id),
            _ => {
                if let Some(by) = travel(key) {
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

    fn themes_key(&mut self, key: Key) -> Effects {
        let Some(Layer::Themes(themes)) = self.layers.last_mut() else { return Effects::default() };
        let shown = match key.code {
            Code::Enter => {
                let name = self.settings.theme.clone();
                self.messages.say(self.now, Weight::Good, format!("Theme: {name}"));
                return self.close();
            }
            Code::Esc | Code::Char('q') => {
                let before = themes.before.clone();
                self.layers.pop();
                before
            }
            _ => {
                let Some(by) = travel(key) else { return Effects::default() };
                themes.at = moved(themes.at, themes.names.len(), by, 10);
                themes.names.get(themes.at).cloned().unwrap_or_default()
            }
        };
        self.settings.theme.clone_from(&shown);
        Effects::and(Effect::Theme(shown))
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
            Answer::Do(plans) => {
                let Some(Layer::Dialog(dialog)) = self.layers.pop() else { return Effects::draw() };
                self.run(&dialog, plans)
            }
        }
    }

    fn job_key(&mut self, key: Key, run: RunId) -> Effects {
        let job = self.jobs.get(run);
        let over = job.is_none_or(|j| !j.is_running());
        let wants_person = job.is_some_and(|j| j.wants_person());
        let cut = job.filter(|j| !j.cards_waiting().is_empty()).map(|j| j.stay.clone());
        match key.code {
            Code::Esc | Code::Char('q' | 'd') => self.close(),
            Code::Enter if over => self.close(),
            Code::Enter if wants_person => Effects::and(Effect::Control(run, Control::Continue)),
            Code::Char('x') if !over => Effects::and(Effect::Control(run, Control::StopAfterStep)),
            Code::Char('c') if key.ctrl => self.command(CommandId::Quit),
            Code::Char('c') => match cut {
                Some(stay) => {
                    self.layers.pop();
                    self.open_cards(stay)
                }
                None => Effects::default(),
            },
            _ => Effects::default(),
        }
    }

    fn desk_key(&mut self, key: Key) -> Effects {
        let Some(Layer::Desk { at }) = self.layers.last() else { return Effects::default() };
        let run = self.jobs.all().iter().rev().nth(*at).map(|j| j.run);
        match (key.code, run) {
            (Code::Enter, Some(run)) => {
                self.layers.push(Layer::Job(run));
                Effects::draw()
            }
            (Code::Char('d'), _) => self.close(),
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

    /// Why a command is refused now; for what changes anything, also where the screen is too old.
    pub fn refusal_of(&self, id: CommandId) -> Option<String> {
        let stale = || command(id).danger.then(|| self.refuse_for_age()).flatten();
        refusal(self, id).or_else(stale)
    }

    /// Carries out a command of the table.
    pub(super) fn command(&mut self, id: CommandId) -> Effects {
        if let Some(reason) = self.refusal_of(id) {
            self.messages.say(self.now, Weight::Caution, format!("{}: {reason}", command(id).name));
            return Effects::draw();
        }
        match id {
            CommandId::Guests => self.focus(PaneKind::Guests),
            CommandId::Grants => self.focus(PaneKind::Grants),
            CommandId::Mutations => self.focus(PaneKind::Mutations),
            CommandId::Warnings => self.focus(PaneKind::Warnings),
            CommandId::NextPane => self.board.turn(1),
            CommandId::PreviousPane => self.board.turn(-1),
            CommandId::Down => return self.travel(Travel::Rows(1)),
            CommandId::Up => return self.travel(Travel::Rows(-1)),
            CommandId::PageDown => return self.travel(Travel::Pages(1)),
            CommandId::PageUp => return self.travel(Travel::Pages(-1)),
            CommandId::First => return self.travel(Travel::First),
            CommandId::Last => return self.travel(Travel::Last),
            CommandId::Open => self.open(),
            CommandId::Back => self.back(),
            CommandId::Filter => self.board.typing = true,
            CommandId::Sort => self.sort(),
            CommandId::Reverse => {
                let sort = self.board.sort_of(self.board.focus);
                self.board.set_sort(&self.property, Sort { descending: !sort.descending, ..sort });
            }
            CommandId::Mark => self.board.toggle_mark(),
            CommandId::Actions => self.layers.push(Layer::Menu(Menu::actions())),
            CommandId::Palette => self.layers.push(Layer::Palette(Palette::default())),
            CommandId::Zoom => self.board.zoomed = !self.board.zoomed,
            CommandId::Freeze => {
                if !self.thaw() {
                    self.freeze.begin(self.now);
                }
            }
            CommandId::PollNow => {
                self.thaw();
                self.messages.say(self.now, Weight::Good, "Polling now.");
                return Effects::and(Effect::PollNow);
            }
            CommandId::Desk => self.layers.push(Layer::Desk { at: 0 }),
            CommandId::Help => self.layers.push(Layer::Help { scroll: 0 }),
            CommandId::Theme => self.open_themes(),
            CommandId::Copy => return self.copy(),
            CommandId::Unmask => self.unmask(self.now),
            CommandId::Extend | CommandId::Reissue | CommandId::Cards | CommandId::CheckOut => {
                return self.act(id);
            }
            CommandId::Suspend => return Effects::and(Effect::Suspend),
            CommandId::Quit => {
                if self.jobs.running().next().is_none() {
                    return Effects::and(Effect::Quit);
                }
                self.layers.push(Layer::Leave);
            }
        }
        Effects::draw()
    }

    fn focus(&mut self, kind: PaneKind) {
        self.board.focus = kind;
    }

    fn travel(&mut self, by: Travel) -> Effects {
        Effects { list: Vec::new(), draw: self.board.travel(by) }
    }

    fn sort(&mut self) {
        let sort = self.board.sort_of(self.board.focus);
        let columns = self.board.focus.sorts().len().max(1);
        self.board.set_sort(&self.property, Sort { column: (sort.column + 1) % columns, descending: false });
    }

    /// Opens what is selected. A warning leads to its cause: the alert it came from, else the stay.
    fn open(&mut self) {
        self.board.hold();
        if self.board.focus == PaneKind::Warnings {
            let Some(id) = self.board.warnings.selected().cloned() else { return };
            let Some(alert) = self.property.alert(&id) else { return };
            let parent = alert.parent.clone().filter(|parent| self.property.alert(parent).is_some());
            let stay = alert.stay.clone();
            if let Some(parent) = parent
                && self.board.warnings.select(&parent)
            {
                return;
            }
            if stay.is_none() {
                self.layers.push(Layer::Alert { id, scroll: 0 });
                return;
            }
        }
        match self.selected_stay() {
            Some(stay) => self.layers.push(Layer::Details(Details { stay, scroll: 0 })),
            None => self.messages.say(self.now, Weight::Caution, "Nothing to open here."),
        }
    }

    /// One thing at a time: the message, the filter, the marks, the zoom.
    fn back(&mut self) {
        if self.messages.dismiss() || self.reveal.take().is_some() {
            return;
        }
        if !self.board.filter().text().is_empty() {
            self.board.set_filter(&self.property, "");
        } else if !self.board.clear_marks() {
            self.board.zoomed = false;
        }
    }

    fn copy(&mut self) -> Effects {
        let Some(text) = self.copy_of_selection() else { return Effects::default() };
        self.messages.say(self.now, Weight::Good, format!("Copied: {text}"));
        Effects::and(Effect::Copy(crate::secret::Secret::new(text.as_str())))
    }

    fn open_themes(&mut self) {
        let names = self.settings.themes.clone();
        let before = self.settings.theme.clone();
        let at = names.iter().position(|n| *n == before).unwrap_or(0);
        self.layers.push(Layer::Themes(Themes { names, at, before }));
    }

    /// Opens the dialog of an action for what is aimed at. The screen goes on first: nothing is
    /// planned on frozen data.
    fn act(&mut self, id: CommandId) -> Effects {
        self.thaw();
        self.board.hold();
        let stays = self.targets();
        let Some(stay) = stays.first().cloned() else { return Effects::draw() };
        if let Some(busy) = stays.iter().find_map(|s| self.jobs.on_stay(s)) {
            let words = format!("The desk is still {} {}: d shows it.", busy.action.verb(), busy.room);
            self.messages.say(self.now, Weight::Caution, words);
            return Effects::draw();
        }
        let usual_encoder = self.settings.encoder.clone();
        let ask = match id {
            CommandId::Reissue => Ask::Reissue(ReissueAsk { stay, usual_encoder }),
            CommandId::Cards => return self.open_cards(stay),
            CommandId::CheckOut => Ask::CheckOut(CheckOutAsk { stays }),
            _ => Ask::Extend(ExtendAsk { stay }),
        };
        self.open_dialog(ask)
    }

    fn open_cards(&mut self, stay: StayId) -> Effects {
        let usual_encoder = self.settings.encoder.clone();
        self.open_dialog(Ask::Cards(CardsAsk { stay, usual_encoder }))
    }

    fn open_dialog(&mut self, ask: Ask) -> Effects {
        match Dialog::open(ask, &self.property, self.now) {
            Ok(dialog) => self.layers.push(Layer::Dialog(Box::new(dialog))),
            Err(refusal) => self.messages.say(self.now, Weight::Caution, refusal.words),
        }
        Effects::draw()
    }
}
