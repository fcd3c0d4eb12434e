//! `nightdesk config`: a first file, a look at it, and where it is.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Subcommand;

use super::outlet::Reader;
use super::{Global, outlet, renewal};
use crate::app::command::COMMANDS;
use crate::app::own_keys::OWN_KEYS;
use crate::config::page::{Row, starter};
use crate::config::{self, Config};
use crate::store::Server;
use crate::text::Text;
use crate::tui::theme::Gallery;

/// What to do about the configuration.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Ask {
    /// Write a file with every setting in it and none of them set; never over one that is there
    Init,
    /// Say whether the file can be used, or file, line, setting and the nearest valid name
    Check,
    /// Say which file is read
    Path,
}

/// Does it.
pub(super) fn run(global: &Global, ask: Ask) -> Result<ExitCode> {
    let path = config::path(global.config.as_deref())?;
    match ask {
        Ask::Path => outlet::print(&format!("{}\n", path.display())),
        Ask::Init => init(&path),
        Ask::Check => {
            let config = config::read(&path, global.config.is_some())?;
            check(&config, &path)?;
            // A file with an address may be another host's: `doctor` reads it, as it reads keys.
            let is_here = config.shared.url_file.is_none();
            let shared = if is_here { config.shared(&path)? } else { None };
            if global.property.is_some() || config.property.is_some() {
                config.choose(global.property.as_deref())?;
            }
            outlet::print(&format!("{}: {}\n", path.display(), words(&config, &path, shared.as_ref())))
        }
    }?;
    Ok(ExitCode::SUCCESS)
}

/// What reading the file alone does not tell.
///
/// # Errors
/// Keys that cannot be, or a theme that is none.
pub(super) fn check(config: &Config, path: &Path) -> Result<()> {
    renewal::keymap(config, path)?;
    if let Some(theme) = &config.theme {
        Gallery::with(&path.with_file_name("themes"))
            .0
            .named(theme)
            .with_context(|| format!("{}: theme", path.display()))?;
    }
    Ok(())
}

fn words(config: &Config, path: &Path, shared: Option<&Server>) -> Text {
    let shared = shared.map(|server| format!("; shared store {}", server.place())).unwrap_or_default();
    if !path.exists() && shared.is_empty() {
        return Text::from(
            "there is no such file, so everything is as usual; `nightdesk config init` writes one",
        );
    }
    let names: Vec<&str> = config.properties.keys().map(String::as_str).collect();
    let properties = match names.as_slice() {
        [] => "no property: the environment says which".to_owned(),
        [one] => format!("one property, {one}"),
        all => format!("{} properties: {}", all.len(), all.join(", ")),
    };
    let keys = match config.keys.bound.len() {
        0 => String::new(),
        1 => "; keys of its own for one command".to_owned(),
        n => format!("; keys of its own for {n} commands"),
    };
    Text::new(format!("all is well; {properties}{keys}{shared}"))
}

/// The commands, as the first file lists them.
pub(super) fn rows() -> Vec<Row<'static>> {
    let commands = COMMANDS.iter().map(|c| (c.name, c.keys, c.label));
    commands.chain(OWN_KEYS.iter().map(|own| (own.name, own.keys, own.label))).collect()
}

fn init(path: &Path) -> Result<Reader> {
    if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
        made.with_context(|| format!("{}: cannot be made", dir.display()))?;
    }
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = match opened {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            bail!("{}: there is a file already; it stays as it is", path.display())
        }
        opened => opened.with_context(|| format!("{}: cannot be written", path.display()))?,
    };
    let written = file.write_all(starter(&rows()).as_bytes()).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // Half a file is none.
        let _ = fs::remove_file(path);
        return Err(error).with_context(|| format!("{}: cannot be written", path.display()));
    }
    outlet::print(&format!("{}\n", path.display()))
}
