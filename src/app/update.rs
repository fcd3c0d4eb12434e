//! Events in, effects out.

use chrono::{DateTime, TimeDelta, Utc};

use super::command::CommandId;
use super::dialog::Dialog;
use super::event::{Effect, Effects, Event};
use super::layer::Layer;
use super::message::Weight;
use super::{App, health};
use crate::desk::{Outcome, Plan, Progress, ProgressKind, StepState};
use crate::property::{Changed, Delta, Property, Resource, StayId};

/// How long the alerts that an action of the desk is bound to raise are held back.
pub(super) const GRACE: TimeDelta = TimeDelta::minutes(5);

/// The instant an age on the screen next reads differently.
fn next_age(from: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    let age = (now - from).num_seconds().max(0);
    let step = match age {
        0..60 => 1,
        60..3_600 => 60,
        _ => 3_600,
    };
    from + TimeDelta::seconds((age / step + 1) * step)
}

impl App {
    /// Takes in what happened at `at`. The only place where anything changes.
    pub fn update(&mut self, at: DateTime<Utc>, event: Event) -> Effects {
        let mut effects = self.pass_time(at);
        let is_older = effects.draw;
        self.only_moved = false;
        effects.merge(match event {
            Event::Key(key) => self.press(key),
            Event::Paste(text) => self.paste(&text),
            Event::Click(spot) => self.click(spot),
            Event::Wheel { down, over } => self.wheel(down, over),
            Event::Resize { .. } => Effects::draw(),
            Event::Drawn(room) => {
                self.board.set_rooms(room.panes);
                self.overlay_room = room.overlay;
                self.drawn(room.overlay_end.map(usize::from));
                Effects::default()
            }
            Event::Data(delta) => self.data(delta),
            Event::Job(progress) => self.job(progress),
            Event::Journal(answer) => self.journal_read(*answer),
            Event::Written => {
                self.audit_ask();
                self.journal_written()
            }
            Event::Page { kind, date, told } => self.page_written(kind, date, told),
            Event::Attended { notes, told } => self.attend_written(&notes, told),
            Event::ExportRead(told) => self.export_read(told),
            Event::Saved { path, saved } => self.report_saved(&path, saved),
            Event::Unfinished(list) => self.unfinished(list),
            Event::LeftAsItIs { left, why_not } => self.left_as_it_is(&left, why_not),
            Event::Others(holds) => Effects { list: Vec::new(), draw: self.others_changed(holds) },
            Event::OnDuty(duty) => Effects { list: Vec::new(), draw: self.duty_changed(duty) },
            Event::Reading(reading) => self.note_reading(reading),
            Event::Idle => self.idle(),
            Event::NotRemembered(why) => self.not_remembered(&why),
            Event::Notified(why_not) => self.notified(why_not),
            Event::Ground { is_light } => self.ground(is_light),
            Event::ThemeKept { name, told } => self.theme_kept(&name, told),
            Event::Themes { names, broken } => self.themes_found(names, &broken),
            Event::Configured(told) => self.renew(*told),
            Event::NotTaken(words) => {
                self.messages.say(self.now, Weight::Caution, words);
                Effects::draw()
            }
            Event::Barred(why) => self.bar(why),
            Event::SecretFetched { ask, told } => self.secret_fetched(*ask, told),
            Event::Relayed(standing) => self.relayed(standing),
            Event::Alone(news) => self.alone_told(news),
            Event::Tick => Effects::default(),
        });
        effects.list.append(&mut self.audit.effects);
        for effect in &mut effects.list {
            // What is on the cards is known now, and not any more once the run is over.
            if let Effect::Run(_, plan, _) = effect {
                plan.cards = self.property.cards_cut(&plan.grants());
            }
        }
        effects.merge(self.notify_effects());
        let goes_on = self.go_on_tour();
        effects.draw |= goes_on;
        if is_older || goes_on || (effects.draw && !self.only_moved) {
            self.stamp += 1;
            self.shown_at = self.now;
        }
        effects
    }

