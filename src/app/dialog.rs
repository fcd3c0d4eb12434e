//! A dialog owns what it will do: plans made against the data, shown before anything happens, made
//! again at the moment of confirming, and never taken from wherever the cursor happens to be.

use chrono::{DateTime, TimeDelta, Utc};

use super::ask::Ask;
use super::form::Form;
use super::key::{Code, Key};
use crate::desk::{Plan, Purpose, Refusal};
use crate::property::{Property, StayId};
use crate::seam::id::EncoderId;
use crate::text::Text;

/// A preview cannot be confirmed before it has been on the screen this long: a key typed while it
/// opens was meant for something else.
pub const ARMED_AFTER: TimeDelta = TimeDelta::milliseconds(350);

/// Something is about to be done.
#[derive(Clone, Debug)]
pub struct Dialog {
    /// What, for whom.
    pub ask: Ask,
    /// What the person types or chooses.
    pub form: Form,
    /// Where it stands.
    pub stage: Stage,
    /// Whether the person has been at the form: from then on it stays until they leave it.
    touched: bool,
}

/// Where a dialog stands.
#[derive(Clone, Debug)]
pub enum Stage {
    /// The person fills it in; why the last try came to nothing.
    Form {
        /// The refusal.
        refused: Option<Refusal>,
    },
    /// It shows what will happen.
    Preview(Preview),
}

/// What will happen.
#[derive(Clone, Debug)]
pub struct Preview {
    /// One plan a guest.
    pub plans: Vec<Plan>,
    /// Since when these plans are on the screen.
    pub shown_at: Option<DateTime<Utc>>,
    /// Whether the data changed while they were looked at.
    pub changed: bool,
    /// First line shown.
    pub scroll: usize,
}

/// What a key did to a dialog.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Nothing to see.
    Nothing,
    /// It looks different.
    Changed,
    /// It is over, and nothing is done.
    Leave,
    /// It is over, and this is done.
    Do(Vec<Plan>),
    /// It is over, and this card is read, or this encoder tested.
    Read(EncoderId, Text, Purpose),
    /// It stays, and the person is told this.
    Say(&'static str),
}

impl Dialog {
    /// Opens a dialog: on its preview where nothing needs to be asked, else on its form.
    ///
    /// # Errors
    /// A refusal that no answer could change.
    pub fn open(ask: Ask, p: &Property, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let form = ask.form(p, now)?;
        let mut dialog = Self { ask, form, stage: Stage::Form { refused: None }, touched: false };
        dialog.ask.annotate(&mut dialog.form, p, now);
        if !dialog.ask.asks_first(&dialog.form, p, now) {
            dialog.plan(p, now);
        }
        Ok(dialog)
    }

    /// Whether it takes access away, and so starts on Cancel.
    pub fn takes_away(&self) -> bool {
        match &self.stage {
            Stage::Preview(preview) => preview.plans.iter().any(|plan| plan.takes_away),
            Stage::Form { .. } => false,
        }
    }

    /// The stays it is about.
    pub fn stays(&self) -> &[StayId] {
        self.ask.stays()
    }

    fn plan(&mut self, p: &Property, now: DateTime<Utc>) {
        self.stage = match self.ask.plans(&self.form, p, now) {
            Ok(plans) => Stage::Preview(Preview { plans, shown_at: None, changed: false, scroll: 0 }),
            Err(refusal) => Stage::Form { refused: Some(refusal) },
        };
    }

    /// The dialog has been drawn. Returns the scroll of a preview.
    pub fn drawn(&mut self, now: DateTime<Utc>) -> Option<&mut usize> {
        let Stage::Preview(preview) = &mut self.stage else { return None };
        preview.shown_at.get_or_insert(now);
        Some(&mut preview.scroll)
    }

