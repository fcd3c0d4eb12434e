//! Is told when somebody else has written, by PostgreSQL's LISTEN and NOTIFY: one connection a program, however
//! many properties it follows.
//!
//! What is told is only that there is something, and its number; whoever hears it reads on from its own number.
//! So nothing is lost where the connection was: everybody is told once when it is back, and looks.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use sqlx::Executor;
use sqlx::postgres::PgListener;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use super::{PATIENCE, Server, pool_of};

/// The topic of the journal: runs, facts, remarks, who is at what.
pub const DESK: &str = "desk";

/// The pause before a lost connection is tried again; each further one is twice as long, up to the longest.
const SOON: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// How often a connection on which nothing is said is asked whether it is still one.
const STILL_THERE: Duration = Duration::from_secs(15);

/// Hears what is told about one property.
#[derive(Debug)]
pub struct Hearing {
    /// None where nobody ever tells.
    heard: Option<watch::Receiver<Heard>>,
}

/// How often something was told, or may have been missed, and the last number that was told.
#[derive(Clone, Copy, Debug, Default)]
struct Heard {
    number: i64,
}

impl Hearing {
    pub(super) fn silent() -> Self {
        Self { heard: None }
    }

    /// Waits until something was told, or may have been missed, since the last time. Where nobody tells it waits
    /// for ever.
    pub async fn heard(&mut self) {
        if let Some(heard) = &mut self.heard
            && heard.changed().await.is_ok()
        {
            return;
        }
        // The store was closed, or is a file.
        self.heard = None;
        std::future::pending().await
    }

    /// The last number that was told; 0 before the first.
    pub fn number(&self) -> i64 {
        self.heard.as_ref().map_or(0, |heard| heard.borrow().number)
    }
}

/// Asks for a channel.
struct Ask {
    topic: &'static str,
    hotel: String,
    told: watch::Sender<Heard>,
}

/// Everything a program hears from a server.
pub(super) struct Feed {
    server: Server,
    asks: Mutex<Option<mpsc::UnboundedSender<Ask>>>,
}

impl Feed {
    /// Hears nothing yet.
    pub(super) fn new(server: Server) -> Self {
        Self { server, asks: Mutex::new(None) }
    }

    /// Hears about a property from now on. Inside a tokio runtime.
    pub(super) fn hear(&self, topic: &'static str, hotel: &str) -> Hearing {
        let (told, heard) = watch::channel(Heard::default());
        let ask = Ask { topic, hotel: hotel.to_owned(), told };
        let mut asks = self.asks.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let ask = match asks.as_ref() {
            Some(asks) => match asks.send(ask) {
                Ok(()) => return Hearing { heard: Some(heard) },
                Err(back) => back.0,
            },
            None => ask,
        };
        let (out, waiting) = mpsc::unbounded_channel();
        let _ = out.send(ask);
        *asks = Some(out);
        crate::task::spawn(Ears { server: self.server.clone(), waiting, channels: HashMap::new() }.listen());
        Hearing { heard: Some(heard) }
    }

    /// Hears nothing any more.
    pub(super) fn close(&self) {
        *self.asks.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
    }
}

/// The one who listens. It ends with the last handle on the store.
struct Ears {
    server: Server,
    waiting: mpsc::UnboundedReceiver<Ask>,
    /// By the name of the channel on the server.
    channels: HashMap<String, Vec<watch::Sender<Heard>>>,
}

/// Nobody wants to hear anything any more.
struct Over;

impl Ears {
    async fn listen(mut self) {
        let mut pause = SOON;
        // What was asked for before there was a connection.
        let mut asked = Vec::new();
        loop {
            match self.connected(&mut asked, &mut pause).await {
                Ok(Over) => return,
                Err(error) => tracing::debug!(%error, "what others write is not told at the moment"),
            }
            sleep(pause.mul_f64(0.5 + crate::seam::chance())).await;
            pause = (pause * 2).min(LONGEST);
        }
    }

    /// Listens as long as the connection lasts.
    async fn connected(&mut self, asked: &mut Vec<Ask>, pause: &mut Duration) -> Result<Over, sqlx::Error> {
        // A pool of its own each time: a connection that hangs keeps its place in the one before.
        let mut listener = PgListener::connect_with(&pool_of(&self.server)).await?;
        listener.eager_reconnect(false);
        listener.listen_all(self.channels.keys().map(String::as_str)).await?;
        while let Some(ask) = asked.pop() {
            self.add(&mut listener, ask, asked).await?;
        }
        *pause = SOON;
        self.tell_all();
        loop {
            tokio::select! {
                ask = self.waiting.recv() => match ask {
                    None => return Ok(Over),
                    Some(ask) => self.add(&mut listener, ask, asked).await?,
                },
                said = listener.try_recv() => match said? {
                    Some(said) => self.tell(said.channel(), said.payload()),
                    None => return Err(sqlx::Error::PoolClosed),
                },
                () = sleep(STILL_THERE) => match timeout(PATIENCE, listener.execute("SELECT 1")).await {
                    Ok(answered) => {
                        answered?;
                    }
                    Err(_) => return Err(sqlx::Error::PoolTimedOut),
                },
            }
        }
    }

    /// Listens for one more. What cannot be done now is asked for again with the next connection.
    async fn add(
        &mut self,
        listener: &mut PgListener,
        ask: Ask,
        asked: &mut Vec<Ask>,
    ) -> Result<(), sqlx::Error> {
        let named = sqlx::query_scalar::<_, String>("SELECT channel_of($1, $2)")
            .bind(ask.topic)
            .bind(&ask.hotel)
            .fetch_one(&mut *listener)
            .await;
        let listened = match named {
            Ok(name) => listener.listen(&name).await.map(|()| name),
            Err(error) => Err(error),
        };
        match listened {
            Ok(name) => {
                // From here on everything is told: what was before must be looked for.
                ask.told.send_modify(|_| {});
                self.channels.entry(name).or_default().push(ask.told);
                Ok(())
            }
            Err(error) => {
                asked.push(ask);
                Err(error)
            }
        }
    }

    fn tell(&mut self, channel: &str, payload: &str) {
        let number = payload.parse().unwrap_or_default();
        if let Some(all) = self.channels.get_mut(channel) {
            all.retain(|told| !told.is_closed());
            all.iter().for_each(|told| told.send_modify(|heard| heard.number = number));
        }
    }

    /// Something may have been missed.
    fn tell_all(&mut self) {
        self.channels.values().flatten().for_each(|told| told.send_modify(|_| {}));
    }
}
