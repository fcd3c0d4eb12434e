//! A walk through the first two things a night desk does: a stay is extended, and a lost card is replaced.
//!
//! What was done is seen from the program itself, whichever keys did it; what to do next follows from what is
//! open. Whoever does something else meanwhile is waited for.

use super::App;
use super::ask::Ask;
use super::dialog::Stage;
use super::jobs::Job;
use super::key::Key;
use super::layer::{Details, Layer};
use crate::desk::{Action, RunId};
use crate::property::{KeyState, StayClass, StayId};

/// Ends the walk, wherever one is.
pub const LEAVE: Key = Key::ctrl('t');

/// How far the walk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A guest with a card is looked for.
    Choose,
    /// The stay is to be extended.
    Extend,
    /// It is being extended.
    Extending(RunId),
    /// The card is to be reissued.
    Reissue,
    /// It is being reissued.
    Reissuing(RunId),
    /// Both are done.
    Done,
}

impl Way {
    /// Which part of how many it is.
    pub fn part(self) -> (usize, usize) {
        let part = match self {
            Self::Choose => 1,
            Self::Extend => 2,
            Self::Extending(_) => 3,
            Self::Reissue => 4,
            Self::Reissuing(_) => 5,
            Self::Done => 6,
        };
        (part, 6)
    }
}

/// A walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tour {
    /// How far it is.
    pub way: Way,
}

impl Default for Tour {
    fn default() -> Self {
        Self { way: Way::Choose }
    }
}

impl App {
    /// Begins the walk.
    pub fn begin_tour(&mut self) {
        self.tour = Some(Tour::default());
    }

    /// Ends the walk where this key does. Says whether it did.
    pub(super) fn leaves_tour(&mut self, key: Key) -> bool {
        key == LEAVE && self.tour.take().is_some()
    }

    /// Goes on where what was to be done has been done. Says whether it did.
    pub(super) fn go_on_tour(&mut self) -> bool {
        let Some(now) = self.tour.as_ref().map(|tour| tour.way) else { return false };
        let then = self.way_on(now);
        let goes_on = then != now;
        if goes_on && let Some(tour) = &mut self.tour {
            tour.way = then;
        }
        goes_on
    }

    fn way_on(&self, way: Way) -> Way {
        let begun =
            |actions: &[Action]| self.jobs.all().iter().rev().find(|job| actions.contains(&job.action));
        let is_over = |run: RunId| self.jobs.get(run).is_none_or(|job: &Job| !job.is_running());
        match way {
            Way::Choose if self.open_stay().is_some_and(|stay| self.has_card(stay)) => Way::Extend,
            Way::Choose | Way::Extend if let Some(job) = begun(&[Action::Extend]) => Way::Extending(job.run),
            Way::Extending(run) if is_over(run) => Way::Reissue,
            Way::Reissue if let Some(job) = begun(&[Action::Reissue, Action::LockOut]) => {
                Way::Reissuing(job.run)
            }
            Way::Reissuing(run) if is_over(run) => Way::Done,
            stays => stays,
        }
    }

    /// The stay that is open whole.
    fn open_stay(&self) -> Option<&StayId> {
        self.layers.iter().rev().find_map(|layer| match layer {
            Layer::Details(Details { stay, .. }) => Some(stay),
            _ => None,
        })
    }

    /// Whether a guest is here and has a card in the hand that could be lost.
    fn has_card(&self, stay: &StayId) -> bool {
        let Some(stay) = self.property.stay(stay) else { return false };
        let is_here = matches!(stay.class, StayClass::InHouse | StayClass::Stayover | StayClass::DueOut);
        let is_over = stay.ends_at().is_some_and(|end| end <= self.now);
        is_here && !is_over && matches!(stay.keys().card, KeyState::Issued(_) | KeyState::Recut(_))
    }

    /// What to do next: one or two sentences; none where there is no walk.
    pub fn tour_says(&self) -> Option<&'static str> {
        let way = self.tour.as_ref()?.way;
        Some(match way {
            Way::Choose => self.says_choose(),
            Way::Extend => match self.dialog_of(|ask| matches!(ask, Ask::Extend(_) | Ask::ExtendMany(_))) {
                None => "Press e: the guest asks to stay a day longer.",
                Some(Stage::Form { .. }) => {
                    "+1d is proposed, property time. Enter shows what it would do; nothing happens yet."
                }
                Some(Stage::Preview(_)) => {
                    "Read what becomes of each key, and who comes next. y carries it out, Esc leaves without doing anything."
                }
            },
            Way::Extending(_) => {
                "Seam is asked, and the desk follows until every key is issued again. Esc hides this: it goes on."
            }
            Way::Reissue => match self.dialog_of(|ask| matches!(ask, Ask::Reissue(_))) {
                None if self.is_job_open() => "That is done, and written in the journal. Enter closes it.",
                None => "Now the guest has lost the card. Press r, on this guest or another with a card.",
                Some(Stage::Form { .. }) => {
                    "Choose which card and on which encoder, Tab between the fields. Enter shows what would happen."
                }
                Some(Stage::Preview(_)) => {
                    "It says whether the lost card may still open the room. y carries it out."
                }
            },
            Way::Reissuing(run) if self.jobs.get(run).is_some_and(Job::wants_person) => {
                "The desk waits for you: the box says what for, and which key goes on."
            }
            Way::Reissuing(_) => {
                "The encoder is followed to its end; in this hotel a blank card lies on it by itself."
            }
            Way::Done => {
                "That is the desk. Next: w why a door refuses, A the night audit, n grant access, J the journal, ? every key."
            }
        })
    }

    fn says_choose(&self) -> &'static str {
        match self.open_stay() {
            Some(_) => {
                "This guest has no card in the hand, or should have left. Esc goes back: choose another."
            }
            None => {
                "Choose a guest whose card column says ✓: j and k move, / finds by name. Enter opens the stay."
            }
        }
    }

    /// Where a dialog of a kind stands, if one is open.
    fn dialog_of(&self, kind: impl Fn(&Ask) -> bool) -> Option<&Stage> {
        self.layers.iter().rev().find_map(|layer| match layer {
            Layer::Dialog(dialog) if kind(&dialog.ask) => Some(&dialog.stage),
            _ => None,
        })
    }

    fn is_job_open(&self) -> bool {
        matches!(self.top(), Some(Layer::Job(_)))
    }
}
