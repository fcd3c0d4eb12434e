//! Grants and methods as the hotel keeps them: what the desk reads, and nothing else, for
//! there may be a hundred thousand.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::StayId;
use super::few::Keys;
use super::moment::Moment;
use crate::seam::id::{GrantId, IdentityId, MethodId};
use crate::seam::model::{AccessGrant, AccessMethod, Mode, Mutation, Notice, RequestedMethod};
use crate::secret::Secret;
use crate::text::Text;

/// An `access_grant`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// `access_grant_id`.
    pub id: GrantId,
    whose: Whose,
    starts: Moment,
    ends: Moment,
    created: Moment,
    /// Rows of the rooms and common areas, in the API's order.
    pub(super) spaces: Keys,
    /// Rows of its methods, in the API's order.
    pub(super) methods: Keys,
    // Most grants ask for the same and share it.
    requested: Arc<Box<[Requested]>>,
    rare: Option<Box<RareOfGrant>>,
}

/// Whose a grant is, in as little as a stay that is there already takes to be named.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Whose {
    /// A guest's with a reservation key: their stay.
    Reserved(StayId),
    /// A guest's without one.
    Single(Box<IdentityId>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct RareOfGrant {
    key: Option<Text>,
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
    /// What the API tells, with the rows of the spaces and of the methods that it names.
    pub(super) fn new(g: AccessGrant, mut spaces: Keys, mut methods: Keys) -> Self {
        let rare = RareOfGrant {
            key: g.access_grant_key,
            name: g.name,
            instant_key_url: g.instant_key_url,
            pending: g.pending_mutations,
            errors: g.errors,
            warnings: g.warnings,
        };
        spaces.shrink_to_fit();
        methods.shrink_to_fit();
        Self {
            id: g.id,
            whose: match g.reservation_key {
                Some(key) => Whose::Reserved(StayId::reserved(g.user_identity_id, key)),
                None => Whose::Single(Box::new(g.user_identity_id)),
            },
            starts: g.starts_at.into(),
            ends: g.ends_at.into(),
            created: g.created_at.into(),
            spaces,
            methods,
            requested: Arc::new(g.requested_access_methods.into_iter().map(Requested::from).collect()),
            rare: (rare != RareOfGrant::default()).then(|| Box::new(rare)),
        }
    }

    /// The guest.
    pub fn guest(&self) -> &IdentityId {
        match &self.whose {
            Whose::Reserved(stay) => stay.guest(),
            Whose::Single(guest) => guest,
        }
    }

    /// `reservation_key`.
    pub fn reservation_key(&self) -> &Option<Text> {
        match &self.whose {
            Whose::Reserved(stay) => stay.reservation_key(),
            Whose::Single(_) => &None,
        }
    }

    /// The stay that the grant makes, unless it belongs to another.
    pub(super) fn stay_id(&self) -> StayId {
        match &self.whose {
            Whose::Reserved(stay) => stay.clone(),
            Whose::Single(_) => StayId::single(self.id.clone()),
        }
    }

    /// Shares the name of its stay with one that has the same.
    pub(super) fn share_stay(&mut self, stay: &StayId) {
        if let Whose::Reserved(own) = &mut self.whose
            && own == stay
        {
            *own = stay.clone();
        }
    }

    /// `access_grant_key`.
    pub fn key(&self) -> Option<&Text> {
        self.rare.as_ref().and_then(|r| r.key.as_ref())
    }

    /// Start of access, UTC.
    pub fn starts_at(&self) -> Option<DateTime<Utc>> {
        self.starts.get()
    }

    /// End of access, UTC; none where it is open-ended.
    pub fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.ends.get()
    }

    /// When it was made, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        self.created.get()
    }

    /// What was asked for.
    pub fn requested(&self) -> &[Requested] {
        &self.requested
    }

    /// Shares with another grant what both ask for. Says whether they ask for the same.
    pub(super) fn share(&mut self, wishes: &Arc<Box<[Requested]>>) -> bool {
        let same = self.requested == *wishes;
        if same {
            self.requested = Arc::clone(wishes);
        }
        same
    }

    pub(super) fn wishes(&self) -> &Arc<Box<[Requested]>> {
        &self.requested
    }

    /// Whether it names rooms or common areas; else it has doors of its own.
    pub fn names_spaces(&self) -> bool {
        !self.spaces.is_empty()
    }

    /// Whether it lists methods.
    pub fn has_methods(&self) -> bool {
        !self.methods.is_empty()
    }

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
    mode: Kind,
    // None where it is empty.
    code: Secret,
    issued: Moment,
    created: Moment,
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

/// A mode in a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Code,
    Card,
    MobileKey,
    CloudKey,
    /// One that this version does not know, kept with what is rare.
    Other,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct RareOfMethod {
    mode: Option<Text>,
    instant_key_url: Option<Secret>,
    pending: Vec<Mutation>,
    errors: Vec<Notice>,
    warnings: Vec<Notice>,
}

impl Method {
    /// How it opens a door.
    pub fn mode(&self) -> Mode {
        match self.mode {
            Kind::Code => Mode::Code,
            Kind::Card => Mode::Card,
            Kind::MobileKey => Mode::MobileKey,
            Kind::CloudKey => Mode::CloudKey,
            Kind::Other => Mode::Other(self.rare.as_ref().and_then(|r| r.mode.clone()).unwrap_or_default()),
        }
    }

    /// The PIN as issued.
    pub fn code(&self) -> Option<&Secret> {
        (!self.code.is_empty()).then_some(&self.code)
    }

    /// When it was last issued, UTC.
    pub fn issued_at(&self) -> Option<DateTime<Utc>> {
        self.issued.get()
    }

    /// When it was made, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        self.created.get()
    }

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
        let (mode, other) = match m.mode {
            Mode::Code => (Kind::Code, None),
            Mode::Card => (Kind::Card, None),
            Mode::MobileKey => (Kind::MobileKey, None),
            Mode::CloudKey => (Kind::CloudKey, None),
            Mode::Other(name) => (Kind::Other, Some(name)),
        };
        let rare = RareOfMethod {
            mode: other,
            instant_key_url: m.instant_key_url,
            pending: m.pending_mutations,
            errors: m.errors,
            warnings: m.warnings,
        };
        Self {
            id: m.id,
            mode,
            code: m.code.unwrap_or_default(),
            issued: m.issued_at.into(),
            created: m.created_at.into(),
            is_issued: m.is_issued,
            is_encoding_required: m.is_encoding_required,
            is_ready_for_encoding: m.is_ready_for_encoding,
            is_assignment_required: m.is_assignment_required,
            is_ready_for_assignment: m.is_ready_for_assignment,
            rare: (rare != RareOfMethod::default()).then(|| Box::new(rare)),
        }
    }
}