    /// The next instant at which something on the screen changes although nothing happens.
    pub fn next_wake(&self) -> DateTime<Utc> {
        let mut next = self.property.next_instant();
        let mut sooner = |at: Option<DateTime<Utc>>| {
            next = match (next, at) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        };
        sooner(self.messages.expires_at());
        sooner(self.notify.next());
        sooner(self.reveal.as_ref().map(|r| r.until));
        sooner(self.qr_until());
        if self.looks.reduced_motion {
            return self.wake(next);
        }
        // Ages tick only where they can be seen to tick: by the second for what is younger than a minute.
        let young = self.board.mutations.seen().filter_map(|id| self.property.mutation(id)?.since);
        sooner(young.map(|since| next_age(since, self.now)).min());
        sooner(self.reading.as_ref().filter(|r| !r.is_over()).map(|r| next_age(r.since, self.now)));
        for job in self.jobs.running() {
            sooner(job.current().map(|(_, step)| next_age(step.since, self.now)));
        }
        self.wake(next)
    }

    /// The next minute, or `next` where that comes sooner, and never at once.
    fn wake(&self, next: Option<DateTime<Utc>>) -> DateTime<Utc> {
        let minute = self.now.timestamp().div_euclid(60) + 1;
        let minute = DateTime::from_timestamp(minute * 60, 0).unwrap_or(self.now + TimeDelta::minutes(1));
        next.map_or(minute, |next| next.min(minute)).max(self.now + TimeDelta::milliseconds(50))
    }

    fn pass_time(&mut self, at: DateTime<Utc>) -> Effects {
        // This computer's clock may prove wrong with the first answer; nothing has been dated by it yet.
        if at < self.now && health::as_of(&self.property).is_none() {
            let said = self.property.attention().notes().cloned().collect();
            self.property = Property::new(self.property.settings().clone(), at);
            self.property.attend(said);
            self.now = at;
        }
        let before = self.now;
        self.now = self.now.max(at);
        let mut draw = self.messages.tick(self.now);
        if self.reveal.as_ref().is_some_and(|r| r.until <= self.now) {
            self.reveal = None;
            draw = true;
        }
        draw |= self.hide_qr();
        let minute = |t: DateTime<Utc>| t.timestamp().div_euclid(60);
        if minute(before) != minute(self.now) {
            draw = true;
            if self.freeze.since().is_none() {
                self.board.minute_passed(&self.property);
            }
        }
        draw |= self.ages_tick(before);
        if self.freeze.since().is_none() && self.property.next_instant().is_some_and(|t| t <= self.now) {
            let changed = self.property.advance(self.now);
            draw |= self.take_in(&changed);
        }
        Effects { list: Vec::new(), draw }
    }

    /// Whether an age shown by the second reads differently than at `before`.
    fn ages_tick(&self, before: DateTime<Utc>) -> bool {
        if self.looks.reduced_motion {
            return false;
        }
        let ticked = |since: DateTime<Utc>| next_age(since, before) <= self.now;
        self.reading.as_ref().is_some_and(|r| !r.is_over() && ticked(r.since))
            || self.jobs.running().filter_map(|j| j.current()).any(|(_, step)| ticked(step.since))
            || self.board.mutations.seen().filter_map(|id| self.property.mutation(id)?.since).any(ticked)
    }

    fn data(&mut self, delta: Delta) -> Effects {
        match self.freeze.keep(delta) {
            Ok(()) => Effects::default(),
            Err(delta) => {
                let mut draw = self.thaw();
                let brings = matches!(delta, Delta::Read { .. } | Delta::Gone(_));
                let is_whole = matches!(delta, Delta::SweepEnded { what: Resource::Grants, .. });
                let changed = self.property.apply_in_slices(delta, self.now);
                draw |= self.take_in(&changed);
                // What no pane shows may matter to a dialog that is open: encoders, doors, areas.
                if brings
                    && changed.is_empty()
                    && let Some(Layer::Dialog(dialog)) = self.layers.last_mut()
                {
                    draw |= dialog.refresh(&self.property, self.now);
                }
                let list = if is_whole { self.remember_size() } else { Vec::new() };
                Effects { list, draw }
            }
        }
    }

