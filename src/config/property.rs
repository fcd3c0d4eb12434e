//! The properties of the configuration, and what is needed to open one.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Deserializer, de};

use super::place::set;
use super::{Colour, Config, ConfigError, Thresholds};
use crate::seam::client::DEFAULT_ENDPOINT;
use crate::secret::Secret;
use crate::text::Text;
use crate::zone::Zone;

/// One property, as the file has it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PropertyConfig {
    /// Base address of the API.
    pub endpoint: Option<String>,
    /// A file with the API key, readable by its owner only.
    pub api_key_file: Option<PathBuf>,
    /// A command whose output is the API key.
    pub api_key_command: Option<String>,
    /// The environment variable that holds the API key.
    pub api_key_env: Option<String>,
    /// IANA name of the property's time zone, where the API does not know it.
    #[serde(default, deserialize_with = "time_zone")]
    pub time_zone: Option<String>,
    /// Name or id of the encoder this desk uses.
    pub encoder: Option<Text>,
    /// What its name in the header is painted in, so that nobody acts on the wrong hotel.
    pub colour: Option<Colour>,
    /// When something is trouble there, where that is another matter than elsewhere.
    #[serde(default)]
    pub thresholds: Thresholds,
}

/// Where the API key of a property comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// An environment variable of this name.
    Variable(String),
    /// A file that only its owner can read.
    File(PathBuf),
    /// The output of a command.
    Command(String),
}

/// One property, resolved: all that is needed to open it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PropertySettings {
    /// Its name in the configuration; none where that names no property.
    pub name: Option<Text>,
    /// Name or id of the encoder this desk uses there.
    pub encoder: Option<Text>,
    /// What its name in the header is painted in.
    pub colour: Option<Colour>,
    /// IANA name of its time zone, where the API does not know it.
    pub time_zone: Option<String>,
    endpoint: Option<String>,
    key: Option<KeySource>,
    /// Whether the configuration has others beside it: what the environment says may be meant for one of
    /// those.
    has_others: bool,
}

fn time_zone<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    let name = String::deserialize(d)?;
    match Zone::named(&name) {
        Some(_) => Ok(Some(name)),
        None => {
            let words = format!("“{}” is not the name of a time zone, write Europe/Berlin", Text::new(&name));
            Err(de::Error::custom(words))
        }
    }
}

impl Config {
    /// Every property, by name; an empty one where the file has none, for the environment may say all
    /// that is needed.
    pub fn all(&self) -> Vec<PropertySettings> {
        if self.properties.is_empty() {
            return vec![PropertySettings::default()];
        }
        let has_others = self.properties.len() > 1;
        let of = |(name, file): (&String, &PropertyConfig)| PropertySettings {
            name: Some(Text::new(name)),
            encoder: file.encoder.clone(),
            colour: file.colour,
            time_zone: file.time_zone.clone(),
            endpoint: file.endpoint.clone(),
            key: file.key(),
            has_others,
        };
        self.properties.iter().map(of).collect()
    }

    /// The property to open: the one asked for, else the default one, else the only one.
    ///
    /// # Errors
    /// Where the one asked for is not there, or several are there and none is asked for.
    pub fn choose(&self, asked: Option<&str>) -> Result<PropertySettings, ConfigError> {
        let asked = asked.or(self.property.as_deref());
        let mut all = self.all();
        let names: Vec<&str> = self.properties.keys().map(String::as_str).collect();
        let there = || if names.is_empty() { Text::from("none") } else { Text::new(names.join(", ")) };
        if let Some(asked) = asked {
            let at = names.iter().position(|name| *name == asked);
            let at = at.ok_or_else(|| ConfigError::NoProperty { asked: asked.into(), there: there() })?;
            return Ok(all.swap_remove(at));
        }
        match all.len() {
            1 => Ok(all.swap_remove(0)),
            _ => Err(ConfigError::WhichProperty { there: there() }),
        }
    }
}

impl Config {
    /// When something is trouble at the property of this name: what is said of it alone, else of all.
    pub fn thresholds_of(&self, name: Option<&str>) -> Thresholds {
        let own = name.and_then(|name| self.properties.get(name)).map(|property| property.thresholds.clone());
        own.unwrap_or_default().or(&self.thresholds)
    }

