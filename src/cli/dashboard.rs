//! The dashboard, on a real property or on a simulated one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use tokio::sync::{mpsc, oneshot};

use super::backstage::{self, Desk, Opening, Source};
use super::first::{self, Begun};
use super::notifier::Notifier;
use super::renewal::{self, Renewal};
use super::{Global, Hotel, keeping, kept, log, look, sandbox, view};
use crate::app::message::Weight;
use crate::app::notify::{Notify, PLAIN_TITLE};
use crate::app::renew::OwnDesk;
use crate::app::{self, App, Looks, operator};
use crate::clock::Clock;
use crate::config::{self, Config, NotifyConfig, PropertySettings};
use crate::journal::Who;
use crate::property::{self, Property, Zone};
use crate::seam;
use crate::sync::{Beat, Cadence};
use crate::text::Text;
use crate::tui::driver::{self, Options, Wires};
use crate::tui::input::RawInput;
use crate::tui::links;
use crate::tui::theme::{Depth, Gallery};

/// How fast the clock of a walk runs: what a lock takes a minute for is not waited for so long.
const TOUR_SPEED: f64 = 6.0;

/// Opens the dashboard on the property of the configuration and the environment.
pub(super) fn real(global: &Global) -> Result<ExitCode> {
    let path = config::path(global.config.as_deref())?;
    let mut inputs = None;
    if first::is_first(global, &path) {
        match first::ask(global, &path)? {
            Begun::Written(reader) => inputs = Some(reader),
            Begun::Left(code) => return Ok(code),
        }
    }
    let config = config::read(&path, global.config.is_some())?;
    let chosen = config.choose(global.property.as_deref())?;
    let key = chosen.api_key(&path)?;
    let mut settings = seam::Settings::new(chosen.endpoint(global.endpoint.as_deref()), key);
    settings.insecure = global.insecure;
    settings.check()?;
    let in_the_clear = settings.is_in_the_clear();
    let sandbox = settings.is_test_key();
    let zone = chosen.time_zone.as_deref().map(zone).transpose()?;
    let notify = Some(config.notify.clone().unwrap_or_default());
    let source = Source::Api(settings);
    let clock = Clock::system();
    let property = chosen;
    let start =
        Start { source, clock, zone, sandbox, in_the_clear, inputs, tour: false, notify, path, property };
    open(global, &config, start)
}

pub(super) fn zone(name: &str) -> Result<Zone> {
    Zone::named(name).with_context(|| {
        format!("time_zone: “{}” is not the name of a time zone, write Europe/Berlin", Text::new(name))
    })
}

/// Opens the dashboard on a hotel that is simulated in this process.
pub(super) fn demo(global: &Global, hotel: &Hotel, tour: bool) -> Result<ExitCode> {
    let speed = hotel.speed.or(tour.then_some(TOUR_SPEED));
    let hotel = &Hotel { speed, ..hotel.clone() };
    let path = config::path(global.config.as_deref())?;
    let config = config::read(&path, global.config.is_some())?;
    let options = sandbox::options(hotel);
    let clock = Clock::simulated(options.tonight(chrono::Utc::now()), options.speed);
    // Nobody is called to a hotel that is not there, unless the configuration says so.
    let notify = config.notify.clone();
    // It is none of the properties, unless one is to be tried out on it.
    let property = match &global.property {
        Some(asked) => config.choose(Some(asked))?,
        None => PropertySettings::default(),
    };
    let source = Source::Demo(options);
    let start = Start {
        source,
        clock,
        zone: None,
        sandbox: true,
        inputs: None,
        tour,
        in_the_clear: false,
        notify,
        path,
        property,
    };
    open(global, &config, start)
}

/// What the two ways to start have in common.
struct Start {
    source: Source,
    clock: Clock,
    zone: Option<Zone>,
    sandbox: bool,
    /// What reads the terminal already, where something does.
    inputs: Option<mpsc::Receiver<RawInput>>,
    /// Whether it begins with a walk.
    tour: bool,
    /// Whether the key travels to another machine over http.
    in_the_clear: bool,
    /// How attention is asked for; none: not at all.
    notify: Option<NotifyConfig>,
    /// The configuration that was read.
    path: PathBuf,
    /// What it says of the property.
    property: PropertySettings,
}

