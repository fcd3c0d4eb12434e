//! `nightdesk doctor`: everything the desk needs, looked at once, one line each.

use std::env;
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;

use super::{DONE, Global, OPEN, outlet, settings, store};
use crate::config::{self, Config, PropertySettings};
use crate::journal::Journal;
use crate::seam::client::{EncodersOf, ListEncoders, ListSystems};
use crate::seam::model::Encoder;
use crate::seam::{Client, Settings};
use crate::store::Server;
use crate::text::Text;
use crate::tui::tty;
use crate::tui::views::{LEAST_HEIGHT, LEAST_WIDTH};

/// Clocks that are further apart show wrong ages.
const APART: i64 = 5;

/// How it stands with one thing.
enum State {
    /// As it should be; what there is to say of it.
    Well(String),
    /// Not as it should be: what, and what to do.
    Wrong(String),
    /// Could not be looked at; why.
    Skipped(&'static str),
}

use State::{Skipped, Well, Wrong};

/// What was found, in the order of the lines.
#[derive(Default)]
struct Findings(Vec<(&'static str, State)>);

impl Findings {
    fn add(&mut self, what: &'static str, state: State) {
        self.0.push((what, state));
    }

    /// Adds what can go wrong, and hands on what did not.
    fn tried<T>(&mut self, what: &'static str, tried: Result<T>, words: impl Fn(&T) -> String) -> Option<T> {
        match tried {
            Ok(found) => {
                self.add(what, Well(words(&found)));
                Some(found)
            }
            Err(error) => {
                self.add(what, Wrong(format!("{error:#}")));
                None
            }
        }
    }

    fn lines(&self) -> String {
        let line = |(what, state): &(&str, State)| {
            let (mark, words) = match state {
                Well(words) => ("ok", words.as_str()),
                Wrong(words) => ("FAIL", words.as_str()),
                Skipped(why) => ("skip", *why),
            };
            format!("{mark:<5} {what:<10} {}\n", Text::new(words))
        };
        self.0.iter().map(line).collect()
    }

    fn is_well(&self) -> bool {
        self.0.iter().all(|(_, state)| !matches!(state, Wrong(_)))
    }
}

/// Looks at everything and says how it stands. Exit code 0 where all is well, 1 where something is not.
pub(super) fn examine(global: &Global) -> Result<ExitCode> {
    let mut found = Findings::default();
    let opened = config(global, &mut found);
    let settings = opened.as_ref().and_then(|(config, path)| key(global, config, path, &mut found));
    if opened.is_none() {
        found.add("key", Skipped("the configuration must be put right first"));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match settings {
        Some((settings, property)) => crate::task::wait(&runtime, hotel(settings, &property, &mut found)),
        None => {
            for what in ["endpoint", "clock", "workspace", "encoders"] {
                found.add(what, Skipped("needs the key"));
            }
        }
    }
    let read_only = global.read_only || opened.as_ref().is_some_and(|(config, _)| config.read_only);
    match opened.as_ref().map(|(config, path)| config.shared(path)) {
        Some(Ok(Some(server))) => crate::task::wait(&runtime, shared(&server, read_only, &mut found)),
        Some(Err(error)) => found.add("store", Wrong(error.to_string())),
        Some(Ok(None)) | None => crate::task::wait(&runtime, journal(global, read_only, &mut found)),
    }
    found.add("terminal", terminal());
    outlet::print(&found.lines())?;
    Ok(ExitCode::from(if found.is_well() { DONE } else { OPEN }))
}

fn config(global: &Global, found: &mut Findings) -> Option<(Config, std::path::PathBuf)> {
    let read = || {
        let path = config::path(global.config.as_deref())?;
        let config = config::read(&path, global.config.is_some())?;
        settings::check(&config, &path)?;
        Ok((config, path))
    };
    found.tried("config", read(), |(_, path)| {
        let missing = if path.exists() { "" } else { " is not there: everything is as usual" };
        format!("{}{missing}", path.display())
    })
}

fn key(
    global: &Global,
    config: &Config,
    path: &Path,
    found: &mut Findings,
) -> Option<(Settings, PropertySettings)> {
    let read = || {
        let property = config.choose(global.property.as_deref())?;
        let key = property.api_key(path)?;
        let mut settings = Settings::new(property.endpoint(global.endpoint.as_deref()), key);
        settings.insecure = global.insecure;
        settings.read_retries = 0;
        settings.total_timeout = Duration::from_secs(10);
        settings.check()?;
        Ok((settings, property))
    };
    found.tried("key", read(), |(settings, property)| {
        let from = property.key_source().map(|source| source.words()).unwrap_or_default();
        let of = property.name.as_ref().map(|name| format!(", for {name}")).unwrap_or_default();
        let kind = if settings.is_test_key() { "a test key" } else { "a key" };
        format!("{kind} {from}{of}")
    })
}

async fn hotel(settings: Settings, property: &PropertySettings, found: &mut Findings) {
    let rest = |found: &mut Findings, all: &[&'static str]| {
        all.iter().for_each(|what| found.add(what, Skipped("nothing answers")));
    };
    let client = match Client::new(settings) {
        Ok(client) => client,
        Err(error) => {
            found.add("endpoint", Wrong(error.to_string()));
            return rest(found, &["clock", "workspace", "encoders"]);
        }
    };
    let endpoint = client.endpoint();
    let workspace = match client.get_workspace().await {
        Ok(workspace) => workspace,
        Err(error) if error.status().is_none() => {
            found.add("endpoint", Wrong(format!("{endpoint} does not answer: {error}")));
            return rest(found, &["clock", "workspace", "encoders"]);
        }
        Err(error) => {
            found.add("endpoint", Well(format!("{endpoint} answers")));
            found.add("clock", clock(&client));
            found.add("workspace", Wrong(error.to_string()));
            return found.add("encoders", Skipped("needs the workspace"));
        }
    };
    found.add("endpoint", Well(format!("{endpoint} answers")));
    found.add("clock", clock(&client));
    let kind = if workspace.is_sandbox { ", a sandbox" } else { "" };
    found.add("workspace", Well(format!("{}{kind}", workspace.name)));
    let state = encoders(&client, property).await.unwrap_or_else(|error| Wrong(format!("{error:#}")));
    found.add("encoders", state);
}

fn clock(client: &Client) -> State {
    match client.server_clock_skew().map(|skew| skew.num_seconds()) {
        None => Skipped("the server does not tell the time"),
        Some(skew) if skew.abs() <= APART => Well("right".to_owned()),
        Some(skew) => {
            let side = if skew > 0 { "behind" } else { "ahead of" };
            let by = skew.abs();
            Wrong(format!("this computer is {by} s {side} the servers: set its clock, best by NTP"))
        }
    }
}

async fn encoders(client: &Client, property: &PropertySettings) -> Result<State> {
    let systems = client.list_systems(&ListSystems::default()).await?.items;
    if systems.is_empty() {
        return Ok(Well("none: there is no access system".to_owned()));
    }
    let of = EncodersOf::Systems(systems.into_iter().map(|system| system.id).collect());
    let all = client.list_encoders(&ListEncoders { of, limit: None }).await?.items;
    let names = all.iter().map(|e| e.display_name.as_str()).collect::<Vec<_>>().join(", ");
    let is_own = |e: &&Encoder, own: &Text| {
        e.id.to_string() == own.as_str() || e.display_name.as_str().eq_ignore_ascii_case(own.as_str().trim())
    };
    if let Some(own) = &property.encoder {
        let Some(encoder) = all.iter().find(|e| is_own(e, own)) else {
            return Ok(Wrong(format!("none is called “{own}”: write one of {names} as encoder")));
        };
        if let Some(trouble) = encoder.errors.first() {
            return Ok(Wrong(format!("{own}: {}", trouble.message)));
        }
    }
    let down: Vec<&str> =
        all.iter().filter(|e| !e.errors.is_empty()).map(|e| e.display_name.as_str()).collect();
    let own = property.encoder.as_ref().map(|own| format!("; this desk has {own}")).unwrap_or_default();
    let trouble = if down.is_empty() { String::new() } else { format!("; in trouble: {}", down.join(", ")) };
    Ok(Well(format!("{}: {names}{own}{trouble}", all.len())))
}

async fn shared(server: &Server, read_only: bool, found: &mut Findings) {
    let looked = store::examine(server).await;
    found.add(
        "store",
        match looked {
            Ok(words) => Well(words),
            Err(error) if read_only => Wrong(format!("{error:#}")),
            Err(error) => Wrong(format!("{error:#}; until then only --read-only opens")),
        },
    );
}

async fn journal(global: &Global, read_only: bool, found: &mut Findings) {
    let dir = match config::state_dir(global.state_dir.as_deref()) {
        Ok(dir) => dir,
        Err(error) => return found.add("journal", Wrong(error.to_string())),
    };
    if read_only {
        return found.add("journal", Skipped("this desk is read-only: nothing is recorded"));
    }
    let opened = Journal::open(&dir).await;
    found.add(
        "journal",
        match opened {
            Ok(_) => Well(format!("{} can be written", dir.display())),
            Err(error) => Wrong(format!("{error}; until then only --read-only opens")),
        },
    );
}

fn terminal() -> State {
    if !std::io::stdout().is_terminal() {
        return Skipped("this is none: the dashboard needs one");
    }
    let kind = env::var("TERM").unwrap_or_default();
    if kind.is_empty() || kind == "dumb" {
        return Wrong(
            "TERM does not name one that can be drawn on: set it, often to xterm-256color".to_owned(),
        );
    }
    let size = tty::size();
    if size.width < LEAST_WIDTH || size.height < LEAST_HEIGHT {
        let (width, height) = (size.width, size.height);
        return Wrong(format!("{width}x{height} is too small: at least {LEAST_WIDTH}x{LEAST_HEIGHT}"));
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(|name| env::var(name).ok());
    let locale = locale.into_iter().find(|value| !value.is_empty()).unwrap_or_default().to_ascii_lowercase();
    let signs = if locale.contains("utf-8") || locale.contains("utf8") {
        "UTF-8"
    } else {
        "no UTF-8 locale: --ascii"
    };
    Well(format!("{kind}, {}x{}, {signs}", size.width, size.height))
}
