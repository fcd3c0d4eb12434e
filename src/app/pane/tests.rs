use super::*;
use proptest::prelude::*;

fn pane(rows: &[u32]) -> Pane<u32> {
    let mut p = Pane::default();
    p.set_rows(rows.to_vec());
    p.hold();
    p
}

#[test]
fn the_cursor_follows_its_row() {
    let mut p = pane(&[10, 20, 30]);
    p.select(&20);
    assert_eq!(p.set_rows(vec![1, 2, 3, 20, 30]), Fate::Kept);
    assert_eq!((p.selected(), p.cursor()), (Some(&20), 3));
}

#[test]
fn a_row_that_is_gone_leaves_the_cursor_near_and_says_so() {
    let mut p = pane(&[10, 20, 30]);
    p.select(&30);
    assert_eq!(p.set_rows(vec![10, 20]), Fate::Gone(30));
    assert_eq!(p.selected(), Some(&20));
    assert_eq!(p.set_rows(vec![]), Fate::Gone(20));
    assert_eq!(p.selected(), None);
    p.set_rows(vec![7]);
    assert_eq!(p.selected(), Some(&7));
}

#[test]
fn while_rows_come_in_an_untouched_cursor_stays_on_the_first() {
    let mut p = Pane::default();
    p.set_rows(vec![50]);
    p.set_rows(vec![10, 50]);
    assert_eq!((p.selected(), p.cursor()), (Some(&10), 0));
    p.step(1);
    p.set_rows(vec![5, 10, 50]);
    assert_eq!(p.selected(), Some(&50));
}

#[test]
fn marks_go_with_their_rows() {
    let mut p = pane(&[1, 2, 3]);
    p.toggle_mark();
    p.toggle_mark();
    assert_eq!(p.marked(), [1, 2]);
    p.set_rows(vec![3, 2]);
    assert_eq!(p.marked(), [2]);
    assert!(p.clear_marks());
    assert!(!p.clear_marks());
}

proptest! {
    #[test]
    fn only_the_person_or_a_vanished_row_moves_the_selection(
        before in prop::collection::hash_set(0u32..40, 1..30),
        after in prop::collection::hash_set(0u32..40, 0..30),
        at in 0usize..30,
    ) {
        let mut p = pane(&before.iter().copied().collect::<Vec<_>>());
        p.step(at as isize);
        let was = *p.selected().unwrap();
        let fate = p.set_rows(after.iter().copied().collect());
        if after.contains(&was) {
            prop_assert_eq!(fate, Fate::Kept);
            prop_assert_eq!(p.selected(), Some(&was));
        } else {
            prop_assert_eq!(fate, Fate::Gone(was));
        }
        prop_assert_eq!(p.selected(), p.rows().get(p.cursor()));
    }

    #[test]
    fn splicing_is_the_same_as_sorting_again(
        before in prop::collection::hash_set(0u32..60, 0..40),
        gone in prop::collection::hash_set(0u32..60, 0..20),
        fresh in prop::collection::hash_set(60u32..99, 0..20),
    ) {
        let mut rows: Vec<u32> = before.iter().copied().collect();
        rows.sort_unstable();
        let mut p = pane(&rows);
        p.splice(&gone, fresh.iter().copied(), |id| {
            let id = *id;
            move |other: &u32| other.cmp(&id)
        });
        let mut want: Vec<u32> = before.difference(&gone).chain(&fresh).copied().collect();
        want.sort_unstable();
        prop_assert_eq!(p.rows().iter().copied().collect::<Vec<_>>(), want);
    }

    #[test]
    fn the_cursor_is_always_on_the_screen(n in 0u32..50, moves in prop::collection::vec(-30isize..30, 0..20), room in 0usize..20) {
        let mut p = pane(&(0..n).collect::<Vec<_>>());
        for m in moves {
            p.step(m);
            p.set_room(room);
            let top = p.top(room);
            prop_assert!(top <= p.cursor());
            prop_assert!(room == 0 || n == 0 || p.cursor() < top + room);
        }
    }
}
