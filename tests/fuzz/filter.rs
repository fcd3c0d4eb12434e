//! What a person types after the slash.

use nightdesk::app::filter::Filter;
use proptest::prelude::*;

use crate::house::{answers, app_on, draw, press, thresholds};

fn typed() -> impl Strategy<Value = String> {
    prop_oneof![".{0,16}", "[a-zA-Z0-9 !^$'\\\\]{0,16}", "(!|\\^|'|\\$|\\\\ | ){0,4}[a-zé中]{0,4}\\$?"]
}

proptest! {
    #[test]
    fn any_filter_matches_or_does_not_and_marks_what_is_there(
        typed in typed(), rows in proptest::collection::vec(".{0,40}", 1..6), literally in any::<bool>(),
    ) {
        let mut filter = Filter::default();
        if literally { filter.set_literally(&typed) } else { filter.set(&typed) }
        for row in &rows {
            let first = filter.score(row);
            prop_assert_eq!(first, filter.score(row), "the same row twice");
            let marks = filter.marks(row);
            prop_assert!(marks.windows(2).all(|two| two[0] < two[1]), "{:?}", marks);
            // One blank more than the row has is what the matcher is given.
            let chars = u32::try_from(row.chars().count()).unwrap();
            prop_assert!(marks.iter().all(|at| *at <= chars), "{:?} of {:?}", marks, row);
        }
    }

    #[test]
    fn what_goes_on_where_another_ends_lets_nothing_new_through(
        typed in "[a-z0-9 ]{1,6}", more in "[a-z0-9 ]{0,4}", rows in proptest::collection::vec("[a-z0-9 ,]{0,20}", 1..8),
    ) {
        let (mut wide, mut narrow) = (Filter::default(), Filter::default());
        wide.set(&typed);
        let longer = format!("{typed}{more}");
        narrow.set(&longer);
        if wide.is_narrowed_by(&longer) {
            for row in &rows {
                prop_assert!(narrow.score(row).is_none() || wide.score(row).is_some(), "{:?} {:?} {:?}", typed, longer, row);
            }
        }
    }
}

#[test]
fn any_filter_leaves_a_board_that_can_be_drawn() {
    let answers = answers();
    let theme = nightdesk::tui::theme::Theme::named("dark").unwrap();
    let mut app = app_on(&answers, thresholds());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 64,
        ..ProptestConfig::with_source_file(file!())
    });
    let app = std::cell::RefCell::new(&mut app);
    runner
        .run(&(1_u8..=4, typed()), |(pane, typed)| {
            let app = &mut **app.borrow_mut();
            press(app, &pane.to_string());
            app.board.set_filter(&app.property, &typed);
            app.board.search_out(&app.property);
            draw(app, 100, 30, &theme);
            Ok(())
        })
        .unwrap();
}
