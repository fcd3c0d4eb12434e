//! What the checklist is made of.

use chrono::{DateTime, Utc};

use crate::journal::IntentId;
use crate::property::{
    Alert, AlertId, Fix, KeyState, Keys, Property, Severity, StayClass, StayId, Subject, Zone,
};
use crate::text::Text;

use super::standing::Standing;

/// The parts of the checklist, in the order in which a night works through them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Due outs and overstays.
    Departures,
    /// Due in, and nobody has been seen.
    Arrivals,
    /// No-show candidates whose access is live.
    NoShows,
    /// Keys that open after they should.
    Outliving,
    /// Guests whose key does not open, or will stop opening.
    NoKey,
    /// Cards to cut before ten in the morning.
    Cards,
    /// Changes that do not get on, and actions of the desk that nobody has settled.
    Stuck,
    /// Doors, batteries, the bridge and encoders behind tonight's guests.
    Things,
    /// Whatever else somebody should look at before the morning.
    Other,
}

impl Section {
    /// Every section, in order.
    pub const ALL: [Self; 9] = [
        Self::Departures,
        Self::Arrivals,
        Self::NoShows,
        Self::Outliving,
        Self::NoKey,
        Self::Cards,
        Self::Stuck,
        Self::Things,
        Self::Other,
    ];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Departures => "Departures not checked out",
            Self::Arrivals => "Arrivals not checked in",
            Self::NoShows => "No-show candidates with live access",
            Self::Outliving => "Keys that outlive their stay",
            Self::NoKey => "Guests without a working key",
            Self::Cards => "Cards to cut before 10:00",
            Self::Stuck => "Changes that are stuck",
            Self::Things => "Doors, batteries, bridge, encoders",
            Self::Other => "Everything else",
        }
    }

    /// The name for scripts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Departures => "departures",
            Self::Arrivals => "arrivals",
            Self::NoShows => "no_shows",
            Self::Outliving => "outliving_keys",
            Self::NoKey => "no_working_key",
            Self::Cards => "cards_to_cut",
            Self::Stuck => "stuck_changes",
            Self::Things => "doors_and_systems",
            Self::Other => "other",
        }
    }
}

/// What an item is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum About {
    /// A stay.
    Stay(StayId),
    /// An alert.
    Alert(AlertId),
    /// Something the desk did.
    Run(IntentId),
}

/// Names an item: the same trouble in the same section is the same item, however often it is read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId {
    /// The section.
    pub section: Section,
    /// What it is about.
    pub about: About,
}

/// Text that names no item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this names no point of the checklist: it should read section:kind:id")]
pub struct NoItem;

impl std::str::FromStr for ItemId {
    type Err = NoItem;

    /// Reads what [`ItemId`] displays.
    ///
    /// # Errors
    /// [`NoItem`] where it is not `section:kind:id`.
    fn from_str(raw: &str) -> Result<Self, NoItem> {
        let (section, rest) = raw.split_once(':').ok_or(NoItem)?;
        let section = Section::ALL.into_iter().find(|known| known.name() == section).ok_or(NoItem)?;
        let (kind, id) = rest.split_once(':').ok_or(NoItem)?;
        let about = match kind {
            "stay" => About::Stay(StayId::parse(id)),
            "alert" => About::Alert(id.parse().map_err(|_| NoItem)?),
            "run" => About::Run(IntentId::parse(id).ok_or(NoItem)?),
            _ => return Err(NoItem),
        };
        Ok(Self { section, about })
    }
}

impl std::fmt::Display for ItemId {
    /// `section:kind:id`, stable, for scripts.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let section = self.section.name();
        match &self.about {
            About::Stay(id) => write!(f, "{section}:stay:{id}"),
            About::Alert(id) => write!(f, "{section}:alert:{id}"),
            About::Run(id) => write!(f, "{section}:run:{id}"),
        }
    }
}

