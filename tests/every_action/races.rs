//! Two desks, each with its own handle on the one journal, at the same stay at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use nightdesk::desk::{Ledger, Outcome, Recorder, Recording};
use nightdesk::journal::{
    Claim, Fact, FactKind, Filter, Intent, IntentId, JournalError, Record, Token, Wanted, Who,
};
use nightdesk::text::Text;
use rstest::rstest;
use tokio::sync::Notify;

use crate::hotel::House;
use crate::journal_support::ledger;
use crate::stopped::undisturbed;
use crate::table::What;
use crate::truth::{assert_same, truth};

/// A recorder that is held up at its n-th writing until it is let go.
struct HeldUp {
    inner: Ledger,
    at: usize,
    writings: AtomicUsize,
    there: Notify,
    go_on: Notify,
}

impl HeldUp {
    async fn write<T>(&self, write: Recording<'_, T>) -> Result<T, JournalError> {
        if self.writings.fetch_add(1, Ordering::SeqCst) == self.at {
            self.there.notify_one();
            self.go_on.notified().await;
        }
        write.await
    }
}

impl Recorder for HeldUp {
    fn hotel(&self) -> Text {
        self.inner.hotel()
    }
    fn who(&self) -> Who {
        self.inner.who()
    }
    fn lease(&self) -> Duration {
        self.inner.lease()
    }
    fn claim(&self, wanted: Wanted) -> Recording<'_, Claim> {
        self.inner.claim(wanted)
    }
    fn renew(&self, token: Token) -> Recording<'_, bool> {
        self.inner.renew(token)
    }
    fn release(&self, token: Token, used: bool) -> Recording<'_, ()> {
        self.inner.release(token, used)
    }
    fn begin(&self, intent: Intent) -> Recording<'_, ()> {
        Box::pin(self.write(self.inner.begin(intent)))
    }
    fn append(&self, run: IntentId, token: Token, fact: Fact) -> Recording<'_, ()> {
        Box::pin(self.write(self.inner.append(run, token, fact)))
    }
    fn take_up(&self, run: IntentId, token: Token, fact: Fact, seen: usize) -> Recording<'_, ()> {
        self.inner.take_up(run, token, fact, seen)
    }
    fn unfinished(&self) -> Recording<'_, Vec<Record>> {
        self.inner.unfinished()
    }
}

/// Whether a desk was sent away because the other is at it.
fn is_refused(outcome: &Outcome, by: &str) -> bool {
    matches!(outcome, Outcome::Failed { words, next }
        if words.starts_with(by) && words.contains("still going on") && next.contains("nothing was sent"))
}

/// The first is just about to send its first change when the second begins.
async fn the_second_is_sent_away(what: What) {
    let want = undisturbed(what).await;
    let sending = want.facts.iter().position(|f| f.kind == FactKind::Sending).unwrap();
    let (mut house, plan, pins) = House::with(what).await;
    let held = Arc::new(HeldUp {
        inner: ledger(&house.journal().await, "maria"),
        at: sending + 1,
        writings: AtomicUsize::new(0),
        there: Notify::new(),
        go_on: Notify::new(),
    });
    let mut first = house.desk(Arc::clone(&held) as Arc<dyn Recorder>);
    let theirs = house.journal().await;
    let mut second = house.desk(Arc::new(ledger(&theirs, "jonas")));
    first.begin(plan.clone(), pins.clone());
    tokio::select! {
        () = held.there.notified() => {}
        went = first.finish() => panic!("{what:?}: {went:?}"),
    }
    second.begin(plan, pins);
    let refused = second.finish().await;
    assert!(is_refused(&refused.outcome, "maria, "), "{what:?}: {refused:?}");
    held.go_on.notify_one();
    let went = first.finish().await;
    assert!(went.is_as(&want.outcome), "{what:?}: {went:?}");
    let records = theirs.records(&Filter::default()).await.unwrap();
    assert_eq!(records.len(), 1, "{what:?}: what never began is not in the journal");
    assert_same(&truth(&mut house).await, &want.truth, &format!("{what:?}"));
}

/// Both begin at the same instant, and nobody holds anybody up. Whoever comes later is sent away, or finds
/// it done, or finds that somebody else has done it.
async fn both_begin(what: What) {
    let want = undisturbed(what).await;
    let (mut house, plan, pins) = House::with(what).await;
    let mut first = house.desk(Arc::new(ledger(&house.journal().await, "maria")));
    let mut second = house.desk(Arc::new(ledger(&house.journal().await, "jonas")));
    first.begin(plan.clone(), pins.clone());
    second.begin(plan, pins);
    let (one, two) = tokio::join!(first.finish(), second.finish());
    let both = format!("{what:?}: {one:?} {two:?}");
    assert!(one.is_as(&want.outcome) || two.is_as(&want.outcome), "{both}");
    for went in [&one, &two] {
        let failed = matches!(&went.outcome, Outcome::Failed { .. });
        assert!(failed || went.is_as(&want.outcome), "{both}");
    }
    assert_same(&truth(&mut house).await, &want.truth, &both);
}

#[rstest]
#[case(What::ExtendOne)]
#[case(What::ExtendParty)]
#[case(What::Reissue)]
#[case(What::CheckOutOne)]
#[case(What::CheckOutParty)]
#[case(What::Encode)]
#[case(What::GrantNew)]
#[case(What::GrantJoiner)]
#[case(What::MoveReserved)]
#[case(What::MoveOnline)]
#[case(What::LockOut)]
#[case(What::AddCard)]
#[case(What::AddPin)]
#[case(What::MoreCards)]
#[case(What::Assign)]
#[case(What::RevokeKey)]
#[case(What::NewLink)]
#[case(What::DeleteLink)]
#[case(What::Unlock)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_desks_at_one_stay(#[case] what: What) {
    the_second_is_sent_away(what).await;
    // A door that two people open one after the other is opened twice, and rightly.
    if what != What::Unlock {
        both_begin(what).await;
    }
}
