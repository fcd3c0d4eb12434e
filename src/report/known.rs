//! A point of the checklist as it is remembered from one process to the next.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::item::{Item, ItemId, Why};
use crate::property::{Severity, StayId, Zone};
use crate::text::Text;

/// What is worth remembering of a point that was open: which, whose, how bad, why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// As [`ItemId`] displays.
    pub id: Text,
    /// How bad.
    pub severity: Severity,
    /// The room; empty where it is about none.
    pub room: Text,
    /// The guest, door or system.
    pub who: Text,
    /// Why, in words.
    pub why: Text,
    /// The stay, as its id displays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stay: Option<Text>,
    /// Since when, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
}

impl Known {
    /// What is remembered of an item; its sentence in property time.
    pub fn of(item: &Item, zone: Zone) -> Self {
        Self {
            id: Text::new(item.id.to_string()),
            severity: item.severity,
            room: item.room.clone(),
            who: item.who.clone(),
            why: item.why.words(zone),
            stay: item.stay.as_ref().map(|id| Text::new(id.to_string())),
            since: item.since,
        }
    }

    /// The item it was, as far as it is remembered; none where it names nothing this program knows.
    pub fn item(&self) -> Option<Item> {
        let id: ItemId = self.id.parse().ok()?;
        Some(Item {
            id,
            severity: self.severity,
            room: self.room.clone(),
            who: self.who.clone(),
            class: None,
            since: self.since,
            until: None,
            stay: self.stay.as_ref().map(|id| StayId::parse(id)),
            why: Why::Said(self.why.clone()),
            cause: None,
            fixes: &[],
            keys: None,
            door: None,
            alert: None,
            standing: None,
        })
    }
}
