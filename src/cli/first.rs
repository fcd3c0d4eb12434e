//! The first start on a terminal: nothing is configured, and nobody gave a key.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::{Global, outlet};
use crate::app::first::{Answers, First};
use crate::seam::client::DEFAULT_ENDPOINT;
use crate::seam::{Client, Settings};
use crate::text::Text;
use crate::tui::first::{self, Asked, Ended, Tried};
use crate::tui::theme::{Depth, Theme};
use crate::tui::tty;

/// How it ended.
pub(super) enum Begun {
    /// The configuration is there now.
    Written,
    /// Somebody left.
    Left(ExitCode),
}

/// Whether this is the first start: nothing is configured where it is looked for by itself, nobody gave a key,
/// and there is somebody to ask.
pub(super) fn is_first(global: &Global, path: &Path) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|name| name == "dumb");
    global.config.is_none() && !set("SEAM_API_KEY") && !path.exists() && tty::is_interactive() && !dumb
}

/// Asks, tries, and writes the configuration to `path`.
///
/// # Errors
/// Where the terminal cannot be taken.
pub(super) fn ask(global: &Global, path: &Path) -> Result<Begun> {
    let endpoint = global.endpoint.clone().or_else(|| std::env::var("SEAM_ENDPOINT").ok());
    let endpoint = endpoint.filter(|given| !given.is_empty()).unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned());
    let (config, shown) = (path.to_owned(), path.to_owned());
    let depth = Depth::from_env();
    let theme = global.theme.as_deref().and_then(|name| Theme::named(name).ok());
    let insecure = global.insecure;
    let asked = Asked {
        tries: Box::new(move |answers| Box::pin(attempt(answers, insecure))),
        writes: Box::new(move |answers| {
            write(&config, answers).map_err(|error| Text::new(format!("{error:#}")))
        }),
        places: Box::new(move |first| places(&shown, first)),
        theme: theme
            .unwrap_or_else(|| Theme::named("dark").unwrap_or_else(|_| Theme::plain("plain")))
            .at(depth),
        ascii: global.ascii,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = crate::task::wait(&runtime, first::run(First::new(&endpoint), asked))?;
    // A try under way must not hold up the end.
    runtime.shutdown_background();
    Ok(match ended {
        Ended::Written => Begun::Written,
        Ended::Left(code) => Begun::Left(code),
    })
}

fn settings(answers: &Answers) -> Settings {
    let mut settings = Settings::new(answers.endpoint.clone(), answers.key.clone());
    // Somebody waits for the answer.
    settings.read_retries = 0;
    settings.total_timeout = Duration::from_secs(15);
    settings
}

/// Asks which workspace it is.
async fn attempt(answers: Answers, insecure: bool) -> Tried {
    let settings = Settings { insecure, ..settings(&answers) };
    settings.check().map_err(|error| Text::new(error.to_string()))?;
    let client = Client::new(settings).map_err(|error| Text::new(error.to_string()))?;
    let workspace = client.get_workspace().await.map_err(|error| Text::new(error.to_string()))?;
    Ok((workspace.name, workspace.is_sandbox))
}

/// The file of the key, beside the configuration.
fn key_file(config: &Path, name: &str) -> PathBuf {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    config.with_file_name(format!("{}.key", plain.trim_matches('-')))
}

fn places(config: &Path, first: &First) -> Vec<Text> {
    let name = first.form.fields.last().map(|field| field.text().trim().to_owned()).unwrap_or_default();
    vec![
        Text::new(format!(
            "The key goes into {}, which only you can read,",
            key_file(config, &name).display()
        )),
        Text::new(format!("everything else into {}.", config.display())),
    ]
}

/// Writes the key and then the configuration, neither over a file that is there.
fn write(config: &Path, answers: &Answers) -> Result<()> {
    let key = key_file(config, &answers.name);
    for path in [config, &key] {
        if path.symlink_metadata().is_ok() {
            bail!("{} is there already: choose another name for the property", path.display());
        }
    }
    if let Some(dir) = config.parent() {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
        made.with_context(|| format!("{}: cannot be made", dir.display()))?;
    }
    outlet::save(&key, &format!("{}\n", answers.key.reveal()))?;
    outlet::save(config, &file(answers, &key))
}

/// The few lines of a configuration for one property.
fn file(answers: &Answers, key: &Path) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let name = quoted(&answers.name);
    let mut lines = format!("property = {name}\n\n[properties.{name}]\n");
    if answers.endpoint != DEFAULT_ENDPOINT {
        lines.push_str(&format!("endpoint = {}\n", quoted(&answers.endpoint)));
    }
    lines.push_str(&format!("api_key_file = {}\n", quoted(&key.to_string_lossy())));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::secret::Secret;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    fn answers(endpoint: &str, name: &str) -> Answers {
        Answers { endpoint: endpoint.into(), key: Secret::new("seam_test_abc"), name: name.into() }
    }

    #[test]
    fn what_is_written_is_read_again_and_nothing_is_overwritten() {
        let dir = std::env::temp_dir().join(format!("nightdesk-first-{}", uuid::Uuid::now_v7()));
        let path = dir.join("nightdesk/config.toml");
        let name = "Harbour \"Hotel\" Köln";
        write(&path, &answers("http://127.0.0.1:9", name)).unwrap();
        let read = config::read(&path, true).unwrap();
        let chosen = read.choose(None).unwrap();
        assert_eq!(chosen.name.as_deref(), Some(name));
        let lines: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
        let lines = &lines["properties"][name];
        assert_eq!(lines["endpoint"].as_str(), Some("http://127.0.0.1:9"));
        assert!(read.properties.contains_key(name), "{read:?}");
        let key = PathBuf::from(lines["api_key_file"].as_str().unwrap());
        assert_eq!(fs::read_to_string(&key).unwrap(), "seam_test_abc\n");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&key), mode(&path), mode(path.parent().unwrap())), (0o600, 0o600, 0o700));
        assert!(write(&path, &answers(DEFAULT_ENDPOINT, "hill")).is_err(), "one is there");
        fs::remove_file(&path).unwrap();
        assert!(write(&path, &answers(DEFAULT_ENDPOINT, name)).is_err(), "the key is there");
        write(&path, &answers(DEFAULT_ENDPOINT, "hill")).unwrap();
        let lines = fs::read_to_string(&path).unwrap();
        assert!(!lines.contains("endpoint") && !lines.contains("seam_test"), "{lines}");
        fs::remove_dir_all(dir).unwrap();
    }
}
