//! Reads the journal for the screen: what is asked of it, and what others write in it.
//!
//! An idle desk looks at two time stamps every few seconds and reads nothing: the file is only read when
//! somebody has written, or when a lease runs out. A server tells when somebody has written, so the desk looks at
//! once, and every few seconds in case it was not told.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::{Notify, mpsc, watch};
use tokio::time::Instant;

use super::orders::MOST;
use crate::app::Event;
use crate::app::attend;
use crate::app::filter::Filter;
use crate::app::journal::{Answer, Ask, Asked, Told, fits};
use crate::clock::Clock;
use crate::desk::{CardReader, Engine, Unfinished, card_news};
use crate::journal::{Hold, Holds, Home, IntentId, Journal, JournalError, Leaf, Stamp, Who};
use crate::property::{CardNews, Delta};
use crate::store::Hearing;
use crate::sync::Beat;
use crate::text::Text;

/// How often is looked whether somebody has written, where somebody has lately.
const OFTEN: Duration = Duration::from_secs(2);
/// The same where nobody has.
const SELDOM: Duration = Duration::from_secs(5);
/// For how long after the last writing is looked often.
const LATELY: Duration = Duration::from_secs(30);
/// How often is looked for what is unfinished although nothing points to it.
const LOOK_BACK: Duration = Duration::from_secs(30);
/// A lease is over only when it is certainly over.
const A_LITTLE: Duration = Duration::from_millis(50);

/// Answers what is asked of the journal in `home` until nobody asks any more. Only entries of the `hotel`
/// are told once that is known; before, nothing is told where it is not `alone`: the entries could be another's.
pub(super) async fn answer(
    home: Home,
    alone: bool,
    hotel: watch::Receiver<Option<Text>>,
    mut asks: mpsc::Receiver<Ask>,
    out: mpsc::Sender<Event>,
) {
    let mut journal = None;
    let mut waiting = VecDeque::new();
    loop {
        let ask = match waiting.pop_front() {
            Some(ask) => ask,
            None => match asks.recv().await {
                Some(ask) => ask,
                None => return,
            },
        };
        let hotel = hotel.borrow().clone();
        if hotel.is_none() && !alone {
            let told = Err(Text::from("which entries are of this property is known once it has answered"));
            if out.send(Event::Journal(Box::new(Answer { number: ask.number, told }))).await.is_err() {
                return;
            }
            continue;
        }
        let told = {
            let mut reading = std::pin::pin!(read(&mut journal, &home, hotel.as_ref(), &ask.what));
            loop {
                tokio::select! {
                    biased;
                    told = &mut reading => break Some(told),
                    next = asks.recv(), if waiting.len() < MOST => match next {
                        None => return,
                        // Whoever types on does not want the page of the letters before.
                        Some(next) if is_page(&next) && is_page(&ask) => {
                            waiting.push_front(next);
                            break None;
                        }
                        Some(next) => waiting.push_back(next),
                    },
                }
            }
        };
        let Some(told) = told else { continue };
        if told.is_err() {
            // It may be another file the next time.
            journal = None;
        }
        let answer = Answer { number: ask.number, told: told.map_err(|e| Text::new(e.to_string())) };
        if out.send(Event::Journal(Box::new(answer))).await.is_err() {
            return;
        }
    }
}

fn is_page(ask: &Ask) -> bool {
    matches!(ask.what, Asked::Page { .. })
}

async fn read(
    journal: &mut Option<Journal>,
    home: &Home,
    hotel: Option<&Text>,
    what: &Asked,
) -> Result<Told, JournalError> {
    if journal.is_none() {
        *journal = home.open_to_read().await?;
    }
    match (journal, what) {
        // Nothing has been written yet.
        (None, Asked::Page { .. }) => Ok(Told::Page(Leaf::default())),
        (None, Asked::Whole(_)) => Ok(Told::Whole(None)),
        (None, Asked::Night { .. }) => Ok(Told::Night(hotel.map(|_| Box::default()))),
        (Some(journal), Asked::Page { from, limit, filter }) => {
            let mut narrow = Filter::default();
            narrow.set_literally(filter);
            let leaf = journal.leaf(hotel, *from, *limit, move |entry| fits(&mut narrow, entry)).await?;
            Ok(Told::Page(leaf))
        }
        (Some(journal), Asked::Night { date, since }) => Ok(Told::Night(match hotel {
            Some(hotel) => Some(Box::new(journal.night(hotel, *date, *since).await?)),
            None => None,
        })),
        (Some(journal), Asked::Whole(id)) => Ok(Told::Whole(journal.one(*id).await?.map(Box::new))),
    }
}

