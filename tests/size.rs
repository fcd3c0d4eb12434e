//! What must not grow with the house: counted, never timed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop")]

#[path = "../benches/house/mod.rs"]
mod house;

use allocation_counter::measure;
use chrono::TimeDelta;
use house::{Screen, desk, grant, press, start};
use nightdesk::app::{App, Event};
use nightdesk::property::{Delta, Records, StayId};

/// Allocations of each of some keys with its frame, once everything has been seen.
fn per_key(n: usize) -> Vec<u64> {
    let mut app = desk(n);
    let screen = Screen::new();
    let keys = ["j", "k", "PgDn", "PgUp", "G", "g", "Tab", "Tab", "Tab", "Tab"];
    let mut turn = || {
        let counted = keys.iter().map(|key| {
            let counted = measure(|| {
                press(&mut app, key);
                screen.frame(&mut app);
            });
            counted.count_total
        });
        counted.collect::<Vec<u64>>()
    };
    turn();
    turn()
}

#[test]
fn a_key_and_its_frame_cost_the_same_in_a_long_list() {
    let (short, long) = (per_key(1_100), per_key(10_000));
    for (short, long) in short.iter().zip(&long) {
        // Other guests have other names, and some of them must be cut to fit.
        assert!(long <= &(short + short / 6), "{short} allocations, and {long} in the long list");
    }
}

fn change(app: &mut App, n: usize, turn: i64) {
    let at = start() + TimeDelta::seconds(turn);
    let records = Records::Grants(vec![grant(n / 3, turn % 2 == 0)]);
    app.update(at, Event::Data(Delta::Read { records, as_of: at, sweep: None }));
}

fn per_change(n: usize) -> (u64, u64) {
    let mut app = desk(n);
    (0..4).for_each(|turn| change(&mut app, n, turn));
    let work = app.property.work();
    let counted = measure(|| (4..12).for_each(|turn| change(&mut app, n, turn)));
    (counted.count_total, app.property.work() - work)
}

#[test]
fn a_changed_grant_costs_the_same_in_a_large_house() {
    let (small, large) = (per_change(200), per_change(10_000));
    assert_eq!(small.1, large.1, "stays and things looked at again");
    assert!(large.0 <= small.0 + small.0 / 20, "{} allocations, and {} in the large house", small.0, large.0);
}

/// The most that a stay may take, its guest, two keys, half a room and its rows in the panes included.
const BYTES: i64 = 1_024;

/// The most that a warning may take, with its row.
const BYTES_OF_A_WARNING: i64 = 1_270;

/// What is held of a desk.
fn held(make: impl FnOnce() -> App) -> i64 {
    let mut kept = None;
    let counted = measure(|| kept = Some(make()));
    drop(kept);
    counted.bytes_current
}

#[test]
fn a_further_stay_takes_so_much_and_no_more() {
    let each = (held(|| desk(6_000)) - held(|| desk(3_000))) / 3_000;
    assert!(each <= BYTES, "{each} bytes");
}

#[test]
fn a_warning_takes_so_much_and_no_more() {
    let raised = |app: App| app.property.alerts().count() as i64;
    assert_eq!((raised(desk(400)), raised(house::warned_desk(400))), (0, 200));
    let each = (held(|| house::warned_desk(6_000)) - held(|| desk(6_000))) / 3_000;
    assert!(each <= BYTES_OF_A_WARNING, "{each} bytes");
}

/// Allocations of filters that find nothing, once everything has been looked through.
fn per_filter(n: usize) -> Vec<(&'static str, u64)> {
    const TYPED: [&str; 12] = [
        "room:zz*",
        "guest:zzzz",
        "class:overstay",
        "mode:cloud",
        "card:failed",
        "until:2001-01-01",
        "from:>tomorrow",
        "nights:>99",
        "key:zzzz",
        "id:zzzz",
        "p1",
        "!room:*",
    ];
    let mut app = desk(n);
    let counted = TYPED.iter().map(|typed| {
        app.board.set_filter(&app.property, "zzzz");
        let counted = measure(|| {
            app.board.set_filter(&app.property, typed);
            app.board.search_out(&app.property);
        });
        assert!(app.board.filter().complaint().is_none() && app.board.guests.rows().is_empty(), "{typed}");
        (*typed, counted.count_total)
    });
    counted.collect()
}

