//! The dashboard, on a real property or on a simulated one.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use super::backstage::{self, Desk, Opening, Source};
use super::duty::Roll;
use super::emergency::Emergency;
use super::first::{self, Begun};
use super::house::{Common, House};
use super::notifier::Notifier;
use super::opening::Locked;
use super::relaying::Relays;
use super::renewal::{self, Renewal};
use super::{Global, Hotel, keeping, kept, log, look, sandbox, view};
use crate::app::estate::Estate;
use crate::app::notify::PLAIN_TITLE;
use crate::app::{Looks, operator};
use crate::clock::Clock;
use crate::config::{self, Config, NotifyConfig, PropertySettings};
use crate::journal::Home;
use crate::property::{self, Zone};
use crate::seam;
use crate::sync::{Beat, Cadence};
use crate::task::{Worker, wait};
use crate::text::Text;
use crate::tui::driver::{self, Options, Wires};
use crate::tui::links;
use crate::tui::theme::{Depth, Gallery};

/// How fast the clock of a walk runs: what a lock takes a minute for is not waited for so long.
const TOUR_SPEED: f64 = 6.0;

/// How far apart the properties begin that are not on the screen.
const STAGGER: Duration = Duration::from_millis(400);

/// Opens the dashboard on the properties of the configuration and the environment.
pub(super) fn real(global: &Global) -> Result<ExitCode> {
    let path = config::path(global.config.as_deref())?;
    if first::is_first(global, &path)
        && let Begun::Left(code) = first::ask(global, &path)?
    {
        return Ok(code);
    }
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
            let insecure = global.insecure;
            let locked = Locked { property: property.clone(), path: path.clone(), insecure, by_name };
            let in_the_clear = locked.is_in_the_clear();
            let source = Source::Locked(locked);
            Ok(House { source, clock: Clock::system(), zone, sandbox: false, in_the_clear, property })
        };
        let houses = all.into_iter().enumerate().map(locked).collect::<Result<Vec<_>>>()?;
        return open(global, &config, Start { houses, first, tour: false, notify, path });
    }
    let chosen = config.choose(global.property.as_deref())?;
    let key = chosen.api_key(&path)?;
    let mut settings = seam::Settings::new(chosen.endpoint(global.endpoint.as_deref()), key);
    settings.insecure = global.insecure;
    settings.check()?;
    let in_the_clear = settings.is_in_the_clear();
    let sandbox = settings.is_test_key();
    let zone = chosen.time_zone.as_deref().map(zone).transpose()?;
    let house = House {
        source: Source::Api(settings),
        clock: Clock::system(),
        zone,
        sandbox,
        in_the_clear,
        property: chosen,
    };
    open(global, &config, Start { houses: vec![house], first: Some(0), tour: false, notify, path })
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
    let house = House { source, clock, zone: None, sandbox: true, in_the_clear: false, property };
    open(global, &config, Start { houses: vec![house], first: Some(0), tour, notify, path })
}

/// What the ways to start have in common.
struct Start {
    houses: Vec<House>,
    /// Which is entered first; none: all are shown at a glance.
    first: Option<usize>,
    /// Whether it begins with a walk.
    tour: bool,
    /// How attention is asked for; none: not at all.
    notify: Option<NotifyConfig>,
    /// The configuration that was read.
    path: PathBuf,
}

/// Whether the hotel is simulated in this process.
fn houses_are_demos(start: &Start) -> bool {
    start.houses.iter().any(|house| matches!(house.source, Source::Demo(_)))
}