/// Looks out for what others do, and for what those who are gone left.
pub(super) struct Lookout {
    /// Where the journal is.
    pub(super) home: Home,
    /// Which property.
    pub(super) hotel: Text,
    /// Who can take up what is found.
    pub(super) engine: Weak<Engine>,
    /// Told when something was just taken up or left.
    pub(super) poke: Arc<Notify>,
    /// Where the news goes.
    pub(super) out: mpsc::Sender<Event>,
    /// Where what the journal knows of cards goes.
    pub(super) deltas: mpsc::Sender<Delta>,
    /// The hotel's time.
    pub(super) clock: Clock,
    /// When it is looked where nobody has written lately.
    pub(super) beat: Beat,
}

/// What was seen the last time.
#[derive(Default)]
struct Seen {
    journal: Option<Journal>,
    /// Where it is told that somebody has written.
    hearing: Option<Hearing>,
    stamp: Stamp,
    /// How often the journal was another one.
    switches: u64,
    /// When somebody was last seen to have written.
    written: Option<Instant>,
    others: Vec<Hold>,
    cards: Option<CardReader>,
    held: BTreeSet<IntentId>,
    /// When the first lease runs out.
    over: Option<Instant>,
    unfinished: Vec<Unfinished>,
    /// The number of the last remark on a warning that was told.
    remarks: i64,
}

impl Seen {
    /// Waits until somebody is said to have written.
    async fn heard(&mut self) {
        match &mut self.hearing {
            Some(hearing) => hearing.heard().await,
            None => std::future::pending().await,
        }
    }

    /// How long until it is looked again.
    fn pause(&self) -> Duration {
        let lately = self.written.is_some_and(|at| at.elapsed() < LATELY);
        let pause = if lately { OFTEN } else { SELDOM };
        self.over.map_or(pause, |at| pause.min(at.saturating_duration_since(Instant::now())))
    }
}

/// Nobody hears the news any more.
struct Deaf;

impl Lookout {
    /// Looks out until nobody hears it any more.
    pub(super) async fn keep(self) {
        let mut seen = Seen::default();
        let mut look_back = Instant::now();
        let mut poked = false;
        loop {
            let Ok(gone) = self.look(&mut seen).await else { return };
            if poked || gone || look_back <= Instant::now() {
                look_back = Instant::now() + LOOK_BACK;
                if self.look_back(&mut seen).await.is_err() {
                    return;
                }
            }
            let pause = self.beat.after(seen.pause());
            poked = tokio::select! {
                () = tokio::time::sleep_until(pause) => false,
                () = seen.heard() => false,
                () = self.poke.notified() => true,
            };
        }
    }

