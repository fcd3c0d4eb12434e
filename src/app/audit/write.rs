//! Writes what the box says, and hears what became of it.

use chrono::NaiveDate;

use super::paper::{Kind, NAME, NOTE, Paper, Stage};
use super::{NewFile, Saved, body};
use crate::app::App;
use crate::app::command::fix_keys;
use crate::app::event::{Effect, Effects};
use crate::app::layer::Layer;
use crate::app::message::Weight;
use crate::app::operator;
use crate::journal::PageKind;
use crate::property::{Resource, Stage as Read};
use crate::report::{self, Audit, Format, Unread};
use crate::text::Text;

impl App {
    /// Writes what the box on top says: a file first, so that a signature never names one that is not there.
    pub(super) fn put_in_writing(&mut self, replace: bool) -> Effects {
        let Some(Layer::Paper(paper)) = self.layers.last_mut() else { return Effects::default() };
        paper.stage = Stage::Busy;
        let paper = paper.clone();
        if paper.date != self.property.business_date() {
            self.layers.pop();
            let words = "The business date rolled while you looked: nothing was written.";
            self.messages.say(self.now, Weight::Bad, words);
            return Effects::draw();
        }
        match (paper.format(), paper.path()) {
            (Some((format, _)), Some(path)) => {
                let text = self.audit_report(format, &paper);
                let file = NewFile { path: path.to_owned(), text, replace };
                Effects::and(Effect::SaveReport(Box::new(file)))
            }
            _ => {
                self.write_paper(&paper);
                Effects::draw()
            }
        }
    }

    /// Has the page of a box written.
    fn write_paper(&mut self, paper: &Paper) {
        let Some(night) = self.audit.night() else { return };
        let sum = night.summary();
        let mut body = body(night, self.property.zone(), paper.kind == Kind::Sign);
        let progress = self.audit.progress();
        let mut words = match progress {
            Some((cleared, of)) => format!("{} open, {cleared} of {of} cleared", sum.open),
            None => format!("{} open, {} cleared", sum.open, sum.cleared),
        };
        let (kind, operator) = match paper.kind {
            Kind::Roll => {
                words = format!("{} to {}, {words}", paper.date.short(), paper.date.next().short());
                (PageKind::Rolled, self.settings.operator.clone())
            }
            _ => (PageKind::Signed, operator::name(paper.form.text(NAME))),
        };
        let note = Text::new(paper.form.text(NOTE).trim());
        if let Some(body) = body.as_object_mut() {
            let mut put = |name: &str, value: serde_json::Value| drop(body.insert(name.to_owned(), value));
            put("business_date", paper.date.date().to_string().into());
            if let Some((cleared, of)) = progress {
                put("at_the_beginning", of.into());
                put("cleared_of_them", cleared.into());
            }
            if !note.is_empty() {
                put("note", note.as_str().into());
            }
            if let Some(path) = paper.path() {
                put("report", Text::new(path).as_str().into());
            }
        }
        if !note.is_empty() {
            words.push_str(&format!(": {note}"));
        }
        self.write_page(kind, Text::new(words), body, operator);
    }

    /// The whole audit as a document.
    fn audit_report(&self, format: Format, paper: &Paper) -> String {
        let p = &self.property;
        let Some(night) = self.audit.night() else { return String::new() };
        let records = &self.audit.log.records;
        let since = report::shift(p, self.now);
        let mut audit = Audit::of(p, night.clone(), records, since, self.now);
        audit.keys = fix_keys();
        audit.unread = self.lists_unread();
        audit.pms = self.compared();
        let note = Text::new(paper.form.text(NOTE).trim());
        if paper.kind == Kind::Sign {
            let who = operator::name(paper.form.text(NAME)).unwrap_or_default();
            let text = if note.is_empty() { "signed".into() } else { Text::new(format!("signed: {note}")) };
            audit.notes.push(report::Note { at: self.now, who, text });
        }
        audit.render(format)
    }

    /// What could not be read, or is older than it should be.
    fn lists_unread(&self) -> Vec<Unread> {
        let of = |what: Resource| {
            let source = self.property.source(what);
            let why = match &source.stage {
                Read::Failed { why, .. } => why.words.clone(),
                _ if source.as_of.is_none() => "it has not been read yet".into(),
                _ => return None,
            };
            Some(Unread { what: Text::new(what.word()), why })
        };
        Resource::ALL.into_iter().filter_map(of).collect()
    }

    /// The box that waits for what it ordered.
    fn busy_paper(&mut self) -> Option<&mut Paper> {
        self.layers.iter_mut().find_map(|layer| match layer {
            Layer::Paper(paper) if paper.stage == Stage::Busy => Some(&mut **paper),
            _ => None,
        })
    }

    fn close_paper(&mut self) {
        self.layers.retain(|layer| !matches!(layer, Layer::Paper(_)));
    }

    /// What became of a file.
    pub(in crate::app) fn report_saved(&mut self, path: &Text, saved: Saved) -> Effects {
        let now = self.now;
        match (self.busy_paper(), saved) {
            (Some(paper), Saved::Done) if paper.kind == Kind::Sign => {
                let paper = paper.clone();
                self.write_paper(&paper);
            }
            (paper, Saved::Done) => {
                if paper.is_some() {
                    self.close_paper();
                }
                self.messages.say(now, Weight::Good, format!("Report written: {path}"));
            }
            (Some(paper), Saved::Taken) => paper.stage = Stage::Replace(None),
            (Some(paper), Saved::Failed(why)) => paper.stage = Stage::Form(Some(why)),
            (None, Saved::Taken) => {
                self.messages.say(
                    now,
                    Weight::Bad,
                    format!("{path}: is there already, nothing was written."),
                );
            }
            (None, Saved::Failed(why)) => self.messages.say(now, Weight::Bad, why),
        }
        Effects::draw()
    }

    /// What became of a page: whether it was written, or was there before.
    pub(in crate::app) fn page_written(
        &mut self,
        kind: PageKind,
        date: NaiveDate,
        told: Result<bool, Text>,
    ) -> Effects {
        let now = self.now;
        match (kind, told) {
            (PageKind::Opened, Err(why)) => {
                let words = format!("What was open at the beginning is not remembered: {why}");
                self.messages.say(now, Weight::Caution, words);
            }
            (PageKind::Opened, Ok(_)) => {}
            (_, Err(why)) => match self.busy_paper() {
                Some(paper) => paper.stage = Stage::Form(Some(why)),
                None => self.messages.say(now, Weight::Bad, format!("Nothing was written: {why}")),
            },
            (PageKind::Signed, Ok(_)) => {
                self.close_paper();
                self.messages.say(now, Weight::Good, "The audit is signed; the journal has it.");
            }
            (PageKind::Rolled, Ok(new)) => {
                self.close_paper();
                self.rolled_here(date);
                let words = match new {
                    true => format!("The business date is {}.", self.property.business_date().short()),
                    false => "Another desk has rolled it already.".to_owned(),
                };
                self.messages.say(now, Weight::Good, words);
            }
        }
        self.audit_ask();
        Effects::draw()
    }
}
