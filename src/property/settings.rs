//! Thresholds, and what the hotel says of itself where Seam does not.

use chrono::{DateTime, NaiveTime, TimeDelta, Timelike, Utc};

use super::clock::at_time;
use super::{BusinessDate, Zone};
use crate::config::Thresholds;

/// What can be set. The defaults are those of a usual night.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The property's zone, where the one the API tells is missing or wrong.
    pub zone: Option<Zone>,
    /// Before this hour, property time, the business date to begin with is yesterday's.
    pub roll_hour: u32,
    /// Property time at which the business date rolls by itself; none where only the audit rolls it.
    /// Before noon it ends the date of the day before, from noon on that of the day.
    pub roll_at: Option<NaiveTime>,
    /// Property times at which the shifts begin, for the course of the night.
    pub shifts: Vec<NaiveTime>,
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
    /// How far ahead a next guest who begins before a stay ends is told.
    pub conflict_ahead: TimeDelta,
    /// A guest without a reservation key who has this many rooms, or an open end, counts as staff where
    /// guests are compared.
    pub staff_rooms: usize,
    /// Property time from which a room that nobody has access to should not be opened.
    pub watch_from: NaiveTime,
    /// Property time until which it should not.
    pub watch_until: NaiveTime,
    /// How long a door that was opened waits for the grant behind it to be read.
    pub unlock_settle: TimeDelta,
    /// How long before and after its dates a stay covers the opening of its door.
    pub unlock_grace: TimeDelta,
    /// How long a door that opened for nobody is told.
    pub unlock_kept: TimeDelta,
    /// So many refusals of one door are trouble.
    pub denials: usize,
    /// Within this time.
    pub denial_window: TimeDelta,
    /// How long after the last refusal it is told, unless the door opens.
    pub denial_kept: TimeDelta,
    /// How long a door may be missing from an access.
    pub doors_grace: TimeDelta,
    /// How long a PIN or card that was changed outside Seam is told.
    pub outside_kept: TimeDelta,
    /// How long an encoder may take.
    pub attempt_limit: TimeDelta,
    /// How long an attempt that ended unknown is told, unless the encoder works again.
    pub attempt_kept: TimeDelta,
    /// How long a guest may be entered before access is granted, or access before its guest is read.
    pub register_grace: TimeDelta,
    /// A guest entered longer ago than this is one of another night.
    pub registered_ago: TimeDelta,
    /// A stay of more nights than this is odd.
    pub long_stay: i64,
    /// How long before and after it a change of the clocks is told.
    pub clock_change: TimeDelta,
    /// How many events are kept.
    pub events_kept: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            zone: None,
            roll_hour: 6,
            roll_at: None,
            shifts: vec![wall(6, 30), wall(14, 30), wall(22, 30)],
            no_show_at: wall(2, 0),
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
            conflict_ahead: TimeDelta::hours(24),
            staff_rooms: 5,
            watch_from: wall(22, 0),
            watch_until: wall(6, 0),
            unlock_settle: TimeDelta::minutes(1),
            unlock_grace: TimeDelta::minutes(30),
            unlock_kept: TimeDelta::hours(4),
            denials: 3,
            denial_window: TimeDelta::minutes(10),
            denial_kept: TimeDelta::minutes(30),
            doors_grace: TimeDelta::minutes(5),
            outside_kept: TimeDelta::hours(12),
            attempt_limit: TimeDelta::seconds(60),
            attempt_kept: TimeDelta::minutes(30),
            register_grace: TimeDelta::minutes(45),
            registered_ago: TimeDelta::hours(12),
            long_stay: 28,
            clock_change: TimeDelta::hours(6),
            events_kept: 20_000,
        }
    }
}

fn wall(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default()
}

impl Settings {
    /// The date to begin with where none is known.
    pub(super) fn first_date(&self, now: DateTime<Utc>, zone: Zone) -> BusinessDate {
        let guess = BusinessDate::guess(now, zone, self.roll_hour);
        if self.roll_at.is_none() {
            return guess;
        }
        let today = zone.date(now);
        let dates = [today.pred_opt().unwrap_or(today), today, today.succ_opt().unwrap_or(today)];
        let open =
            dates.map(BusinessDate::new).into_iter().find(|date| self.roll_after(*date, zone) > Some(now));
        open.unwrap_or(guess)
    }

    /// When a business date rolls by itself. On a night on which the clocks change a time they skip
    /// counts from after the gap, and one they show twice the first time.
    pub(super) fn roll_after(&self, date: BusinessDate, zone: Zone) -> Option<DateTime<Utc>> {
        let time = self.roll_at?;
        let day = if time.hour() < 12 { date.next() } else { date };
        Some(at_time(zone, day.date(), time))
    }
}

impl From<&Thresholds> for Settings {
    /// The usual night with what the configuration says otherwise.
    fn from(t: &Thresholds) -> Self {
        let mut s = Self::default();
        s.take_durations(t);
        let set = |to: &mut NaiveTime, from: Option<NaiveTime>| *to = from.unwrap_or(*to);
        set(&mut s.no_show_at, t.no_show_at.map(|time| time.0));
        set(&mut s.watch_from, t.watch_from.map(|time| time.0));
        set(&mut s.watch_until, t.watch_until.map(|time| time.0));
        s.roll_at = t.roll_at.map(|time| time.0);
        if let Some(shifts) = &t.shifts {
            s.shifts = shifts.iter().map(|time| time.0).collect();
        }
        s.battery_low = t.battery_low.unwrap_or(s.battery_low);
        s.battery_critical = t.battery_critical.unwrap_or(s.battery_critical);
        s.staff_rooms = t.staff_rooms.unwrap_or(s.staff_rooms);
        s.denials = t.denials.unwrap_or(s.denials).max(1);
        s.long_stay = t.long_stay.map_or(s.long_stay, i64::from);
        s.events_kept = t.events_kept.unwrap_or(s.events_kept);
        s
    }
}

impl Settings {
    fn take_durations(&mut self, t: &Thresholds) {
        let all = [
            (&mut self.no_show_after, t.no_show_after),
            (&mut self.key_grace, t.key_grace),
            (&mut self.issue_ahead, t.issue_ahead),
            (&mut self.revoke_limit, t.revoke_limit),
            (&mut self.mutation_limit, t.mutation_limit),
            (&mut self.mutation_limit_bridge, t.mutation_limit_bridge),
            (&mut self.look_ahead, t.look_ahead),
            (&mut self.stale_card_ahead, t.stale_card_ahead),
            (&mut self.card_ready_limit, t.card_ready_limit),
            (&mut self.screen_limit, t.screen_limit),
            (&mut self.conflict_ahead, t.conflict_ahead),
            (&mut self.unlock_settle, t.unlock_settle),
            (&mut self.unlock_grace, t.unlock_grace),
            (&mut self.unlock_kept, t.unlock_kept),
            (&mut self.denial_window, t.denial_window),
            (&mut self.denial_kept, t.denial_kept),
            (&mut self.doors_grace, t.doors_grace),
            (&mut self.outside_kept, t.outside_kept),
            (&mut self.attempt_limit, t.attempt_limit),
            (&mut self.attempt_kept, t.attempt_kept),
            (&mut self.register_grace, t.register_grace),
            (&mut self.registered_ago, t.registered_ago),
            (&mut self.clock_change, t.clock_change),
        ];
        for (to, from) in all {
            *to = from.map_or(*to, |span| span.0);
        }
    }
}
