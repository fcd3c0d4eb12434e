//! A desk that is stopped with a lease in its hand, for longer than that lasts, finishes nothing of what another has
//! taken over. The desk is a process of its own: this test program, started again.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nightdesk::journal::{Claim, Fact, FactKind, Journal};
use nightdesk::store::StoreError;
use rustix::process::{Pid, Signal, kill_process};

use crate::cluster;
use crate::desks::{at, claim, fact, held, intent, migrated, server};

const URL: &str = "NIGHTDESK_TEST_ASLEEP";
const LASTS: Duration = Duration::from_millis(400);

/// Not a test of its own: what the other process does.
#[tokio::test]
async fn the_desk_that_is_put_to_sleep() {
    let Ok(url) = std::env::var(URL) else { return };
    let journal = Journal::connect(&server(&url)).await.unwrap();
    let run = intent("118");
    let token = held(&journal, run.id, "stay", LASTS).await;
    journal.begin(&run).await.unwrap();
    println!("\nrun {}", run.id);
    loop {
        let wrote = match journal.renew(token).await {
            Ok(_) => journal.append(run.id, token, &fact(FactKind::After, "asleep")).await,
            Err(error) => Err(error),
        };
        match wrote {
            Ok(()) => {}
            Err(StoreError::Fenced) => return println!("\nfenced"),
            // It may have been stopped in the midst of writing, and been put out.
            Err(error) => assert!(error.is_away(), "{error:?}"),
        }
    }
}

struct Other(Child);

impl Other {
    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.0), signal).unwrap();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_desk_that_slept_finishes_nothing_that_another_has_taken_over() {
    let Some(database) = cluster::database() else { return };
    let journal = Journal::connect(&migrated(&database).await).await.unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "asleep::the_desk_that_is_put_to_sleep", "--nocapture"]);
    let child = command.env(URL, database.url()).stdout(Stdio::piped()).spawn().unwrap();
    let mut other = Other(child);
    let mut lines = BufReader::new(other.0.stdout.take().unwrap()).lines();
    let mut line = |start: &str| loop {
        let line = lines.next().expect("the other desk goes on").unwrap();
        if let Some(rest) = line.strip_prefix(start) {
            return rest.trim().to_owned();
        }
    };
    let run = nightdesk::journal::IntentId::parse(&line("run ")).unwrap();
    while journal.facts(run).await.unwrap().is_empty() {}
    other.signal(Signal::STOP);
    let token = loop {
        match claim(&journal, run, "stay", Duration::from_secs(60)).await {
            Claim::Held { token, .. } => break token,
            Claim::Busy { left, .. } => tokio::time::sleep(left).await,
        }
    };
    let seen = journal.facts(run).await.unwrap().len();
    let taken = Fact::new(at(2), FactKind::Taken).says("", "taken up");
    // Where it was stopped in the midst of writing, that is undone or done before this.
    while journal.take_up(run, token, &taken, seen).await.is_err() {}
    other.signal(Signal::CONT);
    line("fenced");
    journal.append(run, token, &fact(FactKind::Ended, "done")).await.unwrap();
    let facts = journal.facts(run).await.unwrap();
    let kinds: Vec<FactKind> = facts.iter().skip(seen).map(|fact| fact.kind).collect();
    assert_eq!(kinds, [FactKind::Taken, FactKind::Ended], "the one that slept wrote nothing more");
    journal.check().await.unwrap();
}
