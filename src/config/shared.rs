//! The store that several desks share.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::place::set;
use super::property::secret_from_file;
use super::{Config, ConfigError};
use crate::secret::Secret;
use crate::store::Server;

/// The variable that says where the store is.
pub const SHARED_URL: &str = "NIGHTDESK_SHARED_URL";

/// `[shared]`: where the store is that several desks share. Nothing said: each host has its own file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedConfig {
    /// Its address, `postgres://…`. With a password in it the file must be its owner's alone.
    pub url: Option<Secret>,
    /// A file with its address, readable by its owner only.
    pub url_file: Option<PathBuf>,
}

impl Config {
    /// The store that several desks share: as `NIGHTDESK_SHARED_URL` says, `url_file`, `url`; none where nobody says.
    /// `path` is the file that these settings were read from.
    ///
    /// # Errors
    /// Where the address cannot be had or may not be used, and where others can read its password. Never with the
    /// address.
    pub fn shared(&self, path: &Path) -> Result<Option<Server>, ConfigError> {
        let url = match (set(SHARED_URL), &self.shared.url_file, &self.shared.url) {
            (Some(url), ..) => Secret::new(url.trim()),
            (None, Some(file), _) => secret_from_file(file)?,
            (None, None, Some(url)) => {
                if has_password(url) && is_open(path) {
                    return Err(ConfigError::OpenUrl { path: path.to_owned() });
                }
                url.clone()
            }
            (None, None, None) => return Ok(None),
        };
        Server::parse(&url).map(Some).map_err(|why| ConfigError::Shared { why })
    }
}

/// Whether others could get in with what is written there.
fn has_password(url: &Secret) -> bool {
    let url = reqwest::Url::parse(url.reveal().trim());
    url.is_ok_and(|url| url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password"))
}

/// Whether others than its owner can read or write a file.
fn is_open(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(raw: &str) -> Config {
        Config::parse(raw).unwrap()
    }

    #[test]
    fn a_password_that_others_can_read_is_refused_and_never_told() {
        let dir = std::env::temp_dir().join(format!("nightdesk-shared-{}", uuid::Uuid::now_v7()));
        fs::create_dir(&dir).unwrap();
        let (path, file) = (dir.join("config.toml"), dir.join("url"));
        let secret = "postgres://desk:s3cret@127.0.0.1/night";
        for (path, mode) in [(&path, 0o644), (&file, 0o644)] {
            fs::write(path, secret).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
        let inside = config(&format!("[shared]\nurl = \"{secret}\""));
        let beside = config(&format!("[shared]\nurl_file = \"{}\"", file.display()));
        assert!(matches!(inside.shared(&path), Err(ConfigError::OpenUrl { .. })));
        assert!(matches!(beside.shared(&path), Err(ConfigError::OpenKeyFile { .. })));
        let harmless = config("[shared]\nurl = \"postgres://desk@127.0.0.1/night\"");
        assert!(harmless.shared(&path).unwrap().is_some());
        for path in [&path, &file] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        for config in [inside, beside] {
            let server = config.shared(&path).unwrap().unwrap();
            assert_eq!(server.place(), "postgres://desk@127.0.0.1/night");
            assert!(!format!("{config:?}").contains("s3cret"), "{config:?}");
        }
        assert!(config("").shared(&path).unwrap().is_none());
        let words = config("[shared]\nurl = \"s3cret\"").shared(&path).unwrap_err().to_string();
        assert!(words.contains("postgres://user@host/database") && !words.contains("s3cret"), "{words}");
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn an_address_is_said_once() {
        let twice = Config::parse("[shared]\nurl = \"postgres://a/b\"\nurl_file = \"c\"").unwrap_err();
        assert!(twice.contains("shared: keep one of url and url_file"), "{twice}");
    }
}