fn open(global: &Global, config: &Config, start: Start) -> Result<ExitCode> {
    let state = config::state_dir(global.state_dir.as_deref())?;
    let read_only = global.read_only || config.read_only;
    let operator = config::operator(global.operator.as_deref()).and_then(|typed| operator::name(&typed));
    log::open(&state, global.log_level)?;
    let depth = Depth::from_env();
    let path = config::path(global.config.as_deref())?;
    let (gallery, broken) = Gallery::with(&path.with_file_name("themes"));
    let chosen = global.theme.clone().or_else(|| config.theme.clone());
    let (theme, chosen_by) = look::choose(chosen, kept::theme(&state), depth, &gallery, &broken)?;
    if !std::io::IsTerminal::is_terminal(&std::io::stdout()) {
        bail!("the dashboard needs a terminal: run it in one, over ssh with -t");
    }
    let settings = property::Settings { zone: start.zone, ..property::Settings::from(&config.thresholds) };
    let mut app = App::new(
        Property::new(settings, start.clock.now()),
        app::Settings {
            read_only,
            theme,
            themes: gallery.names().map(str::to_owned).collect(),
            keymap: renewal::keymap(config, &start.path)?,
            encoder: None,
            own: OwnDesk { in_the_clear: start.in_the_clear, ..OwnDesk::from(&start.property) },
            sandbox: start.sandbox,
            operator: operator.clone(),
            ask_operator: config.ask_operator,
        },
    );
    let wanted = &config.columns;
    let given = [&wanted.guests, &wanted.grants, &wanted.mutations, &wanted.warnings].map(Vec::as_slice);
    match view::read(&state) {
        Ok(remembered) => app.recall(given, remembered.as_deref()),
        Err(error) => {
            app.recall(given, None);
            app.messages.say(start.clock.now(), Weight::Caution, format!("{error:#}"));
        }
    }
    app.looks = Looks { chosen_by, reduced_motion: config.reduced_motion };
    if start.tour {
        app.begin_tour();
    }
    for broken in broken {
        tracing::warn!(%broken, "a theme is left out");
        app.warn(format!("A theme is left out: {broken}"));
    }
    app.audit.dir = state.display().to_string();
    app.audit.pms = config.pms.clone();
    app.audit.me = Who::here(None).user;
    let command = start.notify.as_ref().map(|how| how.command.clone()).unwrap_or_default();
    let notifier = Notifier::new(&command);
    app.notify = start.notify.map(Notify::new).unwrap_or_default();
    let options = Options {
        mouse: config.mouse && !global.no_mouse,
        ascii: config.ascii || global.ascii,
        asks_ground: look::asks_ground(chosen_by, depth),
        gallery,
        depth,
        links: links::from_env(),
        title: Some(Text::from(PLAIN_TITLE)),
    };
    let beat = Beat::new();
    let renewal = Renewal::new(start.path, &start.property, global);
    let cadence = Cadence { beat: Some(beat), ..Cadence::from(&config.cadence) };
    // One worker beside the loop: a second would be woken with the first for every answer, and sleep again.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let code = runtime.block_on(async {
        let (opening, refused) = if read_only { (None, None) } else { opening(&state) };
        let notifier = notifier.clone();
        let desk = Desk { journal: opening, state, operator, beat, cadence, notifier, renewal };
        let stage = backstage::start(start.source, start.clock.clone(), desk);
        let keeper = stage.keeper;
        let wires = Wires {
            deltas: stage.deltas,
            progress: stage.progress,
            journal: stage.journal,
            readings: stage.readings,
            hands: Box::new(stage.orders),
            clock: start.clock,
        };
        let code = tokio::select! {
            code = driver::run_on(app, wires, options, start.inputs) => code.map_err(anyhow::Error::from),
            // The terminal is given back with the loop.
            error = refusal(refused) => Err(error),
        };
        (code, keeper)
    });
    let (code, keeper) = code;
    // What was chosen last is remembered too; the loop has let go of its end.
    let _ = keeper.join();
    notifier.stop();
    // Requests under way must not hold up the end.
    runtime.shutdown_background();
    code
}

/// Opens the journal while the first frame is drawn. A desk that cannot record what it does does not stay
/// open: the second tells why it cannot.
fn opening(state: &Path) -> (Option<Opening>, Option<oneshot::Receiver<anyhow::Error>>) {
    let (opened, journal) = oneshot::channel();
    let (refuse, refused) = oneshot::channel();
    let state = state.to_owned();
    tokio::spawn(async move {
        // Nobody to hear it means that the program is ending.
        match keeping::open(&state).await {
            Ok(journal) => drop(opened.send(journal)),
            Err(error) => drop(refuse.send(error)),
        }
    });
    (Some(journal), Some(refused))
}

/// Waits until the journal is refused: for ever where it is not.
async fn refusal(refused: Option<oneshot::Receiver<anyhow::Error>>) -> anyhow::Error {
    if let Some(refused) = refused
        && let Ok(error) = refused.await
    {
        return error;
    }
    std::future::pending().await
}
