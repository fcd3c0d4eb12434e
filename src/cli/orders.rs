//! What the screen wants done, as orders to those behind the stage. Nothing here waits.

use std::path::PathBuf;

use tokio::sync::mpsc;

use super::kept;
use super::notifier::Notifier;
use crate::app::Event;
use crate::app::attend::NewNotes;
use crate::app::audit::compare::WantedExport;
use crate::app::audit::{NewFile, NewPage};
use crate::app::journal::Ask;
use crate::app::notify::News;
use crate::app::remember::View;
use crate::desk::{Control, Pins, Plan, ReadingAsk, ReadingId, RunId, Unfinished};
use crate::seam::id::GrantId;
use crate::text::Text;
use crate::tui::driver::Hands;

/// An order to those behind the stage.
pub(super) enum Order {
    PollNow,
    Front(bool),
    Watch(Vec<GrantId>),
    Run(RunId, Box<Plan>, Pins),
    Control(RunId, Control),
    Resume(RunId, Box<Unfinished>),
    LeaveAsItIs(Box<Unfinished>),
    Operator(Option<Text>),
    WritePage(Box<NewPage>),
    Attend(Box<NewNotes>),
    ReadExport(Box<WantedExport>),
    SaveReport(Box<NewFile>),
    ReadCard(ReadingAsk),
    StopReading(ReadingId),
}

/// The near end of the channels that take orders.
pub(super) struct Orders {
    pub(super) orders: mpsc::UnboundedSender<Order>,
    pub(super) asks: mpsc::UnboundedSender<Ask>,
    pub(super) notifier: Notifier,
    pub(super) news: mpsc::Sender<Event>,
    pub(super) state: PathBuf,
    pub(super) view: std::sync::mpsc::Sender<View>,
}

impl Hands for Orders {
    fn front(&self, on_screen: bool) {
        self.give(Order::Front(on_screen));
    }
    fn poll_now(&self) {
        self.give(Order::PollNow);
    }
    fn watch(&self, grants: Vec<GrantId>) {
        self.give(Order::Watch(grants));
    }
    fn run(&self, run: RunId, plan: Plan, pins: Pins) {
        self.give(Order::Run(run, Box::new(plan), pins));
    }
    fn control(&self, run: RunId, control: Control) {
        self.give(Order::Control(run, control));
    }
    fn read_journal(&self, ask: Ask) {
        // The journal is there also where the hotel is not.
        let _ = self.asks.send(ask);
    }
    fn resume(&self, run: RunId, left: Unfinished) {
        self.give(Order::Resume(run, Box::new(left)));
    }
    fn leave_as_it_is(&self, left: Unfinished) {
        self.give(Order::LeaveAsItIs(Box::new(left)));
    }
    fn operator(&self, name: Option<Text>) {
        self.give(Order::Operator(name));
    }
    fn write_page(&self, page: NewPage) {
        self.give(Order::WritePage(Box::new(page)));
    }
    fn attend(&self, notes: NewNotes) {
        self.give(Order::Attend(Box::new(notes)));
    }
    fn read_export(&self, wanted: WantedExport) {
        self.give(Order::ReadExport(Box::new(wanted)));
    }
    fn save_report(&self, file: NewFile) {
        self.give(Order::SaveReport(Box::new(file)));
    }
    fn read_card(&self, ask: ReadingAsk) {
        self.give(Order::ReadCard(ask));
    }
    fn stop_reading(&self, id: ReadingId) {
        self.give(Order::StopReading(id));
    }
    fn keep_theme(&self, name: String) {
        // So is the desk's own taste.
        kept::keep(self.state.clone(), name, self.news.clone());
    }
    fn remember(&self, view: View) {
        // What is chosen of the screen is remembered whether the hotel is there or not.
        let _ = self.view.send(view);
    }
    fn notify(&self, news: News) {
        // Others are told also where the hotel is not there.
        self.notifier.tell(&news, self.news.clone());
    }
}

impl Orders {
    fn give(&self, order: Order) {
        // Nobody to take it means that the program is ending.
        let _ = self.orders.send(order);
    }
}
