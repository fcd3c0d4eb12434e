//! What goes, and what never does.

use super::*;

const YEARS: i64 = 3 * 365 * 24 * 60;

async fn ended(journal: &Journal, guest: &str, minutes: i64) -> IntentId {
    let intent = intent(guest, "118", minutes);
    let token = begun(journal, &intent).await;
    journal.append(intent.id, token, &fact(FactKind::Ended).says("done", "")).await.unwrap();
    journal.release(token, false).await.unwrap();
    intent.id
}

async fn guests(journal: &Journal) -> Vec<String> {
    let records = journal.records(&Filter::default()).await.unwrap();
    records.iter().map(|r| r.intent.guest.to_string()).collect()
}

async fn rows(journal: &Journal, count: &'static str) -> i64 {
    journal.store.first(sql(count)).await.unwrap().unwrap().number("n").unwrap()
}

#[rstest]
#[tokio::test]
async fn what_is_over_and_old_goes_and_what_is_unfinished_never_does(
    #[values(Kind::File, Kind::Server)] kind: Kind,
) {
    let Some(site) = Site::new(kind).await else { return };
    let journal = site.open().await;
    ended(&journal, "Old", -YEARS).await;
    let unfinished = intent("Unfinished", "102", -YEARS);
    let token = begun(&journal, &unfinished).await;
    journal.append(unfinished.id, token, &fact(FactKind::Sending)).await.unwrap();
    ended(&journal, "Recent", -60).await;
    // The lease of the unfinished one runs out.
    site.pass(Duration::from_secs(60));
    assert_eq!(journal.retire(Retention::default()).await.unwrap(), 1);
    assert_eq!(guests(&journal).await, ["Unfinished", "Recent"]);
    assert_eq!(rows(&journal, "SELECT COUNT(*) AS n FROM fact").await, 2, "facts go with their run");
    assert_eq!(journal.unfinished(&"harbour".into()).await.unwrap().len(), 1);
    assert_eq!(journal.retire(Retention::default()).await.unwrap(), 0);
    for refused in ["DELETE FROM fact", "DELETE FROM run", "UPDATE run SET guest = 'x'"] {
        let error = journal.store.run(sql(refused)).await.unwrap_err();
        assert!(error.to_string().contains("append-only"), "{refused}: {error}");
    }
    journal.check().await.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_journal_has_so_many_runs_and_no_more(#[values(Kind::File, Kind::Server)] kind: Kind) {
    let Some(site) = Site::new(kind).await else { return };
    let journal = site.open().await;
    for n in 0..20 {
        ended(&journal, &format!("Guest {n:02}"), n).await;
    }
    let keep = Retention { runs: 5, ..Retention::default() };
    assert_eq!(journal.retire(keep).await.unwrap(), 15);
    assert_eq!(guests(&journal).await, ["Guest 15", "Guest 16", "Guest 17", "Guest 18", "Guest 19"]);
}

#[rstest]
#[tokio::test]
async fn a_run_that_somebody_is_at_stays_and_no_claim_has_the_number_of_another(
    #[values(Kind::File, Kind::Server)] kind: Kind,
) {
    let Some(site) = Site::new(kind).await else { return };
    let journal = site.open().await;
    let old = intent("Old", "118", -YEARS);
    let token = begun(&journal, &old).await;
    journal.append(old.id, token, &fact(FactKind::Ended).says("done", "")).await.unwrap();
    assert_eq!(journal.retire(Retention::default()).await.unwrap(), 0, "its lease still runs");
    for n in 0..30 {
        ended(&journal, "Guest", n).await;
    }
    site.pass(Duration::from_secs(3 * 24 * 3_600));
    assert_eq!(journal.retire(Retention::default()).await.unwrap(), 1);
    assert_eq!(rows(&journal, "SELECT COUNT(*) AS n FROM lease").await, 1, "the newest claim alone");
    let next = held(&journal, &wanted(IntentId::fresh(), &["stay 102"])).await;
    assert_eq!(next.number, token.number + 31);
}

#[rstest]
#[tokio::test]
async fn several_that_retire_at_once_do_not_trip_over_each_other(
    #[values(Kind::File, Kind::Server)] kind: Kind,
) {
    let Some(site) = Site::new(kind).await else { return };
    let (ours, theirs) = (site.open().await, site.open().await);
    for n in 0..40 {
        ended(&ours, "Old", -YEARS + n).await;
    }
    let (a, b) = tokio::join!(ours.retire(Retention::default()), theirs.retire(Retention::default()));
    assert_eq!(a.unwrap() + b.unwrap(), 39);
    assert_eq!(guests(&ours).await, ["Old"], "the newest fact stays, whoever follows goes by its number");
    ended(&theirs, "New", 0).await;
    assert_eq!(ours.retire(Retention::default()).await.unwrap(), 1);
    assert_eq!(guests(&theirs).await, ["New"]);
}

#[rstest]
#[tokio::test]
async fn old_remarks_go_and_no_number_is_given_out_twice(#[values(Kind::File, Kind::Server)] kind: Kind) {
    let Some(site) = Site::new(kind).await else { return };
    let journal = site.open().await;
    let (harbour, hill) = ("harbour".into(), "hill".into());
    let said = |alert: &str, minutes| remarks::remark(alert, "acknowledged", "maria", minutes);
    journal.write_remarks(&harbour, &[said("a", -YEARS), said("b", -YEARS), said("c", -5)]).await.unwrap();
    journal.write_remarks(&hill, &[said("d", -YEARS)]).await.unwrap();
    journal.retire(Retention::default()).await.unwrap();
    let left = journal.remarks(&harbour, 0).await.unwrap();
    assert_eq!(left.list.iter().map(|r| r.alert.as_str()).collect::<Vec<_>>(), ["c"]);
    assert_eq!(
        rows(&journal, "SELECT COUNT(*) AS n FROM remark WHERE hotel = 'hill'").await,
        1,
        "the newest stays"
    );
    journal.write_remarks(&harbour, &[said("e", 0)]).await.unwrap();
    assert_eq!(journal.remarks(&harbour, left.seq).await.unwrap().seq, 4);
    let error = journal.store.run(sql("DELETE FROM remark")).await.unwrap_err();
    assert!(error.to_string().contains("append-only"), "{error}");
}