/// Why an item is on the list. Put into words only where it is written or drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// An alert says it, or the journal does.
    Said(Text),
    /// The stay ends on the business date.
    DueOut(Option<DateTime<Utc>>),
    /// The stay is past its end and the guest seems to be there.
    Overstay(Option<DateTime<Utc>>),
    /// Nobody has been seen since the stay began, or it begins today.
    NotArrived(Option<DateTime<Utc>>),
    /// Cards wait for the encoder.
    Cut(KeyState),
}

impl Why {
    /// The reason in one plain sentence, property time.
    pub fn words(&self, zone: Zone) -> Text {
        let wall = |at: &DateTime<Utc>| zone.local(*at).format("%a %H:%M").to_string();
        let words = match self {
            Self::Said(text) => return text.clone(),
            Self::DueOut(Some(end)) => format!("due out {}: extend or check out", wall(end)),
            Self::DueOut(None) => "due out: extend or check out".to_owned(),
            Self::Overstay(Some(end)) => format!("the stay ended {} and was never settled", wall(end)),
            Self::Overstay(None) => "past the end of the stay and never settled".to_owned(),
            Self::NotArrived(Some(start)) => format!("expected {}, nobody has been seen", wall(start)),
            Self::NotArrived(None) => "expected, nobody has been seen".to_owned(),
            Self::Cut(state) => format!("cards: {}", state.word()),
        };
        Text::new(words)
    }
}

/// What brought a point about: the fault of a bridge, a system, a door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Its alert.
    pub alert: AlertId,
    /// What is wrong, with the name of the door, the system or the guest before it.
    pub words: Text,
}

impl Cause {
    /// The fault that an alert hangs on, as far as it is still raised.
    pub(super) fn of(p: &Property, alert: &Alert) -> Option<Self> {
        let root = p.alert(alert.parent.as_ref()?)?;
        // One trouble of a guest that hangs on another is told by itself.
        if matches!(root.id.subject, Subject::Stay(_) | Subject::Guest(_)) {
            return None;
        }
        let name = root.who.as_ref().or(root.room.as_ref());
        let words = match name {
            Some(name) => Text::new(format!("{name}: {}", root.why)),
            None => root.why.clone(),
        };
        Some(Self { alert: root.id.clone(), words })
    }
}

/// One open point of the checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Which.
    pub id: ItemId,
    /// How bad.
    pub severity: Severity,
    /// The room; empty where it is about none.
    pub room: Text,
    /// The guest, door or system, by name.
    pub who: Text,
    /// What the stay is tonight.
    pub class: Option<StayClass>,
    /// Since when, UTC; for a departure or an arrival its own moment, which may be still to come.
    pub since: Option<DateTime<Utc>>,
    /// When the stay ends, UTC.
    pub until: Option<DateTime<Utc>>,
    /// The stay to go to.
    pub stay: Option<StayId>,
    /// Why.
    pub why: Why,
    /// What brought it about; none where it stands for itself.
    pub cause: Option<Cause>,
    /// What can be done, the best first.
    pub fixes: &'static [Fix],
    /// Where the stay's keys stand.
    pub keys: Option<Keys>,
    /// When the room's door was last seen to open since the stay began, UTC.
    pub door: Option<DateTime<Utc>>,
    /// The alert that says it, where one does.
    pub alert: Option<AlertId>,
    /// What people said about that alert.
    pub standing: Option<Standing>,
}

/// A point that was open during the shift and no longer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleared {
    /// Which.
    pub id: ItemId,
    /// The room.
    pub room: Text,
    /// The guest, door or system.
    pub who: Text,
    /// What it was, or what was done.
    pub why: Why,
    /// When it was seen to be gone or the action ended, UTC.
    pub at: Option<DateTime<Utc>>,
    /// Who did it, where the journal says so; else it went by itself or was done elsewhere.
    pub by: Option<Text>,
    /// The stay it was about, as the journal names it.
    pub stay: Option<Text>,
    /// How bad it was; none where nobody saw it open.
    pub severity: Option<Severity>,
}
