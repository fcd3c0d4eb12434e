//! Grants, methods and guests as the hotel keeps them: what the desk reads, and nothing else, for
//! there may be a hundred thousand.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::seam::id::{GrantId, IdentityId, MethodId, SpaceId};
use crate::seam::model::{AccessGrant, AccessMethod, Mode, Mutation, Notice, RequestedMethod, UserIdentity};
use crate::secret::Secret;
use crate::text::Text;

/// An `access_grant`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// `access_grant_id`.
    pub id: GrantId,
    /// The guest.
    pub guest: IdentityId,
    /// `access_grant_key`.
    pub key: Option<Text>,
    /// `reservation_key`.
    pub reservation_key: Option<Text>,
    /// Start of access, UTC.
    pub starts_at: Option<DateTime<Utc>>,
    /// End of access, UTC; none where it is open-ended.
    pub ends_at: Option<DateTime<Utc>>,
    /// When it was made, UTC.
    pub created_at: Option<DateTime<Utc>>,
    /// Rooms and common areas.
    pub spaces: Box<[SpaceId]>,
    /// Its methods, in the API's order.
    pub methods: Box<[MethodId]>,
    /// What was asked for; most grants ask for the same and share it.
    pub requested: Arc<[Requested]>,
    rare: Option<Box<RareOfGrant>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct RareOfGrant {
    name: Option<Text>,
    instant_key_url: Option<Secret>,
    pending: Vec<Mutation>,
    errors: Vec<Notice>,
    warnings: Vec<Notice>,
}

/// An entry of `requested_access_methods[]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requested {
    /// The mode asked for.
    pub mode: Mode,
    /// The PIN asked for.
    pub code: Option<Secret>,
    /// How many phones may redeem the Instant Key; none means one.
    pub max_uses: Option<u32>,
    /// How many methods were made for it.
    pub made: u16,
}

impl Grant {
    /// A name given by people.
    pub fn name(&self) -> Option<&Text> {
        self.rare.as_ref().and_then(|r| r.name.as_ref())
    }

    /// The Instant Key's link, where the grant has a single mobile key.
    pub fn instant_key_url(&self) -> Option<&Secret> {
        self.rare.as_ref().and_then(|r| r.instant_key_url.as_ref())
    }

    /// `pending_mutations[]`.
    pub fn pending(&self) -> &[Mutation] {
        self.rare.as_ref().map_or(&[], |r| &r.pending)
    }

    /// `errors[]`.
    pub fn errors(&self) -> &[Notice] {
        self.rare.as_ref().map_or(&[], |r| &r.errors)
    }

    /// `warnings[]`.
    pub fn warnings(&self) -> &[Notice] {
        self.rare.as_ref().map_or(&[], |r| &r.warnings)
    }

    /// Whether Seam is taking it away: warning `being_deleted`.
    pub fn is_being_deleted(&self) -> bool {
        self.warnings().iter().any(|w| w.code == "being_deleted")
    }
}

impl From<AccessGrant> for Grant {
    fn from(g: AccessGrant) -> Self {
        let rare = RareOfGrant {
            name: g.name,
            instant_key_url: g.instant_key_url,
            pending: g.pending_mutations,
            errors: g.errors,
            warnings: g.warnings,
        };
        Self {
            id: g.id,
            guest: g.user_identity_id,
            key: g.access_grant_key,
            reservation_key: g.reservation_key,
            starts_at: g.starts_at,
            ends_at: g.ends_at,
            created_at: g.created_at,
            spaces: g.space_ids.into_boxed_slice(),
            methods: g.access_method_ids.into_boxed_slice(),
            requested: g.requested_access_methods.into_iter().map(Requested::from).collect(),
            rare: (rare != RareOfGrant::default()).then(|| Box::new(rare)),
        }
    }
}

impl From<RequestedMethod> for Requested {
    fn from(r: RequestedMethod) -> Self {
        let made = u16::try_from(r.created_access_method_ids.len()).unwrap_or(u16::MAX);
        Self { mode: r.mode, code: r.code, max_uses: r.instant_key_max_use_count, made }
    }
}

