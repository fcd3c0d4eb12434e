//! Records of Seam: read or refused, and what is read makes a hotel.

#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use nightdesk::property::{Delta, Property, Records, Settings};

fuzz_target!(|bytes: &[u8]| {
    let now = DateTime::from_timestamp(1_795_384_800, 0).unwrap_or_default();
    let mut hotel = Property::new(Settings::default(), now);
    let mut read = |records: Option<Records>| {
        if let Some(records) = records {
            hotel.apply(Delta::Read { records, as_of: now, sweep: None }, now);
        }
    };
    read(serde_json::from_slice(bytes).ok().map(|one| Records::Spaces(vec![one])));
    read(serde_json::from_slice(bytes).ok().map(|one| Records::Systems(vec![one])));
    read(serde_json::from_slice(bytes).ok().map(|one| Records::Entrances(vec![one])));
    read(serde_json::from_slice(bytes).ok().map(|one| Records::Devices(vec![one])));
    read(serde_json::from_slice(bytes).ok().map(|one| Records::Identities(vec![one])));
    read(serde_json::from_slice(bytes).ok().map(|one| Records::Grants(vec![one])));
    read(serde_json::from_slice(bytes).ok().map(|one| Records::Methods(vec![one])));
    read(serde_json::from_slice(bytes).ok().map(|one| Records::Events(vec![one])));
    hotel.advance(now + chrono::TimeDelta::days(400));
});
