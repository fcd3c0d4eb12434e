//! Thresholds, and what the hotel says of itself where Seam does not.

use chrono::{NaiveTime, TimeDelta};

use super::Zone;

/// What can be set. The defaults are those of a usual night.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The property's zone, where the one the API tells is missing or wrong.
    pub zone: Option<Zone>,
    /// Before this hour, property time, the business date to begin with is yesterday's.
    pub roll_hour: u32,
    /// Property time on the morning after arrival from which a guest who has not been seen is a
    /// no-show candidate.
    pub no_show_at: NaiveTime,
    /// However late the stay begins, it is no no-show before this long after its start.
    pub no_show_after: TimeDelta,
    /// How long after the start of a stay, or after a change, a missing key is bearable.
    pub key_grace: TimeDelta,
    /// How long before its start a stay must have its keys.
    pub issue_ahead: TimeDelta,
    /// How long a revocation may take.
    pub revoke_limit: TimeDelta,
    /// How long any other change may take on a lock that is online.
    pub mutation_limit: TimeDelta,
    /// How long it may take behind a bridge.
    pub mutation_limit_bridge: TimeDelta,
    /// How far ahead arrivals and ends count, for cards to cut and for doors that are offline.
    pub look_ahead: TimeDelta,
    /// How soon a card with old dates must end to be urgent.
    pub stale_card_ahead: TimeDelta,
    /// How long a card may wait for its system to be ready.
    pub card_ready_limit: TimeDelta,
    /// How old the screen may get.
    pub screen_limit: TimeDelta,
    /// A battery level, 0 to 100, below which it is low where no status says so.
    pub battery_low: u8,
    /// A battery level, 0 to 100, below which it is critical.
    pub battery_critical: u8,
    /// How many events are kept.
    pub events_kept: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            zone: None,
            roll_hour: 6,
            no_show_at: NaiveTime::from_hms_opt(2, 0, 0).unwrap_or_default(),
            no_show_after: TimeDelta::hours(4),
            key_grace: TimeDelta::minutes(5),
            issue_ahead: TimeDelta::hours(2),
            revoke_limit: TimeDelta::minutes(15),
            mutation_limit: TimeDelta::minutes(15),
            mutation_limit_bridge: TimeDelta::minutes(60),
            look_ahead: TimeDelta::hours(12),
            stale_card_ahead: TimeDelta::hours(6),
            card_ready_limit: TimeDelta::minutes(10),
            screen_limit: TimeDelta::minutes(2),
            battery_low: 20,
            battery_critical: 10,
            events_kept: 20_000,
        }
    }
}
