//! The `[thresholds]` of the configuration: when something is trouble at this property.

use std::fmt;

use chrono::{NaiveTime, TimeDelta};
use serde::{Deserialize, Deserializer, de};

/// A length of time, `90s`, `5m`, `2h`, `1d`, or several together, `1h30m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub TimeDelta);

/// A property time of day, `02:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeOfDay(pub NaiveTime);

/// What the property sets otherwise; what is missing stays as
/// [`Settings::default`](crate::property::Settings) has it, where each is explained.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// The business date rolls by itself at this time.
    pub roll_at: Option<TimeOfDay>,
    /// When the shifts begin.
    pub shifts: Option<Vec<TimeOfDay>>,
    /// From when on the morning after arrival a guest is a no-show candidate.
    pub no_show_at: Option<TimeOfDay>,
    /// But not before this long after the start.
    pub no_show_after: Option<Span>,
    /// How long a missing key is bearable.
    pub key_grace: Option<Span>,
    /// How long before its start a stay must have its keys.
    pub issue_ahead: Option<Span>,
    /// How long a revocation may take.
    pub revoke_limit: Option<Span>,
    /// How long any other change may take.
    pub mutation_limit: Option<Span>,
    /// How long it may take behind a bridge.
    pub mutation_limit_bridge: Option<Span>,
    /// How far ahead arrivals and ends count.
    pub look_ahead: Option<Span>,
    /// How soon a card with old dates must end to be urgent.
    pub stale_card_ahead: Option<Span>,
    /// How long a card may wait for its system.
    pub card_ready_limit: Option<Span>,
    /// How old the screen may get.
    pub screen_limit: Option<Span>,
    /// Percent below which a battery is low.
    pub battery_low: Option<u8>,
    /// Percent below which it is critical.
    pub battery_critical: Option<u8>,
    /// How far ahead a next guest who begins too soon is told.
    pub conflict_ahead: Option<Span>,
    /// How many rooms without a reservation make staff of a guest.
    pub staff_rooms: Option<usize>,
    /// From when a room of nobody should not be opened.
    pub watch_from: Option<TimeOfDay>,
    /// Until when it should not.
    pub watch_until: Option<TimeOfDay>,
    /// How long an opened door waits for its grant to be read.
    pub unlock_settle: Option<Span>,
    /// How long around its dates a stay covers its door.
    pub unlock_grace: Option<Span>,
    /// How long a door that opened for nobody is told.
    pub unlock_kept: Option<Span>,
    /// So many refusals are trouble.
    pub denials: Option<usize>,
    /// Within this time.
    pub denial_window: Option<Span>,
    /// How long after the last refusal it is told.
    pub denial_kept: Option<Span>,
    /// How long a door may be missing from an access.
    pub doors_grace: Option<Span>,
    /// How long a change made outside Seam is told.
    pub outside_kept: Option<Span>,
    /// How long an encoder may take.
    pub attempt_limit: Option<Span>,
    /// How long an attempt that ended unknown is told.
    pub attempt_kept: Option<Span>,
    /// How long a new guest may be without access.
    pub register_grace: Option<Span>,
    /// A guest entered longer ago is one of another night.
    pub registered_ago: Option<Span>,
    /// A stay of more nights is odd.
    pub long_stay: Option<u32>,
    /// How long around it a change of the clocks is told.
    pub clock_change: Option<Span>,
    /// How many events are kept.
    pub events_kept: Option<usize>,
}

