//! The dashboard, on a real property or on a simulated one.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use super::backstage::{self, Desk, Source};
use super::notifier::Notifier;
use super::{Global, Hotel, keeping, log, sandbox};
use crate::app::keymap::Keymap;
use crate::app::notify::{Notify, PLAIN_TITLE};
use crate::app::{self, App, operator};
use crate::clock::Clock;
use crate::config::{self, Config, NotifyConfig};
use crate::journal::Who;
use crate::property::{self, Property, Zone};
use crate::seam;
use crate::text::Text;
use crate::tui::driver::{self, Options, Wires};
use crate::tui::theme::Theme;

/// The theme where none is chosen.
const DEFAULT_THEME: &str = "dark";

/// Opens the dashboard on the property of the configuration and the environment.
pub(super) fn real(global: &Global) -> Result<ExitCode> {
    let path = config::path(global.config.as_deref())?;
    let config = config::read(&path, global.config.is_some())?;
    let chosen = config.choose(global.property.as_deref())?;
    let key = chosen.api_key(&path)?;
    let settings = seam::Settings::new(chosen.endpoint(global.endpoint.as_deref()), key);
    settings.check()?;
    let sandbox = settings.is_test_key();
    let zone = chosen.time_zone.as_deref().map(zone).transpose()?;
    let notify = Some(config.notify.clone().unwrap_or_default());
    let start = Start { source: Source::Api(settings), clock: Clock::system(), zone, sandbox, notify };
    open(global, &config, start)
}

pub(super) fn zone(name: &str) -> Result<Zone> {
    Zone::named(name).with_context(|| {
        format!("time_zone: “{}” is not the name of a time zone, write Europe/Berlin", Text::new(name))
    })
}

/// Opens the dashboard on a hotel that is simulated in this process.
pub(super) fn demo(global: &Global, hotel: &Hotel) -> Result<ExitCode> {
    let path = config::path(global.config.as_deref())?;
    let config = config::read(&path, global.config.is_some())?;
    let options = sandbox::options(hotel);
    let clock = Clock::simulated(options.tonight(chrono::Utc::now()), options.speed);
    // Nobody is called to a hotel that is not there, unless the configuration says so.
    let notify = config.notify.clone();
    let start = Start { source: Source::Demo(options), clock, zone: None, sandbox: true, notify };
    open(global, &config, start)
}

/// What the two ways to start have in common.
struct Start {
    source: Source,
    clock: Clock,
    zone: Option<Zone>,
    sandbox: bool,
    /// How attention is asked for; none: not at all.
    notify: Option<NotifyConfig>,
}

fn open(global: &Global, config: &Config, start: Start) -> Result<ExitCode> {
    let state = config::state_dir(global.state_dir.as_deref())?;
    let read_only = global.read_only || config.read_only;
    let operator = config::operator(global.operator.as_deref()).and_then(|typed| operator::name(&typed));
    log::open(&state, global.log_level)?;
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let theme =
        global.theme.clone().or_else(|| config.theme.clone()).unwrap_or_else(|| DEFAULT_THEME.to_owned());
    Theme::choose(Some(&theme), no_colour)?;
    if !std::io::IsTerminal::is_terminal(&std::io::stdout()) {
        bail!("the dashboard needs a terminal: run it in one, over ssh with -t");
    }
    let settings = property::Settings { zone: start.zone, ..property::Settings::from(&config.thresholds) };
    let mut app = App::new(
        Property::new(settings, start.clock.now()),
        app::Settings {
            read_only,
            theme,
            themes: Theme::names().map(str::to_owned).collect(),
            keymap: Keymap::new()?,
            encoder: None,
            sandbox: start.sandbox,
            operator: operator.clone(),
            ask_operator: config.ask_operator,
        },
    );
    app.audit.dir = state.display().to_string();
    app.audit.me = Who::here(None).user;
    let command = start.notify.as_ref().map(|how| how.command.clone()).unwrap_or_default();
    let notifier = Notifier::new(&command);
    app.notify = start.notify.map(Notify::new).unwrap_or_default();
    let options = Options {
        mouse: config.mouse && !global.no_mouse,
        ascii: config.ascii || global.ascii,
        no_colour,
        title: Some(Text::from(PLAIN_TITLE)),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    // Before the terminal is taken: a desk that cannot record what it does does not open.
    let journal = if read_only { None } else { Some(runtime.block_on(keeping::open(&state))?) };
    let code = runtime.block_on(async {
        let desk = Desk { journal, state, operator, notifier: notifier.clone() };
        let stage = backstage::start(start.source, start.clock.clone(), desk);
        let wires = Wires {
            deltas: stage.deltas,
            progress: stage.progress,
            journal: stage.journal,
            readings: stage.readings,
            hands: Box::new(stage.orders),
            clock: start.clock,
        };
        driver::run(app, wires, options).await
    });
    notifier.stop();
    // Requests under way must not hold up the end.
    runtime.shutdown_background();
    Ok(code?)
}
