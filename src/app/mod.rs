//! The program as a pure state machine.
//!
//! [`App::update`] is the only place where anything changes: an [`Event`] goes in, [`Effects`] come
//! out. It reads no clock, no file and no network; the instant at which an event happens travels
//! beside it, so a whole night replays in milliseconds.

pub mod ask;
pub mod attend;
pub mod audit;
pub mod away;
pub mod board;
pub mod chord;
pub mod columns;
pub mod command;
pub mod dialog;
pub mod duty;
pub mod estate;
mod event;
pub mod filter;
pub mod first;
pub mod form;
mod freeze;
pub mod health;
mod idle;
pub mod jobs;
pub mod journal;
pub mod key;
pub mod keymap;
pub mod keys_page;
pub mod layer;
mod layout;
pub mod link;
mod listed;
mod listing;
mod look;
pub mod message;
pub mod mouse;
pub mod notify;
pub mod operator;
pub mod others;
mod overlay;
pub mod own_keys;
pub mod pane;
mod prefix;
mod press;
pub mod queue;
pub mod reading;
mod refusal;
pub mod remember;
pub mod renew;
mod reveal;
pub mod roster;
pub mod rows;
mod select;
pub mod sieve;
pub mod tables;
pub mod tour;
mod undo;
pub mod unfinished;
mod update;
pub mod why;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

pub use event::{Effect, Effects, Event, Room};
pub use look::{ChosenBy, Looks};
pub use reveal::{FoundSecret, Purpose, Reveal, SecretAsk, SecretOf};

use board::Board;
use estate::Among;
use freeze::Freeze;
use jobs::Jobs;
use keymap::Keymap;
use layer::Layer;
use message::Messages;
use notify::Notify;
use others::Others;
use renew::OwnDesk;
use unfinished::LeftBehind;

use crate::property::Property;
use crate::relay::Standing;
use crate::seam::id::EncoderId;
use crate::text::Text;

/// What the program was started with, and what a person may change while it runs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether nothing at all may be changed through this desk.
    pub read_only: bool,
    /// Name of the theme in use.
    pub theme: String,
    /// Names of all themes.
    pub themes: Vec<String>,
    /// Which key asks for what.
    pub keymap: Keymap,
    /// The encoder this desk used last.
    pub encoder: Option<EncoderId>,
    /// What the configuration says of this desk at this property.
    pub own: OwnDesk,
    /// Whether the hotel is the embedded one, or the key a test key.
    pub sandbox: bool,
    /// Who is at the desk, as far as the person says.
    pub operator: Option<Text>,
    /// Whether that is asked at the start where it is not known.
    pub ask_operator: bool,
}

/// The whole program, but for its I/O.
#[derive(Debug)]
pub struct App {
    /// The hotel.
    pub property: Property,
    /// The four panes.
    pub board: Board,
    /// What lies over them; the last is on top.
    pub layers: Vec<Layer>,
    /// What the desk is doing and did.
    pub jobs: Jobs,
    /// What processes that are gone left unfinished.
    pub left: LeftBehind,
    /// What other processes are at.
    pub others: Others,
    /// Who else is on duty at the property.
    pub duty: duty::Duty,
    /// Cards that are cut on several encoders, or were last.
    pub queue: Option<queue::CardQueue>,
    /// The card that is read, while it is shown.
    pub reading: Option<reading::CardReading>,
    /// The line in which the program speaks.
    pub messages: Messages,
    /// What a person asked to see, until it is masked again.
    pub reveal: Option<Reveal>,
    /// The night audit.
    pub audit: audit::AuditDesk,
    /// Whether the screen holds still.
    pub freeze: Freeze,
    /// Who is told of what is new although nobody looks.
    pub notify: Notify,
    /// What it knows of other properties.
    pub among: Among,
    /// How the screen looks.
    pub looks: Looks,
    /// A walk through the desk, where one was asked for.
    pub tour: Option<tour::Tour>,
    /// Settings.
    pub settings: Settings,
    /// How this desk stands to the others of the property; none where no store is shared.
    pub relay: Option<Standing>,
    /// Whether this desk records for itself, while the shared store is away.
    pub alone: away::Alone,
    now: DateTime<Utc>,
    /// A secret that was asked for.
    wanted: Option<SecretAsk>,
    overlay_room: u16,
    /// Keys of a sequence that is not over.
    prefix: Vec<key::Key>,
    /// The number of the last question to the journal.
    asked: u64,
    /// How many readings there were.
    readings: u64,
    /// Counts what panes may show differently.
    stamp: u64,
    /// When it did last.
    shown_at: DateTime<Utc>,
    /// Whether the event did nothing but move the cursor of the focused pane.
    only_moved: bool,
}

impl App {
    /// The program on an empty hotel, nothing read yet.
    pub fn new(property: Property, settings: Settings) -> Self {
        let now = property.now();
        let asks = settings.ask_operator && settings.operator.is_none() && !settings.read_only;
        let mut app = Self {
            property,
            board: Board::default(),
            layers: Vec::new(),
            jobs: Jobs::default(),
            left: LeftBehind::default(),
            others: Others::default(),
            duty: duty::Duty::default(),
            queue: None,
            reading: None,
            messages: Messages::default(),
            reveal: None,
            audit: audit::AuditDesk::default(),
            freeze: Freeze::default(),
            notify: Notify::default(),
            among: Among::default(),
            looks: Looks::default(),
            tour: None,
            settings,
            relay: None,
            alone: away::Alone::No,
            now,
            wanted: None,
            overlay_room: 0,
            prefix: Vec::new(),
            asked: 0,
            readings: 0,
            stamp: 0,
            shown_at: now,
            only_moved: false,
        };
        if asks {
            app.ask_operator();
        }
        app
    }

    /// The instant of the last event, UTC.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The name of the property: as Seam has it, with that of the configuration before it where two have the
    /// same; else as the configuration has it where that names several; empty where neither is known.
    pub fn name(&self) -> &Text {
        match (self.property.name(), &self.among.name, &self.among.alias) {
            (_, _, Some(alias)) => alias,
            (unknown, Some(name), None) if unknown.is_empty() => name,
            (name, ..) => name,
        }
    }

    /// As long as this is the same number the panes show the same, but for where the cursor of the focused one is.
    pub fn stamp(&self) -> u64 {
        self.stamp
    }

    /// The instant at which ages on the screen are told, UTC. It goes on when something changes, and when an age does;
    /// so a cursor that moves leaves what is around it alone.
    pub fn shown_at(&self) -> DateTime<Utc> {
        self.shown_at
    }

    /// What has the keys: the topmost layer, or nothing where it is the panes.
    pub fn top(&self) -> Option<&Layer> {
        self.layers.last()
    }

    /// How many rows the topmost layer had room for in the last frame.
    pub fn overlay_room(&self) -> usize {
        usize::from(self.overlay_room)
    }
}
