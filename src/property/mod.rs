//! The hotel: stays, rooms, doors, keys, the business date, stay classes and alerts with their root cause.
//!
//! Pure: records come in as [`Delta`]s, time comes in as an argument, and what changed goes out as
//! [`Changed`]. Nothing here knows how a record was read or where it is drawn.

mod agenda;
mod alert;
mod build;
mod clock;
mod dates;
mod delta;
mod happening;
mod hotel;
mod intake;
mod intake_doors;
mod key;
mod log;
mod lookup;
mod mutation;
mod places;
mod record;
mod regroup;
mod review;
mod rooms;
mod rules;
mod screen;
mod settings;
mod stage;
mod stay;
mod stays;
mod store;
mod table;
mod tally;

pub use alert::{Alert, AlertId, Fix, Rule, Severity, Subject};
pub use clock::{BusinessDate, DstNote, Settled, Zone};
pub use dates::{DateError, Parsed, age, parse, short};
pub use delta::{Changed, Delta, Fault, FaultKind, Gone, Records, Resource, Sweep, Touched};
pub use happening::happened;
pub use hotel::Property;
pub use key::{KeyState, Keys};
pub use lookup::{Counts, Doors, Holder};
pub use mutation::{MutationId, MutationOf, MutationRow};
pub use record::{Grant, Guest, Method, Requested};
pub use settings::Settings;
pub use stage::{Source, Stage};
pub use stay::{Evidence, Stay, StayClass, StayId};

#[cfg(test)]
mod tests;
