//! What a person chooses of the panes: columns, order, and filters that have names. It is remembered.

use super::App;
use super::columns::{ColumnId, Layout, named, spec};
use super::command::CommandId;
use super::event::{Effect, Effects};
use super::form::{Field, Value};
use super::key::{Code, Key};
use super::layer::Layer;
use super::message::Weight;
use super::overlay::moved;
use super::own_keys::Own;
use super::pane::{PaneKind, Sort};
use super::remember::{self, View, Whose};
use crate::text::{self, Text};

/// The longest name of a filter, in cells.
const LONGEST: usize = 40;
/// So many filters of a pane have names at most.
const MOST: usize = 50;

/// A filter with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Its name.
    pub name: Text,
    /// What it is, as typed.
    pub text: String,
}

/// Columns and named filters of the four panes.
#[derive(Clone, Debug)]
pub struct Tables {
    layouts: [Layout; 4],
    /// The columns of the property: what `d` goes back to.
    given: [Layout; 4],
    saved: [Vec<Saved>; 4],
    /// Whose the filters are.
    pub whose: Whose,
    /// How many grants there were about when all were read last; none where that was never, and of small houses.
    pub size: Option<usize>,
    /// The name of a filter, while it is typed.
    pub naming: Option<Box<Field>>,
    has_complained: bool,
}

impl Default for Tables {
    fn default() -> Self {
        let usual = PaneKind::ALL.map(Layout::usual);
        Self {
            layouts: usual.clone(),
            given: usual,
            saved: [const { Vec::new() }; 4],
            whose: Whose::default(),
            size: None,
            naming: None,
            has_complained: false,
        }
    }
}

impl Tables {
    /// The columns of a pane.
    pub fn layout(&self, kind: PaneKind) -> &Layout {
        let [guests, grants, mutations, warnings] = &self.layouts;
        match kind {
            PaneKind::Guests => guests,
            PaneKind::Grants => grants,
            PaneKind::Mutations => mutations,
            PaneKind::Warnings => warnings,
        }
    }

    /// The columns of a pane unless somebody at this desk chose otherwise.
    pub fn given(&self, kind: PaneKind) -> &Layout {
        let [guests, grants, mutations, warnings] = &self.given;
        match kind {
            PaneKind::Guests => guests,
            PaneKind::Grants => grants,
            PaneKind::Mutations => mutations,
            PaneKind::Warnings => warnings,
        }
    }

    /// The property's own columns of a pane, by name; those that are no column are left out.
    pub fn give(&mut self, kind: PaneKind, names: &[String]) {
        let (layout, _) = Layout::named(kind, names);
        if let Some(given) = self.given.get_mut(kind.index()) {
            given.clone_from(&layout);
        }
        self.set_layout(kind, layout);
    }

    /// New columns of a pane.
    pub fn set_layout(&mut self, kind: PaneKind, layout: Layout) {
        if let Some(place) = self.layouts.get_mut(kind.index()) {
            *place = layout;
        }
    }

    fn layout_mut(&mut self, kind: PaneKind) -> Option<&mut Layout> {
        self.layouts.get_mut(kind.index())
    }

    /// The filters of a pane that have names.
    pub fn saved(&self, kind: PaneKind) -> &[Saved] {
        self.saved.get(kind.index()).map_or(&[], Vec::as_slice)
    }

    /// Gives a filter a name; one that had it before is forgotten. Says whether there was room for it.
    pub fn save(&mut self, kind: PaneKind, name: &str, filter: &str) -> bool {
        let name = Text::new(text::fit(name.trim(), LONGEST));
        let Some(saved) = self.saved.get_mut(kind.index()) else { return false };
        if name.is_empty() || filter.trim().is_empty() {
            return false;
        }
        let new = Saved { text: filter.trim().to_owned(), name };
        let is_full = saved.len() >= MOST;
        match saved.iter_mut().find(|known| known.name.eq_ignore_ascii_case(&new.name)) {
            Some(known) => *known = new,
            None if is_full => return false,
            None => saved.push(new),
        }
        true
    }

    /// The name that a filter has.
    pub fn name_of(&self, kind: PaneKind, filter: &str) -> Option<&Text> {
        self.saved(kind).iter().find(|saved| saved.text == filter.trim()).map(|saved| &saved.name)
    }

    fn forget(&mut self, kind: PaneKind, filter: &str) -> Option<Text> {
        let saved = self.saved.get_mut(kind.index())?;
        let at = saved.iter().position(|saved| saved.text == filter.trim())?;
        Some(saved.remove(at).name)
    }

