//! Settings: a file, the environment, the command line, in rising order of weight.
//!
//! | part | what it does |
//! |---|---|
//! | [`table`] | every setting: name, default, what it means; the documentation and the file that `nightdesk config init` writes are drawn from it |
//! | [`page`] | that documentation, and that file |
//! | [`watch`] | notices that the file is another one |

mod cadence;
mod clean;
mod colour;
pub mod columns;
mod error;
mod keys;
mod notify;
pub mod page;
mod place;
mod pms;
mod property;
mod shared;
pub mod table;
mod thresholds;
pub mod watch;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;

pub use cadence::{CadenceConfig, Every};
pub use colour::Colour;
pub use columns::ColumnsConfig;
pub use error::{ConfigError, nearest_of};
pub use keys::{Binding, KeysConfig};
pub use notify::{NotifyConfig, Osc, QuietHours};
pub use place::{operator, path, state_dir};
pub use pms::{PmsColumn, PmsConfig, PmsStatus};
pub use property::{KeySource, PropertyConfig, PropertySettings};
pub use shared::{SHARED_URL, SharedConfig};
pub use thresholds::{Span, Thresholds, TimeOfDay};

use crate::text::Text;
use error::{explain, line};

/// The settings of the properties and of the screen, as `config.toml` has them. All are optional.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Name of the theme.
    pub theme: Option<String>,
    /// Whether the mouse is captured. Off unless set.
    #[serde(default)]
    pub mouse: bool,
    /// Whether nothing on the screen moves by itself from second to second.
    #[serde(default)]
    pub reduced_motion: bool,
    /// ASCII borders and signs.
    #[serde(default)]
    pub ascii: bool,
    /// Nothing may be changed through this desk.
    #[serde(default)]
    pub read_only: bool,
    /// Whether the desk asks at the start who is at it, where nobody has said so.
    #[serde(default)]
    pub ask_operator: bool,
    /// Which property to open where there are several.
    pub property: Option<String>,
    /// Which keys ask for what.
    #[serde(default)]
    pub keys: KeysConfig,
    /// How the desk asks for attention; none where the file says nothing of it.
    pub notify: Option<NotifyConfig>,
    /// How the export of the property management system is read.
    #[serde(default)]
    pub pms: PmsConfig,
    /// Which columns the panes show.
    #[serde(default)]
    pub columns: ColumnsConfig,
    /// When something is trouble.
    #[serde(default)]
    pub thresholds: Thresholds,
    /// How often is asked.
    #[serde(default)]
    pub cadence: CadenceConfig,
    /// The store that several desks share.
    #[serde(default)]
    pub shared: SharedConfig,
    /// The properties, by name.
    #[serde(default)]
    pub properties: BTreeMap<String, PropertyConfig>,
}

/// Reads the configuration. A file that is not there is an empty one, unless it was asked for by name.
///
/// # Errors
/// Where the file cannot be read or is not what it should be.
pub fn read(path: &Path, asked_for: bool) -> Result<Config, ConfigError> {
    match fs::read(path) {
        Ok(raw) => {
            let broken = |words| ConfigError::Broken { path: path.to_owned(), words };
            let raw = str::from_utf8(&raw).map_err(|e| {
                let before = raw.get(..e.valid_up_to()).map(String::from_utf8_lossy).unwrap_or_default();
                broken(Text::new(format!("line {}: this is no UTF-8", line(&before, before.len()))))
            })?;
            Config::parse(raw).map_err(broken)
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound && !asked_for => Ok(Config::default()),
        Err(source) => Err(ConfigError::Unreadable { path: path.to_owned(), source }),
    }
}

impl Config {
    /// The settings in the text of a file.
    ///
    /// # Errors
    /// Line, what is wrong there, and the nearest valid name.
    pub fn parse(raw: &str) -> Result<Self, Text> {
        let mut config: Self = toml::from_str(raw).map_err(|e| explain(raw, &e))?;
        if let Some(words) = clean::control(raw) {
            return Err(words);
        }
        let twice = config.properties.iter().find(|(_, property)| property.has_two_keys());
        if let Some((name, _)) = twice {
            let words = "keep one of api_key_file, api_key_command and api_key_env";
            return Err(Text::new(format!("properties.{name}: {words}")));
        }
        if config.shared.url.is_some() && config.shared.url_file.is_some() {
            return Err(Text::from("shared: keep one of url and url_file"));
        }
        config.keys.count_lines(raw);
        Ok(config)
    }
}

#[cfg(test)]
mod tests;
