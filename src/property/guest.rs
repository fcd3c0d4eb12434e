//! Guests as the hotel keeps them: what the desk reads, and nothing else, for there may be a hundred thousand.

use chrono::{DateTime, Utc};

use super::moment::Moment;
use crate::seam::id::IdentityId;
use crate::seam::model::{Notice, UserIdentity};
use crate::text::Text;

/// A `user_identity`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// `user_identity_id`.
    pub id: IdentityId,
    /// The full name; the name Seam shows where there is none.
    pub name: Text,
    created: Moment,
    rare: Option<Box<RareOfGuest>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct RareOfGuest {
    key: Option<Text>,
    email: Option<Text>,
    phone: Option<Text>,
    errors: Vec<Notice>,
    warnings: Vec<Notice>,
}

impl Guest {
    /// `user_identity_key`.
    pub fn key(&self) -> Option<&Text> {
        self.rare.as_ref().and_then(|r| r.key.as_ref())
    }

    /// When the guest was entered, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        self.created.get()
    }

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

    pub(super) fn has_notices(&self) -> bool {
        !self.errors().is_empty() || !self.warnings().is_empty()
    }
}

impl From<UserIdentity> for Guest {
    fn from(u: UserIdentity) -> Self {
        let rare = RareOfGuest {
            key: u.user_identity_key,
            email: u.email_address,
            phone: u.phone_number,
            errors: u.errors,
            warnings: u.warnings,
        };
        Self {
            id: u.id,
            name: u.full_name.unwrap_or(u.display_name),
            created: u.created_at.into(),
            rare: (rare != RareOfGuest::default()).then(|| Box::new(rare)),
        }
    }
}