/// An `access_method`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// `access_method_id`.
    pub id: MethodId,
    /// How it opens a door.
    pub mode: Mode,
    /// The PIN as issued.
    pub code: Option<Secret>,
    /// When it was last issued, UTC.
    pub issued_at: Option<DateTime<Utc>>,
    /// When it was made, UTC.
    pub created_at: Option<DateTime<Utc>>,
    /// Whether it opens doors now (within the grant's dates).
    pub is_issued: bool,
    /// A card that must go onto an encoder, for the first time or again.
    pub is_encoding_required: bool,
    /// Whether an encoder may take it now.
    pub is_ready_for_encoding: bool,
    /// A card that must be assigned by its number.
    pub is_assignment_required: bool,
    /// Whether a card may be assigned now.
    pub is_ready_for_assignment: bool,
    rare: Option<Box<RareOfMethod>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct RareOfMethod {
    instant_key_url: Option<Secret>,
    pending: Vec<Mutation>,
    errors: Vec<Notice>,
    warnings: Vec<Notice>,
}

impl Method {
    /// The Instant Key's link.
    pub fn instant_key_url(&self) -> Option<&Secret> {
        self.rare.as_ref().and_then(|r| r.instant_key_url.as_ref())
    }

    /// `pending_mutations[]`.
    pub fn pending(&self) -> &[Mutation] {
        self.rare.as_ref().map_or(&[], |r| &r.pending)
    }

    /// `errors[]`.
    pub fn errors(&self) -> &[Notice] {
        self.rare.as_ref().map_or(&[], |r| &r.errors)
    }

    /// `warnings[]`.
    pub fn warnings(&self) -> &[Notice] {
        self.rare.as_ref().map_or(&[], |r| &r.warnings)
    }

    /// Whether Seam is taking it away: warning `being_deleted`.
    pub fn is_being_deleted(&self) -> bool {
        self.warnings().iter().any(|w| w.code == "being_deleted")
    }
}

impl From<AccessMethod> for Method {
    fn from(m: AccessMethod) -> Self {
        let rare = RareOfMethod {
            instant_key_url: m.instant_key_url,
            pending: m.pending_mutations,
            errors: m.errors,
            warnings: m.warnings,
        };
        Self {
            id: m.id,
            mode: m.mode,
            code: m.code,
            issued_at: m.issued_at,
            created_at: m.created_at,
            is_issued: m.is_issued,
            is_encoding_required: m.is_encoding_required,
            is_ready_for_encoding: m.is_ready_for_encoding,
            is_assignment_required: m.is_assignment_required,
            is_ready_for_assignment: m.is_ready_for_assignment,
            rare: (rare != RareOfMethod::default()).then(|| Box::new(rare)),
        }
    }
}

/// A `user_identity`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// `user_identity_id`.
    pub id: IdentityId,
    /// The full name; the name Seam shows where there is none.
    pub name: Text,
    /// `user_identity_key`.
    pub key: Option<Text>,
    /// When the guest was entered, UTC.
    pub created_at: Option<DateTime<Utc>>,
    rare: Option<Box<RareOfGuest>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct RareOfGuest {
    email: Option<Text>,
    phone: Option<Text>,
    errors: Vec<Notice>,
    warnings: Vec<Notice>,
}

impl Guest {
    /// E-mail address.
    pub fn email(&self) -> Option<&Text> {
        self.rare.as_ref().and_then(|r| r.email.as_ref())
    }

    /// Phone number, E.164.
    pub fn phone(&self) -> Option<&Text> {
        self.rare.as_ref().and_then(|r| r.phone.as_ref())
    }

    /// `errors[]`.
    pub fn errors(&self) -> &[Notice] {
        self.rare.as_ref().map_or(&[], |r| &r.errors)
    }

    /// `warnings[]`.
    pub fn warnings(&self) -> &[Notice] {
        self.rare.as_ref().map_or(&[], |r| &r.warnings)
    }
}

impl Guest {
    pub(super) fn has_notices(&self) -> bool {
        !self.errors().is_empty() || !self.warnings().is_empty()
    }
}

impl From<UserIdentity> for Guest {
    fn from(u: UserIdentity) -> Self {
        let rare = RareOfGuest {
            email: u.email_address,
            phone: u.phone_number,
            errors: u.errors,
            warnings: u.warnings,
        };
        Self {
            id: u.id,
            name: u.full_name.unwrap_or(u.display_name),
            key: u.user_identity_key,
            created_at: u.created_at,
            rare: (rare != RareOfGuest::default()).then(|| Box::new(rare)),
        }
    }
}
