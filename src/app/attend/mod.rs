//! Acknowledging and snoozing warnings: a box with a choice and a reason. Nothing counts before the
//! journal has it, and what the journal has comes back to every desk on the same way.

mod record;

pub use record::{NewNotes, note, notes, remark};

use chrono::{DateTime, TimeDelta, Utc};

use super::App;
use super::event::{Effect, Effects};
use super::form::{Choice, Field, Form, Note as Says};
use super::health::{Health, health};
use super::key::{Code, Key};
use super::layer::Layer;
use super::message::Weight;
use super::pane::PaneKind;
use crate::order::Arrange as _;
use crate::property::{self, Alert, AlertId, Note, Property, Said, Severity, StayId};
use crate::text::Text;

const WHAT: &str = "what";
const UNTIL: &str = "until";
const REASON: &str = "reason";
const WHICH: &str = "warnings";

const ACKNOWLEDGE: &str = "acknowledge";
const HOUR: &str = "hour";
const MORNING: &str = "morning";
const TIME: &str = "time";
const TAKE_BACK: &str = "take back";

/// No snooze is longer: who comes next week looks anew.
const LONGEST: TimeDelta = TimeDelta::days(7);

/// Where the box stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is filled in; why the last try came to nothing.
    Form(Option<Text>),
    /// It is being written.
    Busy,
}

/// The box.
#[derive(Clone, Debug)]
pub struct Attend {
    /// The fields.
    pub form: Form,
    /// Where it stands.
    pub stage: Stage,
    /// The warnings it is about, and how bad each was when it was shown.
    shown: Vec<(AlertId, Severity)>,
}

/// "118 Lindqvist, Per", or what else a warning is about.
pub fn whom(alert: &Alert) -> String {
    let said: Vec<&str> = [&alert.room, &alert.who].into_iter().flatten().map(Text::as_str).collect();
    if said.is_empty() { alert.id.rule.name().to_owned() } else { said.join(" ") }
}

impl Attend {
    fn new(p: &Property, alerts: &[&Alert], now: DateTime<Utc>) -> Self {
        let morning = p.zone().local(morning(p, now)).format("%H:%M").to_string();
        let mut what = vec![
            Choice::new(ACKNOWLEDGE, "acknowledge: somebody is at it"),
            Choice::new(HOUR, "snooze for an hour"),
            Choice::new(MORNING, format!("snooze until the morning, {morning}")),
            Choice::new(TIME, "snooze until a time"),
        ];
        if alerts.iter().any(|a| p.attended(&a.id).is_some_and(|stands| stands.note().is_some())) {
            what.push(Choice::new(TAKE_BACK, "take it back: nobody is at it"));
        }
        let mut fields = vec![
            Field::choice(WHAT, what, 0),
            Field::line(UNTIL, "").hint("06:00, +2h, tomorrow 12:00").later(),
            Field::line(REASON, "").hint("why, for your colleagues"),
        ];
        if alerts.len() > 1 {
            let words = |a: &&&Alert| Choice::new(&a.id, format!("{} {}: {}", a.severity, whom(a), a.why));
            let ids = alerts.iter().map(|a| Text::new(a.id.to_string())).collect();
            fields.push(Field::ticks(WHICH, alerts.iter().map(|a| words(&a)).collect(), ids));
        }
        let shown = alerts.iter().map(|a| (a.id.clone(), a.severity)).collect();
        Self { form: Form::new(fields), stage: Stage::Form(None), shown }
    }

    /// The warnings it is about: where there are several, those that are ticked.
    pub fn alerts(&self) -> Vec<&AlertId> {
        let ids = self.shown.iter().map(|(id, _)| id);
        if self.shown.len() < 2 {
            return ids.collect();
        }
        let ticked = self.form.ticked(WHICH);
        ids.filter(|id| ticked.contains(&Text::new(id.to_string()))).collect()
    }

    fn annotate(&mut self, p: &Property, now: DateTime<Utc>) {
        let chosen = self.form.chosen_id(WHAT).cloned().unwrap_or_default();
        self.form.show(UNTIL, chosen == *TIME);
        self.form.show(REASON, chosen != *TAKE_BACK);
        let typed = self.form.text(UNTIL);
        let says = match (typed.trim().is_empty(), until(p, typed, now)) {
            (true, _) => Says::None,
            (false, Ok(at)) => {
                Says::Understood(format!("{} {}", property::short(at, now, p.zone()), p.zone().short(at)))
            }
            (false, Err(why)) => Says::Wrong(why.to_string()),
        };
        self.form.note(UNTIL, says);
        self.form.note(REASON, Says::None);
    }

    /// What is said, as the box is filled in.
    fn said(&self, p: &Property, now: DateTime<Utc>) -> Result<Said, Text> {
        let chosen = self.form.chosen_id(WHAT).map(Text::as_str).unwrap_or_default();
        Ok(match chosen {
            HOUR => Said::Snoozed { until: now + TimeDelta::hours(1) },
            MORNING => Said::Snoozed { until: morning(p, now) },
            TIME => Said::Snoozed { until: until(p, self.form.text(UNTIL), now)? },
            TAKE_BACK => Said::Withdrawn,
            _ => Said::Acknowledged,
        })
    }

