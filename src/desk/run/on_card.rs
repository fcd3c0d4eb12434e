//! What is on a card that was just cut: read while the API still knows it, for the journal.

use super::Run;
use crate::order::Arrange as _;
use crate::property::CardCut;
use crate::seam::client::MethodInclude;
use crate::seam::id::MethodId;
use crate::seam::model::DoorKind;
use crate::text::Text;

/// Everything that says what a card opens, whose it is and until when.
const ABOUT: [MethodInclude; 3] =
    [MethodInclude::AccessGrants, MethodInclude::AcsEntrances, MethodInclude::Spaces];

impl Run {
    /// None where the card opens no door on which reservations override each other, or where that cannot be
    /// read: the card is cut all the same.
    pub(super) async fn describe_card(&self, method: &MethodId) -> Option<CardCut> {
        let now = self.api.now();
        let related = match self.api.client().related_to_methods(std::slice::from_ref(method), &ABOUT).await {
            Ok(related) => related,
            Err(error) => {
                tracing::debug!(%error, "what is on the card could not be read");
                return None;
            }
        };
        let mut doors: Vec<_> = related
            .entrances
            .iter()
            .filter(|door| door.can_belong_to_reservation && door.kind != DoorKind::Common)
            .collect();
        doors.arrange_by_key(|door| &door.id);
        let grant =
            related.access_grants.iter().min_by_key(|grant| &grant.id).filter(|_| !doors.is_empty())?;
        let ends = related.access_grants.iter().map(|grant| grant.ends_at);
        // Open-ended is later than any end.
        let ends_at = if ends.clone().any(|end| end.is_none()) { None } else { ends.flatten().max() };
        let rooms =
            related.spaces.iter().filter(|space| doors.iter().any(|d| d.space_ids.contains(&space.id)));
        let rooms: Vec<&str> = rooms.map(|space| space.name.as_str()).collect();
        Some(CardCut {
            method: method.clone(),
            guest: grant.user_identity_id.clone(),
            name: self.plan.guest.clone(),
            room: if rooms.is_empty() { self.plan.room.clone() } else { Text::new(rooms.join("+")) },
            doors: doors.iter().map(|door| door.id.clone()).collect(),
            reservation_key: grant.reservation_key.clone(),
            cut_at: now,
            ends_at,
        })
    }
}
