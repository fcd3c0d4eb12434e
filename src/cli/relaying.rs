//! How a property is polled: by this program alone, or, where a store is shared, by whichever desk is elected.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::{Notify, OnceCell, mpsc, watch};
use tokio::time::timeout;

use super::duty::Roll;
use super::keeping;
use super::spare::{self, Spare};
use crate::app::{Event, SecretAsk, SecretOf};
use crate::clock::Clock;
use crate::journal::{Home, JournalError, Who};
use crate::property::Delta;
use crate::relay::{self, Setup, Standing, Station};
use crate::seam::client::InstantKeyRef;
use crate::seam::id::GrantId;
use crate::seam::{Client, SeamError, Settings};
use crate::secret::{Marker, Secret};
use crate::sync::{self, Cadence};
use crate::text::Text;

/// For how long the end of the program waits until other desks know that it polls no more.
const GOODBYE: Duration = Duration::from_millis(1_500);

/// The relay of this program, one for all its properties.
#[derive(Clone)]
pub(super) struct Relays {
    home: Home,
    who: Text,
    station: Arc<OnceCell<Station>>,
    /// Closed when all have left.
    _alive: mpsc::Sender<()>,
}

/// Tells when all have left.
pub(super) struct Left(mpsc::Receiver<()>);

impl Left {
    /// Waits until every property has been handed over, for a moment.
    pub(super) async fn wait(mut self) {
        let _ = timeout(GOODBYE, self.0.recv()).await;
    }
}

impl Relays {
    /// The relay over the store that is shared; none where none is.
    pub(super) fn new(home: &Home, operator: Option<Text>) -> Option<(Self, Left)> {
        home.server()?;
        let (alive, left) = mpsc::channel(1);
        let who = Who::here(operator).address();
        Some((Self { home: home.clone(), who, station: Arc::default(), _alive: alive }, Left(left)))
    }

    async fn station(&self) -> Result<Station, JournalError> {
        let open = || async {
            // On a server there is one, or an error.
            let journal = self.home.open_though_away().await?;
            Ok(Station::new(journal.store(), self.who.clone()))
        };
        self.station.get_or_try_init(open).await.cloned()
    }
}

/// What is needed to poll a property.
pub(super) struct Wanted<'a> {
    pub(super) client: &'a Client,
    /// What it was made of.
    pub(super) settings: Settings,
    pub(super) cadence: Cadence,
    pub(super) clock: &'a Clock,
    /// How many events are kept for other desks.
    pub(super) events_kept: usize,
    pub(super) deltas: mpsc::Sender<Delta>,
    pub(super) news: mpsc::Sender<Event>,
    pub(super) hurry: &'a Notify,
    /// The desks that are open, where a store is shared.
    pub(super) roll: Option<Roll>,
}

/// Those who poll, here or elsewhere.
pub(super) enum Polling {
    /// This program, for itself.
    Alone(sync::Handle),
    /// Whoever is elected, for all. The relays stay until this one has left.
    Shared(Box<Shared>),
}

/// A relay, the program's part in all of them, and the property as the journal names it.
pub(super) struct Shared {
    handle: relay::Handle,
    /// What polls for this desk alone while the store is away.
    spare: Spare,
    relays: Relays,
    hotel: Text,
}

impl Polling {
    /// Begins, when the API or the store has told which property it is.
    pub(super) async fn begin(relays: Option<Relays>, wanted: Wanted<'_>) -> Self {
        let tell: sync::Clock = {
            let clock = wanted.clock.clone();
            Arc::new(move || clock.now())
        };
        let Some(relays) = relays else { return Self::alone(wanted, tell).await };
        match relays.station().await {
            Ok(station) => Self::shared(relays, station, wanted, tell).await,
            Err(error) => {
                tracing::warn!(%error, "the shared store cannot be used: this desk polls for itself");
                Self::alone(wanted, tell).await
            }
        }
    }

    async fn alone(wanted: Wanted<'_>, tell: sync::Clock) -> Self {
        let Wanted { client, cadence, clock, deltas, hurry, .. } = wanted;
        sync::knock(client, &cadence, &tell, &deltas, hurry).await;
        keeping::follow(client, clock);
        Self::Alone(sync::start(client, cadence, tell, deltas))
    }

