//! The hotel: stays, rooms, doors, keys, the business date, stay classes and alerts with their root cause.
//!
//! Pure: records come in as [`Delta`]s, time comes in as an argument, and what changed goes out as
//! [`Changed`]. Nothing here knows how a record was read or where it is drawn.

mod agenda;
mod alert;
mod attempts;
mod attention;
mod backlog;
mod build;
mod cards;
mod chunks;
mod clock;
mod counts;
mod course;
mod crowd;
mod dates;
mod delta;
mod few;
mod followed;
mod guest;
mod happening;
mod hotel;
mod intake;
mod intake_doors;
mod intake_grants;
mod key;
mod ledger;
mod log;
mod lookup;
mod moment;
mod mutation;
mod names;
mod places;
mod record;
mod regroup;
mod review;
mod rooms;
mod rule;
mod rules;
mod said;
mod screen;
mod settings;
mod shade;
mod stage;
mod stay;
mod stays;
mod store;
mod table;
mod tally;
mod walk;
mod why;

pub use alert::{Alert, AlertId, Fix, NoAlert, Severity, Subject};
pub use attempts::{Attempt, AttemptState};
pub use attention::{Attended, Attention, Back, Note, Said};
pub use clock::{BusinessDate, DstNote, Settled, Zone};
pub use counts::Counts;
pub use course::{Course, Level, Sample, Shift};
pub use dates::{DateError, Parsed, age, parse, short};
pub use delta::{CardNews, Changed, Delta, Fault, FaultKind, Gone, Records, Resource, Sweep, Touched};
pub use few::Few;
pub use followed::{Followed, FollowedDoors, FollowedSource};
pub use guest::Guest;
pub use happening::happened;
pub use hotel::Property;
pub use key::{KeyState, Keys};
pub use ledger::{CardCut, Closed};
pub use lookup::{Doors, Holder};
pub use mutation::{MutationId, MutationOf, MutationRow};
pub use record::{Grant, Method, Requested};
pub use rule::Rule;
pub use said::{changing, said};
pub use settings::Settings;
pub use stage::{Source, Stage};
pub use stay::{Evidence, Stay, StayClass, StayId};
pub use why::{Cause, CauseKind, Certainty, Diagnosis, Proof, Whose};

#[cfg(test)]
mod tests;