    /// The filter with a name that comes after this one, or before it; none where this one has none.
    fn neighbour(&self, kind: PaneKind, filter: &str, forward: bool) -> Option<String> {
        let saved = self.saved(kind);
        let at = saved.iter().position(|saved| saved.text == filter.trim());
        let next = match (at, forward) {
            (None, _) if !filter.trim().is_empty() => return None,
            (None, true) => 0,
            (None, false) => saved.len().checked_sub(1)?,
            (Some(at), true) => (at + 1) % saved.len(),
            (Some(at), false) => (at + saved.len() - 1) % saved.len(),
        };
        saved.get(next).map(|saved| saved.text.clone())
    }
}

/// The dialog of columns. What is chosen is seen at once; Esc gives back what was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnsPage {
    /// Of which pane.
    pub kind: PaneKind,
    /// Which column is chosen.
    pub at: usize,
    /// The columns there were.
    before: Layout,
    /// How it was sorted.
    sorted: Sort,
}

impl App {
    /// Opens the dialog of the columns of the focused pane.
    pub(super) fn open_columns(&mut self) {
        let kind = self.board.focus;
        let before = self.board.tables.layout(kind).clone();
        let sorted = self.board.sort_of(kind);
        self.layers.push(Layer::Columns(Box::new(ColumnsPage { kind, at: 0, before, sorted })));
    }

    /// A key in the dialog of columns.
    pub(super) fn columns_key(&mut self, key: Key) -> Effects {
        let now = self.now;
        let Some(Layer::Columns(page)) = self.layers.last_mut() else { return Effects::default() };
        let (kind, at) = (page.kind, page.at);
        if let Some(by) = self.settings.keymap.travel(key) {
            page.at = moved(at, self.board.tables.layout(kind).slots().len(), by, 10);
            return Effects::draw();
        }
        let Some(layout) = self.board.tables.layout_mut(kind) else { return Effects::default() };
        match key.code {
            Code::Own(Own::ColumnsShow) => {
                if !layout.toggle(at) {
                    self.messages.say(now, Weight::Caution, "One column stays.");
                }
            }
            Code::Own(Own::ColumnsLater) => page.at = layout.shift(at, 1),
            Code::Own(Own::ColumnsEarlier) => page.at = layout.shift(at, -1),
            Code::Own(Own::ColumnsWider) => layout.size(at, 1),
            Code::Own(Own::ColumnsNarrower) => layout.size(at, -1),
            Code::Own(Own::ColumnsDefault) => {
                let given = self.board.tables.given(kind).clone();
                self.board.tables.set_layout(kind, given);
                self.sort_by(kind.usual_sort());
            }
            Code::Own(Own::ColumnsSort) => self.sort_by_slot(kind, at),
            Code::Own(Own::ColumnsReverse) => return self.reverse(),
            Code::Enter => {
                self.layers.pop();
                return self.remember();
            }
            Code::Esc | Code::Char('q') => return self.give_back(),
            Code::Char('c') if key.ctrl => return self.give_back(),
            _ => return Effects::default(),
        }
        Effects::draw()
    }

    fn give_back(&mut self) -> Effects {
        let Some(Layer::Columns(page)) = self.layers.pop() else { return Effects::draw() };
        self.board.tables.set_layout(page.kind, page.before);
        if self.board.sort_of(page.kind) != page.sorted {
            self.sort_by(page.sorted);
        }
        Effects::draw()
    }

    fn sort_by_slot(&mut self, kind: PaneKind, at: usize) {
        let column = self.board.tables.layout(kind).slots().get(at).map(|slot| slot.id);
        let sortable = column.filter(|id| spec(kind, *id).is_some_and(|spec| spec.is_sortable()));
        if let Some(column) = sortable {
            self.sort_by(Sort { column, descending: false });
        }
    }

    fn sort_by(&mut self, sort: Sort) {
        self.board.set_sort(&self.property, sort);
    }

    /// Sorts the focused pane by its next column.
    pub(super) fn sort(&mut self) -> Effects {
        let sort = self.board.sort_of(self.board.focus);
        let column = self.board.tables.layout(self.board.focus).next_sort(sort.column);
        self.sort_by(Sort { column, descending: false });
        self.remember()
    }

    /// Sorts the focused pane the other way round.
    pub(super) fn reverse(&mut self) -> Effects {
        let sort = self.board.sort_of(self.board.focus);
        self.sort_by(Sort { descending: !sort.descending, ..sort });
        // What the dialog of columns shows is kept with its Enter.
        if matches!(self.top(), Some(Layer::Columns(_))) { Effects::draw() } else { self.remember() }
    }

    /// Has everything remembered that was chosen.
    pub(super) fn remember(&self) -> Effects {
        Effects::and(Effect::Remember(Box::new(View::of(&self.board))))
    }

