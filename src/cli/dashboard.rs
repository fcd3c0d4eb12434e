//! The dashboard, on a real property or on a simulated one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::sync::oneshot;

use super::backstage::{self, Desk, Opening, Source};
use super::notifier::Notifier;
use super::opening::Locked;
use super::renewal::{self, Renewal};
use super::{Global, Hotel, keeping, log, sandbox};
use crate::app::estate::Estate;
use crate::app::keymap::Keymap;
use crate::app::notify::{Notify, PLAIN_TITLE};
use crate::app::renew::OwnDesk;
use crate::app::{self, App, operator};
use crate::clock::Clock;
use crate::config::{self, Config, NotifyConfig, PropertySettings};
use crate::journal::Who;
use crate::property::{self, Property, Zone};
use crate::seam;
use crate::sync::{Beat, Cadence};
use crate::text::Text;
use crate::tui::driver::{self, Options, Wires};
use crate::tui::theme::Theme;

/// The theme where none is chosen.
const DEFAULT_THEME: &str = "dark";

/// How far apart the properties begin that are not on the screen.
const STAGGER: Duration = Duration::from_millis(400);

/// Opens the dashboard on the properties of the configuration and the environment.
pub(super) fn real(global: &Global) -> Result<ExitCode> {
    let path = config::path(global.config.as_deref())?;
    let config = config::read(&path, global.config.is_some())?;
    let notify = Some(config.notify.clone().unwrap_or_default());
    let all = config.all();
    // An address on the command line is that of one property: no other's key is sent there.
    if all.len() > 1 && global.endpoint.is_none() {
        let first = config.first(global.property.as_deref())?;
        let asked = first.filter(|_| global.property.is_some());
        let locked = |(n, property): (usize, PropertySettings)| {
            let zone = property.time_zone.as_deref().map(zone).transpose()?;
            let by_name = asked == Some(n);
            let locked = Locked { property: property.clone(), path: path.clone(), by_name };
            let source = Source::Locked(locked);
            Ok(House { source, clock: Clock::system(), zone, sandbox: false, property })
        };
        let houses = all.into_iter().enumerate().map(locked).collect::<Result<Vec<_>>>()?;
        return open(global, &config, Start { houses, first, notify, path });
    }
    let chosen = config.choose(global.property.as_deref())?;
    let key = chosen.api_key(&path)?;
    let settings = seam::Settings::new(chosen.endpoint(global.endpoint.as_deref()), key);
    settings.check()?;
    let sandbox = settings.is_test_key();
    let zone = chosen.time_zone.as_deref().map(zone).transpose()?;
    let source = Source::Api(settings);
    let house = House { source, clock: Clock::system(), zone, sandbox, property: chosen };
    open(global, &config, Start { houses: vec![house], first: Some(0), notify, path })
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
    // It is none of the properties, unless one is to be tried out on it.
    let property = match &global.property {
        Some(asked) => config.choose(Some(asked))?,
        None => PropertySettings::default(),
    };
    let house = House { source: Source::Demo(options), clock, zone: None, sandbox: true, property };
    open(global, &config, Start { houses: vec![house], first: Some(0), notify, path })
}

/// What the ways to start have in common.
struct Start {
    houses: Vec<House>,
    /// Which is entered first; none: all are shown at a glance.
    first: Option<usize>,
    /// How attention is asked for; none: not at all.
    notify: Option<NotifyConfig>,
    /// The configuration that was read.
    path: PathBuf,
}

/// A property to open.
struct House {
    source: Source,
    clock: Clock,
    zone: Option<Zone>,
    sandbox: bool,
    /// What the configuration says of it.
    property: PropertySettings,
}

/// What all properties have in common.
struct Common<'a> {
    config: &'a Config,
    keymap: Keymap,
    state: PathBuf,
    theme: String,
    read_only: bool,
    operator: Option<Text>,
    notify: Option<NotifyConfig>,
    is_alone: bool,
}

