//! The journal on the screen: a window that travels over what the desk did, however long that is, and one
//! entry whole.

mod window;

use std::borrow::Cow;

pub use window::Window;

use window::Purpose;

use chrono::{DateTime, NaiveDate, Utc};

use super::App;
use super::command::CommandId;
use super::event::{Effect, Effects};
use super::filter::Filter;
use super::form::{Field, Value};
use super::key::{Code, Key};
use super::layer::Layer;
use crate::desk::{Action, Plan, Step};
use crate::journal::{Entry, From, IntentId, Leaf, NightLog, Record};
use crate::text::Text;

/// A question to the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Which question: no two have the same number.
    pub number: u64,
    /// What is asked.
    pub what: Asked,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A page of entries.
    Page {
        /// Where it begins.
        from: From,
        /// How many at most.
        limit: usize,
        /// What is typed to narrow them, for [`Filter::set_literally`].
        filter: String,
    },
    /// One entry with everything that came of it.
    Whole(IntentId),
    /// The night of a business date; with `since`, also what the desk did from then on.
    Night {
        /// The business date.
        date: NaiveDate,
        /// From when, UTC.
        since: Option<DateTime<Utc>>,
    },
}

/// The answer to a question.
#[derive(Clone, Debug)]
pub struct Answer {
    /// To which one.
    pub number: u64,
    /// What was read; or why nothing could be, with what to do about it.
    pub told: Result<Told, Text>,
}

/// What was read.
#[derive(Clone, Debug)]
pub enum Told {
    /// A page.
    Page(Leaf),
    /// An entry; none where it is not there.
    Whole(Option<Box<Record>>),
    /// A night; none while the property is not known by name.
    Night(Option<Box<NightLog>>),
}

/// The name of an action as the journal has it.
pub fn action_word(action: &Text) -> Cow<'_, str> {
    match Action::named(action) {
        Some(action) => Cow::Borrowed(action.word()),
        None => Cow::Owned(action.replace('_', " ")),
    }
}

/// Who did it: who decided, and who took it up.
pub fn operators(entry: &Entry) -> Cow<'_, str> {
    match &entry.taken_by {
        Some(taken) if taken != entry.who.name() => Cow::Owned(format!("{}, {taken}", entry.who.name())),
        _ => Cow::Borrowed(entry.who.name()),
    }
}

/// Whether an entry has what is typed: room, guest, action, operator, how it ended.
pub fn fits(filter: &mut Filter, entry: &Entry) -> bool {
    if filter.is_empty() {
        return true;
    }
    let Entry { room, guest, action, outcome, .. } = entry;
    let hay = format!("{room} {guest} {} {} {outcome}", action_word(action), operators(entry));
    filter.score(&hay).is_some()
}

/// One entry, whole.
#[derive(Clone, Debug)]
pub struct Whole {
    /// Which.
    pub id: IntentId,
    /// What was read of it.
    pub read: Read,
    /// First line shown.
    pub scroll: usize,
    waits: Option<u64>,
}

/// How far one entry has been read.
#[derive(Clone, Debug)]
pub enum Read {
    /// Not yet.
    Waiting,
    /// It is not there, or could not be read.
    Failed(Text),
    /// All of it, and its steps in words.
    Done(Box<Record>, Vec<Text>),
}

impl Read {
    fn of(told: Result<Option<Box<Record>>, Text>) -> Self {
        match told {
            Err(why) => Self::Failed(why),
            Ok(None) => Self::Failed("This entry is not in the journal.".into()),
            Ok(Some(record)) => {
                let plan = serde_json::from_value::<Plan>(record.intent.plan.clone());
                let steps = plan.map(|p| p.steps.iter().map(Step::words).collect()).unwrap_or_default();
                Self::Done(record, steps)
            }
        }
    }
}

impl App {
    pub(super) fn next_ask(&mut self) -> u64 {
        self.asked += 1;
        self.asked
    }

    /// Opens the journal on its newest entries.
    pub(super) fn open_journal(&mut self) -> Effects {
        let mut window = Window::default();
        let ask = window.ask(Purpose::Newest, self.next_ask());
        self.layers.push(Layer::Journal(Box::new(window)));
        Effects::and(Effect::ReadJournal(ask))
    }

    /// Somebody wrote in the journal: what is open of it is read again.
    pub(super) fn journal_written(&mut self) -> Effects {
        let number = self.asked + 1;
        let mut effects = Effects::default();
        for layer in &mut self.layers {
            match layer {
                Layer::Journal(window) => {
                    window.outdated = true;
                    // What could not be read is tried again.
                    let failed = window.failed.is_some() && window.waits.is_none();
                    let purpose = if failed { Some(Purpose::Newest) } else { window.wants() };
                    if let Some(purpose) = purpose {
                        effects.list.push(Effect::ReadJournal(window.ask(purpose, number)));
                    }
                }
                Layer::Entry(whole) if !matches!(&whole.read, Read::Done(r, _) if r.ended().is_some()) => {
                    whole.waits = Some(number + 1);
                    let what = Asked::Whole(whole.id);
                    effects.list.push(Effect::ReadJournal(Ask { number: number + 1, what }));
                }
                _ => {}
            }
        }
        self.asked = number + 1;
        effects
    }