    /// It could not be remembered: that is said once.
    pub(super) fn not_remembered(&mut self, why: &Text) -> Effects {
        if std::mem::replace(&mut self.board.tables.has_complained, true) {
            return Effects::default();
        }
        self.messages.say(self.now, Weight::Caution, format!("Columns and filters will be forgotten: {why}"));
        Effects::draw()
    }

    /// A key in the line of the filter.
    pub(super) fn filter_key(&mut self, key: Key) -> Effects {
        if self.board.tables.naming.is_some() {
            return self.naming_key(key);
        }
        let kind = self.board.focus;
        match key.code {
            Code::Esc => {
                self.board.typing = false;
                self.board.set_filter(&self.property, "");
            }
            Code::Enter => {
                self.board.typing = false;
                // Who is found is looked at.
                if self.board.is_found() {
                    return self.command(CommandId::Open);
                }
            }
            Code::Up | Code::Down | Code::PageUp | Code::PageDown => {
                if let Some(by) = self.settings.keymap.travel(key) {
                    self.board.travel(by);
                }
            }
            Code::Tab | Code::BackTab => {
                let forward = key.code == Code::Tab;
                let filter = self.board.filter();
                let completed = filter.completed().filter(|_| forward);
                let other = completed.or_else(|| self.board.tables.neighbour(kind, filter.text(), forward));
                if let Some(text) = other {
                    self.board.set_filter(&self.property, &text);
                }
            }
            Code::Char('c') if key.ctrl => {
                self.board.typing = false;
                return self.command(CommandId::Quit);
            }
            Code::Own(Own::FilterSave) => self.name_filter(),
            Code::Own(Own::FilterForget) => {
                let text = self.board.filter().text().to_owned();
                if let Some(name) = self.board.tables.forget(kind, &text) {
                    self.messages.say(self.now, Weight::Good, format!("The filter “{name}” is forgotten."));
                    return self.remember();
                }
            }
            _ => {
                let mut line = Field::line("", self.board.filter().text());
                if let Value::Line { untouched, .. } = &mut line.value {
                    *untouched = false;
                }
                if line.key(key) {
                    self.board.set_filter(&self.property, line.text());
                }
            }
        }
        Effects::draw()
    }

    fn name_filter(&mut self) {
        let filter = self.board.filter().text();
        if filter.trim().is_empty() {
            let key = self.settings.keymap.own_hint(Own::FilterSave);
            self.messages.say(
                self.now,
                Weight::Caution,
                format!("Type a filter first, then {key} gives it a name."),
            );
            return;
        }
        let known = self.board.tables.name_of(self.board.focus, filter).map_or("", Text::as_str);
        self.board.tables.naming = Some(Box::new(Field::line("name", known)));
    }

    fn naming_key(&mut self, key: Key) -> Effects {
        let Some(field) = &mut self.board.tables.naming else { return Effects::default() };
        match key.code {
            Code::Esc => self.board.tables.naming = None,
            Code::Char('c') if key.ctrl => self.board.tables.naming = None,
            Code::Enter => {
                let name = field.text().to_owned();
                self.board.tables.naming = None;
                let (kind, filter) = (self.board.focus, self.board.filter().text().to_owned());
                if self.board.tables.save(kind, &name, &filter) {
                    let said =
                        format!("Tab in an empty filter line brings back “{}”.", Text::new(name.trim()));
                    self.messages.say(self.now, Weight::Good, said);
                    return self.remember();
                }
                if !name.trim().is_empty() {
                    let key = self.settings.keymap.own_hint(Own::FilterForget);
                    let said = format!("{MOST} filters have names: {key} forgets the one in the line.");
                    self.messages.say(self.now, Weight::Caution, said);
                }
            }
            _ => return Effects { list: Vec::new(), draw: field.key(key) },
        }
        Effects::draw()
    }

    /// The columns of the property, then what was remembered for it. What cannot be used is left out and said once.
    pub fn recall(&mut self, given: [&[String]; 4], whose: Whose, remembered: Option<&str>) {
        self.board.tables.whose = whose;
        for (kind, names) in PaneKind::ALL.into_iter().zip(given) {
            if !names.is_empty() {
                self.board.tables.give(kind, names);
            }
        }
        if let Some(raw) = remembered
            && let Err(why) = remember::read(raw, &mut self.board)
        {
            self.messages.say(self.now, Weight::Caution, why);
        }
    }
}

/// The column of a pane with this name, as far as rows can be put in its order.
pub(super) fn sort_named(kind: PaneKind, name: &str) -> Option<ColumnId> {
    named(kind, name).filter(|spec| spec.is_sortable()).map(|spec| spec.id)
}
