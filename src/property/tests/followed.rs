//! News that another desk has read.

use serde_json::json;

use super::kit::*;
use crate::property::*;
use crate::seam::id::DeviceId;

fn device(name: &str) -> Records {
    Records::Devices(vec![serde_json::from_value(json!({"device_id": "d1", "display_name": name})).unwrap()])
}

fn told(kit: &mut Kit, followed: Followed) {
    kit.apply(Delta::Followed(Box::new(followed)));
}

fn shown(kit: &Kit) -> Option<String> {
    kit.hotel.device(&DeviceId::new("d1")).map(|d| d.display_name.to_string())
}

#[test]
fn what_is_told_takes_the_place_of_what_is_known_whatever_clock_dated_it() {
    let mut kit = Kit::empty();
    let now = kit.now;
    kit.apply(Delta::Read { records: device("as read here"), as_of: now, sweep: None });
    let earlier = now - minutes(3);
    told(&mut kit, Followed { records: vec![(device("as told"), earlier)], ..Followed::default() });
    assert_eq!(shown(&kit).as_deref(), Some("as told"));
    let gone = vec![Gone::Device(DeviceId::new("d1"))];
    told(&mut kit, Followed { gone, gone_at: now, ..Followed::default() });
    assert_eq!(shown(&kit), None);
    told(&mut kit, Followed { records: vec![(device("back"), earlier)], ..Followed::default() });
    assert_eq!(shown(&kit).as_deref(), Some("back"));
    // Whoever reads by itself from now on is later than all that was told.
    kit.apply(Delta::Read { records: device("as read here"), as_of: now, sweep: None });
    assert_eq!(shown(&kit).as_deref(), Some("as read here"));
}

#[test]
fn where_the_readings_stand_is_told_whole() {
    let mut kit = Kit::empty();
    let (now, what) = (kit.now, Resource::Devices);
    let bad = vec![("d9".into(), "no name".into(), now)];
    let stage = Stage::Loading { done: 7, of: None };
    let source = FollowedSource { what, as_of: None, stage: stage.clone(), bad };
    told(&mut kit, Followed { sources: vec![source], ..Followed::default() });
    assert_eq!(kit.hotel.source(what), &Source { stage, as_of: None });
    let warned = |kit: &Kit| kit.hotel.alerts().any(|alert| alert.why.contains("no name"));
    assert!(warned(&kit));
    let source = FollowedSource { what, as_of: Some(now), stage: Stage::Fresh, bad: Vec::new() };
    told(&mut kit, Followed { sources: vec![source], ..Followed::default() });
    assert_eq!(kit.hotel.source(what), &Source { stage: Stage::Fresh, as_of: Some(now) });
    assert!(!warned(&kit), "it can be read again");
}
