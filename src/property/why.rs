//! Why does the door refuse? Everything that could explain it, the likeliest first, each with what speaks
//! for it and what helps.
//!
//! Nothing is asked of the API: the records, the events and, where one was read, the card in the hand are
//! put beside each other. A cause is told at once, without the patience that an alert has.

mod card;
mod door;
mod keys;

use chrono::{DateTime, Utc};

use super::agenda::About;
use super::hotel::Property;
use super::record::{Grant, Method};
use super::rooms::Doors;
use super::table::Key;
use super::{Alert, Fix, Rule, Stay, StayId, dates};
use crate::order::Arrange as _;
use crate::seam::id::SpaceId;
use crate::seam::model::{Mode, ScanResult};
use crate::text::Text;

/// Who stands at the door, or which door it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// A guest.
    Stay(StayId),
    /// Whoever is at this room.
    Room(SpaceId),
}

/// How much speaks for a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// It alone explains a refusal.
    Sure,
    /// It explains a refusal of the key that most guests would use.
    Likely,
    /// It explains a refusal under circumstances nobody here can see.
    Possible,
}

impl Certainty {
    /// The word on the screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sure => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }

    fn raised(self) -> Self {
        match self {
            Self::Possible => Self::Likely,
            Self::Likely | Self::Sure => Self::Sure,
        }
    }
}

/// What kind of cause it is. Among causes of the same certainty, the one that stands first here is told
/// first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CauseKind {
    /// The stay is over.
    Ended,
    /// The stay has not begun.
    NotStarted,
    /// The access is being taken away, or is gone.
    TakenAway,
    /// The card in the hand is somebody else's, or nobody's.
    OtherCard,
    /// The door is not the guest's, or the card is for another door.
    WrongRoom,
    /// The lock system has made the card worthless.
    DeadCard,
    /// The end on the card has come, or its start has not.
    CardDates,
    /// The card was never cut, or its tag never assigned.
    NotEncoded,
    /// A key of another reservation took the door over.
    Overridden,
    /// A key was taken off the lock for a change and has not come back.
    ReissueGap,
    /// A key never reached the lock.
    NotIssued,
    /// The dates changed after the card was cut.
    StaleCard,
    /// The PIN is not the one the guest was told.
    PinReplaced,
    /// The access system or its bridge is down.
    SystemDown,
    /// Privacy or office mode.
    Privacy,
    /// The battery.
    Battery,
    /// The door does not hear the system.
    Offline,
    /// The Instant Key has expired.
    InstantKeyExpired,
    /// A key of the guest was deleted: the card that was lost, perhaps.
    OldKey,
    /// What Seam itself reports of the guest or the door.
    Reported,
    /// The lock gave a reason that nothing else here explains.
    Refused,
}

/// Something that speaks for a cause, or against all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What.
    pub words: Text,
    /// When it happened, UTC; none where the records do not say.
    pub at: Option<DateTime<Utc>>,
}

impl Proof {
    fn new(words: impl AsRef<str>, at: impl Into<Option<DateTime<Utc>>>) -> Self {
        Self { words: Text::new(words), at: at.into() }
    }

    fn of(alert: &Alert) -> Self {
        Self::new(&alert.why, alert.since)
    }
}

/// A cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Which; no two of one answer are of the same kind.
    pub kind: CauseKind,
    /// How much speaks for it.
    pub certainty: Certainty,
    /// What it is, one sentence.
    pub says: Text,
    /// What speaks for it.
    pub proofs: Vec<Proof>,
    /// What helps, the best first; empty where nothing at this desk does.
    pub fixes: Vec<Fix>,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// The stay it is about; none where nobody is at the room.
    pub stay: Option<StayId>,
    /// The causes, the likeliest first; empty where nothing explains it.
    pub causes: Vec<Cause>,
    /// What was looked at and is as it should be.
    pub fine: Vec<Proof>,
}

/// The facts, and what has been found in them so far.
struct Case<'a> {
    hotel: &'a Property,
    now: DateTime<Utc>,
    stay: Option<&'a Stay>,
    guest: Option<Key>,
    grants: Vec<&'a Grant>,
    methods: Vec<&'a Method>,
    doors: Doors,
    causes: Vec<Cause>,
    fine: Vec<Proof>,
}