impl Thresholds {
    /// These, and where they say nothing what the others say.
    #[must_use]
    pub fn or(self, rest: &Self) -> Self {
        Self {
            roll_at: self.roll_at.or(rest.roll_at),
            shifts: self.shifts.or_else(|| rest.shifts.clone()),
            no_show_at: self.no_show_at.or(rest.no_show_at),
            no_show_after: self.no_show_after.or(rest.no_show_after),
            key_grace: self.key_grace.or(rest.key_grace),
            issue_ahead: self.issue_ahead.or(rest.issue_ahead),
            revoke_limit: self.revoke_limit.or(rest.revoke_limit),
            mutation_limit: self.mutation_limit.or(rest.mutation_limit),
            mutation_limit_bridge: self.mutation_limit_bridge.or(rest.mutation_limit_bridge),
            look_ahead: self.look_ahead.or(rest.look_ahead),
            stale_card_ahead: self.stale_card_ahead.or(rest.stale_card_ahead),
            card_ready_limit: self.card_ready_limit.or(rest.card_ready_limit),
            screen_limit: self.screen_limit.or(rest.screen_limit),
            battery_low: self.battery_low.or(rest.battery_low),
            battery_critical: self.battery_critical.or(rest.battery_critical),
            conflict_ahead: self.conflict_ahead.or(rest.conflict_ahead),
            staff_rooms: self.staff_rooms.or(rest.staff_rooms),
            watch_from: self.watch_from.or(rest.watch_from),
            watch_until: self.watch_until.or(rest.watch_until),
            unlock_settle: self.unlock_settle.or(rest.unlock_settle),
            unlock_grace: self.unlock_grace.or(rest.unlock_grace),
            unlock_kept: self.unlock_kept.or(rest.unlock_kept),
            denials: self.denials.or(rest.denials),
            denial_window: self.denial_window.or(rest.denial_window),
            denial_kept: self.denial_kept.or(rest.denial_kept),
            doors_grace: self.doors_grace.or(rest.doors_grace),
            outside_kept: self.outside_kept.or(rest.outside_kept),
            attempt_limit: self.attempt_limit.or(rest.attempt_limit),
            attempt_kept: self.attempt_kept.or(rest.attempt_kept),
            register_grace: self.register_grace.or(rest.register_grace),
            registered_ago: self.registered_ago.or(rest.registered_ago),
            long_stay: self.long_stay.or(rest.long_stay),
            clock_change: self.clock_change.or(rest.clock_change),
            events_kept: self.events_kept.or(rest.events_kept),
        }
    }
}

/// The longest that makes sense, in days.
const LONGEST: i64 = 366;

impl Span {
    pub(super) fn parse(raw: &str) -> Option<Self> {
        let mut rest = raw.trim();
        let mut whole = TimeDelta::zero();
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let n: u32 = rest.get(..digits)?.parse().ok()?;
            let seconds = match rest.get(digits..digits + 1)? {
                "s" => 1,
                "m" => 60,
                "h" => 3_600,
                "d" => 86_400,
                _ => return None,
            };
            whole = whole.checked_add(&TimeDelta::seconds(i64::from(n) * seconds))?;
            rest = rest.get(digits + 1..)?;
        }
        (whole <= TimeDelta::days(LONGEST)).then_some(Self(whole))
    }
}

pub(super) struct Words<T>(pub(super) fn(&str) -> Option<T>, pub(super) &'static str);

impl<T> de::Visitor<'_> for Words<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }

    fn visit_str<E: de::Error>(self, raw: &str) -> Result<T, E> {
        (self.0)(raw).ok_or_else(|| E::invalid_value(de::Unexpected::Str(raw), &self))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_str(Words(
            Self::parse,
            "a length of time such as \"90s\", \"5m\", \"2h\" or \"1d\", at most 366 days",
        ))
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let parse = |raw: &str| NaiveTime::parse_from_str(raw, "%H:%M").ok().map(Self);
        d.deserialize_str(Words(parse, "a time of day such as \"02:00\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("90s", Some(90))]
    #[case("5m", Some(300))]
    #[case("1h30m", Some(5_400))]
    #[case(" 2d ", Some(172_800))]
    #[case("366d", Some(31_622_400))]
    #[case("367d", None)]
    #[case("99999999999d", None)]
    #[case("", None)]
    #[case("5", None)]
    #[case("5 m", None)]
    #[case("-5m", None)]
    #[case("5ü", None)]
    fn lengths_of_time(#[case] raw: &str, #[case] seconds: Option<i64>) {
        assert_eq!(Span::parse(raw).map(|span| span.0.num_seconds()), seconds);
    }
}
