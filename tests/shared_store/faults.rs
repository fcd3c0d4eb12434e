//! The server goes, comes back, hangs, is full, cuts connections: nothing is doubled, nothing is lost.

use std::time::Duration;

use nightdesk::journal::{FactKind, Filter, IntentId, Journal, Mark};
use nightdesk::store::{Server, StoreError};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::cluster::{self, Database};
use crate::desks::{claim, fact, held, intent, migrated, numbers, server};

const LASTS: Duration = Duration::from_secs(60);

/// How much a desk writes while it is disturbed.
const FACTS: i64 = 40;

/// Tries until it is done: for those who wait for a server that comes back.
async fn again<T, F: Future<Output = Result<T, StoreError>>>(mut act: impl FnMut() -> F) -> T {
    loop {
        match act().await {
            Ok(done) => return done,
            Err(error) => assert!(error.is_away(), "{error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_server_that_was_stopped_is_said_and_used_again_when_it_is_back() {
    let Some(own) = cluster::own() else { return };
    let database = own.database();
    let quick = migrated(&database).await.patient(Duration::from_millis(500));
    let journal = Journal::connect(&quick).await.unwrap();
    let run = intent("118");
    let token = held(&journal, run.id, "stay", LASTS).await;
    journal.begin(&run).await.unwrap();
    let mut hearing = journal.hear(&"harbour".into());
    hearing.heard().await;
    own.stop();
    for away in [
        journal.append(run.id, token, &fact(FactKind::Before, "lost")).await.unwrap_err(),
        journal.begin(&intent("102")).await.unwrap_err(),
        journal.renew(token).await.unwrap_err(),
        journal.records(&Filter::default()).await.unwrap_err(),
    ] {
        assert!(away.is_away() && away.to_string().contains("shared store"), "{away:?}");
    }
    own.start();
    let (kept, done) = (fact(FactKind::Before, "kept"), fact(FactKind::Ended, "done"));
    again(|| journal.append(run.id, token, &kept)).await;
    hearing.heard().await;
    own.crash();
    own.start();
    again(|| journal.append(run.id, token, &done)).await;
    let states: Vec<_> =
        journal.facts(run.id).await.unwrap().into_iter().map(|f| f.state.to_string()).collect();
    assert_eq!(
        states,
        ["kept", "done"],
        "what was committed outlives a crash, what was refused is not there"
    );
    assert_eq!(numbers(&database), [1, 2]);
    journal.check().await.unwrap();
}

#[tokio::test]
async fn a_server_that_hangs_holds_nobody_up_for_ever() {
    let Some(own) = cluster::own() else { return };
    let database = own.database();
    let quick = migrated(&database).await.patient(Duration::from_millis(300));
    let journal = Journal::connect(&quick).await.unwrap();
    let run = intent("118");
    let token = held(&journal, run.id, "stay", LASTS).await;
    journal.begin(&run).await.unwrap();
    own.pause();
    let hung = journal.append(run.id, token, &fact(FactKind::Before, "hung")).await.unwrap_err();
    assert!(hung.is_away(), "{hung:?}");
    own.resume();
    let after = fact(FactKind::Before, "after");
    again(|| journal.append(run.id, token, &after)).await;
    // What hung may have been written when the server went on, once, or not at all.
    let facts = journal.facts(run.id).await.unwrap().len();
    assert_eq!(numbers(&database), (1..=i64::try_from(facts).unwrap()).collect::<Vec<_>>());
    assert!((1..=2).contains(&facts), "{facts}");
}

#[tokio::test]
async fn a_full_disk_and_a_server_that_only_follows_are_said_and_nothing_is_half_written() {
    let Some(database) = cluster::database() else { return };
    let journal = Journal::connect(&migrated(&database).await).await.unwrap();
    let run = intent("118");
    let token = held(&journal, run.id, "stay", LASTS).await;
    journal.begin(&run).await.unwrap();
    journal.append(run.id, token, &fact(FactKind::Before, "")).await.unwrap();
    database.sql(
        "CREATE FUNCTION nightdesk.full_disk() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
         CREATE TRIGGER full_disk BEFORE INSERT ON nightdesk.fact
            FOR EACH ROW EXECUTE FUNCTION nightdesk.full_disk()",
    );
    let full = journal.append(run.id, token, &fact(FactKind::Sending, "")).await.unwrap_err();
    assert!(matches!(full, StoreError::Full { .. }) && full.to_string().contains("make room"), "{full:?}");
    assert_eq!(database.sql("SELECT facts FROM nightdesk.head"), "1", "no number is lost");
    database.sql("DROP TRIGGER full_disk ON nightdesk.fact");
    journal.append(run.id, token, &fact(FactKind::Sending, "")).await.unwrap();
    assert_eq!(numbers(&database), [1, 2]);
    database.sql(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", database.name()));
    database.cut_all();
    let standby = again_read_only(&journal).await;
    assert!(standby.to_string().contains("only follows another one"), "{standby}");
}

/// What writing says once a connection is there again.
async fn again_read_only(journal: &Journal) -> StoreError {
    loop {
        match journal.begin(&intent("102")).await {
            Err(error) if error.is_away() => {}
            Err(error @ StoreError::ReadOnly { .. }) => return error,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn somebody_who_hangs_in_the_midst_of_writing_is_put_out_and_the_others_go_on() {
    let Some(database) = cluster::database() else { return };
    let server = migrated(&database).await;
    let (ours, theirs) = (Journal::connect(&server).await.unwrap(), Journal::connect(&server).await.unwrap());
    ours.begin(&intent("118")).await.unwrap();
    // As a desk that is stopped between two statements: it holds the property and says no more.
    let mut stopped = ours.store().begin().await.unwrap();
    stopped.hold("harbour", 1).await.unwrap();
    again_locked(&theirs).await;
    let late = stopped.commit().await.unwrap_err();
    assert!(late.is_away(), "{late:?}");
    assert_eq!(database.sql("SELECT facts FROM nightdesk.head"), "0", "it has not happened");
}

/// Writes as soon as nobody keeps the property.
async fn again_locked(journal: &Journal) {
    let run = intent("102");
    while let Err(error) = journal.begin(&run).await {
        assert!(matches!(error, StoreError::Locked { .. }), "{error:?}");
    }
}

/// Desks write while every connection is cut again and again; each knows what of its own is there by looking.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_while_everybody_writes_double_nothing_and_lose_nothing() {
    let Some(database) = cluster::database() else { return };
    let server = migrated(&database).await;
    let mut desks = tokio::task::JoinSet::new();
    for n in 0..4 {
        let server = server.clone();
        desks.spawn(write_all(server, n));
    }
    let reader = Journal::connect(&server).await.unwrap();
    let (mut mark, mut told) = (Mark::default(), std::collections::BTreeMap::<IntentId, usize>::new());
    let mut cuts = 0;
    while !desks.is_empty() {
        database.cut_all();
        cuts += 1;
        while tokio::time::timeout(Duration::from_millis(15), desks.join_next())
            .await
            .is_ok_and(|d| d.is_some())
        {}
        if let Ok((records, next)) = reader.news(&"harbour".into(), crate::desks::at(-1), mark).await {
            for record in records {
                let facts = record.facts.len();
                let before = told.insert(record.intent.id, facts).unwrap_or_default();
                assert!(before <= facts, "what was told is gone");
            }
            mark = next;
        }
    }
    let harbour = "harbour".into();
    let (records, _) = again(|| reader.news(&harbour, crate::desks::at(-1), mark)).await;
    told.extend(records.into_iter().map(|record| (record.intent.id, record.facts.len())));
    assert!(cuts > 2, "{cuts}");
    assert_eq!(told.into_values().collect::<Vec<_>>(), [FACTS as usize; 4], "each fact once");
    assert_eq!(numbers(&database), (1..=4 * FACTS).collect::<Vec<_>>(), "no gaps");
    reader.check().await.unwrap();
}

/// Facts and the end, each written once whatever happens on the way.
async fn write_all(server: Server, n: i64) {
    let journal = again(|| Journal::connect(&server)).await;
    let run = intent(&n.to_string());
    let token = loop {
        let wanted = nightdesk::journal::Wanted {
            names: vec![format!("stay {n}").as_str().into()],
            run: run.id,
            whom: "maria".into(),
            lasts: Duration::from_secs(2),
        };
        match journal.claim(&wanted).await {
            Ok(nightdesk::journal::Claim::Held { token, .. }) => break token,
            // A claim whose answer was lost runs out by itself.
            Ok(nightdesk::journal::Claim::Busy { left, .. }) => tokio::time::sleep(left).await,
            Err(error) => assert!(error.is_away(), "{error:?}"),
        }
    };
    while let Err(error) = journal.begin(&run).await {
        assert!(error.is_away() || matches!(error, StoreError::Other { .. }), "{error:?}");
        if again(|| journal.one(run.id)).await.is_some() {
            break;
        }
    }
    for seq in 1..=FACTS {
        let fact = match seq {
            FACTS => fact(FactKind::Ended, "done"),
            _ => fact(FactKind::After, &seq.to_string()),
        };
        loop {
            again(|| journal.renew(token)).await;
            let seen = usize::try_from(seq - 1).unwrap();
            let wrote = journal.take_up(run.id, token, &fact, seen).await;
            if wrote.is_ok() {
                break;
            }
            // The answer was lost: it is there, or it is not.
            if again(|| journal.facts(run.id)).await.len() == usize::try_from(seq).unwrap() {
                break;
            }
        }
    }
}

/// A way to the server that can be cut: both directions, at any byte.
async fn cuttable(port: u16) -> (u16, watch::Sender<u64>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let here = listener.local_addr().unwrap().port();
    let (cut, cuts) = watch::channel(0);
    tokio::spawn(async move {
        while let Ok((mut desk, _)) = listener.accept().await {
            let mut cuts = cuts.clone();
            cuts.mark_unchanged();
            tokio::spawn(async move {
                let Ok(mut there) = TcpStream::connect(("127.0.0.1", port)).await else { return };
                tokio::select! {
                    _ = copy_bidirectional(&mut desk, &mut there) => {}
                    _ = cuts.changed() => {}
                }
            });
        }
    });
    (here, cut)
}

fn through(database: &Database, port: u16) -> Server {
    server(&database.url_at(port, "postgres", "tests"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_fails_at_any_moment_leaves_each_fact_once_or_not_at_all() {
    let Some(cluster) = cluster::shared() else { return };
    let database = cluster.database();
    migrated(&database).await;
    let (port, cut) = cuttable(cluster.port()).await;
    let desk = tokio::spawn(write_all(through(&database, port), 0));
    let mut cuts = 0_u64;
    while !desk.is_finished() {
        // At a moment that is another one each time.
        tokio::time::sleep(Duration::from_micros(3_000 + cuts * 1_713 % 17_000)).await;
        cut.send_modify(|n| *n += 1);
        cuts += 1;
        if cuts > 60 {
            break;
        }
    }
    desk.await.unwrap();
    assert!(cuts > 2, "{cuts}");
    assert_eq!(numbers(&database), (1..=FACTS).collect::<Vec<_>>());
    assert_eq!(database.sql("SELECT count(*) FROM nightdesk.run"), "1");
}

/// The server's clock is the one that counts, however wrong it is for a desk.
#[tokio::test]
async fn a_clock_that_is_wrong_changes_nothing_of_who_holds_what() {
    let Some(database) = cluster::database() else { return };
    let server = migrated(&database).await;
    for hours in [-5, 0, 5] {
        database.sql(&format!(
            "CREATE OR REPLACE FUNCTION nightdesk.now_ms() RETURNS BIGINT LANGUAGE sql VOLATILE AS $$
             SELECT CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS BIGINT) + 3600000 * {hours} $$",
        ));
        let (ours, theirs) =
            (Journal::connect(&server).await.unwrap(), Journal::connect(&server).await.unwrap());
        let (run, name) = (intent("118"), format!("stay {hours}"));
        ours.begin(&run).await.unwrap();
        let token = held(&ours, run.id, &name, LASTS).await;
        let busy = claim(&theirs, IntentId::fresh(), &name, LASTS).await;
        let nightdesk::journal::Claim::Busy { left, .. } = busy else { panic!("{busy:?}") };
        assert!(left <= LASTS && left > LASTS / 2, "{left:?}");
        ours.append(run.id, token, &fact(FactKind::Before, "")).await.unwrap();
        let found = ours.store().look().await.unwrap();
        assert!((found.apart.num_minutes() - hours * 60).abs() <= 1, "{found:?}");
        ours.release(token, false).await.unwrap();
        held(&theirs, IntentId::fresh(), &name, LASTS).await;
    }
}