impl Case<'_> {
    /// Adds a cause. Of the same kind there is one, told as the more certain tells it.
    fn add(
        &mut self,
        kind: CauseKind,
        certainty: Certainty,
        says: impl AsRef<str>,
        proofs: Vec<Proof>,
        fixes: &[Fix],
    ) {
        let new = Cause { kind, certainty, says: Text::new(says), proofs, fixes: fixes.to_vec() };
        let Some(old) = self.causes.iter_mut().find(|cause| cause.kind == kind) else {
            self.causes.push(new);
            return;
        };
        let (mut kept, other) =
            if new.certainty < old.certainty { (new, old.clone()) } else { (old.clone(), new) };
        let more = other.proofs.into_iter().filter(|proof| !kept.proofs.contains(proof));
        let more: Vec<Proof> = more.collect();
        kept.proofs.extend(more);
        *old = kept;
    }

    fn fine(&mut self, words: impl AsRef<str>, at: impl Into<Option<DateTime<Utc>>>) {
        let proof = Proof::new(words, at);
        // Two cards that were cut together are one line.
        if !self.fine.contains(&proof) {
            self.fine.push(proof);
        }
    }

    /// `today 11:00`, property time.
    fn short(&self, at: DateTime<Utc>) -> String {
        dates::short(at, self.now, self.hotel.zone)
    }

    /// The same, or that there is none.
    fn until(&self, at: Option<DateTime<Utc>>) -> String {
        at.map_or_else(|| "open-ended".to_owned(), |at| format!("until {}", self.short(at)))
    }

    fn of_mode(&self, mode: &Mode) -> Vec<&Method> {
        self.methods.iter().copied().filter(|m| m.mode() == *mode).collect()
    }

    fn alerts(&self, about: About) -> Vec<Alert> {
        self.hotel.alerts.get(&about).cloned().unwrap_or_default()
    }

    /// The alerts of the stay itself.
    fn own_alerts(&self) -> Vec<Alert> {
        let key = self.stay.and_then(|stay| self.hotel.stays.key(&stay.id));
        key.map(|key| self.alerts(About::Stay(key))).unwrap_or_default()
    }

    /// Whether anything of the stay is still on its way to a lock.
    fn has_pending(&self) -> bool {
        let of_grants = self.grants.iter().any(|g| !g.pending().is_empty());
        of_grants || self.methods.iter().any(|m| !m.is_issued || !m.pending().is_empty())
    }

    /// What Seam reports that no cause of its own tells.
    fn reported(&mut self) {
        let mut alerts = self.own_alerts();
        alerts.extend(self.guest.map(|key| self.alerts(About::Guest(key))).unwrap_or_default());
        for door in self.doors.clone() {
            alerts.extend(self.alerts(About::Door(door)));
        }
        for alert in alerts {
            let certainty = match alert.id.rule {
                Rule::LockCannotHold | Rule::UserFault | Rule::ChangedOutside | Rule::NoRoomDoor => {
                    Certainty::Likely
                }
                Rule::MissingDoors | Rule::SeatsFull | Rule::StuckRevoke | Rule::Notice(_) => {
                    Certainty::Possible
                }
                _ => continue,
            };
            let fixes: Vec<Fix> =
                alert.fixes.iter().copied().filter(|f| !matches!(f, Fix::Why | Fix::None)).collect();
            self.add(CauseKind::Reported, certainty, &alert.why, vec![Proof::of(&alert)], &fixes);
        }
    }

    fn close(mut self) -> Diagnosis {
        self.causes.arrange_by_key(|cause| (cause.certainty, cause.kind));
        for cause in &mut self.causes {
            cause.proofs.arrange_by_key(|proof| std::cmp::Reverse(proof.at));
        }
        Diagnosis { stay: self.stay.map(|stay| stay.id.clone()), causes: self.causes, fine: self.fine }
    }
}

impl Property {
    /// Why a door refuses, as far as the records, the events and the card that was read `seen` at an
    /// instant explain it at `now`. Of a stay that is not there nothing is known.
    pub fn why(
        &self,
        whose: &Whose,
        seen: Option<(&ScanResult, DateTime<Utc>)>,
        now: DateTime<Utc>,
    ) -> Diagnosis {
        let Some(mut case) = self.case(whose, now) else { return Diagnosis::default() };
        keys::look(&mut case);
        door::look(&mut case);
        case.reported();
        // What the card and the lock say themselves weighs more than what was concluded.
        door::heed_refusals(&mut case);
        if let Some((read, at)) = seen {
            card::look(&mut case, read, at);
        }
        case.close()
    }

    fn case(&self, whose: &Whose, now: DateTime<Utc>) -> Option<Case<'_>> {
        let (stay, room) = match whose {
            Whose::Stay(id) => (Some(self.stay(id)?), None),
            Whose::Room(id) => (self.inside(id, now), self.store.spaces.key(id)),
        };
        let row = stay.and_then(|stay| self.stays.row(self.stays.key(&stay.id)?));
        let mut case = Case {
            hotel: self,
            now,
            stay,
            guest: row.map(|row| row.stay.guest_key()),
            grants: Vec::new(),
            methods: Vec::new(),
            doors: Doors::new(),
            causes: Vec::new(),
            fine: Vec::new(),
        };
        if let Some(row) = row {
            case.grants = self.grants_at(&row.grants).collect();
            case.methods = self.methods_at(&row.grants);
            case.doors = self.guest_doors_of_stay(&row.grants, &row.rooms);
        }
        if let Some(room) = room {
            case.doors = self.doors_in(room);
            case.doors.retain(|door| self.is_guest_door(*door));
        }
        Some(case)
    }

    /// The only guest who has a room now; none where it is nobody or several.
    fn inside(&self, room: &SpaceId, now: DateTime<Utc>) -> Option<&Stay> {
        let has = |stay: &&Stay| {
            stay.starts_at().is_none_or(|at| at <= now) && stay.ends_at().is_none_or(|at| at > now)
        };
        let mut inside = self.stays_in_room(room).into_iter().filter(has);
        let first = inside.next();
        if inside.next().is_some() { None } else { first }
    }
}
