//! The loop every poller runs in.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::cadence::Cadence;
use super::outbox::{Halt, Read};
use super::shared::Shared;
use crate::property::Resource;

/// Reads something again and again.
pub(super) trait Poller: Send + 'static {
    /// Its name in the ledger of troubles, where it reads grants.
    const READS_GRANTS: Option<&'static str> = None;

    /// The wait between two good passes.
    fn every(&self, cadence: &Cadence) -> Duration;

    /// Reads once.
    fn pass(&mut self, shared: &Shared) -> impl Future<Output = Read> + Send;

    /// Waits until there is something to read.
    fn ready(&mut self, _shared: &Shared) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }

    /// Whether one good pass was enough.
    fn is_done(&self) -> bool {
        false
    }
}

type Waited<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A poller of any kind: the loop is compiled once for all of them.
trait AnyPoller: Send {
    fn reads_grants(&self) -> Option<&'static str>;
    fn wait(&self, cadence: &Cadence) -> Duration;
    fn read<'a>(&'a mut self, shared: &'a Shared) -> Waited<'a, Read>;
    fn has_work<'a>(&'a mut self, shared: &'a Shared) -> Waited<'a, ()>;
    fn has_ended(&self) -> bool;
}

impl<P: Poller> AnyPoller for P {
    fn reads_grants(&self) -> Option<&'static str> {
        P::READS_GRANTS
    }

    fn wait(&self, cadence: &Cadence) -> Duration {
        self.every(cadence)
    }

    fn read<'a>(&'a mut self, shared: &'a Shared) -> Waited<'a, Read> {
        Box::pin(self.pass(shared))
    }

    fn has_work<'a>(&'a mut self, shared: &'a Shared) -> Waited<'a, ()> {
        Box::pin(self.ready(shared))
    }

    fn has_ended(&self) -> bool {
        self.is_done()
    }
}

/// Runs a poller until nobody listens any more. One pass at a time: whoever asks to poll now while a
/// pass is under way gets that one.
pub(super) fn run<P: Poller>(poller: P, shared: Arc<Shared>) -> impl Future<Output = ()> + Send {
    run_after(Duration::ZERO, poller, shared)
}

/// The same where the first pass is not due for a while.
pub(super) fn run_after<P: Poller>(
    wait: Duration,
    poller: P,
    shared: Arc<Shared>,
) -> impl Future<Output = ()> + Send {
    go_on(wait, Box::new(poller), shared)
}

async fn go_on(wait: Duration, mut poller: Box<dyn AnyPoller>, shared: Arc<Shared>) {
    let mut poll = shared.poll.subscribe();
    if !wait.is_zero() {
        tokio::select! {
            () = shared.cadence.wait(wait) => {}
            asked = poll.changed() => if asked.is_err() { return },
        }
    }
    let mut calm = shared.calm.subscribe();
    // Whoever waits longer where nobody looks does not wait on once somebody does.
    let heeds = poller.wait(&shared.cadence) != poller.wait(&shared.at_rest);
    let mut failures = 0;
    loop {
        poller.has_work(&shared).await;
        let wait = match poller.read(&shared).await {
            Ok(()) if poller.has_ended() => return,
            Ok(()) => {
                failures = 0;
                poller.reads_grants().map(|name| shared.ledger().trouble.remove(name));
                let cadence = if *calm.borrow_and_update() { &shared.at_rest } else { &shared.cadence };
                shared.cadence.jittered(poller.wait(cadence))
            }
            Err(Halt::Over) => return,
            Err(Halt::Failed(what, e)) => {
                failures += 1;
                // Nothing else waits for a board that cannot be had.
                if what == Resource::Grants {
                    shared.first_page.send_replace(true);
                }
                poller.reads_grants().map(|name| shared.ledger().trouble.insert(name));
                let wait = shared.cadence.backoff(failures).max(e.retry_after().unwrap_or_default());
                if shared.out.failed(what, &e, wait).await.is_err() {
                    return;
                }
                wait
            }
        };
        poll.mark_unchanged();
        tokio::select! {
            () = shared.cadence.wait(wait) => {}
            asked = poll.changed() => if asked.is_err() { return },
            looks = calm.wait_for(|calm| !calm), if heeds && failures == 0 && *calm.borrow() => {
                if looks.is_err() { return }
            }
        }
    }
}
