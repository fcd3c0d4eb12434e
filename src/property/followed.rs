//! How news gets in that another desk has read.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::agenda::About;
use super::hotel::Property;
use super::{Gone, Records, Resource, Stage};
use crate::seam::id::{DeviceId, EntranceId, GrantId, Id};
use crate::text::Text;

use super::screen::Bad;
use super::stage::Source;
use super::table::{Links, Record, Table};

/// What another desk has read and told: the newest that is known of everything it names. It is taken as it
/// is, in the order in which it comes, whatever clock it was dated by.
#[derive(Clone, Debug, Default)]
pub struct Followed {
    /// Records, and when they were asked for: no later than now.
    pub records: Vec<(Records, DateTime<Utc>)>,
    /// The doors of grants that name no space.
    pub doors: Vec<FollowedDoors>,
    /// What is no longer there; none of it is among the records.
    pub gone: Vec<Gone>,
    /// When that was.
    pub gone_at: DateTime<Utc>,
    /// Where the reading of resources stands.
    pub sources: Vec<FollowedSource>,
}

/// The doors of a grant that names no space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowedDoors {
    /// The grant.
    pub grant: GrantId,
    /// Its doors.
    pub entrances: Vec<EntranceId>,
    /// Its locks.
    pub devices: Vec<DeviceId>,
    /// When they were asked for.
    pub as_of: DateTime<Utc>,
}

/// Where the reading of a resource stands at the desk that reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowedSource {
    /// Of what.
    pub what: Resource,
    /// When it was last read in full, or asked and nothing was new.
    pub as_of: Option<DateTime<Utc>>,
    /// Where it stands.
    pub stage: Stage,
    /// The records that cannot be read: which, why, and since when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bad: Vec<(Text, Text, DateTime<Utc>)>,
}

impl Property {
    pub(super) fn take_followed(&mut self, news: Followed) {
        let Followed { records, doors, gone, gone_at, sources } = news;
        for (records, as_of) in records {
            self.outdate(&records);
            match records {
                // The age of these two is told with the others'.
                Records::Workspace(workspace) => self.put_followed_workspace(workspace),
                Records::Events(events) => self.log_events(events),
                records => self.take_records(records, as_of),
            }
        }
        for FollowedDoors { grant, entrances, devices, as_of } in doors {
            self.outdate_doors(&grant);
            self.put_direct_doors(&grant, &entrances, &devices, as_of);
        }
        for gone in gone {
            self.outdate_gone(&gone);
            self.take_out(&gone, gone_at);
        }
        for source in sources {
            self.take_source(source);
        }
    }

    fn take_source(&mut self, told: FollowedSource) {
        let FollowedSource { what, as_of, stage, bad } = told;
        let bad: Vec<Bad> = bad.into_iter().map(|(which, why, at)| Bad { which, why, at }).collect();
        let pane = self.screen.pane_mut(what);
        if pane.bad != bad {
            pane.bad = bad;
            self.dirty.things.insert(About::Screen(what));
        }
        self.put_source(what, Source { stage, as_of });
    }

    /// Lets what is told now take the place of what is known, however it is dated.
    fn outdate(&mut self, records: &Records) {
        fn all<R: Record, L: Links>(table: &mut Table<R, L>, ids: impl Iterator<Item = Id<R::Kind>>) {
            ids.for_each(|id| table.outdate(&id));
        }
        let store = &mut self.store;
        match records {
            Records::Workspace(_) | Records::Events(_) => {}
            Records::Systems(r) => all(&mut store.systems, r.iter().map(|r| r.id.clone())),
            Records::Spaces(r) => all(&mut store.spaces, r.iter().map(|r| r.id.clone())),
            Records::Entrances(r) => all(&mut store.entrances, r.iter().map(|r| r.id.clone())),
            Records::Devices(r) => all(&mut store.devices, r.iter().map(|r| r.id.clone())),
            Records::Encoders(r) => all(&mut store.encoders, r.iter().map(|r| r.id.clone())),
            Records::Identities(r) => all(&mut store.guests, r.iter().map(|r| r.id.clone())),
            Records::Grants(r) => all(&mut store.grants, r.iter().map(|r| r.id.clone())),
            Records::Methods(r) => all(&mut store.methods, r.iter().map(|r| r.id.clone())),
            Records::InstantKeys(r) => all(&mut store.instant_keys, r.iter().map(|r| r.id.clone())),
        }
    }

    fn outdate_gone(&mut self, gone: &Gone) {
        let store = &mut self.store;
        match gone {
            Gone::Grant(id) => store.grants.outdate(id),
            Gone::Method(id) => store.methods.outdate(id),
            Gone::Identity(id) => store.guests.outdate(id),
            Gone::Space(id) => store.spaces.outdate(id),
            Gone::Entrance(id) => store.entrances.outdate(id),
            Gone::Device(id) => store.devices.outdate(id),
            Gone::Encoder(id) => store.encoders.outdate(id),
            Gone::System(id) => store.systems.outdate(id),
            Gone::InstantKey(id) => store.instant_keys.outdate(id),
        }
    }
}
