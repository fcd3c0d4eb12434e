//! Settings: a file, the environment, the command line, in rising order of weight.

mod notify;
mod pms;
mod thresholds;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

pub use notify::{NotifyConfig, Osc, QuietHours};
pub use pms::{PmsColumn, PmsConfig, PmsStatus};
pub use thresholds::{Span, Thresholds, TimeOfDay};

use crate::seam::client::DEFAULT_ENDPOINT;
use crate::secret::Secret;
use crate::text::Text;

/// The settings of a property and of the screen, as `config.toml` has them. All are optional.
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
    /// How the desk asks for attention; none where the file says nothing of it.
    pub notify: Option<NotifyConfig>,
    /// How the export of the property management system is read.
    #[serde(default)]
    pub pms: PmsConfig,
    /// When something is trouble.
    #[serde(default)]
    pub thresholds: Thresholds,
    /// The properties, by name.
    #[serde(default)]
    pub properties: BTreeMap<String, PropertyConfig>,
}

/// One property.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PropertyConfig {
    /// Base address of the API.
    pub endpoint: Option<String>,
    /// A file with the API key, readable by its owner only.
    pub api_key_file: Option<PathBuf>,
    /// A command whose output is the API key.
    pub api_key_command: Option<String>,
    /// IANA name of the property's time zone, where the API does not know it.
    pub time_zone: Option<String>,
}

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
        "no API key: set SEAM_API_KEY, or api_key_file or api_key_command of the property in {}; `nightdesk demo` needs none",
        path.display()
    )]
    NoKey {
        /// The configuration file that was looked at.
        path: PathBuf,
    },
    /// The key file is open to others.
    #[error("{}: others can read this API key: run chmod 600 on it", path.display())]
    OpenKeyFile {
        /// Which file.
        path: PathBuf,
    },
    /// The command that should print the key did not.
    #[error("api_key_command failed: {words}")]
    KeyCommand {
        /// Why.
        words: Text,
    },
    /// No directory for the configuration can be named.
    #[error("neither XDG_CONFIG_HOME nor HOME is set: give --config FILE")]
    NoHome,
}

/// Where the configuration is: the argument, `NIGHTDESK_CONFIG`, `$XDG_CONFIG_HOME/nightdesk/config.toml`,
/// `~/.config/nightdesk/config.toml`.
///
/// # Errors
/// Where none of these can be named.
pub fn path(argument: Option<&Path>) -> Result<PathBuf, ConfigError> {
    if let Some(path) = argument {
        return Ok(path.to_owned());
    }
    if let Some(path) = set("NIGHTDESK_CONFIG") {
        return Ok(path.into());
    }
    xdg("XDG_CONFIG_HOME", ".config").map(|dir| dir.join("config.toml"))
}

/// Where the state is: the argument, `NIGHTDESK_STATE_DIR`, `$XDG_STATE_HOME/nightdesk`,
/// `~/.local/state/nightdesk`.
///
/// # Errors
/// Where none of these can be named.
pub fn state_dir(argument: Option<&Path>) -> Result<PathBuf, ConfigError> {
    if let Some(path) = argument {
        return Ok(path.to_owned());
    }
    if let Some(path) = set("NIGHTDESK_STATE_DIR") {
        return Ok(path.into());
    }
    xdg("XDG_STATE_HOME", ".local/state")
}

/// Who is at the desk: the argument, `NIGHTDESK_OPERATOR`.
pub fn operator(argument: Option<&str>) -> Option<String> {
    argument.map(str::to_owned).or_else(|| set("NIGHTDESK_OPERATOR"))
}

fn xdg(variable: &str, below_home: &str) -> Result<PathBuf, ConfigError> {
    let base = match set(variable) {
        Some(dir) => PathBuf::from(dir),
        None => PathBuf::from(set("HOME").ok_or(ConfigError::NoHome)?).join(below_home),
    };
    Ok(base.join("nightdesk"))
}

