//! Seam's resources as they come over the wire, typed and lenient.
//!
//! Unknown enum values and new fields decode, a null where the document says there is none counts as
//! missing, and only the fields the desk uses are kept. All instants are UTC. The shapes are those of
//! Seam's OpenAPI document (types 1.977.0); where the prose documents disagree, the OpenAPI wins.

mod access;
mod codes;
mod doors;
mod entrance;
mod events;
mod lenient;
mod notice;
mod people;

pub use access::{AccessGrant, AccessMethod, Mode, Mutation, MutationCode, RequestedMethod, Span};
pub use codes::AccessCode;
pub use doors::{
    AcsSystem, Battery, BatteryStatus, CustomerData, Device, DeviceProperties, DoorKind, Encoder, Location,
    Space,
};
pub use entrance::Entrance;
pub use events::{
    ActionAttempt, AttemptError, AttemptStatus, CardOnEncoder, CredentialOnSeam, Event, ScanResult,
    ScanWarning, VisionlineCard,
};
pub use notice::{FailedDevice, Level, Notice, Notices};
pub use people::{InstantKey, Pagination, UserIdentity, Workspace};

#[cfg(test)]
mod tests;