    fn go_to(&mut self, label: &str) {
        self.form.focus = self.form.fields.iter().position(|f| f.label == label).unwrap_or(0);
    }

    /// Looks at the warnings as they are now. Says what is different from what was shown, if anything
    /// matters.
    fn look_again(&mut self, p: &Property) -> Option<Text> {
        let (mut gone, mut worse) = (0, None);
        let ticked: Vec<AlertId> = self.alerts().into_iter().cloned().collect();
        for (id, shown) in &mut self.shown {
            match p.alert(id) {
                None => gone += usize::from(ticked.contains(id)),
                Some(alert) => {
                    if alert.severity < *shown && ticked.contains(id) {
                        worse = Some(whom(alert));
                    }
                    *shown = alert.severity;
                }
            }
        }
        self.shown.retain(|(id, _)| p.alert(id).is_some());
        if self.shown.len() < 2 {
            self.form.show(WHICH, false);
        }
        match (worse, gone) {
            (Some(whom), _) => Some(Text::new(format!("{whom} got worse meanwhile: look again, then Enter"))),
            (None, 0) => None,
            (None, 1) => Some("one of them is over meanwhile: look again, then Enter".into()),
            (None, n) => Some(Text::new(format!("{n} of them are over meanwhile: look again, then Enter"))),
        }
    }

    /// What is to be written; or why nothing can be, said where it is missing.
    fn notes(&mut self, p: &Property, by: &Text, now: DateTime<Utc>) -> Result<Vec<Note>, Text> {
        if let Some(changed) = self.look_again(p) {
            return Err(changed);
        }
        let said = match self.said(p, now) {
            Ok(said) => said,
            Err(why) => {
                self.go_to(UNTIL);
                self.form.note(UNTIL, Says::Wrong(why.to_string()));
                return Err("until when?".into());
            }
        };
        let reason = Text::new(self.form.text(REASON).trim());
        if reason.is_empty() && said != Said::Withdrawn {
            self.go_to(REASON);
            self.form
                .note(REASON, Says::Wrong("a few words: colleagues read them here and in the audit".into()));
            return Err("why?".into());
        }
        let alerts = self.alerts();
        if alerts.is_empty() {
            return Err("tick at least one warning".into());
        }
        let note = |alert: &Alert| Note::new(alert, said, now, by.clone(), reason.clone());
        Ok(alerts.into_iter().filter_map(|id| p.alert(id)).map(note).collect())
    }
}

/// When the night watch ends next, UTC.
fn morning(p: &Property, now: DateTime<Utc>) -> DateTime<Utc> {
    let zone = p.zone();
    let today = zone.date(now);
    let days = [Some(today), today.succ_opt()].into_iter().flatten();
    let mut ends = days.map(|date| zone.from_local(date.and_time(p.settings().watch_until)).at);
    ends.find(|at| *at > now).unwrap_or(now + TimeDelta::hours(6))
}