    /// Lets everything in that waited. Says whether the screen was frozen.
    pub(super) fn thaw(&mut self) -> bool {
        if self.freeze.since().is_none() {
            return false;
        }
        for delta in self.freeze.end() {
            let changed = self.property.apply_in_slices(delta, self.now);
            self.take_in(&changed);
        }
        true
    }

    /// Takes what changed in the hotel onto the screen. Says whether anything visible did.
    pub(super) fn take_in(&mut self, changed: &Changed) -> bool {
        if changed.is_empty() {
            return false;
        }
        self.audit_changed(changed);
        self.notify_changed(changed);
        let vanished = self.board.refresh(&self.property, changed);
        let now = self.now;
        let told = self.refresh_dialog();
        let property = &self.property;
        let lost = |layer: &Layer| layer.stay().is_some_and(|id| property.stay(id).is_none());
        if self.layers.iter().any(lost) {
            self.layers.retain(|layer| !lost(layer));
            self.messages.say(now, Weight::Caution, "The stay that was open is no longer there.");
        } else if let Some(id) = vanished
            && !told
            && self.property.stay(&id).is_none()
            && self.jobs.all().iter().all(|j| j.stay != id)
        {
            self.messages.say(now, Weight::Caution, "The selected guest is no longer there.");
        }
        true
    }

    /// Shows the open dialog what changed, or takes it away where whom it is about is gone. Says whether it
    /// did that.
    pub(super) fn refresh_dialog(&mut self) -> bool {
        let now = self.now;
        let Some(Layer::Dialog(dialog)) = self.layers.last_mut() else { return false };
        if dialog.stays().iter().all(|id| self.property.stay(id).is_some()) {
            dialog.refresh(&self.property, now);
            return false;
        }
        self.layers.pop();
        self.messages.say(now, Weight::Bad, "This stay is no longer there: nothing was done.");
        true
    }

    /// Begins to carry out confirmed plans.
    pub(super) fn run(&mut self, dialog: &Dialog, plans: Vec<Plan>) -> Effects {
        let queue = dialog.ask.queue(&dialog.form, &self.property, self.now);
        let mut effects = Effects::draw();
        if let Some(encoder) = dialog.ask.encoder(&dialog.form, &self.property) {
            self.settings.encoder = Some(encoder);
        }
        if let Some(encoders) = queue {
            effects.merge(self.begin_queue(&plans, encoders));
            return effects;
        }
        let several = plans.len() > 1;
        let mut last = None;
        for plan in plans {
            self.forgive(&plan.stay);
            let pins = dialog.ask.pins(&dialog.form, &self.property, &plan);
            let run = self.jobs.begin(&plan, &pins, self.now);
            last = Some(run);
            if several {
                self.jobs.stand_in_line(run, plan, pins);
            } else {
                effects.list.push(Effect::Run(run, Box::new(plan), pins));
            }
        }
        self.begin_next(&mut effects);
        if several {
            self.board.clear_marks();
            self.audit.list.clear_marks();
            self.layers.push(Layer::Desk { at: 0 });
        } else if let Some(run) = last {
            // What is undone from the page of what was done takes its place.
            if matches!(self.top(), Some(Layer::Job(_))) {
                self.layers.pop();
            }
            self.layers.push(Layer::Job(run));
        }
        effects
    }

    /// Begins as many of the runs that wait as may go on side by side.
    fn begin_next(&mut self, effects: &mut Effects) {
        while let Some((run, plan, pins)) = self.jobs.next_in_line() {
            effects.list.push(Effect::Run(run, plan, pins));
        }
    }