fn set(variable: &str) -> Option<String> {
    env::var(variable).ok().filter(|value| !value.is_empty())
}

/// Reads the configuration. A file that is not there is an empty one, unless it was asked for by name.
///
/// # Errors
/// Where the file cannot be read or is not what it should be.
pub fn read(path: &Path, asked_for: bool) -> Result<Config, ConfigError> {
    match fs::read_to_string(path) {
        Ok(raw) => toml::from_str(&raw)
            .map_err(|e| ConfigError::Broken { path: path.to_owned(), words: explain(&raw, &e) }),
        Err(e) if e.kind() == io::ErrorKind::NotFound && !asked_for => Ok(Config::default()),
        Err(source) => Err(ConfigError::Unreadable { path: path.to_owned(), source }),
    }
}

/// Line and reason of a broken file in one sentence.
fn explain(raw: &str, error: &toml::de::Error) -> Text {
    let start = error.span().map_or(0, |span| span.start);
    let line = raw.get(..start).map_or(1, |before| before.matches('\n').count() + 1);
    Text::new(format!("line {line}: {}", nearest(error.message()).as_deref().unwrap_or(error.message())))
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
    let alike = names.map(|name| {
        // Only the case of a letter is the smallest slip there is.
        let is_same = wrong.eq_ignore_ascii_case(name);
        (if is_same { 1.0 } else { strsim::jaro_winkler(wrong, name) }, name)
    });
    let (likeness, name) = alike.max_by(|a, b| a.0.total_cmp(&b.0))?;
    let said = format!("{before} “{wrong}”{after} here; did you mean “{name}”?");
    (likeness >= ALIKE).then(|| said.trim_start().to_owned())
}

impl Config {
    /// The property to open: the one asked for, else the default one, else the only one; an empty one
    /// where the file has none, for the environment may say all that is needed.
    ///
    /// # Errors
    /// Where the one asked for is not there, or several are there and none is asked for.
    pub fn choose(&self, asked: Option<&str>) -> Result<PropertyConfig, ConfigError> {
        let asked = asked.or(self.property.as_deref());
        let there = || {
            let names: Vec<&str> = self.properties.keys().map(String::as_str).collect();
            if names.is_empty() { Text::from("none") } else { Text::new(names.join(", ")) }
        };
        match asked {
            Some(name) => self
                .properties
                .get(name)
                .cloned()
                .ok_or_else(|| ConfigError::NoProperty { asked: name.into(), there: there() }),
            None => Ok(self.properties.values().next().cloned().unwrap_or_default()),
        }
    }
}

impl PropertyConfig {
    /// Base address of the API: the argument, `SEAM_ENDPOINT`, the file, Seam's own.
    pub fn endpoint(&self, argument: Option<&str>) -> String {
        let chosen =
            argument.map(str::to_owned).or_else(|| set("SEAM_ENDPOINT")).or_else(|| self.endpoint.clone());
        chosen.unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned())
    }

    /// The API key: `SEAM_API_KEY`, the key file, the key command. Never an argument: those can be seen
    /// by everybody on the host.
    ///
    /// # Errors
    /// Where there is none, or it cannot be had.
    pub fn api_key(&self, config: &Path) -> Result<Secret, ConfigError> {
        if let Some(key) = set("SEAM_API_KEY") {
            return Ok(Secret::new(key.trim()));
        }
        if let Some(path) = &self.api_key_file {
            return key_from_file(path);
        }
        if let Some(command) = &self.api_key_command {
            return key_from_command(command);
        }
        Err(ConfigError::NoKey { path: config.to_owned() })
    }
}

fn key_from_file(path: &Path) -> Result<Secret, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
    // Who may read is asked of the file that is then read: another may be put in its place meanwhile.
    let mut file = fs::File::open(path).map_err(unreadable)?;
    let mode = file.metadata().map_err(unreadable)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(ConfigError::OpenKeyFile { path: path.to_owned() });
    }
    let mut raw = String::new();
    file.read_to_string(&mut raw).map_err(unreadable)?;
    Ok(Secret::new(raw.trim()))
}

