//! The building: floors, rooms, common areas, locks, encoders.

use std::collections::VecDeque;

use chrono::Duration;

use super::{Builder, Room};
use crate::sandbox::clock::At;
use crate::sandbox::hotel::Named;
use crate::sandbox::house::{Brand, Door, Encoder, Space, SpaceKind, System};

impl Builder<'_> {
    fn opened(&self) -> At {
        self.hotel.now - Duration::days(400)
    }

    /// `rooms` rooms: about two thirds behind offline locks, the rest online, a few garden cottages with
    /// smart locks of their own.
    pub(super) fn house(&mut self, rooms: usize) {
        let visionline = self.system(Brand::Visionline, "Harbour Hotel Visionline");
        let salto = self.system(Brand::SaltoKs, "Harbour Hotel Salto KS");
        let account = self.hotel.ids.uuid();
        for name in ["Front desk 1", "Front desk 2", "Back office"] {
            self.encoder(visionline, name);
        }
        let property = self.space(SpaceKind::Property, "Harbour Hotel", "harbour-hotel", None);
        self.commons(property, visionline, salto);
        let cottages = rooms / 16;
        let inside = rooms - cottages;
        let floors = (inside.div_ceil(60)).max(5.min(inside));
        let per_floor = inside.div_ceil(floors.max(1));
        let offline = (floors * 3).div_ceil(5);
        for number in 0..inside {
            let floor = number / per_floor + 1;
            let parent = self.floor(property, floor);
            let name = format!("{floor}{:02}", number % per_floor + 1);
            let (brand, system) =
                if floor <= offline { (Brand::Visionline, visionline) } else { (Brand::SaltoKs, salto) };
            let space = self.space(SpaceKind::Room, &name, &format!("room-{name}"), Some(parent));
            let account = self.hotel.systems.get(system).map(|s| s.account).unwrap_or_default();
            let door = self.door(&name, brand, false, space, Some(system), account);
            self.rooms.push(Room { space, door, brand });
        }
        for number in 1..=cottages {
            let name = format!("G{number:02}");
            let space = self.space(SpaceKind::Room, &name, &format!("room-{name}"), Some(property));
            let door = self.door(&format!("Cottage {name}"), Brand::Lock, false, space, None, account);
            self.rooms.push(Room { space, door, brand: Brand::Lock });
        }
    }

    fn commons(&mut self, property: u32, visionline: u32, salto: u32) {
        let plans: [(&str, &[u32]); 5] = [
            ("Lobby", &[visionline, salto]),
            ("Gym", &[visionline, salto]),
            ("Spa", &[visionline]),
            ("Garage", &[salto]),
            ("Roof terrace", &[salto]),
        ];
        for (name, systems) in plans {
            let space = self.space(SpaceKind::Common, name, &slug(name), Some(property));
            for system in systems {
                let Some(record) = self.hotel.systems.get(*system) else { continue };
                let (brand, account) = (record.brand, record.account);
                let title =
                    if brand == Brand::SaltoKs { format!("{name} (online)") } else { name.to_owned() };
                self.door(&title, brand, true, space, Some(*system), account);
            }
            if name == "Lobby" { self.lobby = space } else { self.extras.push(space) }
        }
    }

    fn floor(&mut self, property: u32, floor: usize) -> u32 {
        if let Some(found) = self.floors.get(&floor) {
            return *found;
        }
        let name = format!("Floor {floor}");
        let space = self.space(SpaceKind::Floor, &name, &slug(&name), Some(property));
        self.floors.insert(floor, space);
        space
    }

    fn space(&mut self, kind: SpaceKind, name: &str, key: &str, parent: Option<u32>) -> u32 {
        let created = self.opened();
        self.hotel.put_space(|id| Space {
            id,
            key: Some(key.into()),
            name: name.to_owned(),
            kind,
            parent,
            doors: Vec::new(),
            created,
            data: None,
            customer: None,
            grants: Vec::new(),
        })
    }

    fn system(&mut self, brand: Brand, name: &str) -> u32 {
        let ix = self.hotel.systems.len();
        let id = self.hotel.name(Named::System(ix));
        let (account, created) = (self.hotel.ids.uuid(), self.opened());
        self.hotel.systems.put(System {
            id,
            brand,
            name: name.to_owned(),
            account,
            created,
            down_since: None,
            seats_since: None,
        })
    }

    fn encoder(&mut self, system: u32, name: &str) {
        let ix = self.hotel.encoders.len();
        let id = self.hotel.name(Named::Encoder(ix));
        let created = self.opened();
        self.hotel.encoders.put(Encoder {
            id,
            system,
            name: name.to_owned(),
            created,
            online: true,
            job: None,
            queue: VecDeque::new(),
            card: None,
            next_encode: None,
            next_scan: None,
        });
    }

    fn door(
        &mut self,
        name: &str,
        brand: Brand,
        common: bool,
        space: u32,
        system: Option<u32>,
        account: uuid::Uuid,
    ) -> u32 {
        let ix = self.hotel.doors.len();
        let id = self.hotel.name(Named::Door(ix));
        let created = self.opened();
        let battery = 0.35 + self.dice.below(65) as f64 / 100.0;
        if let Some(space) = self.hotel.spaces.get_mut(space) {
            space.doors.push(ix);
        }
        self.hotel.doors.put(Door {
            id,
            brand,
            common,
            name: name.to_owned(),
            space,
            system,
            account,
            created,
            offline_since: None,
            battery,
            low_since: None,
            privacy_since: None,
            flaky_since: None,
            holder: None,
            grants: Vec::new(),
        })
    }
}

fn slug(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}