    /// Which of [`all`](Self::all) is entered first: the one asked for, else the default one, else the only
    /// one; none where several are there and none is asked for.
    ///
    /// # Errors
    /// Where the one asked for is not there.
    pub fn first(&self, asked: Option<&str>) -> Result<Option<usize>, ConfigError> {
        let chosen = match self.choose(asked) {
            Ok(chosen) => chosen,
            Err(ConfigError::WhichProperty { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(self.all().iter().position(|property| property.name == chosen.name))
    }
}

impl PropertyConfig {
    fn key(&self) -> Option<KeySource> {
        let file = self.api_key_file.clone().map(KeySource::File);
        let command = || self.api_key_command.clone().map(KeySource::Command);
        let variable = || self.api_key_env.clone().map(KeySource::Variable);
        file.or_else(command).or_else(variable)
    }

    /// Whether it says twice where its key comes from.
    pub(super) fn has_two_keys(&self) -> bool {
        let said = [self.api_key_file.is_some(), self.api_key_command.is_some(), self.api_key_env.is_some()];
        said.into_iter().filter(|said| *said).count() > 1
    }
}

/// What the environment says, where it is not meant for another property.
fn said(variable: &str, own: bool, has_others: bool) -> Option<String> {
    set(variable).filter(|_| !(own && has_others))
}

impl PropertySettings {
    /// Base address of the API: the argument, `SEAM_ENDPOINT`, the file, Seam's own. Where there are several
    /// properties, what the file says of this one comes before the variable.
    pub fn endpoint(&self, argument: Option<&str>) -> String {
        let around = || said("SEAM_ENDPOINT", self.endpoint.is_some(), self.has_others);
        let chosen = argument.map(str::to_owned).or_else(around).or_else(|| self.endpoint.clone());
        chosen.unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned())
    }

    /// Where the API key comes from: `SEAM_API_KEY`, the file, the command, the variable of the property.
    /// Where there are several properties, what the file says of this one comes before `SEAM_API_KEY`, so that
    /// no key opens another hotel than its own. Nothing where nobody says.
    pub fn key_source(&self) -> Option<KeySource> {
        let around = said("SEAM_API_KEY", self.key.is_some(), self.has_others);
        around.map(|_| KeySource::Variable("SEAM_API_KEY".to_owned())).or_else(|| self.key.clone())
    }

    /// The API key. Never an argument: those can be seen by everybody on the host.
    ///
    /// # Errors
    /// Where there is none, or it cannot be had.
    pub fn api_key(&self, config: &Path) -> Result<Secret, ConfigError> {
        match self.key_source() {
            Some(source) => source.read(),
            None => Err(ConfigError::NoKey { path: config.to_owned() }),
        }
    }

    /// The API key that the file gives this property: never that of `SEAM_API_KEY`, which may be another's.
    ///
    /// # Errors
    /// Where there is none, or it cannot be had.
    pub fn own_api_key(&self) -> Result<Secret, ConfigError> {
        self.key.as_ref().ok_or(ConfigError::NoOwnKey)?.read()
    }
}

impl KeySource {
    /// The key.
    ///
    /// # Errors
    /// Where it cannot be had.
    pub fn read(&self) -> Result<Secret, ConfigError> {
        match self {
            Self::Variable(name) => match set(name) {
                Some(key) => Ok(Secret::new(key.trim())),
                None => Err(ConfigError::KeyVariable { name: Text::new(name) }),
            },
            Self::File(path) => secret_from_file(path),
            Self::Command(command) => key_from_command(command),
        }
    }

    /// In words: never the key, nor the command, which may hold one.
    pub fn words(&self) -> Text {
        match self {
            Self::Variable(name) => Text::new(format!("from {name}")),
            Self::File(path) => Text::new(format!("from {}", path.display())),
            Self::Command(_) => Text::new("from api_key_command"),
        }
    }
}

/// What is in a file that only its owner can read.
pub(super) fn secret_from_file(path: &Path) -> Result<Secret, ConfigError> {
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
    use std::env;

    use super::*;

    #[test]
    fn a_key_file_others_can_read_is_refused() {
        let path = env::temp_dir().join(format!("nightdesk-key-{}", std::process::id()));
        fs::write(&path, "seam_test_abc\n").unwrap();
        for open in [0o644, 0o640, 0o604, 0o620, 0o602] {
            fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
            assert!(matches!(secret_from_file(&path), Err(ConfigError::OpenKeyFile { .. })), "{open:o}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(secret_from_file(&path).unwrap().reveal(), "seam_test_abc");
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_key_command_that_fails_says_what_it_said() {
        let error = key_from_command("echo locked >&2; exit 3").unwrap_err().to_string();
        assert!(error.contains("locked"), "{error}");
        assert_eq!(key_from_command("echo seam_1").unwrap().reveal(), "seam_1");
    }
}
