//! When: proposed as the property's guests come and go, or as those do who are joined.

use chrono::{DateTime, Days, NaiveTime, Utc};

use super::{FROM, UNTIL};
use crate::app::form::{Form, Note};
use crate::desk::Refusal;
use crate::desk::grant::Joinable;
use crate::property::{self, Parsed, Property};
use crate::seam::id::SpaceId;
use crate::text::Text;

/// The longest stay that is said in nights.
const NIGHTS: u64 = 400;

/// When guests come and go, property time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct House {
    checkin: NaiveTime,
    checkout: NaiveTime,
}

impl House {
    /// The hours of the first of these spaces that has any, else of any room, else 15:00 and 11:00.
    pub(super) fn of(p: &Property, spaces: &[SpaceId]) -> Self {
        let time = |text: &Option<Text>| NaiveTime::parse_from_str(text.as_deref()?.get(..5)?, "%H:%M").ok();
        let chosen = || spaces.iter().filter_map(|id| p.space(id));
        let any = |of: fn(&crate::seam::model::Space) -> &Option<Text>| {
            chosen().find_map(|s| time(of(s))).or_else(|| p.spaces().find_map(|s| time(of(s))))
        };
        let usual = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Self {
            checkin: any(|s| &s.customer_data().default_checkin_time).unwrap_or_else(|| usual(15)),
            checkout: any(|s| &s.customer_data().default_checkout_time).unwrap_or_else(|| usual(11)),
        }
    }

    /// Check-in of the business date; none, which means now, where that is past.
    pub(super) fn from(&self, p: &Property, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let at = p.zone().from_local(p.business_date().date().and_time(self.checkin)).at;
        (at > now).then_some(at)
    }

    /// Check-out so many nights after the day of `from`; who comes now comes on the business date.
    pub(super) fn until(
        &self,
        from: Option<DateTime<Utc>>,
        nights: u64,
        p: &Property,
        now: DateTime<Utc>,
    ) -> DateTime<Utc> {
        let zone = p.zone();
        let first = match from.filter(|at| *at > now) {
            Some(at) => zone.date(at),
            None => p.business_date().date(),
        };
        let after = |days| zone.from_local((first + Days::new(days)).and_time(self.checkout)).at;
        let end = after(nights);
        // The business date may lag behind where nobody has rolled it.
        if end > now { end } else { after(nights + 1) }
    }
}

/// The proposals: those of the reservation that is joined, else the property's.
fn proposed(
    house: &House,
    joined: Option<&Joinable>,
    p: &Property,
    now: DateTime<Utc>,
) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    match joined {
        Some(joined) => (joined.starts_at.filter(|at| *at > now), joined.ends_at),
        None => {
            let from = house.from(p, now);
            (from, Some(house.until(from, 1, p, now)))
        }
    }
}

/// Writes the proposals where nobody has typed.
pub(super) fn propose(
    form: &mut Form,
    house: &House,
    joined: Option<&Joinable>,
    p: &Property,
    now: DateTime<Utc>,
) {
    let (from, until) = proposed(house, joined, p, now);
    form.propose(FROM, &from.map_or_else(|| "now".to_owned(), |at| written(at, p, now)));
    // Who comes later leaves later.
    let until = match (joined, start(form, house, joined, p, now)) {
        (None, Ok(start)) if form.is_touched(FROM) => {
            Some(house.until(start.map(|parsed| parsed.at), 1, p, now))
        }
        _ => until,
    };
    form.propose(UNTIL, &until.map(|at| written(at, p, now)).unwrap_or_default());
}

/// As a person would type it.
fn written(at: DateTime<Utc>, p: &Property, now: DateTime<Utc>) -> String {
    let (local, today) = (p.zone().local(at), p.zone().date(now));
    match local.date_naive().signed_duration_since(today).num_days() {
        0 => local.format("today %H:%M").to_string(),
        1 => local.format("tomorrow %H:%M").to_string(),
        _ => local.format("%Y-%m-%d %H:%M").to_string(),
    }
}

/// The start that is typed; none is now.
fn start(
    form: &Form,
    house: &House,
    joined: Option<&Joinable>,
    p: &Property,
    now: DateTime<Utc>,
) -> Result<Option<Parsed>, Refusal> {
    let typed = form.text(FROM).trim();
    if typed.is_empty() || typed.eq_ignore_ascii_case("now") {
        return Ok(None);
    }
    let base = proposed(house, joined, p, now).0.unwrap_or(now);
    property::parse(typed, base, now, p.zone()).map(Some).map_err(|e| Refusal::new(e.to_string()))
}

/// The end that is typed; none is no end.
fn end(
    form: &Form,
    house: &House,
    joined: Option<&Joinable>,
    p: &Property,
    now: DateTime<Utc>,
) -> Result<Option<Parsed>, Refusal> {
    let typed = form.text(UNTIL).trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let start = start(form, house, joined, p, now).ok().flatten().map(|parsed| parsed.at);
    if let Some(nights) = nights(typed) {
        return Ok(Some(Parsed { at: house.until(start, nights, p, now), note: None }));
    }
    let base = proposed(house, joined, p, now).1.unwrap_or_else(|| house.until(start, 1, p, now));
    property::parse(typed, base, now, p.zone()).map(Some).map_err(|e| Refusal::new(e.to_string()))
}

/// "2 nights", "2n".
fn nights(typed: &str) -> Option<u64> {
    let typed = typed.to_lowercase();
    let digits = typed.trim_end_matches(|c: char| c.is_alphabetic());
    let unit = typed.get(digits.len()..)?;
    let nights = digits.trim().parse().ok()?;
    (matches!(unit, "n" | "night" | "nights") && (1..=NIGHTS).contains(&nights)).then_some(nights)
}

/// From, none for now; until, none for no end.
type Dates = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// The dates that are asked for, UTC.
pub(super) fn asked(
    form: &Form,
    house: &House,
    joined: Option<&Joinable>,
    p: &Property,
    now: DateTime<Utc>,
) -> Result<Dates, Refusal> {
    let at = |parsed: Option<Parsed>| parsed.map(|parsed| parsed.at);
    Ok((at(start(form, house, joined, p, now)?), at(end(form, house, joined, p, now)?)))
}

/// Says under the fields how they are understood.
pub(super) fn annotate(
    form: &mut Form,
    house: &House,
    joined: Option<&Joinable>,
    p: &Property,
    now: DateTime<Utc>,
) {
    let (from, until) = (start(form, house, joined, p, now), end(form, house, joined, p, now));
    let begins = from.as_ref().ok().and_then(Option::as_ref).map_or(now, |parsed| parsed.at);
    let note = |read: Result<Option<Parsed>, Refusal>, none: &str, nights: bool| match read {
        Err(refusal) => Note::Wrong(refusal.words.to_string()),
        Ok(None) if none.is_empty() => Note::None,
        Ok(None) => Note::Understood(none.to_owned()),
        Ok(Some(Parsed { at, note })) => {
            let zone = p.zone();
            let mut words = format!("{} {}", zone.local(at).format("%a %-d %b %Y %H:%M"), zone.short(at));
            let days = zone.date(at).signed_duration_since(zone.date(begins)).num_days();
            match days {
                1 if nights => words.push_str(" · 1 night"),
                2.. if nights => words.push_str(&format!(" · {days} nights")),
                _ => {}
            }
            note.iter().for_each(|note| words.push_str(&format!(" · {note}")));
            Note::Understood(words)
        }
    };
    let from = note(from, "", false);
    let until = note(until, "no end: it opens until somebody revokes it", true);
    form.note(FROM, from);
    form.note(UNTIL, until);
}
