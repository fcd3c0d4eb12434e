//! What a desk hears and reads: of the store, and of the API where it is the one that polls.

use super::*;

impl World {
    pub(super) fn happens(&mut self, device: usize) {
        let id = format!("e{}", self.events.len());
        let event = json!({"event_id": id, "event_type": "device.changed", "device_id": format!("d{device}"),
            "created_at": self.wall()});
        self.events.push(serde_json::from_value(event).unwrap());
    }

    pub(super) fn hear(&mut self, n: usize, heard: Heard) {
        let now = self.mono(n);
        for todo in self.desks[n].election.hear(now, heard) {
            match todo {
                Do::Try => self.ask_store(n, Request::Try(now)),
                Do::Renew(term) => self.ask_store(n, Request::Renew(term, now)),
                Do::Free(term) => self.ask_store(n, Request::Free(term)),
                Do::Begin(_) => self.load(n),
                Do::Stop => {
                    let desk = &mut self.desks[n];
                    desk.memory = None;
                    desk.publishing = None;
                    desk.follower.anew();
                }
            }
        }
        if let Some(at) = self.desks[n].election.wakes_at() {
            let (life, now) = (self.desks[n].life, self.mono(n));
            self.post(at.saturating_sub(now).as_millis() as u64 + 1, Post::Wake(n, life));
        }
    }

    pub(super) fn read_on(&mut self, n: usize) {
        if self.desks[n].memory.is_some() {
            return;
        }
        if let Some(question) = self.desks[n].follower.ask() {
            self.ask_store(n, Request::Page(question));
        }
    }

    pub(super) fn gate_is_open(&self, n: usize) -> bool {
        let until = self.desks[n].election.good_until();
        self.desks[n].memory.is_some() && until.is_some_and(|until| self.mono(n) < until)
    }

    /// The poller asks the API.
    pub(super) fn poll(&mut self, n: usize) {
        if !self.gate_is_open(n) {
            return;
        }
        let open: Vec<usize> = (0..self.desks.len()).filter(|n| self.gate_is_open(*n)).collect();
        assert_eq!(open, [n], "two poll at once at {}", self.now);
        self.asked = self.now;
        let term = self.desks[n].election.term().unwrap();
        let device = |(n, version): (&usize, &u32)| {
            let device = json!({"device_id": format!("d{n}"), "display_name": format!("v{version}")});
            serde_json::from_value(device).unwrap()
        };
        let reading =
            Reading { devices: self.devices.iter().map(device).collect(), events: self.events.clone() };
        let (asked, life) = (self.wall() + self.desks[n].skew, self.desks[n].life);
        let way = 20 + self.chance(400);
        self.post(way, Post::Read(n, life, term, asked, reading));
    }

    pub(super) fn read(&mut self, n: usize, term: Term, asked: DateTime<Utc>, reading: Reading) {
        // Whoever stood still finds that its time is over before anything else.
        self.hear(n, Heard::Tick);
        let now = self.wall() + self.desks[n].skew;
        let desk = &mut self.desks[n];
        if desk.election.term() != Some(term) {
            return;
        }
        let Some(memory) = &mut desk.memory else { return };
        let mut events = reading.events;
        events.retain(|event| desk.seen.insert(event.id.to_string()));
        desk.sweeps += 1;
        let (what, sweep) = (Resource::Devices, Sweep(desk.sweeps));
        let deltas = [
            Delta::Read { records: Records::Events(events), as_of: asked, sweep: None },
            Delta::SweepBegan { what, sweep, at: asked },
            Delta::Read { records: Records::Devices(reading.devices), as_of: asked, sweep: Some(sweep) },
            Delta::SweepEnded { what, sweep, as_of: asked },
            Delta::Checked { what: Resource::Grants, as_of: asked },
        ];
        for delta in deltas {
            memory.take(&delta, now);
            desk.hotel.apply(delta, now);
        }
        self.publish(n);
    }

    pub(super) fn publish(&mut self, n: usize) {
        let now = self.mono(n);
        let desk = &mut self.desks[n];
        let (Some(term), Some(memory)) = (desk.election.term(), &mut desk.memory) else { return };
        if desk.publishing.is_none()
            && let Some(batch) = memory.flush(2)
        {
            desk.publishing = Some(batch.clone());
            self.ask_store(n, Request::Publish(term, now, batch));
        }
    }
}
