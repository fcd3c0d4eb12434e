//! The configuration is another one while the program runs.

use super::App;
use super::event::{Effect, Effects};
use super::keymap::Keymap;
use super::message::Weight;
use crate::config::watch::Difference;
use crate::config::{Colour, Config, PropertySettings};
use crate::property::Settings;
use crate::seam::id::EncoderId;
use crate::text::Text;

/// What belongs to this desk at this property.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnDesk {
    /// Name or id of its encoder.
    pub encoder: Option<Text>,
    /// What the name of the property is painted in.
    pub colour: Option<Colour>,
    /// Whether the API key travels to another machine in the clear: said on the command line, and aloud.
    pub in_the_clear: bool,
}

impl From<&PropertySettings> for OwnDesk {
    fn from(property: &PropertySettings) -> Self {
        Self { encoder: property.encoder.clone(), colour: property.colour, in_the_clear: false }
    }
}

/// A configuration that was read again and is sound.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// All of it.
    pub config: Config,
    /// The property that is open.
    pub property: PropertySettings,
    /// Its keys.
    pub keymap: Keymap,
    /// What is another than before.
    pub changed: Vec<Difference>,
    /// Whether the theme was said on the command line, which has the last word.
    pub keeps_theme: bool,
}

impl App {
    /// Takes up a configuration that is another one; a broken one changes nothing.
    pub(super) fn renew(&mut self, told: Result<Fresh, Text>) -> Effects {
        let fresh = match told {
            Ok(fresh) => fresh,
            Err(why) => {
                let words = format!("{why}. The settings stay as they were.");
                self.messages.say(self.now, Weight::Caution, words);
                return Effects::draw();
            }
        };
        if fresh.changed.is_empty() {
            return Effects::default();
        }
        let mut effects = Effects::draw();
        let mut later = Vec::new();
        let mut taken = Vec::new();
        for difference in &fresh.changed {
            let is_end = difference.name == "read_only" && !fresh.config.read_only && self.settings.read_only;
            let list = if difference.at_start || is_end { &mut later } else { &mut taken };
            let words = name(difference);
            if !list.contains(&words) {
                list.push(words);
            }
        }
        let changed = |section: &str, name: &str| {
            fresh.changed.iter().any(|d| d.section == section && (name.is_empty() || d.name == name))
        };
        if changed("", "theme") && !fresh.keeps_theme {
            let theme = fresh.config.theme.clone().unwrap_or_else(|| "dark".to_owned());
            self.settings.theme.clone_from(&theme);
            effects.list.push(Effect::Theme(theme));
        }
        self.settings.read_only |= fresh.config.read_only;
        if changed("keys", "") {
            self.prefix.clear();
            self.settings.keymap = fresh.keymap;
        }
        if changed("thresholds", "") {
            let zone = self.property.settings().zone;
            let thresholds = fresh.config.thresholds_of(fresh.property.name.as_deref());
            let settings = Settings { zone, ..Settings::from(&thresholds) };
            let changed = self.property.set_settings(settings);
            self.take_in(&changed);
        }
        if changed("notify", "") {
            self.renew_notify(fresh.config.notify.unwrap_or_default());
        }
        self.audit.pms = fresh.config.pms;
        let in_the_clear = self.settings.own.in_the_clear;
        self.settings.own = OwnDesk { in_the_clear, ..OwnDesk::from(&fresh.property) };
        let mut words = match taken.as_slice() {
            [] => "The configuration was read again.".to_owned(),
            _ => format!("The configuration was read again: {}.", taken.join(", ")),
        };
        if !later.is_empty() {
            words = format!("{words} Needs a restart: {}.", later.join(", "));
        }
        let weight = if later.is_empty() { Weight::Good } else { Weight::Caution };
        self.messages.say(self.now, weight, words);
        effects
    }

    /// The encoder a dialog offers first: the one of this desk, else the one it used last.
    pub(super) fn usual_encoder(&self) -> Option<EncoderId> {
        self.own_encoder().or_else(|| self.settings.encoder.clone())
    }

    /// The encoder of this desk, as soon as it is read.
    pub(super) fn own_encoder(&self) -> Option<EncoderId> {
        let own = self.settings.own.encoder.as_ref()?;
        self.property.encoder_called(own).map(|encoder| encoder.id.clone())
    }
}

/// "theme", "thresholds key_grace", "keys".
fn name(difference: &Difference) -> String {
    match (difference.section.as_str(), difference.name.as_str()) {
        ("", name) => name.to_owned(),
        (section, "") => section.to_owned(),
        ("properties", name) => name.to_owned(),
        (section, name) => format!("{section} {name}"),
    }
}
