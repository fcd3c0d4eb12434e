//! What is put in writing at the end of a night: the sign-off, a report in a file, the roll of the
//! business date. One box for the three: fields, then what will be written, then `y`.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::app::command::CommandId;
use crate::app::dialog::ARMED_AFTER;
use crate::app::event::Effects;
use crate::app::form::{Choice, Field, Form, Note};
use crate::app::health::{Health, health};
use crate::app::key::{Code, Key};
use crate::app::layer::Layer;
use crate::app::message::Weight;
use crate::app::operator;
use crate::property::BusinessDate;
use crate::report::{Format, Section};
use crate::text::Text;

pub(super) const NAME: &str = "name";
pub(super) const NOTE: &str = "note";
const REPORT: &str = "report";
const FILE: &str = "file";
const DAY: &str = "day";

/// The formats of a report: id, words, ending of the file.
const FORMATS: [(Format, &str, &str); 4] = [
    (Format::Text, "text, for a printer", "txt"),
    (Format::Markdown, "Markdown", "md"),
    (Format::Csv, "CSV, for a spreadsheet", "csv"),
    (Format::Json, "JSON, for programs", "json"),
];

/// What is put in writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The audit is signed.
    Sign,
    /// A report is saved.
    Export,
    /// The business date rolls.
    Roll,
}

/// Where the box stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is filled in; why the last try came to nothing.
    Form(Option<Text>),
    /// It shows what will be written, since then.
    Sure(Option<DateTime<Utc>>),
    /// The file is there already: is it to be replaced?
    Replace(Option<DateTime<Utc>>),
    /// It is being written.
    Busy,
}

/// The box.
#[derive(Clone, Debug)]
pub struct Paper {
    /// What it is for.
    pub kind: Kind,
    /// The fields.
    pub form: Form,
    /// Where it stands.
    pub stage: Stage,
    /// The business date it is about: another one closes it.
    pub date: BusinessDate,
}

impl Paper {
    fn new(kind: Kind, date: BusinessDate, name: &str) -> Self {
        let formats = FORMATS.iter().map(|(_, words, end)| Choice::new(end, words));
        let none = (kind == Kind::Sign).then(|| Choice::new("", "no file"));
        let files = vec![
            Field::choice(REPORT, none.into_iter().chain(formats).collect(), 0),
            Field::line(FILE, "").hint("the path of the file"),
        ];
        let form = match kind {
            Kind::Sign => {
                let name = Field::line(NAME, name).hint("who signs");
                let note = Field::line(NOTE, "").hint("for those who come next");
                Form::new([vec![name, note], files].concat())
            }
            Kind::Export => Form::new(files),
            Kind::Roll => Form::new(vec![Field::line(DAY, "").hint("the day it becomes, in digits")]),
        };
        Self { kind, form, stage: Stage::Form(None), date }
    }

    /// The title of the box.
    pub fn title(&self) -> String {
        match self.kind {
            Kind::Sign => format!("Sign the audit of {}", self.date.short()),
            Kind::Export => format!("Report of {}", self.date.short()),
            Kind::Roll => {
                format!("Roll the business date: {} to {}", self.date.short(), self.date.next().short())
            }
        }
    }

    /// Whether it takes something that cannot be taken back, and so starts on Cancel.
    pub fn is_grave(&self) -> bool {
        self.kind == Kind::Roll || matches!(self.stage, Stage::Replace(_))
    }

    /// The format that is chosen; none where no file is wanted.
    pub(super) fn format(&self) -> Option<(Format, &'static str)> {
        let chosen = self.form.chosen_id(REPORT)?;
        FORMATS.iter().find(|(_, _, end)| chosen == *end).map(|(format, _, end)| (*format, *end))
    }

    /// Where the report goes; none where no file is wanted.
    pub fn path(&self) -> Option<&str> {
        self.format().map(|_| self.form.text(FILE).trim())
    }

    /// What is filled in, as it will be written: a label and what belongs to it.
    pub fn answers(&self) -> Vec<(&'static str, String)> {
        let mut answers = Vec::new();
        match self.kind {
            Kind::Sign => {
                answers.push(("signed by", Text::new(self.form.text(NAME).trim()).to_string()));
                let note = Text::new(self.form.text(NOTE).trim());
                answers.push(("note", if note.is_empty() { "none".to_owned() } else { note.to_string() }));
            }
            Kind::Roll => answers.push(("it becomes", self.date.next().short())),
            Kind::Export => {}
        }
        if let Some(path) = self.path() {
            answers.push(("file", Text::new(path).to_string()));
        }
        answers
    }

    fn annotate(&mut self, dir: &str) {
        let format = self.format();
        if self.kind != Kind::Roll {
            self.form.show(FILE, format.is_some());
        }
        if let Some((_, end)) = format {
            let name = format!("audit-{}.{end}", self.date.date());
            let path = if dir.is_empty() { name } else { format!("{}/{name}", dir.trim_end_matches('/')) };
            self.form.propose(FILE, &path);
        }
        if self.kind == Kind::Roll {
            let day = self.date.next().date().format("%-d").to_string();
            let typed = self.form.text(DAY).trim();
            let note = match typed {
                "" => Note::Understood(format!(
                    "type {day} to say that it becomes {}",
                    self.date.next().short()
                )),
                typed if typed == day => Note::Understood("then Enter".to_owned()),
                _ => Note::Wrong(format!("it becomes the {day}: type {day}")),
            };
            self.form.note(DAY, note);
        }
    }

