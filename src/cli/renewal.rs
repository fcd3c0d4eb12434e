//! The configuration, read again while the dashboard runs.

use std::path::PathBuf;

use super::Global;
use crate::app::keymap::Keymap;
use crate::app::renew::Fresh;
use crate::config::watch::{Found, Watch};
use crate::config::{Config, ConfigError, PropertySettings};
use crate::text::Text;
use crate::tui::theme::Gallery;

/// Looks at the configuration, and makes of it what the program can take up.
pub(super) struct Renewal {
    watch: Watch,
    path: PathBuf,
    /// The property that is open, by its name in the file.
    property: Option<String>,
    keeps_theme: bool,
}

impl Renewal {
    /// Of the file at `path`, with this property open.
    pub(super) fn new(path: PathBuf, open: &PropertySettings, global: &Global) -> Self {
        let property = open.name.as_ref().map(ToString::to_string);
        let watch = Watch::new(path.clone(), property.clone());
        Self { watch, path, property, keeps_theme: global.theme.is_some() }
    }

    /// What the file says, where it is another one than the last time; or why it cannot be.
    pub(super) fn look(&mut self) -> Option<Result<Fresh, Text>> {
        let Found { config, changed } = self.watch.look()?;
        let in_file = |words: String| Text::new(format!("{}: {words}", self.path.display()));
        let of = |error: &ConfigError| Text::new(error.to_string());
        Some(config.map_err(|e| of(&e)).and_then(|config| {
            let keymap = Keymap::with(&config.keys).map_err(|e| in_file(e.to_string()))?;
            if let Some(theme) = &config.theme {
                Gallery::with(&self.path.with_file_name("themes"))
                    .0
                    .named(theme)
                    .map_err(|e| in_file(e.to_string()))?;
            }
            let property = self.property(&config).map_err(|e| of(&e))?;
            Ok(Fresh { config, property, keymap, changed, keeps_theme: self.keeps_theme })
        }))
    }

    fn property(&self, config: &Config) -> Result<PropertySettings, ConfigError> {
        match &self.property {
            Some(name) => config.choose(Some(name)),
            // What is open came from the environment: a property that the file names now is another one.
            None => Ok(PropertySettings::default()),
        }
    }
}

/// The keys of the configuration.
///
/// # Errors
/// File, line, and what is wrong with them.
pub(super) fn keymap(config: &Config, path: &std::path::Path) -> anyhow::Result<Keymap> {
    Keymap::with(&config.keys).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))
}
