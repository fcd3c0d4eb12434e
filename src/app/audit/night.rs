//! How the audit is begun, kept up and remembered.

use chrono::TimeDelta;

use super::{AuditDesk, Before, NewPage, body};
use crate::app::event::{Effect, Effects};
use crate::app::journal::{Answer, Ask, Asked, Told};
use crate::app::layer::Layer;
use crate::app::message::Weight;
use crate::app::{App, health};
use crate::journal::{NightLog, Page, PageKind};
use crate::property::{BusinessDate, Changed};
use crate::report::{self, Night};
use crate::text::Text;

/// After this long a roll says nothing of the business date any more: nobody rolls at this hotel.
const ROLL_HOLDS: TimeDelta = TimeDelta::days(2);

impl App {
    /// Whether the page of the audit is open, maybe under others.
    pub(super) fn is_audit_open(&self) -> bool {
        self.layers.iter().any(|layer| matches!(layer, Layer::Audit))
    }

    /// Opens the page.
    pub(in crate::app) fn open_audit(&mut self) -> Effects {
        self.layers.retain(|layer| !matches!(layer, Layer::Audit));
        self.layers.push(Layer::Audit);
        if self.audit.night.is_none() || self.audit.date != Some(self.property.business_date()) {
            self.audit_begin();
        } else {
            self.audit_rows();
        }
        self.audit_ask();
        Effects::draw()
    }

    /// Looks at the whole hotel for the business date it is on.
    fn audit_begin(&mut self) {
        let is_all_read = health::is_all_read(&self.property);
        let AuditDesk { date, night, before, log, is_known, list, .. } = &mut self.audit;
        *date = Some(self.property.business_date());
        *night = Some(Box::new(match is_all_read {
            true => Night::new(&self.property, self.now),
            false => Night::partial(&self.property, self.now),
        }));
        *before = None;
        *log = NightLog { rolled: log.rolled.take(), ..NightLog::default() };
        *is_known = false;
        list.begin();
        self.audit_rows();
    }

    /// Makes the rows anew, where somebody sees them.
    fn audit_rows(&mut self) {
        if !self.is_audit_open() {
            return;
        }
        let audit = &mut self.audit;
        let Some(night) = &audit.night else { return };
        let folded = audit.list.selected().is_some_and(|row| !audit.list.is_unfolded(row.section()));
        if audit.list.rebuild(night) && !folded {
            let words = "The point that was selected is no longer on the list.";
            self.messages.say(self.now, Weight::Caution, words);
        }
    }

    /// Takes in what changed in the hotel.
    pub(in crate::app) fn audit_changed(&mut self, changed: &Changed) {
        if !changed.stays.is_empty() || !changed.grants.is_empty() {
            self.compare_again();
        }
        let is_all_read = health::is_all_read(&self.property);
        let Some(night) = &mut self.audit.night else { return };
        if self.audit.date != Some(self.property.business_date()) {
            self.audit_begin();
            self.audit_ask();
            return;
        }
        if night.is_partial() && is_all_read {
            self.audit_whole();
            return;
        }
        let cleared = night.gone().count();
        if night.update(&self.property, changed, self.now) {
            // What goes after its action ended is still that action's.
            if night.gone().count() != cleared {
                night.credit(&self.property, &self.audit.log.records);
            }
            self.audit_rows();
        }
        self.audit_remember();
    }

    /// Looks at the whole hotel anew now that everything has been read, with what the journal has told.
    fn audit_whole(&mut self) {
        let AuditDesk { night, before, log, .. } = &mut self.audit;
        let mut whole = Night::new(&self.property, self.now);
        if before.is_some()
            && let Some(page) = &log.opened
        {
            whole.remember(Before::of(page).1);
        }
        whole.credit(&self.property, &log.records);
        *night = Some(Box::new(whole));
        self.audit_rows();
        self.audit_remember();
    }

    /// Writes down what is open, once for a business date, as soon as all of it is known.
    fn audit_remember(&mut self) {
        if self.audit.before.is_some() || !self.audit.is_known {
            return;
        }
        let Some(night) = self.audit.night.as_ref().filter(|night| !night.is_partial()) else { return };
        self.audit.before = Some(Before::now(night, self.now));
        if !self.settings.read_only {
            let sum = night.summary();
            let words = Text::new(format!("{} open, {} of them P1", sum.open, sum.p1));
            let body = body(night, self.property.zone(), true);
            self.write_page(PageKind::Opened, words, body, self.settings.operator.clone());
        }
    }

