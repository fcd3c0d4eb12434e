//! What a desk asks the store, and what it does with the answers.

use super::*;

impl World {
    /// Everything that was told comes first; then what the poller before left.
    pub(super) fn load(&mut self, n: usize) {
        let Some(term) = self.desks[n].election.term() else { return };
        if self.desks[n].memory.is_none() {
            self.ask_store(n, Request::Load(term));
        }
    }

    pub(super) fn ask_store(&mut self, n: usize, request: Request) {
        let (life, number) = (self.desks[n].life, self.sent);
        self.desks[n].open.insert(number, request.clone());
        self.post(PATIENCE, Post::GaveUp(n, life, number));
        if self.desks[n].cut_until <= self.now {
            let way = 1 + self.chance(80);
            self.post(way, Post::AtStore(n, life, request));
        }
    }

    pub(super) fn at_store(&mut self, n: usize, life: u32, request: Request) {
        // The store's clock shows something else than anybody's.
        let now = Duration::from_secs(5_000_000) + MS * u32::try_from(self.now).unwrap();
        let answer = match &request {
            Request::Look => {
                let (term, left, number, told) = self.store.look(now);
                Answer::Seat(term, left, number, told)
            }
            Request::Try(asked) => {
                let won = self.store.try_seat(now);
                if won.is_some() {
                    self.elected = self.now;
                }
                Answer::Tried(won, *asked)
            }
            Request::Renew(term, asked) => Answer::Renewed(*term, *asked, self.store.renew(*term, now)),
            Request::Free(term) => {
                if self.store.free(*term, now) {
                    self.tell_all(|| Answer::Freed);
                }
                return;
            }
            Request::Publish(term, asked, batch) => {
                let number = self.store.publish(n, *term, batch, now);
                if let Some(number) = number.filter(|_| batch.is_news) {
                    self.tell_all(|| Answer::Number(number));
                }
                Answer::Published(*term, *asked, number.is_some())
            }
            Request::Page(question) => Answer::Page(*question, self.store.page(*question)),
            Request::Load(term) => Answer::Left(*term, Box::new(self.store.left())),
        };
        let way = 1 + self.chance(80);
        if self.desks[n].cut_until <= self.now {
            self.post(way, Post::Answer(n, life, answer));
        }
    }

    pub(super) fn tell_all(&mut self, answer: impl Fn() -> Answer) {
        for n in 0..self.desks.len() {
            if self.desks[n].cut_until <= self.now {
                let (way, life) = (1 + self.chance(80), self.desks[n].life);
                self.post(way, Post::Answer(n, life, answer()));
            }
        }
    }

    /// An answer settles the oldest request of its kind.
    pub(super) fn settle(&mut self, n: usize, is_it: impl Fn(&Request) -> bool) -> bool {
        let open = &mut self.desks[n].open;
        let number = open.iter().find(|(_, request)| is_it(request)).map(|(number, _)| *number);
        number.is_some_and(|number| open.remove(&number).is_some())
    }

    pub(super) fn answered(&mut self, n: usize, answer: Answer) {
        match answer {
            Answer::Seat(term, left, number, told) => {
                self.settle(n, |r| matches!(r, Request::Look));
                let head = Head { number, told, sources: Some(self.store.sources()), ..Head::default() };
                let now = self.wall() + self.desks[n].skew;
                let desk = &mut self.desks[n];
                let delta = desk.follower.look(&head);
                if let Some(delta) = delta.filter(|_| desk.memory.is_none()) {
                    desk.hotel.apply(delta, now);
                }
                self.hear(n, Heard::Seat { term, left });
                self.read_on(n);
            }
            Answer::Tried(won, asked) => {
                self.settle(n, |r| matches!(r, Request::Try(at) if *at == asked));
                let heard = won.map_or(Heard::Lost, |term| Heard::Won { term, asked });
                self.hear(n, heard);
            }
            Answer::Renewed(term, asked, is_renewed) => {
                self.settle(n, |r| matches!(r, Request::Renew(_, at) if *at == asked));
                let heard = if is_renewed { Heard::Renewed { term, asked } } else { Heard::Fenced { term } };
                self.hear(n, heard);
            }
            Answer::Published(term, asked, is_done) => {
                if !self.settle(n, |r| matches!(r, Request::Publish(_, at, _) if *at == asked)) {
                    return;
                }
                if self.desks[n].election.term() == Some(term) {
                    self.desks[n].publishing = None;
                }
                let heard = if is_done { Heard::Renewed { term, asked } } else { Heard::Fenced { term } };
                self.hear(n, heard);
                self.publish(n);
            }
            Answer::Page(question, page) => {
                if !self.settle(n, |r| matches!(r, Request::Page(q) if *q == question)) {
                    return;
                }
                let now = self.wall() + self.desks[n].skew;
                let desk = &mut self.desks[n];
                let deltas = desk.follower.take(question, page, now);
                // Whoever polls knows better than what it told.
                if desk.memory.is_none() {
                    deltas.into_iter().for_each(|delta| drop(desk.hotel.apply(delta, now)));
                }
                self.read_on(n);
                self.load(n);
            }
            Answer::Left(term, left) => {
                self.settle(n, |r| matches!(r, Request::Load(_)));
                let desk = &mut self.desks[n];
                if desk.election.term() == Some(term) && desk.memory.is_none() {
                    if !desk.follower.is_level() {
                        return self.read_on(n);
                    }
                    let (memory, resume) = take_over(*left, Duration::from_secs(60));
                    desk.seen = resume.events_seen.iter().map(|(id, _)| id.to_string()).collect();
                    desk.memory = Some(memory);
                }
            }
            Answer::Freed => self.hear(n, Heard::Freed),
            Answer::Number(number) => {
                self.desks[n].follower.hear(number);
                self.read_on(n);
            }
        }
    }

    pub(super) fn gave_up(&mut self, n: usize, request: Request) {
        match request {
            Request::Try(_) | Request::Renew(..) => self.hear(n, Heard::Unanswered),
            Request::Publish(term, ..) => {
                let desk = &mut self.desks[n];
                if desk.election.term() == Some(term)
                    && let (Some(memory), Some(batch)) = (&mut desk.memory, desk.publishing.take())
                {
                    memory.take_back(batch);
                }
                self.hear(n, Heard::Unanswered);
                self.publish(n);
            }
            Request::Page(_) => {
                self.desks[n].follower.unanswered();
                self.read_on(n);
            }
            Request::Load(_) => self.load(n),
            Request::Look | Request::Free(_) => {}
        }
    }
}