    /// Whether somebody wrote, and who is at what. Says whether a run is no longer held.
    async fn look(&self, seen: &mut Seen) -> Result<bool, Deaf> {
        if seen.journal.is_none() {
            seen.journal = match self.home.open_to_read().await {
                Ok(journal) => {
                    seen.hearing = journal.as_ref().map(|journal| journal.hear(&self.hotel));
                    journal
                }
                Err(error) => {
                    tracing::debug!(%error, "the journal cannot be looked at");
                    None
                }
            };
        }
        let Some(journal) = &seen.journal else { return Ok(false) };
        let switches = journal.switches();
        if std::mem::replace(&mut seen.switches, switches) != switches {
            // Numbers of one place say nothing in another.
            (seen.stamp, seen.remarks, seen.cards) = (Stamp::default(), 0, None);
        }
        let stamp = match journal.stamp(&self.hotel).await {
            Ok(stamp) => stamp,
            Err(error) => {
                tracing::debug!(%error, "whether somebody wrote cannot be asked");
                return Ok(false);
            }
        };
        let over = seen.over.is_some_and(|at| at <= Instant::now());
        if stamp == seen.stamp && !over {
            return Ok(false);
        }
        let Holds { list, left } = match journal.holds(&self.hotel).await {
            Ok(holds) => holds,
            Err(error) => {
                // Not at once again.
                seen.over = None;
                tracing::debug!(%error, "who is at what cannot be read");
                return Ok(false);
            }
        };
        let journal = journal.clone();
        if stamp != seen.stamp {
            match journal.remarks(&self.hotel, seen.remarks).await {
                Ok(remarks) => {
                    seen.remarks = remarks.seq;
                    let notes = attend::notes(&remarks.list);
                    if !notes.is_empty() {
                        self.tell(Event::Data(Delta::Attended(notes))).await?;
                    }
                }
                Err(error) => {
                    // Looked at again on the next beat: the stamp is still another.
                    tracing::debug!(%error, "what was said about warnings cannot be read");
                    return Ok(false);
                }
            }
            // What was there at the first look may be of last week.
            let is_first = std::mem::replace(&mut seen.stamp, stamp) == Stamp::default();
            seen.written = (!is_first).then(Instant::now);
            self.tell(Event::Written).await?;
            self.tell_cards(&journal, seen).await?;
        }
        seen.over = left.map(|left| Instant::now() + left + A_LITTLE);
        let held: BTreeSet<IntentId> = crate::order::set(list.iter().map(|hold| hold.run));
        let over: Vec<IntentId> = seen.held.difference(&held).copied().collect();
        let gone = !over.is_empty();
        // Of a process that is gone nothing is written; what it was at is lost.
        for run in over {
            if let Ok(Some(record)) = journal.one(run).await {
                self.tell_news(card_news(&record)).await?;
            }
        }
        seen.held = held;
        let me = Who::here(None);
        let others: Vec<Hold> = list.into_iter().filter(|hold| !hold.who.is_same_process(&me)).collect();
        if others != seen.others {
            seen.others.clone_from(&others);
            self.tell(Event::Others(others)).await?;
        }
        Ok(gone)
    }

    /// What was written of cards and encoders.
    async fn tell_cards(&self, journal: &Journal, seen: &mut Seen) -> Result<(), Deaf> {
        let reader = seen.cards.get_or_insert_with(|| CardReader::new(self.hotel.clone()));
        match reader.read(journal, self.clock.now()).await {
            Ok(news) => self.tell_news(news).await,
            Err(error) => {
                tracing::warn!(%error, "what was written of cards cannot be read");
                Ok(())
            }
        }
    }

    async fn tell_news(&self, news: Vec<CardNews>) -> Result<(), Deaf> {
        if news.is_empty() {
            return Ok(());
        }
        self.deltas.send(Delta::Cards(news)).await.map_err(|_| Deaf)
    }

    /// What those who are gone left.
    async fn look_back(&self, seen: &mut Seen) -> Result<(), Deaf> {
        let engine = self.engine.upgrade().ok_or(Deaf)?;
        let found = match engine.unfinished().await {
            Ok(found) => found,
            // A desk that only looks has nothing to take up.
            Err(JournalError::Closed { .. }) => return Ok(()),
            Err(error) => {
                tracing::warn!(%error, "what was left unfinished cannot be read");
                return Ok(());
            }
        };
        drop(engine);
        for left in found.iter().filter(|left| seen.unfinished.iter().all(|known| known.id != left.id)) {
            tracing::warn!(run = %left.id, at = %left.at, "left unfinished: {}", left.words());
        }
        // Said again while there is any: the desk may have tried and failed to take it up.
        let news = !found.is_empty() || !seen.unfinished.is_empty();
        seen.unfinished.clone_from(&found);
        if news { self.tell(Event::Unfinished(found)).await } else { Ok(()) }
    }

    async fn tell(&self, event: Event) -> Result<(), Deaf> {
        self.out.send(event).await.map_err(|_| Deaf)
    }
}
