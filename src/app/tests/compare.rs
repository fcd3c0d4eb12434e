//! The comparison with the property management system, from the audit.

use super::audit::{open, two};
use super::hotel::{Desk, grant};
use crate::app::audit::compare::{ComparePage, Export, Stage};
use crate::app::layer::Layer;
use crate::app::{Effect, Event};
use crate::config::PmsConfig;
use crate::report::{Compared, read};

fn page(desk: &Desk) -> &ComparePage {
    match desk.app.top() {
        Some(Layer::Compare(page)) => page,
        other => panic!("{other:?}"),
    }
}

fn compared(desk: &Desk) -> &Compared {
    match &page(desk).stage {
        Stage::Shown(compared) => compared,
        other => panic!("{other:?}"),
    }
}

/// The page with an export on it.
fn shown(csv: &str) -> Desk {
    let mut desk = two();
    open(&mut desk);
    desk.press("C");
    desk.type_text("/tmp/export.csv");
    let effects = desk.press("Enter");
    let Some(Effect::ReadExport(wanted)) = effects.list.first() else { panic!("{effects:?}") };
    assert_eq!(wanted.path, "/tmp/export.csv");
    let rows = read(csv.as_bytes(), &PmsConfig::default()).unwrap();
    desk.event(Event::ExportRead(Ok(Export { file: "export.csv".into(), rows })));
    desk
}

#[test]
fn what_differs_is_listed_and_leads_to_its_stay() {
    let mut desk = shown("room,guest,status\n999,Nobody Known,in house\n");
    let nobody = compared(&desk).findings.iter().position(|f| f.guest.contains("Nobody")).unwrap();
    let known = compared(&desk).findings.iter().position(|f| f.stay.is_some()).unwrap();
    (0..nobody).for_each(|_| drop(desk.press("j")));
    desk.press("Enter");
    assert!(desk.says().contains("only the file has it"), "{}", desk.says());
    desk.press("g");
    (0..known).for_each(|_| drop(desk.press("j")));
    let stay = page(&desk).stay().cloned().unwrap();
    desk.press("Enter");
    assert!(matches!(desk.app.top(), Some(Layer::Details(d)) if d.stay == stay));
}

#[test]
fn a_file_that_is_none_is_said_in_place_and_can_be_typed_again() {
    let mut desk = two();
    open(&mut desk);
    desk.press("C");
    assert!(desk.press("Enter").list.is_empty(), "nothing was typed");
    desk.type_text("/nowhere.csv");
    desk.press("Enter");
    desk.event(Event::ExportRead(Err("/nowhere.csv: cannot be read".into())));
    assert_eq!(page(&desk).stage, Stage::Path(Some("/nowhere.csv: cannot be read".into())));
    assert_eq!(page(&desk).path.text(), "/nowhere.csv");
    desk.press("Esc");
    assert!(matches!(desk.app.top(), Some(Layer::Audit)));
    desk.event(Event::ExportRead(Err("too late".into())));
    assert!(matches!(desk.app.top(), Some(Layer::Audit)), "an answer nobody waits for");
}

#[test]
fn what_changes_in_the_hotel_is_compared_again() {
    let mut desk = shown("room,guest,status\n999,Nobody Known,in house\n");
    let before = compared(&desk).findings.clone();
    for delta in grant("g9", "zoe", "103", "2026-11-24T10:00:00Z", 0) {
        desk.data(delta);
    }
    let after = compared(&desk).findings.clone();
    let new: Vec<_> = after.iter().filter(|found| !before.contains(found)).collect();
    assert!(!new.is_empty() && new.iter().all(|found| found.stay.is_some()), "{after:?}");
}

#[test]
fn the_report_has_the_comparison_with_it() {
    let mut desk = shown("room,guest,status\n999,Nobody Known,in house\n,,\nbroken\n");
    assert!(!compared(&desk).skipped.is_empty());
    desk.press("Esc");
    desk.press("E");
    desk.press("Enter");
    desk.wait(1);
    let effects = desk.press("y");
    let text = effects.list.iter().find_map(|effect| match effect {
        Effect::SaveReport(file) => Some(file.text.clone()),
        _ => None,
    });
    let text = text.expect("a report");
    assert!(text.contains("Nobody Known") && text.contains("export.csv"), "{text}");
}
