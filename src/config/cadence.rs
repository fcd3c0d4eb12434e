//! The `[cadence]` of the configuration: how often is asked what cannot be waited for.

use std::time::Duration;

use serde::{Deserialize, Deserializer};

use super::thresholds::{Span, Words};

/// How often a list is asked for: from one second to one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Every(pub Duration);

/// What the property sets otherwise; what is missing stays as
/// [`Cadence::default`](crate::sync::Cadence) has it, where each is explained.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CadenceConfig {
    /// The events feed.
    pub events: Option<Every>,
    /// Grants on which something is under way.
    pub hot: Option<Every>,
    /// Access systems.
    pub systems: Option<Every>,
    /// Locks.
    pub devices: Option<Every>,
    /// Doors.
    pub entrances: Option<Every>,
    /// Encoders.
    pub encoders: Option<Every>,
    /// Instant Keys.
    pub instant_keys: Option<Every>,
    /// Rooms and areas.
    pub spaces: Option<Every>,
    /// Guests.
    pub identities: Option<Every>,
    /// Every grant, in case an event went missing.
    pub grants: Option<Every>,
}

/// The longest, in seconds.
const DAY: u64 = 86_400;

fn parse(raw: &str) -> Option<Every> {
    let seconds = Span::parse(raw)?.0.num_seconds().try_into().ok()?;
    (1..=DAY).contains(&seconds).then(|| Every(Duration::from_secs(seconds)))
}

impl<'de> Deserialize<'de> for Every {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_str(Words(parse, "a length of time such as \"5s\", \"2m\" or \"1h\", from 1s to 1d"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("1s", Some(1))]
    #[case("1d", Some(86_400))]
    #[case("0s", None)]
    #[case("25h", None)]
    #[case("often", None)]
    fn nobody_asks_all_the_time_or_never(#[case] raw: &str, #[case] seconds: Option<u64>) {
        assert_eq!(parse(raw).map(|every| every.0.as_secs()), seconds);
    }
}
