//! What the program wants done, carried out.

use std::process::ExitCode;

use super::End;
use super::draw::Wanted;
use super::turn::{Driver, Line, Standing};
use crate::app::estate::HouseId;
use crate::app::{Effect, Event};
use crate::secret::Secret;
use crate::text::Text;
use crate::tui::call;
use crate::tui::clipboard::{self, Between};
use crate::tui::hands::Answer;
use crate::tui::signals;
use crate::tui::theme::{Broken, Gallery};

impl Driver {
    /// Something happened to what is on the screen.
    pub(super) fn update(&mut self, event: Event, wanted: Wanted) -> Option<End> {
        self.update_house(self.estate.at(), event, wanted)
    }

    /// Something happened to a property.
    pub(super) fn update_house(&mut self, house: HouseId, event: Event, wanted: Wanted) -> Option<End> {
        let now = self.lines.get(house.0)?.clock.now();
        let deeds = self.estate.update(house, now, event);
        if deeds.draw {
            self.easel.want(wanted);
        }
        deeds.list.into_iter().find_map(|(house, effect)| self.carry_out(house, effect))
    }

    fn carry_out(&mut self, house: HouseId, effect: Effect) -> Option<End> {
        match effect {
            Effect::Copy(secret) => self.copy(&secret),
            Effect::Call(call) => self.send(&call::sequence(&call, Between::from_env())),
            Effect::Title(title) => {
                if let Some(sequence) = self.guard.entitle(title) {
                    self.send(sequence.as_bytes());
                }
            }
            Effect::Theme(name) => {
                if let Ok(theme) = self.gallery.named(&name) {
                    self.easel.dress(theme.at(self.depth));
                }
            }
            Effect::FindThemes => self.find_themes(),
            Effect::Suspend => return self.suspend(),
            Effect::Quit => return Some(Ok(ExitCode::SUCCESS)),
            effect => {
                let refused = self.lines.get(house.0).and_then(|line| line.carry_out(effect));
                return refused.and_then(|event| self.update_house(house, *event, Wanted::Soon));
            }
        }
        None
    }

    /// Looks which themes there are, on a thread of its own: a disk may be slow.
    fn find_themes(&self) {
        let Some(dir) = self.themes.clone() else { return };
        let found = self.found.clone();
        tokio::task::spawn_blocking(move || {
            // Where an answer waits already, that one will do.
            let _ = found.try_send(Gallery::with(&dir));
        });
    }

    /// Goes on with the themes that were found; the one in use may be another one now.
    pub(super) fn hang(&mut self, gallery: Gallery, broken: &[Broken]) -> Option<End> {
        let names = gallery.names().map(str::to_owned).collect();
        let broken = broken.iter().map(|broken| Text::new(broken.to_string())).collect();
        self.gallery = gallery;
        if let Ok(theme) = self.gallery.named(&self.estate.open().settings.theme) {
            self.easel.dress(theme.at(self.depth));
            self.easel.want(Wanted::Soon);
        }
        self.update(Event::Themes { names, broken }, Wanted::Soon)
    }

    /// Puts a text on the clipboard of the person's terminal.
    fn copy(&mut self, text: &Secret) {
        if let Some(sequence) = clipboard::sequence(text, Between::from_env()) {
            self.send(&sequence);
        }
    }

    /// Sends what is no part of the picture.
    fn send(&mut self, sequence: &[u8]) {
        self.easel.screen.control(sequence);
        self.easel.want(Wanted::Now);
    }

    /// Stops as soon as the terminal is quiet.
    pub(super) fn suspend(&mut self) -> Option<End> {
        if signals::can_stop() {
            self.standing = Standing::Stops;
        } else {
            self.send(b"\x07");
        }
        None
    }
}

impl Line {
    /// What the hands of a property do, and what they say of it at once.
    fn carry_out(&self, effect: Effect) -> Answer {
        match effect {
            Effect::Run(run, plan, pins) => return self.hands.run(run, *plan, pins),
            Effect::Control(run, control) => return self.hands.control(run, control),
            Effect::ReadJournal(ask) => return self.hands.read_journal(ask),
            Effect::Resume(run, left) => return self.hands.resume(run, *left),
            Effect::LeaveAsItIs(left) => return self.hands.leave_as_it_is(*left),
            Effect::WritePage(page) => return self.hands.write_page(*page),
            Effect::Attend(notes) => return self.hands.attend(*notes),
            Effect::ReadExport(wanted) => return self.hands.read_export(*wanted),
            Effect::SaveReport(file) => return self.hands.save_report(*file),
            Effect::Operator(name) => return self.hands.operator(name),
            Effect::ReadCard(ask) => return self.hands.read_card(ask),
            Effect::FetchSecret(ask) => return self.hands.fetch_secret(*ask),
            Effect::Emergency => return self.hands.emergency(),
            Effect::Front(on_screen) => self.hands.front(on_screen),
            Effect::PollNow => self.hands.poll_now(),
            Effect::Watch(grants) => self.hands.watch(grants),
            Effect::StopReading(id) => self.hands.stop_reading(id),
            Effect::Notify(news) => self.hands.notify(*news),
            Effect::KeepTheme(name) => self.hands.keep_theme(name),
            Effect::Remember(view) => self.hands.remember(*view),
            // Those are the terminal's, and the first the estate's.
            Effect::Properties
            | Effect::Copy(_)
            | Effect::Call(_)
            | Effect::Title(_)
            | Effect::Theme(_)
            | Effect::FindThemes
            | Effect::Suspend
            | Effect::Quit => {}
        }
        None
    }
}
