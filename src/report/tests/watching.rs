//! The panes as lines, and what changes of them.

use chrono::TimeDelta;
use insta::assert_snapshot;

use super::hotel;
use crate::property::{Delta, Gone};
use crate::report::{Change, Pane, Shape, Sheet, Watch};

const PANES: [(Pane, &str); 4] = [
    (Pane::Guests, "guests"),
    (Pane::Grants, "grants"),
    (Pane::Mutations, "mutations"),
    (Pane::Warnings, "warnings"),
];

#[tokio::test]
async fn the_panes_are_the_same_to_the_byte() {
    let p = hotel().await;
    for (pane, name) in PANES {
        let lines = pane.lines(&p);
        assert!(!lines.is_empty(), "{name}");
        let text = Sheet::of(pane, Shape::Text).write(&lines);
        assert_eq!(text.lines().count(), lines.len(), "a line each");
        assert_snapshot!(format!("list_{name}"), text);
        for (shape, delimiter) in [(Shape::Csv, b','), (Shape::Tsv, b'\t')] {
            let table = Sheet::of(pane, shape).write(&lines);
            let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(table.as_bytes());
            assert_eq!(rows.headers().unwrap().iter().collect::<Vec<_>>(), pane.columns());
            assert_eq!(rows.records().filter_map(Result::ok).count(), lines.len(), "{name}");
        }
        let json: serde_json::Value =
            serde_json::from_str(&Sheet::of(pane, Shape::Json).write(&lines)).unwrap();
        assert_eq!(json.as_array().unwrap().len(), lines.len());
        let ids: std::collections::BTreeSet<&String> = lines.iter().map(|line| &line.id).collect();
        assert_eq!(ids.len(), lines.len(), "{name}: each is told from the others");
    }
    let sheet = Sheet::of(Pane::Guests, Shape::Json);
    assert_snapshot!("list_guests_json", sheet.write(&Pane::Guests.lines(&p)[..2]));
}

#[tokio::test]
async fn a_watch_told_change_by_change_ends_with_what_is_there() {
    for (pane, name) in PANES {
        let mut p = hotel().await;
        let (mut watch, there) = Watch::new(pane, &p);
        let mut shown: std::collections::BTreeMap<String, crate::report::Line> =
            there.into_iter().map(|told| (told.line.id.clone(), told.line)).collect();
        let mut seen = Vec::new();
        for step in 1..12 {
            let at = p.now() + TimeDelta::minutes(30);
            let mut changed = p.advance(at);
            if step % 3 == 0 {
                let stays = p.mutations().filter_map(|m| p.stay(m.stay.as_ref()?));
                let grant = stays.flat_map(|s| s.grants.clone()).min();
                let grant = grant.or_else(|| p.grants().map(|g| g.id.clone()).min()).unwrap();
                changed.merge(p.apply(Delta::Gone(Gone::Grant(grant)), at));
            }
            for told in watch.update(&p, &changed) {
                seen.push(told.change);
                let line = Sheet::of(pane, Shape::Json).tell(&told, at, p.zone());
                assert_eq!(line.matches('\n').count(), 1, "one line a change");
                let line: serde_json::Value = serde_json::from_str(&line).unwrap();
                assert_eq!(line["change"], told.change.word());
                match told.change {
                    Change::Gone => assert!(shown.remove(&told.line.id).is_some(), "{name}"),
                    Change::New => assert!(shown.insert(told.line.id.clone(), told.line).is_none(), "{name}"),
                    Change::Changed => {
                        assert!(shown.insert(told.line.id.clone(), told.line).is_some(), "{name}")
                    }
                    Change::There => unreachable!(),
                }
            }
            let lines = pane.lines(&p);
            assert_eq!(shown.len(), lines.len(), "{name}");
            assert!(lines.iter().all(|line| shown.get(&line.id) == Some(line)), "{name}");
        }
        assert!(seen.contains(&Change::Gone), "{name}: {seen:?}");
    }
}
