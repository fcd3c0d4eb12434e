//! Columns, order and filters: chosen by keys, there again after a restart.

use std::fs;

use regex::Regex;

use crate::house::Hotel;
use crate::person::leave;

#[test]
fn columns_order_and_a_saved_filter_are_there_after_the_next_start() {
    let hotel = Hotel::open();
    let mut t = hotel.started(hotel.program(&["--read-only"]));
    t.keys("o");
    t.wait_for("Columns ─ Guests");
    // Class goes; the rows stand by the guests' names.
    t.keys("jj<Space>ks");
    t.wait_for("guest▲");
    t.keys("<Enter>");
    t.wait_gone("Columns ─ Guests");
    t.wait_for(Regex::new(r"guest▲ +until").unwrap());
    t.keys("/");
    t.wait_for("filter Guests:");
    t.keys("-class:departed");
    t.wait_for("/-class:departed");
    t.keys("<C-s>");
    t.wait_for("name of the filter");
    t.keys("still here<Enter>");
    t.wait_for("filter Guests “still here”:");
    t.keys("<Enter>");
    t.wait_gone("filter Guests");
    leave(&mut t);
    let view = fs::read_to_string(hotel.state.join("view.toml")).unwrap();
    assert!(view.contains("still here") && view.contains("sort = \"guest\""), "{view}");

    let mut t = hotel.started(hotel.program(&["--read-only"]));
    t.wait_for(Regex::new(r"guest▲ +until").unwrap());
    t.keys("/");
    t.wait_for("Tab: 1 saved filter");
    t.keys("<Tab>");
    t.wait_for("filter Guests “still here”:");
    t.keys("<Esc>");
    t.wait_gone("filter Guests");
    leave(&mut t);

    // What cannot be read is said, and the program is there all the same.
    fs::write(hotel.state.join("view.toml"), "version = 1\n[guests\n").unwrap();
    let mut t = hotel.started(hotel.program(&["--read-only"]));
    t.wait_for("view.toml, line 2");
    t.wait_for("room▲");
    leave(&mut t);
}
