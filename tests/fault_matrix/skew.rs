//! A clock that is wrong by hours, and right again: what was read meanwhile does not stand in the way of what
//! is read after it.

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use nightdesk::property::{Delta, Resource};
use nightdesk::sandbox::{Fault, FaultKind};
use nightdesk::seam::client::{GrantRef, UpdateAccessGrant};

use crate::panes::Desk;

fn is_read(delta: &Delta, what: Resource) -> bool {
    matches!(delta, Delta::SweepEnded { what: of, .. } if *of == what)
}

#[tokio::test]
async fn what_was_dated_by_a_wrong_clock_is_read_again_by_the_right_one() {
    let mut desk = Desk::open_by(|_, client| {
        let client = client.clone();
        Arc::new(move || Utc::now() + client.server_clock_skew().unwrap_or_default())
    })
    .await;
    let control = desk.house.control.clone();
    let ahead = FaultKind::Skew { hours: 7 };
    control.fault(Fault { path: String::new(), skip: 0, count: u32::MAX, kind: ahead });
    let late = control.now() + TimeDelta::hours(6);
    let mut read = 0;
    let misdated = |p: &nightdesk::property::Property, d: &Delta| {
        read += u32::from(p.now() > late && is_read(d, Resource::Grants));
        read >= 2
    };
    desk.until(misdated, "the clock is wrong").await;
    control.clear_faults();
    let grant =
        desk.property.grants().find(|g| g.ends_at().is_some_and(|at| at > control.now())).unwrap().id.clone();
    let ends_at = Some(control.now() + TimeDelta::days(9));
    let update =
        UpdateAccessGrant { grant: GrantRef::Id(grant.clone()), starts_at: None, ends_at, name: None };
    desk.house.client().update_access_grant(&update).await.unwrap();
    let is_new = |p: &nightdesk::property::Property, _: &Delta| {
        p.grant(&grant).unwrap().ends_at() > Some(control.now() + TimeDelta::days(8))
    };
    desk.until(is_new, "the grant is read again").await;
    desk.until(|_, d| is_read(d, Resource::Grants), "and the pane").await;
    let as_of = desk.property.source(Resource::Grants).as_of.unwrap();
    assert!(as_of <= control.now() + TimeDelta::minutes(1), "the pane would be fresh for hours");
}
