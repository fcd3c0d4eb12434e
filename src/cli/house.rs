//! The program on one property, before anything of it has been read.

use std::path::PathBuf;

use anyhow::Result;

use super::backstage::Source;
use crate::app::keymap::Keymap;
use crate::app::message::Weight;
use crate::app::notify::Notify;
use crate::app::remember::Whose;
use crate::app::renew::OwnDesk;
use crate::app::{self, App, Looks};
use crate::clock::Clock;
use crate::config::{Config, NotifyConfig, PropertySettings};
use crate::journal::Who;
use crate::property::{self, Property, Zone};
use crate::text::Text;

/// Under which name what is chosen in a demo is remembered.
const DEMO: &str = "demo";

/// A property to open.
pub(super) struct House {
    pub(super) source: Source,
    pub(super) clock: Clock,
    pub(super) zone: Option<Zone>,
    pub(super) sandbox: bool,
    /// Whether the key travels to another machine over http.
    pub(super) in_the_clear: bool,
    /// What the configuration says of it.
    pub(super) property: PropertySettings,
}

/// What all properties have in common.
pub(super) struct Common<'a> {
    pub(super) config: &'a Config,
    pub(super) keymap: Keymap,
    /// The state directory.
    pub(super) state: PathBuf,
    /// What was remembered of the screen, or why it cannot be read.
    pub(super) remembered: Result<Option<String>>,
    pub(super) theme: String,
    pub(super) themes: Vec<String>,
    /// Why themes are left out.
    pub(super) broken: Vec<String>,
    pub(super) looks: Looks,
    pub(super) read_only: bool,
    pub(super) operator: Option<Text>,
    pub(super) notify: Option<NotifyConfig>,
    /// Whether there is only one.
    pub(super) is_alone: bool,
    /// Whether it begins with a walk.
    pub(super) tour: bool,
}

impl Common<'_> {
    /// The program on a property.
    pub(super) fn app(&self, house: &House) -> App {
        let thresholds = property::Settings::from(&self.config.thresholds_of(house.property.name.as_deref()));
        let settings = property::Settings { zone: house.zone, ..thresholds };
        let mut app = App::new(
            Property::new(settings, house.clock.now()),
            app::Settings {
                read_only: self.read_only,
                theme: self.theme.clone(),
                themes: self.themes.clone(),
                keymap: self.keymap.clone(),
                encoder: None,
                own: OwnDesk { in_the_clear: house.in_the_clear, ..OwnDesk::from(&house.property) },
                sandbox: house.sandbox,
                operator: self.operator.clone(),
                ask_operator: self.config.ask_operator,
            },
        );
        app.among.name = house.property.name.clone().filter(|_| !self.is_alone);
        self.recall(&mut app, house);
        app.looks = self.looks;
        if self.tour {
            app.begin_tour();
        }
        for broken in &self.broken {
            app.warn(format!("A theme is left out: {broken}"));
        }
        app.audit.dir = self.state.display().to_string();
        app.audit.pms = self.config.pms.clone();
        app.audit.me = Who::here(None).user;
        app.notify = self.notify.clone().map(Notify::new).unwrap_or_default();
        app
    }

    /// The columns of the configuration, and what was remembered of them.
    fn recall(&self, app: &mut App, house: &House) {
        let wanted = &self.config.columns;
        let given = [&wanted.guests, &wanted.grants, &wanted.mutations, &wanted.warnings].map(Vec::as_slice);
        let whose = match house.source {
            // A hotel that is not there has no guests in common with one that is.
            Source::Demo(_) => Whose { name: Some(DEMO.to_owned()), takes_unnamed: false },
            _ => Whose {
                name: house.property.name.as_ref().map(ToString::to_string),
                takes_unnamed: self.is_alone,
            },
        };
        match &self.remembered {
            Ok(remembered) => app.recall(given, whose, remembered.as_deref()),
            Err(error) => {
                app.recall(given, whose, None);
                app.messages.say(house.clock.now(), Weight::Caution, format!("{error:#}"));
            }
        }
    }
}
