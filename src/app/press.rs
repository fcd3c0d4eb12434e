//! What keys do on the panes, and what every command does.

use super::App;
use super::ask::{
    Ask, CardsAsk, CheckOutAsk, CheckOutDueAsk, ExtendAsk, ExtendManyAsk, GrantAsk, KeysAsk, MoveAsk,
    ReissueAsk, UnlockAsk,
};
use super::audit::paper::Kind;
use super::board::Travel;
use super::command::{CommandId, command};
use super::dialog::{Dialog, Stage};
use super::event::{Effect, Effects};
use super::form::Field;
use super::key::{Code, Key};
use super::layer::{Details, Layer, Menu, Palette};
use super::message::Weight;
use super::pane::PaneKind;
use super::refusal::refusal;
use crate::desk::{Purpose, scan};
use crate::property::StayId;
use crate::seam::id::EncoderId;

impl App {
    pub(super) fn press(&mut self, key: Key) -> Effects {
        if self.leaves_tour(key) {
            return Effects::draw();
        }
        let said = self.messages.key_pressed();
        let mut effects = match self.meant(key) {
            Some(key) if self.board.typing => self.filter_key(key),
            Some(key) => self.layer_key(key),
            None => Effects::draw(),
        };
        effects.draw |= said;
        effects
    }

