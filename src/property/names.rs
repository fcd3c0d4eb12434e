//! What a grant names: it keeps numbers, and here are the ids.

use super::hotel::Property;
use super::{Grant, Method};
use crate::seam::id::{MethodId, SpaceId};

impl Property {
    /// The rooms and common areas that a grant names, in the API's order, those too that were not read.
    pub fn spaces_of(&self, grant: &Grant) -> impl Iterator<Item = &SpaceId> {
        let keys = grant.spaces.clone();
        keys.into_iter().filter_map(|key| Some(self.store.spaces.row(key)?.id()))
    }

    /// The methods that a grant lists, in the API's order, those too that were not read.
    pub fn method_ids_of(&self, grant: &Grant) -> impl Iterator<Item = &MethodId> {
        let keys = grant.methods.clone();
        keys.into_iter().filter_map(|key| Some(self.store.methods.row(key)?.id()))
    }

    /// Whether a grant lists a method.
    pub fn lists(&self, grant: &Grant, method: &MethodId) -> bool {
        self.store.methods.key(method).is_some_and(|key| grant.methods.contains(&key))
    }

    /// Whether a grant names a room or a common area.
    pub fn names(&self, grant: &Grant, space: &SpaceId) -> bool {
        self.store.spaces.key(space).is_some_and(|key| grant.spaces.contains(&key))
    }

    /// The methods that a grant lists and that were read, in the API's order.
    pub fn listed_by<'p>(&'p self, grant: &'p Grant) -> impl Iterator<Item = &'p Method> {
        grant.methods.iter().filter_map(|key| self.store.methods.get(*key))
    }

    /// All that is known of a grant, by ids, as text: the same for two hotels that know the same, which number their
    /// records each in its own way.
    pub fn in_full(&self, g: &Grant) -> String {
        let names = (&g.id, g.guest(), g.reservation_key(), g.key(), g.name(), self.stay_of_grant(&g.id));
        let dates = (g.starts_at(), g.ends_at(), g.created_at());
        let spaces: Vec<_> = self.spaces_of(g).collect();
        let methods: Vec<_> = self.method_ids_of(g).collect();
        let says = (g.pending(), g.errors(), g.warnings(), g.instant_key_url());
        format!("{names:?} {dates:?} {spaces:?} {methods:?} {:?} {says:?}", g.requested())
    }
}
