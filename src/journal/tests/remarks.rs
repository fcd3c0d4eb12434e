//! Remarks on alerts.

use super::*;

pub(super) fn remark(alert: &str, said: &str, by: &str, minutes: i64) -> Remark {
    Remark {
        alert: alert.into(),
        said: said.into(),
        at: at(minutes),
        until: (said == "snoozed").then(|| at(minutes + 60)),
        severity: "P2".into(),
        since: at(-30),
        reason: "the porter is on his way".into(),
        who: Who { user: by.into(), terminal: Some("pts/3".into()), ..Who::default() },
    }
}

fn hotel() -> Text {
    "harbour".into()
}

#[rstest]
#[tokio::test]
async fn remarks_are_read_on_from_a_number_and_come_back_as_they_were_said(
    #[values(Kind::File, Kind::Server)] kind: Kind,
) {
    let Some(site) = Site::new(kind).await else { return };
    let journal = site.open().await;
    let none = journal.remarks(&hotel(), 0).await.unwrap();
    assert_eq!(none, Remarks::default());
    let first = [
        remark("battery:lock:1", "acknowledged", "maria", 0),
        remark("overstay:stay:s", "snoozed", "maria", 0),
    ];
    journal.write_remarks(&hotel(), &first).await.unwrap();
    let read = journal.remarks(&hotel(), 0).await.unwrap();
    assert_eq!((read.list.as_slice(), read.seq), (first.as_slice(), 2));
    assert_eq!(journal.remarks(&hotel(), 2).await.unwrap(), Remarks { list: Vec::new(), seq: 2 });
    // A clock that is behind changes nothing of the order.
    let late = remark("battery:lock:1", "withdrawn", "jonas", -5);
    journal.write_remarks(&hotel(), std::slice::from_ref(&late)).await.unwrap();
    assert_eq!(journal.remarks(&hotel(), 2).await.unwrap(), Remarks { list: vec![late.clone()], seq: 3 });
    let all = journal.remarks(&hotel(), 0).await.unwrap();
    assert_eq!(all.list, [first[1].clone(), late], "the last one of each alert, in the order of writing");
}

#[rstest]
#[tokio::test]
async fn each_property_has_its_own_and_none_can_be_changed(#[values(Kind::File, Kind::Server)] kind: Kind) {
    let Some(site) = Site::new(kind).await else { return };
    let journal = site.open().await;
    let one = [remark("battery:lock:1", "acknowledged", "maria", 0)];
    journal.write_remarks(&hotel(), &one).await.unwrap();
    journal.write_remarks(&"hill".into(), &one).await.unwrap();
    assert_eq!(journal.remarks(&"hill".into(), 0).await.unwrap().seq, 1);
    assert_eq!(journal.remarks(&"lake".into(), 0).await.unwrap(), Remarks::default());
    for said in ["UPDATE remark SET reason = ''", "DELETE FROM remark"] {
        let refused = journal.store.run(sql(said)).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
}

#[rstest]
#[tokio::test]
async fn of_remarks_that_belong_together_all_are_written_or_none(
    #[values(Kind::File, Kind::Server)] kind: Kind,
) {
    let Some(site) = Site::new(kind).await else { return };
    let journal = site.open().await;
    site.break_remarks(&journal).await;
    let both =
        [remark("battery:lock:1", "acknowledged", "maria", 0), remark("broken", "acknowledged", "maria", 0)];
    assert!(journal.write_remarks(&hotel(), &both).await.is_err());
    assert_eq!(journal.remarks(&hotel(), 0).await.unwrap(), Remarks::default());
}

#[rstest]
#[tokio::test]
async fn many_writers_number_without_gaps(#[values(Kind::File, Kind::Server)] kind: Kind) {
    let Some(site) = Site::new(kind).await else { return };
    let mut writers = Vec::new();
    for n in 0..4 {
        let journal = site.open().await;
        writers.push(tokio::spawn(async move {
            for m in 0..5 {
                let remark = remark(&format!("battery:lock:{n}-{m}"), "acknowledged", "maria", m);
                journal.write_remarks(&hotel(), &[remark]).await.unwrap();
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let journal = site.open_to_read().await;
    let read = journal.remarks(&hotel(), 0).await.unwrap();
    assert_eq!((read.list.len(), read.seq), (20, 20));
}

/// A file as the program before this one left it.
async fn old_file(dir: &Dir) {
    let journal = Journal::open(&dir.0).await.unwrap();
    journal.begin(&intent("Berg", "102", 0)).await.unwrap();
    for old in [
        "DROP TABLE remark",
        "DROP TABLE head",
        "DROP INDEX run_hotel",
        "DROP INDEX fact_num",
        "DROP TRIGGER fact_numbered",
        "DROP TRIGGER fact_stays",
        "ALTER TABLE fact DROP COLUMN num",
        "ALTER TABLE fact DROP COLUMN hotel",
        "CREATE TRIGGER fact_stays BEFORE UPDATE ON fact BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
        "DELETE FROM schema_version WHERE version > 1",
    ] {
        journal.store.run(sql(old)).await.unwrap();
    }
    journal.close().await;
}

#[tokio::test]
async fn an_older_file_is_read_as_it_is_and_brought_up_to_date_by_the_first_who_writes() {
    let dir = Dir::new();
    old_file(&dir).await;
    let reader = Journal::open_to_read(&dir.0).await.unwrap().unwrap();
    assert_eq!(reader.remarks(&hotel(), 0).await.unwrap(), Remarks::default());
    let writer = Journal::open(&dir.0).await.unwrap();
    assert_eq!(writer.records(&Filter::default()).await.unwrap().len(), 1, "nothing is lost");
    writer.write_remarks(&hotel(), &[remark("battery:lock:1", "acknowledged", "maria", 0)]).await.unwrap();
    assert_eq!(reader.remarks(&hotel(), 0).await.unwrap().seq, 1, "also by who had opened it before");
}
