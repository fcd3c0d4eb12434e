//! When the shift began whose night is audited.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use crate::property::Property;

/// When a night's shift begins where nothing else is said, property time.
const SHIFT_BEGINS: u32 = 18;
/// How far back a shift goes by day.
const BY_DAY: TimeDelta = TimeDelta::hours(12);

/// The evening of the business date, where that is not long ago or still to come; else the last twelve
/// hours. UTC.
pub fn shift(p: &Property, now: DateTime<Utc>) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(SHIFT_BEGINS, 0, 0).unwrap_or_default();
    let evening = p.zone().from_local(p.business_date().date().and_time(time)).at;
    if evening <= now && now - evening < TimeDelta::hours(24) { evening } else { now - BY_DAY }
}
