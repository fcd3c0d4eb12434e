//! Where runs are written down, and who may work on what.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::encoders::whole;

use crate::journal::{Claim, Fact, Intent, IntentId, Journal, JournalError, Record, Token, Wanted, Who};
use crate::text::Text;

/// A write or read that is under way.
pub type Recording<'a, T> = Pin<Box<dyn Future<Output = Result<T, JournalError>> + Send + 'a>>;

/// How long what a run holds stays held after its program has died; then another may take it up.
pub const LEASE: Duration = Duration::from_secs(20);

/// What the engine writes to. Each call returns once what it was given is durable.
pub trait Recorder: Send + Sync {
    /// Which property; runs are never taken up at another.
    fn hotel(&self) -> Text;
    /// Who works here.
    fn who(&self) -> Who;
    /// The same as those read who meet a claim of this desk.
    fn place(&self) -> Text {
        self.who().place()
    }
    /// Another person works here from now on, or nobody says who.
    fn set_operator(&self, _operator: Option<Text>) {}
    /// How long a claim holds unless it is renewed.
    fn lease(&self) -> Duration {
        LEASE
    }
    /// Claims stays, grants or an encoder.
    fn claim(&self, wanted: Wanted) -> Recording<'_, Claim>;
    /// Holds a claim for longer; false where another has taken it.
    fn renew(&self, token: Token) -> Recording<'_, bool>;
    /// Gives a claim back; `used` says that a card was cut under it.
    fn release(&self, token: Token, used: bool) -> Recording<'_, ()>;
    /// Writes down what a person decided.
    fn begin(&self, intent: Intent) -> Recording<'_, ()>;
    /// Writes down what happened, unless the claim is lost.
    fn append(&self, run: IntentId, token: Token, fact: Fact) -> Recording<'_, ()>;
    /// Writes down that a run is taken up, unless more was written about it than the `seen` facts.
    fn take_up(&self, run: IntentId, token: Token, fact: Fact, seen: usize) -> Recording<'_, ()>;
    /// The runs at this property that have not ended and whose process is gone.
    fn unfinished(&self) -> Recording<'_, Vec<Record>>;
}

/// The journal as the desk of one property uses it.
#[derive(Clone, Debug)]
pub struct Ledger {
    journal: Journal,
    hotel: Text,
    who: Arc<Mutex<Who>>,
    lease: Duration,
}

impl Ledger {
    /// What happens at `hotel` goes into `journal` in the name of `who`.
    pub fn new(journal: Journal, hotel: Text, who: Who) -> Self {
        Self { journal, hotel, who: Arc::new(Mutex::new(who)), lease: LEASE }
    }

    /// The same with claims that hold for another time.
    pub fn lasting(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }
}

impl Recorder for Ledger {
    fn hotel(&self) -> Text {
        self.hotel.clone()
    }
    fn who(&self) -> Who {
        whole(&self.who).clone()
    }
    fn place(&self) -> Text {
        match self.journal.store().is_shared() {
            true => self.who().address(),
            false => self.who().place(),
        }
    }
    fn set_operator(&self, operator: Option<Text>) {
        whole(&self.who).operator = operator.filter(|name| !name.is_empty());
    }
    fn lease(&self) -> Duration {
        self.lease
    }
    fn claim(&self, wanted: Wanted) -> Recording<'_, Claim> {
        Box::pin(async move { self.journal.claim(&wanted).await })
    }
    fn renew(&self, token: Token) -> Recording<'_, bool> {
        Box::pin(self.journal.renew(token))
    }
    fn release(&self, token: Token, used: bool) -> Recording<'_, ()> {
        Box::pin(self.journal.release(token, used))
    }
    fn begin(&self, intent: Intent) -> Recording<'_, ()> {
        Box::pin(async move { self.journal.begin(&intent).await })
    }
    fn append(&self, run: IntentId, token: Token, fact: Fact) -> Recording<'_, ()> {
        Box::pin(async move { self.journal.append(run, token, &fact).await })
    }
    fn take_up(&self, run: IntentId, token: Token, fact: Fact, seen: usize) -> Recording<'_, ()> {
        Box::pin(async move { self.journal.take_up(run, token, &fact, seen).await })
    }
    fn unfinished(&self) -> Recording<'_, Vec<Record>> {
        Box::pin(self.journal.unfinished(&self.hotel))
    }
}

/// Writes nothing down and lets everybody do everything: for tests of what runs do, not for guests.
#[derive(Clone, Copy, Debug)]
pub struct Unrecorded;

impl Recorder for Unrecorded {
    fn hotel(&self) -> Text {
        Text::default()
    }
    fn who(&self) -> Who {
        Who::default()
    }
    fn claim(&self, _wanted: Wanted) -> Recording<'_, Claim> {
        Box::pin(async { Ok(Claim::Held { token: Token::NONE, used: None::<Duration> }) })
    }
    fn renew(&self, _token: Token) -> Recording<'_, bool> {
        Box::pin(async { Ok(true) })
    }
    fn release(&self, _token: Token, _used: bool) -> Recording<'_, ()> {
        Box::pin(async { Ok(()) })
    }
    fn begin(&self, _intent: Intent) -> Recording<'_, ()> {
        Box::pin(async { Ok(()) })
    }
    fn append(&self, _run: IntentId, _token: Token, _fact: Fact) -> Recording<'_, ()> {
        Box::pin(async { Ok(()) })
    }
    fn take_up(&self, _run: IntentId, _token: Token, _fact: Fact, _seen: usize) -> Recording<'_, ()> {
        Box::pin(async { Ok(()) })
    }
    fn unfinished(&self) -> Recording<'_, Vec<Record>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

/// Refuses everything in these words: what cannot be recorded is not done.
#[derive(Clone, Debug)]
pub struct Refusing {
    /// Why nothing can be recorded.
    pub words: Text,
}

impl Refusing {
    fn no<T: Send>(&self) -> Recording<'_, T> {
        let words = self.words.clone();
        Box::pin(async { Err(JournalError::Closed { words }) })
    }
}

impl Recorder for Refusing {
    fn hotel(&self) -> Text {
        Text::default()
    }
    fn who(&self) -> Who {
        Who::default()
    }
    fn claim(&self, _wanted: Wanted) -> Recording<'_, Claim> {
        self.no()
    }
    fn renew(&self, _token: Token) -> Recording<'_, bool> {
        self.no()
    }
    fn release(&self, _token: Token, _used: bool) -> Recording<'_, ()> {
        self.no()
    }
    fn begin(&self, _intent: Intent) -> Recording<'_, ()> {
        self.no()
    }
    fn append(&self, _run: IntentId, _token: Token, _fact: Fact) -> Recording<'_, ()> {
        self.no()
    }
    fn take_up(&self, _run: IntentId, _token: Token, _fact: Fact, _seen: usize) -> Recording<'_, ()> {
        self.no()
    }
    fn unfinished(&self) -> Recording<'_, Vec<Record>> {
        self.no()
    }
}
