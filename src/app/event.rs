//! What can happen to the program, and what the program wants done. Both are plain data: whoever
//! reads this file knows everything that goes in and out of [`App::update`](super::App::update).

use chrono::NaiveDate;

use crate::desk::{Control, Pins, Plan, Progress, Reading, ReadingAsk, ReadingId, RunId, Unfinished};
use crate::journal::{Hold, PageKind};
use crate::property::{Delta, Note};
use crate::relay::Standing;
use crate::seam::id::GrantId;
use crate::secret::Secret;
use crate::text::Text;

use super::attend::NewNotes;
use super::audit::compare::{Export, WantedExport};
use super::audit::{NewFile, NewPage, Saved};
use super::away::AloneNews;
use super::duty::Duty;
use super::journal::{Answer, Ask};
use super::key::Key;
use super::mouse::Spot;
use super::notify::{Call, News};
use super::pane::PaneKind;
use super::remember::View;
use super::renew::Fresh;
use super::reveal::SecretAsk;

/// Something happened. The instant it happened at travels beside it.
#[derive(Debug)]
pub enum Event {
    // From the person.
    /// A key.
    Key(Key),
    /// Text that was pasted, in one piece: never keys.
    Paste(String),

    /// The left button, on what is under the pointer.
    Click(Spot),
    /// A notch of the wheel.
    Wheel {
        /// Towards the person.
        down: bool,
        /// The pane under the pointer, where there is one.
        over: Option<PaneKind>,
    },

    // From the terminal.
    /// A new size, in cells.
    Resize {
        /// Columns.
        width: u16,
        /// Lines.
        height: u16,
    },
    /// It told what is behind the letters.
    Ground {
        /// Whether dark letters are read better on it than light ones.
        is_light: bool,
    },
    /// A frame is on the screen; it had room for this many rows. Never asks for another frame.
    Drawn(Room),

    // From the API.
    /// Polling brought something.
    Data(Delta),
    /// A running action got on.
    Job(Progress),
    /// A card that is read got on.
    Reading(Reading),

    // From the journal.
    /// What was asked of it.
    Journal(Box<Answer>),
    /// A page of the night is written, or was there before; or why it could not be.
    Page {
        /// What it tells.
        kind: PageKind,
        /// Of which business date.
        date: NaiveDate,
        /// Whether it is new.
        told: Result<bool, Text>,
    },
    /// What was said about warnings is written; or why it could not be, and then none of it is.
    Attended {
        /// What was said.
        notes: Vec<Note>,
        /// Why it could not be written.
        told: Result<(), Text>,
    },
    /// What became of saving a report.
    Saved {
        /// Where.
        path: Text,
        /// What.
        saved: Saved,
    },
    /// An export was read, or could not be.
    ExportRead(Result<Export, Text>),
    /// Somebody wrote in it.
    Written,
    /// What is unfinished, all of it: runs whose process is gone.
    Unfinished(Vec<Unfinished>),
    /// A run was given up, or could not be.
    LeftAsItIs {
        /// Which.
        left: Box<Unfinished>,
        /// Why it could not be.
        why_not: Option<Text>,
    },
    /// What other processes are at now, all of it.
    Others(Vec<Hold>),
    /// Who else is on duty now.
    OnDuty(Duty),

    /// What was to be remembered could not be written, for this reason.
    NotRemembered(Text),

    // From the program itself.
    /// Nothing else is to be done: time to look further through a long list, or at what a first reading has left over.
    Idle,
    // From the command that tells others.
    /// It has ended; why it failed, where it did.
    Notified(Option<Text>),

    /// A theme is written down for the next start, or could not be.
    ThemeKept {
        /// Its name.
        name: String,
        /// Why it could not be.
        told: Result<(), Text>,
    },

    /// The themes there are now.
    Themes {
        /// Their names, those of the program first.
        names: Vec<String>,
        /// Why others are left out.
        broken: Vec<Text>,
    },

    // From the configuration.
    /// The file is another one; what it says, or why that cannot be.
    Configured(Box<Result<Fresh, Text>>),

    // From behind the stage.
    /// Something was not done, nobody waits for its end; what and why, for a person.
    NotTaken(Text),
    /// Nothing may be changed through this desk, for what is done could not be recorded; why.
    Barred(Text),

