//! The comparison: an export that tells the truth differs in nothing, and every lie is found.

use chrono::NaiveDate;

use super::hotel;
use crate::config::{PmsConfig, PmsStatus};
use crate::property::{Property, Severity, Stay, StayClass};
use crate::report::{Compared, FindingKind, Row, Rows, Status, compare, read};
use crate::text::Text;

fn day(p: &Property, at: Option<chrono::DateTime<chrono::Utc>>) -> Option<NaiveDate> {
    at.map(|at| p.zone().date(at))
}

/// First name first, without the accents a German keyboard lacks.
fn other_way_round(name: &str) -> Text {
    match name.split_once(", ") {
        Some((last, first)) => Text::new(format!("{first} {last}").to_uppercase().replace('Å', "A")),
        None => Text::new(name),
    }
}

fn is_live(stay: &Stay) -> bool {
    let keys = stay.keys();
    [keys.code, keys.card, keys.mobile, keys.cloud].iter().any(|k| k.opens())
}

/// What the property management system would say if it knew all that is true.
fn truth(p: &Property) -> Vec<Row> {
    let mut stays: Vec<&Stay> = p.stays().filter(|s| s.class.is_tonight() && !s.room.is_empty()).collect();
    stays.sort_by(|a, b| a.id.cmp(&b.id));
    let rows = (2_u64..).zip(stays).map(|(line, stay)| Row {
        line,
        room: Text::new(format!("0{}", stay.room)),
        guest: other_way_round(&stay.name),
        arrival: day(p, stay.starts_at()),
        departure: day(p, stay.ends_at()),
        status: Status::Known(match stay.class {
            StayClass::DueIn | StayClass::NoShow => PmsStatus::Expected,
            _ => PmsStatus::InHouse,
        }),
    });
    rows.collect()
}

fn compared(p: &Property, rows: Vec<Row>) -> Compared {
    compare(p, "guests.csv".into(), Rows { rows, ..Rows::default() })
}

fn kinds(found: &Compared) -> Vec<FindingKind> {
    found.findings.iter().map(|f| f.kind).collect()
}

#[tokio::test]
async fn the_truth_differs_in_nothing() {
    let p = hotel().await;
    let rows = truth(&p);
    assert!(rows.len() > 20);
    let found = compared(&p, rows.clone());
    // Guests in the house none of whose keys opens are the only difference there is.
    let keyless = p.stays().filter(|s| {
        s.class.is_tonight() && !matches!(s.class, StayClass::DueIn | StayClass::NoShow) && !is_live(s)
    });
    assert_eq!(found.findings.len(), keyless.count(), "{:#?}", found.findings);
    assert!(kinds(&found).iter().all(|k| *k == FindingKind::GuestWithoutKey));
    assert_eq!((found.rows, found.notes.len()), (rows.len(), 0));
}

#[tokio::test]
async fn every_lie_is_found_and_nothing_else() {
    let p = hotel().await;
    let truth = truth(&p);
    let usual = compared(&p, truth.clone()).findings;
    // Somebody alone in a room whose name nobody shares, with a key that opens.
    let alone = |row: &&Row| {
        let same =
            |other: &&Row| other.room == row.room || other.guest.split(' ').any(|w| row.guest.contains(w));
        let stay =
            p.stays().find(|s| other_way_round(&s.name) == row.guest && s.class == StayClass::Stayover);
        truth.iter().filter(same).count() == 1 && stay.is_some_and(is_live)
    };
    let at = truth.iter().position(|row| alone(&row)).unwrap();
    let told = |change: &dyn Fn(&mut Row)| {
        let mut rows = truth.clone();
        change(&mut rows[at]);
        let found = compared(&p, rows);
        let is_new = |f: &crate::report::Finding| usual.iter().all(|known| known != f);
        found.findings.into_iter().filter(is_new).collect::<Vec<_>>()
    };
    let one = |change: &dyn Fn(&mut Row), kind: FindingKind, severity: Severity| {
        let found = told(change);
        assert_eq!(found.len(), 1, "{kind:?} {found:#?}");
        assert_eq!((found[0].kind, found[0].severity, found[0].line), (kind, severity, Some(truth[at].line)));
        assert!(found[0].stay.is_some());
    };
    one(&|r| r.status = Status::Known(PmsStatus::Departed), FindingKind::CheckedOutButLive, Severity::P1);
    one(&|r| r.status = Status::Known(PmsStatus::NoShow), FindingKind::NotComingButLive, Severity::P2);
    one(&|r| r.room = "9999".into(), FindingKind::OtherRoom, Severity::P2);
    one(&|r| r.departure = r.departure.unwrap().succ_opt(), FindingKind::OtherDates, Severity::P2);
    one(&|r| r.arrival = r.arrival.unwrap().pred_opt(), FindingKind::OtherDates, Severity::P3);
    // Another guest altogether is two: one without a key, and a key without one.
    let found = told(&|r| r.guest = "Nobody, Known".into());
    let mut kinds: Vec<FindingKind> = found.iter().map(|f| f.kind).collect();
    kinds.sort();
    assert_eq!(kinds, [FindingKind::GuestWithoutKey, FindingKind::KeyWithoutGuest]);
    // A departure that has passed while the guest is still checked in there.
    let found = told(&|r| {
        r.arrival = NaiveDate::from_ymd_opt(2026, 11, 10);
        r.departure = NaiveDate::from_ymd_opt(2026, 11, 21);
    });
    assert!(found.iter().any(|f| f.kind == FindingKind::StillCheckedIn), "{found:#?}");
    // One who left and whose keys are gone is nobody's business.
    let mut rows = truth.clone();
    rows.push(Row {
        guest: "Gone, Long".into(),
        status: Status::Known(PmsStatus::Departed),
        ..truth[at].clone()
    });
    assert_eq!(compared(&p, rows).findings, usual);
}

#[tokio::test]
async fn a_list_without_arrivals_accuses_no_arrival() {
    let p = hotel().await;
    let rows: Vec<Row> =
        truth(&p).into_iter().filter(|r| r.status == Status::Known(PmsStatus::InHouse)).collect();
    let found = compared(&p, rows);
    assert!(!kinds(&found).contains(&FindingKind::KeyWithoutGuest), "{:#?}", found.findings);
    assert!(found.notes.iter().any(|n| n.contains("no arrivals")), "{:?}", found.notes);
}

#[tokio::test]
async fn hostile_bytes_come_through_as_text() {
    let p = hotel().await;
    let file =
        b"room;guest;arrival;departure;status\n101;\x1b]0;owned\x07=1+1;22.11.2026;24.11.2026;in house\n";
    let found = compare(&p, "x".into(), read(file, &PmsConfig::default()).unwrap());
    for finding in &found.findings {
        assert!(finding.why.chars().chain(finding.guest.chars()).all(|c| !c.is_control()));
    }
}