fn key_from_command(command: &str) -> Result<Secret, ConfigError> {
    let failed = |words: String| ConfigError::KeyCommand { words: words.into() };
    let output = Command::new("sh").arg("-c").arg(command).output().map_err(|e| failed(e.to_string()))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(failed(format!("{}: {}", output.status, said.trim())));
    }
    let key = Secret::new(String::from_utf8_lossy(&output.stdout).trim());
    if key.is_empty() { Err(failed("it printed nothing".to_owned())) } else { Ok(key) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_file_names_its_line_and_the_names_there_are() {
        let raw = "theme = \"dark\"\nthema = \"x\"\n";
        let error = toml::from_str::<Config>(raw).unwrap_err();
        let words = explain(raw, &error);
        assert!(words.starts_with("line 2:"), "{words}");
        assert!(words.contains("thema") && words.contains("theme"), "{words}");
    }

    #[test]
    fn thresholds_are_read_and_a_slip_is_answered_with_the_nearest_name() {
        let raw = "[thresholds]\nkey_grace = \"10m\"\nroll_at = \"03:00\"\nbattery_low = 30\nshifts = [\"07:00\", \"19:00\"]\n";
        let config: Config = toml::from_str(raw).unwrap();
        let settings = crate::property::Settings::from(&config.thresholds);
        assert_eq!(settings.key_grace, chrono::TimeDelta::minutes(10));
        assert_eq!(settings.roll_at, chrono::NaiveTime::from_hms_opt(3, 0, 0));
        assert_eq!((settings.battery_low, settings.shifts.len()), (30, 2));
        let usual = crate::property::Settings::default();
        assert_eq!(settings.revoke_limit, usual.revoke_limit, "what is not named stays");
        let slip = "[thresholds]\nkey_grace = \"10m\"\nrevoke_limits = \"1m\"\n";
        let words = explain(slip, &toml::from_str::<Config>(slip).unwrap_err());
        assert_eq!(words, "line 3: there is no setting “revoke_limits” here; did you mean “revoke_limit”?");
        let vague = "[thresholds]\nkey_grace = 10\n";
        let words = explain(vague, &toml::from_str::<Config>(vague).unwrap_err());
        assert!(words.starts_with("line 2:") && words.contains("\"5m\""), "{words}");
    }

    #[test]
    fn the_property_asked_for_must_be_there() {
        let config: Config = toml::from_str(
            "property = \"harbour\"\n[properties.harbour]\nendpoint = \"https://a\"\n[properties.hill]\nendpoint = \"https://b\"\n",
        )
        .unwrap();
        assert_eq!(config.choose(None).unwrap().endpoint.as_deref(), Some("https://a"));
        assert_eq!(config.choose(Some("hill")).unwrap().endpoint.as_deref(), Some("https://b"));
        let error = config.choose(Some("moon")).unwrap_err().to_string();
        assert_eq!(error, "there is no property “moon” in the configuration: it has harbour, hill");
    }

    #[test]
    fn a_key_file_others_can_read_is_refused() {
        let path = env::temp_dir().join(format!("nightdesk-key-{}", std::process::id()));
        fs::write(&path, "seam_test_abc\n").unwrap();
        for open in [0o644, 0o640, 0o604, 0o620, 0o602] {
            fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
            assert!(matches!(key_from_file(&path), Err(ConfigError::OpenKeyFile { .. })), "{open:o}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(key_from_file(&path).unwrap().reveal(), "seam_test_abc");
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_key_command_that_fails_says_what_it_said() {
        let error = key_from_command("echo locked >&2; exit 3").unwrap_err().to_string();
        assert!(error.contains("locked"), "{error}");
        assert_eq!(key_from_command("echo seam_1").unwrap().reveal(), "seam_1");
    }
}
