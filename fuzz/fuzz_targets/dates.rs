//! What is typed into a date field.

#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use nightdesk::property::{Zone, parse, short};

fuzz_target!(|typed: &str| {
    let now = DateTime::from_timestamp(1_795_384_800, 0).unwrap_or_default();
    if let Some(zone) = Zone::named("Europe/Berlin")
        && let Ok(parsed) = parse(typed, now, now, zone)
    {
        assert!(!short(parsed.at, now, zone).is_empty());
    }
});
