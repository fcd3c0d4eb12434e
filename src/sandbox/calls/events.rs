//! The events feed.

use std::collections::HashSet;

use serde_json::Value;

use super::encoders::event_value;
use crate::sandbox::answer::{Answer, ApiError, one};
use crate::sandbox::clock::At;
use crate::sandbox::hotel::{Event, Hotel, Named};
use crate::sandbox::params::Params;

/// What events are filtered by: the parameter, its plural, and the member of the event it is about.
const ABOUT: &[(&str, &str)] = &[
    ("access_code_id", "access_code_ids"),
    ("access_grant_id", "access_grant_ids"),
    ("access_method_id", "access_method_ids"),
    ("acs_access_group_id", ""),
    ("acs_credential_id", ""),
    ("acs_encoder_id", ""),
    ("acs_entrance_id", ""),
    ("acs_system_id", "acs_system_ids"),
    ("acs_user_id", ""),
    ("connect_webview_id", ""),
    ("connected_account_id", ""),
    ("device_id", "device_ids"),
    ("event_id", "event_ids"),
    ("user_identity_id", ""),
];

struct Filter<'a> {
    kinds: Option<HashSet<&'a str>>,
    about: Vec<(&'static str, &'static str, HashSet<&'a str>)>,
    /// Ids of the spaces, and of the doors in them.
    places: Option<HashSet<String>>,
    foreign: bool,
}

impl<'a> Filter<'a> {
    fn read(hotel: &Hotel, params: &'a Params) -> Self {
        let collect = |one: &str, many: &str| -> Option<HashSet<&'a str>> {
            if !params.given(one) && (many.is_empty() || !params.given(many)) {
                return None;
            }
            let mut set: HashSet<&str> = params.texts(many).unwrap_or_default().into_iter().collect();
            set.extend(params.text(one));
            Some(set)
        };
        let about = ABOUT.iter().filter_map(|(one, many)| Some((*one, *many, collect(one, many)?))).collect();
        let places = collect("space_id", "space_ids").map(|spaces| {
            let mut all: HashSet<String> = spaces.iter().map(|s| (*s).to_owned()).collect();
            for id in spaces.iter().filter_map(|s| uuid::Uuid::try_parse(s).ok()) {
                if let Some(Named::Space(ix)) = hotel.named.get(&id) {
                    let doors = hotel.spaces.get(*ix).into_iter().flat_map(|s| s.doors.iter());
                    all.extend(doors.filter_map(|d| hotel.doors.get(*d)).map(|d| d.id.to_string()));
                }
            }
            all
        });
        let foreign = params.given("customer_key");
        Self { kinds: collect("event_type", "event_types"), about, places, foreign }
    }

    fn fits(&self, event: &Event) -> bool {
        let kind = self.kinds.as_ref().is_none_or(|kinds| kinds.contains(event.kind));
        kind && !self.foreign
            && self.about.iter().all(|(one, many, wanted)| {
                let single = event.body.get(*one).and_then(Value::as_str);
                let several = event.body.get(*many).and_then(Value::as_array);
                single.is_some_and(|v| wanted.contains(v))
                    || several.is_some_and(|l| l.iter().filter_map(Value::as_str).any(|v| wanted.contains(v)))
            })
            && self.places.as_ref().is_none_or(|places| {
                let names = ["space_id", "acs_entrance_id", "device_id"];
                let ids = names.iter().filter_map(|n| event.body.get(*n)).filter_map(Value::as_str);
                ids.into_iter().any(|id| places.contains(id))
            })
    }
}

/// From when to when; both ends belong to it, so that a reader who asks again from the last event sees it again.
fn span(params: &Params) -> Result<(At, Option<At>), ApiError> {
    let between = params.texts("between");
    if params.given("since") == between.is_some() {
        return Err(ApiError::inputs("Exactly one of since and between is required."));
    }
    if let Some(since) = params.date("since") {
        return Ok((since, None));
    }
    let mut ends = between.into_iter().flatten().filter_map(super::super::params::parse_date);
    match (ends.next(), ends.next()) {
        (Some(from), Some(to)) => Ok((from, Some(to))),
        _ => Err(ApiError::input("between", "Two instants are required")),
    }
}

pub(super) fn list(hotel: &mut Hotel, params: &Params) -> Answer {
    for name in ["access_grant_ids", "access_method_ids", "space_ids"] {
        if params.texts(name).is_some_and(|l| l.len() > 100) {
            return Err(ApiError::input(name, "Array must contain at most 100 element(s)"));
        }
    }
    let (from, to) = span(params)?;
    let filter = Filter::read(hotel, params);
    let limit = params.number("limit").map_or(500, |n| n as usize);
    let skip = params.number("unstable_offset").map_or(0, |n| n.max(0.0) as usize);
    let start = hotel.events.partition_point(|e| e.at < from);
    let list: Vec<Value> = hotel
        .events
        .range(start..)
        .take_while(|e| to.is_none_or(|to| e.at <= to))
        .filter(|e| filter.fits(e))
        .skip(skip)
        .take(limit)
        .map(event_value)
        .collect();
    one("events", Value::Array(list))
}

pub(super) fn get(hotel: &mut Hotel, params: &Params) -> Answer {
    let found = match params.text("event_id") {
        Some(id) => hotel.events.iter().rev().find(|e| e.id.to_string() == id),
        None => {
            if !params.given("event_type") && !params.given("device_id") {
                return Err(ApiError::inputs("One of event_id, event_type and device_id is required."));
            }
            let filter = Filter::read(hotel, params);
            hotel.events.iter().rev().find(|e| filter.fits(e))
        }
    };
    one("event", event_value(found.ok_or_else(|| ApiError::missing("event"))?))
}
