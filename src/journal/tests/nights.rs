//! Pages of the night audit.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rstest::rstest;
use serde_json::json;

use super::{Kind, Site};
use crate::journal::{Filter, From, IntentId, Page, PageKind, Who};
use crate::store::sql;

fn at() -> DateTime<Utc> {
    "2026-11-23T03:10:00Z".parse().unwrap()
}

fn date() -> NaiveDate {
    "2026-11-22".parse().unwrap()
}

fn page(kind: PageKind, who: &str) -> Page {
    Page {
        id: IntentId::fresh(),
        at: at(),
        hotel: "workspace w".into(),
        kind,
        date: date(),
        words: "3 open, 12 of 15 cleared".into(),
        body: json!({"open": 3, "note": "412 still has no key"}),
        who: Who { user: who.into(), ..Who::default() },
    }
}

#[rstest]
#[tokio::test]
async fn an_audit_is_opened_once_and_signed_as_often_as_needed(
    #[values(Kind::File, Kind::Server)] kind: Kind,
) {
    let Some(site) = Site::new(kind).await else { return };
    let journal = site.open().await;
    let first = page(PageKind::Opened, "maria");
    assert!(journal.write_page(&first).await.unwrap());
    assert!(!journal.write_page(&page(PageKind::Opened, "jonas")).await.unwrap(), "the first one holds");
    assert!(journal.write_page(&page(PageKind::Signed, "maria")).await.unwrap());
    assert!(journal.write_page(&page(PageKind::Signed, "jonas")).await.unwrap());
    let night = journal.night(&"workspace w".into(), date(), None).await.unwrap();
    assert_eq!(night.opened, Some(first));
    let signed: Vec<&str> = night.signed.iter().map(|page| page.who.name().as_str()).collect();
    assert_eq!(signed, ["maria", "jonas"]);
    assert_eq!(night.signed[0].note(), "412 still has no key");
    assert_eq!(journal.night(&"workspace x".into(), date(), None).await.unwrap(), Default::default());
    let next = date().succ_opt().unwrap();
    assert!(journal.night(&"workspace w".into(), next, None).await.unwrap().signed.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_date_rolls_once_and_is_known_to_the_night_after(#[values(Kind::File, Kind::Server)] kind: Kind) {
    let Some(site) = Site::new(kind).await else { return };
    let journal = site.open().await;
    assert!(journal.write_page(&page(PageKind::Rolled, "maria")).await.unwrap());
    assert!(!journal.write_page(&page(PageKind::Rolled, "jonas")).await.unwrap(), "two desks roll once");
    let next = date().succ_opt().unwrap();
    let night = journal.night(&"workspace w".into(), next, None).await.unwrap();
    assert_eq!(night.rolled.unwrap().date, date());
    let later = date() + TimeDelta::days(9);
    assert_eq!(journal.night(&"workspace w".into(), later, None).await.unwrap().rolled, None);
}

#[rstest]
#[tokio::test]
async fn a_page_is_an_entry_that_has_ended_and_cannot_be_changed(
    #[values(Kind::File, Kind::Server)] kind: Kind,
) {
    let Some(site) = Site::new(kind).await else { return };
    let journal = site.open().await;
    journal.write_page(&page(PageKind::Signed, "maria")).await.unwrap();
    let records = journal.records(&Filter::default()).await.unwrap();
    assert_eq!((records[0].outcome(), records[0].intent.guest.as_str()), ("signed", "night of Sun 22 Nov"));
    assert!(journal.unfinished(&"workspace w".into()).await.unwrap().is_empty());
    let leaf = journal.leaf(None, From::Newest, 10, |_| true).await.unwrap();
    assert_eq!(leaf.entries[0].words, "3 open, 12 of 15 cleared");
    let changed = journal.store.run(sql("UPDATE run SET who = '{}'")).await;
    assert!(changed.unwrap_err().to_string().contains("append-only"));
}