    /// Takes in what was read.
    pub(super) fn journal_read(&mut self, answer: Answer) -> Effects {
        let answer = match self.audit_read(answer) {
            Ok(effects) => return effects,
            Err(answer) => answer,
        };
        let number = answer.number;
        let open = |layer: &&mut Layer| match layer {
            Layer::Journal(window) => window.waits.is_some_and(|(waits, _)| waits == number),
            Layer::Entry(whole) => whole.waits == Some(number),
            _ => false,
        };
        match (self.layers.iter_mut().find(open), answer.told) {
            (Some(Layer::Journal(window)), told) => {
                let told = told.map(|told| match told {
                    Told::Page(leaf) => leaf,
                    Told::Whole(_) | Told::Night(_) => Leaf::default(),
                });
                window.hear(number, told);
                let mut effects = self.read_on();
                effects.draw = true;
                effects
            }
            (Some(Layer::Entry(whole)), told) => {
                whole.waits = None;
                whole.read = Read::of(told.map(|told| match told {
                    Told::Whole(record) => record,
                    Told::Page(_) | Told::Night(_) => None,
                }));
                Effects::draw()
            }
            // The page was closed, or something else was asked since.
            _ => Effects::default(),
        }
    }

    /// Asks for what the window needs next.
    fn read_on(&mut self) -> Effects {
        let number = self.next_ask();
        let window = self.layers.iter_mut().find_map(|layer| match layer {
            Layer::Journal(window) => Some(window),
            _ => None,
        });
        let ask = window.and_then(|window| window.wants().map(|purpose| window.ask(purpose, number)));
        Effects { list: ask.map(Effect::ReadJournal).into_iter().collect(), draw: false }
    }

    /// A key on the list of entries.
    pub(super) fn journal_key(&mut self, key: Key) -> Effects {
        let page = self.overlay_room();
        let number = self.next_ask();
        let Some(Layer::Journal(window)) = self.layers.last_mut() else { return Effects::default() };
        if window.typing {
            return self.journal_typing(key);
        }
        if let Some(by) = self.settings.keymap.travel(key) {
            let wanted = window.go(by, page).map(|purpose| window.ask(purpose, number));
            let mut effects = match wanted {
                Some(ask) => Effects::and(Effect::ReadJournal(ask)),
                None => self.read_on(),
            };
            effects.draw = true;
            return effects;
        }
        match (key.code, self.settings.keymap.command(key)) {
            (Code::Enter, _) => self.open_entry(),
            (_, Some(CommandId::Filter)) => {
                window.typing = true;
                Effects::draw()
            }
            (Code::Esc, _) if !window.filter.text().is_empty() => self.narrow(""),
            (_, Some(CommandId::Journal)) => self.close(),
            _ => self.page_key(key),
        }
    }

    fn open_entry(&mut self) -> Effects {
        let Some(Layer::Journal(window)) = self.layers.last() else { return Effects::default() };
        let Some(id) = window.selected() else { return Effects::default() };
        self.open_entry_of(id)
    }

    /// Opens an entry whole.
    pub(super) fn open_entry_of(&mut self, id: IntentId) -> Effects {
        let number = self.next_ask();
        let whole = Whole { id, read: Read::Waiting, scroll: 0, waits: Some(number) };
        self.layers.push(Layer::Entry(Box::new(whole)));
        Effects::and(Effect::ReadJournal(Ask { number, what: Asked::Whole(id) }))
    }

    fn journal_typing(&mut self, key: Key) -> Effects {
        let page = self.overlay_room();
        let Some(Layer::Journal(window)) = self.layers.last_mut() else { return Effects::default() };
        match key.code {
            Code::Esc => {
                window.typing = false;
                self.narrow("")
            }
            Code::Enter => {
                window.typing = false;
                Effects::draw()
            }
            Code::Up | Code::Down | Code::PageUp | Code::PageDown => {
                self.settings.keymap.travel(key).and_then(|by| window.go(by, page));
                let mut effects = self.read_on();
                effects.draw = true;
                effects
            }
            Code::Char('c') if key.ctrl => {
                window.typing = false;
                self.command(CommandId::Quit)
            }
            _ => {
                let mut line = Field::line("", window.filter.text());
                if let Value::Line { untouched, .. } = &mut line.value {
                    *untouched = false;
                }
                if line.key(key) { self.narrow(line.text()) } else { Effects::default() }
            }
        }
    }

    /// Shows only what has `typed` in it. What is shown stays until that is read.
    pub(super) fn narrow(&mut self, typed: &str) -> Effects {
        let number = self.next_ask();
        let Some(Layer::Journal(window)) = self.layers.last_mut() else { return Effects::default() };
        if window.filter.text() == typed {
            return Effects::draw();
        }
        window.filter.set_literally(typed);
        Effects::and(Effect::ReadJournal(window.ask(Purpose::Newest, number)))
    }
}