impl Common<'_> {
    /// The program on a property of which nothing has been read.
    fn app(&self, house: &House) -> App {
        let thresholds = property::Settings::from(&self.config.thresholds);
        let settings = property::Settings { zone: house.zone, ..thresholds };
        let mut app = App::new(
            Property::new(settings, house.clock.now()),
            app::Settings {
                read_only: self.read_only,
                theme: self.theme.clone(),
                themes: Theme::names().map(str::to_owned).collect(),
                keymap: self.keymap.clone(),
                encoder: None,
                own: OwnDesk::from(&house.property),
                sandbox: house.sandbox,
                operator: self.operator.clone(),
                ask_operator: self.config.ask_operator,
            },
        );
        app.among.name = house.property.name.clone().filter(|_| !self.is_alone);
        app.audit.dir = self.state.display().to_string();
        app.audit.pms = self.config.pms.clone();
        app.audit.me = Who::here(None).user;
        app.notify = self.notify.clone().map(Notify::new).unwrap_or_default();
        app
    }
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
    let Start { houses, first, notify, path } = start;
    let is_alone = houses.len() == 1;
    let keymap = renewal::keymap(config, &path)?;
    let command = notify.as_ref().map(|how| how.command.clone()).unwrap_or_default();
    let notifier = Notifier::new(&command);
    let common = Common { config, keymap, state, theme, read_only, operator, notify, is_alone };
    let mut apps = houses.iter().map(|house| common.app(house));
    let Some(one) = apps.next() else { bail!("there is no property") };
    let estate = Estate::several(one, apps.collect(), first);
    let options = Options {
        mouse: config.mouse && !global.no_mouse,
        ascii: config.ascii || global.ascii,
        no_colour,
        title: Some(Text::from(PLAIN_TITLE)),
    };
    let beat = Beat::new();
    let cadence = Cadence { beat: Some(beat), ..Cadence::from(&config.cadence) };
    // One worker beside the loop: a second would be woken with the first for every answer, and sleep again.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let code = runtime.block_on(async {
        let (openings, refused) =
            if read_only { (Vec::new(), None) } else { opening(&common.state, houses.len()) };
        let mut openings = openings.into_iter();
        let mut behind = 0;
        let wires = houses.into_iter().enumerate().map(|(n, house)| {
            let is_front = first == Some(n);
            behind += u32::from(!is_front);
            let desk = Desk {
                journal: openings.next(),
                state: common.state.clone(),
                is_alone,
                is_front,
                delay: if is_front { Duration::ZERO } else { turn_after(behind) },
                operator: common.operator.clone(),
                beat,
                cadence: cadence.clone(),
                notifier: notifier.clone(),
                renewal: Renewal::new(path.clone(), &house.property, global),
            };
            let stage = backstage::start(house.source, house.clock.clone(), desk);
            Wires {
                deltas: stage.deltas,
                progress: stage.progress,
                journal: stage.journal,
                readings: stage.readings,
                hands: Box::new(stage.orders),
                clock: house.clock,
            }
        });
        let wires = wires.collect();
        tokio::select! {
            code = driver::run_estate(estate, wires, options) => Ok(code?),
            // The terminal is given back with the loop.
            error = refusal(refused.filter(|_| is_alone)) => Err(error),
        }
    });
    notifier.stop();
    // Requests under way must not hold up the end.
    runtime.shutdown_background();
    code
}

/// When the `nth` of those that are not on the screen begins, left a little to chance.
fn turn_after(nth: u32) -> Duration {
    STAGGER.saturating_mul(nth).mul_f64(0.5 + seam::chance())
}

/// Opens the journal while the first frame is drawn, for so many properties. A desk that cannot record what it
/// does does not stay open: the second tells why it cannot. Among several, each says so, and only looks.
fn opening(state: &Path, properties: usize) -> (Vec<Opening>, Option<oneshot::Receiver<anyhow::Error>>) {
    let (opened, journals): (Vec<_>, Vec<_>) = (0..properties).map(|_| oneshot::channel()).unzip();
    let (refuse, refused) = oneshot::channel();
    let state = state.to_owned();
    tokio::spawn(async move {
        // Nobody to hear it means that the program is ending.
        match keeping::open(&state).await {
            Ok(journal) => opened.into_iter().for_each(|to| drop(to.send(Ok(journal.clone())))),
            Err(error) if opened.len() == 1 => drop(refuse.send(error)),
            Err(error) => {
                let why = Text::new(format!("{error:#}"));
                opened.into_iter().for_each(|to| drop(to.send(Err(why.clone()))));
            }
        }
    });
    (journals, Some(refused))
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