    /// Has a page of this night written.
    pub(super) fn write_page(
        &mut self,
        kind: PageKind,
        words: Text,
        body: serde_json::Value,
        operator: Option<Text>,
    ) {
        let date = self.audit.date.unwrap_or(self.property.business_date()).date();
        let page = NewPage { kind, at: self.now, date, words, body, operator };
        self.audit.effects.push(Effect::WritePage(Box::new(page)));
    }

    /// Asks the journal what is written of this night; of what the desk did only where there is a
    /// checklist.
    pub(in crate::app) fn audit_ask(&mut self) {
        if self.audit.waits.is_some() {
            self.audit.outdated = true;
            return;
        }
        let number = self.next_ask();
        let of = self.property.business_date();
        self.audit.waits = Some((number, of));
        self.audit.outdated = false;
        let date = of.date();
        let since = self.audit.night.is_some().then(|| report::shift(&self.property, self.now));
        self.audit.effects.push(Effect::ReadJournal(Ask { number, what: Asked::Night { date, since } }));
    }

    /// Takes in what the journal tells of the night. Gives the answer back where it is another's.
    pub(in crate::app) fn audit_read(&mut self, answer: Answer) -> Result<Effects, Answer> {
        let Some((_, of)) = self.audit.waits.take_if(|(number, _)| *number == answer.number) else {
            return Err(answer);
        };
        match answer.told {
            Err(why) => self.audit.failed = Some(why),
            Ok(Told::Night(Some(log))) => {
                self.audit.failed = None;
                self.audit_heard(*log, of);
            }
            // The property is not known by name yet; it is told when it is.
            Ok(_) => {}
        }
        if self.audit.outdated {
            self.audit_ask();
        }
        Ok(Effects::draw())
    }

    fn audit_heard(&mut self, log: NightLog, of: BusinessDate) {
        if let Some(rolled) = &log.rolled {
            let rolled = rolled.clone();
            self.adopt_roll(&rolled);
        }
        self.audit.heard = true;
        // What was read is of the date before, where it has rolled since.
        if of != self.property.business_date() {
            self.audit_ask();
            return;
        }
        if let Some(page) = &log.opened
            && self.audit.before.as_ref().is_none_or(|before| !before.is_written)
        {
            let (before, items) = Before::of(page);
            self.audit.before = Some(before);
            if let Some(night) = &mut self.audit.night {
                night.remember(items);
            }
        }
        if let Some(night) = &mut self.audit.night {
            night.credit(&self.property, &log.records);
            self.audit.is_known = true;
        }
        self.audit.log = log;
        self.audit_rows();
        self.audit_remember();
    }

    /// Goes to the business date that another desk, or this one before, has rolled to.
    fn adopt_roll(&mut self, rolled: &Page) {
        let first = !self.audit.heard;
        let to = BusinessDate::new(rolled.date).next();
        let known = self.property.business_date();
        let today = self.property.zone().date(self.now);
        let is_sane = Some(to.date()) <= today.succ_opt();
        // A program that has just started has only guessed.
        let back = first
            && to.next() == known
            && self.now - rolled.at < ROLL_HOLDS
            && self.property.next_roll().is_none();
        if (to > known && is_sane) || back {
            self.set_business_date(to);
            if !first {
                let words = format!(
                    "{} rolled the business date: it is {}.",
                    rolled.who.name(),
                    self.property.business_date().short()
                );
                self.messages.say(self.now, Weight::Caution, words);
            }
        } else if to == known && first {
            self.set_business_date(to);
        }
    }

    /// Sets the business date and takes in what that changes.
    fn set_business_date(&mut self, date: BusinessDate) {
        let changed = self.property.set_business_date(date, self.now);
        self.take_in(&changed);
        if self.audit.night.is_some() && self.audit.date != Some(self.property.business_date()) {
            self.audit_begin();
            self.audit_ask();
        }
    }

    /// The roll of this desk is written down: the date rolls.
    pub(super) fn rolled_here(&mut self, from: chrono::NaiveDate) {
        let to = BusinessDate::new(from).next();
        if to > self.property.business_date() {
            self.set_business_date(to);
        }
        self.audit.heard = true;
    }
}