    /// A secret that was asked for, or why it cannot be had.
    SecretFetched {
        /// What was asked for.
        ask: Box<SecretAsk>,
        /// The secret.
        told: Result<Secret, Text>,
    },
    /// Who polls the property is another one now.
    Relayed(Standing),
    /// What became of the emergency path.
    Alone(AloneNews),

    // From the clock.
    /// Nothing but time passed.
    Tick,
}

/// How many rows each scrolling part of the last frame had room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// Rows of guests, grants, mutations, warnings, in the order of
    /// [`PaneKind::ALL`](super::pane::PaneKind::ALL); zero where the pane is not on the screen.
    pub panes: [u16; 4],
    /// Rows of the topmost overlay.
    pub overlay: u16,
    /// The furthest the topmost overlay can be scrolled, where it is a page or a preview.
    pub overlay_end: Option<u16>,
}

/// Something the program wants done by those who may do it.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Poll everything now.
    PollNow,
    /// Read these grants again and again for a while: an action waits for them.
    Watch(Vec<GrantId>),
    /// Carry out a plan, with the PINs that were chosen for it.
    Run(RunId, Box<Plan>, Pins),
    /// Tell a running action something.
    Control(RunId, Control),
    /// Ask the journal something; an [`Event::Journal`] answers.
    ReadJournal(Ask),
    /// Take up a run that another process left unfinished.
    Resume(RunId, Box<Unfinished>),
    /// Write down that a run is left as it is; an [`Event::LeftAsItIs`] answers.
    LeaveAsItIs(Box<Unfinished>),
    /// Write a page of the night into the journal; an [`Event::Page`] answers.
    WritePage(Box<NewPage>),
    /// Write down what was said about warnings; an [`Event::Attended`] answers.
    Attend(Box<NewNotes>),
    /// Read an export; an [`Event::ExportRead`] answers.
    ReadExport(Box<WantedExport>),
    /// Save a report; an [`Event::Saved`] answers.
    SaveReport(Box<NewFile>),
    /// Write down everything that begins from now on in this person's name.
    Operator(Option<Text>),
    /// Read the card on an encoder.
    ReadCard(ReadingAsk),
    /// It need not be read any more.
    StopReading(ReadingId),
    /// Ask the API for a secret that another desk has read; an [`Event::SecretFetched`] answers.
    FetchSecret(Box<SecretAsk>),
    /// Put this on the clipboard of the person's terminal.
    Copy(Secret),
    /// Call somebody to the terminal: the bell, a notification.
    Call(Box<Call>),
    /// Tell the command of the configuration; an [`Event::Notified`] answers.
    Notify(Box<News>),
    /// The title of the window from now on.
    Title(Text),
    /// Draw in this theme from now on.
    Theme(String),
    /// Record everything on this host, for all properties of this program, while the shared store is away; an
    /// [`Event::Alone`] answers.
    Emergency,
    /// Look which themes there are; an [`Event::Themes`] answers.
    FindThemes,
    /// Show the overview of the properties; [`Estate`](super::estate::Estate) does.
    Properties,
    /// Whether this property is on the screen from now on.
    Front(bool),
    /// Write down that the next start is in this theme; an [`Event::ThemeKept`] answers.
    KeepTheme(String),
    /// Remember this in `view.toml` for the next start. An [`Event::NotRemembered`] says where it cannot be.
    Remember(Box<View>),
    /// Stop the process and give the terminal back until it goes on (Ctrl-Z).
    Suspend,
    /// End the program.
    Quit,
}

/// What an update asked for.
#[derive(Debug, Default, PartialEq)]
pub struct Effects {
    /// In the order they must be carried out.
    pub list: Vec<Effect>,
    /// Whether something visible changed.
    pub draw: bool,
}

impl Effects {
    /// Only a new frame.
    pub fn draw() -> Self {
        Self { list: Vec::new(), draw: true }
    }

    /// A new frame and an effect.
    pub fn and(effect: Effect) -> Self {
        Self { list: vec![effect], draw: true }
    }

    /// Both.
    pub fn merge(&mut self, other: Self) {
        self.list.extend(other.list);
        self.draw |= other.draw;
    }
}
