//! Several properties: each has a program of its own, and one of them is on the screen.
//!
//! Every [`App`] goes on by itself, with its own hotel, actions, dialogs and messages; what happens is told to
//! the one it belongs to, and nobody else hears of it. Over them lies the overview, which counts and names
//! properties and nothing inside them.

mod among;
mod overview;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

pub use among::{Among, Elsewhere};
pub use overview::{Overview, Row, State};

use super::App;
use super::board::Travel;
use super::command::CommandId;
use super::event::{Effect, Effects, Event, Room};
use super::key::{Code, Key};
use super::layer::Layer;
use super::notify::PLAIN_TITLE;
use crate::text::Text;

/// A property of this program, by the order they were given in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HouseId(pub usize);

/// All properties.
#[derive(Debug)]
pub struct Estate {
    open: App,
    at: HouseId,
    others: BTreeMap<HouseId, App>,
    overview: Option<Overview>,
    /// What Seam calls each, as far as that is known.
    names: BTreeMap<HouseId, Text>,
    /// Whether any has been entered: before that there is nothing to go back to.
    entered: bool,
}

/// What an update asked for, and of whose hands.
#[derive(Debug, Default, PartialEq)]
pub struct Deeds {
    /// In the order they must be carried out.
    pub list: Vec<(HouseId, Effect)>,
    /// Whether something visible changed.
    pub draw: bool,
}

impl Deeds {
    fn draw() -> Self {
        Self { list: Vec::new(), draw: true }
    }
}

impl Estate {
    /// One property alone.
    pub fn single(app: App) -> Self {
        let others = BTreeMap::new();
        Self { open: app, at: HouseId(0), others, overview: None, names: BTreeMap::new(), entered: true }
    }

    /// Several, of which the `first`, counted from 0, is on the screen; the overview where none is.
    pub fn several(first: App, rest: Vec<App>, entered: Option<usize>) -> Self {
        let mut estate = Self::single(first);
        estate.others = rest.into_iter().zip(1..).map(|(app, n)| (HouseId(n), app)).collect();
        let has_others = !estate.others.is_empty();
        estate.every(|app| app.among.has_others = has_others);
        let ids: Vec<HouseId> = estate.houses().map(|(id, _)| id).collect();
        ids.into_iter().for_each(|id| estate.tell_apart(id));
        match entered {
            Some(n) => estate.swap(HouseId(n)),
            None if has_others => {
                estate.entered = false;
                estate.overview = Some(Overview::new(estate.rows(), None));
            }
            None => {}
        }
        estate
    }

    /// The property on the screen, or the one behind the overview.
    pub fn open(&self) -> &App {
        &self.open
    }

    /// Which that is.
    pub fn at(&self) -> HouseId {
        self.at
    }

    /// The overview, while it is on the screen.
    pub fn overview(&self) -> Option<&Overview> {
        self.overview.as_ref()
    }

    /// Whether a property was on the screen before the overview.
    pub fn can_go_back(&self) -> bool {
        self.entered
    }

    /// A property.
    pub fn house(&self, id: HouseId) -> Option<&App> {
        if id == self.at { Some(&self.open) } else { self.others.get(&id) }
    }

    /// Every property.
    pub fn houses(&self) -> impl Iterator<Item = (HouseId, &App)> {
        std::iter::once((self.at, &self.open)).chain(self.others.iter().map(|(id, app)| (*id, app)))
    }

    /// Whether time is wanted for a long list on the screen.
    pub fn is_searching(&self) -> bool {
        self.overview.is_none() && self.open.board.is_searching()
    }

    /// The property that wants time between keys: the one on the screen for a long list, else any of them for what
    /// its first reading has left over.
    pub fn wants_time(&self) -> Option<HouseId> {
        if self.is_searching() {
            return Some(self.at);
        }
        self.houses().find(|(_, app)| app.is_behind()).map(|(id, _)| id)
    }

