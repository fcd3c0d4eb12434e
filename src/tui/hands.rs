//! What the loop is connected to: those who carry out what the program wants done, and tell it what happens.

use tokio::sync::mpsc;

use crate::app::attend::NewNotes;
use crate::app::audit::compare::WantedExport;
use crate::app::audit::{NewFile, NewPage};
use crate::app::journal;
use crate::app::notify::News;
use crate::app::remember::View;
use crate::app::{Event, SecretAsk};
use crate::clock::Clock;
use crate::desk::{Control, Pins, Plan, Progress, Reading, ReadingAsk, ReadingId, RunId, Unfinished};
use crate::property::Delta;
use crate::seam::id::GrantId;
use crate::text::Text;

/// What has to be said at once of what cannot be taken: nothing where it was. It is the event that would have
/// told its end.
pub type Answer = Option<Box<Event>>;

/// What carries out what the program wants done. Nothing here may block, so where too much waits to be done
/// something may be refused.
pub trait Hands: Send {
    /// Whether the property is on the screen: then it is asked more often.
    fn front(&self, on_screen: bool);
    /// Record everything on this host while the shared store is away; what becomes of it arrives as an event.
    fn emergency(&self) -> Answer;
    /// Poll everything now.
    fn poll_now(&self);
    /// Read these grants again and again for a while.
    fn watch(&self, grants: Vec<GrantId>);
    /// Carry out a plan with the PINs chosen for it; what becomes of it arrives as progress.
    fn run(&self, run: RunId, plan: Plan, pins: Pins) -> Answer;
    /// Tell a running action something.
    fn control(&self, run: RunId, control: Control) -> Answer;
    /// Ask the journal something; the answer arrives as an event.
    fn read_journal(&self, ask: journal::Ask) -> Answer;
    /// Take up a run that another process left; what becomes of it arrives as progress.
    fn resume(&self, run: RunId, left: Unfinished) -> Answer;
    /// Give up a run that another process left; what becomes of that arrives as an event.
    fn leave_as_it_is(&self, left: Unfinished) -> Answer;
    /// Write a page of the night into the journal; what becomes of it arrives as an event.
    fn write_page(&self, page: NewPage) -> Answer;
    /// Write down what was said about warnings; what becomes of it arrives as an event.
    fn attend(&self, notes: NewNotes) -> Answer;
    /// Read an export; what is in it arrives as an event.
    fn read_export(&self, wanted: WantedExport) -> Answer;
    /// Save a report; what becomes of it arrives as an event.
    fn save_report(&self, file: NewFile) -> Answer;
    /// Write everything down in this person's name from now on.
    fn operator(&self, name: Option<Text>) -> Answer;
    /// Read the card on an encoder; what becomes of it arrives as a reading.
    fn read_card(&self, ask: ReadingAsk) -> Answer;
    /// Ask the API for a secret; it arrives as an event.
    fn fetch_secret(&self, ask: SecretAsk) -> Answer;
    /// A card need not be read any more.
    fn stop_reading(&self, id: ReadingId);
    /// Keep this theme for the next start; what becomes of it arrives as an event.
    fn keep_theme(&self, name: String);
    /// Remember this for the next start; an event says where that cannot be.
    fn remember(&self, view: View);
    /// Tell the command of the configuration; what becomes of it arrives as an event.
    fn notify(&self, news: News);
}

/// What the program is connected to.
pub struct Wires {
    /// News of the hotel.
    pub deltas: mpsc::Receiver<Delta>,
    /// How actions get on.
    pub progress: mpsc::Receiver<Progress>,
    /// News of the journal.
    pub journal: mpsc::Receiver<Event>,
    /// How readings of cards get on.
    pub readings: mpsc::Receiver<Reading>,
    /// Those who may do things.
    pub hands: Box<dyn Hands>,
    /// The clock, the hotel's own in a demo.
    pub clock: Clock,
}