#[test]
fn a_term_of_a_filter_allocates_nothing_for_a_row() {
    let (few, many) = (per_filter(200), per_filter(2_000));
    for ((typed, few), (_, many)) in few.iter().zip(&many) {
        assert_eq!(few, many, "{typed}");
    }
}

fn guests(app: &App) -> Vec<StayId> {
    app.board.guests.rows().iter().cloned().collect()
}

fn type_text(app: &mut App, text: &str) {
    press(app, "/");
    for c in text.chars() {
        press(app, &house::named(c));
    }
}

#[test]
fn a_long_list_is_filtered_in_slices_and_the_newest_text_wins() {
    let mut app = desk(6_000);
    let everything = guests(&app);
    assert_eq!(everything.len(), 6_000);
    press(&mut app, "j");
    press(&mut app, "Space");
    let marked = app.board.guests.marked();
    press(&mut app, "/");
    press(&mut app, "o");
    assert!(app.board.is_searching(), "one key looks at a slice alone");
    let first = guests(&app);
    assert!(!first.is_empty() && first.len() <= 1_025);
    // Typed before the search for the first letter is over.
    press(&mut app, "k");
    let mut slices = 0;
    while app.board.is_searching() {
        app.update(start(), Event::Idle);
        slices += 1;
        assert!(slices <= 12, "it comes to an end");
    }
    let is_wanted = |id: &&StayId| {
        let mut text = String::new();
        nightdesk::app::rows::stay_text(app.property.stay(id).unwrap(), &mut text);
        let text = text.to_lowercase();
        text.find('o').is_some_and(|at| text[at..].contains('k'))
    };
    let want: Vec<StayId> = everything.iter().filter(is_wanted).cloned().collect();
    assert_eq!(guests(&app), want, "all that match, in order, each once");
    assert_eq!(app.board.guests.total, 6_000);
    press(&mut app, "Esc");
    app.board.search_out(&app.property);
    assert_eq!(guests(&app), everything);
    assert!(marked.iter().all(|id| want.contains(id)) == (app.board.guests.marked() == marked));
}

#[test]
fn the_cursor_stays_on_its_guest_while_a_long_list_is_sorted() {
    let mut app = desk(6_000);
    press(&mut app, "G");
    let last = app.selected_stay();
    press(&mut app, "s");
    assert!(app.board.is_searching());
    assert_eq!(app.selected_stay(), last);
    while app.board.is_searching() {
        app.update(start(), Event::Idle);
        assert_eq!(app.selected_stay(), last);
    }
    let names: Vec<_> = guests(&app).iter().map(|id| app.property.stay(id).unwrap().name.clone()).collect();
    assert!(names.is_sorted());
    assert_eq!(names.len(), 6_000);
}

#[test]
fn what_comes_and_goes_during_a_search_is_there_once_or_not_at_all() {
    let mut app = desk(6_000);
    type_text(&mut app, "berg");
    assert!(app.board.is_searching());
    let (known, all) = (guests(&app), app.property.counts().grants);
    let changed: Vec<_> = (0..40).map(|i| grant(i * 149, true)).collect();
    let at = start() + TimeDelta::seconds(1);
    app.update(at, Event::Data(Delta::Read { records: Records::Grants(changed), as_of: at, sweep: None }));
    let gone = app.property.stay(&known[0]).unwrap().grants[0].clone();
    app.update(at, Event::Data(Delta::Gone(nightdesk::property::Gone::Grant(gone))));
    while app.board.is_searching() {
        app.update(at, Event::Idle);
    }
    assert_eq!(app.property.counts().grants, all - 1);
    let found = guests(&app);
    let each: std::collections::HashSet<_> = found.iter().collect();
    assert_eq!(each.len(), found.len());
    assert!(!found.contains(&known[0]));
    let is_berg = |s: &&nightdesk::property::Stay| s.name.starts_with("Berg");
    let bergs = app.property.stays().filter(is_berg).count();
    assert!(bergs > 300 && found.len() >= bergs, "{bergs} of {}", found.len());
}
