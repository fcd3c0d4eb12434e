//! The hotel: stays, rooms, doors, keys, the business date, stay classes and alerts with their root cause.
//!
//! Pure: records come in as [`Delta`]s, time comes in as an argument, and what changed goes out as
//! [`Changed`]. Nothing here knows how a record was read or where it is drawn.

mod alert;
mod clock;
mod dates;
mod delta;
mod key;
mod mutation;
mod property;
mod record;
mod settings;
mod stage;
mod stay;

pub use alert::{Alert, AlertId, Fix, Rule, Severity, Subject};
pub use clock::{BusinessDate, DstNote, Settled, Zone};
pub use dates::{DateError, Parsed, age, parse, short};
pub use delta::{Changed, Delta, Fault, FaultKind, Gone, Records, Resource, Sweep, Touched};
pub use key::{KeyState, Keys};
pub use mutation::{MutationId, MutationOf, MutationRow};
pub use property::{Counts, Doors, Holder, Property};
pub use record::{Grant, Guest, Method, Requested};
pub use settings::Settings;
pub use stage::{Source, Stage};
pub use stay::{Evidence, Stay, StayClass, StayId};