    /// The data changed: an open preview is planned again, and says so where the plan is another one.
    /// Returns whether it looks different.
    pub fn refresh(&mut self, p: &Property, now: DateTime<Utc>) -> bool {
        // Encoders may be read after the dialog was opened, cards come and go.
        let adopted = self.ask.form(p, now).is_ok_and(|fresh| self.form.adopt(fresh));
        let Stage::Preview(preview) = &mut self.stage else {
            if adopted {
                self.stage = Stage::Form { refused: None };
            }
            self.ask.annotate(&mut self.form, p, now);
            // It would have opened on its preview, had the encoders been read by then.
            if adopted && !self.touched && !self.ask.asks_first(&self.form, p, now) {
                self.plan(p, now);
            }
            return true;
        };
        match self.ask.plans(&self.form, p, now) {
            Ok(plans) if plans == preview.plans => false,
            Ok(plans) => {
                preview.plans = plans;
                preview.changed = true;
                preview.shown_at = None;
                true
            }
            Err(refusal) => {
                self.stage = Stage::Form { refused: Some(refusal) };
                true
            }
        }
    }

    /// A key.
    pub fn key(&mut self, key: Key, p: &Property, now: DateTime<Utc>) -> Answer {
        if key.code == Code::Esc || key == Key::ctrl('c') {
            return Answer::Leave;
        }
        match self.stage {
            Stage::Form { .. } => self.form_key(key, p, now),
            Stage::Preview(_) => self.preview_key(key, p, now),
        }
    }

    fn form_key(&mut self, key: Key, p: &Property, now: DateTime<Utc>) -> Answer {
        // A key that does nothing here was meant for the preview.
        self.touched |= matches!(key.code, Code::Tab | Code::BackTab);
        match key.code {
            Code::Enter => match self.ask.reading(&self.form, p) {
                Some(Ok((encoder, name, purpose))) => return Answer::Read(encoder, name, purpose),
                Some(Err(refusal)) => self.stage = Stage::Form { refused: Some(refusal) },
                None => self.plan(p, now),
            },
            Code::Tab => self.form.turn(1),
            Code::BackTab => self.form.turn(-1),
            _ => {
                self.ask.before_key(&mut self.form, key);
                let changed = self.form.focused().is_some_and(|field| field.key(key));
                if changed {
                    self.touched = true;
                    self.stage = Stage::Form { refused: None };
                    self.ask.annotate(&mut self.form, p, now);
                }
            }
        }
        Answer::Changed
    }

    fn preview_key(&mut self, key: Key, p: &Property, now: DateTime<Utc>) -> Answer {
        let takes_away = self.takes_away();
        let Stage::Preview(preview) = &mut self.stage else { return Answer::Nothing };
        match key.code {
            Code::Char('y') if key.typed().is_some() => self.confirm(p, now),
            // Cancel has the focus where access is taken away.
            Code::Enter if takes_away => Answer::Leave,
            Code::Enter => Answer::Say("y carries it out, Tab changes it, Esc leaves"),
            Code::Tab | Code::BackTab => {
                if self.form.fields.is_empty() {
                    return Answer::Say("there is nothing to change: y carries it out, Esc leaves");
                }
                self.touched = true;
                self.stage = Stage::Form { refused: None };
                Answer::Changed
            }
            Code::Down | Code::Char('j') => {
                preview.scroll = preview.scroll.saturating_add(1);
                Answer::Changed
            }
            Code::Up | Code::Char('k') => {
                preview.scroll = preview.scroll.saturating_sub(1);
                Answer::Changed
            }
            _ => Answer::Nothing,
        }
    }

    fn confirm(&mut self, p: &Property, now: DateTime<Utc>) -> Answer {
        let Stage::Preview(preview) = &self.stage else { return Answer::Nothing };
        let armed = preview.shown_at.is_some_and(|at| now - at >= ARMED_AFTER);
        if !armed {
            return Answer::Say("read it first, then y");
        }
        let plans = preview.plans.clone();
        if self.refresh(p, now) {
            return Answer::Say("something changed while you looked: read it again, then y");
        }
        Answer::Do(plans)
    }
}