    /// Takes in what happened to a property at `at`. What a person does goes to what is on the screen,
    /// whichever is named.
    pub fn update(&mut self, house: HouseId, at: DateTime<Utc>, event: Event) -> Deeds {
        let event = match (&mut self.overview, event) {
            (Some(_), Event::Key(key)) => return self.overview_key(key),
            (Some(overview), Event::Drawn(room)) => {
                overview.drawn(usize::from(room.overlay));
                return Deeds::default();
            }
            (Some(overview), Event::Wheel { down, .. }) => {
                let rows = if down { 1 } else { -1 };
                return Deeds { list: Vec::new(), draw: overview.travel(Travel::Rows(rows)) };
            }
            (Some(_), Event::Paste(_) | Event::Click(_)) => return Deeds::default(),
            (Some(_), Event::Resize { .. }) => return Deeds::draw(),
            (_, event) => event,
        };
        let is_drawn = matches!(event, Event::Drawn(_));
        let Some(app) = self.house_mut(house) else { return Deeds::default() };
        let effects = app.update(at, event);
        // What a frame had room for changes nothing.
        if is_drawn && effects.list.is_empty() {
            return Deeds { list: Vec::new(), draw: effects.draw };
        }
        self.take(house, effects)
    }

    fn house_mut(&mut self, id: HouseId) -> Option<&mut App> {
        if id == self.at { Some(&mut self.open) } else { self.others.get_mut(&id) }
    }

    /// Every property but one.
    fn others_mut(&mut self, but: HouseId) -> impl Iterator<Item = &mut App> {
        let open = (self.at != but).then_some(&mut self.open);
        open.into_iter().chain(self.others.iter_mut().filter(move |(id, _)| **id != but).map(|(_, app)| app))
    }

    fn every(&mut self, mut change: impl FnMut(&mut App)) {
        change(&mut self.open);
        self.others.values_mut().for_each(change);
    }

    fn rows(&self) -> Vec<Row> {
        self.houses().map(|(id, app)| Row::of(id, app)).collect()
    }

    /// What a property wants done: what concerns all of them is told to all.
    fn take(&mut self, house: HouseId, effects: Effects) -> Deeds {
        // Behind the overview only what it shows is drawn.
        let is_seen = house == self.at && self.overview.is_none();
        let mut deeds = Deeds { list: Vec::new(), draw: effects.draw && is_seen };
        let mut is_title_old = false;
        for effect in effects.list {
            match effect {
                Effect::Properties => self.open_overview(&mut deeds),
                Effect::Theme(name) => {
                    self.every(|app| app.settings.theme.clone_from(&name));
                    deeds.draw = true;
                    deeds.list.push((house, Effect::Theme(name)));
                }
                // Columns are a matter of taste; a filter may name somebody.
                Effect::Remember(view) => {
                    let others = self.others_mut(house);
                    others.for_each(|app| view.share(&mut app.board, &app.property));
                    deeds.list.push((house, Effect::Remember(view)));
                }
                // The person is the same wherever the desk is.
                Effect::Operator(name) => {
                    let ids: Vec<HouseId> = self.houses().map(|(id, _)| id).collect();
                    self.every(|app| {
                        app.settings.operator.clone_from(&name);
                        app.is_answered();
                    });
                    deeds.list.extend(ids.into_iter().map(|id| (id, Effect::Operator(name.clone()))));
                }
                // The window is named after what it shows.
                Effect::Title(_) if self.others.is_empty() => deeds.list.push((house, effect)),
                Effect::Title(_) => is_title_old = house == self.at || self.overview.is_some(),
                effect => deeds.list.push((house, effect)),
            }
        }
        self.settle(house, &mut deeds);
        if is_title_old {
            deeds.list.extend(self.title());
        }
        deeds
    }

    /// After a property changed: what the others and the overview say of it.
    fn settle(&mut self, house: HouseId, deeds: &mut Deeds) {
        if self.others.is_empty() {
            return;
        }
        self.tell_apart(house);
        let all: Vec<(HouseId, Elsewhere)> =
            self.houses().filter_map(|(id, app)| Some((id, Elsewhere::of(app)?))).collect();
        let but =
            |id: HouseId| all.iter().filter(|(of, _)| *of != id).map(|(_, runs)| runs.clone()).collect();
        deeds.draw |= self.open.among.set_elsewhere(but(self.at)) && self.overview.is_none();
        for (id, app) in &mut self.others {
            app.among.set_elsewhere(but(*id));
        }
        let row = self.overview.is_some().then(|| self.house(house).map(|app| Row::of(house, app))).flatten();
        if let (Some(overview), Some(row)) = (&mut self.overview, row) {
            deeds.draw |= overview.refresh(row);
        }
    }