    /// Holds back the alerts that an action on a stay is bound to raise.
    pub(super) fn forgive(&mut self, stay: &StayId) {
        let changed = self.property.forgive(stay, self.now + GRACE);
        self.take_in(&changed);
    }

    fn job(&mut self, progress: Progress) -> Effects {
        match progress.kind {
            ProgressKind::Read(delta) => return self.data(delta),
            ProgressKind::Watch(grants) => return Effects { list: vec![Effect::Watch(grants)], draw: false },
            ProgressKind::Step { .. } | ProgressKind::Ended(_) => {}
        }
        let Some(job) = self.jobs.note(&progress) else { return Effects::default() };
        let half_way = job.half_way(&self.property).filter(|_| !job.is_running()).map(|half| half.words);
        let (run, whom) = (job.run, format!("{} {}", job.room, job.guest));
        let queued = self.queue.as_ref().is_some_and(|queue| queue.has(run));
        let watched = match self.layers.last() {
            Some(Layer::Job(open)) => *open == run,
            Some(Layer::Queue) => queued,
            _ => false,
        };
        let ends = matches!(progress.kind, ProgressKind::Ended(_));
        let mut effects = self.queue_progress(run, &progress.kind);
        let at = self.now;
        let shows = self.settings.keymap.how(CommandId::Desk);
        match progress.kind {
            ProgressKind::Ended(outcome) => {
                let (weight, words) = match &outcome {
                    outcome @ Outcome::Pending { words, .. } if outcome.has_other_pin() => {
                        (Weight::Bad, words.to_string())
                    }
                    Outcome::Stopped { .. } if let Some(half_way) = half_way => {
                        (Weight::Bad, format!("{half_way} {shows} shows it."))
                    }
                    Outcome::Done { words, .. } => (Weight::Good, words.to_string()),
                    Outcome::Pending { words, .. } | Outcome::Stopped { words, .. } => {
                        (Weight::Caution, words.to_string())
                    }
                    Outcome::Failed { words, next } => (Weight::Bad, format!("{words} {next}")),
                    Outcome::Unknown { words } => (Weight::Bad, words.to_string()),
                };
                // Who watches it reads it there.
                // A queue says at its end how many are cut.
                if weight == Weight::Bad || !(watched || queued) {
                    // Some outcomes begin with whom they are about.
                    let said =
                        words.strip_prefix(whom.trim()).map_or(&*words, |rest| rest.trim_start_matches(": "));
                    self.messages.say(at, weight, format!("{}: {said}", whom.trim()));
                }
            }
            ProgressKind::Step { state: StepState::Failed { words, next, .. }, .. } if !watched => {
                self.messages.say(
                    at,
                    Weight::Bad,
                    format!("{}: {words} {next} ({shows} shows it)", whom.trim()),
                );
            }
            ProgressKind::Step { state: StepState::Asking { words }, .. } if !watched => {
                self.messages.say(
                    at,
                    Weight::Caution,
                    format!("{}: {words} ({shows} shows it)", whom.trim()),
                );
            }
            _ => {}
        }
        // Each step is in the journal before it is told.
        effects.merge(self.journal_written());
        if ends && self.audit.night().is_some() {
            self.audit_ask();
        }
        let mut effects = Effects { draw: true, ..effects };
        self.begin_next(&mut effects);
        effects
    }

    /// Whether what is on the screen is too old to act on.
    pub(super) fn refuse_for_age(&self) -> Option<String> {
        if let Some(why) = self.refuse_for_store() {
            return Some(why);
        }
        match health::health(&self.property, self.now) {
            health::Health::Live => None,
            health::Health::Starting => Some("nothing has been read yet: wait for the first poll".to_owned()),
            health::Health::Stale { .. } | health::Health::Offline { .. } => {
                let key = self.settings.keymap.how(CommandId::PollNow);
                Some(format!("the screen is too old to act on: {key} polls now"))
            }
        }
    }
}
