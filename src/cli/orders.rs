//! What the screen wants done, as orders to those behind the stage. Nothing here waits.

use std::path::PathBuf;

use tokio::sync::mpsc::{self, error::TrySendError};

use super::kept;
use super::notifier::Notifier;
use super::refused::{self, Refused};
use super::view::Memory;
use crate::app::attend::NewNotes;
use crate::app::audit::compare::WantedExport;
use crate::app::audit::{NewFile, NewPage};
use crate::app::journal;
use crate::app::notify::News;
use crate::app::remember::View;
use crate::app::{Event, SecretAsk};
use crate::clock::Clock;
use crate::desk::{Control, Pins, Plan, ReadingAsk, ReadingId, RunId, Unfinished};
use crate::seam::id::GrantId;
use crate::text::Text;
use crate::tui::driver::{Answer, Hands};

/// How many orders, or questions to the journal, may wait. A person does not press so many keys before the first is
/// done, unless nothing is done any more.
pub(super) const MOST: usize = 1_024;

/// An order to those behind the stage.
pub(super) enum Order {
    PollNow,
    Emergency,
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
    FetchSecret(Box<SecretAsk>),
}

/// The near end of the channels that take orders.
pub(super) struct Orders {
    pub(super) orders: mpsc::Sender<Order>,
    pub(super) asks: mpsc::Sender<journal::Ask>,
    pub(super) notifier: Notifier,
    pub(super) news: mpsc::Sender<Event>,
    pub(super) state: PathBuf,
    pub(super) view: Memory,
    pub(super) clock: Clock,
}

impl Hands for Orders {
    fn front(&self, on_screen: bool) {
        self.suggest(Order::Front(on_screen));
    }
    fn emergency(&self) -> Answer {
        self.give(Order::Emergency)
    }
    fn poll_now(&self) {
        self.suggest(Order::PollNow);
    }
    fn watch(&self, grants: Vec<GrantId>) {
        self.suggest(Order::Watch(grants));
    }
    fn run(&self, run: RunId, plan: Plan, pins: Pins) -> Answer {
        self.give(Order::Run(run, Box::new(plan), pins))
    }
    fn control(&self, run: RunId, control: Control) -> Answer {
        self.give(Order::Control(run, control))
    }
    fn read_journal(&self, ask: journal::Ask) -> Answer {
        // The journal is there also where the hotel is not.
        match self.asks.try_send(ask) {
            Err(TrySendError::Full(ask)) => Some(Box::new(refused::unread(&ask))),
            // Nobody to take it means that the program is ending.
            Err(TrySendError::Closed(_)) | Ok(()) => None,
        }
    }
    fn resume(&self, run: RunId, left: Unfinished) -> Answer {
        self.give(Order::Resume(run, Box::new(left)))
    }
    fn leave_as_it_is(&self, left: Unfinished) -> Answer {
        self.give(Order::LeaveAsItIs(Box::new(left)))
    }
    fn operator(&self, name: Option<Text>) -> Answer {
        self.give(Order::Operator(name))
    }
    fn write_page(&self, page: NewPage) -> Answer {
        self.give(Order::WritePage(Box::new(page)))
    }
    fn attend(&self, notes: NewNotes) -> Answer {
        self.give(Order::Attend(Box::new(notes)))
    }
    fn read_export(&self, wanted: WantedExport) -> Answer {
        self.give(Order::ReadExport(Box::new(wanted)))
    }
    fn save_report(&self, file: NewFile) -> Answer {
        self.give(Order::SaveReport(Box::new(file)))
    }
    fn read_card(&self, ask: ReadingAsk) -> Answer {
        self.give(Order::ReadCard(ask))
    }
    fn fetch_secret(&self, ask: SecretAsk) -> Answer {
        self.give(Order::FetchSecret(Box::new(ask)))
    }
    fn stop_reading(&self, id: ReadingId) {
        self.suggest(Order::StopReading(id));
    }
    fn keep_theme(&self, name: String) {
        // So is the desk's own taste.
        kept::keep(self.state.clone(), name, self.news.clone());
    }
    fn remember(&self, view: View) {
        // What is chosen of the screen is remembered whether the hotel is there or not.
        self.view.keep(view);
    }
    fn notify(&self, news: News) {
        // Others are told also where the hotel is not there.
        self.notifier.tell(&news, self.news.clone());
    }
}

impl Orders {
    fn give(&self, order: Order) -> Answer {
        match self.orders.try_send(order) {
            Err(TrySendError::Full(order)) => order.refused(self.clock.now()).map(Box::new),
            // Nobody to take it means that the program is ending.
            Err(TrySendError::Closed(_)) | Ok(()) => None,
        }
    }

    /// Gives an order that may be lost where a thousand others wait: the pollers go on without it.
    fn suggest(&self, order: Order) {
        let _ = self.orders.try_send(order);
    }
}
