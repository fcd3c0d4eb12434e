//! Where the configuration and the state are, and who is at the desk, as far as the surroundings say.

use std::env;
use std::path::{Path, PathBuf};

use super::ConfigError;

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

pub(super) fn set(variable: &str) -> Option<String> {
    env::var(variable).ok().filter(|value| !value.is_empty())
}
