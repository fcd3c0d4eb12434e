//! What a property's program knows of the others: that there are any, and what runs there.

use crate::app::App;
use crate::app::event::Effects;
use crate::app::message::Weight;
use crate::text::Text;

/// The place of a property among others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Among {
    /// Its name in the configuration, where that names several.
    pub name: Option<Text>,
    /// What it is called here, where another has the same name.
    pub(in crate::app) alias: Option<Text>,
    /// Whether there are others.
    pub has_others: bool,
    /// Why nothing may be changed, where nobody asked for that.
    pub barred: Option<Text>,
    elsewhere: Vec<Elsewhere>,
}

/// What runs at another property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// Its name.
    pub name: Text,
    /// How many actions are on their way.
    pub running: usize,
    /// How many of those wait for the person.
    pub asking: usize,
}

impl Elsewhere {
    /// What runs at this property; none where nothing does.
    pub(super) fn of(app: &App) -> Option<Self> {
        let running = app.jobs.running().count();
        let asking = app.jobs.running().filter(|job| job.wants_person()).count();
        (running > 0).then(|| Self { name: app.name().clone(), running, asking })
    }
}

impl Among {
    /// The properties at which something runs, but for this one.
    pub fn elsewhere(&self) -> &[Elsewhere] {
        &self.elsewhere
    }

    /// How many actions are on their way elsewhere.
    pub fn running(&self) -> usize {
        self.elsewhere.iter().map(|other| other.running).sum()
    }

    /// How many of those wait for the person.
    pub fn asking(&self) -> usize {
        self.elsewhere.iter().map(|other| other.asking).sum()
    }

    /// Takes in what runs elsewhere now. Says whether that is another thing than before.
    pub(super) fn set_elsewhere(&mut self, now: Vec<Elsewhere>) -> bool {
        let changed = self.elsewhere != now;
        self.elsewhere = now;
        changed
    }
}

impl App {
    /// Nothing may be changed from now on, for what is done could not be recorded.
    pub(in crate::app) fn bar(&mut self, why: Text) -> Effects {
        self.settings.read_only = true;
        self.messages.say(self.now, Weight::Bad, why.clone());
        self.among.barred = Some(why);
        Effects::draw()
    }
}