    /// Why it cannot be written as it is filled in.
    fn refusal(&self) -> Option<Text> {
        match self.kind {
            Kind::Sign if operator::name(self.form.text(NAME)).is_none() => Some("who signs?".into()),
            Kind::Roll if self.form.text(DAY).trim() != self.date.next().date().format("%-d").to_string() => {
                Some(Text::new(format!("type {} first", self.date.next().date().format("%-d"))))
            }
            _ if self.path().is_some_and(str::is_empty) => Some("where is the file to go?".into()),
            _ => None,
        }
    }

    /// It has been drawn.
    pub(in crate::app) fn drawn(&mut self, now: DateTime<Utc>) {
        if let Stage::Sure(shown @ None) | Stage::Replace(shown @ None) = &mut self.stage {
            *shown = Some(now);
        }
    }

    /// Pasted text goes into the field with the keys.
    pub(in crate::app) fn paste(&mut self, text: &str, dir: &str) -> bool {
        let open = matches!(self.stage, Stage::Form(_));
        if let Some(field) = self.form.focused().filter(|_| open) {
            field.paste(text);
            self.annotate(dir);
        }
        open
    }
}

impl App {
    /// Why nothing can be put in writing now.
    pub(in crate::app) fn refuse_paper(&self, kind: Kind) -> Option<String> {
        if health(&self.property, self.now) == Health::Starting {
            return Some("nothing has been read yet: wait for the first poll".to_owned());
        }
        (kind != Kind::Export && self.settings.read_only).then(|| "this desk is read-only".to_owned())
    }

    /// Opens the box.
    pub(in crate::app) fn open_paper(&mut self, kind: Kind) -> Effects {
        self.thaw();
        let mut effects = Effects::draw();
        let is_known = self.audit.night().is_some() && self.audit.date == Some(self.property.business_date());
        let is_shown = kind == Kind::Roll || self.is_audit_open();
        if !(is_known && is_shown) {
            effects.merge(self.open_audit());
        }
        let name = self.settings.operator.as_ref().unwrap_or(&self.audit.me);
        let mut paper = Paper::new(kind, self.property.business_date(), name);
        paper.annotate(&self.audit.dir);
        self.layers.push(Layer::Paper(Box::new(paper)));
        effects
    }

    /// What of the night is worth knowing before it is put in writing: a label and what belongs to it.
    pub fn paper_facts(&self, paper: &Paper) -> Vec<(String, String)> {
        let mut facts = Vec::new();
        if let (Kind::Sign | Kind::Roll, Some(night)) = (paper.kind, self.audit.night()) {
            let sum = night.summary();
            let cleared = match self.audit.progress() {
                Some((cleared, of)) => format!("{cleared} of {of} cleared"),
                None => format!("{} cleared", sum.cleared),
            };
            let open = if sum.open == 0 { "nothing".to_owned() } else { sum.open.to_string() };
            facts.push(("open".to_owned(), format!("{open}, {cleared}")));
            for section in Section::ALL {
                let open = night.items().filter(|item| item.id.section == section).count();
                if open > 0 {
                    facts.push((String::new(), format!("{open} {}", section.title())));
                }
            }
        }
        if paper.kind == Kind::Roll {
            let signed = match self.audit.signed() {
                Some(page) => format!("by {}", page.who.name()),
                None => "by nobody yet".to_owned(),
            };
            facts.push(("signed".to_owned(), signed));
            let words = "due outs and arrivals are those of the new date; no access is changed";
            facts.push(("then".to_owned(), words.to_owned()));
        }
        facts
    }

    /// A key on the box.
    pub(in crate::app) fn paper_key(&mut self, key: Key) -> Effects {
        let now = self.now;
        let dir = self.audit.dir.clone();
        let Some(Layer::Paper(paper)) = self.layers.last_mut() else { return Effects::default() };
        if key.code == Code::Esc || key == Key::ctrl('c') {
            let words = match paper.stage {
                Stage::Busy => {
                    let shows = self.settings.keymap.how(CommandId::Journal);
                    format!("Left while it was being written: {shows} shows whether it was.")
                }
                _ => "Left without writing anything.".to_owned(),
            };
            self.layers.pop();
            self.messages.say(now, Weight::Good, words);
            return Effects::draw();
        }
        let armed = |shown: Option<DateTime<Utc>>| shown.is_some_and(|at| now - at >= ARMED_AFTER);
        match (paper.stage.clone(), key.code) {
            (Stage::Form(_), Code::Enter) => {
                paper.stage = match paper.refusal() {
                    Some(why) => Stage::Form(Some(why)),
                    None => Stage::Sure(None),
                };
            }
            (Stage::Form(_), Code::Tab) => paper.form.turn(1),
            (Stage::Form(_), Code::BackTab) => paper.form.turn(-1),
            (Stage::Form(_), _) => {
                if paper.form.focused().is_some_and(|field| field.key(key)) {
                    paper.stage = Stage::Form(None);
                    paper.annotate(&dir);
                }
            }
            (Stage::Sure(shown) | Stage::Replace(shown), Code::Char('y')) if key.typed().is_some() => {
                if armed(shown) {
                    let replace = matches!(paper.stage, Stage::Replace(_));
                    return self.put_in_writing(replace);
                }
                self.messages.say(now, Weight::Caution, "read it first, then y");
            }
            (Stage::Sure(_) | Stage::Replace(_), Code::Tab | Code::BackTab) => {
                paper.stage = Stage::Form(None)
            }
            (Stage::Sure(_) | Stage::Replace(_), Code::Enter) if paper.is_grave() => {
                self.layers.pop();
                self.messages.say(now, Weight::Good, "Left without writing anything.");
            }
            (Stage::Sure(_) | Stage::Replace(_), Code::Enter) => {
                self.messages.say(now, Weight::Caution, "y writes it, Tab changes it, Esc leaves");
            }
            _ => return Effects::default(),
        }
        Effects::draw()
    }
}
