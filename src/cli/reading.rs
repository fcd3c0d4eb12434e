//! Reading the whole property once, and going on from there: what the commands without a screen share.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use super::Global;
use super::card_watch::CardWatch;
use super::noted::Noted;
use crate::clock::Clock;
use crate::config::{self, Config, PropertySettings};
use crate::journal::{Home, JournalError};
use crate::order::Arrange as _;
use crate::property::{self, Changed, Delta, Fault, FaultKind, Property, Records, Resource, Stage, Zone};
use crate::report::Unread;
use crate::seam::id::GrantId;
use crate::seam::{self, Client};
use crate::sync::{self, Cadence};
use crate::task::Worker;
use crate::text::Text;

/// How many messages may wait before the pollers wait too.
const MAILBOX: usize = 256;
/// After so many failures in a row a list counts as not readable for now.
const ENOUGH: u32 = 2;
/// How long the doors of single grants may keep everybody waiting without a sign of life.
const DOORS_WAIT: Duration = Duration::from_secs(15);

/// Where to read, from the configuration and the environment.
pub(super) struct Place {
    /// The configuration.
    pub(super) config: Config,
    /// The way in.
    pub(super) settings: seam::Settings,
    /// The file the configuration was read from.
    pub(super) path: PathBuf,
    /// Its name in the configuration; none where that names no property.
    pub(super) name: Option<Text>,
    zone: Option<Zone>,
}

impl Place {
    /// The property of the configuration and the environment.
    pub(super) fn find(global: &Global) -> Result<Self> {
        let path = config::path(global.config.as_deref())?;
        let config = config::read(&path, global.config.is_some())?;
        let chosen = config.choose(global.property.as_deref())?;
        let key = chosen.api_key(&path)?;
        let endpoint = chosen.endpoint(global.endpoint.as_deref());
        Self::of((config, path), chosen, seam::Settings::new(endpoint, key), global.insecure)
    }

    /// A property of the configuration, which was read from this file, with the way in.
    ///
    /// # Errors
    /// Where the key would travel in the clear, or the time zone is none.
    pub(super) fn of(
        (config, path): (Config, PathBuf),
        chosen: PropertySettings,
        mut settings: seam::Settings,
        insecure: bool,
    ) -> Result<Self> {
        settings.insecure = insecure;
        // Nobody watches a screen meanwhile: better an answer that something cannot be read than a wait.
        settings.read_retries = 1;
        settings.total_timeout = Duration::from_secs(20);
        settings.check()?;
        let zone = chosen.time_zone.as_deref().map(super::dashboard::zone).transpose()?;
        Ok(Self { config, settings, path, name: chosen.name, zone })
    }
}

/// The property, read once, and the news of it since.
pub(super) struct Reading {
    /// The property.
    pub(super) property: Property,
    /// The name under which the journal knows it.
    pub(super) hotel: Text,
    clock: Clock,
    client: Client,
    deltas: mpsc::Receiver<Delta>,
    progress: Progress,
    cards: Option<CardWatch>,
    _polling: sync::Handle,
}

impl Reading {
    /// Reads everything once; what the journal in `home` knows of cards is asked for by
    /// [`Reading::learn_cards`].
    ///
    /// # Errors
    /// Where nothing answers at all. A list that could not be read is told by [`Reading::unread`].
    pub(super) async fn open(
        place: Place,
        clock: Clock,
        cadence: Cadence,
        home: Option<&Home>,
    ) -> Result<Self> {
        let client = Client::new(place.settings)?;
        // The first answer sets the clock right before any record is dated by it.
        let workspace = client.get_workspace().await.context("the property cannot be read")?;
        if let Some(skew) = client.server_clock_skew() {
            clock.follow(skew);
        }
        let settings = property::Settings {
            zone: place.zone,
            ..property::Settings::from(&place.config.thresholds_of(place.name.as_deref()))
        };
        let property = Property::new(settings, clock.now());
        let (out, deltas) = mpsc::channel(MAILBOX);
        let tell: sync::Clock = {
            let clock = clock.clone();
            Arc::new(move || clock.now())
        };
        let polling = sync::start(&client, cadence, tell, out);
        let hotel = Text::new(format!("workspace {}", workspace.id));
        let progress = Progress::default();
        let cards = home.map(|home| CardWatch::new(home.clone(), hotel.clone()));
        let mut reading = Self { property, hotel, clock, client, deltas, progress, cards, _polling: polling };
        reading.fill().await;
        Ok(reading)
    }

