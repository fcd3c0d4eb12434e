//! The kinds of what is told, and what tells two of a kind apart.

use crate::property::{Gone, Resource};
use crate::seam::id::Id;

/// The kind of an id whose kind is told beside it.
pub(super) enum Anything {}

/// An id of any kind.
pub(super) type AnyId = Id<Anything>;

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Workspace,
    System,
    Space,
    Entrance,
    Device,
    Encoder,
    Identity,
    Grant,
    Method,
    /// The doors of a grant that names no space.
    Doors,
    InstantKey,
    Event,
}

impl Kind {
    pub(super) const ALL: [Self; 12] = [
        Self::Workspace,
        Self::System,
        Self::Space,
        Self::Entrance,
        Self::Device,
        Self::Encoder,
        Self::Identity,
        Self::Grant,
        Self::Method,
        Self::Doors,
        Self::InstantKey,
        Self::Event,
    ];

    /// The name in the store.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::System => "system",
            Self::Space => "space",
            Self::Entrance => "entrance",
            Self::Device => "device",
            Self::Encoder => "encoder",
            Self::Identity => "identity",
            Self::Grant => "grant",
            Self::Method => "method",
            Self::Doors => "doors",
            Self::InstantKey => "instant_key",
            Self::Event => "event",
        }
    }

    /// The kind of that name; none where it is a newer program's.
    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The kinds that a full reading of a resource brings all of.
    pub(super) fn swept_with(what: Resource) -> &'static [Self] {
        match what {
            Resource::Systems => &[Self::System],
            Resource::Spaces => &[Self::Space],
            Resource::Entrances => &[Self::Entrance],
            Resource::Devices => &[Self::Device],
            Resource::Encoders => &[Self::Encoder],
            Resource::Identities => &[Self::Identity],
            Resource::Grants => &[Self::Grant, Self::Method],
            Resource::InstantKeys => &[Self::InstantKey],
            Resource::Workspace | Resource::Events => &[],
        }
    }
}

/// What is gone, as the store names it.
pub(super) fn key_of(gone: &Gone) -> (Kind, AnyId) {
    let any = |raw: String| AnyId::new(&raw);
    match gone {
        Gone::Grant(id) => (Kind::Grant, any(id.to_string())),
        Gone::Method(id) => (Kind::Method, any(id.to_string())),
        Gone::Identity(id) => (Kind::Identity, any(id.to_string())),
        Gone::Space(id) => (Kind::Space, any(id.to_string())),
        Gone::Entrance(id) => (Kind::Entrance, any(id.to_string())),
        Gone::Device(id) => (Kind::Device, any(id.to_string())),
        Gone::Encoder(id) => (Kind::Encoder, any(id.to_string())),
        Gone::System(id) => (Kind::System, any(id.to_string())),
        Gone::InstantKey(id) => (Kind::InstantKey, any(id.to_string())),
    }
}

/// What is gone where the store says so of this; nothing where that is not a thing of its own.
pub(super) fn gone_of(kind: Kind, id: &str) -> Option<Gone> {
    Some(match kind {
        Kind::Grant => Gone::Grant(Id::new(id)),
        Kind::Method => Gone::Method(Id::new(id)),
        Kind::Identity => Gone::Identity(Id::new(id)),
        Kind::Space => Gone::Space(Id::new(id)),
        Kind::Entrance => Gone::Entrance(Id::new(id)),
        Kind::Device => Gone::Device(Id::new(id)),
        Kind::Encoder => Gone::Encoder(Id::new(id)),
        Kind::System => Gone::System(Id::new(id)),
        Kind::InstantKey => Gone::InstantKey(Id::new(id)),
        // The doors of a grant go with it; a workspace and what has happened stay.
        Kind::Doors | Kind::Workspace | Kind::Event => return None,
    })
}