    async fn shared(relays: Relays, station: Station, wanted: Wanted<'_>, tell: sync::Clock) -> Self {
        let Wanted { client, settings, cadence, clock, events_kept, deltas, news, hurry, roll } = wanted;
        let marker = Marker::new(&settings.api_key);
        let mark = marker.fingerprint("property");
        let known = relay::hotel_of(station.store(), &mark).await;
        let hotel = match known {
            Ok(Some(hotel)) => Text::new(hotel),
            _ => {
                sync::knock(client, &cadence, &tell, &deltas, hurry).await;
                keeping::follow(client, clock);
                let hotel = keeping::hotel(client, false).await;
                if let Err(error) = relay::tell_hotel(station.store(), &mark, &hotel).await {
                    tracing::debug!(%error, "the other desks cannot be told which property this key opens");
                }
                hotel
            }
        };
        let desks = match roll {
            Some(roll) => roll.join(hotel.clone(), news.clone()),
            None => watch::channel(1).1,
        };
        let needs = spare::Needs {
            client: client.clone(),
            cadence: cadence.clone(),
            clock: Arc::clone(&tell),
            out: deltas.clone(),
            desks,
        };
        // Whoever polls for all has a budget for that alone: what its own desk does keeps nobody waiting.
        let (client, out) = (Client::new(settings).unwrap_or_else(|_| client.clone()), deltas);
        let hotels = clock.clone();
        let set_clock: relay::SetClock = Arc::new(move |skew| set_clock(&hotels, skew));
        let setup = Setup {
            station,
            hotel: hotel.clone(),
            client,
            cadence,
            clock: tell,
            set_clock,
            marker,
            events_kept,
            out,
        };
        let handle = relay::start(setup);
        tell_standing(&handle, news);
        let spare = Spare::default();
        crate::task::spawn(spare.clone().keep(handle.standing(), needs, handle.anew()));
        Self::Shared(Box::new(Shared { handle, spare, relays, hotel }))
    }

    /// The property as the journal names it, where the store has told.
    pub(super) fn hotel(&self) -> Option<&Text> {
        match self {
            Self::Alone(_) => None,
            Self::Shared(shared) => Some(&shared.hotel),
        }
    }

    pub(super) fn poll_now(&self) {
        match self {
            Self::Alone(handle) => handle.poll_now(),
            Self::Shared(shared) if shared.spare.with(|own| own.poll_now()) => {}
            Self::Shared(shared) => shared.handle.poll_now(),
        }
    }

    pub(super) fn set_calm(&self, calm: bool) {
        match self {
            Self::Alone(handle) => handle.set_calm(calm),
            Self::Shared(shared) => {
                shared.spare.with(|own| own.set_calm(calm));
                shared.handle.set_calm(calm);
            }
        }
    }

    pub(super) fn watch(&self, grants: Vec<GrantId>) {
        match self {
            Self::Alone(handle) => handle.watch(grants),
            Self::Shared(shared) => {
                if !shared.spare.with(|own| own.watch(grants.clone())) {
                    shared.handle.watch(grants);
                }
            }
        }
    }

    /// Sets the clock by the servers', where nobody else does.
    pub(super) fn follow_clock(&self, client: &Client, clock: &Clock) {
        if let Self::Alone(_) = self {
            keeping::follow(client, clock);
        }
    }

    /// Ends in good order.
    pub(super) async fn leave(self) {
        if let Self::Shared(shared) = self {
            let Shared { handle, relays, .. } = *shared;
            handle.leave().await;
            drop(relays);
        }
    }
}

fn set_clock(clock: &Clock, skew: TimeDelta) {
    if clock.follow(skew) {
        tracing::warn!(
            seconds = skew.num_seconds(),
            "the servers' clock is followed, as another desk told it"
        );
    }
}

/// Tells the screen who polls, now and whenever that changes.
fn tell_standing(handle: &relay::Handle, news: mpsc::Sender<Event>) {
    let mut standing = handle.standing();
    crate::task::spawn(async move {
        loop {
            let now: Standing = standing.borrow_and_update().clone();
            if news.send(Event::Relayed(now)).await.is_err() || standing.changed().await.is_err() {
                return;
            }
        }
    });
}

/// Asks the API for a secret that another desk read, and tells it.
pub(super) fn fetch(client: &Client, ask: Box<SecretAsk>, news: mpsc::Sender<Event>) {
    let client = client.desk();
    crate::task::spawn(async move {
        let told = match secret(&client, &ask.of).await {
            Ok(Some(secret)) => Ok(secret),
            Ok(None) => Err("Seam does not show it any more".into()),
            Err(error) => Err(Text::new(error.to_string())),
        };
        let _ = news.send(Event::SecretFetched { ask, told }).await;
    });
}

async fn secret(client: &Client, of: &SecretOf) -> Result<Option<Secret>, SeamError> {
    Ok(match of {
        SecretOf::Pin(id) => client.get_access_method(id).await?.code,
        SecretOf::Link(id) => client.get_access_method(id).await?.instant_key_url,
        SecretOf::InstantKey(id) => {
            client.get_instant_key(&InstantKeyRef::Id(id.clone())).await?.instant_key_url
        }
    })
}
