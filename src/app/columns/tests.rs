use std::collections::BTreeSet;

use super::*;
use crate::config::columns as configured;
use proptest::prelude::*;

#[test]
fn every_column_is_once_in_its_pane_and_the_configuration_knows_its_name() {
    let known = [configured::GUESTS, configured::GRANTS, configured::MUTATIONS, configured::WARNINGS];
    for (kind, known) in PaneKind::ALL.into_iter().zip(known) {
        let names: Vec<&str> = table(kind).iter().map(|spec| spec.name).collect();
        assert_eq!(names, known, "{}", kind.name());
        let ids: BTreeSet<ColumnId> = table(kind).iter().map(|spec| spec.id).collect();
        assert_eq!(ids.len(), names.len());
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        assert!(table(kind).iter().all(|spec| spec.min <= spec.max && spec.min > 0));
        let usual = spec(kind, kind.usual_sort().column).unwrap();
        assert!(usual.is_usual && usual.is_sortable(), "what is sorted by is shown");
    }
}

#[test]
fn a_layout_reads_what_it_writes() {
    let (mut layout, unknown) =
        Layout::named(PaneKind::Guests, &["guest:40", "room", "moon", "room", "email"]);
    assert_eq!(unknown, ["moon"]);
    assert_eq!(layout.names(), ["guest:40", "room", "email"]);
    assert_eq!(layout.slots().len(), table(PaneKind::Guests).len(), "what is not shown can be");
    assert!(layout.toggle(3));
    assert_eq!(layout.names(), ["guest:40", "room", "email", "class"]);
    assert_eq!(layout.shift(3, -9), 0);
    layout.size(0, -1);
    assert_eq!(layout.names(), ["class:8", "guest:40", "room", "email"]);
    let (again, unknown) = Layout::named(PaneKind::Guests, &layout.names());
    assert_eq!((again.names(), unknown.len()), (layout.names(), 0));
}

#[test]
fn one_column_is_always_shown() {
    let (mut layout, _) = Layout::named(PaneKind::Warnings, &["why"]);
    assert!(!layout.toggle(0));
    assert_eq!(layout.names(), ["why"]);
    let (layout, unknown) = Layout::named(PaneKind::Warnings, &["moon"]);
    assert_eq!((layout, unknown.len()), (Layout::usual(PaneKind::Warnings), 1));
}

#[test]
fn sorting_goes_through_the_shown_columns_and_begins_again() {
    let (layout, _) = Layout::named(PaneKind::Warnings, &["do", "why", "room"]);
    assert_eq!(
        layout.next_sort(ColumnId::Severity),
        ColumnId::Why,
        "what cannot be sorted by is passed over"
    );
    assert_eq!(layout.next_sort(ColumnId::Why), ColumnId::Room);
    assert_eq!(layout.next_sort(ColumnId::Room), ColumnId::Why);
}

#[test]
fn nothing_stands_last_whichever_way_it_is_sorted() {
    let (some, none) = (Value::Number(3), Value::Empty);
    for descending in [false, true] {
        assert!(some.order(&none, descending).is_lt());
        assert!(none.order(&some, descending).is_gt());
        assert!(none.order(&none, descending).is_eq());
    }
    assert!(Value::Number(1).order(&some, true).is_gt());
}

proptest! {
    #[test]
    fn no_key_loses_a_column(keys in prop::collection::vec((0usize..20, 0u8..4), 0..60)) {
        for kind in PaneKind::ALL {
            let mut layout = Layout::usual(kind);
            for (at, key) in &keys {
                match key {
                    0 => { layout.toggle(*at); }
                    1 => prop_assert!(layout.shift(*at, 1) < table(kind).len()),
                    2 => { layout.shift(*at, -1); }
                    _ => layout.size(*at, 7),
                }
            }
            let ids: BTreeSet<ColumnId> = layout.slots().iter().map(|slot| slot.id).collect();
            prop_assert_eq!(ids.len(), table(kind).len());
            prop_assert!(layout.shown().count() > 0);
        }
    }
}