    /// The instant, UTC, by the servers' clock.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    async fn fill(&mut self) {
        while !self.progress.is_over(&self.property) {
            let waits_for_doors = self.progress.are_lists_over(&self.property);
            let delta = if waits_for_doors {
                match tokio::time::timeout(DOORS_WAIT, self.deltas.recv()).await {
                    Ok(delta) => delta,
                    Err(_) => break,
                }
            } else {
                self.deltas.recv().await
            };
            let Some(delta) = delta else { break };
            self.take(delta);
        }
        let now = self.now();
        self.property.advance(now);
    }

    /// Learns what the journal knows of cards and encoders and has not told yet. What it tells was so
    /// whether or not everything else could be read.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(super) async fn learn_cards(&mut self) -> Result<Changed, JournalError> {
        let now = self.now();
        let Some(cards) = &mut self.cards else { return Ok(Changed::default()) };
        let news = cards.look(now).await?;
        Ok(if news.is_empty() { Changed::default() } else { self.take(Delta::Cards(news)) })
    }

    fn take(&mut self, delta: Delta) -> Changed {
        self.progress.note(&delta);
        let now = self.now();
        self.property.apply(delta, now)
    }

    /// What changes next: by news, or because its time has come. None where nothing more can come.
    pub(super) async fn next(&mut self) -> Option<Changed> {
        let wait = self.property.next_instant().map(|at| self.clock.until(at));
        let mut changed = tokio::select! {
            delta = self.deltas.recv() => self.take(delta?),
            () = tokio::time::sleep(wait.unwrap_or(Duration::from_secs(3_600))) => {
                let now = self.clock.now();
                self.property.advance(now)
            }
        };
        if let Some(skew) = self.client.server_clock_skew() {
            self.clock.follow(skew);
        }
        match self.learn_cards().await {
            Ok(later) => changed.merge(later),
            Err(error) => tracing::debug!(%error, "the journal cannot be read"),
        }
        Some(changed)
    }

    /// Takes in what people said about warnings since the last time.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub(super) async fn attend(&mut self, noted: &mut Noted) -> Result<Changed> {
        let notes = noted.news().await?;
        Ok(if notes.is_empty() { Changed::default() } else { self.property.attend(notes) })
    }

    /// What of these lists could not be read, or not all of it.
    pub(super) fn unread(&self, wanted: &[Resource]) -> Vec<Unread> {
        let mut unread: Vec<Unread> = wanted
            .iter()
            .filter_map(|what| {
                let why = self.progress.why(*what, &self.property)?;
                Some(Unread { what: Text::new(what.word()), why })
            })
            .collect();
        let bad = self.property.alerts().filter(|a| a.id.rule.name() == "bad-record");
        let mut bad: Vec<Unread> = bad
            .filter(|a| match &a.id.subject {
                property::Subject::Screen(what) => wanted.contains(what),
                _ => false,
            })
            .map(|a| Unread { what: a.who.clone().unwrap_or_default(), why: a.why.clone() })
            .collect();
        bad.arrange_by(|a, b| (&a.what, &a.why).cmp(&(&b.what, &b.why)));
        unread.extend(bad);
        let doors = self.progress.doors.len();
        if wanted.contains(&Resource::Grants) && doors > 0 {
            let why = Text::new(format!("nothing is known of the doors of {doors} of them"));
            unread.push(Unread { what: Text::new(Resource::Grants.word()), why });
        }
        unread
    }
}

/// How far the reading is.
#[derive(Debug, Default)]
struct Progress {
    failures: BTreeMap<Resource, (u32, Option<Fault>)>,
    /// Grants that name no space and whose doors have not been told.
    doors: BTreeSet<GrantId>,
}

impl Progress {
    fn note(&mut self, delta: &Delta) {
        match delta {
            Delta::Failed { what, why, .. } => {
                let (count, last) = self.failures.entry(*what).or_default();
                // A key that is refused is refused again.
                *count += if why.kind == FaultKind::Auth { ENOUGH } else { 1 };
                *last = Some(why.clone());
            }
            Delta::SweepEnded { what, .. } | Delta::Checked { what, .. } => drop(self.failures.remove(what)),
            Delta::Read { records: Records::Grants(grants), .. } => {
                let bare =
                    grants.iter().filter(|g| g.space_ids.is_empty() && !g.access_method_ids.is_empty());
                self.doors.extend(bare.map(|g| g.id.clone()));
            }
            Delta::GrantDoors { grant, .. } | Delta::Gone(property::Gone::Grant(grant)) => {
                self.doors.remove(grant);
            }
            _ => {}
        }
    }

    fn has_given_up(&self, what: Resource) -> bool {
        let count = |what| self.failures.get(&what).map_or(0, |(count, _)| *count);
        // Encoders are asked for by their systems.
        count(what) >= ENOUGH || (what == Resource::Encoders && count(Resource::Systems) >= ENOUGH)
    }

    fn is_read(what: Resource, p: &Property) -> bool {
        let source = p.source(what);
        source.as_of.is_some() && source.stage == Stage::Fresh
    }

    fn are_lists_over(&self, p: &Property) -> bool {
        Resource::ALL.into_iter().all(|what| Self::is_read(what, p) || self.has_given_up(what))
    }

    fn is_over(&self, p: &Property) -> bool {
        let no_doors = self.doors.is_empty() || self.has_given_up(Resource::Grants);
        self.are_lists_over(p) && no_doors
    }

    /// Why a list was not read; none where it was.
    fn why(&self, what: Resource, p: &Property) -> Option<Text> {
        if Self::is_read(what, p) {
            return None;
        }
        let fault = self.failures.get(&what).and_then(|(_, fault)| fault.as_ref());
        let fault = fault.or_else(|| self.failures.get(&Resource::Systems).and_then(|(_, f)| f.as_ref()));
        Some(match fault {
            Some(fault) => {
                let id = fault.request_id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
                Text::new(format!("{}: {}{id}", fault.kind.word(), fault.words))
            }
            None => Text::new("was not read to its end"),
        })
    }
}

/// The cadence of a reading that is over soon: nothing is spared for later.
pub(super) fn once() -> Cadence {
    Cadence {
        retry_first: Duration::from_millis(500),
        retry_cap: Duration::from_secs(5),
        doors: Duration::from_millis(10),
        ..Cadence::default()
    }
}

/// Runs `work` until it is done or a signal ends it: 130, 143 or 129.
pub(super) fn until_signal(work: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    // Requests under way do not hold up the end.
    Worker::start()?.wait(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        tokio::select! {
            code = work => code,
            _ = interrupt.recv() => Ok(ExitCode::from(130)),
            _ = terminate.recv() => Ok(ExitCode::from(143)),
            _ = hangup.recv() => Ok(ExitCode::from(129)),
        }
    })
}