/// The instant that is typed. A time of day that is past is tomorrow's.
fn until(p: &Property, typed: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Text> {
    let read = |typed: &str| property::parse(typed, now, now, p.zone());
    let at = read(typed).map_err(|e| Text::new(e.to_string()))?.at;
    let at = match read(&format!("tomorrow {typed}")) {
        Ok(tomorrow) if at <= now => tomorrow.at,
        _ => at,
    };
    if at <= now {
        return Err("this is past".into());
    }
    if at - now > LONGEST {
        return Err("a week at most: who comes then looks anew".into());
    }
    Ok(at)
}

/// "Snoozed until 06:00: 118 Lindqvist, Per." or "Acknowledged: 3 warnings."
fn done(p: &Property, notes: &[Note], now: DateTime<Utc>) -> String {
    let what = match notes.first().map(|note| note.said) {
        Some(Said::Snoozed { until }) => format!("Snoozed until {}", property::short(until, now, p.zone())),
        Some(Said::Withdrawn) => "Taken back".to_owned(),
        _ => "Acknowledged".to_owned(),
    };
    match notes {
        [one] => {
            let whom = p.alert(&one.alert).map_or_else(|| one.alert.rule.name().to_owned(), whom);
            format!("{what}: {whom}.")
        }
        many => format!("{what}: {} warnings.", many.len()),
    }
}

impl App {
    /// The warnings that are aimed at: the open one, the marked ones or the one under the cursor, else
    /// those of the stays that are aimed at. The worst first.
    fn warnings_in_aim(&self) -> Vec<&Alert> {
        let p = &self.property;
        let lists = |layer: &&Layer| !matches!(layer, Layer::Menu(_) | Layer::Palette(_));
        let mut found: Vec<&Alert> = match self.layers.iter().rev().find(lists) {
            Some(Layer::Alert { id, .. }) => p.alert(id).into_iter().collect(),
            Some(Layer::Audit) => self.audit_alerts().iter().filter_map(|id| p.alert(id)).collect(),
            None if self.board.focus == PaneKind::Warnings => {
                let marked = self.board.warnings.marked();
                let selected = self.board.warnings.selected().cloned();
                let ids = if marked.is_empty() { selected.into_iter().collect() } else { marked };
                ids.iter().filter_map(|id| p.alert(id)).collect()
            }
            _ => {
                let stays: Vec<StayId> = self.targets();
                p.alerts().filter(|a| a.stay.as_ref().is_some_and(|stay| stays.contains(stay))).collect()
            }
        };
        found.arrange_by(|a, b| (a.severity, a.since, &a.id).cmp(&(b.severity, b.since, &b.id)));
        found
    }

    /// Why nothing can be acknowledged or snoozed.
    pub(super) fn refuse_attend(&self) -> Option<String> {
        if self.settings.read_only {
            return Some("this desk is read-only".to_owned());
        }
        if health(&self.property, self.now) == Health::Starting {
            return Some("nothing has been read yet: wait for the first poll".to_owned());
        }
        self.warnings_in_aim().is_empty().then(|| "no warning is selected".to_owned())
    }

    /// Opens the box.
    pub(super) fn open_attend(&mut self) {
        self.thaw();
        self.board.hold();
        let alerts = self.warnings_in_aim();
        if alerts.is_empty() {
            return;
        }
        let mut attend = Attend::new(&self.property, &alerts, self.now);
        attend.annotate(&self.property, self.now);
        self.layers.push(Layer::Attend(Box::new(attend)));
    }

    /// A key on the box.
    pub(super) fn attend_key(&mut self, key: Key) -> Effects {
        let now = self.now;
        let Some(Layer::Attend(attend)) = self.layers.last_mut() else { return Effects::default() };
        if key.code == Code::Esc || key == Key::ctrl('c') {
            let words = match attend.stage {
                Stage::Busy => "Left while it was being written: the warning shows whether it was.",
                Stage::Form(_) => "Left without saying anything.",
            };
            self.messages.say(now, Weight::Good, words);
            return self.close();
        }
        if attend.stage == Stage::Busy {
            return Effects::default();
        }
        match key.code {
            Code::Enter => return self.attend_now(),
            Code::Tab => attend.form.turn(1),
            Code::BackTab => attend.form.turn(-1),
            _ => {
                if !attend.form.focused().is_some_and(|field| field.key(key)) {
                    return Effects::default();
                }
                attend.stage = Stage::Form(None);
                attend.annotate(&self.property, now);
            }
        }
        Effects::draw()
    }

    /// Pasted text goes into the field with the keys.
    pub(super) fn attend_paste(&mut self, text: &str) {
        let Some(Layer::Attend(attend)) = self.layers.last_mut() else { return };
        if let (Stage::Form(_), Some(field)) = (&attend.stage, attend.form.focused()) {
            field.paste(text);
            attend.annotate(&self.property, self.now);
        }
    }

    /// Has it written down, as the warnings are now.
    fn attend_now(&mut self) -> Effects {
        let now = self.now;
        let operator = self.settings.operator.clone();
        let by = operator.clone().unwrap_or_else(|| self.audit.me.clone());
        let Some(Layer::Attend(attend)) = self.layers.last_mut() else { return Effects::default() };
        match attend.notes(&self.property, &by, now) {
            Ok(notes) => {
                attend.stage = Stage::Busy;
                self.step_off(&notes);
                Effects::and(Effect::Attend(Box::new(NewNotes { notes, operator })))
            }
            Err(_) if attend.shown.is_empty() => {
                self.messages.say(now, Weight::Good, "That warning is over: there is nothing to say.");
                self.close()
            }
            Err(why) => {
                attend.stage = Stage::Form(Some(why));
                Effects::draw()
            }
        }
    }

    /// What is snoozed goes to the end of the pane; the cursor stays where the work is.
    fn step_off(&mut self, notes: &[Note]) {
        let warnings = &mut self.board.warnings;
        let goes = |id: Option<&AlertId>| {
            id.is_some_and(|id| {
                notes.iter().any(|note| note.alert == *id && matches!(note.said, Said::Snoozed { .. }))
            })
        };
        while goes(warnings.selected()) && warnings.step(1) {}
        while goes(warnings.selected()) && warnings.step(-1) {}
    }

    /// The journal has it, or could not take it. What it has arrives by itself, on this desk as on the
    /// others.
    pub(super) fn attend_written(&mut self, notes: &[Note], told: Result<(), Text>) -> Effects {
        let at = self.layers.iter().position(|l| matches!(l, Layer::Attend(a) if a.stage == Stage::Busy));
        match told {
            Ok(()) => {
                if let Some(at) = at {
                    self.layers.remove(at);
                    self.board.warnings.clear_marks();
                    self.audit.list.clear_marks();
                }
                let words = done(&self.property, notes, self.now);
                self.messages.say(self.now, Weight::Good, words);
            }
            Err(why) => {
                let words = format!("The journal could not be written, so nothing has changed: {why}");
                match at.and_then(|at| self.layers.get_mut(at)) {
                    Some(Layer::Attend(attend)) => attend.stage = Stage::Form(Some(Text::new(words))),
                    _ => self.messages.say(self.now, Weight::Bad, words),
                }
            }
        }
        Effects::draw()
    }
}