fn open(global: &Global, config: &Config, start: Start) -> Result<ExitCode> {
    let state = config::state_dir(global.state_dir.as_deref())?;
    // A hotel that is not there is in nobody's journal but this host's.
    let is_demo = houses_are_demos(&start);
    let home =
        if is_demo { Home::new(state.clone(), None) } else { keeping::home(global, config, &start.path)? };
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
    let Start { houses, first, tour, notify, path: read } = start;
    let is_alone = houses.len() == 1;
    let keymap = renewal::keymap(config, &read)?;
    let command = notify.as_ref().map(|how| how.command.clone()).unwrap_or_default();
    let notifier = Notifier::new(&command);
    let themes = gallery.names().map(str::to_owned).collect();
    for broken in &broken {
        tracing::warn!(%broken, "a theme is left out");
    }
    let broken = broken.iter().map(ToString::to_string).collect();
    let common = Common {
        config,
        keymap,
        remembered: view::read(&state),
        state,
        theme,
        themes,
        broken,
        looks: Looks { chosen_by, reduced_motion: config.reduced_motion },
        read_only,
        operator,
        notify,
        is_alone,
        tour,
    };
    let mut apps = houses.iter().map(|house| common.app(house));
    let Some(one) = apps.next() else { bail!("there is no property") };
    let estate = Estate::several(one, apps.collect(), first);
    let options = Options {
        mouse: config.mouse && !global.no_mouse,
        ascii: config.ascii || global.ascii,
        asks_ground: look::asks_ground(chosen_by, depth),
        gallery,
        themes: Some(path.with_file_name("themes")),
        depth,
        links: links::from_env(),
        title: Some(Text::from(PLAIN_TITLE)),
    };
    let beat = Beat::new();
    let cadence = Cadence { beat: Some(beat), ..Cadence::from(&config.cadence) };
    // One worker beside the loop: a second would be woken with the first for every answer, and sleep again.
    let worker = Worker::start()?;
    // The loop has its thread for itself, so that a key wakes up nobody else.
    let own = Builder::new_current_thread().enable_all().build()?;
    let backstage = worker.enter();
    let (openings, refused) = if read_only { (Vec::new(), None) } else { opening(&home, houses.len()) };
    let relays = Relays::new(&home, common.operator.clone());
    let (relays, left) = relays.unzip();
    let roll = Roll::new(&home, common.operator.clone());
    let emergency = if read_only { None } else { Emergency::new(&home) };
    let mut openings = openings.into_iter();
    let mut behind = 0;
    let ends = houses.into_iter().enumerate().map(|(n, house)| {
        let is_front = first == Some(n);
        behind += u32::from(!is_front);
        let desk = Desk {
            journal: openings.next(),
            home: home.clone(),
            is_alone,
            is_front,
            relays: relays.clone(),
            roll: roll.clone(),
            emergency: emergency.clone(),
            events_kept: property::Settings::from(&config.thresholds_of(house.property.name.as_deref()))
                .events_kept,
            delay: if is_front { Duration::ZERO } else { turn_after(behind) },
            operator: common.operator.clone(),
            beat,
            cadence: cadence.clone(),
            notifier: notifier.clone(),
            renewal: Renewal::new(read.clone(), &house.property, global),
        };
        let stage = backstage::start(house.source, house.clock.clone(), desk);
        let wires = Wires {
            deltas: stage.deltas,
            progress: stage.progress,
            journal: stage.journal,
            readings: stage.readings,
            hands: Box::new(stage.orders),
            clock: house.clock,
        };
        (wires, stage.keeper)
    });
    let (wires, keepers): (Vec<_>, Vec<_>) = ends.unzip();
    drop((backstage, relays, emergency));
    let code = wait(&own, async {
        tokio::select! {
            code = driver::run_estate(estate, wires, options) => code.map_err(anyhow::Error::from),
            // The terminal is given back with the loop.
            error = refusal(refused.filter(|_| is_alone)) => Err(error),
        }
    });
    // What was chosen last is remembered too; the loop has let go of its ends.
    for keeper in keepers {
        let _ = keeper.join();
    }
    notifier.stop();
    if let Some(left) = left {
        wait(&own, left.wait());
    }
    if let Some(roll) = roll {
        wait(&own, roll.leave());
    }
    // Requests under way must not hold up the end.
    drop(worker);
    own.shutdown_background();
    code
}

/// When the `nth` of those that are not on the screen begins, left a little to chance.
fn turn_after(nth: u32) -> Duration {
    STAGGER.saturating_mul(nth).mul_f64(0.5 + seam::chance())
}

/// Opens the journal while the first frame is drawn, for so many properties. A desk that cannot record what it
/// does does not stay open: the second tells why it cannot. Among several, each says so, and only looks.
fn opening(home: &Home, properties: usize) -> (Vec<Opening>, Option<oneshot::Receiver<anyhow::Error>>) {
    let (opened, journals): (Vec<_>, Vec<_>) = (0..properties).map(|_| oneshot::channel()).unzip();
    let (refuse, refused) = oneshot::channel();
    let home = home.clone();
    crate::task::spawn(async move {
        // Nobody to hear it means that the program is ending.
        match keeping::open(&home).await {
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