    /// Two that Seam calls the same are told apart by their names in the configuration.
    fn tell_apart(&mut self, house: HouseId) {
        let Some(name) = self.house(house).map(|app| app.property.name()) else { return };
        if name.is_empty() || self.names.get(&house) == Some(name) {
            return;
        }
        self.names.insert(house, name.clone());
        let ids: Vec<HouseId> = self.names.keys().copied().collect();
        for id in ids {
            let Some(name) = self.names.get(&id).cloned() else { continue };
            let is_twin = self.names.values().filter(|other| **other == name).count() > 1;
            if let Some(app) = self.house_mut(id) {
                let key = app.among.name.as_ref().filter(|_| is_twin);
                app.among.alias = key.map(|key| Text::new(format!("{key}: {name}")));
            }
        }
    }

    /// The title of the window: of the property on the screen, or of all of them.
    fn title(&self) -> Option<(HouseId, Effect)> {
        let Some(overview) = &self.overview else {
            return self.open.notify.title().map(|title| (self.at, Effect::Title(title.clone())));
        };
        // Where nobody is told anything, the window is left alone.
        self.open.notify.title()?;
        let p1: usize = overview.rows.iter().map(|row| row.p1).sum();
        let count = if p1 > 0 { format!("({p1} P1) ") } else { String::new() };
        let title = format!("{count}{PLAIN_TITLE} - {} properties", overview.rows.len());
        Some((self.at, Effect::Title(Text::new(title))))
    }

    fn open_overview(&mut self, deeds: &mut Deeds) {
        self.open.leave_screen();
        self.overview = Some(Overview::new(self.rows(), Some(self.at)));
        deeds.list.extend(self.title());
        deeds.draw = true;
    }

    /// Brings a property to the screen. Whatever it was at is as it was.
    fn enter(&mut self, id: HouseId) -> Deeds {
        let before = self.at;
        self.swap(id);
        self.overview = None;
        self.entered = true;
        let mut deeds = Deeds::draw();
        if before != self.at {
            deeds.list.push((before, Effect::Front(false)));
        }
        deeds.list.push((self.at, Effect::Front(true)));
        deeds.list.extend(self.title());
        deeds
    }

    fn swap(&mut self, id: HouseId) {
        if let Some(app) = self.others.remove(&id) {
            let before = std::mem::replace(&mut self.open, app);
            self.others.insert(std::mem::replace(&mut self.at, id), before);
        }
    }

    fn overview_key(&mut self, key: Key) -> Deeds {
        let runs = self.houses().any(|(_, app)| app.jobs.running().next().is_some());
        let Some(overview) = &mut self.overview else { return Deeds::default() };
        if overview.leaving {
            match key.code {
                Code::Char('y') => return Deeds { list: vec![(self.at, Effect::Quit)], draw: false },
                Code::Esc | Code::Enter | Code::Char('n' | 'q') => overview.leaving = false,
                Code::Char('c') if key.ctrl => overview.leaving = false,
                _ => return Deeds::default(),
            }
            return Deeds::draw();
        }
        let keymap = &self.open.settings.keymap;
        if let Some(by) = keymap.travel(key) {
            return Deeds { list: Vec::new(), draw: overview.travel(by) };
        }
        let chosen = overview.at;
        match keymap.command(key) {
            Some(CommandId::Open) => self.enter(chosen),
            Some(CommandId::Back | CommandId::Property) if self.entered => self.enter(self.at),
            Some(CommandId::PollNow) => {
                let ids = self.houses().map(|(id, _)| (id, Effect::PollNow)).collect();
                Deeds { list: ids, draw: false }
            }
            Some(CommandId::Suspend) => Deeds { list: vec![(self.at, Effect::Suspend)], draw: false },
            Some(CommandId::Quit) if runs => {
                overview.leaving = true;
                Deeds::draw()
            }
            Some(CommandId::Quit) => Deeds { list: vec![(self.at, Effect::Quit)], draw: false },
            _ => Deeds::default(),
        }
    }
}

impl App {
    /// Who is at the desk was said elsewhere: it need not be asked here.
    fn is_answered(&mut self) {
        let before = self.layers.len();
        self.layers.retain(|layer| !matches!(layer, Layer::Operator(_)));
        if self.layers.len() < before {
            self.list_unfinished();
        }
    }

    /// The screen goes to another: nothing held still, no secret in sight when it comes back.
    fn leave_screen(&mut self) {
        self.thaw();
        self.hide_secret();
        if matches!(self.top(), Some(Layer::Qr(_))) {
            self.layers.pop();
        }
        self.board.set_rooms(Room::default().panes);
    }
}
