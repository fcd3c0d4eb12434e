//! What can be wrong with the settings, and how a slip is answered.

use std::io;
use std::path::PathBuf;

use crate::store::ServerError;
use crate::text::Text;

/// What is wrong with the settings, one sentence each, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: cannot be read: {source}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not what it should be.
    #[error("{}: {words}", path.display())]
    Broken {
        /// Which file.
        path: PathBuf,
        /// Line, what is wrong, and the nearest valid name.
        words: Text,
    },
    /// Several properties, and none was asked for.
    #[error(
        "the configuration has several properties: choose one with --property, or with property = … in it ({there})"
    )]
    WhichProperty {
        /// The names there are.
        there: Text,
    },
    /// A property that is not there was asked for.
    #[error("there is no property “{asked}” in the configuration: it has {there}")]
    NoProperty {
        /// The name asked for.
        asked: Text,
        /// The names there are.
        there: Text,
    },
    /// No key.
    #[error(
        "no API key: set SEAM_API_KEY, or api_key_file, api_key_command or api_key_env of the property in {}; `nightdesk demo` needs none",
        path.display()
    )]
    NoKey {
        /// The configuration file that was looked at.
        path: PathBuf,
    },
    /// No key of its own, where there are several properties.
    #[error(
        "no API key of its own: set api_key_file, api_key_command or api_key_env of this property; SEAM_API_KEY may be another's"
    )]
    NoOwnKey,
    /// The key file is open to others.
    #[error("{}: others can read what is secret in it: run chmod 600 on it", path.display())]
    OpenKeyFile {
        /// Which file.
        path: PathBuf,
    },
    /// The settings are open to others and have a password in the address of the shared store.
    #[error(
        "{}: others can read the password of the shared store: run chmod 600 on it, or use url_file",
        path.display()
    )]
    OpenUrl {
        /// Which file.
        path: PathBuf,
    },
    /// The address of the shared store cannot be used.
    #[error("{why}")]
    Shared {
        /// Why.
        why: ServerError,
    },
    /// The command that should print the key did not.
    #[error("api_key_command failed: {words}")]
    KeyCommand {
        /// Why.
        words: Text,
    },
    /// The variable that should hold the key does not.
    #[error("api_key_env: {name} is not set")]
    KeyVariable {
        /// Its name.
        name: Text,
    },
    /// No directory for the configuration can be named.
    #[error("neither XDG_CONFIG_HOME nor HOME is set: give --config FILE")]
    NoHome,
}

/// Line and reason of a broken file in one sentence.
pub(super) fn explain(raw: &str, error: &toml::de::Error) -> Text {
    let line = line(raw, error.span().map_or(0, |span| span.start));
    Text::new(format!("line {line}: {}", nearest(error.message()).as_deref().unwrap_or(error.message())))
}

/// The number of the line that holds this byte, from 1.
pub(super) fn line(raw: &str, at: usize) -> usize {
    raw.get(..at).map_or(1, |before| before.matches('\n').count() + 1)
}

/// How alike two names must be, from 0 to 1, for one to be taken for the other.
const ALIKE: f64 = 0.75;

/// What serde says of a name it does not know, with the one name that was probably meant instead of all
/// there are.
fn nearest(message: &str) -> Option<String> {
    let field = message.strip_prefix("unknown field `").map(|rest| (rest, "there is no setting", ""));
    let value = || message.strip_prefix("unknown variant `").map(|rest| (rest, "", " is not known"));
    let (rest, before, after) = field.or_else(value)?;
    let (wrong, names) = rest.split_once('`')?;
    let names = names.split('`').skip(1).step_by(2);
    let name = nearest_of(wrong, names)?;
    Some(format!("{before} “{wrong}”{after} here; did you mean “{name}”?").trim_start().to_owned())
}

/// The one of these names that was probably meant, where one is like it enough.
pub fn nearest_of<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let alike = names.map(|name| {
        // Only the case of a letter is the smallest slip there is.
        let is_same = wrong.eq_ignore_ascii_case(name);
        (if is_same { 1.0 } else { strsim::jaro_winkler(wrong, name) }, name)
    });
    let (likeness, name) = alike.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (likeness >= ALIKE).then_some(name)
}