    /// Pasted text goes into a field that is open, and nowhere else.
    pub(super) fn paste(&mut self, text: &str) -> Effects {
        let now = self.now;
        self.prefix.clear();
        if let Some(field) = &mut self.board.tables.naming {
            field.paste(text);
            return Effects::draw();
        }
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
            Some(Layer::Operator(field)) => field.paste(text),
            Some(Layer::Emergency(asked)) => asked.field.paste(text),
            Some(Layer::Attend(_)) => self.attend_paste(text),
            Some(Layer::Paper(paper)) => {
                if !paper.paste(text, &self.audit.dir) {
                    self.messages.say(now, Weight::Caution, "Pasted text was ignored: no field is open.");
                }
            }
            Some(Layer::Journal(window)) if window.typing => {
                let mut line = Field::line("", window.filter.text());
                line.key(Key::plain(Code::End));
                line.paste(text);
                return self.narrow(line.text());
            }
            _ => self.messages.say(now, Weight::Caution, "Pasted text was ignored: no field is open."),
        }
        Effects::draw()
    }

    pub(super) fn board_key(&mut self, key: Key) -> Effects {
        match self.settings.keymap.command(key) {
            Some(id) => self.command(id),
            None => Effects::default(),
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
            CommandId::Open if self.is_audit_on_top() => return self.audit_open_row(),
            CommandId::Open => self.open(),
            CommandId::Back => self.back(),
            CommandId::Filter => self.board.typing = true,
            CommandId::Sort => return self.sort(),
            CommandId::Reverse => return self.reverse(),
            CommandId::Columns => self.open_columns(),
            CommandId::Mark if self.is_audit_on_top() => self.audit_mark(),
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
            CommandId::Journal => return self.open_journal(),
            CommandId::Audit => return self.open_audit(),
            CommandId::SignAudit => return self.open_paper(Kind::Sign),
            CommandId::ExportAudit => return self.open_paper(Kind::Export),
            CommandId::ComparePms => return self.open_compare(),
            CommandId::Roll => return self.open_paper(Kind::Roll),
            CommandId::Unfinished => self.open_unfinished(),
            CommandId::Operator => self.ask_operator(),
            CommandId::Emergency => self.open_emergency(),
            CommandId::Help => self.layers.push(Layer::Help { scroll: 0 }),
            CommandId::Theme => return self.open_themes(),
            CommandId::Copy => return self.copy(),
            CommandId::Unmask => return self.unmask(),
            CommandId::Extend
            | CommandId::Reissue
            | CommandId::Cards
            | CommandId::CheckOut
            | CommandId::Move
            | CommandId::Keys
            | CommandId::Unlock
            | CommandId::Undo => return self.act(id),
            CommandId::InstantKey => self.open_links(),
            CommandId::Why => self.open_why(),
            CommandId::Attend => self.open_attend(),
            CommandId::CheckOutDue => return self.open_check_out_due(),
            CommandId::Grant => return self.grant(),
            CommandId::ReadCard => return self.ask_to_read(Purpose::Read),
            CommandId::TestEncoder => return self.ask_to_read(Purpose::Test),
            CommandId::CardQueue => self.layers.push(Layer::Queue),
            CommandId::Property => return Effects::and(Effect::Properties),
            CommandId::Suspend => return Effects::and(Effect::Suspend),
            CommandId::Quit => {
                if self.jobs.running().next().is_none() && self.among.running() == 0 {
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
        self.only_moved = true;
        Effects { list: Vec::new(), draw: self.board.travel(by) }
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
        if self.hide_secret() | self.messages.dismiss() {
            return;
        }
        if !self.board.filter().text().is_empty() {
            self.board.set_filter(&self.property, "");
        } else if !self.board.clear_marks() {
            self.board.zoomed = false;
        }
    }

    fn copy(&mut self) -> Effects {
        if let Some(Layer::Link(page)) = self.top() {
            let page = page.clone();
            return self.copy_link(&page);
        }
        let Some(text) = self.copy_of_selection() else { return Effects::default() };
        self.messages.say(self.now, Weight::Good, format!("Copied: {text}"));
        Effects::and(Effect::Copy(crate::secret::Secret::new(text.as_str())))
    }

    /// Opens the dialog of an action for what is aimed at. The screen goes on first: nothing is
    /// planned on frozen data.
    fn act(&mut self, id: CommandId) -> Effects {
        self.thaw();
        self.board.hold();
        let stays = self.targets();
        if id == CommandId::Cards && stays.iter().any(|s| self.queued_stays().contains(s)) {
            self.layers.push(Layer::Queue);
            return Effects::draw();
        }
        if let Some(busy) = stays.iter().find_map(|s| self.jobs.on_stay(s)) {
            let shows = self.settings.keymap.how(CommandId::Desk);
            let words = format!("The desk is still {} {}: {shows} shows it.", busy.action.verb(), busy.room);
            self.messages.say(self.now, Weight::Caution, words);
            return Effects::draw();
        }
        if id == CommandId::Cards {
            return self.open_cards(stays);
        }
        let Some(stay) = stays.first().cloned() else { return Effects::draw() };
        let usual_encoder = self.usual_encoder();
        let ask = match id {
            CommandId::Reissue => Ask::Reissue(ReissueAsk { stay, usual_encoder }),
            CommandId::CheckOut => Ask::CheckOut(CheckOutAsk { stays }),
            CommandId::Keys => Ask::Keys(KeysAsk { stay, usual_encoder }),
            CommandId::Unlock => Ask::Unlock(UnlockAsk { stay }),
            CommandId::Undo => return self.open_undo_of(&stay),
            CommandId::Move => Ask::Move(MoveAsk { stay, usual_encoder }),
            _ if stays.len() > 1 => Ask::ExtendMany(ExtendManyAsk { stays }),
            _ => Ask::Extend(ExtendAsk { stay }),
        };
        self.open_dialog(ask)
    }

    /// Asks whom to give access; where a stay is selected, to its rooms.
    fn grant(&mut self) -> Effects {
        self.thaw();
        self.board.hold();
        let near = self.targets().into_iter().next();
        self.open_dialog(Ask::Grant(GrantAsk { near }))
    }

    /// Asks who of those who are due out leaves. Those this desk or another is at work on are not asked
    /// about.
    fn open_check_out_due(&mut self) -> Effects {
        self.thaw();
        self.board.hold();
        let elsewhere = self.property.stays().filter(|stay| self.others.at(stay).is_some());
        let running = self.jobs.running().map(|job| job.stay.clone());
        let busy = crate::order::set(running.chain(elsewhere.map(|s| s.id.clone())));
        self.open_dialog(Ask::CheckOutDue(CheckOutDueAsk { busy }))
    }

    pub(super) fn open_cards(&mut self, stays: Vec<StayId>) -> Effects {
        let usual_encoder = self.usual_encoder();
        let queue_runs = self.queue_runs();
        self.open_dialog(CardsAsk { stays, usual_encoder, what: None, queue_runs, barred: None }.into())
    }

    pub(super) fn ask_to_read(&mut self, purpose: Purpose) -> Effects {
        let usual = self.usual_encoder();
        // The encoder of this desk is not asked for while nothing is wrong with it; which one is to be tested is.
        let own = self.own_encoder().filter(|_| purpose == Purpose::Read);
        let reader = scan::readers(&self.property)
            .into_iter()
            .find(|reader| Some(&reader.encoder) == own.as_ref() && reader.trouble.is_none());
        match reader {
            Some(reader) => self.read_card(reader.encoder, reader.name, purpose),
            None => self.open_reader(purpose, usual),
        }
    }

    /// Opens the form of reading a card or testing an encoder. From there everything else about cards can be
    /// reached, unless nothing may be changed.
    pub(super) fn open_reader(&mut self, purpose: Purpose, usual: Option<EncoderId>) -> Effects {
        let barred = self.refusal_of(CommandId::Cards).map(crate::text::Text::new);
        self.open_dialog(CardsAsk::to_read(purpose, usual, barred).into())
    }

    pub(super) fn open_dialog(&mut self, ask: Ask) -> Effects {
        if self.refuse_for_others(ask.stays()) {
            return Effects::draw();
        }
        match Dialog::open(ask, &self.property, self.now) {
            Ok(dialog) => self.layers.push(Layer::Dialog(Box::new(dialog))),
            Err(refusal) => self.messages.say(self.now, Weight::Caution, refusal.words),
        }
        Effects::draw()
    }
}
